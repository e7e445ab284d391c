"""Passages without a catalogue, and a generator that says what it is told."""

from collections.abc import Callable, Sequence

import numpy as np

from wellread.models.protocols import Generation, Pointed, Request, Vectors
from wellread.records.conversation import Message
from wellread.records.knowledge import Hit, Passage


def passage(text: str, number: int = 1, start: int = 100, title: str = "Handbook") -> Passage:
    return Passage(
        key=number,
        id=f"psg_{number}",
        document=f"doc_{number}",
        version=f"ver_{number}",
        uri=f"page-{number}.md",
        title=title,
        heading=(),
        start=start,
        end=start + len(text),
        text=text,
    )


def hits(*texts: str) -> list[Hit]:
    return [
        Hit(passage=passage(text, number), score=1.0 / number) for number, text in enumerate(texts, start=1)
    ]


class Even:
    """Every text is half like every other, so that only what a test is about counts; `likeness` makes exceptions."""

    name = "even"
    dimensions = 2

    def __init__(self, likeness: dict[str, float] | None = None) -> None:
        self.likeness = likeness or {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A question lies along the first axis; any other text at its angle to it."""
        cosines = [1.0 if text.endswith("?") else self.likeness.get(text, 0.5) for text in texts]
        return np.array([(cosine, (1 - cosine**2) ** 0.5) for cosine in cosines], dtype=np.float32)

    def close(self) -> None:
        pass


class Told:
    """Answers with what a function says of the request; `not_here` is what it reports for a watched text."""

    name = "told"
    digest = "0" * 64

    def __init__(
        self,
        says: Callable[[Request], str],
        not_here: Callable[[Request], float | None] = lambda _: 0.0,
        window: int = 4096,
    ) -> None:
        self.says, self.not_here, self.window = says, not_here, window
        self.requests: list[Request] = []

    def generate(self, request: Request) -> Generation:
        return self.stream(request, lambda _: None)

    def stream(self, request: Request, emit: Callable[[str], None]) -> Generation:
        self.requests.append(request)
        text = self.says(request)
        for start in range(0, len(text), 5):
            emit(text[start : start + 5])
        watched = self.not_here(request) if request.watch else None
        return Generation(
            text=text, prompt_tokens=10, completion_tokens=2, finish="stop", milliseconds=1.0, watched=watched
        )

    def count(self, messages: Sequence[Message]) -> int:
        return sum(len(message.content.split()) for message in messages)

    def close(self) -> None:
        pass


class Pointer:
    """Points at the words that it is told for a text's first word, with the log-odds told; else at nothing."""

    name = "pointer"

    def __init__(self, told: dict[str, tuple[str, float]]) -> None:
        self.told = told
        self.asked: list[tuple[str, Sequence[tuple[str, str]]]] = []

    def point(self, question: str, texts: Sequence[tuple[str, str]]) -> list[Pointed]:
        self.asked.append((question, texts))
        return [self._in(text) for _, text in texts]

    def _in(self, text: str) -> Pointed:
        words, log_odds = self.told.get(text.split(maxsplit=1)[0], ("", -np.inf))
        start = text.index(words)
        return Pointed(start, start + len(words), log_odds, tokens=10)

    def close(self) -> None:
        pass
