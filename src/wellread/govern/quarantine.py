"""Who may see and decide on what is held back."""

from wellread.catalogue.catalogue import Catalogue
from wellread.catalogue.people import OPERATOR
from wellread.errors import NotAllowedError
from wellread.records.knowledge import SourceRecord
from wellread.records.people import principals
from wellread.records.quarantine import Hold, Verdict

OPTION = "released_by"
"""Of a source: who may decide on its held items, beside the operator."""


class Quarantine:
    """What is held, for one person, or for the operator (None), who may decide on all of it.

    A person may where a source's option `released_by` names one of their principals. To anybody else a source whose
    items are held looks like one that is not there.
    """

    def __init__(self, catalogue: Catalogue, person: str | None = None) -> None:
        """Raises NotFoundError: no such person."""
        self._catalogue = catalogue
        self._person = person
        self._actor = person or OPERATOR
        self._principals = catalogue.people.principals(person) if person else None

    def held(self, source: str | None = None) -> list[Hold]:
        """What waits for a decision, by source and uri. Raises NotAllowedError for a source that is not theirs."""
        if source is not None:
            self._check(source)
        theirs = {one.name for one in self._catalogue.knowledge.sources() if self._may_decide(one)}
        return [one for one in self._catalogue.quarantine.held(source) if one.source in theirs]

    def history(self, source: str, uri: str) -> list[Hold]:
        """Every version of an item that failed a check, the latest first. Raises NotAllowedError, NotFoundError."""
        self._check(source)
        return self._catalogue.quarantine.history(source, uri)

    def decide(self, source: str, uri: str, verdict: Verdict, *, why: str, digest: str = "") -> Hold:
        """Release or delete what is held of an item. Raises NotAllowedError, NotFoundError, UsageError (no reason, or
        other bytes than `digest` begins)."""
        self._check(source)
        decided = self._catalogue.quarantine.decide(
            source, uri, verdict, why=why, actor=self._actor, digest=digest
        )
        self._catalogue.schedule.ask(source)  # whoever watches the source need not wait for it to change
        return decided

    def _check(self, name: str) -> None:
        known = {one.name: one for one in self._catalogue.knowledge.sources()}.get(name)
        if self._person is None and known is None:
            self._catalogue.knowledge.source(name)
        if known is None or not self._may_decide(known):
            raise NotAllowedError(
                f"{self._person} may not decide on what is held of {name!r}: act as somebody whom its option {OPTION} "
                "names"
            )

    def _may_decide(self, source: SourceRecord) -> bool:
        if self._principals is None:
            return True
        named = source.options.get(OPTION, "")
        return bool(named and principals(named) & self._principals)
