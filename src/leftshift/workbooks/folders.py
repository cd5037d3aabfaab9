"""A folder of tables as one workbook to be edited, and back: a sheet a table, its header in the first row, and what was left out stays out.

A sheet of somebody else is understood by its name and its header, wherever that stands; rows keep their numbers, so that
what is wrong is told at the row of the sheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.measures.loading.sources import Sheet
from leftshift.place.folders import Kind
from leftshift.place.schema import Column, Table
from leftshift.place.sheets import sheet_of_text
from leftshift.workbooks.grids import workbook_source
from leftshift.workbooks.spelling import typed

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MADE_ON = datetime(2000, 1, 1)  # noqa: DTZ001  (always the same, so that the bytes are)
_LONGEST_NAME = 31
_WIDEST = 60
_LONGEST_LIST = 255  # characters of what a cell offers, as Excel takes them
_ROOM = 1000  # rows below a table in which a choice is still offered


def write_folder(kind: Kind, texts: Mapping[str, str], title: str) -> bytes:
    """The tables of a folder as one workbook (.xlsx); the same texts give the same bytes. Tables without rows have their header."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"title": title, "created": MADE_ON})
    looks = _Looks(book)
    _cover(book, kind, title, looks.bold)
    for table in kind.schema.tables.values():
        sheet = book.add_worksheet(sheet_name(table))
        _write(sheet, table, texts.get(table.file), looks)
    book.close()
    return out.getvalue()


class _Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._known: dict[str, Any] = {}

    def of(self, shape: str) -> Any:
        """The format of a number format."""
        if shape not in self._known:
            self._known[shape] = self.book.add_format({"num_format": shape})
        return self._known[shape]


def sheet_name(table: Table) -> str:
    """The name of a table's sheet: that of the table, as people read it."""
    return table.name.replace("_", " ").capitalize()[:_LONGEST_NAME]


def _cover(book: Workbook, kind: Kind, title: str, bold: Any) -> None:
    sheet = book.add_worksheet("Contents")
    sheet.write_string(0, 0, title, bold)
    sheet.write_string(1, 0, f"Each sheet is a table of the {kind.whole}. Edit it here and take it in again: what is wrong is told at its cell.")  # fmt: skip
    sheet.write_string(3, 0, "Sheet", bold)
    sheet.write_string(3, 1, "What it holds", bold)
    for at, table in enumerate(kind.schema.tables.values(), start=4):
        sheet.write_url(at, 0, f"internal:'{sheet_name(table)}'!A1", string=sheet_name(table))
        sheet.write_string(at, 1, table.description.replace("`", ""))
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 90)


def _write(sheet: Worksheet, table: Table, text: str | None, looks: _Looks) -> None:
    names = list(table.columns)
    rows = [[found.get(name, "") for name in names] for found in _facts(table, text)]
    for position, name in enumerate(names):
        _head(sheet, position, table.columns[name], looks)
        longest = max([len(name), *(len(row[position]) for row in rows[:500])])
        sheet.set_column(position, position, min(longest + 3, _WIDEST))
        if offered := _offered(table.columns[name]):
            last = len(rows) + _ROOM
            sheet.data_validation(1, position, last, position, {"validate": "list", "source": offered})
    for at, row in enumerate(rows, start=1):
        for position, cell in enumerate(row):
            _cell(sheet, (at, position), table.columns[names[position]], cell, looks)
    sheet.freeze_panes(1, 1)


def _head(sheet: Worksheet, position: int, column: Column, looks: _Looks) -> None:
    sheet.write_string(0, position, column.name.replace("_", " "), looks.bold)
    needed = " (needed)" if column.required else ""
    sheet.write_comment(0, position, column.description.replace("`", "") + needed)


def _offered(column: Column) -> list[str]:
    """What may be chosen in a column, where that is a list that a workbook can hold."""
    if column.type == "yes_no":
        return ["yes", "no"]
    offered = [each for each in column.choices if each]
    return offered if len(",".join(offered)) <= _LONGEST_LIST else []


