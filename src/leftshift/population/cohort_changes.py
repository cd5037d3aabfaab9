"""Project people by cohort-change ratios: whoever is in a band moves up one band in as many years as it is wide.

The method of Hamilton and Perry (1962): the ratio of a band to the band below it one step before holds what death and migration
did, and is taken to hold on; the youngest follow the adults by the child-adult ratio of the last count.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import numpy as np

from leftshift.foundation.ages import AgeBand
from leftshift.population.counting import BandNotGiven, Counts, Floats, parts_of


@cache
def parameters() -> Mapping[str, Any]:
    """Name to value, meaning, source and date."""
    text = resources.files("leftshift.population").joinpath("parameters.toml").read_text("utf-8")
    return tomllib.loads(text)


def adults() -> AgeBand:
    """The ages to whom the youngest are held."""
    return AgeBand(
        int(parameters()["first_age_of_adults"]["value"]), int(parameters()["last_age_of_adults"]["value"])
    )


def unmet_needs(counts: Counts) -> Iterator[str]:
    """What the method needs and an area lacks, each as what is expected."""
    first, top = counts.bands[0], counts.bands[-1]
    width = first.width
    if width is None or first.first != 0 or top.last is not None:
        yield "bands from age 0 up to one that is open at the top, such as 85+"
        return
    if any(band.width != width for band in counts.bands[:-1]) or _have_gaps(counts.bands):
        yield f"bands that are all as wide as the first, {width} years, without a gap"
        return
    if counts.years[-1] - width not in counts.years:
        yield f"a count {width} years before the last one, for that is how wide the bands are"
    elif (_before(counts, width) == 0).any():
        yield "somebody in every band that people move up from"
    try:
        if _people_in(counts, adults(), counts.people[:, -1]) == 0:
            yield f"somebody aged {adults()}"
    except BandNotGiven:
        yield f"bands that make up the ages {adults()}, by which children are projected"


def _have_gaps(bands: tuple[AgeBand, ...]) -> bool:
    return any(low.first + (low.width or 0) != high.first for low, high in pairwise(bands))


@dataclass(frozen=True)
class _Ratios:
    """Cohort-change ratios [band above the first], children to adults, and who moves into the top band."""

    upwards: Floats
    children: float


def project_cohorts(counts: Counts, last: int) -> tuple[tuple[int, ...], Floats]:
    """Years after the last count, in steps of the width of a band, and people [band, step], until ``last`` is reached.

    The counts meet every need that ``unmet_needs`` names.
    """
    width = counts.bands[0].width
    assert width is not None
    before, now = _before(counts, width), counts.people[:, -1]
    ratios = _Ratios(now[1:] / before, float(now[0]) / _people_in(counts, adults(), now))
    years, steps = [], []
    year = counts.years[-1]
    while year < last:
        year, now = year + width, _moved_up(counts, ratios, now)
        years.append(year)
        steps.append(now)
    return tuple(years), np.array(steps).T.reshape(len(counts.bands), len(steps))


def _before(counts: Counts, width: int) -> Floats:
    """Who moved into each band above the first, one step before the last count [band above the first]."""
    return _movers(counts.people[:, counts.years.index(counts.years[-1] - width)])


def _movers(people: Floats) -> Floats:
    """Who moves into each band above the first: those below it, and into the top also those in it."""
    found = people[:-1].copy()
    found[-1] += people[-1]
    return found


def _moved_up(counts: Counts, ratios: _Ratios, now: Floats) -> Floats:
    older = _movers(now) * ratios.upwards
    following: Floats = np.concatenate([[0.0], older])
    following[0] = ratios.children * _people_in(counts, adults(), following)
    return following


def _people_in(counts: Counts, band: AgeBand, people: Floats) -> float:
    return float(sum(people[counts.bands.index(part)] for part in parts_of(band, counts.bands)))
