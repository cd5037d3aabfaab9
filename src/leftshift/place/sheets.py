"""A table of a place as a sheet that people change cell by cell: what they do not touch stays as it was written.

A sheet is text, not facts: a cell may hold what is wrong, so that nothing is lost while it is being put right.
Reading says what is wrong with it, with the same faults as for a file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from leftshift.place.reading_rows import COMMENT
from leftshift.place.schema import Table, schema

_LONGEST_CELL, _LONGEST_KEY = 10_000, 64


class NoSuchColumn(ValueError):
    """A change of a column that neither the file nor its table has."""


class NotASheet(ValueError):
    """A text that is no table of comma-separated values."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with a key of its own that outlives moves; a comment or blank line has no cells.

    ``written`` is its text as it stands in the file, with its line end; None once it was changed.
    """

    key: str
    cells: tuple[str, ...] | None
    written: str | None = None

    def text(self) -> str:
        """The row as it stands in the file."""
        return self.written if self.written is not None else _line(self.cells or ())


@dataclass(frozen=True, slots=True)
class SetCell:
    """One cell gets another text; ``before`` is what its editor saw there."""

    row: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AddRow:
    """A row is added below another (first of all when ``below`` is empty)."""

    row: str
    below: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RemoveRow:
    """A row is removed; ``cells`` are what its editor saw in it."""

    row: str
    cells: Mapping[str, str]


Change = SetCell | AddRow | RemoveRow


@dataclass(frozen=True, slots=True)
class Clash:
    """A change that cannot be made, as somebody else was there first: what now stands there, and what was wanted."""

    row: str
    column: str
    now: str | None
    wanted: str


@dataclass(frozen=True)
class Sheet:
    """A table with its columns in the order of the file. ``head`` is all text down to the header row."""

    table: Table
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    head: str | None

    def text(self) -> str:
        """The file."""
        return (self.head if self.head is not None else _line(self.columns)) + "".join(
            row.text() for row in self.rows
        )

    def numbered(self) -> Iterator[tuple[int, SheetRow]]:
        """Each row of facts with the number of its line in the file, by which faults name it."""
        line = 1 + (self.head if self.head is not None else _line(self.columns)).count("\n")
        for row in self.rows:
            if row.cells is not None:
                yield line, row
            line += row.text().count("\n")

    def cell(self, row: SheetRow, column: str) -> str:
        """The text of a cell; empty where the file has no such column."""
        at = self.columns.index(column) if column in self.columns else -1
        return row.cells[at] if row.cells is not None and 0 <= at < len(row.cells) else ""

    def facts(self, row: SheetRow) -> dict[str, str]:
        """The cells of a row by column, empty ones left out."""
        return {name: text for name in self.columns if (text := self.cell(row, name))}

    def document(self) -> dict[str, Any]:
        """The sheet as plain values, to be stored."""
        rows = [[row.key, row.cells, row.written] for row in self.rows]
        return {"file": self.table.file, "columns": list(self.columns), "head": self.head, "rows": rows}


def sheet_of_document(document: Mapping[str, Any], tables: Mapping[str, Table] | None = None) -> Sheet:
    """The sheet that was stored; of a place, or of whatever has these tables."""
    table = (tables or schema().tables)[document["file"].removesuffix(".csv")]
    rows = (
        SheetRow(key, None if cells is None else tuple(cells), written)
        for key, cells, written in document["rows"]
    )
    return Sheet(table, tuple(document["columns"]), tuple(rows), document["head"])


def sheet_of_text(table: Table, text: str | None) -> Sheet:
    """The sheet of a file; a table that the place does not have is an empty one. Raises NotASheet."""
    if text is None or not text.strip():
        return Sheet(table, tuple(table.columns), (), text if text else None)
    head, columns, rows = "", None, list[SheetRow]()
    for written, record in _records(text):
        is_facts = any(cell.strip() for cell in record) and not record[0].lstrip().startswith(COMMENT)
        if columns is None:
            head += written
            if is_facts:
                columns = tuple(name.strip().lower().replace(" ", "_") for name in record)
        else:
            cells = tuple(cell.strip() for cell in record) if is_facts else None
            rows.append(SheetRow(f"r{len(rows) + 1}", cells, written))
    if columns is None:
        return Sheet(table, tuple(table.columns), (), head + _line(tuple(table.columns)))
    return Sheet(table, columns, _ended(rows), head if head.endswith("\n") else head + "\n")


def _ended(rows: Sequence[SheetRow]) -> tuple[SheetRow, ...]:
    """Every row ends its line, so that another can follow it."""
    if rows and not rows[-1].text().endswith("\n"):
        return (*rows[:-1], replace(rows[-1], written=rows[-1].text() + "\n"))
    return tuple(rows)


def _records(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each record with the text that it was read from."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    try:
        for record in csv.reader(lines(), strict=True):
            yield "".join(taken), record or [""]
            taken.clear()
    except csv.Error as problem:
        raise NotASheet(str(problem)) from problem


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


# ---------------------------------------------------------------------- changing
def apply_changes(sheet: Sheet, changes: Sequence[Change]) -> tuple[Sheet, tuple[Clash, ...]]:
    """The sheet after changes, and those that clash with what others did meanwhile.

    With a clash the sheet that comes back is not to be kept: all changes are made, or none.
    """
    work = _Work(sheet)
    clashes = [clash for change in changes for clash in work.make(change)]
    return work.sheet(), tuple(clashes)


class _Work:
    """A sheet while it is being changed."""

    def __init__(self, sheet: Sheet) -> None:
        self.before = sheet
        self.columns = list(sheet.columns)
        self.rows = {row.key: row for row in sheet.rows}
        self.order = [row.key for row in sheet.rows]

    def make(self, change: Change) -> Iterator[Clash]:
        if isinstance(change, SetCell):
            yield from self._set(change)
        elif isinstance(change, AddRow):
            yield from self._add(change)
        else:
            yield from self._remove(change)

    def _set(self, change: SetCell) -> Iterator[Clash]:
        row = self.rows.get(change.row)
        if row is None or row.cells is None:
            yield Clash(change.row, change.column, None, change.after)
            return
        now = self._cell(row, change.column)
        if now == change.after:
            return
        if now != change.before:
            yield Clash(change.row, change.column, now, change.after)
            return
        self.rows[row.key] = SheetRow(row.key, self._with(row.cells, {change.column: change.after}))

    def _add(self, change: AddRow) -> Iterator[Clash]:
        if change.row in self.rows:  # the same save, sent twice
            return
        at = self.order.index(change.below) + 1 if change.below in self.rows else len(self.order)
        if not change.below:
            at = 0
        self.order.insert(at, change.row)
        self.rows[change.row] = SheetRow(change.row, self._with((), change.cells))
        yield from ()

    def _remove(self, change: RemoveRow) -> Iterator[Clash]:
        row = self.rows.get(change.row)
        if row is None:
            return
        for column, seen in change.cells.items():
            now = self._cell(row, column)
            if now != seen:
                yield Clash(change.row, column, now, "")
                return
        del self.rows[change.row]
        self.order.remove(change.row)

    def _cell(self, row: SheetRow, column: str) -> str:
        at = self.columns.index(column) if column in self.columns else -1
        return row.cells[at] if row.cells is not None and 0 <= at < len(row.cells) else ""

    def _with(self, cells: tuple[str, ...], new: Mapping[str, str]) -> tuple[str, ...]:
        for name in new:
            if name not in self.columns and new[name]:
                self.columns.append(name)
        found = [*cells, *[""] * (len(self.columns) - len(cells))]
        for name, text in new.items():
            if name in self.columns:
                found[self.columns.index(name)] = text.strip()
        return tuple(found)

    def sheet(self) -> Sheet:
        columns, rows = tuple(self.columns), [self.rows[key] for key in self.order]
        if columns == self.before.columns:
            return replace(self.before, rows=tuple(rows))
        wide = len(columns)
        rows = [
            row if row.cells is None else SheetRow(row.key, (*row.cells, *[""] * (wide - len(row.cells))))
            for row in rows
        ]
        head = (self.before.head or _line(self.before.columns)).splitlines(keepends=True)[:-1]
        return Sheet(self.before.table, columns, tuple(rows), "".join(head) + _line(columns))


def inverse(sheet: Sheet, changes: Sequence[Change]) -> list[Change]:
    """What takes changes back that were made to a sheet, in the order in which to make it."""
    places = {row.key: at for at, row in enumerate(sheet.rows)}
    by_key = {row.key: row for row in sheet.rows}
    found: list[Change] = []
    for change in changes:
        if isinstance(change, SetCell):
            found.append(SetCell(change.row, change.column, change.after, change.before))
        elif isinstance(change, AddRow):
            found.append(RemoveRow(change.row, change.cells))
        elif change.row in by_key:
            at = places[change.row]
            below = sheet.rows[at - 1].key if at else ""
            found.append(AddRow(change.row, below, sheet.facts(by_key[change.row])))
    return found[::-1]


def change_of_document(given: object) -> Change:
    """A change that came as plain values; raises ValueError saying what is wrong with it."""
    kinds: dict[str, tuple[type[Any], dict[str, type]]] = {
        "set": (SetCell, {"row": str, "column": str, "before": str, "after": str}),
        "add": (AddRow, {"row": str, "below": str, "cells": dict}),
        "remove": (RemoveRow, {"row": str, "cells": dict}),
    }
    if not isinstance(given, Mapping) or given.get("do") not in kinds:
        raise ValueError("a change sets a cell, adds a row or removes one: do is set, add or remove")
    made, fields = kinds[given["do"]]
    for name, kind in fields.items():
        if not isinstance(given.get(name), kind):
            raise ValueError(f"{name} of a change has to be {'text' if kind is str else 'cells by column'}")
    texts = [value for name in fields for value in _texts(given[name])]
    if any(not isinstance(text, str) or len(text) > _LONGEST_CELL or not _is_text(text) for text in texts):
        raise ValueError(f"a cell holds text of at most {_LONGEST_CELL:,} characters")
    if not 0 < len(given["row"]) <= _LONGEST_KEY:
        raise ValueError(f"the key of a row has 1 to {_LONGEST_KEY} characters")
    found: Change = made(**{name: given[name] for name in fields})
    return found


def _is_text(text: str) -> bool:
    """Whether a database and a file can hold it: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def check_columns(sheet: Sheet, changes: Sequence[Change]) -> None:
    """Raise NoSuchColumn where a change names a column that neither the file nor its table has."""
    known = {*sheet.columns, *sheet.table.columns}
    for change in changes:
        names = [change.column] if isinstance(change, SetCell) else list(change.cells)
        for name in names:
            if name not in known:
                raise NoSuchColumn(f"{sheet.table.name} has no column {name[:60]}")


def _texts(value: object) -> list[Any]:
    return [*value.keys(), *value.values()] if isinstance(value, Mapping) else [value]


def document_of_change(change: Change) -> dict[str, Any]:
    """A change as plain values."""
    if isinstance(change, SetCell):
        return {
            "do": "set",
            "row": change.row,
            "column": change.column,
            "before": change.before,
            "after": change.after,
        }
    if isinstance(change, AddRow):
        return {"do": "add", "row": change.row, "below": change.below, "cells": dict(change.cells)}
    return {"do": "remove", "row": change.row, "cells": dict(change.cells)}
