"""How far back a fact reaches from a date."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

import ibis.expr.types as ir

from leftshift.population.defining.formulas import Fact


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        return date(1, 1, 1)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def start_of(fact: Fact, as_at: date) -> date | None:
    """The day after which a fact looks; None where it looks at everything."""
    if fact.months is not None:
        return months_before(as_at, fact.months)
    if fact.days is not None:
        return as_at - timedelta(days=min(fact.days, as_at.toordinal() - 1))
    return None


def seen(table: ir.Table, as_at: date) -> ir.Table:
    """The rows that had happened, and were known, by a date."""
    found: ir.Table = table.filter(table.event_date <= as_at)
    if "recorded_date" in table.columns:
        found = found.filter(found.recorded_date <= as_at)
    return found


def within(rows: ir.Table, start: date | None) -> Any:
    """Whether each row happened after a start."""
    return rows.event_date.notnull() if start is None else rows.event_date > start
