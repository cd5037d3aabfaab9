"""Read the rows of one table: header, cells and keys; every fault of them, memory bounded."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.sources import Origin
from leftshift.foundation.years import FinancialYear
from leftshift.place.cells import CellRefused, parse_cell, row_defaults
from leftshift.place.row import Row
from leftshift.place.schema import Column, Schema, Table
from leftshift.place.seen import RefusedRow, Seen

COMMENT = "#"


@dataclass
class Reading:
    """What one reading has seen so far."""

    faults: Faults
    schema: Schema
    row_types: Mapping[str, Callable[..., Any]]
    whole: str = "place"  # what the tables make together, for the words of a fault
    heading: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)

    def refuse(
        self,
        kind: str,
        file: str,
        expected: str,
        action: str,
        *,
        row: int | None = None,
        column: str | None = None,
        found: str = "",
        suggestion: str | None = None,
    ) -> None:
        """Add a fault of a file."""
        self.seen.faulty.add(file)
        self.faults.add(Fault(kind, file, row, column, found, expected, action, suggestion))


def records(file: TextIO, longest: int) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of their first line; comment and blank rows left out."""
    reader = csv.reader(_lines(file, longest), strict=True)
    line = 1
    for record in reader:
        if any(cell.strip() for cell in record) and not record[0].lstrip().startswith(COMMENT):
            yield line, [cell.strip() for cell in record]
        line = reader.line_num + 1


def _lines(file: TextIO, longest: int) -> Iterator[str]:
    while line := file.readline(longest):
        if len(line) >= longest:
            raise csv.Error(f"a line is longer than {longest:,} characters")
        yield line


def read_rows(table: Table, records: Iterator[tuple[int, list[str]]], reading: Reading) -> None:
    """Read a header and the rows under it into what the reading has seen."""
    columns = _read_header(table, next(records, None), reading)
    if columns is None:
        return
    reader = _RowReader(table, columns, reading)
    for line, record in records:
        reader.read(line, record)
    if reader.seen > reading.schema.rows:
        reading.refuse(
            "file too large",
            table.file,
            f"at most {reading.schema.rows:,} rows",
            f"Split the {reading.whole}, or leave out what it does not need",
            found=f"{reader.seen:,} rows",
        )


def _read_header(
    table: Table, first: tuple[int, list[str]] | None, reading: Reading
) -> list[Column | None] | None:
    if first is None:
        if table.required:
            reading.refuse("empty table", table.file, "a header and rows", "Fill it in, or restore it")
        return None
    line, names = first
    folded = [name.lower().replace(" ", "_") for name in names]
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        reading.refuse(
            "file not understood",
            table.file,
            "columns separated by commas",
            "Save it as 'CSV UTF-8 (comma delimited)'",
            row=line,
            found=shown(names[0]),
        )
        return None
    _check_header(table, line, folded, reading)
    return [table.columns.get(name) for name in folded]


def _check_header(table: Table, line: int, names: list[str], reading: Reading) -> None:
    for position, name in enumerate(names):
        if name not in table.columns:
            reading.refuse(
                "unknown column",
                table.file,
                "one of " + ", ".join(table.columns),
                "Rename or remove the column: nothing would read it",
                row=line,
                column=name or f"number {position + 1}",
                suggestion=near_miss(name, set(table.columns) - set(names)),
            )
        elif name in names[:position]:
            reading.refuse(
                "duplicate column",
                table.file,
                "each column once",
                "Remove one of them",
                row=line,
                column=name,
            )
    for name, column in table.columns.items():
        if column.required and name not in names:
            reading.refuse(
                "missing column",
                table.file,
                f"a column {name}: {column.description}",
                "Add the column",
                row=line,
                column=name,
            )


