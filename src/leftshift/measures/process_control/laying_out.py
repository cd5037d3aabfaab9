"""Series as one long array of the values there are, cut into segments where a series or a rebase begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leftshift.measures.process_control.rule_sets import parameter

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Layout:
    """The values of all series, end to end without those that are missing.

    ``values``, ``breaks`` (a segment begins here, or periods are missing just before) and ``gaps`` (periods are missing) are [point];
    ``starts`` is the first point of each segment and ``lengths`` its points; ``first`` and ``counts`` the same by series. ``valid`` is
    [series, period], None where no value is missing.
    """

    shape: tuple[int, int]
    valid: Bools | None
    values: Floats
    gaps: Bools | None
    starts: Ints
    lengths: Ints
    counts: Ints

    @property
    def last(self) -> Ints:
        """The last point of each series that has one [series with values]."""
        return np.cumsum(self.counts)[self.counts > 0] - 1

    def of_segments(self, figures: NDArray[Scalar]) -> NDArray[Scalar]:
        """A figure of each segment, at each of its points."""
        return np.repeat(figures, self.lengths)

    def spread(self, points: NDArray[Scalar], empty: float) -> NDArray[Scalar]:
        """Figures of points as [series, period], with ``empty`` where no value is."""
        if self.valid is None:
            return points.reshape(self.shape)
        whole = np.full(self.shape, empty, dtype=points.dtype)
        whole[self.valid] = points
        return whole


def lay_out(values: ArrayLike, starts: ArrayLike | None, gaps: ArrayLike | None) -> Layout:
    """Values [series, period] (NaN: none), where segments begin and where periods are missing, as a layout.

    A segment that is said to begin where there is no value begins with the next. ValueError for infinite or enormous values and for
    shapes that differ.
    """
    matrix = _matrix(values)
    missing = np.isnan(matrix)
    starts, gaps = _flags("starts", starts, matrix), _flags("gaps", gaps, matrix)
    if not missing.any():
        return _whole(matrix, starts, gaps)
    return _with_missing(matrix, ~missing, starts, gaps)


def _matrix(values: ArrayLike) -> Floats:
    matrix = np.ascontiguousarray(values, dtype=np.float64)
    if matrix.ndim != 2:
        raise ValueError(f"Values are [series, period], two dimensions; found {matrix.ndim}")
    largest = parameter("largest_value")
    if matrix.size and (
        np.fmax.reduce(matrix, axis=None) > largest or np.fmin.reduce(matrix, axis=None) < -largest
    ):
        raise ValueError(f"Values lie between −{largest:g} and {largest:g}; one is larger or infinite")
    return matrix


def _flags(name: str, given: ArrayLike | None, matrix: Floats) -> Bools | None:
    if given is None:
        return None
    flags = np.asarray(given, dtype=bool)
    if flags.shape != matrix.shape:
        raise ValueError(f"{name} has the shape of values, {matrix.shape}; found {flags.shape}")
    return flags if flags.any() else None


def _whole(matrix: Floats, starts: Bools | None, gaps: Bools | None) -> Layout:
    series, periods = matrix.shape
    if periods == 0:
        return Layout(matrix.shape, None, matrix.ravel(), None, _none(), _none(), np.zeros(series, np.int64))
    if starts is None:
        begins = np.arange(series, dtype=np.int64) * periods
    else:
        begun = starts.copy()
        begun[:, 0] = True
        begins = np.flatnonzero(begun)
    if gaps is not None:
        gaps = gaps.copy()
        gaps[:, 0] = False  # before the first value nothing is missing
    return Layout(
        matrix.shape,
        None,
        matrix.ravel(),
        None if gaps is None or not gaps.any() else gaps.ravel(),
        begins,
        np.diff(begins, append=matrix.size),
        np.full(series, periods, np.int64),
    )


def _with_missing(matrix: Floats, valid: Bools, starts: Bools | None, gaps: Bools | None) -> Layout:
    counts = valid.sum(axis=1)
    at = np.nonzero(valid)[1]
    new_series = np.zeros(len(at), dtype=bool)
    new_series[(np.cumsum(counts) - counts)[counts > 0]] = True
    begun = new_series | _moved(starts, valid) if starts is not None else new_series
    skipped = np.diff(at, prepend=-1) > 1
    if gaps is not None:
        skipped |= _moved(gaps, valid)
    skipped &= ~new_series
    begins = np.flatnonzero(begun)
    return Layout(
        matrix.shape,
        valid,
        matrix[valid],
        skipped if skipped.any() else None,
        begins,
        np.diff(begins, append=len(at)),
        counts,
    )


def _moved(flags: Bools, valid: Bools) -> Bools:
    """Flags at the points there are: one that stands where no value is counts for the next value."""
    so_far = np.cumsum(flags, axis=1)[valid]
    moved: Bools = np.diff(so_far, prepend=0) != 0
    return moved


def _none() -> Ints:
    return np.zeros(0, np.int64)
