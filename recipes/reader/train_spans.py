"""Train the span reader from prepared rows: all-MiniLM-L6-v2 learns to point at the answer, or at none.

Every matrix of the six layers is trained (word embeddings stay as they are). What changed is then written as thin int8
matrices, see `wellread/models/span_network.py`; the weights as trained are kept beside it, to go on from.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import BertConfig, BertModel

from wellread.models.onnx_network import read_tokenizer
from wellread.models.span_network import MOST_TOKENS, echoes

DROPOUT = 0.1
WARM_UP = 0.06
"""Share of the steps in which the rate rises."""
SORTED_TOGETHER = 16
"""Batches whose rows are sorted by length, so that little is padded."""

VALIDATED = 2000
"""Rows of the validation part that the loss is told of."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question and a text as the network is given them; the answer's first and last token, both 0 where there is
    none."""

    ids: list[int]
    types: list[int]
    echoes: list[int]
    first: int
    last: int


class Network(nn.Module):
    """BERT of the embedder's shape, with echoes and a head that scores each token as first and as last."""

    def __init__(self) -> None:
        super().__init__()
        shape = BertConfig(
            hidden_size=384,
            num_hidden_layers=6,
            num_attention_heads=12,
            intermediate_size=1536,
            hidden_dropout_prob=DROPOUT,
            # Dropping attention would take the slow path: three times as long on a CPU.
            attention_probs_dropout_prob=0.0,
        )
        self.bert = BertModel(shape, add_pooling_layer=False)
        self.echo = nn.Embedding(2, 384)
        self.head = nn.Linear(384, 2)
        nn.init.zeros_(self.echo.weight)
        nn.init.normal_(self.head.weight, std=0.02)
        self.bert.embeddings.word_embeddings.weight.requires_grad_(False)

    def forward(self, ids: Any, types: Any, mask: Any, echoes: Any) -> Any:
        """Logits of shape (rows, tokens, 2)."""
        embedded = self.bert.embeddings.word_embeddings(ids) + self.echo(echoes)
        states = self.bert(inputs_embeds=embedded, token_type_ids=types, attention_mask=mask)
        return self.head(states.last_hidden_state).float()


def main() -> None:
    arguments = asked()
    torch.manual_seed(arguments.seed)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    tokenizer = read_tokenizer(arguments.weights / "all-MiniLM-L6-v2.tokenizer.json", MOST_TOKENS, 0)
    network = Network()
    published = without_prefix(load_file(arguments.weights / "all-MiniLM-L6-v2.safetensors"))
    network.bert.load_state_dict(
        {name: published[name] for name in network.bert.state_dict() if name in published}
    )
    if arguments.start:
        network.load_state_dict(load_file(arguments.start))
    train(network, read(arguments.data / "train.jsonl", tokenizer), arguments)
    save_file(network.state_dict(), trained_beside(arguments.out))
    save_file(change(network, published, arguments.rank), arguments.out)
    unseen = read(arguments.data / "validation.jsonl", tokenizer)
    some = random.Random(0).sample(unseen, min(VALIDATED, len(unseen)))
    print(f"loss {loss_of(network, some):.3f} on {len(some)} rows that were not trained on")


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--weights", type=Path, required=True, help="the weights folder, with the embedder's files"
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with train.jsonl and validation.jsonl"
    )
    parser.add_argument("--out", type=Path, required=True, help="safetensors file of the change to write")
    parser.add_argument("--start", type=Path, help="a .trained.safetensors to go on from")
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--epochs", type=float, default=1.0, help="times that answerable rows are read")
    parser.add_argument(
        "--without", type=float, default=0.6, help="rows without answer for each with one, drawn anew"
    )
    parser.add_argument("--rows-per-step", type=int, default=32)
    parser.add_argument("--rank", type=int, default=48, help="of the thin matrices")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int)
    return parser.parse_args()


def read(path: Path, tokenizer: Any) -> list[Row]:
    """Rows whose answer lies within what is read."""
    found = []
    for line in path.open(encoding="utf-8"):
        row = json.loads(line)
        before = f"{row['heading']}. "
        encoded = tokenizer.encode(row["question"], before + row["text"])
        first = last = 0
        if row["start"] >= 0:
            start, end = row["start"] + len(before), row["end"] + len(before)
            inside = [
                number
                for number, ((left, right), kind) in enumerate(
                    zip(encoded.offsets, encoded.type_ids, strict=True)
                )
                if kind == 1 and left < end and right > start
            ]
            if not inside or encoded.offsets[inside[-1]][1] < end:
                continue
            first, last = inside[0], inside[-1]
        found.append(Row(encoded.ids, encoded.type_ids, echoes(encoded), first, last))
    return found


