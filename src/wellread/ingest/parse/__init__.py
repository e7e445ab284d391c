"""Bytes to plain text with structure; one file per format."""

from wellread.ingest.parse.document import MAX_BYTES, Block, BlockKind, Parsed, Part
from wellread.ingest.parse.registry import SUFFIXES, parse

__all__ = ["MAX_BYTES", "SUFFIXES", "Block", "BlockKind", "Parsed", "Part", "parse"]
