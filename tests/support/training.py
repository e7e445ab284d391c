"""A llama small enough to train in a test, and a tokenizer of single characters."""

from collections.abc import Sequence
from typing import Any

from wellread.records.conversation import Message


class Characters:
    """Every character is a token; the template is ChatML."""

    end_of_turn = "\x02"

    def render(self, messages: Sequence[Message]) -> str:
        turns = "".join(f"\x01{message.role}\n{message.content}\x02\n" for message in messages)
        return f"{turns}\x01assistant\n"

    def encode(self, text: str) -> list[int]:
        return [min(ord(character), 255) for character in text]

    def decode(self, tokens: Sequence[int]) -> str:
        return "".join(map(chr, tokens))


def small_model() -> Any:
    """Always the same weights."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(7)
    torch.set_num_threads(1)
    config = LlamaConfig(
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        vocab_size=256,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        initializer_range=0.2,
    )
    return LlamaForCausalLM(config).float()
