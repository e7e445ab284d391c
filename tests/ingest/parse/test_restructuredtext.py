"""reStructuredText pages."""

import random
import time

import pytest

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.markup.restructuredtext.parser import parse_rst


def blocks(source: str) -> list[tuple[str, int, str]]:
    parsed = parse_rst(source.encode())
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def text(source: str) -> str:
    return parse_rst(source.encode()).text


def test_headings_by_the_order_of_their_underlines() -> None:
    source = """=========
 Harbour
=========
Tides
=====

Text of
two lines.

Neap
----
Deep
~~~~
A
^
Spring
------
===
End
===

----

Not one
--

- item
-----

ab
::

  code
"""
    parsed = parse_rst(source.replace("\n", "\r\n").encode())
    assert parsed.title == "Harbour"
    assert blocks(source) == [
        ("heading", 1, "Harbour"),
        ("heading", 2, "Tides"),
        ("paragraph", 0, "Text of two lines."),
        ("heading", 3, "Neap"),
        ("heading", 4, "Deep"),
        ("heading", 5, "A"),
        ("heading", 3, "Spring"),
        ("heading", 1, "End"),
        ("paragraph", 0, "Not one --"),
        ("list_item", 1, "- item"),
        ("paragraph", 0, "ab"),
        ("code", 0, "code"),
    ]
    assert blocks("one\ntwo\n---\n\n====\nText\nmore\n\n====\n\n====\n\n====\nText\n----\n\n  in\n----\n") == [
        ("paragraph", 0, "one two ---"), ("paragraph", 0, "==== Text more"), ("paragraph", 0, "==== Text ----"),
        ("paragraph", 0, "in"),
    ]  # fmt: skip
    deep = "".join(f"T\n{sign * 4}\n\n" for sign in "=-~^*+#")
    assert [level for _, level, _ in blocks(deep)] == [1, 2, 3, 4, 5, 6, 6]


def test_lists() -> None:
    source = """* One
  goes on

  Second paragraph.

  - deep
* Two
+
#. counted
#. again

3) three

   (a) letter
iv. roman

A. Smith
wrote this.

Term : kind
    Its *meaning*.

    More.
Lead
    - only a list
:Author: Ada Quill
:orphan:
:Empty:
:Long:
    Body
    of it
-a, --all   everything
--quiet
    say nothing
-v=<n>  loud

-5 is cold

| A line
|   and another
|
| last
"""
    assert blocks(source) == [
        ("list_item", 1, "- One goes on"),
        ("paragraph", 1, "Second paragraph."),
        ("list_item", 2, "- deep"),
        ("list_item", 1, "- Two"),
        ("list_item", 1, "1. counted"),
        ("list_item", 1, "2. again"),
        ("list_item", 1, "3) three"),
        ("list_item", 2, "(a) letter"),
        ("list_item", 1, "iv. roman"),
        ("paragraph", 0, "A. Smith wrote this."),
        ("list_item", 1, "- Term : kind: Its meaning."),
        ("paragraph", 1, "More."),
        ("list_item", 1, "- Lead:"),
        ("list_item", 2, "- only a list"),
        ("paragraph", 0, "Author: Ada Quill"),
        ("paragraph", 0, "Empty:"),
        ("paragraph", 0, "Long: Body of it"),
        ("list_item", 1, "- -a, --all: everything"),
        ("list_item", 1, "- --quiet: say nothing"),
        ("list_item", 1, "- -v=<n>: loud"),
        ("paragraph", 0, "-5 is cold"),
        ("paragraph", 0, "A line\n  and another\n\nlast"),
    ]
    assert blocks(":Empty:\n\nText\n") == [("paragraph", 0, "Empty:"), ("paragraph", 0, "Text")]
    assert blocks("- \n    quoted deeper\n") == [("list_item", 1, "- quoted deeper")]
    assert blocks("- ::\n\n    code\n- >>> 1\n") == [("code", 1, "code"), ("code", 1, ">>> 1")]
    assert blocks("- Do::\n\n      a\n        b\n\n1. x::\n\n    c\n") == [
        ("list_item", 1, "- Do:"), ("code", 1, "a\n  b"), ("list_item", 1, "1. x:"), ("code", 1, "c"),
    ]  # fmt: skip


def test_literal_blocks_and_quotes() -> None:
    source = """Shown::

  indented
    more

Shown ::

> quoted
> lines
not quoted

::

Nothing

  A block quote

    deeper

>>> doctest
1

end::
"""
    assert blocks(source) == [
        ("paragraph", 0, "Shown:"),
        ("code", 0, "indented\n  more"),
        ("paragraph", 0, "Shown"),
        ("code", 0, "> quoted\n> lines"),
        ("paragraph", 0, "not quoted"),
        ("paragraph", 0, "Nothing"),
        ("paragraph", 0, "A block quote"),
        ("paragraph", 0, "deeper"),
        ("code", 0, ">>> doctest\n1"),
        ("paragraph", 0, "end:"),
    ]


