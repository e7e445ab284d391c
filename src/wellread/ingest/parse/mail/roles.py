"""What the entities of a message are to its reader: text in place, the message under a seal, or files."""

from wellread.errors import ParseError
from wellread.ingest.parse.mail.entity import Entity

MAX_ENTITIES = 10_000

# Shown in the text by programs, though they are not declared to be plain text.
REPORTS = frozenset({"message/delivery-status", "message/disposition-notification"})
# Text that no program shows in place.
_TEXT_FILES = frozenset({
    "text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers", "text/rtf",
    "text/xml", "text/csv",
})  # fmt: skip
_ENVELOPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


def all_entities(message: Entity) -> list[Entity]:
    """A message and all that is in it, in order. Raises ParseError when they are too many."""
    entities: list[Entity] = []
    for entity in message.walk():
        entities.append(entity)
        if len(entities) > MAX_ENTITIES:
            raise ParseError(
                f"the message has more than {MAX_ENTITIES:,} parts: store its attachments on their own"
            )
    return entities


def may_be_shown(entity: Entity) -> bool:
    """Whether it is text that a program shows in place."""
    return entity.kind.startswith("text/") and entity.kind not in _TEXT_FILES and not entity.is_attachment


def is_envelope(entity: Entity) -> bool:
    """Whether it holds the message itself; signed or encrypted files that are attached have other names."""
    name = entity.name.lower()
    return name == "smime.p7m" or (not name and entity.kind in _ENVELOPES)


def text_in(entity: Entity, kind: str) -> Entity | None:
    """The first text of the kind in a version."""
    return next((inner for inner in entity.walk() if inner.kind == kind and not inner.is_attachment), None)
