"""From a row of a query to a document."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from wellread.errors import ParseError, UsageError
from wellread.ingest.parse.document import MAX_TITLE
from wellread.ingest.sources.record import SUFFIXES, Record, moment, shown, titled, told_readers_of

_FORMS = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
_SPECIAL = frozenset({"uri", "id", "title", "text", "modified", "readers", "name"})
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_PROBLEM_CHARACTERS = 300
_SUFFIX = re.compile(r"\.\w{1,10}\Z")


class Columns:
    """What the columns of a query mean."""

    def __init__(self, names: Sequence[str], form: str) -> None:
        """Raises UsageError: no column names the document, none holds its text, two are called the same."""
        self._names = [name.casefold() for name in names]
        self._labels = dict(zip(self._names, names, strict=True))
        self._form = form
        twice = [name for name, number in Counter(self._names).items() if number > 1]
        if twice:
            raise UsageError(f"the query has several columns {', '.join(twice)}: call each differently (AS)")
        self._uri = next((name for name in ("uri", "id") if name in self._names), "")
        if not self._uri:
            raise UsageError(f"the query has no column uri or id: its columns are {', '.join(names)}")
        self._others = [
            name for name in self._names if name not in _SPECIAL - ({"id"} if self._uri == "uri" else set())
        ]
        has_text = "text" in self._names
        if has_text and self._others:
            raise UsageError(
                f"the query has a column text and also {', '.join(self._others)}: leave them out, or leave text out, "
                "so that every column becomes a line"
            )
        if not has_text and not self._others:
            raise UsageError("the query has no column text, nor any other to make a text of")
        if not has_text and form != "text":
            raise UsageError(f"format is {form!r}, but the query has no column text")

    @property
    def has_readers(self) -> bool:
        """Whether each row names its own."""
        return "readers" in self._names

    def record(self, row: Sequence[Any]) -> Record:
        """Raises ParseError when nothing names the row."""
        values = dict(zip(self._names, row, strict=True))
        uri = shown(values[self._uri]).strip()
        if not uri or _UNPRINTABLE.search(uri):
            raise ParseError(
                f"a row whose {self._uri} is {uri[:100]!r} is left out: each needs a printable one"
            )
        title = " ".join(shown(values.get("title")).split())[:MAX_TITLE]
        name, form = self._name(uri, title, shown(values.get("name")).strip())
        readers, problem = told_readers_of(values) if self.has_readers else (None, "")
        return Record(
            uri=uri,
            name=name,
            data=self._data(values, title, form),
            modified=moment(values.get("modified")),
            readers=readers,
            problem=f"{uri}: {problem[:_PROBLEM_CHARACTERS]}; until it is mended, nobody may read it"
            if problem
            else "",
        )

    def _name(self, uri: str, title: str, name: str) -> tuple[str, str]:
        """What the document is called, whose suffix tells its kind, and the form of its text, if it is one."""
        suffix = _SUFFIX.search(name)
        if suffix:
            return name, _FORMS.get(suffix[0].lower(), "")
        # Plain text has no title of its own, so that it gets the name's.
        stem = name or (title.replace("/", "∕") if title and self._form == "text" else uri)
        return stem + SUFFIXES[self._form], self._form

    def _data(self, values: Mapping[str, Any], title: str, form: str) -> bytes:
        text = values.get("text")
        if isinstance(text, (bytes, bytearray, memoryview)):
            return bytes(text)
        body = shown(text) if "text" in values else self._lines(values)
        return titled(title, body, form).encode("utf-8", "backslashreplace")

    def _lines(self, values: Mapping[str, Any]) -> str:
        told = ((self._labels[name], shown(values[name]).strip()) for name in self._others)
        return "\n".join(f"{label}: {value}" for label, value in told if value)
