"""Programs and settings by family: how the lines look that define something, and those that belong to them.

No grammar of any language: a line is judged by how it begins, and by where its signature opens a body.
Groups of a pattern: `container` is a heading that others may stand under, `name` one that holds none.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """`leading` matches comments and attributes that belong to the definition right below them."""

    definition: re.Pattern[str]
    leading: re.Pattern[str]
    signature: re.Pattern[str] | None = None
    """A definition only where a body opens before the next semicolon."""
    compressed: bool = False
    """Whether programs make files of one long line of such sources."""
    by_column: bool = False
    """Whether any text in the first column ends what stands above."""
    quotes: tuple[tuple[str, str], ...] = (("/*", "*/"),)
    """What comments and texts of several lines begin and end with."""


def _line(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    return re.compile(rf"[ \t]*(?:{pattern})", re.VERBOSE | (re.IGNORECASE if ignore_case else 0))


_HASH = re.compile(r"\s*(?:\#|@)")
_SLASHES = re.compile(r"\s*(?://|/\*|\*|@|\[\w|\#\[|template\s*<|///)")
_DASHES = re.compile(r"\s*(?:--|/\*|\*|\#)")
NEVER = re.compile(r"(?!)")
"""Matches nothing."""

_MODIFIERS = r"""
    (?:(?:export|default|declare|public|private|protected|internal|static|final|abstract|sealed|open|partial|data|inline
    |value|case|async|unsafe|extern|pub(?:\([^)]*\))?|override|virtual|readonly|const|constexpr|fileprivate|indirect|suspend
    |operator|tailrec|infix|external|expect|actual|annotation|companion|mutating|convenience|required|strictfp|typedef
    |synchronized|native|new|explicit|friend|implicit|local|non-sealed|(?:extern\s+)?"C")\s+)*
