"""How two contents of a plan differ, cell by cell: what unsigned it, and what changed since a return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from leftshift.foundation.money import Money
from leftshift.fund.plan.plan import FundPlan, plan_kind
from leftshift.place.applying import key_of, key_words
from leftshift.place.cells import cell_text
from leftshift.place.schema import Table


@dataclass(frozen=True)
class Change:
    """One cell that differs, or a row that only one of the two has (``column`` is then empty)."""

    table: str
    key: str
    column: str
    before: str
    after: str
    by: Money | None = None

    @property
    def words(self) -> str:
        """The change in a line."""
        where = f"{self.table.replace('_', ' ')}, {self.key}" if self.key else self.table
        if not self.column:
            return f"{where}: {'new' if self.after else 'gone'}, {self.after or self.before}"
        more = f" ({'+' if self.by.pence > 0 else ''}{self.by})" if self.by is not None else ""
        return f"{where}: {self.column.replace('_', ' ')} {self.before or 'nothing'} → {self.after or 'nothing'}{more}"

    def document(self) -> dict[str, Any]:
        """As plain values."""
        by = None if self.by is None else self.by.pence / 100
        plain = {name: getattr(self, name) for name in ("table", "key", "column", "before", "after", "words")}
        return {**plain, "by": by}


def differences(before: FundPlan, after: FundPlan, *, signed_only: bool = True) -> tuple[Change, ...]:
    """Everything in which two contents differ; by default only what is signed."""
    found = [
        Change("plan", "", name, str(left), str(right))
        for name in before.heading
        if (left := before.heading[name]) != (right := after.heading[name])
    ]
    for table in plan_kind().schema.tables.values():
        if not (signed_only and table.beside_the_plan):
            found += _of_table(table, before, after)
    return tuple(found)


def _of_table(table: Table, before: FundPlan, after: FundPlan) -> Iterator[Change]:
    left = {key_of(table, row): row for row in before.tables[table.name]}
    right = {key_of(table, row): row for row in after.tables[table.name]}
    for key in sorted(left.keys() | right.keys(), key=lambda key: key_words(table, key)):
        one, other, words = left.get(key), right.get(key), key_words(table, key)
        if one is None or other is None:
            yield Change(table.name, words, "", _row_words(table, one), _row_words(table, other))
            continue
        for name, column in table.columns.items():
            was, now = getattr(one, name), getattr(other, name)
            if was != now:
                by = now - was if isinstance(was, Money) and isinstance(now, Money) else None
                yield Change(table.name, words, name, cell_text(column, was), cell_text(column, now), by)


def _row_words(table: Table, row: Any) -> str:
    if row is None:
        return ""
    shown = (
        f"{name.replace('_', ' ')} {text}"
        for name, column in table.columns.items()
        if name not in (*table.key, "source", "basis") and (text := cell_text(column, getattr(row, name)))
    )
    return "; ".join(shown) or "a row"