class _RowReader:
    """Reads the rows of one table; keeps no more of them than the schema allows."""

    def __init__(self, table: Table, columns: list[Column | None], reading: Reading) -> None:
        self.table, self.columns, self.reading = table, columns, reading
        self.row_type = reading.row_types[table.name]
        self.kept = reading.tables[table.name]
        self.keys: dict[tuple[Any, ...], int] = {}
        self.seen = 0
        self.base_year: FinancialYear | None = reading.heading.get("base_year")
        self.last_year: FinancialYear | None = reading.heading.get("last_year")
        self.empty: Mapping[str, Any] = row_defaults(self.row_type)
        self.remembered: dict[tuple[str, str], Any] = {}
        missing = [
            column for column in table.columns.values() if column not in columns and not column.required
        ]
        self.absent = {column.name: self._meaning_of_empty(column) for column in missing}

    def read(self, line: int, record: list[str]) -> None:
        """Read one row: keep it, or add its faults."""
        self.seen += 1
        if len(record) > len(self.columns) and any(record[len(self.columns) :]):
            self._refuse(
                line,
                None,
                "",
                CellRefused(
                    "too many cells", f"{len(self.columns)} cells", "Put text with commas into double quotes"
                ),
            )
            return
        values = dict(self.absent)
        whole = True
        for position, column in enumerate(self.columns):
            if column is None:
                continue
            text = record[position] if position < len(record) else ""
            try:
                values[column.name] = self._cell(column, text)
            except CellRefused as refused:
                self._refuse(line, column.name, text, refused)
                whole = False
        if values.get(self.table.key[0]) and self.seen <= self.reading.schema.rows:
            self.reading.seen.mentioned.setdefault(self.table.name, set()).add(str(values[self.table.key[0]]))
        if whole and len(values) == len(self.table.columns):
            self._keep(line, values)
        elif not self.reading.faults.is_full:
            half_read = RefusedRow(Origin(self.table.file, line), values)
            self.reading.seen.refused.setdefault(self.table.name, []).append(half_read)

    def _cell(self, column: Column, text: str) -> Any:
        if not text:
            if column.required:
                raise CellRefused(
                    "missing value",
                    column.description[0].lower() + column.description[1:],
                    "Fill in the cell",
                )
            return self._meaning_of_empty(column)
        remembered = self.remembered.get((column.name, text))
        if remembered is not None:
            return remembered
        value = parse_cell(column, text)
        if column.in_plan:
            self._check_in_plan(value)
        if len(self.remembered) < 100_000:
            self.remembered[column.name, text] = value
        return value

    def _check_in_plan(self, year: FinancialYear) -> None:
        if self.base_year and self.last_year and not self.base_year <= year <= self.last_year:
            raise CellRefused(
                "year outside the plan",
                f"a year from {self.base_year} to {self.last_year}",
                "Correct the year, or the years of place.toml",
            )

    def _meaning_of_empty(self, column: Column) -> Any:
        if column.default == "base year":
            return self.base_year
        return self.empty.get(column.name)

    def _keep(self, line: int, values: dict[str, Any]) -> None:
        if self.seen > self.reading.schema.rows:
            return
        key = tuple(values[name] for name in self.table.key)
        if key in self.keys:
            words = ", ".join(
                f"{name} {values[name]}" for name in self.table.key if values[name] not in {None, ""}
            )
            self._refuse(
                line,
                self.table.key[0],
                str(key[0]),
                CellRefused(
                    "duplicate key", f"one row for {words}", f"Remove this row or row {self.keys[key]}"
                ),
            )
            return
        self.keys[key] = line
        self.kept.append(self.row_type(**values, origin=Origin(self.table.file, line)))

    def _refuse(self, line: int, column: str | None, text: str, refused: CellRefused) -> None:
        faults = self.reading.faults
        self.reading.seen.faulty.add(self.table.file)
        suggestion = (
            near_miss(text, refused.candidates) if refused.candidates and not faults.is_full else None
        )
        faults.add(
            Fault(
                refused.kind,
                self.table.file,
                line,
                column,
                shown(text),
                refused.expected,
                refused.action,
                suggestion,
            )
        )
