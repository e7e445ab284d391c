"""Places documents come from; one folder per kind, with the source itself in `source`."""

from wellread.ingest.sources.folder.source import FolderSource
from wellread.ingest.sources.protocol import Content, Item, Source

__all__ = ["Content", "FolderSource", "Item", "Source"]
