"""How derived weights are made from others, by the name of the recipe."""

from collections.abc import Callable, Sequence
from pathlib import Path

from wellread.models.bundled import bundled_change
from wellread.models.gguf_quantise import to_q8_0
from wellread.models.minilm import write_minilm
from wellread.models.span_network import write_span_network

Recipe = Callable[[Path, Path], None]


def _write_span_reader(source: Path, target: Path) -> None:
    with bundled_change() as change:
        write_span_network(source, change, target)


_RECIPES: dict[str, Recipe] = {
    "gguf-q8_0": to_q8_0,
    "minilm-int8": write_minilm,
    "span-reader-int8": _write_span_reader,
}


def derive(recipe: str, inputs: Sequence[Path], target: Path) -> None:
    """Write `target` from `inputs`. Raises WeightsError if an input is not what the recipe takes."""
    (source,) = inputs
    _RECIPES[recipe](source, target)
