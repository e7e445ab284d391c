"""A dataset version: vetted rows, split by document, under the id of their content and the audience of
their documents."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from wellread.curate.split import split
from wellread.curate.vet import Row, leaks, vet
from wellread.errors import RefusedError
from wellread.records.identity import identify
from wellread.records.learning import SPLITS, DatasetVersion, Example, RefusedRow, Split
from wellread.records.people import Audience, Principal

ReadersOf = Callable[[str], Iterable[Principal]]
"""The readers of a document by its id."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A version and its rows."""

    version: DatasetVersion
    rows: tuple[tuple[Example, Split], ...]


def build(
    name: str,
    examples: Iterable[Example],
    readers_of: ReadersOf,
    *,
    seed: int = 0,
    held_out: Iterable[str] = frozenset(),
    refused: Sequence[RefusedRow] = (),
    numbers: Sequence[int] | None = None,
) -> Dataset:
    """Vet, split and name `examples`.

    `refused` are rows that earlier steps did not take; `numbers` are the rows' numbers in their file
    (default:
    from 1). Raises RefusedError when nothing is left to train on.
    """
    given = list(examples)
    numbered: list[Row] = list(zip(numbers or range(1, len(given) + 1), given, strict=True))
    vetted = vet(numbered)
    parts = split([example for _, example in vetted.kept], seed=seed, held_out=held_out)
    kept, late = _without_leaks(vetted.kept, parts.rows, parts.dropped)
    everything = sorted([*refused, *vetted.refused, *late], key=lambda one: one.row)
    counts = Counter(own for _, own in kept)
    if not counts["train"]:
        reasons = Counter(one.rule for one in everything).most_common(1)
        why = f"; most often refused: {reasons[0][0]}" if reasons else ""
        raise RefusedError(
            f"dataset {name!r} has no training row of {len(given) + len(refused)}{why}: "
            "add documents or rows that keep the rules"
        )
    documents = frozenset[str]().union(*(example.documents for example, _ in kept))
    version = DatasetVersion(
        id=dataset_id(kept),
        name=name,
        examples=len(kept),
        splits={own: counts[own] for own in SPLITS},
        audience=Audience.intersection(Audience.of(readers_of(one)) for one in sorted(documents)),
        documents=len(documents),
        refused=tuple(everything),
    )
    return Dataset(version, kept)


def dataset_id(rows: Iterable[tuple[Example, Split]]) -> str:
    """The same examples in the same splits are the same dataset, in whatever order."""
    return identify("dst", sorted((example.id, own) for example, own in rows))


def _without_leaks(
    vetted: Sequence[Row], rows: Sequence[tuple[Example, Split]], dropped: Sequence[Example]
) -> tuple[tuple[tuple[Example, Split], ...], list[RefusedRow]]:
    missing = {example.id for example in dropped}
    late = [
        RefusedRow(row=number, rule="shows only documents that are held out")
        for number, example in vetted
        if example.id in missing
    ]
    numbers = [number for number, example in vetted if example.id not in missing]
    leaking = leaks([(number, example, own) for number, (example, own) in zip(numbers, rows, strict=True)])
    late += [RefusedRow(row=number, rule=rule) for number, rule in leaking.items()]
    kept = tuple(row for number, row in zip(numbers, rows, strict=True) if number not in leaking)
    return kept, late
