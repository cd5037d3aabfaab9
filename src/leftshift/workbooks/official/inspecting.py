"""Whether a workbook is the official one that it should be: sheets, labels, headings, merged and locked cells, its round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leftshift.foundation.faults import near_miss, shown
from leftshift.fund.returns.building import blocks_of, columns_of
from leftshift.fund.rounds.round import Round
from leftshift.workbooks.official.writing import first_row, last_row, places_of, sheets_of

if TYPE_CHECKING:
    from leftshift.workbooks.official.reading import Book

_FURTHEST = 60


def check_sheets(book: Book, found: Round, kind: str) -> None:
    """Add every fault of the form of a workbook; its values are read by others."""
    titles = sheets_in(book)
    there = [name for name in sheets_of(found, kind) if name in titles]
    for name in sheets_of(found, kind):
        if name not in titles:
            book.add(
                "missing sheet", name, "", "", f"a sheet {name}", f"Use the {kind.replace('_', '-')} template of {found.name}", near_miss(name, titles),
            )  # fmt: skip
    _labels(book, found, kind, there)
    _headings(book, found, kind, there)
    _round(book, found, kind, there)
    entered, filled = _entered(found, kind), _filled(found, kind)
    for name in there:
        _merged(book, name, filled.get(name, set()))
        _locked(book, name, entered.get(name, {}))


def sheets_in(book: Book) -> list[str]:
    """The sheets of a workbook that have cells: a sheet that is a chart has none."""
    return [sheet.title for sheet in book.formulas.worksheets]


_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"
)


def merged_cells(part: bytes) -> int:
    """How many cells the merged areas of a part cover: a program that opens it makes each of them."""
    return sum(
        (_index(right) - _index(left) + 1) * (int(last) - int(first) + 1)
        for left, first, right, last in _MERGED.findall(part)
    )


def _index(letters: bytes) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found


def _filled(found: Round, kind: str) -> dict[str, set[str]]:
    """Every cell that people enter or that comes filled in, sheet by sheet."""
    places: dict[str, set[str]] = {}
    for cell in found.cells:
        if cell.template == kind and cell.holds in ("entered", "given"):
            places.setdefault(cell.sheet, set()).add(cell.cell)
    for block in blocks_of(found, kind):
        for column in columns_of(found, block):
            if column.holds != "label":
                rows = range(first_row(block), last_row(block) + 1)
                places.setdefault(block.sheet, set()).update(f"{column.column}{row}" for row in rows)
    return places


def _entered(found: Round, kind: str) -> dict[str, dict[str, str]]:
    places: dict[str, dict[str, str]] = {}
    for sheet, cell, item in places_of(found, kind):
        places.setdefault(sheet, {})[cell] = item
    return places


def _labels(book: Book, found: Round, kind: str, there: list[str]) -> None:
    for cell in found.cells:
        if cell.template == kind and cell.holds == "label" and cell.sheet in there:
            _expect(book, cell.sheet, cell.cell, cell.what, "label")


def _headings(book: Book, found: Round, kind: str, there: list[str]) -> None:
    for block in blocks_of(found, kind):
        if block.sheet in there:
            for column in columns_of(found, block):
                _expect(book, block.sheet, f"{column.column}{block.heading_row}", column.heading, "heading")


def _expect(book: Book, sheet: str, cell: str, text: str, what: str) -> None:
    value = book.values[sheet][cell].value
    if _same(value, text):
        return
    elsewhere = next(
        (place for place in _near(book.values[sheet]) if _same(book.values[sheet][place].value, text)), ""
    )
    action = (
        f"Move it back from {elsewhere}: cells were moved"
        if elsewhere
        else "Use the official template as it came"
    )
    found = (
        f"{shown(str(value or ''))}; '{text}' stands in {elsewhere}" if elsewhere else shown(str(value or ""))
    )
    book.add("cells were moved", sheet, cell, found, f"the {what} '{text}'", action)


def _near(sheet: Any) -> Iterator[str]:
    for row in sheet.iter_rows(min_row=1, max_row=_FURTHEST, max_col=_FURTHEST):
        yield from (cell.coordinate for cell in row if cell.value is not None)


def _same(value: Any, text: str) -> bool:
    return value is not None and " ".join(str(value).split()).casefold() == " ".join(text.split()).casefold()


def _round(book: Book, found: Round, kind: str, there: list[str]) -> None:
    for cell in found.cells:
        if cell.template == kind and cell.what == "round" and cell.holds == "given" and cell.sheet in there:
            value = book.values[cell.sheet][cell.cell].value
            if not _same(value, found.code):
                book.add(
                    "wrong round", cell.sheet, cell.cell, shown(str(value or "")), f"the round {found.code}",
                    f"Use the template of {found.name}, or read it into a plan of its own round",
                )  # fmt: skip


def _merged(book: Book, name: str, entered: set[str]) -> None:
    for area in book.formulas[name].merged_cells.ranges:
        hit = next((cell for cell in _cells_of(area) if cell in entered), "")
        if hit:
            book.add(
                "merged cells", name, hit, f"{area.coord} is one cell", "cells that stand for themselves", "Unmerge them, and fill in each",
            )  # fmt: skip


def _cells_of(area: Any) -> Iterator[str]:
    from openpyxl.utils.cell import get_column_letter

    for row in range(area.min_row, min(area.max_row, area.min_row + 5000) + 1):
        for column in range(area.min_col, min(area.max_col, area.min_col + 200) + 1):
            yield f"{get_column_letter(column)}{row}"


def _locked(book: Book, name: str, entered: dict[str, str]) -> None:
    """A protected sheet whose cells for entry are locked: nobody can have filled it in."""
    sheet = book.formulas[name]
    if not sheet.protection.sheet:
        return
    locked = [cell for cell in entered if sheet[cell].protection.locked]
    if locked:
        more = f" and {len(locked) - 1} more" if len(locked) > 1 else ""
        book.add(
            "protected sheet", name, locked[0], f"{locked[0]}{more} cannot be filled in", "cells for entry that are not locked", "Take the protection off the sheet (Review, Unprotect Sheet)",
        )  # fmt: skip
