"""What a comparison of arms says: questions, outcomes, results, pairs and the advice drawn from them.

An arm is one way to answer (`base`, `rag`, `tuned`, `tuned+rag`). An Outcome is one question through one arm;
an ArmResult counts the outcomes of one arm; a Pair is two arms over the same questions. Only outcomes are
measured, all else is counted from them, so a Comparison can be recounted from its own JSON.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple

from wellread.records.conversation import Answer, Citation, Statement, Step

Advised = Literal["rag", "tuning", "both", "base", "no difference"]


class Interval(NamedTuple):
    """A 95% confidence interval, both ends included. JSON: `[low, high]`."""

    low: float
    high: float

    def includes(self, value: float) -> bool:
        """Whether `value` lies within, ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A held-out question. `answer` is None where the documents do not answer it: then refusing is right."""

    id: str
    question: str
    answer: str | None
    document: str | None = None
    """Where the answer stands, as the questions file names it: a uri, the end of one, or a document id."""
    evidence: str | None = None
    """The words of that document that say so."""
    asker: str | None = None
    """The person it is asked as."""
    readers: tuple[str, ...] = ()
    """Principals that may read the document, where the file says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One question through one arm. At most one of `correct`, `right_refusal`, `wrong_refusal` holds."""

    question: str
    """The question's id."""
    arm: str
    answer: Answer
    correct: bool
    right_refusal: bool
    wrong_refusal: bool
    cited_right: bool | None
    """Whether a citation shows the answer; None where nothing was answered or there is no gold."""
    f1: float
    """Token F1 against the gold; for a question without an answer 1 when refused, else 0."""
    milliseconds: float
    """Wall time of the whole arm, retrieval included."""
    tokens: int
    failure: str | None = None
    """What the model backend said when it failed; then the answer is empty and counts as wrong."""

    @property
    def right(self) -> bool:
        """The score of one question: answered correctly, or rightly refused."""
        return self.correct or self.right_refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """The outcomes of one arm, counted. `score` = (correct + rightly abstained) / questions."""

    arm: str
    questions: int
    answerable: int
    correct: int
    rightly_abstained: int
    wrongly_abstained: int
    cited: int
    """Answers with a citation that shows the answer."""
    failed: int
    score: float
    interval: Interval
    p50_ms: float
    p95_ms: float
    tokens: int
    cost_per_question: float
    """In `Conditions.currency`."""
    cost_per_correct: float | None
    """The cost of all questions over the correct answers; None when none is correct."""

    @property
    def wrong(self) -> int:
        """Answers that are not the gold, answers to questions that have none, and failures."""
        return self.questions - self.correct - self.rightly_abstained - self.wrongly_abstained


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two arms over the same questions. `difference` = score of `arm_a` - score of `arm_b`."""

    arm_a: str
    arm_b: str
    difference: float
    interval: Interval
    p_value: float
    """Two-sided McNemar mid-p over the questions that only one of the two gets right."""
    only_a: int
    """Questions that only `arm_a` gets right."""
    only_b: int
    n: int

    def reversed(self) -> "Pair":
        """The same with the arms exchanged."""
        return Pair(
            arm_a=self.arm_b,
            arm_b=self.arm_a,
            difference=-self.difference,
            interval=Interval(-self.interval.high, -self.interval.low),
            p_value=self.p_value,
            only_a=self.only_b,
            only_b=self.only_a,
            n=self.n,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Questions that were not counted, and why."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Under what a comparison was made: enough to make it again."""

    model: str
    date: str
    """ISO 8601."""
    adapter: str | None = None
    dataset: str | None = None
    machine: str = ""
    pricing: str = ""
    """How money was counted, in words."""
    currency: str = "USD"
    seeds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The arms side by side. `arms` are in the order they were given, `pairs` has each two arms once."""

    arms: tuple[ArmResult, ...]
    pairs: tuple[Pair, ...]
    outcomes: tuple[Outcome, ...]
    questions: tuple[Question, ...]
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...]
    conditions: Conditions

    def arm(self, name: str) -> ArmResult:
        """The result of one arm. Raises KeyError."""
        return {arm.arm: arm for arm in self.arms}[name]

    def pair(self, arm_a: str, arm_b: str) -> Pair:
        """The pair of two arms in the order asked for. Raises KeyError."""
        for pair in self.pairs:
            if (pair.arm_a, pair.arm_b) == (arm_a, arm_b):
                return pair
            if (pair.arm_a, pair.arm_b) == (arm_b, arm_a):
                return pair.reversed()
        raise KeyError((arm_a, arm_b))

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, lossless. Each arm also carries `abstained`, rightly or wrongly."""
        return {
            "arms": [
                {**_plain(arm), "abstained": arm.rightly_abstained + arm.wrongly_abstained}
                for arm in self.arms
            ],
            "pairs": [_plain(pair) for pair in self.pairs],
            "outcomes": [asdict(outcome) for outcome in self.outcomes],
            "questions": [asdict(question) for question in self.questions],
            "left_out": [asdict(left) for left in self.left_out],
            "warnings": list(self.warnings),
            "conditions": {**asdict(self.conditions), "seeds": dict(self.conditions.seeds)},
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Comparison":
        """The inverse of `to_json`. Raises KeyError or TypeError for another shape."""
        return Comparison(
            arms=tuple(ArmResult(**_without(_read(arm), "abstained")) for arm in data["arms"]),
            pairs=tuple(Pair(**_read(pair)) for pair in data["pairs"]),
            outcomes=tuple(
                Outcome(**{**outcome, "answer": _answer(outcome["answer"])}) for outcome in data["outcomes"]
            ),
            questions=tuple(
                Question(**{**question, "readers": tuple(question["readers"])})
                for question in data["questions"]
            ),
            left_out=tuple(LeftOut(**left) for left in data["left_out"]),
            warnings=tuple(data["warnings"]),
            conditions=Conditions(**data["conditions"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One pair that an advice rests on, with the ids of the questions in which its arms part."""

    pair: Pair
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to take, and why. `no difference` still names the arm to take: the cheapest."""

    advice: Advised
    arm: str
    headline: str
    because: tuple[str, ...]
    warnings: tuple[str, ...]
    evidence: tuple[Evidence, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values, lossless."""
        rows = [
            {**_plain(row.pair), "only_a_questions": list(row.only_a), "only_b_questions": list(row.only_b)}
            for row in self.evidence
        ]
        return {
            "advice": self.advice,
            "arm": self.arm,
            "headline": self.headline,
            "because": list(self.because),
            "warnings": list(self.warnings),
            "evidence": rows,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Advice":
        """The inverse of `to_json`. Raises KeyError or TypeError for another shape."""
        return Advice(
            advice=data["advice"],
            arm=data["arm"],
            headline=data["headline"],
            because=tuple(data["because"]),
            warnings=tuple(data["warnings"]),
            evidence=tuple(
                Evidence(
                    pair=Pair(**_without(_read(row), "only_a_questions", "only_b_questions")),
                    only_a=tuple(row["only_a_questions"]),
                    only_b=tuple(row["only_b_questions"]),
                )
                for row in data["evidence"]
            ),
        )


def _plain(counted: ArmResult | Pair) -> dict[str, Any]:
    return {**asdict(counted), "interval": list(counted.interval)}


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "interval": Interval(*row["interval"])}


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _answer(row: Mapping[str, Any]) -> Answer:
    """Raises KeyError or TypeError for another shape; one from before answers had statements is read as one."""
    row = dict(row)
    if "statements" not in row:
        text, answered, citations = row.pop("text"), row.pop("answered"), row.pop("citations")
        row["statements"] = [{"text": text, "citations": citations}] if answered else []
        row["verdict"] = "answered" if answered else "not in your sources"
    statements = tuple(
        Statement(
            one["text"],
            tuple(Citation(**citation) for citation in one["citations"]),
            exact=one.get("exact", ""),
        )
        for one in row["statements"]
    )
    steps = tuple(Step(**step) for step in row["steps"])
    return Answer(
        **{**row, "statements": statements, "steps": steps, "missing": tuple(row.get("missing", ()))}
    )
