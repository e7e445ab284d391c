"""Texts by which chat templates tell who speaks, broken up: for servers whose template is not known.

Many servers tokenise the rendered chat as a whole, so that `<|im_end|>` in a passage ends the passage's turn. A space
after its first sign makes plain words of it.
"""

import re

_CONTROL = re.compile(
    r"[<\[]"
    r"(?=[|｜]|/?(?:s|bos|eos|unk|pad|think|tool_call|tool_response|tools)>|(?:start|end)_of_[a-z]+>"
    r"|/?(?:INST|SYS|TOOL_[A-Z]+|AVAILABLE_TOOLS|SYSTEM_PROMPT)\]|</?SYS>>|/?SYS>>)"
)
"""ChatML, Llama 2 and 3, Mistral, Gemma, Phi, DeepSeek, Qwen."""


def without_control(text: str) -> str:
    """`text`, with a space after the first sign of whatever a chat template might take for its own. Twice is once."""
    return _CONTROL.sub(lambda match: f"{match.group()} ", text)
