"""A Generator over llama.cpp in this process: GGUF weights, LoRA adapters chosen request by request.

What is done for a request:

1. The server object is made again if the adapter is new to it (about half a second).
2. The messages go through the model's own chat template; texts that the tokenizer would take for the template's
   control tokens are broken up first, so that a document cannot speak as the system.
3. Every loaded adapter's scale is sent with the request: 1 for the one asked for, 0 for the others.
4. If a refusal is watched, its first token is looked up in the raw probabilities of the first position. When it
   is not among the likeliest, a second run of one token, forced to be that one, tells it exactly; the prompt is
   still in the cache, so that costs one step. Neither a ban on the token nor a text to copy from changes these
   probabilities, only what is chosen.

Greedy runs of the same request give the same text, whatever was asked before.
"""

import math
import os
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from wellread.errors import ModelError, NoToolsError, WeightsError
from wellread.models.copying import copy_grammar
from wellread.models.gguf_adapter import check_adapter
from wellread.models.gguf_header import read_header
from wellread.models.llamacpp_server import LlamaServer
from wellread.models.protocols import Generation, Request
from wellread.models.weights import file_digest
from wellread.records.conversation import Message

DEFAULT_WINDOW = 4096
MOST_ADAPTERS = 8
"""Loaded at once; the one unused for longest makes room."""

_SLOTS = 4
"""Prompts whose state is kept: asking about three passages in turn costs half of what it costs with one slot."""

_LIKELIEST = 20
_FORCE = 1000.0
"""Added to a logit, it leaves no other choice: logits of language models stay within a few dozen."""


@dataclass(frozen=True, slots=True)
class _AdapterFile:
    """An adapter as it stands on disk; a file that is written again is another one."""

    path: Path
    modified: int
    size: int

    @staticmethod
    def at(path: str) -> "_AdapterFile":
        try:
            found = Path(path).resolve(strict=True).stat()
        except OSError as error:
            raise WeightsError(
                f"no adapter at {path}: {error.strerror}; give the path of the GGUF file that the tuning run wrote"
            ) from error
        return _AdapterFile(Path(path).resolve(), found.st_mtime_ns, found.st_size)


@dataclass(slots=True)
class _Run:
    """Gathers what one completion sends."""

    emit: Callable[[str], None]
    pieces: list[str] = field(default_factory=list)
    first: dict[str, Any] | None = None
    """The first token with its likeliest rivals."""
    finish: str | None = None
    usage: dict[str, Any] = field(default_factory=dict)

    def receive(self, chunk: dict[str, Any]) -> None:
        self.usage = chunk.get("usage") or self.usage
        for choice in chunk["choices"]:
            self.finish = choice.get("finish_reason") or self.finish
            tokens = (choice.get("logprobs") or {}).get("content") or []
            if self.first is None and tokens:
                self.first = tokens[0]
            piece = choice["delta"].get("content")
            if piece:
                self.pieces.append(piece)
                self.emit(piece)

    def probability(self, token: int) -> float | None:
        """Of `token` as the first one; None if it was not among the likeliest."""
        if self.first is None:
            return None
        for candidate in (self.first, *self.first["top_logprobs"]):
            if candidate["id"] == token:
                return math.exp(candidate["logprob"])
        return None


