import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.errors import UsageError
from wellread.evaluate.statistics import (
    bootstrap_interval,
    cohen_kappa,
    mcnemar_mid_p,
    paired_difference,
    questions_needed,
    wilson_interval,
)

SHARES = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=60)
SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe (1998), table I, "method 3".
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_equals_published_values(successes: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(successes, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500), st.data())
def test_wilson_holds_the_share_and_mirrors(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    low, high = wilson_interval(successes, n)
    assert 0.0 <= low <= successes / n <= high <= 1.0
    assert wilson_interval(n - successes, n) == pytest.approx((1 - high, 1 - low))


def test_bootstrap_equals_the_exact_one_over_all_resamples() -> None:
    values = [0.0, 0.2, 0.9, 1.0, 0.4]
    every = sorted(math.fsum(sample) / 5 for sample in product(values, repeat=5))
    exact = np.percentile(every, (2.5, 97.5))
    assert bootstrap_interval(values, samples=200_000) == pytest.approx(tuple(exact), abs=0.005)


def test_bootstrap_of_a_share_has_the_binomials_quantiles() -> None:
    n, successes = 80, 60
    mass = [math.comb(n, k) * 0.75**k * 0.25 ** (n - k) for k in range(n + 1)]
    total = np.cumsum(mass)
    low, high = (int(np.searchsorted(total, q)) / n for q in (0.025, 0.975))
    found = bootstrap_interval([1.0] * successes + [0.0] * (n - successes), samples=100_000)
    assert found == pytest.approx((low, high), abs=1 / n + 1e-9)


@given(SCORES, st.integers(0, 5))
def test_the_interval_holds_the_mean_and_stays_in_range(values: list[float], seed: int) -> None:
    low, high = bootstrap_interval(values, seed=seed)
    mean = math.fsum(values) / len(values)
    assert -1e-12 <= low <= mean + 1e-12 and mean - 1e-12 <= high <= 1 + 1e-12


def test_the_same_seed_gives_the_same_interval_and_another_differs() -> None:
    values = list(np.random.default_rng(1).random(50))
    assert bootstrap_interval(values, seed=3) == bootstrap_interval(values, seed=3)
    assert bootstrap_interval(values, seed=3) != bootstrap_interval(values, seed=4)


def test_equal_outcomes_do_not_claim_certainty() -> None:
    assert bootstrap_interval([1.0] * 20) == pytest.approx((1 - 0.1611, 1.0), abs=5e-5)
    assert bootstrap_interval([0.0] * 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert bootstrap_interval([0.0] * 20, lowest=-1.0) == pytest.approx((-0.1611, 0.1611), abs=5e-5)


def test_memory_is_bounded_without_changing_the_interval() -> None:
    values = list(np.random.default_rng(2).random(3000))
    low, high = bootstrap_interval(values)
    error = np.std(values) / math.sqrt(3000)
    assert (high - low) / (2 * 1.96 * error) == pytest.approx(1.0, abs=0.06)


def test_95_percent_intervals_cover_about_95_percent() -> None:
    rng = np.random.default_rng(5)
    truth, n, rounds = 0.7, 80, 400
    covered = sum(
        bootstrap_interval(list((rng.random(n) < truth).astype(float)), seed=r, samples=2000).includes(truth)
        for r in range(rounds)
    )
    assert 0.91 <= covered / rounds <= 0.985


def test_paired_intervals_cover_and_pairing_narrows_them() -> None:
    rng = np.random.default_rng(6)
    n, rounds, covered, narrower = 120, 200, 0, 0
    for number in range(rounds):
        hardness = rng.random(n)
        one = (hardness < 0.5).astype(float)
        two = np.where(rng.random(n) < 0.2, (rng.random(n) < 0.75), one).astype(float)  # expected gain 0.05
        paired = paired_difference(list(one), list(two), seed=number).interval
        covered += paired.includes(0.05)
        alone = [bootstrap_interval(list(arm), seed=number, samples=1000) for arm in (one, two)]
        narrower += paired.high - paired.low < math.hypot(*(one.high - one.low for one in alone))
    assert 0.90 <= covered / rounds <= 0.985
    assert narrower == rounds


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=50))
def test_exchanging_the_arms_changes_the_sign_only(pairs: list[tuple[bool, bool]]) -> None:
    one, two = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    there, back = paired_difference(one, two), paired_difference(two, one)
    assert there.estimate == -back.estimate
    assert there.interval.includes(there.estimate)
    assert there.interval == (-back.interval.high, -back.interval.low)


