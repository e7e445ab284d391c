"""RTF documents, written out here as word processors write them."""

import random
import time

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.rtf import reader as rtf_reader
from wellread.ingest.parse.rtf.parser import parse_rtf

FONTS = (
    r"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fnil\fcharset2 Symbol;}{\f2\froman\fcharset204{\*\falt x}Times;}"
    r"{\f3\fnil\fcharset128 Gothic;}{\f4\fnil\fcharset177 David;}{\f5\fnil\cpg1250 Latin;}{\f6\fnil\fcharset1 Own;}}"
)
STYLES = (
    r"{\stylesheet{\s0\ql Normal;}{\s1\sbasedon0\outlinelevel0{\*\keycode\ctrl b} heading 1;}"
    r"{\s2\sbasedon1 Zwischentitel;}{\s3\sbasedon0 Heading 7;}"
    r"{\s4\sbasedon0\outlinelevel2 Abschnitt;}{\s5 Title;}{\*\cs10 Default Font;}"
    r"{\s6\sbasedon6 Loop;}{\s7\sbasedon3\outlinelevel9 heading 2;}}"
)


def document(body: str, start: str = FONTS + STYLES) -> bytes:
    return (r"{\rtf1\ansi\ansicpg1252\deff0" + start + body + "}").encode("latin-1")


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def text(body: str) -> str:
    return parse_rtf(document(body)).text


def test_paragraphs_and_line_breaks() -> None:
    body = (
        "\\pard\\plain Tides {\\b come} and\r\n go.\\par\r\nSecond\\line line\\tab after\\~a\\_tab\\-s.\\\n"
        "Third\\sect{Fourth}\\page more \\{\\}\\\\\\par\\par Last"
    )
    assert blocks(parse_rtf(document(body))) == [
        ("paragraph", 0, "Tides come and go."),
        ("paragraph", 0, "Second\nline after a-tabs."),
        ("paragraph", 0, "Third"),
        ("paragraph", 0, "Fourth\nmore {}\\"),
        ("paragraph", 0, "Last"),
    ]


def test_headings_by_style_and_outline_level() -> None:
    body = (
        r"\pard\s5 Harbour Book\par\pard\s1 One\line line\par\pard\s2 Based on it\par\pard\s3 Deep\par"
        r"\pard\s4 By its level\par\pard\s4\outlinelevel9 Text after all\par\pard\s0\outlinelevel3 Own level\par"
        r"\pard\s7 Named\par\pard\s6 Loop\par\pard\s99\fs99 Unknown\par\pard\s5 Second title\par"
        r"\pard\outlinelevel8 Ninth\par"
    )
    parsed = parse_rtf(document(body))
    assert blocks(parsed) == [
        ("heading", 1, "Harbour Book"),
        ("heading", 1, "One line"),
        ("heading", 1, "Based on it"),
        ("heading", 6, "Deep"),
        ("heading", 3, "By its level"),
        ("paragraph", 0, "Text after all"),
        ("heading", 4, "Own level"),
        ("heading", 2, "Named"),
        ("paragraph", 0, "Loop"),
        ("paragraph", 0, "Unknown"),
        ("heading", 1, "Second title"),
        ("heading", 6, "Ninth"),
    ]
    assert parsed.title == "Harbour Book"


def test_larger_type_is_a_heading_where_none_is_marked() -> None:
    body = (
        r"\fs48 Very large\par\fs36 Large\par\plain\fs28 Larger {\fs24 and not}\par\fs28 Larger\par"
        r"\fs24 Body text that goes on for much longer than all of the headings together do.\par\fs24 "
        + "And on. " * 40
        + r"\par\fs16 tiny\par{\listtext 1.}\fs36 item\par\fs36 ***\par"
        + rf"\fs36 {'long ' * 50}\par\trowd\cellx1\pard\intbl\fs48 framed\cell\row\pard"
    )
    parsed = parse_rtf(document(body))
    assert [(kind, level) for kind, level, _ in blocks(parsed)] == [
        ("heading", 1), ("heading", 2), ("paragraph", 0), ("heading", 3), ("paragraph", 0), ("paragraph", 0),
        ("paragraph", 0), ("list_item", 1), ("paragraph", 0), ("paragraph", 0), ("paragraph", 0),
    ]  # fmt: skip
    assert parsed.title == "Very large"
    assert parse_rtf(document(body + r"\pard\s1\fs24 Marked\par")).title == "Marked"


