"""Where a year is likely to end: by hand, and how often the interval holds what comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from leftshift.foundation.periods import Period
from leftshift.measures.result import Measures
from leftshift.measures.series import Series
from leftshift.measures.targets.forecasting import Forecast, forecast
from leftshift.place import measure_rows as rows
from leftshift.place.place import Place
from tests.library.capacity_places import BY
from tests.library.measure_places import (  # fmt: skip
    AS_OF,
    at,
    definition,
    measure,
    measured,
    months,
    observed,
    place,
    series_of,
    target,
)

BY_HAND = [10.0, 12, 8, 11, 9, 10]
"""Six months: mean 10, squares of distances 0 + 4 + 4 + 1 + 1 + 0 = 10, variance 10 / 5 = 2."""


def counted(values: Sequence[float | None], first: str = "2016-04", **tables: Any) -> Place:
    rows_ = [observed("county", period, value) for period, value in zip(months(first, len(values)), values, strict=True) if value is not None]  # fmt: skip
    return place(**{"measure_definitions": [definition(kind="count")], "observations": rows_, **tables})


def ahead(found: Place) -> Forecast:
    made = measured(found).forecast
    assert made is not None
    return made


def test_a_count_by_hand() -> None:
    """60 seen, 6 × 10 to come: 120. The spread of a sum of six new ones: √(2 × (6 + 36 / 6)) = √24; t of 5 at 95% is 2.0150."""
    found = ahead(counted(BY_HAND))

    assert (found.value, found.seen, found.to_come, str(found.year)) == (120, 6, 6, "2016/17")
    assert found.upper - found.value == pytest.approx(2.015048 * sqrt(24), rel=1e-6)
    assert found.value - found.lower == pytest.approx(2.015048 * sqrt(24), rel=1e-6)
    assert found.confidence == 0.9
    assert (found.target, found.chance) == (None, None)
    assert found.basis == "the mean of the latest 6"


def test_the_chance_of_a_target_set_month_by_month() -> None:
    """12 × 10.5 = 126 at most: 6 ahead of it over √24, by t of 5."""
    found = ahead(counted(BY_HAND, measure_targets=[target("10.5", "2016-04", "2017-03")]))

    assert found.target == pytest.approx(126)
    assert found.chance == pytest.approx(float(stats.t.cdf(6 / sqrt(24), 5)), rel=1e-9)


def test_a_target_of_the_year_comes_before_those_of_its_months() -> None:
    both = [target("10.5", "2016-04", "2017-03"), target("110", "2016/17")]
    found = ahead(counted(BY_HAND, measure_targets=both))

    assert found.target == 110
    assert found.chance == pytest.approx(float(stats.t.cdf(-10 / sqrt(24), 5)), rel=1e-9)
    partly = ahead(counted(BY_HAND, measure_targets=[target("10.5", "2016-04", "2017-02")]))
    assert (partly.target, partly.chance) == (None, None)


def test_higher_is_better_turns_the_chance_round() -> None:
    goals = [target("126", "2016/17")]
    low = ahead(counted(BY_HAND, measure_targets=goals)).chance
    high = ahead(counted(BY_HAND, measure_targets=goals, measures=[measure(better="higher")])).chance

    assert low is not None
    assert high is not None
    assert low + high == pytest.approx(1)
    assert ahead(counted(BY_HAND, measure_targets=goals, measures=[measure(better="neither")])).chance is None


def test_a_rate_is_weighted_by_its_people() -> None:
    """5 months of 100, of 1,000 people a month, and one of 160 of 2,000: the year weighs what is to come as the mean, 7,000 / 6."""
    values = [(10, 1000)] * 5 + [(32, 2000)]
    rates = [1000.0] * 5 + [1600]
    found = ahead(place(observations=[observed("county", period, x, n) for period, (x, n) in zip(months("2016-04", 6), values, strict=True)]))  # fmt: skip

    mean = sum(rates) / 6
    assert found.value == pytest.approx((5 * 1000 * 1000 + 2000 * 1600 + 7000 * mean) / 14_000)


def test_a_share_stays_between_nought_and_all() -> None:
    figures = [observed("county", period, x, 10) for period, x in zip(months("2016-04", 6), (10, 2, 10, 10, 10, 10), strict=True)]  # fmt: skip
    found = ahead(place(measure_definitions=[definition(kind="proportion")], observations=figures))

    assert 0 <= found.lower <= found.value <= found.upper <= 100
    assert found.value + (found.value - found.lower) > 100
    assert ahead(counted([0, 0, 1, 0, 0])).lower == 0


def test_only_the_latest_twelve_speak() -> None:
    """Twelve of 50 before, then twelve of 10 and 12 by turns: the mean is 11."""
    found = ahead(counted([50.0] * 12 + [10.0, 12] * 6 + [10.0], first="2014-04"))

    assert found.value == pytest.approx(10 + 11 * 11)
    assert found.basis == "the mean of the latest 12"


def test_after_a_rebase_only_what_came_after() -> None:
    change = rows.Rebase(
        measure="m", period=at("2016-08"), reason="A new ward", author="A director", decided=AS_OF, **BY
    )
    found = ahead(counted([50.0] * 4 + BY_HAND, measure_rebases=[change]))

    assert found.value == pytest.approx(200 + 60 + 2 * 10)
    assert measured(counted([50.0] * 4 + BY_HAND[:4], measure_rebases=[change])).forecast is None


def test_a_month_that_passed_without_a_figure_is_not_nought() -> None:
    """Of May nothing is known: the year is nine of ten months' mean and three seen, not 11 months."""
    found = ahead(counted([10, None, 12, 8, 11, 9, 10]))

    assert (found.seen, found.to_come) == (6, 6)
    assert found.value == pytest.approx(60 + 60)
    whole = ahead(counted([*[10.0, 12] * 3, None, *[10.0, 12] * 2, 10]))
    assert (whole.seen, whole.to_come) == (11, 1)
    assert whole.value > 11 * 10 + 10


