"""What each kind of finding is called in front of people, and why one looks for it."""

from dataclasses import dataclass

from wellread.records.quality import Confidence, Kind


@dataclass(frozen=True, slots=True)
class Called:
    """A kind of finding in words."""

    title: str
    meaning: str


CALLED: dict[Kind, Called] = {
    "exposed": Called(
        "Restricted words in an open document",
        "Words of a document that few may read also stand where more may read them.",
    ),
    "contradiction": Called(
        "Contradictions",
        "The same statement with different values, or said by one document and denied by another.",
    ),
    "expired": Called("Past its date", "Sentences whose own dates are over."),
    "duplicate": Called("Copies", "Documents that are the same, or nearly."),
    "version": Called("Versions of one text", "Documents that share half of their words or more."),
    "contained": Called(
        "Parts of another document", "Documents that stand, nearly whole, inside a larger one."
    ),
    "broken_link": Called("Broken links", "Links to a document or heading that is not there."),
    "placeholder": Called("Unfinished", "Words that somebody meant to replace."),
    "unreadable": Called("Could not be read", "Items of a source that no text was got from."),
    "empty": Called("Empty", "Documents without text."),
    "stale": Called("Long unchanged", "Old documents beside newer ones, and earlier editions."),
    "unstructured": Called(
        "Without structure", "Long documents without headings, tables without the names of columns."
    ),
}
"""In the order of the report: what weighs most comes first."""

SURE: dict[Confidence, str] = {
    "certain": "follows from the words alone",
    "likely": "by a rule that is seldom wrong",
    "possible": "for a person to judge",
}
