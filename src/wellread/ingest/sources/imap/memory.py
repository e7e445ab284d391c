"""How messages keep their names when a server numbers its folder anew (RFC 3501, section 2.3.1.1: UIDVALIDITY).

A message's name for good is the UIDVALIDITY and UID under which it was first seen, as in `1789000000.17`. It is the
stamp of its item too, so one that is known again by its mark is not read again.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wellread.ingest.sources.imap.answers import Listed


@dataclass(frozen=True, slots=True)
class Names:
    """Of the messages of one folder, by UID."""

    uidvalidity: int
    base: int
    """The UIDVALIDITY whose messages are called by their UID alone."""
    stamps: Mapping[int, str]

    def uri(self, folder: str, uid: int) -> str:
        """`folder/17`, or `folder/1789000000.17` for what came after the folder was numbered anew."""
        first, _, number = self.stamps[uid].partition(".")
        return f"{folder}/{number}" if int(first) == self.base else f"{folder}/{self.stamps[uid]}"

    def to_json(self, messages: Sequence[Listed]) -> dict[str, Any]:
        """What `recognised` needs the next time."""
        usual = {uid: f"{self.uidvalidity}.{uid}" for uid in self.stamps}
        return {
            "uidvalidity": self.uidvalidity,
            "base": self.base,
            "marks": {str(message.uid): message.mark for message in messages if message.mark},
            "stamps": {str(uid): stamp for uid, stamp in self.stamps.items() if stamp != usual[uid]},
        }


def recognised(before: Mapping[str, Any] | None, uidvalidity: int, messages: Sequence[Listed]) -> Names:
    """Name the messages of a folder, given what `Names.to_json` said of it the last time."""
    if before is None:
        before = {"uidvalidity": uidvalidity, "base": uidvalidity, "marks": {}, "stamps": {}}
    stamps = {message.uid: f"{uidvalidity}.{message.uid}" for message in messages}
    if before["uidvalidity"] == uidvalidity:
        known = {int(uid): stamp for uid, stamp in before["stamps"].items()}
        stamps |= {uid: stamp for uid, stamp in known.items() if uid in stamps}
    else:
        earlier = _stamps_by_mark(before)
        for message in messages:
            if earlier[message.mark]:
                stamps[message.uid] = earlier[message.mark].popleft()
    return Names(uidvalidity, before["base"], stamps)


def _stamps_by_mark(before: Mapping[str, Any]) -> defaultdict[str, deque[str]]:
    """In the order of UIDs: of copies of one message, the first is the first again."""
    found: defaultdict[str, deque[str]] = defaultdict(deque)
    for uid, mark in sorted(before["marks"].items(), key=lambda pair: int(pair[0])):
        found[mark].append(before["stamps"].get(uid, f"{before['uidvalidity']}.{uid}"))
    return found
