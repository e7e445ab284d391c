import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from http_host import Host, serving

from wellread.errors import ModelError, WeightsError
from wellread.models.llamacpp import LlamaCppGenerator
from wellread.models.openai import OpenAIGenerator
from wellread.models.protocols import Request
from wellread.records.conversation import Message

SERVE = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx, params.n_parallel, params.cache_ram_mib = 1024, 1, 0
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
params.verbosity, params.warmup, params.api_keys = -1, False, ["secret"]
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


def ask(text: str, **more: Any) -> Request:
    return Request(messages=(Message("user", text),), **{"max_tokens": 12, **more})


@pytest.fixture(scope="module")
def address(generator_path: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(generator_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip() + "/v1"
    process.kill()
    process.communicate()


@pytest.fixture
def remote(address: str) -> Iterator[OpenAIGenerator]:
    model = OpenAIGenerator("smol", address, api_key="secret", window=1024)
    yield model
    model.close()


QUESTION = "The bridge of Lisbon was opened in 1900. When was it opened?"


def test_a_server_gives_the_answer_of_the_same_weights_here(
    remote: OpenAIGenerator, generator: LlamaCppGenerator
) -> None:
    pieces: list[str] = []
    there = remote.stream(ask(QUESTION, watch="The bridge"), pieces.append)
    here = generator.generate(ask(QUESTION, watch="The bridge"))
    assert there.text == here.text == "".join(pieces)
    assert (there.prompt_tokens, there.completion_tokens, there.finish) == (
        here.prompt_tokens,
        here.completion_tokens,
        here.finish,
    )
    assert there.watched == pytest.approx(here.watched, rel=0.02)
    assert remote.count(ask(QUESTION).messages) >= there.prompt_tokens - 28  # the template's own words


def test_a_schema_a_stop_and_a_listener_that_ends(remote: OpenAIGenerator) -> None:
    schema = {"type": "object", "properties": {"year": {"type": "integer"}}, "required": ["year"]}
    assert "year" in json.loads(remote.generate(ask(QUESTION, schema=schema, max_tokens=40)).text)
    assert "1900" not in remote.generate(ask(QUESTION, stop=("1900",))).text

    def listen(_: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        remote.stream(ask(QUESTION), listen)
    assert remote.generate(ask(QUESTION, max_tokens=2)).finish == "length"


def test_a_wrong_key_is_told(address: str) -> None:
    with pytest.raises(ModelError, match="refused the API key"):
        OpenAIGenerator("smol", address, api_key="wrong").generate(ask(QUESTION))


def test_an_adapter_that_the_server_does_not_list_is_refused(remote: OpenAIGenerator) -> None:
    with pytest.raises(WeightsError, match=r"serves no adapter '/a/b\.gguf'"):
        remote.generate(ask(QUESTION, adapter="/a/b.gguf"))


class Scripted(Host):
    """Answers with the next status of `script`; 200 streams one word and its end."""

    script: list[int]
    bodies: list[dict[str, Any]]
    ended_by: str | None = "stop"

    def get(self) -> None:
        self.answer(
            200, json.dumps({"object": "list", "data": [{"id": "hr-adapter", "object": "model"}]}).encode()
        )

    def post(self) -> None:
        host = type(self)
        host.bodies.append(json.loads(self.body()))
        status = host.script.pop(0)
        if status != 200:
            said = "logprobs are not supported" if status == 400 else "no"
            self.answer(status, json.dumps({"error": {"message": said}}).encode())
            return
        choice = {"index": 0, "delta": {"content": "Yes"}, "finish_reason": None}
        chunks = [choice, {"index": 0, "delta": {}, "finish_reason": host.ended_by}]
        lines = [
            json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [chunk]}) for chunk in chunks
        ]
        self.answer(
            200, "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode(), "text/event-stream"
        )


@pytest.fixture
def scripted() -> Iterator[tuple[type[Scripted], OpenAIGenerator]]:
    handler = type("Handler", (Scripted,), {"script": [], "bodies": []})
    with serving(handler) as address:
        model = OpenAIGenerator("m", address, timeout=5)
        yield handler, model
        model.close()


def test_a_busy_server_is_asked_again_but_not_for_ever(
    scripted: tuple[type[Scripted], OpenAIGenerator],
) -> None:
    handler, model = scripted
    handler.script = [429, 503, 200]
    assert model.generate(ask("?")).text == "Yes"
    handler.script = [429] * 10
    with pytest.raises(ModelError, match="too busy"):
        model.generate(ask("?"))
    assert len(handler.script) == 7


def test_refusals_are_told_in_words(scripted: tuple[type[Scripted], OpenAIGenerator]) -> None:
    handler, model = scripted
    for status, said in ((404, "404 for the model 'm'"), (401, "API key"), (403, "API key"), (422, "failed")):
        handler.script = [status]
        with pytest.raises(ModelError, match=said):
            model.generate(ask("?"))


def test_a_server_without_probabilities_answers_all_the_same(
    scripted: tuple[type[Scripted], OpenAIGenerator],
) -> None:
    handler, model = scripted
    handler.script = [400, 200]
    found = model.generate(ask("?", watch="No"))
    assert (found.text, found.watched) == ("Yes", None)
    assert ["logprobs" in body for body in handler.bodies] == [True, False]


def test_an_adapter_is_asked_for_by_its_served_name(scripted: tuple[type[Scripted], OpenAIGenerator]) -> None:
    handler, model = scripted
    handler.script = [200]
    model.generate(ask("?", adapter="hr-adapter"))
    assert handler.bodies[0]["model"] == "hr-adapter"


def test_an_answer_that_breaks_off_is_no_answer(scripted: tuple[type[Scripted], OpenAIGenerator]) -> None:
    handler, model = scripted
    handler.script, handler.ended_by = [200], None
    with pytest.raises(ModelError, match="broke off"):
        model.generate(ask("?"))


def test_an_unreachable_server_is_named() -> None:
    with pytest.raises(ModelError, match=r"127.0.0.1:9/v1 cannot be reached"):
        OpenAIGenerator("m", "http://127.0.0.1:9/v1").generate(ask("?"))


def test_a_silent_server_is_given_up(scripted: tuple[type[Scripted], OpenAIGenerator]) -> None:
    handler, model = scripted
    handler.post = lambda self: threading.Event().wait(1.5)  # type: ignore[method-assign, assignment, return-value]
    impatient = OpenAIGenerator("m", str(model._server.base_url), timeout=0.1)
    with pytest.raises(ModelError, match=r"within 0.1 seconds"):
        impatient.generate(ask("?"))
    impatient.close()
