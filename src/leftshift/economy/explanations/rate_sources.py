"""Where a rate comes from: a row, another organisation's row, or a formula and the rows of its names.

A rate that is worked out is shared among the names of its formula by their Shapley values, a name that is
absent counting as 0, so the shares sum to the rate. What they leave, such as a number in the formula, is the
formula's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from math import factorial

import numpy as np

from leftshift.economy.formulas import Formula, Series
from leftshift.economy.rates import Rates
from leftshift.place.rows import Assumption, Derivation

_MOST_NAMES = (
    8  # of a formula that is shared: past it, or where a share is no number, the formula keeps the whole
)


@dataclass(frozen=True)
class RateSource:
    """The rate of an organisation into a year, the row that gives it, and what that row rests on.

    ``value`` is the rate, a share of 1; ``share`` is what of the rate above it stands for.
    """

    organisation: str
    assumption: str
    year: int
    value: float
    share: float
    row: Assumption | Derivation
    inputs: tuple[RateSource, ...] = ()

    @property
    def own(self) -> float:
        """What of ``share`` its inputs leave."""
        return self.share - sum(entry.share for entry in self.inputs)

    def scaled(self, share: float) -> RateSource:
        """The same source standing for another share of what is above it."""
        factor = share / self.share if self.share else 0.0
        inputs = tuple(entry.scaled(entry.share * factor) for entry in self.inputs)
        return replace(self, share=share, inputs=inputs)


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
        shares = self._shares(organisation, formula, values)
        found = []
        for at, value in enumerate(values):
            inputs = [(self.of(organisation, name)[at], share[at]) for name, share in shares.items()]
            kept = tuple(source.scaled(float(share)) for source, share in inputs if source)
            found.append(RateSource(organisation, assumption, at, float(value), float(value), row, kept))
        return found

    def _shares(self, organisation: str, formula: Formula, values: Series) -> dict[str, Series]:
        """Name to what of the rate it stands for [year]."""
        names = sorted(formula.names)
        given = {name: self.rates.of(organisation, name) for name in names}
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


def _ends(source: RateSource) -> list[Leaf]:
    if not source.inputs:
        return [(source.row, source.share)]
    found = [leaf for entry in source.inputs for leaf in _ends(entry)]
    return [*found, (source.row, source.own)] if abs(source.own) > 1e-15 else found
