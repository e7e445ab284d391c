"""One spelling for each address, and which addresses belong to a place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.ingest.sources.http.address import canonical, endpoint, is_same_site
from wellread.ingest.sources.http.media_types import in_unicode, media_type, name_of, suffix_of
from wellread.ingest.sources.web.memory import Page, packed, unpacked
from wellread.ingest.sources.web.page import may_be_listed, words_of
from wellread.ingest.sources.web.scope import Scope

BASE = "https://a.example/docs/guide/page.html?x=1"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("", BASE),
        ("#part", BASE),
        ("other", "https://a.example/docs/guide/other"),
        ("../up/./x/..", "https://a.example/docs/up/"),
        ("/../../x", "https://a.example/x"),
        ("?y=2&x=%7e%2F..", "https://a.example/docs/guide/page.html?y=2&x=%7e%2F.."),
        ("//B.Example:443", "https://b.example/"),
        ("HTTP://B.Example:80/%7ea%2f%c3%a9", "http://b.example/~a%2F%C3%A9"),
        ("http://b.example:443/", "http://b.example:443/"),
        ("/caf\u00e9 au lait", "https://a.example/caf%C3%A9%20au%20lait"),
        ("https://b\u00fccher.example/", "https://xn--bcher-kva.example/"),
        ("https://[2606:4700::1]/a", "https://[2606:4700::1]/a"),
        (" /a\n\tb ", "https://a.example/ab"),
        ("/a/%2e%2e/%2E%2e/b", "https://a.example/b"),
        ("/a/%252e%252e/b", "https://a.example/a/%252e%252e/b"),
    ],
)
def test_links_become_canonical_addresses(link: str, expected: str) -> None:
    assert canonical(link, BASE) == expected


@pytest.mark.parametrize(
    "link",
    [
        "mailto:a@b.example", "javascript:void(0)", "data:text/html,x", "ftp://b.example/", "https://ann@b.example/",
        "https://ann:pass@b.example/", "https://b.example:0/", "https://b.example:65536/", "https://b.example:x/",
        "http://", "https://[::1", "https://[fe80::1%25eth0]/", "https://b ad.example/",
        "https://b.example\\@c.example/", "https://b%2fexample/", "/" + "x" * 2001, "https://256.1.1.1/", "\x00",
    ],
)  # fmt: skip
def test_what_is_no_address_of_the_web_is_nothing(link: str) -> None:
    assert canonical(link, BASE) == ""


@given(st.text("abz.%2eEfF/?#:@[]\\ \u00e9\u4e2d&=~*$!", max_size=40))
def test_a_canonical_address_is_canonical_and_has_no_way_up(link: str) -> None:
    found = canonical(link, BASE)
    if found:
        assert canonical(found) == found
        assert not {".", ".."} & set(found.split("?")[0].split("/"))
        assert "#" not in found
        assert endpoint(found)[1] > 0


def test_a_site_is_a_host_at_a_port_however_it_is_encrypted() -> None:
    assert is_same_site("http://a.example/", "https://a.example/x")
    assert not is_same_site("http://a.example/", "http://a.example:8080/")
    assert not is_same_site("http://a.example/", "http://www.a.example/")
    assert not is_same_site("http://a.example:8080/", "http://a.example:8443/")


def test_pages_of_an_encrypted_place_are_fetched_encrypted() -> None:
    scope = Scope("https://a.example/docs/")
    assert scope.within("http://a.example/docs/x") == "https://a.example/docs/x"
    assert Scope("http://a.example/").within("https://a.example/x") == "https://a.example/x"
    assert scope.within("") == ""


@pytest.mark.parametrize(
    ("address", "kind", "suffix"),
    [
        ("/a", "text/html; charset=utf-8", ".html"),
        ("/a.txt", "TEXT/HTML", ".html"),
        ("/a.py", "text/plain", ".py"),
        ("/a.html", "text/plain", ".txt"),
        ("/a.pdf", "text/plain", ".txt"),
        ("/a.verylongsuffix", "text/plain", ".txt"),
        ("/a.css", "text/plain", ""),
        ("/a", "text/x-rst", ".txt"),
        ("/a.rst", "text/x-rst", ".rst"),
        ("/a.docx", "application/zip", ".docx"),
        ("/a.zip", "application/zip", ""),
        ("/a.pdf", "", ".pdf"),
        ("/a", "", ""),
        ("/a", "application/pdf, text/html", ".pdf"),
        ("/a", "image/svg+xml", ""),
        ("/a", "nonsense", ""),
    ],
)
def test_the_type_tells_the_kind_of_document(address: str, kind: str, suffix: str) -> None:
    assert suffix_of(f"https://a.example{address}", {"content-type": kind} if kind else {}) == suffix


def test_documents_are_named_by_the_last_part_of_their_path() -> None:
    assert name_of("https://a.example/x/report.PDF?v=2", ".pdf") == "report.PDF"
    assert name_of("https://a.example/x/%E4%B8%AD/", ".html") == "\u4e2d.html"
    assert name_of("https://a.example/", ".html") == "a.example.html"
    assert name_of("https://a.example/a%2Fb%0A", ".txt") == "a_b_.txt"


def test_text_becomes_unicode_only_where_the_server_alone_knows_its_charset() -> None:
    latin = "caf\u00e9".encode("latin-1")
    assert in_unicode(latin, ".html", "latin-1") == b"\xef\xbb\xbf" + "caf\u00e9".encode()
    assert in_unicode("①".encode("cp932"), ".txt", "Shift_JIS") == b"\xef\xbb\xbf" + "①".encode()
    for data, suffix, charset in (
        (latin, ".html", ""), (latin, ".pdf", "latin-1"), (b"a", ".txt", "utf-8"), (latin, ".txt", "no-such"),
        (b"\xff", ".txt", "euc-jp"), (b"a", ".txt", "hex"),
        (rb"\x41", ".txt", "unicode_escape"), (b"\xef\xbb\xbfa", ".txt", "latin-1"),
    ):  # fmt: skip
        assert in_unicode(data, suffix, charset) == data
    assert media_type({"content-type": 'text/html; charset="ISO-8859-1"'}) == ("text/html", "iso-8859-1")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_page(data: bytes) -> None:
    words_of(data, BASE, "", {})


def test_a_page_of_an_unknown_charset_and_of_broken_markup_still_has_links() -> None:
    markup = b'<a href=/a><p><a href="/b" <a href="/c"><!-- <a href="/d">'
    for charset in ("", "no-such-charset", "utf-16"):
        words = words_of(markup, BASE, charset, {})
        if charset != "utf-16":
            assert words.links[0] == "https://a.example/a"


def test_a_page_of_very_many_links_has_the_first() -> None:
    words = words_of(b"".join(b"<a href=/%d>" % number for number in range(6000)), BASE, "", {})
    assert len(words.links) == 5000


@pytest.mark.parametrize(
    ("tag", "listed"),
    [
        ("noindex", False), ("nofollow", True), ("none", False), ("otherbot: noindex", True),
        ("wellread: noindex", False), ("otherbot: nofollow, wellread: noindex", False), ("", True),
        ("unavailable_after: 25 Jun 2030 15:00:00 PST, noindex", False), ("max-snippet: 20, noindex", False),
    ],
)  # fmt: skip
def test_the_header_names_whom_it_means(tag: str, listed: bool) -> None:
    assert may_be_listed({"x-robots-tag": tag}) is listed


def test_pages_are_remembered_as_they_were() -> None:
    import json

    pages = {
        address: Page(
            address=address, suffix=".html", stamp='etag "a"', size=3, modified="2026-01-01T00:00:00+00:00",
            etag='"a"', since="then", links=("https://a.example/b", "https://b.example/"), canonical=canonical_address,
            listed=listed,
        )
        for address, canonical_address, listed in (
            ("https://a.example/", "", True), ("https://a.example/b", "https://a.example/", False),
        )
    }  # fmt: skip
    assert unpacked(json.loads(json.dumps(packed(pages)))) == pages
