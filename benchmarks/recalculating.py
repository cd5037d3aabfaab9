"""What spreadsheets take for what the library does: the workbook of a place, worked out once and draw by draw.

Three ways: LibreOffice started afresh for one recalculation, LibreOffice kept open while inputs change (``libreoffice``),
and the package ``formulas`` (``formula_engine``, where ``requirements/bench.txt`` is installed: see there). Each gives
figures that are held against the library's, so that nobody is timed for doing something else.

    python -m benchmarks.recalculating [PLACE] [DRAWS]
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from leftshift.economy.result import Result, run
from leftshift.model import read_place
from leftshift.place.place import Place
from leftshift.place.rows import Contract
from leftshift.workbooks.live.building import Address, Calculated, build
from leftshift.workbooks.opening import texts_of
from leftshift.workbooks.writing import write_workbook

SEED = 1
AGREES = 0.001  # £000: a pound


@dataclass(frozen=True)
class Request:
    """What a program is asked to do: put each draw into the inputs, recalculate, and give the outputs."""

    book: str
    inputs: Sequence[Address]
    draws: Sequence[Sequence[float]]
    outputs: Sequence[Address]


@dataclass(frozen=True)
class Answer:
    """What came of it, in seconds: to start, to load and work out once, and by draw; with the outputs by draw."""

    start: float
    load: float
    wall: Sequence[float]
    cpu: Sequence[float]
    values: Sequence[Sequence[float]]


def outputs_of(calculated: Calculated) -> list[Address]:
    """Where every position and every step of the bridge stands, as ``figures_of`` orders them."""
    years, result = calculated.result.years, calculated.result
    positions = [
        calculated.output(figure, year, code)
        for year in years
        for code in result.organisations
        for figure in ("do_nothing", "with_plan")
    ]
    steps = sorted(calculated.outputs.bridge)
    return positions + [calculated.output("bridge", year, step) for year in years for step in steps]


def figures_of(result: Result) -> list[float]:
    """The library's figures for the same outputs."""
    positions = [
        find(code, year)
        for year in result.years
        for code in result.organisations
        for find in (result.do_nothing_position, result.position)
    ]
    bridges = [result.bridge(year) for year in result.years]
    return positions + [bridge[step] for bridge in bridges for step in sorted(bridge)]


def contract_draws(
    calculated: Calculated, count: int
) -> tuple[list[Address], list[list[float]], list[Place]]:
    """Draws of every contract's value, a tenth up or down: where they go, what goes there, and the places they make."""
    place, chance = calculated.result.place, random.Random(SEED)
    inputs = [address for row in place.contracts if (address := calculated.input(row, "value"))]
    draws = [
        [round(row.value * chance.uniform(0.9, 1.1), 3) for row in place.contracts] for _ in range(count)
    ]
    return inputs, draws, [_with_values(place, values) for values in draws]


def _with_values(place: Place, values: Sequence[float]) -> Place:
    drawn: list[Contract] = [
        replace(row, value=value) for row, value in zip(place.contracts, values, strict=True)
    ]
    return place.with_tables(contracts=tuple(drawn))


def in_words(name: str, answer: Answer, places: Sequence[Place]) -> dict[str, Any]:
    """The times of one way, and how far its figures are from the library's, £000."""
    apart = max(
        abs(mine - theirs)
        for place, values in zip(places, answer.values, strict=True)
        for mine, theirs in zip(figures_of(run(place)), values, strict=True)
    )
    assert apart <= AGREES, f"{name} is £{apart * 1000:,.2f} apart from the library"
    return {
        "way": name, "start_seconds": round(answer.start, 3), "load_seconds": round(answer.load, 3),
        "draw_cpu_seconds": round(median(answer.cpu), 4), "draw_wall_seconds": round(median(answer.wall), 4), "largest_apart": apart,
    }  # fmt: skip


def main() -> None:
    """Time each way on a place, and print one line of JSON a way."""
    from benchmarks import formula_engine, libreoffice

    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "examples/llr-2014")
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    read_place(folder)
    texts = texts_of(folder)
    calculated = build(texts)
    assert calculated is not None
    with tempfile.TemporaryDirectory() as scratch:
        book = Path(scratch, "place.xlsx")
        book.write_bytes(write_workbook(texts))
        print(json.dumps({"formulas": calculated.formulas, "bytes": book.stat().st_size}))
        print(json.dumps({"way": "LibreOffice started afresh", **asdict(libreoffice.afresh(book))}))
        inputs, draws, places = contract_draws(calculated, count)
        request = Request(str(book), inputs, draws, outputs_of(calculated))
        print(json.dumps(in_words("LibreOffice kept open", libreoffice.kept_open(request), places)))
        if formula_engine.is_there():
            print(json.dumps(in_words("formulas", formula_engine.answer(request), places)))


if __name__ == "__main__":
    main()