def test_directives() -> None:
    source = """.. note:: Mind the gap.
   And more.

   - point
.. versionadded:: 2.1
.. deprecated:: 3.0
   Use another.
.. code-block:: python
   :caption: x

   def f():
       return 1
.. parsed-literal::

   make *all*
.. math:: x^2
.. image:: a.png
   :alt: A map of
         the harbour
.. image:: b.png
   :alt: map
.. figure:: c.png
   :width: 3

   The caption.
.. admonition:: Title of *it*

   Body.
.. only:: html

   Kept.
.. epigraph:: Quoted

   -- Ann
.. toctree::
   :maxdepth: 2

   hidden
.. include:: secret.txt
.. autoclass:: Hidden
.. py:function:: haul(rope)

   Pulls.
.. tip::
   - list first
.. unknown
   comment
.. _target: https://example.org

  Quoted after a target.

..
   comment too

..

  Quoted after an empty comment.

__ https://example.org
.. |x| replace:: hidden
"""
    assert blocks(source) == [
        ("paragraph", 0, "Note: Mind the gap. And more."),
        ("list_item", 1, "- point"),
        ("paragraph", 0, "Added in version 2.1:"),
        ("paragraph", 0, "Deprecated since version 3.0: Use another."),
        ("code", 0, "def f():\n    return 1"),
        ("code", 0, "make all"),
        ("code", 0, "x^2"),
        ("paragraph", 0, "A map of the harbour"),
        ("paragraph", 0, "The caption."),
        ("paragraph", 0, "Title of it"),
        ("paragraph", 0, "Body."),
        ("paragraph", 0, "Kept."),
        ("paragraph", 0, "Quoted"),
        ("paragraph", 0, "-- Ann"),
        ("paragraph", 0, "haul(rope)"),
        ("paragraph", 0, "Pulls."),
        ("paragraph", 0, "Tip:"),
        ("list_item", 1, "- list first"),
        ("paragraph", 0, "Quoted after a target."),
        ("paragraph", 0, "Quoted after an empty comment."),
    ]


GRID = """
+-------+---------------+
| Port  | Landed        |
|       +-------+-------+
|       | tons  | *GBP* |
+=======+=======+=======+
| Ayr   | 6     | - a   |
|       |       | - b   |
+-------+-------+-------+
| all of them   | 王 x  |
+---------------+-------+
"""
SIMPLE = """
===== ======= ====
Port  Landed
----- ------------
name  tons    GBP
===== ======= ====
Ayr   6       7
      of cod

Oban  4       long text
across the columns
===== ======= ====
"""


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        (GRID, ["#Port | Landed", "#Port | tons | GBP", "Ayr | 6 | - a - b", "all of them | 王 x"]),
        (
            SIMPLE,
            ["#Port | Landed", "#name | tons | GBP", "Ayr | 6 of cod | 7", "Oban | 4 | long text",
             "across the columns"],
        ),
        ("== ==\nPo To\n== ==\na  1\nb  2\n== ==\nx", ["#Po | To", "a | 1", "b | 2"]),
        ("== ==\na  b\n== ==\n\nx", ["a | b"]),
        (
            '.. csv-table:: T\n   :header: "a b", c\n\n   "1, 2", 3\n   x\n',
            ["#a b | c", "1, 2 | 3", "x"],
        ),
        (".. csv-table::\n   :header-rows: 1\n   :delim: ;\n\n   a;b\n   1;2\n", ["#a | b", "1 | 2"]),
        (".. csv-table::\n   :delim: tab\n\n   a\tb\n   1\t2\n", ["#a | b", "1 | 2"]),
        (".. csv-table::\n   :delim: ab\n\n   x,y\n", ["x,y"]),
        (
            ".. list-table:: T\n   :header-rows: 1\n\n   * - a\n     - b\n   * - 1\n\n       more\n     -\n   text\n",
            ["#a | b", "1 more |"],
        ),
    ],
)  # fmt: skip
def test_tables(source: str, rows: list[str]) -> None:
    marks = {"table_header": "#", "table_row": ""}
    assert [marks[kind] + row for kind, _, row in blocks(source) if kind in marks] == rows


