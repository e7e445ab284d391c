"""The text of an Outlook message, which is kept in up to three forms: HTML, plain text, and RTF around either."""

from wellread.errors import ParseError
from wellread.ingest.parse.charsets import USUAL, codec_of_page
from wellread.ingest.parse.document import MAX_BYTES, Composer
from wellread.ingest.parse.encodings import decode_charset
from wellread.ingest.parse.mail.message import Body, compose_text
from wellread.ingest.parse.markup.html import declared_charset
from wellread.ingest.parse.outlook.compressed_rtf import decompress_rtf
from wellread.ingest.parse.outlook.encapsulated_rtf import encapsulated
from wellread.ingest.parse.outlook.properties import Properties
from wellread.ingest.parse.rtf.parser import parse_rtf

_PLAIN, _REPORT, _RTF, _HTML = 0x1000, 0x1001, 0x1009, 0x1013
_NATIVE, _NATIVE_PLAIN = 0x1016, 1
_INTERNET_PAGE = 0x3FDE


def body_of(message: Properties) -> Body:
    """The form that the message was written in, as far as can be told.

    That is HTML where there is some, else RTF that was made from nothing else, unless the message says it is plain:
    Outlook makes the plain text from either, and loses their tables.
    """
    plain = message.text(_PLAIN, MAX_BYTES) or message.text(_REPORT, MAX_BYTES)
    if plain.strip() and message.number(_NATIVE) == _NATIVE_PLAIN:
        return Body(plain)
    html = Body(_html(message), is_html=True)
    if _says_something(html):
        return html
    rich, is_original = _rich(message)
    if (rich.is_html or is_original) and _says_something(rich):
        return rich
    return Body(plain) if plain.strip() else rich


def _html(message: Properties) -> str:
    content = message.binary(_HTML)
    if not content:
        return message.text(_HTML, MAX_BYTES)
    try:
        return decode_charset(content, _charset(message, content))
    except ParseError:
        return ""


def _charset(message: Properties, content: bytes) -> str | None:
    """The message's code page, then what the page says. Some programs write UTF-8 whatever they declare."""
    if not content.isascii():
        try:
            content.decode("utf-8")
            return "utf-8"
        except UnicodeDecodeError:
            pass
    codec = codec_of_page(message.number(_INTERNET_PAGE))
    return declared_charset(content) if codec is None or codec in USUAL else codec


def _rich(message: Properties) -> tuple[Body, bool]:
    """What the RTF holds, and whether it is the message's original form."""
    try:
        rtf = decompress_rtf(message.binary(_RTF))
        body = encapsulated(rtf)
        if body is not None:
            return body, False
        parsed = parse_rtf(rtf)
    except ParseError:
        return Body(""), False
    return Body(parsed.text, blocks=parsed.blocks), True


def _says_something(body: Body) -> bool:
    """Whether a reader would see text."""
    composer = Composer()
    try:
        compose_text(composer, body)
    except ParseError:
        return False
    return bool(composer.finish("").text)
