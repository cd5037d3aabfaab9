"""Boards in one file (TOML): every table as ``[[table]]``, read by the same schema as the tables of a folder.

Values may be of TOML's own kinds: true for yes, a date without quotes, a list where a cell has semicolons. What does not say
where it comes from takes the ``source`` and ``basis`` at the head of the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from leftshift.foundation.faults import Fault, near_miss, shown
from leftshift.foundation.reading_toml import TomlReader, TomlTable, open_toml, toml_reader
from leftshift.foundation.sources import BASES, Origin
from leftshift.place.cells import CellRefused, parse_cell, row_defaults
from leftshift.place.checking import dangling
from leftshift.place.schema import Column, Schema, Table, schema_of
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.rows import ROW_TYPES
from leftshift.programme.boards.working_days import NATIONS

_LARGEST_EXPONENT = 30
_TABLES_OF_CELLS = "a text, a number, a day, true or false, or a list of texts"


@cache
def _document() -> Mapping[str, Any]:
    text = resources.files("leftshift.programme.boards").joinpath("schema.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def schema() -> Schema:
    """The tables of boards."""
    return schema_of(_document()["table"], _document()["provenance"])


def read_boards(path: Path) -> Boards:
    """Read a file of boards. Raises FaultsFound with everything that is wrong with it, and OSError where there is none."""
    return _read(open_toml(path))


def boards_from(text: str, file: str = "boards.toml") -> Boards:
    """The same from a text."""
    return _read(toml_reader(text, file))


@dataclass
class _Found:
    """What was read of a table: its rows, the keys that were seen, and cells of rows that were refused."""

    rows: list[Any] = field(default_factory=list)
    keys: dict[tuple[Any, ...], int] = field(default_factory=dict)
    half_read: list[tuple[Origin, Mapping[str, Any]]] = field(default_factory=list)


def _read(reader: TomlReader) -> Boards:
    head = reader.table
    _unknown_tables(reader, [*_document()["heading"], *schema().tables])
    source = head.text("source") or f"entered in {reader.file}"
    usual = {"source": source, "basis": head.choice("basis", BASES, "assumed")}
    nation = head.choice("nation", NATIONS, "england")
    head.text("description")
    found = {name: _table(reader, table, usual) for name, table in schema().tables.items()}
    reader.faults.add_all(_references(found))
    name = head.text("name")
    reader.faults.raise_if_any()
    return Boards.of({table: seen.rows for table, seen in found.items()}, nation=nation, name=name)


def _unknown_tables(reader: TomlReader, known: list[str]) -> None:
    for name in reader.table.given:
        if name not in known:
            line = reader.lines.get(name) or reader.lines.get(f"{name} 1")
            expected, action = "one of " + ", ".join(known), "Rename or remove it: nothing would read it"
            hint = near_miss(name, known)
            reader.faults.add(Fault("unknown name", reader.file, line, name[:80], "", expected, action, hint))


def _table(reader: TomlReader, table: Table, usual: Mapping[str, str]) -> _Found:
    found = _Found()
    for at, entry in enumerate(reader.table.tables(table.name), start=1):
        where = f"{table.name} {at}"
        origin = Origin(f"{reader.file}, {where}", reader.line_of(where) or 0)
        _unknown(reader, entry, table, origin)
        values, whole = _values(reader, entry, table, origin, usual)
        if whole:
            _keep(reader, table, found, values, origin, at)
        else:
            found.half_read.append((origin, values))
    return found


def _refuse(reader: TomlReader, origin: Origin, column: str | None, text: str, refused: CellRefused) -> None:
    where = f"{origin.file.rpartition(', ')[2]}.{column}"
    hint = near_miss(text, refused.candidates) if refused.candidates else None
    line = reader.lines.get(where) or origin.row or None
    reader.faults.add(
        Fault(refused.kind, origin.file, line, column, shown(text), refused.expected, refused.action, hint)
    )


def _unknown(reader: TomlReader, entry: TomlTable, table: Table, origin: Origin) -> None:
    for name in entry.given:
        if name not in table.columns:
            action = "Rename or remove it: nothing would read it"
            expected = "one of " + ", ".join(table.columns)
            hint = near_miss(name, set(table.columns) - set(entry.given))
            line = reader.lines.get(f"{entry.at}.{name}") or origin.row or None
            reader.faults.add(Fault("unknown name", origin.file, line, name[:80], "", expected, action, hint))


def _values(
    reader: TomlReader, entry: TomlTable, table: Table, origin: Origin, usual: Mapping[str, str]
) -> tuple[dict[str, Any], bool]:
    empty = row_defaults(ROW_TYPES[table.name])
    values: dict[str, Any] = {}
    for name, column in table.columns.items():
        given = entry.given.get(name, usual.get(name, ""))
        try:
            values[name] = _value(column, given, empty.get(name))
        except CellRefused as refused:
            text = "a table" if isinstance(given, Mapping) else _as_cell(given)
            _refuse(reader, origin, name, text, refused)
    return values, len(values) == len(table.columns)


def _value(column: Column, given: Any, empty: Any) -> Any:
    lists = isinstance(given, list) and not all(isinstance(part, str) for part in given)
    if isinstance(given, Mapping | time | datetime) or lists:
        raise CellRefused("value not understood", _TABLES_OF_CELLS, "Write it so")
    text = _as_cell(given).strip()
    if text:
        return parse_cell(column, text)
    if column.required:
        expected = column.description[0].lower() + column.description[1:]
        raise CellRefused("missing value", expected, "Fill it in")
    return empty


def _as_cell(given: Any) -> str:
    """A value of TOML as the text of a cell."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, list):
        return "; ".join(str(part) for part in given[:1000])
    if isinstance(given, Decimal) and given.is_finite() and abs(given.adjusted()) < _LARGEST_EXPONENT:
        return f"{given:f}"
    return given.isoformat() if isinstance(given, date) else str(given)


def _keep(
    reader: TomlReader, table: Table, found: _Found, values: dict[str, Any], origin: Origin, at: int
) -> None:
    key = tuple(values[name] for name in table.key)
    if key in found.keys:
        words = ", ".join(f"{name} {values[name]}" for name in table.key if values[name] not in {None, ""})
        refused = CellRefused(
            "duplicate key", f"one entry for {words}", f"Remove this one or {table.name} {found.keys[key]}"
        )
        _refuse(reader, origin, table.key[0], str(key[0]), refused)
        found.half_read.append((origin, values))
        return
    found.keys[key] = at
    found.rows.append(ROW_TYPES[table.name](**values, origin=origin))


def _references(found: Mapping[str, _Found]) -> Iterator[Fault]:
    for table in schema().tables.values():
        seen = found[table.name]
        for name, column in table.columns.items():
            if not column.refers:
                continue
            key = schema().tables[column.refers].key[0]
            target = found[column.refers]
            keys = {getattr(row, key) for row in target.rows}
            keys |= {str(values[key]) for _, values in target.half_read if key in values}
            cells = [(row.origin, getattr(row, name)) for row in seen.rows]
            cells += [(origin, values.get(name)) for origin, values in seen.half_read]
            for fault in dangling(cells, column, column.refers, keys):
                yield _in_the_file(fault, column.refers)


def _in_the_file(fault: Fault, target: str) -> Fault:
    """A fault that names a table of a folder, as it is told of one file."""
    expected, action = (
        text.replace(f"{target}.csv", f"[[{target}]]") for text in (fault.expected, fault.action)
    )
    return replace(fault, expected=expected, action=action)
