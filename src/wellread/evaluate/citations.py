"""Whether a citation shows what it should: the evidence, the answer, or at least the right document."""

from difflib import SequenceMatcher
from urllib.parse import unquote

from wellread.evaluate.metrics import contains
from wellread.evaluate.normalise import words
from wellread.records.comparison import Question
from wellread.records.conversation import Answer, Citation

OVERLAP = 0.5
"""Share of the shorter text's words, in one run, from which two texts overlap."""


def cited_right(question: Question, answer: Answer) -> bool | None:
    """Whether one citation of `answer` is right, by the strongest thing the question's row allows to check.

    1. A citation of another document than the one named is not right.
    2. With evidence: its quote overlaps the evidence, or contains the answer.
    3. Without evidence: its quote contains the answer, or the document was named (and, by 1, is the right
       one): an answer in other words than the document's cannot be looked for.

    None where there is nothing to judge: no gold answer, or a refusal.
    """
    if question.answer is None or not answer.answered:
        return None
    return any(shows_answer(question, citation) for citation in answer.citations)


def shows_answer(question: Question, citation: Citation) -> bool:
    """Rules 1 to 3 for one citation of a question that has an answer."""
    named = question.document
    if named is not None and not (same_document(named, citation.uri) or named == citation.document):
        return False
    if question.answer is not None and contains(citation.quote, question.answer):
        return True
    return overlaps(question.evidence, citation.quote) if question.evidence is not None else named is not None


def overlaps(one: str, other: str) -> bool:
    """Whether one run of words is at least half of the shorter text. Symmetric."""
    first, second = sorted((words(one), words(other)), key=lambda found: (len(found), found))
    if not first:
        return False
    run = SequenceMatcher(None, first, second, autojunk=False).find_longest_match().size
    return run >= OVERLAP * len(first)


def same_document(one: str, other: str) -> bool:
    """Whether two names can mean one document: equal, or one is the end of the other at a `/`.

    Questions files name documents by paths of their own ("leave/sick.md" for "file:///kb/leave/sick.md").
    """
    first, second = sorted((document_path(one), document_path(other)), key=len)
    return bool(first) and (first == second or second.endswith("/" + first))


def document_path(name: str) -> str:
    """A document's name with forward slashes, without `./`, fragment or percent-encoding."""
    path = unquote(name.strip().split("#", 1)[0]).replace("\\", "/")
    while path.startswith("./"):
        path = path[2:]
    return path.strip("/")
