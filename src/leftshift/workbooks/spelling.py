"""Between the spelling of a cell in a CSV file and a typed cell of a workbook, in both directions and without loss.

A number goes into a workbook as a number when its spelling can be told from its value and number format
(``60000``, ``60,000.50``, ``4.00``, ``2.5%``) and it has at most fifteen digits, which is what Excel keeps.
Every other spelling (``£60``, ``(12)``, ``1e3``) goes in as the text it is.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from leftshift.place.schema import Column

AS_TEXT, AS_DATE = "@", "yyyy-mm-dd"
LONGEST_TEXT = 32_767  # characters of a cell, by the format of workbooks
_DIGITS_KEPT = 15
_FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets disagree about which day a number is
_NUMERIC = {"amount", "number", "percent", "share", "level", "whole"}
_PLAIN_NUMBER = re.compile(r"(-?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,15}))?(%?)")
_CANNOT_HOLD = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|x005F_")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_IN_QUOTES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DECIMALS = re.compile(r"[0#]\.(0+)")

Typed = str | float | date


def is_holdable(text: str) -> bool:
    """Whether a workbook can hold the text: no control characters, none of its own escapes, not too long."""
    return len(text) <= LONGEST_TEXT and not _CANNOT_HOLD.search(text)


def typed(column: Column | None, text: str) -> tuple[Typed, str]:
    """What to put into the workbook for the text of a cell, and the number format that brings the spelling back."""
    if column is not None and column.type in _NUMERIC:
        return _number(text)
    if column is not None and column.type == "date":
        return _date(text)
    return text, AS_TEXT


def _number(text: str) -> tuple[Typed, str]:
    match = _PLAIN_NUMBER.fullmatch(text) if text.isascii() else None
    if match is None:
        return text, AS_TEXT
    sign, whole, fraction, percent = match.groups()
    grouped = "," in whole
    plain = whole.replace(",", "")
    digits = (plain + (fraction or "")).lstrip("0")
    zero_padded = len(plain) > 1 and plain.startswith("0")
    if zero_padded or len(digits) > _DIGITS_KEPT or (sign and not digits):
        return text, AS_TEXT
    value = Decimal(f"{sign}{plain}.{fraction or 0}") / (100 if percent else 1)
    spelling = ("#,##0" if grouped else "0") + ("." + "0" * len(fraction) if fraction else "") + percent
    found = float(value), "General" if spelling == "0" else spelling
    return found if spelled_number(*found) == text else (text, AS_TEXT)


def _date(text: str) -> tuple[Typed, str]:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text, AS_TEXT
    return (found, AS_DATE) if found >= _FIRST_DAY and found.isoformat() == text else (text, AS_TEXT)


def spelled(column: Column | None, value: Any, number_format: str) -> str:
    """The text of a cell of a workbook, as a CSV file would hold it; ``column`` is None where it is not known."""
    kind = column.type if column is not None else "text"
    if value is None:
        return ""
    if isinstance(value, bool):
        return _boolean(kind, value)
    if isinstance(value, int | float | Decimal):
        return spelled_number(value, number_format if kind in _NUMERIC else _percent_only(number_format))
    if isinstance(value, datetime | date):
        return _moment(kind, value)
    if isinstance(value, time | timedelta):
        return str(value)
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), str(value))


def _boolean(kind: str, value: bool) -> str:
    if kind == "yes_no":
        return "yes" if value else "no"
    return "TRUE" if value else "FALSE"


def _moment(kind: str, value: datetime | date) -> str:
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat(" ")
    day = value.date() if isinstance(value, datetime) else value
    # April 2016, typed into a cell, becomes its first day; any other day was not meant as a month
    return f"{day:%Y-%m}" if kind == "month" and day.day == 1 else day.isoformat()


def _percent_only(number_format: str) -> str:
    return "0%" if "%" in _IN_QUOTES.sub("", number_format) else "General"


def spelled_number(value: float | int | Decimal, number_format: str) -> str:
    """A number as its format shows it, but with every digit that it has (at most fifteen, as a spreadsheet has them)."""
    shape = _IN_QUOTES.sub("", number_format).partition(";")[0]
    percent = "%" in shape
    exact = Decimal(f"{value:.15g}") * (100 if percent else 1)
    least = _DECIMALS.search(shape)
    whole, _, fraction = f"{abs(exact):f}".partition(".")
    fraction = fraction.rstrip("0").ljust(len(least.group(1)) if least else 0, "0")
    grouped = f"{int(whole):,}" if "#,##0" in shape else whole
    sign = "-" if exact < 0 else ""
    return sign + grouped + (f".{fraction}" if fraction else "") + ("%" if percent else "")
