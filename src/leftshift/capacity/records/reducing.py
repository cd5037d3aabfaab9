"""Reduce a file of records once to what draws need: for every group of the result, how many are expected at each length of stay.

Records that are alike in everything asked need no draws of their own: a sum of independent Poisson numbers is Poisson of the sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leftshift.capacity.records.checking import match_faults
from leftshift.capacity.records.factors import FACTOR, STAY, FactorTable, StayTable
from leftshift.economy.arrays import Floats
from leftshift.foundation.faults import Faults

Ints = NDArray[np.int64]
_Number = TypeVar("_Number", np.int64, np.float64)


@dataclass(frozen=True)
class Cells:
    """What is expected of each group, split by length of stay and what it is multiplied by.

    ``groups`` has the columns asked for, a row each group, in order; ``starts`` [group + 1] says which splits are a group's.
    Splits are in order of stay factor, then stay: ``expected`` records, ``stay`` days, ``stay_factor`` [split].
    ``records`` and ``bed_days`` [group] are what the file holds; ``bed_days`` is None where it has no stays.
    """

    groups: pl.DataFrame
    starts: Ints
    expected: Floats
    stay: Ints
    stay_factor: Floats
    records: Ints
    bed_days: Ints | None
    distinct: int

    @property
    def expected_records(self) -> Floats:
        """Records by group: the product of the factors [group]."""
        return _sums(self.expected, self.starts)

    @property
    def expected_bed_days(self) -> Floats:
        """Bed days by group: the product of all factors [group]."""
        return _sums(self.expected * self.stay * self.stay_factor, self.starts)


def reduce_file(
    path: Path, factors: Sequence[FactorTable], stays: Sequence[StayTable], by: Sequence[str]
) -> Cells:
    """Read the file once, in bounded memory, and apply the tables to its distinct cells. Raises FaultsFound."""
    has_stay = STAY in pl.scan_parquet(path).collect_schema()
    cells = distinct_cells(path, keys_of(factors, stays, by), has_stay=has_stay)
    faults = Faults()
    for table in (*factors, *stays):
        faults.add_all(match_faults(table, cells, path.name))
    faults.raise_if_any()
    factor, stay_factor = _product(cells, factors), _product(cells, stays)
    return _grouped(cells, factor, stay_factor, by, has_stay=has_stay)


def keys_of(factors: Sequence[FactorTable], stays: Sequence[StayTable], by: Sequence[str]) -> tuple[str, ...]:
    """Every column that is asked for, once."""
    return tuple(dict.fromkeys([*by, *(name for table in (*factors, *stays) for name in table.columns)]))


def distinct_cells(path: Path, keys: Sequence[str], *, has_stay: bool) -> pl.DataFrame:
    """The keys as text, ``_stay`` and ``_records``: one row for each combination, in order of keys and stay."""
    stay = pl.col(STAY).cast(pl.Int64) if has_stay else pl.lit(0, pl.Int64)
    rows = pl.scan_parquet(path).select(*keys, stay.alias("_stay"))
    names = [*keys, "_stay"]
    found = rows.group_by(names).agg(pl.len().cast(pl.Int64).alias("_records")).collect(engine="streaming")
    return found.with_columns(pl.col(name).cast(pl.String) for name in keys).sort(names)


def _product(cells: pl.DataFrame, tables: Sequence[FactorTable]) -> Floats:
    """The product of the factors of each cell [cell]."""
    found = np.ones(cells.height)
    for table in tables:
        factor = table.table.select(
            *(pl.col(name).cast(pl.String) for name in table.columns),
            pl.col(FACTOR).cast(pl.Float64).alias("_factor"),
        )
        if table.columns:
            joined = cells.select(table.columns).join(
                factor, on=[*table.columns], how="left", maintain_order="left"
            )
            found *= joined["_factor"].to_numpy()
        else:
            found *= factor["_factor"].item()
    return found


def _grouped(
    cells: pl.DataFrame, factor: Floats, stay_factor: Floats, by: Sequence[str], *, has_stay: bool
) -> Cells:
    records, stay = cells["_records"].to_numpy(), cells["_stay"].to_numpy()
    group = _group_numbers(cells, by)
    # a stable sort of cells that are in order already: sums do not hang on the order of rows in the file
    order = np.lexsort((stay, stay_factor, group))
    group, stay, stay_factor = group[order], stay[order], stay_factor[order]
    new_split = _changes(group, stay, stay_factor)
    first = np.flatnonzero(new_split)
    expected = np.add.reduceat((records * factor)[order], first)
    starts = np.append(np.flatnonzero(_changes(group[first])), len(first))
    in_file = np.add.reduceat(records[order], first)
    return Cells(
        groups=cells.select(by)[order[first[starts[:-1]]]] if by else pl.DataFrame(),
        starts=starts,
        expected=expected,
        stay=stay[first],
        stay_factor=stay_factor[first],
        records=_sums(in_file, starts),
        bed_days=_sums(in_file * stay[first], starts) if has_stay else None,
        distinct=cells.height,
    )


def _group_numbers(cells: pl.DataFrame, by: Sequence[str]) -> Ints:
    """A number for each group, rising [cell]: cells are in order of the group's columns before anything else."""
    if not by:
        return np.zeros(cells.height, dtype=np.int64)
    found: Ints = cells.select(pl.struct(*by).rle_id()).to_series().to_numpy().astype(np.int64)
    return found


def _changes(*columns: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Where a row differs from the one above [row]; the first does."""
    found = np.zeros(len(columns[0]), dtype=np.bool_)
    found[0] = True
    for column in columns:
        found[1:] |= column[1:] != column[:-1]
    return found


def _sums(values: NDArray[_Number], starts: Ints) -> NDArray[_Number]:
    found: NDArray[_Number] = np.add.reduceat(values, starts[:-1])
    return found


def labels_of(groups: pl.DataFrame) -> Iterator[str]:
    """What names each group's stream of luck: its columns and values."""
    for values in groups.iter_rows(named=True):
        yield "\x00".join(f"{name}={value}" for name, value in values.items())
