"""What a fund plan adds up to: computed from its lines, never typed. Amounts are exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear
from leftshift.fund.plan.plan import NOTHING, FundPlan, total
from leftshift.fund.plan.rows import Income, Printed, Spend
from leftshift.fund.rounds.round import Round

NOT_STATED = "not_stated"
_POUNDS = 100_000


def thousands(amount: Money) -> float:
    """An amount in £000, as everything a place prints."""
    return amount.pence / _POUNDS


@dataclass(frozen=True)
class Totals:
    """Sums over some years of a plan: by source of funding (what comes in, what lines say they spend of it), priority and scheme."""

    income: Mapping[str, Money]
    spend_by_source: Mapping[str, Money]
    by_priority: Mapping[str, Money]
    by_scheme: Mapping[str, Money]
    outside: Money
    earmarked: Money
    unattributed: Mapping[str, Money]

    @property
    def total_income(self) -> Money:
        """Everything that comes in."""
        return total(self.income.values())

    @property
    def total_spend(self) -> Money:
        """Everything that is spent."""
        return total(self.by_scheme.values())

    @property
    def resources(self) -> Money:
        """What comes in, and what stands outside the plan; an earmark within never adds."""
        return self.total_income + self.outside

    def document(self) -> dict[str, Any]:
        """As plain values in £000."""
        groups = {
            "by_source": self.income,
            "spend_by_source": self.spend_by_source,
            "by_priority": self.by_priority,
            "by_scheme": self.by_scheme,
            "unattributed": self.unattributed,
        }
        sums = {
            "income": self.total_income,
            "expenditure": self.total_spend,
            "outside": self.outside,
            "earmarked_within": self.earmarked,
            "resources": self.resources,
        }
        return {
            **{
                name: {key: thousands(value) for key, value in found.items()}
                for name, found in groups.items()
            },
            **{name: thousands(value) for name, value in sums.items()},
        }


def totals(plan: FundPlan, found: Round, year: FinancialYear | None = None) -> Totals:
    """The sums of one year, or of all years of the plan."""
    income = [row for row in plan.income if year in (None, row.year)]
    spend = [row for row in plan.spend if year in (None, row.year)]
    holds = [row for row in plan.holds if year in (None, row.year)]
    by_source: dict[str, Money] = {}
    for row in income:
        by_source[row.line] = by_source.get(row.line, NOTHING) + row.amount
    return Totals(
        by_source,
        _sums(spend, lambda row: row.source_of_funding or NOT_STATED),
        {
            row.priority: total(s.amount for s in spend if _priority(plan, s) == row.priority)
            for row in plan.priorities
        }
        | _without_priority(plan, spend),
        {row.scheme: total(s.amount for s in spend if s.scheme == row.scheme) for row in plan.schemes},
        total(row.amount for row in holds if row.treatment == "outside"),
        total(row.amount for row in holds if row.treatment == "within"),
        _unattributed(income),
    )


def _unattributed(income: list[Income]) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for row in income:
        if row.attributed is not None and row.attributed != row.amount:
            found[row.line] = found.get(row.line, NOTHING) + row.amount - row.attributed
    return found


def _priority(plan: FundPlan, row: Spend) -> str:
    scheme = plan.scheme.get(row.scheme)
    return scheme.priority if scheme else ""


def _without_priority(plan: FundPlan, spend: list[Spend]) -> dict[str, Money]:
    left = total(row.amount for row in spend if not _priority(plan, row))
    return {NOT_STATED: left} if left.pence else {}


def _sums(rows: list[Spend], key: Any) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for row in rows:
        found[key(row)] = found.get(key(row), NOTHING) + row.amount
    return found


@dataclass(frozen=True)
class Tie:
    """A printed total beside what the lines add up to, and the lines that explain a difference where some are known."""

    row: Printed
    worked_out: Money
    left_out: tuple[Spend, ...] = ()

    @property
    def difference(self) -> Money:
        """What was printed, less what the lines add up to."""
        return self.row.amount - self.worked_out

    @property
    def ties(self) -> bool:
        """Whether they agree, within what rounding allows."""
        return abs(self.difference.pence) <= (self.row.within or NOTHING).pence

    def document(self) -> dict[str, Any]:
        """As plain values in £000."""
        return {
            "figure": self.row.figure,
            "item": self.row.item,
            "printed": thousands(self.row.amount),
            "worked_out": thousands(self.worked_out),
            "difference": thousands(self.difference),
            "ties": self.ties,
            "left_out": [{"spend": row.spend, "amount": thousands(row.amount)} for row in self.left_out],
            "note": self.row.note,
        }


def tie_out(plan: FundPlan, found: Round) -> tuple[Tie, ...]:
    """Every printed total beside the lines. Of a printed list, only the lines that it shows."""
    sums = totals(plan, found)
    return tuple(_tie(plan, sums, row) for row in plan.printed)


def _tie(plan: FundPlan, sums: Totals, row: Printed) -> Tie:
    if row.figure == "list":
        lines = [line for line in plan.spend if not row.item or _priority(plan, line) == row.item]
        shown = total(line.amount for line in lines if line.listed)
        return Tie(row, shown, tuple(line for line in lines if not line.listed))
    of = {"source": sums.income, "priority": sums.by_priority, "scheme": sums.by_scheme}
    if row.figure in of:
        return Tie(row, of[row.figure].get(row.item, NOTHING))
    return Tie(row, sums.resources if row.figure == "resources" else sums.total_spend)
