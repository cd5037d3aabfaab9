"""Definitions of measures by version: which holds when, and what its kind adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from leftshift.foundation.periods import Period
from leftshift.place.measure_rows import MeasureDefinition
from leftshift.place.place import Place
from leftshift.place.schema import catalogue


@dataclass(frozen=True)
class Kind:
    """What kind of number a measure is: measure_kinds.toml."""

    name: str
    needs: tuple[str, ...]
    multiplier: float
    unit: str
    adds_up: bool
    estimate: str
    share: bool = False

    @property
    def by_age(self) -> bool:
        """Whether it is worked out of observations by age."""
        return "by_age" in self.needs

    @property
    def needs_denominator(self) -> bool:
        """Whether a numerator alone says nothing."""
        return "denominator" in self.needs


@cache
def kind_named(name: str) -> Kind:
    """A kind of measure."""
    given = dict(catalogue("measure_kinds")[name])
    return Kind(**{**given, "needs": tuple(given["needs"]), "multiplier": float(given["multiplier"])})


@dataclass(frozen=True)
class Definition:
    """One version of how a measure is worked out."""

    row: MeasureDefinition
    kind: Kind

    @property
    def version(self) -> str:
        """The name of the version."""
        return self.row.version

    @property
    def multiplier(self) -> float:
        """For how many of the denominator a value stands."""
        return float(self.row.multiplier) if self.row.multiplier is not None else self.kind.multiplier

    @property
    def unit(self) -> str:
        """The unit in words; empty where there is none to say."""
        return self.row.unit or self.kind.unit.format(multiplier=f"{self.multiplier:,.10g}")

    @property
    def has_chance(self) -> bool:
        """Whether its interval can be worked out: of events, or of a mean from its deviation."""
        return self.row.events or self.kind.name == "mean"

    @property
    def is_percent(self) -> bool:
        """Whether the unit is per cent."""
        return self.unit == "%"

    def shown(self, value: float) -> str:
        """A value with its decimals and unit, as people read it."""
        number = self.number(value)
        joiner = "" if self.unit.startswith("%") or not self.unit else " "
        return f"{number}{joiner}{self.unit}"

    def number(self, value: float) -> str:
        """A value with its decimals, as people read it."""
        return f"{value:,.{self.row.decimals}f}".replace("-", "\u2212")


@dataclass(frozen=True)
class Definitions:
    """Every version of one measure, in the order in which they begin to hold."""

    versions: tuple[Definition, ...]

    @property
    def latest(self) -> Definition:
        """The version that holds now."""
        return self.versions[-1]

    def named(self, version: str) -> Definition | None:
        """The version of that name; None where there is none."""
        return next((found for found in self.versions if found.version == version), None)

    def in_force(self, period: Period) -> Definition:
        """The version that holds in a period; before any begins, the first."""
        if len(self.versions) == 1:  # asked for every figure
            return self.versions[0]
        begun = [
            found
            for found in self.versions
            if found.row.since is None or found.row.since.first <= period.first
        ]
        return begun[-1] if begun else self.versions[0]


def definitions_of(place: Place) -> Mapping[str, Definitions]:
    """Measure to its definitions; a measure that has none is left out."""
    found: dict[str, list[MeasureDefinition]] = {}
    for row in place.measure_definitions:
        found.setdefault(row.measure, []).append(row)
    return {measure: Definitions(tuple(_ordered(rows))) for measure, rows in found.items()}


def _ordered(rows: Iterable[MeasureDefinition]) -> list[Definition]:
    in_order = sorted(
        rows, key=lambda row: (row.since is not None, row.since.first if row.since else None, row.version)
    )
    return [Definition(row, kind_named(row.kind)) for row in in_order]
