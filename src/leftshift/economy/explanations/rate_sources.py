"""Where a rate comes from: a row, another organisation's row, or a formula and the rows of its names.

A rate that is worked out by a formula that adds up some names, each weighed by others, is shared among the
names that it adds up; what weighs them has no share, and scales. Where a formula cannot be read so, its names
share the rate by their Shapley values, a name that is absent counting as 0. What the shares leave, such as a
number in the formula, is the formula's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import factorial

import numpy as np

from leftshift.economy.formulas import Formula, Series, addends_of
from leftshift.economy.rates import Rates
from leftshift.place.rows import Assumption, Derivation

_LITTLE = 1e-6  # of a rate, to take a slope
_MOST_NAMES = (
    8  # of a formula that is shared: past it, or where a share is no number, the formula keeps the whole
)


@dataclass(frozen=True)
class RateSource:
    """The rate of an organisation into a year, the row that gives it, and what that row rests on.

    ``value`` is the rate, a share of 1; ``share`` is what of the rate above it stands for; ``slope`` is what a
    unit of it adds to the rate above. ``weights`` scale the inputs and have no share.
    """

    organisation: str
    assumption: str
    year: int
    value: float
    share: float
    row: Assumption | Derivation
    inputs: tuple[RateSource, ...] = ()
    weights: tuple[RateSource, ...] = ()
    slope: float = 1.0

    @property
    def own(self) -> float:
        """What of ``share`` its inputs leave."""
        return self.share - sum(entry.share for entry in self.inputs)

    def scaled(self, share: float) -> RateSource:
        """The same source standing for another share of what is above it."""
        factor = share / self.share if self.share else 0.0
        inputs = tuple(entry.scaled(entry.share * factor) for entry in self.inputs)
        return replace(self, share=share, inputs=inputs)  # what weighs them is the same, whatever the share

    def rows(self) -> Iterator[tuple[Assumption | Derivation, float]]:
        """Every row that it rests on, with what a unit of that row's rate adds to it."""
        yield self.row, 1.0
        for entry in (*self.inputs, *self.weights):
            for row, slope in entry.rows():
                yield row, entry.slope * slope

    def scaling(self) -> Iterator[tuple[Assumption | Derivation, float]]:
        """The rows that scale it, or parts of it, with the share of it that they scale."""
        if isinstance(self.row, Derivation) or self.row.follows is not None:
            yield self.row, self.share
        for weight in self.weights:
            for row in {id(row): row for row, _ in weight.rows()}.values():
                yield row, self.share
        for entry in self.inputs:
            yield from entry.scaling()


Leaf = tuple[Assumption | Derivation, float]


