"""Read an official workbook of a round cell for cell: every fault with its sheet and cell, nothing taken in silence."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss, shown
from leftshift.foundation.money import Money, NumberNotUnderstood, parse_number
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.returns.building import blocks_of, columns_of
from leftshift.fund.returns.content import Line, Value
from leftshift.fund.rounds.round import Round
from leftshift.fund.rounds.rows import Block, BlockColumn, TemplateCell
from leftshift.workbooks.official.inspecting import check_sheets, merged_cells, sheets_in
from leftshift.workbooks.official.names import Names
from leftshift.workbooks.official.writing import first_row, last_row, sheets_of
from leftshift.workbooks.opened import Opened, zip_of
from leftshift.workbooks.reading import open_workbook

_MOST_CELLS = 400_000
_PENNY = Decimal("0.01")
_REFERENCE = re.compile(r"\$?[A-Z]{1,3}\$?[0-9]")  # =5000 is a typed total too
_LOOK_BELOW = 200
_MOST_POUNDS = Decimal(10**12)
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")


@dataclass(frozen=True)
class Official:
    """What an official workbook holds: single cells by item, the rows of every table, and notes on what was seen."""

    kind: str
    round: str
    name: str
    cells: dict[str, Value]
    blocks: dict[str, list[Line]]
    rows: dict[str, list[int]]
    notes: list[str] = field(default_factory=list)


@dataclass
class Book:
    """An opened workbook with formulas and with values, and the faults so far."""

    name: str
    formulas: Any
    values: Any
    faults: Faults = field(default_factory=Faults)
    notes: list[str] = field(default_factory=list)

    def close(self) -> None:
        """Let go of the file."""
        self.formulas.close()
        self.values.close()

    def file(self, sheet: str) -> str:
        """How a fault names a sheet."""
        return f"{self.name}, sheet {sheet}"

    def add(
        self,
        kind: str,
        sheet: str,
        cell: str,
        found: str,
        expected: str,
        action: str,
        hint: str | None = None,
    ) -> None:
        """A fault at a cell."""
        letters = "".join(letter for letter in cell if letter.isalpha())
        row = int(cell[len(letters) :]) if cell[len(letters) :].isdigit() else None
        self.faults.add(Fault(kind, self.file(sheet), row, letters or None, found, expected, action, hint))


def read_official(content: bytes, name: str, found: Round, kind: str, plan: FundPlan) -> Official:
    """What a workbook of a round holds. Raises FaultsFound with every fault, each with its sheet and cell."""
    book = open_official(content, name)
    try:
        titles = set(sheets_in(book))
        check_sheets(book, found, kind)
        known = [sheet for sheet in sheets_of(found, kind) if sheet in titles]
        official = _Reader(book, found, kind, Names(found, plan)).read(known, name)
    finally:
        book.close()
    book.faults.raise_if_any()
    return official


def open_official(content: bytes, name: str) -> Book:
    """A workbook of a stranger, opened with care, with its formulas and with its values. Raises FaultsFound."""
    opened: Opened = open_workbook(content, name)
    opened.book.close()
    cells = sum(len(_CELL.findall(part)) + merged_cells(part) for part in opened.parts.values())
    if cells > _MOST_CELLS:
        faults = Faults()
        expected = f"at most {_MOST_CELLS:,} cells"
        faults.add(
            Fault(
                "file too large",
                name,
                None,
                None,
                f"{cells:,} cells",
                expected,
                "Take away what the template does not have",
            )
        )
        raise FaultsFound(faults)
    try:
        return Book(name, _load(opened, values=False), _load(opened, values=True))
    except Exception as problem:  # a stranger's file may break the parser in any way there is
        faults = Faults()
        action = "Open it in Excel and save it again as Excel Workbook (.xlsx)"
        faults.add(Fault("file not understood", name, None, None, "", "a workbook (.xlsx)", action))
        raise FaultsFound(faults) from problem


def _load(opened: Opened, *, values: bool) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl does not keep
        return openpyxl.load_workbook(
            io.BytesIO(zip_of(opened.parts).getvalue()), data_only=values, keep_links=False
        )


def _formula(cell: Any) -> str:
    """A formula as it is written; of an array formula, its text."""
    return str(getattr(cell.value, "text", cell.value))


class _Reader:
    """Reads the single cells and the tables of one workbook."""

    def __init__(self, book: Book, found: Round, kind: str, names: Names) -> None:
        self.book, self.found, self.kind, self.names = book, found, kind, names

    def read(self, known: list[str], name: str) -> Official:
        """Everything that stands on sheets that are there."""
        cells = {
            cell.what: self._single(cell)
            for cell in self.found.cells
            if cell.template == self.kind and cell.sheet in known and cell.holds in ("entered", "given")
        }
        blocks: dict[str, list[Line]] = {}
        numbers: dict[str, list[int]] = {}
        for block in blocks_of(self.found, self.kind):
            if block.sheet in known:
                found = list(self._block(block))
                blocks[block.block] = [row for _, row in found]
                numbers[block.block] = [number for number, _ in found]
        return Official(self.kind, self.found.code, name, cells, blocks, numbers, self.book.notes)

    def _single(self, cell: TemplateCell) -> Value:
        return self._cell(cell.sheet, cell.cell, cell.form, "")

    def _block(self, block: Block) -> Iterator[tuple[int, Line]]:
        columns = columns_of(self.found, block)
        read = [column for column in columns if column.holds != "worked_out"]
        for number in range(first_row(block), last_row(block) + 1):
            row = {column.item: self._column(block, column, number) for column in read}
            if any(value not in (None, "") for value in row.values()):
                self._worked_out(block, columns, number)
                yield number, row
        self._beyond(block, read)

    def _column(self, block: Block, column: BlockColumn, number: int) -> Value:
        return self._cell(block.sheet, f"{column.column}{number}", column.form, column.list)

    def _beyond(self, block: Block, columns: list[BlockColumn]) -> None:
        """Rows below the last of a table would be read by nobody."""
        last = last_row(block)
        others = [
            other.heading_row for other in blocks_of(self.found, self.kind) if other.sheet == block.sheet
        ]
        until = min((row for row in others if row > last), default=last + _LOOK_BELOW)
        own = {
            cell.cell for cell in self.found.cells if (cell.template, cell.sheet) == (self.kind, block.sheet)
        }
        for number in range(last + 1, until):
            for column in columns:
                place = f"{column.column}{number}"
                value = self.book.values[block.sheet][place].value
                if place not in own and value not in (None, ""):
                    self.book.add(
                        "more rows than there is room for", block.sheet, place, shown(str(value)),
                        f"nothing below row {last}", "Move it into the table, or use a template with more rows",
                    )  # fmt: skip
                    return

    def _worked_out(self, block: Block, columns: list[BlockColumn], number: int) -> None:
        """A total that was typed over its formula: told with the formula that belongs there."""
        for column in (column for column in columns if column.holds == "worked_out"):
            place = f"{column.column}{number}"
            cell = self.book.formulas[block.sheet][place]
            value = cell.value
            if value in (None, "") or (cell.data_type == "f" and _REFERENCE.search(_formula(cell))):
                continue
            formula = column.formula.format(row=number, first=first_row(block), last=last_row(block))
            self.book.add(
                "pasted total", block.sheet, place, shown(str(value)), f"the formula {formula}",
                "Put the formula back: a typed total says nothing of what it adds up",
            )  # fmt: skip

    def _cell(self, sheet: str, place: str, form: str, name: str) -> Value:
        cell, value = self.book.formulas[sheet][place], self.book.values[sheet][place].value
        if cell.data_type == "e" or self.book.values[sheet][place].data_type == "e":
            self.book.add(
                "error in a cell",
                sheet,
                place,
                shown(str(value)),
                "a value",
                "Mend the formula, or type the value",
            )
            return None
        if cell.data_type == "f":
            written = _formula(cell)
            if value is None:
                self.book.add(
                    "formula without a value", sheet, place, shown(written), "a value", "Open it in Excel and save it, or type the value",
                )  # fmt: skip
                return None
            self.book.notes.append(
                f"{self.book.file(sheet)}, cell {place}: taken as {value}, which the formula {written} gives"
            )
        if value is None or value == "":
            return None if form in ("money", "number", "percent", "date", "whole") else ""
        return _READERS[form](self, sheet, place, value, name)

    def _amount(self, sheet: str, place: str, value: Any, _: str) -> Value:
        exact = self._number(sheet, place, value, _)
        if not isinstance(exact, Decimal):
            return None
        if abs(exact) > _MOST_POUNDS:
            expected = f"at most {_MOST_POUNDS:,} pounds"
            self.book.add("amount not taken", sheet, place, shown(str(value)), expected, "Correct it")
            return None
        # what Excel keeps of 0.1 + 0.2 is not 0.3: amounts are read to the penny, and more than that is a fault
        pence = exact.quantize(_PENNY)
        if abs(exact - pence) > Decimal("1e-6"):
            self.book.add("parts of a penny", sheet, place, shown(str(value)), "pounds and pence", "Round it")
            return None
        return Money(int(pence * 100))

    def _number(self, sheet: str, place: str, value: Any, _: str) -> Value:
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            return Decimal(repr(value))
        kind = "text in a number" if isinstance(value, str) else "not a number"
        action = "Type the number, without words or spaces"
        try:
            looks = parse_number(str(value))
            action = f"Type {looks} as a number: it stands there as text"
        except NumberNotUnderstood:
            pass
        self.book.add(kind, sheet, place, shown(str(value)), "a number", action)
        return None

    def _day(self, sheet: str, place: str, value: Any, _: str) -> Value:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            self.book.add(
                "date not understood", sheet, place, shown(str(value)), "a date", "Type it as a date"
            )
            return None

    def _listed(self, sheet: str, place: str, value: Any, name: str) -> Value:
        found = self.names.short(name, str(value))
        if found is None:
            offered = list(self.names.offered(name))
            few = ", ".join(offered[:12]) + (" …" if len(offered) > 12 else "")
            self.book.add(
                "not in the list", sheet, place, shown(str(value)), f"one of {few}", "Choose one of the list", near_miss(str(value), offered),
            )  # fmt: skip
        return found

    def _yes_no(self, sheet: str, place: str, value: Any, _: str) -> Value:
        folded = str(value).strip().casefold()
        if folded in ("yes", "no"):
            return folded
        self.book.add(
            "not one of the choices", sheet, place, shown(str(value)), "Yes or No", "Choose one of them"
        )
        return None

    def _text(self, sheet: str, place: str, value: Any, _: str) -> Value:
        if isinstance(value, datetime | date):
            return value.isoformat()[:10]
        return str(value).replace("_x000D_\n", "\n").replace("\r\n", "\n").strip()


_READERS = {
    "text": _Reader._text, "money": _Reader._amount, "number": _Reader._number, "percent": _Reader._number,
    "whole": _Reader._number, "date": _Reader._day, "list": _Reader._listed, "yes_no": _Reader._yes_no,
}  # fmt: skip
