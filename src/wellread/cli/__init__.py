"""The command line: each command parses, calls one journey and prints. Data to stdout, messages to stderr."""

from wellread.cli.app import main

__all__ = ["main"]
