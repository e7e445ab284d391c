"""Whether reading the twenty best passages beside the question puts them in a better order, and what it costs.

    python benchmarks/reranking_tried.py [--minutes 30] [--model FILE] [--questions 200] [--collections scifact ...]

Three rerankers of the embedder's size, each added to the ranking that `search` uses in several shares:

    cross-encoder   the embedder's weights, trained further to judge question and passage read together: by lists of one
                    right passage and three that BM25 ranks high (see reranking_data.py), for so many minutes, or
                    taken from FILE if it is there, where it is kept
    late            every word of the question and its nearest in the passage, by the embedder's own token vectors
    sentence        the passage's sentence that is nearest to the question, by the embedder

Prints the Markdown of docs/design/ranking.md: nDCG@10 over the first so many questions of each judged collection, and
the difference from the present ranking; `*` says that its interval (paired bootstrap, 95%) is above zero, `!` below.
Needs the extra `tune`.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertConfig, BertModel

from judged import Judged, chosen, options
from ranking_tried import Bench, Matrix, evaluated, steps
from reranking_data import Asked, training
from retrieval import difference, embedded, with_headings
from wellread.models.fetch import default_cache_dir, fetch
from wellread.models.protocols import Embedder
from wellread.models.registry import open_embedder
from wellread.models.weights import EMBEDDER
from wellread.screen.sentences import sentences

READ = 20
"""Passages that are read again."""
SHARES = (0.05, 0.1, 0.2, 0.4)
WRONG = 3
TOGETHER = 8
"""Lists in one step of training."""
LONGEST = 256
"""Tokens of a question with its passage."""
HELD_OUT = 200
RATE, HEAD_RATE = 1e-4, 1e-3

Pairs = Sequence[tuple[str, str]]
Rerank = Callable[[str, Sequence[str]], npt.NDArray[np.float32]]
"""From a question and passages to a score for each."""


class Tokens:
    """The embedder's tokenizer, to padded tensors."""

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(fetch(f"{EMBEDDER}.tokenizer", default_cache_dir())))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()

    def __call__(self, texts: Pairs | Sequence[str]) -> dict[str, torch.Tensor]:
        found = self._tokenizer.encode_batch(list(texts))
        return {
            "input_ids": torch.tensor([one.ids for one in found]),
            "token_type_ids": torch.tensor([one.type_ids for one in found]),
            "attention_mask": torch.tensor([one.attention_mask for one in found]),
        }


def encoder() -> Any:
    """The embedder's network, its layers' outputs as they are."""
    config = BertConfig(hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536)
    network = BertModel(config, add_pooling_layer=False)
    weights = load_file(str(fetch("all-minilm-l6-v2.safetensors", default_cache_dir())))
    held = {name: value for name, value in weights.items() if name in network.state_dict()}
    network.load_state_dict(held)
    return network


class CrossEncoder(torch.nn.Module):
    """One number for a question and a passage that are read together."""

    def __init__(self) -> None:
        super().__init__()
        self.network = encoder()
        self.head = torch.nn.Linear(384, 1)
        self.tokens = Tokens()

    def forward(self, pairs: Pairs) -> torch.Tensor:
        """Shape (pairs,)."""
        read = self.network(**self.tokens(pairs)).last_hidden_state[:, 0]
        scores: torch.Tensor = self.head(read).squeeze(-1)
        return scores

    @torch.no_grad()
    def rerank(self, question: str, passages: Sequence[str]) -> npt.NDArray[np.float32]:
        """As `Rerank`."""
        return np.asarray(self([(question, passage) for passage in passages]).numpy(), dtype=np.float32)


