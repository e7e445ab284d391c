import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from wellread import sample
from wellread.records.people import EVERYONE, principals

ROOT = Path(__file__).parents[2]
BUILDER = ROOT / "tools" / "build_sample.py"
GROUPS = {"group:people-team", "group:finance", "group:leads"}
DEPARTMENTS = {"people", "it", "finance", "sales", "engineering"}
OLDER_RULE, NEWER_RULE = "people/leave-carry-over-2024.md", "people/leave-carry-over-2026.html"

Row = dict[str, Any]


def plain(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def page(path: Path) -> str:
    from bs4 import BeautifulSoup

    return BeautifulSoup(plain(path), "lxml").get_text(" ")


def pdf(path: Path) -> str:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return "\n".join(sheet.get_textpage().get_text_bounded() for sheet in document)


def word(path: Path) -> str:
    import docx

    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


READ: dict[str, Callable[[Path], str]] = {
    ".md": plain,
    ".txt": plain,
    ".html": page,
    ".pdf": pdf,
    ".docx": word,
}


def normalised(text: str) -> str:
    """White space made even; marks of tables, emphasis and code are not what a reader sees."""
    for mark in ("|", "**", "`", "*"):
        text = text.replace(mark, " ")
    return " ".join(text.split()).replace(" .", ".").replace(" ,", ",").replace(" :", ":").replace(" ;", ";")


@cache
def texts() -> dict[str, str]:
    """Every document by its path below `documents()`, read with the formats' own libraries."""
    root = sample.documents()
    return {
        path.relative_to(root).as_posix(): normalised(READ[path.suffix](path))
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != ".readers"
    }


@cache
def rows() -> list[Row]:
    return [json.loads(line) for line in sample.questions().read_text(encoding="utf-8").splitlines()]


def readers(document: str) -> frozenset[str]:
    folder = (sample.documents() / document).parent
    while not (folder / ".readers").exists():
        folder = folder.parent
    return principals((folder / ".readers").read_text(encoding="utf-8"))


def answered() -> list[Row]:
    return [row for row in rows() if row["answer"] is not None]


def unanswered() -> list[Row]:
    return [row for row in rows() if row["answer"] is None]


def test_five_departments_hold_documents_of_all_formats() -> None:
    formats = Counter(Path(name).suffix for name in texts())
    assert len(texts()) >= 64
    assert set(formats) == set(READ) and min(formats.values()) >= 5
    assert {name.split("/")[0] for name in texts()} == DEPARTMENTS


def test_documents_have_the_length_of_real_ones() -> None:
    lengths = {name: len(text.split()) for name, text in texts().items()}
    assert {name: words for name, words in lengths.items() if not 230 <= words <= 900} == {}


def test_most_documents_are_for_everyone_and_each_group_has_its_own() -> None:
    audiences = Counter(readers(name) for name in texts())
    assert set(audiences) == {frozenset({EVERYONE})} | {frozenset({group}) for group in GROUPS}
    restricted = len(texts()) - audiences[frozenset({EVERYONE})]
    assert 8 <= restricted < len(texts()) / 2


def test_the_sample_stays_small_enough_to_ship() -> None:
    folder = sample.documents().parent
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert sum(path.stat().st_size for path in files) < 3_000_000


def test_one_person_is_in_no_group_and_every_group_has_somebody() -> None:
    people = sample.people()
    assert len(people) >= 4 and len({person.name for person in people}) == len(people)
    assert people[0].groups == ()
    assert {f"group:{group}" for person in people for group in person.groups} == GROUPS


def test_there_are_enough_questions_of_each_kind() -> None:
    restricted = [row for row in rows() if "readers" in row]
    assert len(answered()) - len(restricted) >= 130
    assert len(unanswered()) >= 44
    assert len(restricted) >= 22


def test_ids_and_questions_are_unique() -> None:
    assert len({row["id"] for row in rows()}) == len(rows())
    assert len({row["question"].lower() for row in rows()}) == len(rows())


def test_questions_are_spread_over_the_documents() -> None:
    per_document = Counter(row["document"] for row in answered())
    assert len(per_document) >= 45 and max(per_document.values()) <= 4
    assert {name.split("/")[0] for name in per_document} == DEPARTMENTS
    assert {Path(name).suffix for name in per_document} == set(READ)


def test_answers_and_evidence_stand_in_their_documents() -> None:
    wrong = [
        row["id"]
        for row in answered()
        if row["answer"] not in row["evidence"]
        or normalised(row["evidence"]) not in texts()[row["document"]]
        or normalised(row["answer"]) not in texts()[row["document"]]
    ]
    assert wrong == []


def test_questions_are_not_copies_of_their_evidence() -> None:
    def words(text: str) -> set[str]:
        return {word.strip(".,:;?()").lower() for word in text.split() if len(word) > 3}

    close = [
        row["id"]
        for row in answered()
        if len(words(row["question"]) & words(row["evidence"])) > 0.7 * len(words(row["question"]))
    ]
    assert close == []


def test_restricted_answers_come_from_documents_of_that_group_alone() -> None:
    groups = {person.name: {f"group:{group}" for group in person.groups} for person in sample.people()}
    for row in answered():
        assert readers(row["document"]) == {row.get("readers", EVERYONE)}, row["id"]
        assert row.get("readers", EVERYONE) in {EVERYONE, *groups[row.get("as", "tove")]}, row["id"]


def test_absent_terms_stand_in_no_document() -> None:
    whole = "\n".join(texts().values()).lower()
    present = {
        row["id"]: term for row in unanswered() for term in row["absent_terms"] if term.lower() in whole
    }
    assert present == {}
    assert all(row["absent_terms"] and row["document"] is row["evidence"] is None for row in unanswered())


def test_of_two_contradicting_rules_questions_ask_for_the_newer() -> None:
    asked = Counter(row["document"] for row in answered())
    assert asked[OLDER_RULE] == 0 and 1 <= asked[NEWER_RULE] <= 2
    assert "at most five unused days" in texts()[OLDER_RULE] and "2024" in texts()[OLDER_RULE]
    assert "up to eight unused days" in texts()[NEWER_RULE] and "2026" in texts()[NEWER_RULE]


def test_one_document_speaks_to_the_model() -> None:
    found = [name for name, text in texts().items() if "ignore all previous instructions" in text]
    assert found == ["it/supplier-netloft.html"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("sample")
    subprocess.run([sys.executable, str(BUILDER), "--into", str(into)], check=True, capture_output=True)
    return into


def test_the_builder_reproduces_the_committed_files_byte_for_byte(built: Path) -> None:
    names = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()}
    assert names == {name for name in texts() if Path(name).suffix in {".pdf", ".docx"}}
    differing = {
        name for name in names if (built / name).read_bytes() != (sample.documents() / name).read_bytes()
    }
    assert differing == set()
