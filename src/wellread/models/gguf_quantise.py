"""Write a GGUF file again with its matrices as Q8_0, which CPUs multiply fastest, or as F32.

Header pairs are copied byte for byte (but for `general.file_type`), vectors in F32 stay, tensors already in Q8_0 stay.
The result depends on nothing but the input: the same bytes on every machine.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from wellread.models.gguf_header import GgufHeader, TensorInfo, padded, read_header

_F32, _Q8_0 = 0, 8
_FILE_TYPE = b"general.file_type"
_FILE_TYPES = {_F32: 0, _Q8_0: 7}
_BLOCK = 32
"""Weights that share a scale in Q8_0."""
_BLOCK_BYTES = 34
"""A scale in half precision and 32 signed bytes."""


def to_q8_0(source: Path, target: Path) -> None:
    """Write `source` to `target` with its matrices in Q8_0: w = scale * q, scale = max|w| / 127 over 32 weights."""
    _rewrite(source, target, _Q8_0)


def to_f32(source: Path, target: Path) -> None:
    """Write `source` to `target` with every tensor in F32: the same numbers, for comparing with a trainer's."""
    _rewrite(source, target, _F32)


def _rewrite(source: Path, target: Path, matrices: int) -> None:
    header = read_header(source)
    kinds = {info.name: matrices if len(info.shape) > 1 else _F32 for info in header.tensors.values()}
    with source.open("rb") as old, target.open("wb") as new:
        new.write(struct.pack("<4sIQQ", b"GGUF", 3, len(header.tensors), header.pair_count))
        new.write(_pairs(old, header, _FILE_TYPES[matrices]))
        new.writelines(_infos(header, kinds))
        new.write(bytes(padded(new.tell()) - new.tell()))
        for info in header.tensors.values():
            new.write(_data(old, header, info, kinds[info.name]))


def _pairs(old: BinaryIO, header: GgufHeader, file_type: int) -> bytes:
    start, end = header.pairs
    old.seek(start)
    pairs = bytearray(old.read(end - start))
    key = struct.pack("<Q", len(_FILE_TYPE)) + _FILE_TYPE
    if (at := pairs.find(key)) >= 0:
        value = at + len(key) + 4
        pairs[value : value + 4] = struct.pack("<I", file_type)
    return bytes(pairs)


def _infos(header: GgufHeader, kinds: dict[str, int]) -> Iterator[bytes]:
    offset = 0
    for info in header.tensors.values():
        name, kind = info.name.encode(), kinds[info.name]
        yield struct.pack("<Q", len(name)) + name
        yield struct.pack(f"<I{len(info.shape)}QIQ", len(info.shape), *info.shape, kind, offset)
        offset += padded(_bytes(info.shape, kind))


def _data(old: BinaryIO, header: GgufHeader, info: TensorInfo, kind: int) -> bytes:
    import gguf
    import gguf.quants

    block, block_bytes = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType(info.kind)]
    columns, rows = info.shape[0], int(np.prod(info.shape[1:], dtype=np.int64))
    old.seek(header.data_start + info.offset)
    stored = old.read(rows * columns // block * block_bytes)
    if info.kind != kind:
        packed = np.frombuffer(stored, np.uint8).reshape(rows, -1)
        weights = gguf.quants.dequantize(packed, gguf.GGMLQuantizationType(info.kind))
        stored = _quantised(weights.astype(np.float32)) if kind == _Q8_0 else weights.astype("<f4").tobytes()
    return stored + bytes(padded(len(stored)) - len(stored))


def _quantised(weights: npt.NDArray[np.float32]) -> bytes:
    blocks = weights.reshape(-1, _BLOCK)
    scale = np.abs(blocks).max(axis=1, keepdims=True) / np.float32(127)
    inverse = np.divide(np.float32(1), scale, out=np.zeros_like(scale), where=scale > 0)
    numbers = np.rint(blocks * inverse).astype(np.int8)
    return np.concatenate([scale.astype("<f2").view(np.uint8), numbers.view(np.uint8)], axis=1).tobytes()


def _bytes(shape: tuple[int, ...], kind: int) -> int:
    count = int(np.prod(shape, dtype=np.int64))
    return count // _BLOCK * _BLOCK_BYTES if kind == _Q8_0 else count * 4
