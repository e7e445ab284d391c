"""Places documents come from; one file per kind."""

from wellread.ingest.sources.folder import FolderSource
from wellread.ingest.sources.protocol import Item, Source

__all__ = ["FolderSource", "Item", "Source"]