def test_the_title_is_the_style_then_the_property_then_the_first_heading() -> None:
    info = r"{\info{\author Ann}{\title Caf\'e9 \u8211- notes}{\title}}{\title no}"
    assert parse_rtf(document(info + r"\pard\s1 H\par")).title == "Café – notes"
    assert parse_rtf(document(r"{\info{\title Microsoft Word - x.doc}}\pard\s1 H\par")).title == "H"
    assert parse_rtf(document(info + r"\pard\s5 Styled\par")).title == "Styled"
    assert parse_rtf(document(r"{\info{\upr{\title ???}{\*\ud{\title \u20659?\u26579?}}}}x")).title == "傳染"
    assert parse_rtf(document("x")) == Parsed("", "x", parse_rtf(document("x")).blocks)


def test_labels_make_list_items() -> None:
    body = (
        r"{\listtext\pard\plain\f1 \'b7\tab}\pard\ls1\ilvl0 Bullet\par{\listtext\f0 o\tab}\pard\ls1\ilvl1 Circle\par"
        r"{\listtext\u-3929 ?\tab}\pard\ls1\ilvl2 Square\par{\listtext 1.1\tab}\pard\ls2\ilvl1 Numbered\par"
        r"{\listtext (a)\tab}\pard\ls2\ilvl20 Lettered\par{\listtext }\pard\ls3 Without a label\par"
        r"\pard\ls4 Label left to the reader\par{\listtext 2.\tab}\pard\ls2\s1 Numbered heading\par"
        r"{\listtext \'95\tab}\pard\ls2\s1 Bulleted heading\par{\listtext 3.\tab}\pard\ls2 \par"
    )
    assert blocks(parse_rtf(document(body))) == [
        ("list_item", 1, "- Bullet"),
        ("list_item", 2, "- Circle"),
        ("list_item", 3, "- Square"),
        ("list_item", 2, "1.1. Numbered"),
        ("list_item", 9, "(a) Lettered"),
        ("paragraph", 0, "Without a label"),
        ("list_item", 1, "- Label left to the reader"),
        ("heading", 1, "2. Numbered heading"),
        ("heading", 1, "Bulleted heading"),
    ]


def test_lists_of_older_writers_by_their_indents() -> None:
    body = (
        r"\pard{\pntext\f1\'B7\tab}{\*\pn\pnlvlblt\pnf1{\pntxtb\'B7}}\fi-360\li720 One\par{\pntext\f1\'B7\tab}Two\par"
        r"\pard\fi-360\li1080 a.\tab Deeper\par\pard\fi-360\li1440 \endash\tab Deepest\par"
        r"\pard\fi-360\li720 12)\tab Back\par"
        r"\pard Between\par\pard\fi-360\li1080\bullet\tx360\tab Anew\par\pard\fi-360\li1080 Term\tab no label\par"
        r"\pard\li1080 3.\tab not indented\par\pard\fi-360\li1080 4.\tab\par"
    )
    assert blocks(parse_rtf(document(body))) == [
        ("list_item", 1, "- One"),
        ("list_item", 1, "- Two"),
        ("list_item", 2, "a. Deeper"),
        ("list_item", 3, "- Deepest"),
        ("list_item", 1, "12) Back"),
        ("paragraph", 0, "Between"),
        ("list_item", 1, "- Anew"),
        ("paragraph", 0, "Term no label"),
        ("paragraph", 0, "3. not indented"),
        ("paragraph", 0, "4."),
    ]


