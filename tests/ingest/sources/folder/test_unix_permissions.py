"""Mode bits and access control lists as readers: whoever the file system refuses is never let in."""

import errno
import os
import stat
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.errors import ParseError
from wellread.ingest.sources.folder.unix_permissions import Accounts, Gate, gate_of, readers_behind

STAFF = frozenset({"group:staff"})
ANN, BOB, CAT = 1001, 1002, 1003
HR, LEADS = 2001, 2002
UNNAMED = 9999

OWNER, USER, OWNING_GROUP, GROUP, MASK, OTHERS = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
NO_NUMBER = 0xFFFFFFFF


class Machine(Accounts):
    """Ann and Bob are in hr, Cat in leads."""

    def user(self, number: int) -> str | None:
        return {ANN: "user:ann", BOB: "user:bob", CAT: "user:cat"}.get(number)

    def group(self, number: int) -> str | None:
        return {HR: "group:hr", LEADS: "group:leads"}.get(number)

    def groups_of(self, user: int) -> frozenset[int]:
        return {ANN: frozenset({HR}), BOB: frozenset({HR}), CAT: frozenset({LEADS})}.get(user, frozenset())


def details(mode: int, owner: int = ANN, group: int = HR, kind: int = stat.S_IFREG) -> os.stat_result:
    return os.stat_result((kind | mode, 0, 0, 1, owner, group, 0, 0, 0, 0))


def file(tmp_path: Path, mode: int, owner: int = ANN, group: int = HR) -> Gate:
    path = tmp_path / "plain"
    path.touch()
    return gate_of(path, details(mode, owner, group))


def folder(tmp_path: Path, mode: int, owner: int = ANN, group: int = HR) -> Gate:
    return gate_of(tmp_path, details(mode, owner, group, stat.S_IFDIR))


def stored(*entries: tuple[int, int, int], version: int = 2) -> bytes:
    return struct.pack("<I", version) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: bytes, mode: int = 0o640) -> Gate:
    monkeypatch.setattr(os, "getxattr", lambda *_, **__: value)
    return file(tmp_path, mode)


def behind(*gates: Gate) -> frozenset[str]:
    return readers_behind(gates, STAFF, Machine())


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (0o644, STAFF),
        (0o444, STAFF),
        (0o640, {"group:hr", "user:ann"}),
        (0o600, {"user:ann"}),
        (0o000, set()),
        (0o604, {"user:ann"}),  # the group may not, so "everyone" would let it in
        (0o044, set()),
        (0o040, set()),  # Ann may be in the group
        (0o733, {"user:ann"}),  # to execute or write is not to read
    ],
)
def test_the_mode_of_a_file_names_its_readers(tmp_path: Path, mode: int, expected: set[str]) -> None:
    assert behind(file(tmp_path, mode)) == expected


@pytest.mark.parametrize("mode", [0o750, 0o751, 0o754, 0o770])
def test_a_folder_that_others_may_not_list_or_enter_narrows_what_is_below(tmp_path: Path, mode: int) -> None:
    assert behind(folder(tmp_path, mode), file(tmp_path, 0o644)) == {"group:hr", "user:ann"}


def test_every_folder_on_the_way_counts(tmp_path: Path) -> None:
    narrow = folder(tmp_path, 0o750, CAT, LEADS)
    assert behind(narrow, folder(tmp_path, 0o755), file(tmp_path, 0o644)) == {"group:leads", "user:cat"}
    assert behind(narrow, file(tmp_path, 0o640)) == set()


def test_a_private_file_in_a_group_s_folder_is_its_owner_s_who_is_in_the_group(tmp_path: Path) -> None:
    shared = folder(tmp_path, 0o750, CAT, HR)
    assert behind(shared, file(tmp_path, 0o600, BOB)) == {"user:bob"}
    assert behind(shared, file(tmp_path, 0o640, BOB)) == {"group:hr", "user:bob"}


def test_an_owner_outside_the_group_of_the_folder_does_not_pass(tmp_path: Path) -> None:
    assert behind(folder(tmp_path, 0o750, ANN, HR), file(tmp_path, 0o600, CAT)) == set()


def test_numbers_without_names_are_left_out_and_said_when_nobody_remains(tmp_path: Path) -> None:
    assert behind(file(tmp_path, 0o640, UNNAMED)) == {"group:hr"}
    with pytest.raises(ParseError, match="user 9999 may read it, and has no name"):
        behind(file(tmp_path, 0o600, UNNAMED))


