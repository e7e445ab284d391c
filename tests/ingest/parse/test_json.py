"""JSON, JSON Lines and Jupyter notebooks."""

import json
import random
import time
from typing import Any

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.data.json import parse_json, parse_json_lines
from wellread.ingest.parse.data.notebook import LONGEST_OUTPUT, parse_notebook


def read(source: str | bytes) -> Parsed:
    return parse_json(source if isinstance(source, bytes) else source.encode())


def shown(value: Any) -> list[tuple[str, int, str]]:
    return blocks(parse_json(json.dumps(value).encode()))


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def test_records_alike_are_a_table_of_the_names_in_order_of_appearance() -> None:
    assert shown(
        [
            {"name": "Hummer", "watt": 5, "maker": {"town": "Oslo"}},
            {"name": "Dim", "tags": ["old", "warm"], "watt": None},
            {"watt": 2.50, "name": "Glow", "tags": [], "on": True},
        ]
    ) == [
        ("table_header", 0, "name | watt | maker.town | tags | on"),
        ("table_row", 0, "Hummer | 5 | Oslo |  |"),
        ("table_row", 0, "Dim |  |  | old, warm |"),
        ("table_row", 0, "Glow | 2.5 |  |  | true"),
    ]


def test_records_that_do_not_fit_a_table_are_sections_by_their_names() -> None:
    long = "A lamp that hums in the evening. " * 8
    assert shown({"lamps": [{"id": 7, "about": long}, {"about": long, "parts": [{"n": 1}]}]}) == [
        ("heading", 1, "lamps"),
        ("heading", 2, "7"),
        ("paragraph", 0, f"id: 7\nabout: {long.strip()}"),
        ("heading", 2, "lamps 2"),
        ("paragraph", 0, f"about: {long.strip()}"),
        ("heading", 3, "parts"),
        ("paragraph", 0, "n: 1"),
    ]
    wide = [{f"name{n}": n for n in range(13)}] * 2
    assert [kind for kind, _, _ in shown(wide)].count("heading") == 2
    apart = [{"a": 1}, {"b": 2}, {"c": 3}]
    assert shown(apart)[:2] == [("heading", 1, "record 1"), ("paragraph", 0, "a: 1")]


def test_a_record_is_lines_then_what_is_long_or_nested_under_headings() -> None:
    story = "It hums. " * 40
    parsed = read(
        json.dumps(
            {
                "title": "Lamp",
                "maker": {"town": "Oslo", "staff": {"head": "Ann"}},
                "tags": ["old", "warm"],
                "sizes": [1, 2.5, -3],
                "story": f"{story}\n\nThe end.",
                "empty": {"a": [None, ""]},
                "watt": 5,
            }
        )
    )
    assert parsed.title == "Lamp"
    assert blocks(parsed) == [
        ("paragraph", 0, "title: Lamp"),
        ("paragraph", 0, "tags:"),
        ("list_item", 1, "- old"),
        ("list_item", 1, "- warm"),
        ("paragraph", 0, "sizes: 1, 2.5, -3\nwatt: 5"),
        ("heading", 1, "maker"),
        ("paragraph", 0, "town: Oslo"),
        ("heading", 2, "staff"),
        ("paragraph", 0, "head: Ann"),
        ("heading", 1, "story"),
        ("paragraph", 0, story.strip()),
        ("paragraph", 0, "The end."),
    ]


@pytest.mark.parametrize(
    ("value", "title"),
    [({"Name": "Lamp", "title": "Hum"}, "Hum"), ({"name": "Lamp"}, "Lamp"), ({"title": "x" * 200, "a": "b"}, ""),
     ({"title": ["x"]}, ""), ([{"title": "x"}, {"title": "y"}], ""), ("title", "")],
)  # fmt: skip
def test_the_title_is_what_the_file_calls_itself(value: Any, title: str) -> None:
    assert parse_json(json.dumps(value).encode()).title == title


def test_lists_without_names() -> None:
    assert shown(["a", "b"]) == [("list_item", 1, "- a"), ("list_item", 1, "- b")]
    assert shown([["town", "watt"], ["Oslo", 5], ["Rome", 6]]) == [
        ("table_header", 0, "town | watt"),
        ("table_row", 0, "Oslo | 5"),
        ("table_row", 0, "Rome | 6"),
    ]
    assert shown([["town", ""], ["Oslo", 5]])[0] == ("table_row", 0, "town |")
    assert shown([["a", "b"], ["c", "d"]])[0] == ("table_row", 0, "a | b")
    assert [text for _, _, text in shown(["a", {"b": 1}, [2, 3]])] == ["a", "b: 1", "2, 3"]
    assert shown("only text") == [("paragraph", 0, "only text")]


