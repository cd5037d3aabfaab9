"""Where a year is likely to end: what was seen, and what is to come with an interval and the chance of meeting the target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isclose, sqrt

import numpy as np
from numpy.typing import NDArray

from leftshift.foundation.periods import Period
from leftshift.foundation.years import FinancialYear
from leftshift.measures.parameters import parameter
from leftshift.measures.series import HIDDEN, Point, Series

_EXACT = 1e-9
"""What the arithmetic of floating point may take from a share."""
_Floats = NDArray[np.float64]
TargetAt = Callable[[Period], float | None]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the figure of a financial year is likely to be: for counts their sum, else their weighted mean.

    ``chance`` is that of meeting ``target``, the target of the year; both None where it has none. ``seen`` and ``to_come`` count periods;
    one that passed without a figure is still to come, for the year is not known without it.
    """

    year: FinancialYear
    value: float
    lower: float
    upper: float
    confidence: float
    seen: int
    to_come: int
    basis: str
    target: float | None = None
    chance: float | None = None
    is_moving: bool = False


@dataclass(frozen=True)
class _Expected:
    """What one period to come is expected to be: [period], with the spread of a single one and how many it rests on."""

    values: _Floats
    spread: float
    rests_on: int
    basis: str


def forecast(
    series: Series,
    target_at: TargetAt,
    *,
    since: Period | None = None,
    is_seasonal: bool = False,
    is_moving: bool = False,
    is_strict: bool = False,
) -> Forecast | None:
    """The forecast of the financial year of the latest figure; None for figures by the year, by two definitions, with small ones left out, and where there are too few.

    ``since`` is the first period of the figures that still hold: after a rebase. Where the series has a season, and whole years enough,
    what is to come follows the season of the last year; else it is the mean of the latest figures. The interval is that of a new
    figure by Student's t: it assumes that things go on as they are, and figures that do not hang together. Where the process ``is_moving``
    (its latest figure is a special cause) or all figures are equal, no chance of meeting the target is given.
    """
    latest = series.latest
    if latest is None or latest.period.kind == "year":
        return None
    year = latest.period.financial_year
    periods = _periods_of(year, latest.period)
    recent = _recent(series, since)
    if _is_selected(series, [*periods, *(point.period for point in recent)]):
        return None
    if len(recent) < parameter("fewest_points_of_forecast"):
        return None
    seen = [series.by_period[at] for at in periods if series.value_at(at) is not None]
    if len({point.version for point in seen}) > 1:
        return None
    to_come = [at for at in periods if series.value_at(at) is None]
    expected = _expected(series, recent, to_come, since, is_seasonal=is_seasonal)
    found = _year(series, year, seen, to_come, expected, _target(series, target_at, year, periods))
    if to_come and (is_moving or not expected.spread):
        return replace(found, chance=None, is_moving=is_moving)
    if (
        not to_come
        and is_strict
        and found.target is not None
        and isclose(found.value, found.target, rel_tol=_EXACT)
    ):
        return replace(found, chance=0.0)  # to meet it exactly is not to be below it
    return found


def _is_selected(series: Series, periods: Sequence[Period]) -> bool:
    """Whether small figures are left out between the first and the last of some periods: the others would be too high."""
    first, last = min(at.first for at in periods), max(at.end for at in periods)
    return any(
        point.withheld == HIDDEN and first <= point.period.first and point.period.end <= last
        for point in series.points
    )


def _periods_of(year: FinancialYear, like: Period) -> list[Period]:
    """The periods of a kind whose last day falls in a financial year."""
    first = like
    while first.plus(-1).financial_year == year:
        first = first.plus(-1)
    last = like
    while last.following.financial_year == year:
        last = last.following
    return list(first.until(last))


def _recent(series: Series, since: Period | None) -> list[Point]:
    """The latest figures that still hold: since the last rebase or change of definition, so many at most."""
    start = max(
        [at for at in (since, *series.breaks[-1:]) if at is not None], key=lambda at: at.first, default=None
    )
    found = [
        point
        for point in series.points
        if point.value is not None and (start is None or point.period.first >= start.first)
    ]
    a_year = round(series.points[-1].period.a_year)
    return found[
        -max(int(parameter("fewest_points_of_forecast")), min(int(parameter("points_of_forecast")), a_year)) :
    ]


