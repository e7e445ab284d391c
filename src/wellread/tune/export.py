"""A trained LoRA as a GGUF adapter file, the form that llama.cpp serves beside its base.

Tensor names and metadata follow llama.cpp's LoRA loader: `blk.N.attn_q.weight.lora_a` of shape (rank, in) and
`.lora_b` of shape (out, rank), `adapter.type` "lora", `adapter.lora.alpha`. GGUF stores the query and key matrices of
llama models with each head's rows interleaved for rotary embedding, so B of those two is permuted alike.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wellread.errors import UsageError, WeightsError
from wellread.tune.recipe import Recipe

_NAMES = {
    "q_proj": "attn_q",
    "k_proj": "attn_k",
    "v_proj": "attn_v",
    "o_proj": "attn_output",
    "gate_proj": "ffn_gate",
    "up_proj": "ffn_up",
    "down_proj": "ffn_down",
}
_PARAMETER = re.compile(r"layers\.(\d+)\.\w+\.(\w+_proj)\.lora_([AB])$")

Matrix = npt.NDArray[np.float32]


def write_gguf(
    matrices: Mapping[str, Any], path: Path, *, alpha: int, heads: int, key_heads: int, name: str
) -> None:
    """Write `matrices` (as `lora.weights` names them) in half precision. Replaces `path` atomically.

    Raises WeightsError for a parameter that the GGUF form has no name for.
    """
    from gguf import GGMLQuantizationType, GGUFWriter
    from gguf.constants import Keys

    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    writer = GGUFWriter(beside, "llama")
    writer.add_type("adapter")
    writer.add_name(name)
    writer.add_string(Keys.Adapter.TYPE, "lora")
    writer.add_float32(Keys.Adapter.LORA_ALPHA, float(alpha))
    for parameter, tensor in sorted(matrices.items()):
        found = _PARAMETER.search(parameter)
        if not found:
            raise WeightsError(f"{parameter} has no name in a GGUF adapter; adapt only {', '.join(_NAMES)}")
        layer, projection, side = found.groups()
        matrix = tensor.detach().float().numpy()
        if side == "B" and projection in ("q_proj", "k_proj"):
            matrix = interleave(matrix, heads if projection == "q_proj" else key_heads)
        writer.add_tensor(
            f"blk.{layer}.{_NAMES[projection]}.weight.lora_{side.lower()}",
            np.ascontiguousarray(matrix, dtype=np.float16),
            raw_dtype=GGMLQuantizationType.F16,
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    beside.replace(path)


def read_gguf(path: Path, *, heads: int, key_heads: int) -> tuple[dict[str, Matrix], int]:
    """The matrices of a GGUF adapter, named as `lora.weights` names them, in float32, and alpha.

    The inverse of `write_gguf` up to half precision. Raises WeightsError when the file is no adapter.
    """
    from gguf import GGUFReader

    try:
        reader = GGUFReader(path)
        alpha = int(reader.fields["adapter.lora.alpha"].contents())
    except (OSError, ValueError, KeyError) as reason:
        raise WeightsError(f"{path} is not a GGUF adapter: {reason}") from reason
    projections = {gguf: projection for projection, gguf in _NAMES.items()}
    matrices = {}
    for tensor in reader.tensors:
        _, layer, gguf_name, _, side = tensor.name.split(".")
        projection = projections[gguf_name]
        matrix = np.array(tensor.data, dtype=np.float32)
        if side == "lora_b" and projection in ("q_proj", "k_proj"):
            matrix = deinterleave(matrix, heads if projection == "q_proj" else key_heads)
        block = "mlp" if projection in ("gate_proj", "up_proj", "down_proj") else "self_attn"
        letter = side[-1].upper()
        matrices[f"model.layers.{layer}.{block}.{projection}.lora_{letter}"] = matrix
    return matrices, alpha


def starting_point(path: Path, recipe: Recipe, *, heads: int, key_heads: int) -> dict[str, Any]:
    """The matrices of an adapter to go on from, as tensors.

    Raises UsageError when the recipe asks for another rank or alpha than it has.
    """
    import torch

    matrices, alpha = read_gguf(path, heads=heads, key_heads=key_heads)
    rank = next(matrix.shape[0] for name, matrix in matrices.items() if name.endswith("lora_A"))
    if (rank, alpha) != (recipe.rank, recipe.alpha):
        raise UsageError(
            f"the adapter to start from has rank {rank} and alpha {alpha}, "
            f"the recipe {recipe.rank} and {recipe.alpha}: "
            "use its values, or start from scratch with --from-scratch"
        )
    return {name: torch.from_numpy(matrix) for name, matrix in matrices.items()}


def rounded(matrices: Mapping[str, Any]) -> dict[str, Any]:
    """The matrices as half precision keeps them: what is served, in the trainer's form."""
    return {name: tensor.half().float() for name, tensor in matrices.items()}


def interleave(matrix: Matrix, heads: int) -> Matrix:
    """Rows of each head from (first half, second half) to alternating; shape unchanged."""
    rows, columns = matrix.shape
    return matrix.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def deinterleave(matrix: Matrix, heads: int) -> Matrix:
    """The inverse of `interleave`."""
    rows, columns = matrix.shape
    return matrix.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)
