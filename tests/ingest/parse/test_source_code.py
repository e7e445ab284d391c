"""Programs and settings of many languages, short ones made here."""

import random
import time
from collections.abc import Callable

import pytest

from wellread.errors import ParseError
from wellread.ingest.chunk import chunk
from wellread.ingest.parse import Parsed
from wellread.ingest.parse.source_code.parser import LONGEST_LINE, parse_source_code, parser_for


def parser(name: str) -> Callable[[bytes], Parsed]:
    found = parser_for(name)
    assert found is not None
    return found


def read(name: str, source: str) -> Parsed:
    return parser(name)(source.encode())


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def outline(name: str, source: str) -> list[str]:
    """Headings, indented by level. The code must be the whole source, but for empty lines."""
    parsed = read(name, source)
    code = [
        line for b in parsed.blocks if b.kind == "code" for line in parsed.text[b.start : b.end].split("\n")
    ]
    assert [line for line in code if line] == [line for line in source.split("\n") if line]
    return ["  " * (b.level - 1) + parsed.text[b.start : b.end] for b in parsed.blocks if b.kind == "heading"]


PYTHON = '''"""Lamps."""

import os

# Kept warm.
@dataclass
class Lamp(Base):
    """It hums."""

    watt: int = 5

    def light(self) -> None:
        def inner():
            pass

        print("on")

    # Off again.
    async def dim(self): ...


def main() -> None:
    TEXT = """
class Unreal:
    pass
"""


TEXT = """
def unreal():
"""

if __name__ == "__main__":
    main()
'''


def test_text_stays_exact_under_the_names_of_what_is_defined() -> None:
    assert blocks(read("lamp.py", PYTHON)) == [
        ("code", 0, '"""Lamps."""'),
        ("code", 0, "import os"),
        ("heading", 1, "class Lamp"),
        ("code", 0, '# Kept warm.\n@dataclass\nclass Lamp(Base):\n    """It hums."""\n\n    watt: int = 5'),
        ("heading", 2, "light"),
        (
            "code",
            0,
            '    def light(self) -> None:\n        def inner():\n            pass\n\n        print("on")',
        ),
        ("heading", 2, "dim"),
        ("code", 0, "    # Off again.\n    async def dim(self): ..."),
        ("heading", 1, "main"),
        ("code", 0, 'def main() -> None:\n    TEXT = """\nclass Unreal:\n    pass\n"""'),
        ("heading", 1, 'TEXT = """'),
        ("code", 0, 'TEXT = """\ndef unreal():\n"""'),
        ("code", 0, 'if __name__ == "__main__":\n    main()'),
    ]


def test_a_passage_carries_the_class_and_the_method() -> None:
    body = "\n".join(f"        self.hum({n})  # and some more words to fill the line" for n in range(12))
    source = f"class Lamp:\n    def light(self):\n{body}\n\n    def dim(self):\n{body}\n"
    parsed = read("lamp.py", source)
    assert [piece.heading for piece in chunk(parsed.text, parsed.blocks)][-1] == ("class Lamp", "dim")


