"""How two places differ in their inputs: cell by cell, in words, before anything is run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from leftshift.foundation.sources import Origin
from leftshift.place.applying import given_rate, key_of, key_words
from leftshift.place.cells import cell_text
from leftshift.place.place import Place
from leftshift.place.rows import Assumption, Row
from leftshift.place.schema import Column, Table, schema

_ABOUT = ("source", "basis")  # of a row: shown only where nothing else differs


@dataclass(frozen=True)
class Difference:
    """One cell that differs, or a row that only one place has (``column`` is then empty).

    ``group`` names the input as people do: a rate of an organisation in all its years, a contract, an
    intervention. Texts are as a file would hold them; an empty one stands for nothing.
    """

    table: str
    key: str
    group: str
    column: str
    before: str
    after: str
    left: Origin | None
    right: Origin | None
    why: str

    @property
    def words(self) -> str:
        """The difference in a line."""
        if self.column:
            return f"{self.key}: {self.column.replace('_', ' ')} {self.before or 'nothing'} → {self.after or 'nothing'}"
        return f"{self.key}: {'only after' if self.left is None else 'only before'}"

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "table": self.table,
            "key": self.key,
            "group": self.group,
            "column": self.column,
            "before": self.before,
            "after": self.after,
            "file": self.right.file if self.right else "",
            "row": self.right.row if self.right else None,
            "why": self.why,
        }


def differences(left: Place, right: Place) -> tuple[Difference, ...]:
    """Every input in which two places differ, by table and key; what is held against the model (published) included."""
    found: list[Difference] = []
    for name in ("name", "base_year", "last_year", "perimeter", "description"):
        before, after = str(getattr(left, name)), str(getattr(right, name))
        if before != after:
            found.append(Difference("place", name, name, name, before, after, None, None, ""))
    for table in schema().tables.values():
        found += _of_table(table, left, right)
    return tuple(found)


def group_of(table: Table, row: Row) -> str:
    """The input that a row belongs to, as people name it."""
    if isinstance(row, Assumption):
        return f"{row.assumption.replace('_', ' ')} of {row.organisation}"
    first = str(getattr(row, table.key[0]))
    return f"{table.name.replace('_', ' ').removesuffix('s')} {first}"


def _of_table(table: Table, left: Place, right: Place) -> Iterator[Difference]:
    before = {key_of(table, row): row for row in left.table(table.name)}
    after = {key_of(table, row): row for row in right.table(table.name)}
    for key in sorted(before.keys() | after.keys(), key=lambda key: key_words(table, key)):
        one, other = before.get(key), after.get(key)
        if table.name == "assumptions" and one is None and isinstance(other, Assumption):
            one = _given(left, other)
        if one is None or other is None:
            yield _row_only(table, key, one, other)
        elif one != other:
            yield from _cells(table, key, one, other)


def _given(place: Place, row: Assumption) -> Assumption | None:
    """The row that gave the rate before a body had a row of its own for the year; None where a formula gave it."""
    if row.year is None:
        return None
    known = {(entry.organisation, entry.assumption, entry.year): entry for entry in place.assumptions}
    return given_rate(known, row.organisation, row.assumption, row.year)


def _row_only(table: Table, key: tuple[Any, ...], one: Row | None, other: Row | None) -> Difference:
    row = one or other
    assert row is not None
    shown = "; ".join(
        f"{name.replace('_', ' ')} {text}"
        for name, column in table.columns.items()
        if name not in (*table.key, *_ABOUT) and (text := _shown(column, getattr(row, name)))
    )
    return Difference(
        table.name,
        key_words(table, key),
        group_of(table, row),
        "",
        shown if one else "",
        shown if other else "",
        one.origin if one else None,
        other.origin if other else None,
        other.source if other else "",
    )


def _cells(table: Table, key: tuple[Any, ...], one: Row, other: Row) -> Iterator[Difference]:
    names = [
        name for name in table.columns if name not in table.key and getattr(one, name) != getattr(other, name)
    ]
    matter = [name for name in names if name not in _ABOUT]
    for name in matter or names:
        column = table.columns[name]
        yield Difference(
            table.name,
            key_words(table, key),
            group_of(table, other),
            name,
            _shown(column, getattr(one, name)),
            _shown(column, getattr(other, name)),
            one.origin,
            other.origin,
            other.source,
        )


def _shown(column: Column, value: Any) -> str:
    """A cell as a file may hold it; shares as people say them."""
    if column.type == "share" and value is not None:
        return cell_text(replace(column, type="percent"), value)
    return cell_text(column, value)
