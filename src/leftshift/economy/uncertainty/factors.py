"""What the terms of an economy are products of: levels of growth, phases, deliveries, base values, qualities.

A factor that no quantity moves is certain and goes into coefficients, so that draws only pay for what is uncertain.
Which are, and which are the same, is found by moving every quantity at once in three ways that stand in no
relation to each other: what does not move under them is certain, and what moves alike is one factor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from leftshift.economy.arrays import Economy, Floats, grower_of
from leftshift.economy.phasing import monthly_levels, part_year
from leftshift.economy.projecting import Projection
from leftshift.economy.rates import Rates
from leftshift.economy.uncertainty.drawing import MovedRates
from leftshift.economy.uncertainty.streams import Streams
from leftshift.foundation.years import MONTHS_IN_YEAR
from leftshift.place.checking_uncertainty import interventions_of, levels_of
from leftshift.place.place import Place
from leftshift.place.rows import Contract, Service, Uncertainty

_PROBES = 3


KINDS = ("level", "follower", "quality", "phase", "at", "follower_at", "base", "lag")
"""Kinds of factors in the order in which they stand in a product: what many products share comes first."""


@dataclass(frozen=True)
class Factor:
    """A factor of terms: of which kind, which one, and to which power a level stands in the price year of an effect."""

    kind: str
    number: int
    of: int = 0  # of a level: the year; of a lag: how many years
    power: int = 1

    def __lt__(self, other: Factor) -> bool:
        """By kind, then by number."""
        return self._order < other._order

    @cached_property
    def _order(self) -> tuple[int, int, int, int]:
        return KINDS.index(self.kind), self.number, self.of, self.power


@dataclass(frozen=True)
class Series:
    """A growth that is drawn: the sum of rates, or their product where growth multiplies; nought up to a first year."""

    rates: tuple[int, ...]
    first: int


@dataclass(frozen=True)
class Follower:
    """The growth of what follows the activity that an organisation is paid for, on top of a growth of its own."""

    series: int
    node: int
    first: int


class Factors:
    """Finds the factors of an economy; remembers each once."""

    def __init__(self, economy: Economy, projection: Projection) -> None:
        self.economy, self.place, self.projection = economy, economy.place, projection
        self.rates: list[tuple[str, str]] = []
        self.series: list[Series] = []
        self.followers: list[Follower] = []
        self.qualities: list[tuple[float, int, int]] = []  # share at risk, rate, first year
        self._probed = Rates(self.place, MovedRates(self.place, _probe(self.place), _PROBES))
        self._rate_number: dict[bytes, int] = {}
        self._number: dict[object, int] = {}
        self._certain: list[Floats | None] = []  # of each level, the level where it is certain [year]

    # ------------------------------------------------------------------ rates and levels
    def rate(self, organisation: str, assumption: str) -> int:
        """The number of a rate; those that always are the same have one."""
        found = self._probed.of(organisation, assumption)
        number = self._rate_number.setdefault(found.tobytes(), len(self.rates))
        if number == len(self.rates):
            self.rates.append((organisation, assumption))
        return number

    def level(self, organisation: str, assumptions: tuple[str | None, ...], first: int) -> int:
        """The number of the level that a growth reaches, the sum or the product of rates."""
        names = tuple(name for name in assumptions if name)
        growth = self._growth([self._probed.of(organisation, name) for name in names], first)
        key = growth.tobytes()
        if key not in self._number:
            self._number[key] = len(self.series)
            self.series.append(Series(tuple(self.rate(organisation, name) for name in names), first))
            self._certain.append(_level(growth[:, 0]) if _is_certain(growth) else None)
        return self._number[key]

    def _growth(self, rates: list[Floats], first: int) -> Floats:
        growth = np.zeros((len(self.economy.years), _PROBES))
        for rate in rates:
            growth = (1 + growth) * (1 + rate) - 1 if self._multiplied(rates) else growth + rate
        growth[: first + 1] = 0.0
        return growth

    def _multiplied(self, rates: list[Floats]) -> bool:
        return self.economy.flows.growth_multiplied and len(rates) > 1

    def volume_of(self, flow: int) -> Factor:
        """The level of a flow's volume."""
        return self._follower(flow) if flow in self._follows else Factor("level", self.own_volume(flow))

    def own_volume(self, flow: int) -> int:
        """The number of the level of a flow's volume, without the activity that it may follow."""
        flows, row = self.economy.flows, self.economy.flows.rows[flow]
        service = self._services[row.service]
        names = (service.demographic_growth, service.other_growth)
        return self.level(grower_of(row), names, int(flows.first[flow]))

    def price_of(self, column: int) -> Factor:
        """The level of a price: of a flow, or of the costs of a node."""
        flows = self.economy.flows
        if column < len(flows.rows):
            row = flows.rows[column]
            service = self._services[row.service]
            return Factor(
                "level", self.level(grower_of(row), (service.price_change,), int(flows.first[column]))
            )
        node = self.economy.nodes[column - len(flows.rows)]
        return Factor("level", self.level(node, (self.place.setting("cost_price"),), 0))

    def agreed_of(self, column: int) -> Factor:
        """The level of the activity that was agreed in a contract with a form."""
        flow = int(self.economy.flows.forms.flow[column])
        row = self.economy.flows.rows[flow]
        assert isinstance(row, Contract)
        form = self.place.forms_by_name[row.form]
        first = int(self.economy.flows.first[flow])
        return Factor("level", self.level(grower_of(row), (form.agreed_growth,), first))

    def quality_of(self, column: int) -> int | None:
        """The number of what outcomes leave of a contract's payment; None where nothing hangs on them."""
        flow = int(self.economy.flows.forms.flow[column])
        row = self.economy.flows.rows[flow]
        assert isinstance(row, Contract)
        form = self.place.forms_by_name[row.form]
        if form.outcome is None or not form.at_risk:
            return None
        entry = (form.at_risk, self.rate(row.payee, form.outcome), int(self.economy.flows.first[flow]))
        if entry not in self.qualities:
            self.qualities.append(entry)
        return self.qualities.index(entry)

    @cached_property
    def _services(self) -> Mapping[str, Service]:
        return {row.service: row for row in self.place.services}

    @cached_property
    def _follows(self) -> frozenset[int]:
        return frozenset(self.economy.flows.follower.tolist())

    def _follower(self, flow: int) -> Factor:
        flows = self.economy.flows
        found = Follower(self.own_volume(flow), int(flows.payer[flow]), int(flows.first[flow]))
        if found not in self._number:
            self._number[found] = len(self.followers)
            self.followers.append(found)
        return Factor("follower", self._number[found])

    def drives_of(self, node: int) -> list[int]:
        """The contracts whose activity an organisation is paid for."""
        flows = self.economy.flows
        found: list[int] = flows.drives[flows.payee[flows.drives] == node].tolist()
        return found

    def _follows_certain(self, follower: Follower) -> bool:
        drives = self.drives_of(follower.node)
        moves = [self._certain[self.own_volume(flow)] is None or flow in self.bases for flow in drives]
        return self._certain[follower.series] is not None and not any(moves)

    # ------------------------------------------------------------------ what is certain
    def is_certain(self, factor: Factor) -> bool:
        """Whether no quantity moves a factor."""
        if factor.kind in ("level", "at"):
            return self._certain[factor.number] is not None
        if factor.kind in ("follower", "follower_at"):
            return self._follows_certain(self.followers[factor.number])
        if factor.kind == "quality":
            rate = self._probed.of(*self.rates[self.qualities[factor.number][1]])
            return _is_certain(rate)
        return False

    def certain(self, factor: Factor, flow: int) -> Floats:
        """The value of a certain factor by year [year]; ``flow`` is one whose volume it is."""
        if factor.kind.startswith("follower"):
            level: Floats = self.projection.volume[0, :, flow]
        elif factor.kind == "quality":
            at_risk, rate, first = self.qualities[factor.number]
            level = 1.0 - at_risk * (1.0 - self._probed.of(*self.rates[rate])[:, 0])
            level[: first + 1] = 1.0
        else:
            found = self._certain[factor.number]
            assert found is not None
            level = found
        if factor.kind.endswith("at"):
            level = np.full_like(level, level[factor.of])
        return level if factor.power == 1 else 1.0 / level

    # ------------------------------------------------------------------ base values, phases, deliveries, delays
    @cached_property
    def bases(self) -> Mapping[int, list[Uncertainty]]:
        """Flow to the quantities that move its base value."""
        names = {
            getattr(row, "contract", None) or getattr(row, "line", ""): at
            for at, row in enumerate(self.economy.flows.rows)
        }
        found: dict[int, list[Uncertainty]] = {}
        for entry in self._quantities:
            if entry.moves == "value" and entry.item in names:
                found.setdefault(names[entry.item], []).append(entry)
        return found

    def moving(self, moves: str) -> Mapping[int, list[Uncertainty]]:
        """Intervention to the quantities that move its effect, its delivery or its delay."""
        return self._moving.get(moves, {})

    @cached_property
    def _moving(self) -> Mapping[str, Mapping[int, list[Uncertainty]]]:
        found: dict[str, dict[int, list[Uncertainty]]] = {}
        for entry in self._quantities:
            for name in (
                interventions_of(self.place, entry.item) if entry.moves not in ("rate", "value") else ()
            ):
                of_kind = found.setdefault(entry.moves, {})
                of_kind.setdefault(self.economy.number[name], []).append(entry)
        return found

    @cached_property
    def multiplied(self) -> frozenset[int]:
        """The interventions whose size is uncertain."""
        return frozenset(self.moving("effect")) | frozenset(self.moving("delivery"))

    @cached_property
    def delayed(self) -> frozenset[int]:
        """The interventions whose delay is uncertain."""
        return frozenset(self.moving("delay"))

    @cached_property
    def _quantities(self) -> list[Uncertainty]:
        return sorted(self.place.uncertainty, key=lambda row: row.quantity)

    def phase(self, intervention: int, delay: int | None = None) -> Floats:
        """What an intervention that is delivered in full reaches by year [year], as planned or after another delay."""
        row = self.economy.interventions[intervention]
        changed = replace(row, delivery=1.0, delay_months=row.delay_months if delay is None else delay)
        points = [point for point in self.place.profiles if point.profile == row.profile]
        return part_year(monthly_levels(self.place, changed, points if row.profile else []))

    def most_years_late(self, intervention: int) -> int:
        """How many years a drawn delay may reach into, at most all of the plan's."""
        years = len(self.economy.years)
        planned = self.economy.interventions[intervention].delay_months
        most = planned
        for entry in self.moving("delay")[intervention]:
            if entry.distribution in ("normal", "log_normal"):
                return years
            most += max((round(level.value) for _, level in levels_of(entry)), default=0)
        return min(years, most // MONTHS_IN_YEAR + 2)


def _level(growth: Floats) -> Floats:
    levels = 1.0 + growth
    for year in range(1, len(levels)):
        levels[year] *= levels[year - 1]
    return levels


def _is_certain(probed: Floats) -> bool:
    return bool((probed == probed[:, :1]).all())


def _probe(place: Place) -> dict[str, Floats]:
    """Every quantity moved in ways that stand in no relation to each other: about a rate, or about one."""
    streams = Streams(0, tuple(row.quantity for row in place.uncertainty), "latin_hypercube")
    found = {}
    for row in place.uncertainty:
        small = 0.01 + 0.04 * streams.uniform(row.quantity, 0)[:_PROBES]
        found[row.quantity] = small if row.moves == "rate" and row.how != "times" else 0.5 + 10 * small
    return found