def test_levels_beyond_the_sixth_are_lines_with_dotted_names() -> None:
    value: Any = {"h": [{"i": 1}, {"i": [2]}], "j": "x"}
    for name in "gfedcba":
        value = {name: value}
    assert shown(value) == [
        *(("heading", level, name) for level, name in enumerate("abcdef", 1)),
        ("paragraph", 0, "g.h.i: 1\ng.h.i: 2\ng.j: x"),
    ]


def test_values_are_shown_as_they_are_written() -> None:
    digits = "9" * 5000
    parsed = read(f'{{"n": 1.10, "n": 1e999, "x": NaN, "big": {digits}, "minus": -Infinity}}')
    assert parsed.text.startswith("n: 1.10\nn: 1e999\nx: NaN\n")
    assert digits in parsed.text and "-Infinity" in parsed.text


def test_bytes_written_as_text_are_left_out() -> None:
    assert shown(
        {"name": "Lamp", "icon": "data:image/png;base64," + "QUJD" * 200, "keys": ["a", "b" * 500]}
    ) == [
        ("paragraph", 0, "name: Lamp"),
        ("paragraph", 0, "keys:"),
        ("list_item", 1, "- a"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings(encoding: str) -> None:
    assert read('{"a": "žluť", "b": "\\u017e"}'.encode(encoding)).text == "a: žluť\nb: ž"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('{/* why */ "a": "http://x", // because\n "b": [1, 2,], "c": ",}",}', "a: http://x\nb: 1, 2\nc: ,}"),
        ('{"a": 1} and more', "a: 1\n\nand more"),
        ('{"a": 1}\n{"a": 2}', "a\n1\n2"),
        ('[{"a": 1}, {"a": 2}, {"a": 3, "b', "a\n1\n2\n3"),
        ('{"a": "x", "b": {"c": 1, "d": [5, 6', "a: x\n\nb\n\nc: 1\nd: 5"),
        ('{"a": "tab\there\x0b"}', "a: tab here"),
        ('{"a": "half \\ud800 pair"}', "a: half pair"),
    ],
)
def test_what_is_not_quite_json_still_reads(source: str, text: str) -> None:
    assert read(source).text == text


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{bad}", r"line 1 column 2.*name the file \.txt"),
        ('[1, 2,\n oops, {"a": 3}]', "line 2 column 2"),
        ("[" * 100_000, "too deeply"),
        ('{"a":' * 100_000, "too deeply"),
        ('"\\', "line 1"),
        ("\x00\x01\x02\x03\x04", "not text"),
    ],
)
def test_what_cannot_be_read_has_a_reason(source: str, reason: str) -> None:
    with pytest.raises(ParseError, match=reason):
        read(source)
    with pytest.raises(ParseError):
        parse_notebook(source.encode())


@pytest.mark.parametrize("source", ["", " \n", "{}", "[]", "null", '{"a": null, "b": [[]]}'])
def test_a_file_without_values_is_accepted(source: str) -> None:
    assert read(source).text == ""
    assert parse_json_lines(source.encode()).text == ""


@pytest.mark.parametrize("pair", [("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")])
def test_deep_nesting_neither_recurses_nor_is_lost(pair: tuple[str, str]) -> None:
    assert "deep" in read(pair[0] * 300 + '"deep"' + pair[1] * 300).text


@pytest.mark.parametrize(
    "source", ['"' + '\\"' * 300_000, "{/*" * 300_000, "{,,,    " * 100_000, '["' * 100_000]
)
def test_hostile_input_takes_no_time(source: str) -> None:
    before = time.process_time()
    with pytest.raises(ParseError):
        read(source)
    assert time.process_time() - before < 3


def test_json_lines_keep_what_is_whole() -> None:
    parsed = parse_json_lines(
        b'\xef\xbb\xbf{"a": 1, "b": "x"}\r\n\r\nbroken\n{"a": 2, "b": "y"} more\n{"a": 3, "b": "z"}\n{"a":'
    )
    assert parsed.text == "a | b\n1 | x\n3 | z"
    assert parse_json_lines(b'{\n "a": 1\n}\n').text == "a: 1"


def test_json_lines_of_which_none_can_be_read_name_the_first() -> None:
    with pytest.raises(ParseError, match="line 2 is no JSON"):
        parse_json_lines(b"\nnot\njson\n")


