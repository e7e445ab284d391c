"""A Generator behind any server that speaks the OpenAI chat protocol: vLLM, llama.cpp, Ollama, a hosted service.

What such a server does not tell or cannot do:

- Its tokenizer: `count` estimates from the length in bytes, on the safe side for prose.
- The watched text's probability is found among the twenty likeliest first tokens (0 if it is not there), and is None
  where the server gives no probabilities. `forbid_watched` cannot be asked for without token numbers, and `copy_from`
  not in one way of all servers: the text comes as the model wrote it, and it is for the caller to see what it begins
  with and where it stands.
- Whether it can offer tools to its model: a refusal is told apart (`NoToolsError`), so that it can be asked for JSON.
- Its chat template: texts that some template has for its structure are broken up, so that a document cannot speak as
  the system where the server does not see to that itself.
- Adapter files stay on this machine: an adapter is asked for by the name under which the server lists it as a model.
"""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from wellread.errors import ModelError, NoToolsError, WeightsError
from wellread.models.control_texts import without_control
from wellread.models.openai_server import OpenAIServer
from wellread.models.protocols import Generation, Request
from wellread.records.conversation import Call, Message

_LIKELIEST = 20
_BYTES_PER_TOKEN = 2
_TOKENS_PER_MESSAGE = 8
_REFUSES = (400, 404, 422, 500, 501)
"""How servers say that they know no tools; the message has to speak of them as well."""


@dataclass(slots=True)
class _Reply:
    """Gathers what one completion streams."""

    emit: Callable[[str], None]
    pieces: list[str] = field(default_factory=list)
    likeliest: list[Any] = field(default_factory=list)
    finish: str | None = None
    usage: Any = None
    calls: dict[int, list[str]] = field(default_factory=dict)
    """By place: id, tool and arguments, which come in pieces."""

    def receive(self, chunk: Any) -> None:
        self.usage = getattr(chunk, "usage", None) or self.usage
        for choice in chunk.choices:
            self.finish = choice.finish_reason or self.finish
            tokens = choice.logprobs.content if choice.logprobs else None
            if tokens and not self.likeliest:
                self.likeliest = [tokens[0], *tokens[0].top_logprobs]
            for piece in choice.delta.tool_calls or ():
                call = self.calls.setdefault(piece.index or 0, ["", "", ""])
                call[0] = call[0] or piece.id or ""
                if piece.function:
                    call[1] += piece.function.name or ""
                    call[2] += piece.function.arguments or ""
            if choice.delta.content:
                self.pieces.append(choice.delta.content)
                self.emit(choice.delta.content)

    def called(self) -> tuple[Call, ...]:
        """The tools that were called, in order; some servers give no ids."""
        return tuple(
            Call(call[0] or f"call_{place}", call[1], call[2]) for place, call in sorted(self.calls.items())
        )

    def probability(self, text: str) -> float | None:
        """Of `text`'s first token as the first token; which one that is, only the longest match can tell."""
        if not self.likeliest:
            return None
        beginnings = [token for token in self.likeliest if token.token and text.startswith(token.token)]
        if not beginnings:
            return 0.0
        return math.exp(max(beginnings, key=lambda token: len(token.token)).logprob)


