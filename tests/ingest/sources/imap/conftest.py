"""What the tests of mailboxes over IMAP are given."""

from typing import TYPE_CHECKING

import pytest

from wellread.ingest.sources.imap import session as imap_session

if TYPE_CHECKING:
    from dovecot_server import DovecotServer
from imap_source import Mailbox


@pytest.fixture
def mailbox(dovecot: "DovecotServer") -> Mailbox:
    return Mailbox(dovecot)


@pytest.fixture(autouse=True)
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_session, "FIRST_WAIT_SECONDS", 0.01)
