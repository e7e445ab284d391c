"""A small run for the kill test: trains with a checkpoint after every step and writes its final weights."""

import sys
import time
from pathlib import Path

from safetensors.torch import save_file

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "support"), str(TESTS / "tune")]

from test_loop import RECIPE, ROWS  # noqa: E402 (the path above leads to it)
from training import Characters, small_model  # noqa: E402

from wellread.tune import loop, lora  # noqa: E402
from wellread.tune.collate import pack  # noqa: E402


def main(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    loop._SECONDS_BETWEEN_CHECKPOINTS = 0.0
    trained = loop.train(
        lora.adapt(small_model(), RECIPE),
        pack(ROWS, Characters(), end_of_turn=Characters.end_of_turn),
        RECIPE,
        fingerprint="x",
        checkpoint=folder / "run.safetensors",
        on_progress=lambda _: time.sleep(0.3),
    )
    save_file(trained.matrices, folder / "end.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
