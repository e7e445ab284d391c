import threading
from pathlib import Path

import numpy as np
import pytest

from wellread.errors import ModelError, WeightsError
from wellread.models.minilm import DIMENSIONS, MAX_TOKENS, write_minilm
from wellread.models.onnx import OnnxEmbedder
from wellread.models.onnx_network import open_session
from wellread.models.safetensors_file import read_safetensors
from wellread.models.weights import EMBEDDER, file_digest, known

TEXTS = [
    "How many days of holiday do I have?",
    "Employees are entitled to 28 days of paid leave a year.",
    "The database is backed up every night at two.",
    "",
    "Zürich — naïve café 東京 🙂",
    "one " * 600,
]


def reference(weights_path: Path, tokens: list[int]) -> np.ndarray:
    """all-MiniLM-L6-v2 in float64, written from the equations."""
    w = {
        name.removeprefix("bert."): value.astype(np.float64)
        for name, value in read_safetensors(weights_path).items()
    }

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def gelu(x: np.ndarray) -> np.ndarray:
        return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))

    x = (
        w["embeddings.word_embeddings.weight"][tokens]
        + w["embeddings.position_embeddings.weight"][: len(tokens)]
    )
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for number in range(6):
        layer = f"encoder.layer.{number}"
        q, k, v = (
            linear(x, f"{layer}.attention.self.{part}").reshape(len(tokens), 12, 32).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(32)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (shares / shares.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(tokens), 384)
        x = norm(x + linear(mixed, f"{layer}.attention.output.dense"), f"{layer}.attention.output.LayerNorm")
        wide = gelu(linear(x, f"{layer}.intermediate.dense"))
        x = norm(x + linear(wide, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


def test_vectors_are_those_of_the_published_weights(embedder: OnnxEmbedder, minilm_safetensors: Path) -> None:
    vectors = embedder.embed(TEXTS)
    for text, vector in zip(TEXTS, vectors, strict=True):
        tokens = embedder._network._tokenizer.encode(text).ids
        assert len(tokens) <= MAX_TOKENS
        prose = len(set(tokens)) > 5  # texts of one word over and over lose more to eight bits
        assert vector @ reference(minilm_safetensors, tokens) > (0.99 if prose else 0.97)


def test_the_form_of_what_comes_back(embedder: OnnxEmbedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), DIMENSIONS) == (len(TEXTS), embedder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_a_vector_depends_on_its_text_alone(embedder: OnnxEmbedder) -> None:
    together = embedder.embed(TEXTS)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    backwards = embedder.embed(TEXTS[::-1])[::-1]
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(together, backwards)


def test_meaning_is_near_meaning(embedder: OnnxEmbedder) -> None:
    question, about, other = embedder.embed(TEXTS[:3])
    assert question @ about > question @ other + 0.1
    assert question @ about > about @ other + 0.2


def test_what_lies_beyond_256_tokens_does_not_count(embedder: OnnxEmbedder) -> None:
    long, longer = embedder.embed(["word " * 300, "word " * 300 + "entirely different ending"])
    np.testing.assert_array_equal(long, longer)


def test_threads_share_it(embedder: OnnxEmbedder) -> None:
    alone = embedder.embed(TEXTS)
    found: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda number=number: found.update({number: embedder.embed(TEXTS)}))
        for number in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    for vectors in found.values():
        np.testing.assert_array_equal(vectors, alone)


def test_the_graph_is_the_same_to_the_bit(minilm_safetensors: Path, tmp_path: Path) -> None:
    write_minilm(minilm_safetensors, tmp_path / "graph.onnx")
    assert file_digest(tmp_path / "graph.onnx") == known(EMBEDDER).sha256
    assert (tmp_path / "graph.onnx").stat().st_size == known(EMBEDDER).size


def test_the_name_changes_with_the_weights(embedder: OnnxEmbedder) -> None:
    assert embedder.name == f"{EMBEDDER}@{known(EMBEDDER).sha256[:12]}"


def test_files_of_another_kind_are_refused(tmp_path: Path, minilm_safetensors: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
    with pytest.raises(WeightsError, match="is not all-MiniLM-L6-v2"):
        write_minilm(other, tmp_path / "graph.onnx")
    other.write_bytes(b"nonsense")
    with pytest.raises(WeightsError, match="not a safetensors file"):
        write_minilm(other, tmp_path / "graph.onnx")
    with pytest.raises(WeightsError, match="not a tokenizer file"):
        OnnxEmbedder(other, other, name="x")


def test_a_closed_model_says_so(embedder_paths: tuple[Path, Path]) -> None:
    closed = OnnxEmbedder(*embedder_paths, name=EMBEDDER)
    closed.close()
    closed.close()
    with pytest.raises(ModelError, match="closed"):
        closed.embed(["hello"])


def test_without_quantisation_the_graph_is_the_equations(
    embedder: OnnxEmbedder, minilm_safetensors: Path, tmp_path: Path
) -> None:
    write_minilm(minilm_safetensors, tmp_path / "graph.onnx", quantised=False)
    session = open_session(tmp_path / "graph.onnx")
    for text in TEXTS:
        tokens = embedder._network._tokenizer.encode(text).ids
        (vector,) = session.run(None, {"input_ids": np.array([tokens], np.int64)})[0]
        np.testing.assert_allclose(vector, reference(minilm_safetensors, tokens), atol=1e-4)
