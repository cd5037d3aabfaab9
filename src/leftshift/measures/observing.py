"""From observations to series: the revision that counts, values and intervals of all at once, and wholes added up from their parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import isclose, isnan, nan
from typing import Final

import numpy as np

from leftshift.foundation.periods import Period
from leftshift.foundation.sources import Origin
from leftshift.measures.bodies import Bodies
from leftshift.measures.definitions import Definition, Definitions, definitions_of
from leftshift.measures.series import Key, Point, Series
from leftshift.place.measure_rows import Observation
from leftshift.place.place import Place

CONFIDENCE: Final = 0.95
AS_PUBLISHED: Final = "as published"
_Cell = tuple[str, str, str, Period]  # measure, whose, version, period


@dataclass(frozen=True, slots=True)
class _Raw:
    """What was observed in one cell, before its value is worked out."""

    numerator: float | None
    denominator: float | None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    deviation: float | None = None
    provisional: bool = False
    revision: int = 0
    first: _Raw | None = None
    summed_from: int = 0
    origins: tuple[Origin, ...] = ()


def observe(place: Place, as_of: date) -> Mapping[Key, Series]:
    """Every series of a sound place as it stood on a day: figures that were not there yet are left out."""
    definitions = definitions_of(place)
    cells = _cells(place, definitions, as_of)
    _add_up(place, definitions, cells)
    points = _points(definitions, cells)
    for cell, point in _standardised(place, definitions):
        if point.period.end <= as_of:
            points.setdefault(cell, point)
    return _series(place, definitions, points)


def _cells(place: Place, definitions: Mapping[str, Definitions], as_of: date) -> dict[_Cell, _Raw]:
    revisions: dict[_Cell, list[Observation]] = {}
    for row in place.observations:
        if _is_known(row, as_of):
            version = row.version or definitions[row.measure].in_force(row.period).version
            revisions.setdefault((row.measure, row.of, version, row.period), []).append(row)
    return {cell: _latest(rows) for cell, rows in revisions.items()}


def _is_known(row: Observation, as_of: date) -> bool:
    """Whether a figure was there on a day: since its release, or, where that is not said, since its period was over."""
    return (row.released or row.period.end) <= as_of


def _latest(rows: Sequence[Observation]) -> _Raw:
    """The highest revision, with the first that was published behind it."""
    in_order = sorted(rows, key=lambda row: row.revision)
    found = _raw(in_order[-1])
    if len(in_order) == 1:
        return found
    origins = tuple(row.origin for row in reversed(in_order))
    return replace(found, first=_raw(in_order[0]), origins=origins)


def _raw(row: Observation) -> _Raw:
    return _Raw(
        numerator=_float(row.numerator),
        denominator=_float(row.denominator),
        value=_float(row.value),
        lower=_float(row.lower),
        upper=_float(row.upper),
        deviation=_float(row.deviation),
        provisional=row.provisional,
        revision=row.revision,
        origins=(row.origin,),
    )


def _float(number: Decimal | None) -> float | None:
    return None if number is None else float(number)


def _add_up(place: Place, definitions: Mapping[str, Definitions], cells: dict[_Cell, _Raw]) -> None:
    """Wholes that have no figure of their own, from their parts: where every part has one that may be added."""
    bodies = Bodies(place)
    by_series: dict[tuple[str, str, str], dict[Period, _Raw]] = {}
    for (measure, of, version, period), raw in cells.items():
        by_series.setdefault((measure, version, of), {})[period] = raw
    for whole in bodies.wholes:
        for measure, found in definitions.items():
            for definition in found.versions:
                if definition.kind.adds_up:
                    parts = [
                        by_series.get((measure, definition.version, part), {}) for part in bodies.parts(whole)
                    ]
                    own = by_series.setdefault((measure, definition.version, whole), {})
                    for period, raw in _sums(definition, parts):
                        if period not in own:
                            own[period] = cells[measure, whole, definition.version, period] = raw


def _sums(definition: Definition, parts: Sequence[Mapping[Period, _Raw]]) -> Iterator[tuple[Period, _Raw]]:
    if not parts:
        return
    for period in set.intersection(*(set(part) for part in parts)):
        found = [part[period] for part in parts]
        if all(_may_be_added(definition, raw) for raw in found):
            denominators = [raw.denominator for raw in found if raw.denominator is not None]
            yield (
                period,
                _Raw(
                    numerator=sum(raw.numerator or 0.0 for raw in found),
                    denominator=sum(denominators) if len(denominators) == len(found) else None,
                    provisional=any(raw.provisional for raw in found),
                    summed_from=len(found),
                    origins=tuple(origin for raw in found for origin in raw.origins),
                ),
            )


def _may_be_added(definition: Definition, raw: _Raw) -> bool:
    return raw.numerator is not None and (
        raw.denominator is not None or not definition.kind.needs_denominator
    )


def _points(definitions: Mapping[str, Definitions], cells: Mapping[_Cell, _Raw]) -> dict[_Cell, Point]:
    """Every cell with its value and interval, those of one kind and multiplier worked out together."""
    together: dict[str, list[tuple[_Cell, _Raw, Definition]]] = {}
    for cell, raw in cells.items():
        definition = definitions[cell[0]].named(cell[2])
        assert definition is not None
        together.setdefault(definition.kind.name, []).append((cell, raw, definition))
    found: dict[_Cell, Point] = {}
    for batch in together.values():
        found.update(_estimated(batch))
    return found


def _estimated(batch: Sequence[tuple[_Cell, _Raw, Definition]]) -> Iterator[tuple[_Cell, Point]]:
    from leftshift.measures.statistics.intervals import (
        estimate,  # SciPy loads when there is something to work out
    )

    kind = batch[0][2].kind

    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([nan if (x := getattr(raw, name)) is None else x for _, raw, _ in batch])

    numerator, denominator = column("numerator"), column("denominator")
    multiplier = np.array([definition.multiplier for *_, definition in batch])
    made = estimate(
        kind.estimate or "rate",
        numerator,
        denominator if kind.needs_denominator else None,
        multiplier=multiplier,
        confidence=CONFIDENCE,
        deviation=column("deviation"),
    )
    plain = numerator / np.where(denominator == 0, nan, denominator) * multiplier
    methods, reasons = made.methods, made.reasons
    for at, (cell, raw, definition) in enumerate(batch):
        value = _number(made.value[at])
        if value is None and reasons[at] in _VALUE_STANDS:
            value = _number(plain[at])
        interval: tuple[float | None, float | None] = (None, None)
        if definition.has_chance:
            interval = (_number(made.lower[at]), _number(made.upper[at]))
        first = _first(raw.first, raw, definition) if raw.first else None
        yield cell, _point(cell, raw, value, interval, str(methods[at]), str(reasons[at]), first)


_VALUE_STANDS: Final = ("one observation has no interval", "standard deviation is missing")
"""What leaves a mean without an interval, but not without a value."""


def _point(
    cell: _Cell,
    raw: _Raw,
    worked_out: float | None,
    interval: tuple[float | None, float | None],
    method: str,
    reason: str,
    first: float | None,
) -> Point:
    value = worked_out if raw.value is None else raw.value
    lower, upper = interval
    if raw.lower is not None and raw.upper is not None:
        lower, upper, method = raw.lower, raw.upper, AS_PUBLISHED
    return Point(
        period=cell[3],
        version=cell[2],
        value=value,
        lower=lower,
        upper=upper,
        numerator=raw.numerator,
        denominator=raw.denominator,
        method=method if lower is not None else "",
        withheld="" if value is not None else reason,
        provisional=raw.provisional,
        revision=raw.revision,
        revised_from=None if _is_same(first, value) else first,
        summed_from=raw.summed_from,
        origins=raw.origins,
    )


def _first(first: _Raw, last: _Raw, definition: Definition) -> float | None:
    """The value first published; where only counts were, what they come to."""
    if first.value is not None or first.numerator is None or definition.kind.by_age:
        return first.value
    denominator = last.denominator if first.denominator is None else first.denominator
    if not definition.kind.needs_denominator:
        return first.numerator * definition.multiplier
    return first.numerator / denominator * definition.multiplier if denominator else None


def _is_same(first: float | None, value: float | None) -> bool:
    """Whether two figures differ by no more than floating point adds."""
    return first == value or (
        first is not None and value is not None and isclose(first, value, rel_tol=1e-12)
    )


def _number(value: float) -> float | None:
    return None if isnan(value) else float(value)


def _standardised(place: Place, definitions: Mapping[str, Definitions]) -> Iterable[tuple[_Cell, Point]]:
    """Directly standardised rates, of observations by age."""
    if not place.observations_by_age:
        return ()
    from leftshift.measures.standardising_observations import standardised_points

    return standardised_points(place, definitions)


def _series(
    place: Place, definitions: Mapping[str, Definitions], points: Mapping[_Cell, Point]
) -> Mapping[Key, Series]:
    measures = {row.measure: row for row in place.measures}
    found: dict[Key, dict[str, list[Point]]] = {}
    for (measure, of, version, period), point in points.items():
        in_force = definitions[measure].in_force(period).version == version
        found.setdefault((measure, of), {}).setdefault("" if in_force else version, []).append(point)
    return {
        key: Series(
            measures[key[0]],
            key[1],
            definitions[key[0]],
            _in_order(versions.get("", [])),
            {version: _in_order(entries) for version, entries in sorted(versions.items()) if version},
        )
        for key, versions in sorted(found.items())
    }


def _in_order(points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple(sorted(points, key=lambda point: (point.period.end, point.period.first)))