def _expected(
    series: Series,
    recent: Sequence[Point],
    to_come: Sequence[Period],
    since: Period | None,
    *,
    is_seasonal: bool,
) -> _Expected:
    values = np.array([point.value for point in recent], dtype=np.float64)
    if is_seasonal and (found := _by_season(series, recent, values, to_come, since)):
        return found
    basis = f"the mean of the latest {len(values)}"
    return _Expected(np.full(len(to_come), values.mean()), float(values.std(ddof=1)), len(values), basis)


def _by_season(
    series: Series, recent: Sequence[Point], values: _Floats, to_come: Sequence[Period], since: Period | None
) -> _Expected | None:
    """The season of the last year at the level of now; None where years enough are not there or hold a nought."""
    steps = round(recent[-1].period.a_year)
    if len(series.calendar) < steps * parameter("years_of_season"):
        return None
    looked_at = [period.plus(-steps) for period in (*(point.period for point in recent), *to_come)]
    versions = {point.version for period in looked_at if (point := series.by_period.get(period))}
    if versions - {recent[-1].version} or (since and any(period.first < since.first for period in looked_at)):
        return None  # figures by two definitions, or from before a rebase, are no season of now
    before = series.values_over(looked_at[: len(recent)])
    ahead = series.values_over(looked_at[len(recent) :])
    if np.isnan(before).any() or np.isnan(ahead).any() or not (before.sum() and (before > 0).all()):
        return None
    level = values.sum() / before.sum()
    rest = values - before * level
    spread = float(np.sqrt((rest**2).sum() / (len(rest) - 1)))
    return _Expected(ahead * level, spread, len(values), "the season of the year before, at the level of now")


def _weights(series: Series, points: Sequence[Point], to_come: int) -> tuple[_Floats, _Floats]:
    """What each period weighs in the year: 1 for counts; denominators, and for what is to come their mean, where there are any."""
    given = [point.denominator for point in points]
    if not series.definition.kind.needs_denominator or any(not weight for weight in given) or not given:
        return np.ones(len(points)), np.ones(to_come)
    known = np.array(given, dtype=np.float64)
    return known, np.full(to_come, known.mean())


def _year(
    series: Series,
    year: FinancialYear,
    seen: Sequence[Point],
    to_come: Sequence[Period],
    expected: _Expected,
    target: float | None,
) -> Forecast:
    weights, ahead = _weights(series, seen, len(to_come))
    values = np.array([point.value for point in seen], dtype=np.float64)
    is_count = series.definition.kind.name == "count"
    whole = 1.0 if is_count else float(weights.sum() + ahead.sum())
    value = float((values * weights).sum() + (expected.values * ahead).sum()) / whole
    spread = expected.spread * sqrt((ahead**2).sum() + ahead.sum() ** 2 / expected.rests_on) / whole
    confidence = parameter("confidence_of_forecast")
    least = 0.0 if min(values, default=0) >= 0 else -np.inf
    most = series.definition.multiplier if series.definition.kind.share else np.inf
    ends = _interval(value, spread, expected.rests_on - 1, confidence)
    value, low, high = (float(np.clip(end, least, most)) for end in (value, *ends))
    return Forecast(
        year, value, low, high, confidence, len(seen), len(to_come), expected.basis,
        target, _chance(value, spread, expected.rests_on - 1, target, series.better),
    )  # fmt: skip


def _interval(value: float, spread: float, free: int, confidence: float) -> tuple[float, float]:
    from scipy import special

    half = float(special.stdtrit(free, 0.5 + confidence / 2)) * spread
    return value - half, value + half


def _chance(value: float, spread: float, free: int, target: float | None, better: int) -> float | None:
    """How likely the year is to end on the right side of its target."""
    if target is None or not better:
        return None
    ahead = (value - target) * better
    if not spread:
        return 1.0 if ahead >= -_EXACT * abs(target) else 0.0
    from scipy import special

    return float(special.stdtr(free, ahead / spread))


def _target(
    series: Series, target_at: TargetAt, year: FinancialYear, periods: Sequence[Period]
) -> float | None:
    """The target of the year: one that is set for the year, else those of its periods, added up for counts and else their mean."""
    whole = target_at(Period.of_year(year))
    if whole is not None:
        return whole
    found = [target_at(period) for period in periods]
    known = [value for value in found if value is not None]
    if len(known) < len(found):
        return None
    together = sum(known)
    return together if series.definition.kind.name == "count" else together / len(known)
