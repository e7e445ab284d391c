"""Bytes to plain text with structure; one file per format."""

from wellread.ingest.parse.document import Block, BlockKind, Parsed
from wellread.ingest.parse.registry import MAX_BYTES, SUFFIXES, parse

__all__ = ["MAX_BYTES", "SUFFIXES", "Block", "BlockKind", "Parsed", "parse"]
