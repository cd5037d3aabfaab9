"""Small numbers of measures that could point at a person: not shown, nor what would give them away by subtraction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from leftshift.foundation.periods import Period
from leftshift.measures.bodies import Bodies
from leftshift.measures.series import HIDDEN, Key, Point, Series
from leftshift.place.place import Place

MOST_LEVELS = 3
"""Parts, wholes and a whole of wholes: how deep the areas of a disclosive measure may lie in each other."""


def without_small_numbers(place: Place, series: Mapping[Key, Series]) -> Mapping[Key, Series]:
    """The same series; of measures marked disclosive, the figures that may not be shown have no value, and say why."""
    threshold = int(place.setting("small_numbers"))
    disclosive = [row.measure for row in place.measures if row.disclosive]
    if not threshold or not disclosive:
        return series
    bodies = Bodies(place)
    found = dict(series)
    for measure in disclosive:
        own = {of: entry for (name, of), entry in series.items() if name == measure}
        hidden = _hidden(own, bodies, threshold)
        for of, entry in own.items():
            found[measure, of] = _without(entry, {period for body, period in hidden if body == of})
    return found


def _hidden(own: Mapping[str, Series], bodies: Bodies, threshold: int) -> set[tuple[str, Period]]:
    periods = {period for entry in own.values() for period in entry.by_period}
    found: set[tuple[str, Period]] = set()
    for period in periods:
        counts = {of: count for of, entry in own.items() if (count := _count(entry, period)) is not None}
        found |= {(of, period) for of in _to_hide(counts, bodies, threshold)}
    return found


def _count(series: Series, period: Period) -> int | None:
    point = series.by_period.get(period)
    return None if point is None or point.numerator is None else round(point.numerator)


def _to_hide(counts: Mapping[str, int], bodies: Bodies, threshold: int) -> Iterable[str]:
    """Whose count is not shown: small ones, and in each whole as few others as it takes that no sum gives them away."""
    small = {of for of, count in counts.items() if 1 <= count <= threshold}
    families: dict[str, list[str]] = {}
    for of in sorted(counts):
        if not any(part in counts for part in bodies.parts(of)):
            families.setdefault(_root(of, bodies), []).append(of)
    return small.union(
        *(
            _of_family(root, leaves, counts, bodies, threshold)
            for root, leaves in families.items()
            if leaves != [root] and any(of in small for of in _all_of(leaves, root, bodies))
        )
    )


def _root(of: str, bodies: Bodies) -> str:
    """The whole of all wholes that something lies in: itself, where it lies in none."""
    for _ in range(bodies.depth(of)):
        of = bodies.part_of(of)
    return of


def _all_of(leaves: Sequence[str], root: str, bodies: Bodies) -> set[str]:
    return {*leaves, *(bodies.part_of(leaf) for leaf in leaves), root}


def _of_family(
    root: str, leaves: Sequence[str], counts: Mapping[str, int], bodies: Bodies, threshold: int
) -> set[str]:
    """Whose count is hidden of the smallest parts of one whole, the wholes between, and the whole itself."""
    from leftshift.measures.statistics.suppressing import suppress

    between = [bodies.part_of(leaf) if bodies.part_of(leaf) != root else leaf for leaf in leaves]
    has_levels = between != list(leaves)
    made = suppress(
        [counts[leaf] for leaf in leaves], groups=between if has_levels else None, threshold=threshold
    )
    lines = [*leaves, *(dict.fromkeys(between) if has_levels else ()), root]
    return {line for line, hides in zip(lines, np.ravel(made.hidden), strict=True) if hides}


def _without(series: Series, periods: set[Period]) -> Series:
    if not periods:
        return series
    points = tuple(_hiding(point) if point.period in periods else point for point in series.points)
    older = {
        version: tuple(_hiding(point) if point.period in periods else point for point in entries)
        for version, entries in series.older.items()
    }
    return replace(series, points=points, older=older)


def _hiding(point: Point) -> Point:
    return Point(
        period=point.period,
        version=point.version,
        value=None,
        denominator=point.denominator,
        withheld=HIDDEN,
        provisional=point.provisional,
        summed_from=point.summed_from,
        origins=point.origins,
    )
