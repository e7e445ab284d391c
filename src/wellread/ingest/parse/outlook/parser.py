"""Outlook messages (.msg: MS-OXMSG): the fields above the text, the text, and attachments as parts.

A message that is attached as Outlook's own is no file but a storage inside. It is read here as well, under a
heading of its own below the text of the message that it is attached to; its attachments are parts like the others.
"""

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace

from wellread.errors import ParseError
from wellread.ingest.parse.document import Composer, Parsed, Part
from wellread.ingest.parse.mail.entity import Entity
from wellread.ingest.parse.mail.message import (
    PICTURES,
    Body,
    PartNames,
    compose_head,
    compose_text,
    encrypted,
)
from wellread.ingest.parse.mail.parser import compose_entity, compose_envelope
from wellread.ingest.parse.ole.compound_file import CompoundFile
from wellread.ingest.parse.outlook.body import body_of
from wellread.ingest.parse.outlook.head import TRANSPORT_HEADERS, head_of
from wellread.ingest.parse.outlook.properties import NUMBERS, Properties

MAX_DEPTH = 20
"""Messages attached to one another."""

_HEADER, _HEADER_INSIDE, _HEADER_OF_ATTACHMENT = 32, 24, 8
_CLASS = 0x001A
_CONTENT, _SUFFIX, _SHORT_NAME, _LONG_NAME, _SHOWN_NAME = 0x3701, 0x3703, 0x3704, 0x3707, 0x3001
_CONTENT_TYPE, _CONTENT_ID, _IS_HIDDEN = 0x370E, 0x3712, 0x7FFE
_ENCRYPTED = re.compile(r"multipart/encrypted|smime-type=\"?enveloped", re.IGNORECASE)


def parse_outlook(data: bytes) -> Parsed:
    """A message: subject as a heading, a paragraph for each of From, To, Cc and Date, then the text.

    Raises ParseError when the file is damaged or no message, or when the message is encrypted.
    """
    root = CompoundFile(data).root
    if not root.has(NUMBERS):
        raise ParseError("the file is no Outlook message, or a damaged one: save the message again")
    reader = _Reader()
    title = reader.write(_Message(Properties(root, _HEADER)))
    return reader.composer.finish(title or reader.composer.first_heading(), reader.parts)


class _Message:
    """A message with what decides how it is read."""

    def __init__(self, properties: Properties) -> None:
        self.properties = properties
        self.body = body_of(properties)
        self.attachments = [
            _Attachment(Properties(storage, _HEADER_OF_ATTACHMENT, properties.page))
            for name in properties.storage.storages
            if name.startswith("__attach_version1.0") and (storage := properties.storage.storage(name))
        ]

    def envelope(self) -> bytes | None:
        """The signed or encrypted form of the whole message (S/MIME), which Outlook keeps as an attachment."""
        names = [attachment.name.lower() for attachment in self.attachments]
        is_secure = "smime" in self.properties.text(_CLASS).lower() or names == ["smime.p7m"]
        return self.attachments[0].read() if is_secure and names else None

    def refuse_encrypted(self) -> None:
        """Raises ParseError when its text is in an attachment that only a key opens."""
        if any(attachment.kind == "application/pgp-encrypted" for attachment in self.attachments):
            raise encrypted("OpenPGP")
        if any(attachment.name.lower() == "message.rpmsg" for attachment in self.attachments):
            raise encrypted("rights management")
        if not self.body.text.strip() and _ENCRYPTED.search(self.properties.text(TRANSPORT_HEADERS)):
            raise encrypted("OpenPGP or S/MIME")


class _Attachment:
    def __init__(self, properties: Properties) -> None:
        self._properties = properties
        self.message = properties.embedded(_CONTENT)
        self.kind = properties.text(_CONTENT_TYPE).strip().lower()
        names = (properties.text(name).strip() for name in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
        name = next(filter(None, names), "")
        suffix = properties.text(_SUFFIX).strip()
        self.name = name if posixpath.splitext(name)[1] else name + suffix
        self.page = properties.page

    def read(self) -> bytes:
        """Its bytes. Raises ParseError when they are damaged or elsewhere."""
        if not self._properties.has_binary(_CONTENT):
            raise ParseError(
                f"the attachment {self.name!r} is a link or an object of another program: store it as a file"
            )
        return self._properties.read_binary(_CONTENT)

    def is_shown(self, markup: str) -> bool:
        """Whether it is a picture that the text shows in place."""
        is_picture = self.kind.startswith("image/") or posixpath.splitext(self.name)[1].lower() in PICTURES
        content_id = self._properties.text(_CONTENT_ID).strip().strip("<>")
        return is_picture and (
            self._properties.flag(_IS_HIDDEN) or bool(content_id and f"cid:{content_id}" in markup)
        )


class _Reader:
    def __init__(self) -> None:
        self.composer = Composer()
        self.parts: list[Part] = []
        self._names = PartNames()

    def write(self, message: _Message, depth: int = 0, name: str = "") -> str:
        """Add a message, called `name` if it has no subject; its subject. Raises ParseError as the parser does."""
        message.refuse_encrypted()
        head = head_of(message.properties)
        compose_head(self.composer, replace(head, subject=head.subject or name), min(depth + 1, 6))
        envelope = message.envelope()
        if envelope is None or not self._write_envelope(envelope):
            compose_text(self.composer, message.body)
            for attachment in message.attachments:
                self._write_attachment(attachment, message.body, depth)
        return head.subject

    def _write_envelope(self, content: bytes) -> bool:
        """Whether it could be opened."""
        entity = Entity(content)
        if entity.kind == "multipart/signed":
            self.parts += compose_entity(self.composer, self._names, entity)
            return True
        parts = compose_envelope(self.composer, self._names, content)
        self.parts += parts or []
        return parts is not None

    def _write_attachment(self, attachment: _Attachment, body: Body, depth: int) -> None:
        storage = attachment.message
        if storage is None or not storage.has(NUMBERS):
            if not attachment.is_shown(body.text if body.is_html else ""):
                self._attach(attachment.name, attachment.kind, attachment.read)
            return
        if depth >= MAX_DEPTH:
            raise ParseError(
                f"the message holds messages more than {MAX_DEPTH} deep: store them on their own"
            )
        name = attachment.name or "Attached message"
        message = _Message(Properties(storage, _HEADER_INSIDE, attachment.page))
        try:
            message.refuse_encrypted()
        except ParseError as error:
            self._attach(f"{name}.msg", "", _raising(str(error)))
        else:
            self.write(message, depth + 1, name)

    def _attach(self, name: str, kind: str, read: Callable[[], bytes]) -> None:
        self.parts.append(Part(self._names.name(name, kind), read))


def _raising(reason: str) -> Callable[[], bytes]:
    def read() -> bytes:
        raise ParseError(reason)

    return read
