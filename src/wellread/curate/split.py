"""Training, validation and test rows, held apart by document.

Held out means: no document that a held-out question is answered from was the gold or a context of any
training
example. So rows that are answered from the same document (or tied through a third) go to one split
together, and
what a row shows of documents held out from it is taken out of its contexts:

    a row of    shows the documents of
    train       train, and those no question is answered from
    validation  train, validation, and the rest
    test        any

Distractors may be shared downwards: knowing a passage that does not carry the answer is no help on a test
question, and to forbid it would leave test rows without the distractors that make them hard.

A document keeps its split when others come and go, because its own id decides.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wellread.curate.draw import draw
from wellread.curate.example import home, showing
from wellread.records.learning import SPLITS, Example, Split

TEST_SHARE = 0.1
VALIDATION_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class SplitRows:
    """Rows with their split, in the order given; and those with nothing left to show."""

    rows: tuple[tuple[Example, Split], ...]
    dropped: tuple[Example, ...]


def split(examples: Sequence[Example], *, seed: int = 0, held_out: Iterable[str] = frozenset()) -> SplitRows:
    """Assign every example; documents of `held_out` and all that is tied to them go to test.

    With three groups of documents or more that are not held out, no split is empty.
    """
    forced = frozenset(held_out)
    group_of = _groups([home(example) for example in examples], forced)
    rows = Counter(group_of[min(home(example))] for example in examples if home(example))
    split_of_group = _assign(sorted(rows), group_of.get(min(forced, default="")), seed)
    split_of: dict[str, Split] = {name: split_of_group.get(group, "test") for name, group in group_of.items()}
    kept: list[tuple[Example, Split]] = []
    dropped: list[Example] = []
    for example in examples:
        own: Split = split_of[min(home(example))] if home(example) else "train"
        shown = _without_held_out(example, own, split_of)
        if shown is None:
            dropped.append(example)
        else:
            kept.append((shown, own))
    return SplitRows(tuple(kept), tuple(dropped))


def _groups(ties: Sequence[frozenset[str]], forced: frozenset[str]) -> dict[str, str]:
    """Document to the name (smallest member) of the group it is tied into. Everything forced is one group."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for tied in (forced, *ties):
        roots = sorted({root(name) for name in tied})
        for other in roots[1:]:
            parent[other] = roots[0]
    return {name: root(name) for name in parent}


def _assign(groups: Sequence[str], forced: str | None, seed: int) -> dict[str, Split]:
    """A split for each group: by its draw, then filled up where a split has none."""
    draws = {group: draw("split", seed, group) for group in groups}
    assigned: dict[str, Split] = {}
    for group, chance in draws.items():
        if group == forced or chance < TEST_SHARE:
            assigned[group] = "test"
        else:
            assigned[group] = "validation" if chance < TEST_SHARE + VALIDATION_SHARE else "train"
    free = sorted((group for group in groups if group != forced), key=lambda group: draws[group])
    if len(free) >= len(SPLITS):
        for empty in SPLITS:
            if empty not in assigned.values():
                counts = Counter(assigned[group] for group in free)
                donor = max(SPLITS, key=lambda name: counts[name])
                assigned[next(group for group in free if assigned[group] == donor)] = empty
    return assigned


def _without_held_out(example: Example, own: Split, split_of: Mapping[str, Split]) -> Example | None:
    rank = SPLITS.index(own)
    positions = [
        position
        for position, context in enumerate(example.contexts)
        if position == example.gold or SPLITS.index(split_of.get(context.document, "train")) <= rank
    ]
    if not positions:
        return None
    return example if len(positions) == len(example.contexts) else showing(example, positions)
