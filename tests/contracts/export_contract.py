"""What every source over an export must do besides: a damaged one adds what it can and removes nothing."""

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from source_contract import SourceContract
from synchronising import STAFF, counts, synchronised

from wellread.catalogue import Catalogue
from wellread.errors import ParseError
from wellread.ingest.sources.export.source import ExportSource
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Item, Source
from wellread.records.knowledge import SyncReport


def opened(kind: type[ExportSource], path: Path, **options: str) -> ExportSource:
    return kind(Place(location=str(path), readers=STAFF, options=options))


def told(
    kind: type[ExportSource], path: Path, **options: str
) -> tuple[dict[str, str], dict[str, set[str]], str]:
    """Texts and readers by uri, and what could not be listed; a text that cannot be had is its reason."""
    texts: dict[str, str] = {}
    readers: dict[str, set[str]] = {}
    problem = ""
    with closing(opened(kind, path, **options)) as source:
        found: list[Item] = []
        try:
            for item in source.items():
                found.append(item)
        except ParseError as error:
            problem = str(error)
        for item in found:
            readers[item.uri] = set(item.readers)
            try:
                texts[item.uri] = source.read(item).data.decode()
            except ParseError as error:
                texts[item.uri] = f"error: {error}"
    return texts, readers, problem


class ExportContract(SourceContract):
    """`store` writes `self.documents` as an export of `kind` at `self.path`."""

    kind: type[ExportSource]
    name = "export.json"

    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path) -> Iterator[None]:
        self.path = tmp_path / self.name
        self.documents: dict[str, bytes] = {}
        self.sources: list[ExportSource] = []
        self.store()
        yield
        for source in self.sources:
            source.close()

    @abstractmethod
    def store(self) -> None:
        """Write all documents."""

    def open(self) -> ExportSource:
        self.sources.append(opened(self.kind, self.path))
        return self.sources[-1]

    def write(self, name: str, data: bytes) -> None:
        self.documents[name] = data
        self.store()

    def remove(self, name: str) -> None:
        del self.documents[name]
        self.store()

    def destroy(self) -> None:
        self.path.rename(self.path.with_name("elsewhere"))

    def file(self) -> Path:
        """The one that is broken off."""
        return (
            self.path
            if self.path.is_file()
            else max(self.path.rglob("*.json"), key=lambda file: len(file.parts))
        )

    def test_what_vanished_after_the_listing_is_a_reason_and_no_crash(self, source: Source) -> None:
        """A listing is of one moment: what it told of is read as it was then."""
        name = next(iter(self.contents))
        item = next(item for item in source.items() if item.uri == self.uri(name))
        self.remove(name)
        assert source.read(item).data == self.contents[name]
        source.close()
        with pytest.raises(ParseError) as error:
            source.read(item)
        assert item.uri in str(error.value)

    def sync(self, catalogue: Catalogue, most: int = 1000) -> tuple[SyncReport, list[str]]:
        return synchronised(opened(self.kind, self.path), catalogue, most=most)

    @pytest.fixture
    def catalogue(self, catalogue_file: Path) -> Iterator[Catalogue]:
        with Catalogue.open(catalogue_file) as catalogue:
            catalogue.knowledge.add_source("kb", "export", "/kb", STAFF, "ann")
            yield catalogue

    def test_only_what_changed_is_read_and_what_is_gone_is_removed(self, catalogue: Catalogue) -> None:
        for name, data in self.contents.items():
            self.write(name, data)
        assert counts(self.sync(catalogue)[0]) == (len(self.contents), 0, 0, 0, 0)
        first, second, *others = self.contents
        self.write(first, self.contents[first] + b" and more")
        self.remove(second)
        report, reads = self.sync(catalogue)
        assert counts(report) == (0, 1, 1, len(others), 0)
        assert reads == [self.uri(first)]

    def test_what_was_interrupted_is_resumed(self, catalogue: Catalogue) -> None:
        for name, data in self.contents.items():
            self.write(name, data)
        with pytest.raises(KeyboardInterrupt):
            self.sync(catalogue, most=1)
        report, _ = self.sync(catalogue)
        assert report.added + report.unchanged == len(self.contents)

    def test_an_export_that_breaks_off_removes_nothing(self, catalogue: Catalogue) -> None:
        for name, data in self.contents.items():
            self.write(name, data)
        self.sync(catalogue)
        whole = self.file().read_bytes()
        for size in (0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 3):
            self.file().write_bytes(whole[:size])
            report, _ = self.sync(catalogue)
            assert (report.removed, report.changed) == (0, 0), size
            assert report.failed, size
        self.file().write_bytes(whole)
        assert counts(self.sync(catalogue)[0]) == (0, 0, 0, len(self.contents), 0)

    def test_an_export_that_is_written_to_meanwhile_is_not_the_whole(self, source: Source) -> None:
        names: list[str] = []
        records = source.records  # type: ignore[attr-defined]

        def writing(*given: object) -> Iterator[object]:
            for record in records(*given):
                names.append(record.uri)
                if len(names) == 1:
                    self.write(next(iter(self.contents)), next(iter(self.contents.values())) + b" and more")
                yield record

        source.records = writing  # type: ignore[attr-defined]
        with pytest.raises(ParseError, match="written to while"):
            list(source.items())
