"""Markdown (CommonMark and tables), with the front matter and template tags of site generators."""

import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.encodings import decode
from wellread.ingest.parse.markup.html import compose_html

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

MAX_MARKDOWN = 2_000_000
"""Characters of a page."""

_LONGEST_INLINE = 10_000
"""Characters of a paragraph whose marks are read: emphasis takes quadratic time in hostile input."""

_FRONT_MATTER = re.compile(r"\A---[^\S\n]*\n(.*?\n)?(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"([A-Za-z_][\w-]*):(?:\s+(.*))?$")
_HEADING_ATTRIBUTE = re.compile(r"\s*\{:?\s*[#.][^{}]*\}\s*$")
_HEADING_NAME = re.compile(r"\{:?[^{}]*#([\w:.-]+)[^{}]*\}\s*$")
_NAMED = re.compile(r"""<[^>]*\s(?:id|name)=["']?([^\s"'>]+)""", re.IGNORECASE)
_TEMPLATE_DESTINATION = re.compile(r"\s*\{[%{].{0,300}?[%}]\}[^\s()]{0,300}", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def parse_markdown(data: bytes) -> Parsed:
    """A Markdown page as readable text.

    Emphasis marks and link targets go, mail addresses and template tags (`{% ... %}`, `{{ ... }}`) in the
    text stay; a target that is a template tag goes like any other. A hard-wrapped paragraph becomes one
    line. The front matter's `title` is the title; its `keywords` and `questions` become two lines at the
    top, so that a search for them finds the page. Raises ParseError.
    """
    source = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    if len(source) > MAX_MARKDOWN:
        raise ParseError(f"the page has more than {MAX_MARKDOWN:,} characters: split it, or name it .txt")
    fields, body = _front_matter(source)
    composer = Composer()
    for name in ("keywords", "questions"):
        if values := fields.get(name):
            composer.add("paragraph", f"{name.capitalize()}: {'; '.join(values)}")
    _Writer(composer).write(_grammar().parse(body))
    return composer.finish(" ".join(fields.get("title", ())) or composer.first_heading())


def _front_matter(source: str) -> tuple[dict[str, list[str]], str]:
    """Top-level scalars and lists of the leading YAML block, and the text after it.

    Only what pages write is read: `name: value`, `name: [a, b]` and `name:` with `- item` lines. Values
    nested deeper than an item's first line are passed over.
    """
    match = _FRONT_MATTER.match(source)
    if not match:
        return {}, source
    fields: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (match.group(1) or "").split("\n"):
        if field := _FIELD.match(line):
            current = fields.setdefault(field.group(1).lower(), [])
            value = (field.group(2) or "").strip()
            inline = value[1:-1].split(",") if value.startswith("[") and value.endswith("]") else [value]
            current += [_unquoted(part) for part in inline if _unquoted(part) not in ("", "|", ">", ">-")]
        elif item := re.match(r"\s*-\s+(?:text:\s+)?(.*)", line):
            current += [_unquoted(item.group(1))] if _unquoted(item.group(1)) else []
    return fields, source[match.end() :]


def _unquoted(value: str) -> str:
    value = value.strip()
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _grammar() -> "MarkdownIt":
    from markdown_it import MarkdownIt, helpers
    from markdown_it.token import Token

    def destination(string: str, pos: int, maximum: int) -> object:
        # CommonMark forbids the spaces of `[text]({% page "/x" %})`, which would leave it as raw text.
        if tag := _TEMPLATE_DESTINATION.match(string, pos, maximum):
            return SimpleNamespace(ok=True, pos=tag.end(), str="#")
        return helpers.parseLinkDestination(string, pos, maximum)

    def inline(state: "StateCore") -> None:
        for token in state.tokens:
            if token.type == "inline" and len(token.content) > _LONGEST_INLINE:
                token.children = [Token("text", "", 0, content=token.content)]
            elif token.type == "inline":
                token.children = token.children or []
                state.md.inline.parse(token.content, state.md, state.env, token.children)

    grammar = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    grammar.core.ruler.at("inline", inline)
    grammar.helpers = SimpleNamespace(  # type: ignore[assignment]  # its attribute is typed as the module
        parseLinkDestination=destination,
        parseLinkLabel=helpers.parseLinkLabel,
        parseLinkTitle=helpers.parseLinkTitle,
    )
    return grammar


class _Writer:
    """Walks the flat token stream and adds blocks."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._lists: list[int | None] = []
        self._marker = ""
        self._row: list[str] | None = None
        self._in_head = False

    def write(self, tokens: Sequence["Token"]) -> None:
        heading = 0
        for token in tokens:
            match token.type:
                case "heading_open":
                    heading = int(token.tag[1])
                case "heading_close":
                    heading = 0
                case "inline":
                    self._note(token.children or (), heading)
                    self._write_inline(_plain(token.children or ()), heading)
                case "fence" | "code_block":
                    self._composer.add("code", token.content, len(self._lists))
                case "html_block":
                    compose_html(self._composer, token.content)
                case _:
                    self._follow(token)

    def _note(self, children: Sequence["Token"], heading: int) -> None:
        """What leads elsewhere, and what can be led to."""
        for at, child in enumerate(children):
            if child.type == "link_open":
                end = next((i for i in range(at, len(children)) if children[i].type == "link_close"), at)
                self._composer.link(str(child.attrs.get("href", "")), _plain(children[at + 1 : end]))
            elif child.type == "html_inline" and (named := _NAMED.search(child.content)):
                self._composer.anchor(named.group(1))
        if heading:
            text = _plain(children)
            if named := _HEADING_NAME.search(text):
                self._composer.anchor(named.group(1))
            self._composer.anchor(_slug(_HEADING_ATTRIBUTE.sub("", text)))

    def _write_inline(self, text: str, heading: int) -> None:
        if self._row is not None:
            self._row.append(text)
        elif heading:
            self._composer.add("heading", _HEADING_ATTRIBUTE.sub("", text).replace("\n", " "), heading)
        elif self._marker:
            self._composer.add("list_item", self._marker + text, len(self._lists))
            self._marker = ""
        else:
            self._composer.add("paragraph", text, len(self._lists))

    def _follow(self, token: "Token") -> None:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                number = self._lists[-1]
                self._marker = "- " if number is None else f"{number}. "
                self._lists[-1] = None if number is None else number + 1
            case "list_item_close":
                self._marker = ""
            case "thead_open" | "thead_close":
                self._in_head = token.type == "thead_open"
            case "tr_open":
                self._row = []
            case "tr_close":
                self._composer.add_row(self._row or [], header=self._in_head)
                self._row = None


def _slug(heading: str) -> str:
    """The name that site generators give a heading: `What's new?` is `whats-new`."""
    return re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")


def _plain(children: Sequence["Token"]) -> str:
    """Inline tokens as text: marks dropped, images by their description, mail addresses kept."""
    parts: list[str] = []
    address, opened = "", 0
    for child in children:
        match child.type:
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "html_inline":
                parts.append("\n" if _BREAK.match(child.content) else "")
            case "link_open":
                target = str(child.attrs.get("href", ""))
                address = target.removeprefix("mailto:").split("?")[0] if target.startswith("mailto:") else ""
                opened = len(parts)
            case "link_close":
                if address and address.lower() not in "".join(parts[opened:]).lower():
                    parts.append(f" ({address})")
            case "image":
                parts.append(_plain(child.children or ()))
            case _:
                parts.append(child.content)
    return "".join(parts)
