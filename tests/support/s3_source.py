"""A bucket, the source over it, and a catalogue that it is synchronised into."""

from datetime import UTC, datetime
from typing import Any

from synchronising import STAFF
from web_server import Reply, WebServer

from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.network_addresses import endpoints
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.s3.source import S3Source

SECRET = "testing-key:testing-secret"

LIST = "/kbs/?encoding-type=url&list-type=2&prefix="


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def lists(*objects: tuple[str, int, str], more: str = "") -> Reply:
    entries = "".join(
        f"<Contents><Key>{key}</Key><LastModified>{when}</LastModified><ETag>&quot;e-{key}&quot;</ETag>"
        f"<Size>{size}</Size></Contents>"
        for key, size, when in objects
    )
    cut = (
        f"<IsTruncated>true</IsTruncated><NextContinuationToken>{more}</NextContinuationToken>"
        if more
        else ""
    )
    body = (
        f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{entries}{cut}</ListBucketResult>'
    )
    return Reply(body, "application/xml")


def error(status: int, code: str, more: str = "", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(f"<Error><Code>{code}</Code>{more}</Error>", "application/xml", status, named)


def at(site: WebServer, memory: dict[str, Any] | None = None, **options: str) -> S3Source:
    options = {"endpoint": site.address, **options}
    place = Place(location="s3://kbs", readers=STAFF, options=options, secret=SECRET, memory=memory or {})
    waits: list[float] = []
    client = HttpClient(site.address, allow_private=endpoints(site.allowed), pause=0, sleep=waits.append)
    return S3Source(place, client)
