"""Tables as text."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.data import delimited
from wellread.ingest.parse.data.delimited import find_delimiter, parse_delimited


def read(text: str | bytes) -> list[tuple[str, str]]:
    parsed = parse_delimited(text if isinstance(text, bytes) else text.encode())
    return [(b.kind, parsed.text[b.start : b.end]) for b in parsed.blocks]


TREES = [("table_header", "Tree | Height"), ("table_row", "Oak | 31"), ("table_row", "Ash | 28")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_encodings_and_line_ends(delimiter: str, encoding: str, end: str) -> None:
    lines = [f"Tree{delimiter}Größe", f"Oak{delimiter}31", f"Ash{delimiter}28"]
    found = read((end.join(lines) + end).encode(encoding))
    assert found == [("table_header", "Tree | Größe"), *TREES[1:]]


def test_quoted_values_hold_delimiters_line_ends_and_marks() -> None:
    text = 'Name,Note\n"Reed, Bo","says ""hi""\nand\nleaves" \n"", "spaced, too" \n'
    assert read(text) == [
        ("table_header", "Name | Note"),
        ("table_row", 'Reed, Bo | says "hi" and leaves'),
        ("table_row", "| spaced, too"),
    ]


def test_stray_quotation_marks_are_characters() -> None:
    text = 'Size,Part,Count\n5" pipe,"elbow,1\n"a" b,"x" y,2\n"open to the end,z,3\n'
    assert [found for _, found in read(text)] == [
        "Size | Part | Count", '5" pipe | "elbow | 1', '"a" b | "x" y | 2', '"open to the end | z | 3',
    ]  # fmt: skip


def test_a_quotation_mark_without_an_end_takes_no_time() -> None:
    lines = "".join(f'"{at},x\n' for at in range(20_000))
    before = time.process_time()
    assert len(read("a,b\n" + lines)) == 20_001
    assert time.process_time() - before < 10


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("Lo, rem; ip; sum\nconsec; adip; elit\nsed, do; eius; mod\n", ";"),
        ("1,5;2,5\n3,5;4,5\n", ";"),
        ("a|b,c\nd|e,f\n", "|"),
        ("a\tb, c; d\ne\tf\n", "\t"),
        ('"a;b;c",d\n"e;f;g",h\n', ","),
        ("a,b,c\nd,e\nf,g,h,i\nj,k\nl,m,n,o,p\n", ","),
        ("one line, of prose\nanother\nand one more\n", "\x1f"),
        ("word\nother\n", "\x1f"),
        ("", "\x1f"),
    ],
)
def test_the_delimiter_is_what_divides_the_lines_most_evenly(text: str, delimiter: str) -> None:
    assert find_delimiter(text) == delimiter


def test_a_sample_that_ends_within_a_line_does_not_mislead() -> None:
    text = "a;b\n" + f"{'x' * 60_000};{'y,' * 30_000}\n"
    assert find_delimiter(text) == ";"


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_separator_that_excel_declares_counts(line: str) -> None:
    assert read(f"{line}\nTree;Height\nOak;31\nAsh;28\n") == TREES
    assert read(f"{line}\na,b;c\n")[0][1] == "a,b | c"
    assert read("sep=\\t\nTree\tHeight\nOak\t31\nAsh\t28")[0] == TREES[0]


def test_titles_and_comments_above_the_table_are_paragraphs() -> None:
    text = "Trees of the park,\n# counted in May, by hand\n\nTree,Height\nOak,31\nAsh,28\n"
    assert read(text) == [
        ("paragraph", "Trees of the park"),
        ("paragraph", "counted in May, by hand"),
        *TREES,
    ]
    assert read("#Name,Count\n#a,1\n#b,2\n")[0] == ("table_header", "#Name | Count")


def test_ragged_rows_keep_what_they_have_and_stay_aligned() -> None:
    assert read("a,b,c\n1,,3\n4\n5,6,7,8\n9,10,,,\n") == [
        ("table_header", "a | b | c"),
        ("table_row", "1 |  | 3"),
        ("table_row", "4"),
        ("table_row", "5 | 6 | 7 | 8"),
        ("table_row", "9 | 10"),
    ]


def test_empty_lines_separate_tables_only_where_the_columns_change() -> None:
    assert read("Tree,Height\n\nOak,31\n\nAsh,28\n") == TREES
    text = "Tree,Height\nOak,31\nAsh,28\n\nBird,Nests,Eggs\nOwl,1,4\nTit,2,9\n"
    assert [kind for kind, _ in read(text)] == ["table_header", "table_row", "table_row"] * 2
    padded = "Tree,Height\nOak,31\nAsh,28\n,\nBird,Nests\nOwl,1\nTit,2\n"
    assert [kind for kind, _ in read(padded)] == ["table_header", "table_row", "table_row"] * 2


def test_a_table_without_a_header_has_none() -> None:
    assert {kind for kind, _ in read("Oak,31\nAsh,28\nElm,30\n")} == {"table_row"}


def test_one_column_is_a_list_and_prose_is_paragraphs() -> None:
    assert read("pear\nplum\nquince\nmedlar\n") == [
        ("table_row", found) for found in ("pear", "plum", "quince", "medlar")
    ]
    long = "A sentence that goes on for quite a while, as sentences in tables seldom do."
    assert read(f"{long}\nshort\nother\nlast\n")[0] == ("paragraph", long)


def test_long_values_and_nul_bytes() -> None:
    long = "x" * 300_000
    assert read(f'a,b\n"{long}",1\n'.encode() + b"c\x00d,2\x00\n")[1:] == [
        ("table_row", f"{long} | 1"), ("table_row", "cd | 2"),
    ]  # fmt: skip


def test_marked_utf_16_keeps_its_zero_bytes() -> None:
    words = "橡树" * 40
    assert read(f"树,{words}\n梣,{words}\n{words},林\n".encode("utf-16"))[0] == (
        "table_header",
        f"树 | {words}",
    )


def test_an_empty_file_is_accepted() -> None:
    assert parse_delimited(b"") == Parsed("", "", ())
    assert parse_delimited(b",,\n,,\n").text == ""
    assert parse_delimited(b",\n,\n").text == ""


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ParseError, match="not text"):
        parse_delimited(bytes(range(32)) * 20)


def test_more_values_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MAX_VALUES", 6)
    assert read("Tree,Height\nOak,31\nAsh,28\n") == TREES
    with pytest.raises(ParseError, match="more than 6 values: split"):
        read("Tree,Height\nOak,31\nAsh,28\nElm,")


def test_a_text_beyond_the_limit_is_refused() -> None:
    with pytest.raises(ParseError, match="longer than"):
        parse_delimited(b"a" * 30 + (b"," + b"b" * 7_000_000) * 3)


@settings(max_examples=200, deadline=None)
@given(st.text("ab1,;\t|\"'\n\r #\x00é", max_size=80).map(str.encode) | st.binary(max_size=100))
def test_nothing_but_a_parse_error_escapes(data: bytes) -> None:
    try:
        parsed = parse_delimited(data)
    except ParseError as error:
        assert str(error)
        return
    assert all(0 <= block.start <= block.end <= len(parsed.text) for block in parsed.blocks)


def test_every_value_of_a_table_is_kept() -> None:
    chance = random.Random(5)
    alphabet = 'ab,;"\n\t|x'
    rows = [["".join(chance.choices(alphabet, k=4)) for _ in range(3)] for _ in range(60)]
    text = "".join(",".join('"' + value.replace('"', '""') + '"' for value in row) + "\r\n" for row in rows)
    found = [line for _, line in read(text)]
    expected = [" | ".join(" ".join(value.split()) for value in row).strip() for row in rows]
    assert found == [
        line.rstrip(" |") if line.endswith(" | ") else line for line in expected if line.strip(" |")
    ]
