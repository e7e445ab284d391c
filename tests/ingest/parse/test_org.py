"""Org files."""

import random
import time

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.markup.org.parser import parse_org


def blocks(source: str) -> list[tuple[str, int, str]]:
    parsed = parse_org(source.encode())
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def text(source: str) -> str:
    return parse_org(source.encode()).text


def test_structure_in_order() -> None:
    source = """#+TITLE: Harbour *log*
#+Title: of the year
#+AUTHOR: Ada Quill
# a comment
#
* TODO [#A] Tides     :water:daily:
SCHEDULED: <2024-05-01 Wed>
:PROPERTIES:
:CUSTOM_ID: tides
:END:
CLOCK: [2024-05-01 Wed]
A paragraph
that goes on.\\\\
Next line.

Another.
-----
** [#B] Neap
******** Deep
"""
    parsed = parse_org(source.replace("\n", "\r\n").encode())
    assert parsed.title == "Harbour log of the year"
    assert blocks(source) == [
        ("heading", 1, "TODO Tides"),
        ("paragraph", 0, "SCHEDULED: <2024-05-01 Wed>"),
        ("paragraph", 0, "A paragraph that goes on.\nNext line."),
        ("paragraph", 0, "Another."),
        ("heading", 2, "Neap"),
        ("heading", 6, "Deep"),
    ]
    assert parse_org(b"* Only *a* heading").title == "Only a heading"


def test_lists() -> None:
    source = """- One
  goes on
  + Deep

    Second paragraph.

    #+begin_src sh
    ls
    #+end_src
  * starred
- [X] done
- Term :: its meaning
3) three
4) [@4] four
   a. letter
Text at the margin.
  indented text

- x
#+begin_example
code
#+end_example
1.
"""
    assert blocks(source) == [
        ("list_item", 1, "- One goes on"),
        ("list_item", 2, "- Deep"),
        ("paragraph", 2, "Second paragraph."),
        ("code", 2, "ls"),
        ("list_item", 2, "- starred"),
        ("list_item", 1, "- [X] done"),
        ("list_item", 1, "- Term: its meaning"),
        ("list_item", 1, "3) three"),
        ("list_item", 1, "4) four"),
        ("list_item", 2, "a. letter"),
        ("paragraph", 0, "Text at the margin. indented text"),
        ("list_item", 1, "- x"),
        ("code", 0, "code"),
    ]


def test_blocks() -> None:
    source = """#+BEGIN_SRC python :results output
,* not a heading
  ,#+end
x = 1, 2
#+END_SRC
#+RESULTS:
: 1 2
:
: 3
#+begin_quote
Quoted /text/.
#+end_quote
#+begin_verse
Line *one*
  two
#+end_verse
#+begin_comment
hidden
#+end_comment
#+begin_export html
<p>
#+end_export
#+begin_center
Centred
#+end_center
:LOGBOOK:
- hidden
:END:
:notadrawer:
#+begin_src sh
never closed
#+INCLUDE: "secret.org"
#+unknown
The end."""
    assert blocks(source) == [
        ("code", 0, "* not a heading\n  #+end\nx = 1, 2"),
        ("code", 0, "1 2\n\n3"),
        ("paragraph", 0, "Quoted text."),
        ("paragraph", 0, "Line one\n  two"),
        ("paragraph", 0, "Centred"),
        ("paragraph", 0, ":notadrawer:"),
        ("paragraph", 0, "never closed"),
        ("paragraph", 0, "The end."),
    ]


def test_tables() -> None:
    source = """Before
#+CAPTION: Catch of *May*
#+NAME: t
| Port | Tons |
|------+------|
| <l>  | <10> |
| Ayr  |    6 |
|------+------|
| Sum  | =6=  |
#+TBLFM: @3$2=6
  | a \\vert b | |
  | 1 | 2 |
|---|
| x |
After"""
    assert blocks(source) == [
        ("paragraph", 0, "Before"),
        ("paragraph", 0, "Catch of May"),
        ("table_header", 0, "Port | Tons"),
        ("table_row", 0, "Ayr | 6"),
        ("table_row", 0, "Sum | 6"),
        ("table_header", 0, "a | b |"),
        ("table_header", 0, "1 | 2"),
        ("table_row", 0, "x"),
        ("paragraph", 0, "After"),
    ]
    assert [kind for kind, _, _ in blocks("|---|\n| a | b |\n|---|\n")] == ["table_row"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*b* /i/ _u_ +s+ =v= ~c~.", "b i u s v c."),
        ("*/both/* a*b*c /usr/bin/x 2*3*4 x_y_z", "both a*b*c /usr/bin/x 2*3*4 x_y_z"),
        ("=*verbatim*= ~a/b/c~ and *bold =code= text*", "*verbatim* a/b/c and bold code text"),
        ("[[https://example.org][the *site*]] [[https://example.org]]", "the site https://example.org"),
        ("[[file:a.pdf]] [[file:map.png]] [[x][map.JPG]] [[*Tides][see [here]]]", "a.pdf   see [here]"),
        ("a[fn:1] b[fn:x: inline note] c[fn:: *other*]", "a[1] b (inline note) c (other)"),
        ("<<target>>here <<<radio>>> {{{macro(x)}}}@@html:<b>@@.", "here radio ."),
        ("H_{2}O, x^{2}, a_1 and ^{x}", "H2O, x2, a_1 and ^{x}"),
        ("[[unclosed and *open", "[[unclosed and *open"),
    ],
)
def test_marks_in_the_text(written: str, shown: str) -> None:
    assert text("- " + written) == "- " + " ".join(shown.split())


def test_notes_are_paragraphs_of_their_own() -> None:
    assert (
        text("Text[fn:1]\n[fn:1] The note\ngoes on.\n[fn:b] Other.")
        == "Text[1]\n\n[1] The note goes on.\n\n[b] Other."
    )


def test_subtrees_that_are_commented_out_stay_out() -> None:
    source = "* COMMENT Draft\ntext\n** TODO Below\nmore\n* Kept\nx\n** TODO COMMENT y\nz\n** COMMENTED\nw"
    assert text(source) == "Kept\n\nx\n\nCOMMENTED\n\nw"


def test_a_file_without_text_is_accepted() -> None:
    assert parse_org(b"") == parse_org(b"# remark\n") == Parsed("", "", ())


def test_bytes_that_are_no_text_have_a_reason() -> None:
    with pytest.raises(ParseError, match="not text"):
        parse_org(bytes(100))


@pytest.mark.parametrize(
    "part", ["[[", "*a ", "=a ", "[fn:", "<<", ":x:\n", "#+begin_src\n", "| a ", "@@a:", " - a\n", "{{{"]
)
def test_repeated_marks_take_no_longer_than_their_length(part: str) -> None:
    begun = time.process_time()
    parse_org((part * (20_000 // len(part))).encode())
    assert time.process_time() - begun < 3


PIECES = (
    "* H\n", "** COMMENT x\n", "- a\n", "  1) b\n", "\n", "#+begin_src\n", "#+end_src\n", ":X:\n", ":END:\n",
    "| a | b |\n",
    "|---+---|\n", ": x\n", "[[a][b]]", "=c=", "#+title: t\n", "text\n", "    - ", "[fn:1] n\n", "\\\\\n", "<l>",
    ",* x\n",
)  # fmt: skip


def test_scrambled_markup_gives_text() -> None:
    chance = random.Random(11)
    for _ in range(400):
        parsed = parse_org("".join(chance.choices(PIECES, k=chance.randint(1, 30))).encode())
        assert all(0 <= block.start <= block.end <= len(parsed.text) for block in parsed.blocks)
