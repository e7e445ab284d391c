"""Messages (.eml: RFC 5322, MIME): the fields above the text, the text, and attachments as parts."""

import codecs
import re
from urllib.parse import unquote

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer, Parsed, Part
from wellread.ingest.parse.mail.body import compose_body, is_pretext, letters_shown, readable
from wellread.ingest.parse.mail.entity import MAX_DEPTH, Entity
from wellread.ingest.parse.mail.headers import addresses, decoded
from wellread.ingest.parse.mail.message import Head, PartNames, compose_head, encrypted
from wellread.ingest.parse.mail.roles import REPORTS, all_entities, is_envelope, may_be_shown, text_in
from wellread.ingest.parse.mail.signed_data import envelope_kind, signed_content

_SIGNATURES = frozenset({
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature",
})  # fmt: skip
_ENVELOPE_LINE = re.compile(rb">?From [^\n]*\n")
"""Stands before a message in a mailbox file."""
_CONTENT_ID = re.compile(rb"""cid:([^"'\s<>)]{1,300})""", re.IGNORECASE)


def parse_mail(data: bytes) -> Parsed:
    """A message: subject as a heading, a paragraph for each of From, To, Cc and Date, then the text.

    Of alternatives the plain text is taken where it says about as much as the HTML. Attached messages and
    files are parts; pictures that the HTML shows in place are not. Raises ParseError when it is encrypted,
    or divides into more parts than a message has.
    """
    message = Entity(_with_usual_lines(data))
    composer = Composer()
    subject = decoded(message.field("subject"))
    head = Head(
        subject=subject,
        sender=addresses(message.field("from")),
        to=addresses(message.field("to")),
        cc=addresses(message.field("cc")),
        date=decoded(message.field("date")),
    )
    compose_head(composer, head)
    parts = compose_entity(composer, PartNames(), message)
    return composer.finish(subject or composer.first_heading(), parts)


def compose_entity(composer: Composer, names: PartNames, entity: Entity) -> list[Part]:
    """Add the text of an entity and return its parts. Raises ParseError as `parse_mail` does."""
    reader = _Reader(composer, names, entity)
    reader.write(entity)
    return reader.parts


def compose_envelope(
    composer: Composer, names: PartNames, content: bytes, depth: int = 0
) -> list[Part] | None:
    """The same for what is in a signed envelope (S/MIME); None when it is another kind of envelope.

    Raises ParseError when it is encrypted.
    """
    kind = envelope_kind(content)
    if kind == "encrypted":
        raise encrypted("S/MIME")
    if kind != "signed" or depth >= MAX_DEPTH:
        return None
    return compose_entity(composer, names, Entity(signed_content(content), depth=depth + 1))


def _with_usual_lines(data: bytes) -> bytes:
    """Bytes that contain ASCII, without a mark at the beginning, and with line feeds."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", "replace").encode("utf-8", "replace")
    data = data.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")
    data = data if b"\n" in data else data.replace(b"\r", b"\n")
    envelope = _ENVELOPE_LINE.match(data)
    return data[envelope.end() :] if envelope else data


class _Reader:
    """Walks the entities of one message: texts go to the composer, the rest to the parts."""

    def __init__(self, composer: Composer, names: PartNames, message: Entity) -> None:
        self.parts: list[Part] = []
        self._composer = composer
        self._names = names
        self._message = message
        self._letters: dict[Entity, int] = {}
        entities = all_entities(message)
        texts = [e for e in entities if e.kind in ("text/plain", "text/html") and not e.is_attachment]
        # Text with a file name is an attachment, unless there is no other.
        self._named_text = None if any(not e.name for e in texts) else next(iter(texts), None)
        self._shown = {
            unquote(found.decode("utf-8", "replace"))
            for entity in entities
            if entity.kind == "text/html"
            for found in _CONTENT_ID.findall(entity.content())
        }

    def write(self, entity: Entity) -> None:
        """Add an entity and all below it. Raises ParseError when it is encrypted."""
        match entity.kind:
            case "multipart/encrypted" | "application/pgp-encrypted":
                raise encrypted("OpenPGP")
            case "application/x-microsoft-rpmsg-message":
                raise encrypted("rights management")
            case kind if kind.startswith("multipart/") and not entity.children:
                self._write_text(entity)
            case "multipart/alternative":
                self._write_alternative(entity.children)
            case "multipart/related":
                self._write_related(entity)
            case "multipart/signed":
                self._write_all([child for child in entity.children if child.kind not in _SIGNATURES])
            case "multipart/appledouble":
                self._write_all(entity.children[1:])
            case kind if kind.startswith("multipart/"):
                self._write_all(entity.children)
            case _ if is_envelope(entity):
                self._write_envelope(entity)
            case "message/external-body":
                pass  # a pointer to what was never in the message
            case _ if self._is_text(entity):
                self._write_text(entity)
            case _:
                self._attach(entity)

    def _write_all(self, entities: list[Entity]) -> None:
        for entity in entities:
            self.write(entity)

    def _write_alternative(self, versions: list[Entity]) -> None:
        """One version of the text, and the files of all."""
        plain = next(((v, text) for v in versions if (text := text_in(v, "text/plain"))), None)
        rich = next(((v, text) for v in reversed(versions) if (text := text_in(v, "text/html"))), None)
        if plain and rich:
            chosen = rich[0] if self._is_pretext(plain[1], rich[1]) else plain[0]
        elif one := plain or rich:
            chosen = one[0]
        else:
            self._write_all(versions)
            return
        for version in versions:
            if version is not chosen:
                self._attach_files(version)
            elif version.children:
                self.write(version)
            else:
                self._write_text(version)

    def _is_pretext(self, plain: Entity, rich: Entity) -> bool:
        # Versions may hold versions; the same text is counted once.
        if rich not in self._letters:
            self._letters[rich] = letters_shown(rich)
        return is_pretext(plain, self._letters[rich])

    def _write_related(self, entity: Entity) -> None:
        """The root as text; what belongs to it is shown in it or attached."""
        start = entity.parameter("start").strip("<> ")
        roots = [child for child in entity.children if start and child.content_id == start]
        root = next(iter(roots or entity.children), None)
        for child in entity.children:
            if child is root or child.kind.startswith("multipart/"):
                self.write(child)
            else:
                self._attach(child)

    def _write_envelope(self, entity: Entity) -> None:
        parts = compose_envelope(self._composer, self._names, entity.content(), entity.depth)
        if parts is None:
            self._attach(entity)
        else:
            self.parts += parts

    def _is_text(self, entity: Entity) -> bool:
        if entity.kind in REPORTS:
            return True
        return may_be_shown(entity) and (not entity.name or entity is self._named_text)

    def _write_text(self, entity: Entity) -> None:
        try:
            text = readable(entity)
        except ParseError:
            # Not text after all. Without a single field it is no message either.
            if not self._message.headers:
                raise
            self._attach(entity)
        else:
            compose_body(self._composer, entity, text)

    def _attach_files(self, entity: Entity) -> None:
        """What a version that is not shown holds besides its text."""
        for inner in entity.walk():
            is_version = may_be_shown(inner) and (not inner.name or inner is entity)
            if not is_version and not inner.kind.startswith("multipart/"):
                self._attach(inner)

    def _attach(self, entity: Entity) -> None:
        is_picture = entity.kind.startswith("image/")
        # Pages that are kept as messages call their pictures and styles by address.
        is_shown = entity.content_id in self._shown or (not entity.name and entity.field("content-location"))
        if is_shown and (is_picture or not entity.name):
            return
        self.parts.append(Part(self._names.name(entity.name, entity.kind), entity.content))
