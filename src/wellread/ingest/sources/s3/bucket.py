"""A bucket as it is read: its objects by pages, their bytes, metadata and tags."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import unquote_plus

from wellread.errors import ParseError, UnreachableError
from wellread.ingest.parse import MAX_BYTES
from wellread.ingest.sources.http.body import TooLargeError, gunzip
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.messages import Answer, Request
from wellread.ingest.sources.s3.errors import refused
from wellread.ingest.sources.s3.location import BucketPlace
from wellread.ingest.sources.s3.signature import Credentials, signed
from wellread.ingest.sources.strange_xml import local_name, xml_root

PART_BYTES = 16 * 1024**2
"""Larger objects are read in parts of this size, so that a connection that breaks costs no more than one."""

_MOST_OF_A_PAGE = 16 * 1024**2
_MOST_TAGS_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Listed:
    """One object as its bucket lists it."""

    key: str
    size: int
    etag: str
    modified: str
    """ISO 8601 UTC."""

    @property
    def stamp(self) -> str:
        """Changes whenever the object is written: ETag, size and date. A list names no version."""
        return f"{self.etag} {self.size} {self.modified}"


class Bucket:
    """Asks the storage. Nothing is reached before the first question, and a redirect is never followed."""

    def __init__(
        self,
        place: BucketPlace,
        client: HttpClient,
        credentials: Credentials | None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._place = place
        self._client = client
        self._credentials = credentials
        self._now = now
        self.asked_at = now()
        """The storage's own time when it last listed."""

    def objects(self) -> Iterator[Listed]:
        """Everything below the prefix, in the order of keys.

        Raises NotFoundError: no such bucket; UnreachableError: no answer, access denied, a page that cannot be read.
        """
        query = {"list-type": "2", "encoding-type": "url", "prefix": self._place.prefix}
        token = ""
        while True:
            page = self._get(self._place.address(query=query), most=_MOST_OF_A_PAGE)
            self._note_time(page)
            try:
                objects, following = _page(page.body)
            except (ParseError, ValueError, KeyError) as error:
                raise UnreachableError(
                    f"{self._place.location} sends a list that cannot be read: {error}"
                ) from None
            yield from objects
            if not following:
                return
            if following == token:
                raise UnreachableError(
                    f"{self._place.location} sends the same page of its list again and again"
                )
            token = query["continuation-token"] = following

    def read(self, listed: Listed) -> tuple[bytes, str]:
        """The bytes and the Content-Type, of the very object that was listed.

        Raises ParseError: gone, changed, too large, not to be read; UnreachableError.
        """
        if listed.size > MAX_BYTES:
            raise ParseError(f"it has {listed.size:,} bytes, the most is {MAX_BYTES:,}: split it")
        data, head = bytearray(), None
        while head is None or PART_BYTES <= len(data) < listed.size:
            part = self._part(listed, len(data))
            if not part.body and data:
                raise UnreachableError(f"{listed.key} breaks off after {len(data):,} bytes")
            head = head or part
            data += part.body
        if len(data) != listed.size:
            raise ParseError(f"{listed.key} has {len(data):,} bytes where {listed.size:,} were listed")
        encodings = head.headers.get("content-encoding", "").lower().replace(" ", "").split(",")
        packed = "gzip" in encodings and data.startswith(b"\x1f\x8b")
        return (gunzip(bytes(data), MAX_BYTES) if packed else bytes(data)), head.headers.get(
            "content-type", ""
        )

    def metadata(self, key: str, name: str) -> str | None:
        """What stands in the object's own header `x-amz-meta-NAME`. None where there is none."""
        answer = self._get(self._place.address(key), key, method="HEAD", most=0)
        return answer.headers.get(f"x-amz-meta-{name.lower()}")

    def tag(self, key: str, name: str) -> str | None:
        """The value of one of the object's tags. None where there is none."""
        answer = self._get(self._place.address(key, {"tagging": ""}), key, most=_MOST_TAGS_BYTES)
        for tag in xml_root(answer.body).iter("{*}Tag"):
            told = {local_name(one): "".join(one.itertext()) for one in tag}
            if told.get("Key") == name:
                return told.get("Value", "")
        return None

    def close(self) -> None:
        """Close all connections. Calling twice is harmless."""
        self._client.close()

    def _part(self, listed: Listed, start: int) -> Answer:
        headers = {"If-Match": listed.etag} if listed.etag else {}
        if listed.size > PART_BYTES:
            headers["Range"] = f"bytes={start}-{min(start + PART_BYTES, listed.size) - 1}"
        part = self._get(self._place.address(listed.key), listed.key, headers, most=listed.size)
        if start and part.status != 206:
            raise ParseError(f"{listed.key} is not given in parts: the storage does not know ranges")
        return part

    def _get(
        self,
        address: str,
        key: str = "",
        headers: Mapping[str, str] | None = None,
        *,
        method: Literal["GET", "HEAD"] = "GET",
        most: int,
    ) -> Answer:
        proof: Mapping[str, str] = {}
        if self._credentials:
            proof = signed(method, address, self._credentials, self._place.region, self._now())
        asked = Request(
            method=method,
            headers={**(headers or {}), **proof},
            redirects=0,
            may_leave=True,
            most_bytes=most,
            as_stored=True,
        )
        try:
            answer = self._client.request(address, asked)
        except TooLargeError as error:
            raise ParseError(f"{key or self._place.location} sends more than was listed: {error}") from None
        if 200 <= answer.status < 300:
            return answer
        raise refused(answer, self._place, key)

    def _note_time(self, page: Answer) -> None:
        self.asked_at = self._now()
        with suppress(ValueError, TypeError):
            told = parsedate_to_datetime(page.headers.get("date", ""))
            self.asked_at = told if told.tzinfo else told.replace(tzinfo=UTC)


def _page(body: bytes) -> tuple[list[Listed], str]:
    """The objects of one page, and how the next one is asked for; nothing after the last."""
    root = xml_root(body)
    if local_name(root) != "ListBucketResult":
        raise ParseError(f"it is a document of the kind {local_name(root)!r}")
    told = {local_name(one): "".join(one.itertext()).strip() for one in root}
    is_escaped = told.get("EncodingType") == "url"
    objects = []
    for entry in root.iterchildren("{*}Contents"):
        # White space counts in keys.
        of = {local_name(one): "".join(one.itertext()) for one in entry}
        objects.append(
            Listed(
                key=unquote_plus(of["Key"]) if is_escaped else of["Key"],
                size=int(of["Size"]),
                etag=of.get("ETag", "").strip(),
                modified=datetime.fromisoformat(of["LastModified"].strip()).astimezone(UTC).isoformat(),
            )
        )
    is_cut = told.get("IsTruncated") == "true"
    following = told.get("NextContinuationToken", "")
    if is_cut and not following:
        raise ParseError("it goes on, and does not say how")
    return objects, following if is_cut else ""
