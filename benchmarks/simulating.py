"""Simulating: many draws of a plan by the engine, beside spreadsheets, beside NumPy by hand, and beside the machine.

On LLR 2014 and on the reference economy, which the engine knows only as a place. All ways work out the same draws, in turns, and
their figures are held together before any time is printed. Processor time in microseconds a draw; ratios are what counts.
Spreadsheets take the draws in their input cells: LibreOffice started afresh for each, LibreOffice kept open, and the package
``formulas`` (where ``make bench-env`` has put it; ``LEFTSHIFT_BENCH_FORMULAS=1`` asks for it, for it takes minutes).

    OMP_NUM_THREADS=1 python -m benchmarks.simulating [SPREADSHEET-DRAWS]
"""

from __future__ import annotations

import os
import sys
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks import formula_engine, libreoffice
from benchmarks.recalculating import AGREES, Answer, Request
from benchmarks.reference_economy import BALANCES, base_year, by_hand, reference_place
from benchmarks.timing import in_turns, once
from leftshift.economy.arrays import Floats
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import Projection, project
from leftshift.economy.uncertainty.drawing import Drawing, moved
from leftshift.economy.uncertainty.outputs import Keep, Output, Outputs
from leftshift.economy.uncertainty.program import Program
from leftshift.economy.uncertainty.simulating import Asked, simulate
from leftshift.economy.uncertainty.streams import BLOCK, Streams, block_count
from leftshift.model import read_place
from leftshift.place.checking_uncertainty import interventions_of
from leftshift.place.place import Place
from leftshift.place.rows import Row, Uncertainty
from leftshift.place.writing import document
from leftshift.workbooks.live.building import Address, Calculated, build
from leftshift.workbooks.writing import write_workbook

DRAWS, REPEATS = 10_000, 7
HAND_BLOCKS = (32, 64, 128, 256)  # the best of them is what counts
_COLUMNS = {"value": "value", "delivery": "delivery", "delay": "delay_months", "rate": "percent"}


def main() -> None:
    """Each place in turn."""
    few = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    for place in (read_place(Path("examples/llr-2014")).place, reference_place()):
        _time(place, few)


def _time(place: Place, few: int) -> None:
    projection = project(prepare(place))
    ways = Ways(place, projection)
    print(
        f"\n-- {place.name}: {len(place.uncertainty)} quantities, {len(ways.outputs.labels)} figures of {len(place.years)} years"
    )
    ways.assert_same()
    actions: dict[str, Callable[[], object]] = {
        "the engine": ways.engine,
        "with its draws": ways.simulated,
        "keeping every line": ways.lines,
    }
    if place.code == "reference":
        actions |= {f"by hand, blocks of {size}": ways.hand_in(size) for size in HAND_BLOCKS}
    actions["copying as much memory"] = ways.copying
    preparing = once(lambda: Program(projection, ways.outputs))
    times = {name: median(found) / DRAWS * 1e6 for name, found in in_turns(actions, repeats=REPEATS).items()}
    times |= spreadsheets(place, ways, few)
    hands = [found for name, found in times.items() if name.startswith("by hand")]
    _show(times, min(hands) if hands else None)
    print(f"{'preparing the engine, once':<34} {preparing * 1e3:>12.1f} ms")
    _show_memory(projection)


def _show(times: Mapping[str, float], hand: float | None) -> None:
    engine = times["the engine"]
    print(
        f"{'':<34} {'µs a draw':>12} {'draws a CPU s':>14} {'engine is':>10}{'  beside by hand' if hand else ''}"
    )
    for name, found in times.items():
        beside = f"{found / hand:>10.2f}" if hand else ""
        print(f"{name:<34} {found:>12.2f} {1e6 / found:>14,.0f} {found / engine:>9.2f}x{beside}")


class Ways:
    """The ways to work out the same draws of a place."""

    def __init__(self, place: Place, projection: Projection) -> None:
        self.place, self.projection = place, projection
        self.outputs = Outputs(projection.economy)
        self.program = Program(projection, self.outputs)
        self._with_lines = Program(projection, Outputs(projection.economy, "lines"))
        names = tuple(row.quantity for row in place.uncertainty)
        drawing = Drawing(place, Streams(1, names))
        whole = [drawing.block(block) for block in range(block_count(DRAWS))]
        left = DRAWS - BLOCK * (len(whole) - 1)
        self.blocks = [*whole[:-1], {name: line[:left] for name, line in whole[-1].items()}]
        self._base = base_year()
        size = len(self.outputs.labels) * len(place.years) * DRAWS
        self._memory = np.zeros(size), np.zeros(size)

    def engine(self) -> list[Floats]:
        """Figures of all draws, given the draws."""
        return [self.program.run(values) for values in self.blocks]

    def simulated(self) -> Floats:
        """The same with the drawing of them, and everything that a simulation asserts and watches."""
        return simulate(self.projection, Asked(draws=DRAWS, seed=1)).values

    def lines(self) -> float:
        """Every contract and line, every leg and posting of all draws, block after block."""
        return float(sum(self._with_lines.run(values)[0, 0, 0] for values in self.blocks))

    def hand_in(self, size: int) -> Callable[[], list[Floats]]:
        """The reference economy by hand, in blocks of so many draws."""

        def worked_out() -> list[Floats]:
            return [
                by_hand(self._base, {name: line[start : start + size] for name, line in values.items()})
                for values in self.blocks
                for start in range(0, len(values["tariff"]), size)
            ]

        return worked_out

    def copying(self) -> None:
        """What the machine takes to move as many bytes as the figures have."""
        np.copyto(self._memory[1], self._memory[0])

    def assert_same(self) -> None:
        """The engine gives what a simulation keeps, and what the economy by hand gives."""
        found = np.concatenate(self.engine(), axis=2)
        assert np.array_equal(found, self.simulated())
        if self.place.code == "reference":
            mine = np.concatenate(self.hand_in(64)(), axis=2)
            bodies = [self._position(row.code, found) for row in self.place.organisations]
            theirs = (sum(bodies[2:]), bodies[0], bodies[1], sum(bodies))
            for name, one, other in zip(BALANCES, mine, theirs, strict=True):
                np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-6 * abs(one).max(), err_msg=name)

    def _position(self, code: str, found: Floats) -> Floats:
        position: Floats = found[self.outputs.row[Output("position", code)]]
        return position

    def draw(self, number: int) -> dict[str, Floats]:
        """What every quantity is in one draw [1]."""
        return {name: line[number : number + 1] for name, line in self.blocks[0].items()}


