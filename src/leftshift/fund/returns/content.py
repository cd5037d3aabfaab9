"""What the tables of a round's workbooks hold: one function for each kind of row, from the plan and the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.foundation.years import FinancialYear
from leftshift.fund.metrics.planning import MetricPlans, worked_out
from leftshift.fund.metrics.rating import StatusOf, status_of
from leftshift.fund.plan.balances import minimum_balances
from leftshift.fund.plan.periods import periods_of
from leftshift.fund.plan.plan import NOTHING, FundPlan, total
from leftshift.fund.plan.rows import Income, Spend
from leftshift.fund.plan.signing import seats_of
from leftshift.fund.rounds.round import Round
from leftshift.place.place import Place

Value = str | int | bool | Money | Decimal | date | None
Line = dict[str, Value]
_MONTHS = ("april", "may", "june", "july", "august", "september", "october", "november", "december", "january", "february", "march")  # fmt: skip
_YES_NO = {True: "yes", False: "no"}


@dataclass(frozen=True)
class Actuals:
    """What the ledger says up to a day: money received by source and partner, and spent by scheme and source."""

    received: Mapping[tuple[str, str], Money] = field(default_factory=dict)
    spent: Mapping[tuple[str, str], Money] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """What a workbook of a round is made from: the plan, the day, for a return its period and the ledger's figures."""

    plan: FundPlan
    round: Round
    as_of: date
    period: Period | None = None
    actuals: Actuals = field(default_factory=Actuals)
    place: Place | None = None

    @cached_property
    def metrics(self) -> MetricPlans:
        """The metrics of the plan."""
        return MetricPlans(self.plan, self.round, self.as_of, self.place)

    @property
    def year(self) -> FinancialYear:
        """The financial year of the period, else the first of the round."""
        return self.period.financial_year if self.period else self.round.years[0]

    @property
    def of(self) -> str:
        """Whether it is about the plan or a return."""
        return "returns" if self.period else "plan"


def rows_of(of: str, record: Record) -> list[Line]:
    """The rows of a table of a workbook: item to value. Raises KeyError for rows that there are not."""
    return list(ROWS[of](record))


def _by_year(record: Record, found: Mapping[FinancialYear, Any], item: str, attribute: str) -> Line:
    return {
        f"{item}_{at}": getattr(found[year], attribute) if year in found else None
        for at, year in enumerate(record.round.years, 1)
    }


SAID_ONCE = ("previous", "comments", "comment")
"""What a line of several years says once in a workbook: as its first year has it."""


def income_lines(plan: FundPlan) -> list[dict[FinancialYear, Income]]:
    """Income as a workbook prints it: years that differ in who pays, or from where, stand on lines of their own."""
    found: dict[tuple[str, ...], dict[FinancialYear, Income]] = {}
    for row in plan.income:
        found.setdefault((row.income, row.line, row.partner), {})[row.year] = row
    return list(found.values())


def spend_lines(plan: FundPlan, of: Round) -> list[dict[FinancialYear, Spend]]:
    """Expenditure as a workbook prints it: years that differ in anything but amounts and words stand on lines of their own."""
    apart = {"amount", "outputs", "name", "description", *SAID_ONCE}
    columns = [row.column for row in of.columns if row.column not in apart]
    found: dict[tuple[Any, ...], dict[FinancialYear, Spend]] = {}
    for row in plan.spend:
        key = (row.spend, row.scheme, *(getattr(row, column) for column in columns))
        found.setdefault(key, {})[row.year] = row
    return list(found.values())


def _income(record: Record) -> Iterator[Line]:
    for years in income_lines(record.plan):
        first = next(iter(years.values()))
        line: Line = {
            "income": first.income,
            "line": first.line,
            "partner": first.partner,
            "comment": first.comment,
        }
        yield line | _by_year(record, years, "amount", "amount")


