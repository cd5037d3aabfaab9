"""Intervals of counts, rates, proportions, means and ratios: by hand, by a second way, and where there is no answer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leftshift.measures.statistics.estimates import REASONS, Estimates
from leftshift.measures.statistics.intervals import (
    KINDS,
    byar_limits,
    estimate,
    exact_poisson_limits,
    odds_limits,
    poisson_limits,
    wilson_limits,
)
from leftshift.measures.statistics.parameters import parameter, parameters
from tests.library import slow_statistics as slow

LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.98, 0.998])


def only(found: Estimates) -> tuple[Any, ...]:
    assert found.withheld.item() == 0, found.reasons
    return found.value.item(), found.lower.item(), found.upper.item()


def test_a_count_of_none_has_the_rule_of_three() -> None:
    # exp(-u) = 0.025: u = -ln(0.025) = 3.688879. SciPy's own chi-squared quantile of 0 degrees of freedom is NaN.
    assert only(estimate("count", 0)) == (0.0, 0.0, pytest.approx(-math.log(0.025), rel=1e-12))


def test_a_count_of_five_is_exact() -> None:
    # Garwood's table (1936) for 5 events: 1.6235 to 11.6683.
    value, lower, upper = only(estimate("count", 5))

    assert (value, round(lower, 4), round(upper, 4)) == (5.0, 1.6235, 11.6683)


def test_65_events_are_byars() -> None:
    # 65 × (1 - 1/585 - 1.959964/(3 × 8.062258))³ = 65 × 0.917256³ = 50.163
    # 66 × (1 - 1/594 + 1.959964/(3 × 8.124038))³ = 66 × 1.078736³ = 82.849
    # PHStatsMethods 0.1.16 has these limits in ph_rate, and 64.2 to 66.2 in its own byars(), which is wrong.
    found = estimate("count", 65)

    assert found.methods.item() == "Byar"
    assert only(found) == (65.0, pytest.approx(50.163, abs=5e-4), pytest.approx(82.849, abs=5e-4))


def test_the_method_changes_at_ten_events() -> None:
    assert estimate("count", [9, 9.5, 10, 10.5]).methods.tolist() == [
        "exact Poisson",
        "exact Poisson",
        "Byar",
        "Byar",
    ]


def test_a_rate_is_its_count_over_the_people() -> None:
    # 10 of 400 per 100,000: 2,500; Byar of 10 is 4.787450 to 18.391459, times 250. PHStatsMethods 0.1.16: 1196.862478, 4597.864651.
    found = estimate("rate", 10, 400, multiplier=100_000)

    assert only(found) == (2500.0, pytest.approx(1196.862478, rel=1e-9), pytest.approx(4597.864651, rel=1e-9))


def test_rates_are_those_of_phstatsmethods() -> None:
    # PHStatsMethods 0.1.16, ph_rate, multiplier 100,000, at 99.8%.
    found = estimate("rate", [1, 5, 9, 10, 65], [100, 200, 300, 400, 1000], multiplier=1e5, confidence=0.998)

    np.testing.assert_allclose(
        found.lower, [1.0005, 369.685866, 817.474801, 729.079594, 4288.026147], rtol=1e-6
    )
    np.testing.assert_allclose(
        found.upper, [9233.413476, 8227.372602, 7552.45777, 6048.431232, 9400.029084], rtol=1e-6
    )


def test_exact_limits_are_those_of_statsmodels() -> None:
    # statsmodels 0.15.0: confint_poisson([0, 3, 9], 1, method="exact-c")
    lower, upper = exact_poisson_limits([0, 3, 9])

    np.testing.assert_allclose(lower, [0, 0.61867212, 4.1153731], rtol=1e-7)
    np.testing.assert_allclose(upper, [3.68887945, 8.76727307, 17.08480345], rtol=1e-7)


def test_a_proportion_has_wilsons_interval() -> None:
    # 5 of 10, z² = 3.841459: (10 + 3.841459 ± 1.959964 × √(3.841459 + 20 × 0.5)) / (2 × 13.841459)
    # = (13.841459 ± 7.291950) / 27.682918 = 0.236593 and 0.763407
    assert only(estimate("proportion", 5, 10)) == (
        0.5,
        pytest.approx(0.236593, abs=1e-6),
        pytest.approx(0.763407, abs=1e-6),
    )


def test_a_proportion_of_all_or_none_ends_at_one_and_nought() -> None:
    # n / (n + z²) = 10 / 13.841459 = 0.722467
    found = estimate("proportion", [0, 10], [10, 10], multiplier=100)

    assert found.lower.tolist() == [0.0, pytest.approx(72.2467, abs=1e-4)]
    assert found.upper.tolist() == [pytest.approx(27.7533, abs=1e-4), 100.0]


def test_a_mean_has_students_interval() -> None:
    # 7, 9, 8, 10, 6: sum 40, variance 10/4 = 2.5; t with 4 degrees of freedom 2.776445
    # 8 ± 2.776445 × 1.581139 / 2.236068 = 8 ± 1.963243. PHStatsMethods 0.1.16: 6.036757, 9.963243.
    found = only(estimate("mean", 40, 5, deviation=math.sqrt(2.5)))

    assert found == (8.0, pytest.approx(6.036757, abs=1e-6), pytest.approx(9.963243, abs=1e-6))


def test_observations_that_are_all_equal_leave_no_doubt() -> None:
    assert only(estimate("mean", 20, 5, deviation=0)) == (4.0, 4.0, 4.0)


def test_a_mean_may_be_negative() -> None:
    assert only(estimate("mean", -20, 4, deviation=0)) == (-5.0, -5.0, -5.0)


def test_a_ratio_of_two_counts_is_exact() -> None:
    # 5 over 10: the share 5/15 has the limits 0.118241 and 0.616204 of Clopper and Pearson, as odds 0.134097 and 1.605498.
    exact = stats.binomtest(5, 15).proportion_ci(method="exact")
    value, lower, upper = only(estimate("ratio", 5, 10))

    assert value == 0.5
    assert lower == pytest.approx(exact.low / (1 - exact.low), rel=1e-9)
    assert upper == pytest.approx(exact.high / (1 - exact.high), rel=1e-9)


@pytest.mark.parametrize(
    ("kind", "numerator", "denominator", "reason"),
    [
        ("rate", math.nan, 100, "numerator is missing"),
        ("rate", 5, math.nan, "denominator is missing"),
        ("rate", 5, 0, "denominator is zero"),
        ("rate", 0, 0, "denominator is zero"),
        ("rate", 5, -1, "denominator is negative"),
        ("rate", -5, 100, "numerator is negative"),
        ("rate", 2e15, 1, "a number is too large, or too close to zero"),
        ("rate", math.inf, 1, "a number is too large, or too close to zero"),
        ("rate", 1, math.inf, "a number is too large, or too close to zero"),
        ("rate", 1e10, 1e-10, "a number is too large, or too close to zero"),
        ("count", -1, None, "numerator is negative"),
        ("proportion", 11, 10, "the count exceeds the denominator"),
        ("proportion", 0, 0, "denominator is zero"),
        ("ratio", 5, 0, "denominator is zero"),
        ("mean", 5, 1, "one observation has no interval"),
        ("mean", 5, 0.5, "fewer than one observation"),
        ("mean", 5, 0, "denominator is zero"),
        ("mean", 5, 4, "standard deviation is missing"),
    ],
)
def test_what_has_no_answer_says_why(
    kind: str, numerator: float, denominator: float | None, reason: str
) -> None:
    found = estimate(kind, [numerator, 5], None if denominator is None else [denominator, 10.0])

    assert found.reasons[0] == reason
    assert found.methods[0] == ""
    assert np.isnan([found.value[0], found.lower[0], found.upper[0]]).all()
    assert found.frame().row(0) == (None, None, None, "", reason)
    assert kind == "mean" or found.withheld[1] == 0


def test_wrong_deviations_and_multipliers_are_withheld() -> None:
    assert estimate("mean", 5, 4, deviation=-1).reasons.item() == "standard deviation is negative"
    assert (
        estimate("rate", 5, 4, multiplier=[0, -1, math.nan]).reasons.tolist()
        == ["multiplier is not more than zero"] * 3
    )


def test_an_unknown_kind_or_level_is_refused() -> None:
    with pytest.raises(ValueError, match="the kinds are count, rate, proportion, mean, ratio"):
        estimate("dsr", 5, 10)
    for level in (0.0, 1.0, 95.0, -0.5, math.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            estimate("rate", 5, 10, confidence=level)


def test_nothing_gives_nothing_and_axes_stay() -> None:
    assert estimate("rate", [], []).value.shape == (0,)
    assert estimate("rate", np.ones((3, 1)), np.ones(4)).upper.shape == (3, 4)
    assert estimate("rate", 5, 10).frame().height == 1


def test_the_largest_numbers_are_answered() -> None:
    for kind in ("count", "rate", "proportion", "ratio"):
        value, lower, upper = only(estimate(kind, 1e15, None if kind == "count" else 1e15))
        assert 0 < lower <= value <= upper < math.inf


@given(st.integers(0, 200), LEVELS)
def test_limits_of_counts_are_those_of_the_slow_way(count: int, level: float) -> None:
    # Tolerance: 1e-7 of the limit; halving and the gamma quantile agree to more.
    lower, upper, _ = poisson_limits([count], level)

    assert (lower[0], upper[0]) == pytest.approx(slow.poisson(count, level), rel=1e-7, abs=1e-9)


@given(st.integers(1, 300), st.floats(0, 1), LEVELS)
def test_wilsons_limits_are_those_of_the_slow_way(whole: int, share: float, level: float) -> None:
    count = round(share * whole)
    lower, upper = wilson_limits(count, whole, level)

    assert (float(lower), float(upper)) == pytest.approx(slow.wilson(count, whole, level), abs=1e-9)


@given(st.integers(0, 40), st.integers(1, 40), LEVELS)
def test_limits_of_ratios_are_those_of_the_slow_way(one: int, other: int, level: float) -> None:
    lower, upper = odds_limits(one, other, level)

    assert (float(lower), float(upper)) == pytest.approx(slow.odds(one, other, level), rel=1e-6, abs=1e-9)


@given(st.integers(2, 60), st.floats(-1e3, 1e3), st.floats(0, 1e3), LEVELS)
def test_limits_of_means_are_those_of_scipy(count: int, total: float, deviation: float, level: float) -> None:
    _, lower, upper = only(estimate("mean", total, count, deviation=deviation, confidence=level))
    half = stats.t.ppf(0.5 + level / 2, count - 1) * deviation / math.sqrt(count)

    assert (lower, upper) == pytest.approx((total / count - half, total / count + half), rel=1e-9, abs=1e-9)


def test_byar_is_within_a_fifth_of_a_percent_from_ten() -> None:
    # What the guidance says of 95% limits, and why the border lies at ten.
    counts = np.arange(parameter("byar_from"), 500)
    for quick, exact in zip(byar_limits(counts), exact_poisson_limits(counts), strict=True):
        assert np.abs(quick / exact - 1).max() < 0.002


_numbers = st.one_of(
    st.sampled_from(
        [0.0, -0.0, 1.0, -1.0, 9.5, 10.0, 1e-300, 1e15, 1e16, 1e308, math.inf, -math.inf, math.nan]
    ),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(0, 1000).map(float),
)


@given(
    st.sampled_from(KINDS), st.lists(st.tuples(_numbers, _numbers, _numbers, _numbers), max_size=6), LEVELS
)
def test_every_number_has_an_answer_or_a_reason(
    kind: str, rows: list[tuple[float, float, float, float]], level: float
) -> None:
    x, n, times, deviation = (np.array([row[at] for row in rows], dtype=np.float64) for at in range(4))
    found = estimate(kind, x, n, multiplier=times, deviation=deviation, confidence=level)

    answered = found.withheld == 0
    for column in (found.value, found.lower, found.upper):
        assert np.isfinite(column[answered]).all()
        assert np.isnan(column[~answered]).all()
    slack = 1e-9 * np.abs(found.value[answered])
    assert (found.lower[answered] <= found.value[answered] + slack).all()
    assert (found.value[answered] <= found.upper[answered] + slack).all()
    assert ((found.methods == "") == ~answered).all()
    assert all(reason in REASONS for reason in found.reasons)


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 9000)), min_size=1, max_size=30),
    st.sampled_from(KINDS),
)
def test_many_at_once_are_each_alone(rows: list[tuple[int, int]], kind: str) -> None:
    x, n = (np.array([row[at] for row in rows], dtype=np.float64) for at in (0, 1))
    together = estimate(kind, x, n, deviation=2.0)
    alone = [estimate(kind, *row, deviation=2.0) for row in rows]

    for name in ("value", "lower", "upper", "method", "withheld"):
        np.testing.assert_array_equal(getattr(together, name), [getattr(one, name).item() for one in alone])


@given(st.sampled_from(["rate", "proportion", "ratio"]), st.integers(0, 400), st.integers(400, 900))
def test_more_confidence_is_wider_and_a_multiplier_only_scales(kind: str, count: int, whole: int) -> None:
    narrow, wide = only(estimate(kind, count, whole)), only(estimate(kind, count, whole, confidence=0.998))
    scaled = only(estimate(kind, count, whole, multiplier=1000))

    assert wide[1] <= narrow[1] <= narrow[2] <= wide[2]
    assert scaled == pytest.approx([1000 * part for part in narrow])


def test_every_parameter_says_where_it_comes_from() -> None:
    for entry in parameters().values():
        assert {"value", "unit", "name", "source", "date"} == set(entry)
