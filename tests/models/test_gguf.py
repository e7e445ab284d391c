from pathlib import Path

import gguf
import gguf.quants
import numpy as np
import pytest

from wellread.errors import WeightsError
from wellread.models.gguf_header import read_header
from wellread.models.gguf_quantise import to_q8_0


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A model of two matrices (Q4_1 and Q8_0), one vector and a vocabulary with two control tokens."""
    random = np.random.default_rng(0)
    path = tmp_path / "small.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(512)
    writer.add_file_type(3)
    writer.add_token_list(["a", "<|end|>", "b", "<s>"])
    writer.add_token_types([1, 3, 1, 3])
    writer.add_chat_template("{{ messages }}")
    for name, kind in (("q4.weight", "Q4_1"), ("q8.weight", "Q8_0")):
        rows = random.normal(0, 1, (6, 96)).astype(np.float32)
        rows[0, :32] = 0
        kind_ = gguf.GGMLQuantizationType[kind]
        writer.add_tensor(name, gguf.quants.quantize(rows, kind_), raw_dtype=kind_)
    writer.add_tensor("norm.weight", random.normal(0, 1, 96).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def weights_of(path: Path) -> dict[str, np.ndarray]:
    tensors = gguf.GGUFReader(path).tensors
    return {tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type) for tensor in tensors}


def test_the_header_is_what_the_reference_reader_finds(small: Path) -> None:
    header, reference = read_header(small), gguf.GGUFReader(small)
    assert header.metadata["llama.context_length"] == 512
    assert header.metadata["general.architecture"] == "llama"
    assert header.metadata["tokenizer.chat_template"] == "{{ messages }}"
    assert header.control_tokens == ("<|end|>", "<s>")
    assert header.pair_count == len([name for name in reference.fields if not name.startswith("GGUF.")])
    assert {name: info.shape for name, info in header.tensors.items()} == {
        tensor.name: tuple(tensor.shape.tolist()) for tensor in reference.tensors
    }
    for tensor in reference.tensors:
        assert tensor.data_offset == header.data_start + header.tensors[tensor.name].offset


@pytest.mark.parametrize("length", [0, 3, 20, 100, 200])
def test_a_file_cut_short_is_refused(small: Path, length: int) -> None:
    small.write_bytes(small.read_bytes()[:length])
    with pytest.raises(WeightsError, match="not a complete GGUF file"):
        read_header(small)


def test_eight_bits_keep_the_weights_to_half_a_step(small: Path, tmp_path: Path) -> None:
    to_q8_0(small, tmp_path / "q8.gguf")
    before, after = weights_of(small), weights_of(tmp_path / "q8.gguf")
    assert list(before) == list(after)
    for name, weights in before.items():
        steps = np.abs(weights).reshape(-1, 32).max(axis=1, keepdims=True) / 127
        error = np.abs(weights - after[name]).reshape(-1, 32)
        if name == "q4.weight":
            assert (error <= steps * 0.51 + np.abs(weights).reshape(-1, 32) * 2**-10).all()
            assert error.max() > 0
        else:
            assert error.max() == 0
    assert {tensor.tensor_type.name for tensor in gguf.GGUFReader(tmp_path / "q8.gguf").tensors} == {
        "Q8_0",
        "F32",
    }


def test_the_same_input_gives_the_same_bytes_and_says_what_it_is(small: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one.gguf", tmp_path / "other.gguf"
    to_q8_0(small, one)
    to_q8_0(small, other)
    assert one.read_bytes() == other.read_bytes()
    header = read_header(one)
    assert header.metadata["general.file_type"] == 7
    assert {k: v for k, v in header.metadata.items() if k != "general.file_type"} == {
        k: v for k, v in read_header(small).metadata.items() if k != "general.file_type"
    }
