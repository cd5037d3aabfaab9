"""What is wrong with a file of records, or with the tables of factors that it is projected by: every fault at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import polars as pl

from leftshift.capacity.records.factors import FACTOR, STAY, FactorTable
from leftshift.capacity.records.parameters import parameter
from leftshift.foundation.faults import Fault, near_miss, shown

_DIGEST = 12
_CHUNK = 1 << 20
_PARQUET = "Write it as a Parquet file, one row a spell or attendance"
_NAMES = (pl.String, pl.Categorical, pl.Enum, pl.Boolean)


def digest_of(path: Path) -> str:
    """The first twelve characters of the SHA-256 of a file: what ``digest`` of records.csv holds."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            found.update(part)
    return found.hexdigest()[:_DIGEST]


def file_faults(path: Path, needed: Sequence[str], digest: str) -> Iterator[Fault]:
    """Faults of the file itself: what it is, its columns, empty cells, stays; ``digest`` empty: any file will do."""
    if not path.is_file():
        yield Fault(
            "missing file",
            path.name,
            None,
            None,
            "",
            "a file of records",
            "Put it there, or correct its name",
        )
        return
    if digest and digest_of(path) != digest:
        yield Fault(
            "not the same file",
            path.name,
            None,
            "digest",
            digest_of(path),
            f"the file that records.csv means, {digest}",
            "Put that file there, or write the digest of this one into records.csv",
        )
    try:
        columns = pl.scan_parquet(path).collect_schema()
    except (pl.exceptions.PolarsError, OSError):
        yield Fault("file not understood", path.name, None, None, "", "a Parquet file", _PARQUET)
        return
    yield from _column_faults(path.name, columns, needed)
    sound = [name for name in needed if name in columns and _is_category(columns[name])]
    yield from _cell_faults(path, sound, has_stay=STAY in columns and columns[STAY].is_integer())


def _is_category(kind: pl.DataType) -> bool:
    return kind.is_integer() or kind in _NAMES


def _column_faults(name: str, columns: pl.Schema, needed: Sequence[str]) -> Iterator[Fault]:
    for column in needed:
        if column not in columns:
            yield Fault(
                "missing column",
                name,
                None,
                column,
                "",
                "one of " + ", ".join(columns),
                "Add it to the file, or leave it out of what is asked",
                near_miss(column, columns),
            )
        elif not _is_category(columns[column]):
            expected = "text or whole numbers: categories"
            yield Fault("wrong type", name, None, column, str(columns[column]), expected, "Write it as text")
    if STAY in columns and not columns[STAY].is_integer():
        yield Fault(
            "wrong type",
            name,
            None,
            STAY,
            str(columns[STAY]),
            "whole numbers of days",
            "Write it as whole numbers",
        )


def _cell_faults(path: Path, columns: Sequence[str], *, has_stay: bool) -> Iterator[Fault]:
    """Empty cells and negative stays, told by how many and the first row; rows count from 1."""
    rows = pl.scan_parquet(path)
    bad = {f"{name} ": (name, pl.col(name).is_null()) for name in [*columns, *([STAY] if has_stay else [])]}
    if has_stay:
        bad["negative"] = (STAY, pl.col(STAY) < 0)
    if not bad:
        return
    counted = rows.select(pl.len().alias("rows"), *(sign.sum().alias(key) for key, (_, sign) in bad.items()))
    counts = counted.collect(engine="streaming").row(0, named=True)
    if not counts["rows"]:
        yield Fault(
            "empty table", path.name, None, None, "no rows", "one row a spell or attendance", _PARQUET
        )
    for key, (column, sign) in bad.items():
        if count := counts[key]:
            first = rows.with_row_index("_row", offset=1).filter(sign).select("_row").head(1).collect().item()
            is_stay = key == "negative"
            yield Fault(
                "out of range" if is_stay else "missing value",
                path.name,
                int(first),
                column,
                f"{count:,} rows {'below 0' if is_stay else 'without a value'}, this the first",
                "0 or more days" if is_stay else "a value in every row",
                "Correct the rows, or take them out",
            )


def table_faults(table: FactorTable) -> Iterator[Fault]:
    """Faults of a table of factors by itself: columns, numbers, the same records twice."""
    missing = [name for name in (*table.columns, FACTOR) if name not in table.table.columns]
    for name in missing:
        found = ", ".join(table.table.columns)
        yield Fault("missing column", table.name, None, name, found, f"a column {name}", "Add the column")
    if missing:
        return
    factor = table.table[FACTOR].cast(pl.Float64, strict=False)
    wrong = ~(factor.is_finite() & (factor >= 0)).fill_null(value=False)
    for at in _first(wrong.arg_true()):
        found = shown(str(table.table[FACTOR][at]))
        yield _at_row(table, at, "out of range", FACTOR, found, "a number, 0 or more", "Correct the factor")
    if not table.columns:
        if table.table.height != 1:
            found = f"{table.table.height} rows"
            yield Fault(
                "duplicate row", table.name, None, None, found, "one row", "Name columns, or keep one row"
            )
        return
    again = _keys(table).select(~pl.struct(pl.all()).is_first_distinct()).to_series()
    for at in _first(again.arg_true()):
        expected, action = "each combination once", "Remove one of them"
        yield _at_row(table, at, "duplicate row", table.columns[0], _words(table, at), expected, action)


def match_faults(table: FactorTable, cells: pl.DataFrame, file: str) -> Iterator[Fault]:
    """Records that no row of a table is for, and rows of a table that no record is for; ``cells`` has ``_records``."""
    if not table.columns:
        return
    keys, columns = _keys(table), [*table.columns]
    unmatched = cells.join(keys, on=columns, how="anti", nulls_equal=True)
    lonely = unmatched.group_by(columns).agg(pl.sum("_records")).sort(columns)
    for *values, count in islice(lonely.iter_rows(), int(parameter("told_of_a_table"))):
        column = _stranger(table, values)
        yield Fault(
            "unknown category",
            file,
            None,
            column,
            shown(", ".join(values)),
            f"a row of {table.name} for the {count:,} records of {', '.join(columns)}",
            f"Add it to {table.name}: 1 where nothing changes",
            near_miss(values[columns.index(column)], keys[column].unique().sort()),
        )
    unused = keys.with_row_index("_at").join(cells, on=columns, how="anti", nulls_equal=True)["_at"].sort()
    for at in _first(unused):
        expected = f"records of {file} that it is for"
        yield _at_row(
            table,
            at,
            "nothing uses it",
            table.columns[0],
            _words(table, at),
            expected,
            "Correct or remove the row",
        )


def _stranger(table: FactorTable, values: Sequence[str]) -> str:
    """The first column whose value the table does not know at all, else the first."""
    for name, value in zip(table.columns, values, strict=True):
        if value not in _keys(table)[name]:
            return name
    return table.columns[0]


def _keys(table: FactorTable) -> pl.DataFrame:
    return table.table.select(pl.col(name).cast(pl.String) for name in table.columns)


def _words(table: FactorTable, at: int) -> str:
    return shown(", ".join(str(value) for value in _keys(table).row(at)))


def _first(found: pl.Series) -> list[int]:
    return found.head(int(parameter("told_of_a_table"))).to_list()


def _at_row(
    table: FactorTable, at: int, kind: str, column: str, found: str, expected: str, action: str
) -> Fault:
    """A fault at a row of a table, counted as in its file: the header is row 1."""
    return Fault(kind, table.name, at + 2, column, found, expected, action)
