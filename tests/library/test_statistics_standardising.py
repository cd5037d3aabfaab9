"""Standardised rates, life expectancy, inequality and quantiles: by hand, by a second way, and what is withheld."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from leftshift.measures.statistics.inequality import inequality
from leftshift.measures.statistics.life_expectancy import STARTING_AGES, life_expectancy
from leftshift.measures.statistics.parameters import standard_population, standard_weights
from leftshift.measures.statistics.ranking import quantile_groups
from leftshift.measures.statistics.standardising import (
    standardise_directly,
    standardise_indirectly,
    standardise_repeats,
)
from tests.library import slow_statistics as slow

BANDS = np.arange(19)
EVENTS, PEOPLE = (BANDS % 5 + 1) * 3, 1000 + 100 * BANDS
REFERENCE, REFERENCE_PEOPLE = (BANDS % 4 + 2) * 50, 20_000 + 500 * BANDS
DEATHS = np.array([5, 1, 1, 1, 2, 3, 4, 5, 7, 9, 14, 20, 30, 45, 60, 80, 110, 120, 130, 180])
LIVING = np.array(
    [
        500,
        2000,
        2500,
        2500,
        2600,
        2700,
        2800,
        2900,
        3000,
        3000,
        3100,
        3000,
        2800,
        2600,
        2300,
        1900,
        1500,
        1000,
        600,
        300,
    ]
)


def test_the_standard_population_has_19_bands_and_100_000_people() -> None:
    population = standard_population()

    assert len(population) == 19
    assert sum(population.values()) == 100_000 == standard_weights().sum()
    assert [*population][:: len(population) - 1] == ["0-4", "90+"]


def test_two_bands_by_hand() -> None:
    # Rates 10/1,000 and 30/500; standard 3 to 1: (3 × 0.01 + 1 × 0.06) / 4 = 0.0225.
    # Variance (9 × 10/1,000² + 1 × 30/500²) / 16 = (0.00009 + 0.00012) / 16 = 0.000013125.
    # 40 events, Byar 28.575 to 54.469: 0.0225 + √(0.000013125/40) × (28.575 - 40) = 0.0225 - 0.0005728 × 11.425 = 0.015956
    found = standardise_directly([10, 30], [1000, 500], [3, 1], multiplier=1)

    assert found.value == pytest.approx(0.0225)
    assert found.lower == pytest.approx(0.015956, abs=2e-6)
    assert found.upper == pytest.approx(
        0.0225 + math.sqrt(0.000013125 / 40) * (slow.byar(40, 0.95)[1] - 40), rel=1e-9
    )
    assert found.methods == "Dobson"


def test_rates_are_those_of_phstatsmethods() -> None:
    # PHStatsMethods 0.1.16: ph_dsr with the European Standard Population, ph_ISRate and ph_ISRatio; printed to six digits after the point.
    direct = standardise_directly(EVENTS, PEOPLE)
    rate = standardise_indirectly(
        EVENTS.sum(), PEOPLE, REFERENCE, REFERENCE_PEOPLE, multiplier=1e5, as_rate=True
    )
    ratio = standardise_indirectly(EVENTS.sum(), PEOPLE, REFERENCE, REFERENCE_PEOPLE)

    for found, expected in (
        (direct, (510.086073, 427.874009, 602.377957)),
        (rate, (463.635357, 395.586356, 540.027678)),
        (ratio, (0.664068, 0.566601, 0.773486)),
    ):
        assert (float(found.value), float(found.lower), float(found.upper)) == pytest.approx(
            expected, abs=6e-7
        )


_bands = st.lists(
    st.tuples(st.integers(0, 60), st.integers(60, 9000), st.integers(1, 9000)), min_size=1, max_size=12
)


@given(_bands)
def test_directly_standardised_rates_are_those_of_the_slow_way(bands: list[tuple[int, int, int]]) -> None:
    x, n, w = ([band[at] for band in bands] for at in range(3))
    assume(sum(x) >= 10)
    found = standardise_directly(x, n, w, multiplier=1, confidence=0.9)

    assert (float(found.value), float(found.lower), float(found.upper)) == pytest.approx(
        slow.dsr(x, n, w, 0.9), rel=1e-9
    )


@given(_bands)
def test_standardising_to_oneself_is_the_crude_rate(bands: list[tuple[int, int, int]]) -> None:
    x, n, _ = (np.array([band[at] for band in bands], dtype=np.float64) for at in range(3))
    assume(x.sum() >= 10)
    direct = standardise_directly(x, n, n, multiplier=1)
    indirect = standardise_indirectly(x.sum(), n, x, n)
    as_rate = standardise_indirectly(x.sum(), n, x, n, as_rate=True)

    assert direct.value == pytest.approx(x.sum() / n.sum())
    assert indirect.value == pytest.approx(1.0)
    assert as_rate.value == pytest.approx(x.sum() / n.sum())


@given(_bands)
def test_events_that_happen_once_each_are_the_plain_rate(bands: list[tuple[int, int, int]]) -> None:
    x, n, w = ([band[at] for band in bands] for at in range(3))
    once, plain = standardise_repeats([x], [1], n, w), standardise_directly(x, n, w)

    for name in ("value", "lower", "upper", "withheld"):
        np.testing.assert_allclose(getattr(once, name), getattr(plain, name))


def test_repeats_widen_the_interval() -> None:
    # 8 persons with 1 and 6 with 2 of 1,000: 20 events; variance (8 + 4 × 6) / 1,000², where 20 / 1,000² were they independent.
    found = standardise_repeats([[8], [6]], [1, 2], [1000], [1], multiplier=1)
    low, high = slow.byar(20, 0.95)

    assert found.value == pytest.approx(0.020)
    assert found.lower == pytest.approx(0.02 + math.sqrt(32e-6 / 20) * (low - 20))
    assert found.upper == pytest.approx(0.02 + math.sqrt(32e-6 / 20) * (high - 20))


def test_many_series_at_once_and_what_is_withheld() -> None:
    x = np.array([[10.0, 30], [4, 5], [math.nan, 30], [10, 30], [10, 30], [-1, 30], [1e300, 1]])
    n = np.array([[1000.0, 500], [1000, 500], [1000, 500], [0, 500], [math.nan, 500], [1000, 500], [1, 1]])

    assert standardise_directly(x, n, [3, 1]).reasons.tolist() == [
        "",
        "fewer than 10 events",
        "",
        "a band has nobody in it, or no figure for its people",
        "a band has nobody in it, or no figure for its people",
        "numerator is negative",
        "a number is too large, or too close to zero",
    ]
    assert standardise_indirectly([1, math.nan, -1], [[10, 10]], [[5, 5]], [[100, 100]]).reasons.tolist() == [
        "",
        "numerator is missing",
        "numerator is negative",
    ]
    assert standardise_indirectly(1, [10], [0], [100]).reasons == "nothing is expected"
    assert standardise_repeats([[-1], [20]], [1, 2], [1000], [1]).reasons == "numerator is negative"


def test_no_lower_limit_of_a_rate_is_negative() -> None:
    # One event in a band of few people and much weight: the stretched limit would be below nought.
    found = standardise_directly([1, 9], [10, 100_000], [50, 50])

    assert found.lower == 0.0


@pytest.mark.parametrize("weights", [[1, 2, 3], [0, 0], [-1, 2], [math.nan, 1]])
def test_weights_that_do_not_fit_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match=r"[Ww]eights"):
        standardise_directly([1, 2], [10, 10], weights)


def test_repeats_without_their_axis_are_refused() -> None:
    with pytest.raises(ValueError, match="axis"):
        standardise_repeats([8, 6], [1, 2], [1000], [1])


def test_life_in_two_bands_by_hand() -> None:
    # From 0 to 50 die 100 of 10,000 a year's worth: M 0.01, q = 50 × 0.01 / (1 + 0.5 × 50 × 0.01) = 0.5 / 1.25 = 0.4.
    # From 50 on M = 0.05: 20 years. e0 = 0.6 × 50 + 0.4 × 25 + 0.6 × 20 = 30 + 10 + 12 = 52.
    # Variance of q: 0.4² × 0.6 / 100 = 0.00096; (20 + 25)² × 0.00096 = 1.944; open band 0.6² / (250 × 0.05²) = 0.576: √2.52 = 1.5875
    found = life_expectancy([100, 250], [10_000, 5_000], ages=(0, 50))

    assert found.value.tolist() == pytest.approx([52.0, 20.0])
    half = 1.959964 * math.sqrt(2.52)
    assert (found.lower[0], found.upper[0]) == (
        pytest.approx(52 - half, abs=1e-5),
        pytest.approx(52 + half, abs=1e-5),
    )


def test_life_expectancy_is_that_of_the_slow_way() -> None:
    rng = np.random.default_rng(1)
    deaths = rng.poisson(DEATHS * rng.uniform(0.5, 1.5, (30, 20))) + np.eye(20, dtype=int)[-1]
    found = life_expectancy(deaths, LIVING)

    assert not found.withheld.any()
    for at, series in enumerate(deaths):
        slowly = slow.life_table(series.tolist(), LIVING.tolist(), STARTING_AGES)
        np.testing.assert_allclose(found.value[at], [years for years, _ in slowly], rtol=1e-10)
        half = [1.959963984540054 * error for _, error in slowly]
        np.testing.assert_allclose(found.upper[at] - found.value[at], half, rtol=1e-9)


def test_what_contradicts_itself_has_no_life_expectancy() -> None:
    def reason(band: int, deaths: float, people: float) -> str:
        d, n = DEATHS.astype(float), LIVING.astype(float)
        d[band], n[band] = deaths, people
        found = set(life_expectancy(d, n).reasons.tolist())
        assert len(found) == 1
        return str(found.pop())

    assert reason(3, -1, 2500) == "a band has negative deaths"
    assert reason(3, 2, 0) == "a band has nobody in it, or no figure for its people"
    assert reason(3, 2, math.nan) == "a band has nobody in it, or no figure for its people"
    assert reason(3, 3000, 2500) == "a band has more deaths than people"
    assert reason(3, math.nan, 2500) == "a band is missing"
    assert reason(19, 0, 300) == "no deaths in the last band"
    assert reason(3, 1, 1e16) == "a number is too large, or too close to zero"
    assert set(life_expectancy(DEATHS / 10, LIVING / 10).reasons) == {"5,000 people or fewer"}


def test_wide_intervals_and_empty_ages_are_hidden() -> None:
    few = life_expectancy([1, 1], [5_000, 100], ages=(0, 50))
    assert few.reasons.tolist() == ["the 95% interval is wider than 20 years"] * 2
    # With widths of 50 a rate of 1 a year gives q = 50 / 26, taken as 1: nobody reaches 50.
    gone = life_expectancy([6_000, 100], [6_000, 500], ages=(0, 50))
    assert gone.reasons.tolist() == ["", "nobody reaches this age"]


def test_bands_and_ages_have_to_match() -> None:
    with pytest.raises(ValueError, match="20 bands"):
        life_expectancy([1, 2], [10, 20])
    with pytest.raises(ValueError, match="rise"):
        life_expectancy([1, 2], [10, 20], ages=(50, 0))


def test_a_straight_line_has_its_slope() -> None:
    # Fifths of equal size lie at 0.1, 0.3 … 0.9; 100 at 0 falling to 60 at 1: values 96, 88, 80, 72, 64.
    # Slope index -40; relative index 60 / 100 = 0.6.
    values = np.array([96.0, 88, 80, 72, 64])
    found = inequality(values, values - 2, values + 2, np.full(5, 10))

    assert found.slope.value == pytest.approx(-40)
    assert found.relative.value == pytest.approx(0.6)
    # Each standard error is 4 / 3.92; the slope's weights are (x - 0.5) / 0.4: ±1, ±0.5, 0, sum of squares 2.5.
    error = 4 / (2 * 1.959964) * math.sqrt(2.5)
    # Tolerance: 100,000 draws place a 2.5% quantile to about 0.008 standard errors; three of them.
    assert found.slope.upper == pytest.approx(-40 + 1.959964 * error, abs=0.03 * error)
    assert found.slope.lower == pytest.approx(-40 - 1.959964 * error, abs=0.03 * error)


@given(st.lists(st.tuples(st.floats(10, 90), st.integers(1, 500)), min_size=5, max_size=12))
def test_the_line_is_that_of_the_slow_way(quantiles: list[tuple[float, int]]) -> None:
    y, n = (np.array([entry[at] for entry in quantiles]) for at in (0, 1))
    _, slope = slow.line(y.tolist(), n.tolist())
    log_start, log_slope = slow.line(np.log(y).tolist(), n.tolist())

    linear = inequality(y, y - 1, y + 1, n, draws=50).slope
    logs = inequality(y, y * 0.9, y * 1.1, n, scale="log", draws=50)

    assert linear.value == pytest.approx(slope, rel=1e-6, abs=1e-8)
    assert logs.slope.value == pytest.approx(
        math.exp(log_start + log_slope) - math.exp(log_start), rel=1e-6, abs=1e-7
    )
    assert logs.relative.value == pytest.approx(math.exp(log_slope), rel=1e-6)


def test_proportions_on_the_logit_scale_stay_between_nought_and_one() -> None:
    y = np.array([0.02, 0.05, 0.2, 0.8, 0.97])
    found = inequality(y, y * 0.8, np.minimum(0.99, y * 1.2), np.ones(5), scale="logit")

    assert 0 < found.slope.lower < found.slope.value < found.slope.upper < 1


def test_the_same_seed_gives_the_same_limits_in_any_company() -> None:
    y = np.array([[96.0, 88, 80, 72, 64], [50, 52, 54, 53, 51]])
    together = inequality(y, y - 2, y + 2, np.ones(5), draws=2000)
    alone = inequality(y[1], y[1] - 2, y[1] + 2, np.ones(5), draws=2000)
    other = inequality(y[1], y[1] - 2, y[1] + 2, np.ones(5), draws=2000, seed=2)

    assert together.slope.lower[1] == pytest.approx(float(alone.slope.lower), rel=1e-12)
    assert float(alone.slope.lower) != float(other.slope.lower)


def test_inequality_that_cannot_be_told_is_withheld() -> None:
    y = np.array([96.0, 88, 80, 72, 64])
    gap = np.array([96.0, math.nan, 80, 72, 64])

    assert (
        inequality(y[:4], y[:4] - 1, y[:4] + 1, np.ones(4)).slope.reasons
        == "fewer than 5 quantiles or more than 100"
    )
    assert (
        inequality(gap, y - 1, y + 1, np.ones(5)).slope.reasons == "a quantile has no value, limits or people"
    )
    assert (
        inequality(y, y - 1, y + 1, [1, 1, 0, 1, 1]).slope.reasons
        == "a quantile has no value, limits or people"
    )
    assert inequality(y, y + 1, y + 2, np.ones(5)).slope.reasons == "a value or limit does not fit the scale"
    assert (
        inequality(y - 64, y - 65, y + 1, np.ones(5), scale="log").slope.reasons
        == "a value or limit does not fit the scale"
    )
    below = inequality(y - 90, y - 91, y - 89, np.ones(5))
    assert [str(below.slope.reasons), str(below.relative.reasons)] == ["", "the line starts at zero or below"]
    with pytest.raises(ValueError, match="linear, log and logit"):
        inequality(y, y, y, y, scale="root")  # type: ignore[arg-type]


def test_quantiles_are_those_of_phstatsmethods() -> None:
    # PHStatsMethods 0.1.16: ph_quantile, four groups, invert=False.
    values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]

    assert quantile_groups(values, 4).tolist() == [2, 1, 2, 1, 3, 4, 1, 4, 3, 2, 3, 4]


def test_missing_values_have_no_group_and_too_few_have_none() -> None:
    assert quantile_groups([5, math.nan, 1, 3], 3).tolist() == [3, 0, 1, 2]
    assert quantile_groups([5, math.nan, 1], 3).tolist() == [0, 0, 0]
    assert quantile_groups([7, 7, 7, 7], 2).tolist() == [1, 1, 1, 1]
    assert quantile_groups([1, 2, 3, 4], 2, highest_first=True).tolist() == [2, 2, 1, 1]
    with pytest.raises(ValueError, match="two groups"):
        quantile_groups([1, 2], 1)


@given(
    st.lists(st.lists(st.integers(0, 20), min_size=9, max_size=9), min_size=1, max_size=4), st.integers(2, 9)
)
def test_quantiles_are_those_of_the_slow_way(series: list[list[int]], groups: int) -> None:
    found = quantile_groups(np.array(series, dtype=np.float64), groups)

    assert found.tolist() == [[slow.quantile_group(value, row, groups) for value in row] for row in series]
