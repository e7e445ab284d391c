"""Pages without a text layer: rendered and read by a recogniser, into the same runs as others."""

import math
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import Any

from wellread.ingest.parse.pdf.lines import Run
from wellread.ingest.parse.pdf.ocr import RecognisedLine, Recogniser
from wellread.ingest.parse.pdf.words import Word

MOST_PAGES = 200
"""Scanned pages that are read of one document: one takes 5 to 20 seconds."""

MOST_SECONDS = 3_600

_DOTS_PER_INCH = 200
_MOST_PIXELS = 40_000_000

_LETTERS = 0.85
"""Share of a recognised line's height that is its type; the rest is margin."""

_MARGIN = 0.2
"""Heights of a recognised line by which it is too wide on each side."""

_SAME_SIZE = 0.3


def recognised(document: Any, numbers: Sequence[int], recogniser: Recogniser) -> Iterator[list[Run]]:
    """The runs of the pages of these indexes, in their order; ends early where the time is over."""
    until = time.monotonic() + MOST_SECONDS
    for number in numbers[:MOST_PAGES]:
        if time.monotonic() > until:
            return
        yield _runs(document, number, recogniser)


def _runs(document: Any, number: int, recogniser: Recogniser) -> list[Run]:
    page = document[number]
    try:
        width, height = page.get_size()
        scale = min(_DOTS_PER_INCH / 72, math.sqrt(_MOST_PIXELS / max(width * height, 1)))
        bitmap = page.render(scale=scale)
        try:
            lines = [line for line in recogniser.recognise(bitmap.to_numpy()) if line.text.strip()]
        finally:
            bitmap.close()
    finally:
        page.close()
    if not lines:
        return []
    usual = statistics.median(line.bottom - line.top for line in lines)
    found: list[Run] = []
    at = 0
    for line in lines:
        words = _words(line, usual, scale, height)
        found.append(Run(words, at))
        at += len(words)
    return found


def _words(line: RecognisedLine, usual_height: float, scale: float, page_height: float) -> tuple[Word, ...]:
    """The words of a line, each with its share of the width by its letters; places are in points.

    Lines are found a little higher or lower by their letters; those of about the usual height have it.
    """
    height = line.bottom - line.top
    if abs(height - usual_height) < _SAME_SIZE * usual_height:
        height = usual_height
    left, right = line.left + _MARGIN * height, line.right - _MARGIN * height
    per_letter = max(right - left, 1) / len(line.text)
    middle = page_height - (line.top + line.bottom) / 2 / scale
    half = height / 2 / scale * _LETTERS
    made = []
    at = 0
    for word in line.text.split():
        at = line.text.index(word, at)
        begin, at = at, at + len(word)
        edges = (left + begin * per_letter) / scale, (left + at * per_letter) / scale
        made.append(Word(word, edges[0], middle - half, edges[1], middle + half, False, False, False))
    return tuple(made)
