"""From a location and options to the place that is meant: s3://bucket/prefix, at Amazon or at an endpoint."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from wellread.errors import ParseError, UsageError
from wellread.ingest.sources.http.address import canonical, location_of
from wellread.ingest.sources.kind import Place

OPTIONS = {
    "endpoint": "Where the storage is, such as https://minio.example:9000; Amazon's unless told. It may be of your own "
    "network.",
    "region": "Where the bucket is kept; us-east-1 unless told.",
    "style": "path: the bucket stands in the path (usual with an endpoint); virtual: in the host's name (usual else).",
    "readers": "metadata:NAME or tag:NAME: who may read an object stands there, in tags with spaces between; an object "
    "without it is for nobody.",
}
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z0-9-]{1,40}")
_USUAL_REGION = "us-east-1"
_FORM = "s3://"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPlace:
    """A bucket, and which of its objects are wanted."""

    name: str
    prefix: str
    """Empty, or ending in a slash."""
    base: str
    """The canonical address of the bucket, without a slash at the end."""
    region: str
    is_own: bool
    """Whether the user wrote the endpoint, so that it may be of a private network."""

    @property
    def location(self) -> str:
        """What the user wrote."""
        return f"{_FORM}{self.name}/{self.prefix}".rstrip("/")

    def address(self, key: str = "", query: Mapping[str, str] | None = None) -> str:
        """The canonical address of an object or, without a key, of the bucket; the query in order, as signatures need.

        Raises ParseError for a key that no address can have: too long, or with parts that are dots.
        """
        asked = "&".join(
            f"{name}={quote(value, safe='-_.~')}" for name, value in sorted((query or {}).items())
        )
        found = f"{self.base}/{quote(key, safe='/-_.~')}" + (f"?{asked}" if asked else "")
        if canonical(found) != found:
            raise ParseError(f"{key[:200]!r} is a name that no address can have: call the object differently")
        return found


def is_bucket(location: str) -> bool:
    """Whether a location has the form of a bucket's."""
    return location.lower().startswith(_FORM)


def bucket_place(place: Place) -> BucketPlace:
    """Raises UsageError naming what is wrong with the location or an option."""
    written = place.location.strip()
    if not is_bucket(written):
        raise UsageError(f"{written!r} is no bucket: write s3://BUCKET/PREFIX")
    name, _, prefix = written[len(_FORM) :].partition("/")
    if "@" in name:
        raise UsageError(
            "the location has a key in it: leave it out, and put ACCESS_KEY:SECRET_KEY into the environment variable "
            "WELLREAD_SECRET_NAME, with the source's name in capitals for NAME"
        )
    if not _BUCKET.fullmatch(name) or ".." in name:
        raise UsageError(f"{name!r} is no name of a bucket: 3 to 63 small letters, digits, dots and hyphens")
    region = place.options.get("region") or _USUAL_REGION
    if not _REGION.fullmatch(region):
        raise UsageError(f"region is {region!r}: write it as the storage does, such as eu-central-1")
    endpoint = place.options.get("endpoint", "").strip()
    return BucketPlace(
        name=name,
        prefix=f"{prefix.strip('/')}/" if prefix.strip("/") else "",
        base=_base(name, endpoint, region, _style(place.options, endpoint, name)),
        region=region,
        is_own=bool(endpoint),
    )


def _style(options: Mapping[str, str], endpoint: str, name: str) -> str:
    # The certificates of Amazon's hosts are not for names with another dot in them.
    style = options.get("style") or ("path" if endpoint or "." in name else "virtual")
    if style not in ("path", "virtual"):
        raise UsageError(f"style is {style!r}: it is path or virtual")
    return style


def _base(name: str, endpoint: str, region: str, style: str) -> str:
    root = location_of(endpoint or f"https://s3.{region}.amazonaws.com")
    parts = urlsplit(root)
    if parts.query:
        raise UsageError(f"endpoint is {endpoint!r}: write it as https://HOST:PORT")
    above = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
    if style == "path":
        return f"{above}/{name}"
    if _is_number(parts.hostname or "") or parts.path.strip("/"):
        raise UsageError(
            f"endpoint is {endpoint!r}, which has no host's name to put a bucket before: give style=path"
        )
    return f"{parts.scheme}://{name}.{parts.netloc}"


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
