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
    arguments = parser.parse_args()

    base = open_base(arguments.base, native_precision())
    recipe = Recipe(
        learning_rate=arguments.rate,
        epochs=arguments.epochs,
        minutes=arguments.minutes,
        seed=arguments.seed,
        threads=arguments.threads,
    )
    end = base.tokenizer.end_of_turn
    packs = pack(load(arguments.data / "train.jsonl"), base.tokenizer, end_of_turn=end)
    checks = pack(load(arguments.data / "validation.jsonl"), base.tokenizer, end_of_turn=end)
    print(
        len(packs),
        "packs",
        sum(map(len, packs)),
        "tokens",
        sum(p.readings for p in packs),
        "readings;",
        sum(map(len, checks)),
        "tokens of validation",
        flush=True,
    )
    adapted = lora.adapt(base.model, recipe)
    config = base.model.config
    shape = {"heads": config.num_attention_heads, "key_heads": config.num_key_value_heads}
    if arguments.start:
        matrices, _ = export.read_gguf(arguments.start, **shape)
        import torch

        lora.put_back(adapted, {name: torch.from_numpy(matrix) for name, matrix in matrices.items()})
    fingerprint = digest(repr((recipe, [p.tokens for p in packs], str(arguments.start))))

    def tell(at: loop.Progress) -> None:
        if at.step % 5 == 0:
            print(
                f"{at.step}/{at.steps} loss {at.loss:.3f} {at.tokens_per_second:.0f} tokens/s "
                f"{at.seconds_left / 60:.1f} min left",
                file=sys.stderr,
                flush=True,
            )

    trained = loop.train(
        adapted,
        packs,
        recipe,
        fingerprint=fingerprint,
        checkpoint=arguments.out.with_suffix(".run.safetensors"),
        on_progress=tell,
    )
    export.write_gguf(trained.matrices, arguments.out, alpha=recipe.alpha, name="wellread reader", **shape)
    print(
        trained.steps,
        "steps",
        f"{trained.last_loss:.3f}",
        "training loss",
        f"{trained.tokens_per_second:.0f} tokens/s",
    )
    print(f"{loop.loss_of(adapted, checks):.3f} validation loss")


if __name__ == "__main__":
    main()
