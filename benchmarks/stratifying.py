"""All packaged scores and cohorts of an invented population as large as that of LLR, beside what reads the same files or scores the same diagnoses.

Parts, of which ``--parts`` names those that are wanted:

``scan``      everything, beside a bare scan by DuckDB that hashes every column which is used. The aim: at most six times.
``pandas``    Charlson (two weights), Elixhauser and HFRS, beside pandas as one writes it at first, from the same file.
``packages``  the same beside pycomorb, whose rows are in memory already. The aim: 20 times as fast.
``memory``    ten times the people in a process of its own: its peak. The aim: under 4 GiB. Draws 10.6 million people first: minutes.
``growth``    seconds per million people at 0.1, 0.3, 1, 3 and 10 million: the same or less, where time grows in proportion.
``spark``     everything at a tenth of the people, on a cluster of two workers on this machine, beside DuckDB; the answers are equal.

    python -m benchmarks.stratifying [--people N] [--parts scan,pandas,packages,memory,growth,spark] [--rounds N] [--sets DIR]

Sets are drawn into a temporary folder, or into ``--sets``, where they stay for the next time. Times are by the clock on the wall.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.stratifying_rivals import (
    Sums,
    by_leftshift,
    by_pandas,
    by_pycomorb,
    pycomorb_ways,
    task_of,
)
from benchmarks.stratifying_sets import Sets, alone, everything, scan
from benchmarks.timing import in_turns, show

PEOPLE, ROUNDS = 1_061_800, 5
TIMES = (0.1, 0.3, 1.0, 3.0, 10.0)
MEMORY = "2500MB"
BARE = "bare scan of the columns"


@dataclass(frozen=True)
class Asked:
    """What a part needs to know."""

    sets: Sets
    people: int
    rounds: int
    scratch: Path

    def share(self, times: float) -> Path:
        """A set of a part of the people, or of several times as many."""
        return self.sets.of(max(1, round(self.people * times)))


def time_scan(asked: Asked) -> None:
    """Everything, beside a bare scan."""
    folder = asked.share(1)
    ways = {BARE: lambda: scan(folder), "ours, everything": lambda: everything(folder, asked.scratch / "run")}
    show(in_turns(ways, repeats=asked.rounds, clock=time.perf_counter), beside=BARE)


def time_pandas(asked: Asked) -> None:
    """Four scores, beside pandas."""
    folder = asked.share(1)
    everything(folder, asked.scratch / "counted")
    task = task_of(folder, asked.scratch / "counted", asked.scratch)
    _assert_same(by_leftshift(task), by_pandas(task))
    ways = {"ours, four scores": lambda: by_leftshift(task), "pandas": lambda: by_pandas(task)}
    show(in_turns(ways, repeats=asked.rounds, clock=time.perf_counter), beside="ours, four scores")


def time_packages(asked: Asked) -> None:
    """Four scores, beside pycomorb."""
    folder = asked.share(1)
    everything(folder, asked.scratch / "counted")
    task = task_of(folder, asked.scratch / "counted", asked.scratch)
    theirs = pycomorb_ways(task)
    _assert_same(by_leftshift(task), by_pycomorb(theirs))
    ways = {"ours, four scores": lambda: by_leftshift(task), "pycomorb": lambda: by_pycomorb(theirs)}
    rounds = min(asked.rounds, 3)
    show(in_turns(ways, repeats=rounds, clock=time.perf_counter), beside="ours, four scores")


def _assert_same(ours: Sums, theirs: Sums) -> None:
    for name, total in ours.items():
        assert abs(total - theirs[name]) < 1e-6 * max(1.0, abs(total)), f"{name}: {total}, {theirs[name]}"


def measure_memory(asked: Asked) -> None:
    """The peak of a process with ten times the people."""
    found = alone(asked.share(TIMES[-1]), asked.share(0.001), memory=MEMORY)
    print(f"peak memory of {round(asked.people * TIMES[-1]):,} people, DuckDB held to {MEMORY}")
    print(f"{'ours, everything':<40} {found['mib']:>9.0f} MiB of at most 4,096, in {found['seconds']:.1f} s")


def time_growth(asked: Asked) -> None:
    """Seconds per million people, size by size."""
    sizes = {times: asked.share(times) for times in TIMES}
    small, seconds = asked.share(0.001), dict[float, list[float]]()
    for at in range(min(asked.rounds, 3)):
        for times, folder in sizes.items():
            if at == 0 or times <= 1:
                seconds.setdefault(times, []).append(alone(folder, small)["seconds"])
    unit = median(seconds[TIMES[0]]) / TIMES[0]
    print(f"{'people':>12} {'seconds':>9} {'per million':>12} {'ratio':>7}")
    for times, some in seconds.items():
        took, people = median(some), round(asked.people * times)
        print(f"{people:>12,} {took:>9.2f} {took / people * 1e6:>12.2f} {took / times / unit:>7.2f}")


def compare_spark(asked: Asked) -> None:
    """A tenth of the people on a cluster, beside DuckDB."""
    from benchmarks.stratifying_spark import time_spark

    show(time_spark(asked.share(0.1), asked.scratch, rounds=min(asked.rounds, 3)), beside="DuckDB")
    print("every score, band and cohort of every person is the same")


PARTS: Mapping[str, Callable[[Asked], None]] = {
    "scan": time_scan,
    "pandas": time_pandas,
    "packages": time_packages,
    "memory": measure_memory,
    "growth": time_growth,
    "spark": compare_spark,
}


def main() -> None:
    """The parts that are asked for, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stratifying")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--parts", default="scan,pandas,packages")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--sets", type=Path)
    given = parser.parse_args()
    parts = given.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}: there are {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory(prefix="stratifying-") as scratch:
        sets = Sets(given.sets or Path(scratch, "sets"))
        for part in parts:
            print(f"\n-- {part}: {given.people:,} people", flush=True)
            PARTS[part](Asked(sets, given.people, given.rounds, Path(scratch)))


if __name__ == "__main__":
    main()
