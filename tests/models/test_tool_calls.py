"""Tools offered to a model: how they are asked for, how calls come back, and who refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from http_host import Host, serving

from wellread.errors import ModelError, NoToolsError
from wellread.models.fakes import FakeGenerator
from wellread.models.llamacpp import LlamaCppGenerator
from wellread.models.openai import OpenAIGenerator
from wellread.models.protocols import Request, Tool
from wellread.records.conversation import Call, Message

SEARCH = Tool("search", "Look for passages.", {"type": "object", "properties": {"query": {"type": "string"}}})
ASK = Request(messages=(Message("user", "How long is the notice period?"),), tools=(SEARCH,))


class Calling(Host):
    """Streams `deltas`; or refuses with `refusal`, a status and what is said with it."""

    deltas: list[dict[str, Any]]
    refusal: tuple[int, str] | None
    bodies: list[dict[str, Any]]

    def post(self) -> None:
        host = type(self)
        host.bodies.append(json.loads(self.body()))
        if host.refusal:
            status, said = host.refusal
            self.answer(status, json.dumps({"error": {"message": said}}).encode())
            return
        choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in host.deltas]
        choices.append({"index": 0, "delta": {}, "finish_reason": "tool_calls"})
        chunks = [{"id": "1", "object": "chat.completion.chunk", "choices": [one]} for one in choices]
        lines = [json.dumps(chunk) for chunk in chunks]
        self.answer(
            200, "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode(), "text/event-stream"
        )


@pytest.fixture
def served() -> Iterator[tuple[type[Calling], OpenAIGenerator]]:
    handler = type("Handler", (Calling,), {"deltas": [], "refusal": None, "bodies": []})
    with serving(handler) as address:
        model = OpenAIGenerator("m", address, timeout=5)
        yield handler, model
        model.close()


def piece(place: int, **more: Any) -> dict[str, Any]:
    return {"tool_calls": [{"index": place, **more}]}


def test_calls_that_come_in_pieces_are_put_together(served: tuple[type[Calling], OpenAIGenerator]) -> None:
    handler, model = served
    handler.deltas = [
        piece(0, id="a", type="function", function={"name": "search", "arguments": ""}),
        piece(0, function={"arguments": '{"query": "not'}),
        piece(1, id="b", type="function", function={"name": "search", "arguments": '{"query": "x"}'}),
        piece(0, function={"arguments": 'ice"}'}),
    ]
    made = model.generate(ASK)
    assert made.calls == (
        Call("a", "search", '{"query": "notice"}'),
        Call("b", "search", '{"query": "x"}'),
    )
    [body] = handler.bodies
    assert body["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "search",
                "description": "Look for passages.",
                "parameters": SEARCH.parameters,
            },
        }
    ]


def test_a_call_without_an_id_gets_one(served: tuple[type[Calling], OpenAIGenerator]) -> None:
    handler, model = served
    handler.deltas = [piece(0, function={"name": "search", "arguments": "{}"})]
    [call] = model.generate(ASK).calls
    assert call == Call("call_0", "search", "{}")


def test_calls_and_their_answers_go_back_to_the_model(
    served: tuple[type[Calling], OpenAIGenerator],
) -> None:
    handler, model = served
    handler.deltas = [{"content": "Four weeks."}]
    turns = (
        *ASK.messages,
        Message("assistant", "", calls=(Call("a", "search", "{}"),)),
        Message("tool", "[1] Notice is four weeks.", answers="a"),
    )
    assert model.generate(Request(messages=turns, tools=(SEARCH,))).calls == ()
    _, asked, answered = handler.bodies[0]["messages"]
    assert asked["tool_calls"] == [
        {"id": "a", "type": "function", "function": {"name": "search", "arguments": "{}"}}
    ]
    assert answered == {"role": "tool", "content": "[1] Notice is four weeks.", "tool_call_id": "a"}


@pytest.mark.parametrize(
    ("status", "said"), [(400, "m does not support tools"), (500, "tools param requires --jinja flag")]
)
def test_a_server_that_refuses_tools_is_told_apart(
    served: tuple[type[Calling], OpenAIGenerator], status: int, said: str
) -> None:
    handler, model = served
    handler.refusal = status, said
    with pytest.raises(NoToolsError, match="refuses tools for 'm'"):
        model.generate(ASK)


def test_another_refusal_is_not_taken_for_one_of_tools(
    served: tuple[type[Calling], OpenAIGenerator],
) -> None:
    handler, model = served
    handler.refusal = 400, "the prompt is too long"
    with pytest.raises(ModelError) as raised:
        model.generate(ASK)
    assert not isinstance(raised.value, NoToolsError)


def test_a_model_in_this_process_says_that_it_has_none(generator_path: Path) -> None:
    with pytest.raises(NoToolsError, match="without tool calls"):
        LlamaCppGenerator(generator_path, digest="0" * 64).generate(ASK)


def test_the_fake_calls_what_it_is_told_to_and_else_refuses() -> None:
    call = Call("a", "search", '{"query": "notice"}')
    assert FakeGenerator(calling=lambda _: (call,)).generate(ASK).calls == (call,)
    with pytest.raises(NoToolsError):
        FakeGenerator().generate(ASK)
