"""Draw the quantities of a place: each by its stream and its distribution, together where they are correlated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leftshift.economy.arrays import Economy, Floats
from leftshift.economy.rates import Rates
from leftshift.economy.uncertainty.distributions import normal_share, quantile, standard_normal
from leftshift.economy.uncertainty.streams import BLOCK, Streams
from leftshift.foundation.faults import Fault
from leftshift.foundation.years import FinancialYear
from leftshift.place.checking_uncertainty import interventions_of
from leftshift.place.place import Place
from leftshift.place.rows import ALL, OUTSIDE, Assumption, Correlation, Uncertainty
from leftshift.place.seen import fault_at
from leftshift.place.uncertain import how_of

Values = Mapping[str, Floats]  # quantity to its values [draw]
_FULL = 1 - 1e-9  # nothing is bound so closely that one quantity is another


@dataclass(frozen=True)
class Drawing:
    """The quantities of a place, drawn block by block; ``suffix`` names the streams of another sample."""

    place: Place
    streams: Streams
    suffix: str = ""

    def block(self, block: int) -> dict[str, Floats]:
        """Every quantity in a block of draws."""
        uniform = self.uniform(block)
        return {row.quantity: quantile(row, uniform[row.quantity]) for row in self.rows}

    def uniform(self, block: int) -> dict[str, Floats]:
        """The uniform numbers behind a block, those of correlated quantities bound together."""
        found = {row.quantity: self.streams.uniform(row.quantity + self.suffix, block) for row in self.rows}
        for names, lower in self._bound:
            normal = lower @ np.array([standard_normal(found[name]) for name in names])
            found |= {name: normal_share(line) for name, line in zip(names, normal, strict=True)}
        return found

    @cached_property
    def rows(self) -> tuple[Uncertainty, ...]:
        """The quantities in an order of their own."""
        return tuple(sorted(self.place.uncertainty, key=lambda row: row.quantity))

    @cached_property
    def _bound(self) -> list[tuple[tuple[str, ...], Floats]]:
        return [
            (names, np.linalg.cholesky(normal_correlations(matrix)).astype(np.float64))
            for names, matrix in rank_correlations(self.place)
        ]


def rank_correlations(place: Place) -> list[tuple[tuple[str, ...], Floats]]:
    """Each set of quantities that are bound together, and their rank correlations [quantity, quantity]."""
    pairs = _pairs(place)
    found = []
    for names in _components(pairs):
        matrix = np.eye(len(names))
        for i, one in enumerate(names):
            for j, other in enumerate(names):
                if i != j:
                    matrix[i, j] = pairs.get((min(one, other), max(one, other)), 0.0)
        found.append((names, matrix))
    return found


def normal_correlations(rank: Floats) -> Floats:
    """The correlations of normal numbers whose ranks are correlated so: Pearson's relation of the two (1907)."""
    found: Floats = 2 * np.sin(np.pi / 6 * rank)
    np.fill_diagonal(found, 1.0)
    return found


def _pairs(place: Place) -> dict[tuple[str, str], float]:
    members: dict[str, list[str]] = {row.quantity: [row.quantity] for row in place.uncertainty}
    for row in sorted(place.uncertainty, key=lambda row: row.quantity):
        if row.group and row.group not in {entry.quantity for entry in place.uncertainty}:
            members.setdefault(row.group, []).append(row.quantity)
    found: dict[tuple[str, str], float] = {}
    for entry in sorted(place.correlations, key=lambda entry: _precedence(entry, members)):
        for one in members.get(entry.one, ()):
            for other in members.get(entry.other, ()):
                if one != other:
                    found[min(one, other), max(one, other)] = float(entry.correlation)
    return {pair: correlation for pair, correlation in found.items() if correlation}


def _precedence(entry: Correlation, members: Mapping[str, list[str]]) -> tuple[int, str, str]:
    """What is said last holds: of two quantities after one of a group, that after one of two groups."""
    exact = sum(members.get(name) == [name] for name in (entry.one, entry.other))
    return exact, entry.one, entry.other


def _components(pairs: Mapping[tuple[str, str], float]) -> list[tuple[str, ...]]:
    root: dict[str, str] = {}

    def top(name: str) -> str:
        while root.setdefault(name, name) != name:
            name = root[name]
        return name

    for one, other in sorted(pairs):
        root[max(top(one), top(other))] = min(top(one), top(other))
    groups: dict[str, list[str]] = {}
    for name in sorted(root):
        groups.setdefault(top(name), []).append(name)
    return [tuple(names) for _, names in sorted(groups.items())]


