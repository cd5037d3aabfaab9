"""The Gantt chart: what was planned (pale, above) beside what is expected (dark, below), moments as diamonds, and the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from leftshift.reports.charts import Spec, chart_of
from leftshift.reports.programme.cells import day
from leftshift.reports.programme.cost_pictures import on_white
from leftshift.reports.programme.name_axes import keys_of, names_axis, names_layers

_PALE, _DARK, _INK, _GREY = "#a6c8e8", "#00396b", "#212b32", "#4c6272"
_WIDTH, _STEP, _LOW = 470, 38, 23
_TALL = 20
"""Up to so many rows there is room on a page for high ones with names of two lines."""
_NAME, _LONG_NAME = 34, 42
_MARGIN = 0.03
STATES = ("planned", "expected, open", "reached")
_FILLS = (_PALE, "white", _DARK)
_STROKES = (_GREY, _DARK, _DARK)


@dataclass(frozen=True)
class Bar:
    """A stretch of time in a row; of one day it is a moment. ``state`` is one of STATES."""

    begins: date
    ends: date
    state: str
    is_critical: bool = False

    @property
    def is_moment(self) -> bool:
        """Whether it takes no time."""
        return self.begins >= self.ends


@dataclass(frozen=True)
class Mark:
    """A diamond on a row, at its planned or its expected place."""

    when: date
    state: str
    is_critical: bool = False


@dataclass(frozen=True)
class Track:
    """A row of the chart: bars, marks, and a few words at its end."""

    name: str
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...] = ()
    words: str = ""

    @property
    def last(self) -> date:
        """The last day of it."""
        return max([*(bar.ends for bar in self.bars), *(mark.when for mark in self.marks)])


def gantt(tracks: Sequence[Track], as_of: date) -> Spec:
    """The chart; critical stretches have a thick black outline and say so in words."""
    tall = len(tracks) <= _TALL
    keys = keys_of([track.name for track in tracks], _NAME if tall else _LONG_NAME, 2 if tall else 1)
    y = names_axis(keys)
    x = _time(tracks, as_of)
    bars, diamonds = _bars(tracks, keys), _diamonds(tracks, keys)
    words = [
        {"key": keys[at], "last": str(track.last), "words": track.words} for at, track in enumerate(tracks)
    ]
    said = [
        {"data": {"values": [row for row in words if row["words"]]}, **each}
        for each in on_white(
            {"y": y, "x": {**x, "field": "last"}, "text": {"field": "words"}}, fontSize=12, dx=10
        )
    ]
    layers = [
        _stretches(bars, y, x, critical=False),
        _stretches(bars, y, x, critical=True),
        *_points(diamonds, y, x, 8 if tall else 5),
        *_today(x, as_of),
        *said,
    ]
    return chart_of(
        [],
        width=_WIDTH,
        height={"step": _STEP if tall else _LOW, "for": "position"},
        layer=[*layers, *names_layers(keys)],
    )


def _time(tracks: Sequence[Track], as_of: date) -> Spec:
    firsts = [bar.begins for track in tracks for bar in track.bars] + [
        mark.when for track in tracks for mark in track.marks
    ]
    first, last = min([*firsts, as_of]), max([*(track.last for track in tracks), as_of])
    margin = timedelta(days=max(3, round((last - first).days * _MARGIN)))
    long = (last - first).days > 900
    axis: Spec = {
        "title": None,
        "orient": "top",
        "format": "%Y" if long else "%b %Y",
        "labelAngle": 0,
        "labelOverlap": True,
        "labelSeparation": 8,
        "grid": True,
        "tickCount": "year" if long else 5,
    }
    room = timedelta(days=round((last - first).days * 0.30))  # for the words behind the last bar
    scale: Spec = {"type": "utc", "domain": [str(first - margin), str(last + margin + room)], "nice": False}
    return {"type": "temporal", "scale": scale, "axis": axis}


def _bars(tracks: Sequence[Track], keys: Sequence[str]) -> list[Spec]:
    return [
        {
            "key": keys[at], "begins": str(bar.begins), "ends": str(bar.ends), "state": bar.state,
            "slot": STATES[0] if bar.state == STATES[0] else "now", "critical": bar.is_critical,
        }
        for at, track in enumerate(tracks)
        for bar in track.bars
        if not bar.is_moment
    ]  # fmt: skip


def _diamonds(tracks: Sequence[Track], keys: Sequence[str]) -> list[Spec]:
    found = [
        (keys[at], Mark(bar.ends, bar.state, bar.is_critical))
        for at, track in enumerate(tracks)
        for bar in track.bars
        if bar.is_moment
    ]
    found += [(keys[at], mark) for at, track in enumerate(tracks) for mark in track.marks]
    return [
        {
            "key": name,
            "ends": str(mark.when),
            "state": mark.state,
            "critical": mark.is_critical,
            "edge": "white" if mark.state == STATES[2] else _DARK,
        }
        for name, mark in found
    ]


def _colours() -> dict[str, Spec]:
    legend: Spec = {"symbolType": "square", "symbolStrokeWidth": 1.5}
    return {
        "fill": {"field": "state", "type": "nominal", "scale": {"domain": list(STATES), "range": list(_FILLS)}, "legend": legend},
        "stroke": {"field": "state", "type": "nominal", "scale": {"domain": list(STATES), "range": list(_STROKES)}, "legend": legend},
    }  # fmt: skip


def _stretches(bars: Sequence[Spec], y: Spec, x: Spec, *, critical: bool) -> Spec:
    offset: Spec = {
        "field": "slot",
        "type": "nominal",
        "sort": [STATES[0], "now"],
        "scale": {"domain": [STATES[0], "now"], "paddingOuter": 0.35},
    }
    return {
        "data": {"values": [bar for bar in bars if bar["critical"] == critical]},
        "mark": {"type": "bar", "strokeWidth": 3.5 if critical else 1.2, "height": {"band": 0.9}},
        "encoding": {"y": y, "yOffset": offset, "x": {**x, "field": "begins"}, "x2": {"field": "ends"}, **_colours()},
    }  # fmt: skip


def _points(diamonds: Sequence[Spec], y: Spec, x: Spec, shift: int) -> list[Spec]:
    """Planned diamonds a little above the middle of the row, the others a little below."""
    found = []
    for critical in (False, True):
        for above in (True, False):
            values = [
                mark
                for mark in diamonds
                if mark["critical"] == critical and (mark["state"] == STATES[0]) == above
            ]
            if values:
                found.append(
                    {
                        "data": {"values": values},
                        "mark": {"type": "point", "shape": "diamond", "size": 12 * shift + 30, "opacity": 1, "strokeWidth": 3 if critical else 1.2, "yOffset": -shift if above else shift},
                        "encoding": {"y": y, "x": {**x, "field": "ends"}, "fill": _colours()["fill"], "stroke": {"field": "edge", "type": "nominal", "scale": None}},
                    }
                )  # fmt: skip
    return found


def _today(x: Spec, as_of: date) -> list[Spec]:
    values = [{"day": str(as_of), "words": day(as_of)}]
    place: Spec = {"x": {**x, "field": "day"}}
    return [
        {
            "data": {"values": values},
            "mark": {"type": "rule", "color": _INK, "strokeWidth": 1.5, "strokeDash": [6, 4]},
            "encoding": place,
        },
        {
            "data": {"values": values},
            "mark": {"type": "text", "baseline": "top", "dy": 6, "fontSize": 12, "fontWeight": "bold"},
            "encoding": {**place, "y": {"value": {"expr": "height"}}, "text": {"field": "words"}},
        },
    ]
