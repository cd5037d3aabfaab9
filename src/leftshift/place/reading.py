"""Read a place folder: every fault at once, nothing half-read, memory bounded."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.sources import Origin
from leftshift.foundation.years import FinancialYear, YearNotUnderstood
from leftshift.place.cells import CellRefused, defaults, parse_cell
from leftshift.place.checking import check_place
from leftshift.place.place import Place
from leftshift.place.rows import ROW_TYPES, Row
from leftshift.place.schema import Column, Schema, Table, catalogue, schema
from leftshift.place.seen import RefusedRow, Seen

PLACE_FILE = "place.toml"
COMMENT = "#"
_HEADING = ("code", "name", "base_year", "last_year", "perimeter")
_LONGEST_PLAN = 60
_MEGABYTE = 1_000_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

Opener = Callable[[], TextIO]


@dataclass
class _Reading:
    """What one reading has seen so far."""

    faults: Faults
    schema: Schema
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
        self.seen.faulty.add(file)
        self.faults.add(Fault(kind, file, row, column, found, expected, action, suggestion))


@dataclass(frozen=True)
class PlaceRead:
    """What reading gave: the place as far as it could be read, what was seen of it, and its faults."""

    place: Place | None
    seen: Seen
    faults: Faults


def read_folder(folder: Path) -> PlaceRead:
    """Read and check a place folder; faults are values, so that others can add theirs."""
    reading = _Reading(Faults(), schema())
    if not folder.is_dir():
        reading.refuse(
            "missing file",
            folder.name or str(folder),
            "a folder with place.toml and tables",
            "Name the folder of a place, or make one with: leftshift new",
        )
        return PlaceRead(None, reading.seen, reading.faults)
    _look_for_strangers(folder, reading)
    files = {path.name: _opener(path) for path in sorted(folder.glob("*.csv"))}
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.csv")}
    heading = folder / PLACE_FILE
    text = _read_text(heading, reading) if heading.is_file() else None
    return _assemble(reading, text, files, sizes)


def read_document(document: Mapping[str, str]) -> PlaceRead:
    """Read the texts that ``document`` of ``writing`` made, as ``read_folder`` reads files."""
    files = {name: _text_opener(text) for name, text in document.items() if name.endswith(".csv")}
    sizes = {name: len(text) for name, text in document.items()}
    return _assemble(_Reading(Faults(), schema()), document.get(PLACE_FILE), files, sizes)


def _assemble(
    reading: _Reading, heading: str | None, files: Mapping[str, Opener], sizes: Mapping[str, int]
) -> PlaceRead:
    _read_heading(heading, reading)
    for table in reading.schema.tables.values():
        _read_table(table, files.get(table.file), sizes.get(table.file, 0), reading)
    if "base_year" not in reading.heading or "last_year" not in reading.heading:
        return PlaceRead(None, reading.seen, reading.faults)
    tables: dict[str, Any] = {name: tuple(found) for name, found in reading.tables.items()}
    place = Place(**reading.heading, **tables)
    reading.faults.add_all(check_place(place, reading.seen))
    return PlaceRead(place, reading.seen, reading.faults)


def _text_opener(text: str) -> Opener:
    return lambda: io.StringIO(text, newline="")


def _opener(path: Path) -> Opener:
    return lambda: path.open(encoding="utf-8-sig", newline="")


def _look_for_strangers(folder: Path, reading: _Reading) -> None:
    known = {table.file for table in reading.schema.tables.values()}
    for path in sorted(folder.iterdir()):
        if (
            path.suffix.lower() in {".csv", ".tsv", ".xlsx", ".xls"}
            and path.name not in known
            and path.is_file()
        ):
            reading.refuse(
                "unknown file",
                path.name,
                "one of the tables of the schema",
                "Rename it or move it out of the folder: nothing would read it",
                suggestion=near_miss(path.name, known),
            )


def _read_text(path: Path, reading: _Reading) -> str | None:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        reading.refuse("wrong encoding", path.name, "text in UTF-8", "Save the file as UTF-8")
        return None


def _read_heading(text: str | None, reading: _Reading) -> None:
    if text is None:
        if not reading.faults:
            reading.refuse(
                "missing file",
                PLACE_FILE,
                "a file with code, name, base_year, last_year and perimeter",
                "Add it; leftshift new writes one to start from",
            )
        return
    try:
        document = tomllib.loads(text).get("place", {})
    except tomllib.TOMLDecodeError as problem:
        reading.refuse("file not understood", PLACE_FILE, "TOML", f"Mend it: {problem}")
        return
    _check_heading(document, reading)


def _check_heading(document: Any, reading: _Reading) -> None:
    given = document if isinstance(document, dict) else {}
    for name in _HEADING:
        if not isinstance(given.get(name), str) or not given[name].strip():
            reading.refuse(
                "missing value", PLACE_FILE, f'{name} = "…" under [place]', f"Add {name}", column=name
            )
    for name in sorted(set(given) - {*_HEADING, "description"}):
        reading.refuse(
            "unknown column",
            PLACE_FILE,
            "one of " + ", ".join((*_HEADING, "description")),
            "Remove or rename it",
            column=name,
            suggestion=near_miss(name, _HEADING),
        )
    reading.heading = {"code": "", "name": "", "perimeter": ""}
    reading.heading |= {
        name: str(given[name]).strip() for name in (*_HEADING, "description") if name in given
    }
    for name in ("base_year", "last_year"):
        _heading_year(name, reading)
    first, last = reading.heading.get("base_year"), reading.heading.get("last_year")
    if first and last and not first.starts < last.starts <= first.starts + _LONGEST_PLAN:
        reading.refuse(
            "year outside the plan",
            PLACE_FILE,
            f"a last year after {first} and at most {_LONGEST_PLAN} years later",
            "Correct base_year or last_year",
            column="last_year",
            found=str(last),
        )
        del reading.heading["last_year"]


def _heading_year(name: str, reading: _Reading) -> None:
    written = reading.heading.pop(name, "")
    try:
        if written:
            reading.heading[name] = FinancialYear.parse(written)
    except YearNotUnderstood as problem:
        reading.refuse(
            "year not understood",
            PLACE_FILE,
            "a financial year such as 2016/17",
            str(problem).capitalize(),
            column=name,
            found=shown(written),
        )


def _read_table(table: Table, opener: Opener | None, size: int, reading: _Reading) -> None:
    reading.tables[table.name] = []
    if opener is None:
        if table.required:
            reading.seen.unread.add(table.name)
            reading.refuse(
                "missing file",
                table.file,
                "a table of " + table.name,
                "Add it; leftshift new writes one to start from",
            )
        return
    if size > reading.schema.file_megabytes * _MEGABYTE:
        reading.refuse(
            "file too large",
            table.file,
            f"at most {reading.schema.file_megabytes} MB",
            "Split the place, or leave out what it does not need",
            found=f"{size / _MEGABYTE:,.0f} MB",
        )
        return
    try:
        with opener() as file:
            _read_rows(table, _records(file, reading.schema.line_characters), reading)
    except UnicodeDecodeError as problem:
        _refuse_encoding(table, problem, reading)
    except csv.Error as problem:
        reading.seen.unread.add(table.name)
        action = f"Save it again as CSV UTF-8: {problem}"
        reading.refuse("file not understood", table.file, "comma-separated values", action)
    except OSError as problem:
        reading.seen.unread.add(table.name)
        reading.refuse(
            "file cannot be read", table.file, "a file that may be read", f"Mend it: {problem.strerror}"
        )


def _refuse_encoding(table: Table, problem: UnicodeDecodeError, reading: _Reading) -> None:
    head = problem.object[:2]
    program = (
        "UTF-16 (Excel's 'Unicode text')" if head in _UTF16 else "another encoding, probably Windows-1252"
    )
    reading.tables[table.name] = []
    reading.seen.unread.add(table.name)
    reading.refuse(
        "wrong encoding",
        table.file,
        "text in UTF-8",
        "Save it as 'CSV UTF-8 (comma delimited)'",
        found=f"{program}, at byte {problem.start:,}",
    )


def _records(file: TextIO, longest: int) -> Iterator[tuple[int, list[str]]]:
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


def _read_rows(table: Table, records: Iterator[tuple[int, list[str]]], reading: _Reading) -> None:
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
            "Split the place, or leave out what it does not need",
            found=f"{reader.seen:,} rows",
        )


def _read_header(
    table: Table, first: tuple[int, list[str]] | None, reading: _Reading
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


def _check_header(table: Table, line: int, names: list[str], reading: _Reading) -> None:
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

    def __init__(self, table: Table, columns: list[Column | None], reading: _Reading) -> None:
        self.table, self.columns, self.reading = table, columns, reading
        self.row_type: Callable[..., Row] = ROW_TYPES[table.name]
        self.kept = reading.tables[table.name]
        self.keys: dict[tuple[Any, ...], int] = {}
        self.seen = 0
        self.base_year: FinancialYear | None = reading.heading.get("base_year")
        self.last_year: FinancialYear | None = reading.heading.get("last_year")
        self.empty = defaults(table.name)
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


def setting_names() -> list[str]:
    """The names of all switches, in the order of the catalogue."""
    return list(catalogue("settings"))
