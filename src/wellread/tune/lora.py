"""LoRA (Hu et al. 2021, https://arxiv.org/abs/2106.09685) on the linear layers of a base model.

    y = W x + (alpha / rank) B A x        W frozen, A of shape (rank, in), B of shape (out, rank) and zero at first

A and B are float32 whatever W is; they are multiplied in W's precision.

Forward and backward are written out so that the low-rank part is accumulated into the large product's own buffer and
only x and A x are kept; that spares a CPU several passes over memory.
"""

from collections.abc import Mapping
from typing import Any

from wellread.errors import WeightsError
from wellread.tune.recipe import Recipe

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""Every linear layer of a llama block, which Biderman et al. 2024 (https://arxiv.org/abs/2405.09673) find best."""


def adapt(model: Any, recipe: Recipe) -> Any:
    """`model`, in place, with fresh LoRA matrices (A random from the recipe's seed), everything else frozen.

    Raises WeightsError when the model has none of the layers that are adapted.
    """
    import torch

    layer_kind = _layer_kind()
    torch.manual_seed(recipe.seed)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    found = [
        (parent, name, child)
        for parent in list(model.modules())
        for name, child in parent.named_children()
        if name in TARGETS and isinstance(child, torch.nn.Linear)
    ]
    if not found:
        raise WeightsError(f"the base has none of the layers {', '.join(TARGETS)}: it cannot be adapted")
    for parent, name, child in found:
        setattr(parent, name, layer_kind(child, recipe.rank, recipe.alpha / recipe.rank))
    return model


def weights(adapted: Any) -> dict[str, Any]:
    """The trained matrices by parameter name (`model.layers.0.self_attn.q_proj.lora_A`), detached copies."""
    return {
        name: parameter.detach().clone()
        for name, parameter in adapted.named_parameters()
        if parameter.requires_grad
    }


def put_back(adapted: Any, matrices: Mapping[str, Any]) -> None:
    """Overwrite the adapter's matrices. Raises WeightsError when names or shapes differ."""
    import torch

    own = {name: parameter for name, parameter in adapted.named_parameters() if parameter.requires_grad}
    if own.keys() != matrices.keys():
        odd = sorted(own.keys() ^ matrices.keys())[:3]
        raise WeightsError(f"the adapter does not fit this base: {', '.join(odd)} on one side only")
    with torch.no_grad():
        for name, parameter in own.items():
            if parameter.shape != matrices[name].shape:
                raise WeightsError(
                    f"{name} has shape {tuple(matrices[name].shape)} where base and rank want {tuple(parameter.shape)}"
                )
            parameter.copy_(matrices[name])


def scaled(adapted: Any, scale: float) -> None:
    """Set the strength of the adapter: `alpha / rank` serves as trained, 0 is the base model."""
    for module in adapted.modules():
        if hasattr(module, "lora_A"):
            module.scale = scale


def _layer_kind() -> Any:
    """The module class; made here because torch is imported where it is used."""
    import torch

    class Product(torch.autograd.Function):
        @staticmethod
        def forward(  # noqa: PLR0917 (autograd passes by position)
            ctx: Any, x: Any, weight: Any, bias: Any, a: Any, b: Any, scale: float
        ) -> Any:
            rows = x.reshape(-1, x.shape[-1])
            a, b = a.to(weight.dtype), b.to(weight.dtype)
            low = rows @ a.t()
            y = rows @ weight.t() if bias is None else torch.addmm(bias, rows, weight.t())
            y.addmm_(low, b.t(), alpha=scale)
            ctx.save_for_backward(rows, low, weight, a, b)
            ctx.scale, ctx.shape = scale, x.shape
            return y.view(*x.shape[:-1], weight.shape[0])

        @staticmethod
        def backward(ctx: Any, gradient: Any) -> Any:
            rows, low, weight, a, b = ctx.saved_tensors
            g = gradient.reshape(-1, gradient.shape[-1])
            through_b = (g @ b).mul_(ctx.scale)
            of_a = (through_b.t() @ rows).float()
            of_b = (g.t() @ low).float().mul_(ctx.scale)
            of_x = None
            if ctx.needs_input_grad[0]:
                of_x = (g @ weight).addmm_(through_b, a).view(ctx.shape)
            return of_x, None, None, of_a, of_b, None

    class LoraLinear(torch.nn.Module):
        def __init__(self, linear: Any, rank: int, scale: float) -> None:
            super().__init__()
            self.linear = linear
            self.scale = scale
            self.lora_A = torch.nn.Parameter(torch.empty(rank, linear.in_features))
            self.lora_B = torch.nn.Parameter(torch.zeros(linear.out_features, rank))
            torch.nn.init.kaiming_uniform_(self.lora_A, a=5**0.5)

        def forward(self, x: Any) -> Any:
            return Product.apply(  # type: ignore[no-untyped-call]  # untyped upstream
                x, self.linear.weight, self.linear.bias, self.lora_A, self.lora_B, self.scale
            )

    return LoraLinear