def row(*cells: str, edges: str = r"\cellx1000\cellx2000", more: str = "") -> str:
    return rf"\trowd{more}{edges}\pard\intbl " + "".join(rf"{cell}\cell " for cell in cells) + r"\row\pard "


def test_tables_with_merged_cells() -> None:
    body = (
        "Before\\par "
        + row("Port", "Level", more=r"\trhdr")
        + row("North", "1", edges=r"\clvmgf\cellx1000\cellx2000")
        + row("", "2", edges=r"\clvmrg\cellx1000\cellx2000")
        + row("All", "", "last", edges=r"\clmgf\cellx1000\clmrg\cellx2000\cellx3000")
        + row("", "own", edges=r"\cellx1000\clmrg\clvmrg\cellx2000")
        + row("", "") + row("same", "edge", edges=r"\cellx1\cellx1")
        + row("", r"two\par paragraphs", edges="")
        + "After\\par "
        + row("1", "2") + row("3", "") + "End"
    )  # fmt: skip
    assert blocks(parse_rtf(document(body))) == [
        ("paragraph", 0, "Before"),
        ("table_header", 0, "Port | Level"),
        ("table_row", 0, "North | 1"),
        ("table_row", 0, "North | 2"),
        ("table_row", 0, "All | last"),
        ("table_row", 0, "| own"),
        ("table_row", 0, "same | edge"),
        ("table_row", 0, "| two paragraphs"),
        ("paragraph", 0, "After"),
        ("table_row", 0, "1 | 2"),
        ("table_row", 0, "3"),
        ("paragraph", 0, "End"),
    ]


def test_only_marked_rows_are_headers_where_some_are() -> None:
    body = row("Catch", "", more=r"\trhdr") + row("Port", "Tons") + row("Ayr", "6") + row("Oban", "4")
    assert [kind for kind, _, _ in blocks(parse_rtf(document(body)))] == ["table_header"] + ["table_row"] * 3


def test_tables_that_are_written_otherwise() -> None:
    late = (
        r"\pard\intbl {Port\cell}{Level\cell}{\trowd\cellx1\cellx2\row}" + row("Ayr", "6") + row("Oban", "4")
    )
    inner = r"a\itap2 b\nestcell{\nonesttables\par}c\nestcell{\*\nesttableprops\trowd\nestrow}"
    nested = r"\pard\plain x\par" + row(inner, "d")
    unclosed = r"\par\trowd\cellx1\cellx2\pard\intbl e\cell f\row\pard\itap1 g\cell h\cell\pard\itap0 after"
    assert [t for _, _, t in blocks(parse_rtf(document(late + nested + unclosed)))] == [
        "Port | Level", "Ayr | 6", "Oban | 4", "x", "ab c | d", "e | f", "g | h", "after",
    ]  # fmt: skip
    assert parse_rtf(document(late)).blocks[0].kind == "table_header"


def test_a_table_of_one_column_is_text() -> None:
    body = row(r"A boxed note.\par{\listtext 1.\tab}\ls1 point", edges=r"\cellx9") + row(
        "Below.", edges=r"\cellx9"
    )
    assert blocks(parse_rtf(document(body))) == [
        ("paragraph", 0, "A boxed note."),
        ("list_item", 1, "1. point"),
        ("paragraph", 0, "Below."),
    ]
    assert text(r"\pard\intbl never a cell\par\pard Then") == "never a cell\n\nThen"


def test_notes_follow_with_their_number() -> None:
    body = (
        r"\pard\ls1 It is so{\super\chftn}{\footnote\pard\plain{\super\chftn} See\par there.} and{\*\footnote\ftnalt "
        r"{\super\chftn} End.}.\par{\listtext 1.\tab}\pard\intbl in{\footnote}\cell a cell\cell\row"
    )
    assert text(body) == "- It is so[1] and[2].\n\nin[3] | a cell\n\n[1] See there.\n\n[2] End."


