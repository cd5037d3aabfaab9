"""Writes tables of linked records as Parquet, with the columns and types that their description gives them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from leftshift.population.invented.arrays import NEVER, Text
from leftshift.population.invented.listing import HEADING, code_lists
from leftshift.population.linked.tables import LinkedColumn, linked_tables

_TYPES = {
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "text": pa.string(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


@cache
def schema_of(table: str) -> pa.Schema:
    """The columns of a table and their types."""
    return pa.schema(
        [pa.field(one.name, _TYPES[one.type]) for one in linked_tables()[table].columns.values()]
    )


def write_table(folder: Path, table: str, piece: int, columns: Mapping[str, Any]) -> int:
    """Write one piece of a table and say how many rows it has."""
    described = linked_tables()[table].columns
    arrays = [_array(columns[name], one) for name, one in described.items()]
    made = pa.Table.from_arrays(arrays, names=list(described))
    path = folder / table / f"part-{piece + 1:05}.parquet"
    path.parent.mkdir(exist_ok=True)
    pq.write_table(made, path, compression="zstd", store_schema=False)
    return int(made.num_rows)


def write_code_lists(path: Path) -> None:
    """Write the code lists."""
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(HEADING)
        writer.writerows(code_lists())


def _array(given: Any, column: LinkedColumn) -> pa.Array:
    if isinstance(given, Text):
        return _text(given)
    if column.type == "date":
        days = np.ascontiguousarray(given, dtype=np.int32)
        return pa.array(days, mask=days == NEVER).cast(pa.date32())
    if column.type == "decimal":
        return pa.array(given, pa.float64(), from_pandas=True)
    return pa.array(given, _TYPES[column.type])


def _text(given: Text) -> pa.Array:
    """Text by number as plain text: of dictionaries pyarrow 26 writes pages that differ from run to run."""
    index = np.ascontiguousarray(given.index, dtype=np.int32)
    numbers = pa.array(index, mask=index < 0)
    return pa.DictionaryArray.from_arrays(numbers, pa.array(given.words, pa.string())).dictionary_decode()
