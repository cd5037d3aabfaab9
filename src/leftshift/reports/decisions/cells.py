"""Rows, columns and cells of what studies say; numbers stay exact beside their words."""

from __future__ import annotations

from leftshift.foundation.money import round_half_up
from leftshift.reports.content import Cell, Column, Row
from leftshift.reports.words import amount


def row(name: str, *cells: Cell, strong: bool = False) -> Row:
    """A row with its name and its numbers."""
    return Row((Cell(name), *cells), strong)


def columns(*names: str) -> tuple[Column, ...]:
    """Columns of numbers."""
    return tuple(Column(name, numeric=True) for name in names)


def money(value: float) -> Cell:
    """An amount, £000."""
    return Cell(amount(value), number=value)


def share(value: float) -> Cell:
    """A share of one."""
    return Cell(share_text(value), number=value)


def share_text(value: float) -> str:
    """A share of one in per cent."""
    return f"{round_half_up(100 * value, 1)}%".replace("-", "\u2212")