@dataclass
class RateSources:
    """Finds the sources of rates, and remembers them."""

    rates: Rates
    _found: dict[tuple[str, str], tuple[RateSource | None, ...]] = field(default_factory=dict)
    _leaves: dict[tuple[str, str], tuple[tuple[Leaf, ...], ...]] = field(default_factory=dict)

    def of(self, organisation: str, assumption: str) -> tuple[RateSource | None, ...]:
        """The source of the rate into each year [year]; None for the base year and where there is none."""
        key = (organisation, assumption)
        if key not in self._found:
            self._found[key] = self._look(organisation, assumption)
        return self._found[key]

    def leaves(self, organisation: str, assumption: str) -> tuple[tuple[Leaf, ...], ...]:
        """For each year the rows at the ends of the rate's tree, with their shares of it; they sum to the rate."""
        key = (organisation, assumption)
        if key not in self._leaves:
            self._leaves[key] = tuple(
                tuple(_ends(source)) if source else () for source in self.of(organisation, assumption)
            )
        return self._leaves[key]

    def _look(self, organisation: str, assumption: str) -> tuple[RateSource | None, ...]:
        years = self.rates.years
        values = self.rates.of(organisation, assumption)
        worked_out: list[RateSource] | None = None
        found: list[RateSource | None] = [None]
        for at, year in enumerate(years[1:], start=1):
            row = self.rates.row_of(organisation, assumption, year)
            value = float(values[at])
            if row is None:
                worked_out = worked_out or self._work_out(organisation, assumption)
                found.append(worked_out[at] if worked_out else None)
                continue
            source = RateSource(organisation, assumption, at, value, value, row)
            if row.follows is not None:
                followed = self.of(row.follows, assumption)[at]
                source = replace(source, inputs=(followed.scaled(value),) if followed else ())
            found.append(source)
        return tuple(found)

    def _work_out(self, organisation: str, assumption: str) -> list[RateSource]:
        known = self.rates.formula_of(assumption)
        if known is None:
            return []
        row, formula = known
        values = self.rates.of(organisation, assumption)
        adds, names = addends_of(formula), sorted(formula.names)
        given = {name: self.rates.of(organisation, name) for name in names}
        shares = _added(formula, adds, given) if adds else self._shares(formula, given, values)
        slopes = {name: _slope(formula, name, given) for name in names}
        found = []
        for at, value in enumerate(values):
            known_names = [(name, source) for name in names if (source := self.of(organisation, name)[at])]
            parts = {
                name: replace(source.scaled(float(shares[name][at])), slope=float(slopes[name][at]))
                for name, source in known_names
                if name in shares
            }
            weights = tuple(
                replace(source, slope=float(slopes[name][at]))
                for name, source in known_names
                if name not in shares
            )
            found.append(
                RateSource(
                    organisation,
                    assumption,
                    at,
                    float(value),
                    float(value),
                    row,
                    tuple(parts.values()),
                    weights,
                )
            )
        return found

    def _shares(self, formula: Formula, given: Mapping[str, Series], values: Series) -> dict[str, Series]:
        """Name to what of the rate it stands for [year]."""
        names = sorted(given)
        nothing = {name: np.zeros_like(values) for name in names}
        if len(names) > _MOST_NAMES:
            return nothing

        def value(on: frozenset[str]) -> Series:
            found = formula.value(lambda name: given[name] if name in on else np.zeros_like(values))
            return np.broadcast_to(found, values.shape)

        groups = [frozenset(on) for size in range(len(names) + 1) for on in combinations(names, size)]
        worth = {group: value(group) for group in groups}
        if not all(np.isfinite(found).all() for found in worth.values()):
            return nothing
        shares = dict(nothing)
        for name in names:
            for before in (group for group in groups if name not in group):
                orders = (
                    factorial(len(before)) * factorial(len(names) - len(before) - 1) / factorial(len(names))
                )
                shares[name] = shares[name] + orders * (worth[before | {name}] - worth[before])
        return shares


def _added(formula: Formula, adds: frozenset[str], given: Mapping[str, Series]) -> dict[str, Series]:
    """Name to what it adds to a formula that adds up these names [year]."""
    shape = next(iter(given.values()))

    def value(on: frozenset[str]) -> Series:
        nought = np.zeros_like(shape)
        return np.broadcast_to(
            formula.value(lambda name: nought if name in adds and name not in on else given[name]),
            shape.shape,
        )

    alone = value(frozenset())
    return {name: value(frozenset({name})) - alone for name in sorted(adds)}


def _slope(formula: Formula, name: str, given: Mapping[str, Series]) -> Series:
    """What a unit of a name adds to a formula, nearly [year]; 0 where that is no number."""
    more = formula.value(lambda other: given[other] + _LITTLE * (other == name))
    slope = (more - formula.value(lambda other: given[other])) / _LITTLE
    return np.broadcast_to(np.where(np.isfinite(slope), slope, 0.0), given[name].shape)


def _ends(source: RateSource) -> list[Leaf]:
    if not source.inputs:
        return [(source.row, source.share)]
    found = [leaf for entry in source.inputs for leaf in _ends(entry)]
    return [*found, (source.row, source.own)] if abs(source.own) > 1e-15 else found
