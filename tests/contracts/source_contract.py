"""What every source must do. A test class inherits `SourceContract` and says how to fill its place."""

from abc import ABC, abstractmethod
from datetime import UTC, datetime

import pytest

from wellread.errors import NotFoundError, ParseError
from wellread.ingest.sources.protocol import Source

CONTENTS = {"b.txt": b"beta", "a/z.md": b"# zeta", "a/b/c.txt": "gamma é".encode(), "empty.txt": b""}


class SourceContract(ABC):
    @pytest.fixture
    def source(self) -> Source:
        """The source over its place, filled with CONTENTS, readable by group:staff."""
        for uri, data in CONTENTS.items():
            self.write(uri, data)
        return self.open()

    @abstractmethod
    def open(self) -> Source:
        """A source over the same place."""

    @abstractmethod
    def write(self, uri: str, data: bytes) -> None:
        """Put a document there, or replace it."""

    @abstractmethod
    def remove(self, uri: str) -> None:
        """Take one away."""

    @abstractmethod
    def destroy(self) -> None:
        """Take the whole place away."""

    def test_everything_is_listed_once_with_its_size(self, source: Source) -> None:
        listed = {item.uri: item.size for item in source.items()}
        assert listed == {uri: len(data) for uri, data in CONTENTS.items()}
        assert len(list(source.items())) == len(CONTENTS)

    def test_the_order_is_stable(self, source: Source) -> None:
        assert [item.uri for item in source.items()] == [item.uri for item in self.open().items()]

    def test_dates_are_iso_8601_in_utc(self, source: Source) -> None:
        for item in source.items():
            moment = datetime.fromisoformat(item.modified)
            assert moment.utcoffset() == UTC.utcoffset(None)

    def test_every_item_names_its_readers(self, source: Source) -> None:
        assert {item.readers for item in source.items()} == {frozenset({"group:staff"})}

    def test_bytes_come_back_as_they_are(self, source: Source) -> None:
        assert {item.uri: source.read(item).data for item in source.items()} == CONTENTS

    def test_a_change_shows_in_the_listing(self, source: Source) -> None:
        before = {item.uri: item for item in source.items()}
        self.write("b.txt", b"beta and more")
        after = {item.uri: item for item in source.items()}
        changed = {uri for uri in before if before[uri] != after[uri]}
        assert changed == {"b.txt"}

    def test_what_vanished_after_the_listing_is_a_reason_and_no_crash(self, source: Source) -> None:
        item = next(item for item in source.items() if item.uri == "b.txt")
        self.remove("b.txt")
        with pytest.raises(ParseError, match=r"b\.txt"):
            source.read(item)

    def test_a_place_that_is_gone_is_not_an_empty_place(self, source: Source) -> None:
        self.destroy()
        with pytest.raises(NotFoundError):
            list(source.items())

    def test_an_empty_place_lists_nothing(self, source: Source) -> None:
        for uri in CONTENTS:
            self.remove(uri)
        assert list(source.items()) == []

    def test_the_location_is_absolute_and_stays(self, source: Source) -> None:
        assert source.location == self.open().location
        assert source.location.startswith("/") or "://" in source.location
