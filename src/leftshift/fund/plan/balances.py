"""Live balances: each source of funding, and each minimum, with what would clear a shortfall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear
from leftshift.fund.plan.plan import NOTHING, FundPlan, total
from leftshift.fund.plan.rows import Spend
from leftshift.fund.plan.totals import thousands
from leftshift.fund.rounds.round import Round, split
from leftshift.fund.rounds.rows import Allocation, Minimum

_HUNDRED = Decimal(100)
State = Literal["met", "missed", "not known"]


@dataclass(frozen=True)
class Balance:
    """A source in a year: what comes in, what lines say they spend of it, and what is spent without saying of which source."""

    year: FinancialYear
    line: str
    name: str
    income: Money
    spent: Money
    not_stated: Money

    @property
    def left(self) -> Money:
        """What is not spent; below nought, what is spent too much."""
        return self.income - self.spent

    @property
    def state(self) -> State:
        """Met to the penny, missed, or not known while lines of the year do not say whose money they spend."""
        if self.not_stated.pence and self.left.pence > 0:
            return "not known"
        return "missed" if self.left.pence else "met"

    @property
    def clears(self) -> str:
        """What would clear it; empty where nothing has to be."""
        if self.state == "not known":
            return f"Say on the lines without a source ({self.not_stated.brief}) which of them it pays for: {self.left.brief} of it is not placed"
        if self.left.pence > 0:
            return f"Spend {self.left.brief} more out of it, or take {self.left.brief} off its income"
        if self.left.pence < 0:
            return f"Take {(-self.left).brief} off its lines, pay it from another source, or add {(-self.left).brief} to its income"
        return ""

    def document(self) -> dict[str, Any]:
        """As plain values in £000."""
        return {
            "year": str(self.year),
            "source": self.line,
            "name": self.name,
            "income": thousands(self.income),
            "expenditure": thousands(self.spent),
            "balance": thousands(self.left),
            "state": self.state,
            "clears": self.clears,
        }


@dataclass(frozen=True)
class MinimumBalance:
    """A minimum of a partner (empty: of all together) in a year: what must be spent, and what is planned to be. ``required`` is None where nobody published it."""

    year: FinancialYear
    minimum: Minimum
    partner: str
    required: Money | None
    planned: Money
    unclear: Money
    held: Money = NOTHING  # what is held back instead of being spent, where the round takes that as well

    @property
    def alternative(self) -> str:
        """What is held back instead, in words; empty where nothing is."""
        return f"a local risk share of {self.held.brief} is agreed" if self.held.pence else ""

    @property
    def reached(self) -> Money:
        """What counts towards it for sure."""
        return self.planned + self.held

    @property
    def state(self) -> State:
        """Met, missed, or not known: never met or missed where the minimum or the lines that count are not known."""
        if self.required is None:
            return "not known"
        if self.reached.pence >= self.required.pence:
            return "met"
        return "not known" if (self.reached + self.unclear).pence >= self.required.pence else "missed"

    @property
    def short(self) -> Money:
        """What is missing; nought where nothing is, or where the minimum is not known."""
        if self.required is None or self.reached.pence >= self.required.pence:
            return NOTHING
        return self.required - self.reached

    @property
    def clears(self) -> str:
        """What would clear it; empty where nothing has to be."""
        if self.required is None:
            return (
                "Enter the minimum as it was told to the area: it is not published, and not taken for nought"
            )
        if not self.short.pence:
            return ""
        if self.unclear.pence:
            return f"Say of {self.unclear.brief} of lines who commissions them, where and from which source: {self.short.brief} is missing so far"
        return f"Spend {self.short.brief} more on it out of {self.minimum.line.replace('_', ' ')}"

    def document(self) -> dict[str, Any]:
        """As plain values in £000."""
        return {
            "year": str(self.year),
            "minimum": self.minimum.minimum,
            "name": self.minimum.name,
            "partner": self.partner,
            "required": None if self.required is None else thousands(self.required),
            "planned": thousands(self.planned),
            "short": thousands(self.short),
            "state": self.state,
            "clears": self.clears,
            "alternative": self.alternative,
        }


def balances(plan: FundPlan, found: Round) -> tuple[Balance, ...]:
    """Every source of every year that brings money in or has money spent of it."""
    return tuple(entry for year in found.years for entry in _of_year(plan, found, year))


def _of_year(plan: FundPlan, found: Round, year: FinancialYear) -> Iterator[Balance]:
    income = [row for row in plan.income if row.year == year]
    spend = [row for row in plan.spend if row.year == year]
    not_stated = total(row.amount for row in spend if not row.source_of_funding)
    used = {row.line for row in income} | {row.source_of_funding for row in spend} - {""}
    ordered = [line for line in found.line if line in used] + sorted(used - set(found.line))
    for line in ordered:
        name = found.line[line].name if line in found.line else line
        comes = total(row.amount for row in income if row.line == line)
        goes = total(row.amount for row in spend if row.source_of_funding == line)
        yield Balance(year, line, name, comes, goes, not_stated)


def minimum_balances(plan: FundPlan, found: Round) -> tuple[MinimumBalance, ...]:
    """Every minimum of every NHS partner and year of the round; of all together where only that was published."""
    return tuple(
        entry for row in found.minimums for year in found.years for entry in _minimums(plan, found, row, year)
    )


def _minimums(plan: FundPlan, found: Round, row: Minimum, year: FinancialYear) -> Iterator[MinimumBalance]:
    partners = [partner.partner for partner in plan.of_kind("nhs_commissioner")]
    told = {(entry.minimum, entry.partner, entry.year): entry.amount for entry in plan.required_spend}
    own = {
        partner: published.amount
        for partner in partners
        if (published := found.allocation(plan.area, row.minimum, year, partner))
        and (published.partner or len(partners) == 1)
    }
    own |= {partner: told[key] for partner in partners if (key := (row.minimum, partner, year)) in told}
    together = None if own else found.allocation(plan.area, row.minimum, year)
    if together is not None and len(partners) > 1:
        yield _minimum(plan, row, "", year, together.amount)
        return
    for partner in partners:
        yield _minimum(plan, row, partner, year, own.get(partner))


def _minimum(
    plan: FundPlan, row: Minimum, partner: str, year: FinancialYear, required: Money | None
) -> MinimumBalance:
    several = len({entry.partner for entry in plan.income if entry.line == row.line}) > 1
    lines = [entry for entry in plan.spend if entry.year == year and entry.amount.pence > 0]
    counted, unclear = NOTHING, NOTHING
    for entry in lines:
        sure, maybe = _counts(entry, row, partner if several else "")
        counted, unclear = counted + sure, unclear + maybe
    return MinimumBalance(year, row, partner, required, counted, unclear, _held_instead(plan, row, year))


@dataclass(frozen=True)
class Allocated:
    """What a mandated source must at least bring in, and where that stands."""

    amount: Money
    source: str


def allocated(plan: FundPlan, found: Round, line: str, year: FinancialYear) -> Allocated | None:
    """What was told to the area of a source, else what the round publishes of it, of all partners; None where nobody says."""
    told = [row for row in plan.required_spend if (row.minimum, row.year) == (line, year)]
    if told:
        return Allocated(total(row.amount for row in told), told[0].source)
    latest: dict[str | None, Allocation] = {}
    for row in found.allocations:
        if (row.area, row.line, row.year) == (plan.area, line, year):
            before = latest.get(row.partner)
            if before is None or str(row.released or "") >= str(before.released or ""):
                latest[row.partner] = row
    named = [row for partner, row in latest.items() if partner] or list(latest.values())
    return Allocated(total(row.amount for row in named), named[0].source) if named else None


def _held_instead(plan: FundPlan, row: Minimum, year: FinancialYear) -> Money:
    return total(
        hold.amount for hold in plan.holds if row.instead and (hold.kind, hold.year) == (row.instead, year)
    )


def _counts(row: Spend, minimum: Minimum, partner: str) -> tuple[Money, Money]:
    """How much of a line counts towards a minimum for sure, and how much may, for all that the line says."""
    signs = [
        _is(row.source_of_funding, {minimum.line}),
        _area(row.area_of_spend, minimum),
        _is(row.partner or "", {partner}) if partner else True,
    ]
    if False in signs:
        return NOTHING, NOTHING
    share = commissioned_by(row, minimum.commissioner)
    if share is None or None in signs:
        return NOTHING, row.amount if share is None else _part(row.amount, share)
    return _part(row.amount, share), NOTHING


def _is(value: str, wanted: set[str]) -> bool | None:
    return value in wanted if value else None


def _area(area: str, minimum: Minimum) -> bool | None:
    parts = split(minimum.areas)
    if not parts:
        return True
    if not area:
        return None
    without = {part.removeprefix("-") for part in parts if part.startswith("-")}
    only = {part for part in parts if not part.startswith("-")}
    return area not in without and (not only or area in only)


def commissioned_by(row: Spend, who: str) -> Decimal | None:
    """The share of a line that somebody commissions, from 0 to 1; None where the line does not say."""
    if who == "all":
        return Decimal(1)
    if not row.commissioner:
        return None
    if row.commissioner != "joint":
        return Decimal(row.commissioner == who)
    percent = row.nhs_percent if who == "nhs" else row.council_percent
    return None if percent is None else percent / _HUNDRED


def _part(amount: Money, share: Decimal) -> Money:
    return Money(int((amount.pence * share).quantize(Decimal(1), ROUND_HALF_UP)))