def notebook(*cells: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"nbformat": 4, "cells": cells, "metadata": {}, **more}).encode()


def test_a_notebook_reads_as_it_is_rendered() -> None:
    table = (
        "<div><style>p{}</style><table><thead><tr><th></th><th>watt</th></tr></thead>"
        "<tr><td>Dim</td><td>5</td></tr></table></div>"
    )
    outputs = [
        {"output_type": "stream", "text": ["hum\n", "  hum\n"]},
        {"output_type": "execute_result", "data": {"text/plain": "<Lamp>", "image/png": "QUJD"}},
        {"output_type": "display_data", "data": {"text/html": [table], "text/plain": "again"}},
        {"output_type": "error", "traceback": ["gone"]},
    ]
    parsed = parse_notebook(
        notebook(
            {"cell_type": "markdown", "source": ["# Lamps\n", "\n", "They *hum*.\n"]},
            {"cell_type": "code", "source": "def hum():\n    pass", "outputs": outputs},
            {"cell_type": "raw", "source": "As it\nis"},
        )
    )
    assert parsed.title == "Lamps"
    assert blocks(parsed) == [
        ("heading", 1, "Lamps"),
        ("paragraph", 0, "They hum."),
        ("code", 0, "def hum():\n    pass"),
        ("code", 0, "hum\n  hum"),
        ("code", 0, "<Lamp>"),
        ("table_header", 0, "| watt"),
        ("table_row", 0, "Dim | 5"),
        ("paragraph", 0, "As it\nis"),
    ]


def test_long_output_is_cut_at_a_line() -> None:
    output = {"output_type": "stream", "text": "step\n" * 10_000}
    parsed = parse_notebook(notebook({"cell_type": "code", "source": "go()", "outputs": [output]}))
    assert LONGEST_OUTPUT - 10 < len(parsed.text) < LONGEST_OUTPUT + 10
    assert parsed.text.endswith("\nstep")


def test_a_notebook_of_version_3() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Lamps"]},
        {"cell_type": "heading", "level": 9, "source": ["Odd"]},
        {"cell_type": "code", "input": ["go()"], "outputs": [{"output_type": "pyout", "text": ["5"]}]},
    ]
    assert blocks(parse_notebook(json.dumps({"worksheets": [{"cells": cells}]}).encode())) == [
        ("heading", 2, "Lamps"),
        ("heading", 1, "Odd"),
        ("code", 0, "go()"),
        ("code", 0, "5"),
    ]


@pytest.mark.parametrize(
    "source", ["[1]", "{}", '"x"', '{"worksheets": [3]}', '{"worksheets": {"cells": []}}']
)
def test_a_notebook_without_cells_is_damaged(source: str) -> None:
    with pytest.raises(ParseError, match="no cells"):
        parse_notebook(source.encode())


@pytest.mark.parametrize(
    "cell",
    [{}, {"cell_type": ["x"]}, {"cell_type": "code", "outputs": {"a": 1}}, {"cell_type": "markdown", "source": {}},
     {"cell_type": "heading", "level": {}, "source": None}, {"cell_type": "code", "outputs": [{"data": [1]}, 7]}],
)  # fmt: skip
def test_odd_cells_are_passed_over(cell: dict[str, Any]) -> None:
    assert parse_notebook(notebook(cell, {"cell_type": "raw", "source": "kept"})).text == "kept"
    assert parse_notebook(b"").text == ""


def test_nothing_but_a_parse_error_escapes() -> None:
    chance = random.Random(5)
    seed = b'{"title":"a","b":[{"c":1,"d":"x"},{"c":2}],"e":[[1,2],[3,"f"]],"g":{"h":[null,true,-1.5e3,"\\u00e9"]}}'
    seeds = [
        seed,
        seed + b"\n" + seed,
        notebook({"cell_type": "code", "source": ["x"], "outputs": [{"text": "y"}]}),
    ]
    for _ in range(400):
        mutated = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(mutated))
            mutated[at : at + chance.randint(0, 6)] = chance.choice(
                [b"", b"[", b"{", b'"', b",", b":", b"\xff", b"NaN"]
            )
        for parser in (parse_json, parse_json_lines, parse_notebook):
            try:
                parsed = parser(bytes(mutated))
            except ParseError as error:
                assert str(error)
                continue
            for block in parsed.blocks:
                assert 0 <= block.start <= block.end <= len(parsed.text)
