"""Messages, written line by line; all people and firms are made up."""

from wellread.ingest.parse.document import Parsed
from wellread.ingest.parse.mail.parser import parse_mail

HEAD = "From: Ada Birk <ada@harbour.example>\nSubject: Tide tables\n"


def mail(body: str | bytes, fields: str = "", head: str = HEAD) -> Parsed:
    content = body if isinstance(body, bytes) else body.encode()
    return parse_mail(f"{head}{fields}\n".encode() + content)


def multipart(kind: str, *entities: str, boundary: str = "edge") -> str:
    """The fields and body of a multipart."""
    inside = "".join(f"--{boundary}\n{entity}\n" for entity in entities)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inside}--{boundary}--\n'


def whole(kind: str, *entities: str) -> Parsed:
    return parse_mail((HEAD + multipart(kind, *entities)).encode())


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def body(parsed: Parsed) -> list[str]:
    """The blocks after subject and sender."""
    return [text for _, _, text in blocks(parsed)[2:]]


def names(parsed: Parsed) -> list[str]:
    return [part.name for part in parsed.parts]


TEXT = "High water is at noon, low water at six."
RICH = "High water is at noon and low water at six."
PLAIN = f"Content-Type: text/plain; charset=utf-8\n\n{TEXT}\n"
HTML = f"Content-Type: text/html; charset=utf-8\n\n<p>{RICH.replace('noon', '<b>noon</b>')}</p>\n"
FILE = "Content-Type: application/pdf; name=plan.pdf\nContent-Disposition: attachment\n\nbytes\n"

OBJECT = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"


def value(tag: int, content: bytes) -> bytes:
    length = len(content)
    return bytes([tag]) + (bytes([length]) if length < 128 else b"\x82" + length.to_bytes(2, "big")) + content


def sealed_openly(*pieces: bytes) -> bytes:
    """A signed envelope whose lengths are left open."""
    string = b"\x24\x80" + b"".join(value(0x04, piece) for piece in pieces) + b"\0\0"
    inside = b"\x30\x80" + OBJECT + b"\x01\xa0\x80" + string + b"\0\0\0\0"
    algorithms = b"\x31\x80\x30\x80\x06\x01\x01\0\0\0\0"
    return b"\x30\x80" + OBJECT + b"\x02\xa0\x80\x30\x80\x02\x01\x01" + algorithms + inside + b"\0\0\0\0\0\0"
