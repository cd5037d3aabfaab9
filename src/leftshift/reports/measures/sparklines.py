"""Small control charts for tables and for many side by side: drawn as text, so that a page of hundreds is there at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leftshift.measures.process_control.single import ControlChart
from leftshift.reports.measures.marks import LIMIT, LINE, MARKS, MEAN, TARGET, WHITE, kind_of

_LATEST: Final = 25
"""So many of the latest periods are drawn: more are not to be told apart at this size."""
_PAD: Final = 5.0
_SIZE: Final = 3.6  # half the width of a mark, in pixels
_Floats = NDArray[np.float64]


def sparkline(chart: ControlChart, *, width: int = 150, height: int = 36, latest: int = _LATEST) -> str:
    """The latest periods of a chart as a small picture, hidden from those who hear the words beside it; empty for no values."""
    if chart.latest is None:
        return ""
    shown = slice(max(0, chart.latest + 1 - latest), chart.latest + 1)
    lines = [chart.values[shown], chart.mean[shown], chart.lower[shown], chart.upper[shown]]
    targets = chart.targets[shown] if chart.targets is not None else np.full(len(lines[0]), np.nan)
    place = _Place((*lines, targets), width, height)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    parts = [
        *_path(_levels(place, lines[2]) + _levels(place, lines[3]), LIMIT, 1, ' stroke-dasharray="2 2"'),
        *_path(_levels(place, lines[1]), MEAN, 1),
        *_path(_levels(place, targets), TARGET, 1, ' stroke-dasharray="4 3"'),
        *_path(_runs(place, lines[0]), LINE, 1.5),
        *_marks(place, chart, shown.start),
    ]
    return f'<svg class="app-spark" aria-hidden="true" focusable="false" {size}>{"".join(parts)}</svg>'


class _Place:
    """Where a value of a period stands in the picture."""

    def __init__(self, lines: Sequence[_Floats], width: int, height: int) -> None:
        whole = np.concatenate(lines)
        known = whole[~np.isnan(whole)]
        self.low, self.high = float(known.min()), float(known.max())
        self.count, self.width, self.height = len(lines[0]), width, height

    def x(self, at: int) -> float:
        """From the left, in pixels."""
        return round(_PAD + (self.width - 2 * _PAD) * (at / (self.count - 1) if self.count > 1 else 1.0), 1)

    def y(self, value: float) -> float:
        """From the top, in pixels."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return round(self.height - _PAD - (self.height - 2 * _PAD) * share, 1)


def _segments(line: _Floats) -> Iterator[tuple[int, int, float]]:
    """Runs of one value: first, last, value."""
    start = 0
    for at in range(1, len(line) + 1):
        if at == len(line) or line[at] != line[start]:
            if not isnan(line[start]):
                yield start, at - 1, float(line[start])
            start = at


def _levels(place: _Place, line: _Floats) -> str:
    """A line in steps, as the path of a drawing."""
    return "".join(
        f"M{place.x(first)} {place.y(value)}H{place.x(last)}" for first, last, value in _segments(line)
    )


def _path(path: str, colour: str, width: float, more: str = "", fill: str = "none") -> Iterator[str]:
    if path:
        yield f'<path d="{path}" stroke="{colour}" stroke-width="{width}" fill="{fill}"{more}/>'


def _runs(place: _Place, values: _Floats) -> str:
    """The line of the values, broken where one is missing."""
    path, begun = "", False
    for at, value in enumerate(values):
        if isnan(value):
            begun = False
            continue
        path += f"{'L' if begun else 'M'}{place.x(at)} {place.y(float(value))}"
        begun = True
    return path


def _marks(place: _Place, chart: ControlChart, start: int) -> Iterator[str]:
    """A mark at every special cause, and at the latest value; told apart by shape and by being filled or hollow."""
    paths: dict[str, str] = {}
    for at in range(place.count):
        period = start + at
        value = float(chart.values[period])
        if not isnan(value) and chart.judgement_at(period) != "none":
            kind = kind_of(chart, period)
            corner = _triangle(place.x(at), place.y(value), chart.side[period] > 0)
            paths[kind] = paths.get(kind, "") + corner
    for kind, path in paths.items():
        yield from _path(path, MARKS[kind].outline, 1.2, fill=MARKS[kind].fill)
    if chart.latest is not None and chart.judgement_at(chart.latest) == "none":
        x, y = place.x(place.count - 1), place.y(float(chart.values[chart.latest]))
        yield f'<circle cx="{x}" cy="{y}" r="3" fill="{WHITE}" stroke="{LINE}" stroke-width="1.5"/>'


def _triangle(x: float, y: float, up: bool) -> str:
    tip = -_SIZE if up else _SIZE
    return f"M{x} {y + tip:.1f}L{x - _SIZE:.1f} {y - tip:.1f}H{x + _SIZE:.1f}Z"
