"""AsciiDoc pages."""

import random
import time

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.markup.asciidoc.parser import parse_asciidoc


def blocks(source: str) -> list[tuple[str, int, str]]:
    parsed = parse_asciidoc(source.encode())
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def text(source: str) -> str:
    return parse_asciidoc(source.encode()).text


def test_structure_in_order() -> None:
    source = """// remark
= Harbour Guide
Ada Quill <ada@example.org>
v1.0, 2024
:toc:
:port: Ayr

A paragraph
// hidden
that goes on in {port}. +
Next line.

[[tides]]
== Tides ==
=== Neap

.Caption
image::map.png["Map of the harbour",200]
image::x.png[map]

* One
goes on
** Two
*** Three
* Four

'''

Last.
<<<
"""
    parsed = parse_asciidoc(source.replace("\n", "\r\n").encode())
    assert parsed.title == "Harbour Guide"
    assert blocks(source) == [
        ("heading", 1, "Harbour Guide"),
        ("paragraph", 0, "Ada Quill <ada@example.org> v1.0, 2024"),
        ("paragraph", 0, "A paragraph that goes on in Ayr.\nNext line."),
        ("heading", 2, "Tides"),
        ("heading", 3, "Neap"),
        ("paragraph", 0, "Caption"),
        ("paragraph", 0, "Map of the harbour"),
        ("list_item", 1, "- One goes on"),
        ("list_item", 2, "- Two"),
        ("list_item", 3, "- Three"),
        ("list_item", 1, "- Four"),
        ("paragraph", 0, "Last."),
    ]


def test_titles_of_the_older_form() -> None:
    source = "Title\n=====\n\nPart 1\n------\n\nSub\n~~~\n\n^^\n\nDeep\n^^^^\n\n"
    source += "Shown:\n------\ncode\n------\n\n- ab\n----\n"
    assert blocks(source) == [
        ("heading", 1, "Title"),
        ("heading", 2, "Part 1"),
        ("heading", 3, "Sub"),
        ("paragraph", 0, "^^"),
        ("heading", 4, "Deep"),
        ("paragraph", 0, "Shown:"),
        ("code", 0, "code"),
        ("list_item", 1, "- ab"),
    ]


def test_lists_of_all_kinds() -> None:
    source = """. one
.. deep
. two

. three
+
More of three.
+
----
code
----

  literal

[start=7]
1. seven
  * by indent
  * again
2) other

a. letter
b. next

Not an. item:

Term:: its meaning
goes on
Next::

  Later
Alone::
Other;; thing
<1> called out
<.> counted
- dash
"""
    assert blocks(source) == [
        ("list_item", 1, "1. one"),
        ("list_item", 2, "1. deep"),
        ("list_item", 1, "2. two"),
        ("list_item", 1, "3. three"),
        ("paragraph", 1, "More of three."),
        ("code", 1, "code"),
        ("code", 1, "literal"),
        ("list_item", 2, "1. seven"),
        ("list_item", 3, "- by indent"),
        ("list_item", 3, "- again"),
        ("list_item", 4, "2) other"),
        ("list_item", 5, "a. letter"),
        ("list_item", 5, "b. next"),
        ("paragraph", 0, "Not an. item:"),
        ("list_item", 1, "- Term: its meaning goes on"),
        ("list_item", 1, "- Next: Later"),
        ("list_item", 1, "- Alone:"),
        ("list_item", 2, "- Other: thing"),
        ("list_item", 3, "1. called out"),
        ("list_item", 3, "2. counted"),
        ("list_item", 4, "- dash"),
    ]
    assert blocks("[start=4]\n. four\n. five\n\n[start=x]\n- a\nB. Smith said\n* b\nx\n") == [
        ("list_item", 1, "4. four"),
        ("list_item", 1, "5. five"),
        ("list_item", 2, "- a B. Smith said"),
        ("list_item", 3, "- b x"),
    ]
    assert blocks("Words\nstd::vector x\n\na::b\n") == [
        ("paragraph", 0, "Words std::vector x"), ("paragraph", 0, "a::b"),
    ]  # fmt: skip


