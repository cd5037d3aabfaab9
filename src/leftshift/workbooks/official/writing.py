"""Write the official workbook of a round: labels, tables and formulas where its pack says, filled from a return.

What people enter is yellow and can be changed; what comes filled in is grey; labels and formulas are locked, without a
password. A formula carries its value, so that programs that do not calculate show it too.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from leftshift.foundation.money import Money
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.returns.building import Return, blocks_of, columns_of
from leftshift.fund.returns.content import Line, Value
from leftshift.fund.rounds.round import Round
from leftshift.fund.rounds.rows import Block, BlockColumn, TemplateCell
from leftshift.workbooks.official.names import Names

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FORMATS = {"money": "#,##0.00", "number": "General", "percent": "0.0", "date": "yyyy-mm-dd", "whole": "0"}
_ENTERED, _GIVEN = "#FFF2B3", "#E8EDEE"
_CHOICES = "Lists"
_LONGEST_TEXT = 32_767  # of a cell, by Excel
_WIDE = {"text": 34, "list": 30}


class NoRoom(ValueError):
    """A table of the workbook has fewer rows than there is to write."""


def write_official(made: Return, found: Round, plan: FundPlan) -> bytes:
    """The workbook of a return as XLSX. The same return gives the same bytes. Raises NoRoom."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    # a workbook says when it was made: the day of the return, so that it does not depend on the clock
    book.set_properties({"title": f"{found.name}, {made.plan}", "created": _midnight(made.as_of)})
    _Writer(book, made, found, Names(found, plan)).write()
    book.close()
    return out.getvalue()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def fitting(text: str, place: str) -> str:
    """A text that a cell can hold whole. Raises NoRoom for one that is longer: Excel would cut it off in silence."""
    if len(text) > _LONGEST_TEXT:
        raise NoRoom(
            f"cell {place} has room for {_LONGEST_TEXT:,} characters, and a text has {len(text):,}: shorten it"
        )
    return text


def sheets_of(found: Round, kind: str) -> list[str]:
    """The sheets of a workbook of a round, in the order of its pack."""
    cells = [row.sheet for row in found.cells if row.template == kind]
    named = {*cells, *(row.sheet for row in blocks_of(found, kind))}
    return sorted(dict.fromkeys([*cells, *named]), key=_number)


def _number(name: str) -> tuple[int, str]:
    digits = "".join(letter for letter in name.split(".")[0] if letter.isdigit())
    return (int(digits) if digits else 99, name)


def first_row(block: Block) -> int:
    """The row of a table's first values, counted from 1."""
    return block.heading_row + 1


def last_row(block: Block) -> int:
    """The row of a table's last values, counted from 1."""
    return block.heading_row + block.rows


def formula_at(column: BlockColumn, block: Block, row: int) -> str:
    """The formula of a column in a row."""
    return column.formula.format(row=row, first=first_row(block), last=last_row(block))


