"""Objects of a bucket, on an independent imitation of S3."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from s3_source import LIST, SECRET, at, lists, now
from source_contract import CONTENTS, SourceContract
from synchronising import NOBODY, STAFF, collect, counts, synchronised
from web_server import WebServer

from wellread.catalogue import Catalogue
from wellread.errors import ParseError, UnreachableError
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.s3.location import bucket_place
from wellread.ingest.sources.s3.signature import Credentials, signed
from wellread.ingest.sources.s3.source import S3Source
from wellread.records.identity import document_id
from wellread.records.knowledge import SyncReport

pytest_plugins = ("s3_server",)


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


def sync(
    shelf: Shelf, catalogue: Catalogue, most: int = 1000, **options: str
) -> tuple[SyncReport, list[str]]:
    memory = dict(catalogue.knowledge.remembered("kb"))
    return synchronised(shelf.open(memory=memory, **options), catalogue, most=most)


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
