"""Passages without a catalogue, and a generator that says what it is told."""

from collections.abc import Callable, Sequence

from wellread.models.protocols import Generation, Request
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
