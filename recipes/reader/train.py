"""Train the bundled reader from prepared readings, with the loop that `wellread tune` uses."""

import argparse
import json
import sys
from pathlib import Path

from wellread.records.identity import digest
from wellread.tune import export, loop, lora
from wellread.tune.base import native_precision, open_base
from wellread.tune.collate import Reading, pack
from wellread.tune.recipe import Recipe


def load(path: Path) -> list[Reading]:
    rows = [json.loads(line) for line in path.open(encoding="utf-8")]
    return [Reading(row["heading"], row["text"], row["question"], row["target"]) for row in rows]


def main() -> None:
    arguments = asked()
    base = open_base(arguments.base, native_precision())
    recipe = Recipe(
        learning_rate=arguments.rate,
        epochs=arguments.epochs,
        minutes=arguments.minutes,
        seed=arguments.seed,
        threads=arguments.threads,
    )
    end = base.tokenizer.end_of_turn
    packs, checks = (
        pack(load(arguments.data / f"{part}.jsonl"), base.tokenizer, end_of_turn=end)
        for part in ("train", "validation")
    )
    print(
        f"{len(packs)} packs of {sum(p.readings for p in packs)} readings, {sum(map(len, packs))} tokens; "
        f"{sum(map(len, checks))} tokens of validation",
        flush=True,
    )
    adapted = lora.adapt(base.model, recipe)
    if arguments.start:
        lora.put_back(adapted, export.starting_point(arguments.start, recipe, **base.heads))
    trained = loop.train(
        adapted,
        packs,
        recipe,
        fingerprint=digest(repr((recipe, [p.tokens for p in packs], str(arguments.start)))),
        checkpoint=arguments.out.with_suffix(".run.safetensors"),
        on_progress=tell,
    )
    export.write_gguf(
        trained.matrices, arguments.out, alpha=recipe.alpha, name="wellread reader", **base.heads
    )
    print(
        f"{trained.steps} steps, {trained.last_loss:.3f} training loss, {trained.tokens_per_second:.0f} tokens/s"
    )
    print(f"{loop.loss_of(adapted, checks):.3f} validation loss")


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="GGUF file")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with train.jsonl and validation.jsonl"
    )
    parser.add_argument("--out", type=Path, required=True, help="GGUF adapter to write")
    parser.add_argument("--start", type=Path, help="GGUF adapter to go on from")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int)
    return parser.parse_args()


def tell(at: loop.Progress) -> None:
    if at.step % 5 == 0:
        print(
            f"{at.step}/{at.steps} loss {at.loss:.3f} {at.tokens_per_second:.0f} tokens/s "
            f"{at.seconds_left / 60:.1f} min left",
            file=sys.stderr,
            flush=True,
        )


if __name__ == "__main__":
    main()
