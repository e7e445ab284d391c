"""Objects of a bucket: a real server that imitates Amazon's, and one whose answers a test writes."""

import gzip
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_contract import CONTENTS, SourceContract
from web_server import Asked, Reply, WebServer, serving

from wellread.catalogue import Catalogue
from wellread.errors import NotFoundError, ParseError, UnreachableError, UsageError
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.network_addresses import endpoints
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Content, Item
from wellread.ingest.sources.registry import kind_of
from wellread.ingest.sources.s3 import bucket as s3_bucket
from wellread.ingest.sources.s3.location import bucket_place
from wellread.ingest.sources.s3.signature import Credentials, signed
from wellread.ingest.sources.s3.source import S3Source
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id
from wellread.records.knowledge import SyncReport

pytest_plugins = ("s3_server",)

STAFF = frozenset({"group:staff"})
NOBODY: frozenset[str] = frozenset()
SECRET = "testing-key:testing-secret"


class Shelf:
    """A bucket that a test fills."""

    def __init__(self, storage: Any) -> None:
        self.storage = storage
        self.name = storage.empty_bucket()

    def put(self, key: str, data: bytes | str = b"text", **more: Any) -> None:
        self.storage.boto.put_object(Bucket=self.name, Key=key, Body=data, **more)

    def tag(self, key: str, **tags: str) -> None:
        listed = [{"Key": name, "Value": value} for name, value in tags.items()]
        self.storage.boto.put_object_tagging(Bucket=self.name, Key=key, Tagging={"TagSet": listed})

    def remove(self, key: str) -> None:
        self.storage.boto.delete_object(Bucket=self.name, Key=key)

    def open(
        self,
        prefix: str = "",
        *,
        secret: str | None = SECRET,
        memory: dict[str, Any] | None = None,
        **options: str,
    ) -> S3Source:
        place = Place(
            location=f"s3://{self.name}/{prefix}",
            readers=STAFF,
            options={"endpoint": self.storage.endpoint, **options},
            secret=secret,
            memory=memory or {},
        )
        return S3Source(place)


@pytest.fixture
def shelf(s3: Any) -> Shelf:
    return Shelf(s3)


@pytest.fixture
def site() -> Iterator[WebServer]:
    with serving() as site:
        yield site


def collect(source: S3Source) -> tuple[dict[str, Item], str]:
    found: dict[str, Item] = {}
    with closing(source):
        try:
            for item in source.items():
                found.setdefault(item.uri, item)
        except ParseError as error:
            return found, str(error)
    return found, ""


class TestContract(SourceContract):
    # Storage keeps keys in the order of their bytes, whatever lies between them.
    contents: ClassVar = {**CONTENTS, "a/ä ö+%20?#&=;@.txt": b"signs", "a//b.txt": b"nothing between"}

    @pytest.fixture(autouse=True)
    def place(self, shelf: Shelf) -> Iterator[None]:
        self.shelf = shelf
        self.opened: list[S3Source] = []
        yield
        for source in self.opened:
            source.close()

    def open(self) -> S3Source:
        self.opened.append(self.shelf.open("pages"))
        return self.opened[-1]

    def write(self, name: str, data: bytes) -> None:
        self.shelf.put(f"pages/{name}", data)

    def remove(self, name: str) -> None:
        self.shelf.remove(f"pages/{name}")

    def destroy(self) -> None:
        for name in self.contents:
            self.remove(name)
        self.shelf.storage.boto.delete_bucket(Bucket=self.shelf.name)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path / "catalogue.db") as catalogue:
        catalogue.knowledge.add_source("kb", "s3", "s3://kbs", STAFF, "ann")
        yield catalogue


def sync(
    shelf: Shelf, catalogue: Catalogue, most: int = 1000, **options: str
) -> tuple[SyncReport, list[str]]:
    reads: list[str] = []
    source = shelf.open(memory=dict(catalogue.knowledge.remembered("kb")), **options)
    read = source.read

    def recording(item: Item) -> Content:
        if len(reads) == most:
            raise KeyboardInterrupt
        reads.append(item.uri)
        return read(item)

    source.read = recording  # type: ignore[method-assign]
    with closing(source):
        return synchronise(source, catalogue.knowledge, name="kb", actor="ann"), reads


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged, len(report.failed)


