"""Small numbers of measures that could point at a person: not shown, nor what would give them away by subtraction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from leftshift.foundation.periods import Period
from leftshift.measures.bodies import Bodies
from leftshift.measures.people import counted_of
from leftshift.measures.series import HIDDEN, Key, Point, Series
from leftshift.place.place import Place

MOST_LEVELS = 3
"""Parts, wholes and a whole of wholes: how deep the areas of a disclosive measure may lie in each other."""
_LARGE = 1_000_000
"""Beyond that a count hides any change of a small one as well as one of this size does."""

Cell = tuple[str, Period]  # by which definition, when
Counting = Callable[[Series, Point], float | None]


def without_small_numbers(place: Place, series: Mapping[Key, Series]) -> Mapping[Key, Series]:
    """The same series; of measures marked disclosive, the figures that may not be shown have no value, and say why.

    Small are counts from 1 to the setting: of what is counted, of what it is a part or a mean of, and of the rest of that. What was
    first published of a figure that was revised is not told of such measures: it may have been small, or give away what was.
    """
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
            found[measure, of] = _without(entry, {cell for body, cell in hidden if body == of})
    return found


def _hidden(own: Mapping[str, Series], bodies: Bodies, threshold: int) -> set[tuple[str, Cell]]:
    found: set[tuple[str, Cell]] = set()
    for counting in (_numerator, _denominator, _rest):
        counts: dict[Cell, dict[str, int]] = {}
        for of, entry in own.items():
            for point in _points(entry):
                count = counting(entry, point)
                if count is not None:
                    counts.setdefault((point.version, point.period), {})[of] = _whole(count)
        for cell, known in counts.items():
            found |= {(of, cell) for of in _to_hide(known, bodies, threshold)}
    return found


def _points(series: Series) -> Iterator[Point]:
    """Every figure, those by older definitions too."""
    yield from series.points
    for points in series.older.values():
        yield from points


def _numerator(series: Series, point: Point) -> float | None:
    """How many were counted; a sum of values, such as days, counts nobody."""
    return None if series.definition_of(point).kind.name == "mean" else counted_of(series, point)


def _denominator(series: Series, point: Point) -> float | None:
    return point.denominator


def _rest(series: Series, point: Point) -> float | None:
    """Of a share, how many were not counted: they stand as alone as those who were."""
    counted = counted_of(series, point)
    if not series.definition_of(point).kind.share or counted is None or point.denominator is None:
        return None
    return point.denominator - counted


def _whole(count: float) -> int:
    """A count as a whole number that the search can hold; what is more than nought is somebody."""
    return min(max(round(count), 1), _LARGE) if count > 0 else 0


def _to_hide(counts: Mapping[str, int], bodies: Bodies, threshold: int) -> set[str]:
    """Whose count is not shown: small ones, and in each whole as few others as it takes that no sum gives them away."""
    counts = {**counts, **_left_over(counts, bodies)}
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


def _left_over(counts: Mapping[str, int], bodies: Bodies) -> Mapping[str, int]:
    """The one part of a whole that has no count of its own: what is left of the whole, which anybody can work out."""
    found = {}
    for whole, count in counts.items():
        parts = bodies.parts(whole)
        missing = [part for part in parts if part not in counts]
        rest = count - sum(counts[part] for part in parts if part in counts)
        if len(missing) == 1 and len(parts) > 1 and rest >= 0:
            found[missing[0]] = rest
    return found


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


def _without(series: Series, cells: set[Cell]) -> Series:
    def told(points: Sequence[Point]) -> tuple[Point, ...]:
        return tuple(
            _hiding(point) if (point.version, point.period) in cells else replace(point, revised_from=None)
            for point in points
        )

    older = {version: told(points) for version, points in series.older.items()}
    return replace(series, points=told(series.points), older=older)


def _hiding(point: Point) -> Point:
    return Point(
        period=point.period,
        version=point.version,
        value=None,
        withheld=HIDDEN,
        provisional=point.provisional,
        summed_from=point.summed_from,
        origins=point.origins,
    )