def correlation_faults(place: Place) -> Iterator[Fault]:
    """Correlations that no quantities can have together."""
    for names, matrix in rank_correlations(place):
        least = float(np.linalg.eigvalsh(normal_correlations(matrix))[0])
        if least > 1 - _FULL:
            continue
        row = next(entry for entry in place.correlations if entry.correlation)
        yield fault_at(
            row,
            "correlation",
            "correlations contradict each other",
            found=f"the correlations of {', '.join(names[:6])}{' …' if len(names) > 6 else ''}",
            expected="correlations that quantities can have together (a positive definite matrix)",
            action=f"Weaken them: all times {_possible_share(matrix):.2f} would do",
        )


def unmoved_rates(rates: Rates) -> Iterator[Fault]:
    """Quantities that move a rate which nothing uses, once everything that needs one has asked for it."""
    place = rates.place
    named = {row.assumption for row in place.assumptions} | {row.assumption for row in place.derivations}
    bodies = {row.code for row in place.organisations} | {None, ALL, OUTSIDE}
    for entry in place.uncertainty:
        known = entry.item in named and entry.organisation in bodies  # what is not known is told of elsewhere
        if (
            entry.moves == "rate"
            and known
            and not any(
                name == entry.item and _is_whose(entry, body, rates.row_of(body, name, year))
                for body, name in rates.asked
                for year in (place.years[1:] if entry.year is None else (entry.year,))
            )
        ):
            whose = f" of {entry.organisation}" if entry.organisation else ""
            yield fault_at(
                entry,
                "item",
                "nothing uses it",
                expected=f"a rate{whose} that a contract, a line or a formula uses, and that follows no other",
                action="Name the organisation whose rate it is, or remove the quantity",
            )


def unmoved_money(economy: Economy) -> Iterator[Fault]:
    """Quantities that move only what the switches leave out."""
    place = economy.place
    counted = {getattr(row, "contract", None) or getattr(row, "line", "") for row in economy.flows.rows}
    acting = {row.intervention for row in economy.effects.rows} | {
        row.intervention for row in place.stated_effects
    }
    known = {row.contract for row in place.contracts} | {row.line for row in place.lines}
    for entry in place.uncertainty:
        if entry.moves == "value":
            left_out = entry.item in known - counted
        else:
            named = interventions_of(place, entry.item) if entry.moves != "rate" else ()
            left_out = bool(named) and not acting.intersection(named)
        if left_out:
            yield fault_at(
                entry,
                "item",
                "nothing uses it",
                expected="something that the switches leave in",
                action="Remove the quantity, or set the switches in settings.csv so that it counts",
            )


def _possible_share(rank: Floats) -> float:
    """The largest share of some correlations, in hundredths, that is possible."""
    for hundredths in range(99, 0, -1):
        shrunk = rank * (hundredths / 100)
        np.fill_diagonal(shrunk, 1.0)
        if np.linalg.eigvalsh(normal_correlations(shrunk))[0] > 1 - _FULL:
            return hundredths / 100
    return 0.0


@dataclass(frozen=True)
class MovedRates:
    """What is drawn for the rates of a place."""

    place: Place
    values: Values
    count: int = BLOCK

    @cached_property
    def _by_assumption(self) -> dict[str, list[Uncertainty]]:
        found: dict[str, list[Uncertainty]] = {}
        for row in sorted(self.place.uncertainty, key=lambda row: row.quantity):
            if row.moves == "rate":
                found.setdefault(row.item, []).append(row)
        return found

    def rate(
        self, organisation: str, assumption: str, row: Assumption | None, year: FinancialYear, value: Floats
    ) -> Floats:
        """The rate as drawn [draw]: set, else the plan's times what multiplies it and plus what is added."""
        moving = [
            entry
            for entry in self._by_assumption.get(assumption, ())
            if entry.year in (None, year) and _is_whose(entry, organisation, row)
        ]
        return moved(moving, self.values, value)


def _is_whose(entry: Uncertainty, organisation: str, row: Assumption | None) -> bool:
    """Whether a quantity moves this rate itself, and not one that the rate follows."""
    if entry.organisation is None:
        return row is None or row.follows is None
    if entry.organisation == ALL:
        return row is not None and row.organisation == ALL and row.follows is None
    return entry.organisation == organisation


def moved(rows: list[Uncertainty], values: Values, planned: Floats) -> Floats:
    """A planned value under the quantities that move it: set, else multiplied and then added to.

    What has no value stays as planned.
    """
    found = planned
    for how in ("set", "times", "add"):
        for row in rows:
            if how_of(row) == how and row.quantity in values:
                drawn = values[row.quantity]
                found = drawn if how == "set" else found * drawn if how == "times" else found + drawn
    return found
