"""Simulate: the figures of many draws, block by block, until they are enough or somebody stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.economy.projecting import BALANCE_TOLERANCE, DoesNotBalance, Projection
from leftshift.economy.uncertainty.drawing import Drawing
from leftshift.economy.uncertainty.outputs import Keep, Output, Outputs
from leftshift.economy.uncertainty.program import Program
from leftshift.economy.uncertainty.streams import BLOCK, Method, Streams, block_count
from leftshift.foundation.years import FinancialYear
from leftshift.place.schema import catalogue


class NothingUncertain(ValueError):
    """A place that says of nothing how uncertain it is."""


class Stopped(Exception):
    """Somebody stopped a simulation."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a simulation; what is left out stands in simulation.toml.

    ``until_stable`` ends it at the first block after which the interval of the headline figure is stable; ``draws``
    is then the most.
    """

    draws: int = field(default_factory=lambda: int(usual("draws")))
    seed: int = field(default_factory=lambda: int(usual("seed")))
    method: Method = "sobol"
    until_stable: bool = False

    def __post_init__(self) -> None:
        if self.draws < 1:
            raise ValueError(f"a simulation has at least one draw, not {self.draws}")


@dataclass(frozen=True)
class Step:
    """Where a simulation stands after a block: the ends and the middle of the headline interval, £000."""

    draws: int
    ends: tuple[float, ...]
    is_stable: bool


def usual(name: str) -> Any:
    """How a simulation is made where nobody says otherwise."""
    return catalogue("simulation")[name]["value"]


@dataclass(frozen=True)
class Simulation:
    """The figures of every draw [row, year, draw], £000, and how they came to be."""

    projection: Projection
    outputs: Outputs
    asked: Asked
    values: Floats
    steps: tuple[Step, ...]

    @property
    def draws(self) -> int:
        """How many draws were made."""
        return int(self.values.shape[2])

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        """The base year and every year of the plan."""
        return self.projection.economy.years

    @property
    def is_stable(self) -> bool:
        """Whether the interval of the headline figure was stable at the end."""
        return bool(self.steps) and self.steps[-1].is_stable

    def of(self, output: Output) -> Floats:
        """A figure in every year and draw [year, draw]; raises KeyError."""
        found: Floats = self.values[self.outputs.row[output]]
        return found

    def percentiles(self, output: Output, percent: tuple[float, ...]) -> Floats:
        """Percentiles of a figure by year [percent, year]."""
        found: Floats = np.percentile(self.of(output), percent, axis=1)
        return found

    def planned(self, output: Output) -> Floats:
        """The figure of the deterministic run by year [year]."""
        economy = self.projection.economy
        found: Floats = Outputs(economy, self.outputs.keep).planned(self.projection)[self.outputs.row[output]]
        return found

    def balances(self, output: Output) -> Floats:
        """The share of draws in which a position is no deficit, to the pound, by year [year]."""
        found: Floats = (self.of(output) >= -BALANCE_TOLERANCE).mean(axis=1)
        return found

    def exceedance(self, output: Output, year: int, points: int = 101) -> tuple[Floats, Floats]:
        """Values of a figure in a year, and the share of draws in which it is at least so much."""
        reached = np.linspace(0.0, 1.0, points)
        return np.quantile(self.of(output)[year], 1.0 - reached), reached

    @cached_property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that were drawn."""
        return tuple(sorted(row.quantity for row in self.projection.economy.place.uncertainty))


