"""A network over ONNX Runtime with its tokenizer, which reads texts one by one, spread over the cores.

So what comes out for a text depends on that text alone, never on what is read with it (see `minilm`). Each text takes
one core.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from wellread.errors import ModelError, WeightsError

_ERRORS_ONLY = 3
_INPUTS = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
"""What graphs of the BERT family ask for, and what the tokenizer calls it."""

Text = str | tuple[str, str]
"""One, or two that are read together."""

Further = Callable[[Any], Sequence[int]]
"""From an encoded text to a number for each of its tokens."""


class OnnxNetwork:
    """The first output of a graph, text by text. Safe to call from several threads."""

    def __init__(
        self,
        name: str,
        weights: Path | bytes,
        tokenizer: Path | bytes,
        *,
        most_tokens: int,
        threads: int | None = None,
        overlap: int | None = None,
        further: Mapping[str, Further] = MappingProxyType({}),
    ) -> None:
        """Load the graph and the `tokenizers` file, each given by its path or contents. Of a longer text, the first
        `most_tokens` are read; with an `overlap` the rest of the second text is in `overflowing` of what `encode`
        gives, in windows that share so many tokens. `threads` defaults to this process's cores. `further` are inputs
        of the graph that are computed from an encoded text, a number a token.

        Raises WeightsError if either file is not what it should be, or the graph asks for what no tokenizer gives.
        """
        self.name = name
        self._threads = threads or len(os.sched_getaffinity(0))
        self._tokenizer = read_tokenizer(tokenizer, most_tokens, overlap)
        self._further = further
        self._session: Any = open_session(weights)
        self._inputs = [one.name for one in self._session.get_inputs()]
        if unknown := [one for one in self._inputs if one not in _INPUTS and one not in further]:
            raise WeightsError(
                f"{_called(weights)} asks for {', '.join(unknown)}: "
                f"a graph that can be run asks for {', '.join(_INPUTS)}, or some of them"
            )
        self._pool: ThreadPoolExecutor | None = None
        self._lock = Lock()

    def run(self, texts: Sequence[Text]) -> list[npt.NDArray[np.float32]]:
        """For each text, in the order given, its row of the first output. Raises ModelError once it is closed."""
        return self.run_encoded(self.encode(texts))

    def encode(self, texts: Sequence[Text]) -> list[Any]:
        """Each as a `tokenizers.Encoding`: its tokens, and where in the text they stand."""
        encoded: list[Any] = self._tokenizer.encode_batch(list(texts))
        return encoded

    def run_encoded(self, encoded: Sequence[Any]) -> list[npt.NDArray[np.float32]]:
        """As `run`, for texts that were encoded before."""
        if len(encoded) < 2 or self._threads == 1:
            return [self._row(one) for one in encoded]
        rows: list[Any] = [None] * len(encoded)

        def fill(position: int) -> None:
            rows[position] = self._row(encoded[position])

        longest_first = sorted(range(len(encoded)), key=lambda position: -len(encoded[position].ids))
        for _ in self._workers().map(fill, longest_first):
            pass
        return rows

    def knows(self, word: str) -> bool:
        """Whether `word`, as it is written, is a token of its own."""
        return self._tokenizer.token_to_id(word) is not None

    def close(self) -> None:
        """Free it. Calling twice is harmless."""
        with self._lock:
            self._session = None
            if self._pool is not None:
                self._pool.shutdown()
                self._pool = None

    def _row(self, encoded: Any) -> npt.NDArray[np.float32]:
        session = self._session
        if session is None:
            raise ModelError(f"the model {self.name} is closed; open it again")
        given = {name: np.array([self._numbers(name, encoded)], np.int64) for name in self._inputs}
        row: npt.NDArray[np.float32] = session.run(None, given)[0][0]
        return row

    def _numbers(self, name: str, encoded: Any) -> Sequence[int]:
        if name in self._further:
            return self._further[name](encoded)
        numbers: Sequence[int] = getattr(encoded, _INPUTS[name])
        return numbers

    def _workers(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._threads, "onnx")
            return self._pool


def read_tokenizer(file: Path | bytes, most_tokens: int, overlap: int | None = None) -> Any:
    """A `tokenizers.Tokenizer` that pads nothing and cuts after `most_tokens`; with an `overlap`, only the second of
    two texts, into windows. Raises WeightsError."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer(file) if isinstance(file, bytes) else Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises plain Exception
        raise WeightsError(
            f"{_called(file)} is not a tokenizer file that can be read: {error}; bring it again"
        ) from error
    if overlap is None:
        tokenizer.enable_truncation(most_tokens)
    else:
        tokenizer.enable_truncation(most_tokens, stride=overlap, strategy="only_second")
    tokenizer.no_padding()
    return tokenizer


def open_session(weights: Path | bytes) -> Any:
    """An `onnxruntime.InferenceSession` that takes one core. Raises WeightsError."""
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
