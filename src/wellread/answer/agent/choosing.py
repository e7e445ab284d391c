"""Questions whose answer is one of two things they name, or a yes for both: decided by what the documents of both say.

"Which is older, the Elm Bank or the Oak Bank?" is not written anywhere; 1904 and 1911 are. A reader that copies words
cannot answer it. So the two documents are found by their names, the value that is asked for is read from each, and
both are compared. Where it cannot be told, nothing is decided, and the passages are read as ever. That something is
not said of one of them never becomes a "no".
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wellread.answer.agent.named import ONE, plain
from wellread.answer.cite import cite
from wellread.records.conversation import Citation
from wellread.records.knowledge import Passage
from wellread.retrieve.evidence import words_of
from wellread.retrieve.linked import bare
from wellread.screen.sentences import sentences
from wellread.screen.values import Value, day_of, values

ENOUGH = 0.6
MARGIN = 0.2
"""Of the words that describe one of two things: what must stand with it, and how much more than with the other."""
_EARLIER = r"older|oldest|elder|eldest|earlier|earliest|first|before|longer ago"
_LATER = r"younger|youngest|later|latest|newer|newest|last|most recent(?:ly)?|more recent(?:ly)?|after"
_MORE = (
    r"more|most|larger|largest|bigger|biggest|higher|highest|taller|tallest|longer|longest|greater|greatest|wider|"
    r"widest|deeper|deepest|heavier|heaviest|numerous|farther|farthest|costlier|dearer"
)
_LESS = r"fewer|fewest|less|least|smaller|smallest|lower|lowest|shorter|shortest|narrower|lighter|cheaper|cheapest"
_ARTICLE = r"(?:the\s+|a\s+|an\s+)?"
_PLACE = r"(?:,\s+[A-Z]\w+(?:\s+[A-Z]\w+)?)??"
_OR = re.compile(rf"{_ARTICLE}(?P<one>{ONE}),?\s+or\s+{_ARTICLE}(?P<other>{ONE})")
_AND = re.compile(rf"{_ARTICLE}(?P<one>{ONE}){_PLACE}\s+and\s+{_ARTICLE}(?P<other>{ONE}){_PLACE}")
_ASKS = words_of(
    "which what who whom whose where when how is are was were be do does did have has had can could both all either "
    "one of them these those in on at from by considered called"
)
_YES_OR_NO = re.compile(r"(?:Are|Were|Is|Was|Do|Does|Did|Have|Has|Had|Can|Could)\b")
_OF_BOTH = re.compile(r"\bboth\b")
_BEGINS = re.compile(
    r"born|found\w*|form\w*|establish\w*|publish\w*|releas\w*|open\w*|creat\w*|start\w*|began|launch\w*|built|"
    r"premier\w*|issued|signed|effective|introduc\w*"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided, the sentences it rests on, and how it was worked out."""

    answer: str
    citations: tuple[Citation, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two, and its passages."""

    name: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a passage tells of a side: a size by which it can be compared, and where it stands."""

    size: float
    text: str
    kind: str
    citation: Citation


def choose(question: str, passages: Sequence[Passage]) -> Choice | None:
    """One of the two that `question` offers, or a yes to what it asks of both; None where it asks for neither, or the
    passages of both do not tell."""
    if match := _OR.search(question):
        sides = [_side(match[name], passages) for name in ("one", "other")]
        rest = question[: match.start()] + " " + question[match.end() :]
        return _one_of(sides, rest) if all(side.passages for side in sides) else None
    if _YES_OR_NO.match(question) and _OF_BOTH.search(question) and (match := _AND.search(question)):
        sides = [_side(match[name], passages) for name in ("one", "other")]
        rest = question[match.end() :]
        return _true_of_both(sides, rest) if all(side.passages for side in sides) else None
    return None


def _side(name: str, passages: Sequence[Passage]) -> _Side:
    """The passages of the documents that are called so; failing such, of those whose name has all its words."""
    wanted = words_of(plain(name))
    called = [one for one in passages if words_of(bare(one.title)) == wanted or words_of(one.title) == wanted]
    near = [one for one in passages if wanted and wanted <= words_of(f"{one.title} {one.text[:120]}")]
    return _Side(plain(name), tuple(called or near[:1]))


def _one_of(sides: Sequence[_Side], rest: str) -> Choice | None:
    asked = rest.lower()
    if re.search(r"\bliv(?:ed|es)\b.*\blonger\b|\blonger\b.*\blife\b", asked):
        return _greater(sides, _years_lived, more=True)
    in_time = _found(_EARLIER, asked) or _found(_LATER, asked)
    if in_time and not re.search(
        rf"\b(?:{_MORE}|{_LESS})\b", asked.replace("most recent", "").replace("more recent", "")
    ):
        return _greater(sides, lambda side: _day(side, asked), more=_found(_LATER, asked))
    if _found(_MORE, asked) or _found(_LESS, asked):
        things = words_of(asked)
        return _greater(sides, lambda side: _amount(side, things), more=not _found(_LESS, asked))
    return _described(sides, rest)


def _greater(sides: Sequence[_Side], read: Callable[[_Side], _Told | None], *, more: bool) -> Choice | None:
    one, other = (read(side) for side in sides)
    if not one or not other or one.kind != other.kind or one.size == other.size:
        return None
    first = (one.size > other.size) == more
    said = f"{sides[0].name}: {one.text}; {sides[1].name}: {other.text}"
    return Choice(sides[0 if first else 1].name, (one.citation, other.citation), said)


def _described(sides: Sequence[_Side], rest: str) -> Choice | None:
    """The one whose passages have more of the words that the question describes it by."""
    wanted = _asked_of(rest, sides)
    shares = [_best_share(side, wanted) for side in sides]
    place = 0 if shares[0][0] > shares[1][0] else 1
    if shares[place][0] < ENOUGH or shares[place][0] - shares[1 - place][0] < MARGIN:
        return None
    told = f"{shares[place][0]:.0%} of the description stands with {sides[place].name}"
    return Choice(sides[place].name, (shares[place][1],), told)


def _true_of_both(sides: Sequence[_Side], rest: str) -> Choice | None:
    """Whether all that is asked is said of each."""
    wanted = _asked_of(rest, sides)
    shares = [_best_share(side, wanted) for side in sides]
    if not wanted or any(share < 1 for share, _ in shares):
        return None
    told = f"all of it is said of {sides[0].name} and of {sides[1].name}"
    return Choice("yes", tuple(one for _, one in shares), told)


def _asked_of(rest: str, sides: Sequence[_Side]) -> frozenset[str]:
    """What a question asks, without the words that only ask, and without the names."""
    return words_of(rest) - _ASKS - words_of(" ".join(side.name for side in sides))


def _best_share(side: _Side, wanted: frozenset[str]) -> tuple[float, Citation]:
    """Of `wanted`, what the side's best passage has, and its sentence that has most."""
    best = max(side.passages, key=lambda one: len(wanted & words_of(f"{one.title}\n{one.text}")))
    spans = sentences(best.text) or [(0, len(best.text))]
    start, end = max(spans, key=lambda span: len(wanted & words_of(best.text[span[0] : span[1]])))
    return len(wanted & words_of(f"{best.title}\n{best.text}")) / (len(wanted) or 1), cite(best, start, end)


def _day(side: _Side, asked: str) -> _Told | None:
    """The first day of its passages: of a sentence that tells of a beginning as the question does, else of any."""
    verbs = {match[:4] for match in _BEGINS.findall(asked)}
    found = [(told, sentence) for told, sentence in _told(side, lambda value: day_of(value) is not None)]
    if not found:
        return None
    fitting = [told for told, sentence in found if any(verb in sentence.lower() for verb in verbs)]
    return fitting[0] if fitting else found[0][0]


def _years_lived(side: _Side) -> _Told | None:
    days = [told for told, _ in _told(side, lambda value: day_of(value) is not None)][:2]
    if len(days) < 2:
        return None
    lived = days[1].size - days[0].size
    return _Told(lived, f"{days[0].text} to {days[1].text}", "days lived", days[0].citation)


def _amount(side: _Side, things: frozenset[str]) -> _Told | None:
    """The amount in the sentence that speaks most of `things`, and of one of them at least."""
    found = list(
        _told(
            side, lambda value: value.kind not in ("date", "year", "month", "time", "url", "email", "phone")
        )
    )
    if not found:
        return None
    told, sentence = max(found, key=lambda one: len(things & words_of(one[1])))
    return None if things.isdisjoint(words_of(sentence)) else told


def _told(side: _Side, wanted: Callable[[Value], bool]) -> list[tuple[_Told, str]]:
    """Every value of a side that is `wanted`, with its sentence, in text order."""
    found = []
    for passage in side.passages:
        for start, end in sentences(passage.text):
            sentence = passage.text[start:end]
            for value in values(sentence):
                if wanted(value) and (size := _size(value)) is not None:
                    kind = "day" if day_of(value) else value.kind
                    text = " ".join(sentence[value.start : value.end].split())
                    found.append((_Told(size, text, kind, cite(passage, start, end)), sentence))
    return found


def _size(value: Value) -> float | None:
    if day := day_of(value):
        return float(day.toordinal())
    try:
        return float(value.amount)
    except ValueError:
        return None


def _found(words: str, text: str) -> bool:
    return re.search(rf"\b(?:{words})\b", text) is not None