@pytest.mark.parametrize(
    ("name", "source", "headings"),
    [
        (
            "lamp.ts",
            "import x from 'y';\n\n/** A lamp. */\nexport default class Lamp<T> extends Base {\n"
            "  watt = 5;\n\n"
            "  constructor(private a: string) {\n    super();\n  }\n\n  async light(a: number,\n"
            "    b: string): Promise<void> {\n"
            "    if (a) {\n      hum();\n    }\n  }\n}\n\n"
            "export interface Hum { loud: boolean }\n\ntype Size = 'a' | 'b';\n\n"
            "export const glow = async (a: number) => {\n  return a;\n};\n\nfunction* dim() {\n}\n\n"
            "describe('lamp', () => {\n  it('hums', () => {});\n});\n",
            ["class Lamp", "  constructor", "  light", "interface Hum", "Size", "glow", "dim",
             "describe('lamp', () =>"],
        ),
        (
            "Lamp.java",
            "package a;\n\n@Entity\npublic final class Lamp {\n    private int watt = 5;\n\n"
            "    /** Hums. */\n    @Override\n"
            "    public List<String> light(int a) throws Hum {\n        return x(a);\n    }\n\n"
            "    enum Size { A, B }\n}\n",
            ["class Lamp", "  light", "  enum Size"],
        ),
        (
            "lamp.c",
            "#include <a.h>\n\nstruct lamp;\n\nstruct lamp {\n  int watt;\n};\n\n"
            "int light(struct lamp *l);\n\n"
            "static unsigned char *\nlight_all(struct lamp *l, int n)\n{\n  if (n) {\n"
            "    hum(l);\n  }\n  return 0;\n}\n\n"
            "int main(void) {\n  return 0;\n}\n",
            ["struct lamp", "int light(struct lamp *l);", "light_all", "main"],
        ),
        (
            "lamp.cpp",
            "namespace light {\nclass Lamp : public Base {\n public:\n  Lamp() : watt_(5) {}\n"
            "  ~Lamp();\n};\n\n"
            "template <typename T>\nvoid Lamp::dim(T a) const {\n}\n}  // namespace light\n",
            ["namespace light", "class Lamp", "  Lamp", "Lamp::dim"],
        ),
        (
            "Lamp.cs",
            "namespace Light\n{\n    public sealed class Lamp\n    {\n"
            "        public int Watt { get; set; }\n\n"
            "        private async Task Hum(int a)\n        {\n        }\n    }\n}\n",
            ["namespace Light", "  class Lamp", "    Hum"],
        ),
        (
            "lamp.go",
            "package main\n\n// Lamp hums.\ntype Lamp struct {\n\tWatt int\n}\n\n"
            "func (l *Lamp) Light(a int) error {\n\treturn nil\n}\n\n"
            "func main() {\n}\n",
            ["type Lamp struct", "(l *Lamp) Light", "main"],
        ),
        (
            "lamp.rs",
            "use a::b;\n\n#[derive(Debug)]\npub struct Lamp<'a> {\n    watt: u8,\n}\n\n"
            "pub enum Hum {\n    Low(String),\n    High,\n}\n\n"
            "impl<'a> Light for Lamp<'a> {\n    pub fn light(&self) -> u8 {\n        5\n    }\n"
            "}\n\nmod tests {\n}\n",
            ["struct Lamp", "enum Hum", "impl<'a> Light for Lamp<'a>", "  light", "mod tests"],
        ),
        (
            "lamp.rb",
            "module Light\n  class Lamp < Base\n    # Hums.\n    def self.light?(a)\n    end\n  end\nend\n",
            ["module Light", "  class Lamp", "    self.light?"],
        ),
        ("lamp.php", "<?php\nclass Lamp {\n  public function light($a) {\n  }\n}\n", ["class Lamp", "  light"]),
        (
            "Lamp.swift",
            "struct Lamp {\n  mutating func light() {\n  }\n}\n\nextension Lamp {\n}\n",
            ["struct Lamp", "  light", "extension Lamp"]),
        (
            "Lamp.kt",
            "data class Lamp(val watt: Int) {\n    suspend fun light() {\n    }\n}\n",
            ["class Lamp", "  light"]),
        (
            "lamp.sh",
            "#!/bin/sh\nset -e\n\nlight() {\n  hum\n}\n\nfunction dim {\n  :\n}\n\nlight && dim\n",
            ["light", "dim", "light && dim"]),
        (
            "lamp.ps1",
            "<#\n.Synopsis\nLamps.\n\nMore of it.\n#>\nfunction Set-Lamp {\n}\n\nWrite-Host on\n",
            ["Set-Lamp", "Write-Host on"],
        ),
        ("lamp.pl", "package Lamp;\n\nsub light {\n}\n\n1;\n", ["package Lamp", "light", "1;"]),
        ("lamp.r", "light <- function(a) {\n  a\n}\n", ["light"]),
        ("lamp.lua", "local function light(a)\nend\n\nfunction Lamp:dim()\nend\n", ["light", "Lamp:dim"]),
        ("lamp.jl", "struct Lamp\nend\n\nfunction light!(a)\nend\n", ["Lamp", "light!"]),
        (
            "lamp.sql",
            "-- All lamps.\nCREATE TABLE IF NOT EXISTS shop.lamps (\n  id int\n);\n\n"
            "create or replace view dim as select 1;\n\n"
            "INSERT INTO lamps VALUES (1);\n",
            ["CREATE TABLE IF NOT EXISTS shop.lamps", "create or replace view dim", "INSERT INTO lamps VALUES (1);"],
        ),
        (
            "lamp.vb",
            "Public Class Lamp\n    Private Sub Light()\n    End Sub\nEnd Class\n",
            ["Public Class Lamp", "  Light"]),
        ("lamp.el", ";; Hums.\n(defun light (a)\n  a)\n", ["defun light"]),
        ("lamp.toml", "top = 1\n\n[lamp]\nwatt = 5\n\n[[lamp.part]]\nn = [\n  1,\n]\n", ["[lamp]", "[[lamp.part]]"]),
        ("lamp.ini", "; All.\n[lamp]\nwatt=5\n", ["[lamp]"]),
        (
            "lamp.yaml",
            "name: lamp\n# Where.\nrooms:\n- hall\n- attic\nwatt: 5\nsizes:  # in inches\n"
            "  small: 1\n---\nname: second\n",
            ["rooms", "watt: 5", "sizes", "name: second"],
        ),
        ("lamp.tf", 'resource "lamp" "hall" {\n  watt = 5\n}\n\nlocals {\n}\n', ['resource "lamp" "hall"', "locals"]),
        (
            "lamp.scss",
            "a { b: c }\n\n@mixin glow($a) {\n}\n\n@media (max-width: 1px) {\n}\n",
            ["mixin glow", "@media (max-width: 1px)"]),
        (
            "lamp.vue",
            "<template>\n  <p/>\n</template>\n\n<script>\nfunction light() {\n}\n</script>\n",
            ["template", "script", "light"]),
        ("Makefile", "A := 1\n\n.PHONY: all\nall: lamp\n\thum\n\nlamp: lamp.c\n\tcc $<\n", ["all", "lamp"]),
        ("Dockerfile", "FROM a:1 AS build\nRUN x\n\nFROM b\nCOPY . .\n", ["FROM a:1 AS build", "FROM b"]),
        ("lamp.properties", "# All.\na=1\n\nb=2\n", []),
    ],
)  # fmt: skip
def test_what_is_defined_is_an_outline(name: str, source: str, headings: list[str]) -> None:
    assert outline(name, source) == headings


