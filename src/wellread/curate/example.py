"""Examples with the id that their content gives them."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from wellread.records.identity import identify
from wellread.records.knowledge import Passage
from wellread.records.learning import Context, Example


def identified(example: Example) -> Example:
    """`example` under the id of its content: the canonical JSON of all its other fields."""
    content = asdict(example)
    del content["id"]
    return replace(example, id=identify("exm", [content]))


def context_of(passage: Passage) -> Context:
    """A passage as an example shows it."""
    return Context(
        passage=passage.id, document=passage.document, text=passage.text, heading=passage.heading_line
    )


def showing(example: Example, positions: Sequence[int]) -> Example:
    """`example` with only the contexts at `positions`, which must hold its gold if it has one."""
    gold = None if example.gold is None else list(positions).index(example.gold)
    contexts = tuple(example.contexts[position] for position in positions)
    return identified(replace(example, contexts=contexts, gold=gold))


def home(example: Example) -> frozenset[str]:
    """The documents an example is answered from or its question was written from; failing both, all it
    shows."""
    gold = () if example.gold is None else (example.contexts[example.gold].document,)
    return frozenset([*example.written_from, *gold]) or example.documents
