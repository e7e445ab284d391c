"""Folder names, answers and dates as IMAP writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap_source import ARRIVED

from wellread.ingest.sources.imap.answers import messages_in, moment
from wellread.ingest.sources.imap.names import decoded, encoded

pytest_plugins = ("dovecot_server",)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("INBOX", b"INBOX"),
        ("R&D", b"R&-D"),
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ("Entwürfe", b"Entw&APw-rfe"),
        ("📎", b"&2D3czg-"),
    ],
)
def test_folder_names_are_in_modified_utf_7(name: str, raw: bytes) -> None:
    assert encoded(name) == raw
    assert decoded(raw) == name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_folder_name_comes_back(name: str) -> None:
    raw = encoded(name)
    assert all(0x20 <= byte <= 0x7E for byte in raw)
    assert decoded(raw) == name


@given(st.binary())
def test_a_name_that_is_not_well_formed_is_shown_somehow(raw: bytes) -> None:
    decoded(raw).encode()


@given(st.lists(st.one_of(st.binary(), st.tuples(st.binary(), st.binary()))))
def test_answers_of_any_form_are_borne(answers: list[bytes | tuple[bytes, bytes]]) -> None:
    messages_in(answers)


def test_dates_are_read_in_every_zone() -> None:
    assert moment(b" 7-Jul-2026 02:44:25 -0700") == ARRIVED
    assert moment(b"07-JUL-2026 15:14:25 +0530") == ARRIVED
    assert moment(b"31-Feb-2026 02:44:25 +0000") is None
    assert moment(b"01-Jan-0001 00:00:00 +1400") is None