def test_objects_become_documents_and_changes_are_followed(shelf: Shelf, catalogue: Catalogue) -> None:
    shelf.put("leave.txt", "You have 30 days of leave.")
    shelf.put("travel.txt", "Trains.")
    shelf.put("old.txt", "Soup.")
    assert counts(sync(shelf, catalogue)[0]) == (3, 0, 0, 0, 0)
    assert catalogue.knowledge.document(document_id("kb", "leave.txt")).readers == STAFF

    shelf.put("leave.txt", "You have 31 days of leave.")
    shelf.remove("travel.txt")
    shelf.remove("old.txt")
    shelf.put("new.txt", "Soup.")
    report, reads = sync(shelf, catalogue)
    assert (counts(report), reads) == ((1, 1, 2, 0, 0), ["leave.txt", "new.txt"])
    assert counts(sync(shelf, catalogue)[0]) == (0, 0, 0, 2, 0)


def test_what_was_interrupted_is_resumed(shelf: Shelf, catalogue: Catalogue) -> None:
    for number in range(4):
        shelf.put(f"p{number}.txt", f"Text {number}.")
    with pytest.raises(KeyboardInterrupt):
        sync(shelf, catalogue, most=2)
    report, _ = sync(shelf, catalogue)
    assert report.added + report.unchanged == 4
    assert counts(sync(shelf, catalogue)[0]) == (0, 0, 0, 4, 0)


def test_the_nearest_readers_object_decides(shelf: Shelf) -> None:
    for key in ("a.txt", "hr/b.txt", "hr/deep/c.txt", "hr2/d.txt", "/e.txt", "bad/f.txt"):
        shelf.put(key)
    shelf.put(".readers", "group:all")
    shelf.put("hr/.readers", "group:hr # and nobody else\n")
    shelf.put("bad/.readers", "hr")
    found, problem = collect(shelf.open())
    assert {uri: set(item.readers) for uri, item in found.items()} == {
        "a.txt": {"group:all"},
        "hr/b.txt": {"group:hr"},
        "hr/deep/c.txt": {"group:hr"},
        "hr2/d.txt": {"group:all"},
        "/e.txt": {"group:all"},
        "bad/f.txt": set(),
    }
    assert "bad/.readers, line 1" in problem


def test_hidden_objects_and_markers_of_folders_are_passed_over(shelf: Shelf) -> None:
    for key in (
        "pages/",
        "pages/a.txt",
        "pages/.git/config",
        "pages/../b.txt",
        "pages/./c.txt",
        "pages-old/d.txt",
    ):
        shelf.put(key)
    assert list(collect(shelf.open("pages/"))[0]) == ["a.txt"]


def test_long_lists_come_in_pages(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "4")
    keys = [f"{number:02} +.txt" for number in range(11)]
    for key in keys:
        shelf.put(key, key)
    source = shelf.open()
    items = list(source.items())
    assert [item.uri for item in items] == keys
    assert source.read(items[-1]).data == b"10 +.txt"


@pytest.mark.parametrize("way", ["metadata", "tag"])
def test_objects_that_name_their_readers_are_for_nobody_else(
    shelf: Shelf, catalogue: Catalogue, way: str
) -> None:
    told = {
        "a.txt": "group:hr user:ann" if way == "tag" else "group:hr, user:ann",
        "b.txt": "everyone",
        "c.txt": "hr",
        "d.txt": "",
    }
    for key, written in told.items():
        if way == "metadata":
            shelf.put(key, "Text.", Metadata={"readers": written} if written else {})
        else:
            shelf.put(key, "Text.")
            shelf.tag(key, **({"readers": written} if written else {"other": "x"}))
    shelf.put(".readers", "everyone")
    found, problem = collect(shelf.open(readers=f"{way}:readers"))
    assert problem == ""
    assert [set(item.readers) for item in found.values()] == [
        {"group:hr", "user:ann"},
        {"everyone"},
        set(),
        set(),
    ]

    report, _ = sync(shelf, catalogue, readers=f"{way}:readers")
    assert counts(report) == (2, 0, 0, 0, 2)
    assert "'hr' is not a reader" in report.failed[0].error
    assert f"no {way} readers" in report.failed[1].error
    shelf.remove("b.txt")
    assert counts(sync(shelf, catalogue, readers=f"{way}:readers")[0]) == (0, 0, 1, 1, 2)


