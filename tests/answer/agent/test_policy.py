import json

import pytest

from wellread.answer.agent.actions import SCHEMA, TOOLS, Finish, Search
from wellread.answer.agent.policy import ByModel, Rules, parts
from wellread.answer.agent.workbench import Observation, Workbench
from wellread.models.fakes import FakeGenerator
from wellread.models.protocols import Request
from wellread.records.conversation import Call

ROOM = 10_000


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Who is older, Mara Venn or Tom Hale?", ["Mara Venn", "Tom Hale"]),
        ("Is the Harbour Group or Elm Bank larger?", ["Harbour Group", "Elm Bank"]),
        ('Which came first, "the long road" or "red hills"?', ["the long road", "red hills"]),
        ("How long is the notice period?", []),
        ("Who leads the Harbour Group?", []),
    ],
)
def test_a_question_is_taken_apart_by_what_it_names(question: str, found: list[str]) -> None:
    assert parts(question) == found


def decided(rules: Rules, workbench: Workbench) -> list[str]:
    queries = []
    while isinstance(action := rules.decide(ROOM).action, Search):
        queries.append(action.query)
        rules.observe(workbench.run(action))
    assert action == Finish()
    return queries


def test_rules_look_again_only_for_names_that_nothing_found_speaks_of(workbench: Workbench) -> None:
    question = "Is Mara Venn on the Zoning Board?"
    assert decided(Rules(question, workbench), workbench) == [question, "Zoning Board"]


def test_rules_finish_after_one_search_where_it_found_all_that_was_named(workbench: Workbench) -> None:
    question = "Who looks after the ledger?"
    assert decided(Rules(question, workbench), workbench) == [question]


def test_a_model_decides_by_calls_and_reads_what_came_of_them() -> None:
    calls = iter(
        [(Call("a", "search", '{"query": "ledger"}'),), (Call("b", "finish", '{"answer": "Mara."}'),)]
    )
    model = FakeGenerator(calling=lambda _: next(calls))
    policy = ByModel("Who?", model)
    first = policy.decide(ROOM)
    assert first.action == Search("ledger")
    assert first.tokens > 0
    policy.observe(Observation("[1]\n| Ledger", ""))
    assert policy.decide(ROOM).action == Finish("Mara.")
    *_, asked, observed = model.requests[1].messages
    assert asked.calls[0].id == observed.answers == "a"
    assert observed.content == "[1]\n| Ledger"
    assert model.requests[1].tools == TOOLS


def test_a_model_without_tools_decides_by_json() -> None:
    said = iter(['{"tool": "search", "query": "ledger"}', '{"tool": "finish", "answer": "Mara."}'])
    model = FakeGenerator(lambda _: next(said))
    policy = ByModel("Who?", model)
    assert policy.decide(ROOM).action == Search("ledger")
    policy.observe(Observation("[1]\n| Ledger", ""))
    assert policy.decide(ROOM).action == Finish("Mara.")
    asked = model.requests[-1]
    assert asked.schema == SCHEMA
    assert not asked.tools
    assert asked.messages[-1].content == "[1]\n| Ledger"


def test_a_model_that_answers_in_words_has_finished() -> None:
    model = FakeGenerator(lambda _: "Mara Venn.", calling=lambda _: ())
    assert ByModel("Who?", model).decide(ROOM).action == Finish("Mara Venn.")


def test_what_is_no_action_comes_back_as_words_for_the_model() -> None:
    model = FakeGenerator(calling=lambda _: (Call("a", "send_mail", json.dumps({"to": "x"})),))
    assert "there is no tool 'send_mail'" in ByModel("Who?", model).decide(ROOM).wrong


def test_old_observations_make_room_for_new_ones() -> None:
    asked: list[Request] = []

    def calling(request: Request) -> tuple[Call, ...]:
        asked.append(request)
        return (Call(f"c{len(asked)}", "search", '{"query": "ledger"}'),)

    policy = ByModel("Who?", FakeGenerator(calling=calling, window=900))
    for _ in range(4):
        policy.decide(ROOM)
        policy.observe(Observation("word " * 200, ""))
    policy.decide(ROOM)
    contents = [one.content for one in asked[-1].messages if one.role == "tool"]
    assert contents[0].startswith("(Left out")
    assert contents[-1].startswith("word")
    assert sum(len(one.content.split()) for one in asked[-1].messages) <= 600
