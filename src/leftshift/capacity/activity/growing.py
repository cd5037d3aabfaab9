"""How activity grows when nothing is done: by people, and by other growth, year by year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leftshift.economy.arrays import Codes, Floats
from leftshift.economy.rates import Rates
from leftshift.foundation.ages import ALL_AGES, AgeBand
from leftshift.place.capacity_rows import Activity
from leftshift.place.place import Place
from leftshift.place.rows import Contract, Service
from leftshift.population.projecting import project_population
from leftshift.population.weighing import Weighing


@dataclass(frozen=True, order=True)
class Series:
    """A growth that rows of activity share: of whose people or of which rate, and which other growth on top."""

    area: str | None = None
    ages: AgeBand = ALL_AGES
    weighed_by: tuple[str, str] = ("", "")
    organisation: str = ""
    demographic: str = ""
    other: str = ""


@dataclass(frozen=True)
class Growth:
    """The growth of every row of activity: ``of_row`` [row] is the number of its series."""

    place: Place
    series: tuple[Series, ...]
    of_row: Codes

    def levels(self, rates: Rates) -> tuple[Floats, Floats]:
        """What people alone, and all growth together, make of 1 in the base year: two of [year, series, draw].

        Within a year the two add up or multiply, as the setting ``growth`` says for money.
        """
        years = len(self.place.years)
        draws = rates.moved.count if rates.moved else 1
        people, both = np.zeros((2, years, len(self.series), draws))
        for at, series in enumerate(self.series):
            demographic = self._demographic(series, rates)
            other = _column(rates.of(series.organisation, series.other or None))
            people[:, at] = demographic
            both[:, at] = (1 + demographic) * (1 + other) - 1 if self._multiplied else demographic + other
        return _to_levels(people), _to_levels(both)

    @cached_property
    def _multiplied(self) -> bool:
        return self.place.setting("growth") == "multiplied"

    @cached_property
    def _weighing(self) -> Weighing:
        return Weighing(project_population(self.place), self.place.age_weights)

    def _demographic(self, series: Series, rates: Rates) -> Floats:
        """The growth from the year before [year, draw or 1]."""
        if series.area is None:
            return _column(rates.of(series.organisation, series.demographic or None))
        return self._of_people(series)

    def _of_people(self, series: Series) -> Floats:
        level = self._weighing.factors(series.area or "", series.ages, *series.weighed_by)
        found = np.zeros((len(level), 1))
        found[1:, 0] = level[1:] / level[:-1] - 1
        return found


def growth_of(place: Place, rows: tuple[Activity, ...]) -> Growth:
    """Which growth each row has; with the setting ``activity_growth`` out, none has any."""
    grows = place.setting("activity_growth") != "out"
    contracts = {row.contract: row for row in place.contracts}
    services = {row.service: row for row in place.services}
    number: dict[Series, int] = {}
    of_row = []
    for row in rows:
        contract = contracts.get(row.contract or "")
        service = services.get(contract.service) if contract else None
        series = _series(row, contract, service) if grows else Series()
        of_row.append(number.setdefault(series, len(number)))
    return Growth(place, tuple(number), np.array(of_row, dtype=np.int64))


def _series(row: Activity, contract: Contract | None, service: Service | None) -> Series:
    demographic = service.demographic_growth if service and row.demographic_growth == "service" else None
    other = service.other_growth if service and row.other_growth else None
    # rows that ask for no rate of anybody share one series
    organisation = contract.payer if contract and (demographic or other) else ""
    if row.demographic_growth != "population":
        return Series(organisation=organisation, demographic=demographic or "", other=other or "")
    weighed_by = (row.point_of_delivery, row.specialty) if row.age_band == ALL_AGES else ("", "")
    return Series(row.area, row.age_band, weighed_by, organisation, "", other or "")


def _column(rate: Floats) -> Floats:
    return rate if rate.ndim == 2 else rate[:, None]


def _to_levels(growth: Floats) -> Floats:
    """The level that growth [year, series, draw] reaches, 1 in the base year."""
    return np.cumprod(1 + growth, axis=0, dtype=np.float64)
