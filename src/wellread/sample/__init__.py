"""Harrowgull Foghorn Works: a made-up organisation to try Wellread on.

Its intranet, the people who ask, and questions with their answers. Company, people, places and products
are invented. The PDF and DOCX files are built by `tools/build_sample.py`; the others are written by hand.
Where two circulars contradict each other, the newer one counts; a supplier's page carries an instruction
addressed to the model. Both are meant to be there.
"""

import tomllib
from importlib import resources
from pathlib import Path

from wellread.records.people import Person

__all__ = ["documents", "people", "questions"]

_HERE = Path(str(resources.files(__name__)))


def documents() -> Path:
    """The folder of documents: a folder per department, readers in `.readers` files."""
    return _HERE / "documents"


def questions() -> Path:
    """The question file, one JSON object a line.

    | field | value |
    | --- | --- |
    | `id`, `question` | unique |
    | `answer` | words of the document, or null when no document answers |
    | `document` | path below `documents()`; null without an answer |
    | `evidence` | the sentence or table row that says so, cells parted by ` | `; null without an answer |
    | `readers`, `as` | the one group that may be told, and one of its people; absent when everyone may |
    | `absent_terms` | what the question is about and no document mentions; only without an answer |
    """
    return _HERE / "questions.jsonl"


def people() -> list[Person]:
    """Those who ask, in the order of the file; the first is in no group."""
    table = tomllib.loads((_HERE / "people.toml").read_text(encoding="utf-8"))
    return [Person(name=entry["name"], groups=tuple(entry["groups"])) for entry in table["people"]]
