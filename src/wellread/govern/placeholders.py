"""Words that somebody meant to replace: TODO, lorem ipsum, a page under construction, a gap to fill in."""

import re
from collections.abc import Iterator

from wellread.govern.shelf import concerned, quote
from wellread.records.knowledge import Document
from wellread.records.quality import Confidence, Finding
from wellread.screen.sentences import sentences

_WORDS: tuple[tuple[str, str, Confidence], ...] = (
    (r"(?i)\blorem ipsum\b", "Filler text", "certain"),
    (r"(?:^|[\[(>|]\s*|\s)(?:TODO|FIXME|XXX)\s*[:\])]|^(?:TODO|FIXME)\b", "A note to its author", "certain"),
    (r"(?:^|[:|(\[–—-]\s*|\bis |\bare )(?:TB[DCA]|tb[dca])\b\.?\s*(?:$|[|)\],;.])", "A missing answer", "certain"),
    (r"(?i)\b(?:is|are|:|page|section)\s(?:still |currently )?(?:under construction|a work in progress|a placeholder"
     r"|a stub)\b", "It says itself that it is not finished", "likely"),
    (r"(?i)^\W*(?:under construction|work in progress|coming soon|placeholder|to be (?:written|completed|added))\W*$",
     "It says itself that it is not finished", "certain"),
    (r"(?i)\bto be (?:determined|decided|confirmed|announced|defined|written|completed)\W*$",
     "A missing answer", "likely"),
    (r"(?i)[\[<](?:insert|enter|fill in|replace with)\s[^\]>\n]{2,40}[\]>]", "A gap to be filled in", "likely"),
    (r"(?i)^\W*(?:this (?:page|section|document) is )?(?:a |only a )?(?:first |rough )?draft\b.{0,20}$",
     "It calls itself a draft", "likely"),
)  # fmt: skip
_SIGNS = tuple((re.compile(pattern), meaning, confidence) for pattern, meaning, confidence in _WORDS)
_HINT = re.compile(
    r"(?i)lorem|todo|fixme|xxx|\btb[dca]\b|construction|progress|placeholder|stub|coming soon|to be |draft"
    r"|[\[<]\s*(?:insert|enter|fill|replace)"
)
_MENTIONED = re.compile(
    r"(?i)[\"“'‘`](?:todo|tb[dca]|fixme|lorem|draft|placeholder)|\b(?:means|stands for|short for|comments?)\b"
)
_A_FORM = re.compile(r"(?i)\b(?:template|form|sample|example|boilerplate|vorlage)s?\b")
"""Titles of documents whose gaps are meant to be there."""


def placeholders(document: Document) -> Iterator[Finding]:
    """At most one finding for each sort of placeholder, with every sentence that shows it, up to five."""
    text = document.text
    if not _HINT.search(text):
        return
    found: dict[tuple[str, Confidence], list[tuple[int, int]]] = {}
    for start, end in sentences(text):
        sentence = text[start:end]
        if not _HINT.search(sentence) or _MENTIONED.search(sentence):
            continue
        sign = next(((meaning, sure) for pattern, meaning, sure in _SIGNS if pattern.search(sentence)), None)
        if sign:
            found.setdefault(sign, []).append((start, end))
    a_form = _A_FORM.search(f"{document.title} {document.uri}") is not None
    for (meaning, confidence), spans in found.items():
        if a_form and meaning == "A gap to be filled in":
            continue
        yield Finding(
            kind="placeholder",
            confidence="possible" if a_form else confidence,
            documents=(concerned(document),),
            quotes=tuple(quote(document.id, text, *span) for span in spans[:5]),
            because=f"{meaning}, {'once' if len(spans) == 1 else f'{len(spans)} times'}.",
            advice="Finish it, or take the page out until it is finished: what is asked of it gets no answer.",
            figures={"times": len(spans)},
        )
