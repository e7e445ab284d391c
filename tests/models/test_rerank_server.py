"""A reranker behind a server: what is asked of it, and what its answers and failures become."""

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from wellread.errors import ModelError
from wellread.models.rerank_server import ServerReranker


class Host(http.server.BaseHTTPRequestHandler):
    """Gives the longest document the highest score, best first, as such servers do; or `answer`."""

    asked: list[tuple[str, dict[str, Any]]]
    answer: Any
    status: int

    def do_POST(self) -> None:
        host = type(self)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        host.asked.append((self.path, body))
        found = [
            {"index": place, "document": {"text": text}, "relevance_score": len(text) / 10}
            for place, text in enumerate(body["documents"])
        ]
        best_first = sorted(found, key=lambda one: -one["relevance_score"])
        said = json.dumps(host.answer or {"id": "1", "model": body["model"], "results": best_first}).encode()
        self.send_response(host.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.send_header("Retry-After-Ms", "1")
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served() -> Iterator[tuple[type[Host], ServerReranker]]:
    handler = type("Handler", (Host,), {"asked": [], "answer": None, "status": 200})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    model = ServerReranker("org/m", f"http://127.0.0.1:{server.server_port}/v1", timeout=5)
    yield handler, model
    model.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_scores_come_in_the_order_of_the_texts(served: tuple[type[Host], ServerReranker]) -> None:
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
def test_an_answer_that_lacks_scores_is_told(answer: Any, served: tuple[type[Host], ServerReranker]) -> None:
    handler, model = served
    handler.answer = answer
    with pytest.raises(ModelError, match=r"`relevance_score` for each of 2 texts.*'org/m' is a reranker"):
        model.score("what?", ["a", "b"])


def test_refusals_are_told_in_words(served: tuple[type[Host], ServerReranker]) -> None:
    handler, model = served
    for status, said in ((404, "404 for the model 'org/m'"), (401, "API key"), (503, "failed")):
        handler.status = status
        with pytest.raises(ModelError, match=said):
            model.score("what?", ["a"])


def test_an_unreachable_server_is_named() -> None:
    with pytest.raises(ModelError, match=r"127.0.0.1:9/v1 cannot be reached"):
        ServerReranker("m", "http://127.0.0.1:9/v1").score("what?", ["a"])