class LlamaCppGenerator:
    """A GGUF chat model in this process. Calls from several threads are served one after another."""

    def __init__(
        self,
        weights: Path,
        *,
        name: str | None = None,
        digest: str | None = None,
        window: int = DEFAULT_WINDOW,
        threads: int | None = None,
    ) -> None:
        """Load `weights`. `digest` spares reading the file for it; `threads` defaults to the cores this process has.

        `window` is cut to what the model was trained for. Raises WeightsError if the file is no chat model.
        """
        self._weights = weights
        self._header = read_header(weights)
        if "tokenizer.chat_template" not in self._header.metadata:
            raise WeightsError(
                f"{weights} has no chat template; give a GGUF file of an instruction-tuned model"
            )
        self._name = name or weights.stem
        self._digest = digest or file_digest(weights)
        architecture = self._header.metadata["general.architecture"]
        self._window = min(window, int(self._header.metadata[f"{architecture}.context_length"]))
        self._threads = threads or len(os.sched_getaffinity(0))
        self._control = _control_pattern(
            self._header.metadata["tokenizer.chat_template"], self._header.control_tokens
        )
        self._lock = threading.Lock()
        self._adapters: dict[
            _AdapterFile, int
        ] = {}  # in order of last use, with the number llama.cpp knows it by
        self._first_tokens: dict[str, int] = {}
        self._server: LlamaServer | None = None  # made when first needed: by then the adapter is known too
        self._closed = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def digest(self) -> str:
        return self._digest

    @property
    def window(self) -> int:
        return self._window

    def generate(self, request: Request) -> Generation:
        return self.stream(request, lambda _: None)

    def stream(self, request: Request, emit: Callable[[str], None]) -> Generation:
        if request.tools:
            raise NoToolsError(
                f"{self._name} runs in this process without tool calls: ask for JSON by a schema"
            )
        started = perf_counter()
        with self._lock:
            self._load(request.adapter)
            token = None if request.watch is None else self._first_token(request.watch)
            run = _Run(emit)
            self._open_server().complete(self._body(request, token), run.receive)
            watched = None
            if token is not None:
                watched = run.probability(token)
                watched = self._forced(request, token) if watched is None else watched
        return Generation(
            text="".join(run.pieces),
            prompt_tokens=run.usage["prompt_tokens"],
            completion_tokens=run.usage["completion_tokens"],
            finish=run.finish or "stop",
            milliseconds=(perf_counter() - started) * 1000,
            watched=watched,
            cached_tokens=run.usage.get("prompt_tokens_details", {}).get("cached_tokens", 0),
        )

    def count(self, messages: Sequence[Message]) -> int:
        with self._lock:
            body = {"messages": self._plain(messages)}
            return int(self._open_server().ask("/v1/chat/completions/input_tokens", body)["input_tokens"])

    def render(self, messages: Sequence[Message]) -> str:
        """The prompt these messages become, as the model reads it."""
        with self._lock:
            return str(
                self._open_server().ask("/apply-template", {"messages": self._plain(messages)})["prompt"]
            )

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._drop_server()

    def _open_server(self) -> LlamaServer:
        if self._closed:
            raise ModelError(f"the model {self._name} is closed; open it again")
        if self._server is None:
            self._server = self._make(list(self._adapters))
        return self._server

    def _drop_server(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def _make(self, adapters: Sequence[_AdapterFile]) -> LlamaServer:
        return LlamaServer(
            self._weights,
            [adapter.path for adapter in adapters],
            window=self._window,
            threads=self._threads,
            slots=_SLOTS,
        )

    def _load(self, adapter: str | None) -> None:
        if adapter is None:
            return
        wanted = _AdapterFile.at(adapter)
        if wanted in self._adapters:
            self._adapters[wanted] = self._adapters.pop(wanted)
            return
        check_adapter(wanted.path, self._header, self._name)
        kept = [known for known in self._adapters if known.path != wanted.path and known == _now(known)]
        loaded = [*kept, wanted][-MOST_ADAPTERS:]
        self._drop_server()
        self._adapters = {adapter: number for number, adapter in enumerate(loaded)}
        try:
            self._open_server()
        except WeightsError:
            self._adapters = {}
            raise

    def _body(self, request: Request, token: int | None) -> dict[str, Any]:
        body: dict[str, Any] = {
            **self._prompt(request),
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
            "stop": list(request.stop),
            "stream_options": {"include_usage": True},
        }
        if token is not None:
            body |= {"logprobs": True, "top_logprobs": _LIKELIEST}
        if token is not None and request.forbid_watched:
            body["logit_bias"] = [[token, False]]
        if request.copy_from is not None:
            body["grammar"] = copy_grammar(request.copy_from)
        if request.schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": {"schema": request.schema}}
        return body

    def _prompt(self, request: Request) -> dict[str, Any]:
        chosen = None if request.adapter is None else self._adapters[_AdapterFile.at(request.adapter)]
        scales = [{"id": number, "scale": float(number == chosen)} for number in self._adapters.values()]
        return {"messages": self._plain(request.messages), "lora": scales, "cache_prompt": True}

    def _forced(self, request: Request, token: int) -> float:
        run = _Run(lambda _: None)
        forced = {
            "max_tokens": 1,
            "temperature": 0.0,
            "logit_bias": [[token, _FORCE]],
            "logprobs": True,
            "top_logprobs": 1,
        }
        self._open_server().complete(self._prompt(request) | forced, run.receive)
        found = run.probability(token)
        if found is None:
            raise ModelError(
                f"{self._name} did not tell the probability of token {token}; watch another text"
            )
        return found

    def _first_token(self, text: str) -> int:
        if text not in self._first_tokens:
            tokens = self._open_server().ask("/tokenize", {"content": text, "add_special": False})["tokens"]
            if not tokens:
                raise ModelError("the watched text is empty; give the words whose probability is wanted")
            self._first_tokens[text] = int(tokens[0])
        return self._first_tokens[text]

    def _plain(self, messages: Sequence[Message]) -> list[dict[str, str]]:
        return [
            {"role": message.role, "content": self._control.sub(_broken, message.content)}
            for message in messages
        ]


def _now(adapter: _AdapterFile) -> _AdapterFile | None:
    try:
        return _AdapterFile.at(str(adapter.path))
    except WeightsError:
        return None


def _control_pattern(template: str, control_tokens: Sequence[str]) -> re.Pattern[str]:
    """Matches the control tokens that give a chat its structure; others, like `<filename>`, may be honest text."""
    structural = [text for text in control_tokens if text in template or "endoftext" in text]
    return re.compile("|".join(map(re.escape, structural)) or r"(?!)")


def _broken(match: re.Match[str]) -> str:
    return f"{match[0][0]} {match[0][1:]}"
