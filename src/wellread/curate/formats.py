"""Question files of one's own: JSON lines, read row by row into typed rows.

    {"question": "How long is parental leave?", "answer": "12 weeks", "document": "leave.md", "evidence":
    "..."}
    {"question": "What does parking cost?", "answer": null}

| field | also called | |
| --- | --- | --- |
| question | query, prompt | text |
| answer | | text, or null where the documents do not answer |
| document | page, doc, file, uri, source | the document that answers, as its source names it |
| evidence | quote, sentence | the words that say so |
| contexts | passages | texts, or objects with text and optionally passage and document |
| readers | | who may read the row: a list, or one comma-separated text |
| asker | as | the person who asks |
| id | | text; the line number where absent |

Fields of other names are passed over. A row that is not valid is refused with its line and rule; the rest
goes on.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wellread.errors import NotFoundError, ParseError, UsageError
from wellread.records.identity import identify
from wellread.records.learning import Context, RefusedRow
from wellread.records.people import Principal, principals

_NAMES = {
    "question": ("question", "query", "prompt"),
    "answer": ("answer",),
    "document": ("document", "page", "doc", "file", "uri", "source"),
    "evidence": ("evidence", "quote", "sentence"),
    "contexts": ("contexts", "passages"),
    "readers": ("readers",),
    "asker": ("asker", "as"),
    "id": ("id",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """One valid row. `answer` is None where the right reply is that the documents do not say."""

    line: int
    id: str
    question: str
    answer: str | None
    document: str | None = None
    evidence: str | None = None
    contexts: tuple[Context, ...] = ()
    readers: frozenset[Principal] | None = None
    asker: str | None = None


@dataclass(frozen=True, slots=True)
class Questions:
    """What a file holds, and what of it was refused."""

    rows: tuple[QuestionRow, ...]
    refused: tuple[RefusedRow, ...]


class _Broken(Exception):  # noqa: N818 - never leaves this file: it carries a rule, not an error
    """A row breaks a rule."""


def read_questions(path: Path) -> Questions:
    """Read a file. Raises NotFoundError when it is absent, ParseError when it is not UTF-8 text."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no question file {path}: check the name") from error
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise ParseError(f"{path} is not a UTF-8 text file of JSON lines: save it as UTF-8") from error
    return parse_questions(text.split("\n"))


def parse_questions(lines: Iterable[str]) -> Questions:
    """Read lines; empty ones are passed over but counted."""
    rows: list[QuestionRow] = []
    refused: list[RefusedRow] = []
    first_line: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = _row(number, line)
            if row.id in first_line:
                raise _Broken(f"id {row.id!r} is already that of line {first_line[row.id]}")
        except _Broken as broken:
            refused.append(RefusedRow(row=number, rule=str(broken)))
            continue
        first_line[row.id] = number
        rows.append(row)
    return Questions(tuple(rows), tuple(refused))


def _row(number: int, line: str) -> QuestionRow:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Broken(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise _Broken(f"not a JSON object but {type(found).__name__}")
    question = _text(found, "question")
    if question is None:
        raise _Broken("question is missing or empty")
    _, present = _value(found, "answer")
    if not present:
        raise _Broken("answer is missing: write null where the documents do not answer")
    answer = _text(found, "answer")
    if answer is None and found["answer"] is not None:
        raise _Broken("answer is empty: write null where the documents do not answer")
    identifier = _text(found, "id", or_number=True)
    return QuestionRow(
        line=number,
        id=identifier or str(number),
        question=question,
        answer=answer,
        document=_text(found, "document"),
        evidence=_text(found, "evidence"),
        contexts=_contexts(found),
        readers=_readers(found),
        asker=_text(found, "asker"),
    )


def _value(found: dict[str, Any], field: str) -> tuple[Any, bool]:
    for name in _NAMES[field]:
        if name in found:
            return found[name], True
    return None, False


def _text(found: dict[str, Any], field: str, *, or_number: bool = False) -> str | None:
    value, _ = _value(found, field)
    if or_number and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise _Broken(f"{field} is {type(value).__name__}, not text")
    if value is not None and any("\ud800" <= character <= "\udfff" for character in value):
        raise _Broken(f"{field} holds half of a surrogate pair, which no file can store")
    return value.strip() or None if value is not None else None


def _contexts(found: dict[str, Any]) -> tuple[Context, ...]:
    value, _ = _value(found, "contexts")
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _Broken("contexts is not a list of passages")
    contexts = []
    for place, one in enumerate(value, start=1):
        fields = {"text": one} if isinstance(one, str) else one
        if (
            not isinstance(fields, dict)
            or not isinstance(fields.get("text"), str)
            or not fields["text"].strip()
        ):
            raise _Broken(f"contexts: passage {place} has no text")
        passage, document = fields.get("passage", fields.get("id")), _text(fields, "document")
        text = fields["text"]
        own = identify("ctx", [text])
        contexts.append(Context(passage=str(passage or own), document=document or own, text=text))
    return tuple(contexts)


def _readers(found: dict[str, Any]) -> frozenset[Principal] | None:
    value, _ = _value(found, "readers")
    if value is None:
        return None
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise _Broken("readers is not a list of texts")
    try:
        return principals(",".join(listed))
    except UsageError as error:
        raise _Broken(f"readers: {error}") from error
