"""Checks of money: balances, minimums, what must be pooled, printed totals, capital, amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from leftshift.fund.checks.findings import Finding, Question, at_row, of_plan
from leftshift.fund.plan.balances import allocated, balances, minimum_balances
from leftshift.fund.plan.plan import NOTHING, total
from leftshift.fund.plan.rows import Spend
from leftshift.fund.plan.totals import tie_out
from leftshift.fund.rounds.rows import Rule

INCOME, SPEND, SUMMARY = "income", "spend", "summary"
_PENCE = 100


def sources_balance(asked: Question, _: Rule) -> Iterator[Finding]:
    """V02: each source is spent in full and no more."""
    for entry in balances(asked.plan, asked.round):
        if entry.state != "met":
            yield of_plan(
                "spend.csv", "source out of balance", SUMMARY,
                found=f"{entry.name}, {entry.year}: {entry.income.brief} comes in, {entry.spent.brief} is spent",
                expected="the same amount on both sides", action=entry.clears, column="source_of_funding",
                amount=entry.left, unknown=entry.state == "not known",
            )  # fmt: skip


def out_of_hospital(asked: Question, _: Rule) -> Iterator[Finding]:
    """V03: what the NHS commissions out of hospital reaches its minimum."""
    yield from _minimums(asked, lambda name: name != "social_care")


def social_care(asked: Question, _: Rule) -> Iterator[Finding]:
    """V04: what is spent on social care reaches its minimum."""
    yield from _minimums(asked, lambda name: name == "social_care")


def _minimums(asked: Question, wanted: Callable[[str], bool]) -> Iterator[Finding]:
    for entry in minimum_balances(asked.plan, asked.round):
        if not wanted(entry.minimum.minimum) or entry.state == "met":
            continue
        required = "not published" if entry.required is None else entry.required.brief
        also = f"; {entry.alternative}, which the round counts as well" if entry.alternative else ""
        yield of_plan(
            "required_spend.csv", "minimum not known" if entry.required is None else "minimum not reached", SUMMARY,
            found=f"{entry.minimum.name}, {entry.partner or 'all together'}, {entry.year}: minimum {required}, planned {entry.planned.brief}{also}",
            expected="at least the minimum", action=entry.clears, column="amount",
            amount=entry.short, unknown=entry.state == "not known",
        )  # fmt: skip


def mandated(asked: Question, _: Rule) -> Iterator[Finding]:
    """What must be pooled comes in at least as published; what no paper states is neither met nor missed."""
    plan, found = asked.plan, asked.round
    for year in found.years:
        for line in found.lines_in(year):
            if not line.mandated:
                continue
            comes = total(row.amount for row in plan.income if (row.line, row.year) == (line.line, year))
            required = allocated(plan, found, line.line, year)
            if required is None:
                yield of_plan(
                    "income.csv", "allocation not known", INCOME, unknown=True,
                    found=f"{line.name}, {year}: {comes.brief} comes in; the pack of the round publishes no amount for {plan.area_name}",
                    expected="a published amount to hold it against", column="amount",
                    action="Enter the published allocation in required_spend.csv, or add it to the pack of the round",
                )  # fmt: skip
            elif comes.pence < required.amount.pence:
                short = required.amount - comes
                yield of_plan(
                    "income.csv", "not pooled in full", INCOME, amount=short, column="amount",
                    found=f"{line.name}, {year}: {comes.brief}", expected=f"at least {required.amount.brief} ({required.source})",
                    action=f"Add {short.brief}, or say why the allocation differs",
                )  # fmt: skip


def printed(asked: Question, _: Rule) -> Iterator[Finding]:
    """Printed totals agree with the lines."""
    for tie in tie_out(asked.plan, asked.round):
        if tie.ties:
            continue
        missing = ", ".join(f"{row.spend} {row.amount.brief}" for row in tie.left_out)
        why = f"; the list leaves out {missing}" if missing else ""
        of = f"{tie.row.figure} {tie.row.item}".strip().replace("_", " ")
        yield at_row(
            tie.row, "amount", "printed total does not tie", SUMMARY, amount=tie.difference,
            found=f"{of}: printed {tie.row.amount.brief}, lines sum to {tie.worked_out.brief}{why}",
            expected="the same amount", action=f"A difference of {tie.difference.brief} stays to be explained: correct the line or the printed figure",
        )  # fmt: skip


def attributed(asked: Question, _: Rule) -> Iterator[Finding]:
    """Income that papers tie to no activity, and lines that name no source."""
    for row in asked.plan.income:
        if row.attributed is not None and row.attributed != row.amount:
            left = row.amount - row.attributed
            yield at_row(
                row, "attributed", "income not attributed", INCOME, amount=left,
                found=f"{row.amount.brief} comes in, {row.attributed.brief} is tied to activities",
                expected="all of it tied to what it pays for", action=f"{left.brief} is unattributed: say which lines it pays for",
            )  # fmt: skip
    lines = [row for row in asked.plan.spend if not row.source_of_funding and row.amount.pence]
    if lines:
        amount = total(row.amount for row in lines)
        yield of_plan(
            "spend.csv", "source not stated", SPEND, amount=amount, column="source_of_funding", unknown=True,
            found=f"{len(lines)} lines, {amount.brief}, name no source", expected="the source of each line",
            action="Say of each line which income pays for it",
        )  # fmt: skip


def amounts(asked: Question, rule: Rule) -> Iterator[Finding]:
    """V08: whole pounds, nought or more, up to what the template takes."""
    most = rule.threshold if rule.threshold is not None else Decimal("Infinity")
    for sheet, rows in ((INCOME, asked.plan.income), (SPEND, asked.plan.spend)):
        for row in rows:
            if row.amount.pence % _PENCE or not 0 <= Decimal(row.amount.pence) / _PENCE <= most:
                yield at_row(
                    row, "amount", "amount not taken", sheet,
                    expected=f"whole pounds from 0 to {most:,}", action="Round it, or correct it",
                )  # fmt: skip


def capital(asked: Question, _: Rule) -> Iterator[Finding]:
    """V09: capital sources pay for what is eligible."""
    found = asked.round
    eligible = {(row.list, row.value) for row in found.lists if row.capital}
    for row in asked.plan.spend:
        line = found.line.get(row.source_of_funding)
        kind = ("activity", row.activity) if row.activity else ("scheme_type", row.scheme_type)
        if line and line.capital and kind[1] and kind not in eligible:
            yield at_row(
                row, kind[0], "capital for revenue", SPEND,
                expected=f"a type that {line.name} may pay for", action="Choose such a type, or pay it from another source",
            )  # fmt: skip


def large_changes(asked: Question, rule: Rule) -> Iterator[Finding]:
    """V18: a line that moved by more than the threshold says why."""
    if rule.threshold is None:
        return
    before: dict[str, Spend] = {}
    for row in sorted(asked.plan.spend, key=lambda row: (row.spend, row.year)):
        was = (
            row.previous
            if row.previous is not None
            else (before[row.spend].amount if row.spend in before else None)
        )
        before[row.spend] = row
        if was is None or row.comments or was == row.amount:
            continue
        moved = abs((row.amount - was).pence)
        if was == NOTHING or Decimal(moved) * 100 > rule.threshold * abs(was.pence):
            yield at_row(
                row, "comments", "change not explained", SPEND, amount=row.amount - was,
                found=f"{was.brief} before, {row.amount.brief} now",
                expected=f"a comment where it moves by more than {rule.threshold:f}%", action="Say why",
            )  # fmt: skip
