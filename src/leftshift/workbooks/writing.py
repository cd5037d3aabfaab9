"""Write a place as one workbook: contents, notes, the facts, a sheet for each table, the scenarios, the lists of choices."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from leftshift.foundation.faults import Fault, Faults, shown
from leftshift.place.describing import column_words
from leftshift.place.reading import PLACE_FILE
from leftshift.place.schema import Column, Table, schema
from leftshift.workbooks import sheets
from leftshift.workbooks.spelling import AS_TEXT, LONGEST_TEXT, is_holdable, typed

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MADE_ON = datetime(2000, 1, 1)  # noqa: DTZ001  (a workbook says when it was made: always the same, so that its bytes are)
_ROOM_FOR_MORE = 1_000  # rows under the last one that offer the choices as well
_WIDEST = 60
_TABLES = "one sheet a table, one row a fact"


def write_workbook(texts: Mapping[str, str]) -> bytes:
    """A place folder, as file name to text, as one workbook (.xlsx); the same texts give the same bytes.

    Raises FaultsFound where a file is no CSV, or holds what no workbook can: control characters, or a text of more
    than 32,767 characters.
    """
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"title": "A place of leftshift", "created": MADE_ON})
    writer = _Writer(book)
    try:
        writer.write(texts)
    finally:
        book.close()
    writer.faults.raise_if_any()
    return out.getvalue()


@dataclass
class _Writer:
    """Writes the sheets of one workbook."""

    book: Workbook
    faults: Faults = field(default_factory=Faults)
    formats: dict[tuple[str, bool], Format] = field(default_factory=dict)
    key_ranges: dict[str, str] = field(default_factory=dict)

    def write(self, texts: Mapping[str, str]) -> None:
        tables = schema().tables.values()
        records = {
            table.name: sheets.records_of(table, texts[table.file])
            if table.file in texts
            else [list(table.columns)]
            for table in tables
        }
        sheet_of = {name: self.book.add_worksheet(name) for name in sheets.sheet_names().values()}
        self._contents(sheet_of[sheets.CONTENTS], records)
        self._notes(sheet_of[sheets.NOTES])
        choices = self._choices(sheet_of[sheets.CHOICES])
        self._place(sheet_of[sheets.PLACE], texts.get(PLACE_FILE, ""))
        for table in tables:
            self._note_keys(table, records[table.name])
        for table in tables:
            self._table(sheet_of[table.name], table, records[table.name], choices)
        self._scenarios(sheet_of[sheets.SCENARIOS], texts)

    def format(self, number_format: str = "General", *, bold: bool = False) -> Format:
        """The format of that number format; each is made once."""
        key = (number_format, bold)
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"num_format": number_format, "bold": bold})
        return self.formats[key]

    # ------------------------------------------------------------------ the sheets that explain
    def _contents(self, sheet: Worksheet, records: Mapping[str, list[sheets.Record]]) -> None:
        rows = [
            ("Sheet", "What is in it", "Rows"),
            (sheets.NOTES, "What each column holds. Not read back: what is written there is not kept", ""),
            (sheets.PLACE, "What the place is called, its years, and whose position is the system's", ""),
            *(
                (table.name, table.description, str(_facts(records[table.name])))
                for table in schema().tables.values()
            ),
            (sheets.SCENARIOS, "Scenarios, line by line", ""),
            (sheets.CHOICES, "The lists that cells offer. Not read back", ""),
        ]
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 110)
        words = (
            f"A place as a workbook: {_TABLES}. Read it back with: leftshift workbook FILE.xlsx --out FOLDER"
        )
        sheet.write_string(0, 0, words, self.format(bold=True))
        for at, (name, what, count) in enumerate(rows, start=2):
            if at == 2:
                sheet.write_row(at, 0, [name, what, count], self.format(bold=True))
                continue
            sheet.write_url(at, 0, f"internal:'{name}'!A1", string=name)
            sheet.write_string(at, 1, what)
            if count:
                sheet.write_number(at, 2, int(count))

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
            known = [] if sheets.is_comment(record) or at == at_header else columns
            for position, text in enumerate(record):
                column = known[position] if position < len(known) else None
                self._cell(sheet, (at, position), text, column, table, bold=at == at_header)
        if at_header is not None:
            sheet.freeze_panes(at_header + 1, 0)
            self._offer(sheet, columns, records, at_header, choices)
        self._widen(sheet, columns, records)

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
            sheet.write_number(*where, value, self.format(number_format))

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
            last = len(records) + _ROOM_FOR_MORE
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
            sheet.data_validation(at_header + 1, position, len(records) + _ROOM_FOR_MORE, position, rule)

    def _widen(
        self, sheet: Worksheet, columns: Sequence[Column | None], records: Sequence[sheets.Record]
    ) -> None:
        facts = [record for record in records if not sheets.is_comment(record)]
        for position, column in enumerate(columns):
            longest = max((len(record[position]) for record in facts if position < len(record)), default=8)
            as_text = column is None or typed(column, "0")[1] == AS_TEXT
            shape = self.format(AS_TEXT) if as_text and not (column and column.type == "date") else None
            sheet.set_column(position, position, min(max(longest, 8) + 2, _WIDEST), shape)


def _facts(records: Sequence[sheets.Record]) -> int:
    rows = [record for record in records if not sheets.is_comment(record) and not sheets.is_blank(record)]
    return max(len(rows) - 1, 0)


def _choices_of(column: Column) -> tuple[str, ...]:
    return ("yes", "no") if column.type == "yes_no" else column.choices


def _range(sheet: str, first: int, last: int, position: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    letter = xl_col_to_name(position)
    return f"'{sheet}'!${letter}${first + 1}:${letter}${last + 1}"