class _Writer:
    """Writes one workbook."""

    def __init__(self, book: Workbook, made: Return, found: Round, names: Names) -> None:
        self.book, self.made, self.found, self.names = book, made, found, names
        self.formats: dict[tuple[str, str], Any] = {}
        self.choices: dict[str, str] = {}

    def write(self) -> None:
        """Every sheet, and a hidden one with the lists."""
        kind = self.made.kind
        sheets = {name: self.book.add_worksheet(name[:31]) for name in sheets_of(self.found, kind)}
        self._lists(
            [column for block in blocks_of(self.found, kind) for column in columns_of(self.found, block)]
        )
        for cell in (row for row in self.found.cells if row.template == kind):
            self._single(sheets[cell.sheet], cell)
        for block in blocks_of(self.found, kind):
            self._block(sheets[block.sheet], block)
        for sheet in sheets.values():
            sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
            sheet.hide_gridlines(2)

    def _format(self, holds: str, form: str) -> Any:
        key = (holds, form)
        if key not in self.formats:
            more: dict[str, Any] = {"num_format": FORMATS.get(form, "General"), "valign": "top"}
            if holds == "entered":
                more |= {"bg_color": _ENTERED, "locked": False, "border": 1, "border_color": "#AEB7BD"}
            elif holds in ("given", "worked_out"):
                more |= {"bg_color": _GIVEN, "border": 1, "border_color": "#AEB7BD"}
            else:
                more |= {"bold": True}
            self.formats[key] = self.book.add_format(more | ({"text_wrap": True} if form == "text" else {}))
        return self.formats[key]

    def _lists(self, columns: list[BlockColumn]) -> None:
        sheet = self.book.add_worksheet(_CHOICES)
        for at, name in enumerate(sorted({column.list for column in columns if column.list})):
            values = list(self.names.offered(name))
            sheet.write_column(0, at, [name, *values])
            letter = _letters(at)
            self.choices[name] = f"={_CHOICES}!${letter}$2:${letter}${len(values) + 1}" if values else ""
        sheet.hide()

    def _single(self, sheet: Worksheet, cell: TemplateCell) -> None:
        look = self._format(cell.holds, cell.form)
        if cell.holds == "label":
            sheet.write_string(cell.cell, cell.what, look)
            column = "".join(letter for letter in cell.cell if letter.isalpha())
            sheet.set_column(f"{column}:{column}", 40)
        else:
            self._value(sheet, cell.cell, self.made.cells.get(cell.what), look)

    def _block(self, sheet: Worksheet, block: Block) -> None:
        rows, columns = self.made.blocks[block.block], columns_of(self.found, block)
        if len(rows) > block.rows:
            raise NoRoom(
                f"sheet {block.sheet} has room for {block.rows} rows of {block.of.replace('_', ' ')}, and there are {len(rows)}: the pack of the round says how many"
            )
        head = self.book.add_format({"bold": True, "text_wrap": True, "bottom": 2, "valign": "top"})
        for column in columns:
            sheet.write_string(f"{column.column}{block.heading_row}", column.heading, head)
            sheet.set_column(f"{column.column}:{column.column}", _WIDE.get(column.form, 16))
            self._offer(sheet, block, column)
        for at in range(block.rows):
            self._row(sheet, block, columns, at, rows[at] if at < len(rows) else None)

    def _row(
        self, sheet: Worksheet, block: Block, columns: list[BlockColumn], at: int, row: Line | None
    ) -> None:
        number = first_row(block) + at
        for column in columns:
            look, place = self._format(column.holds, column.form), f"{column.column}{number}"
            if column.holds == "worked_out":
                if row is not None:
                    worked_out = _number_of(row.get(column.item))
                    sheet.write_formula(place, formula_at(column, block, number), look, worked_out)
            else:
                self._value(sheet, place, self._plain(row.get(column.item) if row else None, column), look)

    def _offer(self, sheet: Worksheet, block: Block, column: BlockColumn) -> None:
        where = f"{column.column}{first_row(block)}:{column.column}{last_row(block)}"
        if column.holds == "entered" and column.form == "list" and self.choices.get(column.list):
            sheet.data_validation(where, {"validate": "list", "source": self.choices[column.list]})

    def _plain(self, value: Value, column: BlockColumn) -> Value:
        return self.names.printed(column.list, value) if isinstance(value, str) and column.list else value

    def _value(self, sheet: Worksheet, place: str, value: Value, look: Any) -> None:
        if value is None or value == "":
            sheet.write_blank(place, None, look)
        elif isinstance(value, Money):
            sheet.write_number(place, value.pence / 100, look)
        elif isinstance(value, Decimal):
            sheet.write_number(place, float(value), look)
        elif isinstance(value, date):
            sheet.write_datetime(place, _midnight(value), look)
        elif isinstance(value, str):
            sheet.write_string(place, fitting(value, place), look)
        else:
            sheet.write_number(place, int(value), look)


def _number_of(value: Value) -> float | str:
    """The value that a formula carries."""
    if isinstance(value, Money):
        return value.pence / 100
    return float(value) if isinstance(value, Decimal) else ""


def _letters(at: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(at))


def places_of(found: Round, kind: str) -> Iterator[tuple[str, str, str]]:
    """Sheet, cell and what people enter there, for every single cell and every cell of every table."""
    for cell in found.cells:
        if cell.template == kind and cell.holds == "entered":
            yield cell.sheet, cell.cell, cell.what
    for block in blocks_of(found, kind):
        for column in columns_of(found, block):
            if column.holds == "entered":
                for row in range(first_row(block), last_row(block) + 1):
                    yield block.sheet, f"{column.column}{row}", column.item
