"""Between the text of a cell and its value, in both directions, by the type of the column."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from leftshift.foundation.ages import AgeBand, AgesNotUnderstood
from leftshift.foundation.codes import CodeNotUnderstood, scheme_of
from leftshift.foundation.money import Money, NumberNotUnderstood, parse_number
from leftshift.foundation.periods import HOW_TO_WRITE, PeriodNotUnderstood
from leftshift.foundation.periods import Period as CalendarPeriod
from leftshift.foundation.years import FinancialYear, Month, Quarter, YearNotUnderstood
from leftshift.place.rows import ALL, OUTSIDE, ROW_TYPES, UNATTRIBUTED, Level, Row
from leftshift.place.schema import Column, Table

_HUNDRED = Decimal(100)
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200  # a bound against slips such as 0206 and 20260
_RESERVED = {OUTSIDE, ALL, UNATTRIBUTED}
_YES_NO = {"yes": True, "no": False, "true": True, "false": False, "y": True, "n": False}


class CellRefused(ValueError):
    """A cell that cannot be used: what kind of fault, what was expected, and what to do."""

    def __init__(self, kind: str, expected: str, action: str, candidates: Sequence[str] = ()) -> None:
        super().__init__(expected)
        self.kind, self.expected, self.action, self.candidates = kind, expected, action, candidates


def parse_cell(column: Column, text: str) -> Any:
    """The value of a cell that is not empty; raises CellRefused."""
    return _PARSERS[column.type](column, text)


def _text(column: Column, text: str) -> str:
    if any(ord(character) < 32 for character in text):
        raise CellRefused(
            "text not understood", "text on one line", "Remove line breaks and control characters"
        )
    return text


def _prose(column: Column, text: str) -> str:
    if any(ord(character) < 32 and character not in "\n\r\t" for character in text):
        raise CellRefused("text not understood", "text", "Remove control characters")
    return text.replace("\r\n", "\n")


def _name(column: Column, text: str) -> str:
    if (
        not text.isascii()
        or not text.replace("_", "a").isalnum()
        or not text[0].isalpha()
        or text != text.lower()
    ):
        raise CellRefused(
            "name not understood",
            "lower-case letters, digits and underscores, beginning with a letter",
            "Write the name in that form",
        )
    return text


def _code(column: Column, text: str) -> str:
    if text in _RESERVED:
        if text in column.also:
            return text
        raise CellRefused(
            "unknown organisation", "the code of an organisation", f"'{text}' may not stand here"
        )
    try:
        scheme_of(text)
    except CodeNotUnderstood as problem:
        raise CellRefused("code not understood", "an ODS or GSS code", _sentence(str(problem))) from problem
    return text


def _decimal(column: Column, text: str) -> Decimal:
    try:
        return parse_number(text)
    except NumberNotUnderstood as problem:
        if text.strip().endswith("%"):
            raise CellRefused("text in a number", "a number", "Take the percent sign away") from problem
        raise CellRefused(
            "text in a number", "a number", "Write digits only; put words into the source"
        ) from problem


def _within(column: Column, value: Decimal, scale: int = 1) -> Decimal:
    low, high = column.minimum, column.maximum
    if (low is not None and value < Decimal(str(low)) * scale) or (
        high is not None and value > Decimal(str(high)) * scale
    ):
        raise CellRefused("value out of range", _range_words(column), "Correct the value")
    if abs(value) > Decimal("1e15") or (value != 0 and abs(value) < Decimal("1e-12")):
        raise CellRefused(
            "value out of range", "a number of a size that money and rates have", "Correct the value"
        )
    return value


def _range_words(column: Column) -> str:
    unit = "%" if column.type == "percent" else ""
    if column.minimum is None:
        return f"at most {column.maximum:g}{unit}"
    if column.maximum is None:
        return f"{column.minimum:g}{unit} or more"
    return f"from {column.minimum:g}{unit} to {column.maximum:g}{unit}"


def _amount(column: Column, text: str) -> float:
    try:
        quick = float(text)
    except ValueError:
        return float(_within(column, _decimal(column, text)))
    # float() also reads 1_000, nan and infinity, which are slips and no amounts
    if "_" in text or not abs(quick) <= 1e15 or (column.minimum is not None and quick < column.minimum):
        return float(_within(column, _decimal(column, text)))
    return quick


def _number(column: Column, text: str) -> Decimal:
    return _within(column, _decimal(column, text))


def _money(column: Column, text: str) -> Money:
    _within(column, _decimal(column, text))
    try:
        return Money.pounds(text)
    except NumberNotUnderstood as problem:
        raise CellRefused(
            "parts of a penny", "an amount in pounds and pence", _sentence(str(problem))
        ) from problem


def _percent(column: Column, text: str) -> float:
    signed = text.rstrip().endswith("%")
    value = _within(column, _decimal(column, text.rstrip().removesuffix("%") if signed else text))
    if not signed and column.smallest and 0 < abs(value) < Decimal(str(column.smallest)):
        as_share = f"{(value * 100).normalize():f}"
        raise CellRefused(
            "percentage in doubt",
            "a rate in per cent, such as 4 or 4%",
            f"Write {as_share}% if a share of one was meant, or {text.strip()}% if it really is that small",
        )
    return float(value / _HUNDRED)


def _share(column: Column, text: str) -> float:
    if text.rstrip().endswith("%"):
        return float(_within(column, _decimal(column, text.rstrip().removesuffix("%")) / _HUNDRED))
    value = _decimal(column, text)
    if column.maximum is not None and value > Decimal(str(column.maximum)):
        raise CellRefused(
            "percentage in doubt",
            f"a share, {_range_words(column)}",
            f"Write {text.strip()}% if per cent was meant",
        )
    return float(_within(column, value))


def _level(column: Column, text: str) -> Level:
    percent = text.rstrip().endswith("%")
    value = _within(column, _decimal(column, text.rstrip().removesuffix("%") if percent else text))
    return Level(float(value / _HUNDRED if percent else value), percent)


def _whole(column: Column, text: str) -> int:
    value = _within(column, _decimal(column, text))
    if value != value.to_integral_value():
        raise CellRefused("text in a number", "a whole number", "Write a whole number")
    return int(value)


def _yes_no(column: Column, text: str) -> bool:
    try:
        return _YES_NO[text.strip().lower()]
    except KeyError:
        raise CellRefused("not one of the choices", "yes or no", "Write yes or no") from None


def _year(column: Column, text: str) -> FinancialYear:
    try:
        return FinancialYear.parse(text)
    except YearNotUnderstood as problem:
        raise CellRefused(
            "year not understood", "a financial year such as 2016/17", _sentence(str(problem))
        ) from problem


def _month(column: Column, text: str) -> Month:
    try:
        return Month.parse(text)
    except YearNotUnderstood as problem:
        raise CellRefused(
            "month not understood", "a month such as 2016-04", _sentence(str(problem))
        ) from problem


def _period(column: Column, text: str) -> int | FinancialYear:
    if text.isascii() and text.isdecimal() and len(text) <= 3 and int(text) > 0:
        return int(text)
    return _year(column, text)


def _date(column: Column, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise CellRefused(
            "date not understood", "a date such as 2013-04-01", "Write year-month-day"
        ) from None
    if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
        expected = f"a day of the years {EARLIEST_YEAR} to {LATEST_YEAR}"
        raise CellRefused("day out of range", expected, "Correct it")
    return found


def _choice(column: Column, text: str) -> str:
    if text in column.choices:
        return text
    expected = "one of " + ", ".join(column.choices)
    raise CellRefused("not one of the choices", expected, "Use one of them", column.choices)


def _ages(column: Column, text: str) -> AgeBand:
    try:
        return AgeBand.parse(text)
    except AgesNotUnderstood as problem:
        raise CellRefused(
            "ages not understood", "an age band such as 65-74, 85+ or all", _sentence(str(problem))
        ) from problem


def _quarter(column: Column, text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except YearNotUnderstood as problem:
        raise CellRefused(
            "quarter not understood", "a quarter such as 2017/18 Q1", _sentence(str(problem))
        ) from problem


def _calendar_period(column: Column, text: str) -> CalendarPeriod:
    try:
        return CalendarPeriod.parse(text)
    except PeriodNotUnderstood as problem:
        said = _sentence(str(problem).removesuffix(f"; {HOW_TO_WRITE}"))
        raise CellRefused(
            "period not understood",
            "a period such as 2016-04, 2016/17 Q1 or 2016/17",
            said,
        ) from problem


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


_PARSERS: dict[str, Callable[[Column, str], Any]] = {
    "text": _text, "name": _name, "code": _code, "amount": _amount, "number": _number, "percent": _percent,
    "share": _share, "level": _level, "whole": _whole, "yes_no": _yes_no, "year": _year, "month": _month, "period": _period,
    "date": _date, "choice": _choice, "ages": _ages, "quarter": _quarter,
    "calendar_period": _calendar_period, "prose": _prose, "money": _money,
}  # fmt: skip


def cell_text(column: Column, value: Any) -> str:
    """The text of a value, so that reading it again gives the same value."""
    if value is None:
        return ""
    if isinstance(value, Money):
        return number_text(Decimal(value.pence) / _HUNDRED)
    if column.type == "percent":
        return number_text(Decimal(repr(value)) * _HUNDRED) + "%"
    if column.type == "yes_no":
        return "yes" if value else "no"
    if isinstance(value, Level):
        exact = Decimal(repr(value.value))
        return number_text(exact * _HUNDRED) + "%" if value.percent else number_text(exact)
    if isinstance(value, float):
        return number_text(Decimal(repr(value)))
    # A published number keeps its digits: 4.00 is printed more exactly than 4.
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def number_text(value: Decimal) -> str:
    """A number without exponent and without trailing zeros after the point."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def defaults(name: str) -> dict[str, Any]:
    """What an empty cell of a table of a place means, by column, for the columns whose dataclass has a default."""
    row_type: Any = ROW_TYPES[name]  # a class can be hashed; that its rows can as well confuses the checker
    found: dict[str, Any] = row_defaults(row_type)
    return found


@cache
def row_defaults(row_type: Any) -> dict[str, Any]:
    """The same, of any type of row."""
    return {entry.name: entry.default for entry in fields(row_type) if entry.default is not MISSING}


def sorted_rows(table: Table, rows: Iterable[Row]) -> list[Row]:
    """Rows in the canonical order: by key, then by the whole text."""
    return sorted(
        rows, key=lambda row: [cell_text(column, getattr(row, name)) for name, column in _keyed(table)]
    )


def _keyed(table: Table) -> list[tuple[str, Column]]:
    rest = [name for name in table.columns if name not in table.key]
    return [(name, table.columns[name]) for name in (*table.key, *rest)]


def table_text(table: Table, rows: Iterable[Row]) -> str:
    """A table as CSV text: header, one row each, Unix line ends."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    for row in rows:
        writer.writerow([cell_text(column, getattr(row, name)) for name, column in table.columns.items()])
    return out.getvalue()