def test_a_year_that_is_over_is_what_it_was() -> None:
    found = ahead(counted([10.0, 12] * 6, measure_targets=[target("132", "2016/17")]))

    assert (found.value, found.lower, found.upper, found.to_come, found.chance) == (132, 132, 132, 0, 1)
    assert ahead(counted([10.0, 12] * 6, measure_targets=[target("131", "2016/17")])).chance == 0


def test_too_few_by_the_year_or_by_two_definitions_is_no_forecast() -> None:
    assert measured(counted(BY_HAND[:4])).forecast is None
    assert ahead(counted(BY_HAND[:5])).seen == 5
    yearly = place(measures=[measure(every="year")], observations=[observed("county", f"{year}", 5, 1000) for year in range(2000, 2012)])  # fmt: skip
    assert measured(yearly).forecast is None
    two = [definition(kind="count", version="old"), definition(kind="count", version="new", since="2016-07")]
    assert measured(counted(BY_HAND * 2, measure_definitions=two)).forecast is None
    assert ahead(counted([*BY_HAND * 2, *BY_HAND], measure_definitions=two)).seen == 6


def test_all_equal_has_no_width() -> None:
    found = ahead(counted([10.0] * 6, measure_targets=[target("120", "2016/17")]))

    assert (found.lower, found.value, found.upper) == (120, 120, 120)
    assert found.chance is None, "figures that are all equal cannot tell how sure they are"


def test_a_season_is_followed_at_the_level_of_now() -> None:
    """Each month as a year before but a tenth more: what is to come is a tenth more than a year before, and nothing is in doubt."""
    year = [10.0, 12, 14, 16, 20, 24, 30, 40, 60, 50, 30, 20]
    values = [*year, *(value * 1.1 for value in year), *(value * 1.21 for value in year[:6])]
    series = series_of(counted(values, first="2014-04"))
    found = forecast(series, lambda period: None, is_seasonal=True)
    plain = forecast(series, lambda period: None)

    assert found is not None
    assert found.value == pytest.approx(sum(year) * 1.21)
    assert found.upper - found.lower == pytest.approx(0, abs=1e-6)
    assert found.basis.startswith("the season")
    assert plain is not None
    assert plain.basis == "the mean of the latest 12"
    short = forecast(series_of(counted(values[:20], first="2014-04")), lambda period: None, is_seasonal=True)
    assert short is not None
    assert short.basis == "the mean of the latest 12"


def _shares(made: Sequence[tuple[Forecast | None, float]]) -> float:
    return float(np.mean([found is not None and found.lower <= end <= found.upper for found, end in made]))


@pytest.mark.parametrize("seen", [1, 6, 11])
def test_the_interval_holds_nine_of_ten_years(seen: int) -> None:
    """2,000 simulated years of independent months, seed 7: 90% within 2.5 points (three standard errors are 2.0)."""
    draw = np.random.default_rng(7)
    made = []
    for _ in range(2000):
        values = draw.normal(1000, 50, 24)
        series = _series([float(value) for value in values[: 12 + seen]])
        made.append((forecast(series, lambda period: None), float(values[12:].sum())))

    assert _shares(made) == pytest.approx(0.9, abs=0.025)


