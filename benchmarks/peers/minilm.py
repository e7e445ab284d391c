"""The embedder of every system: Wellread's own class over the same ONNX file, so that only the systems differ."""

from pathlib import Path

from wellread.models.onnx import OnnxEmbedder
from wellread.models.weights import EMBEDDER, known

BATCH = 256
"""Texts given to it at once, whatever the system's own habit: it spreads them over the cores."""


def embedder(weights: Path) -> OnnxEmbedder:
    """Texts to unit vectors of 384 dimensions: MiniLM in int8 from the folder `weights`."""
    graph, tokenizer = (weights / known(name).file for name in (EMBEDDER, f"{EMBEDDER}.tokenizer"))
    return OnnxEmbedder(graph, tokenizer, name=EMBEDDER, digest=known(EMBEDDER).sha256)
