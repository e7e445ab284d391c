"""Ids follow from content alone: equal for equal content, different for different, the same tomorrow."""

import hashlib
import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from wellread.records.identity import digest, document_id, identify, passage_id, version_id

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
parts = st.lists(
    st.one_of(text, st.integers(), st.booleans(), st.none(), st.lists(text, max_size=2)), max_size=4
)


@given(parts, parts)
def test_ids_are_equal_exactly_for_equal_parts(one: list[Any], two: list[Any]) -> None:
    # As JSON, because Python takes 1 for True.
    same = json.dumps(one) == json.dumps(two)
    assert (identify("doc", one) == identify("doc", two)) == same


@given(text, text, text)
def test_where_one_part_ends_and_the_next_begins_matters(one: str, two: str, three: str) -> None:
    if two:
        assert identify("doc", (one + two, three)) != identify("doc", (one, two + three))


@given(parts)
def test_an_id_is_its_prefix_and_32_hexadecimal_digits(some: list[Any]) -> None:
    assert re.fullmatch(r"psg_[0-9a-f]{32}", identify("psg", some))


@given(text)
def test_a_digest_is_sha256_of_the_utf8(some: str) -> None:
    assert digest(some) == digest(some.encode()) == hashlib.sha256(some.encode()).hexdigest()


@given(text, text, text, st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_thread_runs_from_document_to_version_to_passage(
    source: str, uri: str, body: str, start: int, end: int
) -> None:
    document = document_id(source, uri)
    version = version_id(document, digest(body))
    passage = passage_id(version, start, end)
    assert [each[:4] for each in (document, version, passage)] == ["doc_", "ver_", "psg_"]
    assert version_id(document, digest(body + "x")) != version
    assert passage_id(version, start, end + 1) != passage != passage_id(version, start + 1, end)
    assert document_id(source + "x", uri) != document != document_id(source, uri + "x")


def test_ids_of_earlier_releases_still_hold() -> None:
    """Stored ids are compared with new ones for ever: these were computed with hashlib alone."""
    document = document_id("handbook", "leave/annual.md")
    assert document == "doc_2027b725d48717536d3398286d07351c"
    assert identify("exa", ["ü", {"b": 1, "a": None}]) == "exa_a5fbb46a323602bcb176057ffa04411f"
