"""What the forms of sheets send, as changes: each field beside what its editor saw in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from uuid import uuid4

from leftshift.place.schema import Column, Table
from leftshift.place.sheets import AddRow, Change, RemoveRow, SetCell, Sheet, SheetRow

LONGEST_CELL = 10_000
"""Characters of a cell, as a sheet takes them."""


def readable(text: str) -> str:
    """A text that was sent, as it can be kept: a NUL, which no database holds, is shown as what cannot be read."""
    return text.replace("\0", "\ufffd")


def cells_sent(table: Table, posted: Mapping[str, str]) -> dict[str, str]:
    """Column to the text that a form has for it, as far as the form has it; as it was written."""
    return {
        name: readable(posted[f"field.{name}"].replace("\r\n", "\n")).strip()
        for name in table.columns
        if f"field.{name}" in posted
    }


def too_long(cells: Mapping[str, str]) -> str:
    """What to say where a cell is longer than one may be; empty where none is."""
    for name, text in cells.items():
        if len(text) > LONGEST_CELL:
            return f"Nothing was saved: {name.replace('_', ' ')} has {len(text):,} characters, and a cell holds at most {LONGEST_CELL:,}."
    return ""


def once(posted: Mapping[str, str]) -> str:
    """The key of the form of a new row, by which however often it is sent one row is added; a new one where it has none."""
    text = posted.get("once", "")
    return text if re.fullmatch("[0-9a-f]{32}", text) else uuid4().hex


def row_added(sheet: Sheet, cells: Mapping[str, str], key: str) -> list[Change]:
    """What the form of a new row changes; ``key`` is that of the form."""
    last = sheet.rows[-1].key if sheet.rows else ""
    return [AddRow(f"n{key[:12]}", last, {name: text for name, text in cells.items() if text})]


def row_changed(
    sheet: Sheet, row: SheetRow, cells: Mapping[str, str], posted: Mapping[str, str]
) -> list[Change]:
    """What the form of a row changes."""
    return [
        SetCell(row.key, name, before, text)
        for name, text in cells.items()
        if text != (before := _seen(posted, name, sheet.cell(row, name)))
    ]


def row_removed(sheet: Sheet, row: SheetRow, posted: Mapping[str, str]) -> list[Change]:
    """Removes a row as its editor saw it, as far as the form says so."""
    cells = {name: _seen(posted, name, text) for name, text in sheet.facts(row).items()}
    return [RemoveRow(row.key, cells)]


def _seen(posted: Mapping[str, str], name: str, now: str) -> str:
    return posted.get(f"before.{name}", now).replace("\r\n", "\n")


def filled(looked: Sheet, column: Column, ticked: Collection[str], value: str) -> Sequence[Change]:
    """Sets a column of the rows that were ticked; ``looked`` is the sheet as its editor saw it."""
    return [
        SetCell(row.key, column.name, before, value)
        for _, row in looked.numbered()
        if row.key in ticked and (before := looked.cell(row, column.name)) != value
    ]


def edit_seen(posted: Mapping[str, str], last: int) -> int:
    """The edit after which a form was shown; the last one where it does not say."""
    text = posted.get("seen", "")
    return min(int(text), last) if re.fullmatch("[0-9]{1,9}", text) else last
