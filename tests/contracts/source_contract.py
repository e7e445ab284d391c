"""What every source must do. A test class inherits `SourceContract` and says how to fill its place."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from wellread.errors import NotFoundError, ParseError
from wellread.ingest.sources.protocol import Source

CONTENTS = {"b.txt": b"beta", "a/z.md": b"# zeta", "a/b/c.txt": "gamma é".encode(), "empty.txt": b""}


class SourceContract(ABC):
    """`write` and `remove` take names of the test's own; `uri` says what the place calls such a document now."""

    contents: ClassVar[Mapping[str, bytes]] = CONTENTS

    def uri(self, name: str) -> str:
        """What the source calls the document that was written under `name` last; most places keep the name."""
        return name

    @pytest.fixture
    def source(self) -> Source:
        """The source over its place, filled with `contents`, readable by group:staff."""
        for name, data in self.contents.items():
            self.write(name, data)
        return self.open()

    @abstractmethod
    def open(self) -> Source:
        """A source over the same place."""

    @abstractmethod
    def write(self, name: str, data: bytes) -> None:
        """Put a document there, or replace it."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Take one away."""

    @abstractmethod
    def destroy(self) -> None:
        """Take the whole place away."""

    def test_everything_is_listed_once_with_its_size(self, source: Source) -> None:
        listed = {item.uri: item.size for item in source.items()}
        assert listed == {self.uri(name): len(data) for name, data in self.contents.items()}
        assert len(list(source.items())) == len(self.contents)

    def test_the_order_is_stable(self, source: Source) -> None:
        assert [item.uri for item in source.items()] == [item.uri for item in self.open().items()]

    def test_dates_are_iso_8601_in_utc(self, source: Source) -> None:
        for item in source.items():
            moment = datetime.fromisoformat(item.modified)
            assert moment.utcoffset() == UTC.utcoffset(None)

    def test_every_item_names_its_readers(self, source: Source) -> None:
        assert {item.readers for item in source.items()} == {frozenset({"group:staff"})}

    def test_bytes_come_back_as_they_are(self, source: Source) -> None:
        read = {item.uri: source.read(item).data for item in source.items()}
        assert read == {self.uri(name): data for name, data in self.contents.items()}

    def test_a_change_shows_in_the_listing(self, source: Source) -> None:
        before = {item.uri: item for item in source.items()}
        name = next(iter(self.contents))
        uri = self.uri(name)
        self.write(name, self.contents[name] + b"and more\r\n")
        after = {item.uri: item for item in source.items()}
        assert {known for known in before if before[known] != after.get(known)} == {uri}
        assert self.uri(name) in after

    def test_what_vanished_after_the_listing_is_a_reason_and_no_crash(self, source: Source) -> None:
        name = next(iter(self.contents))
        item = next(item for item in source.items() if item.uri == self.uri(name))
        self.remove(name)
        with pytest.raises(ParseError) as told:
            source.read(item)
        assert item.uri in str(told.value)

    def test_a_place_that_is_gone_is_not_an_empty_place(self, source: Source) -> None:
        self.destroy()
        with pytest.raises(NotFoundError):
            list(source.items())

    def test_an_empty_place_lists_nothing(self, source: Source) -> None:
        for name in self.contents:
            self.remove(name)
        assert list(source.items()) == []

    def test_the_location_is_absolute_and_stays(self, source: Source) -> None:
        assert source.location == self.open().location
        assert source.location.startswith("/") or "://" in source.location
