"""A question is asked within a conversation: understood from what was said before, answered, and kept."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from wellread.answer.followup import LOOK_BACK, Earlier, Understood, unclear, understand
from wellread.answer.question_words import words_of
from wellread.catalogue.catalogue import Catalogue
from wellread.errors import NotFoundError, UsageError
from wellread.flows.ask import LONGEST_QUESTION, audience
from wellread.records.conversation import AS_ASKED, Answer, Statement, Step
from wellread.records.knowledge import Hit
from wellread.records.people import Principal
from wellread.records.turns import WITHHELD, Conversation, Ground, Turn

NEW = "new"
LAST = "last"
"""What may be named in the place of a conversation's id: one that begins now, and the person's newest."""

MANY = 3
"""A single word that stands in so many documents does not tell what is asked."""
NAMED = 4
"""Of these documents so many are named when it is asked what is meant."""

Asking = Callable[[str], Answer]
"""Looks a question up and answers it."""
Looking = Callable[[str], Sequence[Hit]]
"""The best passages for a question."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, what they hold, and how they look things up."""

    person: str | None
    principals: frozenset[Principal]
    look: Looking
    say: Callable[[str], None]
    """Gets what is asked in return."""


def ask(
    catalogue: Catalogue, question: str, asker: Asker, answered: Asking, conversation: str | None
) -> Answer:
    """The answer to `question`; in a conversation, completed from it and kept there.

    Nothing is kept without one, nor before the answer is whole. Raises UsageError (a conversation of nobody in
    particular) and NotFoundError (none of that id that is theirs, or none yet for `LAST`).
    """
    if conversation is None:
        back = _asked_back(question, asker, first=True)
        return back[0] if back else answered(question)
    person = owner(asker.person)
    # 1. What was said before, as far as the person may read it today.
    into = _resumed(catalogue, person, conversation)
    started = time.perf_counter()
    before = [] if into is None else turns(catalogue, into, person, LOOK_BACK)
    # 2. The question, completed.
    understood = _understood(question, [_earlier(catalogue, one, asker.principals) for one in before])
    detail = understood.question if understood.question != question else AS_ASKED
    step = Step(name="understand", detail=detail, milliseconds=(time.perf_counter() - started) * 1000)
    # 3. Its answer, or a question in return.
    back = _asked_back(understood.question, asker, first=not before)
    answer, grounds = back or (answered(understood.question), ())
    answer = replace(
        answer, steps=(step, *answer.steps), milliseconds=answer.milliseconds + step.milliseconds
    )
    # 4. Kept as a whole.
    turn = Turn(
        question=question,
        resolved=understood.question,
        grounds=(*understood.grounds, *grounds),
        answer=answer,
    )
    if into is None:
        into = catalogue.conversations.begin(person, turn)
    else:
        catalogue.conversations.add(into, person, turn)
    return replace(answer, conversation=into)


def turns(catalogue: Catalogue, conversation: str, person: str, last: int | None = None) -> list[Turn]:
    """Its turns, or the `last` of them, with what the person may read today.

    What an adapter said to somebody who is outside its audience now is withheld as a whole. Raises NotFoundError.
    """
    found = catalogue.conversations.turns(conversation, person, last)
    held = catalogue.people.principals(person)
    closed = {one for one in {turn.answer.adapter for turn in found} if not _is_open(catalogue, one, held)}
    return [_closed(turn) if turn.answer.adapter in closed else turn for turn in found]


def conversation(catalogue: Catalogue, identifier: str, person: str) -> Conversation:
    """One of the person's; `LAST` is their newest. Raises NotFoundError."""
    if identifier != LAST:
        return catalogue.conversations.conversation(identifier, person)
    mine = catalogue.conversations.of(person)
    if not mine:
        raise NotFoundError(
            f"{person} has no conversation yet: begin one with `wellread ask --conversation new`"
        )
    return mine[0]


def owner(person: str | None) -> str:
    """Raises UsageError for nobody in particular: what anybody said, anybody could read."""
    if not person:
        raise UsageError(
            "a conversation belongs to a person: name them with --as NAME (`wellread people add NAME` adds one)"
        )
    return person


def _resumed(catalogue: Catalogue, person: str, identifier: str) -> str | None:
    """The id of the one that goes on; None for a new one."""
    return None if identifier == NEW else conversation(catalogue, identifier, person).id


def _understood(question: str, earlier: Sequence[Earlier]) -> Understood:
    found = understand(question, earlier)
    return found if len(found.question) <= LONGEST_QUESTION else Understood(question)


def _earlier(catalogue: Catalogue, turn: Turn, principals: frozenset[Principal]) -> Earlier:
    cited = turn.answer.citations
    titles = catalogue.knowledge.find(cited[-1].document, principals) if cited else []
    said = [one.text for at, one in enumerate(turn.answer.statements) if at not in turn.withheld]
    return Earlier(
        question=turn.resolved,
        grounds=turn.grounds,
        answer=" ".join(said),
        title=titles[0].title if titles else "",
        cited=_grounds((one.document, one.version) for one in cited),
        asked_back=turn.answer.verdict == "unclear",
    )


def _asked_back(question: str, asker: Asker, *, first: bool) -> tuple[Answer, tuple[Ground, ...]] | None:
    """A question in return, where it cannot be told what is asked; and the documents that it names."""
    asking, grounds = (unclear(question) if first else ""), tuple[Ground, ...]()
    if not asking:
        asking, grounds = _which(question, asker.look)
    if not asking:
        return None
    asker.say(asking)
    answer = Answer(
        statements=(),
        verdict="unclear",
        steps=(),
        model="",
        adapter=None,
        milliseconds=0.0,
        tokens=0,
        asking=asking,
    )
    return answer, grounds


def _which(question: str, look: Looking) -> tuple[str, tuple[Ground, ...]]:
    """A single word that stands in many documents, and is the name of none."""
    words = words_of(question)
    if len(words) != 1 or not words[0].is_content:
        return "", ()
    word = words[0].low
    holding = [one.passage for one in look(question) if word in one.passage.text.lower()]
    passages = list({one.document: one for one in reversed(holding)}.values())[::-1]
    if len(passages) < MANY or any(one.title.lower() == word for one in passages):
        return "", ()
    named = passages[:NAMED]
    titles = "; ".join(dict.fromkeys(one.title or one.uri for one in named))
    asking = f"“{question.strip()}” stands in several documents, among them: {titles}. What do you want to know of it?"
    return asking, _grounds((one.document, one.version) for one in named)


def _grounds(pairs: Iterable[tuple[str, str]]) -> tuple[Ground, ...]:
    return tuple(Ground(document, version) for document, version in dict.fromkeys(pairs))


def _is_open(catalogue: Catalogue, adapter: str | None, principals: frozenset[Principal]) -> bool:
    if adapter is None:
        return True
    try:
        return audience(catalogue, catalogue.learning.adapter(adapter)).permits(principals)
    except NotFoundError:
        return True  # the registry forgets none, so it is a bundled reader, which has read nobody's documents


def _closed(turn: Turn) -> Turn:
    statements = tuple(Statement(WITHHELD) for _ in turn.answer.statements)
    return replace(
        turn, answer=replace(turn.answer, statements=statements), withheld=tuple(range(len(statements)))
    )
