"""Records: 100 draws over 1,000,000 rows, beside a compiled pass over the same rows for every draw.

The aim: at most three times the compiled pass, and under 1 GiB. Twice: on the invented spells as they come, and where every row is a cell of its
own, so that nothing can be drawn together. Both ways give the same groups; without randomness they are equal to 1e-9 before any
time is printed, and with it their means agree. Ours reads and reduces the file anew in every turn; the compiled pass has its rows in
memory as integer codes. ``make bench-env`` brings Numba, which compiles it; without it, ours is timed alone, and that is said.

    OMP_NUM_THREADS=1 POLARS_MAX_THREADS=1 python -m benchmarks.records [ROWS]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks import records_floor
from benchmarks.timing import once
from leftshift.capacity.records.factors import FACTOR, STAY, FactorTable, StayTable
from leftshift.capacity.records.projecting import project_records
from leftshift.capacity.records.result import RecordResult
from leftshift.capacity.records.synthetic import write_synthetic_spells

ROWS, DRAWS, REPEATS = 1_000_000, 100, 5
BY = ["site", "age_band", "deprivation_quintile"]
_ONCE = "--once"
_Kind = TypeVar("_Kind", bound=FactorTable)


@dataclass(frozen=True)
class Case:
    """A file, and the tables by which it is projected."""

    name: str
    path: Path
    factors: list[FactorTable]
    stays: list[StayTable]

    def project(self, *, randomness: bool = True) -> RecordResult:
        """Ours, from the file to the groups."""
        return project_records(
            self.path, self.factors, self.stays, by=BY, draws=DRAWS, seed=1, randomness=randomness
        )


def main() -> None:
    """Both cases, and what they hold in memory."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as scratch:
        plain = Path(scratch, "spells.parquet")
        write_synthetic_spells(plain, rows)
        single = Path(scratch, "single.parquet")
        pl.scan_parquet(plain).with_row_index("record").sink_parquet(single)
        for name in ("plain", "single"):
            case = case_of(name, Path(scratch, "spells.parquet" if name == "plain" else "single.parquet"))
            _time(case, rows, Path(scratch))


def case_of(name: str, path: Path) -> Case:
    """Factors by kind, specialty and age, by provider, and in the second case by record; stays by kind and specialty."""
    columns = [("point_of_delivery", "specialty", "age_band"), ("provider",)]
    if name == "single":
        columns.append(("record",))
    factors = [_table(path, FactorTable, entry, seed) for seed, entry in enumerate(columns)]
    stays = [_table(path, StayTable, ("point_of_delivery", "specialty"), 10)]
    words = {"plain": "spells as they come", "single": "every row a cell of its own"}
    return Case(words[name], path, factors, stays)


def _table(path: Path, kind: type[_Kind], columns: tuple[str, ...], seed: int) -> _Kind:
    keys = pl.scan_parquet(path).select(columns).unique().sort(columns).collect()
    factor = np.random.default_rng(seed).uniform(0.7, 1.4, keys.height)
    return kind(" and ".join(columns), columns, keys.with_columns(pl.Series(FACTOR, factor)))


def _time(case: Case, rows: int, scratch: Path) -> None:
    expected = case.project(randomness=False)
    print(f"\n-- {case.name}: {rows:,} rows, {expected.cells.distinct:,} cells, {DRAWS} draws")
    ours: list[float] = []
    theirs: list[float] = []
    floor = _floor(case, expected, scratch)
    for _ in range(REPEATS):
        ours.append(once(case.project))
        if floor is not None:
            theirs.append(floor.ask(DRAWS)["seconds"])
    alone = median(once(lambda: case.project(randomness=False)) for _ in range(REPEATS))
    unit = median(theirs) if theirs else None
    _say("ours, from the file to the groups", median(ours), unit)
    _say("of which reading and reducing, once", alone, unit)
    if floor is not None:
        _say("a compiled pass over the rows, draw by draw", median(theirs), unit)
        print(f"{'compiling it, once':<46} {floor.ready['compiling']:>9.3f} s")
        floor.close()
    print(
        f"{'peak memory of a process with ours alone':<46} {_peak(case) / 2**20:>9.0f} MiB of at most 1,024"
    )


def _say(name: str, seconds: float, unit: float | None) -> None:
    beside = "" if unit is None else f" {seconds / unit:>8.3f} times the compiled pass"
    print(f"{name:<46} {seconds:>9.3f} CPU s{beside}")


def _floor(case: Case, expected: RecordResult, scratch: Path) -> records_floor.Floor | None:
    """The compiled pass, held to ours; None where there is no compiler."""
    if not records_floor.is_there():
        print("no compiled pass to hold it to: make bench-env builds the environment with Numba")
        return None
    arrays = scratch / "arrays.npz"
    np.savez(arrays, **arrays_of(case))  # type: ignore[arg-type]
    floor = records_floor.Floor(arrays)
    answer = floor.ask(0)
    np.testing.assert_allclose(expected.cells.expected_records, answer["records"], rtol=1e-9)
    np.testing.assert_allclose(expected.cells.expected_bed_days, answer["bed_days"], rtol=1e-9)
    _assert_same_means(case.project(), floor.ask(DRAWS))
    return floor


def _assert_same_means(found: RecordResult, answer: dict[str, Sequence[float]]) -> None:
    """The means of both lie within five standard errors of their difference."""
    for name, drawn in (("records", found.records), ("bed_days", found.bed_days)):
        assert drawn is not None
        error = drawn.std(axis=1, ddof=1) * np.sqrt(2 / DRAWS)
        apart = abs(drawn.mean(axis=1) - np.array(answer[name]))
        assert (apart <= 5 * error).all(), f"{name} are {(apart / error).max():.1f} standard errors apart"


def arrays_of(case: Case) -> dict[str, NDArray[Any]]:
    """The rows of a file as integer codes, for a pass over them: its tables' rows, stays and groups."""
    rows = pl.read_parquet(case.path)
    codes = [_codes(rows, table) for table in case.factors]
    heights = [table.table.height for table in case.factors]
    group = rows.select(pl.struct(BY).rank("dense") - 1).to_series()
    return {
        "codes": np.array(codes, dtype=np.int32),
        "offsets": np.cumsum([0, *heights[:-1]]),
        "factors": np.concatenate([table.table[FACTOR].to_numpy() for table in case.factors]),
        "stay_code": _codes(rows, case.stays[0]).astype(np.int32),
        "stay_factors": case.stays[0].table[FACTOR].to_numpy(),
        "stay": rows[STAY].to_numpy().astype(np.int32),
        "group": group.to_numpy().astype(np.int32),
    }


def _codes(rows: pl.DataFrame, table: FactorTable) -> NDArray[Any]:
    keys = table.table.select(table.columns).with_row_index("code")
    return rows.select(table.columns).join(keys, on=table.columns, maintain_order="left")["code"].to_numpy()


def _peak(case: Case) -> int:
    """Bytes of a process that does nothing else."""
    name = "single" if case.path.name.startswith("single") else "plain"
    asked = [sys.executable, "-m", "benchmarks.records", _ONCE, name, str(case.path)]
    return int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


def _once(name: str, path: Path) -> None:
    case_of(name, path).project()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


if __name__ == "__main__":
    if _ONCE in sys.argv:
        _once(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
