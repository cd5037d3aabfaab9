"""Where the inputs of a place stand in its workbook, and how a formula takes one up."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from leftshift.place.rows import Row, table_of
from leftshift.place.schema import Column, Table, schema
from leftshift.workbooks import sheets
from leftshift.workbooks.live.grid import Cell, Unit, fixed, letter
from leftshift.workbooks.spelling import typed

PER_CENT_SIGN = "%"


@dataclass(frozen=True)
class InputSheet:
    """A table as its sheet holds it: which columns it has, and which record each line of its file is."""

    table: Table
    records: list[sheets.Record]
    record_of_line: Mapping[int, int]

    @cached_property
    def header(self) -> int | None:
        """The position of the header among the records."""
        return sheets.header_at(self.records)

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """Name of each column that the sheet has, and its position."""
        found = sheets.columns_of(self.table, self.records[self.header]) if self.header is not None else []
        return {column.name: at for at, column in enumerate(found) if column is not None}

    def facts(self) -> list[int]:
        """The positions of the records that are rows of the table."""
        start = len(self.records) if self.header is None else self.header + 1
        return [
            at
            for at in range(start, len(self.records))
            if not sheets.is_blank(self.records[at]) and not sheets.is_comment(self.records[at])
        ]

    def text(self, record: int, column: str) -> str:
        """The text of a cell; empty where the record or the sheet does not reach so far."""
        at = self.columns.get(column)
        return self.records[record][at] if at is not None and at < len(self.records[record]) else ""

    def address(self, record: int, column: str) -> str:
        """The cell, as ``E5``."""
        return f"{letter(self.columns[column] + 1)}{record + 1}"


def input_sheet(table: Table, text: str | None) -> InputSheet:
    """The sheet of a file; of a table that the place does not have, an empty one."""
    if text is None:
        return InputSheet(table, [list(table.columns)], {})
    reader, line, lines = csv.reader(io.StringIO(text, newline="")), 1, dict[int, int]()
    records = []
    for at, record in enumerate(reader):
        lines[line] = at
        line = reader.line_num + 1
        records.append(record)
    return InputSheet(table, records, lines)


@dataclass(frozen=True)
class Inputs:
    """The input sheets of a workbook; ``not_live`` collects the numbers that no formula can take up, and why."""

    texts: Mapping[str, str]
    per_cent: str = ""  # the cell that holds what one per cent is
    not_live: list[tuple[str, str]] = field(default_factory=list)

    @cached_property
    def sheets(self) -> Mapping[str, InputSheet]:
        """Each table's sheet."""
        return {
            table.name: input_sheet(table, self.texts.get(table.file)) for table in schema().tables.values()
        }

    def sheet_of(self, row: Row) -> InputSheet:
        """The sheet on which a row stands."""
        return self.sheets[row.origin.file.removesuffix(".csv")]

    def address(self, row: Row, column: str) -> tuple[str, str] | None:
        """Sheet and cell of a number that formulas take up; None where there is no such cell, or it holds a text."""
        sheet = self.sheet_of(row)
        record = sheet.record_of_line.get(row.origin.row or 0)
        if record is None or column not in sheet.columns or self._is_worked_out(row):
            return None
        text = sheet.text(record, column)
        if text and isinstance(typed(sheet.table.columns[column], text)[0], str):
            return None
        return sheet.table.name, sheet.address(record, column)

    def take(self, row: Row, column: str, value: float, unit: Unit) -> Cell:
        """A cell that takes up a number; ``value`` is what it stands for, as a share of one where it is one.

        A number that no formula can take up is fixed, and noted: one spelled with words or signs, or in a column that
        the sheet does not have.
        """
        formula = self.formula(row, column, empty=value)
        if formula is None:
            return fixed(value, unit)
        return Cell(value, formula, unit, "input")

    def formula(self, row: Row, column: str, *, empty: float) -> str | None:
        """The formula that takes up a number; an empty cell counts as ``empty``, which is what it means."""
        at = self.address(row, column)
        if at is None:
            self._note(row, column)
            return None
        cell = f"{at[0]}!{_absolute(at[1])}"
        sheet = self.sheet_of(row)
        text = sheet.text(sheet.record_of_line[row.origin.row or 0], column)
        if not text:
            return f'IF({cell}="",{empty:g},{cell})' if empty else cell
        return f"{cell}*{self.per_cent}" if _in_per_cent(sheet.table.columns[column], text) else cell

    def _note(self, row: Row, column: str) -> None:
        sheet = self.sheet_of(row)
        record = sheet.record_of_line.get(row.origin.row or 0)
        if record is not None and self._is_worked_out(row):
            first = next(iter(sheet.columns))
            self.not_live.append((f"{sheet.table.name}!{sheet.address(record, first)}", first))
        elif record is not None and sheet.text(record, column):
            self.not_live.append((f"{sheet.table.name}!{sheet.address(record, column)}", column))

    def _is_worked_out(self, row: Row) -> bool:
        """Whether a row follows from one of another table, as effects on money do from effects on activity."""
        return table_of(row) != self.sheet_of(row).table.name


def _in_per_cent(column: Column, text: str) -> bool:
    """Whether 4 stands for four per cent in a cell; with a sign, a spreadsheet holds 0.04."""
    return column.type == "percent" and not text.endswith(PER_CENT_SIGN)


def _absolute(address: str) -> str:
    letters = address.rstrip("0123456789")
    return f"${letters}${address.removeprefix(letters)}"