def _spend(record: Record) -> Iterator[Line]:
    for years in spend_lines(record.plan, record.round):
        first = next(iter(years.values()))
        scheme = record.plan.scheme.get(first.scheme)
        kind = record.round.value("scheme_type", first.scheme_type)
        line: Line = {
            "spend": first.spend,
            "name": scheme.name if scheme else "",
            "description": scheme.description if scheme else "",
        }
        for column in record.round.columns:
            if column.column not in line and column.column not in ("amount", "outputs"):
                line[column.column] = getattr(first, column.column)
        line["unit"] = kind.unit if kind else ""
        yield (
            line | _by_year(record, years, "amount", "amount") | _by_year(record, years, "outputs", "outputs")
        )


def _balances(record: Record) -> Iterator[Line]:
    for line in record.round.income_lines:
        row: Line = {"line": line.line}
        for at, year in enumerate(record.round.years, 1):
            income = total(e.amount for e in record.plan.income if (e.line, e.year) == (line.line, year))
            spend = total(
                e.amount for e in record.plan.spend if (e.source_of_funding, e.year) == (line.line, year)
            )
            row |= {f"income_{at}": income, f"spend_{at}": spend, f"balance_{at}": income - spend}
        yield row


def _minimums(record: Record) -> Iterator[Line]:
    found: dict[tuple[str, str], Line] = {}
    for entry in minimum_balances(record.plan, record.round):
        at = record.round.years.index(entry.year) + 1
        line = found.setdefault(
            (entry.minimum.name, entry.partner), {"minimum": entry.minimum.name, "partner": entry.partner}
        )
        line |= {f"required_{at}": entry.required, f"planned_{at}": entry.planned}
    yield from found.values()


def _conditions(record: Record) -> Iterator[Line]:
    answers = {row.condition: row for row in record.plan.conditions}
    for row in record.round.conditions:
        found = answers.get(row.condition)
        yield {
            "number": row.number,
            "condition": row.condition,
            "answer": found.answer if found else "",
            "statement": found.statement if found else "",
            "by": found.by if found else None,
            "action": found.action if found else "",
        }


def _metrics(record: Record) -> Iterator[Line]:
    planned = {(row.metric, row.period): row for row in record.plan.metric_plan}
    for metric in record.round.metrics:
        said = record.metrics.rows.get(metric.metric)
        for at, period in enumerate(periods_of(record.round, metric)):
            row = planned.get((metric.metric, period))
            yield {
                "metric": metric.metric,
                "period": str(period),
                "numerator": row.numerator if row else None,
                "denominator": row.denominator if row else None,
                "multiplier": metric.multiplier,
                "planned": worked_out(row.numerator, row.denominator, metric) if row else None,
                "target": row.target if row else "",
                "rationale": said.rationale if said and at == 0 else "",
                "local_plan": said.local_plan if said and at == 0 else "",
            }


def _narrative(record: Record) -> Iterator[Line]:
    texts = {row.section: row.text for row in record.plan.narrative}
    for row in record.round.narrative:
        most = None if row.most is None else Decimal(row.most)
        yield {
            "section": row.section,
            "text": texts.get(row.section, ""),
            "most": most,
            "counted_in": row.counted_in,
        }


def _signatories(record: Record) -> Iterator[Line]:
    of: Any = record.of
    for signatory, partner in seats_of(record.plan, record.round, of=of):
        signed = None
        if record.period is None:
            rows = [
                row
                for row in record.plan.sign_offs
                if (row.signatory, row.partner, row.fingerprint)
                == (signatory.signatory, partner.partner, record.plan.fingerprint)
            ]
            signed = rows[-1] if rows else None
        yield {
            "role": signatory.role,
            "partner": partner.partner,
            "signed_on": signed.signed_on if signed else None,
            "signed_by": signed.role if signed else "",
            "for_another": _YES_NO[signed.for_another] if signed else "",
            "minute": signed.minute if signed else "",
        }


