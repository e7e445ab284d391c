"""Deterministic stand-ins for models: for tests, for demonstrations without weights, to see what a flow asks for."""

import hashlib
import re
from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np
import numpy.typing as npt

from wellread.errors import ModelError, NoToolsError
from wellread.models.protocols import Generation, Request, Vectors
from wellread.records.conversation import Call, Message

NOT_FOUND = "I do not know."
"""What the default script says when no sentence shares a word with the question."""

_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_SMALL = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "at",
        "by",
        "do",
        "does",
        "for",
        "from",
        "how",
        "in",
        "is",
        "it",
        "of",
        "on",
        "or",
        "the",
        "to",
        "was",
        "what",
        "when",
        "where",
        "which",
        "who",
    ]
)


class FakeGenerator:
    """Answers by a script: a function from the request to the text. Counts words as tokens.

    The default script takes the last message, holds its last line for the question, and repeats the sentence
    above it that shares most words with it; a question without such a sentence gets the watched text, or NOT_FOUND.
    A watched text gets the probability 1 or 0: whether the script's text begins with its first word. A forbidden
    one is replaced by the best sentence there is. Stop texts and `max_tokens` cut as a model's would. A text to copy
    from is the script's affair: the default one repeats a sentence of the prompt in any case.
    """

    def __init__(
        self,
        script: Callable[[Request], str] | None = None,
        *,
        name: str = "fake",
        window: int = 4096,
        calling: Callable[[Request], tuple[Call, ...]] | None = None,
    ) -> None:
        """`calling` says which tools a request that offers some makes it call; without it, it refuses such."""
        self._script = script or answer_by_overlap
        self._calling = calling
        self._name = name
        self._window = window
        self._closed = False
        self.requests: list[Request] = []
        """Everything it was asked, in order."""

    @property
    def name(self) -> str:
        return self._name

    @property
    def digest(self) -> str:
        return hashlib.sha256(self._name.encode()).hexdigest()

    @property
    def window(self) -> int:
        return self._window

    def generate(self, request: Request) -> Generation:
        return self.stream(request, lambda _: None)

    def stream(self, request: Request, emit: Callable[[str], None]) -> Generation:
        if self._closed:
            raise ModelError(f"the model {self._name} is closed; open it again")
        if request.tools and not self._calling:
            raise NoToolsError(f"{self._name} calls no tools: ask for JSON by a schema")
        started = perf_counter()
        self.requests.append(request)
        if request.tools and self._calling and (calls := self._calling(request)):
            return Generation(
                text="",
                calls=calls,
                prompt_tokens=self.count(request.messages),
                completion_tokens=sum(len(call.arguments.split()) for call in calls),
                finish="stop",
                milliseconds=(perf_counter() - started) * 1000,
            )
        said = self._script(request)
        watched = None if request.watch is None else float(_first_word(said) == _first_word(request.watch))
        if watched and request.forbid_watched:
            said = _closest_sentence(request) or "(nothing else)"
        pieces, finish = _cut(said, request)
        for piece in pieces:
            emit(piece)
        return Generation(
            text="".join(pieces),
            prompt_tokens=self.count(request.messages),
            completion_tokens=len(pieces),
            finish=finish,
            milliseconds=(perf_counter() - started) * 1000,
            watched=watched,
        )

    def count(self, messages: Sequence[Message]) -> int:
        return sum(len(message.content.split()) for message in messages)

    def close(self) -> None:
        self._closed = True


class FakeEmbedder:
    """Bags of hashed words as unit vectors: texts that share words are similar."""

    def __init__(self, dimensions: int = 64) -> None:
        self._dimensions = dimensions

    @property
    def name(self) -> str:
        return f"fake-{self._dimensions}"

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dimensions), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in _words(text) or {""}:
                row[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % self._dimensions] += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def knows(self, word: str) -> bool:
        return False

    def close(self) -> None:
        pass


class FakeReranker:
    """Scores a text by the share of the question's words that it has."""

    name = "fake"

    def score(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        wanted = _words(question) or {""}
        return np.array([len(wanted & _words(text)) / len(wanted) for text in texts], np.float32)

    def close(self) -> None:
        pass


def answer_by_overlap(request: Request) -> str:
    """The default script of FakeGenerator."""
    return _closest_sentence(request) or request.watch or NOT_FOUND


def _closest_sentence(request: Request) -> str:
    above, _, question = request.messages[-1].content.rstrip().rpartition("\n")
    wanted = _words(question)
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(above)]
    best = max(sentences, key=lambda sentence: len(wanted & _words(sentence)), default="")
    return best if wanted & _words(best) else ""


def _cut(said: str, request: Request) -> tuple[list[str], str]:
    ends = [at for text in request.stop if (at := said.find(text)) >= 0]
    pieces = re.findall(r"\s*\S+|\s+$", said[: min(ends)] if ends else said)
    if len(pieces) > request.max_tokens:
        return pieces[: request.max_tokens], "length"
    return pieces, "stop"


def _first_word(text: str) -> str:
    return next(iter(text.split()), "")


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)} - _SMALL
