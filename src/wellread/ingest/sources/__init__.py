"""Places documents come from; one file per kind."""

from wellread.ingest.sources.folder import FolderSource
from wellread.ingest.sources.protocol import Content, Item, Source

__all__ = ["Content", "FolderSource", "Item", "Source"]
