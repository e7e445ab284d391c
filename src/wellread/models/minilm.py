"""all-MiniLM-L6-v2 as an int8 ONNX graph, written from the published float weights.

The graph takes the tokens of ONE text, shape (1, tokens), and gives its unit vector, shape (1, 384). One text at a
time because activations are quantised by their own range as the graph runs: so a text's vector depends on that
text alone, there is no padding to compute, and attention without a mask takes ONNX Runtime's blocked path.

    embedding   int8 rows with a scale each, + position + token type, LayerNorm
    6 layers    a = x + out(attention(qkv(x)));  x = LayerNorm(a);  x = LayerNorm(x + down(gelu(up(x))))
    vector      mean over tokens, divided by its length

Matrices hold 7 of int8's 8 bits, one scale per output: AVX2 adds pairs of u8*s8 products in 16 bits, and with 8 bits
those sums saturate. So every CPU computes the same integers. GELU is the tanh form (Hendrycks and Gimpel, 2016).

Architecture: Wang et al., "MiniLM" (2020); pooling and weights: sentence-transformers/all-MiniLM-L6-v2.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wellread.errors import WeightsError
from wellread.models.onnx_file import GraphBuilder
from wellread.models.safetensors_file import read_safetensors

MAX_TOKENS = 256
DIMENSIONS = 384

_LAYERS, _HEADS = 6, 12
_EPSILON = 1e-12
_WEIGHT_LEVELS, _ROW_LEVELS = 63, 127
_FLOAT = 1  # TensorProto.FLOAT

Floats = npt.NDArray[np.float32]


def write_minilm(safetensors: Path, target: Path, *, quantised: bool = True) -> None:
    """Write the graph to `target`; unquantised, it is what the quantised one is measured against.

    Raises WeightsError if `safetensors` holds another model.
    """
    weights = {name.removeprefix("bert."): values for name, values in read_safetensors(safetensors).items()}
    try:
        encoder = MiniLm(weights, quantised=quantised)
        hidden = encoder.layers(encoder.embedding(encoder.graph.input("input_ids", "int64", [1, "tokens"])))
        model = _vector(encoder.graph, hidden)
    except (KeyError, ValueError) as error:
        raise WeightsError(f"{safetensors} is not all-MiniLM-L6-v2: {error}; bring it again") from error
    target.write_bytes(model)


def _vector(graph: GraphBuilder, hidden: str) -> bytes:
    axis = graph.constant("token_axis", np.array([1], np.int64))
    mean = graph.node("ReduceMean", [hidden, axis], "mean", keepdims=0)
    graph.node("LpNormalization", [mean], "vector", axis=-1, p=2)
    graph.output("vector", "float32", [1, DIMENSIONS])
    return graph.model()


class MiniLm:
    """Writes the encoder into a graph, from tokens to their states; what is done with these is the caller's.

    Values are named after what they are, weights after their tensor. KeyError where a tensor is missing.
    """

    def __init__(
        self,
        weights: Mapping[str, npt.NDArray[Any]],
        *,
        quantised: bool = True,
        most_tokens: int = MAX_TOKENS,
    ) -> None:
        self._weights = weights
        self._is_quantised = quantised
        self._most_tokens = most_tokens
        self.graph = GraphBuilder()

    def embedding(self, ids: str, types: str = "", marks: str = "", marked: Floats | None = None) -> str:
        """The states that the first layer is given. Without `types` all tokens are of the first. `marks` are further
        numbers of shape (1, tokens), whose rows of `marked` are added."""
        graph = self.graph
        summed = self._word(ids)
        positions = self.tensor("embeddings.position_embeddings.weight")[: self._most_tokens]
        kinds = self.tensor("embeddings.token_type_embeddings.weight")
        if not types:
            positions = positions + kinds[0]
        begin = graph.constant("first", np.array([0], np.int64))
        length = graph.node("Shape", [ids], "length", start=1, end=2)
        position = graph.node("Slice", [graph.constant("positions", positions), begin, length], "position")
        summed = graph.node("Add", [summed, position], "embedding_sum")
        for name, numbers, rows in (("type", types, kinds), ("mark", marks, marked)):
            if numbers and rows is not None:
                row = graph.node("Gather", [graph.constant(f"{name}s", rows), numbers], f"{name}_row")
                summed = graph.node("Add", [summed, row], f"with_{name}")
        return self._norm(summed, "embeddings.LayerNorm")

    def layers(self, hidden: str) -> str:
        """The states after all layers, shape (1, tokens, 384)."""
        for number in range(_LAYERS):
            hidden = self._layer(hidden, f"encoder.layer.{number}")
        return hidden

    def tensor(self, name: str) -> Floats:
        """A weight as it was given, in float32."""
        return np.asarray(self._weights[name], dtype=np.float32)

    def _word(self, ids: str) -> str:
        graph = self.graph
        table = self.tensor("embeddings.word_embeddings.weight")
        if not self._is_quantised:
            return graph.node("Gather", [graph.constant("words", table), ids], "word")
        rows, scales = _quantised(table.T, _ROW_LEVELS)
        row = graph.node("Gather", [graph.constant("word_rows", rows.T), ids], "word_row")
        scale = graph.node("Gather", [graph.constant("word_scales", scales[:, None]), ids], "word_scale")
        return graph.node("Mul", [graph.node("Cast", [row], "word_float", to=_FLOAT), scale], "word")

    def _layer(self, hidden: str, layer: str) -> str:
        attended = self._matrix(self._attention(hidden, layer), f"{layer}.attention.output.dense")
        summed = self.graph.node("Add", [attended, hidden], f"{layer}.attention.sum")
        hidden = self._norm(summed, f"{layer}.attention.output.LayerNorm")
        wide = self._matrix(hidden, f"{layer}.intermediate.dense")
        narrow = self._matrix(
            self.graph.contrib("FastGelu", [wide], f"{layer}.gelu"), f"{layer}.output.dense"
        )
        return self._norm(
            self.graph.node("Add", [narrow, hidden], f"{layer}.sum"), f"{layer}.output.LayerNorm"
        )

    def _attention(self, hidden: str, layer: str) -> str:
        parts = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        together = self._matrix(hidden, *parts)
        split = [f"{part}.out" for part in parts]
        self.graph.nodes("Split", [together], split, {"axis": 2, "num_outputs": 3})
        return self.graph.contrib("MultiHeadAttention", split, f"{layer}.attended", num_heads=_HEADS)

    def _matrix(self, hidden: str, *parts: str) -> str:
        """hidden @ Wᵀ + b; several parts are one multiplication, their outputs side by side."""
        name = parts[0]
        weight = np.concatenate([self.tensor(f"{part}.weight") for part in parts])
        bias = np.concatenate([self.tensor(f"{part}.bias") for part in parts])
        if self._is_quantised:
            numbers, scales = _quantised(weight.T, _WEIGHT_LEVELS)
            inputs = [
                hidden,
                self.graph.constant(f"{name}.numbers", numbers),
                self.graph.constant(f"{name}.scales", scales),
                "",
                self.graph.constant(f"{name}.bias", bias),
            ]
            return self.graph.contrib("DynamicQuantizeMatMul", inputs, f"{name}.product")
        product = self.graph.node(
            "MatMul", [hidden, self.graph.constant(f"{name}.weight", weight.T)], f"{name}.float"
        )
        return self.graph.node("Add", [product, self.graph.constant(f"{name}.bias", bias)], f"{name}.product")

    def _norm(self, hidden: str, name: str) -> str:
        scale = self.graph.constant(f"{name}.weight", self.tensor(f"{name}.weight"))
        shift = self.graph.constant(f"{name}.bias", self.tensor(f"{name}.bias"))
        return self.graph.node(
            "LayerNormalization", [hidden, scale, shift], f"{name}.out", axis=-1, epsilon=_EPSILON
        )


def _quantised(matrix: Floats, levels: int) -> tuple[npt.NDArray[np.int8], Floats]:
    """`matrix` of shape (in, out) as int8 from -levels to levels, and the scale of each of its columns."""
    scales = np.maximum(np.abs(matrix).max(axis=0), np.finfo(np.float32).tiny) / np.float32(levels)
    return np.rint(matrix / scales).astype(np.int8), scales.astype(np.float32)
