"""Objects of a bucket, each a document named by its key below the prefix; what cannot be printed is escaped."""

import socket
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

from wellread.errors import ParseError
from wellread.ingest.sources.http.address import endpoint
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.media_types import suffix_of
from wellread.ingest.sources.http.network_addresses import is_inside
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sources.readers_file import NOBODY
from wellread.ingest.sources.s3.bucket import Bucket, Listed
from wellread.ingest.sources.s3.location import OPTIONS, bucket_place, is_bucket
from wellread.ingest.sources.s3.readers import OwnReaders, Told, nearest, rules_of
from wellread.ingest.sources.s3.signature import Credentials


class S3Source:
    """Lists and reads the objects below a prefix. Names with a leading dot, and markers of folders, are passed over.

    Readers are those of the nearest `.readers` object upward, else the place's; with the option readers, those that
    each object names itself, and nothing else counts.
    """

    def __init__(self, place: Place, client: HttpClient | None = None) -> None:
        """Raises UsageError for a location, option or secret that is none."""
        self._place = bucket_place(place)
        self._readers = place.readers
        self._memory: Mapping[str, Any] = place.memory
        self._own = OwnReaders.asked(place.options.get("readers", "").strip(), place.memory)
        credentials = Credentials.from_secret(place.secret) if place.secret else None
        named = frozenset([endpoint(self._place.base)]) if self._place.is_own else frozenset()
        # Storage is made to be asked often; when it is too often, it says so.
        client = client or HttpClient(
            self._place.base,
            allow_private=named,
            pause=0.0,
            look_up=None if self._place.base.startswith("https:") else _inside,
        )
        self._bucket = Bucket(self._place, client, credentials)
        self._found: dict[str, tuple[Listed, str]] = {}

    @property
    def location(self) -> str:
        """s3://bucket/prefix."""
        return self._place.location

    @property
    def memory(self) -> Mapping[str, Any]:
        """What objects say of their readers, as far as it can not change without their date."""
        return self._memory

    def items(self) -> Iterator[Item]:
        """Every object, in the order of keys.

        Raises NotFoundError: no such bucket; UnreachableError: no answer, access denied; ParseError after the last
        item: `.readers` objects that are broken, and nobody to read.
        """
        self._found = {}
        problems: list[str] = []
        listed = sorted(self._bucket.objects(), key=lambda one: one.key)
        rules = {} if self._own else rules_of(self._bucket, listed, self._place.prefix, problems)
        wanted = [one for one in listed if self._is_wanted(one.key)]
        for one in wanted:
            path = one.key[len(self._place.prefix) :]
            uri = "".join(letter if letter.isprintable() else quote(letter) for letter in path)
            told = self._own.of(self._bucket, one) if self._own else Told(nearest(rules, path, self._readers))
            if told.readers == NOBODY and not told.problem and not problems:
                problems.append(
                    f"nobody may read {uri}: name readers when adding the source, or write a .readers file"
                )
            yield self._item(uri, one, told)
        if self._own:
            self._memory = self._own.to_json(wanted, self._bucket.asked_at)
        if problems:
            raise ParseError("\n".join(problems))

    def read(self, item: Item) -> Content:
        """The object's bytes, if it still is the one that was listed. Raises ParseError and UnreachableError."""
        if item.uri not in self._found:
            raise ParseError(f"{item.uri} is not in {self.location}")
        listed, problem = self._found[item.uri]
        if problem:
            raise ParseError(f"{item.uri}: {problem}")
        try:
            data, kind = self._bucket.read(listed)
        except ParseError as error:
            raise ParseError(f"{item.uri} cannot be read: {error}") from None
        name = item.uri
        if "." not in name.rpartition("/")[2]:
            name += suffix_of(name, {"content-type": kind})
        return Content(data, name)

    def close(self) -> None:
        """Close connections. Calling twice is harmless."""
        self._bucket.close()

    def _is_wanted(self, key: str) -> bool:
        path = key[len(self._place.prefix) :]
        return (
            bool(path)
            and not path.endswith("/")
            and not any(part.startswith(".") for part in path.split("/"))
        )

    def _item(self, uri: str, listed: Listed, told: Told) -> Item:
        self._found[uri] = (listed, told.problem)
        # What is closed for want of readers is not read, and so told again each time, until it has some.
        stamp = f"{listed.stamp} closed" if told.problem else listed.stamp
        return Item(uri=uri, modified=listed.modified, size=listed.size, readers=told.readers, stamp=stamp)


def _inside(host: str, port: int) -> list[str]:
    """The addresses of a host that belong to one's own network: only there nothing needs to be encrypted."""
    from wellread.ingest.sources.http.guarded_network import resolve

    found = [one for one in resolve(host, port) if is_inside(ip_address(one))]
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, f"{host} is not of your own network: write https")
    return found


KIND = Kind(S3Source, OPTIONS, identity=("endpoint",), recognises=is_bucket)
