"""Messages in one file, as many programs write it."""

import mailbox as standard
import os
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mailbox_source import ENVELOPE, escaped, mbox_of, message, open_at, sync, uris

from wellread.catalogue import Catalogue
from wellread.errors import ParseError
from wellread.ingest.sources.mailbox import mbox


def stored(tmp_path: Path, data: bytes) -> list[bytes]:
    """What the messages of such a file are."""
    path = tmp_path / "mbox"
    path.write_bytes(data)
    source = open_at(path)
    return [source.read(item).data for item in source.items()]


def test_another_program_s_mbox_is_read_as_it_was_meant(tmp_path: Path) -> None:
    written = standard.mbox(tmp_path / "mbox")
    texts = ["From the beginning.\n\nFrom Monday on, at 10:30, in 2026.\n", "Plain.\n"]
    for number, text in enumerate(texts):
        mail = EmailMessage()
        mail["Message-ID"] = f"<{number}@example.org>"
        mail.set_content(text)
        written.add(mail)
    written.close()
    source = open_at(tmp_path / "mbox")
    read = [source.read(item).data.partition(b"\n\n")[2].decode() for item in source.items()]
    assert read == texts


def test_envelopes_of_many_programs_are_known(tmp_path: Path) -> None:
    envelopes = [
        b"From ann@example.org Tue Jul  7 09:44:25 2026\n",
        b"From - Tue Jul 07 09:44:25 2026\n",
        b"From 1790000000000000000@xxx Tue Jul 07 09:44:25 +0000 2026\n",
        b"From ann at example.org  Tue Jul  7 09:44:25 2026\n",
        b'From "ann smith"@example.org Tue Jul  7 09:44 2026\n',
        b"From ann@example.org Tue Jul  7 09:44:25 UTC 2026 remote from host\n",
        b"From ann@example.org Tue, 7 Jul 2026 09:44:25 +0000 2026\r\n",
    ]
    bodies = [message(str(number)) for number in range(len(envelopes))]
    data = b"\n".join(envelope + body for envelope, body in zip(envelopes, bodies, strict=True))
    assert stored(tmp_path, data) == bodies


def test_the_envelope_s_date_is_when_a_message_arrived(tmp_path: Path) -> None:
    path = tmp_path / "mbox"
    path.write_bytes(mbox_of(message("a")) + ENVELOPE.replace(b"2026", b"+0200 2026") + message("b"))
    path.write_bytes(path.read_bytes() + b"\nFrom x@y 10:00 1900\n" + message("c"))
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert [item.modified for item in open_at(path).items()] == [
        "2026-07-07T09:44:25+00:00",
        "2026-07-07T07:44:25+00:00",
        "2023-11-14T22:13:20+00:00",
    ]


def test_a_line_that_is_no_envelope_ends_no_message(tmp_path: Path) -> None:
    body = message("a", "\nFrom all of us: thank you\n\nFrom 10:30 on\n" + ENVELOPE.decode() + "\n")
    body += b"Content-Length: 3\n"
    assert stored(tmp_path, ENVELOPE + body + b"\n" + ENVELOPE + message("b")) == [body, message("b")]


def test_a_content_length_is_not_believed(tmp_path: Path) -> None:
    first = message("a", "x" * 100, more="Content-Length: 3\n")
    second = message("b", more="Content-Length: 100000\n")
    assert stored(tmp_path, mbox_of(first, second, message("c"))) == [first, second, message("c")]


def test_line_ends_of_two_bytes_are_kept(tmp_path: Path) -> None:
    bodies = [message("a", "\n>From x\n").replace(b"\n", b"\r\n"), message("b").replace(b"\n", b"\r\n")]
    data = b"\r\n".join(ENVELOPE.replace(b"\n", b"\r\n") + escaped(body) for body in bodies)
    assert stored(tmp_path, data) == bodies


def test_a_file_that_ends_early_still_gives_its_last_message(tmp_path: Path) -> None:
    assert stored(tmp_path, ENVELOPE + b"Subject: cut") == [b"Subject: cut"]
    assert stored(tmp_path, ENVELOPE.strip()) == [b""]
    assert stored(tmp_path, ENVELOPE + b"\n" + ENVELOPE + b"\n") == [b""]


def test_what_a_mail_program_marked_as_deleted_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "mbox").write_bytes(
        mbox_of(
            message("a", more="Status: RO\nX-Status: A\n"),
            message("b", more="Status: RO\nX-Status: AD\n"),
            message("c", more="X-Mozilla-Status: 0009\r\n"),
            message("d", more="X-Mozilla-Status: 0011\nX-Mozilla-Status2: 00000008\n"),
            message("e", text="\nX-Status: D\n", more="Status: Done\n"),
        )
    )
    assert uris(open_at(tmp_path / "mbox")) == [f"{name}@example.org" for name in "ade"]


def test_a_message_is_found_once_wherever_a_block_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mbox, "BLOCK", 1100)
    file = os.memfd_create("mbox")
    try:
        for length in range(1300):
            data = ENVELOPE + b"y" * length + b"\n\n" + ENVELOPE + b"z" * 2500
            os.ftruncate(file, 0)
            os.pwrite(file, data, 0)
            second = len(ENVELOPE) + length + 2
            assert [(span.start, span.end) for span in mbox.spans(file, len(data))] == [
                (len(ENVELOPE), second - 1),
                (second + len(ENVELOPE), len(data)),
            ]
    finally:
        os.close(file)


@given(st.lists(st.lists(st.sampled_from([b"x\n", b"\n", b"From x\n", b">From \n", b">>From\n", ENVELOPE]))))
def test_every_message_comes_back(messages: list[list[bytes]]) -> None:
    bodies = [b"Subject: x\n\n" + b"".join(lines) for lines in messages]
    data = mbox_of(*bodies)
    file = os.memfd_create("mbox")
    try:
        os.write(file, data)
        found = [mbox.unescaped(data[span.start : span.end]) for span in mbox.spans(file, len(data))]
    finally:
        os.close(file)
    assert found == bodies


def test_a_file_that_is_written_to_meanwhile_is_incomplete(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "mbox"
    fill_with = [message(f"m{number}") for number in range(3)]
    path.write_bytes(mbox_of(*fill_with))
    sync(path, catalogue)
    source = open_at(path)
    listing = source.items()
    next(listing)
    path.write_bytes(mbox_of(*fill_with[:1]))
    with pytest.raises(ParseError, match="written to while it was listed"):
        list(listing)