def train(network: Network, rows: list[Row], arguments: argparse.Namespace) -> None:
    drawn = random.Random(arguments.seed)
    having = [row for row in rows if row.last]
    others = [row for row in rows if not row.last]
    wanted = min(len(others), int(len(having) * arguments.without))
    steps = int((len(having) + wanted) * arguments.epochs / arguments.rows_per_step)
    print(f"{len(having)} rows with an answer, {wanted} of {len(others)} without; {steps} steps", flush=True)
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": [one for one in trained if one.dim() > 1], "weight_decay": 0.01},
            {"params": [one for one in trained if one.dim() < 2], "weight_decay": 0.0},
        ]
    )
    network.train()
    losses: list[float] = []
    started = time.monotonic()
    while len(losses) < steps:
        for batch in batches([*having, *drawn.sample(others, wanted)], arguments.rows_per_step, drawn):
            share = len(losses) / steps
            for group in optimizer.param_groups:
                group["lr"] = (
                    arguments.rate * min(1.0, (len(losses) + 1) / (WARM_UP * steps + 1)) * (1 - share)
                )
            loss = loss_in(network, batch)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            losses.append(loss.item())
            if len(losses) % 100 == 0:
                pace = (time.monotonic() - started) / len(losses)
                print(
                    f"{len(losses)}/{steps} loss {np.mean(losses[-100:]):.3f} {pace:.2f} s/step", flush=True
                )
                save_file(network.state_dict(), trained_beside(arguments.out))
            if len(losses) == steps:
                break
    network.eval()


def trained_beside(change: Path) -> Path:
    """Where the weights as trained are kept; they are written every hundred steps, so that little is lost."""
    return change.with_suffix(".trained.safetensors")


def batches(rows: list[Row], size: int, drawn: random.Random) -> Iterator[list[Row]]:
    """In an order drawn anew; rows of one batch are about as long as each other."""
    drawn.shuffle(rows)
    for begin in range(0, len(rows), size * SORTED_TOGETHER):
        near = sorted(rows[begin : begin + size * SORTED_TOGETHER], key=lambda row: len(row.ids))
        made = [near[at : at + size] for at in range(0, len(near), size)]
        drawn.shuffle(made)
        yield from made


def loss_in(network: Network, batch: list[Row]) -> Any:
    """Mean of the negative log-likelihoods of first and last token, in nats."""
    longest = max(len(row.ids) for row in batch)
    given = np.zeros((4, len(batch), longest), np.int64)
    for number, row in enumerate(batch):
        length = len(row.ids)
        given[:, number, :length] = row.ids, row.types, [1] * length, row.echoes
    ids, types, mask, echo = torch.from_numpy(given)
    with torch.autocast("cpu", torch.bfloat16):
        logits = network(ids, types, mask, echo)
    logits = logits.masked_fill(mask[:, :, None] == 0, -1e4)
    first, last = torch.tensor([[row.first, row.last] for row in batch]).T
    return (
        nn.functional.cross_entropy(logits[:, :, 0], first)
        + nn.functional.cross_entropy(logits[:, :, 1], last)
    ) / 2


def loss_of(network: Network, rows: list[Row], size: int = 64) -> float:
    with torch.no_grad():
        ordered = sorted(rows, key=lambda row: len(row.ids))
        parts = [ordered[at : at + size] for at in range(0, len(ordered), size)]
        return sum(float(loss_in(network, part)) * len(part) for part in parts) / max(len(rows), 1)


def change(network: Network, published: dict[str, Any], rank: int) -> dict[str, Any]:
    """What training changed: layers' matrices as the best approximation of that rank, everything else whole."""
    made: dict[str, Any] = {}
    for name, tensor in network.state_dict().items():
        own = name.removeprefix("bert.")
        if "word_embeddings" in own:
            continue
        if own.startswith("encoder.") and tensor.dim() == 2:
            made |= thin(own.removesuffix(".weight"), tensor - published[own], rank)
        else:
            made[own] = (tensor[:MOST_TOKENS] if "position_embeddings" in own else tensor).half()
    return {name: tensor.contiguous() for name, tensor in made.items()}


def without_prefix(tensors: dict[str, Any]) -> dict[str, Any]:
    """By the names that BERT itself gives them."""
    return {name.removeprefix("bert."): tensor for name, tensor in tensors.items()}


def thin(layer: str, difference: Any, rank: int) -> dict[str, Any]:
    """`difference`, shape (out, in), as left @ right in int8 with a scale for each row and column."""
    u, s, v = torch.linalg.svd(difference.double(), full_matrices=False)
    left, right = u[:, :rank] * s[:rank].sqrt(), s[:rank].sqrt()[:, None] * v[:rank]
    rows, columns = left.abs().amax(1) / 127, right.abs().amax(0) / 127
    return {
        f"{layer}.left": (left / rows[:, None]).round().to(torch.int8),
        f"{layer}.right": (right / columns[None, :]).round().to(torch.int8),
        f"{layer}.row_scale": rows.float(),
        f"{layer}.column_scale": columns.float(),
    }


if __name__ == "__main__":
    main()
