"""Records under the plan: the factors that activity has in a year, and what of the plan no record stands for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict, Unpack

import numpy as np
import polars as pl

from leftshift.capacity.activity.projecting import Levels
from leftshift.capacity.records.checking import match_faults
from leftshift.capacity.records.factors import FactorTable, StayTable, factors_of, summed
from leftshift.capacity.records.projecting import Report, project_records
from leftshift.capacity.records.result import Outside, RecordResult
from leftshift.foundation.faults import Fault, Faults, near_miss
from leftshift.place.capacity_rows import Activity

COLUMNS = ("point_of_delivery", "specialty", "age_band", "provider", "commissioner", "site")
"""The columns of activity by which records are told apart, where their file carries them."""
_KIND = "point_of_delivery"


class Asked(TypedDict, total=False):
    """What may be asked of a projection of records; see ``project_records``."""

    by: Sequence[str]
    draws: int | None
    seed: int | None
    randomness: bool
    digest: str
    report: Report | None
    is_stopped: Callable[[], bool]


@dataclass(frozen=True)
class PlannedFactors:
    """The factors of records and of their stays that a plan gives in a year, and what stands outside them."""

    factors: FactorTable
    stays: StayTable
    outside: Outside


def records_of_plan(
    levels: Levels,
    at: int,
    path: Path,
    *,
    factors: Sequence[FactorTable] = (),
    stays: Sequence[StayTable] = (),
    **asked: Unpack[Asked],
) -> RecordResult:
    """Records ``at`` years after the base year: by what the plan makes of their activity, times the tables that are given.

    Without activity in the plan, by the tables alone. Raises what ``project_records`` raises, and ValueError without any factor.
    """
    if not levels.plan.rows:
        if not factors and not stays:
            raise ValueError(
                "nothing changes: the place has no activity.csv, and no table of factors is named"
            )
        return project_records(path, factors, stays, **asked)
    planned = planned_factors(levels, at, path)
    found = project_records(path, [planned.factors, *factors], [planned.stays, *stays], **asked)
    return replace(found, outside=planned.outside)


def planned_factors(levels: Levels, at: int, path: Path) -> PlannedFactors:
    """What the plan makes of the records of a file, by every column of ``COLUMNS`` that both carry; raises FaultsFound."""
    projected = projected_activity(levels, at)
    columns = _shared_columns(projected, path)
    kinds = summed(projected, columns)
    is_new = pl.col("base_count") == 0
    old = kinds.filter(~is_new)
    held = _held(path, columns)
    _refuse_strangers(old, held, columns, path.name)
    in_file = old.join(held, on=columns, how="semi")
    other = old.join(held, on=columns, how="anti")
    # where every stay of the base year was one of no days, no factor brings days that arrive
    new_days = kinds.filter(pl.col("base_bed_days") == 0).join(other, on=columns, how="anti")
    outside = Outside(
        _sum(kinds.filter(is_new), "count"), _sum(new_days, "bed_days"), _sum(other, "count"), _sum(other, "bed_days")
    )  # fmt: skip
    return PlannedFactors(*factors_of(in_file, columns), outside)


def projected_activity(levels: Levels, at: int) -> pl.DataFrame:
    """A row for each row of activity: ``COLUMNS`` as text, and its count and bed days in the base year and ``at`` years after it."""
    counts, days = levels.of_rows(), levels.of_rows(bed_days=True)
    figures = {"base_count": counts[0], "count": counts[at], "base_bed_days": days[0], "bed_days": days[at]}
    rows = levels.plan.rows
    return pl.DataFrame(
        {name: [_text(row, name) for row in rows] for name in COLUMNS}
        # all that there is may go, which leaves a hair on either side of nought
        | {name: np.maximum(values, 0.0) for name, values in figures.items()}
    )


def _text(row: Activity, column: str) -> str:
    value = getattr(row, column)
    return "" if value is None else str(value)


def _sum(kinds: pl.DataFrame, column: str) -> float:
    return float(kinds[column].sum())


def _shared_columns(projected: pl.DataFrame, path: Path) -> list[str]:
    """The columns that the file carries and activity says something in; raises FaultsFound without a point of delivery."""
    try:
        carried = pl.scan_parquet(path).collect_schema().names()
    except (pl.exceptions.PolarsError, OSError):
        return [_KIND]  # what is wrong with the file is told where it is read
    if _KIND not in carried:
        faults = Faults()
        faults.add(
            Fault(
                "missing column", path.name, None, _KIND, "", "what activity.csv calls each kind of record",
                "Add it to the file: the plan's factors go by it", near_miss(_KIND, carried),
            )
        )  # fmt: skip
        faults.raise_if_any()
    return [name for name in COLUMNS if name in carried and (projected[name] != "").any()]


def _held(path: Path, columns: Sequence[str]) -> pl.DataFrame:
    """Every combination of the columns that the file holds, as text, and how many ``_records``; none where it cannot be read."""
    try:
        found = (
            pl.scan_parquet(path)
            .group_by(columns)
            .agg(pl.len().alias("_records"))
            .collect(engine="streaming")
        )
    except (pl.exceptions.PolarsError, OSError):
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String) | {"_records": pl.UInt32})
    return found.with_columns(pl.col(name).cast(pl.String) for name in columns).drop_nulls()


def _refuse_strangers(old: pl.DataFrame, held: pl.DataFrame, columns: Sequence[str], file: str) -> None:
    """Records of kinds that activity does not have; raises FaultsFound."""
    every = FactorTable("activity.csv", tuple(columns), old)
    faults = Faults()
    action = "Add the activity, or write the kind of the records as activity.csv does"
    strangers = (fault for fault in match_faults(every, held, file) if fault.kind == "unknown category")
    faults.add_all(replace(fault, action=action) for fault in strangers)
    faults.raise_if_any()
