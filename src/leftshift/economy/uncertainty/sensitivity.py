"""What matters: each quantity moved alone (a tornado), and its share in how far a figure varies (Sobol indices)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.economy.projecting import Projection
from leftshift.economy.uncertainty.distributions import quantile
from leftshift.economy.uncertainty.drawing import Drawing, Values, rank_correlations
from leftshift.economy.uncertainty.figures import usual
from leftshift.economy.uncertainty.outputs import Output, Outputs
from leftshift.economy.uncertainty.program import Program
from leftshift.economy.uncertainty.simulating import NothingUncertain, Stopped
from leftshift.economy.uncertainty.streams import Method, Streams, block_count
from leftshift.place.rows import Uncertainty
from leftshift.place.uncertain import in_words, target_words

Report = Callable[[int, int], None]
_AGAIN = " again"  # no quantity's name has a space: the streams of a second, independent sample


@dataclass(frozen=True)
class Bar:
    """A figure with one quantity at the low and at the high end of its interval, all else as planned, £000."""

    quantity: Uncertainty
    ends: tuple[float, float]  # of the quantity, in its own unit
    figures: tuple[float, float]

    @property
    def swing(self) -> float:
        """How far the figure moves from one end to the other."""
        return self.figures[1] - self.figures[0]


@dataclass(frozen=True)
class Share:
    """The share of a figure's variance that some quantities have, with its own interval.

    ``first`` by themselves, ``total`` with all that they do together with others. Quantities that are correlated
    have one share together, for their variances cannot be told apart.
    """

    quantities: tuple[str, ...]
    first: float
    first_interval: tuple[float, float]
    total: float
    total_interval: tuple[float, float]


@dataclass(frozen=True)
class Sensitivity:
    """What moves a position of a year: bars widest first, shares largest first (none where they were not asked for)."""

    projection: Projection
    output: Output
    year: int
    bars: tuple[Bar, ...]
    shares: tuple[Share, ...]

    def document(self) -> dict[str, Any]:
        """The same as plain values."""
        return _document(self)


def _document(found: Sensitivity) -> dict[str, Any]:
    projection, output, year = found.projection, found.output, found.year
    place = projection.economy.place
    outputs = Outputs(projection.economy)
    return {
        "place": place.code,
        "perimeter": place.perimeter,
        "organisation": output.name,
        "year": projection.economy.years[year].label,
        "unit": "£000",
        "position": float(outputs.planned(projection)[outputs.row[output], year]),
        "tornado": [
            {
                "quantity": bar.quantity.quantity,
                "distribution": in_words(bar.quantity),
                "moves": target_words(bar.quantity),
                "low": bar.ends[0],
                "high": bar.ends[1],
                "position_at_low": bar.figures[0],
                "position_at_high": bar.figures[1],
                "source": bar.quantity.source,
                "basis": bar.quantity.basis,
            }
            for bar in found.bars
        ],
        "shares_of_variance": [
            {
                "quantities": list(share.quantities),
                "first": share.first,
                "first_interval": list(share.first_interval),
                "total": share.total,
                "total_interval": list(share.total_interval),
            }
            for share in found.shares
        ],
    }


def tornado(projection: Projection, output: Output, year: int) -> tuple[Bar, ...]:
    """The quantities by how far each moves a figure of a year, widest first; raises NothingUncertain."""
    rows = _rows(projection)
    program = Program(projection, Outputs(projection.economy))
    row = program.outputs.row[output]
    ends = np.array([usual("interval")[0], usual("interval")[-1]]) / 100
    found = []
    for entry in rows:
        values = quantile(entry, ends)
        figures = program.run({entry.quantity: values})[row, year]
        found.append(Bar(entry, (float(values[0]), float(values[1])), (float(figures[0]), float(figures[1]))))
    return tuple(sorted(found, key=lambda bar: (-abs(bar.swing), bar.quantity.quantity)))


def shares_of_variance(
    projection: Projection,
    output: Output,
    year: int,
    *,
    draws: int | None = None,
    seed: int | None = None,
    method: Method = "sobol",
    report: Report | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> tuple[Share, ...]:
    """First and total Sobol indices of a figure of a year, largest total first.

    ``draws`` is the size of each of the samples, rounded up to whole blocks. Raises NothingUncertain,
    DrawOutOfRange and Stopped.
    """
    if draws is not None and draws < 1:
        raise ValueError(f"shares of variance need at least one draw, not {draws}")
    rows = _rows(projection)
    names = tuple(row.quantity for row in rows)
    place = projection.economy.place
    bound = [group for group, _ in rank_correlations(place)]
    loose = {name for group in bound for name in group}
    groups = [*bound, *((name,) for name in names if name not in loose)]
    chosen = int(usual("seed")) if seed is None else seed
    streams = Streams(chosen, (*names, *(name + _AGAIN for name in names)), method)
    program = Program(projection, Outputs(projection.economy))
    samples = Drawing(place, streams), Drawing(place, streams, _AGAIN)
    sampling = _Sampling(*samples, program, program.outputs.row[output], year)
    blocks = block_count(usual("draws_of_shares") if draws is None else draws)
    figures: list[Floats] = []
    for block in range(blocks):
        if is_stopped():
            raise Stopped("it was stopped; nothing was kept")
        figures.append(sampling.block(block, groups))
        if report is not None:
            report(block + 1, blocks)
    return _with_intervals(groups, np.concatenate(figures, axis=1), chosen)


def _rows(projection: Projection) -> list[Uncertainty]:
    rows = sorted(projection.economy.place.uncertainty, key=lambda row: row.quantity)
    if not rows:
        raise NothingUncertain(
            "nothing in this place is uncertain: say in uncertainty.csv what is, and how much"
        )
    return rows


@dataclass(frozen=True)
class _Sampling:
    """Two independent samples, and the first with one group of quantities at a time from the second."""

    one: Drawing
    other: Drawing
    program: Program
    row: int
    year: int

    def block(self, block: int, groups: list[tuple[str, ...]]) -> Floats:
        """The figure in both samples, then with each group exchanged [sample, draw]."""
        one, other = self.one.block(block), self.other.block(block)
        exchanged = [{**one, **{name: other[name] for name in group}} for group in groups]
        return np.array([self._figure(values) for values in (one, other, *exchanged)])

    def _figure(self, values: Values) -> Floats:
        found: Floats = self.program.run(values)[self.row, self.year]
        return found


def _with_intervals(groups: list[tuple[str, ...]], figures: Floats, seed: int) -> tuple[Share, ...]:
    """The indices, and how far they move when the draws are drawn again from among themselves."""
    first, total = sobol_indices(figures)
    numbers = np.random.Generator(np.random.Philox(key=seed))
    draws = figures.shape[1]
    again = np.array(
        [sobol_indices(figures[:, numbers.integers(0, draws, draws)]) for _ in range(int(usual("resamples")))]
    )
    ends = np.percentile(again, (usual("interval")[0], usual("interval")[-1]), axis=0)
    shares = [
        Share(
            group,
            float(first[at]),
            (float(ends[0, 0, at]), float(ends[1, 0, at])),
            float(total[at]),
            (float(ends[0, 1, at]), float(ends[1, 1, at])),
        )
        for at, group in enumerate(groups)
    ]
    return tuple(sorted(shares, key=lambda share: (-share.total, share.quantities)))


def sobol_indices(figures: Floats) -> tuple[Floats, Floats]:
    """First and total indices [group] of a function, given its values in two samples and in the mixed ones [sample, draw].

    First by Saltelli and others (2010), total by Jansen (1999). A function that never varies has no shares: nought.
    """
    one, other, mixed = figures[0], figures[1], figures[2:]
    both = figures[:2]
    variance = float(both.var())
    if variance == 0.0:
        return np.zeros(len(mixed)), np.zeros(len(mixed))
    first = ((other - both.mean()) * (mixed - one)).mean(axis=1) / variance
    total = ((one - mixed) ** 2).mean(axis=1) / (2 * variance)
    return first, total
