"""Lists of people as files: who said no, and who may be counted after a check against the national data opt-out."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from leftshift.foundation.faults import Fault, Faults
from leftshift.population.linked.dataset import LinkedData
from leftshift.population.linked.incoming import unreadable_list
from leftshift.population.linked.numbers import is_valid, normalised

PERSON, NUMBER = "person_id", "nhs_number"
_KEYS = (PERSON, NUMBER)
_ID = re.compile(r"-?\d{1,19}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listed:
    """People that a file names by one key: whole numbers of ``person_id``, or texts of ``nhs_number``."""

    file: str
    key: str
    values: Sequence[int | str]


def read_said_no(path: Path, faults: Faults) -> Listed:
    """People who said no: CSV or Parquet with a column ``person_id`` or ``nhs_number``; every line that names nobody is a fault."""
    rows = _rows(path, faults)
    if rows is None:
        return Listed(path.name, PERSON, ())
    header, lines = rows
    key = next((key for key in _KEYS if key in header), None)
    if key is None:
        expected = "a header with person_id or nhs_number"
        action = "Name the column. A list without a header that came back from the national data opt-out holds those who may be counted: give it as cleared"
        faults.add(Fault("column missing", path.name, 1, None, _said(header), expected, action))
        return Listed(path.name, PERSON, ())
    at = header.index(key)
    return _listed(
        path.name, key, ((row, cells[at] if at < len(cells) else "") for row, cells in lines), faults
    )


def read_cleared(path: Path, faults: Faults) -> Listed:
    """People who may be counted: NHS numbers one a line, with or without a comma after each, as the check sends them back."""
    rows = _rows(path, faults)
    if rows is None:
        return Listed(path.name, NUMBER, ())
    header, lines = rows
    cells = [(1, header), *lines] if not set(_KEYS) & set(header) else lines
    if PERSON in header or (NUMBER in header and len(header) > 1):
        expected = "NHS numbers alone, one a line"
        action = "Give the list as it came back; a list of people who said no is another option"
        faults.add(Fault("not a cleared list", path.name, 1, None, _said(header), expected, action))
        return Listed(path.name, NUMBER, ())
    wide = [(row, ",".join(some).rstrip(",")) for row, some in cells if any(some)]
    if not wide:
        # the check answers an empty list where it could not read what was sent
        action = "Send the list again: nobody would be counted"
        faults.add(Fault("cleared list empty", path.name, None, None, "no line", "NHS numbers", action))
    return _listed(path.name, NUMBER, wide, faults)


@dataclass(frozen=True, slots=True)
class NumbersWritten:
    """How many NHS numbers a list holds, and how many people have none."""

    numbers: int
    people_without: int


def write_numbers(data: LinkedData, out: Path) -> NumbersWritten:
    """Write the NHS numbers of a set as the national data opt-out takes them, whole or not at all, for the owner alone to read."""
    persons = pl.scan_parquet([str(path) for path in data.paths("persons")])
    has = "nhs_number" in persons.collect_schema().names()
    column = persons.select(pl.col(NUMBER) if has else pl.lit(None, pl.String).alias(NUMBER))
    given = column.collect(engine="streaming")[NUMBER].cast(pl.String)
    numbers = sorted({number for number in map(normalised, given.drop_nulls()) if is_valid(number)})
    partial = out.with_name(f".{out.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii", newline="") as stream:
            stream.writelines(f"{number},\n" for number in numbers)
        partial.rename(out)
    finally:
        partial.unlink(missing_ok=True)
    return NumbersWritten(len(numbers), given.null_count() + int((given == "").sum()))


def _rows(path: Path, faults: Faults) -> tuple[list[str], list[tuple[int, list[str]]]] | None:
    """The header and the rows with their numbers; a fault where there is no reading it."""
    try:
        return _of_parquet(path) if path.suffix == ".parquet" else _of_text(path)
    except (OSError, UnicodeDecodeError, csv.Error, pa.ArrowException):
        faults.add(unreadable_list(path, "Parquet or text with person_id or nhs_number"))
        return None


def _of_text(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        rows = [
            (reader.line_num, [cell.strip() for cell in cells])
            for cells in reader
            if any(map(str.strip, cells))
        ]
    return (rows[0][1], rows[1:]) if rows else ([NUMBER], [])


def _of_parquet(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    header = [key for key in _KEYS if key in pq.read_schema(path).names][:1]
    values = pq.read_table(path, columns=header)[header[0]].to_pylist() if header else []
    return header, [(at, ["" if value is None else str(value)]) for at, value in enumerate(values, start=1)]


def _listed(file: str, key: str, cells: Iterable[tuple[int, str]], faults: Faults) -> Listed:
    # a hyphen within an NHS number is how people write it; before a key it says that it is below nought
    given = [(row, text.strip() if key == PERSON else normalised(text)) for row, text in cells]
    is_right = _is_key if key == PERSON else is_valid
    wrong = [row for row, text in given if not is_right(text)]
    for row in wrong:
        action = "Correct it: whoever it means would be counted, or left out, by mistake"
        faults.add(Fault("list names nobody", file, row, key, f"no {key}", "a person in every row", action))
    if wrong:
        return Listed(file, key, ())
    return Listed(file, key, [int(text) if key == PERSON else text for _, text in given])


def _is_key(text: str) -> bool:
    return bool(_ID.fullmatch(text)) and -(2**63) <= int(text) < 2**63


def _said(header: Sequence[str]) -> str:
    """Names of columns; what may be somebody's number is not repeated."""
    return ", ".join(name if not any(map(str.isdigit, name)) else "a number" for name in header)
