"""Gates pass what is better beyond chance, and only that."""

from wellread.evaluate.gates import difference_gate, gain_gate, parity_gate
from wellread.evaluate.statistics import bootstrap_interval


def test_parity_wants_nearly_every_answer_the_same() -> None:
    assert parity_gate(1.0).passed
    assert not parity_gate(11 / 12).passed


def test_an_adapter_that_says_what_the_base_says_is_not_applied() -> None:
    assert not difference_gate(["a", "b"], ["a", "b"]).passed
    assert difference_gate(["a", "b"], ["a", "c"]).passed


def test_a_gain_beyond_chance_passes() -> None:
    gate = gain_gate([False] * 20, [True] * 15 + [False] * 5)
    assert gate.passed and gate.value > 0.5
    assert "+0.75" in gate.note


def test_a_gain_within_chance_is_blocked() -> None:
    assert not gain_gate([True, False] * 10, [True, False] * 9 + [True, True]).passed


def test_a_loss_is_blocked() -> None:
    gate = gain_gate([True] * 20, [True] * 10 + [False] * 10)
    assert not gate.passed and gate.value < 0


def test_the_bound_is_one_sided() -> None:
    won, lost, same = 9, 3, 20
    gate = gain_gate(
        [False] * won + [True] * lost + [True] * same, [True] * won + [False] * lost + [True] * same
    )
    two_sided = bootstrap_interval([1.0] * won + [-1.0] * lost + [0.0] * same, lowest=-1.0)
    assert two_sided.low <= 0 < gate.value
    assert gate.passed
