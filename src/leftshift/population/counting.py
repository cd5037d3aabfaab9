"""The counts of an area as a place gives them: bands, years, and people of both sexes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from leftshift.foundation.ages import AgeBand
from leftshift.place.capacity_rows import People

Floats = NDArray[np.float64]


class BandNotGiven(ValueError):
    """A band that cannot be put together from the bands of an area."""


@dataclass(frozen=True)
class Counts:
    """The rows of one area that passed its checks: every band in every year that any row gives."""

    area: str
    rows: tuple[People, ...]

    @cached_property
    def bands(self) -> tuple[AgeBand, ...]:
        """The bands, from the youngest."""
        return tuple(sorted({row.age_band for row in self.rows}, key=lambda band: band.first))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The calendar years in which the given financial years start."""
        return tuple(sorted({row.year.starts for row in self.rows}))

    @cached_property
    def people(self) -> Floats:
        """People of both sexes [band, given year]."""
        found = np.zeros((len(self.bands), len(self.years)))
        for row in sorted(self.rows, key=lambda row: row.sex):
            found[self.bands.index(row.age_band), self.years.index(row.year.starts)] += float(row.people)
        return found


def counts_by_area(rows: Iterable[People]) -> dict[str, Counts]:
    """Area to its counts, areas in order of their name."""
    found: dict[str, list[People]] = {}
    for row in rows:
        found.setdefault(row.area, []).append(row)
    return {area: Counts(area, tuple(found[area])) for area in sorted(found)}


def parts_of(band: AgeBand, bands: Iterable[AgeBand]) -> tuple[AgeBand, ...]:
    """The bands that together are the wanted one, the narrowest where several begin alike. Raises BandNotGiven."""
    held = sorted(
        (other for other in bands if band.holds(other)),
        key=lambda other: (other.first, other.last is None, other.width or 0),
    )
    narrowest = {other.first: other for other in reversed(held)}
    parts: list[AgeBand] = []
    at: int | None = band.first
    while at is not None and (band.last is None or at <= band.last):
        if at not in narrowest:
            raise BandNotGiven(f"no band begins at age {at}")
        parts.append(narrowest[at])
        at = None if narrowest[at].last is None else parts[-1].first + (parts[-1].width or 0)
    return tuple(parts)
