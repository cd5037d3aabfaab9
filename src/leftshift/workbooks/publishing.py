"""Tables as a workbook to publish: in the form that government asks of published spreadsheets, so that anyone can use it.

Contents first, then notes, then one sheet a table: its title in A1, one row of headings, one marked-up table, nothing
merged, nothing coloured, no blank cell. It is made from scratch for readers; the workbook of a place is another thing.
"""

from __future__ import annotations

import io
import math
import re
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from leftshift.workbooks.spelling import LONGEST_TEXT

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

PublishedValue = str | int | float | date | None
NOT_AVAILABLE, NOT_APPLICABLE = "[x]", "[z]"
CONTENTS, NOTES = "Contents", "Notes"
_LANGUAGE = "en-GB"
_LONGEST_SHEET_NAME = 30
_LONGEST_HEADING = 255
_TAKEN = {"contents", "notes", "history"}  # Excel keeps "History" to itself
_NOT_IN_A_NAME = re.compile(
    "[\\[\\]:*?/\\\\'\U00010000-\U0010ffff]"
)  # Excel counts the last as two characters
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_MARK = re.compile(r"\[note (\d+)\]")
_SHORTHAND = re.compile(r"\[[a-z]+\]")
_WIDEST = 60


@dataclass(frozen=True)
class PublishedColumn:
    """A column: its heading, which says the unit of its numbers, and how many decimals they show; None for texts."""

    heading: str
    decimals: int | None = None


@dataclass(frozen=True)
class PublishedTable:
    """A table: the name of its sheet, its title, its columns and its rows, each as long as the columns.

    None stands for a value that is not available, an empty text for one that does not apply. A text may carry marks
    such as ``[note 1]``, and stand for a value as ``[c]`` does.
    """

    name: str
    title: str
    columns: Sequence[PublishedColumn]
    rows: Sequence[Sequence[PublishedValue]]


@cache
def shorthand() -> Mapping[str, str]:
    """Each sign that stands in place of a value, and what it means."""
    text = resources.files("leftshift.workbooks").joinpath("shorthand.toml").read_text("utf-8")
    return tomllib.loads(text)


def publish_tables(
    tables: Sequence[PublishedTable],
    *,
    title: str,
    notes: Sequence[str],
    source: str,
    contact: str,
    as_of: date,
    organisation: str = "",
) -> bytes:
    """The tables as one workbook (.xlsx) to publish; the same input gives the same bytes.

    ``notes`` are numbered from 1; one that no text marks as ``[note 1]`` is marked at the title of the contents.
    ``organisation`` publishes it, and is its author. Raises ValueError where a mark has no note, headings of a table
    are not unique, a row does not fit, or there is no table.
    """
    _check(tables, notes)
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    made = datetime.combine(as_of, time())
    book.set_properties(
        {"title": title, "author": organisation or source, "company": organisation, "created": made}
    )
    about = [f"Source: {source}", f"Contact: {contact}" if contact else "", f"As of: {as_of.isoformat()}"]
    _Publication(book, tables, title, notes, [line for line in about if line]).write()
    book.close()
    return _with_language(out.getvalue())


def _check(tables: Sequence[PublishedTable], notes: Sequence[str]) -> None:
    if not tables:
        raise ValueError("there is no table to publish")
    for table in tables:
        headings = [column.heading.casefold() for column in table.columns]
        if len(set(headings)) < len(headings) or not all(heading.strip() for heading in headings):
            raise ValueError(f"{table.name}: each column needs a heading of its own")
        if any(len(column.heading) > _LONGEST_HEADING for column in table.columns):
            raise ValueError(f"{table.name}: a heading has at most {_LONGEST_HEADING} characters")
        if any(len(row) != len(table.columns) for row in table.rows):
            raise ValueError(f"{table.name}: each row needs a value for each column")
    missing = {mark for mark in _marks(tables) if not 1 <= mark <= len(notes)}
    if missing:
        raise ValueError(f"there is no note {min(missing)}")


def _marks(tables: Sequence[PublishedTable]) -> set[int]:
    return {int(number) for text in _texts(tables) for number in _MARK.findall(text)}


def _texts(tables: Sequence[PublishedTable]) -> Iterator[str]:
    for table in tables:
        yield table.title
        yield from (column.heading for column in table.columns)
        yield from (value for row in table.rows for value in row if isinstance(value, str))


def sheet_names_of(tables: Sequence[PublishedTable]) -> list[str]:
    """A sheet name for each table: at most 30 characters, without what Excel forbids, no two alike."""
    names: list[str] = []
    taken = set(_TAKEN)
    for table in tables:
        plain = " ".join(_NOT_IN_A_NAME.sub(" ", _INVISIBLE.sub(" ", table.name)).split()) or "Table"
        name, number = plain[:_LONGEST_SHEET_NAME].strip(), 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain[: _LONGEST_SHEET_NAME - 1 - len(str(number))].strip()} {number}"
        taken.add(name.casefold())
        names.append(name)
    return names


