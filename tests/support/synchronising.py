"""What a source lists and what a synchronisation reads, brief enough for a test to compare."""

from contextlib import closing

from wellread.catalogue import Catalogue
from wellread.errors import ParseError
from wellread.ingest.sources.protocol import Content, Item, Source
from wellread.ingest.sync import synchronise
from wellread.records.knowledge import SyncReport

STAFF = frozenset({"group:staff"})
NOBODY: frozenset[str] = frozenset()


def listing(source: Source) -> tuple[list[Item], str]:
    """What is listed, and why that is not all, or nothing."""
    found: list[Item] = []
    try:
        for item in source.items():
            found.append(item)
    except ParseError as error:
        return found, str(error)
    return found, ""


def collect(source: Source) -> tuple[dict[str, Item], str]:
    """The first item of each uri, and why that is not all, or nothing. Closes the source."""
    with closing(source):
        found, problem = listing(source)
    by_uri: dict[str, Item] = {}
    for item in found:
        by_uri.setdefault(item.uri, item)
    return by_uri, problem


def readers_listed(source: Source) -> tuple[dict[str, frozenset[str]], str]:
    """Who may read each document, by its uri, and why that is not all, or nothing."""
    found, problem = listing(source)
    return {item.uri: item.readers for item in found}, problem


def read_by(source: Source, most: int = 1000) -> list[str]:
    """The uris that are read from now on, a list that grows; after so many a reader is interrupted."""
    reads: list[str] = []
    read = source.read

    def recording(item: Item) -> Content:
        if len(reads) == most:
            raise KeyboardInterrupt
        reads.append(item.uri)
        return read(item)

    source.read = recording  # type: ignore[method-assign]
    return reads


def synchronised(
    source: Source, catalogue: Catalogue, name: str = "kb", most: int = 1000
) -> tuple[SyncReport, list[str]]:
    """One synchronisation, ended by KeyboardInterrupt after `most` documents, and what it read. Closes the source."""
    reads = read_by(source, most)
    try:
        return synchronise(source, catalogue.knowledge, name=name, actor="ann"), reads
    finally:
        source.close()


def counts(report: SyncReport) -> tuple[int, int, int, int, int]:
    """Added, changed, removed, unchanged, failed."""
    return report.added, report.changed, report.removed, report.unchanged, len(report.failed)
