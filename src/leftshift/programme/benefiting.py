"""Benefits: what was planned, what was brought and by what proof, what is to be expected, and who claims what.

Where a measure of the place shows a benefit, what was brought is how far the measure has come from the baseline in the
better direction; where a scheme of a pooled fund shows it, what was spent there below the baseline. Elsewhere it is
entered, with the paper that shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from leftshift.foundation.periods import Period
from leftshift.programme.benefit_rows import Benefit
from leftshift.programme.parameters import parameter
from leftshift.programme.programme import Programme

if TYPE_CHECKING:
    from leftshift.measures.result import Measures

Proof = Literal["measure", "ledger", "entered"]
Spent = Callable[[str, Period], Decimal | None]
"""What was spent on a scheme (fund/scheme) in a period, in pounds; None where nothing is known."""


@dataclass(frozen=True)
class Brought:
    """A period of a benefit: what was planned, what was brought, and what shows it."""

    period: Period
    planned: Decimal | None
    actual: Decimal | None
    proof: Proof | None
    evidence: str

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "period": str(self.period),
            "planned": None if self.planned is None else float(self.planned),
            "actual": None if self.actual is None else float(self.actual),
            "proof": self.proof,
            "evidence": self.evidence or None,
        }


@dataclass(frozen=True)
class BenefitState:
    """A benefit on a day."""

    benefit: Benefit
    as_of: date
    periods: tuple[Brought, ...]
    uncounted: str = ""
    """Why it is not added up; empty where it is."""
    unread: str = ""
    """The ledger that would show it, where none was read: what it brought is not known then, and not late."""

    @property
    def planned_to_date(self) -> Decimal | None:
        """What was planned for the periods that have a figure."""
        found = [row.planned for row in self.periods if row.actual is not None and row.planned is not None]
        return sum(found, Decimal(0)) if found else None

    @property
    def actual(self) -> Decimal | None:
        """What was brought so far; None where nothing is known."""
        found = [row.actual for row in self.periods if row.actual is not None]
        return sum(found, Decimal(0)) if found else None

    @property
    def planned(self) -> Decimal:
        """What is planned in all."""
        return sum((row.planned for row in self.periods if row.planned is not None), Decimal(0))

    @property
    def ratio(self) -> float | None:
        """What was brought for each planned, so far; None where nothing was planned or is known."""
        planned, actual = self.planned_to_date, self.actual
        return float(actual / planned) if planned and actual is not None else None

    @property
    def forecast(self) -> Decimal:
        """What is to be expected: what was brought, and what is still planned at the ratio so far."""
        ratio = Decimal(1) if self.ratio is None else Decimal(repr(self.ratio))
        rest = sum((row.planned for row in self.periods if row.actual is None and row.planned), Decimal(0))
        return (self.actual or Decimal(0)) + ratio * rest

    @property
    def missing(self) -> tuple[Period, ...]:
        """Periods that have ended and have no figure."""
        return tuple(
            row.period
            for row in self.periods
            if row.actual is None and row.planned and row.period.end < self.as_of and not self.unread
        )

    @property
    def rag(self) -> Literal["green", "amber", "red", "not_known"]:
        """Beside its plan; where its periods have ended without a figure it cannot be green."""
        ratio = self.ratio
        if ratio is None:
            return "red" if self.missing else "not_known"
        if ratio < 1 - parameter("benefit_tolerance"):
            return "red"
        return "amber" if ratio < 1 or self.missing else "green"

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "benefit": self.benefit.benefit,
            "name": self.benefit.name,
            "owner": self.benefit.owner,
            "organisation": self.benefit.organisation or None,
            "kind": self.benefit.kind,
            "unit": self.benefit.unit,
            "counted": not self.uncounted,
            "uncounted_because": self.uncounted or None,
            "planned": float(self.planned),
            "planned_to_date": None if self.planned_to_date is None else float(self.planned_to_date),
            "actual": None if self.actual is None else float(self.actual),
            "forecast": float(self.forecast),
            "status": self.rag,
            "missing": [str(period) for period in self.missing],
            "periods": [row.document() for row in self.periods],
        }


def benefit_states(
    programme: Programme, as_of: date, measures: Measures | None = None, spent: Spent | None = None
) -> tuple[BenefitState, ...]:
    """Every benefit on a day; periods that have not ended have no figure yet."""
    planned: dict[str, dict[Period, Decimal]] = {}
    for row in programme.benefit_profile:
        planned.setdefault(row.benefit, {})[row.period] = row.planned
    entered: dict[str, dict[Period, tuple[Decimal, str]]] = {}
    for brought in programme.benefit_actuals:
        if brought.period.end <= as_of:
            entered.setdefault(brought.benefit, {})[brought.period] = (brought.actual, brought.evidence)
    twice = {second.benefit: first for first, second, _ in overlaps(programme)}
    return tuple(
        BenefitState(
            row,
            as_of,
            tuple(
                _brought(row, period, planned.get(row.benefit, {}), entered.get(row.benefit, {}), _Proofs(as_of, measures, spent))
                for period in sorted({*planned.get(row.benefit, {}), *entered.get(row.benefit, {})})
            ),
            _uncounted(row, twice.get(row.benefit)),
            row.account if spent is None else "",
        )
        for row in programme.benefits
    )  # fmt: skip


@dataclass(frozen=True)
class _Proofs:
    """What can show that a benefit was brought."""

    as_of: date
    measures: Measures | None
    spent: Spent | None

    def of(self, row: Benefit, period: Period) -> tuple[Decimal, Proof, str] | None:
        """What a measure or a ledger says of a period that has ended."""
        if period.end >= self.as_of or row.baseline is None:
            return None
        if row.measure and self.measures is not None:
            series = self.measures.series.get((row.measure, row.of))
            point = series.by_period.get(period) if series else None
            if point is not None and point.value is not None:
                moved = Decimal(repr(point.value)) - row.baseline
                return moved if row.better == "higher" else -moved, "measure", f"{row.measure} of {row.of}"
        if row.account and self.spent is not None:
            amount = self.spent(row.account, period)
            if amount is not None:
                return row.baseline - amount, "ledger", row.account
        return None


def _brought(
    row: Benefit,
    period: Period,
    planned: Mapping[Period, Decimal],
    entered: Mapping[Period, tuple[Decimal, str]],
    proofs: _Proofs,
) -> Brought:
    """A period of a benefit; what a measure or a ledger shows counts before what was entered."""
    shown = proofs.of(row, period)
    if shown is not None:
        return Brought(period, planned.get(period), *shown)
    typed = entered.get(period)
    return Brought(
        period, planned.get(period), typed[0] if typed else None, "entered" if typed else None, typed[1] if typed else ""
    )  # fmt: skip


def _uncounted(row: Benefit, first: Benefit | None) -> str:
    if not row.counted:
        return "stated, not counted"
    return f"{first.name} counts the same" if first else ""


def overlaps(programme: Programme) -> Iterator[tuple[Benefit, Benefit, str]]:
    """Pairs of counted benefits that claim the same thing, and what that is: the second of them, by short name, is refused."""
    seen: dict[tuple[str, str], list[tuple[str, Benefit]]] = {}
    for row in sorted(programme.benefits, key=lambda row: row.benefit):
        claims = list(_claims(row)) if row.counted else []
        clash = next(
            (
                (other, said)
                for kind, named, at, said in claims
                for whose, other in seen.get((kind, named), ())
                if whose == at or "" in (whose, at)
            ),
            None,
        )
        if clash is not None:
            yield clash[0], row, clash[1]
            continue
        for kind, named, at, _ in claims:
            seen.setdefault((kind, named), []).append((at, row))


def _claims(row: Benefit) -> Iterator[tuple[str, str, str, str]]:
    """What a benefit claims for itself alone: the kind, what, at whom (empty: everywhere, so that it meets every other), in words."""
    if row.overlap:
        yield "overlap", row.overlap, "", f"group {row.overlap}"
    if row.intervention and row.kind == "cash_releasing":
        where = f" at {row.organisation}" if row.organisation else ""
        yield "intervention", row.intervention, row.organisation, f"the money of {row.intervention}{where}"
    if row.measure:
        yield "measure", f"{row.measure} of {row.of}", "", f"{row.measure} of {row.of or 'the place'}"
    if row.account:
        yield "account", row.account, "", f"what is not spent on {row.account}"


def is_pounds(row: Benefit) -> bool:
    """Whether a benefit is in pounds, as money that is released has to be: thousands would add up to something else."""
    return row.unit.casefold() in ("pounds", "£")


def by_organisation(states: Sequence[BenefitState]) -> Mapping[str, Mapping[str, Decimal]]:
    """Organisation to planned, planned to date, brought and expected money: counted cash-releasing benefits in pounds."""
    found: dict[str, dict[str, Decimal]] = {}
    for state in states:
        if state.uncounted or state.benefit.kind != "cash_releasing" or not is_pounds(state.benefit):
            continue
        sums = found.setdefault(
            state.benefit.organisation,
            {
                "planned": Decimal(0),
                "planned_to_date": Decimal(0),
                "actual": Decimal(0),
                "forecast": Decimal(0),
            },
        )
        sums["planned"] += state.planned
        sums["planned_to_date"] += state.planned_to_date or Decimal(0)
        sums["actual"] += state.actual or Decimal(0)
        sums["forecast"] += state.forecast
    return found
