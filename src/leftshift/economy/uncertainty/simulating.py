"""Simulate: the figures of many draws, block by block, until they are enough or somebody stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.economy.projecting import BALANCE_TOLERANCE, DoesNotBalance, Projection
from leftshift.economy.result import Result
from leftshift.economy.uncertainty.drawing import Drawing
from leftshift.economy.uncertainty.figures import Figure, document, figure_named, figures_of, tables, usual
from leftshift.economy.uncertainty.outputs import Keep, Output, Outputs
from leftshift.economy.uncertainty.program import Program
from leftshift.economy.uncertainty.streams import BLOCK, Method, Streams, block_count
from leftshift.foundation.years import FinancialYear

if TYPE_CHECKING:
    import polars as pl


class NothingUncertain(ValueError):
    """A place that says of nothing how uncertain it is."""


class TooManyDraws(ValueError):
    """More draws than may be held at once; the words say how many may be."""


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

    @property
    def usual_percents(self) -> tuple[float, ...]:
        """The percentiles of the usual interval: its ends and the median."""
        return tuple(usual("interval"))

    def of(self, figure: Figure) -> Floats:
        """A figure in every year and draw [year, draw]."""
        found: Floats = self.values[self.outputs.row[figure.output]]
        return found if figure.sign == 1.0 else found * figure.sign

    def figure(self, name: str, organisation: str = "", item: str = "") -> Figure:
        """A figure by its name: gap, position, do_nothing_position or bridge; raises FigureNotKnown."""
        return figure_named(self.outputs, name, organisation, item)

    def percentiles(self, figure: Figure, percents: Sequence[float]) -> Floats:
        """Percentiles of a figure by year [percent, year]."""
        found: Floats = np.percentile(self.of(figure), percents, axis=1)
        return found

    def interval(
        self,
        name: str,
        year: FinancialYear | str,
        level: float = 0.9,
        *,
        organisation: str = "",
        item: str = "",
    ) -> tuple[float, float]:
        """The ends between which a figure lies in a share ``level`` of the draws, as many below as above; £000.

        Raises FigureNotKnown, YearNotInPlan, and ValueError for a level that is not between 0 and 1.
        """
        if not 0 < level < 1:
            raise ValueError(f"the level of an interval lies between 0 and 1, not at {level:g}")
        figure = self.figure(name, organisation, item)
        tail = (1 - level) / 2 * 100
        low, high = np.percentile(self.of(figure)[self._at(year)], (tail, 100 - tail))
        return float(low), float(high)

    def _at(self, year: FinancialYear | str) -> int:
        return Result(self.projection).at(year)

    def planned(self, figure: Figure) -> Floats:
        """The figure of the deterministic run by year [year]."""
        found: Floats = self._planned[self.outputs.row[figure.output]] * figure.sign
        return found

    @cached_property
    def _planned(self) -> Floats:
        return self.outputs.planned(self.projection)

    def balances(self, figure: Figure) -> Floats:
        """The share of draws in which a position is no deficit, to the pound, by year [year]."""
        found: Floats = (self.of(figure) >= -BALANCE_TOLERANCE).mean(axis=1)
        return found

    def chances(self) -> dict[str, Floats]:
        """``perimeter`` and each organisation to the share of draws in which it balances, by year [year]."""
        figures = [figure for figure in figures_of(self.outputs).values() if figure.name == "position"]
        return {figure.organisation or "perimeter": self.balances(figure) for figure in figures}

    def exceedance(self, figure: Figure, year: int, points: int = 101) -> tuple[Floats, Floats]:
        """Values of a figure in a year, rising, and the share of draws in which it is at least so much."""
        reached = np.linspace(1.0, 0.0, points)
        found: Floats = np.quantile(self.of(figure)[year], 1.0 - reached)
        return found, reached

    def document(self) -> dict[str, Any]:
        """Intervals, chances and convergence as plain values: what ``leftshift simulate --json`` prints."""
        return document(self)

    def tables(self) -> Mapping[str, pl.DataFrame]:
        """Intervals, chances of balance, exceedance and convergence as polars frames; amounts in £000."""
        return tables(self)

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
    NothingUncertain, DrawOutOfRange, TooManyQuantities, TooManyDraws, and Stopped when ``is_stopped`` says so.
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
    values = _room(len(outputs.labels), len(projection.economy.years), asked.draws)
    watching = _Watching(outputs)
    steps: list[Step] = []
    for last in _blocks(drawing, program, values, workers):
        if is_stopped():
            raise Stopped("the simulation was stopped; nothing was kept")
        _assert_balance(outputs, values[:, :, steps[-1].draws if steps else 0 : last])
        steps.append(watching.step(values[:, :, :last], steps))
        if report is not None:
            report(steps[-1], asked.draws)
        if asked.until_stable and steps[-1].is_stable:
            break
    return Simulation(projection, outputs, asked, values[:, :, : steps[-1].draws], tuple(steps))


def _room(rows: int, years: int, draws: int) -> Floats:
    """An array for the figures of all draws [row, year, draw]; raises TooManyDraws."""
    most = int(float(usual("largest_gigabytes")) * 1e9) // (8 * rows * years)
    if draws > most:
        raise TooManyDraws(f"{draws:,} draws of this place are too many to hold: at most {most:,}")
    return np.empty((rows, years, draws))


def _blocks(drawing: Drawing, program: Program, values: Floats, workers: int) -> Iterator[int]:
    """Fill in the figures block by block, in order, and tell after each how many draws are there.

    At most as many blocks are in hand as there are workers.
    """
    draws = values.shape[2]

    def fill(block: int) -> int:
        first = block * BLOCK
        last: int = min(first + BLOCK, draws)
        drawn = {name: line[: last - first] for name, line in drawing.block(block).items()}
        program.run(drawn, into=values[:, :, first:last])
        return last

    if workers <= 1:
        yield from map(fill, range(block_count(draws)))
        return
    with _pool(workers) as pool:
        waiting: list[Future[int]] = []
        for block in range(block_count(draws)):
            waiting.append(pool.submit(fill, block))
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
