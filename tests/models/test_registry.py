from pathlib import Path

import pytest

from wellread.errors import UsageError, WeightsError
from wellread.models.fakes import FakeEmbedder, FakeGenerator
from wellread.models.llamacpp import LlamaCppGenerator
from wellread.models.openai import OpenAIGenerator
from wellread.models.registry import Opening, open_embedder, open_generator, open_reranker
from wellread.models.rerank_server import ServerReranker
from wellread.models.weights import GENERATOR, file_digest, known


def test_names_lead_to_backends() -> None:
    assert isinstance(open_generator("fake"), FakeGenerator)
    assert isinstance(open_embedder("fake"), FakeEmbedder)
    remote = open_generator("openai:org/model@v2@http://localhost:8000/v1")
    assert isinstance(remote, OpenAIGenerator)
    assert remote.name == "openai:org/model@v2@http://localhost:8000/v1"
    remote.close()


@pytest.mark.parametrize("name", ["gpt", "", "openai:gpt", "openai:@http://x/v1", "openai:gpt@localhost"])
def test_other_names_are_refused_with_what_may_be_written(name: str) -> None:
    with pytest.raises(UsageError, match="write"):
        open_generator(name)


@pytest.mark.parametrize("name", ["bm25", "rerank:m", "rerank:@http://x/v1", "/no/such/folder"])
def test_other_rerankers_are_refused_with_what_may_be_written(name: str) -> None:
    with pytest.raises(UsageError, match="write"):
        open_reranker(name)


def test_a_reranker_is_none_or_behind_a_server() -> None:
    assert open_reranker("") is None
    remote = open_reranker("rerank:org/m@http://localhost:8000/v1")
    assert isinstance(remote, ServerReranker)
    assert remote.name == "rerank:org/m@http://localhost:8000/v1"
    remote.close()


def test_an_unknown_embedder_is_refused() -> None:
    with pytest.raises(UsageError, match="all-minilm-l6-v2"):
        open_embedder("word2vec")


def test_offline_without_weights_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    offline = Opening(cache_dir=tmp_path, offline=True)
    for opener, name in ((open_generator, GENERATOR), (open_embedder, "all-minilm-l6-v2")):
        with pytest.raises(WeightsError, match="downloads are off"):
            opener(name, offline)
    with pytest.raises(WeightsError, match="no file at"):
        open_generator(str(tmp_path / "model.gguf"))


def test_a_known_name_and_a_path_open_the_same_weights(generator_path: Path) -> None:
    opening = Opening(cache_dir=generator_path.parent, offline=True, window=100_000)
    named, by_path = open_generator(GENERATOR, opening), open_generator(str(generator_path), opening)
    assert isinstance(by_path, LlamaCppGenerator)
    assert named.name == GENERATOR
    assert named.digest == by_path.digest == known(GENERATOR).sha256 == file_digest(generator_path)
    assert named.window == 8192
    named.close()
    by_path.close()
