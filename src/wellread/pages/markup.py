"""HTML that cannot be broken by what it shows: all text is escaped, only tags made here are not.

tag("p", "a < b", tag("b", "really"), class_="note")  ->  <p class="note">a &lt; b<b>really</b></p>
"""

import html

_VOID = frozenset({"br", "circle", "col", "line", "meta", "path", "rect"})


class Markup(str):
    """HTML as `tag` made it. A plain str is text."""

    __slots__ = ()


Node = str | None
"""A Markup stands as it is, a str is escaped, None is nothing."""


def tag(name: str, /, *children: Node, **attributes: str | int | float | bool | None) -> Markup:
    """An element. Attribute names are written with `_` for `-` (a closing `_` is dropped: `class_`).

    True gives an attribute without a value; False and None give none.
    """
    opened = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID and not children:
        return Markup(f"<{name}{opened}>" if name in ("br", "col", "meta") else f"<{name}{opened}/>")
    return Markup(f"<{name}{opened}>{join(*children)}</{name}>")


def join(*nodes: Node) -> Markup:
    """Nodes one after another."""
    return Markup("".join(node if isinstance(node, Markup) else escape(node or "") for node in nodes))


def escape(text: str) -> Markup:
    """`text` for use between tags and in attributes.

    Control characters, which HTML forbids, and lone surrogates, which UTF-8 cannot hold, become U+FFFD.
    """
    shown = "".join("\ufffd" if _forbidden(ord(character)) else character for character in text)
    return Markup(html.escape(shown, quote=True))


def _forbidden(code: int) -> bool:
    return (
        (code < 0x20 and code not in (0x09, 0x0A, 0x0D)) or 0x7F <= code <= 0x9F or 0xD800 <= code <= 0xDFFF
    )
