"""Project a file of records: the product of factors of every row, exactly, or any number of draws of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from leftshift.capacity.records.checking import digest_of, file_faults, table_faults
from leftshift.capacity.records.drawing import BLOCK, block_of
from leftshift.capacity.records.factors import FactorTable, StayTable
from leftshift.capacity.records.parameters import parameter
from leftshift.capacity.records.reducing import Cells, keys_of, labels_of, reduce_file
from leftshift.capacity.records.result import RecordResult
from leftshift.economy.uncertainty.simulating import Stopped, TooManyDraws
from leftshift.foundation.faults import Faults

Report = Callable[[int, int], None]


def project_records(
    path: Path,
    factors: Sequence[FactorTable],
    stays: Sequence[StayTable] = (),
    *,
    by: Sequence[str] = (),
    draws: int | None = None,
    seed: int | None = None,
    randomness: bool = True,
    digest: str = "",
    report: Report | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> RecordResult:
    """Records and bed days by any columns of a Parquet file whose rows are resampled with the product of their factors.

    How often a row occurs is a Poisson number of its factor, so a group has a Poisson number of the sum of its factors; its luck is
    of who comes, and the factors are taken as certain. ``randomness=False`` gives what is expected and nothing else. The same seed
    gives the same bytes, and fewer draws are the first of more. What is left out stands in parameters.toml. ``digest`` is what the
    file has to have. ``report`` is told how many draws are done, of how many.

    Raises FaultsFound with everything that is wrong with the file and the tables, TooManyDraws, ValueError for a number of draws below 1,
    and Stopped when ``is_stopped`` says so.
    """
    draws = int(parameter("draws")) if draws is None else draws
    seed = int(parameter("seed")) if seed is None else seed
    if draws < 1:
        raise ValueError(f"a projection of records has at least one draw, not {draws}")
    _refuse_faults(path, factors, stays, by, digest)
    cells = reduce_file(path, factors, stays, by)
    found = RecordResult(cells, digest_of(path), seed, None, None)
    if not randomness:
        return found
    return _drawn(found, draws, report or (lambda _done, _most: None), is_stopped)


def _refuse_faults(
    path: Path, factors: Sequence[FactorTable], stays: Sequence[StayTable], by: Sequence[str], digest: str
) -> None:
    faults = Faults()
    for table in (*factors, *stays):
        faults.add_all(table_faults(table))
    faults.add_all(file_faults(path, keys_of(factors, stays, by), digest))
    faults.raise_if_any()


def _drawn(found: RecordResult, draws: int, report: Report, is_stopped: Callable[[], bool]) -> RecordResult:
    cells, seed = found.cells, found.seed
    records, bed_days = (_room(cells, draws) for _ in range(2))
    labels = list(labels_of(cells.groups)) or [""]
    for block, first in enumerate(range(0, draws, BLOCK)):
        last = min(first + BLOCK, draws)
        for group, label in enumerate(labels):
            if is_stopped():
                raise Stopped("the projection was stopped; nothing was kept")
            some, days = block_of(cells, group, label, seed, block)
            records[group, first:last], bed_days[group, first:last] = (
                some[: last - first],
                days[: last - first],
            )
        report(last, draws)
    return RecordResult(cells, found.digest, seed, records, bed_days)


def _room(cells: Cells, draws: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Room for a figure of every group and draw; raises TooManyDraws."""
    groups = len(cells.starts) - 1
    most = int(float(parameter("largest_gigabytes")) * 1e9) // (2 * 8 * groups)
    if draws > most:
        raise TooManyDraws(
            f"{draws:,} draws of {groups:,} groups are too many to hold: at most {most:,}; ask for fewer columns or draws"
        )
    return np.zeros((groups, draws), dtype=np.int64)
