"""robots.txt as RFC 9309 has it."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.ingest.sources.web.robots import Robots, read_robots

SITE = "https://a.example"


def allowed(text: str, path: str) -> bool:
    return read_robots(text.encode()).allows(f"{SITE}{path}")


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("", "/a", True),
        ("Disallow:", "/a", True),
        ("Disallow: /", "/a", False),
        ("Disallow: /", "/robots.txt", True),
        ("Disallow: /a", "/ab", False),
        ("Disallow: /a", "/A", True),
        ("Disallow: /a/", "/a", True),
        ("Allow: /a/b\nDisallow: /a", "/a/b/c", True),
        ("Disallow: /a/b\nAllow: /a", "/a/b/c", False),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Disallow: *.gif$", "/x/y.gif", False),
        ("Disallow: *.gif$", "/x/y.gif?z", True),
        ("Disallow: /*/private/", "/x/y/private/z", False),
        ("Disallow: /$\nAllow: /", "/", False),
        ("Disallow: /a$", "/a", False),
        ("Disallow: /a$b", "/a$b", False),
        ("Disallow: /a$b", "/a", True),
        ("Disallow: /a%3Cd%2e", "/a%3cd.html", False),
        ("Disallow: /\u4e2d", "/%E4%B8%AD/x", False),
        ("Disallow: /a%2Ab", "/a*b", False),
        ("Disallow: /a*b", "/a%2Ab", False),
        ("Disallow: /?q=", "/?q=1", False),
        ("Disallow: a", "/a", True),
        ("Disallow : /a # all of it", "/a", False),
        ("disALLOW:/a", "/a", False),
        ("Disallow /a", "/a", True),
        ("Disallow: /a***b", "/a-b", False),
        ("Disallow: /a*$", "/a/b", False),
    ],
)
def test_the_longest_pattern_decides(rules: str, path: str, expected: bool) -> None:
    assert allowed(f"User-agent: *\n{rules}", path) is expected


def test_groups_that_name_wellread_count_together_and_alone() -> None:
    text = """\ufeffUser-agent: *
Disallow: /

user-agent: other
User-Agent: WellRead/2.0
Disallow: /a

Sitemap: https://a.example/map.xml
User-agent: wellread
Disallow: /b
Crawl-delay: 2.5
"""
    robots = read_robots(text.encode())
    assert [robots.allows(f"{SITE}/{path}") for path in "abc"] == [False, False, True]
    assert (robots.delay, robots.sitemaps) == (2.5, ("https://a.example/map.xml",))


def test_a_group_without_rules_allows_everything() -> None:
    assert allowed("User-agent: *\nDisallow: /\n\nUser-agent: wellread\n", "/a")


def test_rules_for_others_and_before_any_group_do_not_count() -> None:
    assert allowed("Disallow: /\nUser-agent: wellreader\nDisallow: /\nUser-agent: well\nDisallow: /", "/a")


@pytest.mark.parametrize(
    ("text", "delay"), [("x", 0.0), ("-3", 0.0), ("nan", 0.0), ("inf", 0.0), ("1e9", 3600.0)]
)
def test_odd_delays_do_no_harm(text: str, delay: float) -> None:
    assert read_robots(f"User-agent: *\nCrawl-delay: {text}".encode()).delay == delay


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    read_robots(data).allows(f"{SITE}/a")


PATTERN = st.text("ab*$/", min_size=1, max_size=8).map(lambda text: f"/{text}")


@given(PATTERN, st.text("ab/", max_size=10).map(lambda text: f"/{text}"))
def test_patterns_match_as_a_regular_expression_would(pattern: str, path: str) -> None:
    inner, end = (pattern[:-1], r"\Z") if pattern.endswith("$") else (pattern, "")
    oracle = re.compile(re.escape(inner).replace(r"\*", ".*") + end)
    assert Robots(((pattern, False),)).allows(f"{SITE}{path}") is not bool(oracle.match(path))


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    robots = read_robots(b"User-agent: *\nDisallow: /" + b"*a" * 5000 + b"$")
    began = time.process_time()
    robots.allows(f"{SITE}/" + "a" * 1900)
    assert time.process_time() - began < 1
