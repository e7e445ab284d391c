"""A recipe that cannot be carried out is refused when it is written down."""

import pytest

from wellread.errors import UsageError
from wellread.tune.recipe import Recipe


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"rank": 0}, "rank is 0"),
        ({"epochs": 0}, "epochs is 0"),
        ({"learning_rate": 2.0}, "learning_rate is 2.0"),
        ({"warmup": 1.0}, "warmup is 1.0"),
        ({"minutes": 0}, "minutes is 0"),
    ],
)
def test_values_that_cannot_be_are_named(setting, words) -> None:
    with pytest.raises(UsageError, match=words):
        Recipe(**setting)