def test_blocks_between_delimiters() -> None:
    source = """[source,python]
----
def f():  # *x* {port}
    return 1
----

....
a
  b
....

```ruby
puts 1
```

////
hidden
////

++++
<p>Raw <b>HTML</b></p>
++++

[stem]
++++
x^2
++++

====
Example *text*.
====

[NOTE]
****
. in a sidebar

Mind the gap.
****

[quote, Ada Quill, Tides]
____
Water _rises_.

It falls.
____

[verse,Bo]
____
One
  two
____

[quote,Cy]
Short.

[verse, Di]
a
 b

[listing]
x *y*

[comment]
no
no

[TIP]
Swim.

WARNING: Deep.

--
open
--

-----
never closed
"""
    assert blocks(source) == [
        ("code", 0, "def f():  # *x* {port}\n    return 1"),
        ("code", 0, "a\n  b"),
        ("code", 0, "puts 1"),
        ("paragraph", 0, "Raw HTML"),
        ("code", 0, "x^2"),
        ("paragraph", 0, "Example text."),
        ("list_item", 1, "1. in a sidebar"),
        ("paragraph", 0, "Mind the gap."),
        ("paragraph", 0, "Water rises."),
        ("paragraph", 0, "It falls."),
        ("paragraph", 0, "— Ada Quill, Tides"),
        ("paragraph", 0, "One\n  two"),
        ("paragraph", 0, "— Bo"),
        ("paragraph", 0, "Short."),
        ("paragraph", 0, "— Cy"),
        ("paragraph", 0, "a\n b"),
        ("paragraph", 0, "— Di"),
        ("code", 0, "x *y*"),
        ("paragraph", 0, "Tip: Swim."),
        ("paragraph", 0, "WARNING: Deep."),
        ("paragraph", 0, "open"),
        ("paragraph", 0, "never closed"),
    ]
    assert text("[NOTE]\n====\nMind.\n\nMore.\n====\n") == "Note: Mind.\n\nMore."


def test_blocks_that_no_plus_attaches_end_the_list() -> None:
    assert blocks(
        "* a\n\n----\nx\n----\n\n* b\n\n.Caption\n|===\n|a |b\n|===\n\n* c\n\nimage::m.png[A map]\n\n  lit\n"
    ) == [
        ("list_item", 1, "- a"),
        ("code", 0, "x"),
        ("list_item", 1, "- b"),
        ("paragraph", 0, "Caption"),
        ("table_row", 0, "a | b"),
        ("list_item", 1, "- c"),
        ("paragraph", 0, "A map"),
        ("code", 0, "lit"),
    ]


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("|===\n|Port |Tons\n\n|Ayr |6\n|Oban\n|4\n|===", ["#Port | Tons", "Ayr | 6", "Oban | 4"]),
        ("|===\n|Port |Tons\n|Ayr |6 | extra\n|===", ["#Port | Tons", "Ayr | 6 | extra"]),
        ('[%header,cols="2*,1"]\n|===\n|a\n|b |c\n|1\n|2\n|3\n|===', ["#a | b | c", "1 | 2 | 3"]),
        ("[options=noheader,cols=2*]\n|===\n|Port |Tons\n\n|Ayr |6\n|Oban |4\n|===",
         ["#Port | Tons", "Ayr | 6", "Oban | 4"]),
        ('[cols=",",opts="header"]\n|===\n|1 |2\n|3 |4\n|===', ["#1 | 2", "3 | 4"]),
        ("|===\n.3+|North 2+^.>s|both\n|1 |2\n|3 |4\n|===", ["#North | both", "North | 1 | 2", "North | 3 | 4"]),
        ("[cols=3*]\n|===\n|a .2+|b |c\n|d |e\n2+a|* f\n* g |h\n|===", ["#a | b | c", "d | b | e", "* f * g | h"]),
        ("[cols=2*]\n|===\n2*|same\n|x \\| y |*z*\n|===", ["same | same", "x | y | z"]),
        (",===\na,\"b, c\"\n1,2\n,===", ["#a | b, c", "1 | 2"]),
        ("[format=csv,separator=;]\n|===\na;b\n|===", ["a | b"]),
        (":===\na:b\n:===", ["a | b"]),
        ("[format=tsv]\n|===\na\tb\n|===", ["a | b"]),
        ("|Port |Tons|\n|Ayr |6|\n|Oban |4|", ["#Port | Tons", "Ayr | 6", "Oban | 4"]),
        ("|===\n|===", []),
        ("|===\nno cells\n|===", []),
        ("|===\n|never |closed", ["never | closed"]),
    ],
)  # fmt: skip
def test_tables(source: str, rows: list[str]) -> None:
    marks = {"table_header": "#", "table_row": ""}
    assert [marks[kind] + row for kind, _, row in blocks(source)] == rows


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*b* _i_ `m` #h# **b**old __i__t ``m``n ##h##x", "b i m h bold it mn hx"),
        ("[.role]#marked# 2*3*4 snake_case_name a#b", "marked 2*3*4 snake_case_name a#b"),
        ("H~2~O x^2^ ~/a and ~/b", "H2O x2 ~/a and ~/b"),
        ("https://example.org[the site^] https://example.org/a_b_c", "the site https://example.org/a_b_c"),
        ("https://example.org[] link:a.html[A, window=_blank] link:b.html[]", "https://example.org A b.html"),
        ('mailto:a@example.org["Ann"] xref:x[] <<x>> <<x,Part *X*>> << a', "Ann x x Part X << a"),
        ("`<<<<`, `====`, and `>>>>`", "<<<<, ====, and >>>>"),
        ("kbd:[Ctrl+\\]] btn:[OK] menu:File[Save > As] menu:Edit[]", "Ctrl+] OK File > Save > As Edit"),
        ("stem:[x^2] pass:[*raw*] +*lit*+ +++*<u>*+++ $$_x_$$ `+*m*+`", "x^2 raw *lit* *<u>* _x_ *m*"),
        ("[[id]]anchored anchor:x[]here (((a, b)))((term)) indexterm:[x]end", "anchored here term end"),
        ("image:i.png[A small *icon*,20] image:i.png[icon] icon:x[]", "A small icon"),
        (
            "\"`quoted`\" '`single`' don&#8217;t &mdash; \\*no* \\{port}",
            "“quoted” ‘single’ don’t — *no* {port}",
        ),
        ("{unknown} {nbsp}{two-colons} {plus}", "{unknown} :: +"),
    ],
)
def test_marks_in_the_text(written: str, shown: str) -> None:
    assert text(written) == shown


