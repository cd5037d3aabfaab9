"""Projecting a large place, beside the same arithmetic by hand: prepared arrays to positions, warm.

200 organisations, 5,000 contracts, 1,000 interventions, 10 years. The first table is the aim: the engine (``project``,
which asserts the balance of every position) takes at most twice what ``by_hand`` takes, which has no draws, settings
and checks. The engine's own share of that is what it does for any place: it keeps what of which flow runs in which
year, every leg before and after the form of its contract, and sums without assuming what comes in which order. The
second table times apart what stands around it: reading and checking the folder, preparing the arrays, making each table.
Ratios are to the time by hand; absolute times mean little on a shared machine.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.by_hand import Positions, by_hand
from benchmarks.synthetic import synthetic_place
from benchmarks.timing import in_turns, show
from leftshift.economy import tables
from leftshift.economy.arrays import Economy
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.economy.result import Result
from leftshift.model import read_place
from leftshift.place.writing import write_place

TABLES = (tables.positions, tables.bridge, tables.drivers, tables.impact, tables.transfers)


def engine(economy: Economy) -> Positions:
    """The positions by the engine."""
    projection = project(economy)
    return projection.do_nothing[0], projection.with_plan[0]


def main() -> None:
    """Check that both ways agree, time them in turns, then what stands around them."""
    place = synthetic_place()
    economy = prepare(place)
    positions = by_hand(economy)
    for mine, theirs in zip(positions(), engine(economy), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-6)
    arithmetic = in_turns({"by hand": positions, "engine": lambda: engine(economy)}, repeats=200)
    show(arithmetic, beside="by hand")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "place")
        write_place(place, folder)
        around = {"read and check": lambda: read_place(folder), "prepare": lambda: prepare(place)}
        around |= {
            f"table of {table.__name__}": lambda table=table: table(Result(project(economy)))
            for table in TABLES
        }
        times = in_turns(around, repeats=5)
    show({"by hand": arithmetic["by hand"], **times}, beside="by hand")


if __name__ == "__main__":
    main()
