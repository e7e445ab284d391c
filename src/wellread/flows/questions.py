"""The questions of a file, whom each is asked as, and which documents an adapter has read: for every journey that
measures answers."""

from collections.abc import Callable
from pathlib import Path

from wellread.catalogue.catalogue import Catalogue
from wellread.curate.formats import QuestionRow, read_questions
from wellread.errors import NotFoundError, RefusedError
from wellread.models.bundled import BUNDLED
from wellread.records.comparison import Question
from wellread.records.learning import Adapter, RefusedRow
from wellread.records.people import EVERYONE, Principal

Principals = Callable[[str | None], frozenset[Principal]]
"""What a person holds; nobody in particular holds `everyone`."""


def read(path: Path) -> tuple[list[Question], tuple[RefusedRow, ...]]:
    """The questions of a file, and its rows that are none. Raises NotFoundError (no such file), ParseError (no text),
    RefusedError (no valid question in it)."""
    found = read_questions(path)
    if not found.rows:
        reason = (
            f"; line {found.refused[0].row}: {found.refused[0].rule}" if found.refused else ": it is empty"
        )
        raise RefusedError(f"{path} holds no valid question{reason}")
    return [_question(row) for row in found.rows], found.refused


def held(question: Question, person: str | None, principals: Principals) -> frozenset[Principal]:
    """As its asker, else as somebody who holds what its row names as readers, else as `person`."""
    if question.asker:
        return principals(question.asker)
    if question.readers:
        return frozenset([EVERYONE, *question.readers])
    return principals(person)


def trained_documents(catalogue: Catalogue, adapter: Adapter | None) -> set[str]:
    """Ids and uris of what the adapter has read."""
    if adapter is None or adapter.dataset == BUNDLED:
        return set()
    names = set(catalogue.learning.training_documents(adapter.id))
    for identity in list(names):
        try:
            names.add(catalogue.knowledge.document(identity).uri)
        except NotFoundError:  # removed since; its id alone cannot be what a question names
            continue
    return names


def _question(row: QuestionRow) -> Question:
    return Question(
        id=row.id,
        question=row.question,
        answer=row.answer,
        document=row.document,
        evidence=row.evidence,
        asker=row.asker,
        readers=tuple(sorted(row.readers or ())),
    )