def test_a_list_lets_named_users_and_groups_in_as_its_mask_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [
        (OWNER, 6, NO_NUMBER), (USER, 4, BOB), (OWNING_GROUP, 0, NO_NUMBER), (GROUP, 4, LEADS),
        (MASK, 4, NO_NUMBER), (OTHERS, 0, NO_NUMBER),
    ]  # fmt: skip
    assert behind(listed(monkeypatch, tmp_path, stored(*entries))) == {"user:ann", "user:bob", "group:leads"}
    entries[4] = (MASK, 2, NO_NUMBER)
    assert behind(listed(monkeypatch, tmp_path, stored(*entries))) == {"user:ann"}


def test_who_a_list_refuses_is_not_let_in_through_a_group_or_as_everyone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = stored(
        (OWNER, 6, NO_NUMBER), (USER, 0, BOB), (OWNING_GROUP, 4, NO_NUMBER), (MASK, 7, NO_NUMBER),
        (OTHERS, 4, NO_NUMBER),
    )  # fmt: skip
    gate = listed(monkeypatch, tmp_path, entries, 0o644)
    assert behind(gate) == {"user:ann"}
    assert not gate.lets(BOB, frozenset({HR}))


@pytest.mark.parametrize(
    "value",
    [
        b"\x02",
        stored(version=3),
        stored(),
        stored((OWNER, 6, 0), (OWNING_GROUP, 4, 0)),
        stored((OWNER, 6, 0), (OWNING_GROUP, 4, 0), (OTHERS, 4, 0))[:-1],
        stored((OWNER, 6, 0), (USER, 4, BOB), (OWNING_GROUP, 4, 0), (OTHERS, 4, 0)),  # no mask
        stored((OWNER, 6, 0), (OWNING_GROUP, 4, 0), (OTHERS, 4, 0), (0x40, 4, 0)),
    ],
)
def test_a_list_that_is_not_understood_is_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: bytes
) -> None:
    with pytest.raises(ParseError, match="cannot be told"):
        listed(monkeypatch, tmp_path, value, 0o644)


@pytest.mark.parametrize("name", ["system.nfs4_acl", "system.cifs_acl"])
def test_a_list_of_another_kind_is_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(os, "listxattr", lambda *_, **__: ["user.comment", name])
    with pytest.raises(ParseError, match=name):
        file(tmp_path, 0o644)


def test_a_list_that_cannot_be_had_is_a_reason_and_one_that_cannot_exist_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(number: int) -> None:
        def fail(*_: object, **__: object) -> bytes:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "getxattr", fail)
        monkeypatch.setattr(os, "listxattr", fail)

    failing(errno.EIO)
    with pytest.raises(ParseError, match="Input/output error"):
        file(tmp_path, 0o644)
    failing(errno.ENOTSUP)
    assert behind(file(tmp_path, 0o644)) == STAFF


ENTRIES = st.lists(
    st.tuples(st.sampled_from([USER, GROUP]), st.sampled_from([0, 4]), st.sampled_from([ANN, BOB, CAT])),
    max_size=4,
    unique_by=lambda entry: (entry[0], entry[2]),
)
BITS = st.sampled_from([0, 4])


@given(named=ENTRIES, owner=BITS, group=BITS, mask=BITS, others=BITS)
def test_nobody_is_a_reader_whom_the_kernel_s_algorithm_refuses(
    named: list[tuple[int, int, int]], owner: int, group: int, mask: int, others: int
) -> None:
    """Ann owns the file of the group hr; numbers of named groups are those of hr and leads."""
    entries = [(tag, bits, {ANN: HR}.get(who, LEADS) if tag == GROUP else who) for tag, bits, who in named]
    entries = list({(tag, who): (tag, bits, who) for tag, bits, who in entries}.values())
    value = stored(
        (OWNER, owner, 0), (OWNING_GROUP, group, 0), (OTHERS, others, 0), (MASK, mask, 0), *entries
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "getxattr", lambda *_, **__: value)
        patch.setattr(os, "listxattr", lambda *_, **__: [])
        readers = behind(gate_of(Path("plain"), details(0o000)))
    for person, name in ((ANN, "user:ann"), (BOB, "user:bob"), (CAT, "user:cat"), (UNNAMED, "user:dan")):
        groups = Machine().groups_of(person)
        held = {name} | {Machine().group(one) for one in groups}
        if held & readers or readers == STAFF:
            assert kernel_lets(
                person, groups, entries, {"owner": owner, "group": group, "mask": mask, "others": others}
            )


def kernel_lets(
    person: int, groups: frozenset[int], named: list[tuple[int, int, int]], bits: dict[str, int]
) -> bool:
    """The access check algorithm of acl(5)."""
    if person == ANN:
        return bits["owner"] == 4
    for tag, allowed, who in named:
        if tag == USER and who == person:
            return bool(allowed & bits["mask"])
    matching = [allowed for tag, allowed, who in named if tag == GROUP and who in groups]
    if HR in groups:
        matching.append(bits["group"])
    return any(one & bits["mask"] for one in matching) if matching else bits["others"] == 4
