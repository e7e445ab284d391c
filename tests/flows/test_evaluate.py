"""An evaluation measures what people get, is kept with its conditions, and is held to what was asked of it."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from handbook import PAY_QUESTION

from wellread.errors import ModelError, NotFoundError, RefusedError, UsageError
from wellread.evaluate.measures import METRICS
from wellread.flows import evaluate as flow
from wellread.flows.evaluate import ANSWERS, Evaluated, EvaluateRequest, evaluations, knowledge_version
from wellread.models.fakes import FakeGenerator
from wellread.models.protocols import Generation, Request
from wellread.records.conversation import Mode
from wellread.records.evaluation import Evaluation
from wellread.settings import Settings
from wellread.workspace import Workspace

LEAVE = {
    "id": "leave",
    "question": "How many days of annual leave do employees have?",
    "answer": "25 days",
    "document": "leave.md",
    "evidence": "Employees have 25 days of annual leave.",
}
TRAIN = {
    "id": "train",
    "question": "In which class is a train ticket booked?",
    "answer": "second class",
    "document": "travel.md",
    "evidence": "A train ticket is booked in second class.",
}
PAY = {"id": "pay", "question": PAY_QUESTION, "answer": "62,000 euros", "document": "hr/pay.md"}
NOTHING = {"id": "nothing", "question": "Zebra quagga okapi?", "answer": None}

ROWS = Callable[..., Path]


@pytest.fixture
def rows(tmp_path: Path) -> ROWS:
    def write(*rows: dict[str, object] | str) -> Path:
        path = tmp_path / "rows.jsonl"
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path.write_text("\n".join(lines))
        return path

    return write


def measured(workspace: Workspace, file: Path, person: str | None = None, **request: object) -> Evaluated:
    return workspace.evaluate(EvaluateRequest(questions=file, **request), person)  # type: ignore[arg-type]


def value(evaluated: Evaluated, name: str) -> float | None:
    return evaluated.evaluation.figure(name).value


def test_an_answer_that_quotes_the_evidence_is_precise_complete_and_faithful(
    filled: Workspace, rows: ROWS
) -> None:
    found = measured(filled, rows(LEAVE, TRAIN))
    assert value(found, "correct") == 1
    for name in ("citation_precision", "citation_recall", "citation_precision_document", "faithful"):
        assert value(found, name) == 1, name
    assert value(found, "citations_under_refusals") == 0
    assert (value(found, "first_p95_ms") or 0) <= (value(found, "p95_ms") or 0)
    assert (value(found, "tokens") or 0) > 0


def test_who_may_not_read_is_measured_on_what_he_gets(filled: Workspace, rows: ROWS) -> None:
    file = rows(PAY)
    assert value(measured(filled, file, "ann"), "correct") == 1
    assert value(measured(filled, file, "bob"), "correct") == 0
    assert value(measured(filled, rows({**PAY, "asker": "ann"}), "bob"), "correct") == 1
    assert value(measured(filled, rows({**PAY, "asker": "bob"}), "ann"), "correct") == 0
    assert value(measured(filled, rows({**PAY, "readers": ["group:hr"]})), "correct") == 1


def test_the_closed_book_stands_beside_unless_it_is_left_out_and_then_that_is_said(
    filled: Workspace, rows: ROWS
) -> None:
    file = rows(LEAVE, TRAIN)
    assert measured(filled, file).evaluation.figure("closed_book").n == 2
    without = measured(filled, file, closed_book=False)
    assert without.evaluation.figure("closed_book").value is None
    assert any("closed-book" in note for note in without.notes)


def test_what_is_measured_is_what_ask_answers_in_either_mode(filled: Workspace, rows: ROWS) -> None:
    vague = {**LEAVE, "id": "vague", "question": "What about it?"}
    modes: tuple[Mode, ...] = ("traditional", "agentic")
    for mode in modes:
        found = measured(filled, rows(LEAVE, vague), mode=mode).evaluation
        assert found.setup.mode == mode
        for row in (LEAVE, vague):
            asked, told = found.outcomes[str(row["id"])].answer, filled.ask(str(row["question"]), mode=mode)
            assert (asked.text, asked.verdict) == (told.text, told.verdict)
            assert [step.name for step in asked.steps] == [step.name for step in told.steps]


def test_what_was_evaluated_is_kept_and_read_again(filled: Workspace, rows: ROWS) -> None:
    first = measured(filled, rows(LEAVE, TRAIN, NOTHING))
    [kept] = evaluations(filled.catalogue)
    assert kept == first.evaluation
    assert kept.number == first.evaluation.number > 0
    setup = kept.setup
    assert (setup.questions, setup.documents, setup.embedder) == ("rows.jsonl", 2, "fake-64")
    assert kept.comparison.conditions.model == "fake"
    assert setup.settings["passages_together"] == 3
    assert "api_key" not in setup.settings


def test_every_setting_is_either_kept_with_an_evaluation_or_changes_no_answer() -> None:
    others = {
        "answers_kept",
        "teacher",
        "api_key",
        "catalogue",
        "index",
        "index_endpoint",
        "index_region",
        "weights",
        "offline",
        "threads",
    }
    assert {one.name for one in fields(Settings)} == others | set(ANSWERS)


def test_the_knowledge_has_another_version_after_any_change(
    filled: Workspace, documents: Path, rows: ROWS
) -> None:
    versions = [knowledge_version(filled.catalogue)]
    filled.sync()
    assert knowledge_version(filled.catalogue) == versions[0]
    (documents / "leave.md").write_text("# Leave\n\nEmployees have 26 days.\n")
    filled.sync()
    versions.append(knowledge_version(filled.catalogue))
    (documents / "hr" / ".readers").write_text("group:it\n")
    filled.sync()
    versions.append(knowledge_version(filled.catalogue))
    (documents / "travel.md").unlink()
    filled.sync()
    versions.append(knowledge_version(filled.catalogue))
    assert len(set(versions)) == 4


def test_the_next_evaluation_is_compared_with_the_last_one(
    filled: Workspace, documents: Path, rows: ROWS
) -> None:
    file = rows(LEAVE, TRAIN)
    first = measured(filled, file)
    assert first.against is None
    (documents / "travel.md").write_text("# Travel\n\nGo by bus.\n")
    filled.sync()
    second = measured(filled, file)
    assert second.against is not None
    assert (second.against.number, second.against.shared) == (first.evaluation.number, 2)
    assert [(one.question.id, one.now_right) for one in second.against.turned] == [("train", False)]
    assert first.evaluation.setup.knowledge != second.evaluation.setup.knowledge


def test_broken_rules_are_named_and_met_ones_are_not(filled: Workspace, rows: ROWS) -> None:
    rules = ("correct >= 100%", "citations_under_refusals <= 0", "rightly_refused >= 0.5")
    found = measured(filled, rows(LEAVE, TRAIN), require=rules)
    assert found.broken == ("rightly_refused >= 0.5: no question of the file measures it",)


def test_an_evaluation_that_is_surely_worse_breaks_the_rule_and_a_first_one_says_there_is_none(
    filled: Workspace, documents: Path, rows: ROWS
) -> None:
    many = rows(*({**LEAVE, "id": f"q{n}", "question": f"{LEAVE['question']} {n}"} for n in range(20)))
    first = measured(filled, many, no_worse_than="last", closed_book=False)
    assert first.broken == ()
    assert any("nothing to be worse than" in note for note in first.notes)
    assert measured(filled, many, no_worse_than="last", closed_book=False).broken == ()
    (documents / "leave.md").write_text("# Leave\n\nEmployees have some leave.\n")
    filled.sync()
    for before in ("last", str(first.evaluation.number)):
        worse = measured(filled, many, no_worse_than=before, closed_book=False)
        assert worse.broken[0].startswith("right is worse than in evaluation"), worse.broken
    assert measured(filled, many, closed_book=False).broken == ()


def test_rows_that_were_not_taken_break_a_gate_and_are_told_without_one(
    filled: Workspace, rows: ROWS
) -> None:
    file = rows(LEAVE, {**TRAIN, "id": "leave"}, "not json")
    told = measured(filled, file)
    assert [one.row for one in told.refused] == [2, 3]
    assert told.broken == ()
    held = measured(filled, file, require=("correct >= 0",))
    assert held.broken[0] == "line 2 of rows.jsonl was not taken: id 'leave' is already that of line 1"
    assert held.broken[1].startswith("line 3 of rows.jsonl was not taken: not JSON")


def test_an_empty_file_a_missing_one_and_slips_are_told_before_anything_is_asked(
    filled: Workspace, rows: ROWS, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError, match="holds no valid question: it is empty"):
        measured(filled, rows())
    with pytest.raises(NotFoundError, match=r"none\.jsonl"):
        measured(filled, tmp_path / "none.jsonl")
    with pytest.raises(NotFoundError, match="there is no evaluation 99"):
        measured(filled, rows(LEAVE), no_worse_than="99")
    with pytest.raises(UsageError, match="'best' is no evaluation"):
        measured(filled, rows(LEAVE), no_worse_than="best")
    with pytest.raises(UsageError, match="'accuracy' is not a metric"):
        measured(filled, rows(LEAVE), require=("accuracy >= 1",))
    with pytest.raises(NotFoundError, match="make its folder first"):
        measured(filled, rows(LEAVE), page=tmp_path / "nowhere" / "page.html")
    assert evaluations(filled.catalogue) == []


class Stopped(FakeGenerator):
    """Ctrl-C comes while it answers for the `last` time."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self.last = last

    def stream(self, request: Request, emit: Callable[[str], None]) -> Generation:
        if len(self.requests) + 1 == self.last:
            raise KeyboardInterrupt
        return super().stream(request, emit)


