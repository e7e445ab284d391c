"""What an evaluation says: how one set-up answered a file of questions, measured question by question.

The answers themselves, and those of the model without any source beside them, are a Comparison of two arms
(`AS_ASKED`, `CLOSED_BOOK`). A Measured adds what is measured of an answer and not of an arm. Figures are counted from
both; they are kept with them so that a list of many evaluations need not count again.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from wellread.records.comparison import Comparison, Interval, Outcome, Question

AS_ASKED = "as asked"
"""The arm of the set-up that is evaluated."""
CLOSED_BOOK = "closed book"
"""The arm of its base model alone: what it knows without a source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """The characters that an answer cites, counted. A character is a letter or a digit; one cited twice counts once."""

    characters: int
    in_passage: int
    """Of them, those in passages that carry the answer."""
    in_document: int | None = None
    """Of them, those in the document that the question names; None where it names none."""
    in_evidence: int | None = None
    """Of them, those in the evidence; None where the evidence could not be located."""
    evidence: int | None = None
    """Characters of the evidence, at the place that is cited most; None where it could not be located."""
    evidence_cited: int | None = None
    """Of these, those that are cited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one judge said of one answer."""

    judge: str
    agrees: bool | None
    """Whether the answer says what was expected; None when the judge failed."""
    failure: str | None = None
    """Why it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured of one answer, beside its Outcome."""

    question: str
    """The question's id."""
    exact: bool
    first_ms: float | None
    """Milliseconds until the first piece of the answer could be shown; None when nothing was."""
    statements: int
    supported: int
    """Statements whose names and numbers all stand in the spans that they cite."""
    refusal_cited: int
    """Citations under a refusal, also under one in the model's own words."""
    cited: Cited | None = None
    """None where nothing was answered."""
    judgements: tuple[Judgement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One metric over all questions that it is defined for."""

    name: str
    value: float | None
    """None where it is defined for no question."""
    interval: Interval | None
    n: int
    """Questions that it is defined for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How often two say the same of the same answers. `kappa` is Cohen's; None where chance alone always agrees."""

    one: str
    other: str
    n: int
    share: float
    kappa: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What one judge said of all answers: `correct` of `judged`, and how often it failed."""

    name: str
    judged: int
    correct: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What was evaluated, on what: enough to make it again."""

    questions: str
    """The name of the question file."""
    digest: str
    """SHA-256 of its bytes."""
    embedder: str
    documents: int
    """That could be read by whoever evaluated."""
    knowledge: str
    """Changes when any document does."""
    version: str
    """Of Wellread."""
    mode: str = "traditional"
    person: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Those that answers depend on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One evaluation. `number` is the one it is stored under; 0 before it is."""

    comparison: Comparison
    measured: tuple[Measured, ...]
    figures: tuple[Figure, ...]
    setup: SetUp
    judges: tuple[Judge, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    asked: int = 0
    """Questions that were to be asked; more than were answered when the run was ended before."""
    number: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every question was answered."""
        return len(self.measured) == self.asked

    @property
    def questions(self) -> tuple[Question, ...]:
        """Those that were answered, in the order of the file."""
        return self.comparison.questions

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """Of the set-up itself, by question id."""
        return {one.question: one for one in self.comparison.outcomes if one.arm == AS_ASKED}

    def figure(self, name: str) -> Figure:
        """The figure of that name. Raises KeyError."""
        return {figure.name: figure for figure in self.figures}[name]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, lossless."""
        return {
            "number": self.number,
            "figures": [_figure(one) for one in self.figures],
            "judges": [asdict(one) for one in self.judges],
            "agreements": [asdict(one) for one in self.agreements],
            "asked": self.asked,
            "setup": {**asdict(self.setup), "settings": dict(self.setup.settings)},
            "measured": [asdict(one) for one in self.measured],
            "comparison": self.comparison.to_json(),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Evaluation":
        """The inverse of `to_json`. Raises KeyError or TypeError for another shape."""
        return Evaluation(
            comparison=Comparison.from_json(data["comparison"]),
            measured=tuple(_measured(one) for one in data["measured"]),
            figures=tuple(_read_figure(one) for one in data["figures"]),
            setup=SetUp(**data["setup"]),
            judges=tuple(Judge(**one) for one in data["judges"]),
            agreements=tuple(Agreement(**one) for one in data["agreements"]),
            asked=data["asked"],
            number=data["number"],
        )


def _figure(figure: Figure) -> dict[str, Any]:
    return {**asdict(figure), "interval": list(figure.interval) if figure.interval else None}


def _read_figure(row: Mapping[str, Any]) -> Figure:
    return Figure(**{**row, "interval": Interval(*row["interval"]) if row["interval"] else None})


def _measured(row: Mapping[str, Any]) -> Measured:
    cited = Cited(**row["cited"]) if row["cited"] else None
    return Measured(
        **{**row, "cited": cited, "judgements": tuple(Judgement(**one) for one in row["judgements"])}
    )
