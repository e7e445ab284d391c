"""Real files of many kinds, and a whole handbook: what must be found in them, and how they are cut."""

import json
import os
import statistics
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from wellread.errors import ParseError
from wellread.ingest.chunk import MAX_WORDS, chunk, count_words
from wellread.ingest.parse import Parsed, parse
from wellread.ingest.parse.expand import expand
from wellread.records.knowledge import Chunk

SHARED = Path(os.environ.get("WELLREAD_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
FORMATS, HANDBOOK = SHARED / "formats", SHARED / "handbook"
SCANS = {"loremipsum-flat.pdf", "single_table.pdf", "table-multi-row-column-cells.pdf"}
"""Of these the manifest expects text, but they are images: only text recognition would give it."""
HAS_OCR = find_spec("rapidocr") is not None
PICTURE = "picture.pptx"
"""One slide with a picture and no word."""

needs_formats = pytest.mark.skipif(not FORMATS.is_dir(), reason=f"the shared data is not at {FORMATS}")
needs_handbook = pytest.mark.skipif(not HANDBOOK.is_dir(), reason=f"the shared data is not at {HANDBOOK}")


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def flat(text: str) -> str:
    return " ".join(text.split())


@needs_formats
def test_every_real_file_gives_its_text_or_the_right_reason() -> None:
    manifest = rows(FORMATS / "manifest.jsonl")
    assert len(manifest) == 150
    found, wrong = 0, []
    for row in manifest:
        path = FORMATS / row["path"]
        try:
            found_here = expand(path.name, path.read_bytes())
        except ParseError as error:
            expected = "password" if row["expected"] == "encrypted" else "OCR" if path.name in SCANS else None
            if row["expected"] != "broken" and (expected is None or expected not in str(error)):
                wrong.append((path.name, str(error)))
            continue
        text = flat(" ".join(one.parsed.text for one in found_here if one.parsed))
        found += row["snippet"] is not None
        if row["expected"] == "encrypted" or (path.name in SCANS and not HAS_OCR):
            wrong.append((path.name, "it should have been refused"))
        elif flat(row["snippet"] or "") not in text or (
            path.name != PICTURE and (row["expected"] == "empty") != (text == "")
        ):
            wrong.append((path.name, text[:80]))
    assert wrong == []
    assert found == 83


@pytest.fixture(scope="module")
def handbook() -> dict[str, tuple[Parsed, list[Chunk]]]:
    pages = sorted((HANDBOOK / "pages").rglob("*.md"))
    read = {path.relative_to(HANDBOOK).as_posix(): parse(path.name, path.read_bytes()) for path in pages}
    return {name: (parsed, chunk(parsed.text, parsed.blocks)) for name, parsed in read.items()}


@needs_handbook
def test_the_handbook_is_cut_without_loss(handbook: dict[str, tuple[Parsed, list[Chunk]]]) -> None:
    assert len(handbook) == 246
    for name, (parsed, chunks) in handbook.items():
        inside = set[int]().union(*(range(c.start, c.end) for c in chunks))
        for block in parsed.blocks:
            if block.kind != "heading":
                lost = [i for i in range(block.start, block.end) if i not in inside]
                assert parsed.text[block.start : block.end].strip(), name
                assert all(parsed.text[i].isspace() for i in lost), name


@needs_handbook
def test_passages_of_the_handbook_have_the_size_that_models_read(
    handbook: dict[str, tuple[Parsed, list[Chunk]]],
) -> None:
    sizes = [count_words(p.text[c.start : c.end]) for p, chunks in handbook.values() for c in chunks]
    assert 1_700 < len(sizes) < 2_400
    assert max(sizes) <= MAX_WORDS
    assert 90 < statistics.mean(sizes) < 130
    assert sum(size < 20 for size in sizes) < 0.04 * len(sizes)


@needs_handbook
def test_every_known_answer_is_whole_in_a_passage_of_its_page(
    handbook: dict[str, tuple[Parsed, list[Chunk]]],
) -> None:
    asked = [row for row in rows(HANDBOOK / "questions.jsonl") if row["answer"]]
    assert len(asked) == 60
    for row in asked:
        parsed, chunks = handbook[row["page"]]
        passages = [flat(parsed.text[c.start : c.end]) for c in chunks]
        assert any(flat(row["answer"]) in passage for passage in passages), row["id"]
