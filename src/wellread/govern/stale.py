"""Documents that have not been changed for long, beside others that have."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from statistics import median

from wellread.govern.duplicates import Pair
from wellread.govern.shelf import Kept
from wellread.records.quality import Finding

OLD = 2 * 365
"""Days without a change from which on a document may be stale."""
_APART = 365
"""Days by which a document that shares words must be newer."""
_ONE_DAY = 0.5
"""Share of a source's documents with one date from which on its dates are those of a copy and say nothing."""
_SHARED = 0.1
"""Share of its own words that a document must share with a newer one to overlap with it."""


def stale(documents: Sequence[Kept], pairs: Sequence[Pair], today: date) -> Iterator[Finding]:
    """Documents unchanged for two years on `today` that either overlap with a newer one or are far older than the rest
    of their source. Sources whose dates say nothing are passed over; `without_dates` names them."""
    silent = set(without_dates(documents))
    ages = {one.number: age for one in documents if (age := _age(one, today)) is not None}
    of_source: dict[str, list[int]] = defaultdict(list)
    for one in documents:
        if one.number in ages:
            of_source[one.concerned.source].append(ages[one.number])
    newer = _newer(documents, pairs, ages)
    for one in documents:
        age = ages.get(one.number, 0)
        if age < OLD or one.concerned.source in silent or not one.words:
            continue
        usual = median(of_source[one.concerned.source])
        beside = newer.get(one.number)
        if beside is not None:
            yield _finding(
                one, beside, age, f"“{beside.concerned.title}” shares words with it and was changed later"
            )
        elif age > 3 * usual and len(of_source[one.concerned.source]) > 10:
            yield _finding(one, None, age, f"half of its source was changed within {usual:,.0f} days")


def without_dates(documents: Sequence[Kept]) -> list[str]:
    """Sources most of whose documents were changed on one day, or at no known time."""
    days: dict[str, Counter[str]] = defaultdict(Counter)
    for one in documents:
        days[one.concerned.source][one.concerned.modified[:10]] += 1
    return sorted(
        source
        for source, counts in days.items()
        if counts.total() > 4 and (counts.most_common(1)[0][1] > counts.total() * _ONE_DAY)
    )


def _newer(documents: Sequence[Kept], pairs: Sequence[Pair], ages: dict[int, int]) -> dict[int, Kept]:
    found: dict[int, Kept] = {}
    for pair in pairs:
        if pair.share < _SHARED or pair.first not in ages or pair.second not in ages:
            continue
        old, new = sorted((pair.first, pair.second), key=lambda number: -ages[number])
        if ages[old] - ages[new] >= _APART:
            found.setdefault(old, documents[new])
    return found


def _age(one: Kept, today: date) -> int | None:
    try:
        return (today - date.fromisoformat(one.concerned.modified[:10])).days
    except ValueError:
        return None


def _finding(one: Kept, beside: Kept | None, age: int, reason: str) -> Finding:
    return Finding(
        kind="stale",
        confidence="possible",
        documents=(one.concerned, beside.concerned) if beside else (one.concerned,),
        because=f"Not changed for {age / 365.25:.1f} years, while {reason}.",
        advice="Let somebody who knows the matter confirm it, and note the date in it; or let it go.",
        figures={"days": age},
    )
