"""People by area, age band and year, for every year of a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from leftshift.foundation.ages import AgeBand
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.population.cohort_changes import project_cohorts
from leftshift.population.counting import Counts, Floats, counts_by_area, parts_of

EVERYWHERE = ""


class AreaNotGiven(ValueError):
    """An area that no row of population.csv names."""


@dataclass(frozen=True)
class Population:
    """People of both sexes, by area an array [band, year]; years are the base year and every year of the plan."""

    years: tuple[FinancialYear, ...]
    bands: Mapping[str, tuple[AgeBand, ...]]
    counts: Mapping[str, Floats]

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas, by name."""
        return tuple(self.counts)

    def by_year(self, area: str, band: AgeBand) -> Floats:
        """People of a band [year]; an empty area is all of them. Raises AreaNotGiven and BandNotGiven."""
        areas = self.areas if area == EVERYWHERE else (area,)
        found = np.zeros(len(self.years))
        for name in areas:
            if name not in self.counts:
                raise AreaNotGiven(f"population.csv has no area {name}")
            bands = self.bands[name]
            for part in parts_of(band, bands):
                found += self.counts[name][bands.index(part)]
        return found

    def people(self, area: str, band: AgeBand, year: FinancialYear) -> float:
        """People of a band in a year; an empty area is all of them. Raises AreaNotGiven and BandNotGiven."""
        return float(self.by_year(area, band)[self.years.index(year)])


def project_population(place: Place) -> Population:
    """The people of a place in which ``population_faults`` finds no fault."""
    areas = counts_by_area(place.population)
    by_cohorts = place.setting("population_method") == "cohort"
    return Population(
        place.years,
        {area: counts.bands for area, counts in areas.items()},
        {area: _by_year(counts, place.years, by_cohorts) for area, counts in areas.items()},
    )


def _by_year(counts: Counts, years: tuple[FinancialYear, ...], by_cohorts: bool) -> Floats:
    """People [band, year]: as given, on a straight line between given years, by cohorts after the last of them."""
    given, people = counts.years, counts.people
    last = years[-1].starts
    if by_cohorts and last > given[-1]:
        later, projected = project_cohorts(counts, last)
        given, people = (*given, *later), np.concatenate([people, projected], axis=1)
    asked = [year.starts for year in years]
    return np.array([np.interp(asked, given, line) for line in people])
