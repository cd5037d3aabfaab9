"""People who have said no to this use are taken out before anything is counted, whatever day their opt-out is dated."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from leftshift.foundation.faults import Fault, Faults
from leftshift.population.engines.engine import Engine
from leftshift.population.linked.numbers import is_valid, normalised

_KEYS = ("person_id", "nhs_number")
_ID = re.compile(r"-?\d{1,19}")


@dataclass(frozen=True, slots=True)
class Remaining:
    """The people who are left, and how many were taken out."""

    persons: ir.Table
    taken_out: int


def without_opted_out(
    engine: Engine,
    persons: ir.Table,
    opt_outs: ir.Table,
    *,
    extra: Path | None = None,
    prefix: str = "linked",
) -> Remaining:
    """People without those in ``opt_outs`` or in an extra file.

    The file is Parquet or CSV with a column ``person_id`` or ``nhs_number``, or a list of NHS numbers, one a line and a comma after
    each, as it comes back from checking against the national data opt-out. Nothing of it is kept but in the engine's scratch.
    Raises FaultsFound where a line of it, or a row of ``opt_outs``, names nobody: an opt-out that cannot be honoured stops the run.
    """
    faults = Faults()
    (nameless,) = engine.rows(opt_outs.aggregate(rows=opt_outs.person_id.isnull().sum()))
    if nameless["rows"]:
        _refuse("opt_outs", f"{nameless['rows']:,} rows that name nobody", faults)
    extra_key, values = _read(extra, faults) if extra is not None else ("", [])
    faults.raise_if_any()
    left = persons.anti_join(opt_outs, "person_id")
    if extra_key:
        kind = "int64" if extra_key == "person_id" else "string"
        listed = engine.table(f"{prefix}_opted_out", {extra_key: values}, {extra_key: kind})
        left = left.anti_join(listed, extra_key)
    before, after = (
        engine.rows(table.aggregate(people=table.count()))[0]["people"] for table in (persons, left)
    )
    return Remaining(left, before - after)


def _read(path: Path, faults: Faults) -> tuple[str, list[int] | list[str]]:
    """Which key a file names people by, and its values."""
    try:
        key, texts = _parquet(path) if path.suffix == ".parquet" else _lines(path)
    except (OSError, UnicodeDecodeError, pa.ArrowException, pl.exceptions.PolarsError):
        expected = "Parquet or text with person_id or nhs_number"
        faults.add(Fault("file not readable", path.name, None, None, "", expected, "Write it so"))
        return "", []
    if not key:
        expected = "a column person_id or nhs_number, or one NHS number a line"
        faults.add(Fault("column missing", path.name, None, None, "", expected, "Name the column"))
        return "", []
    numbers = [normalised(text) for text in texts]
    wrong = sum(not (_ID.fullmatch(n) if key == "person_id" else is_valid(n)) for n in numbers)
    if wrong:
        _refuse(path.name, f"{wrong:,} lines that are no {key}", faults)
        return "", []
    return key, [int(number) for number in numbers] if key == "person_id" else numbers


def _parquet(path: Path) -> tuple[str, list[str]]:
    names = pq.read_schema(path).names
    key = next((key for key in _KEYS if key in names), "")
    values = pq.read_table(path, columns=[key])[key].to_pylist() if key else []
    return key, ["" if value is None else str(value) for value in values]


def _lines(path: Path) -> tuple[str, list[str]]:
    lines = [line for line in path.read_text("utf-8-sig").splitlines() if line.strip(" ,")]
    if not lines:
        return "nhs_number", []
    names = [name.strip().strip('"') for name in lines[0].split(",")]
    key = next((key for key in _KEYS if key in names), "")
    if key:
        at = names.index(key)
        cells = [line.split(",") for line in lines[1:]]
        return key, [row[at].strip().strip('"') if at < len(row) else "" for row in cells]
    is_list = bool(re.fullmatch(r"[\d \-]+,?\s*", lines[0]))
    return ("nhs_number", [line.rstrip(", ") for line in lines]) if is_list else ("", [])


def _refuse(file: str, found: str, faults: Faults) -> None:
    expected = "a person in every row"
    action = "Correct them: a person who said no would be counted"
    faults.add(Fault("opt-out of nobody", file, None, None, found, expected, action))
