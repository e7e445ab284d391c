"""The span reader's network: all-MiniLM-L6-v2 taught to point at an answer, as an int8 ONNX graph.

    tokens     [CLS] question [SEP] heading. passage [SEP]      types 0 before the passage, 1 in it
    echoes     1 where a token of the passage is one of the question's, endings aside, else 0
    logits     (1, tokens, 2): how likely a token begins, and ends, the answer; [CLS] begins and ends "not here"

What training changed is kept apart from the published weights, as a product of two thin int8 matrices for each layer
(`change`), so that it is small. Its numbers are multiplied as integers, which is exact: the same graph everywhere.

Pointing at a start and an end: Devlin et al., "BERT" (2019). Marking the words of the question: Chen et al., "Reading
Wikipedia to Answer Open-Domain Questions" (2017).
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wellread.errors import WeightsError
from wellread.models.minilm import MiniLm
from wellread.models.safetensors_file import read_safetensors

MOST_TOKENS = 384
"""Of question, heading and passage together, as in training; a longer passage is read in windows."""
OVERLAP = 96
"""Tokens that two windows share."""

LEFT, RIGHT = "left", "right"
ROW_SCALE, COLUMN_SCALE = "row_scale", "column_scale"
ECHO, HEAD_WEIGHT, HEAD_BIAS = "echo.weight", "head.weight", "head.bias"

_ENDING = re.compile(r"(ing|ed|es|s|ly|e)$")
_COMMON = frozenset(
    "the a an of in on at to for and or is was were are be by with from as that this it its which what who when "
    "where how why did do does has have had not".split()
)


def write_span_network(safetensors: Path, change: Path, target: Path, *, quantised: bool = True) -> None:
    """Write the graph of the published weights in `safetensors` with the `change` that training made.

    Raises WeightsError if either file is of another model.
    """
    try:
        weights = changed(read_safetensors(safetensors), read_safetensors(change))
        encoder = MiniLm(weights, quantised=quantised, most_tokens=MOST_TOKENS)
        graph = encoder.graph
        ids, types, echo = (
            graph.input(name, "int64", [1, "tokens"]) for name in ("input_ids", "token_type_ids", "echoes")
        )
        hidden = encoder.layers(encoder.embedding(ids, types, echo, encoder.tensor(ECHO)))
        product = graph.node(
            "MatMul", [hidden, graph.constant("head", encoder.tensor(HEAD_WEIGHT).T)], "pointing"
        )
        graph.node("Add", [product, graph.constant("head_bias", encoder.tensor(HEAD_BIAS))], "logits")
        graph.output("logits", "float32", [1, "tokens", 2])
        model = graph.model()
    except (KeyError, ValueError) as error:
        raise WeightsError(
            f"{safetensors} and {change} are not the span reader's: {error}; bring them again"
        ) from error
    target.write_bytes(model)


def changed(
    published: Mapping[str, npt.NDArray[Any]], change: Mapping[str, npt.NDArray[Any]]
) -> dict[str, npt.NDArray[Any]]:
    """The weights after training: whole tensors of `change` replace, thin matrices are multiplied and added."""
    weights = {name.removeprefix("bert."): values for name, values in published.items()}
    for name, values in change.items():
        layer, _, part = name.rpartition(".")
        if part == LEFT:
            # float64 holds sums of products of int8 exactly, whatever their order.
            product = values.astype(np.float64) @ change[f"{layer}.{RIGHT}"].astype(np.float64)
            rows, columns = change[f"{layer}.{ROW_SCALE}"], change[f"{layer}.{COLUMN_SCALE}"]
            scaled = product.astype(np.float32) * rows[:, None] * columns[None, :]
            weights[f"{layer}.weight"] = weights[f"{layer}.weight"].astype(np.float32) + scaled
        elif part not in (RIGHT, ROW_SCALE, COLUMN_SCALE):
            weights[name] = values.astype(np.float32)
    return weights


def echoes(encoded: Any) -> list[int]:
    """For each token of an encoded pair: whether it is a token of the second text that the first has too."""
    pairs = list(zip(encoded.tokens, encoded.type_ids, strict=True))
    asked = {
        _ENDING.sub("", token)
        for token, kind in pairs
        if kind == 0 and token.isalnum() and token not in _COMMON
    }
    return [int(kind == 1 and _ENDING.sub("", token) in asked) for token, kind in pairs]
