"""Who may read the objects of a bucket: by `.readers` objects, or by what each object says of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from wellread.errors import ParseError, UsageError
from wellread.ingest.sources.readers_file import NOBODY, READERS_FILE, told_readers
from wellread.ingest.sources.s3.bucket import Bucket, Listed
from wellread.records.people import Principal, principals

_WAYS = ("metadata", "tag")
_MAX_RULE_BYTES = 1_000_000
_SETTLED_AFTER = 60.0
"""Seconds after which the date of an object, which counts seconds, surely names one version of it."""

_FORM = 1


@dataclass(frozen=True, slots=True)
class Told:
    """The readers of one object, and why they are nobody where that is."""

    readers: frozenset[Principal]
    problem: str = ""


Folder = tuple[str, ...]
"""The parts of a key below the prefix, without the last; parts may be empty."""

Rules = Mapping[Folder, frozenset[Principal]]


def rules_of(bucket: Bucket, listed: Sequence[Listed], prefix: str, problems: list[str]) -> Rules:
    """By folder below the prefix, what its `.readers` object says; nobody where that is broken."""
    rules: dict[Folder, frozenset[Principal]] = {}
    for one in listed:
        *folder, name = one.key[len(prefix) :].split("/")
        if name == READERS_FILE:
            rules[tuple(folder)] = told_readers(one.key, partial(_rule, bucket, one), problems)
    return rules


def nearest(rules: Rules, path: str, usual: frozenset[Principal]) -> frozenset[Principal]:
    """What the nearest `.readers` object upward of a key below the prefix says, else `usual`."""
    parts = path.split("/")
    folders = (tuple(parts[:depth]) for depth in range(len(parts) - 1, -1, -1))
    return next((rules[folder] for folder in folders if folder in rules), usual)


@dataclass(slots=True)
class OwnReaders:
    """Readers that each object names itself, in its metadata or a tag.

    Metadata is of one version of an object, so it is asked for once; a tag can change by itself and is asked for each
    time.
    """

    way: str
    name: str
    known: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By key, what an object of this stamp says."""

    @staticmethod
    def asked(option: str, memory: Mapping[str, Any]) -> "OwnReaders | None":
        """None where the option is not given. Raises UsageError when it is none of the two forms."""
        if not option:
            return None
        way, _, name = option.partition(":")
        if way not in _WAYS or not name.strip():
            raise UsageError(f"readers is {option!r}: write metadata:NAME or tag:NAME")
        known = {}
        if memory.get("form") == _FORM and memory.get("readers_of") == option:
            known = {key: (stamp, told) for key, (stamp, told) in memory.get("readers", {}).items()}
        return OwnReaders(way, name.strip(), known)

    def of(self, bucket: Bucket, listed: Listed) -> Told:
        """What the object says. Raises UnreachableError."""
        try:
            stamp, written = self.known.get(listed.key, ("", None))
            if self.way == "tag":
                # No comma may stand in a tag.
                told = bucket.tag(listed.key, self.name)
                written = ",".join(told.split()) if told else None
            elif stamp != listed.stamp:
                written = bucket.metadata(listed.key, self.name)
            if not written:
                return Told(NOBODY, f"it has no {self.way} {self.name}, and so is for nobody: add it")
            self.known[listed.key] = (listed.stamp, written)
            return Told(principals(written))
        except (ParseError, UsageError) as error:
            return Told(
                NOBODY,
                f"its {self.way} {self.name} names no readers: {error}; until it does, nobody may read it",
            )

    def to_json(self, listed: Sequence[Listed], asked_at: datetime) -> Mapping[str, Any]:
        """What `asked` needs the next time."""
        if self.way == "tag":
            return {}
        settled = {
            one.key: self.known[one.key]
            for one in listed
            if self.known.get(one.key, ("",))[0] == one.stamp
            and (asked_at - datetime.fromisoformat(one.modified)).total_seconds() >= _SETTLED_AFTER
        }
        return {"form": _FORM, "readers_of": f"{self.way}:{self.name}", "readers": settled}


def _rule(bucket: Bucket, listed: Listed) -> bytes:
    if listed.size > _MAX_RULE_BYTES:
        raise OSError(f"it has {listed.size:,} bytes, the most is {_MAX_RULE_BYTES:,}")
    try:
        return bucket.read(listed)[0]
    except ParseError as error:
        raise OSError(str(error)) from None
