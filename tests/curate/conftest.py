from collections.abc import Callable
from typing import Any

import pytest

from wellread.curate.example import identified
from wellread.records.knowledge import Hit, Passage
from wellread.records.learning import Context, Example


@pytest.fixture
def passage() -> Callable[..., Passage]:
    """A passage with an id of its own; `document` defaults to the id's."""

    def make(text: str, *, name: str = "a", document: str | None = None, **fields: Any) -> Passage:
        of = document or f"doc_{name}"
        values: dict[str, Any] = {
            "key": 1, "id": f"psg_{name}", "document": of, "version": f"ver_{of}", "uri": f"{of}.md",
            "title": "Staff guide", "heading": (), "start": 0, "end": len(text), "text": text,
        }  # fmt: skip
        return Passage(**{**values, **fields})

    return make


@pytest.fixture
def example() -> Callable[..., Example]:
    """An example over contexts given as `document: text`, answered from the first unless `answer` is None."""

    def make(question: str, shows: dict[str, str], answer: str | None, **fields: Any) -> Example:
        shown = tuple(Context(passage=f"psg_{d}", document=d, text=t) for d, t in shows.items())
        gold = None if answer is None else 0
        values: dict[str, Any] = {"gold": gold, "contexts": shown, "answer": answer, **fields}
        return identified(Example(id="", question=question, **values))

    return make


@pytest.fixture
def finder() -> Callable[[list[Passage]], Callable[[str, int], list[Hit]]]:
    """A retriever that ranks passages by the words they share with the question."""

    def over(passages: list[Passage]) -> Callable[[str, int], list[Hit]]:
        def search(question: str, limit: int) -> list[Hit]:
            asked = set(question.lower().strip("?").split())
            scored = [(len(asked & set(p.text.lower().split())), p) for p in passages]
            ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1].id))
            return [Hit(passage=p, score=float(score)) for score, p in ranked[:limit]]

        return search

    return over
