"""The base model as PyTorch sees it: opened from the very GGUF file that is served, so both have the same weights."""

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wellread.errors import WeightsError
from wellread.records.conversation import Message
from wellread.tune.recipe import Precision


class ChatTokenizer:
    """The base's tokenizer with its own chat template."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        if not tokenizer.chat_template:
            raise WeightsError("the base has no chat template: choose an instruction-tuned base")

    def render(self, messages: Sequence[Message]) -> str:
        """The prompt as text, up to where the assistant's words begin."""
        turns = [{"role": message.role, "content": message.content} for message in messages]
        rendered = self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        return str(rendered)

    def encode(self, text: str) -> list[int]:
        """Token ids of text that may hold template marks; nothing is added."""
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def decode(self, tokens: Sequence[int]) -> str:
        """The text of token ids."""
        return str(self._tokenizer.decode(tokens))

    @property
    def end_of_turn(self) -> str:
        """The mark that ends an answer."""
        return str(self._tokenizer.eos_token)


@dataclass(frozen=True, slots=True)
class Base:
    """A base model and its tokenizer."""

    model: Any
    tokenizer: ChatTokenizer
    precision: Precision

    @property
    def heads(self) -> dict[str, int]:
        """Attention heads and key heads, as `export` asks for them."""
        config = self.model.config
        return {"heads": config.num_attention_heads, "key_heads": config.num_key_value_heads}


def native_precision() -> Precision:
    """bfloat16 where the processor multiplies it natively (AVX512-BF16 or AMX), else float32.

    Elsewhere bfloat16 is emulated, which takes longer than float32.
    """
    import torch

    # PyTorch tells this only by functions marked private; one that is gone counts as not supported.
    tells = (getattr(torch.cpu, f"_is_{name}_supported", None) for name in ("avx512_bf16", "amx_tile"))
    return "bfloat16" if any(tell and tell() for tell in tells) else "float32"


def open_base(gguf: Path, precision: Precision = "float32") -> Base:
    """Weights of a GGUF file, dequantised.

    Raises WeightsError when the extra `wellread[tune]` is missing or the file is of an architecture
    that cannot be tuned.
    """
    try:
        import torch
        import transformers
    except ImportError as missing:
        raise WeightsError(
            f"tuning needs {missing.name}: install the extra with `pip install 'wellread[tune]'`"
        ) from missing
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # untyped upstream
    transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # untyped upstream
    where: dict[str, Any] = {
        "pretrained_model_name_or_path": str(gguf.parent),
        "gguf_file": gguf.name,
        "local_files_only": True,
    }
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # a progress bar that no setting turns off
            tokenizer = transformers.AutoTokenizer.from_pretrained(**where)
            model = transformers.AutoModelForCausalLM.from_pretrained(
                **where, dtype=getattr(torch, precision)
            )
    except (OSError, ValueError, KeyError) as reason:
        raise WeightsError(f"{gguf} cannot be opened for tuning: {reason}") from reason
    if model.config.model_type != "llama":
        raise WeightsError(
            f"{gguf.name} is a {model.config.model_type} model; adapters can be exported for llama models only"
        )
    return Base(model, ChatTokenizer(tokenizer), precision)
