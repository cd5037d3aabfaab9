"""How an intervention builds up: levels by month, and the part-year effect of each financial year."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from leftshift.foundation.years import MONTHS_IN_YEAR, FinancialYear
from leftshift.place.place import Place
from leftshift.place.rows import Intervention, ProfilePoint

Levels = NDArray[np.float64]


def monthly_levels(place: Place, intervention: Intervention, points: list[ProfilePoint]) -> Levels:
    """The share of the full-year effect reached in each month since April of the base year, delay and delivery included.

    Without a start the first month is April after the base year. A profile by financial years is spread
    evenly over the months of each year, which is an assumption of its own.
    """
    months = len(place.years) * MONTHS_IN_YEAR
    start = intervention.start.months_since(place.base_year) if intervention.start else MONTHS_IN_YEAR
    by_year = bool(points) and isinstance(points[0].period, FinancialYear)
    levels = _by_year(place, points, months, start) if by_year else _by_month(points, months, start)
    if not intervention.recurrent:
        levels[np.arange(months) >= max(start, 0) + MONTHS_IN_YEAR] = 0.0
    return slipped(levels, intervention.delay_months) * intervention.delivery


def slipped(levels: Levels, months: int) -> Levels:
    """The same levels so many months later; what comes before them is nought."""
    moved = np.zeros_like(levels)
    if months < len(levels):
        moved[months:] = levels[: len(levels) - months]
    return moved


def part_year(levels: Levels) -> Levels:
    """The level of each financial year: the mean of its twelve months."""
    means: Levels = levels.reshape(-1, MONTHS_IN_YEAR).mean(axis=1)
    return means


def _by_month(points: list[ProfilePoint], months: int, start: int) -> Levels:
    since_start = np.arange(months) - start + 1
    if not points:
        return (since_start >= 1).astype(np.float64)
    ordered = sorted((int(point.period), point.share) for point in points if isinstance(point.period, int))
    periods, shares = (
        np.array([period for period, _ in ordered]),
        np.array([0.0, *(share for _, share in ordered)]),
    )
    return shares[np.searchsorted(periods, since_start, side="right")]


def _by_year(place: Place, points: list[ProfilePoint], months: int, start: int) -> Levels:
    shares = {point.period: point.share for point in points}
    level, by_year = 0.0, []
    earlier = [
        point
        for point in points
        if isinstance(point.period, FinancialYear) and point.period < place.base_year
    ]
    if earlier:
        level = max(earlier, key=lambda point: str(point.period)).share
    for year in place.years:
        level = shares.get(year, level)
        by_year.append(level)
    levels = np.repeat(np.array(by_year), MONTHS_IN_YEAR)
    levels[: min(max(start, 0), months)] = 0.0
    return levels
