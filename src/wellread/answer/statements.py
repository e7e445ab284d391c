"""A free answer is checked statement by statement while it streams: what is shown has been checked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wellread.answer.cite import cite, supporting_sentence
from wellread.answer.ground import slips
from wellread.records.conversation import Statement
from wellread.records.knowledge import Passage
from wellread.screen.sentences import sentences


def check(text: str, passages: Sequence[Passage]) -> Statement | None:
    """`text` with its support; the source's own sentence when a name or number slipped; None without any support."""
    support = supporting_sentence(text, passages)
    if support is None:
        return None
    citation = cite(*support)
    if slips(text, [f"{one.heading_line} {one.text}" for one in passages]):
        return Statement(" ".join(citation.quote.split()), (citation,))
    return Statement(text.strip(), (citation,))


@dataclass(slots=True)
class Stream:
    """Takes pieces of text, gives whole checked statements to `emit`, and drops those nothing supports."""

    passages: Sequence[Passage]
    emit: Callable[[str], None]
    statements: list[Statement] = field(default_factory=list)
    _rest: str = ""

    def feed(self, piece: str) -> None:
        """Some more text; statements that are certainly complete are checked."""
        self._rest += piece
        spans = sentences(self._rest)
        for start, end in spans[:-1]:
            self._take(self._rest[start:end])
        if len(spans) > 1:
            self._rest = self._rest[spans[-1][0] :]

    def finish(self) -> list[Statement]:
        """The end of the text: whatever is left is the last statement."""
        for start, end in sentences(self._rest):
            self._take(self._rest[start:end])
        self._rest = ""
        return self.statements

    def _take(self, text: str) -> None:
        statement = check(text, self.passages)
        if statement and statement.text not in (one.text for one in self.statements):
            self.emit(f" {statement.text}" if self.statements else statement.text)
            self.statements.append(statement)
