"""The sheets of a folder of tables: which there are, what each row says, what may be chosen in a cell by name, and what is wrong.

A slice makes a subclass of `Sheets` and says what differs in its own; whatever it does not say follows from the schema.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from leftshift.foundation.faults import Fault, Faults
from leftshift.foundation.money import Money, NumberNotUnderstood
from leftshift.place.schema import Column, Table
from leftshift.place.sheets import NotASheet, Sheet, sheet_of_text

ABOUT = ("source", "basis")
"""The columns that every table has: where a row comes from, and how firm it is."""
Choice = tuple[str, str]
"""What a cell holds, and what people call it."""
_NUMBERS = ("money", "number", "whole", "share")
_LISTED = 7  # columns of a list where a slice names none
A_PAGE = 200
"""Rows of a list on one page."""
_LONG = 90  # characters of a cell in a list


class Sheets:
    """The sheets of something that is held, as it stands: how pages speak of them. Made anew for every page."""

    tables: ClassVar[Mapping[str, Table]]
    groups: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Group to the tables that stand in it."""
    titles: ClassVar[Mapping[str, str]] = {}
    """Table to its title, where its name does not say it."""
    labels: ClassVar[Mapping[tuple[str, str], str]] = {
        ("", "source"): "Where this comes from",
        ("", "basis"): "How firm it is",
    }
    """Table (empty for all) and column to what the field is called, where its name does not say it."""
    in_list: ClassVar[Mapping[str, Sequence[str]]] = {}
    """Table to the columns that its list shows; the first seven where none are named."""
    own_keys: ClassVar[Collection[str]] = ()
    """Tables whose short names are given to a new row: people need not think of one."""
    named_by: ClassVar[Sequence[str]] = ()
    """The columns of which the first key is, where a row without a name is called by them."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self._offered: dict[tuple[str, str], list[Choice]] = {}
        self._names: dict[tuple[str, str], dict[str, str]] = {}

    @cached_property
    def faults(self) -> Faults:
        """What cannot be read, and what else is wrong, as faults of files."""
        raise NotImplementedError

    def title(self, table: str) -> str:
        """What a table is called."""
        return self.titles.get(table) or table.replace("_", " ").capitalize()

    def group(self, table: str) -> str:
        """The group that a table stands in; empty where it stands in none."""
        return next((group for group, tables in self.groups.items() if table in tables), "")

    def columns(self, table: Table) -> list[Column]:
        """The columns that are asked for, in the order in which people fill them in."""
        return list(table.columns.values())

    def listed(self, table: Table) -> list[Column]:
        """The columns that the list of a table shows."""
        asked = {column.name for column in self.columns(table)}
        names = [name for name in self.in_list.get(table.name, ()) if name in asked]
        names = names or [name for name in table.columns if name not in ABOUT][:_LISTED]
        return [table.columns[name] for name in names]

    def label(self, table: Table, column: Column) -> str:
        """What a field is called."""
        own = self.labels.get((table.name, column.name)) or self.labels.get(("", column.name))
        return own or column.name.replace("_", " ").capitalize()

    def help(self, table: Table, column: Column) -> str:
        """What a page says beside a field."""
        return column.description.replace("`", "") + "."

    def choices(self, table: Table, column: Column, row: Mapping[str, str]) -> list[Choice]:
        """Value and name of everything that may stand in a cell; nothing where anything may."""
        if column.type == "yes_no":
            return [("yes", "Yes"), ("no", "No")]
        if column.choices:
            return [(value, value.replace("_", " ").capitalize() or "Not said") for value in column.choices]
        return self.offered(table, column, row)

    def offered(self, table: Table, column: Column, row: Mapping[str, str]) -> list[Choice]:
        """What may be chosen besides what the schema lists: the rows that a column refers to, by name."""
        key = (table.name, column.name)
        if key not in self._offered:
            self._offered[key] = self._referred(column) if column.refers else []
        return self._offered[key]

    def _referred(self, column: Column) -> list[Choice]:
        other = self.tables[column.refers or ""]
        try:
            sheet = sheet_of_text(other, self.texts.get(other.file))
        except NotASheet:
            return []
        first = other.key[0]
        rows = (sheet.facts(row) for _, row in sheet.numbered())
        found = {row[first]: row.get("name", row[first]) for row in rows if row.get(first)}
        also = {value: value.replace("_", " ").capitalize() for value in column.also}
        return list({**found, **also}.items())

    def name_of(self, table: Table, column: Column, value: str) -> str:
        """What is shown for a value."""
        if column.type == "money" and value:
            try:
                return Money.pounds(value).brief
            except NumberNotUnderstood:
                return value
        key = (table.name, column.name)
        if key not in self._names:
            self._names[key] = dict(self.choices(table, column, {}))
        return self._names[key].get(value, value)

    def name(self, table: Table, row: Mapping[str, str]) -> str:
        """What a row is called: its name, else what its key says, by name."""
        named = [name for name in self.named_by if name in table.columns]
        names = dict.fromkeys([*(named or table.key[:1]), *table.key[1:]])
        said = (self.name_of(table, table.columns[name], row[name]) for name in names if row.get(name))
        return row.get("name") or ", ".join(said) or self.title(table.name)

    def unknown(self, value: str) -> str:
        """What is shown for a value that stands in a cell and may not be chosen there."""
        return f"{value} (not known)"

    def counted(self, table: Table, column: Column, row: Mapping[str, str]) -> str:
        """How long a text is and may be, in words; empty where nothing limits it."""
        return ""

    def is_folded(self, table: Table, column: Column) -> bool:
        """Whether few need a field, so that it stands behind a click."""
        is_own_key = column.name == table.key[0] and column.type == "name" and not column.refers
        return column.name in ABOUT or (is_own_key and table.name in self.own_keys)

    def begun(self, table: Table, sheet: Sheet, by: str) -> dict[str, str]:
        """What a new row begins with: a short name of its own, and where it comes from."""
        begun = {"source": f"Entered in the workspace by {by}", "basis": "assumed"}
        if table.name in self.own_keys:
            first = table.key[0]
            taken = {sheet.cell(row, first) for _, row in sheet.numbered()}
            numbers = range(1, len(taken) + 2)
            begun[first] = next(name for number in numbers if (name := f"{first}_{number}") not in taken)
        return {name: text for name, text in begun.items() if name in table.columns}


# ---------------------------------------------------------------------- every sheet
@dataclass(frozen=True)
class SheetLine:
    """A table with how many rows it has, how many faults hold up what it is for, and how many only warn."""

    table: str
    title: str
    rows: int
    blocking: int
    warnings: int


def sheet_lines(
    sheets: Sheets, rows: Mapping[str, int], blocking: Iterable[Fault], warnings: Iterable[Fault] = ()
) -> list[tuple[str, list[SheetLine]]]:
    """Every sheet by group; ``rows`` says how many each table has."""
    stops, warns = _by_file(blocking), _by_file(warnings)
    return [
        (group, [_sheet_line(sheets, sheets.tables[name], rows, stops, warns) for name in names])
        for group, names in sheets.groups.items()
    ]


def _sheet_line(
    sheets: Sheets,
    table: Table,
    rows: Mapping[str, int],
    stops: Mapping[str, int],
    warns: Mapping[str, int],
) -> SheetLine:
    return SheetLine(
        table.name,
        sheets.title(table.name),
        rows.get(table.name, 0),
        stops.get(table.file, 0),
        warns.get(table.file, 0),
    )


def _by_file(faults: Iterable[Fault]) -> dict[str, int]:
    found: dict[str, int] = {}
    for fault in faults:
        found[fault.file] = found.get(fault.file, 0) + 1
    return found


# ---------------------------------------------------------------------- one sheet as a list
@dataclass(frozen=True)
class RowLine:
    """A row of a sheet as its page lists it."""

    key: str
    cells: Sequence[str]
    faults: Sequence[str]


@dataclass(frozen=True)
class SheetPage:
    """A sheet: its rows by name, what is wrong with each and with none of them, and the sheets of its group."""

    table: str
    title: str
    description: str
    heads: Sequence[tuple[str, bool]]  # what a column is called, and whether it holds numbers
    rows: Sequence[RowLine]
    faults: Sequence[str]
    group: str
    beside: Sequence[tuple[str, str]]
    total: int
    page: int
    pages: int


def sheet_page(sheets: Sheets, sheet: Sheet, page: int = 1) -> SheetPage:
    """A sheet with its rows, so many on a page."""
    table = sheet.table
    columns = sheets.listed(table)
    by_row: dict[int, list[Fault]] = {}
    loose: list[str] = []
    for fault in sheets.faults:
        if fault.file == table.file and fault.row:
            by_row.setdefault(fault.row, []).append(fault)
        elif fault.file == table.file:
            loose.append(_said(sheets, table, fault))
    numbered = list(sheet.numbered())
    pages = max(1, -(-len(numbered) // A_PAGE))
    page = min(max(page, 1), pages)
    rows = []
    for line, row in numbered[(page - 1) * A_PAGE : page * A_PAGE]:
        texts = [_short(sheets.name_of(table, column, sheet.cell(row, column.name))) for column in columns]
        rows.append(RowLine(row.key, texts, _row_faults(sheets, table, by_row.get(line, []))))
    heads = [(sheets.label(table, column), column.type in _NUMBERS) for column in columns]
    group = sheets.group(table.name)
    beside = [(name, sheets.title(name)) for name in sheets.groups.get(group, ())]
    title = sheets.title(table.name)
    return SheetPage(
        table.name, title, table.description, heads, rows, loose, group, beside, len(numbered), page, pages
    )


def _row_faults(sheets: Sheets, table: Table, faults: Sequence[Fault]) -> list[str]:
    """What is to be cleared in a row: what is empty in one line, the rest one by one."""
    empty = [fault for fault in faults if fault.kind == "not filled in" and fault.column in table.columns]
    names = [sheets.label(table, table.columns[fault.column or ""]) for fault in empty]
    said = [_said(sheets, table, fault) for fault in faults if fault not in empty]
    return [*([f"Not filled in: {', '.join(dict.fromkeys(names))}."] if names else []), *said]


def _said(sheets: Sheets, table: Table, fault: Fault) -> str:
    column = table.columns.get(fault.column or "")
    where = f"{sheets.label(table, column)}: " if column else ""
    hint = f" Did you mean {fault.suggestion}?" if fault.suggestion else ""
    return f"{where}{fault.found}. {fault.action.rstrip('.')}.{hint}"


def _short(text: str) -> str:
    return text if len(text) <= _LONG else text[:_LONG].rsplit(" ", 1)[0] + " …"


# ---------------------------------------------------------------------- one row as a form
@dataclass(frozen=True)
class Field:
    """A field of a row: what it is called, what the page says of it, what may be chosen, what its editor has, and what is wrong.

    ``before`` is what stands in the sheet: after a save that was refused it is not what the editor has.
    """

    name: str
    label: str
    help: str
    kind: str
    choices: Sequence[Choice]
    value: str
    problems: Sequence[str]
    is_needed: bool
    before: str
    counted: str = ""
    is_folded: bool = False  # few need it: it stands behind a click


def fields_of(
    sheets: Sheets, table: Table, row: Mapping[str, str], line: int, stands: Mapping[str, str] | None = None
) -> list[Field]:
    """The fields of a row, in the order in which people fill them in.

    ``line`` is that of its file, 0 for a new row; ``stands`` what the sheet has, where its editor has something else.
    """
    faults = [fault for fault in sheets.faults if fault.file == table.file and fault.row == line and line]
    before = row if stands is None else stands
    return [_field(sheets, table, column, row, before, faults) for column in sheets.columns(table)]


def field_of(sheets: Sheets, table: Table, column: Column) -> Field:
    """A field that is empty, for any row."""
    return _field(sheets, table, column, {}, {}, ())


def _field(
    sheets: Sheets,
    table: Table,
    column: Column,
    row: Mapping[str, str],
    stands: Mapping[str, str],
    faults: Sequence[Fault],
) -> Field:
    choices = sheets.choices(table, column, row)
    value = row.get(column.name, "")
    if choices and value and value not in dict(choices):
        choices = [*choices, (value, sheets.unknown(value))]
    kind = column.type if column.type in ("prose", "date") else "text"
    said = [
        f"{fault.found}: expected {fault.expected}. {fault.action.rstrip('.')}."
        for fault in faults
        if fault.column == column.name
    ]
    return Field(
        column.name,
        sheets.label(table, column),
        sheets.help(table, column),
        "choice" if choices else kind,
        choices,
        value,
        said,
        column.required,
        stands.get(column.name, ""),
        sheets.counted(table, column, row),
        not said and sheets.is_folded(table, column),
    )
