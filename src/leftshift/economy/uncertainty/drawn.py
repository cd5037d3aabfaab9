"""The factors of a block of draws: what rates reach, what follows activity, phases, deliveries, base values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leftshift.economy.arrays import Codes, Economy, Floats
from leftshift.economy.rates import Rates
from leftshift.economy.uncertainty.drawing import MovedRates, Values, moved
from leftshift.economy.uncertainty.factors import Factor, Factors
from leftshift.foundation.years import MONTHS_IN_YEAR
from leftshift.place.rows import Uncertainty


class DrawOutOfRange(ValueError):
    """A draw that no plan can stand on: the words say which, and what to do."""


@dataclass(frozen=True)
class _Activity:
    """The activity that organisations are paid for, as sums of levels times base values.

    weight [year, organisation, column] is 0 for what did not run the year before.
    """

    nodes: tuple[int, ...]
    series: Codes
    base: tuple[int | None, ...]  # the flow whose base value is drawn
    weight: Floats


class Columns:
    """Works out the factors of draws."""

    def __init__(self, factors: Factors, wanted: list[Factor]) -> None:
        self.factors, self.wanted = factors, wanted
        self.economy: Economy = factors.economy
        self.years = len(self.economy.years)
        self._activity = _activity(factors)
        self._phases = {at: self._phase_table(at) for at in sorted(factors.delayed)}
        self._of_kind = {
            kind: [(row, factor) for row, factor in enumerate(wanted) if factor.kind == kind]
            for kind in {factor.kind for factor in wanted}
        }
        self.masks = self._masks()

    def _masks(self) -> Floats:
        """1 where a series grows, 0 up to its first year [year, series, 1]."""
        first = np.array([series.first for series in self.factors.series], dtype=np.int64)
        found: Floats = (np.arange(self.years)[:, None] > first).astype(np.float64)[:, :, None]
        return found

    def _phase_table(self, intervention: int) -> Floats:
        """What an intervention reaches by year for every delay that matters [month, year]."""
        months = range(MONTHS_IN_YEAR * self.years + 1)
        return np.array([self.factors.phase(intervention, delay) for delay in months])

    def rates(self, values: Values, count: int) -> Floats:
        """Every rate that is needed [year, rate, draw]; raises DrawOutOfRange."""
        place = self.economy.place
        rates = Rates(place, MovedRates(place, values, count))
        found = [rates.of(*name) for name in self.factors.rates]
        if rates.not_finite:
            (organisation, name), years = next(iter(rates.not_finite.items()))
            raise DrawOutOfRange(
                f"{name} of {organisation} is drawn as -100% or less in {', '.join(map(str, years))}: "
                "give the distribution a low that it cannot fall below"
            )
        return np.array(found).reshape(len(found), self.years, count).transpose(1, 0, 2).copy()

    def of(self, rates: Floats, values: Values) -> Drawn:
        """The factors of some draws, given their rates [year, rate, draw] and what every quantity is [draw]."""
        return Drawn(self, rates, values)

    def growth(self, rates: Floats) -> Floats:
        """The growth of every series [year, series, draw]."""
        found = np.zeros((self.years, len(self.factors.series), rates.shape[2]))
        for at, series in enumerate(self.factors.series):
            for rate in series.rates:
                if self.economy.flows.growth_multiplied and len(series.rates) > 1:
                    found[:, at] = (1 + found[:, at]) * (1 + rates[:, rate]) - 1
                else:
                    found[:, at] += rates[:, rate]
        found *= self.masks
        return found


class Drawn:
    """The factors of one block of draws."""

    def __init__(self, columns: Columns, rates: Floats, values: Values) -> None:
        self.made_by, self.count = columns, rates.shape[2]
        self._values = values
        self._factors = columns.factors
        growth = columns.growth(rates)
        self._levels = _levels(growth)
        self._followers = self._follow(growth)
        self._rates = rates
        self._fixed = np.empty((len(columns.wanted), self.count))
        self._by_year: list[tuple[NDArray[np.int64], Floats]] = []  # rows, and their values [year, row, draw]
        for kind, found in columns._of_kind.items():
            rows = np.array([row for row, _ in found], dtype=np.int64)
            fill = getattr(self, f"_{kind}")
            fill(rows, [factor for _, factor in found])

    def columns(self, year: int) -> Floats:
        """The factors of a year [factor, draw]; the array is used again for the next."""
        for rows, values in self._by_year:
            self._fixed[rows] = values[year]
        return self._fixed

    # ------------------------------------------------------------------ by kind
    def _level(self, rows: Codes, factors: list[Factor]) -> None:
        numbers = [factor.number for factor in factors]
        self._by_year.append((rows, self._levels[:, numbers]))

    def _follower(self, rows: Codes, factors: list[Factor]) -> None:
        self._by_year.append((rows, self._followers[:, [factor.number for factor in factors]]))

    def _at(self, rows: Codes, factors: list[Factor]) -> None:
        for row, factor in zip(rows, factors, strict=True):
            self._fixed[row] = self._levels[factor.of, factor.number] ** factor.power

    def _follower_at(self, rows: Codes, factors: list[Factor]) -> None:
        for row, factor in zip(rows, factors, strict=True):
            self._fixed[row] = self._followers[factor.of, factor.number] ** factor.power

    def _quality(self, rows: Codes, factors: list[Factor]) -> None:
        self._by_year.append((rows, np.stack([self.quality(factor.number) for factor in factors], axis=1)))

    def quality(self, number: int | None) -> Floats:
        """What outcomes leave of a payment [year, draw]."""
        if number is None:
            return np.ones((self.made_by.years, self.count))
        at_risk, rate, first = self._factors.qualities[number]
        found = 1.0 - at_risk * (1.0 - self._rates[:, rate])
        found[: first + 1] = 1.0
        return found

    def _base(self, rows: Codes, factors: list[Factor]) -> None:
        for row, factor in zip(rows, factors, strict=True):
            self._fixed[row] = self.base(factor.number)

    def base(self, flow: int) -> Floats:
        """The base value of a flow as drawn [draw], £000."""
        planned = np.full(self.count, self._factors.economy.flows.base[flow])
        return self._moved(self._factors.bases[flow], planned)

    def _moved(self, rows: list[Uncertainty], planned: Floats) -> Floats:
        return moved(rows, self._values, planned)

    def _size(self, intervention: int) -> Floats:
        """What an intervention delivers, and by what its effects are multiplied [draw]."""
        row = self._factors.economy.interventions[intervention]
        delivery = self._moved(
            self._factors.moving("delivery").get(intervention, []), np.full(self.count, row.delivery)
        )
        return self._moved(self._factors.moving("effect").get(intervention, []), delivery)

    def _delay(self, intervention: int) -> NDArray[np.int64]:
        """Whole months, never below nought, at most the whole plan [draw]."""
        row = self._factors.economy.interventions[intervention]
        planned = np.full(self.count, float(row.delay_months))
        drawn = self._moved(self._factors.moving("delay")[intervention], planned)
        most = MONTHS_IN_YEAR * self.made_by.years
        return np.clip(np.rint(drawn), 0, most).astype(np.int64)

    def _phase(self, rows: Codes, factors: list[Factor]) -> None:
        values = [
            self.made_by._phases[factor.number][self._delay(factor.number)].T * self._size(factor.number)
            for factor in factors
        ]
        self._by_year.append((rows, np.stack(values, axis=1)))

    def _lag(self, rows: Codes, factors: list[Factor]) -> None:
        for row, factor in zip(rows, factors, strict=True):
            self._fixed[row] = self._size(factor.number)
            if factor.number in self._factors.delayed:
                years, months = np.divmod(self._delay(factor.number), MONTHS_IN_YEAR)
                late = months / MONTHS_IN_YEAR
                self._fixed[row] *= (years == factor.of) * (1 - late) + (years == factor.of - 1) * late

    # ------------------------------------------------------------------ what follows activity
    def _follow(self, growth: Floats) -> Floats:
        """The level of each follower [year, follower, draw]."""
        followers, activity = self._factors.followers, self.made_by._activity
        found = np.zeros((self.made_by.years, len(followers), self.count))
        if not followers:
            return found
        base = np.stack([np.ones(self.count) if flow is None else self.base(flow) for flow in activity.base])
        node = [activity.nodes.index(follower.node) for follower in followers]
        own = growth[:, [follower.series for follower in followers]]
        found[0] = 1.0
        for year in range(1, self.made_by.years):
            before = self._levels[year - 1, activity.series] * base
            sums = activity.weight[year] @ before
            rises = activity.weight[year] @ (before * growth[year, activity.series])
            rate = np.divide(rises, sums, out=np.zeros_like(rises), where=sums != 0)[node]
            grows = np.array([[year > follower.first] for follower in followers])
            found[year] = found[year - 1] * (1.0 + own[year] + np.where(grows, rate, 0.0))
        return found


def _levels(growth: Floats) -> Floats:
    levels = 1.0 + growth
    for year in range(1, len(levels)):
        levels[year] *= levels[year - 1]
    return levels


def _activity(factors: Factors) -> _Activity:
    """What the followers of a program follow; contracts of one growth and one payee are one column."""
    flows, years = factors.economy.flows, len(factors.economy.years)
    nodes = tuple(sorted({follower.node for follower in factors.followers}))
    column: dict[tuple[int, int | None], int] = {}
    weight: dict[tuple[int, int], Floats] = {}
    for at, node in enumerate(nodes):
        for flow in factors.drives_of(node):
            drawn = flow if flow in factors.bases else None
            place = column.setdefault((factors.own_volume(flow), drawn), len(column))
            ran = np.arange(years) > flows.first[flow]
            base = 1.0 if drawn is not None else float(flows.base[flow])
            weight[at, place] = weight.get((at, place), np.zeros(years)) + base * ran
    found = np.zeros((years, len(nodes), len(column)))
    for (at, place), by_year in weight.items():
        found[:, at, place] = by_year
    series = np.array([series for series, _ in column], dtype=np.int64)
    return _Activity(nodes, series, tuple(drawn for _, drawn in column), found)