def test_tables_that_do_not_fit_together_are_kept_as_they_are() -> None:
    assert blocks("+--+\n| a |\n\n== ==\na b\n\nend") == [
        ("code", 0, "+--+\n| a |"),
        ("paragraph", 0, "== == a b"),
        ("paragraph", 0, "end"),
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*a* **b** ``*c*`` `d` *e f*, (*g*) 2*3*4", "a b *c* d e f, (g) 2*3*4"),
        ('spoken of: "*" and ("*"), **not', 'spoken of: "*" and ("*"), **not'),
        (
            "`site <https://example.org>`_ `two words`__ word_ other__ `<https://x.org>`_",
            "site two words word other https://x.org",
        ),
        (":ref:`the <a-b>` :py:func:`~a.b.run` :class:`!A` `x`:sub: :kbd:`a <b>`", "the run A x a <b>"),
        (":math:`\\alpha` :doc:`guide` _`target` here", "\\alpha guide target here"),
        ("snake_case and x_y_ but _private __init__", "snake_case and x_y but _private __init__"),
        ("\\*kept\\* re\\ ``st`` c:\\\\x", "*kept* rest c:\\x"),
        ("|name| |Name|_ |unknown| | x |", "Ada & *co* Ada & *co* |unknown| | x |"),
        ("|dash||none|", "—"),
    ],
)
def test_marks_in_the_text(written: str, shown: str) -> None:
    definitions = (
        ".. |name| replace:: Ada & \\*co\\*\n.. |dash| unicode:: U+2014 .. long\n.. |none| image:: x.png\n"
    )
    assert text(f"{written}\n\n{definitions}") == shown


def test_notes_keep_their_numbers() -> None:
    source = """One [#]_ two [#b]_ three [2]_ four [#]_ five [*]_ six [Quill24]_.

.. [#] First.
.. [2] Given.
.. [#b] Named.
.. [#] Last.

   More.
.. [*] Sign.
.. [Quill24] Cited.
"""
    assert text(source).split("\n\n") == [
        "One [1] two [3] three [2] four [4] five [*] six [Quill24].",
        "[1] First.", "[2] Given.", "[3] Named.", "[4] Last.", "More.", "[*] Sign.", "[Quill24] Cited.",
    ]  # fmt: skip
    assert text("See [#]_ and [#x]_.") == "See [#] and [#x]."


def test_a_page_without_text_is_accepted() -> None:
    assert parse_rst(b"") == parse_rst(b".. remark\n") == Parsed("", "", ())


def test_bytes_that_are_no_text_have_a_reason() -> None:
    with pytest.raises(ParseError, match="not text"):
        parse_rst(bytes(100))


def test_nesting_is_bounded() -> None:
    deep = "\n".join(" " * (2 * depth) + "- x" for depth in range(300))
    assert text(deep).count("x") == 300
    assert "x" in text("\n".join(" " * depth + "x\n" for depth in range(500)))
    cell = "x"
    for _ in range(45):
        width = max(map(len, cell.split("\n")))
        inside = "\n".join(f"|{line.ljust(width)}|b|" for line in cell.split("\n"))
        cell = f"+{'-' * width}+-+\n{inside}\n+{'-' * width}+-+"
    assert "x" in text(cell)


def test_substitutions_do_not_grow_without_end() -> None:
    assert len(text(f".. |a| replace:: {'x' * 5000}\n\n" + "|a| " * 5_000)) < 1_100_000


@pytest.mark.parametrize(
    "part", ["*a ", "``", "`a <", "|a", ":x:`", "[#]_ ", "a_ ", "- ", ".. [#]\n",
     ":a", "== ==\n\n", "+-+\n", "-a  b\n", "\\", "x\n  "]
)  # fmt: skip
def test_repeated_marks_take_no_longer_than_their_length(part: str) -> None:
    begun = time.process_time()
    parse_rst((part * (20_000 // len(part))).encode())
    assert time.process_time() - begun < 3


PIECES = (
    "T\n=\n", "S\n----\n\n", "- a\n", "  - b\n", "#. c\n", "\n", "    ", ":f: x\n",
    "::\n\n", ".. note:: x\n", ".. code::\n\n",
    ".. |a| replace:: b\n", "|a|", "+--+--+\n", "|a |b |\n", "+==+==+\n", "== ==\n", "a  b\n",
    "-- --\n", ".. csv-table::\n\n",
    '   "\n', ".. list-table::\n\n", "   * - x\n", "| l\n", ">>> 1\n", "[#]_ ",
    ".. [#] n\n", "-o  x\n", "``x``", "__ u\n", "..\n",
)  # fmt: skip


def test_scrambled_markup_gives_text() -> None:
    chance = random.Random(11)
    for _ in range(400):
        parsed = parse_rst("".join(chance.choices(PIECES, k=chance.randint(1, 30))).encode())
        assert all(0 <= block.start <= block.end <= len(parsed.text) for block in parsed.blocks)
