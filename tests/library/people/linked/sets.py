"""A small sound set of linked records, of invented people, and ways to spoil it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from leftshift.population.linked.dataset import SYNTHETIC
from leftshift.population.linked.tables import linked_tables

AS_AT = date(2026, 4, 1)
TYPES = {
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "text": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}
Rows = list[dict[str, Any]]
Tables = dict[str, Rows]
NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042")


def day(text: str) -> date:
    return date.fromisoformat(text)


def sound_set() -> Tables:
    """Four people; the last of them died."""
    born = ("1950-02-03", "1980-11-30", "2020-06-15", "1931-01-01")
    persons: Rows = [
        {
            "person_id": at,
            "nhs_number": NUMBERS[at - 1],
            "number_status": "01",
            "birth_date": day(born[at - 1]),
            "sex": "2" if at % 2 else "1",
            "ethnic_category": "A",
            "lsoa": "E01000001",
            "imd_score": 20.5,
            "imd_decile": 4,
            "death_date": day("2026-01-10") if at == 4 else None,
        }
        for at in (1, 2, 3, 4)
    ]
    then, known = day("2025-05-05"), day("2025-05-09")
    seen = {"person_id": 1, "event_date": then, "recorded_date": known}
    return {
        "persons": persons,
        "identifiers": [
            {"person_id": at, "system": "nhs-number", "value": NUMBERS[at - 1]} for at in (1, 2, 3, 4)
        ],
        "registrations": [
            {"person_id": at, "practice": "Y00001", "from_date": day("2021-01-01")} for at in (1, 2, 3, 4)
        ],
        "practices": [
            {"practice": "Y00001", "network": "U1", "locality": "North", "commissioner": "Z01"},
            {"practice": "Y00002", "network": None, "locality": "South", "commissioner": "Z01"},
        ],
        "gp_events": [
            {**seen, "code": "C1"},
            {**seen, "code": "C1"},
            {**seen, "person_id": 2, "code": "C2", "value": 7.5},
            {**seen, "person_id": 4, "code": "C2", "event_date": day("2026-01-11"), "recorded_date": AS_AT},
        ],
        "prescriptions": [{**seen, "code": "0212"}],
        "admissions": [
            {
                **seen,
                "admission_id": at,
                "person_id": 1 + at % 2,
                "discharge_date": day("2025-05-08"),
                "method": "21",
                "provider": "RZZ",
                "cost": 2000.0,
            }
            for at in (501, 502, 503)
        ],
        "diagnoses": [
            {**seen, "admission_id": at, "person_id": 1 + at % 2, "position": place, "code": "I50.0"}
            for at in (501, 502, 503)
            for place in (1, 2)
        ],
        "attendances": [{**seen, "attendance_id": 71, "department": "01", "provider": "RZZ"}],
        "appointments": [{**seen, "appointment_id": 81, "attended": True, "provider": "RZZ"}],
        "contacts": [{**seen, "service": "community"}],
        "social_care": [{**seen, "service": "home_care", "to_date": day("2026-12-31")}],
        "costs": [
            # the third person was born on the fifteenth; a month of costs begins on the first
            {"person_id": 3, "event_date": day("2020-06-01"), "setting": "inpatient", "cost": 3000.0},
            {"person_id": 1, "event_date": day("2025-05-01"), "setting": "inpatient", "cost": 2000.0},
        ],
        "outside_scores": [
            {"person_id": 1, "score": "predicted_cost", "value": 1.5, "event_date": then, "system": "ACG 12"}
        ],
        "opt_outs": [{"person_id": 2, "from_date": day("2024-01-01")}],
    }


def written(
    folder: Path,
    tables: Mapping[str, Rows],
    *,
    purpose: str = SYNTHETIC,
    pieces: int = 1,
    missing: Sequence[str] = (),
) -> Path:
    """Write a set; ``pieces`` is into how many files each table goes, ``missing`` are columns to leave out."""
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"purpose": purpose}))
    for name, rows in tables.items():
        schema = schema_of(name, missing)
        if pieces == 1:
            pq.write_table(table_of(rows, schema), folder / f"{name}.parquet")
            continue
        (folder / name).mkdir()
        for piece in range(pieces):
            pq.write_table(table_of(rows[piece::pieces], schema), folder / name / f"part-{piece}.parquet")
    return folder


def schema_of(name: str, missing: Sequence[str] = ()) -> pa.Schema:
    columns = linked_tables()[name].columns.values()
    return pa.schema([(c.name, TYPES[c.type]) for c in columns if c.name not in missing])


def table_of(rows: Rows, schema: pa.Schema) -> pa.Table:
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in schema.names} for row in rows], schema=schema
    )


def replace_column(folder: Path, table: str, column: str, values: pa.Array) -> None:
    """Write a column of a table anew, as another type perhaps."""
    path = folder / f"{table}.parquet"
    found = pq.read_table(path)
    at = found.schema.get_field_index(column)
    pq.write_table(found.set_column(at, column, values), path)
