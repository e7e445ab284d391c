"""Whether the served adapter says what the trainer's model says, in the same precision.

The base is written out in float32 and the exported adapter served over it, so that both sides multiply the same
numbers; what is left is the export. A permuted matrix, a wrong scale or another template shows at once.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wellread.models.gguf_quantise import to_f32
from wellread.models.llamacpp import LlamaCppGenerator
from wellread.models.protocols import Request
from wellread.records.conversation import Message
from wellread.tune.base import ChatTokenizer

LONGEST = 32
"""Tokens compared."""


def agreement(
    adapted: Any,
    tokenizer: ChatTokenizer,
    base_file: Path,
    adapter_file: Path,
    prompts: Sequence[Sequence[Message]],
) -> float:
    """Share of `prompts` (0 to 1) whose greedy completion by llama.cpp equals the trainer's, to the letter."""
    trained = [trainer_says(adapted, tokenizer, prompt) for prompt in prompts]
    with tempfile.TemporaryDirectory(dir=adapter_file.parent) as folder:
        unquantised = Path(folder) / "base-f32.gguf"
        to_f32(base_file, unquantised)
        server = LlamaCppGenerator(unquantised)
        try:
            served = [
                server.generate(
                    Request(messages=tuple(prompt), max_tokens=LONGEST, adapter=str(adapter_file))
                ).text
                for prompt in prompts
            ]
        finally:
            server.close()
    same = sum(one.strip() == two.strip() for one, two in zip(trained, served, strict=True))
    return same / len(prompts)


def trainer_says(adapted: Any, tokenizer: ChatTokenizer, prompt: Sequence[Message]) -> str:
    """The greedy completion of the model as it was trained, at most LONGEST tokens."""
    import torch

    tokens = torch.tensor([tokenizer.encode(tokenizer.render(prompt))])
    end = tokenizer.encode(tokenizer.end_of_turn)
    with torch.no_grad():
        made = adapted.generate(
            tokens,
            attention_mask=torch.ones_like(tokens),
            max_new_tokens=LONGEST,
            do_sample=False,
            eos_token_id=end,
            pad_token_id=end[0],
        )
    return tokenizer.decode([token for token in made[0, tokens.shape[1] :].tolist() if token not in end])
