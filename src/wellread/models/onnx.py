"""An Embedder over ONNX Runtime: all-MiniLM-L6-v2 in int8, without torch.

A text's vector depends on that text alone, never on what was embedded with it (see `minilm`). Several texts are
spread over the cores, one core each; a single text takes one core, about two milliseconds for a question.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from wellread.errors import ModelError, WeightsError
from wellread.models.minilm import DIMENSIONS, MAX_TOKENS
from wellread.models.protocols import Vectors
from wellread.models.weights import content_digest

_ERRORS_ONLY = 3


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
        """Load the graph and the `tokenizers` file, each given by its path or contents.

        `threads` defaults to this process's cores;
        `digest` spares reading the weights for it. Raises WeightsError if either file is not what it should be.
        """
        self._name = f"{name}@{(digest or content_digest(weights))[:12]}"
        self._threads = threads or len(os.sched_getaffinity(0))
        self._tokenizer = _tokenizer(tokenizer)
        self._session: Any = _session(weights)
        self._pool: ThreadPoolExecutor | None = None
        self._lock = Lock()

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return DIMENSIONS

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]

        def run(position: int) -> None:
            vectors[position] = self._vector(tokens[position])

        if len(texts) < 2 or self._threads == 1:
            for position in range(len(texts)):
                run(position)
        else:
            longest_first = sorted(range(len(texts)), key=lambda position: -len(tokens[position]))
            for _ in self._workers().map(run, longest_first):
                pass
        return vectors

    def knows(self, word: str) -> bool:
        return self._tokenizer.token_to_id(word.lower()) is not None

    def close(self) -> None:
        with self._lock:
            self._session = None
            if self._pool is not None:
                self._pool.shutdown()
                self._pool = None

    def _vector(self, tokens: Sequence[int]) -> Vectors:
        session = self._session
        if session is None:
            raise ModelError(f"the model {self._name} is closed; open it again")
        vector: Vectors = session.run(None, {"input_ids": np.array([tokens], np.int64)})[0][0]
        return vector

    def _workers(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._threads, "embed")
            return self._pool


def _tokenizer(file: Path | bytes) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer(file) if isinstance(file, bytes) else Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises plain Exception
        raise WeightsError(
            f"{_called(file)} is not a tokenizer file that can be read: {error}; bring it again"
        ) from error
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _session(weights: Path | bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    graph = weights if isinstance(weights, bytes) else str(weights)
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own exceptions share no public base
        raise WeightsError(
            f"{_called(weights)} is not a model ONNX Runtime can load: {error}; fetch it again"
        ) from error


def _called(file: Path | bytes) -> str:
    return "what was sent" if isinstance(file, bytes) else str(file)
