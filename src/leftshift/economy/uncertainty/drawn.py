"""The factors of a block of draws: what rates reach, what follows activity, phases, deliveries, base values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leftshift.economy.arrays import Codes, Floats
from leftshift.economy.rates import Rates
from leftshift.economy.uncertainty.drawing import MovedRates, Values, moved
from leftshift.economy.uncertainty.factors import Factor, Factors
from leftshift.economy.uncertainty.levels import delay_of, size_of
from leftshift.foundation.years import MONTHS_IN_YEAR
from leftshift.place.rows import Uncertainty

_BY_YEAR = ("level", "follower", "quality", "phase")  # kinds of factors that differ from year to year


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
    """What the factors of draws are worked out from; ``wanted`` are the factors, in their order."""

    def __init__(self, factors: Factors, wanted: list[Factor]) -> None:
        self.factors, self.economy = factors, factors.economy
        self.years = len(self.economy.years)
        self.activity = _activity(factors)
        self.phases = {at: self._phase_table(at) for at in sorted(factors.delayed)}
        self.of_kind = {
            kind: [(row, factor) for row, factor in enumerate(wanted) if factor.kind == kind]
            for kind in sorted({factor.kind for factor in wanted})
        }
        series = factors.series
        first = np.array([entry.first for entry in series], dtype=np.int64)
        self._late = [(at, int(year)) for at, year in enumerate(first) if year > 0]
        none = len(factors.rates)  # the rate that is always nought
        self._one = np.array([entry.rates[0] if entry.rates else none for entry in series], dtype=np.int64)
        pairs = [(at, entry.rates[1]) for at, entry in enumerate(series) if len(entry.rates) > 1]
        self._paired, self._other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T

    def _phase_table(self, intervention: int) -> Floats:
        """What an intervention reaches by year for every delay that matters [month, year]."""
        months = range(MONTHS_IN_YEAR * self.years + 1)
        return np.array([self.factors.phase(intervention, delay) for delay in months])

    def rates(self, values: Values, count: int) -> Floats:
        """Every rate that is needed, then nought [year, rate, draw]; raises DrawOutOfRange."""
        rates = Rates(self.economy.place, MovedRates(self.economy.place, values, count))
        found = np.zeros((self.years, len(self.factors.rates) + 1, count))
        for at, (organisation, name) in enumerate(self.factors.rates):
            found[:, at] = rates.of(organisation, name)
        if rates.not_finite:
            (organisation, name), years = next(iter(rates.not_finite.items()))
            raise DrawOutOfRange(
                f"{name} of {organisation} would be -100% or less in {', '.join(map(str, years))}, on which no plan can "
                "stand: keep it above, a distribution by its low"
            )
        return found

    def growth(self, rates: Floats) -> Floats:
        """The growth of every series [year, series, draw]."""
        found: Floats = np.take(rates, self._one, axis=1)
        other = rates[:, self._other]
        if self.economy.flows.growth_multiplied:
            other += other * found[:, self._paired]
        found[:, self._paired] += other
        for at, year in self._late:
            found[: year + 1, at] = 0.0
        return found


class Drawn:
    """The factors of one block of draws."""

    def __init__(self, columns: Columns, values: Values, count: int) -> None:
        self._columns, self._factors = columns, columns.factors
        self._values, self.count = values, count
        self._rates = columns.rates(values, count)
        self._levels = columns.growth(self._rates)
        self._followed = self._follow() if self._factors.followers else self._levels[:, :0]
        if not self._factors.followers:
            _to_levels(self._levels)
        self._by_year: list[tuple[slice, Floats]] = []  # rows that follow each other [year, row, draw]
        self._fixed: list[tuple[slice, Floats]] = []
        for kind, found in columns.of_kind.items():
            rows = slice(found[0][0], found[-1][0] + 1)
            values_of = self._of_kind[kind]([factor for _, factor in found])
            (self._by_year if kind in _BY_YEAR else self._fixed).append((rows, values_of))

    @property
    def _of_kind(self) -> Mapping[str, Callable[[list[Factor]], Floats]]:
        return {
            "level": lambda factors: self._levels[:, [factor.number for factor in factors]],
            "follower": lambda factors: self._followed[:, [factor.number for factor in factors]],
            "quality": lambda factors: np.stack([self.quality(factor.number) for factor in factors], axis=1),
            "phase": lambda factors: np.stack([self._phase(factor.number) for factor in factors], axis=1),
            "at": lambda factors: np.stack([self._levels[f.of, f.number] ** f.power for f in factors]),
            "follower_at": lambda factors: np.stack([self._followed[f.of, f.number] ** f.power for f in factors]),
            "base": lambda factors: np.stack([self.base(factor.number) for factor in factors]),
            "lag": lambda factors: np.stack([self._lag(factor) for factor in factors]),
        }  # fmt: skip

    def fill_fixed(self, into: Floats, draws: slice) -> None:
        """Put the factors that are the same in every year into their rows, of some draws."""
        for rows, values in self._fixed:
            into[rows] = values[:, draws]

    def fill(self, into: Floats, year: int, draws: slice) -> None:
        """Put the factors of a year into their rows, of some draws."""
        for rows, values in self._by_year:
            into[rows] = values[year, :, draws]

    def quality(self, number: int | None) -> Floats:
        """What outcomes leave of a payment [year, draw]."""
        if number is None:
            return np.ones((self._columns.years, self.count))
        at_risk, rate, first = self._factors.qualities[number]
        found = 1.0 - at_risk * (1.0 - self._rates[:, rate])
        found[: first + 1] = 1.0
        return found

    def base(self, flow: int) -> Floats:
        """The base value of a flow as drawn [draw], £000."""
        planned = np.full(self.count, self._factors.economy.flows.base[flow])
        return self._moved(self._factors.bases[flow], planned)

    def _moved(self, rows: list[Uncertainty], planned: Floats) -> Floats:
        return moved(rows, self._values, planned)

    def _size(self, intervention: int) -> Floats:
        """What an intervention delivers, and by what its effects are multiplied [draw]."""
        row, moving = self._factors.economy.interventions[intervention], self._factors.moving
        delivery, effect = (moving(kind).get(intervention, ()) for kind in ("delivery", "effect"))
        return size_of(row, delivery, effect, self._values, self.count)

    def _delay(self, intervention: int) -> NDArray[np.int64]:
        """Whole months, never below nought, at most the whole plan [draw]."""
        row = self._factors.economy.interventions[intervention]
        moving = self._factors.moving("delay")[intervention]
        return delay_of(row, moving, self._values, self.count, self._columns.years)

    def _phase(self, intervention: int) -> Floats:
        reached: Floats = self._columns.phases[intervention][self._delay(intervention)].T
        return reached * self._size(intervention)

    def _lag(self, factor: Factor) -> Floats:
        size = self._size(factor.number)
        if factor.number not in self._factors.delayed:
            return size
        years, months = np.divmod(self._delay(factor.number), MONTHS_IN_YEAR)
        late = months / MONTHS_IN_YEAR
        share: Floats = (years == factor.of) * (1 - late) + (years == factor.of - 1) * late
        return size * share

    # ------------------------------------------------------------------ what follows activity
    def _follow(self) -> Floats:
        """The level of each follower [year, follower, draw]; on the way, growth becomes levels."""
        followers, activity, levels = self._factors.followers, self._columns.activity, self._levels
        base = np.stack([np.ones(self.count) if flow is None else self.base(flow) for flow in activity.base])
        node = [activity.nodes.index(follower.node) for follower in followers]
        own = [follower.series for follower in followers]
        found = np.ones((self._columns.years, len(followers), self.count))
        levels[0] += 1.0
        for year in range(1, self._columns.years):
            growth = levels[year]
            before = levels[year - 1, activity.series] * base
            sums = activity.weight[year] @ before
            rises = activity.weight[year] @ (before * growth[activity.series])
            rate = np.divide(rises, sums, out=np.zeros_like(rises), where=sums != 0)[node]
            grows = np.array([[year > follower.first] for follower in followers])
            found[year] = found[year - 1] * (1.0 + growth[own] + np.where(grows, rate, 0.0))
            growth += 1.0
            growth *= levels[year - 1]
        return found


def _to_levels(growth: Floats) -> None:
    """Turn growth [year, series, draw] into the levels it reaches, in place."""
    growth += 1.0
    for year in range(1, len(growth)):
        growth[year] *= growth[year - 1]


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
