"""The rows that the code reads have the columns that the schema names."""

from __future__ import annotations

from dataclasses import fields

import pytest

from leftshift.place.rows import ROW_TYPES
from leftshift.place.schema import Table, schema


@pytest.mark.parametrize("table", schema().tables.values(), ids=lambda table: str(table.name))
def test_a_row_has_the_columns_of_its_table(table: Table) -> None:
    assert {field.name for field in fields(ROW_TYPES[table.name])} - {"origin"} == set(table.columns)
