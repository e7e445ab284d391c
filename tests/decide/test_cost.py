import pytest

from wellread.decide.cost import CostModel
from wellread.errors import UsageError


def test_an_hour_of_answering_costs_the_machines_hour() -> None:
    model = CostModel(per_core_hour=0.05, cores=4)
    assert model.machine_per_hour == pytest.approx(0.2)
    assert 3600 * model.per_question("rag", 1000.0, 500) == pytest.approx(0.2)


def test_training_is_spread_over_the_questions_of_its_own_arm() -> None:
    model = CostModel(per_core_hour=1.0, cores=1, training_seconds={"tuned": 7200}, questions_per_adapter=100)
    assert model.per_question("tuned", 0.0, 0) == pytest.approx(2.0 / 100)
    assert model.per_question("rag", 0.0, 0) == 0.0


def test_billed_tokens_are_added() -> None:
    model = CostModel(per_core_hour=0.0, per_million_tokens=3.0)
    assert model.per_question("rag", 1000.0, 2000) == pytest.approx(0.006)


def test_prices_are_said_in_words() -> None:
    assert CostModel().in_words() == "0.05 USD an hour for each of 2 cores while they work"
    said = CostModel(per_million_tokens=3, training_seconds={"tuned": 5400}).in_words()
    assert "3 USD for a million tokens" in said
    assert "1.5 hours of training spread over 10,000 questions" in said


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        ({"per_core_hour": -1.0}, "-1.0"),
        ({"cores": 0}, "0"),
        ({"questions_per_adapter": 0}, "0"),
        ({"training_seconds": {"tuned": -5.0}}, "-5.0"),
    ],
)
def test_impossible_prices_are_refused(wrong: dict[str, object], value: str) -> None:
    with pytest.raises(UsageError, match=value):
        CostModel(**wrong)  # type: ignore[arg-type]  # wrong on purpose
