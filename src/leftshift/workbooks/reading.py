"""Read the workbook of a place back into the texts of its folder: every fault at once, and nothing in silence.

A formula in a cell of the place is a fault that says which value it shows, for the formula would be lost and nothing
would say where the number comes from. So is an error such as #REF!, and a date where a word or a code should be.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.parsers import expat

from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss, shown
from leftshift.place.archives import Limits, members_of, upload_limits
from leftshift.place.reading import PLACE_FILE, read_document
from leftshift.place.schema import Column, Table, schema
from leftshift.workbooks import sheets
from leftshift.workbooks.calculated import contents_of, typed_over
from leftshift.workbooks.live.building import CALCULATED_SHEETS
from leftshift.workbooks.opened import Opened, load
from leftshift.workbooks.spelling import spelled

_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # how the container of old and of encrypted workbooks begins
_SCENARIO = re.compile(r"scenarios/[a-z0-9]+(?:-[a-z0-9]+)*\.toml")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s")
_WORDS = {"text", "code", "name", "choice", "yes_no"}
_NOT_KEPT = {sheets.CONTENTS, sheets.NOTES, sheets.CHOICES}
_KNOWN = {**sheets.sheet_names(), **{sheets.folded(name): name for name in CALCULATED_SHEETS}}


def read_workbook(content: bytes, name: str) -> dict[str, str]:
    """The texts of the place folder that a workbook holds; ``name`` is the file's, for faults.

    Raises FaultsFound with everything that is wrong with the workbook and, beside it, with the place: ``file`` is the
    file that a sheet stands for, ``row`` the row of the sheet.
    """
    opened = open_workbook(content, name)
    reader = _Reader(opened)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of dates that are none, which become errors in a cell
            texts = reader.read()
    except FaultsFound:
        raise
    except Exception as problem:  # a stranger's file may break the parser in any way there is
        raise _not_understood(name) from problem
    finally:
        opened.book.close()
    if reader.faults:
        reader.faults.add_all(_besides(texts, reader.faults))
        raise FaultsFound(reader.faults)
    return texts


def _besides(texts: Mapping[str, str], known: Faults) -> list[Fault]:
    """What is wrong with the place too, at cells that have no fault yet."""
    told = {(fault.file, fault.row, fault.column) for fault in known}
    unread = {fault.file for fault in known if fault.kind == "file too large"}
    return [
        fault
        for fault in read_document(texts).faults
        if (fault.file, fault.row, fault.column) not in told and fault.file not in unread
    ]


def _refused(kind: str, name: str, expected: str, action: str, found: str = "") -> FaultsFound:
    faults = Faults()
    faults.add(Fault(kind, name, None, None, found, expected, action))
    return FaultsFound(faults)


def _not_understood(name: str, found: str = "", action: str = "") -> FaultsFound:
    action = action or "Open it in Excel and save it again as Excel Workbook (.xlsx)"
    return _refused("file not understood", name, "a workbook (.xlsx)", action, found)


def open_workbook(content: bytes, name: str) -> Opened:
    """Open a workbook of a stranger with care, row by row; raises FaultsFound."""
    if content.startswith(_OLD_OR_LOCKED):
        action = "Take the password away, and save it as Excel Workbook (.xlsx)"
        raise _not_understood(name, "an old workbook (.xls), or one with a password", action)
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise _not_understood(name)
    limits = upload_limits()
    parts = members_of(content, name, limits, each=_megabytes_of_part(limits))
    _look_for_macros(parts, name)
    try:
        safe = {part: data for part, data in parts.items() if has_harmless_prolog(data)}
    except EntitiesDeclared as problem:
        action = "Open it in Excel and save it again"
        raise _refused("not safe", name, "a workbook that declares no entities", action) from problem
    try:
        book = load(safe, values=True)
    except Exception as problem:  # as above
        raise _not_understood(name) from problem
    return Opened(name, book, safe, limits)


class EntitiesDeclared(ValueError):
    """XML that could declare entities, which no workbook needs and which can grow without bound."""


def has_harmless_prolog(part: bytes) -> bool:
    """Whether a part is XML up to its first element; raises EntitiesDeclared when a document type comes before it."""
    prolog = expat.ParserCreate()
    prolog.StartDoctypeDeclHandler = _refuse_document_type
    prolog.StartElementHandler = _stop_at_element
    try:
        prolog.Parse(part, True)
    except _ElementReached:
        return True
    except expat.ExpatError:
        return False
    return False


class _ElementReached(Exception):
    """The prolog is over."""


def _refuse_document_type(*_: object) -> None:
    raise EntitiesDeclared


def _stop_at_element(*_: object) -> None:
    raise _ElementReached


def _megabytes_of_part(limits: Limits) -> Callable[[str], int]:
    """How large a part may be: sheets and their texts hold the place, the rest says only how it looks."""

    def megabytes(part: str) -> int:
        holds_cells = part.startswith("xl/worksheets/") or part == "xl/sharedStrings.xml"
        return limits.inflated_megabytes if holds_cells else limits.part_megabytes

    return megabytes


def _look_for_macros(parts: Mapping[str, bytes], name: str) -> None:
    folded = {part.casefold() for part in parts}
    if "xl/workbook.bin" in folded:
        raise _not_understood(name, "a binary workbook (.xlsb)", "Save it as Excel Workbook (.xlsx)")
    types = parts.get("[Content_Types].xml", b"")
    if any(part.endswith("vbaproject.bin") for part in folded) or b"macroEnabled" in types:
        expected, action = "a workbook without macros", "Save it as Excel Workbook (.xlsx), without macros"
        raise _refused("macros", name, expected, action)
    if not types or "xl/workbook.xml" not in folded:
        raise _not_understood(name)


class _Reader:
    """Reads the sheets of one workbook into texts, and collects faults."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.faults = Faults()
        self.cells = 0

    def read(self) -> dict[str, str]:
        """The texts of the place folder, as far as they can be read."""
        found = self._sheets()
        texts = {}
        self._look_for_missing(found)
        for name, sheet in found.items():
            if name in CALCULATED_SHEETS:
                continue
            if name == sheets.PLACE:
                texts[PLACE_FILE] = sheets.place_text(self._rows(sheet, PLACE_FILE))
            elif name == sheets.SCENARIOS:
                texts |= self._scenarios(sheet)
            elif name not in _NOT_KEPT:
                table = schema().tables[name]
                records = self._rows(sheet, table.file, table)
                if sheets.is_written(table, records):
                    texts[table.file] = sheets.csv_text_of(records)
        self.faults.add_all(typed_over(self.opened, found, texts))
        return texts

    def _look_for_missing(self, found: Mapping[str, Any]) -> None:
        """Refuse a workbook whose contents name a sheet of the place that is gone: its rows would be lost in silence."""
        for name in contents_of(found.get(sheets.CONTENTS)):
            required = name == sheets.PLACE or (name in schema().tables and schema().tables[name].required)
            if name in found or required or name in {*_NOT_KEPT, *CALCULATED_SHEETS}:
                continue  # what every place needs is asked for with its columns, when the texts are read
            action = "Bring it back from the workbook that was written; to remove its rows, leave the heading alone"
            expected = "every sheet of the place that the contents name"
            self.refuse("missing sheet", _file_of(name), expected, action, found=f"no sheet {name}")

    def refuse(self, kind: str, file: str, expected: str, action: str, **where: Any) -> None:
        """Add a fault; ``where`` has row, column, found and suggestion where they are known."""
        fault = Fault(
            kind,
            file,
            where.get("row"),
            where.get("column"),
            where.get("found", ""),
            expected,
            action,
            where.get("suggestion"),
        )
        self.faults.add(fault)

    # ------------------------------------------------------------------ which sheets there are
    def _sheets(self) -> dict[str, Any]:
        known, found = _KNOWN, dict[str, Any]()
        strange = []
        for sheet in self.opened.book:
            name = known.get(sheets.folded(sheet.title))
            if name is None:
                strange.append(sheet.title)
            elif name in found:
                self._refuse_sheet("duplicate sheet", sheet.title, "each sheet once", "Remove one of them")
            else:
                found[name] = sheet
                if name not in _NOT_KEPT:
                    self._look_at(name, sheet)
        if not set(found) - _NOT_KEPT - set(CALCULATED_SHEETS):
            raise _not_understood(
                self.opened.name,
                f"the sheets {', '.join(map(shown, strange))}",
                "Make one with: leftshift workbook write PLACE FILE.xlsx",
            )
        for title in strange:
            action = "Rename it or delete it: nothing would read it"
            self._refuse_sheet(
                "unknown sheet",
                title,
                "one of the sheets of a place",
                action,
                near_miss(title, sheets.sheet_names().values()),
            )
        return found

    def _refuse_sheet(
        self, kind: str, title: str, expected: str, action: str, suggestion: str | None = None
    ) -> None:
        self.refuse(
            kind, self.opened.name, expected, action, found=f"the sheet {shown(title)}", suggestion=suggestion
        )

    def _look_at(self, name: str, sheet: Any) -> None:
        file = _file_of(name)
        if sheet.sheet_state != "visible":
            self.refuse(
                "hidden sheet",
                file,
                "sheets that can be seen",
                "Unhide it, or delete it",
                found=f"the sheet {shown(sheet.title)}",
            )
        if _MERGED.search(self.opened.part_of(sheet)):
            self.refuse(
                "merged cells",
                file,
                "one value a cell",
                "Unmerge the cells, and fill in each of them",
                found=f"merged cells in the sheet {shown(sheet.title)}",
            )

    # ------------------------------------------------------------------ rows and cells
    def _scenarios(self, sheet: Any) -> dict[str, str]:
        texts = sheets.scenario_texts(self._rows(sheet, "scenarios")[1:])
        for name in [name for name in texts if not _SCENARIO.fullmatch(name)]:
            self.refuse(
                "unknown file",
                shown(name),
                "a scenario named in lower-case letters, digits and hyphens",
                "Rename it in every row",
                column="scenario",
            )
            del texts[name]
        return texts

    def _rows(self, sheet: Any, file: str, table: Table | None = None) -> list[sheets.Record]:
        """The rows of a sheet down to the last with something in it, spelled as a CSV file would hold them."""
        formulas = self._formulas(sheet)
        records: list[sheets.Record] = []
        header: list[str] | None = None
        last = 0
        for row, cells in self._cells(sheet, file):
            columns = sheets.columns_of(table, header) if table and header else []
            record = []
            for position, cell in enumerate(cells):
                column = columns[position] if position < len(columns) else None
                heading = header[position] if header and position < len(header) else None
                where = _Where(file, row, heading or _letter(position), (row, position + 1) in formulas)
                record.append(self._spelled(cell, column, where))
            self._one_line(record, header or [], file, row, table)
            records.append(record)
            if not sheets.is_blank(record):
                last = row
                if header is None and not sheets.is_comment(record):
                    header = record
        return records[:last]

    def _cells(self, sheet: Any, file: str) -> Iterator[tuple[int, Sequence[Any]]]:
        limits = self.opened.limits
        sheet.reset_dimensions()  # a stranger's program may say them wrong
        for row, cells in enumerate(sheet.iter_rows(), start=1):
            self.cells += len(cells)
            if row > limits.sheet_rows or self.cells > limits.cells:
                most = f"at most {limits.sheet_rows:,} rows, and {limits.cells:,} cells in all sheets"
                self.refuse(
                    "file too large", file, most, "Delete what is not needed, down to the last row and column"
                )
                return
            yield row, cells

    def _formulas(self, sheet: Any) -> frozenset[tuple[int, int]]:
        """Row and column of each cell with a formula."""
        part = self.opened.part_of(sheet)
        return formulas_in(part) if _FORMULA.search(part) else frozenset()

    def _spelled(self, cell: Any, column: Column | None, where: _Where) -> str:
        if cell.value is None:
            if where.is_formula:
                self.refuse(
                    "formula without a value", where.file, "a formula with its value", "Open it in Excel and save it, or put the value in place of the formula",
                    row=where.row, column=where.column, found="a formula that no program has worked out",
                )  # fmt: skip
            return ""
        if cell.data_type == "e":
            self.refuse(
                "error in a cell", where.file, "a value", "Mend the formula, or put the value in its place", row=where.row, column=where.column, found=shown(str(cell.value))
            )  # fmt: skip
            return ""
        text = spelled(column, cell.value, cell.number_format or "General")
        if where.is_formula:
            self.refuse(
                "formula in a cell", where.file, "a value", f"Put {shown(text)} in place of the formula, which would not be kept",
                row=where.row, column=where.column, found=f"a formula that shows {shown(text)}",
            )  # fmt: skip
        elif isinstance(cell.value, date) and column is not None and column.type in _WORDS:
            self.refuse(
                "date in place of text", where.file, f"a {'code' if column.type == 'code' else 'text'}: a spreadsheet may have turned it into a date",
                "Format the cell as text, and write it again", row=where.row, column=where.column, found=shown(text),
            )  # fmt: skip
        return text

    def _one_line(
        self, record: sheets.Record, header: list[str], file: str, row: int, table: Table | None
    ) -> None:
        """Refuse a line break in a fact: it would move every row below it to another line of the file."""
        if table is None or sheets.is_comment(record):
            return
        for position, text in enumerate(record):
            if "\n" in text or "\r" in text:
                column = header[position] if position < len(header) else _letter(position)
                self.refuse(
                    "text not understood", file, "text on one line", "Remove line breaks and control characters", row=row, column=column, found=shown(text)
                )  # fmt: skip
                record[position] = " ".join(text.split())


@dataclass(frozen=True, slots=True)
class _Where:
    """Where a cell stands, as a fault names it."""

    file: str
    row: int
    column: str
    is_formula: bool


def formulas_in(part: bytes) -> frozenset[tuple[int, int]]:
    """Row and column of each cell of a sheet's XML that has a formula."""
    from defusedxml.ElementTree import iterparse
    from openpyxl.utils.cell import coordinate_to_tuple

    found = set()
    for _, element in iterparse(io.BytesIO(part)):
        if element.tag.endswith("}c"):
            if element.get("r") and any(child.tag.endswith("}f") for child in element):
                found.add(coordinate_to_tuple(element.get("r")))
            element.clear()
    return frozenset(found)


def _file_of(name: str) -> str:
    if name == sheets.PLACE:
        return PLACE_FILE
    return schema().tables[name].file if name in schema().tables else name


def _letter(position: int) -> str:
    from openpyxl.utils.cell import get_column_letter

    return str(get_column_letter(position + 1))