def test_what_was_answered_before_ctrl_c_is_kept_but_passes_no_gate(
    filled: Workspace, rows: ROWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = measured(filled, rows(LEAVE, TRAIN, NOTHING), closed_book=False)
    monkeypatch.setattr(filled, "generator", Stopped(3))  # after the warm-up and the first question
    cut = measured(filled, rows(LEAVE, TRAIN, NOTHING), closed_book=False, require=("correct >= 0",))
    assert (len(cut.evaluation.measured), cut.evaluation.asked) == (1, 3)
    assert not cut.evaluation.is_whole
    assert cut.broken == ("only 1 of 3 questions were answered",)
    assert [one.is_whole for one in evaluations(filled.catalogue)] == [True, False]
    monkeypatch.undo()
    after = measured(filled, rows(LEAVE, TRAIN, NOTHING), closed_book=False)
    assert after.against is not None
    assert after.against.number == whole.evaluation.number, "an interrupted one is no yardstick"


def judged_by(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, **judges: FakeGenerator) -> None:
    monkeypatch.setattr(workspace, "settings", replace(workspace.settings, judges=" ".join(judges)))
    opened = workspace._models.generator
    monkeypatch.setattr(workspace._models, "generator", lambda name: judges.get(name) or opened(name))


def agrees(request: Request) -> str:
    expected, answer = request.messages[-1].content.splitlines()[1:]
    return json.dumps({"agrees": json.loads(expected.partition(": ")[2]) in answer})


class HungUp(FakeGenerator):
    def stream(self, request: Request, emit: Callable[[str], None]) -> Generation:
        raise ModelError("the server hung up")


def test_two_judges_are_asked_of_every_answer_that_can_be_judged(
    filled: Workspace, rows: ROWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = FakeGenerator(agrees, name="one"), HungUp(name="other")
    judged_by(filled, monkeypatch, one=one, other=other)
    found = measured(filled, rows(LEAVE, TRAIN, NOTHING)).evaluation
    assert len(one.requests) == 2, "a question without an answer is not judged"
    assert [(judge.name, judge.judged, judge.correct, judge.failed) for judge in found.judges] == [
        ("one", 2, 2, 0),
        ("other", 0, 0, 2),
    ]
    assert [(pair.one, pair.other, pair.share) for pair in found.agreements] == [("one", "the rule", 1.0)]
    assert found.measured[0].judgements[1].failure == "the server hung up"
    assert Evaluation.from_json(found.to_json()) == found


def test_a_single_judge_and_one_that_judges_itself_are_noted(
    filled: Workspace, rows: ROWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filled, "generator", filled.generator)
    judged_by(filled, monkeypatch, fake=FakeGenerator(agrees))
    notes = measured(filled, rows(LEAVE)).notes
    assert any("judges its own answers" in note for note in notes)
    assert any("one judge cannot be checked" in note for note in notes)


def test_evidence_that_cannot_be_located_is_counted(filled: Workspace, rows: ROWS) -> None:
    found = measured(filled, rows({**LEAVE, "evidence": "Leave is generous."}, TRAIN))
    assert found.evaluation.figure("citation_precision").n == 1
    assert any("evidence of 1 answered questions could not be located" in note for note in found.notes)


def test_documents_that_change_meanwhile_are_noted(
    filled: Workspace, rows: ROWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = iter(["knw_1", "knw_2"])
    monkeypatch.setattr(flow, "knowledge_version", lambda _: next(versions))
    assert "documents changed while it ran" in measured(filled, rows(LEAVE)).notes


def test_the_page_shows_every_figure_and_is_one_file(filled: Workspace, rows: ROWS, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    hostile = {**LEAVE, "id": "bad", "question": "<script>alert(1)</script> annual leave?"}
    measured(filled, rows(LEAVE, hostile, NOTHING))
    found = measured(filled, rows(LEAVE, hostile, NOTHING), page=target)
    text = target.read_text()
    for one in found.evaluation.figures:
        assert (METRICS[one.name].words in text) == (one.n > 0), one.name
    assert "Over time" in text
    assert "Nothing moved." in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "").replace("http://www.w3.org", "")
