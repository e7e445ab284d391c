"""The one training loop: packs in, trained matrices out, a step at a time, resumable."""

import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wellread.errors import RefusedError
from wellread.tune import resume
from wellread.tune.collate import Pack
from wellread.tune.lora import put_back, weights
from wellread.tune.recipe import Recipe

_STEPS_TO_MEASURE = 3
"""Steps run before the plan is cut to the time allowed; the first is slow while buffers are made."""
_SECONDS_BETWEEN_CHECKPOINTS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is. `loss` is the mean of this step's trained tokens, in nats."""

    step: int
    steps: int
    loss: float
    tokens_per_second: float
    seconds_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The end of a run. Losses are means per trained token, in nats."""

    matrices: dict[str, Any]
    steps: int
    trained_tokens: int
    first_loss: float
    last_loss: float
    tokens_per_second: float
    seconds: float
    """Time of all steps; of those before a kill, what they take at this process's speed."""


def train(
    adapted: Any,
    packs: Sequence[Pack],
    recipe: Recipe,
    *,
    fingerprint: str,
    checkpoint: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Trained:
    """Train `adapted` in place. With a `checkpoint` path, a run that was killed goes on from there.

    Raises RefusedError when the loss is not a number, naming the step.
    """
    import torch

    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    _keep_freed_memory()
    parameters = {name: p for name, p in adapted.named_parameters() if p.requires_grad}
    optimizer = torch.optim.AdamW(parameters.values(), lr=recipe.peak, weight_decay=0.0)
    batches = _batches(packs, recipe)
    planned, begun = len(batches), 0
    saved = resume.load(checkpoint, fingerprint) if checkpoint else None
    if saved:
        begun, planned = saved.step, saved.planned
        _restore(adapted, parameters, optimizer, saved.tensors, begun)

    adapted.train()
    losses: list[float] = []
    tokens = trained_tokens = 0
    started = last_save = time.monotonic()
    step = begun
    while step < planned:
        batch = batches[step]
        _set_rate(optimizer, recipe, step, planned)
        loss, count = _step(adapted, batch, optimizer, recipe.clip, list(parameters.values()))
        if not math.isfinite(loss):
            raise RefusedError(
                f"the loss is {loss} at step {step + 1}: lower learning_rate (now {recipe.peak})"
            )
        step += 1
        losses.append(loss)
        tokens, trained_tokens = tokens + sum(map(len, batch)), trained_tokens + count
        seconds = time.monotonic() - started
        if recipe.minutes and step == _STEPS_TO_MEASURE and not begun:
            planned = min(planned, max(step, int(recipe.minutes * 60 / (seconds / step))))
        if on_progress:
            rate = tokens / seconds
            left = (planned - step) * seconds / (step - begun)
            on_progress(
                Progress(step=step, steps=planned, loss=loss, tokens_per_second=rate, seconds_left=left)
            )
        if checkpoint and (step == planned or time.monotonic() - last_save > _SECONDS_BETWEEN_CHECKPOINTS):
            resume.save(checkpoint, fingerprint, step, planned, _state(parameters, optimizer))
            last_save = time.monotonic()
    adapted.eval()
    seconds = time.monotonic() - started
    rate = tokens / seconds if tokens else 0.0
    return Trained(
        matrices=weights(adapted),
        steps=step,
        trained_tokens=trained_tokens,
        first_loss=losses[0] if losses else math.nan,
        last_loss=sum(losses[-10:]) / len(losses[-10:]) if losses else math.nan,
        tokens_per_second=rate,
        seconds=sum(len(one) for batch in batches[:step] for one in batch) / rate if rate else 0.0,
    )


def _keep_freed_memory() -> None:
    """Let glibc keep freed tensors for the next ones: handing pages back and forth at every step costs time."""
    import ctypes

    trim_threshold, mmap_threshold = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of mallopt(3)
    try:
        libc = ctypes.CDLL("libc.so.6")
    except OSError:  # not glibc: nothing to set
        return
    libc.mallopt(mmap_threshold, 1 << 30)
    libc.mallopt(trim_threshold, 2**31 - 1)


def loss_of(adapted: Any, packs: Sequence[Pack]) -> float:
    """Mean loss per trained token over `packs`, in nats, without training."""
    import torch

    adapted.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for one in packs:
            loss, trained = _loss(adapted, one)
            total, count = total + float(loss), count + trained
    return total / max(count, 1)


def _batches(packs: Sequence[Pack], recipe: Recipe) -> list[list[Pack]]:
    """The packs of every step, shuffled anew each epoch from the seed, so that a resumed run sees the same."""
    batches: list[list[Pack]] = []
    for epoch in range(recipe.epochs):
        order = list(packs)
        random.Random(f"{recipe.seed}/{epoch}").shuffle(order)
        gathered: list[Pack] = []
        for one in order:
            gathered.append(one)
            if sum(map(len, gathered)) >= recipe.tokens_per_step:
                batches.append(gathered)
                gathered = []
        if gathered:
            batches.append(gathered)
    return batches


def _step(
    adapted: Any, batch: Sequence[Pack], optimizer: Any, clip: float, parameters: list[Any]
) -> tuple[float, int]:
    """One optimiser step over the mean loss of all trained tokens of `batch`, whatever pack they are in."""
    import torch

    count = sum(sum(one.trained) for one in batch)
    total = 0.0
    optimizer.zero_grad(set_to_none=True)
    for one in batch:
        loss, _ = _loss(adapted, one)
        (loss / count).backward()
        total += float(loss.detach())
    torch.nn.utils.clip_grad_norm_(parameters, clip)
    optimizer.step()
    return total / count, count


def _loss(adapted: Any, one: Pack) -> tuple[Any, int]:
    """Summed negative log-likelihood of the trained tokens of a pack, and their number."""
    import torch

    tokens = torch.tensor(one.tokens)
    trained = torch.tensor(one.trained)
    hidden = adapted.model(
        input_ids=tokens[None],
        position_ids=torch.tensor(one.positions)[None],
        attention_mask=_mask(one.segments, adapted.dtype),
        use_cache=False,
    )
    # A pack begins with its passage, so the token before a trained one is always of the same reading.
    predicting = trained.nonzero()[:, 0] - 1
    logits = adapted.lm_head(hidden.last_hidden_state[0, predicting])
    loss = torch.nn.functional.cross_entropy(logits.float(), tokens[trained], reduction="sum")
    return loss, int(trained.sum())


def _mask(segments: Sequence[int], dtype: Any) -> Any:
    """Shape (1, 1, n, n), to be added to attention scores: 0 where row may see column."""
    import torch

    segment = torch.tensor(segments)
    earlier = torch.ones(len(segments), len(segments), dtype=torch.bool).tril()
    seen = earlier & ((segment[None, :] == 0) | (segment[None, :] == segment[:, None]))
    return torch.zeros(seen.shape, dtype=dtype).masked_fill(~seen, torch.finfo(dtype).min)[None, None]


def _set_rate(optimizer: Any, recipe: Recipe, step: int, planned: int) -> None:
    warm = max(1, round(recipe.warmup * planned))
    if step < warm:
        share = (step + 1) / warm
    else:
        share = 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, planned - warm)))
    for group in optimizer.param_groups:
        group["lr"] = recipe.peak * share


def _state(parameters: Mapping[str, Any], optimizer: Any) -> dict[str, Any]:
    tensors = {f"weight/{name}": parameter.detach() for name, parameter in parameters.items()}
    for name, parameter in parameters.items():
        for moment in ("exp_avg", "exp_avg_sq"):
            tensors[f"{moment}/{name}"] = optimizer.state[parameter][moment]
    return tensors


def _restore(
    adapted: Any, parameters: Mapping[str, Any], optimizer: Any, tensors: Mapping[str, Any], step: int
) -> None:
    import torch

    put_back(adapted, {name: tensors[f"weight/{name}"] for name in parameters})
    for name, parameter in parameters.items():
        optimizer.state[parameter] = {
            "step": torch.tensor(float(step)),
            "exp_avg": tensors[f"exp_avg/{name}"].clone(),
            "exp_avg_sq": tensors[f"exp_avg_sq/{name}"].clone(),
        }