# ---------------------------------------------------------------------- spreadsheets
def spreadsheets(place: Place, ways: Ways, few: int) -> dict[str, float]:
    """Microseconds of processor time a draw of each spreadsheet, its figures held beside the engine's."""
    texts = document(place)
    calculated = build(texts)
    assert calculated is not None
    rows = calculated.result.place
    draws = [ways.draw(number) for number in range(few)]
    cells = [list(cells_of(rows, place, calculated, draw)) for draw in draws]
    labels = [label for label in ways.outputs.labels if _is_on_paper(rows, label)]
    outputs = [
        calculated.output("do_nothing" if label.kind == "do_nothing" else "with_plan", year, label.name)
        for label in labels
        for year in rows.years
    ]
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        book = Path(scratch, "place.xlsx")
        book.write_bytes(write_workbook(texts))
        print(f"{'its workbook':<34} {calculated.formulas:>12,} live formulas")
        found["LibreOffice started afresh"] = libreoffice.afresh(book).cpu_seconds * 1e6
        request = Request(
            str(book),
            [address for address, _ in cells[0]],
            [[value for _, value in each] for each in cells],
            outputs,
        )
        answers = {"LibreOffice kept open": libreoffice.kept_open(request)}
        if formula_engine.is_there() and os.environ.get("LEFTSHIFT_BENCH_FORMULAS"):
            answers["formulas"] = formula_engine.answer(replace(request, draws=request.draws[:2]))
        for name, answer in answers.items():
            _assert_same(name, answer, ways, labels)
            found[name] = median(answer.cpu) * 1e6
    return found


def _is_on_paper(place: Place, label: Output) -> bool:
    return label.kind in ("do_nothing", "position") and label.name in {
        row.code for row in place.organisations
    }


def _assert_same(name: str, answer: Answer, ways: Ways, labels: Sequence[Output]) -> None:
    for number, values in enumerate(answer.values):
        figures = ways.program.run(ways.draw(number))[:, :, 0]
        mine = np.array([figures[ways.outputs.row[label]] for label in labels]).ravel()
        apart = float(np.abs(mine - np.array(values)).max())
        assert apart <= AGREES, f"{name} is £{apart * 1000:,.2f} apart from the engine"


def cells_of(
    rows: Place, place: Place, calculated: Calculated, draw: Mapping[str, Floats]
) -> Iterator[tuple[Address, float]]:
    """The input cells that a draw moves, and what is to stand there: one value of a row is moved by all its quantities."""
    by_cell: dict[tuple[int, str], tuple[Row, str, list[Uncertainty]]] = {}
    for entry in sorted(place.uncertainty, key=lambda entry: entry.quantity):
        for row in rows_of(rows, entry):
            column = _COLUMNS[entry.moves]
            by_cell.setdefault((id(row), column), (row, column, []))[2].append(entry)
    for row, column, entries in by_cell.values():
        planned = np.array([float(getattr(row, column) or 0.0)])
        value = float(moved(entries, draw, planned)[0])
        address = calculated.input(row, column)
        assert address is not None, row
        yield address, calculated.as_typed(row, column, round(value) if column == "delay_months" else value)


def rows_of(place: Place, entry: Uncertainty) -> list[Row]:
    """The rows whose cells a quantity moves."""
    if entry.moves == "rate":
        return [
            row
            for row in place.assumptions
            if row.assumption == entry.item
            and row.follows is None
            and entry.organisation in (None, row.organisation)
        ]
    if entry.moves == "value":
        flows: list[Row] = [*place.contracts, *place.lines]
        return [
            row for row in flows if entry.item in (getattr(row, "contract", None), getattr(row, "line", None))
        ]
    named = interventions_of(place, entry.item)
    return [row for row in place.interventions if row.intervention in named]


# ---------------------------------------------------------------------- memory
def _show_memory(projection: Projection) -> None:
    """The most that a simulation holds, beside the figures that it was asked for."""
    for keep, draws in (("figures", DRAWS), ("figures", 4 * DRAWS), ("lines", 2_000)):
        most, asked = _held(projection, keep, draws)  # type: ignore[arg-type]
        print(
            f"{f'memory, {keep} of {draws:,} draws':<34} {asked / 2**20:>12.1f} MiB asked for, {most / asked:.2f} times held"
        )


def _held(projection: Projection, keep: Keep, draws: int) -> tuple[int, int]:
    tracemalloc.start()
    found = simulate(projection, Asked(draws=draws), keep=keep)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most, found.values.nbytes


if __name__ == "__main__":
    main()
