"""A Reranker over ONNX Runtime: any cross-encoder that was exported with its tokenizer.

    FOLDER/model.onnx          or FOLDER/onnx/model.onnx, as hubs keep it
    FOLDER/tokenizer.json

Those of the BERT family are. Question and text are read together, so nothing can be prepared: reading takes many times
as long as searching.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from wellread.errors import WeightsError
from wellread.models.onnx_network import OnnxNetwork

MOST_TOKENS = 512
"""Of question and text together: what models of this family were trained to read."""
_GRAPHS = ("model.onnx", "onnx/model.onnx")
_TOKENIZER = "tokenizer.json"


class CrossEncoder:
    """Scores as the graph gives them: only their order, and their distances for one question, mean anything."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        """Raises WeightsError when a file is missing or is not what it should be."""
        graph = next((folder / name for name in _GRAPHS if (folder / name).is_file()), None)
        if graph is None or not (folder / _TOKENIZER).is_file():
            raise WeightsError(
                f"{folder} holds no cross-encoder: it needs {_GRAPHS[0]} (or {_GRAPHS[1]}) and {_TOKENIZER}"
            )
        self._network = OnnxNetwork(
            str(folder), graph, folder / _TOKENIZER, most_tokens=MOST_TOKENS, threads=threads
        )

    @property
    def name(self) -> str:
        return self._network.name

    def score(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        rows = self._network.run([(question, text) for text in texts])
        if any(row.size != 1 for row in rows):
            raise WeightsError(
                f"{self.name} gives {rows[0].size} figures for a question and a text: a reranker gives one"
            )
        return np.array([row.item() for row in rows], np.float32)

    def close(self) -> None:
        self._network.close()
