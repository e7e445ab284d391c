"""Texts of a message as a reader sees them: decoded, unwrapped, without the armour of signatures."""

import re

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer
from wellread.ingest.parse.encodings import decode_charset
from wellread.ingest.parse.mail.entity import Entity
from wellread.ingest.parse.mail.flowed import unflow
from wellread.ingest.parse.mail.message import compose_markup, compose_plain
from wellread.ingest.parse.markup.html import declared_charset

_WEB_ADDRESS = re.compile(r"https?://\S+")
_NO_LETTER = re.compile(r"[\W_]+")
_LEAST_SHARE = 0.5
"""Of the HTML's letters that plain text has when it is a version of the same."""
_PAGE = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_END_TAGS = re.compile(r"</(?:html|body|table|div|td|p)>", re.IGNORECASE)
_COMMAND = re.compile(r"<[^<>]*>")
_ARMOUR = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Z][\w-]*: .*\n)*"
    r"|^-----BEGIN PGP SIGNATURE-----\n(?:(?!-----).*\n)*-----END PGP SIGNATURE-----$",
    re.MULTILINE,
)


def readable(entity: Entity) -> str:
    """The text of an entity. Raises ParseError for bytes that are none."""
    content = entity.content()
    charset = entity.parameter("charset")
    if entity.kind == "text/html":
        return decode_charset(content, charset or declared_charset(content))
    text = decode_charset(content, charset).replace("\r\n", "\n")
    if entity.parameter("format").strip().lower() == "flowed":
        text = unflow(text, delete_space=entity.parameter("delsp").strip().lower() == "yes")
    return text


def compose_body(composer: Composer, entity: Entity, text: str) -> None:
    """Add the readable text of an entity. Raises ParseError when it is encrypted, or HTML that is no page."""
    if entity.kind == "text/html" or _PAGE.match(text):
        compose_markup(composer, text)
    elif entity.kind in ("text/enriched", "text/richtext"):
        compose_plain(composer, _COMMAND.sub("", text))
    else:
        compose_plain(composer, _ARMOUR.sub("", text))


def letters_shown(rich: Entity) -> int:
    """How many letters a reader of the HTML sees; none when it is no page."""
    composer = Composer()
    try:
        compose_markup(composer, readable(rich))
    except ParseError:
        return 0
    return _letters(composer.finish("").text)


def is_pretext(plain: Entity, shown: int) -> bool:
    """Whether plain text is no version of HTML with that many letters: a note that there is some, or its source."""
    try:
        text = readable(plain)
    except ParseError:
        return True
    return shown > 0 and (bool(_END_TAGS.search(text)) or _letters(text) < _LEAST_SHARE * shown)


def _letters(text: str) -> int:
    return len(_NO_LETTER.sub("", _WEB_ADDRESS.sub("", text)))