def test_text_boxes_follow_their_paragraph() -> None:
    box = (
        r"{\shp{\*\shpinst\shpleft10 skipped\par{\sp{\sn shapeType}{\sv 202}}"
        r"{\shptxt\pard In \b the box\par\s1 Head\par}}"
        r"{\shprslt{\*\do\dptxbx{\dptxbxtext again\par}}}}"
    )
    old = r"{\*\do\dobxpage{\dptxbxtext Old box\par}\dpx1}"
    body = rf"\pard\s1 Before{box} and after.\par{old}Next\par" + row("a" + box, "b")
    assert [t for _, _, t in blocks(parse_rtf(document(body)))] == [
        "Before and after.", "In the box", "Head", "Next", "Old box", "a In the box Head | b",
    ]  # fmt: skip


def test_what_a_reader_does_not_see_stays_out() -> None:
    body = (
        r"{\header top\par}{\footerf bottom}{\*\unknown secret}Seen{\v hidden}{\deleted gone}"
        r"\v on\v0\deleted x\deleted0"
        r"\v x\plain, {\field{\*\fldinst{HYPERLINK https://example.org}}{\fldrslt{\ul a link}}}"
        r"{\xe{entry}}{\*\annotation comment}{\pict\pngblip 89504e47}{\object{\*\objdata 01}{\result shown}}"
        r"{\colortbl;\red0;}{\*\bkmkstart mark}{\nonshppict{\pict 00}}{\info{\comment no}}.\par"
    )
    assert text(body) == "Seen, a linkshown."


def test_binary_data_is_passed_over() -> None:
    assert text(r"a{\pict\bin8 }}{{\par }b\bin3 xyzc\bin-5 d") == "abcd"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (r"caf\'e9", "café"),
        (r"\f2 \'cf\'f0\'e8\f0 \'e9", "Приé"),
        (r"{\f2 \'cf}\'e9", "Пé"),
        (r"\f3 \'83\'8f\'83A", "ワア"),
        (r"\f3 \'83" + "\r\n" + r"\'8f", "ワ"),
        (r"\f5 \'9e\f6\'e9\f77\'e9", "žéé"),
        (r"\rtlch\af4\ltrch\f0 \'e9\ltrch\f0\rtlch\af4 \'f9\ltrch\'e9", "éשé"),
        (r"\rtlch\f0 \'e9", "é"),
        (r"\f2\plain\'e9", "é"),
        (r"\f1 \'b7a", "•a"),
        ("raw \xe9", "raw é"),
        (r"\u382\'9ee \u8212-\u8212\emdash!", "že ——!"),
        (r"\u382 ?\u-10179 ?\u-8704 ?.", "ž😀."),
        (r"\uc0\u382 ?{\uc2\u28450\'8a\'bf\u23383 xyz}\uc1\u382 ?", "ž?漢字zž"),
        (r"\u382{?}\u382\b ?", "ž?ž?"),
        (r"\u382\{.\u382\tab.", "ž.ž."),
        (r"\u-3913 ?\u-4000 ?x", "•x"),
        (r"\u-10179 ?", "�"),
        (r"\lquote\rquote\ldblquote\rdblquote\bullet\endash\emspace x", "‘’“”•– x"),
        (r"a\'zzb\'4", "azzb4"),
    ],
)
def test_characters(written: str, shown: str) -> None:
    assert text(written) == shown


@pytest.mark.parametrize(
    ("start", "byte", "shown"),
    [
        (r"\mac", "8e", "é"), (r"\pc", "82", "é"), (r"\pca", "d5", "ı"), (r"\ansi\ansicpg1251", "e6", "ж"),
        (r"\ansicpg10000", "8e", "é"), (r"\ansicpg99999", "e9", "é"), (r"\ansicpg65001", "c3\\'a9", "é"),
        (r"\deff7{\fonttbl{\f7\fcharset161 x;}}", "e1", "α"),
        (r"{\fonttbl\f0\fcharset161 x;\f8\fcharset0 y;}", "e1", "α"),
    ],
)  # fmt: skip
def test_code_pages(start: str, byte: str, shown: str) -> None:
    assert parse_rtf(("{\\rtf1" + start + " \\'" + byte + "}").encode()).text == shown


