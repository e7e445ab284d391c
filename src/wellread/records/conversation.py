"""What is said: messages to a model, and answers with their citations."""

from dataclasses import dataclass
from typing import Literal

from wellread.records.knowledge import Held
from wellread.records.trust import UNKNOWN, Trust

Role = Literal["system", "user", "assistant", "tool"]

NOT_IN_SOURCES = "Not in your sources."
"""What the asker sees when no passage carries the answer."""

Mode = Literal["traditional", "agentic", "auto"]
"""How an answer is come by: one search and one reading, or an agent that searches until it has enough; `auto` chooses
for each question."""

AS_ASKED = "as it was asked"
"""What the step `understand` says of a question that stands alone; of another, how it was completed."""

Verdict = Literal[
    "answered", "partly answered", "sources disagree", "outdated", "not in your sources", "unclear"
]
"""How an answer stands to its sources. `partly answered`: of what was asked, something was not found and is named.
`sources disagree`: it shows what each of them says. `outdated`: its source says itself that it no longer holds. What
the asker may not read is never told apart from what is not there. `unclear`: nothing was answered, and what is meant is
asked in return."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool that a model asks to have run."""

    id: str
    """By which the answer to it is known."""
    tool: str
    arguments: str
    """JSON, as the model wrote it: it may be anything."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat as a model sees it."""

    role: Role
    content: str
    calls: tuple[Call, ...] = ()
    """Of an assistant's turn."""
    answers: str = ""
    """Of a tool's turn: the id of the call that it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """An exact span of a document's stored text: `text[start:end] == quote`."""

    document: str
    uri: str
    passage: str
    start: int
    end: int
    quote: str
    page: int | None = None
    """The page or slide it is on, from 1, where its document has such."""
    trust: Trust = UNKNOWN
    """Of the source that the document came from."""
    version: str = ""
    """The version of the document that the span is of."""
    changed: str = ""
    """When the document last changed: ISO 8601 UTC; "" where nobody knows."""
    held: Held | None = None
    """When that version held, where the question was asked as of a moment."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the spans it rests on; none where nothing was looked up."""

    text: str
    citations: tuple[Citation, ...] = ()
    exact: str = ""
    """The words in `text` that answer, where a reader pointed at them; "" where none did, and in history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the way to an answer."""

    name: str
    detail: str
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the asker gets: statements, or none when it is "not in your sources", and then nothing is cited."""

    statements: tuple[Statement, ...]
    verdict: Verdict
    missing: tuple[str, ...] = ()
    """Parts of the question that the sources do not answer, where others are answered."""
    steps: tuple[Step, ...]
    model: str
    adapter: str | None
    milliseconds: float
    tokens: int
    """Prompt and completion tokens of every call to the model."""
    asking: str = ""
    """What the asker is asked in return, of an answer that is `unclear`."""
    conversation: str = ""
    """The id of the conversation that it is stored in; "" where it is not stored."""

    def __post_init__(self) -> None:
        if bool(self.asking) != (self.verdict == "unclear"):
            raise ValueError(f"an answer that is {self.verdict!r} cannot ask {self.asking!r} in return")
        if self.answered != bool(self.statements):
            raise ValueError(f"an answer of {len(self.statements)} statements cannot be {self.verdict!r}")

    @property
    def answered(self) -> bool:
        return self.verdict not in ("not in your sources", "unclear")

    @property
    def text(self) -> str:
        """All statements, one after another; without any `NOT_IN_SOURCES`, or what is asked in return."""
        return " ".join(one.text for one in self.statements) or self.asking or NOT_IN_SOURCES

    @property
    def exact(self) -> str:
        """The words that answer, without the sentences they stand in; all of `text` where nothing pointed at them."""
        return " ".join(one.exact for one in self.statements if one.exact) or self.text

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Of all statements, each once, in their order."""
        return tuple(dict.fromkeys(citation for one in self.statements for citation in one.citations))
