"""Whom a file system lets read a file, as readers: mode bits and POSIX access control lists (draft 1003.1e).

Somebody may read a file when every folder from the source's location down to it and the file itself let them. A list of
readers can only say who may; what mode bits and lists say in the negative (a group that may not what all others may) is
answered by leaving out whom it would let in besides.
"""

import errno
import grp
import os
import pwd
import stat
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path

from wellread.errors import ParseError, UsageError
from wellread.records.people import Principal, principal

_LIST = "system.posix_acl_access"
_NOT_UNDERSTOOD = frozenset({"system.nfs4_acl", "system.richacl", "system.cifs_acl", "security.NTACL"})
"""Lists of other file systems, beside which the mode bits are not the whole truth."""

_OWNER, _USER, _OWNING_GROUP, _GROUP, _MASK, _OTHERS = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
"""Tags of the entries of a list, as the kernel stores them."""

_ABSENT = (errno.ENODATA, errno.ENOTSUP)

Number = int
"""Of a user or a group."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Whom one file or folder lets in, by number."""

    users: frozenset[Number]
    """Let in by an entry of their own, the owner's or a named one."""
    refused: frozenset[Number]
    """Whose own entry does not let them in, whatever their groups may."""
    groups: frozenset[Number]
    everybody: bool
    """Everyone else too, and nobody is refused."""

    def lets(self, user: Number, groups: frozenset[Number]) -> bool:
        """Whether a user who is in `groups` passes."""
        return (
            self.everybody or user in self.users or (user not in self.refused and bool(groups & self.groups))
        )


@dataclass(slots=True)
class Accounts:
    """The machine's users and groups; each is looked up once, so make one for every listing."""

    _users: dict[Number, Principal | None] = field(default_factory=dict)
    _groups: dict[Number, Principal | None] = field(default_factory=dict)
    _memberships: dict[Number, frozenset[Number]] = field(default_factory=dict)

    def user(self, number: Number) -> Principal | None:
        """`user:NAME`; None where the number has no name, or one that a reader cannot have."""
        if number not in self._users:
            self._users[number] = _named("user", lambda: pwd.getpwuid(number).pw_name)
        return self._users[number]

    def group(self, number: Number) -> Principal | None:
        """`group:NAME`, likewise."""
        if number not in self._groups:
            self._groups[number] = _named("group", lambda: grp.getgrgid(number).gr_name)
        return self._groups[number]

    def groups_of(self, user: Number) -> frozenset[Number]:
        """The groups a user is in; none for one without a name."""
        if user not in self._memberships:
            try:
                account = pwd.getpwuid(user)
                found = frozenset(os.getgrouplist(account.pw_name, account.pw_gid))
            except (KeyError, OSError):
                found = frozenset()
            self._memberships[user] = found
        return self._memberships[user]


def gate_of(path: Path, details: os.stat_result) -> Gate:
    """Whom a file lets read it, or a folder lets list it and go through it.

    Raises ParseError where the file system says more than is understood here, FileNotFoundError when it is gone.
    """
    wanted = 0o5 if stat.S_ISDIR(details.st_mode) else 0o4
    try:
        entries = _entries(_access_list(path)) or _of_mode(details.st_mode)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise ParseError(
            f"who may read {path} cannot be told ({error}), so nobody may: name readers in a .readers file beside it"
        ) from None
    mask = next((bits for tag, bits, _ in entries if tag == _MASK), 0o7)
    lets: dict[int, set[Number]] = {tag: set() for tag in (_USER, _GROUP, _OTHERS)}
    refuses: dict[int, set[Number]] = {tag: set() for tag in (_USER, _GROUP, _OTHERS)}
    for tag, bits, number in entries:
        masked = bits if tag in (_OWNER, _OTHERS) else bits & mask
        kind = {_OWNER: _USER, _OWNING_GROUP: _GROUP}.get(tag, tag)
        who = {_OWNER: details.st_uid, _OWNING_GROUP: details.st_gid}.get(tag, number)
        if tag == _USER and who == details.st_uid:
            continue  # The owner's own entry comes before it.
        if tag != _MASK:
            (lets if masked & wanted == wanted else refuses)[kind].add(who)
    everybody = bool(lets[_OTHERS]) and not refuses[_USER] and not refuses[_GROUP]
    return Gate(frozenset(lets[_USER]), frozenset(refuses[_USER]), frozenset(lets[_GROUP]), everybody)


def readers_behind(
    gates: Iterable[Gate], usual: frozenset[Principal], accounts: Accounts
) -> frozenset[Principal]:
    """Who passes all of `gates`: `usual` where everybody does, else groups and users of the machine by name.

    Raises ParseError when some do, and none of them has a name that a reader can have.
    """
    narrow = [gate for gate in gates if not gate.everybody]
    if not narrow:
        return usual
    groups = reduce(frozenset.intersection, [frozenset() if gate.refused else gate.groups for gate in narrow])
    named: frozenset[Number] = frozenset().union(*(gate.users for gate in narrow))
    users = [one for one in named if all(gate.lets(one, accounts.groups_of(one)) for gate in narrow)]
    found = {*map(accounts.group, groups), *map(accounts.user, users)}
    readers = frozenset(one for one in found if one is not None)
    if found and not readers:
        numbers = _listed("group", sorted(groups)) + _listed("user", sorted(users))
        raise ParseError(f"{', '.join(numbers)} may read it, and has no name that a reader can have")
    return readers


def _listed(what: str, numbers: Sequence[Number]) -> list[str]:
    return [f"{what} {number}" for number in numbers]


def _named(kind: str, look_up: Callable[[], str]) -> Principal | None:
    try:
        return principal(f"{kind}:{look_up()}")
    except (KeyError, OSError, UsageError):
        return None


def _access_list(path: Path) -> bytes:
    """The file's list as the kernel gives it; nothing where it has none."""
    try:
        foreign = _NOT_UNDERSTOOD & frozenset(os.listxattr(path, follow_symlinks=False))
    except OSError as error:
        if error.errno not in _ABSENT:
            raise
        foreign = frozenset()
    if foreign:
        raise ValueError(f"it has a list {', '.join(sorted(foreign))}, which is not understood")
    try:
        return os.getxattr(path, _LIST, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _ABSENT:
            raise
        return b""


def _entries(stored: bytes) -> list[tuple[int, int, Number]]:
    """Tag, permission bits and number of each entry. Raises ValueError for anything but a complete, known list."""
    if not stored:
        return []
    if len(stored) < 4 or len(stored) % 8 != 4 or struct.unpack_from("<I", stored) != (2,):
        raise ValueError("its access control list is of an unknown form")
    entries = [(tag, bits, number) for tag, bits, number in struct.iter_unpack("<HHI", stored[4:])]
    tags = [tag for tag, _, _ in entries]
    single = all(tags.count(tag) == 1 for tag in (_OWNER, _OWNING_GROUP, _OTHERS))
    masked = tags.count(_MASK) == 1 if {_USER, _GROUP} & set(tags) else tags.count(_MASK) <= 1
    if not single or not masked or set(tags) - {_OWNER, _USER, _OWNING_GROUP, _GROUP, _MASK, _OTHERS}:
        raise ValueError("its access control list is not complete")
    return entries


def _of_mode(mode: int) -> list[tuple[int, int, Number]]:
    return [(_OWNER, mode >> 6 & 7, 0), (_OWNING_GROUP, mode >> 3 & 7, 0), (_OTHERS, mode & 7, 0)]
