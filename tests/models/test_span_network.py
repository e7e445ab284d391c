"""The span reader's network is the published encoder with the change that training made, and points."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from wellread.errors import WeightsError
from wellread.models.bundled import bundled_change
from wellread.models.onnx_network import OnnxNetwork, read_tokenizer
from wellread.models.safetensors_file import read_safetensors
from wellread.models.span_network import MOST_TOKENS, OVERLAP, changed, echoes, write_span_network
from wellread.models.weights import SPAN_READER, file_digest, known

QUESTION = "How many days of leave do trainees have?"
PASSAGE = "Leave of trainees. Staff have 26 days; a trainee has 30 days of leave, of which ten in summer."


def reference(weights: dict[str, npt.NDArray[Any]], encoded: Any) -> npt.NDArray[np.float64]:
    """Logits, shape (tokens, 2), in float64, written from the equations of BERT."""
    w = {name: values.astype(np.float64) for name, values in weights.items()}

    def norm(x: npt.NDArray[np.float64], name: str) -> npt.NDArray[np.float64]:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]

    def linear(x: npt.NDArray[np.float64], name: str) -> npt.NDArray[np.float64]:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    tokens = len(encoded.ids)
    x = w["embeddings.word_embeddings.weight"][encoded.ids] + w["echo.weight"][echoes(encoded)]
    x += w["embeddings.position_embeddings.weight"][:tokens]
    x += w["embeddings.token_type_embeddings.weight"][encoded.type_ids]
    x = norm(x, "embeddings.LayerNorm")
    for number in range(6):
        layer = f"encoder.layer.{number}"
        q, k, v = (
            linear(x, f"{layer}.attention.self.{part}").reshape(tokens, 12, 32).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(32)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (shares / shares.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(tokens, 384)
        x = norm(x + linear(mixed, f"{layer}.attention.output.dense"), f"{layer}.attention.output.LayerNorm")
        wide = linear(x, f"{layer}.intermediate.dense")
        wide = 0.5 * wide * (1 + np.tanh(np.sqrt(2 / np.pi) * (wide + 0.044715 * wide**3)))
        x = norm(x + linear(wide, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    return x @ w["head.weight"].T + w["head.bias"]


def test_its_graph_computes_what_the_equations_say(
    minilm_safetensors: Path, embedder_paths: tuple[Path, Path], tmp_path: Path
) -> None:
    tokenizer = read_tokenizer(embedder_paths[1], MOST_TOKENS, OVERLAP)
    encoded = tokenizer.encode(QUESTION, PASSAGE)
    with bundled_change() as change:
        write_span_network(minilm_safetensors, change, tmp_path / "whole.onnx", quantised=False)
        weights = changed(read_safetensors(minilm_safetensors), read_safetensors(change))
    network = OnnxNetwork(
        "whole",
        tmp_path / "whole.onnx",
        embedder_paths[1],
        most_tokens=MOST_TOKENS,
        overlap=OVERLAP,
        further={"echoes": echoes},
    )
    [logits] = network.run_encoded([encoded])
    np.testing.assert_allclose(logits, reference(weights, encoded), atol=0.02, rtol=0.01)
    network.close()


def test_the_graph_is_the_same_to_the_bit(minilm_safetensors: Path, tmp_path: Path) -> None:
    with bundled_change() as change:
        write_span_network(minilm_safetensors, change, tmp_path / "graph.onnx")
    assert file_digest(tmp_path / "graph.onnx") == known(SPAN_READER).sha256
    assert (tmp_path / "graph.onnx").stat().st_size == known(SPAN_READER).size


def test_a_change_is_added_to_the_published_weights() -> None:
    published = {
        "bert.layer.weight": np.ones((2, 3), np.float16),
        "bert.layer.bias": np.zeros(2, np.float16),
        "bert.other": np.ones(1, np.float16),
    }
    change = {
        "layer.left": np.array([[2], [-4]], np.int8),
        "layer.right": np.array([[1, 0, -1]], np.int8),
        "layer.row_scale": np.array([1, 0.5], np.float32),
        "layer.column_scale": np.array([1, 1, 2], np.float32),
        "layer.bias": np.array([7, 8], np.float16),
        "head.bias": np.array([9], np.float32),
    }
    weights = changed(published, change)
    np.testing.assert_array_equal(weights["layer.weight"], [[3, 1, -3], [-1, 1, 5]])
    np.testing.assert_array_equal(weights["layer.bias"], [7, 8])
    np.testing.assert_array_equal(weights["other"], [1])
    assert set(weights) == {"layer.weight", "layer.bias", "other", "head.bias"}


def test_a_word_of_the_question_echoes_whatever_its_ending(embedder_paths: tuple[Path, Path]) -> None:
    encoded = read_tokenizer(embedder_paths[1], MOST_TOKENS, OVERLAP).encode(
        "What was planted by the gardeners?", "The gardener plants roses by the wall."
    )
    marked = {token for token, mark in zip(encoded.tokens, echoes(encoded), strict=True) if mark}
    assert marked == {"gardener", "plants"}


def test_files_of_another_kind_are_refused(minilm_safetensors: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="are not the span reader's"):
        write_span_network(minilm_safetensors, minilm_safetensors, tmp_path / "graph.onnx")
    assert not (tmp_path / "graph.onnx").exists()
