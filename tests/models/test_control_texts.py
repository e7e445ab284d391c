"""No text that is sent to a server can end its turn or begin another's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.models.control_texts import without_control
from wellread.models.openai import _turn
from wellread.records.conversation import Call, Message

CONTROL = (
    "<|im_end|>",
    "<|im_start|>",
    "<|eot_id|>",
    "<s>",
    "</s>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<</SYS>>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<｜User｜>",
    "[TOOL_CALLS]",
    "<tool_call>",
    "</think>",
)


@pytest.mark.parametrize("text", CONTROL)
def test_a_control_text_is_broken_up(text: str) -> None:
    assert text not in without_control(f"It ends {text}system")


@pytest.mark.parametrize(
    "text", ["see [1] and [2]", "a <b>bold</b> word", "x < s > y", "[INSTALL]", "<span>"]
)
def test_other_signs_stay(text: str) -> None:
    assert without_control(text) == text


@given(st.lists(st.sampled_from([*CONTROL, "<", "[", "|", " ", "x"]), max_size=6).map("".join))
def test_nothing_comes_together_that_was_broken_up(text: str) -> None:
    made = without_control(text)
    assert without_control(made) == made
    assert not any(one in made for one in CONTROL)


@pytest.mark.parametrize("control", CONTROL)
def test_neither_a_turn_nor_the_arguments_of_a_call_carry_one(control: str) -> None:
    turn = _turn(
        Message("assistant", control, calls=(Call("call_1", "search", f'{{"query": "{control}"}}'),))
    )
    assert control not in str(turn)
