"""Directly standardised rates, out of observations by age."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from leftshift.foundation.periods import Period
from leftshift.measures.age_bands import standard_bands
from leftshift.measures.definitions import Definitions
from leftshift.measures.series import Point
from leftshift.measures.statistics.standardising import standardise_directly
from leftshift.place.measure_rows import ObservationByAge
from leftshift.place.place import Place

Cell = tuple[str, str, str, Period]  # measure, whose, version, period


def standardised_points(place: Place, definitions: Mapping[str, Definitions]) -> Iterator[tuple[Cell, Point]]:
    """Every directly standardised rate: a band that is not there has nobody observed in it, and withholds the rate."""
    cells = _latest(place, definitions)
    together: dict[float, list[tuple[Cell, dict[str, ObservationByAge]]]] = {}
    for cell, bands in cells.items():
        definition = definitions[cell[0]].named(cell[2])
        assert definition is not None
        together.setdefault(definition.multiplier, []).append((cell, bands))
    for multiplier, batch in together.items():
        yield from _rates(multiplier, batch)


def _latest(
    place: Place, definitions: Mapping[str, Definitions]
) -> Mapping[Cell, dict[str, ObservationByAge]]:
    """Cell to its bands, of each the highest revision."""
    found: dict[Cell, dict[str, ObservationByAge]] = {}
    for row in sorted(place.observations_by_age, key=lambda row: row.revision):
        version = row.version or definitions[row.measure].in_force(row.period).version
        found.setdefault((row.measure, row.of, version, row.period), {})[str(row.age_band)] = row
    return found


def _rates(
    multiplier: float, batch: list[tuple[Cell, dict[str, ObservationByAge]]]
) -> Iterator[tuple[Cell, Point]]:
    bands = standard_bands()
    counts = np.array([[_number(found, band, "numerator") for band in bands] for _, found in batch])
    people = np.array([[_number(found, band, "denominator") for band in bands] for _, found in batch])
    made = standardise_directly(counts, people, multiplier=multiplier)
    methods, reasons = made.methods, made.reasons
    for at, (cell, found) in enumerate(batch):
        is_there = not reasons[at]
        yield (
            cell,
            Point(
                period=cell[3],
                version=cell[2],
                value=float(made.value[at]) if is_there else None,
                lower=float(made.lower[at]) if is_there else None,
                upper=float(made.upper[at]) if is_there else None,
                numerator=float(np.nansum(counts[at])),
                denominator=float(np.nansum(people[at])),
                method=str(methods[at]),
                withheld=str(reasons[at]),
                provisional=any(row.provisional for row in found.values()),
                revision=max(row.revision for row in found.values()),
                origins=tuple(row.origin for row in found.values()),
            ),
        )


def _number(found: Mapping[str, ObservationByAge], band: str, column: str) -> float:
    return float(getattr(found[band], column)) if band in found else float("nan")
