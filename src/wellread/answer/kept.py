"""Answers that were given, kept for whoever asks the same while nothing has changed.

An answer follows from the question, from what its asker may read, from who reads, and from the knowledge. All four are
compared: the first three are the key, and a change of the fourth forgets every answer. So none crosses from one set of
permissions to another, and none outlives a change, a withdrawn permission or an erasure.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from wellread.records.conversation import Answer, Step
from wellread.records.people import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an answer depends on besides the knowledge."""

    question: str
    principals: frozenset[Principal]
    reader: Hashable
    """Of the models and limits that answer."""
    way: Hashable
    """How it is looked up: the mode and its limits, the moment that is asked about."""


class KeptAnswers:
    """The answers asked for last, in memory alone. Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        """`most` answers are kept; with 0 none is."""
        self._most = most
        self._lock = threading.Lock()
        self._of: Hashable = None
        self._answers: OrderedDict[Asked, Answer] = OrderedDict()

    def answer(
        self,
        asked: Asked,
        knowledge: Callable[[], Hashable],
        make: Callable[[], Answer],
        emit: Callable[[str], None],
    ) -> Answer:
        """The answer that was kept, given to `emit` as a whole, or that of `make`, which emits by itself.

        `knowledge` tells a value that differs after any change. What changes while `make` is at work is noticed: then
        nothing is kept.
        """
        if not self._most:
            return make()
        started = time.perf_counter()
        now = knowledge()
        with self._lock:
            if now != self._of:
                self._answers.clear()
                self._of = now
            found = self._answers.get(asked)
            if found:
                self._answers.move_to_end(asked)
        if found:
            emit(found.text)
            return _again(found, (time.perf_counter() - started) * 1000)
        made = make()
        after = knowledge()
        with self._lock:
            if now == after == self._of:
                self._answers[asked] = made
                if len(self._answers) > self._most:
                    self._answers.popitem(last=False)
        return made


def _again(found: Answer, milliseconds: float) -> Answer:
    step = Step(
        name="kept",
        detail="answered before; nothing has changed since",
        milliseconds=milliseconds,
    )
    return replace(found, steps=(step,), milliseconds=milliseconds, tokens=0)
