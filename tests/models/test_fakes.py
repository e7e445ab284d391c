import json
import math

import numpy as np
import pytest

from wellread.errors import ModelError
from wellread.models.fakes import NOT_FOUND, FakeEmbedder, FakeGenerator, FakeReranker
from wellread.models.protocols import Request
from wellread.records.conversation import Message

PROMPT = "[1] Leave is 28 days a year. Ask.\n[2] Backups run at night.\n\nHow many days of leave are there?"


def request(prompt: str = PROMPT, **more: object) -> Request:
    return Request(messages=(Message("system", "Answer."), Message("user", prompt)), **more)  # type: ignore[arg-type]


def test_the_default_script_repeats_the_sentence_that_answers() -> None:
    answer = FakeGenerator().generate(request())
    assert answer.text == "[1] Leave is 28 days a year."
    assert (answer.finish, answer.completion_tokens) == ("stop", 7)


def test_it_refuses_with_the_watched_text() -> None:
    unrelated = "[1] Backups run at night.\nWho founded Rome?"
    assert FakeGenerator().generate(request(unrelated)).text == NOT_FOUND
    refused = FakeGenerator().generate(request(unrelated, watch="Not here."))
    assert (refused.text, refused.watched) == ("Not here.", 1.0)
    assert FakeGenerator().generate(request(watch="Not here.")).watched == 0.0
    forced = FakeGenerator().generate(request(unrelated, watch="Not here.", forbid_watched=True))
    assert not forced.text.startswith("Not")
    assert forced.watched == 1.0


def test_a_script_decides_and_requests_are_kept() -> None:
    model = FakeGenerator(lambda asked: json.dumps({"n": len(asked.messages)}))
    assert model.generate(request()).text == '{"n": 2}'
    assert model.requests == [request()]


def test_stops_and_lengths_cut_as_a_model_would() -> None:
    model = FakeGenerator(lambda _: "one two three four")
    assert model.generate(request(stop=("three",))).text == "one two "
    cut = model.generate(request(max_tokens=2))
    assert (cut.text, cut.finish) == ("one two", "length")
    pieces: list[str] = []
    assert model.stream(request(), pieces.append).text == "".join(pieces) == "one two three four"
    assert len(pieces) == 4


def test_a_closed_fake_says_so() -> None:
    model = FakeGenerator()
    model.close()
    model.close()
    with pytest.raises(ModelError, match="closed"):
        model.generate(request())


def test_texts_that_share_words_are_similar() -> None:
    embedder = FakeEmbedder()
    vectors = embedder.embed(["paid leave days", "days of leave, paid", "nightly backups", ""])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)
    assert vectors[0] @ vectors[1] == pytest.approx(1)
    assert vectors[0] @ vectors[2] < 0.5
    assert vectors.dtype == np.float32
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_the_reranker_counts_the_words_of_the_question() -> None:
    scores = FakeReranker().score("paid leave", ["leave is paid", "leave", "nothing"])
    assert [float(score) for score in scores] == [1.0, 0.5, 0.0]
    assert all(math.isfinite(score) for score in FakeReranker().score("", ["x"]))
