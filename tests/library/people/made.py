"""Small sets of linked records, written down in a test: rows by table, of which a test says only what matters to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from leftshift.population.cohorts.witnesses import columns_of_rows
from leftshift.population.engines.engine import Engine
from leftshift.population.linked.tables import linked_tables

AS_AT = date(2016, 4, 1)
TYPES = {
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "text": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}
Rows = Mapping[str, list[dict[str, Any]]]


def people(*ages: int, **given: Any) -> dict[str, list[dict[str, Any]]]:
    """Persons 1, 2, 3 … of these ages, all registered with one practice."""
    persons = [
        {"person_id": at, "birth_date": AS_AT.replace(year=AS_AT.year - age), "sex": "2", **given}
        for at, age in enumerate(ages, start=1)
    ]
    return {
        "persons": persons,
        "practices": [{"practice": "P1", "locality": "North", "commissioner": "C1", "network": "N1"}],
        "registrations": [
            {"person_id": row["person_id"], "practice": "P1", "from_date": date(2000, 1, 1)}
            for row in persons
        ],
    }


def with_diagnoses(rows: dict[str, list[dict[str, Any]]], codes: Iterable[tuple[int, str]]) -> None:
    """Give persons diagnoses, each of a stay of its own a month before the date."""
    admissions, diagnoses = rows.setdefault("admissions", []), rows.setdefault("diagnoses", [])
    for person, code in codes:
        stay = len(admissions) + 1
        admissions.append({"admission_id": stay, "person_id": person, "event_date": date(2016, 3, 1)})
        diagnoses.append(
            {"admission_id": stay, "person_id": person, "code": code, "event_date": date(2016, 3, 1)}
        )


def arrow_of(table: str, rows: list[dict[str, Any]]) -> pa.Table:
    """The rows as a table of the schema; what a row does not say is filled in."""
    columns = linked_tables()[table].columns
    values = columns_of_rows(table, rows)
    return pa.table({name: pa.array(values[name], TYPES[column.type]) for name, column in columns.items()})


def write_set(folder: Path, rows: Rows) -> Path:
    """Write the rows as a set of linked records."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, some in rows.items():
        pq.write_table(arrow_of(table, some), folder / f"{table}.parquet")
    return folder


def records_of(engine: Engine, folder: Path, rows: Rows) -> dict[str, ir.Table]:
    """Every table of the schema, from the rows; those that are not given are empty."""
    write_set(folder, {table: rows.get(table, []) for table in linked_tables()})
    return {table: engine.read(table, [folder / f"{table}.parquet"]) for table in linked_tables()}