def test_the_interval_of_a_season_holds_nine_of_ten_years() -> None:
    """The same with a season of a fifth up and down; within 4 points: the level is estimated from two years that both vary."""
    draw = np.random.default_rng(11)
    season = 1000 * (1 + 0.2 * np.sin(np.arange(36) * np.pi / 6))
    made = []
    for _ in range(2000):
        values = season + draw.normal(0, 40, 36)
        series = _series([float(value) for value in values[:30]])
        made.append((forecast(series, lambda period: None, is_seasonal=True), float(values[24:].sum())))

    assert _shares(made) == pytest.approx(0.9, abs=0.04)


def test_the_chance_is_how_often_it_comes_true() -> None:
    """A target that the year meets about half the time: what was foretold agrees with what came, within 4 points."""
    draw = np.random.default_rng(3)
    foretold, came = [], []
    for _ in range(2000):
        values = draw.normal(1000, 50, 24)
        found = forecast(_series([float(value) for value in values[:18]]), lambda period: 12_050 if period.kind == "year" else None)  # fmt: skip
        assert found is not None
        assert found.chance is not None
        foretold.append(found.chance)
        came.append(values[12:].sum() <= 12_050)

    assert np.mean(foretold) == pytest.approx(np.mean(came), abs=0.04)


_TEMPLATE = series_of(counted([1.0], first="2014-04"))


def _series(values: Sequence[float]) -> Series:
    from dataclasses import replace

    [point] = _TEMPLATE.points
    start: Period = point.period
    points = tuple(replace(point, period=start.plus(step), value=value, numerator=value) for step, value in enumerate(values))  # fmt: skip
    return replace(_TEMPLATE, points=points)


def test_measures_forecast_from_the_warning_of_their_chart() -> None:
    assert Measures(counted(BY_HAND), AS_OF).all[0].forecast == ahead(counted(BY_HAND))


def test_a_season_is_not_looked_for_across_a_change_of_definition() -> None:
    """Old figures 1000, new ones 100 from October 2016: what is to come is near 100, whatever the season of the old ones was."""
    two = [definition(kind="count", version="old"), definition(kind="count", version="new", since="2016-10")]
    old = [
        observed("p1", month, 1000 + 50 * at_month, version="old")
        for at_month, month in enumerate(months("2014-10", 24))
    ]
    new = [
        observed("p1", month, 100 + at_month, version="new")
        for at_month, month in enumerate(months("2016-10", 14))
    ]
    series = series_of(
        place(measure_definitions=two, observations=[*old, *new]), "p1", as_of=date(2018, 4, 1)
    )
    found = forecast(series, lambda _: None, is_seasonal=True)

    assert found is not None
    assert found.basis.startswith("the mean")
    assert found.value < 12 * 120


def test_a_process_that_moves_gives_no_chance() -> None:
    """100, 110 … 220: the latest is a special cause; the forecast says so and gives no chance of meeting the target."""
    moving = counted([100.0 + 10 * step for step in range(9)], measure_targets=[target("2000", "2016/17")])
    still = ahead(moving)
    found = forecast(series_of(moving), lambda _: 2000.0, is_moving=True)

    assert still.chance is not None
    assert found is not None
    assert (found.chance, found.is_moving) == (None, True)


def test_a_season_from_before_a_rebase_is_none_and_no_share_is_more_than_all() -> None:
    """78 of 100 for three years, 94 since a rebase in April 2016: the year is likely to end near 94, and never above 100."""
    shares = [78 + 3 * (step % 2) for step in range(36)] + [94 + 3 * (step % 2) for step in range(13)]
    rows_ = [
        observed("p1", month, share, 100) for month, share in zip(months("2013-04", 49), shares, strict=True)
    ]
    found = place(measure_definitions=[definition(kind="proportion")], observations=rows_)
    made = forecast(
        series_of(found, "p1", as_of=date(2018, 1, 1)), lambda _: None, since=at("2016-04"), is_seasonal=True
    )

    assert made is not None
    assert made.lower <= made.value <= made.upper <= 100
    assert made.value == pytest.approx(95.5, abs=1)
    assert made.basis.startswith("the mean")


def test_a_finished_year_that_meets_a_strict_target_exactly_has_not_met_it() -> None:
    whole = counted([10.0] * 12)

    assert [
        made.chance
        for is_strict in (False, True)
        if (
            made := forecast(
                series_of(whole), lambda period: 120.0 if period.kind == "year" else None, is_strict=is_strict
            )
        )
    ] == [1.0, 0.0]