def test_comments_and_attributes_go_with_what_they_stand_above() -> None:
    source = "int a;\n/* Light it,\n   with a match.\n*/\nint light(void) {\n}\n"
    assert blocks(read("lamp.c", source)) == [
        ("code", 0, "int a;"),
        ("heading", 1, "light"),
        ("code", 0, "/* Light it,\n   with a match.\n*/\nint light(void) {\n}"),
    ]


def test_what_a_function_of_c_returns_goes_with_it() -> None:
    source = "int a;\nstatic int\nlight(void)\n{\n}\n"
    assert blocks(read("lamp.c", source))[1:] == [
        ("heading", 1, "light"), ("code", 0, "static int\nlight(void)\n{\n}"),
    ]  # fmt: skip


def test_long_code_is_also_cut_at_empty_lines_inside() -> None:
    source = "def light():\n" + "    hum()\n" * 70 + "\n    dim()\n"
    kinds = [text.count("\n") + 1 for kind, _, text in blocks(read("lamp.py", source)) if kind == "code"]
    assert kinds == [71, 1]


def test_a_long_line_is_broken_and_nothing_of_it_is_lost() -> None:
    row = "INSERT INTO lamps VALUES " + ", ".join(f"({n}, 'a lamp that hums')" for n in range(400)) + ";"
    parsed = read("lamps.sql", f"{row}\n{'x' * 2500}\n")
    assert max(map(len, parsed.text.split("\n"))) <= LONGEST_LINE
    assert "".join(parsed.text.split()) == "".join(row.split()) + "x" * 2500
    assert ", (" in parsed.text and "lam\n" not in parsed.text