def test_unequal_and_empty_scores_are_refused() -> None:
    with pytest.raises(UsageError, match="2 and 1 scores"):
        paired_difference([1.0, 0.0], [1.0])
    with pytest.raises(UsageError, match="no values"):
        bootstrap_interval([])
    with pytest.raises(UsageError, match="5 of 4"):
        wilson_interval(5, 4)


@pytest.mark.parametrize(
    ("only_a", "only_b", "p"),
    [
        (0, 0, 1.0),
        (4, 4, 1.0),
        (5, 0, 1 / 32),
        (0, 5, 1 / 32),
        (1, 9, 2 * (1 + 10) / 1024 - 10 / 1024),
        (1, 7, 0.0391),  # the airway example of Fagerland, Lydersen and Laake (2013)
    ],
)
def test_mid_p_of_known_tables(only_a: int, only_b: int, p: float) -> None:
    assert mcnemar_mid_p(only_a, only_b) == pytest.approx(p, abs=5e-5)


@given(st.integers(0, 200), st.integers(0, 200))
def test_mid_p_is_a_probability_and_symmetric(only_a: int, only_b: int) -> None:
    assert 0.0 < mcnemar_mid_p(only_a, only_b) <= 1.0
    assert mcnemar_mid_p(only_a, only_b) == mcnemar_mid_p(only_b, only_a)


def test_mid_p_keeps_its_level() -> None:
    """Over all tables of up to 40 discordant questions of a fair coin: wrong at most little above 1 in 20."""
    for n in (5, 10, 20, 40):
        wrong = sum(math.comb(n, k) / 2**n for k in range(n + 1) if mcnemar_mid_p(k, n - k) < 0.05)
        assert wrong <= 0.07


def test_the_estimated_number_of_questions_has_the_power_it_promises() -> None:
    difference, discordance = 0.15, 0.3
    n = questions_needed(difference, discordance)
    assert n == 103  # (1.96 sqrt(0.3) + 0.8416 sqrt(0.3 - 0.0225))^2 / 0.0225 = 102.3
    rng = np.random.default_rng(8)
    only_a = (discordance + difference) / 2
    tables = rng.multinomial(n, [only_a, discordance - only_a, 1 - discordance], size=2000)
    found = sum(mcnemar_mid_p(int(a), int(b)) < 0.05 for a, b, _ in tables) / 2000
    assert found == pytest.approx(0.8, abs=0.04)


def test_a_difference_that_cannot_be_is_refused() -> None:
    for difference, discordance in ((0.0, 0.2), (0.3, 0.2)):
        with pytest.raises(UsageError, match="cannot be"):
            questions_needed(difference, discordance)


def test_kappa_of_published_tables() -> None:
    # 50 grant applications: both yes 20, only the first 5, only the second 10, both no 15: kappa 0.4.
    one = [True] * 25 + [False] * 25
    other = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    assert cohen_kappa(one, other) == pytest.approx(0.4)
    # The same agreement of 0.6 with other margins (Feinstein and Cicchetti's paradox): 0.1304 and 0.2593.
    one = [True] * 60 + [False] * 40
    assert cohen_kappa(one, [True] * 45 + [False] * 15 + [True] * 25 + [False] * 15) == pytest.approx(
        0.1304, abs=5e-5
    )
    assert cohen_kappa(one, [True] * 25 + [False] * 35 + [True] * 5 + [False] * 35) == pytest.approx(
        0.2593, abs=5e-5
    )


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_kappa_is_symmetric_at_most_one_and_one_for_full_agreement(said: list[tuple[bool, bool]]) -> None:
    one, other = [a for a, _ in said], [b for _, b in said]
    kappa = cohen_kappa(one, other)
    assert kappa == cohen_kappa(other, one)
    assert kappa is None or -1 <= kappa <= 1
    assert cohen_kappa(one, one) == (None if len(set(one)) == 1 else 1.0)


def test_kappa_of_nothing_and_of_unequal_lengths_is_refused() -> None:
    for one, other in (([], []), ([True], [True, False])):
        with pytest.raises(UsageError, match="the same answers"):
            cohen_kappa(one, other)


def test_intervals_equal_scipys() -> None:
    stats = pytest.importorskip(
        "scipy.stats", reason="SciPy is not installed: nothing independent to compare with"
    )
    for successes, n in product(range(0, 60, 7), (60, 77)):
        expected = stats.binomtest(successes, n).proportion_ci(method="wilson")
        assert wilson_interval(successes, n) == pytest.approx((expected.low, expected.high), abs=1e-9)
    values = np.random.default_rng(5).beta(3, 1, 80)
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=20_000, rng=np.random.default_rng(1)
    ).confidence_interval
    assert bootstrap_interval(list(values)) == pytest.approx((theirs.low, theirs.high), abs=0.003)
