"""What is wrong with the documents that one person may read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from wellread.catalogue.catalogue import Catalogue
from wellread.errors import NotFoundError
from wellread.govern.report import page
from wellread.govern.survey import Survey, ordered
from wellread.govern.topics import MOST_FITTED, fit
from wellread.govern.unreadable import unreadable
from wellread.models.protocols import Vectors
from wellread.records.knowledge import Document, Passage
from wellread.records.people import Principal
from wellread.records.quality import Finding, QualityReport

ANSWERS = "questions that found no answer are not kept, so they do not count among the gaps"

Progress = Callable[[int], None]
"""Called with the number of documents read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What the journey needs. `principals` are those of the reader of the report: nothing else is read."""

    catalogue: Catalogue
    vectors: Callable[[Sequence[int]], Mapping[int, Vectors]]
    """Of the passages with these keys, those that the index holds, as unit vectors."""
    principals: frozenset[Principal]
    today: date
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRequest:
    """What is asked for."""

    source: str | None = None
    """Only findings that concern this source; its documents are compared with all others."""
    page: Path | None = None
    """Where to write the HTML page."""


def quality(work: Quality, request: QualityRequest) -> QualityReport:
    """Look through every document that may be read. Raises NotFoundError when there is no such source."""
    knowledge = work.catalogue.knowledge
    if request.source is not None:
        knowledge.source(request.source)

    # 1. What the documents are about, from an even draw of their passages.
    keys = sorted(knowledge.passage_keys(work.principals))
    drawn = work.vectors(keys[:: max(1, -(-len(keys) // MOST_FITTED))])
    documents = len(knowledge.visible_documents(work.principals))
    centres = fit(np.stack(list(drawn.values())) if drawn else np.empty((0, 1), np.float32), documents)

    # 2. Every document once.
    survey = Survey(work.today, centres)
    for portion in knowledge.stream(work.principals):
        held = work.vectors([passage.key for _, passages in portion for passage in passages])
        for document, passages in portion:
            survey.add(document, passages, held)
        if work.progress:
            work.progress(len(survey.documents))

    # 3. What documents say of one another, and what could not be read.
    def reread(document: str) -> tuple[Document, Sequence[Passage]] | None:
        try:
            found = knowledge.document(document, work.principals)
        except NotFoundError:
            return None  # removed since, or closed
        return found, knowledge.passages(document, work.principals)

    found = survey.findings(reread)
    failed, notes = _unreadable(work, request.source)

    # 4. The report.
    report = QualityReport(
        today=work.today.isoformat(),
        documents=len(survey.documents),
        words=sum(one.words for one in survey.documents),
        findings=tuple(one for one in ordered([*found, *failed]) if _concerns(one, request.source)),
        topics=tuple(survey.topics()),
        external=survey.links.hosts,
        notes=(*survey.notes(), *notes, ANSWERS),
    )
    if request.page is not None:
        request.page.write_text(page(report), encoding="utf-8")
    return report


def _unreadable(work: Quality, source: str | None) -> tuple[list[Finding], list[str]]:
    found: list[Finding] = []
    notes: list[str] = []
    for one in work.catalogue.knowledge.sources():
        if source is None or one.name == source:
            named, hidden = unreadable(one, work.catalogue.knowledge.states(one.name), work.principals)
            found += named
            if hidden and (one.readers & work.principals):
                notes.append(
                    f"{hidden} more of {one.name} could not be read; whoever runs it sees them with `wellread sources`"
                )
    return found, notes


def _concerns(finding: Finding, source: str | None) -> bool:
    return source is None or any(one.source == source for one in finding.documents)
