"""Whether a GGUF LoRA adapter fits a base model, decided from the two headers before llama.cpp sees either.

llama.cpp itself says only that it could not start. An adapter file holds, for an adapted base tensor NAME of shape
(in, out), `NAME.lora_a` of shape (in, rank) and `NAME.lora_b` of shape (rank, out), in GGUF's order of dimensions.
"""

from pathlib import Path

from wellread.errors import WeightsError
from wellread.models.gguf_header import GgufHeader, read_header

_TRANSPOSED = "token_embd.weight"
"""llama.cpp stores the pair of this one tensor the other way round."""


def check_adapter(adapter: Path, base: GgufHeader, base_name: str) -> None:
    """Raise WeightsError, naming what does not fit, unless `adapter` is a LoRA of the model with header `base`."""
    if not adapter.is_file():
        raise WeightsError(
            f"no adapter at {adapter}; give the path of the GGUF file that the tuning run wrote"
        )
    header = read_header(adapter)
    if header.metadata.get("general.type") != "adapter" or header.metadata.get("adapter.type") != "lora":
        raise WeightsError(
            f"{adapter} is a GGUF file but not a LoRA adapter; give the file that the tuning run wrote"
        )
    wanted, found = base.metadata.get("general.architecture"), header.metadata.get("general.architecture")
    if wanted != found:
        raise _misfit(adapter, base_name, f"it is for the architecture {found!r}, the base is {wanted!r}")
    for name, info in header.tensors.items():
        _check_tensor(adapter, base, base_name, name, info.shape)


def _check_tensor(adapter: Path, base: GgufHeader, base_name: str, name: str, shape: tuple[int, ...]) -> None:
    target, _, half = name.rpartition(".")
    matrix = base.tensors[target].shape if target in base.tensors else ()
    if half not in {"lora_a", "lora_b"} or len(matrix) < 2 or len(shape) < 2:
        raise _misfit(adapter, base_name, f"its tensor {name} adapts nothing that the base has")
    into, out = matrix[:2]
    if target != _TRANSPOSED and (shape[0] != into if half == "lora_a" else shape[1] != out):
        raise _misfit(
            adapter, base_name, f"its tensor {name} has shape {shape}, the base tensor ({into}, {out})"
        )


def _misfit(adapter: Path, base_name: str, reason: str) -> WeightsError:
    return WeightsError(
        f"{adapter} does not fit the model {base_name}: {reason}; use it with the model it was trained on"
    )
