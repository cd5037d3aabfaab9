"""Closing positions against control totals, and the funding that hangs on them. £000."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from leftshift.economy.projecting import BALANCE_TOLERANCE
from leftshift.economy.result import Result
from leftshift.foundation.years import FinancialYear
from leftshift.place.capacity_rows import ControlTotal


@dataclass(frozen=True, slots=True)
class HeldTotal:
    """A control total beside the position of its year, with the plan; the plan's lines hold the funding that it counts on.

    Without an organisation it is the system's, that is the perimeter's.
    """

    row: ControlTotal
    name: str
    position: float
    lost_by_members: float = 0.0  # of the system's: what its organisations lose in that year

    @property
    def difference(self) -> float:
        """How much better the position is than the control total; below nought, by how much it is missed."""
        return self.position - self.row.amount

    @property
    def is_met(self) -> bool:
        """Whether the position is at least the control total."""
        return self.difference >= -BALANCE_TOLERANCE

    @property
    def funding_lost(self) -> float:
        """The funding tied to it that is not paid, as it is missed; of the system's also what its organisations lose."""
        return self.lost_by_members if self.is_met else max(self.row.funding, self.lost_by_members)

    @property
    def position_as_paid(self) -> float:
        """The position once the funding is paid or lost."""
        return self.position - self.funding_lost

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        row = self.row
        return {
            "organisation": row.organisation, "name": self.name, "year": row.year.label, "control_total": row.amount,
            "position": self.position, "difference": self.difference, "is_met": self.is_met, "funding": row.funding,
            "funding_lost": self.funding_lost, "position_as_paid": self.position_as_paid, "source": row.source, "basis": row.basis,
        }  # fmt: skip


def control_totals(result: Result) -> tuple[HeldTotal, ...]:
    """Every control total by year, the system's first."""
    ordered = sorted(result.place.control_totals, key=lambda row: (row.year, row.organisation or ""))
    own = [_held(result, row) for row in ordered if row.organisation is not None]
    lost: dict[FinancialYear, float] = defaultdict(float)
    for held in own:
        lost[held.row.year] += held.funding_lost * result.place.shares.get(held.row.organisation or "", 0.0)
    system = [_held(result, row, lost[row.year]) for row in ordered if row.organisation is None]
    return tuple(sorted((*system, *own), key=lambda held: (held.row.year, held.row.organisation or "")))


def _held(result: Result, row: ControlTotal, lost: float = 0.0) -> HeldTotal:
    if row.organisation is None:
        return HeldTotal(row, result.place.perimeter, result.perimeter_position(row.year), lost)
    return HeldTotal(row, result.names[row.organisation], result.position(row.organisation, row.year))