def trained(data: Path, minutes: float, chance: random.Random) -> CrossEncoder:
    """A cross-encoder after so many minutes, and how often it puts a held-out right passage first of four."""
    asked = training(data, chance)
    held, asked = asked[:HELD_OUT], asked[HELD_OUT:]
    model = CrossEncoder()
    for name, weights in model.named_parameters():
        weights.requires_grad_("embeddings" not in name)
    head = set(model.head.parameters())
    rest = [one for one in model.parameters() if one.requires_grad and one not in head]
    optimizer = torch.optim.AdamW([{"params": rest, "lr": RATE}, {"params": list(head), "lr": HEAD_RATE}])
    began = time.monotonic()
    for number, lists in enumerate(drawn(asked, chance), start=1):
        done = (time.monotonic() - began) / (60 * minutes)
        if done >= 1:
            break
        for group, rate in zip(optimizer.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * min(1.0, number / 50) * max(0.02, 1 - done)
        loss, first = judged_lists(model, lists, chance)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if number % 50 == 0:
            report(f"{number} steps of {TOGETHER} lists, loss {loss.item():.3f}, right first {first:.0%}")
    model.eval()
    with torch.no_grad():
        right = [judged_lists(model, [one], chance)[1] for one in held]
    report(
        f"{number} steps over {len(asked):,} questions; held out, right first of four: {np.mean(right):.1%}"
    )
    return model


def drawn(asked: Sequence[Asked], chance: random.Random) -> Iterator[Sequence[Asked]]:
    """Batches, without end."""
    while True:
        order = chance.sample(asked, len(asked))
        for start in range(0, len(order) - TOGETHER + 1, TOGETHER):
            yield order[start : start + TOGETHER]


def judged_lists(
    model: CrossEncoder, lists: Sequence[Asked], chance: random.Random
) -> tuple[torch.Tensor, float]:
    """The loss, and the share of lists whose right passage is first."""
    pairs = [
        (one.question, text)
        for one in lists
        for text in (chance.choice(one.right), *chance.choices(one.wrong, k=WRONG))
    ]
    scores = model(pairs).view(len(lists), -1)
    loss = functional.cross_entropy(scores, torch.zeros(len(lists), dtype=torch.long))
    return loss, float((scores.argmax(dim=1) == 0).float().mean())


class Late:
    """Token vectors of the untrained embedder, each word of the question against its nearest in the passage."""

    def __init__(self) -> None:
        self._network, self._tokens = encoder().eval(), Tokens()

    @torch.no_grad()
    def rerank(self, question: str, passages: Sequence[str]) -> npt.NDArray[np.float32]:
        """As `Rerank`."""
        [asked], _ = self._vectors([question])
        texts, mask = self._vectors(passages)
        nearest = (texts @ asked[1:-1].T).masked_fill(~mask[:, :, None], -1.0).max(dim=1).values
        return np.asarray(nearest.mean(dim=1).numpy(), dtype=np.float32)

    def _vectors(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        given = self._tokens(texts)
        found = functional.normalize(self._network(**given).last_hidden_state, dim=-1)
        return found, given["attention_mask"].bool()


@dataclass(frozen=True)
class Sentences:
    """Vectors of sentences by the embedder that `search` uses."""

    embedder: Embedder

    def rerank(self, question: str, passages: Sequence[str]) -> npt.NDArray[np.float32]:
        """As `Rerank`."""
        cut = [[text[start:end] for start, end in sentences(text)] or [text] for text in passages]
        vectors = self.embedder.embed([question, *(one for each in cut for one in each)])
        scores, at = vectors[1:] @ vectors[0], 0
        best = []
        for each in cut:
            best.append(float(scores[at : at + len(each)].max()))
            at += len(each)
        return np.array(best, dtype=np.float32)


def main() -> int:
    """Parse, train, measure, print."""
    parser = options(__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="of training")
    parser.add_argument("--model", type=Path, metavar="FILE", help="where the trained model is kept")
    parser.add_argument("--questions", type=int, default=200, help="of each collection, at most")
    arguments = parser.parse_args()
    wanted = chosen(arguments)
    if wanted is None:
        return 3
    torch.manual_seed(0)
    if arguments.model and arguments.model.exists():
        cross = CrossEncoder()
        cross.load_state_dict(torch.load(arguments.model, weights_only=True))
        cross.eval()
    else:
        cross = trained(arguments.data, arguments.minutes, random.Random(0))
        if arguments.model:
            torch.save(cross.state_dict(), arguments.model)
    embedder = open_embedder(EMBEDDER)
    rerankers: dict[str, Rerank] = {
        "cross-encoder": cross.rerank,
        "late": Late().rerank,
        "sentence": Sentences(embedder).rerank,
    }
    columns = {}
    for name, read in wanted.items():
        report(name)
        columns[name] = column(fewer(read(), arguments.questions), embedder, arguments.vectors, rerankers)
    print(f"| reranker | {' | '.join(columns)} | ms a question |")
    print(f"| --- |{' --- |' * (len(columns) + 1)}")
    for row in next(iter(columns.values())):
        cells = [column[row] for column in columns.values()]
        spent = np.mean([milliseconds for _, milliseconds in cells])
        print(f"| {row} | {' | '.join(cell for cell, _ in cells)} | {spent:.0f} |")
    embedder.close()
    return 0


def fewer(judged: Judged, most: int) -> Judged:
    """The first questions of a collection."""
    names = list(judged.questions)[:most]
    return replace(
        judged,
        questions={name: judged.questions[name] for name in names},
        grades={name: judged.grades[name] for name in names},
    )


def column(
    judged: Judged, embedder: Embedder, kept: Path | None, rerankers: dict[str, Rerank]
) -> dict[str, tuple[str, float]]:
    """Cells and milliseconds by row."""
    questions = list(judged.questions.values())
    bench = Bench(judged, embedded(judged, embedder, kept), embedder.embed(questions))
    first = steps()["Wellread"][1](bench)
    best = np.argsort(-first, axis=1, kind="stable")[:, :READ]
    before = evaluated(bench, first)
    cells = {"none": (f"{before.mean():.3f}", 0.0)}
    for name, rerank in rerankers.items():
        began = time.perf_counter()
        read = [
            rerank(question, [with_headings(judged.passages[place]) for place in places])
            for question, places in zip(questions, best, strict=True)
        ]
        spent = 1e3 * (time.perf_counter() - began) / len(questions)
        for share in (*SHARES, None):
            after = evaluated(bench, reordered(first, best, read, share))
            found = difference(before, after)
            sign = "*" if found["low"] > 0 else "!" if found["high"] < 0 else ""
            row = f"{name} alone" if share is None else f"+ {share:g} {name}"
            cells[row] = (f"{after.mean():.3f} {found['difference']:+.3f}{sign}", spent)
    return cells


def reordered(
    first: Matrix, best: npt.NDArray[np.intp], read: Sequence[npt.NDArray[np.float32]], share: float | None
) -> Matrix:
    """The best in another order, before all others."""
    scores = first - 100
    for row, (places, found) in enumerate(zip(best, read, strict=True)):
        spread = (found - found.min()) / max(float(found.max() - found.min()), 1e-9)
        scores[row, places] = spread if share is None else first[row, places] + share * spread
    return scores


def report(line: str) -> None:
    """To standard error."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