def test_a_tag_that_changes_takes_effect_without_reading(shelf: Shelf, catalogue: Catalogue) -> None:
    shelf.put("a.txt", "Text.")
    identity = document_id("kb", "a.txt")
    shelf.tag("a.txt", audience="group:hr")
    sync(shelf, catalogue, readers="tag:audience")
    shelf.tag("a.txt", audience="user:ann")
    _, reads = sync(shelf, catalogue, readers="tag:audience")
    assert (reads, catalogue.knowledge.document(identity).readers) == ([], {"user:ann"})
    shelf.tag("a.txt", other="x")
    report, _ = sync(shelf, catalogue, readers="tag:audience")
    assert catalogue.knowledge.document(identity).readers == NOBODY
    assert "no tag audience" in report.failed[0].error
    shelf.tag("a.txt", audience="user:ann")
    assert counts(sync(shelf, catalogue, readers="tag:audience")[0]) == (0, 0, 0, 1, 0)
    assert catalogue.knowledge.document(identity).readers == {"user:ann"}


def test_metadata_is_asked_for_once_of_each_version(site: WebServer) -> None:
    site.pages[LIST] = lists(("old.txt", 4, "2026-01-01T00:00:00.000Z"), ("new.txt", 4, now()))
    for key in ("old.txt", "new.txt"):
        site.page(f"/kbs/{key}", "text", **{"x-amz-meta-who": "group:hr"})
    source = at(site, readers="metadata:who")
    assert [item.readers for item in source.items()] == [{"group:hr"}, {"group:hr"}]
    site.forget()
    again = at(site, readers="metadata:who", memory=dict(source.memory))
    assert [item.readers for item in again.items()] == [{"group:hr"}, {"group:hr"}]
    # Within its first minute an object can be written again under the same date.
    assert site.paths[1:] == ["/kbs/new.txt"]
    other = at(site, readers="metadata:audience", memory=dict(again.memory))
    assert [item.readers for item in other.items()] == [NOBODY, NOBODY]


def test_true_signatures_are_demanded_and_given(shelf: Shelf) -> None:
    iam = shelf.storage.service("iam")
    iam.create_user(UserName="reader")
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
    )
    iam.put_user_policy(UserName="reader", PolicyName="reading", PolicyDocument=policy)
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    iam.create_user(UserName="stranger")
    other = iam.create_access_key(UserName="stranger")["AccessKey"]
    shelf.put("a b/ä+.txt", "Text.")
    with shelf.storage.checking_keys():
        source = shelf.open("a b", secret=f"{key['AccessKeyId']}:{key['SecretAccessKey']}")
        items = list(source.items())
        assert [source.read(item).data for item in items] == [b"Text."]
        for secret, said in (
            (f"{key['AccessKeyId']}:{key['SecretAccessKey']}x", "secret key does not belong"),
            (f"nobody:{key['SecretAccessKey']}", "access key is not known"),
            (f"{other['AccessKeyId']}:{other['SecretAccessKey']}", "access is denied"),
        ):
            with pytest.raises(UnreachableError, match=said):
                list(shelf.open(secret=secret).items())


KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\t"), min_size=1, max_size=40)


@settings(max_examples=30)
@given(key=KEYS, prefix=KEYS, token=st.sampled_from(["", "lent/token=="]), listing=st.booleans())
def test_signatures_are_those_of_an_independent_signer(
    key: str, prefix: str, token: str, listing: bool
) -> None:
    auth = pytest.importorskip("botocore.auth")
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials as Lent

    place = bucket_place(Place(location="s3://kbs", readers=STAFF, options={"region": "eu-north-1"}))
    try:
        address = place.address(query={"prefix": prefix, "list-type": "2"}) if listing else place.address(key)
    except ParseError:
        return
    ours = signed(
        "GET",
        address,
        Credentials("AK", "SK/+", token),
        "eu-north-1",
        datetime(2026, 7, 7, 9, 44, tzinfo=UTC),
    )
    request = AWSRequest(method="GET", url=address)
    request.context["timestamp"] = "20260707T094400Z"
    request.context["payload_signing_enabled"] = True
    signer = auth.S3SigV4Auth(Lent("AK", "SK/+", token or None), "s3", "eu-north-1")
    request.headers["X-Amz-Date"] = "20260707T094400Z"
    request.headers["X-Amz-Content-SHA256"] = ours["x-amz-content-sha256"]
    if token:
        request.headers["X-Amz-Security-Token"] = token
    text = signer.string_to_sign(request, signer.canonical_request(request))
    assert ours["Authorization"].endswith(f"Signature={signer.signature(text, request)}")


# Answers that moto does not give.

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
