"""Write ONNX models without the `onnx` package: the few protobuf messages that a model of ours needs.

Field numbers are those of `onnx/onnx.proto`. Equal calls give equal bytes, which protobuf libraries do not promise.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

_IR_VERSION = 10
_OPSET = 20
_CONTRIB = "com.microsoft"
_VARINT, _BYTES, _FIXED32 = 0, 2, 5
_TYPES = {"float32": 1, "uint8": 2, "int8": 3, "int32": 6, "int64": 7}
_FLOAT, _INT, _INTS = 1, 2, 7


@dataclass(slots=True)
class GraphBuilder:
    """A graph as it grows. Every method that adds a node returns the name of its (first) output."""

    _nodes: list[bytes] = field(default_factory=list)
    _initializers: list[bytes] = field(default_factory=list)
    _inputs: list[bytes] = field(default_factory=list)
    _outputs: list[bytes] = field(default_factory=list)

    def input(self, name: str, dtype: str, shape: Sequence[str | int]) -> str:
        """An input; a dimension with a name may have any length."""
        self._inputs.append(_value_info(name, dtype, shape))
        return name

    def output(self, name: str, dtype: str, shape: Sequence[str | int]) -> None:
        """Make the value called `name` an output of the graph."""
        self._outputs.append(_value_info(name, dtype, shape))

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        """Weights."""
        little = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
        self._initializers.append(
            _packed(1, values.shape)
            + _number(2, _TYPES[values.dtype.name])
            + _text(8, name)
            + _bytes(9, little.tobytes())
        )
        return name

    def node(self, kind: str, inputs: Sequence[str], name: str, **attributes: float | int | list[int]) -> str:
        """A node of the standard operators, with one output called `name`. An omitted input is an empty text."""
        return self.nodes(kind, inputs, [name], attributes)

    def contrib(
        self, kind: str, inputs: Sequence[str], name: str, **attributes: float | int | list[int]
    ) -> str:
        """A node of ONNX Runtime's own operators (`com.microsoft`)."""
        return self.nodes(kind, inputs, [name], attributes, _CONTRIB)

    def nodes(
        self,
        kind: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        attributes: Mapping[str, float | int | list[int]],
        domain: str = "",
    ) -> str:
        """A node with any number of outputs."""
        message = b"".join(_text(1, name) for name in inputs) + b"".join(_text(2, name) for name in outputs)
        message += _text(3, outputs[0]) + _text(4, kind)
        message += b"".join(_bytes(5, _attribute(key, value)) for key, value in attributes.items())
        self._nodes.append(message + (_text(7, domain) if domain else b""))
        return outputs[0]

    def model(self) -> bytes:
        """The whole file."""
        graph = b"".join(_bytes(1, node) for node in self._nodes) + _text(2, "wellread")
        graph += b"".join(_bytes(5, tensor) for tensor in self._initializers)
        graph += b"".join(_bytes(11, value) for value in self._inputs)
        graph += b"".join(_bytes(12, value) for value in self._outputs)
        opsets = _bytes(8, _text(1, "") + _number(2, _OPSET)) + _bytes(8, _text(1, _CONTRIB) + _number(2, 1))
        return _number(1, _IR_VERSION) + _text(2, "wellread") + _bytes(7, graph) + opsets


def _value_info(name: str, dtype: str, shape: Sequence[str | int]) -> bytes:
    dimensions = b"".join(
        _bytes(1, _text(2, size) if isinstance(size, str) else _number(1, size)) for size in shape
    )
    tensor = _number(1, _TYPES[dtype]) + _bytes(2, dimensions)
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _attribute(name: str, value: float | int | list[int]) -> bytes:
    if isinstance(value, list):
        return _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, _INTS)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT)
    return _text(1, name) + _key(2, _FIXED32) + struct.pack("<f", value) + _number(20, _FLOAT)


def _packed(number: int, values: Sequence[int]) -> bytes:
    return _bytes(number, b"".join(_varint(value) for value in values)) if values else b""


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _bytes(number: int, value: bytes) -> bytes:
    return _key(number, _BYTES) + _varint(len(value)) + value


def _number(number: int, value: int) -> bytes:
    return _key(number, _VARINT) + _varint(value)


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
