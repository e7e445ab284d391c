"""From readings to the tensors of one step, computing each shared passage once.

Questions about one passage share everything up to the question. Instead of a row per question, a pack holds the
passage once and every question after it, each blind to the others:

    tokens     | passage ........ | q1 ... a1 | q2 ... a2 | q3 ... a3 |
    segment    | 0 0 0 0 0 0 0 0  | 1 1 1 1 1 | 2 2 2 2 2 | 3 3 3 3 3 |
    position   | 0 1 2 ...... p-1 | p p+1 ... | p p+1 ... | p p+1 ... |
    trained    | . . . . . . . .  | . . . X X | . . . X X | . . . X X |

A token sees earlier tokens of segment 0 and of its own segment. Since attention is causal, the passage's states do
not depend on the questions, so loss and gradient equal those of separate rows exactly, at a fraction of the tokens.
Only the completion (answer and end-of-turn) is trained.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from wellread.errors import RefusedError
from wellread.models.prompts import NOT_HERE, QUESTION, read_one
from wellread.records.conversation import Message
from wellread.records.learning import Example


class Tokenizer(Protocol):
    """The two things asked of a tokenizer, with the model's own chat template."""

    def render(self, messages: Sequence[Message]) -> str:
        """The prompt as text, up to where the assistant's words begin."""

    def encode(self, text: str) -> list[int]:
        """Token ids of text that may hold template marks; nothing is added."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One passage, one question, and what is to be said: the words of the passage or `NOT_HERE`."""

    heading: str
    text: str
    question: str
    target: str


@dataclass(frozen=True, slots=True)
class Pack:
    """One shared passage with its questions. All four have the same length; `trained` marks tokens to predict."""

    tokens: list[int]
    segments: list[int]
    positions: list[int]
    trained: list[bool]
    readings: int

    def __len__(self) -> int:
        return len(self.tokens)


def readings(examples: Iterable[Example], wrong_passages: int = 1) -> list[Reading]:
    """An example read one passage at a time: its own passage gives the answer, the others `NOT_HERE`.

    At most `wrong_passages` of the others are kept, the retriever's best first, since those are the confusing ones.
    """
    found = []
    for example in examples:
        others = 0
        for position, context in enumerate(example.contexts):
            if position == example.gold and example.answer is not None:
                found.append(Reading(context.heading, context.text, example.question, example.answer))
            elif others < wrong_passages:
                others += 1
                found.append(Reading(context.heading, context.text, example.question, NOT_HERE))
    return found


def pack(
    rows: Iterable[Reading], tokenizer: Tokenizer, *, end_of_turn: str, longest: int = 1024
) -> list[Pack]:
    """Readings grouped by passage, in the order the passages first appear; no pack longer than `longest` tokens.

    Raises RefusedError when a single reading is longer than `longest`, or when nothing would be trained.
    """
    groups: dict[tuple[str, str], list[Reading]] = {}
    for row in rows:
        groups.setdefault((row.heading, row.text), []).append(row)
    packs = [
        made for group in groups.values() for made in _pack_group(group, tokenizer, end_of_turn, longest)
    ]
    if not any(any(one.trained) for one in packs):
        raise RefusedError("0 tokens would be trained: the dataset has no completion; add rows with answers")
    return packs


def _pack_group(
    group: Sequence[Reading], tokenizer: Tokenizer, end_of_turn: str, longest: int
) -> Iterable[Pack]:
    prefix: list[int] = []
    tokens: list[int] = []
    segments: list[int] = []
    positions: list[int] = []
    trained: list[bool] = []
    count = 0
    for row in group:
        shared, question, answer = _encode(row, tokenizer, end_of_turn)
        if len(shared) + len(question) + len(answer) > longest:
            raise RefusedError(
                f"a reading of {len(shared) + len(question) + len(answer)} tokens exceeds the limit of {longest}: "
                f"cut the passage that begins {row.text[:60]!r} into smaller ones"
            )
        if count and len(tokens) + len(question) + len(answer) > longest:
            yield Pack(tokens, segments, positions, trained, count)
            count = 0
        if not count:
            prefix = shared
            tokens, segments = list(prefix), [0] * len(prefix)
            positions, trained = list(range(len(prefix))), [False] * len(prefix)
        count += 1
        tokens += question + answer
        segments += [count] * (len(question) + len(answer))
        positions += range(len(prefix), len(prefix) + len(question) + len(answer))
        trained += [False] * len(question) + [True] * len(answer)
    if count:
        yield Pack(tokens, segments, positions, trained, count)


def _encode(row: Reading, tokenizer: Tokenizer, end_of_turn: str) -> tuple[list[int], list[int], list[int]]:
    prompt = tokenizer.render(read_one(row.question, row.heading, row.text))
    boundary = prompt.rindex(QUESTION)
    shared, question = tokenizer.encode(prompt[:boundary]), tokenizer.encode(prompt[boundary:])
    answer = tokenizer.encode(row.target.strip() + end_of_turn)
    if shared + question + answer != tokenizer.encode(prompt + row.target.strip() + end_of_turn):
        # A tokenizer that merges across the boundary would be trained on other tokens than it is served.
        raise RefusedError(
            "this base's tokenizer merges tokens across the question's beginning in "
            f"{prompt[boundary - 20 : boundary + 30]!r}; "
            "choose a base whose tokenizer splits at a line break"
        )
    return shared, question, answer
