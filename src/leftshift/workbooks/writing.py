"""Write a place as one workbook: contents, notes, the facts, a sheet for each table, scenarios, choices, calculated sheets."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from leftshift.foundation.faults import Fault, Faults, FaultsFound, shown
from leftshift.place.archives import upload_limits
from leftshift.place.describing import column_words
from leftshift.place.reading import PLACE_FILE
from leftshift.place.rows import SUBJECTS
from leftshift.place.schema import Column, Table, schema
from leftshift.workbooks import sheets
from leftshift.workbooks.cover import LEFT_OUT, write_contents
from leftshift.workbooks.live.building import Calculated, build
from leftshift.workbooks.live.changes import LIVE, ROOM_FOR_MORE
from leftshift.workbooks.looks import A4, HEADING, INPUT, TAB_COLOURS, Formats
from leftshift.workbooks.rendering import render
from leftshift.workbooks.spelling import AS_TEXT, LONGEST_TEXT, is_holdable, typed

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MADE_ON = datetime(2000, 1, 1)  # noqa: DTZ001  (a workbook says when it was made: always the same, so that its bytes are)
TOO_MANY = "too many formulas"
_WIDEST = 60


def write_workbook(texts: Mapping[str, str], *, live: bool = True) -> bytes:
    """A place folder, as file name to text, as one workbook (.xlsx); the same texts give the same bytes.

    With ``live`` the projection stands beside the tables as formulas; a place with faults has none, and the workbook
    says so. Raises FaultsFound where a file is no CSV, holds what no workbook can (control characters, or a text of
    more than 32,767 characters), or the place needs more formulas than are sensible.
    """
    from xlsxwriter import Workbook

    calculated = _within_limits(_calculated(texts)) if live else None
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"title": "A place of leftshift", "created": MADE_ON})
    writer = _Writer(book, Formats(book), calculated, "" if live else LEFT_OUT)
    try:
        writer.write(texts)
    finally:
        book.close()
    writer.faults.raise_if_any()
    return out.getvalue()


def _calculated(texts: Mapping[str, str]) -> Calculated | None:
    """The calculated sheets; None where the texts are no sound place, or not even tables."""
    for table in schema().tables.values():
        if table.file in texts:
            sheets.records_of(table, texts[table.file])
    return build(texts)


def _within_limits(calculated: Calculated | None) -> Calculated | None:
    most = upload_limits().live_formulas
    if calculated is not None and calculated.formulas > most:
        faults = Faults()
        expected = f"at most {most:,} live formulas in a workbook"
        action = "Write its inputs alone: leftshift workbook write PLACE FILE --inputs-only"
        found = f"{calculated.formulas:,} formulas"
        faults.add(Fault(TOO_MANY, PLACE_FILE, None, None, found, expected, action))
        raise FaultsFound(faults)
    return calculated


def _tables_of(texts: Mapping[str, str]) -> list[Table]:
    """The tables that get a sheet: those of capacity or measures where the place has any of them, all or none."""
    tables = schema().tables
    left_out = {
        name
        for of_subject in SUBJECTS.values()
        if not any(tables[name].file in texts for name in of_subject)
        for name in of_subject
    }
    return [table for name, table in tables.items() if name not in left_out]


@dataclass
class _Writer:
    """Writes the sheets of one workbook."""

    book: Workbook
    formats: Formats
    calculated: Calculated | None
    why_not: str
    faults: Faults = field(default_factory=Faults)
    key_ranges: dict[str, str] = field(default_factory=dict)

    def write(self, texts: Mapping[str, str]) -> None:
        tables = _tables_of(texts)
        records = {
            table.name: sheets.records_of(table, texts[table.file])
            if table.file in texts
            else [list(table.columns)]
            for table in tables
        }
        grids = self.calculated.grids if self.calculated else ()
        left_out = {*schema().tables} - {table.name for table in tables}
        names = [
            *(name for name in sheets.sheet_names().values() if name not in left_out),
            *(grid.name for grid in grids),
        ]
        sheet_of = {name: self.book.add_worksheet(name) for name in names}
        facts = {name: _facts(found) for name, found in records.items()}
        write_contents(sheet_of[sheets.CONTENTS], self.formats, facts, self.calculated, self.why_not)
        self._notes(sheet_of[sheets.NOTES])
        choices = self._choices(sheet_of[sheets.CHOICES])
        self._place(sheet_of[sheets.PLACE], texts.get(PLACE_FILE, ""))
        for table in tables:
            self._note_keys(table, records[table.name])
        for table in tables:
            self._table(sheet_of[table.name], table, records[table.name], choices)
        self._scenarios(sheet_of[sheets.SCENARIOS], texts)
        for name in (*records, sheets.PLACE, sheets.SCENARIOS, sheets.NOTES, sheets.CHOICES):
            _set_up(sheet_of[name], name)
        for grid in grids:
            render(self.book, sheet_of[grid.name], grid, self.formats)

    def format(self, number_format: str = "General", *, bold: bool = False, live: bool = False) -> Format:
        """The format of a cell of an input sheet: a heading, an input that formulas follow, or another."""
        return self.formats.of(number_format, **(HEADING if bold else INPUT if live else {}))

    # ------------------------------------------------------------------ the sheets that explain
    def _notes(self, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["Table", "Column", "Needed", "Holds", "What it is"], self.format(bold=True))
        rows = [
            (table.name, column.name, "yes" if column.required else "", *column_words(column))
            for table in schema().tables.values()
            for column in table.columns.values()
        ]
        for at, row in enumerate(rows, start=1):
            for position, text in enumerate(row):
                sheet.write_string(at, position, text)
        sheet.freeze_panes(1, 0)
        for position, width in enumerate((18, 24, 8, 40, 110)):
            sheet.set_column(position, position, width)

    def _choices(self, sheet: Worksheet) -> dict[tuple[str, ...], str]:
        """Write each list of choices once; gives where each stands."""
        wanted = [
            _choices_of(column) for table in schema().tables.values() for column in table.columns.values()
        ]
        ranges = {}
        for position, choices in enumerate(dict.fromkeys(filter(None, wanted))):
            sheet.write_string(0, position, f"List {position + 1}", self.format(bold=True))
            for at, choice in enumerate(choices, start=1):
                sheet.write_string(at, position, choice)
            ranges[choices] = _range(sheets.CHOICES, 1, len(choices), position)
        return ranges

    # ------------------------------------------------------------------ the sheets that hold the place
    def _place(self, sheet: Worksheet, text: str) -> None:
        sheet.set_column(0, 0, 24, self.format(AS_TEXT))
        sheet.set_column(1, 1, 80, self.format(AS_TEXT))
        for at, row in enumerate(sheets.place_rows(text)):
            for position, cell in enumerate(row):
                self._text(sheet, at, position, cell, file=PLACE_FILE, column=row[0])

    def _scenarios(self, sheet: Worksheet, texts: Mapping[str, str]) -> None:
        sheet.write_row(0, 0, sheets.SCENARIO_COLUMNS, self.format(bold=True))
        sheet.freeze_panes(1, 0)
        for position, width in enumerate((24, 6, 110)):
            sheet.set_column(position, position, width, self.format(AS_TEXT))
        for at, (code, line, text) in enumerate(sheets.scenario_rows(texts), start=1):
            file = f"scenarios/{code}.toml"
            self._text(sheet, at, 0, code, file=file, column="scenario")
            sheet.write_number(at, 1, int(line), self.format())
            self._text(sheet, at, 2, text, file=file, column="text")

    def _table(
        self,
        sheet: Worksheet,
        table: Table,
        records: list[sheets.Record],
        choices: Mapping[tuple[str, ...], str],
    ) -> None:
        at_header = sheets.header_at(records)
        columns = sheets.columns_of(table, records[at_header]) if at_header is not None else []
        for at, record in enumerate(records):
            is_fact = at_header is not None and at > at_header and not sheets.is_comment(record)
            known = columns if is_fact and not sheets.is_blank(record) else []
            for position, text in enumerate(record):
                column = known[position] if position < len(known) else None
                self._cell(sheet, (at, position), text, column, table, bold=at == at_header)
            self._await(sheet, at, record, known, table)
        if at_header is not None:
            sheet.freeze_panes(at_header + 1, 1)
            sheet.repeat_rows(at_header)
            sheet.autofilter(at_header, 0, len(records) - 1, len(records[at_header]) - 1)
            self._offer(sheet, columns, records, at_header, choices)
        self._widen(sheet, columns, records)

    def _await(
        self, sheet: Worksheet, at: int, record: sheets.Record, known: Sequence[Column | None], table: Table
    ) -> None:
        """Colour the empty cells that formulas take up; a rate typed into one is in per cent, as its format says."""
        for position, column in enumerate(known):
            if column and not "".join(record[position : position + 1]) and self._is_live(column, table):
                shape = "0.00%" if column.type == "percent" else "General"
                sheet.write_blank(at, position, None, self.format(shape, live=True))

    def _is_live(self, column: Column | None, table: Table) -> bool:
        return self.calculated is not None and column is not None and column.name in LIVE.get(table.name, ())

    def _cell(
        self,
        sheet: Worksheet,
        where: tuple[int, int],
        text: str,
        column: Column | None,
        table: Table,
        *,
        bold: bool,
    ) -> None:
        value, number_format = typed(column, text)
        if isinstance(value, str):
            name = column.name if column else None
            self._text(sheet, *where, value, file=table.file, column=name, bold=bold)
        elif isinstance(value, date):
            sheet.write_datetime(*where, value, self.format(number_format))
        else:
            live = self._is_live(column, table)
            sheet.write_number(*where, value, self.format(number_format, live=live))

    def _text(
        self,
        sheet: Worksheet,
        at: int,
        position: int,
        text: str,
        *,
        file: str,
        column: str | None,
        bold: bool = False,
    ) -> None:
        if not is_holdable(text):
            expected = f"text of at most {LONGEST_TEXT:,} characters, without control characters"
            action = "Shorten it, or take out what cannot be seen: a workbook cannot hold it"
            fault = Fault("text not understood", file, at + 1, column, shown(text), expected, action)
            self.faults.add(fault)
        elif text:
            sheet.write_string(at, position, text, self.format(AS_TEXT, bold=bold))

    # ------------------------------------------------------------------ what helps to fill them in
    def _note_keys(self, table: Table, records: list[sheets.Record]) -> None:
        at = sheets.header_at(records)
        columns = sheets.columns_of(table, records[at]) if at is not None else []
        names = [column.name if column else "" for column in columns]
        if at is not None and len(table.key) == 1 and table.key[0] in names:
            last = len(records) + ROOM_FOR_MORE
            self.key_ranges[table.name] = _range(table.name, at + 1, last, names.index(table.key[0]))

    def _offer(
        self,
        sheet: Worksheet,
        columns: Sequence[Column | None],
        records: Sequence[sheets.Record],
        at_header: int,
        choices: Mapping[tuple[str, ...], str],
    ) -> None:
        for position, column in enumerate(columns):
            source = (
                (choices.get(_choices_of(column)) or self.key_ranges.get(column.refers or ""))
                if column
                else None
            )
            if column is None or source is None:
                continue
            rule: dict[str, Any] = {"validate": "list", "source": "=" + source}
            if not _choices_of(column):
                rule |= {"error_type": "warning", "error_message": f"Not in the sheet {column.refers}"}
            sheet.data_validation(at_header + 1, position, len(records) + ROOM_FOR_MORE, position, rule)

    def _widen(
        self, sheet: Worksheet, columns: Sequence[Column | None], records: Sequence[sheets.Record]
    ) -> None:
        facts = [record for record in records if not sheets.is_comment(record)]
        for position, column in enumerate(columns):
            longest = max((len(record[position]) for record in facts if position < len(record)), default=8)
            as_text = column is None or typed(column, "0")[1] == AS_TEXT
            shape = self.format(AS_TEXT) if as_text and not (column and column.type == "date") else None
            sheet.set_column(position, position, min(max(longest, 8) + 2, _WIDEST), shape)


def _set_up(sheet: Worksheet, name: str) -> None:
    """How an input sheet prints, and the colour of its tab."""
    sheet.set_tab_color(TAB_COLOURS["about" if name in {sheets.NOTES, sheets.CHOICES} else "input"])
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&F, &A&RPage &P of &N")


def _facts(records: Sequence[sheets.Record]) -> int:
    rows = [record for record in records if not sheets.is_comment(record) and not sheets.is_blank(record)]
    return max(len(rows) - 1, 0)


def _choices_of(column: Column) -> tuple[str, ...]:
    return ("yes", "no") if column.type == "yes_no" else column.choices


def _range(sheet: str, first: int, last: int, position: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    letter = xl_col_to_name(position)
    return f"'{sheet}'!${letter}${first + 1}:${letter}${last + 1}"
