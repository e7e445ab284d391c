"""Citations measured by the character: how much of what an answer cites is the evidence, and how much of it is cited.

A character is a letter or a digit. White space, punctuation and markup count for nothing, so a line break inside a
sentence, or a full stop more or less at its end, changes no figure. A character that two citations share counts once.

    citation precision = cited characters that lie in the evidence / cited characters
    citation recall    = cited characters that lie in the evidence / characters of the evidence

The evidence is looked for in the stored text that the citation's offsets point into: letter by letter, whatever the
case; if it does not stand there, once more without what only the source file has (targets of Markdown links, template
tags, HTML entities). Where it stands more than once in the document each place counts as evidence, and recall is that
of the place that is cited most. Where it stands nowhere, neither figure exists, and the question is counted as such.

A sentence can be on another page too, and the file names one. So two wider readings stand beside precision, both over
the same cited characters: those in the named document at all, and those in passages that carry the answer, whatever
their document: the gold stands there in whole words, or half of the evidence in one run (`citations.overlaps`).
"""

import html
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from wellread.evaluate.citations import overlaps
from wellread.evaluate.metrics import contains
from wellread.records.comparison import Question
from wellread.records.conversation import Answer, Citation
from wellread.records.evaluation import Cited

_ONLY_IN_THE_SOURCE = re.compile(r"\{[%{].*?[%}]\}|(?<=\])\((?:\{[%{].*?[%}]\}|[^()])*\)", re.DOTALL)
"""Template tags, and targets of Markdown links."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Texts:
    """Where stored text is had from; both for whoever asked, and None for what is not there or not theirs to read."""

    version: Callable[[str], str | None]
    """The text of a version of a document."""
    passage: Callable[[str], str | None]


def locate(evidence: str, text: str) -> list[Span]:
    """Every place of `evidence` in `text`, from its first letter to its last; none where it does not stand."""
    letters, places = _letters(text)
    for form in (evidence, _ONLY_IN_THE_SOURCE.sub("", html.unescape(evidence))):
        wanted, _ = _letters(form)
        found = [match.start() for match in re.finditer(re.escape(wanted), letters)] if wanted else []
        if found:
            return [(places[at], places[at + len(wanted) - 1] + 1) for at in found]
    return []


def count(question: Question, answer: Answer, named: Mapping[str, str], texts: Texts) -> Cited:
    """The characters that `answer` cites. `named` are the documents that the question means: their versions by id;
    empty where it names none, or none that the asker may read. Of a question without an answer every cited character
    is beside the evidence, as there is none."""
    cited = _cited(answer.citations)
    if question.answer is None:
        return Cited(characters=_size(cited), in_passage=0, in_document=0, in_evidence=0)
    bearing = _cited([one for one in answer.citations if carries(question, one, texts)])
    right = set(named.values()) | {one.version for one in answer.citations if one.document in named}
    places = _places(question.evidence, right if question.document else set(cited), texts)
    shares = [cited.get(version, set()) & place for version, place in places]
    covered, size = max(
        ((len(share), len(place)) for share, (_, place) in zip(shares, places, strict=True)), default=(0, 0)
    )
    return Cited(
        characters=_size(cited),
        in_passage=_size(bearing),
        in_document=sum(len(cited.get(version, ())) for version in right) if question.document else None,
        in_evidence=sum(map(len, shares)) if places else None,
        evidence=size if places else None,
        evidence_cited=covered if places else None,
    )


def carries(question: Question, citation: Citation, texts: Texts) -> bool:
    """Whether the passage that is cited carries the answer. Where the passage is gone, its quote stands for it."""
    text = texts.passage(citation.passage) or citation.quote
    if question.answer is not None and contains(text, question.answer):
        return True
    return question.evidence is not None and overlaps(question.evidence, text)


def _cited(citations: Collection[Citation]) -> dict[str, set[int]]:
    """Places of the cited characters, by version."""
    found: dict[str, set[int]] = {}
    for one in citations:
        found.setdefault(one.version, set()).update(_characters(one.quote, one.start))
    return found


def _places(evidence: str | None, versions: Collection[str], texts: Texts) -> list[tuple[str, set[int]]]:
    """Each place of the evidence, as its version and the places of its characters."""
    found = []
    for version in sorted(versions):
        text = texts.version(version)
        if text is not None and evidence:
            spans = locate(evidence, text)
            found += [(version, _characters(text[start:end], start)) for start, end in spans]
    return found


def _characters(text: str, start: int) -> set[int]:
    return {start + at for at, character in enumerate(text) if character.isalnum()}


def _letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits in one case, and where each stands in `text`."""
    found = [(letter, at) for at, character in enumerate(text) for letter in character.casefold()]
    kept = [(letter, at) for letter, at in found if letter.isalnum()]
    return "".join(letter for letter, _ in kept), [at for _, at in kept]


def _size(held: Mapping[str, Collection[int]]) -> int:
    return sum(map(len, held.values()))
