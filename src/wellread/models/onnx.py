"""An Embedder over ONNX Runtime: all-MiniLM-L6-v2 in int8, without torch. A question takes about two milliseconds."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from wellread.models.minilm import DIMENSIONS, MAX_TOKENS
from wellread.models.onnx_network import OnnxNetwork
from wellread.models.protocols import Vectors
from wellread.models.weights import content_digest


class OnnxEmbedder:
    """Unit vectors of length 384. Safe to call from several threads."""

    def __init__(
        self,
        weights: Path | bytes,
        tokenizer: Path | bytes,
        *,
        name: str,
        digest: str | None = None,
        threads: int | None = None,
    ) -> None:
        """As `OnnxNetwork`; `digest` spares reading the weights for it."""
        self._network = OnnxNetwork(
            f"{name}@{(digest or content_digest(weights))[:12]}",
            weights,
            tokenizer,
            most_tokens=MAX_TOKENS,
            threads=threads,
        )

    @property
    def name(self) -> str:
        return self._network.name

    @property
    def dimensions(self) -> int:
        return DIMENSIONS

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        for position, vector in enumerate(self._network.run(texts)):
            vectors[position] = vector
        return vectors

    def knows(self, word: str) -> bool:
        return self._network.knows(word.lower())

    def close(self) -> None:
        self._network.close()
