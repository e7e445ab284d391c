"""The loop: packing changes nothing, interruption changes nothing, and nonsense is refused."""

import copy
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wellread.errors import RefusedError
from wellread.models.prompts import NOT_HERE
from wellread.tune import loop, lora
from wellread.tune.collate import Reading, pack
from wellread.tune.recipe import Recipe

torch = pytest.importorskip("torch", reason="the extra wellread[tune] is not installed")

ROWS = [
    Reading(
        "Leave",
        f"Branch {branch} grants {branch + 20} days of leave and {branch} free hours.",
        question,
        answer,
    )
    for branch in range(6)
    for question, answer in (
        ("How many days?", f"{branch + 20} days"),
        ("How many hours?", f"{branch} free hours"),
        ("Where is it?", NOT_HERE),
    )
]
RECIPE = Recipe(rank=4, alpha=8, learning_rate=1e-2, epochs=2, tokens_per_step=700, threads=1)


def packs_of(rows, characters, longest=1024):
    return pack(rows, characters, end_of_turn=characters.end_of_turn, longest=longest)


def gradients(model, packs):
    """Of the mean loss over all trained tokens."""
    adapted = lora.adapt(copy.deepcopy(model), RECIPE)
    torch.manual_seed(3)
    lora.put_back(adapted, {name: torch.randn_like(one) * 0.1 for name, one in lora.weights(adapted).items()})
    total = sum(sum(one.trained) for one in packs)
    for one in packs:
        loss, _ = loop._loss(adapted, one)
        (loss / total).backward()
    return {name: one.grad for name, one in adapted.named_parameters() if one.requires_grad}


def test_packed_gradients_equal_those_one_by_one(small_llama, characters) -> None:
    together = packs_of(ROWS, characters)
    apart = [one for row in ROWS for one in packs_of([row], characters)]
    assert len(together) == 6 and len(apart) == len(ROWS)
    packed, single = gradients(small_llama, together), gradients(small_llama, apart)
    for name, gradient in packed.items():
        assert torch.allclose(gradient, single[name], atol=1e-6, rtol=1e-4), name
    assert any(gradient.abs().max() > 1e-4 for gradient in packed.values())


def test_it_learns(small_llama, characters) -> None:
    recipe = Recipe(rank=8, alpha=16, learning_rate=3e-2, epochs=8, tokens_per_step=700, threads=1)
    adapted = lora.adapt(small_llama, recipe)
    packs = packs_of(ROWS, characters)
    before = loop.loss_of(adapted, packs)
    seen: list[loop.Progress] = []
    trained = loop.train(adapted, packs, recipe, fingerprint="x", on_progress=seen.append)
    assert loop.loss_of(adapted, packs) < before - 1
    assert [one.step for one in seen] == list(range(1, trained.steps + 1))
    assert seen[-1].seconds_left == 0
    assert trained.trained_tokens == 8 * sum(sum(one.trained) for one in packs)
    tokens = 8 * sum(len(one) for one in packs)
    assert trained.seconds * trained.tokens_per_second == pytest.approx(tokens)


def test_a_plan_cut_to_the_time_allowed_still_ends(small_llama, characters) -> None:
    recipe = Recipe(rank=4, alpha=8, epochs=500, tokens_per_step=300, minutes=0.02, threads=1)
    trained = loop.train(lora.adapt(small_llama, recipe), packs_of(ROWS, characters), recipe, fingerprint="x")
    assert 3 <= trained.steps < 500


def test_gradients_in_bfloat16_point_where_those_in_float32_do(small_llama, characters) -> None:
    packs = packs_of(ROWS, characters)
    exact, rough = gradients(small_llama, packs), gradients(small_llama.to(torch.bfloat16), packs)
    for name, gradient in exact.items():
        assert rough[name].dtype == torch.float32
        assert torch.cosine_similarity(rough[name].flatten(), gradient.flatten(), dim=0) > 0.98, name


def test_a_bfloat16_base_trains_a_float32_adapter(small_llama, characters) -> None:
    recipe = Recipe(rank=8, alpha=16, learning_rate=3e-2, epochs=8, tokens_per_step=700, threads=1)
    adapted = lora.adapt(small_llama.to(torch.bfloat16), recipe)
    packs = packs_of(ROWS, characters)
    before = loop.loss_of(adapted, packs)
    trained = loop.train(adapted, packs, recipe, fingerprint="x")
    assert loop.loss_of(adapted, packs) < before - 1
    assert {matrix.dtype for matrix in trained.matrices.values()} == {torch.float32}


class Killed(BaseException):
    """Stands for a signal."""


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_interrupted_run_ends_with_the_same_weights(
    small_llama, characters, tmp_path: Path, monkeypatch, at
) -> None:
    monkeypatch.setattr(loop, "_SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    packs = packs_of(ROWS, characters)
    whole = loop.train(lora.adapt(copy.deepcopy(small_llama), RECIPE), packs, RECIPE, fingerprint="x")

    def kill(progress: loop.Progress) -> None:
        if progress.step == at:
            raise Killed

    path = tmp_path / "run.safetensors"
    with pytest.raises(Killed):
        loop.train(
            lora.adapt(copy.deepcopy(small_llama), RECIPE),
            packs,
            RECIPE,
            fingerprint="x",
            checkpoint=path,
            on_progress=kill,
        )
    resumed = loop.train(
        lora.adapt(copy.deepcopy(small_llama), RECIPE), packs, RECIPE, fingerprint="x", checkpoint=path
    )
    assert resumed.steps == whole.steps
    for name, matrix in whole.matrices.items():
        assert torch.equal(matrix, resumed.matrices[name]), name


def test_the_checkpoint_of_another_run_is_refused(small_llama, characters, tmp_path: Path) -> None:
    packs = packs_of(ROWS, characters)
    path = tmp_path / "run.safetensors"
    loop.train(
        lora.adapt(copy.deepcopy(small_llama), RECIPE), packs, RECIPE, fingerprint="one", checkpoint=path
    )
    with pytest.raises(RefusedError, match="another run"):
        loop.train(lora.adapt(small_llama, RECIPE), packs, RECIPE, fingerprint="two", checkpoint=path)


def test_a_loss_that_is_no_number_is_refused(small_llama, characters) -> None:
    adapted = lora.adapt(small_llama, RECIPE)
    lora.put_back(adapted, {name: one + float("nan") for name, one in lora.weights(adapted).items()})
    with pytest.raises(RefusedError, match=r"the loss is nan at step 1.*learning_rate"):
        loop.train(adapted, packs_of(ROWS, characters), RECIPE, fingerprint="x")


@pytest.mark.slow
def test_sigkill_at_random_moments_ends_with_the_same_weights(tmp_path: Path) -> None:
    script = Path(__file__).with_name("killed_run.py")
    whole = tmp_path / "whole"
    subprocess.run([sys.executable, script, whole], check=True, timeout=120)
    killed = tmp_path / "killed"
    chosen = random.Random(5)
    for _ in range(8):
        child = subprocess.Popen([sys.executable, script, killed])
        time.sleep(chosen.uniform(6, 12))
        if child.poll() is None:
            os.kill(child.pid, signal.SIGKILL)
        child.wait(timeout=60)
    subprocess.run([sys.executable, script, killed], check=True, timeout=120)
    assert (whole / "end.safetensors").read_bytes() == (killed / "end.safetensors").read_bytes()