def test_footnotes_follow_with_their_number() -> None:
    source = "Afootnote:[First *note*, with [brackets\\].] bfootnoteref:[x +*y*+ &amp;] "
    source += "cfootnote:two[Second.] dfootnote:two[].\n"
    assert (
        text(source)
        == "A[1] b[2] c[3] d[3].\n\n[1] First note, with [brackets].\n\n[2] x *y* &\n\n[3] Second."
    )


def test_attributes_are_replaced() -> None:
    source = ":a: one\n:long: begins \\\n  goes on\n:b: {a} two\n:!a:\n:c!:\n\n"
    source += "Text {a} {B} {long}.\n:not: an attribute\n"
    assert text(source) == "Text one one two begins goes on. :not: an attribute"


def test_directives_are_followed_as_far_as_they_show() -> None:
    source = (
        "ifdef::x[]\nShown\nendif::[]\nifdef::y[and this]\nifndef::y[ifdef::z[inner]]\ninclude::secret.txt[]\nend\n\n"
        "Term::\n  ifdef-like literal\nifeval::[1 > 2]\n// no\nmore\n"
    )
    assert text(source) == "Shown and this inner end\n\n- Term: ifdef-like literal more"
    assert text("  literal\nendif::x[]\n// no\n  lines\n+\nText\n") == "literal\nlines\n\nText"


def test_a_page_without_text_is_accepted() -> None:
    assert parse_asciidoc(b"") == parse_asciidoc(b"// remark\n:a: b\n") == Parsed("", "", ())


def test_bytes_that_are_no_text_have_a_reason() -> None:
    with pytest.raises(ParseError, match="not text"):
        parse_asciidoc(bytes(100))


def test_attributes_do_not_grow_without_end() -> None:
    grown = ":a: " + "x" * 1000 + "\n" + "".join(f":a{n}: {{a{n - 1}}}{{a{n - 1}}}\n" for n in range(1, 60))
    grown = grown.replace("{a0}", "{a}") + "\n" + "{a59}" * 5_000
    begun = time.process_time()
    assert len(text(grown)) < 1_100_000
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "part", ["link:", "http://", "*a ", "footnote:[", "{a}", "<<a,", "[[", "+", "((", "`", "[x]*", ":a: \\\n"]
)
def test_repeated_marks_take_no_longer_than_their_length(part: str) -> None:
    begun = time.process_time()
    parse_asciidoc((part * (20_000 // len(part))).encode())
    assert time.process_time() - begun < 3


PIECES = (
    "= T\n", "== S\n", "* a\n", ". b\n", "+\n", "\n", "----\n", "====\n", "|===\n", "|a |b\n", "[cols=3*]\n",
    "[NOTE]\n",
    "t:: d\n", "  x\n", "____\n", "[quote,a,b]\n", "--\n", "++++\n", "<p>\n", ".C\n", "T\n-\n", "abcd\n----\n", "2.3+|",
    "99*|",
    "footnote:[x]", "ifdef::a[", "]\n", ":a: {a}\n", "{a}", "[verse]\n", ",===\n", '"\n', "/", "[[a]]\n",
)  # fmt: skip


def test_scrambled_markup_gives_text_or_a_reason() -> None:
    chance = random.Random(11)
    for _ in range(400):
        source = "".join(chance.choices(PIECES, k=chance.randint(1, 30)))
        try:
            parsed = parse_asciidoc(source.encode())
        except ParseError as error:
            assert str(error)
            continue
        assert all(0 <= block.start <= block.end <= len(parsed.text) for block in parsed.blocks)
