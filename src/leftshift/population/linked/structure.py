"""What is wrong with the files of a set of linked records, found without reading a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as of

from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss, shown
from leftshift.population.linked.dataset import (
    NotParquet,
    file_name,
    footer_bytes,
    manifest_of,
    not_readable,
    paths_of,
)
from leftshift.population.linked.tables import ColumnType, LinkedColumn, LinkedTable, linked_tables

_EXPECTED: Mapping[ColumnType, str] = {
    "integer": "whole numbers of at most 64 bits",
    "decimal": "numbers",
    "text": "text",
    "date": "dates without a time",
    "boolean": "true and false",
}


def check_structure(folder: Path) -> None:
    """Raise FaultsFound with everything that is wrong with the files of a set."""
    structure_faults(folder).raise_if_any()


def structure_faults(folder: Path) -> Faults:
    """Everything that is wrong with the files of a set: what lacks, cannot be read, disagrees or is of a wrong type."""
    faults = Faults()
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        expected = "a folder with persons.parquet and the other tables"
        faults.add(
            Fault("folder missing", folder.name, None, None, found, expected, "Name the folder of the set")
        )
        return faults
    try:
        manifest_of(folder)
    except FaultsFound as problem:
        faults.add_all(problem.faults)
    _misspelt_tables(folder, faults)
    for table in linked_tables().values():
        _table(folder, table, faults)
    return faults


def _misspelt_tables(folder: Path, faults: Faults) -> None:
    known = linked_tables()
    lacking = [name for name in known if not paths_of(folder, name)]
    for path in sorted(folder.iterdir()):
        name = path.stem if path.is_file() else path.name
        holds_rows = path.suffix == ".parquet" or (path.is_dir() and any(path.glob("*.parquet")))
        guess = near_miss(name, lacking) if holds_rows and name not in known else None
        if guess:
            action = "Rename it, or put it elsewhere: nothing would read it"
            expected = "a table of linked records"
            faults.add(Fault("unknown table", path.name, None, None, shown(name), expected, action, guess))


def _table(folder: Path, table: LinkedTable, faults: Faults) -> None:
    paths = paths_of(folder, table.name)
    name = f"{table.name}.parquet"
    if not paths and (folder / table.name).is_dir():
        action = "Put its files there, or remove the folder"
        faults.add(Fault("table missing", table.name, None, None, "an empty folder", "Parquet files", action))
    elif not paths and table.required:
        expected = f"{name} or {table.name}/*.parquet: {table.meaning}"
        faults.add(Fault("table missing", name, None, None, "", expected, "Add it to the folder"))
    if len(paths) > 1 and paths[0].parent == folder:
        found, expected = f"a folder {table.name}/ as well", "a table in one place"
        faults.add(Fault("table twice", name, None, None, found, expected, "Remove one of the two"))
    schemas = {path: schema for path in paths if (schema := _schema(folder, path, faults)) is not None}
    for path, schema in schemas.items():
        _columns(file_name(folder, path), schema, table, faults)
    _agreement(folder, schemas, faults)


def _schema(folder: Path, path: Path, faults: Faults) -> pa.Schema | None:
    try:
        footer_bytes(path)
        return pq.read_schema(path)
    except (OSError, pa.ArrowException, NotParquet, UnicodeDecodeError) as problem:
        faults.add(not_readable(file_name(folder, path), problem))
        return None


def _columns(file: str, schema: pa.Schema, table: LinkedTable, faults: Faults) -> None:
    for name, times in Counter(schema.names).items():
        if times > 1:
            action = "Rename or remove one of them"
            faults.add(Fault("column twice", file, None, shown(name), f"{times} of that name", "one", action))
        elif name not in table.columns:
            expected = "a column of " + table.name + ": " + ", ".join(table.columns)
            action = "Rename or remove it: what no one has described may say who a person is"
            guess = near_miss(name, table.columns)
            faults.add(Fault("unknown column", file, None, shown(name), "", expected, action, guess))
    for column in table.columns.values():
        if column.name in schema.names and schema.names.count(column.name) == 1:
            _type(file, schema.field(column.name).type, column, faults)
        elif column.name not in schema.names and not column.optional:
            unknown = [name for name in schema.names if name not in table.columns]
            expected = f"{_EXPECTED[column.type]}: {column.meaning}"
            guess = near_miss(column.name, unknown)
            hint = f"{guess!r}, renamed" if guess and guess.isprintable() else None
            faults.add(Fault("column missing", file, None, column.name, "", expected, "Add it", hint))


def _type(file: str, given: pa.DataType, column: LinkedColumn, faults: Faults) -> None:
    plain = plain_type(given)
    if _ACCEPTED[column.type](plain) or (of.is_null(plain) and column.optional):
        return
    expected = _EXPECTED[column.type]
    if of.is_null(plain):
        faults.add(
            Fault("nothing given", file, None, column.name, "only nulls", expected, "Fill the column in")
        )
        return
    faults.add(Fault("wrong type", file, None, column.name, str(given), expected, _advice(plain, column)))


def _advice(given: pa.DataType, column: LinkedColumn) -> str:
    if column.type == "date" and of.is_timestamp(given):
        return "Write the day alone, as a date: whose clock the time is read by can move it to another day"
    if column.type == "date" and _is_text(given):
        return "Write it as a date, not as text"
    if column.type == "text" and of.is_integer(given):
        return "Write it as text: a code such as 01 loses its nought as a number"
    if column.type == "integer" and (of.is_floating(given) or of.is_decimal(given)):
        return "Write it as a whole number: a decimal does not hold every key exactly"
    return f"Write it as {_EXPECTED[column.type]}"


def plain_type(given: pa.DataType) -> pa.DataType:
    """The type of the values, however they are stored: text that stands in a dictionary is text."""
    return plain_type(given.value_type) if of.is_dictionary(given) else given


def _is_text(given: pa.DataType) -> bool:
    return bool(of.is_string(given) or of.is_large_string(given) or of.is_string_view(given))


def _is_number(given: pa.DataType) -> bool:
    return bool(of.is_floating(given) or of.is_decimal(given) or _is_whole(given))


def _is_whole(given: pa.DataType) -> bool:
    return bool(of.is_integer(given) and not of.is_uint64(given))


_ACCEPTED: Mapping[ColumnType, Callable[[pa.DataType], bool]] = {
    "integer": _is_whole,
    "decimal": _is_number,
    "text": _is_text,
    "date": of.is_date,
    "boolean": of.is_boolean,
}


def _agreement(folder: Path, schemas: Mapping[Path, pa.Schema], faults: Faults) -> None:
    """Engines read the files of a table by the columns of the first."""
    first: tuple[str, dict[str, str]] | None = None
    for path, schema in schemas.items():
        kinds = {field.name: _kind(field.type) for field in schema}
        if first is None:
            first = (file_name(folder, path), kinds)
            continue
        differ = sorted(name for name in {*kinds, *first[1]} if kinds.get(name) != first[1].get(name))
        for name in differ:
            found, expected = kinds.get(name, "no such column"), first[1].get(name, "no such column")
            faults.add(
                Fault(
                    "files disagree",
                    file_name(folder, path),
                    None,
                    shown(name),
                    found,
                    f"{expected}, as in {first[0]}",
                    "Write the files of a table with the same columns and types",
                )
            )


def _kind(given: pa.DataType) -> str:
    plain = plain_type(given)
    return "text" if _is_text(plain) else str(plain)
