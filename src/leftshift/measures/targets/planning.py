"""What the plan's own interventions mean for a measure: how its baseline changes, year by year or month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from leftshift.capacity.activity.projecting import Levels, plan_of
from leftshift.economy.phasing import monthly_levels
from leftshift.foundation.periods import Period
from leftshift.foundation.years import MONTHS_IN_YEAR, FinancialYear, Month
from leftshift.measures.definitions import definitions_of
from leftshift.place.measure_rows import Measure, MeasureLink
from leftshift.place.place import Place
from leftshift.place.rows import ProfilePoint
from leftshift.population.projecting import project_population

_MonthLevels = NDArray[np.float64]


@dataclass(frozen=True)
class Planned:
    """The plan of a place, as it moves measures."""

    place: Place

    def level(
        self, measure: Measure, of: str, period: Period, baseline: float, since: Period, *, do_nothing: bool
    ) -> float | None:
        """The baseline as the plan changes it by a period; None outside the years of the plan.

        By the activity that the measure follows, in proportion to the years that the two periods lie in, and by what links state,
        as much of it as their interventions reach over the months of the period.
        """
        if period.financial_year not in self.place.years:
            return None
        value = baseline
        if measure.follows:
            change = self._activity_change(measure, of, period, since, do_nothing=do_nothing)
            if change is None:
                return None
            value *= change
        if do_nothing:
            return value
        for link in self.links(measure.measure, of):
            reached = self.reached(link, period) - self.reached(link, since)
            value += (baseline * (link.percent or 0.0) + float(link.amount or 0)) * reached
        return value

    def links(self, measure: str, of: str) -> list[MeasureLink]:
        """The links that say what an intervention does to a measure of a body; one that names the body comes before one of all."""
        found = [row for row in self.place.measure_links if row.measure == measure and row.of in ("", of)]
        named = {row.intervention for row in found if row.of}
        return [row for row in found if row.of or row.intervention not in named]

    def reached(self, link: MeasureLink, period: Period) -> float:
        """The share of its full effect that an intervention has reached over the months of a period; nought before the plan."""
        months = self._months[link.intervention]
        first = self._month_of(period)
        last = first + max(1, round(period.days / (365.25 / MONTHS_IN_YEAR)))
        within = months[max(first, 0) : max(min(last, len(months)), 0)]
        if not len(within):
            return float(months[-1]) if first >= len(months) else 0.0
        return float(within.sum() / (last - first))

    def _month_of(self, period: Period) -> int:
        return Month(period.first.year, period.first.month).months_since(self.place.base_year)

    @cached_property
    def _months(self) -> Mapping[str, _MonthLevels]:
        points: dict[str, list[ProfilePoint]] = {}
        for point in self.place.profiles:
            points.setdefault(point.profile, []).append(point)
        return {
            row.intervention: monthly_levels(self.place, row, points.get(row.profile or "", []))
            for row in self.place.interventions
        }

    @cached_property
    def _counts(self) -> frozenset[str]:
        """The measures that are counts: of them no head is asked."""
        found = definitions_of(self.place)
        return frozenset(name for name, each in found.items() if each.latest.kind.name == "count")

    @cached_property
    def _levels(self) -> Levels:
        return plan_of(self.place).levels()

    def _activity_change(
        self, measure: Measure, of: str, period: Period, since: Period, *, do_nothing: bool
    ) -> float | None:
        """What is planned in the year of a period over what is in the year of another; all but a count counts it a head."""
        if since.financial_year not in self.place.years:
            return None
        amounts = self._levels.of_rows(bed_days=measure.follows_days, do_nothing=do_nothing)
        follows = [
            at
            for at, row in enumerate(self._levels.plan.rows)
            if row.point_of_delivery == measure.follows and of in self._whose(row.provider, row.commissioner)
        ]
        by_year = amounts[:, follows].sum(axis=1)
        now, then = self._at(period.financial_year), self._at(since.financial_year)
        if not follows or not by_year[then]:
            return None
        change = float(by_year[now] / by_year[then])
        people = None if measure.measure in self._counts else self._people
        return change / float(people[now] / people[then]) if people is not None else change

    def _whose(self, provider: str, commissioner: str | None) -> set[str]:
        """Whose measure an activity counts in: its provider's, its commissioner's, and that of the whole they are part of."""
        parts = {row.area: row.part_of for row in self.place.areas}
        found = {provider, commissioner or ""} - {""}
        return found | {parts[code] for code in found if parts.get(code)}

    @cached_property
    def _people(self) -> NDArray[np.float64] | None:
        """People of all areas by year, or None where the place does not say: then a rate is one of the people of the base year."""
        if not self.place.population:
            return None
        population = project_population(self.place)
        by_area = np.array([population.counts[area].sum(axis=0) for area in population.areas])
        people: NDArray[np.float64] = by_area.sum(axis=0)
        return people

    def _at(self, year: FinancialYear) -> int:
        return year.starts - self.place.base_year.starts
