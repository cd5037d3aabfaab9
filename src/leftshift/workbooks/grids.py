"""A workbook of somebody else as sheets of text, as a CSV file would hold them: for figures that are loaded from it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.measures.loading.sources import Lines, Sheet, Source, csv_source, refused
from leftshift.place.archives import refuse_large, upload_limits
from leftshift.place.schema import schema
from leftshift.workbooks.opened import Opened
from leftshift.workbooks.reading import formulas_in, open_workbook
from leftshift.workbooks.spelling import spelled

_MEGABYTE = 1_000_000
_NO_WORKBOOK = {".xls", ".xlsb", ".xlsm", ".ods", ".numbers"}
_FORMULA = (b"<f>", b"<f ", b":f>", b":f ")
_NUMBER = schema().tables["observations"].columns["value"]


def source_at(path: Path) -> Source:
    """A file of figures at a path: CSV or a workbook (.xlsx), told by its ending. Raises FaultsFound, OSError."""
    if path.suffix.lower() == ".xlsx":
        refuse_large(path.stat().st_size, path.name, upload_limits())
    elif path.stat().st_size > schema().file_megabytes * _MEGABYTE:
        found = f"{path.stat().st_size / _MEGABYTE:,.0f} MB"
        expected = f"at most {schema().file_megabytes} MB"
        raise refused("file too large", path.name, expected, "Split the file", found)
    return source_of(path.name, path.read_bytes())


def source_of(name: str, content: bytes) -> Source:
    """A file of figures that somebody sent. Raises FaultsFound."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    if not content:
        raise refused(
            "file not understood", name, "a file with something in it", "Send it again", "an empty file"
        )
    if ending == ".xlsx":
        return workbook_source(content, name)
    if ending in _NO_WORKBOOK:
        raise refused(
            "file not understood",
            name,
            "CSV or a workbook (.xlsx)",
            "Save it as Excel Workbook (.xlsx), or as CSV UTF-8",
        )
    return csv_source(content, name)


def workbook_source(content: bytes, name: str) -> Source:
    """The sheets of a workbook that can be seen. Raises FaultsFound with every cell that holds a formula nobody has worked out."""
    opened = open_workbook(content, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of dates that are none, which become errors in a cell
            grids = {
                sheet.title: list(_rows(opened, sheet))
                for sheet in opened.book
                if sheet.sheet_state == "visible" and hasattr(sheet, "iter_rows")
            }
            hidden = [sheet.title for sheet in opened.book if sheet.sheet_state != "visible"]
    except FaultsFound:
        raise
    except Exception as problem:  # a stranger's file may break the parser in any way there is
        action = "Open it in Excel and save it again as Excel Workbook (.xlsx)"
        raise refused("file not understood", name, "a workbook (.xlsx)", action) from problem
    finally:
        opened.book.close()
    notes = [f"{name}: the sheet {title} is hidden and was not read" for title in hidden]
    return Source(name, [_sheet(title, grid) for title, grid in grids.items()], notes)


def _sheet(title: str, grid: list[tuple[int, list[str]]]) -> Sheet:
    def lines() -> Lines:
        return iter(grid)

    return Sheet(title, lines)


def _rows(opened: Opened, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    part = opened.part_of(sheet)
    formulas = formulas_in(part) if any(sign in part for sign in _FORMULA) else frozenset()
    faults = Faults()
    sheet.reset_dimensions()  # a stranger's program may say them wrong
    cells = 0
    for row, record in enumerate(sheet.iter_rows(), start=1):
        cells += len(record)
        if row > opened.limits.sheet_rows or cells > opened.limits.cells:
            most = f"at most {opened.limits.sheet_rows:,} rows and {opened.limits.cells:,} cells in a sheet"
            raise refused("file too large", opened.name, most, "Save the sheet that is needed as CSV UTF-8")
        texts = [_text(cell) for cell in record]
        for position, text in enumerate(texts):
            if not text and (row, position + 1) in formulas:
                faults.add(_without_value(opened.name, sheet.title, row, position))
        if any(texts):
            yield row, texts
    faults.raise_if_any()


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str | date):
        return spelled(None, value, "General").strip()
    return spelled(_NUMBER, value, cell.number_format or "General").strip()


def _without_value(name: str, title: str, row: int, position: int) -> Fault:
    from openpyxl.utils.cell import get_column_letter

    return Fault(
        "formula without a value",
        f"{name}, sheet {title}",
        row,
        str(get_column_letter(position + 1)),
        "a formula that no program has worked out",
        "a formula with its value",
        "Open it in Excel and save it, or put the value in place of the formula",
    )
