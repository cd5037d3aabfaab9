"""Funnels, comparisons, benchmark bands and trends: by hand, by a second way, and what is not compared."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leftshift.measures.statistics.comparing import (
    BANDS,
    Polarity,
    band_words,
    benchmark_bands,
    difference,
    differs,
    ratio,
)
from leftshift.measures.statistics.estimates import Estimates
from leftshift.measures.statistics.funnels import (
    event_funnel,
    expected_funnel,
    overdispersed_funnel,
    overdispersion,
    proportion_funnel,
)
from leftshift.measures.statistics.intervals import estimate
from leftshift.measures.statistics.trends import chance_of, proportion_trend, rank_trend, recent_trend
from tests.library import slow_statistics as slow


def numbers(found: Estimates) -> list[float]:
    assert found.withheld == 0, found.reasons
    return [float(found.value), float(found.lower), float(found.upper)]


def test_a_funnel_of_proportions_by_hand() -> None:
    # 0.1 ± 1.959964 × √(0.1 × 0.9 / 400) = 0.1 ± 0.0294; of 20 people the lower limit would be below 0: 0.
    found = proportion_funnel(0.1, [400, 20])

    assert found.lower.tolist() == [pytest.approx(0.0706, abs=1e-5), 0.0]
    assert found.upper[0] == pytest.approx(0.1294, abs=1e-5)


@given(st.integers(1, 80), st.floats(0.1, 50), st.sampled_from([0.95, 0.998]))
def test_an_area_on_the_limit_has_the_baseline_at_an_end_of_its_interval(
    events: int, baseline: float, level: float
) -> None:
    funnel = event_funnel(baseline, [events], confidence=level)
    lower, upper = slow.exact_poisson(events, level)

    # An area of E expected events lies on the upper limit where events / E is the limit: then the exact lower limit over E is the baseline.
    assert lower / (events / funnel.upper[0]) == pytest.approx(baseline, rel=1e-6)
    assert upper / (events / funnel.lower[0]) == pytest.approx(baseline, rel=1e-6)


def test_a_funnel_by_expected_events() -> None:
    # (√1 ± 1.959964 / (2 × √25))² = (1 ± 0.1959964)² = 0.646422 and 1.430407
    found = expected_funnel(1.0, [25])

    assert [found.lower[0], found.upper[0]] == [
        pytest.approx(0.646422, abs=1e-6),
        pytest.approx(1.430407, abs=1e-6),
    ]


def test_areas_that_vary_by_chance_are_not_overdispersed() -> None:
    # Twenty areas of 100 with 20 of 100 each: no distance at all.
    found = overdispersion(np.full(20, 20), np.full(20, 100), 0.2, "proportion")

    assert (found.phi, found.tau, found.areas) == (0.0, 0.0, 20)
    funnel = overdispersed_funnel(found, 0.2, [100])
    # Arcsine: asin(√0.2) = 0.463648 ± 1.959964 / 20: sin² of 0.365649 and 0.561646
    assert funnel.lower[0] == pytest.approx(math.sin(0.463648 - 0.0979982) ** 2, abs=1e-6)
    assert funnel.upper[0] == pytest.approx(math.sin(0.463648 + 0.0979982) ** 2, abs=1e-6)


def test_overdispersion_by_hand() -> None:
    # Ten ratios with E = 25: half at 36/25, half at 16/25: roots 1.2 and 0.8, distances ±0.2 / 0.1 = ±2, phi = 4.
    # tau² = (10 × 4 - 9) / (10 × 100 - 10 × 100² / 1,000) = 31 / 900; winsorising leaves ±2 as they are.
    found = overdispersion([36] * 5 + [16] * 5, [25] * 10, 1.0, "ratio")

    assert found.phi == pytest.approx(4)
    assert found.tau == pytest.approx(math.sqrt(31 / 900))
    half = 1.959964 * math.sqrt(0.01 + 31 / 900)
    assert overdispersed_funnel(found, 1.0, [25]).upper[0] == pytest.approx((1 + half) ** 2, abs=1e-5)


def test_an_outlier_is_winsorised() -> None:
    usual = overdispersion([25] * 19 + [26], [25] * 20, 1.0, "ratio")
    outlier = overdispersion([25] * 19 + [2500], [25] * 20, 1.0, "ratio")

    assert usual.tau == outlier.tau == 0


def test_gaps_and_empty_areas_are_left_out_of_overdispersion() -> None:
    found = overdispersion([36, 16, math.nan, 5, -1], [25, 25, 25, 0, 25], 1.0, "ratio")

    assert found.areas == 2
    assert overdispersion([5], [25], 1.0, "ratio").tau == 0
    assert overdispersion([], [], 0.5, "proportion").areas == 0


def test_sizes_of_nothing_have_no_limits_and_baselines_have_to_be_possible() -> None:
    for limits in (
        proportion_funnel(0.5, [0, math.nan]),
        event_funnel(1, [0, -1]),
        expected_funnel(1, [0, math.inf]),
    ):
        assert np.isnan(limits.lower).all()
        assert np.isnan(limits.upper).all()
    for baseline in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="from 0 to 1"):
            proportion_funnel(baseline, [10])
    for baseline in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="more than 0"):
            event_funnel(baseline, [10])


def test_proportions_differ_as_newcombe_says() -> None:
    # statsmodels 0.15.0: confint_proportions_2indep(15, 40, 8, 50, method="newcomb", compare="diff")
    found = difference("proportion", 15, 40, 8, 50)

    assert numbers(found) == [
        pytest.approx(0.215),
        pytest.approx(0.03254866789577973),
        pytest.approx(0.38761534141168474),
    ]
    assert differs(found)
    assert found.methods == "Newcombe"


def test_newcombes_own_example() -> None:
    # Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10: 56/70 - 48/80 = 0.2: 0.0524 to 0.3339.
    assert [round(part, 4) for part in numbers(difference("proportion", 56, 70, 48, 80))] == [
        0.2,
        0.0524,
        0.3339,
    ]


def test_rates_compared_by_hand() -> None:
    # 15 of 400 and 8 of 500: ratio 0.0375 / 0.016 = 2.34375. Exact: odds of 15 to 8, times 500/400.
    found = ratio("rate", 15, 400, 8, 500)
    low, high = slow.odds(15, 8, 0.95)

    assert numbers(found) == pytest.approx([2.34375, low * 1.25, high * 1.25], rel=1e-7)
    # Difference 0.0215: limits of each, Byar 15: 8.3887 to 24.7412; exact 8: 3.4538 to 15.7632.
    down = math.hypot((15 - slow.byar(15, 0.95)[0]) / 400, (slow.exact_poisson(8, 0.95)[1] - 8) / 500)
    up = math.hypot((slow.byar(15, 0.95)[1] - 15) / 400, (8 - slow.exact_poisson(8, 0.95)[0]) / 500)
    found = difference("rate", 15, 400, 8, 500)
    assert numbers(found) == pytest.approx([0.0215, 0.0215 - down, 0.0215 + up], rel=1e-6)
    assert not differs(found)


@given(st.integers(0, 60), st.integers(1, 60))
def test_a_ratio_of_proportions_turned_round_is_one_over_it(one: int, other: int) -> None:
    found = ratio("proportion", one, 60, other, 60)

    value, lower, upper = numbers(found)
    assert lower <= value <= upper
    if one:
        back = numbers(ratio("proportion", other, 60, one, 60))
        # Tolerance: 1e-6 of each; a root of a difference loses digits near all of both.
        assert back == pytest.approx([1 / value, 1 / upper, 1 / lower], rel=1e-6)


@given(st.integers(0, 80), st.integers(0, 80), st.sampled_from(["rate", "proportion"]))
def test_a_difference_turned_round_is_its_opposite(one: int, other: int, kind: str) -> None:
    there, back = (numbers(difference(kind, x, 80, y, 80)) for x, y in ((one, other), (other, one)))  # type: ignore[arg-type]

    assert back == pytest.approx([-there[0], -there[2], -there[1]], abs=1e-12)


def test_what_is_not_compared_says_why() -> None:
    assert ratio("rate", 5, 10, 0, 10).reasons == "the count compared with is zero"
    assert ratio("proportion", 5, 10, 0, 10).reasons == "the count compared with is zero"
    assert ratio("rate", 5, 0, 1, 10).reasons == "denominator is zero"
    assert difference("proportion", 5, 10, 11, 10).reasons == "the count exceeds the denominator"
    assert difference("rate", 5, 10, math.nan, 10).reasons == "numerator is missing"
    assert difference("rate", 5, 10, 5, 10, multiplier=-1).reasons == "multiplier is not more than zero"
    with pytest.raises(ValueError, match="rate and proportion"):
        difference("mean", 5, 10, 5, 10)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("polarity", "words"),
    [
        ("high is good", ["worse", "similar", "better"]),
        ("low is good", ["better", "similar", "worse"]),
        ("no judgement", ["lower", "similar", "higher"]),
    ],
)
def test_bands_follow_polarity(polarity: Polarity, words: list[str]) -> None:
    found = benchmark_bands([1, 1, 6, 5, 1, math.nan], [4, 6, 9, 9, 5, 9], 5, polarity=polarity)

    # The fourth and fifth touch the benchmark: the interval holds it.
    assert band_words(found).tolist() == [*words, "similar", "similar", "not compared"]


def test_an_area_is_never_held_against_itself() -> None:
    found = benchmark_bands([1, 1], [2, 2], 5, polarity="low is good", is_benchmark=[True, False])

    assert band_words(found).tolist() == ["not compared", "better"]
    assert set(BANDS) == {"not compared", "worse", "similar", "better", "lower", "higher"}
    with pytest.raises(ValueError, match="polarity"):
        benchmark_bands(1, 2, 3, polarity="up")  # type: ignore[arg-type]


def test_a_steady_rise_is_a_trend() -> None:
    # Five values one apart, each ± 0.98: standard error 1.96 / 3.92 = 0.5, weights 4; slope 1; 1² × 4 × (4 + 1 + 0 + 1 + 4) = 40 > 9.5495.
    values = np.array([9.0, 10, 11, 12, 13, 14])
    found = recent_trend(values, values - 0.98, values + 0.98)

    assert found.words == "increasing"
    assert [float(found.slope), float(found.chi_squared)] == pytest.approx([1, 40])
    assert recent_trend(values[::-1], values[::-1] - 0.98, values[::-1] + 0.98).words == "decreasing"


def test_a_trend_that_hangs_on_one_period_is_none() -> None:
    # Flat but for the last: slope 2 × 4 weights … chi-squared is large, yet without the last value the slope is not up.
    values = np.array([10.0, 9.9, 9.8, 9.7, 20])
    found = recent_trend(values, values - 0.98, values + 0.98)

    assert found.chi_squared > 9.5495
    assert found.words == "no significant change"


def test_too_few_periods_with_limits_have_no_trend() -> None:
    values = np.arange(6.0)
    limits = np.where(values < 2, math.nan, values)

    assert recent_trend(values, limits - 1, limits + 1).words == "cannot be calculated"
    assert recent_trend(values[:4], values[:4] - 1, values[:4] + 1).words == "cannot be calculated"
    assert recent_trend(values, values, values).words == "cannot be calculated"
    assert np.isnan(recent_trend(values, values, values).slope)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.5, 20)), min_size=5, max_size=9))
def test_recent_trends_are_those_of_the_slow_way(points: list[tuple[float, float]]) -> None:
    y, error = (np.array([point[at] for point in points]) for at in (0, 1))
    found = recent_trend(y, y - 1.96 * error, y + 1.96 * error)
    if min(abs(float(found.chi_squared) - 9.5495), abs(float(found.slope))) < 1e-6:
        return

    assert found.words == slow.recent_trend(y.tolist(), error.tolist())


def test_gaps_are_passed_over_by_a_recent_trend() -> None:
    values = np.array([1.0, 2, math.nan, 3, 4, math.nan, 5])

    assert recent_trend(values, values - 0.98, values + 0.98).slope == pytest.approx(1)


def test_proportions_with_a_trend_by_hand() -> None:
    # 10, 20, 30 of 100: share 0.2; Σ x (t - 1) = -10 + 30 = 20; Σ n (t - 1)² = 200; 20² / (0.2 × 0.8 × 200) = 12.5; slope 20 / 200 = 0.1
    found = proportion_trend([10, 20, 30], [100, 100, 100])

    assert [float(found.chi_squared), float(found.slope)] == pytest.approx([12.5, 0.1])
    assert found.words == "increasing"
    assert chance_of(found.chi_squared) == pytest.approx(stats.chi2.sf(12.5, 1))


def test_proportions_without_a_trend_to_tell() -> None:
    for x, n in (
        ([0, 0, 0], [9, 9, 9]),
        ([9, 9, 9], [9, 9, 9]),
        ([1, 2], [9, 9]),
        ([1, 2, 3], [9, 0, 9]),
        ([1, math.nan, 3], [9, 9, 9]),
    ):
        assert proportion_trend(x, n).words == "cannot be calculated"
    assert proportion_trend([3, 3, 3], [9, 9, 9]).words == "no significant change"


@given(st.lists(st.integers(0, 9), min_size=10, max_size=20))
def test_rank_trends_are_kendalls(values: list[int]) -> None:
    found = rank_trend(np.array(values, dtype=np.float64))
    count = len(values)
    score = sum((b > a) - (b < a) for at, a in enumerate(values) for b in values[at + 1 :])
    groups = [values.count(value) for value in set(values)]
    variance = (count * (count - 1) * (2 * count + 5) - sum(t * (t - 1) * (2 * t + 5) for t in groups)) / 18

    if variance == 0:
        assert found.words == "cannot be calculated"
        return
    assert float(found.chi_squared) == pytest.approx(max(0, abs(score) - 1) ** 2 / variance)
    assert (found.words != "no significant change") == (
        max(0, abs(score) - 1) / math.sqrt(variance) > 1.959963984540054
    )
    assert found.slope == pytest.approx(stats.theilslopes(values).slope)


def test_rank_trends_of_short_and_flat_series_cannot_be_calculated() -> None:
    assert rank_trend(np.arange(9.0)).words == "cannot be calculated"
    assert rank_trend(np.ones((2, 12))).words.tolist() == ["cannot be calculated"] * 2
    assert rank_trend([math.nan] * 12).words == "cannot be calculated"


def test_an_area_beside_the_national_rate_uses_its_own_interval() -> None:
    areas = estimate("rate", [5, 65, 20], [1000, 1000, 1000], multiplier=1000)

    assert band_words(benchmark_bands(areas.lower, areas.upper, 20, polarity="low is good")).tolist() == [
        "better",
        "worse",
        "similar",
    ]
