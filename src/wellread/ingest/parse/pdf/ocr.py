"""Text recognition of scanned pages: only where the extra `wellread[ocr]` is installed."""

import functools
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]
    """Height x width x 3, blue, green and red."""


class RecognisedLine(NamedTuple):
    """One line, or one cell of a table, with its place in pixels from the top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Recogniser(Protocol):
    """What reads the text of an image."""

    def recognise(self, image: "Image") -> list[RecognisedLine]:
        """The lines, from the top; none where there is no text."""
        ...


@functools.cache
def installed() -> Recogniser | None:
    """The recogniser of the extra, or None where it is not installed or lacks a library of the system.

    It keeps its models in memory (about 150 MB, some 900 MB while it reads) and never fetches any.
    """
    try:
        return _RapidOcr()
    except (ImportError, OSError):
        return None


class _RapidOcr:
    """RapidOCR with the models of its wheel: PP-OCRv6, for Latin and East Asian scripts."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        # A line at a time takes less memory and, on a processor, no longer.
        options = {"Global.log_level": "error", "Rec.rec_batch_num": 1}
        self._engine: Any = RapidOCR(params=options)

    def recognise(self, image: "Image") -> list[RecognisedLine]:
        # The classifier that finds lines upside down errs more often than lines are.
        found = self._engine(image, use_cls=False)
        if found.boxes is None or found.txts is None:
            return []
        return [
            RecognisedLine(
                str(text),
                *(float(edge) for edge in (*box.min(axis=0), *box.max(axis=0))),
            )
            for box, text in zip(found.boxes, found.txts, strict=True)
        ]
