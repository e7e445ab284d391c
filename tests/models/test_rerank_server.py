"""A reranker behind a server: what is asked of it, and what its answers and failures become."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from http_host import Host, serving

from wellread.errors import ModelError
from wellread.models.rerank_server import ServerReranker


class Longest(Host):
    """Gives the longest document the highest score, best first, as such servers do; or says `instead`."""

    asked: list[tuple[str, dict[str, Any]]]
    instead: Any
    status: int

    def post(self) -> None:
        host = type(self)
        body = json.loads(self.body())
        host.asked.append((self.path, body))
        found = [
            {"index": place, "document": {"text": text}, "relevance_score": len(text) / 10}
            for place, text in enumerate(body["documents"])
        ]
        best_first = sorted(found, key=lambda one: -one["relevance_score"])
        said = host.instead or {"id": "1", "model": body["model"], "results": best_first}
        self.answer(host.status, json.dumps(said).encode())


@pytest.fixture
def served() -> Iterator[tuple[type[Longest], ServerReranker]]:
    handler = type("Handler", (Longest,), {"asked": [], "instead": None, "status": 200})
    with serving(handler) as address:
        model = ServerReranker("org/m", address, timeout=5)
        yield handler, model
        model.close()


def test_scores_come_in_the_order_of_the_texts(served: tuple[type[Longest], ServerReranker]) -> None:
    handler, model = served
    assert model.score("what?", ["a", "aaa", "aa"]).tolist() == pytest.approx([0.1, 0.3, 0.2])
    [(path, body)] = handler.asked
    assert path == "/v1/rerank"
    assert body == {"model": "org/m", "query": "what?", "documents": ["a", "aaa", "aa"], "top_n": 3}
    assert model.score("what?", []).shape == (0,)
    assert len(handler.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [{"results": []}, {"results": [{"index": 0, "relevance_score": 1}]}, {"data": 1}, ["x"], "text"],
)
def test_an_answer_that_lacks_scores_is_told(
    answer: Any, served: tuple[type[Longest], ServerReranker]
) -> None:
    handler, model = served
    handler.instead = answer
    with pytest.raises(ModelError, match=r"`relevance_score` for each of 2 texts.*'org/m' is a reranker"):
        model.score("what?", ["a", "b"])


def test_refusals_are_told_in_words(served: tuple[type[Longest], ServerReranker]) -> None:
    handler, model = served
    for status, said in ((404, "404 for the model 'org/m'"), (401, "API key"), (503, "failed")):
        handler.status = status
        with pytest.raises(ModelError, match=said):
            model.score("what?", ["a"])


def test_an_unreachable_server_is_named() -> None:
    with pytest.raises(ModelError, match=r"127.0.0.1:9/v1 cannot be reached"):
        ServerReranker("m", "http://127.0.0.1:9/v1").score("what?", ["a"])