def _pathways(record: Record) -> Iterator[Line]:
    numbers: dict[tuple[str, str, str, str, str], dict[int, Decimal]] = {}
    for row in record.plan.capacity_demand:
        entry = (row.setting, row.pathway, row.kind, row.of, str(row.month.financial_year))
        numbers.setdefault(entry, {})[row.month.month] = row.number
    for pathway in record.round.pathways:
        for year in map(str, record.round.years):
            for kind in ("demand", "block", "spot"):
                keys = [
                    key
                    for key in numbers
                    if (key[0], key[1], key[2], key[4]) == (pathway.setting, pathway.pathway, kind, year)
                ]
                for key in sorted(keys) or [(pathway.setting, pathway.pathway, kind, "", year)]:
                    months: Line = {
                        f"month_{name}": numbers.get(key, {}).get((at + 3) % 12 + 1)
                        for at, name in enumerate(_MONTHS)
                    }
                    line: Line = dict(zip(("setting", "pathway", "kind", "of", "year"), key, strict=True))
                    yield line | months


def _income_actual(record: Record) -> Iterator[Line]:
    comments = {
        (row.line, row.partner): row.comment
        for row in record.plan.income_comments
        if row.period == record.period
    }
    planned: dict[tuple[str, str], Money] = {}
    for row in record.plan.income:
        if row.year == record.year:
            planned[row.line, row.partner] = planned.get((row.line, row.partner), NOTHING) + row.amount
    for key in planned | dict.fromkeys(record.actuals.received, NOTHING):
        yield {
            "line": key[0],
            "partner": key[1],
            "planned": planned.get(key, NOTHING),
            "actual": record.actuals.received.get(key, NOTHING),
            "difference": record.actuals.received.get(key, NOTHING) - planned.get(key, NOTHING),
            "comment": comments.get(key, ""),
        }


def _spend_actual(record: Record) -> Iterator[Line]:
    forecasts = {
        (row.scheme, row.source_of_funding): row
        for row in record.plan.forecasts
        if row.period == record.period
    }
    planned: dict[tuple[str, str], Money] = {}
    for row in record.plan.spend:
        if row.year == record.year:
            key = (row.scheme, row.source_of_funding)
            planned[key] = planned.get(key, NOTHING) + row.amount
    for key in planned | dict.fromkeys(record.actuals.spent, NOTHING):
        forecast, scheme = forecasts.get(key), record.plan.scheme.get(key[0])
        yield {
            "scheme": key[0],
            "name": scheme.name if scheme else "",
            "line": key[1],
            "planned": planned.get(key, NOTHING),
            "actual": record.actuals.spent.get(key, NOTHING),
            "forecast": forecast.amount if forecast else None,
            "difference": forecast.amount - planned.get(key, NOTHING) if forecast else None,
            "comment": forecast.comment if forecast else "",
        }


def _condition_status(record: Record) -> Iterator[Line]:
    found = {row.condition: row for row in record.plan.condition_status if row.period == record.period}
    for row in record.round.conditions:
        said = found.get(row.condition)
        yield {
            "number": row.number,
            "condition": row.condition,
            "answer": said.answer if said else "",
            "by": said.by if said else None,
            "comment": said.comment if said else "",
        }


def _metric_status(record: Record) -> Iterator[Line]:
    assert record.period is not None, "a return has a period"
    for metric in record.round.metrics:
        found: StatusOf = status_of(record.metrics, metric, record.period)
        said = found.said
        yield {
            "metric": metric.metric,
            "unit": metric.unit,
            "planned": found.planned,
            "actual": found.actual,
            "rating": found.rating,
            "status": found.status,
            "achievements": said.achievements if said else "",
            "challenges": said.challenges if said else "",
            "mitigation": said.mitigation if said else "",
        }


ROWS: Mapping[str, Callable[[Record], Iterator[Line]]] = {
    "income": _income,
    "spend": _spend,
    "balances": _balances,
    "minimums": _minimums,
    "conditions": _conditions,
    "metrics": _metrics,
    "narrative": _narrative,
    "signatories": _signatories,
    "pathways": _pathways,
    "income_actual": _income_actual,
    "spend_actual": _spend_actual,
    "condition_status": _condition_status,
    "metric_status": _metric_status,
}


def sum_of(rows: list[Line], item: str) -> Money:
    """The sum of the amounts of an item."""
    return total(value for row in rows if isinstance(value := row.get(item), Money))
