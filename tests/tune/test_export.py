"""GGUF adapters: what is written can be read again, and is what llama.cpp expects."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.errors import UsageError, WeightsError
from wellread.tune import export, lora
from wellread.tune.recipe import Recipe

torch = pytest.importorskip("torch", reason="the extra wellread[tune] is not installed")

SHAPE = {"heads": 4, "key_heads": 2}


def trained(model) -> dict:
    adapted = lora.adapt(model, Recipe(rank=4, alpha=8))
    torch.manual_seed(1)
    return {name: torch.randn_like(one) for name, one in lora.weights(adapted).items()}


def test_a_written_adapter_reads_back_as_its_half_precision(small_llama, tmp_path: Path) -> None:
    matrices = trained(small_llama)
    path = tmp_path / "adapter.gguf"
    export.write_gguf(matrices, path, alpha=8, name="test", **SHAPE)
    found, alpha = export.read_gguf(path, **SHAPE)
    assert alpha == 8
    assert found.keys() == matrices.keys()
    for name, matrix in export.rounded(matrices).items():
        assert np.array_equal(found[name], matrix.numpy()), name


def test_only_b_of_query_and_key_is_interleaved(small_llama, tmp_path: Path) -> None:
    from gguf import GGUFReader

    matrices = trained(small_llama)
    path = tmp_path / "adapter.gguf"
    export.write_gguf(matrices, path, alpha=8, name="test", **SHAPE)
    stored = {tensor.name: np.array(tensor.data, dtype=np.float32) for tensor in GGUFReader(path).tensors}
    assert len(stored) == 28
    for ours, theirs, heads in (("q_proj", "attn_q", 4), ("k_proj", "attn_k", 2), ("v_proj", "attn_v", None)):
        b = matrices[f"model.layers.1.self_attn.{ours}.lora_B"].half().float().numpy()
        expected = export.interleave(b, heads) if heads else b
        assert np.array_equal(stored[f"blk.1.{theirs}.weight.lora_b"], expected)
        a = matrices[f"model.layers.1.self_attn.{ours}.lora_A"].half().float().numpy()
        assert np.array_equal(stored[f"blk.1.{theirs}.weight.lora_a"], a)


@given(heads=st.integers(1, 6), half=st.integers(1, 5), columns=st.integers(1, 4))
def test_deinterleaving_undoes_interleaving(heads: int, half: int, columns: int) -> None:
    matrix = np.arange(heads * 2 * half * columns, dtype=np.float32).reshape(-1, columns)
    mixed = export.interleave(matrix, heads)
    assert np.array_equal(export.deinterleave(mixed, heads), matrix)
    # Row j of a head's first half comes to stand at 2j, its partner of the second half at 2j + 1.
    assert np.array_equal(mixed[0], matrix[0])
    assert np.array_equal(mixed[1], matrix[half])


def test_a_parameter_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="has no name in a GGUF adapter"):
        export.write_gguf(
            {"model.embed.lora_A": torch.zeros(1, 1)}, tmp_path / "a.gguf", alpha=1, name="x", **SHAPE
        )
    assert not (tmp_path / "a.gguf").exists()


def test_starting_from_another_rank_is_refused(small_llama, tmp_path: Path) -> None:
    path = tmp_path / "adapter.gguf"
    export.write_gguf(trained(small_llama), path, alpha=8, name="test", **SHAPE)
    with pytest.raises(UsageError, match="rank 4 and alpha 8, the recipe 16 and 32"):
        export.starting_point(path, Recipe(), **SHAPE)


def test_a_file_that_is_no_adapter_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"GGUF but not really")
    with pytest.raises(WeightsError, match="not a GGUF adapter"):
        export.read_gguf(path, **SHAPE)
