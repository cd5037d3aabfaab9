"""What a projection of records gives: records and bed days by group, in every draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from leftshift.capacity.records.parameters import parameter
from leftshift.capacity.records.reducing import Cells, Ints
from leftshift.economy.arrays import Floats


@dataclass(frozen=True)
class Outside:
    """What the plan has in a year and no record stands for, in the activity and bed days of activity.csv.

    ``new_``: activity that was not there in the base year, such as a service that others move into. ``other_``: activity of kinds that
    the file does not hold.
    """

    new_activity: float
    new_bed_days: float
    other_activity: float
    other_bed_days: float

    def document(self) -> dict[str, dict[str, float]]:
        """As plain values."""
        return {
            "new": {"activity": self.new_activity, "bed_days": self.new_bed_days},
            "other": {"activity": self.other_activity, "bed_days": self.other_bed_days},
        }


@dataclass(frozen=True)
class RecordResult:
    """Records and bed days of each group [group, draw]; None where nothing was drawn, and each is what is expected.

    ``digest`` is that of the file, ``seed`` what the draws follow from; ``outside`` is None where no plan gave the factors.
    """

    cells: Cells
    digest: str
    seed: int
    records: Ints | None
    bed_days: Ints | None
    outside: Outside | None = None

    @property
    def by(self) -> tuple[str, ...]:
        """The columns of the groups."""
        return tuple(self.cells.groups.columns)

    @property
    def draws(self) -> int:
        """How many draws were made; 0 where what is expected was asked for alone."""
        return 0 if self.records is None else int(self.records.shape[1])

    @property
    def has_bed_days(self) -> bool:
        """Whether the file has lengths of stay."""
        return self.cells.bed_days is not None

    def frame(self) -> pl.DataFrame:
        """A row a group: its columns, then ``records_`` and ``bed_days_`` with base, expected, mean, p05, p50 and p95."""
        figures = [column for figure in self._figures() for column in _columns(*figure)]
        return pl.DataFrame([*self.cells.groups.get_columns(), *figures])

    def total(self) -> dict[str, dict[str, float]]:
        """``records`` and ``bed_days`` of all groups together, each draw summed before its percentiles are taken."""
        return {
            name: {
                column.name.removeprefix(f"{name}_"): float(column[0])
                for column in _columns(name, _summed(base), _summed(expected), _summed(drawn))
            }
            for name, base, expected, drawn in self._figures()
        }

    def _figures(self) -> list[tuple[str, Ints, Floats, Ints | None]]:
        cells = self.cells
        found: list[tuple[str, Ints, Floats, Ints | None]] = [
            ("records", cells.records, cells.expected_records, self.records)
        ]
        if cells.bed_days is not None:
            found.append(("bed_days", cells.bed_days, cells.expected_bed_days, self.bed_days))
        return found

    def document(self) -> dict[str, Any]:
        """The result as plain values."""
        return {
            "by": list(self.by),
            "draws": self.draws,
            "seed": self.seed,
            "digest": self.digest,
            "distinct_cells": self.cells.distinct,
            "groups": self.frame().to_dicts(),
            "total": self.total(),
            **({"outside": self.outside.document()} if self.outside else {}),
        }


def _summed(values: Any) -> Any:
    """All groups as one [1] or [1, draw]."""
    return None if values is None else values.sum(axis=0, keepdims=True)


def _columns(name: str, base: Ints, expected: Floats, drawn: Ints | None) -> list[pl.Series]:
    """Series of a figure by group."""
    percents = [float(percent) for percent in parameter("interval")]
    values = expected[:, None] if drawn is None else drawn
    # without draws the mean is what is expected, to the bit
    mean = expected if drawn is None else drawn.mean(axis=1)
    ends = np.percentile(values, percents, axis=1)
    named = {"base": base, "expected": expected, "mean": mean}
    named |= {f"p{percent:02.0f}": end for percent, end in zip(percents, ends, strict=True)}
    return [pl.Series(f"{name}_{part}", found) for part, found in named.items()]
