"""What counts as a term, the same for every engine: how texts and questions are cut, and what a term is worth.

    BM25 of an entry = sum over terms of  rarity * count * (k1 + 1) / (count + k1 * (1 - b + b * length / mean))

Title, heading, name and text of an entry are taken together, so their words count alike.

Robertson and Zaragoza (2009), "The Probabilistic Relevance Framework"; k1 = 1.2, b = 0.75.
"""

import math
from functools import cache
from typing import Any

import tantivy

from wellread.records.knowledge import Entry

MOST_TERMS = 256
"""Distinct terms of a question that are looked up; a pasted page does not need more to be found again."""

K1, B = 1.2, 0.75


@cache
def analyzer(*, without_stop_words: bool = False) -> Any:
    """Letters and digits in lower case without accents, English stems; tokens over 40 bytes are dropped."""
    tokens = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(40))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
    if without_stop_words:
        tokens = tokens.filter(tantivy.Filter.stopword("English"))
    return tokens.filter(tantivy.Filter.stemmer("English")).build()


def encodable(text: str) -> str:
    """`text` without lone surrogates, which no UTF-8 store takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def texts_of(entry: Entry) -> tuple[str, str, str, str]:
    """Title, heading, name and text, as they are stored."""
    return (
        encodable(entry.title),
        encodable(entry.heading),
        encodable(entry.name),
        encodable(entry.text),
    )


def terms_of(query: str) -> list[str]:
    """The distinct terms of a question in their order, at most MOST_TERMS. Punctuation is never syntax.

    The index keeps stop words; a question loses "the", "of", "is" and their like, which nearly every entry
    has, unless it consists of nothing else.
    """
    query = encodable(query)
    terms = analyzer(without_stop_words=True).analyze(query) or analyzer().analyze(query)
    return list(dict.fromkeys(terms))[:MOST_TERMS]


def rarity(count: int, of: int) -> float:
    """Inverse document frequency, above 0, of a term that `count` of so many entries have."""
    return math.log1p((of - count + 0.5) / (count + 0.5))
