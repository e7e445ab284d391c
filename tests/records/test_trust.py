"""Tiers of trust are ordered, and nothing else is one."""

import pytest

from wellread.errors import UsageError
from wellread.records.trust import TIERS, UNKNOWN, rank, tier


def test_ranks_go_up_from_unknown_to_official() -> None:
    assert [rank(one) for one in TIERS] == [3, 2, 1, 0]
    assert sorted(TIERS, key=rank) == ["unknown", "community", "reviewed", "official"]
    assert rank(UNKNOWN) == 0


def test_a_tier_is_read_as_people_write_it() -> None:
    assert tier(" Official\n") == "official"


@pytest.mark.parametrize("text", ["", "offical", "3", "official reviewed"])
def test_anything_else_is_refused_with_the_tiers_there_are(text: str) -> None:
    with pytest.raises(UsageError, match=r"official, reviewed, community, unknown"):
        tier(text)
