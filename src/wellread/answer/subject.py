"""What a question is about, told by the places of its small words; no grammar is known beside these."""

from collections.abc import Sequence

from wellread.answer.question_words import AUXILIARIES, DETERMINERS, PERSONAL, Word, words_of

_JOINING = frozenset("of for in at on with".split())
_COPULAS = frozenset("is are was were am".split())
_MANY = frozenset(
    "children people men women staff personnel everyone everybody anyone somebody someone".split()
)
_KEPT_ARTICLES = frozenset("the a an my our your".split())


def subject(question: str) -> str:
    """The words that name what `question` is about, as they stand there; "" when it names nothing.

    The longest run of naming words counts, with what hangs on it: "How long is the notice period for managers?" is
    about "the notice period for managers".
    """
    words = words_of(question)
    runs = _runs(words)
    if not runs:
        return ""
    first, last = max(runs, key=lambda run: (run[1] - run[0], -run[0]))
    first, last = _with_what_hangs_on(words, runs, first, last)
    if first and words[first - 1].low in _KEPT_ARTICLES:
        first -= 1
    return question[words[first].start : words[last].end]


def _runs(words: Sequence[Word]) -> list[tuple[int, int]]:
    """First and last of every run of words that may name the subject."""
    runs: list[tuple[int, int]] = []
    for at, word in enumerate(words):
        if not word.is_subject or is_verb(words, at):
            continue
        if runs and runs[-1][1] == at - 1 and not words[at - 1].closes:
            runs[-1] = runs[-1][0], at
        else:
            runs.append((at, at))
    return runs


def is_verb(words: Sequence[Word], at: int) -> bool:
    """Whether it stands where a verb does, with more to come: behind "who", "I", "to" and the like, and between a noun
    and its object ("must visitors wear a badge")."""
    if at == 0 or at == len(words) - 1:
        return False
    before = words[at - 1].low
    takes_object = words[at + 1].low in _KEPT_ARTICLES and at >= 2 and words[at - 1].is_subject
    if takes_object and words[at - 2].low in AUXILIARIES - _COPULAS:
        return True
    return before in {"who", "what", "to", "cannot"} or before in PERSONAL


def _with_what_hangs_on(
    words: Sequence[Word], runs: Sequence[tuple[int, int]], first: int, last: int
) -> tuple[int, int]:
    """Grown over "days of annual leave" and "notice period for managers"."""
    starts, ends = dict(runs), {end: start for start, end in runs}
    while True:
        behind = last + 2 if last + 2 in starts else last + 3
        joined = [word.low for word in words[last + 1 : behind]]
        if behind in starts and joined and joined[0] in _JOINING and set(joined[1:]) <= DETERMINERS:
            if words[last].closes:
                return first, last
            last = starts[behind]
            continue
        if first >= 2 and words[first - 1].low == "of" and first - 2 in ends:
            first = ends[first - 2]
            continue
        return first, last


def names_something_before(words: Sequence[Word], at: int, *, plural: bool) -> bool:
    """Whether a word before `words[at]` can be what that pronoun stands for."""
    found = within = False  # within: behind a determiner, up to the next verb
    for place, word in enumerate(words[:at]):
        if word.low in DETERMINERS:
            within = within or word.low != "what" or _opens_a_noun(words, place)
        elif word.low in AUXILIARIES or word.low in PERSONAL:
            within = False
        elif word.is_subject and not is_verb(words, place):
            found = found or within or _stands_by_itself(word, place, plural=plural)
    return found


def _opens_a_noun(words: Sequence[Word], place: int) -> bool:
    return place + 1 < len(words) and words[place + 1].is_subject


def _stands_by_itself(word: Word, place: int, *, plural: bool) -> bool:
    """A name, or for "they" a word that may be a plural, and is no verb behind "who"."""
    if word.is_capitalised and place > 0:
        return True
    looks_plural = word.low in _MANY or (word.low.endswith("s") and not word.low.endswith(("ss", "us", "is")))
    return plural and looks_plural and place > 0
