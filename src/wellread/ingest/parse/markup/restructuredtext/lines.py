"""Lines of reStructuredText: what belongs together by its indent, and how lists begin."""

import re

ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*$")
"""A line of one sign: it underlines a title, or goes across the page."""

BULLET = re.compile(r"([-*+•‣⁃])(?: +|$)")
NUMBER = re.compile(r"(\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]{1,9}|#)[.)])(?: +|$)")


def is_indented(lines: list[str], at: int) -> bool:
    return at < len(lines) and lines[at][:1] == " "


def is_numbered(lines: list[str], at: int) -> bool:
    """Whether a numbered item begins here: a line of text that begins with an initial goes on at the margin."""
    below = lines[at + 1] if at + 1 < len(lines) else ""
    return bool(NUMBER.match(lines[at])) and (below[:1] in ("", " ") or bool(NUMBER.match(below)))


def run(lines: list[str], at: int) -> int:
    """The index of the first empty line."""
    while at < len(lines) and lines[at]:
        at += 1
    return at


def block(lines: list[str], at: int, start: int | None = None) -> tuple[list[str], int]:
    """The indented lines from `at` without their indent, and the index of the line after them.

    With `start` the line `at` itself is the first, from that column on, and the others are at most as far in.
    """
    first = at if start is None else at + 1
    after = first
    while after < len(lines) and lines[after][:1] in ("", " "):
        after += 1
    body = lines[first:after]
    while body and not body[-1]:
        body.pop()
    indent = min((len(line) - len(line.lstrip()) for line in body if line), default=0)
    indent = indent if start is None else min(indent, start)
    inside = [line[indent:] for line in body]
    return inside if start is None else [lines[at][start:], *inside], after


def items(lines: list[str]) -> list[list[str]]:
    """The bodies of a bullet list's items."""
    bodies: list[list[str]] = []
    at = 0
    while at < len(lines):
        found = BULLET.match(lines[at])
        body, at = block(lines, at, found.end()) if found else ([], at + 1)
        if found:
            bodies.append(body)
    return bodies
