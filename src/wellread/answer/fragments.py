"""A fragment ("for part-timers", "Berlin", "the trial period") takes its place in the question before it."""

from collections.abc import Sequence

from wellread.answer.question_words import AUXILIARIES, DETERMINERS, PERSONAL, PREPOSITIONS, Word, words_of
from wellread.answer.subject import subject

_ARTICLES = frozenset("a an the my our your".split())


def insert_fragment(question: str, fragment: str) -> str:
    """`question` asked of what `fragment` names.

    A phrase with the same preposition is replaced ("for managers" by "for part-timers"), then words that end alike
    ("maternity leave" by "paternity leave"), a name by a name, a year by a year, what stands behind "for", and the
    subject. A name, a year or a plural that replaces nothing is added behind "for".
    """
    said, words = words_of(fragment), words_of(question)
    if not said or not words:
        return question
    if said[0].low in PREPOSITIONS:
        fragment = fragment[:1].lower() + fragment[1:]
        span = _phrase(words, said[0].low, said)
        return _cut(question, span, fragment) if span else _append(question, fragment)
    kind = _kind(said)
    span = _ending_alike(words, said[-1].low) or (_last_of_kind(words, kind) if kind != "word" else None)
    if span:
        return _cut(question, span, fragment)
    if phrase := _phrase(words, "for", said):
        return _cut(question, phrase, f"for {fragment}")
    if kind != "word" or (said[-1].low.endswith("s") and not said[-1].low.endswith("ss")):
        return _append(question, f"for {fragment}")
    about = subject(question)
    return question.replace(about, fragment, 1) if about else _append(question, f"for {fragment}")


def _phrase(words: Sequence[Word], preposition: str, said: Sequence[Word]) -> tuple[int, int] | None:
    """The last phrase of `preposition` that holds the same kind of thing: characters from and to."""
    for at in range(len(words) - 1, -1, -1):
        if words[at].low != preposition:
            continue
        last = at
        while last + 1 < len(words) and not words[last].closes and not _ends_phrase(words[last + 1]):
            last += 1
        inner = words[at + 1 : last + 1]
        if any(word.is_content for word in inner) and _kind(inner) == _kind(said):
            return words[at].start, words[last].end
    return None


def _ends_phrase(word: Word) -> bool:
    return word.low in PREPOSITIONS | AUXILIARIES | PERSONAL


def _ending_alike(words: Sequence[Word], head: str) -> tuple[int, int] | None:
    for at in range(len(words) - 1, -1, -1):
        if words[at].low != head or not words[at].is_subject:
            continue
        first = at
        while first and words[first - 1].is_subject and not words[first - 1].closes:
            first -= 1
        if first == at and first >= 2 and words[first - 1].low == "of":
            return words[at].start, words[at].end
        if first and words[first - 1].low in _ARTICLES:
            first -= 1
        return words[first].start, words[at].end
    return None


def _last_of_kind(words: Sequence[Word], kind: str) -> tuple[int, int] | None:
    for at in range(len(words) - 1, 0, -1):
        if _kind(words[at : at + 1]) != kind or not words[at].is_content:
            continue
        first = at
        while first > 1 and kind == "name" and _kind(words[first - 1 : first]) == kind:
            first -= 1
        return words[first].start, words[at].end
    return None


def _kind(words: Sequence[Word]) -> str:
    naming = [word for word in words if word.is_content and word.low not in DETERMINERS]
    if any(character.isdigit() for word in naming for character in word.low):
        return "number"
    return "name" if any(word.is_capitalised for word in naming) else "word"


def _cut(question: str, span: tuple[int, int], fragment: str) -> str:
    return question[: span[0]] + fragment + question[span[1] :]


def _append(question: str, fragment: str) -> str:
    body = question.rstrip(" ?!.")
    return f"{body} {fragment}{question[len(body) :].strip() or '?'}"
