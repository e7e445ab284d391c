"""Files to be read: a quarter each of Markdown, HTML, Word and PDF, the same ones every time.

A document has a title, three to five headed sections of one or two paragraphs, and a list or a table in one of them:
100 to 550 words in all, half of them more than 300, made of plain English words by pattern.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

NOUNS = (
    "invoice archive meeting laptop contract visitor supplier keyboard warehouse ticket engineer "
    "calendar budget pump window report customer parcel elevator training canteen badge network "
    "printer garden machine driver locker drawer policy shipment manual sensor battery corridor desk "
    "holiday mentor colleague department folder letter password bridge account filter valve workshop "
    "trailer helmet generator roof counter station cable signal platform ladder furnace tunnel"
).split()
VERBS = (
    "checks orders repairs signs moves opens closes counts replaces delivers cleans records approves returns"
).split()
ADJECTIVES = (
    "annual broken central daily empty former general heavy internal joint late missing narrow open "
    "private quiet regional second technical urgent valid weekly yellow external final green"
).split()
PLACES = "behind before near without after beside during against under inside".split()


@dataclass(frozen=True)
class Section:
    heading: str
    paragraphs: list[str]
    rows: list[tuple[str, str]]
    """A list, or a table of two columns; often nothing."""


def write(folder: Path, count: int) -> None:
    """`count` files into `folder`, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        title, sections = _drawn(number)
        form, ending = FORMS[number % len(FORMS)]
        form(folder / f"document-{number:04d}.{ending}", title, sections)


def _drawn(number: int) -> tuple[str, list[Section]]:
    chance = Random(number)
    sections = []
    listed = chance.randrange(3)
    for place in range(chance.randint(3, 5)):
        paragraphs = [
            " ".join(_sentence(chance) for _ in range(chance.randint(3, 5)))
            for _ in range(chance.randint(1, 2))
        ]
        rows = (
            [(chance.choice(NOUNS), f"{chance.randint(2, 900)} days") for _ in range(4)]
            if place == listed
            else []
        )
        sections.append(Section(_heading(chance), paragraphs, rows))
    return f"{_heading(chance)} {number}", sections


def _heading(chance: Random) -> str:
    return f"The {chance.choice(ADJECTIVES)} {chance.choice(NOUNS)}"


def _sentence(chance: Random) -> str:
    who, what, where = chance.sample(NOUNS, 3)
    return (
        f"The {chance.choice(ADJECTIVES)} {who} {chance.choice(VERBS)} the {what} {chance.choice(PLACES)} the "
        f"{chance.choice(ADJECTIVES)} {where} within {chance.randint(2, 900)} days."
    )


def _markdown(path: Path, title: str, sections: Sequence[Section]) -> None:
    lines = [f"# {title}"]
    for section in sections:
        lines += [f"## {section.heading}", *section.paragraphs]
        lines += ["\n".join(f"- {name}: {value}" for name, value in section.rows)] if section.rows else []
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def _html(path: Path, title: str, sections: Sequence[Section]) -> None:
    parts = [f"<h1>{html.escape(title)}</h1>"]
    for section in sections:
        parts += [
            f"<h2>{html.escape(section.heading)}</h2>",
            *(f"<p>{each}</p>" for each in section.paragraphs),
        ]
        cells = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in section.rows)
        parts += [f"<table>{cells}</table>"] if cells else []
    head = f'<head><meta charset="utf-8"><title>{html.escape(title)}</title></head>'
    path.write_text(f"<!doctype html><html>{head}<body>{''.join(parts)}</body></html>", encoding="utf-8")


def _word(path: Path, title: str, sections: Sequence[Section]) -> None:
    import docx

    document = docx.Document()
    document.add_heading(title, 0)
    for section in sections:
        document.add_heading(section.heading, 1)
        for paragraph in section.paragraphs:
            document.add_paragraph(paragraph)
        if section.rows:
            table = document.add_table(rows=0, cols=2)
            for row in section.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
    document.save(str(path))


def _pdf(path: Path, title: str, sections: Sequence[Section]) -> None:
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    styles = getSampleStyleSheet()
    parts = [Paragraph(title, styles["Title"])]
    for section in sections:
        parts.append(Paragraph(section.heading, styles["Heading2"]))
        parts += [Paragraph(each, styles["BodyText"]) for each in section.paragraphs]
        parts += [Paragraph(f"{name}: {value}", styles["BodyText"]) for name, value in section.rows]
    SimpleDocTemplate(str(path), invariant=1).build(parts)


FORMS = ((_markdown, "md"), (_html, "html"), (_word, "docx"), (_pdf, "pdf"))
