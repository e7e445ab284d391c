"""The parts every page is made of: the document around it, sections, and a quotation.

A page is one file: no script, no remote resource, nothing to install; it prints.
"""

from collections.abc import Mapping
from importlib import resources

from wellread.pages.markup import Markup, Node, join, tag

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def document(title: str, *body: Node) -> str:
    """The whole of a page. Every text in it is escaped; a browser is told to fetch nothing for it."""
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Markup(style)),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', *body), lang='en')}\n"


def section(title: str, lead: str | None, *content: Node) -> Markup:
    """A part of the page under its own heading."""
    return tag("section", tag("h2", title), tag("p", lead, class_="soft") if lead else None, *content)


def quotation(words: str, document: str, note: str | None = None) -> Markup:
    """Words of a document, and which one."""
    named = tag("cite", tag("bdi", document), f" · {note}" if note else None) if document else None
    return tag("blockquote", tag("span", words, dir="auto"), named)


def definitions(facts: Mapping[str, str | None]) -> Markup:
    """Names with their values; those without a value are left out."""
    rows = [join(tag("dt", name), tag("dd", value)) for name, value in facts.items() if value]
    return tag("dl", *rows, class_="conditions")