"""
_BRACES = _line(
    _MODIFIERS
    + r"""
    (?:(?P<container>
        (?:class|interface|struct|enum(?:\s+(?:class|struct))?|trait|namespace|module|object|protocol|extension|union|record
        |actor|mod|service|message|contract|library|@interface)\s+[\w$.:\\]*[\w$]
        |impl\b[^{;]*[^{;\s]
        |type\s+\w+\s+(?:struct|interface))
    |(?:function\s*\*?|func|fun|fn|def|macro_rules!|rpc)\s+(?:<[^>]*>\s*)?(?P<name>(?:\([^)]*\)\s*)?[\w$.?!]+)
    |type\s+(?P<alias>[\w$]+)\s*(?:<[^=]*>)?\s*=
    |(?:const|let|var)\s+(?P<bound>[\w$]+)\s*(?::[^=]+)?=\s*(?:async\b\s*)?
        (?:function\b|\([^()]*\)\s*(?::[^=]+)?=>|\w+\s*=>|\([^()]*$|(?:React\.)?(?:memo|forwardRef)\())
    """
)
_SIGNATURE = _line(
    r"""
    (?!(?:if|for|foreach|while|switch|catch|else|do|return|new|throw|await|yield|typeof|delete|sizeof|using|lock|synchronized
    |guard|match|when|with|elif|elseif|super|this|assert|try|finally|case|loop|unless|until|defer|go|select|\#)\b)
    (?:[\w$<>\[\],.&*:~?@"]+\s+){0,8}?
    [*&]*(?P<name>~?[\w$][\w$:~]*(?:<[^<>()]*>)?|operator\s*\S{1,3})\s*\(
    """
)

BRACES = Family(_BRACES, _SLASHES, _SIGNATURE, compressed=True)
PYTHON = Family(
    _line(r"(?P<container>(?:cdef\s+)?class\s+\w+)\s*[(:\[]|(?:async\s+|cp?)?def\s+(?P<name>\w+)"),
    _HASH,
    quotes=(('"""', '"""'), ("'''", "'''")),
)
RUBY = Family(
    _line(
        r"""(?P<container>(?:class|module|defmodule|defprotocol|defimpl)\s+[A-Z][\w:.]*)
        |(?:(?:private|public|protected|export|local)\s+)?(?:defp?|defmacrop?|function|macro|(?:mutable\s+)?struct|sub)\s+
        (?P<name>[\w.:!?=<>+*\[\]-]+)"""
    ),
    _HASH,
)
SHELL = Family(_line(r"(?:function\s+(?P<name>[\w:.-]+)|(?P<bound>[\w:.-]+)\s*\(\s*\))"), _HASH)
POWERSHELL = Family(
    _line(
        r"(?P<container>(?:class|enum)\s+\w+)|(?:function|filter|workflow)\s+(?P<name>[\w:-]+)",
        ignore_case=True,
    ),
    re.compile(r"\s*(?:\#|<\#|\[)"),
    quotes=(("<#", "#>"),),
)
PERL = Family(_line(r"(?P<container>package\s+[\w:]+)|sub\s+(?P<name>\w+)"), _HASH)
R = Family(_line(r"(?P<name>[\w.]+)\s*(?:<-|=)\s*function\b"), _HASH)
SQL = Family(
    _line(
        r"""(?P<container>(?:create|alter)\s+(?:or\s+(?:replace|alter)\s+|(?:global\s+|local\s+)?temp(?:orary)?\s+|unique\s+
        |materialized\s+|unlogged\s+|external\s+|definer\s*=\s*\S+\s+)*
        (?:table|view|index|function|procedure|proc|trigger|type|schema|sequence|database|role|user|package(?:\s+body)?|extension
        |domain|policy|event)\s+(?:if\s+not\s+exists\s+|if\s+exists\s+|only\s+)?["`\[]?[\w$."`\[\]]*[\w"`\]])""",
        ignore_case=True,
    ),
    _DASHES,
)
WORDS = Family(
    _line(
        r"""(?P<container>(?:(?:public|private|friend|partial)\s+)*(?:class|module|program|package(?:\s+body)?|unit)\s+[\w.]+)
        |(?:(?:public|private|protected|friend|static|shared|overrides|recursive|pure|elemental)\s+)*
        (?:sub|function|procedure|subroutine|property\s+(?:get|let|set))\s+(?P<name>[\w.]+)""",
        ignore_case=True,
    ),
    re.compile(r"\s*(?:'|!|%|//|\{|--|<)"),
)
LISP = Family(_line(r"\((?P<name>def\S*\s+[^\s()]+)"), re.compile(r"\s*;"))
SECTIONS = Family(_line(r"(?P<container>\[{1,2}[^\[\]]+\]{1,2})\s*(?:[\#;].*)?$"), re.compile(r"\s*[\#;]"))
KEYS = Family(
    re.compile(r"""(?P<container>[\w"'$/.][^:\#]{0,80}?|"[^"]{1,80}"):(?:\s+[|>&!]\S*)?\s*(?:\#.*)?$"""),
    re.compile(r"\s*\#"),
    by_column=True,
)
BLOCKS = Family(
    _line(r'(?P<container>\w+(?:\s+"[^"]*")*(?:\s+[\w-]+)?)\s*\{\s*(?:(?:\#|//).*)?$'),
    re.compile(r"\s*(?:\#|//|/\*|\*)"),
)
STYLES = Family(
    _line(
        r"(?P<container>@(?:media|supports|layer|container|keyframes)\s[^{]{1,80}[^{\s])|@(?P<name>(?:mixin|function)\s+[\w-]+)"
    ),
    re.compile(r"\s*(?://|/\*|\*)"),
    compressed=True,
)
TARGETS = Family(
    re.compile(r"(?!\.)(?P<name>[\w./%$(){} -]{1,80}?)\s*:(?![=:])(?:[^=]|$)"), re.compile(r"(?:\#|\.PHONY)")
)
STAGES = Family(_line(r"(?P<container>FROM\s+\S+(?:\s+AS\s+\S+)?)", ignore_case=True), re.compile(r"\s*\#"))
PLAIN = Family(NEVER, re.compile(r"\s*[\#!;]"))
COMPONENT = Family(
    re.compile(_BRACES.pattern + r"|<(?P<tag>template|script|style)\b", re.VERBOSE),
    _SLASHES,
    _SIGNATURE,
    compressed=True,
)

_SUFFIXES = {
    BRACES: ".js .mjs .cjs .jsx .ts .mts .cts .tsx .java .c .h .cc .cpp .cxx .hpp .hh .hxx .cs .go .rs .php .swift "
    ".kt .kts .scala .sc .dart .groovy .gradle .m .mm .proto .graphql .gql .sol .zig .v .sv .cu .glsl .d "
    ".thrift .awk .jsonc .json5",
    PYTHON: ".py .pyi .pyx .pyw .bzl .star",
    RUBY: ".rb .rake .gemspec .ex .exs .lua .jl .cr",
    SHELL: ".sh .bash .zsh .ksh .fish .bats .envrc",
    POWERSHELL: ".ps1 .psm1 .psd1",
    PERL: ".pl .pm .t",
    R: ".r .rmd",
    SQL: ".sql .ddl .pgsql .plsql",
    WORDS: ".vb .bas .vbs .cls .frm .pas .dpr .f .f90 .f95 .for .ada .adb .ads .matlab",
    LISP: ".clj .cljs .edn .el .lisp .scm .rkt",
    SECTIONS: ".toml .ini .cfg .conf .cnf .service .timer .socket .desktop .editorconfig .gitconfig .reg .inf .npmrc",
    KEYS: ".yaml .yml",
    BLOCKS: ".tf .tfvars .hcl .nomad",
    STYLES: ".css .scss .sass .less",
    TARGETS: ".mk .mak .make",
    STAGES: ".dockerfile",
    PLAIN: ".properties .env .bat .cmd .hs .ml .fs .erl .nim .asm .s .cmake .nix .vim "
    ".diff .patch .gitignore .dockerignore",
    COMPONENT: ".vue .svelte .astro",
}
SUFFIXES = {suffix: family for family, listed in _SUFFIXES.items() for suffix in listed.split()}
"""Families by the end of a file's name, in small letters."""

FILE_NAMES = {
    "makefile": TARGETS, "gnumakefile": TARGETS, "dockerfile": STAGES, "containerfile": STAGES, "jenkinsfile": BRACES,
    "vagrantfile": RUBY, "gemfile": RUBY, "rakefile": RUBY, "procfile": PLAIN,
    "cmakelists.txt": PLAIN, "justfile": TARGETS,
    "pipfile": SECTIONS, "build.bazel": PYTHON, "go.mod": PLAIN,
}  # fmt: skip
"""Families by the whole name of a file, in small letters."""

INTERPRETERS = {
    "python": PYTHON, "sh": SHELL, "bash": SHELL, "dash": SHELL, "zsh": SHELL, "ksh": SHELL, "perl": PERL, "ruby": RUBY,
    "node": BRACES, "Rscript": R, "lua": RUBY, "pwsh": POWERSHELL, "php": BRACES, "make": TARGETS,
}  # fmt: skip
"""Families by the program that a script names in its first line."""
