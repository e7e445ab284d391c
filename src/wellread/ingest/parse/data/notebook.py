"""Jupyter notebooks (nbformat 3 and 4): text as it is rendered, code and its output as code."""

from collections.abc import Iterator
from typing import Any

from wellread.errors import ParseError
from wellread.ingest.parse.data.json import json_value
from wellread.ingest.parse.data.named_values import compose_parsed
from wellread.ingest.parse.document import Composer, Parsed
from wellread.ingest.parse.encodings import decode
from wellread.ingest.parse.markup.html import parse_html
from wellread.ingest.parse.markup.markdown import parse_markdown

LONGEST_OUTPUT = 2_000
"""Characters of one output that are kept: training logs and dumps run to megabytes."""


def parse_notebook(data: bytes) -> Parsed:
    """A notebook's cells in order: Markdown as headings and text, code, and what it printed.

    Pictures, widgets and error traces are left out; tables that are shown as HTML are read as tables.
    Raises ParseError.
    """
    text = decode(data)
    notebook = json_value(text) if text.strip("\ufeff \t\r\n") else {"cells": []}
    if not isinstance(notebook, dict):
        raise ParseError("the notebook holds no cells: it is damaged; save it again in Jupyter")
    composer = Composer()
    for cell in _cells(notebook):
        _write(composer, cell)
    title = _mapping(notebook.get("metadata")).get("title")
    return composer.finish(title if isinstance(title, str) else composer.first_heading())


def _cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    sheets = notebook.get("worksheets")
    holders = [notebook, *(sheets if isinstance(sheets, list) else ())]
    if not any("cells" in _mapping(holder) for holder in holders):
        raise ParseError("the notebook holds no cells: it is damaged; save it again in Jupyter")
    for holder in holders:
        cells = _mapping(holder).get("cells")
        for cell in cells if isinstance(cells, list) else ():
            yield _mapping(cell)


def _write(composer: Composer, cell: dict[str, Any]) -> None:
    match cell.get("cell_type"):
        case "markdown":
            compose_parsed(composer, parse_markdown(_joined(cell.get("source")).encode("utf-8", "replace")))
        case "heading":
            level = _joined(cell.get("level"))
            composer.add("heading", _joined(cell.get("source")), int(level) if level in set("123456") else 1)
        case "code":
            # Version 3 called the source of a code cell its input.
            composer.add("code", _joined(cell.get("source")) or _joined(cell.get("input")))
            outputs = cell.get("outputs")
            for output in outputs if isinstance(outputs, list) else ():
                _write_output(composer, _mapping(output))
        case _:
            composer.add_lines(_joined(cell.get("source")))


def _write_output(composer: Composer, output: dict[str, Any]) -> None:
    if output.get("output_type") in ("error", "pyerr"):
        return
    # Version 3 has the renderings beside the kind of output instead of in `data`.
    shown = {**output, **_mapping(output.get("data"))}
    page = _joined(shown.get("text/html")) or _joined(shown.get("html"))
    if "<table" in page and len(page) <= 50 * LONGEST_OUTPUT:
        compose_parsed(composer, parse_html(page.encode("utf-8", "replace")))
        return
    for name in ("text/markdown", "text", "text/plain"):
        if text := _joined(shown.get(name)):
            composer.add("code", _shortened(text))
            return


def _shortened(text: str) -> str:
    """The beginning up to the last whole line that fits."""
    if len(text) <= LONGEST_OUTPUT:
        return text
    head = text[:LONGEST_OUTPUT]
    return head[: head.rfind("\n")] if "\n" in head else head


def _joined(source: Any) -> str:
    """Text, which a notebook may hold as a list of its lines."""
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
