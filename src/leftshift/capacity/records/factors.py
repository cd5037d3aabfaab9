"""Tables of factors: what the records of a kind are multiplied by, and what happens to their length of stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from leftshift.foundation.faults import Fault, Faults, shown

FACTOR = "factor"
STAY = "length_of_stay"
_FIRST_ROW = 2  # of a CSV file, below its header


@dataclass(frozen=True)
class FactorTable:
    """A factor for every combination of some columns of the records that occurs in them.

    ``table`` has the columns, which name categories as text, and ``factor``, 0 or more. Without columns it is one row: a factor of
    everything. ``name`` is how faults call it.
    """

    name: str
    columns: tuple[str, ...]
    table: pl.DataFrame


@dataclass(frozen=True)
class StayTable(FactorTable):
    """The same of length of stay: bed days are multiplied by ``factor``, records are not."""


def factors_of(projected: pl.DataFrame, columns: Sequence[str]) -> tuple[FactorTable, StayTable]:
    """The factors of activity that was projected: its count, and its stay, beside those of the base year.

    ``projected`` has a row for each kind of activity: the columns as text, ``base_count``, ``count``, ``base_bed_days`` and
    ``bed_days``. Rows that are alike in ``columns`` count together, so that records which carry fewer columns than the activity
    keep its totals. Activity that was not there in the base year has no factor: no record stands for it.
    """
    sums = summed(projected, columns).filter(pl.col("base_count") > 0)
    before, after = (pl.col(f"{when}bed_days") / pl.col(f"{when}count") for when in ("base_", ""))
    stays = pl.when((pl.col("base_bed_days") > 0) & (pl.col("count") > 0)).then(after / before).otherwise(1.0)
    named = [*columns]
    return (
        FactorTable(
            "activity",
            tuple(columns),
            sums.select(*named, (pl.col("count") / pl.col("base_count")).alias(FACTOR)),
        ),
        StayTable("length of stay", tuple(columns), sums.select(*named, stays.alias(FACTOR))),
    )


def summed(projected: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Projected activity that is alike in the columns, together: a row for each kind."""
    together = (
        projected.group_by(columns, maintain_order=True)
        if columns
        else projected.group_by(pl.lit("").alias("_"))
    )
    return together.agg(pl.sum("base_count", "count", "base_bed_days", "bed_days"))


def read_factors(path: Path) -> FactorTable:
    """A table of factors from a CSV file: its columns, and ``factor``. Raises FaultsFound and OSError."""
    faults = Faults()
    try:
        text = pl.read_csv(path.read_bytes(), infer_schema=False, comment_prefix="#")
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as problem:
        said = str(problem).splitlines()[0]
        faults.add(
            Fault(
                "file not understood", path.name, None, None, "", "comma-separated values", f"Mend it: {said}"
            )
        )
        faults.raise_if_any()
        raise
    if FACTOR not in text.columns:
        found = ", ".join(text.columns)
        faults.add(
            Fault("missing column", path.name, 1, FACTOR, shown(found), "a column factor", "Add the column")
        )
        faults.raise_if_any()
    table = text.with_columns(pl.col(FACTOR).str.strip_chars().cast(pl.Float64, strict=False))
    for at, was in (
        text.with_row_index("_at").filter(table[FACTOR].is_null()).select("_at", FACTOR).iter_rows()
    ):
        faults.add(
            Fault(
                "text in a number",
                path.name,
                at + _FIRST_ROW,
                FACTOR,
                shown(was or ""),
                "a number",
                "Write a number",
            )
        )
    faults.raise_if_any()
    return FactorTable(path.name, tuple(name for name in text.columns if name != FACTOR), table)
