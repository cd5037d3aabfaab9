"""What a check of a programme finds at a row: a fault that says what to do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from leftshift.foundation.faults import Fault, near_miss, shown
from leftshift.foundation.money import Money


def at_row(row: Any, column: str, kind: str, *, expected: str, action: str, **more: Any) -> Fault:
    """A fault at a row; what was found is the cell, unless ``found`` says otherwise."""
    found = more.get("found")
    if found is None:
        found = shown(_cell(getattr(row, column, None)))
    return Fault(
        kind, row.origin.file, row.origin.row or None, column, found, expected, action, more.get("suggestion")
    )


def unknown(row: Any, column: str, what: str, known: Collection[str], where: str) -> Fault:
    """A cell that names what there is not."""
    value = str(getattr(row, column))
    return at_row(
        row, column, f"unknown {what}", expected=f"{'an' if what[0] in 'aeiou' else 'a'} {what} of {where}",
        action="Correct it, or add it there", suggestion=near_miss(value, known),
    )  # fmt: skip


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.brief if isinstance(value, Money) else str(value)