def _facts(table: Table, text: str | None) -> list[Mapping[str, str]]:
    sheet = sheet_of_text(table, text)
    return [sheet.facts(row) for _, row in sheet.numbered()]


def _cell(sheet: Worksheet, at: tuple[int, int], column: Column, text: str, looks: _Looks) -> None:
    if not text:
        return
    value, shape = typed(column, text)
    if isinstance(value, str):
        sheet.write_string(*at, value)
    elif isinstance(value, int | float):
        sheet.write_number(*at, value, looks.of(shape))
    else:
        sheet.write_datetime(*at, value, looks.of(shape))


def read_folder(
    content: bytes, name: str, kind: Kind, about: Mapping[str, str] | None = None
) -> dict[str, str]:
    """File name to text of the tables that a workbook holds; rows keep the number they have in their sheet.

    ``about`` fills columns that a sheet does not have, such as where its rows come from. Raises FaultsFound for what is no workbook, for a sheet that is no table, and for one without a header.
    """
    source = workbook_source(content, name)
    by_name = {_folded(sheet_name(table)): table for table in kind.schema.tables.values()}
    by_name |= {_folded(table.name): table for table in kind.schema.tables.values()}
    faults, texts = Faults(), dict[str, str]()
    for sheet in source.sheets:
        table = by_name.get(_folded(sheet.name))
        lines = list(sheet.read())
        if table is None:
            if _folded(sheet.name) not in ("contents", "notes") and lines:
                faults.add(_unknown(name, sheet, by_name))
            continue
        found = _text_of(table, lines, about or {})
        if found is None:
            if lines:
                faults.add(_headless(name, sheet, table))
            continue
        texts[table.file] = found
    faults.raise_if_any()
    return texts


def _folded(name: str) -> str:
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


def _text_of(table: Table, lines: Sequence[tuple[int, list[str]]], about: Mapping[str, str]) -> str | None:
    """The CSV of a sheet from its header on; None where no line is a header. Lines above and between are kept as empty ones."""
    header = next((at for at, (_, cells) in enumerate(lines) if _is_header(table, cells)), None)
    if header is None:
        return None
    names = [_folded(cell) for cell in lines[header][1]]
    kept = [position for position, folded in enumerate(names) if folded]
    more = {column: text for column, text in about.items() if column in table.columns and column not in names}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    line = 1
    for number, cells in lines[header:]:
        out.write("\n" * (number - line))
        row = names if number == lines[header][0] else cells
        before = out.tell()
        added = list(more) if number == lines[header][0] else list(more.values())
        writer.writerow([*(row[position] if position < len(row) else "" for position in kept), *added])
        line = number + 1 + out.getvalue()[before:].count("\n") - 1
    return out.getvalue()


def _is_header(table: Table, cells: Sequence[str]) -> bool:
    """Whether a line names the columns of a table: all that are needed, or more than half of what it says."""
    found = {_folded(cell) for cell in cells if cell}
    known = found & set(table.columns)
    needed = {
        name for name, column in table.columns.items() if column.required and name not in ("source", "basis")
    }
    return bool(known) and (needed <= found or 2 * len(known) > len(found) > 1)


def _unknown(name: str, sheet: Sheet, known: Mapping[str, Table]) -> Fault:
    hint = near_miss(_folded(sheet.name), known)
    return Fault("unknown sheet", name, None, None, shown(sheet.name), "a sheet named after a table", "Name it after a table, or take it out", hint)  # fmt: skip


def _headless(name: str, sheet: Sheet, table: Table) -> Fault:
    expected = "a line with the names of its columns: " + ", ".join(list(table.columns)[:6])
    return Fault(
        "no header", f"{name}, sheet {sheet.name}", None, None, "", expected, "Add it above the rows"
    )
