"""What something is or means."""

import re
from collections.abc import Iterator

from wellread.curate.facts import Candidate
from wellread.curate.lexicon import PEOPLE, words
from wellread.curate.miners.candidate import clauses, hangs_together, propose
from wellread.curate.outline import Outline, Statement
from wellread.curate.wording import finished

_MEANS = re.compile(
    r"^(?:The term )?[\"“]?(?P<term>[A-Za-z][\w\s/'’&-]{1,48}?)[\"”]? (?P<verb>(?<!\ba )means|"
    r"refers to|stands for|is defined as|is short for) (?P<answer>[^;:()]+?)[.]?$"
)
_KIND = re.compile(r"^(?P<answer>(?:a|an|the|our|one of)\s.+)$", re.DOTALL)
_LIST = re.compile(r",\s[^,]{1,40},?\s(?:and|or)\b|,\s(?:and|or)\b")
_GOES_ON = re.compile(r"\s?\([^()]*\)\s*\w")
_GENERIC = words(
    """goal goals purpose best first next result answer only main process idea problem thing rule key
    reason question way following step part one default point exception example"""
)


def mine(outline: Outline) -> Iterator[Candidate]:
    """`X means Y`, and `X is a Y` where X has a name."""
    for statement in outline.statements:
        yield from _meanings(statement)
    for statement, clause in clauses(outline):
        match = _KIND.match(clause.rest)
        subject = clause.subject
        words = subject.split()
        if match is None or clause.auxiliary not in ("is", "are") or clause.lead or not 1 <= len(words) <= 5:
            continue
        if (
            words[-1].lower() in _GENERIC | PEOPLE
            or subject.lower() in ("you", "we", "i")
            or _refers_back(words)
        ):
            continue
        if words[0].lower().endswith("ing") or words[0].lower() in ("each", "any", "all"):
            continue
        end = _defined(match["answer"])
        if end is None:
            continue
        name = (
            words[0].lower() in ("the", "a", "an") and f"{words[0].lower()} {' '.join(words[1:])}"
        ) or subject
        questions: tuple[str, ...] = (
            finished(f"what {clause.auxiliary} {name}"),
            f"Can you explain what {name} {clause.auxiliary}?",
        )
        yield propose(statement.plain, questions, (clause.shift, clause.shift + end))


def _refers_back(words: list[str]) -> bool:
    """`The form` is whichever form was spoken of; `The Writing Lab` is a name."""
    return words[0].lower() in ("the", "your", "our", "my") and not any(
        word[:1].isupper() for word in words[1:]
    )


def _defined(text: str) -> int | None:
    """Where the defining phrase ends: at the end of the sentence, or before an aside."""
    aside = re.search(r"\s?[;(:]|,\s|\s[-–—]\s|—|\.\s", text)
    if aside is not None and (_LIST.match(text, aside.start()) or _GOES_ON.match(text, aside.start())):
        return None
    end = aside.start() if aside else len(text)
    return end if 4 <= len(text[:end].split()) <= 20 else None


def _meanings(statement: Statement) -> Iterator[Candidate]:
    match = _MEANS.match(statement.text)
    if match is None or _refers_back(match["term"].split()) or not hangs_together(match["term"]):
        return
    term = match["term"]
    if match["verb"] in ("stands for", "is short for"):
        questions: tuple[str, ...] = (f"What does {term} stand for?", f"What is {term} short for?")
    elif len(match["answer"].split()) >= 3 and not re.match(r"(?:you|that|we|it|they|to)\b", match["answer"]):
        questions = (f"What does {term} mean?", f"What is meant by {term}?", f"How is {term} defined?")
    else:
        return
    if term.split()[0].lower() not in ("this", "it", "that", "which", "these", "there"):
        yield propose(statement.plain, questions, match.span("answer"))
