"""A reader that points: from a question and passages to the words of each that answer, and whether any do."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wellread.models.onnx_network import OnnxNetwork
from wellread.models.protocols import Pointed
from wellread.models.span_network import MOST_TOKENS, OVERLAP, echoes

LONGEST_SPAN = 30
"""Tokens."""

_LONGEST_QUESTION = 600
"""Characters, of which no more than MOST_TOKENS can be made."""

_NOTHING = Pointed(0, 0, -np.inf)


class OnnxSpanReader:
    """The network of `span_network` over ONNX Runtime. Safe to call from several threads."""

    def __init__(
        self,
        weights: Path | bytes,
        tokenizer: Path | bytes,
        *,
        name: str,
        threads: int | None = None,
    ) -> None:
        """Raises WeightsError as `OnnxNetwork` does."""
        self._network = OnnxNetwork(
            name,
            weights,
            tokenizer,
            most_tokens=MOST_TOKENS,
            overlap=OVERLAP,
            threads=threads,
            further={"echoes": echoes},
        )

    @property
    def name(self) -> str:
        """What answers call it."""
        return self._network.name

    def point(self, question: str, texts: Sequence[tuple[str, str]]) -> list[Pointed]:
        """As the protocol; words are taken from the text alone, never from its heading."""
        asked = " ".join(question.split())[:_LONGEST_QUESTION]
        whole = self._network.encode([(asked, _shown(heading) + text) for heading, text in texts])
        windows = [(number, one) for number, each in enumerate(whole) for one in (each, *each.overflowing)]
        rows = self._network.run_encoded([one for _, one in windows])
        found = [_NOTHING] * len(texts)
        tokens = [0] * len(texts)
        for (number, encoded), logits in zip(windows, rows, strict=True):
            heading, text = texts[number]
            tokens[number] += len(encoded.ids)
            start, end, log_odds = _likeliest(encoded, logits, len(_shown(heading)))
            if log_odds > found[number].log_odds:
                found[number] = Pointed(*_whole_words(text, start, end), log_odds)
        return [replace(one, tokens=read) for one, read in zip(found, tokens, strict=True)]

    def close(self) -> None:
        """Free it. Calling twice is harmless."""
        self._network.close()


def _shown(heading: str) -> str:
    return f"{heading}. " if heading else ""


def _likeliest(encoded: Any, logits: npt.NDArray[np.float32], skipped: int) -> tuple[int, int, float]:
    """The span of the highest score, in characters behind the first `skipped` of the second text, and how much its
    score is above that of no answer. A span lies within the text and has at most LONGEST_SPAN tokens."""
    offsets = np.array(encoded.offsets)
    inside = (np.array(encoded.type_ids) == 1) & (offsets[:, 0] >= skipped) & (offsets[:, 1] > offsets[:, 0])
    if not inside.any():
        return 0, 0, -np.inf
    length = len(offsets)
    allowed = np.triu(np.ones((length, length), bool)) & ~np.triu(
        np.ones((length, length), bool), LONGEST_SPAN
    )
    allowed &= inside[:, None] & inside[None, :]
    scores = np.where(allowed, logits[:, 0][:, None] + logits[:, 1][None, :], -np.inf)
    first, last = divmod(int(scores.argmax()), length)
    nothing = logits[0, 0] + logits[0, 1]
    return (
        int(offsets[first, 0]) - skipped,
        int(offsets[last, 1]) - skipped,
        float(scores[first, last] - nothing),
    )


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Tokens may be parts of words; an answer is not."""
    while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end
