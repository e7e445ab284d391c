"""Builds the PDF and DOCX files of the sample organisation from the source texts in tools/sample.

    python tools/build_sample.py              writes them below src/wellread/sample/documents
    python tools/build_sample.py --into DIR   writes them below DIR instead

`tools/sample/pdf/people/parental-leave.md` becomes `people/parental-leave.pdf`, and so on. The same
sources give the same bytes on every run: dates and ids are fixed, and nothing is compressed, because
compressed bytes differ between builds of zlib. Needs reportlab (extra `dev`) and python-docx.
"""

import argparse
import sys
from pathlib import Path

from sample import blocks, docx_writer, pdf_writer

SOURCES = Path(__file__).parent / "sample"
DOCUMENTS = Path(__file__).parents[1] / "src" / "wellread" / "sample" / "documents"
WRITERS = {"docx": docx_writer.write, "pdf": pdf_writer.write}


def build(into: Path) -> list[Path]:
    """Write every binary document below `into` and return their paths, sorted."""
    written = []
    for kind, write in WRITERS.items():
        for source in sorted((SOURCES / kind).rglob("*.md")):
            target = into / source.relative_to(SOURCES / kind).with_suffix(f".{kind}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(write(blocks.parse(source.read_text(encoding="utf-8"))))
            written.append(target)
    return sorted(written)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Build the PDF and DOCX files of the sample organisation.")
    parser.add_argument("--into", type=Path, default=DOCUMENTS, metavar="DIR", help="where to write")
    into: Path = parser.parse_args().into
    print(f"{len(build(into))} files written below {into}", file=sys.stderr)


if __name__ == "__main__":
    main()
