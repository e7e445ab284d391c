"""The contract of a source whose place names what it holds itself, so that a test cannot choose the uris."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import pytest
from source_contract import SourceContract

from wellread.errors import ParseError
from wellread.ingest.sources.protocol import Source


class NamingContract(SourceContract):
    """`write` and `remove` take names of the test's own; `uri` says what the place calls such a document now."""

    contents: ClassVar[Mapping[str, bytes]]

    @abstractmethod
    def uri(self, name: str) -> str:
        """What the source calls the document that was written under `name` last."""

    @pytest.fixture
    def source(self) -> Source:
        for name, data in self.contents.items():
            self.write(name, data)
        return self.open()

    def test_everything_is_listed_once_with_its_size(self, source: Source) -> None:
        listed = {item.uri: item.size for item in source.items()}
        assert listed == {self.uri(name): len(data) for name, data in self.contents.items()}
        assert len(list(source.items())) == len(self.contents)

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

    def test_an_empty_place_lists_nothing(self, source: Source) -> None:
        for name in self.contents:
            self.remove(name)
        assert list(source.items()) == []