def test_formulas_are_read_in_order() -> None:
    formula = r"{\mmath{\*\moMath{\mf{\mfPr{\mtype bar}}{\mnum{\mr\mscr0 a}}{\mden{\mr b}}}{\mr =c}}}"
    assert text(rf"Let {formula}.") == "Let ab=c."


def test_what_follows_the_outermost_group_is_not_read() -> None:
    assert parse_rtf(document("a") + b"junk{\\rtf1 b}").text == "a"
    assert parse_rtf(b"\xef\xbb\xbf \n" + document("a")).text == "a"
    assert text("a}") == "a"


def test_a_file_that_is_cut_off_is_kept() -> None:
    assert parse_rtf(rb"{\rtf1 One\par Two{\b thr{\footnote note").text == "One\n\nTwothr[1]\n\n[1] note"
    assert parse_rtf(rb"{\rtf1 \trowd\cellx1\cellx2\intbl a\cell b").text == "a\n\nb"
    assert parse_rtf(rb"{\rtf1 \u55").text == "7"
    assert parse_rtf(b"{\\rtf1 a\\").text == "a"


def test_a_document_without_text_is_accepted() -> None:
    assert parse_rtf(document(r"\pard\par")) == Parsed("", "", ())


@pytest.mark.parametrize("data", [b"", b"plain words", b"{\\html}", b"x" * 2000 + b"{\\rtf1 late}"])
def test_what_is_no_rtf_has_a_reason(data: bytes) -> None:
    with pytest.raises(ParseError, match="no RTF document"):
        parse_rtf(data)


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert text("{" * 900 + "deep" + "}" * 900) == "deep"
    with pytest.raises(ParseError, match="1,000 deep"):
        parse_rtf(document("{" * 1000))
    monkeypatch.setattr(rtf_reader, "MAX_TOKENS", 100)
    with pytest.raises(ParseError, match="more than 100 control words"):
        parse_rtf(b"{\\rtf1" + b"\\b" * 101)


@pytest.mark.parametrize(
    "body",
    [
        r"\trowd" + r"\cellx1" * 5_000 + r"\intbl x\cell\row" * 500,
        r"{\stylesheet"
        + "".join(rf"{{\s{n}\sbasedon{n + 1} a;}}" for n in range(500))
        + "}"
        + r"\pard\s0 x\par" * 500,
        "{\\shptxt x" * 400,
        "\\fi-1 " + "(" * 50_000,
    ],
)
def test_hostile_files_take_no_longer_than_their_length(body: str) -> None:
    begun = time.process_time()
    parse_rtf(document(body))
    assert time.process_time() - begun < 2


SEED = document(
    r"{\info{\title T}}\pard\s1 H\par{\listtext 1.\tab}\ls1 a{\footnote n}\par\f2\'cf\u382 ?{\shptxt b\par}\par"
    + row("c", "d") + r"{\upr{\b x}{\*\ud{\b y}}}\pict\bin2 zz"
)  # fmt: skip


def test_mutated_files_give_text_or_a_reason() -> None:
    chance = random.Random(5)
    pieces = (
        b"",
        b"{",
        b"}",
        b"\\",
        b"\\*",
        b"\\u-1 ",
        b"\\s",
        b"\\ud ",
        b"\\cell ",
        b"\\row ",
        b"-99999",
        b"\\'f",
    )
    for _ in range(400):
        mutated = bytearray(SEED)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(mutated))
            mutated[at : at + chance.randint(0, 20)] = chance.choice((*pieces, chance.randbytes(3)))
        try:
            parse_rtf(bytes(mutated)).text.encode()
        except ParseError as error:
            assert str(error)
