"""Every miner by the name that its facts carry as their origin."""

from wellread.curate.miners import (
    acronyms,
    amounts,
    contacts,
    dates,
    definitions,
    durations,
    labels,
    people,
    places,
    questions,
    reasons,
    tables,
)
from wellread.curate.miners.candidate import Miner

MINERS: dict[str, Miner] = {
    "questions": questions.mine,
    "durations": durations.mine,
    "dates": dates.mine,
    "amounts": amounts.mine,
    "contacts": contacts.mine,
    "acronyms": acronyms.mine,
    "definitions": definitions.mine,
    "people": people.mine,
    "places": places.mine,
    "reasons": reasons.mine,
    "tables": tables.mine,
    "labels": labels.mine,
}
"""Most exact first: where two propose the same span, the first one's wording is taken."""
