"""The algebra of LoRA, checked against its equation and against another implementation."""

import copy

import pytest

from wellread.errors import WeightsError
from wellread.tune import lora
from wellread.tune.recipe import Recipe

torch = pytest.importorskip("torch", reason="the extra wellread[tune] is not installed")

RECIPE = Recipe(rank=4, alpha=8)


def randomised(model):
    adapted = lora.adapt(model, RECIPE)
    torch.manual_seed(1)
    lora.put_back(adapted, {name: torch.randn_like(one) * 0.1 for name, one in lora.weights(adapted).items()})
    return adapted


def test_a_fresh_adapter_changes_nothing(small_llama) -> None:
    tokens = torch.arange(20)[None]
    before = small_llama(tokens).logits
    assert torch.equal(lora.adapt(small_llama, RECIPE)(tokens).logits, before)


def test_only_the_adapter_is_trained(small_llama) -> None:
    adapted = lora.adapt(small_llama, RECIPE)
    names = [name for name, parameter in adapted.named_parameters() if parameter.requires_grad]
    assert len(names) == 2 * 7 * 2
    assert all("lora_" in name for name in names)


def test_it_equals_adding_the_product_to_the_weights(small_llama) -> None:
    tokens = torch.arange(20)[None]
    merged = copy.deepcopy(small_llama)
    adapted = randomised(small_llama)
    matrices = lora.weights(adapted)
    with torch.no_grad():
        for name, parameter in merged.named_parameters():
            stem = name.removesuffix(".weight")
            if f"{stem}.lora_A" in matrices:
                product = matrices[f"{stem}.lora_B"] @ matrices[f"{stem}.lora_A"]
                parameter.add_(RECIPE.alpha / RECIPE.rank * product)
    assert torch.allclose(adapted(tokens).logits, merged(tokens).logits, atol=1e-5)


def test_gradients_equal_those_of_peft(small_llama) -> None:
    peft = pytest.importorskip("peft", reason="peft is the reference; it comes with the dev extra")
    tokens = torch.arange(30)[None]
    config = peft.LoraConfig(r=4, lora_alpha=8, target_modules=list(lora.TARGETS))
    reference = peft.get_peft_model(copy.deepcopy(small_llama), config)
    adapted = randomised(small_llama)
    matrices = lora.weights(adapted)
    with torch.no_grad():
        for name, parameter in reference.named_parameters():
            if parameter.requires_grad:
                own = name.removeprefix("base_model.model.").replace(".default.weight", "")
                parameter.copy_(matrices[own])
    adapted(tokens).logits.square().mean().backward()
    reference(tokens).logits.square().mean().backward()
    compared = 0
    own = dict(adapted.named_parameters())
    for name, parameter in reference.named_parameters():
        if parameter.requires_grad:
            mine = own[name.removeprefix("base_model.model.").replace(".default.weight", "")]
            assert torch.allclose(mine.grad, parameter.grad, atol=1e-6, rtol=1e-4), name
            compared += 1
    assert compared == 28


def test_scale_zero_is_the_base(small_llama) -> None:
    tokens = torch.arange(20)[None]
    before = small_llama(tokens).logits
    adapted = randomised(small_llama)
    assert not torch.allclose(adapted(tokens).logits, before, atol=1e-3)
    lora.scaled(adapted, 0.0)
    assert torch.allclose(adapted(tokens).logits, before, atol=1e-6)


def test_matrices_of_another_shape_are_refused(small_llama) -> None:
    adapted = lora.adapt(small_llama, RECIPE)
    wrong = {name: torch.zeros(2, 2) for name in lora.weights(adapted)}
    with pytest.raises(WeightsError, match=r"has shape \(2, 2\)"):
        lora.put_back(adapted, wrong)
    with pytest.raises(WeightsError, match="on one side only"):
        lora.put_back(adapted, {"another": torch.zeros(1)})
