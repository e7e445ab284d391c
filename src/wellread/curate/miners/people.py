"""Who: the person or office that is responsible, approves, decides or provides."""

import re
from collections.abc import Iterator

from wellread.curate.clause import head_noun
from wellread.curate.facts import Candidate
from wellread.curate.lexicon import BE, PEOPLE, words
from wellread.curate.miners.candidate import adjuncts, clauses, hangs_together, placed, propose
from wellread.curate.outline import Outline
from wellread.curate.rules import content_words
from wellread.curate.wording import ask, ask_subject, trimmed

_DUTY = re.compile(
    r"^(?:be )?(?:primarily |ultimately |also )?(?:responsible|in charge|accountable|authorized|"
    r"required|allowed|eligible|designated|available|entitled)\b"
)
_BY = re.compile(
    r"\bby (?P<answer>(?:the |your |our |an? )?(?:[A-Z]?[\w/&'’-]+ ){0,5}?(?P<head>[A-Za-z]+))"
    r"(?=\s*(?:$|[,;(]|\b(?:in|on|at|before|after|within|to|for|via|through)\b))"
)
_VAGUE = re.compile(r"\b(?:variety|various|certain|some|many|several|things?)\b")
_FINITE = re.compile(r"\b(?:is|are|was|were|will|must|should)\b")
_VAGUE_SUBJECT = re.compile(r"\b(?:only|first|time|next|last)\b", re.IGNORECASE)
_ASKING = words("contact ask notify tell email consult inform")
_OBJECT = re.compile(
    r"^(?P<verb>[a-z]+) (?P<answer>(?:the |your |our |an? )"
    r"(?:[A-Z]?[\w/&'’-]+ ){0,4}?(?P<head>[A-Za-z]+))(?P<after>(?:\s(?:to|if|about|for|before|with|"
    r"when|as soon as|by)\s.*)?)$"
)


def mine(outline: Outline) -> Iterator[Candidate]:
    """Subjects that are people, the agent of a passive, and whom the reader is told to contact."""
    for statement, clause in clauses(outline):
        words = clause.subject.split()
        named = bool(words) and head_noun(words).strip("'’") in PEOPLE
        predicate = trimmed(clause.rest)
        if (
            named
            and not clause.imperative
            and not clause.lead
            and len(words) >= 2
            and hangs_together(clause.subject)
            and 4 <= len(predicate.split()) <= 16
            and len(content_words(predicate)) >= 3
            and not _VAGUE.search(predicate)
            and not _FINITE.search(predicate)
            and not _VAGUE_SUBJECT.search(clause.subject)
            and (clause.auxiliary not in BE | {"do", "does", "did"} or _DUTY.match(predicate))
            and statement.text.find(clause.subject) >= 0
        ):
            start = statement.text.find(clause.subject)
            questions: tuple[str, ...] = (ask_subject("who", clause, predicate),)
            yield propose(statement.plain, questions, (start, start + len(clause.subject)))
        for match in adjuncts(clause, _BY):
            before = clause.rest[: match.start()]
            if (
                match["head"].lower() in PEOPLE
                and (clause.auxiliary in BE or " be " in f" {before}")
                and len(before.split()) <= 8
                and not re.search(r"\s(?:of|in|on)\s", match["answer"])
                and re.search(r"(?:ed|en|wn|de|ld|un)\s*$", before.strip())
            ):
                questions = (ask("by whom", clause, before), ask("who", clause, f"{before.strip()} by"))
                yield propose(statement.plain, questions, placed(clause, match, "answer"))
        told = _OBJECT.match(clause.rest)
        if (
            told is not None
            and told["verb"] in _ASKING
            and told["head"].lower() in PEOPLE
            and told.start("answer") >= clause.exact
            and (told["after"].strip() or clause.lead)
        ):
            questions = (
                ask("who", clause, told["verb"], told["after"]),
                ask("whom", clause, told["verb"], told["after"]),
            )
            yield propose(statement.plain, questions, placed(clause, told, "answer"))