@pytest.mark.parametrize(
    ("name", "source", "reason"),
    [
        (
            "lamp.min.js",
            "/*! lamp */\n" + "function a(b){return b+1}var c=a(2);" * 100,
            r"minified \(a line has 3,600",
        ),
        (
            "lamp.go",
            "// Code generated by lampgen. DO NOT EDIT.\npackage a\n",
            "line 1 says that a program generated",
        ),
        ("lamp.py", "#!/x\n# This file was automatically generated.\nx = 1\n", "line 2"),
        ("lamp.cs", "// <auto-generated/>\n", "generated"),
        ("lamp.lock", "# @generated by lamp\n", "generated"),
        ("lamp.h", " * Generated by lampgen from lamp.x\n", "generated"),
        ("lamp.py", "\0\1\2\3", "not text"),
    ],
)
def test_what_machines_wrote_is_refused(name: str, source: str, reason: str) -> None:
    found = parser_for(name)
    with pytest.raises(ParseError, match=reason):
        (found or parse_source_code)(source.encode())


@pytest.mark.parametrize(
    "source",
    [
        "# The bottom of this file is generated.\n",
        'x = "Code generated by me. DO NOT EDIT."\n',
        "# Reports are generated by light().\n",
        "a = '" + "words and more words " * 100 + "'\n",
    ],
)
def test_what_only_speaks_of_machines_is_read(source: str) -> None:
    assert "".join(read("lamp.py", source).text.split()) == "".join(source.split())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_line_ends(encoding: str) -> None:
    assert (
        parser("a.py")("def größe():\r\n    pass\r\n".encode(encoding)).text
        == "größe\n\ndef größe():\n    pass"
    )


def test_the_first_line_tells_what_the_name_does_not() -> None:
    for first, source in {
        "#!/usr/bin/env python3": "def light():\n    pass",
        "#! /bin/sh -e": "light() {\n}",
        "#!/usr/bin/env -S bash -x": "light() {\n}",
    }.items():
        whole = f"{first}\n{source}\n".encode()
        found = parser_for("bin/light", whole)
        assert found is not None and "light" in [
            t for kind, _, t in blocks(found(whole)) if kind == "heading"
        ]
    assert parser_for("light", b"#!/opt/unknown\n") is not None
    assert parser_for("light", b"text") is None and parser_for("light.docx", b"#!/bin/sh\n") is None


def test_an_empty_file_is_accepted() -> None:
    assert parse_source_code(b"").text == "" and read("a.py", "\n\n").text == ""


@pytest.mark.parametrize("name", ["a.ts", "a.sql", "a.yaml", "Makefile", "a.tf", "a.vb"])
def test_hostile_lines_take_no_time(name: str) -> None:
    before = time.process_time()
    for piece in (
        "a ",
        "a(",
        "public ",
        '"a" ',
        "a:",
        "create temp ",
        "<a> ",
        "/*\n",
        "(\n",
        "const a = (\n",
    ):
        try:
            read(name, piece * 20_000)
        except ParseError:
            continue
    assert time.process_time() - before < 8


def test_nothing_but_a_parse_error_escapes_and_no_line_is_lost() -> None:
    chance = random.Random(3)
    pieces = ["class A", "def b(", "{", "}", "(", ")", "\n", "\n\n", "  ", "\t", "/*", "*/", '"""', "// c", "# d", ";",
              "x = 1",
              "function f() {", "key:", "[s]", "<#", "#>", "é", "\ufeff"]  # fmt: skip
    for _ in range(400):
        source = "".join(chance.choices(pieces, k=chance.randint(1, 40)))
        name = chance.choice(["a.py", "a.ts", "a.yml", "a.ini", "a.sql", "a.ps1", "a.vue", "Makefile"])
        parsed = read(name, source)
        code = [parsed.text[b.start : b.end] for b in parsed.blocks if b.kind == "code"]
        assert "".join("".join(code).split()) == "".join(source.replace("\ufeff", "").split())
