"""Files that count only with a signature beside them: `policy.pdf` with `policy.pdf.sig`."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from wellread.errors import ParseError
from wellread.ingest.sources.protocol import Content, Item, Source, UnvouchedError
from wellread.ingest.sources.signers import Signers


class SignedSource:
    """What `source` lists, each with an objection unless one of `signers` signed its very bytes.

    An item whose name is another's followed by a suffix of the signers is the other's signature, and no document. A
    signature that changes, and other grounds to judge by, have the item read and judged again.
    """

    def __init__(self, source: Source, signers: Signers) -> None:
        self._source = source
        self._signers = signers
        self._items: dict[str, Item] = {}
        self._signatures: frozenset[str] = frozenset()

    @property
    def location(self) -> str:
        """That of what it lists."""
        return self._source.location

    @property
    def memory(self) -> Mapping[str, Any]:
        """That of what it lists."""
        return self._source.memory

    def items(self) -> Iterator[Item]:
        """Raises as the source does; what it could not list is then vouched for by nobody (UnvouchedError)."""
        grounds = self._signers.grounds()
        items, broken = self._listed()
        self._items = {item.uri: item for item in items}
        self._signatures = frozenset(filter(self._is_signature, self._items))
        for item in items:
            if item.uri not in self._signatures:
                signature = self._signature_of(item)
                seen = f"{item.fingerprint} signed {signature.fingerprint if signature else 'by nobody'}"
                yield replace(item, stamp=seen, grounds=grounds)
        if broken:
            raise UnvouchedError(broken, grounds)

    def read(self, item: Item) -> Content:
        """The item's bytes, with an objection where nobody vouches for them. Raises as the source does."""
        content = self._source.read(self._items.get(item.uri, item))
        signature = self._signature_of(item)
        if signature is None:
            expected = " or ".join(item.uri + suffix for suffix in self._signers.suffixes)
            return replace(content, objection=f"it is not signed: {expected} is not there")
        try:
            written = self._source.read(signature).data
        except ParseError as error:
            return replace(content, objection=f"its signature cannot be read: {error}")
        return replace(content, objection=self._signers.objection(content.data, written))

    def close(self) -> None:
        """Close what it lists."""
        self._source.close()

    def _listed(self) -> tuple[list[Item], str]:
        items: list[Item] = []
        try:
            items.extend(self._source.items())
        except ParseError as error:
            return items, str(error)
        return items, ""

    def _signature_of(self, item: Item) -> Item | None:
        names = (item.uri + suffix for suffix in self._signers.suffixes)
        return next((self._items[name] for name in names if name in self._signatures), None)

    def _is_signature(self, uri: str) -> bool:
        return any(
            uri.endswith(suffix) and uri.removesuffix(suffix) in self._items
            for suffix in self._signers.suffixes
        )
