"""The fields above an Outlook message: who sent it to whom, when, and about what."""

import re
from email.utils import format_datetime, parsedate_tz

from wellread.ingest.parse.mail.headers import decoded, named_address
from wellread.ingest.parse.mail.message import Head
from wellread.ingest.parse.outlook.properties import Properties

TRANSPORT_HEADERS = 0x007D

_SUBJECT = 0x0037
_SENT, _RECEIVED = 0x0039, 0x0E06
# Name, addresses: of whom the message is from, then of who sent it for them.
_SENDERS = ((0x0042, (0x5D02, 0x0065)), (0x0C1A, (0x5D01, 0x0C1F)))
_RECIPIENT_KIND, _NAME, _RECIPIENT_ADDRESSES = 0x0C15, 0x3001, (0x39FE, 0x3003)
_TO, _SHOWN_TO, _CC, _SHOWN_CC = 1, 0x0E04, 2, 0x0E03
_RECIPIENT_HEADER = 8
_DATE = re.compile(r"^Date:[ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE)


def head_of(message: Properties) -> Head:
    """The fields as they are shown; a date that is made of a point in time is in UTC."""
    recipients = [
        Properties(storage, _RECIPIENT_HEADER, message.page)
        for name in message.storage.storages
        if name.startswith("__recip_version1.0") and (storage := message.storage.storage(name))
    ]
    return Head(
        subject=message.text(_SUBJECT),
        sender=next(filter(None, (_person(message, *sender) for sender in _SENDERS)), ""),
        to=_people(recipients, _TO) or message.text(_SHOWN_TO),
        cc=_people(recipients, _CC) or message.text(_SHOWN_CC),
        date=_date(message),
    )


def _people(recipients: list[Properties], kind: int) -> str:
    chosen = [person for person in recipients if (person.number(_RECIPIENT_KIND) or 0) & 0xF == kind]
    return ", ".join(filter(None, (_person(person, _NAME, _RECIPIENT_ADDRESSES) for person in chosen)))


def _person(properties: Properties, name: int, addresses: tuple[int, ...]) -> str:
    """Name and address; of the addresses, the first of the Internet's form."""
    texts = (properties.text(address).strip() for address in addresses)
    address = next((text for text in texts if "@" in text), "")
    return named_address(properties.text(name).removesuffix(f"<{address}>"), address)


def _date(message: Properties) -> str:
    """What the sender's program wrote; a program that converts messages may set its own time of sending."""
    written = _DATE.search(message.text(TRANSPORT_HEADERS))
    if written and parsedate_tz(written[1]):
        return decoded(written[1])
    time = message.time(_SENT) or message.time(_RECEIVED)
    return format_datetime(time) if time else ""
