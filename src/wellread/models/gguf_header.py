"""The header of a GGUF file: its metadata and where its tensors lie, without reading any of them.

Layout (version 3, little endian), from ggml's `docs/gguf.md`:

    "GGUF" | version u32 | tensors u64 | pairs u64 | pairs … | tensor infos … | padding | tensor data …

`gguf.GGUFReader` gives the same, but takes seconds over a vocabulary of 49,152 strings; this takes milliseconds.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from wellread.errors import WeightsError

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_CONTROL = 3  # llama.cpp's LLAMA_TOKEN_TYPE_CONTROL
_LARGEST_STRING = 1 << 26


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor. `shape` is in GGUF's order: the dimension that is contiguous in memory comes first."""

    name: str
    shape: tuple[int, ...]
    kind: int
    """A `ggml_type`: 0 is F32, 1 F16, 3 Q4_1, 8 Q8_0."""
    offset: int
    """Bytes from the start of the tensor data."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What stands before the tensor data. Arrays of the metadata are left out, except for `control_tokens`."""

    metadata: dict[str, Any]
    control_tokens: tuple[str, ...]
    """Texts that the tokenizer turns into control tokens, such as `<|im_end|>`."""
    tensors: dict[str, TensorInfo]
    pairs: tuple[int, int]
    """Where the metadata begins and ends in the file, in bytes."""
    pair_count: int
    data_start: int
    """Where the tensor data begins in the file, in bytes."""


def read_header(path: Path) -> GgufHeader:
    """The header of the file at `path`. Raises WeightsError when it is not a GGUF file or is cut short."""
    try:
        with path.open("rb") as file:
            return _read(file)
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be read: {error.strerror}; give the path of a GGUF file"
        ) from error
    except (ValueError, KeyError, struct.error) as error:
        raise WeightsError(f"{path} is not a complete GGUF file ({error}); bring it again") from error


def _read(file: BinaryIO) -> GgufHeader:
    if file.read(4) != b"GGUF":
        raise ValueError("it does not begin with the letters GGUF")
    version, tensor_count, pair_count = struct.unpack("<IQQ", file.read(20))
    if version not in (2, 3):
        raise ValueError(f"version {version} is unknown, 2 and 3 are known")
    pairs_start = file.tell()
    metadata = {}
    arrays: dict[str, int] = {}
    for _ in range(pair_count):
        key = _string(file)
        kind = _scalar(file, "I")
        if kind == _ARRAY:
            arrays[key] = file.tell()
            _skip_array(file)
        else:
            metadata[key] = _string(file) if kind == _STRING else _scalar(file, _SCALARS[kind])
    pairs_end = file.tell()
    infos = [_tensor(file) for _ in range(tensor_count)]
    alignment = int(metadata.get("general.alignment", 32))
    data_start = padded(file.tell(), alignment)
    return GgufHeader(
        metadata=metadata,
        control_tokens=_control_tokens(file, arrays),
        tensors={info.name: info for info in infos},
        pairs=(pairs_start, pairs_end),
        pair_count=pair_count,
        data_start=data_start,
    )


def padded(position: int, alignment: int = 32) -> int:
    """The next multiple of `alignment` from `position` on."""
    return -(-position // alignment) * alignment


def _tensor(file: BinaryIO) -> TensorInfo:
    name = _string(file)
    dimensions = _scalar(file, "I")
    shape = struct.unpack(f"<{dimensions}Q", file.read(8 * dimensions))
    return TensorInfo(name, shape, _scalar(file, "I"), _scalar(file, "Q"))


def _skip_array(file: BinaryIO) -> None:
    element, length = _scalar(file, "I"), _scalar(file, "Q")
    if element == _STRING:
        for _ in range(length):
            file.seek(_scalar(file, "Q"), 1)
    else:
        file.seek(length * struct.calcsize(f"<{_SCALARS[element]}"), 1)


def _control_tokens(file: BinaryIO, arrays: dict[str, int]) -> tuple[str, ...]:
    texts, kinds = arrays.get("tokenizer.ggml.tokens"), arrays.get("tokenizer.ggml.token_type")
    if texts is None or kinds is None:
        return ()
    file.seek(kinds)
    _, length = _scalar(file, "I"), _scalar(file, "Q")
    control = [kind == _CONTROL for kind in struct.unpack(f"<{length}i", file.read(4 * length))]
    file.seek(texts + 12)
    found = []
    for is_control in control[: len(control) - control[::-1].index(True)] if any(control) else ():
        if is_control:
            found.append(_string(file))
        else:
            file.seek(_scalar(file, "Q"), 1)
    return tuple(found)


def _string(file: BinaryIO) -> str:
    length = _scalar(file, "Q")
    if length > _LARGEST_STRING:
        raise ValueError(f"a text of {length} bytes in the header")
    return file.read(length).decode()


def _scalar(file: BinaryIO, code: str) -> Any:
    return struct.unpack(f"<{code}", file.read(struct.calcsize(f"<{code}")))[0]