class OpenAIGenerator:
    """The model `model` at `base_url`. Safe to call from several threads; the server decides what runs at once."""

    def __init__(
        self,
        model: str,
        base_url: str,
        *,
        api_key: str | None = None,
        window: int = 4096,
        timeout: float = 120.0,
    ) -> None:
        """Nothing is asked of the server yet. `timeout` is in seconds; `window` is what the server was started with."""
        self._model = model
        self._window = window
        self._server = OpenAIServer(base_url, api_key=api_key, timeout=timeout)

    @property
    def name(self) -> str:
        return f"openai:{self._model}@{self._server.base_url}"

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.name.encode()).hexdigest()

    @property
    def window(self) -> int:
        return self._window

    def generate(self, request: Request) -> Generation:
        return self.stream(request, lambda _: None)

    def stream(self, request: Request, emit: Callable[[str], None]) -> Generation:
        started = perf_counter()
        model = self._model if request.adapter is None else self._served_adapter(request.adapter)
        reply = self._complete(model, request, emit)
        text = "".join(reply.pieces)
        return Generation(
            text=text,
            prompt_tokens=reply.usage.prompt_tokens if reply.usage else self.count(request.messages),
            completion_tokens=reply.usage.completion_tokens if reply.usage else len(reply.pieces),
            calls=reply.called(),
            finish="length" if reply.finish == "length" else "stop",
            milliseconds=(perf_counter() - started) * 1000,
            watched=None if request.watch is None else reply.probability(request.watch),
            cached_tokens=_cached(reply.usage),
        )

    def count(self, messages: Sequence[Message]) -> int:
        lengths = (len(message.content.encode()) for message in messages)
        return sum(-(-length // _BYTES_PER_TOKEN) + _TOKENS_PER_MESSAGE for length in lengths)

    def close(self) -> None:
        self._server.close()

    def _complete(self, model: str, request: Request, emit: Callable[[str], None]) -> _Reply:
        import openai

        body = _body(model, request)
        try:
            return self._run(body, emit)
        except openai.APIStatusError as error:
            if request.tools and error.status_code in _REFUSES and "tool" in str(error).lower():
                raise NoToolsError(
                    f"the server at {self._server.base_url} refuses tools for {model!r}: {error.message}"
                ) from error
            if error.status_code != 400 or "logprobs" not in body or "logprob" not in str(error).lower():
                raise self._server.failure(error, model) from error
            del body["logprobs"], body["top_logprobs"]  # a server that keeps its probabilities to itself
        except openai.OpenAIError as error:
            raise self._server.failure(error, model) from error
        try:
            return self._run(body, emit)
        except openai.OpenAIError as error:
            raise self._server.failure(error, model) from error

    def _run(self, body: dict[str, Any], emit: Callable[[str], None]) -> _Reply:
        reply = _Reply(emit)
        with self._server.client.chat.completions.create(
            **body, stream=True, stream_options={"include_usage": True}
        ) as chunks:
            for chunk in chunks:
                reply.receive(chunk)
        if reply.finish is None:
            raise ModelError(
                f"the server at {self._server.base_url} broke off in the middle of an answer; ask again"
            )
        return reply

    def _served_adapter(self, adapter: str) -> str:
        import openai

        try:
            served = {model.id for model in self._server.client.models.list()}
        except openai.OpenAIError as error:
            raise self._server.failure(error, adapter) from error
        if adapter not in served:
            raise WeightsError(
                f"the server at {self._server.base_url} serves no adapter {adapter!r}, "
                f"only {', '.join(sorted(served))}; load it there under this name, or use a local model"
            )
        return adapter


def _body(model: str, request: Request) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": model,
        "messages": [_turn(message) for message in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "seed": request.seed,
    }
    if request.stop:
        body["stop"] = list(request.stop)
    if request.watch is not None:
        body |= {"logprobs": True, "top_logprobs": _LIKELIEST}
    if request.schema is not None:
        schema = {"name": "answer", "schema": request.schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.parameters,
                },
            }
            for tool in request.tools
        ]
    return body


def _turn(message: Message) -> dict[str, Any]:
    turn: dict[str, Any] = {"role": message.role, "content": without_control(message.content)}
    if message.calls:
        turn["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {
                    "name": without_control(call.tool),
                    "arguments": without_control(call.arguments),
                },
            }
            for call in message.calls
        ]
    if message.answers:
        turn["tool_call_id"] = message.answers
    return turn


def _cached(usage: Any) -> int:
    details = getattr(usage, "prompt_tokens_details", None)
    return getattr(details, "cached_tokens", None) or 0
