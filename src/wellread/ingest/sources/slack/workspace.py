"""What an export of Slack says of people and channels: names, and who may read what was said where."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from wellread.errors import ParseError, UsageError
from wellread.ingest.sources.export.files import ExportFiles, damage
from wellread.ingest.sources.export.json_stream import records
from wellread.ingest.sources.readers_file import NOBODY
from wellread.ingest.sources.record import shown
from wellread.records.people import Principal, principal

PUBLIC = "channels.json"
_PRIVATE = ("groups.json", "mpims.json", "dms.json")
_PEOPLE = ("users.json", "org_users.json")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, a group or a conversation of two or more."""

    name: str
    readers: frozenset[Principal] | None
    """None where everybody in the workspace may read it, so that the source's readers count."""
    problem: str = ""
    """Why nobody may read it."""


class Workspace:
    """People by id, and channels by the folder that holds their messages."""

    def __init__(self, files: ExportFiles, domain: str) -> None:
        """`domain` is that of addresses whose part before the @ is how a person is called here.

        Raises ParseError: it is no export of Slack, or the lists of channels or people are damaged.
        """
        self._domain = domain.casefold().removeprefix("@")
        self.base = _base(files.names)
        people = [one for name in _PEOPLE for one in _listed(files, self.base + name)]
        self.names = {shown(one.get("id")): _person(one) for one in people}
        self._readers = {shown(one.get("id")): self._reader(one) for one in people}
        found: defaultdict[str, list[Channel]] = defaultdict(list)
        self.channels: dict[str, str] = {}
        for name in (PUBLIC, *_PRIVATE):
            for one in _listed(files, self.base + name):
                channel = self._channel(one, name)
                self.channels[shown(one.get("id"))] = channel.name
                found[shown(one.get("name")) or shown(one.get("id"))].append(channel)
        self.folders = {folder: _only(folder, channels) for folder, channels in found.items()}

    def channel(self, folder: str) -> Channel:
        """What is said in a folder; one that no list names is for nobody."""
        unknown = f"no list of channels names the folder {folder}, and so it is for nobody: export anew"
        return self.folders.get(folder) or Channel(f"#{folder}", NOBODY, unknown)

    def _channel(self, told: Mapping[str, Any], listed_in: str) -> Channel:
        members = told.get("members")
        held = members if isinstance(members, list) else []
        if listed_in == "dms.json":
            name = ", ".join(self.names.get(shown(one), "somebody") for one in held)
        elif listed_in == "mpims.json":
            name = ", ".join(self.names.get(shown(one), "somebody") for one in held) or shown(
                told.get("name")
            )
        else:
            name = f"#{shown(told.get('name'))}"
        if listed_in == PUBLIC and not told.get("is_private"):
            return Channel(name, None)
        readers = frozenset(filter(None, (self._readers.get(shown(one)) for one in held)))
        unknown = "none of its members has an e-mail address in users.json, and so it is for nobody"
        return Channel(name, readers, "" if readers else unknown)

    def _reader(self, person: Mapping[str, Any]) -> Principal | None:
        """By e-mail address; None without one, and for programs."""
        profile = person.get("profile")
        address = shown(profile.get("email")).strip().casefold() if isinstance(profile, dict) else ""
        name, sign, domain = address.rpartition("@")
        if not (name and sign and domain) or person.get("is_bot"):
            return None
        try:
            return principal(f"user:{name if domain == self._domain else address}")
        except UsageError:
            return None


def is_export(names: Iterable[str]) -> bool:
    """Whether files of these names are an export of Slack."""
    held = set(names)
    return any(name.endswith(PUBLIC) and name.removesuffix(PUBLIC) + _PEOPLE[0] in held for name in held)


def _base(names: Iterable[str]) -> str:
    """The folder in which the lists lie: mostly the export's own, one deeper when it was packed anew."""
    found = [name.removesuffix(PUBLIC) for name in names if name.rpartition("/")[2] == PUBLIC]
    if not found:
        raise ParseError(f"it is no whole export of Slack: {PUBLIC} is missing")
    base = min(found, key=len)
    if not any(base + name in names for name in _PEOPLE):
        raise ParseError("it is no whole export of Slack: users.json is missing")
    return base


def _listed(files: ExportFiles, name: str) -> Iterator[Mapping[str, Any]]:
    if name not in files.names:
        return
    with damage(name), closing(files.open(name)) as stream:
        for one in records(stream):
            if not isinstance(one, dict) or not one.get("id"):
                raise ParseError(f"{name} is damaged: it holds {str(one)[:50]!r}")
            yield one


def _person(person: Mapping[str, Any]) -> str:
    told = person.get("profile")
    profile: Mapping[str, Any] = told if isinstance(told, dict) else {}
    names = (
        profile.get("real_name"), person.get("real_name"), profile.get("display_name"), person.get("name"), person["id"]
    )  # fmt: skip
    return next(" ".join(name.split()) for name in map(shown, names) if name.strip())


def _only(folder: str, channels: list[Channel]) -> Channel:
    if len(channels) == 1:
        return channels[0]
    return Channel(channels[0].name, NOBODY, f"several channels are called {folder}, and so it is for nobody")
