import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.answer.agent.actions import (
    LONGEST_TEXT,
    SCHEMA,
    TOOLS,
    Compare,
    FindInDocument,
    Finish,
    Search,
    name_of,
    of_call,
    of_json,
)
from wellread.errors import UsageError
from wellread.records.conversation import Call


def test_a_call_is_the_action_it_names() -> None:
    assert of_call(Call("a", "search", '{"query": " notice period "}')) == Search("notice period")
    assert of_call(Call("a", "find_in_document", '{"passage": 2, "query": "x"}')) == FindInDocument(2, "x")
    assert of_json('{"tool": "compare", "one": "5 days", "other": "1 week"}') == Compare("5 days", "1 week")
    assert of_json('{"tool": "finish", "answer": "Four weeks."}') == Finish("Four weeks.")


def test_what_a_model_adds_is_left_out_and_what_is_long_is_cut() -> None:
    assert of_call(
        Call("a", "search", json.dumps({"query": "x" * 9999, "url": "https://a.example"}))
    ) == Search("x" * LONGEST_TEXT)


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("send_mail", "{}", "there is no tool 'send_mail': the tools are search"),
        ("search", "{}", "search needs query, a text"),
        ("search", '{"query": ["a"]}', "search needs query, a text"),
        ("open_around", '{"passage": "doc_7"}', "open_around needs passage, the number of a passage"),
        ("open_around", '{"passage": 0}', "open_around needs passage"),
        ("open_around", '{"passage": true}', "open_around needs passage"),
        ("search", "notice", "'notice' is no JSON object"),
        ("search", "[1]", "no JSON object"),
    ],
)
def test_what_is_no_action_is_told_in_words(tool: str, arguments: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        of_call(Call("a", tool, arguments))
    assert said in str(raised.value)


@given(st.text(max_size=80))
def test_any_completion_is_an_action_or_a_plain_error(text: str) -> None:
    with suppress(UsageError):
        assert name_of(of_json(text))


def test_every_tool_is_offered_and_can_be_named_in_json() -> None:
    names = [tool.name for tool in TOOLS]
    assert len(names) == len(set(names)) == 7
    assert [one["properties"]["tool"]["const"] for one in SCHEMA["anyOf"]] == names
