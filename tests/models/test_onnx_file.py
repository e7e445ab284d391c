import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.models.onnx_file import GraphBuilder, _varint


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_varints_read_back(value: int) -> None:
    encoded = _varint(value)
    assert sum((byte & 0x7F) << 7 * place for place, byte in enumerate(encoded)) == value
    assert [byte >> 7 for byte in encoded] == [1] * (len(encoded) - 1) + [0]


@pytest.mark.parametrize("axis", [-1, 0])
def test_the_runtime_reads_what_is_written(axis: int) -> None:
    graph = GraphBuilder()
    x = graph.input("x", "float32", ["rows", 3])
    w = graph.constant("w", np.arange(6, dtype=np.float32).reshape(3, 2))
    product = graph.node("MatMul", [x, w], "product")
    graph.node("Softmax", [graph.contrib("FastGelu", [product], "bent")], "y", axis=axis)
    graph.output("y", "float32", ["rows", 2])
    model = graph.model()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    rows = np.array([[0.1, -0.2, 0.3], [0.5, 0.1, -0.4]], np.float32)
    (found,) = session.run(None, {"x": rows})
    product_ = rows @ np.arange(6, dtype=np.float32).reshape(3, 2)
    bent = 0.5 * product_ * (1 + np.tanh(np.sqrt(2 / np.pi) * (product_ + 0.044715 * product_**3)))
    powers = np.exp(bent)
    np.testing.assert_allclose(found, powers / powers.sum(axis, keepdims=True), rtol=1e-5)
