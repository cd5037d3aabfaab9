"""Whether beds suffice on a day: the chance that no more people lie in beds than there are.

People come and go at random around the mean of the season, so how many lie there on a day is Poisson of that mean (the
number in a system of unlimited places with arrivals at random, whatever the stays). What is uncertain of the plan
itself comes from its draws; the chance is the mean over draws and over the days of the year.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from leftshift.capacity.activity.projecting import Plan
from leftshift.capacity.beds.needing import Beds, Pool
from leftshift.capacity.beds.seasons import DAYS, monthly_factors
from leftshift.capacity.parameters import parameter
from leftshift.economy.arrays import Floats
from leftshift.economy.uncertainty.drawing import Drawing
from leftshift.economy.uncertainty.drawn import DrawOutOfRange
from leftshift.economy.uncertainty.figures import usual
from leftshift.economy.uncertainty.streams import BLOCK, Method, Streams, block_count
from leftshift.place.place import Place

_A_HAIR = 1e-9  # of a bed


class Stopped(Exception):
    """Somebody stopped the draws."""


@dataclass(frozen=True)
class Sufficing:
    """By year and pool: the chance that beds suffice on a day and in the fullest month, and the beds needed.

    suffice and in_peak_month [year, pool], 0 to 1, NaN where nobody says how many beds are open; needed
    [percentile, year, pool] with the percentiles of ``percents``.
    """

    pools: tuple[Pool, ...]
    draws: int
    seed: int
    percents: tuple[float, ...]
    suffice: Floats
    in_peak_month: Floats
    needed: Floats

    def document(self, years: tuple[Any, ...]) -> list[dict[str, Any]]:
        """As plain values, a row for each pool and year."""
        return [
            {
                "organisation": pool.provider,
                "bed_type": pool.bed_type,
                "year": str(year),
                "probability": _plain(self.suffice[at, number]),
                "probability_in_peak_month": _plain(self.in_peak_month[at, number]),
                **{
                    f"p{percent:02g}": float(self.needed[p, at, number])
                    for p, percent in enumerate(self.percents)
                },
            }
            for number, pool in enumerate(self.pools)
            for at, year in enumerate(years)
        ]


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def sufficing(
    plan: Plan,
    *,
    draws: int | None = None,
    seed: int | None = None,
    method: Method = "sobol",
    report: Callable[[int, int], None] | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Sufficing:
    """The chance that beds suffice, from draws of what ``uncertainty.csv`` says is uncertain; without it, of the plan.

    The same seed gives the same draws as a simulation of the money. Raises DrawOutOfRange, and Stopped when
    ``is_stopped`` says so.
    """
    place = plan.place
    count = (draws or int(usual("draws"))) if place.uncertainty else 1
    start = int(usual("seed")) if seed is None else seed
    streams = Streams(start, tuple(row.quantity for row in place.uncertainty), method)
    drawing = Drawing(place, streams)
    parts = []
    for block in range(block_count(count)):
        if is_stopped():
            raise Stopped
        size = min(BLOCK, count - block * BLOCK)
        values = (
            {name: found[:size] for name, found in drawing.block(block).items()}
            if place.uncertainty
            else None
        )
        beds = _sound(Beds(plan, plan.levels(values, size)))
        parts.append((_chances(beds), beds.needed))
        if report:
            report(min(count, (block + 1) * BLOCK), count)
    return _summary(plan, parts, count, start)


def _sound(beds: Beds) -> Beds:
    """The beds of some draws, unless a draw takes more away than there is: the words say of which."""
    below = (beds.needed < -_A_HAIR).any(axis=(0, 2))
    if below.any():
        pool = beds.pools[int(np.argmax(below))]
        raise DrawOutOfRange(
            f"in a draw more is taken from the {pool.bed_type.replace('_', ' ')} beds of {pool.provider} than there is: lower what "
            "interventions take, or by how much their delivery may exceed the plan"
        )
    return beds


def _summary(
    plan: Plan, parts: list[tuple[tuple[Floats, Floats], Floats]], draws: int, seed: int
) -> Sufficing:
    pools = Beds(plan, plan.levels()).pools
    needed = np.concatenate([beds for _, beds in parts], axis=2)
    means = [np.concatenate([chances[side] for chances, _ in parts], axis=2).mean(axis=2) for side in (0, 1)]
    percents = tuple(usual("interval"))
    return Sufficing(
        pools, draws, seed, percents, means[0], means[1], np.percentile(needed, percents, axis=2)
    )


def _chances(beds: Beds) -> tuple[Floats, Floats]:
    """The chance on a day of the year, and on one of its fullest month [year, pool, draw]."""
    whole = np.full(beds.needed.shape, np.nan)
    fullest = whole.copy()
    for at, pool in enumerate(beds.pools):
        if beds.counted[at]:
            lying = beds.needed[:, at] * (beds.days_of_a_bed[at] / parameter("days_in_year"))
            by_month = _by_month(beds.place, pool, lying, beds.open[:, at])
            whole[:, at] = np.average(by_month, axis=0, weights=DAYS)
            fullest[:, at] = by_month[int(np.argmax(monthly_factors(beds.place, pool.bed_type)))]
    return whole, fullest


def _by_month(place: Place, pool: Pool, lying: Floats, available: Floats) -> Floats:
    """The chance in each month [month, year, draw], for the mean number of people lying [year, draw]."""
    from scipy.special import pdtr

    means = monthly_factors(place, pool.bed_type)[:, None, None] * np.maximum(lying, 0.0)[None]
    found: Floats = pdtr(np.floor(available)[None, :, None], means)
    return found
