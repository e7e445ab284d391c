"""Bytes to plain text with structure; one folder per family of formats, with its main module `parser`."""

from wellread.ingest.parse.document import MAX_BYTES, Block, BlockKind, Parsed, Part
from wellread.ingest.parse.registry import SUFFIXES, parse

__all__ = ["MAX_BYTES", "SUFFIXES", "Block", "BlockKind", "Parsed", "Part", "parse"]
