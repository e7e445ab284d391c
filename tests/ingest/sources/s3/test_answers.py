"""Answers of storage that the imitation does not give, and addresses of buckets."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from s3_source import LIST, at, error, lists, now
from synchronising import STAFF
from web_server import Asked, Reply, WebServer

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, ParseError, UnreachableError, UsageError
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.network_addresses import endpoints
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Content
from wellread.ingest.sources.registry import kind_of
from wellread.ingest.sources.s3 import bucket as s3_bucket
from wellread.ingest.sources.s3.location import bucket_place
from wellread.ingest.sources.s3.source import S3Source
from wellread.ingest.sync import synchronise

pytest_plugins = ("s3_server",)

REFUSALS = (
    (error(404, "NoSuchBucket"), NotFoundError, "no bucket kbs"),
    (error(403, "AccessDenied"), UnreachableError, "s3:ListBucket"),
    (error(403, "RequestTimeTooSkewed", "<ServerTime>09:44</ServerTime>"), UnreachableError, "clock.*09:44"),
    (error(400, "AuthorizationHeaderMalformed", "<Region>eu-north-1</Region>"), UnreachableError, "region=eu-north-1"),
    (error(301, "PermanentRedirect", x_amz_bucket_region="eu-west-3"), UnreachableError, "region=eu-west-3"),
    (error(307, "TemporaryRedirect", Location="http://192.0.2.1/kbs/"), UnreachableError, "kept elsewhere"),
    (error(400, "ExpiredToken"), UnreachableError, "session token is over"),
    (error(403, ""), UnreachableError, "access is denied"),
    (Reply("<html>Welcome</html>"), UnreachableError, "cannot be read"),
    (Reply("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"), UnreachableError, "goes on"),
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(REFUSALS)))
def test_refusals_are_told_with_the_remedy(site: WebServer, number: int) -> None:
    reply, kind, said = REFUSALS[number]
    site.pages[LIST] = reply
    with pytest.raises(kind, match=said):
        list(at(site).items())
    assert all(asked.path.startswith("/kbs/?") for asked in site.asked)


def test_a_busy_storage_is_waited_for(site: WebServer) -> None:
    replies = [error(503, "SlowDown", Retry_After="7"), error(500, "InternalError"), lists()]
    site.pages[LIST] = lambda _: replies.pop(0)
    waits: list[float] = []
    client = HttpClient(site.address, allow_private=endpoints(site.allowed), pause=0, sleep=waits.append)
    place = Place(location="s3://kbs", readers=STAFF, options={"endpoint": site.address})
    assert list(S3Source(place, client).items()) == []
    assert waits[0] == 7.0
    assert len(waits) == 2


def test_a_list_that_breaks_off_changes_nothing(site: WebServer, catalogue: Catalogue) -> None:
    page = f"{LIST.replace('?', '?continuation-token=t%2F1%3D&')}"
    site.pages[LIST] = lists(("a.txt", 4, "2026-01-01T00:00:00Z"), more="t/1=")
    site.pages[page] = lists(("b.txt", 4, "2026-01-01T00:00:00Z"))
    for key in ("a.txt", "b.txt"):
        site.page(f"/kbs/{key}", "Text", "text/plain")
    report = synchronise(at(site), catalogue.knowledge, name="kb", actor="ann")
    assert report.added == 2
    site.pages[page] = error(403, "AccessDenied")
    with pytest.raises(UnreachableError):
        synchronise(at(site), catalogue.knowledge, name="kb", actor="ann")
    assert set(catalogue.knowledge.states("kb")) == {"a.txt", "b.txt"}


def test_without_a_secret_nothing_is_signed(site: WebServer) -> None:
    site.pages[LIST] = lists()
    place = Place(location="s3://kbs", readers=STAFF, options={"endpoint": site.address})
    assert list(S3Source(place).items()) == []
    assert "authorization" not in site.asked[0].headers
    list(at(site).items())
    assert site.asked[1].headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=testing-key/")
    assert "testing-secret" not in str(site.asked)


OBJECT_REFUSALS = (
    (error(412, "PreconditionFailed"), ParseError, "changed since"),
    (error(404, "NoSuchKey"), ParseError, "no longer"),
    (error(403, "AccessDenied"), ParseError, "denied"),
    (error(403, "InvalidObjectState"), ParseError, "archived"),
    (error(403, "RequestTimeTooSkewed"), UnreachableError, "clock"),
    (Reply("longer", "text/plain"), ParseError, "more than was listed"),
    (Reply("shy", "text/plain"), ParseError, "3 bytes where 4"),
    (Reply("", status=302, headers={"Location": "http://169.254.169.254/"}), UnreachableError, "elsewhere"),
)


@pytest.mark.parametrize("number", range(len(OBJECT_REFUSALS)))
def test_an_object_that_cannot_be_had_is_a_reason(site: WebServer, number: int) -> None:
    reply, kind, said = OBJECT_REFUSALS[number]
    site.pages[LIST] = lists(("a.txt", 4, now()))
    site.pages["/kbs/a.txt"] = reply
    source = at(site)
    (item,) = source.items()
    with pytest.raises(kind, match=said) as told:
        source.read(item)
    assert "a.txt" in str(told.value)
    assert site.asked[-1].headers["if-match"] == '"e-a.txt"'


def test_large_objects_come_in_parts(site: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_bucket, "PART_BYTES", 10)
    data = bytes(range(25))

    def part(asked: Asked) -> Reply:
        first, last = (int(number) for number in asked.headers["range"].removeprefix("bytes=").split("-"))
        return Reply(data[first : last + 1], "text/plain", 206)

    site.pages[LIST] = lists(("a", 25, now()))
    site.pages["/kbs/a"] = part
    source = at(site)
    (item,) = source.items()
    assert source.read(item) == Content(data, "a.txt")
    assert [asked.headers["range"] for asked in site.asked[1:]] == ["bytes=0-9", "bytes=10-19", "bytes=20-24"]


def test_what_is_stored_packed_is_unpacked(site: WebServer) -> None:
    packed = gzip.compress(b"Text.")
    site.pages[LIST] = lists(("a.txt", len(packed), now()))
    site.pages["/kbs/a.txt"] = Reply(packed, "text/plain", headers={"Content-Encoding": "gzip"})
    source = at(site)
    (item,) = source.items()
    assert source.read(item).data == b"Text."


def test_objects_beyond_the_limit_are_not_asked_for(site: WebServer) -> None:
    site.pages[LIST] = lists(("a.txt", 10**10, now()))
    source = at(site)
    (item,) = source.items()
    with pytest.raises(ParseError, match="the most is"):
        source.read(item)
    assert len(site.asked) == 1


def test_private_addresses_are_reached_only_as_the_endpoint(site: WebServer) -> None:
    site.pages[LIST] = lists()
    place = Place(location="s3://kbs", readers=STAFF, options={"endpoint": f"http://localhost:{site.port}"})
    assert list(S3Source(place).items()) == []
    metadata = Place(location="s3://kbs", readers=STAFF, options={"endpoint": "http://169.254.169.254"})
    with pytest.raises(UnreachableError, match="not of your own network"):
        list(S3Source(metadata).items())


NO_PLACES: tuple[tuple[str, dict[str, str], str | None, str], ...] = (
    ("s3://KB", {}, None, "no name of a bucket"),
    ("s3://", {}, None, "no name of a bucket"),
    ("s3://key:word@kb/", {}, None, "has a key in it"),
    ("https://kbs", {}, None, "is no bucket"),
    ("s3://kbs", {"region": "Paris/"}, None, "region is"),
    ("s3://kbs", {"style": "host"}, None, "style is"),
    ("s3://kbs", {"style": "virtual", "endpoint": "https://127.0.0.1:9"}, None, "style=path"),
    ("s3://kbs", {"endpoint": "minio:9000"}, None, "not an address"),
    ("s3://kbs", {"readers": "header:x"}, None, "metadata:NAME"),
    ("s3://kbs", {}, "justone", "ACCESS_KEY:SECRET_KEY"),
)


@pytest.mark.parametrize(("location", "options", "secret", "said"), NO_PLACES)
def test_wrong_places_are_refused(
    location: str, options: dict[str, str], secret: str | None, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as told:
        S3Source(Place(location=location, readers=STAFF, options=options, secret=secret))
    assert "word" not in str(told.value)
    assert "justone" not in str(told.value)


@pytest.mark.parametrize(
    ("location", "options", "base"),
    [
        ("s3://kbs/a/", {}, "https://kbs.s3.us-east-1.amazonaws.com"),
        ("S3://kbs", {"region": "eu-north-1"}, "https://kbs.s3.eu-north-1.amazonaws.com"),
        ("s3://k.b", {}, "https://s3.us-east-1.amazonaws.com/k.b"),
        ("s3://kbs", {"endpoint": "https://minio.example:9000/"}, "https://minio.example:9000/kbs"),
        (
            "s3://kbs",
            {"endpoint": "https://minio.example:9000", "style": "virtual"},
            "https://kbs.minio.example:9000",
        ),
    ],
)
def test_addresses_of_buckets(location: str, options: dict[str, str], base: str) -> None:
    assert bucket_place(Place(location=location, readers=STAFF, options=options)).base == base
    assert kind_of(location) == "s3"


def test_clocks_are_compared_with_the_storage_s_own(site: WebServer) -> None:
    """An object that is old for us may be new there."""
    moment = datetime.now(UTC) - timedelta(hours=1)
    reply = lists(("a.txt", 4, moment.isoformat(timespec="seconds")))
    reply.headers = {"Date": moment.strftime("%a, %d %b %Y %H:%M:%S GMT")}
    site.pages[LIST] = reply
    site.page("/kbs/a.txt", "text", **{"x-amz-meta-who": "group:hr"})
    source = at(site, readers="metadata:who")
    list(source.items())
    assert source.memory["readers"] == {}
