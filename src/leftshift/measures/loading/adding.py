"""The texts of a place with rows that were loaded: what was written stays word for word where it can."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from leftshift.foundation.faults import Fault
from leftshift.foundation.sources import Origin
from leftshift.place.cells import cell_text, defaults, table_text
from leftshift.place.measure_rows import Measure, MeasureDefinition, Observation
from leftshift.place.place import Place
from leftshift.place.row import Row
from leftshift.place.schema import Table, schema

Added = Sequence[Observation] | Sequence[Measure] | Sequence[MeasureDefinition]


def with_rows(text: str | None, table: Table, there: Iterable[Row], rows: Sequence[Row]) -> str:
    """The text of a table with rows below those it has.

    Lines that are there stay as they are, if the heading has every column that the new rows need; otherwise the whole table is written
    anew with every column, below its comments. ``there`` are the rows that the place has.
    """
    heading = _heading(text)
    if text is None or heading is None or not _holds(heading, table, rows):
        return _comments(text) + table_text(table, [*there, *rows])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([cell_text(table.columns[name], getattr(row, name)) for name in heading])
    return text + ("" if text.endswith("\n") else "\n") + out.getvalue()


def changed_texts(
    texts: Mapping[str, str], place: Place, added: Mapping[str, Sequence[Row]]
) -> dict[str, str]:
    """File name to text of the tables that rows are added to, by the name of the table."""
    found = {}
    for name, rows in added.items():
        if rows:
            table = schema().tables[name]
            found[table.file] = with_rows(texts.get(table.file), table, place.table(name), rows)
    return found


def told_at_source(
    faults: Iterable[Fault], changed: Mapping[str, str], added: Mapping[str, Sequence[Row]]
) -> list[Fault]:
    """Faults of the changed place, those of rows that were loaded told where the row was read."""
    origins = {}
    for name, rows in added.items():
        file = schema().tables[name].file
        if file in changed:
            last = changed[file].count("\n")
            origins[file] = {last - len(rows) + 1 + at: row.origin for at, row in enumerate(rows)}
    return [_moved(fault, origins.get(fault.file, {})) for fault in faults]


def _moved(fault: Fault, origins: Mapping[int, Origin]) -> Fault:
    origin = origins.get(fault.row) if fault.row is not None else None
    return replace(fault, file=origin.file, row=origin.row or None) if origin and origin.file else fault


def _holds(heading: Sequence[str], table: Table, rows: Sequence[Row]) -> bool:
    if not all(name in table.columns for name in heading):
        return False
    usual = defaults(table.name)
    left = [name for name in table.columns if name not in heading]
    return all(name in usual and getattr(row, name) == usual[name] for row in rows for name in left)


def _heading(text: str | None) -> list[str] | None:
    for line in (text or "").splitlines():
        if line.strip() and not line.lstrip('"').startswith("#"):
            return [name.strip().lower().replace(" ", "_") for name in next(csv.reader([line]))]
    return None


def _comments(text: str | None) -> str:
    lines = (text or "").splitlines(keepends=True)
    return "".join(line for line in lines if line.lstrip('"').startswith("#"))