@dataclass
class _Publication:
    """Writes the sheets of one publication."""

    book: Workbook
    tables: Sequence[PublishedTable]
    title: str
    notes: Sequence[str]
    about: Sequence[str]
    formats: dict[str, Format] = field(default_factory=dict)

    def write(self) -> None:
        names = sheet_names_of(self.tables)
        sheets = {name: self.book.add_worksheet(name) for name in (CONTENTS, NOTES, *names)}
        self._contents(sheets[CONTENTS], names)
        self._notes(sheets[NOTES])
        for number, (name, table) in enumerate(zip(names, self.tables, strict=True), start=1):
            self._table(sheets[name], table, f"table_{number}")
        sheets[CONTENTS].activate()

    def _format(self, name: str, **properties: object) -> Format:
        if name not in self.formats:
            self.formats[name] = self.book.add_format(properties)
        return self.formats[name]

    def _contents(self, sheet: Worksheet, names: Sequence[str]) -> None:
        unmarked = sorted(set(range(1, len(self.notes) + 1)) - _marks(self.tables))
        title = " ".join([self.title, *(f"[note {number}]" for number in unmarked)])
        words = f"This workbook has {_count(len(names), 'table')}, each on a sheet of its own, and a sheet of notes."
        rows = [[NOTES, "Notes, and the signs that stand in place of values"]]
        rows += [[name, table.title] for name, table in zip(names, self.tables, strict=True)]
        columns = [PublishedColumn("Sheet"), PublishedColumn("What it holds")]
        at = self._sheet(
            sheet, title, [words, *self.about], PublishedTable(CONTENTS, title, columns, rows), "contents"
        )
        for row, (name, _) in enumerate(rows, start=at):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)

    def _notes(self, sheet: Worksheet) -> None:
        rows = [[f"note {number}", text] for number, text in enumerate(self.notes, start=1)]
        rows += [[sign, meaning] for sign, meaning in shorthand().items() if sign in self._signs()]
        columns = [PublishedColumn("Note or sign"), PublishedColumn("What it means")]
        table = PublishedTable(NOTES, "Notes", columns, rows or [["none", "There are no notes"]])
        self._sheet(sheet, "Notes", ["This sheet has one table."], table, "notes")

    def _signs(self) -> set[str]:
        values = (_plain(value) for table in self.tables for row in table.rows or [[""]] for value in row)
        texts = (value for value in values if isinstance(value, str))
        return {sign for text in texts for sign in _SHORTHAND.findall(text)}

    def _table(self, sheet: Worksheet, table: PublishedTable, mark: str) -> None:
        notes = " Notes are explained on the sheet Notes." if _marks([table]) else ""
        self._sheet(sheet, table.title, [f"This sheet has one table.{notes}"], table, mark)

    def _sheet(
        self, sheet: Worksheet, title: str, lines: Sequence[str], table: PublishedTable, mark: str
    ) -> int:
        """Write one sheet; gives the row of its first fact, counted from 0."""
        sheet.write_string(0, 0, _text(title), self._format("title", bold=True, font_size=14))
        for at, line in enumerate(lines, start=1):
            sheet.write_string(at, 0, _text(line))
        header = 1 + len(lines)
        rows = table.rows or [[""] * len(table.columns)]
        for at, row in enumerate(rows, start=header + 1):
            for position, value in enumerate(row):
                self._value(sheet, at, position, value, table.columns[position])
        headings = [
            {
                "header": _text(column.heading),
                "header_format": self._format("heading", bold=True, text_wrap=True),
            }
            for column in table.columns
        ]
        shape = {"name": mark, "style": None, "autofilter": False, "columns": headings}
        sheet.add_table(header, 0, header + len(rows), len(table.columns) - 1, shape)
        for position, column in enumerate(table.columns):
            longest = max((len(str(row[position])) for row in rows[:1000]), default=0)
            sheet.set_column(position, position, min(max(longest, len(column.heading) // 2, 10) + 2, _WIDEST))
        return header + 1

    def _value(
        self, sheet: Worksheet, at: int, position: int, value: PublishedValue, column: PublishedColumn
    ) -> None:
        plain = _plain(value)
        if isinstance(plain, str):
            sheet.write_string(at, position, _text(plain))
        elif isinstance(plain, date):
            sheet.write_datetime(at, position, plain, self._format("date", num_format="yyyy-mm-dd"))
        else:
            shape = "#,##0" + ("." + "0" * column.decimals if column.decimals else "")
            shape = shape if column.decimals is not None else "General"
            sheet.write_number(at, position, plain, self._format(shape, num_format=shape))


def _plain(value: PublishedValue) -> str | float | date:
    """A value as a cell holds it: no blanks, and numbers without the noise of binary fractions."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return NOT_AVAILABLE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return round(value, 6) + 0.0  # minus nothing is nothing
    if isinstance(value, str):
        return value if value.strip() else NOT_APPLICABLE
    return value


def _text(text: str) -> str:
    visible = _INVISIBLE.sub("\ufffd", text)
    return visible if len(visible) <= LONGEST_TEXT else visible[: LONGEST_TEXT - 1] + "…"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _with_language(content: bytes) -> bytes:
    """The workbook with its language among its properties, which XlsxWriter does not write."""
    out = io.BytesIO()
    end = b"</cp:coreProperties>"
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == "docProps/core.xml":
                assert end in data
                data = data.replace(end, f"<dc:language>{_LANGUAGE}</dc:language>".encode() + end)
            new.writestr(entry, data)
    return out.getvalue()
