"""A handbook's history, commit by commit, and phrases that tell one state of its pages from another.

The phrases are chosen here from the pages' own bytes, not from what a parser made of them, so that they check what
search returns from outside. They are compared by their words alone: lower case, without marks.
"""

import gzip
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

LENGTHS = (7, 5)
"""Words of a phrase; the first length that gives one counts."""
MOST = 3
CANDIDATES = 200
"""The rarest phrases of a page that are tried."""

_LINE_OF_ITS_OWN = re.compile(r"(?m)^\s*(?:[-+*]|\d+[.)])\s|^#.*$")
_UNSEEN = re.compile(r"(?s)<!--.*?-->|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|\]\([^)]*\)|\A---\n.*?\n---\n")
_PLAIN = re.compile(r"[^A-Za-z0-9 ,'’-]+")


@dataclass(frozen=True, slots=True)
class Revision:
    """What one commit made of one page; no text: the page was deleted."""

    path: str
    text: str | None


def commits(file: Path) -> list[list[Revision]]:
    """The commits of `revisions.jsonl.gz`, oldest first. Paths lose the folder that all of them have."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        [Revision(row["path"].partition("/")[2], row.get("content")) for row in of_commit]
        for _, of_commit in groupby(rows, key=lambda row: row["commit"])
    ]


def pages_before(statuses: Mapping[str, str]) -> dict[str, str]:
    """Pages as they were before the first commit, as far as that is known.

    `statuses` has the status of each path's first row. The text of a page whose first row changes or deletes it is not
    in the data: a line of made-up words stands in for it.
    """
    return {
        path: f"# {Path(path).stem}\n\nBefore its first revision {made_up(path)} stood here.\n"
        for path, status in statuses.items()
        if status != "A"
    }


def first_statuses(file: Path) -> dict[str, str]:
    """The status of each path's first row: A, M or D."""
    found: dict[str, str] = {}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found.setdefault(row["path"].partition("/")[2], row["status"])
    return found


def made_up(path: str) -> str:
    """Seven words that are of no language, the same for the same path."""
    letters = hashlib.sha256(path.encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))
    return " ".join(letters[start : start + 8] for start in range(0, 56, 8))


def words(text: str) -> str:
    """The words alone, with a space before, between and after, so that `in` finds whole words."""
    return f" {' '.join(re.findall(r'[a-z0-9]+', text.lower()))} "


@dataclass
class Pages:
    """The pages as they are to be found now, and how many have each word."""

    texts: dict[str, str] = field(default_factory=dict)
    _words: dict[str, str] = field(default_factory=dict)
    _frequency: Counter[str] = field(default_factory=Counter)

    def put(self, path: str, text: str | None) -> None:
        """Set a page, or take it out."""
        self._frequency.subtract(set(self._words.pop(path, "").split()))
        self.texts.pop(path, None)
        if text is not None:
            self.texts[path] = text
            # With a link's address and without: a sentence that got a link is still shown.
            self._words[path] = f"{words(text)}|{words(_UNSEEN.sub(' ', text))}"
            self._frequency.update(set(self._words[path].split()))

    def phrases(self, text: str, *, lacking: str = "", but: str = "") -> tuple[str, ...]:
        """Phrases of `text`, the rarest first, that are not in `lacking` and in no current page except `but`.

        At most `MOST`, without a word in common: one may stand where a page is cut into passages.
        """
        absent = words(lacking)
        others = [held for path, held in self._words.items() if path != but]
        for length in LENGTHS:
            chosen: dict[str, set[str]] = {}
            candidates = sorted(set(_phrases(text, length)), key=self._rarity, reverse=True)
            for phrase in candidates[:CANDIDATES]:
                plain = words(phrase)
                if plain in absent or any(plain in held for held in others):
                    continue
                if all(held.isdisjoint(plain.split()) for held in chosen.values()):
                    chosen[phrase] = set(plain.split())
                if len(chosen) == MOST:
                    break
            if chosen:
                return tuple(chosen)
        return ()

    def _rarity(self, phrase: str) -> tuple[float, str]:
        held = words(phrase).split()
        return sum(math.log((len(self.texts) + 1) / (self._frequency[word] + 1)) for word in held), phrase


def _phrases(text: str, length: int) -> Iterator[str]:
    """Every run of `length` words inside one sentence of the page's plain text."""
    marked = _LINE_OF_ITS_OWN.sub("\n.\n", _UNSEEN.sub(" . ", text))
    for paragraph in re.split(r"\n\s*\n", marked):
        for run in _PLAIN.split(paragraph.replace("\n", " ")):
            found = run.split()
            for start in range(len(found) - length + 1):
                phrase = " ".join(found[start : start + length])
                if len(words(phrase).split()) >= length:
                    yield phrase
