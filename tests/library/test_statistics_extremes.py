"""Whatever numbers come, every statistic answers with numbers in order, or says why not: never NaN without a reason."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leftshift.measures.statistics.comparing import difference, ratio
from leftshift.measures.statistics.estimates import Estimates
from leftshift.measures.statistics.inequality import inequality
from leftshift.measures.statistics.life_expectancy import life_expectancy
from leftshift.measures.statistics.standardising import standardise_directly, standardise_indirectly
from leftshift.measures.statistics.trends import proportion_trend, rank_trend, recent_trend

_number = st.one_of(
    st.sampled_from(
        [0.0, 1.0, 9.0, 10.0, -1.0, 1e-300, 1e-9, 1e15, 1e16, 1e308, math.inf, -math.inf, math.nan]
    ),
    st.integers(0, 10_000).map(float),
    st.floats(),
)
_four = st.lists(_number, min_size=4, max_size=4)
_five = st.lists(_number, min_size=5, max_size=5)


def assert_said(found: Estimates) -> None:
    answered = found.withheld == 0
    for part in (found.value, found.lower, found.upper):
        assert np.isfinite(part[answered]).all()
        assert np.isnan(part[~answered]).all()
    # Tolerance: 1e-9 of the value, for what the last digits of large numbers do.
    slack = 1e-9 * np.abs(found.value[answered])
    assert (found.lower[answered] <= found.value[answered] + slack).all()
    assert (found.value[answered] <= found.upper[answered] + slack).all()


@given(_four, st.sampled_from(["rate", "proportion"]))
def test_areas_compared(given_: list[float], kind: str) -> None:
    assert_said(difference(kind, *given_))  # type: ignore[arg-type]
    assert_said(ratio(kind, *given_))  # type: ignore[arg-type]


@given(_four, _four, st.lists(st.floats(0, 1e6), min_size=4, max_size=4).filter(lambda found: sum(found) > 0))
def test_standardised_rates(counts: list[float], people: list[float], weights: list[float]) -> None:
    assert_said(standardise_directly(counts, people, weights))


@given(_number, _four, _four, _four)
def test_indirectly_standardised(
    observed: float, people: list[float], counts: list[float], reference: list[float]
) -> None:
    assert_said(standardise_indirectly(observed, people, counts, reference))
    assert_said(standardise_indirectly(observed, people, counts, reference, as_rate=True, multiplier=1e5))


@given(_four, _four)
def test_years_to_live(deaths: list[float], people: list[float]) -> None:
    assert_said(life_expectancy(deaths, people, ages=(0, 1, 5, 90)))


@given(_five, _five, _five, _five, st.sampled_from(["linear", "log", "logit"]))
def test_inequality(y: list[float], low: list[float], up: list[float], n: list[float], scale: str) -> None:
    found = inequality(y, low, up, n, scale=scale, draws=20)  # type: ignore[arg-type]

    for index in (found.slope, found.relative):
        answered = index.withheld == 0
        for part in (index.value, index.lower, index.upper):
            assert np.isfinite(part[answered]).all()
            assert np.isnan(part[~answered]).all()


@given(st.lists(_number, min_size=1, max_size=12), st.lists(_number, min_size=12, max_size=12))
def test_trends(y: list[float], other: list[float]) -> None:
    second = np.array(other[: len(y)])
    for found in (
        recent_trend(y, second, y),
        recent_trend(y, np.array(y) - 1, np.array(y) + 1),
        proportion_trend(y, second),
        rank_trend(y),
    ):
        assert (found.marker == 0) == np.isnan(found.slope)
        assert np.isfinite(found.chi_squared) or found.marker == 0


def test_what_arithmetic_cannot_hold_is_withheld() -> None:
    beyond = "a number is too large, or too close to zero"

    assert ratio("rate", 1e15, 1, 1e-300, 1).reasons == beyond
    endless = life_expectancy([0, 0, 0, 5e-324], [1e4] * 4, ages=(0, 1, 5, 90))
    assert set(endless.reasons) == {"the 95% interval is wider than 20 years"}
    rising = np.array([1.0, 2, 3, 4, 5]) * 1e307
    assert recent_trend(rising, rising - 1e300, rising + 1e300).words == "cannot be calculated"
