"""A series: the figures of one measure for one organisation or area, in the order of their periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from math import nan

import numpy as np
from numpy.typing import NDArray

from leftshift.foundation.periods import Period
from leftshift.foundation.sources import Origin
from leftshift.measures.definitions import Definition, Definitions
from leftshift.place.measure_rows import Measure

BETTER: Mapping[str, int] = {"higher": 1, "lower": -1, "neither": 0}
HIDDEN = "a small number, or one that would give a small number away"
"""Why a figure is withheld that disclosure control hides."""
_SEVERAL = 2
Key = tuple[str, str]
"""Measure and whose."""


@dataclass(frozen=True, slots=True)
class Point:
    """One figure: its value and interval in the unit of its definition, what it was counted from, and where it came from.

    ``revision`` is the one that counts, ``revised_from`` the value first published where it differs. ``withheld`` says why there is no
    value; ``summed_from`` how many parts it was added up from, 0 where it was observed.
    """

    period: Period
    version: str
    value: float | None
    lower: float | None = None
    upper: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    method: str = ""
    withheld: str = ""
    provisional: bool = False
    revision: int = 0
    revised_from: float | None = None
    summed_from: int = 0
    origins: tuple[Origin, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Series:
    """The figures of one measure for one body; ``older`` are figures by a definition that no longer holds in their period."""

    measure: Measure
    of: str
    definitions: Definitions
    points: tuple[Point, ...]
    older: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Measure and whose."""
        return self.measure.measure, self.of

    @property
    def better(self) -> int:
        """1 where higher is better, −1 where lower is, 0 where neither."""
        return BETTER[self.measure.better]

    @property
    def definition(self) -> Definition:
        """The definition of the latest figure, else the newest."""
        return self.definition_of(self.points[-1]) if self.points else self.definitions.latest

    def definition_of(self, point: Point) -> Definition:
        """The definition by which a figure was made."""
        return self.definitions.named(point.version) or self.definitions.latest

    @cached_property
    def by_period(self) -> Mapping[Period, Point]:
        """Period to its figure."""
        return {point.period: point for point in self.points}

    @cached_property
    def latest(self) -> Point | None:
        """The latest figure that has a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)

    @cached_property
    def breaks(self) -> tuple[Period, ...]:
        """The periods from which another definition holds than before."""
        return tuple(
            after.period for before, after in pairwise(self.points) if before.version != after.version
        )

    @cached_property
    def missing(self) -> tuple[Period, ...]:
        """The periods between the first and the last figure that have none."""
        if not self.points:
            return ()
        there = set(self.by_period)
        return tuple(
            period for period in self.points[0].period.until(self.points[-1].period) if period not in there
        )

    @cached_property
    def calendar(self) -> tuple[Period, ...]:
        """Every period from the first figure to the last, those without a figure too."""
        return tuple(self.points[0].period.until(self.points[-1].period)) if self.points else ()

    def values_over(self, periods: Sequence[Period]) -> NDArray[np.float64]:
        """The values of some periods, NaN for none [period]."""
        found = (self.by_period.get(period) for period in periods)
        return np.array([nan if point is None or point.value is None else point.value for point in found])

    def value_at(self, period: Period) -> float | None:
        """The value of a period."""
        point = self.by_period.get(period)
        return point.value if point else None

    def due(self) -> date | None:
        """The day by which the next figure should be there; None where none is expected."""
        if not self.points or self.measure.due_after is None:
            return None
        return self.points[-1].period.following.end + timedelta(days=self.measure.due_after)

    def by_definition(self, version: str) -> tuple[Point, ...]:
        """The figures by one definition, those of periods in which another holds too."""
        return (*self.older.get(version, ()), *(point for point in self.points if point.version == version))

    def figure_by(self, version: str, period: Period) -> Point | None:
        """The figure of a period by one definition."""
        point = self.by_period.get(period)
        if point and point.version == version:
            return point
        return next((other for other in self.older.get(version, ()) if other.period == period), None)

    def over(self, span: Period, version: str) -> float | None:
        """The level within a longer period by one definition: what was counted, added up, over its denominator; for counts the mean of
        a period.

        None where there is no figure within it, and where small numbers are hidden: what is left would be too high.
        """
        if self.hides_within(span, version):
            return None
        return level_of(self, self.within(span, version))

    def hides_within(self, span: Period, version: str) -> bool:
        """Whether a small number within a longer period is hidden."""
        return any(
            point.withheld == HIDDEN and span.first <= point.period.first and point.period.end <= span.end
            for point in self.by_definition(version)
        )

    def within(self, span: Period, version: str) -> list[Point]:
        """The figures by one definition whose period lies within another."""
        return [
            point
            for point in self.by_definition(version)
            if span.first <= point.period.first and point.period.end <= span.end and point.value is not None
        ]


def level_of(series: Series, points: Sequence[Point]) -> float | None:
    """The level of several figures for one period: added up where they may be, else their mean; None for no figures."""
    if len(points) < _SEVERAL:
        return points[0].value if points else None  # as published
    definition = series.definition_of(points[-1])
    sums = [(point.numerator, point.denominator) for point in points]
    if definition.kind.adds_up and definition.kind.needs_denominator:
        counted = [(x, n) for x, n in sums if x is not None and n is not None]
        whole = sum(n for _, n in counted)
        if len(counted) == len(points) and whole > 0:
            return sum(x for x, _ in counted) / whole * definition.multiplier
    return sum(point.value for point in points if point.value is not None) / len(points)
