"""A dataset is made from the passages somebody may read: facts are found, shown among distractors, vetted and split."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from wellread.curate.dataset import build
from wellread.curate.facts import Fact
from wellread.curate.formats import Questions, read_questions
from wellread.curate.ground import ground
from wellread.curate.mine import mine
from wellread.curate.raft import Raft
from wellread.curate.synthesize import synthesize
from wellread.curate.unanswerable import misplaced, swapped
from wellread.errors import RefusedError, UsageError
from wellread.models.protocols import Generator
from wellread.records.knowledge import Hit, Passage
from wellread.records.learning import DatasetVersion, Example, RefusedRow
from wellread.records.people import Principal
from wellread.retrieve.search import Searcher

_NAME = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class CurateRequest:
    """What is asked for. Conflicts are refused on construction."""

    name: str = "knowledge"
    questions: Path | None = None
    """A file of one's own rows to train on, instead of mining."""
    hold_out: Path | None = None
    """A question file kept for evaluation: no document that it names is trained on."""
    most: int = 1500
    """Facts at most; a fair sample of the documents when more are found."""
    seed: int = 0

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise UsageError(f"{self.name!r} is not a name: use letters, digits, dot, dash and underscore")
        if self.most < 1:
            raise UsageError(f"{self.most} facts were asked for: ask for at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curate:
    """What the journey needs."""

    searcher: Searcher
    principals: frozenset[Principal]
    actor: str
    teacher: Generator | None
    report: Callable[[str], None]

    def search(self, question: str, limit: int) -> list[Hit]:
        """The live retriever, with the permissions of whoever curates."""
        return list(self.searcher.search(question, self.principals, limit).hits)


def curate(work: Curate, request: CurateRequest) -> DatasetVersion:
    """Make and store a dataset version.

    Raises RefusedError when nothing can be trained on, NotFoundError for a file that is not there.
    """
    catalogue = work.searcher.catalogue
    # 1. What may be read.
    passages = _passages(work)
    work.report(f"reading {len(passages)} passages")
    # 2. Facts and ready examples, from a file or from the passages.
    if request.questions:
        facts, examples, refused = _from_file(work, request.questions)
    else:
        facts = _sample(_found(work, passages), request.most)
        examples = [*misplaced(facts, passages, seed=request.seed), *swapped(facts, seed=request.seed)]
        refused = ()
    if not facts and not examples:
        if request.questions:
            raise RefusedError(_nothing_usable(request.questions, refused))
        raise RefusedError(
            f"no training row was found in {len(passages)} passages: add documents with statements of fact, "
            "or give rows of your own with --from FILE"
        )
    work.report(f"{len(facts)} facts found; showing each among what the search returns for it")
    # 3. The right passage among what the live retriever returns.
    rows = chain(Raft(seed=request.seed).examples(facts, work.search), examples)
    # 4. Vet, split by document, name by content.
    dataset = build(
        request.name,
        rows,
        lambda document: catalogue.knowledge.document(document).readers,
        seed=request.seed,
        held_out=_held_out(work, request.hold_out),
        refused=refused,
    )
    # 5. Keep, with its lineage.
    catalogue.learning.save_dataset(request.name, dataset.version, dataset.rows, work.actor)
    return dataset.version


def _nothing_usable(path: Path, refused: Sequence[RefusedRow]) -> str:
    if not refused:
        return f"{path} is empty: write one row a line, as JSON"
    first = refused[0]
    more = f"; {len(refused) - 1} more rows were refused" if len(refused) > 1 else ""
    return f"{path} holds no row to train on; line {first.row}: {first.rule}{more}"


def _passages(work: Curate) -> list[Passage]:
    knowledge = work.searcher.catalogue.knowledge
    documents = knowledge.visible_documents(work.principals)
    if not documents:
        raise RefusedError(
            "there is no document that you may read: add one with `wellread add LOCATION`, or act as somebody with --as"
        )
    return [passage for one in documents for passage in knowledge.passages(one.id, work.principals)]


def _found(work: Curate, passages: Sequence[Passage]) -> list[Fact]:
    if work.teacher is None:
        return mine(passages)
    written = list(synthesize(passages, work.teacher))
    facts = [one for one in written if isinstance(one, Fact)]
    work.report(
        f"{work.teacher.name} wrote {len(written)} questions; {len(written) - len(facts)} were not borne out"
    )
    return facts


def _from_file(work: Curate, path: Path) -> tuple[list[Fact], list[Example], tuple[RefusedRow, ...]]:
    read: Questions = read_questions(path)

    def passages_of(name: str) -> list[Passage]:
        knowledge = work.searcher.catalogue.knowledge
        return [
            passage
            for document in named_documents(work.searcher, name, work.principals)
            for passage in knowledge.passages(document, work.principals)
        ]

    grounded = ground(read.rows, passages_of, work.search, name=path.name)
    return list(grounded.facts), list(grounded.examples), (*read.refused, *grounded.refused)


def _held_out(work: Curate, path: Path | None) -> set[str]:
    """Ids of the documents that an evaluation file's questions are answered from.

    Raises RefusedError for a row that cannot be read: its document could be trained on unnoticed.
    """
    if path is None:
        return set()
    read = read_questions(path)
    if read.refused:
        first = read.refused[0]
        raise RefusedError(
            f"{path} line {first.row}: {first.rule}; mend it, so that no document of it is trained on by mistake"
        )
    found: set[str] = set()
    unknown = 0
    for name in sorted({row.document for row in read.rows if row.document}):
        documents = named_documents(work.searcher, name, None)
        found.update(documents)
        unknown += not documents
    if unknown:
        work.report(f"{unknown} documents that {path} names are not in this workspace")
    return found


def named_documents(searcher: Searcher, name: str, principals: frozenset[Principal] | None) -> list[str]:
    """Ids of the documents that a question file means by `name`: their uri, or one that ends the other at a slash.

    Files name documents from a folder of their own, as `pages/leave.md` for what a source calls `leave.md`.
    """
    knowledge = searcher.catalogue.knowledge
    exact = knowledge.find(name, principals)
    if exact:
        return [one.id for one in exact]
    return [
        one.id
        for one in knowledge.visible_documents(principals)
        if f"/{name}".endswith(f"/{one.uri}") or f"/{one.uri}".endswith(f"/{name}")
    ]


def _sample(facts: Sequence[Fact], most: int) -> list[Fact]:
    """Every document's first facts before any document's next ones."""
    rounds: dict[str, int] = {}
    order: list[tuple[int, int, Fact]] = []
    for fact in facts:
        turn = rounds[fact.passage.document] = rounds.get(fact.passage.document, 0) + 1
        order.append((turn, len(order), fact))
    return [fact for _, _, fact in sorted(order, key=lambda one: one[:2])[:most]]
