"""Find the rate of an organisation in a year: its own, another's, everybody's, or one worked out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from leftshift.economy.formulas import Formula, FormulaNotUnderstood, Series, parse_formula
from leftshift.foundation.faults import Fault, near_miss
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.rows import ALL, Assumption, Derivation
from leftshift.place.seen import Seen, fault_at

_Key = tuple[str, str]
NEEDED_BY_RATES = (
    "assumptions",
    "derivations",
    "contracts",
    "lines",
    "services",
    "settings",
    "organisations",
    "effects",
)
"""The tables without which nobody can tell whether a rate is used."""


class Moved(Protocol):
    """What is drawn for rates, ``count`` draws at once."""

    @property
    def count(self) -> int:
        """How many draws."""
        ...

    def rate(
        self, organisation: str, assumption: str, row: Assumption | None, year: FinancialYear, value: Series
    ) -> Series:
        """The rate of an organisation in a year as it was drawn [draw], ``value`` [draw] being the plan's; ``row`` gives it."""
        ...


@dataclass
class Rates:
    """The rates of a place, found when asked for; remembers which rows it used and what it missed.

    A rate is a series [year]; [year, draw] where ``moved`` says what is drawn.
    """

    place: Place
    moved: Moved | None = None
    used_rows: set[int] = field(default_factory=set)
    used_derivations: set[str] = field(default_factory=set)
    missing: dict[_Key, list[FinancialYear]] = field(default_factory=dict)
    circles: dict[_Key, tuple[_Key, ...]] = field(default_factory=dict)
    not_finite: dict[_Key, list[FinancialYear]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.years = self.place.years
        self._shape = (len(self.years), self.moved.count) if self.moved else (len(self.years),)
        self._found: dict[_Key, Series] = {}
        self._rows: dict[_Key, dict[FinancialYear | None, Assumption]] = defaultdict(dict)
        for row in self.place.assumptions:
            self._rows[row.organisation, row.assumption][row.year] = row
        self._derivations = {row.assumption: row for row in self.place.derivations}
        self._formulas = {name: _formula_or_none(row) for name, row in self._derivations.items()}

    def of(self, organisation: str, assumption: str | None) -> Series:
        """The rate into each year [year], the base year's being 0; no assumption is no growth."""
        if not assumption:
            return np.zeros(self._shape)
        return self._of(organisation, assumption, ())

    @property
    def asked(self) -> frozenset[_Key]:
        """Every rate that something asked for: of which organisation, which assumption."""
        return frozenset(self._found)

    def is_computed(self, organisation: str, assumption: str) -> bool:
        """Whether the rate is worked out by a formula, and not given as a row."""
        rows = self._rows.get((organisation, assumption)) or self._rows.get((ALL, assumption))
        return not rows and assumption in self._derivations

    def formula_of(self, assumption: str) -> tuple[Derivation, Formula] | None:
        """The row and the formula by which an assumption is worked out, where there is one."""
        formula = self._formulas.get(assumption)
        return (self._derivations[assumption], formula) if formula else None

    def _of(self, organisation: str, assumption: str, asked: tuple[_Key, ...]) -> Series:
        key = (organisation, assumption)
        if key in self._found:
            return self._found[key]
        if key in asked:
            self.circles[key] = asked[asked.index(key) :]
            return np.zeros(self._shape)
        found = self._look(organisation, assumption, (*asked, key))
        if not any(key in circle for circle in self.circles.values()) or not asked:
            self._found[key] = found
        return found

    def _look(self, organisation: str, assumption: str, asked: tuple[_Key, ...]) -> Series:
        years = self.years
        rates = np.zeros(self._shape)
        worked_out: Series | None = None
        for position, year in enumerate(years[1:], start=1):
            row = self.row_of(organisation, assumption, year)
            if row is None and worked_out is None:
                worked_out = self._work_out(organisation, assumption, asked)
            if row is not None:
                rates[position] = self._rate_of_row(row, position, asked)
            elif worked_out is None:
                self.missing.setdefault((organisation, assumption), []).append(year)
            else:
                rates[position] = worked_out[position]
            if self.moved:
                rates[position] = self.moved.rate(organisation, assumption, row, year, rates[position])
        return self._finite(rates, (organisation, assumption))

    def row_of(self, organisation: str, assumption: str, year: FinancialYear) -> Assumption | None:
        """The row that gives the rate in a year: the organisation's own, else that for all; None where it is worked out."""
        own, common = self._rows.get((organisation, assumption), {}), self._rows.get((ALL, assumption), {})
        for rows, wanted in ((own, year), (own, None), (common, year), (common, None)):
            if wanted in rows:
                return rows[wanted]
        return None

    def _rate_of_row(self, row: Assumption, position: int, asked: tuple[_Key, ...]) -> Series | float:
        self.used_rows.add(id(row))
        if row.follows is None:
            return row.percent or 0.0
        followed: Series = self._of(row.follows, row.assumption, asked)[position]
        return followed

    def _work_out(self, organisation: str, assumption: str, asked: tuple[_Key, ...]) -> Series | None:
        if assumption not in self._formulas:
            return None
        self.used_derivations.add(assumption)
        formula = self._formulas[assumption]
        if formula is None:
            return np.zeros(self._shape)
        value = formula.value(lambda name: self._of(organisation, name, asked))
        return np.broadcast_to(value, self._shape).copy()

    def _finite(self, rates: Series, key: _Key) -> Series:
        wrong = ~np.isfinite(rates) | (rates <= -1)
        wrong[0] = False
        if wrong.any():
            self.not_finite[key] = [year for year, bad in zip(self.years, wrong, strict=True) if bad.any()]
        rates[wrong] = 0.0
        rates[0] = 0.0
        return rates


def _formula_or_none(row: Derivation) -> Formula | None:
    try:
        return parse_formula(row.formula)
    except FormulaNotUnderstood:
        return None


def rate_faults(rates: Rates, seen: Seen) -> Iterator[Fault]:
    """What is wrong with the rates, once everything that needs one has asked for it."""
    place = rates.place
    for row in place.derivations:
        try:
            parse_formula(row.formula)
        except FormulaNotUnderstood as problem:
            yield fault_at(
                row,
                "formula",
                "formula not understood",
                expected="names, numbers, + - * / and brackets",
                action=str(problem).capitalize(),
            )
    yield from _circles(rates)
    if seen.is_sound("assumptions", "derivations"):
        yield from _missing(rates)
    for (organisation, assumption), years in rates.not_finite.items():
        yield Fault(
            "value out of range",
            "derivations.csv",
            None,
            "formula",
            f"{assumption} of {organisation} in {', '.join(map(str, years))}",
            "a rate above -100%",
            "Correct the formula or its inputs",
        )
    if seen.is_sound(*NEEDED_BY_RATES):
        yield from _unused(rates)


def _circles(rates: Rates) -> Iterator[Fault]:
    told: set[frozenset[_Key]] = set()
    rows = {(row.organisation, row.assumption): row for row in rates.place.assumptions if row.follows}
    derivations = {row.assumption: row for row in rates.place.derivations}
    for circle in rates.circles.values():
        if frozenset(circle) in told:
            continue
        told.add(frozenset(circle))
        words = " → ".join(f"{name} of {organisation}" for organisation, name in (*circle, circle[0]))
        for key in circle:
            row = rows.get(key) or derivations.get(key[1])
            if row is not None:
                column = "follows" if isinstance(row, Assumption) else "formula"
                yield fault_at(
                    row,
                    column,
                    "defined from itself",
                    expected="a chain that ends at a rate",
                    action=f"Break the circle {words}",
                )
                break


def _missing(rates: Rates) -> Iterator[Fault]:
    known = {row.assumption for row in rates.place.assumptions} | {
        row.assumption for row in rates.place.derivations
    }
    for (organisation, assumption), years in sorted(rates.missing.items()):
        span = f"{years[0]} to {years[-1]}" if len(years) > 1 else str(years[0])
        yield Fault(
            "missing assumption",
            "assumptions.csv",
            None,
            "assumption",
            f"no {assumption} of {organisation} for {span}",
            "a rate for every year into which something grows",
            f"Add rows for {organisation}, or for all",
            None if assumption in known else near_miss(assumption, known),
        )


def _unused(rates: Rates) -> Iterator[Fault]:
    for row in rates.place.assumptions:
        if id(row) not in rates.used_rows:
            yield fault_at(
                row,
                "assumption",
                "nothing uses it",
                expected="a rate that a contract, a line or a formula uses in a year of growth",
                action="Remove it, or name it in services.csv",
            )
    for derivation in rates.place.derivations:
        if derivation.assumption not in rates.used_derivations:
            yield fault_at(
                derivation,
                "assumption",
                "nothing uses it",
                expected="a formula that a service, a formula or a published figure uses",
                action="Remove it, or name it in services.csv",
            )
