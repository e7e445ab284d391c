"""Which fields of a row are its name, title, text, date and readers: as the user says, else by their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wellread.errors import ParseError, UsageError
from wellread.ingest.parse.document import MAX_TITLE
from wellread.ingest.sources.option_values import several
from wellread.ingest.sources.record import SUFFIXES, Record, file_name, moment, shown, titled, told_readers_of
from wellread.records.identity import digest

USUAL = {
    "uri": ("uri",),
    "id": ("id", "_id", "key", "uuid", "number", "url"),
    "title": ("title", "subject", "name", "summary", "headline"),
    "text": ("text", "body", "content", "description", "message"),
    "modified": (
        "modified",
        "updated_at",
        "updated",
        "last_modified",
        "modified_at",
        "created_at",
        "created",
        "date",
    ),
    "readers": ("readers",),
}
"""By what is wanted: how fields for it are mostly called. The first that a row has is taken."""

_PROBLEM_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Fields:
    """By what is wanted, the fields that the user named; all of a text's, one of the others'."""

    named: Mapping[str, tuple[str, ...]]
    form: str

    @staticmethod
    def asked(options: Mapping[str, str]) -> "Fields":
        """Raises UsageError."""
        form = options.get("format") or "text"
        if form not in SUFFIXES:
            raise UsageError(f"format is {form!r}: it is one of {', '.join(SUFFIXES)}")
        named = {role: several(options, role) for role in USUAL}
        for role, fields in named.items():
            if role != "text" and len(fields) > 1:
                raise UsageError(f"{role} is {options[role]!r}: name one field")
        return Fields(named, form)

    def check(self, columns: Sequence[str]) -> None:
        """Raises UsageError when a table has not the columns that were named."""
        there = {column.casefold() for column in columns}
        for role, fields in self.named.items():
            missing = [one for one in fields if one.casefold() not in there]
            if missing:
                raise UsageError(f"{role} is {missing[0]!r}, but the columns are {', '.join(columns)}")

    def are_told_by(self, row: Mapping[str, Any]) -> bool:
        """Whether rows like this one name their readers."""
        return bool(self.named["readers"]) or self._field(row, "readers") is not None

    def record(self, row: Mapping[str, Any]) -> Record:
        """The document that a row is. Raises ParseError when its name cannot be printed, or is missing where others
        have one."""
        taken = {role: self._field(row, role) for role in ("uri", "id", "title", "modified", "readers")}
        title = " ".join(shown(_value(row, taken["title"])).split())[:MAX_TITLE]
        data = titled(title, self._body(row, set(taken.values())), self.form).encode(
            "utf-8", "backslashreplace"
        )
        readers, problem = None, ""
        if self.are_told_by(row):
            readers, problem = told_readers_of({"readers": _value(row, taken["readers"])})
        uri = self._uri(row, taken["uri"] or taken["id"], data)
        suffix = SUFFIXES[self.form]
        return Record(
            uri=uri,
            name=file_name(title, suffix) if title and self.form == "text" else uri + suffix,
            data=data,
            modified=moment(_value(row, taken["modified"])),
            readers=readers,
            problem=f"{problem[:_PROBLEM_CHARACTERS]}; until it is mended, nobody may read it"
            if problem
            else "",
        )

    def _uri(self, row: Mapping[str, Any], field: str | None, data: bytes) -> str:
        if field is None and not (self.named["uri"] or self.named["id"]):
            # A row without a name is another one when it has changed.
            return f"row {digest(data)[:16]}"
        uri = shown(_value(row, field)).strip()
        if not uri or not uri.isprintable():
            wanted = field or (self.named["uri"] or self.named["id"])[0]
            raise ParseError(f"a row whose {wanted} is {uri[:100]!r} is left out: each needs a printable one")
        return uri

    def _field(self, row: Mapping[str, Any], role: str) -> str | None:
        named = self.named[role]
        if named:
            return named[0] if _has(row, named[0]) else None
        names = {name.casefold(): name for name in row}
        return next((names[usual] for usual in USUAL[role] if usual in names), None)

    def _body(self, row: Mapping[str, Any], taken: set[str | None]) -> str:
        fields = self.named["text"] or tuple(filter(None, [self._field(row, "text")]))
        if len(fields) == 1:
            return shown(_value(row, fields[0]))
        told = ((name, shown(_value(row, name)).strip()) for name in fields or row if name not in taken)
        return "\n".join(f"{name}: {value}" for name, value in told if value)


def _has(row: Mapping[str, Any], path: str) -> bool:
    return _found(row, path) is not None


def _value(row: Mapping[str, Any], path: str | None) -> Any:
    found = _found(row, path) if path else None
    return found[0] if found else None


def _found(row: Any, path: str) -> tuple[Any] | None:
    """The value of a field, or of one inside it by dots, however its letters are written; None where there is none."""
    names = {name.casefold(): name for name in row} if isinstance(row, Mapping) else {}
    name = path if isinstance(row, Mapping) and path in row else names.get(path.casefold())
    if name is not None:
        return (row[name],)
    first, dot, rest = path.partition(".")
    return _found(row[names[first.casefold()]], rest) if dot and first.casefold() in names else None
