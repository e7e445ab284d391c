"""The stored texts that an asker may read: where the evidence of a question is looked for."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TypeVar

from wellread.catalogue.catalogue import Catalogue
from wellread.errors import NotFoundError
from wellread.evaluate.characters import Texts
from wellread.evaluate.citations import document_path, same_document
from wellread.records.knowledge import DocumentSummary
from wellread.records.people import Principal

Found = TypeVar("Found")


class StoredTexts:
    """Of one set of principals; what they may not read is not there."""

    def __init__(self, catalogue: Catalogue, principals: frozenset[Principal]) -> None:
        self._knowledge = catalogue.knowledge
        self._principals = principals

    @property
    def texts(self) -> Texts:
        """As the measuring of citations asks for them."""
        return Texts(version=self.version, passage=self.passage)

    def version(self, identity: str) -> str | None:
        """The text of a version."""
        return _or_none(lambda: self._knowledge.version_text(identity, self._principals))

    def passage(self, identity: str) -> str | None:
        """The text of a passage."""
        return _or_none(lambda: self._knowledge.passage(identity, self._principals).text)

    def named(self, name: str | None) -> dict[str, str]:
        """The documents that a questions file can mean by `name`: their versions by id."""
        if name is None:
            return {}
        alike = self._by_last_part.get(_last_part(name), [])
        meant = [one.id for one in alike if same_document(name, one.uri)] or [name]
        found = {one: _or_none(partial(self._knowledge.document, one, self._principals)) for one in meant}
        return {identity: document.version for identity, document in found.items() if document}

    @cached_property
    def _by_last_part(self) -> dict[str, list[DocumentSummary]]:
        found: dict[str, list[DocumentSummary]] = {}
        for one in self._knowledge.visible_documents(self._principals):
            found.setdefault(_last_part(one.uri), []).append(one)
        return found


def _last_part(name: str) -> str:
    return document_path(name).rpartition("/")[2]


def _or_none(read: Callable[[], Found]) -> Found | None:
    try:
        return read()
    except NotFoundError:
        return None
