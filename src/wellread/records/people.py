"""Who may read what: principals, audiences, and the algebra that joins documents to adapters.

A document lists its readers: any one of them is enough. A set of documents read together
(the training set of an adapter) demands one of each list. So an audience is a conjunction of
clauses, each clause a set of principals of which a person must hold at least one:

    {group:hr, user:ann}  and  {group:leads}

Everyone is no clause at all; nobody is one empty clause.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from wellread.errors import UsageError

Principal = str
"""`everyone`, `group:NAME` or `user:NAME`."""

EVERYONE: Principal = "everyone"

_PRINCIPAL = re.compile(r"everyone|(?:group|user):[^\s,:]+")


def principal(text: str) -> Principal:
    """`text` as a principal.

    Raises UsageError when it has none of the three forms.
    """
    cleaned = text.strip()
    if not _PRINCIPAL.fullmatch(cleaned):
        raise UsageError(
            f"{text!r} is not a reader: write everyone, group:NAME or user:NAME, without spaces in NAME"
        )
    return cleaned


def principals(text: str) -> frozenset[Principal]:
    """A comma-separated list of readers, as it stands on the command line and in `.readers` files."""
    found = frozenset(principal(part) for part in text.split(",") if part.strip())
    if not found:
        raise UsageError("no readers given: name at least one of everyone, group:NAME, user:NAME")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who asks. `groups` are those they are in directly; nesting is the catalogue's."""

    name: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """Those who hold at least one principal of every clause. Kept minimal, so equal audiences compare equal."""

    clauses: frozenset[frozenset[Principal]]

    @staticmethod
    def of(readers: Iterable[Principal]) -> "Audience":
        """The audience of one document: any of its readers. No readers means nobody."""
        return Audience._minimal([frozenset(readers)])

    @staticmethod
    def everyone() -> "Audience":
        """No demand at all."""
        return Audience(frozenset())

    @staticmethod
    def nobody() -> "Audience":
        """A demand that cannot be met."""
        return Audience(frozenset([frozenset[Principal]()]))

    def permits(self, held: frozenset[Principal]) -> bool:
        """Whether somebody who holds `held` is inside. Holding nothing is never inside, not even everyone's."""
        return bool(held) and all(clause & held for clause in self.clauses)

    def __and__(self, other: "Audience") -> "Audience":
        """Those inside both: the audience of two documents read together."""
        return Audience._minimal([*self.clauses, *other.clauses])

    def __or__(self, other: "Audience") -> "Audience":
        """Those inside either."""
        return Audience._minimal([mine | theirs for mine in self.clauses for theirs in other.clauses])

    @staticmethod
    def intersection(audiences: Iterable["Audience"]) -> "Audience":
        """Those inside all of them; everyone for none."""
        return reduce(lambda one, two: one & two, audiences, Audience.everyone())

    @staticmethod
    def _minimal(clauses: Iterable[frozenset[Principal]]) -> "Audience":
        demands = {clause for clause in clauses if EVERYONE not in clause}
        return Audience(frozenset(c for c in demands if not any(other < c for other in demands)))

    def to_json(self) -> list[list[Principal]]:
        """Sorted clauses: `[]` is everyone, `[[]]` is nobody."""
        return sorted(sorted(clause) for clause in self.clauses)

    @staticmethod
    def from_json(clauses: Iterable[Iterable[Principal]]) -> "Audience":
        """The inverse of `to_json`."""
        return Audience._minimal([frozenset(clause) for clause in clauses])

    def __str__(self) -> str:
        if not self.clauses:
            return "everyone"
        if frozenset[Principal]() in self.clauses:
            return "nobody"
        return " and ".join(" or ".join(clause) for clause in self.to_json())