def simulate(
    projection: Projection,
    asked: Asked,
    *,
    keep: Keep = "figures",
    workers: int = 1,
    report: Callable[[Step, int], None] | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Simulation:
    """Work out the figures of draws; the same for any number of workers.

    ``report`` is told after every block where it stands and how many draws there will be at most. Raises
    NothingUncertain, DrawOutOfRange, TooManyQuantities, and Stopped when ``is_stopped`` says so.
    """
    place = projection.economy.place
    if not place.uncertainty:
        raise NothingUncertain(
            "nothing in this place is uncertain: say in uncertainty.csv what is, and how much"
        )
    outputs = Outputs(projection.economy, keep)
    names = tuple(sorted(row.quantity for row in place.uncertainty))
    drawing = Drawing(place, Streams(asked.seed, names, asked.method))
    program = Program(projection, outputs)
    values = np.empty((len(outputs.labels), len(projection.economy.years), asked.draws))
    watching = _Watching(outputs)
    steps: list[Step] = []
    for block, found in enumerate(_blocks(drawing, program, asked.draws, workers)):
        if is_stopped():
            raise Stopped("the simulation was stopped; nothing was kept")
        first = block * BLOCK
        last = min(first + BLOCK, asked.draws)
        values[:, :, first:last] = found
        _assert_balance(outputs, found)
        steps.append(watching.step(values[:, :, :last], steps))
        if report is not None:
            report(steps[-1], asked.draws)
        if asked.until_stable and steps[-1].is_stable:
            break
    return Simulation(projection, outputs, asked, values[:, :, : steps[-1].draws], tuple(steps))


def _blocks(drawing: Drawing, program: Program, draws: int, workers: int) -> Iterator[Floats]:
    """The figures of every block, in order; at most as many are in hand as there are workers."""

    def figures(block: int) -> Floats:
        kept = min(BLOCK, draws - block * BLOCK)
        return program.run({name: line[:kept] for name, line in drawing.block(block).items()})

    if workers <= 1:
        yield from (figures(block) for block in range(block_count(draws)))
        return
    with _pool(workers) as pool:
        waiting: list[Future[Floats]] = []
        for block in range(block_count(draws)):
            waiting.append(pool.submit(figures, block))
            if len(waiting) > workers:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()


@contextmanager
def _pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Workers that do not finish what is queued when nobody wants it any more."""
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Watching:
    """Says after each block how far the interval of the headline figure still moves."""

    def __init__(self, outputs: Outputs) -> None:
        self._row = outputs.row.get(Output("perimeter"))
        self._interval = tuple(usual("interval"))
        self._share, self._blocks = float(usual("stable")) / 100, int(usual("stable_blocks"))

    def step(self, values: Floats, before: list[Step]) -> Step:
        """Where it stands, given the figures of all draws so far."""
        draws = values.shape[2]
        if self._row is None:
            return Step(draws, (), False)
        ends = tuple(float(end) for end in np.percentile(values[self._row, -1], self._interval))
        return Step(draws, ends, self._is_stable([*(step.ends for step in before), ends]))

    def _is_stable(self, ends: list[tuple[float, ...]]) -> bool:
        last = np.array(ends[-self._blocks - 1 :])
        if len(last) <= self._blocks:
            return False
        moved = np.abs(np.diff(last, axis=0)).max()
        return bool(moved <= self._share * (last[-1].max() - last[-1].min()))


def _assert_balance(outputs: Outputs, found: Floats) -> None:
    """In every draw the positions of all bodies sum to nought."""
    if outputs.keep != "figures":
        return
    count = len(outputs.economy.nodes)
    for positions in (found[:count], found[count : 2 * count]):
        allowed = BALANCE_TOLERANCE + 1e-12 * np.abs(positions).sum(axis=0)
        off = np.abs(positions.sum(axis=0))
        if not (off <= allowed).all():
            raise DoesNotBalance(
                f"in a draw, the positions of all bodies sum to {off.max():g} (£000) and not to nought"
            )


def document(simulation: Simulation, names: Mapping[str, str]) -> dict[str, Any]:
    """The intervals and chances of a simulation as plain values; ``names`` are of the organisations."""
    interval = tuple(usual("interval"))
    years = [year.label for year in simulation.years]

    def by_year(values: Floats) -> dict[str, float]:
        return dict(zip(years, values.tolist(), strict=True))

    intervals = {}
    for figure, output, sign in figures_of(simulation.outputs, tuple(names)):
        found = simulation.percentiles(output, interval) * sign
        ends = found[::-1] if sign < 0 else found
        intervals[figure] = {
            year: {f"p{percent:02d}": float(value) for percent, value in zip(interval, column, strict=True)}
            for year, column in zip(years, ends.T, strict=True)
        }
    perimeter = {"perimeter": by_year(simulation.balances(Output("perimeter")))}
    return {
        "draws": simulation.draws,
        "seed": simulation.asked.seed,
        "method": simulation.asked.method,
        "quantities": list(simulation.quantities),
        "stable": simulation.is_stable,
        "convergence": [
            {
                "draws": step.draws,
                **dict(zip((f"p{percent:02d}" for percent in interval), step.ends, strict=True)),
            }
            for step in simulation.steps
        ],
        "intervals": intervals,
        "probability_of_balance": perimeter
        | {code: by_year(simulation.balances(Output("position", code))) for code in names},
    }


def figures_of(outputs: Outputs, codes: tuple[str, ...]) -> list[tuple[str, Output, float]]:
    """Every figure that people ask for: its name, the output it is, and its sign."""
    found = [
        ("gap", Output("perimeter_do_nothing"), -1.0),
        ("position", Output("perimeter"), 1.0),
        ("do_nothing_position", Output("perimeter_do_nothing"), 1.0),
    ]
    found += [(f"position.{code}", Output("position", code), 1.0) for code in codes]
    found += [(f"do_nothing_position.{code}", Output("do_nothing", code), 1.0) for code in codes]
    steps = [label for label in outputs.labels if label.kind == "step"]
    return found + [(f"bridge.{label.name}", label, 1.0) for label in steps]
