"""A return, or the round's own template of a plan, built from the record; and how two of them differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.foundation.years import FinancialYear
from leftshift.fund.plan.periods import quarters_of
from leftshift.fund.plan.signing import signed_state
from leftshift.fund.returns.content import Line, Record, Value, rows_of
from leftshift.fund.rounds.round import Round
from leftshift.fund.rounds.rows import Block, BlockColumn, Deadline

PLAN, QUARTERLY, YEAR_END = "plan", "quarterly", "year_end"
KINDS = {PLAN: "Planning template", QUARTERLY: "Quarterly return", YEAR_END: "Year-end return"}


_PERIODS: Mapping[str, Callable[[FinancialYear], list[Period]]] = {
    QUARTERLY: quarters_of,
    YEAR_END: lambda year: [Period.of_year(year)],
}


class NoSuchReturn(ValueError):
    """The round has no such return, or it is asked for a period it cannot have."""


@dataclass(frozen=True)
class Return:
    """What a workbook of a round holds: single cells by item, and tables by block, each row item to value."""

    kind: str
    round: str
    plan: str
    area: str
    fingerprint: str
    period: str
    as_of: date
    cells: Mapping[str, Value]
    blocks: Mapping[str, tuple[Line, ...]]

    def document(self) -> dict[str, Any]:
        """As plain values; money in pounds as exact text."""
        head = {
            name: getattr(self, name) for name in ("kind", "round", "plan", "area", "fingerprint", "period")
        }
        return {
            **head,
            "as_of": str(self.as_of),
            "unit": "£",
            "cells": {name: plain(value) for name, value in self.cells.items()},
            "blocks": {
                name: [{item: plain(value) for item, value in row.items()} for row in rows]
                for name, rows in self.blocks.items()
            },
        }


def plain(value: Value) -> str | int | float | bool | None:
    """A value as JSON holds it: money as pounds in exact text, numbers as numbers, days as text."""
    if isinstance(value, Money):
        return f"{Decimal(value.pence) / 100:.2f}"
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, date) else value


def build(kind: str, record: Record) -> Return:
    """A workbook of the round, filled from the record. Raises NoSuchReturn."""
    found = record.round
    if kind not in {row.template for row in found.blocks}:
        known = ", ".join(sorted({row.template for row in found.blocks}))
        raise NoSuchReturn(f"{found.name} has no {kind} return: it has {known}")
    if (kind == PLAN) != (record.period is None):
        raise NoSuchReturn(
            "a plan has no period" if kind == PLAN else "a return needs a period, such as 2016/17 Q2"
        )
    if record.period is not None and record.period.financial_year not in found.years:
        years = " and ".join(map(str, found.years))
        raise NoSuchReturn(f"{record.period} is not in the years of {found.name}: {years}")
    if record.period is not None and record.period not in _PERIODS[kind](record.period.financial_year):
        wanted = "a quarter, such as 2016/17 Q2" if kind == QUARTERLY else "a financial year, such as 2016/17"
        raise NoSuchReturn(
            f"{record.period} is no period of a {kind.replace('_', '-')} return: it is of {wanted}"
        )
    plan = record.plan
    given: dict[str, Value] = {
        "round": found.code, "area": plan.area, "area_name": plan.area_name, "code": plan.code,
        "fingerprint": plan.fingerprint, "period": str(record.period or ""),
    }  # fmt: skip
    return Return(
        kind,
        found.code,
        plan.code,
        plan.area,
        plan.fingerprint,
        str(record.period or ""),
        record.as_of,
        given | _entered(kind, record),
        {block.block: tuple(rows_of(block.of, record)) for block in blocks_of(found, kind)},
    )


def _entered(kind: str, record: Record) -> dict[str, Value]:
    state = signed_state(record.plan, record.round, record.plan.sign_offs, record.plan.submissions)
    signed = state.board_approved
    meeting = next((row.meeting_on for row in state.submissions if row.meeting_on), None)
    more: dict[str, Value] = {
        "board_agreed": "yes" if signed else "no",
        "board_meeting": None if signed else meeting,
    }
    host = next((row for row in record.plan.partners if row.host), None)
    by = f"Fund manager, {host.name}" if host else "Fund manager"
    done: dict[str, Value] = {"completed_by": by, "completed_on": record.as_of}
    return done | (more if kind == PLAN else {})


def blocks_of(found: Round, kind: str) -> list[Block]:
    """The tables of a workbook of a round."""
    return [row for row in found.blocks if row.template == kind]


def columns_of(found: Round, block: Block) -> list[BlockColumn]:
    """The columns of a table, from left to right."""
    rows = [row for row in found.block_columns if (row.template, row.block) == (block.template, block.block)]
    return sorted(rows, key=lambda row: (len(row.column), row.column))


def deadline_of(found: Round, kind: str, period: Period | None) -> Deadline | None:
    """The day a return is due: the last of those of its kind and period; None where the round names none."""
    rows = [
        row
        for row in found.deadlines
        if (row.what == "plan" and kind == PLAN)
        or (row.what == "return" and row.return_kind == kind and row.period == period)
    ]
    return max(rows, key=lambda row: row.due, default=None)


@dataclass(frozen=True)
class ReturnChange:
    """One value in which two returns differ."""

    block: str
    row: str
    item: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """The change in a line."""
        return f"{self.block.replace('_', ' ')}, {self.row}: {self.item.replace('_', ' ')} {self.before or 'nothing'} → {self.after or 'nothing'}"

    def document(self) -> dict[str, str]:
        """As plain values."""
        return {name: getattr(self, name) for name in ("block", "row", "item", "before", "after", "words")}


_KEYS = (
    "income", "spend", "scheme", "line", "partner", "condition", "metric", "period", "section", "role", "minimum",
    "setting", "pathway", "kind", "of", "year",
)  # fmt: skip


def return_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[ReturnChange, ...]:
    """Every value in which two documents of returns differ, row by row; rows are told apart by what they are of."""
    names = [*before["blocks"], *(name for name in after["blocks"] if name not in before["blocks"])]
    return tuple(
        change
        for name in names
        for change in _of_block(name, before["blocks"].get(name, []), after["blocks"].get(name, []))
    )


def _of_block(name: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[ReturnChange]:
    left, right = ({_key(row): row for row in rows} for rows in (before, after))
    for key in [*left, *(key for key in right if key not in left)]:
        one, other = left.get(key, {}), right.get(key, {})
        for item in {**one, **other}:
            was, now = _text(one.get(item)), _text(other.get(item))
            if was != now:
                yield ReturnChange(name, ", ".join(key), item, was, now)


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in _KEYS if row.get(name) not in (None, ""))


def _text(value: Any) -> str:
    return "" if value is None else str(value)
