"""The savings register: each efficiency with what it would be worth, who answers for it, and what the plan books of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from leftshift.foundation.years import FinancialYear
from leftshift.measures.opportunity import Opportunity, opportunity
from leftshift.measures.series import HIDDEN, Key, Series
from leftshift.place.measure_rows import Efficiency
from leftshift.place.place import Place

Booked = Callable[[str, str], float]
"""Intervention and organisation to what the plan books in the headline year, in £000."""
TargetOf = Callable[[Series], float | None]


@dataclass(frozen=True, slots=True)
class Saving:
    """One efficiency: its opportunity (None where it cannot be worked out, and ``why`` not), and what the plan books of it, in £000.

    ``counted`` is what it adds to the total: nought where one that overlaps with it is worth more. ``booked`` stands with the
    efficiency of an organisation that counts most of those that name the intervention; the others are ``booked_with`` it, so that each is added up once.
    """

    row: Efficiency
    opportunity: Opportunity | None
    why: str
    booked: float | None
    counted: float
    booked_with: str = ""

    @property
    def worth(self) -> float | None:
        """What it would be worth in a year, in £000."""
        pounds = self.opportunity.pounds if self.opportunity else None
        return None if pounds is None else pounds / 1000

    @property
    def not_booked(self) -> float | None:
        """What it counts beyond what the plan books, in £000; below nought where the plan books more than peers bear out."""
        if self.worth is None and self.booked is None:
            return None
        return self.counted - (self.booked or 0.0)


@dataclass(frozen=True)
class Register:
    """Every efficiency of a place, in the order of organisation and name."""

    savings: tuple[Saving, ...]
    year: FinancialYear

    @property
    def total(self) -> float:
        """What they are worth together in a year, in £000: of those that overlap only the largest."""
        return sum(saving.counted for saving in self.savings)

    @property
    def cash_releasing(self) -> float:
        """The part of it that leaves the bank account, in £000."""
        return sum(saving.counted for saving in self.savings if saving.row.cash_releasing)

    @property
    def booked(self) -> float:
        """What the plan books by the interventions that they name, in £000: each intervention of an organisation once."""
        return sum(saving.booked or 0.0 for saving in self.savings)

    def by_organisation(self) -> Mapping[str, tuple[float, float]]:
        """Organisation to what its efficiencies are worth and what the plan books of them, in £000."""
        found: dict[str, tuple[float, float]] = {}
        for code in sorted({saving.row.organisation for saving in self.savings}):
            own = Register(
                tuple(saving for saving in self.savings if saving.row.organisation == code), self.year
            )
            found[code] = (own.total, own.booked)
        return found


def savings_register(
    place: Place, series: Mapping[Key, Series], target_of: TargetOf, booked: Booked, year: FinancialYear
) -> Register:
    """The savings register of a sound place."""
    rows = sorted(place.efficiencies, key=lambda row: (row.organisation, row.efficiency))
    found = [(row, *_worth(place, series, target_of, row)) for row in rows]
    counted = _counted((row, worth) for row, worth, _ in found)
    first: dict[tuple[str, str], Efficiency] = {}
    for row in sorted(rows, key=lambda row: -counted.get(row.efficiency, 0.0)):  # with what counts most
        if row.intervention:
            first.setdefault((row.intervention, row.organisation), row)
    return Register(
        tuple(_saving(row, worth, why, booked, first, counted) for row, worth, why in found), year
    )


def _saving(
    row: Efficiency,
    worth: Opportunity | None,
    why: str,
    booked: Booked,
    first: Mapping[tuple[str, str], Efficiency],
    counted: Mapping[str, float],
) -> Saving:
    counts = counted.get(row.efficiency, 0.0)
    if not row.intervention:
        return Saving(row, worth, why, None, counts)
    with_it = first[row.intervention, row.organisation]
    if with_it is not row:
        return Saving(row, worth, why, None, counts, with_it.name)
    return Saving(row, worth, why, booked(row.intervention, row.organisation), counts)


def _worth(
    place: Place, series: Mapping[Key, Series], target_of: TargetOf, row: Efficiency
) -> tuple[Opportunity | None, str]:
    own = series.get((row.measure, row.organisation))
    if own is None or own.latest is None:
        return None, "the organisation has no figure of it"
    if not own.better:
        return None, "neither way is better"
    level = None if row.level is None else float(row.level)
    if row.reaching == "target":
        level = target_of(own)
        if level is None:
            return None, "it has no target in that period"
    value = None if row.unit_value is None else float(row.unit_value)
    found = opportunity(
        place, series, row.measure, row.organisation, row.reaching, level=level, unit_value=value
    )
    if found is None:
        hides = any(point.withheld == HIDDEN for point in own.points)
        return (
            None,
            "small numbers of it are hidden" if hides else "too few peers have a figure of the same period",
        )
    return found, _lacking(found)


def _lacking(found: Opportunity) -> str:
    if found.units is None:
        return "no denominator is given, so that nothing can be counted"
    return "" if found.unit_value is not None else "no value of one is given"


def _counted(found: Iterable[tuple[Efficiency, Opportunity | None]]) -> Mapping[str, float]:
    """Efficiency to what it adds to the total, in £000: within a word of ``overlaps`` only the largest counts."""
    worths: dict[str, float] = {}
    largest: dict[str, str] = {}
    for row, worth in found:
        pounds = worth.pounds if worth else None
        if pounds is None:
            continue
        worths[row.efficiency] = pounds / 1000
        if row.overlaps:
            other = largest.get(row.overlaps)
            if other is not None and worths[other] >= worths[row.efficiency]:
                worths[row.efficiency] = 0.0
            else:
                largest[row.overlaps] = row.efficiency
                if other is not None:
                    worths[other] = 0.0
    return worths
