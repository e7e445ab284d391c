"""JSON (RFC 8259) and JSON Lines: data as tables, headings and `name: value` lines.

Values are shown as they are written: numbers keep their digits, names that come twice are both kept.
"""

import json
import re
from typing import Any

from wellread.errors import ParseError
from wellread.ingest.parse.data.named_values import LONGEST_NAME, Record, Value, compose_values
from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.encodings import decode

_LINE_END = re.compile("\r\n|\n|\r")
_SPACE = re.compile(r"[\s\ufeff\x1e]*")
# Strings are matched first, so that what looks like a comment, comma or bracket inside one is left alone.
_STRING = r'("(?:\\.|[^"\\])*+(?:"|\\?\Z))'
_COMMENTS = re.compile(_STRING + r"|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_LAST_COMMAS = re.compile(_STRING + r"|,(?=\s*[}\]])", re.DOTALL)
_MARKS = re.compile(_STRING + r"|[{}\[\],]", re.DOTALL)


def parse_json(data: bytes) -> Parsed:
    """A JSON file; comments and commas after the last value, as settings files have them, are passed over.

    Several values one after the other are all read. Of a file that breaks off, what is whole is kept;
    what is no JSON after the first value is kept as it stands.
    Raises ParseError: not text, no JSON from the start, nested too deeply.
    """
    text = decode(data)
    values, rest, reason = _decoded(text)
    for repaired in (_relaxed, _closed) if rest else ():
        again, left, _ = _decoded(repaired(text))
        if again and not left:
            values, rest = again, ""
            break
    if rest and not values:
        raise ParseError(f"the JSON cannot be read: {reason}: correct it there, or name the file .txt")
    return _composed(values, rest)


def parse_json_lines(data: bytes) -> Parsed:
    """JSON Lines (.jsonl, .ndjson): one value a line. Lines that are broken are left out.

    Raises ParseError: not text, nested too deeply, or no line can be read; it names the first.
    """
    text = decode(data)
    values, rest, _ = _decoded(text)
    if not rest:
        return _composed(values, "")
    values, problem = [], ""
    for number, line in enumerate(_LINE_END.split(text), 1):
        found, rest, reason = _decoded(line)
        if rest:
            problem = problem or f"line {number} is no JSON ({reason.partition(': line')[0]})"
        else:
            values += found
    if not values:
        raise ParseError(f"no line of the JSON Lines file can be read: {problem}: write one value a line")
    return _composed(values, "")


def json_value(text: str) -> Any:
    """The value that `text` is, as Python has it, for formats that are JSON underneath. Raises ParseError."""
    try:
        return json.loads(text.lstrip("\ufeff"), strict=False, parse_int=str, parse_float=str)
    except ValueError as error:
        raise ParseError(f"the JSON inside cannot be read: {error}: save the file again") from None
    except RecursionError:
        raise _too_deep() from None


def _too_deep() -> ParseError:
    return ParseError("the JSON nests values too deeply: it is damaged, or no data to be read")


def _composed(values: list[Value], rest: str) -> Parsed:
    composer = Composer()
    whole: Value = values[0] if len(values) == 1 else values
    compose_values(composer, whole)
    composer.add("code", rest)
    return composer.finish(_title(whole))


def _title(value: Value) -> str:
    for name in ("title", "name"):
        for key, inner in value.fields if isinstance(value, Record) else ():
            if key.lower() == name and isinstance(inner, str) and len(inner) <= LONGEST_NAME:
                return inner
    return ""


def _decoded(text: str) -> tuple[list[Value], str, str]:
    """The values that `text` begins with, what follows that is none, and why it is none."""
    values: list[Value] = []
    at = _after_space(text, 0)
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            return values, text[at:], str(error)
        except RecursionError:
            raise _too_deep() from None
        values.append(_value(value))
        at = _after_space(text, at)
    return values, "", ""


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _relaxed(text: str) -> str:
    """Without comments and without commas after the last value."""
    without = _COMMENTS.sub(lambda match: match.group(1) or " ", text)
    return _LAST_COMMAS.sub(lambda match: match.group(1) or "", without)


def _closed(text: str) -> str:
    """A text that breaks off, cut at its last comma and with what is open there closed."""
    if not _opened(text):
        return text
    whole = max((m.start() for m in _MARKS.finditer(text) if m.group() == ","), default=0)
    return text[:whole] + "".join(reversed(_opened(text[:whole])))


def _opened(text: str) -> list[str]:
    """The brackets that would close what is open at the end."""
    opened: list[str] = []
    for match in _MARKS.finditer(text):
        mark = match.group()
        if mark in ("{", "["):
            opened.append("}" if mark == "{" else "]")
        elif mark in ("}", "]") and opened:
            opened.pop()
    return opened


def _pairs(pairs: list[tuple[str, Any]]) -> Record:
    return Record(tuple((name, _value(value)) for name, value in pairs))


def _value(value: Any) -> Value:
    """`value` with nothing and truth as they are shown, those in lists of lists included."""
    outermost: list[Any] = [value]
    waiting = [outermost]
    while waiting:
        inside = waiting.pop()
        for at, inner in enumerate(inside):
            if inner is None or isinstance(inner, bool):
                inside[at] = "" if inner is None else str(inner).lower()
            elif isinstance(inner, list):
                waiting.append(inner)
    converted: Value = outermost[0]
    return converted


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_int=str, parse_float=str, parse_constant=str, strict=False
)
