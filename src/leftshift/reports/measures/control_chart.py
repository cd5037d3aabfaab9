"""The control chart of one series as a Vega-Lite specification, and its drawing with a name and a description."""

from __future__ import annotations

import html
import json
import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from leftshift.measures.process_control.frames import SeriesChart
from leftshift.measures.process_control.single import ControlChart
from leftshift.measures.process_control.words import ASSURANCE_WORDS, VARIATION_WORDS, figure, sentence
from leftshift.reports.charts import Spec, chart_of
from leftshift.reports.content import made_printable
from leftshift.reports.drawing import draw
from leftshift.reports.measures.marks import (
    LIMIT,
    LINE,
    MARKS,
    MEAN,
    NOT_JUDGED,
    NOTE,
    REBASE,
    RING,
    TARGET,
    kind_of,
)

WIDTH, HEIGHT = 640, 300
_LABEL_HEIGHT = 17  # pixels between two labels
_PERIOD_LABELS = 8
_WRAP = 96


def series_chart(series: SeriesChart, *, unit: str = "", annotations: Sequence[tuple[int, str]] = ()) -> Spec:
    """The control chart of a series of a frame."""
    return control_chart(
        series.chart,
        name=series.name,
        unit=unit,
        periods=series.periods,
        annotations=annotations,
        rebases={rebase.at: rebase.reason for rebase in series.rebases},
        provisional=series.provisional,
    )


def control_chart(
    chart: ControlChart,
    *,
    name: str,
    unit: str = "",
    periods: Sequence[object],
    annotations: Sequence[tuple[int, str]] = (),
    rebases: Mapping[int, str] | None = None,
    changes: Mapping[int, str] | None = None,
    older: Sequence[tuple[str, Sequence[tuple[int, float]]]] = (),
    provisional: Sequence[bool] = (),
    bare: str = "",
) -> Spec:
    """The control chart of one series: line, mean, limits, target, marks by rule, rebases and numbered notes.

    ``periods`` names the columns of the chart. ``annotations`` are (place of a period, text), drawn as numbers and listed below;
    ``rebases`` place to reason, ``changes`` place to the change of definition that begins there; ``older`` are other figures of the same
    periods, by a definition that no longer holds: its words, and (place, value); ``provisional`` by period; ``bare`` says why there are no limits where it is not for want of values. The specification's ``description`` says in words what it shows. A series
    without values is a chart that says so.
    """
    names = [str(period) for period in periods]
    low, high = _domain(chart, [value for _, points in older for _, value in points])
    begins = {
        **{
            at: f"Rebase {names[at]}: {why}" if why else f"Rebase {names[at]}"
            for at, why in (rebases or {}).items()
        },
        **{at: f"{names[at]}: {words}" for at, words in (changes or {}).items()},
    }
    layers = [
        *_note_layers(annotations, high),
        *_limit_layers(chart),
        *_target_layers(chart),
        *_older_layers(older),
        _line(chart),
        *_ring_layers(chart, provisional),
        _points(chart, names, unit),
        *_label_layers(chart, unit, low, high),
        *_rebase_layers(chart, begins, names, high),
    ]
    said = f"{name}: {_lower_first(bare)}." if bare else sentence(chart, name=name, unit=unit, periods=names)
    spec = chart_of([], width=WIDTH, height=HEIGHT, layer=layers)
    spec["description"] = " ".join([said, *_notes_in_words(annotations, names, begins, older)])
    spec["title"] = _title(chart, name, unit, names, bare)
    spec["encoding"] = {
        "x": _periods_axis(names, annotations, any(provisional)),
        "y": {
            "type": "quantitative",
            "field": "y",
            "scale": {"domain": [low, high], "nice": False, "zero": False},
            "axis": {"title": None, "tickCount": 5},
        },
    }
    return spec


def drawn(spec: Spec) -> str:
    """The chart as SVG: one picture with a title and a description for those who do not see it."""
    plain = made_printable(spec)
    title, description = html.escape(_whole_title(plain)), html.escape(str(plain.get("description", "")))
    svg = draw(plain)
    start = svg.index("<svg") + len("<svg")
    end = svg.index(">", start)
    return (
        f'{svg[:start]} role="img" aria-label="{title}"{svg[start:end]}><title>{title}</title>'
        f"<desc>{description}</desc>{svg[end + 1 :]}"
    )


def _whole_title(spec: Spec) -> str:
    return " ".join(spec["title"]["text"])


# ---------------------------------------------------------------------- title and axes
def _title(chart: ControlChart, name: str, unit: str, names: Sequence[str], bare: str) -> Spec:
    """The message first, then what is shown."""
    headline = f"{name}: {_lower_first(bare or VARIATION_WORDS[chart.variation])}"
    if chart.assurance != "none":
        headline += f"; {_lower_first(ASSURANCE_WORDS[chart.assurance])}"
    if chart.latest is None:
        headline = f"{name}: no values"
    span = f"{names[0]} to {names[-1]}" if names else "no periods"
    counted = f"{unit}, " if unit else ""
    by = f"{chart.rules.title}, version {chart.rules.version}"
    has_limits = any(segment.lower is not None for segment in chart.segments)
    lines = (
        f"Mean and limits by {by}"
        if has_limits
        else f"No limits yet: {by} needs {chart.rules.least_points_for_limits} values"
    )
    subtitle = f"{counted}{span}" + ("" if bare else f". {lines}")
    return {
        "text": textwrap.wrap(headline, 72),
        "subtitle": textwrap.wrap(subtitle, _WRAP),
        "anchor": "start",
        "frame": "group",
        "fontSize": 17,
        "subtitleFontSize": 14,
        "offset": 12,
        "color": MEAN,
        "subtitleColor": LIMIT,
    }


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _periods_axis(names: Sequence[str], annotations: Sequence[tuple[int, str]], provisional: bool) -> Spec:
    every = max(1, math.ceil(len(names) / _PERIOD_LABELS))
    listed = [f"{at}  {names[period]}: {text}" for at, (period, text) in enumerate(annotations, 1)]
    lines = [line for text in listed for line in textwrap.wrap(text, _WRAP)]
    if provisional:
        lines.append("Dashed ring: provisional")
    return {
        "type": "quantitative",
        "field": "x",
        "scale": {"domain": [-0.5, max(len(names), 1) - 0.5], "nice": False, "zero": False},
        "axis": {
            "title": lines or None,
            "titleAnchor": "start",
            "titleAlign": "left",
            "values": list(range(0, len(names), every)),
            "labelExpr": f"{json.dumps(list(names))}[datum.value]",
            "labelAngle": 0,
            "labelOverlap": True,
            "grid": False,
        },
    }


def _domain(chart: ControlChart, more: Sequence[float] = ()) -> tuple[float, float]:
    """The lowest and highest of the axis of values, with room for notes above."""
    given = [chart.values, chart.lower, chart.upper, *([] if chart.targets is None else [chart.targets])]
    seen = np.concatenate([*given, np.array(more)])
    seen = seen[~np.isnan(seen)]
    if not len(seen):
        return 0.0, 1.0
    low, high = float(seen.min()), float(seen.max())
    room = (high - low) or abs(high) or 1.0
    below = 0.08 if len(chart.segments) < 2 else 0.16  # the words of a rebase stand below
    return low - below * room, high + 0.16 * room


# ---------------------------------------------------------------------- layers
def _layer(values: Sequence[Spec], mark: Spec, **encoding: Any) -> Spec:
    layer: Spec = {"data": {"values": list(values)}, "mark": mark}
    return {**layer, "encoding": encoding} if encoding else layer


def _limit_layers(chart: ControlChart) -> list[Spec]:
    """Mean and limits, one stretch after the other."""
    found = []
    for line, mark in (
        ("mean", {"color": MEAN, "strokeWidth": 1.5}),
        ("lower", {"color": LIMIT, "strokeWidth": 1.5, "strokeDash": [6, 4]}),
        ("upper", {"color": LIMIT, "strokeWidth": 1.5, "strokeDash": [6, 4]}),
    ):
        values = [
            {"x": x, "y": level, "stretch": at}
            for at, segment in enumerate(chart.segments)
            if (level := getattr(segment, line)) is not None
            for x in (segment.first - 0.5, segment.last + 0.5)
        ]
        if values:
            found.append(_layer(values, {"type": "line", **mark}, detail={"field": "stretch"}))
    return found


def _target_layers(chart: ControlChart) -> list[Spec]:
    """The target in force, in steps where it varies: one that is not said again goes on."""
    if chart.targets is None or np.isnan(chart.targets).all():
        return []
    said = ~np.isnan(chart.targets)
    first = int(said.argmax())
    in_force = chart.targets[np.maximum.accumulate(np.where(said, np.arange(len(said)), first))]
    values = [
        {"x": at + side, "y": float(in_force[at])} for at in range(first, len(said)) for side in (-0.5, 0.5)
    ]
    mark = {"type": "line", "color": TARGET, "strokeWidth": 2, "strokeDash": [10, 3, 2, 3]}
    return [_layer(values, mark, order={"field": "x"})]


def _runs(flags: np.ndarray[Any, np.dtype[np.bool_]]) -> list[list[int]]:
    """Places of flags that follow each other."""
    runs: list[list[int]] = []
    for at in np.flatnonzero(flags).tolist():
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _line(chart: ControlChart) -> Spec:
    """The values; broken where one is missing."""
    values = [
        {"x": at, "y": float(chart.values[at]), "stretch": stretch}
        for stretch, run in enumerate(_runs(~np.isnan(chart.values)))
        for at in run
    ]
    return _layer(values, {"type": "line", "color": LINE, "strokeWidth": 1.5}, detail={"field": "stretch"})


def _points(chart: ControlChart, names: Sequence[str], unit: str) -> Spec:
    values = [
        {
            "x": at,
            "y": float(chart.values[at]),
            "kind": MARKS[kind_of(chart, at)].words,
            "says": f"{names[at]}: {figure(float(chart.values[at]), unit)}",
        }
        for at in np.flatnonzero(~np.isnan(chart.values)).tolist()
    ]
    present = {value["kind"] for value in values}
    marks = [mark for mark in MARKS.values() if mark.words in present]
    legend = {
        "title": None,
        "orient": "top",
        "symbolSize": 90,
        "symbolStrokeWidth": 2,
        "columns": 4,
        "labelLimit": 400,
    }

    def scale(of: str) -> Spec:
        found = {"domain": [mark.words for mark in marks], "range": [getattr(mark, of) for mark in marks]}
        return {"field": "kind", "type": "nominal", "scale": found, "legend": legend}

    mark = {"type": "point", "size": 75, "strokeWidth": 2, "opacity": 1, "filled": False}
    return _layer(values, mark, shape=scale("shape"), fill=scale("fill"), stroke=scale("outline"))


def _ring_layers(chart: ControlChart, provisional: Sequence[bool]) -> list[Spec]:
    values = [
        {"x": at, "y": float(chart.values[at])}
        for at, is_provisional in enumerate(provisional)
        if is_provisional and not math.isnan(chart.values[at])
    ]
    mark = {
        "type": "point",
        "shape": "circle",
        "size": 330,
        "strokeWidth": 1.5,
        "strokeDash": [3, 2],
        "stroke": RING,
        "fill": None,
        "opacity": 1,
    }
    return [_layer(values, mark)] if values else []


def _rebase_layers(
    chart: ControlChart, begins: Mapping[int, str], names: Sequence[str], top: float
) -> list[Spec]:
    """Where limits begin anew, with the words of why."""
    values = []
    for segment in chart.segments[1:]:
        text = textwrap.shorten(
            begins.get(segment.first, f"Rebase {names[segment.first]}"), 44, placeholder="…"
        )
        late = segment.first > 0.6 * len(names)
        values.append({"x": segment.first - 0.5, "y": top, "text": text, "late": late})
    if not values:
        return []
    rule = _layer(
        values, {"type": "rule", "color": REBASE, "strokeWidth": 1.5}, y={"value": 0}, y2={"value": HEIGHT}
    )
    words = [
        _layer(
            [value for value in values if value["late"] is late],
            {
                "type": "text",
                "align": "right" if late else "left",
                "dx": -5 if late else 5,
                "baseline": "bottom",
                "fontSize": 13,
                **halo,
            },
            y={"value": HEIGHT - 4},
            text={"field": "text"},
        )
        for late in (False, True)
        if any(value["late"] is late for value in values)
        for halo in ({"stroke": "white", "strokeWidth": 5, "strokeJoin": "round"}, {})
    ]
    return [rule, *words]


def _label_layers(chart: ControlChart, unit: str, low: float, high: float) -> list[Spec]:
    """The names and values of the lines, at their right end and never over each other."""
    if not chart.segments:
        return []
    last = chart.segments[-1]
    apart = None if last.upper is None or last.lower is None else last.upper - last.lower
    lines: list[tuple[str, float | None]] = [
        ("Upper limit", last.upper),
        ("Mean", last.mean),
        ("Lower limit", last.lower),
        ("Target", chart.target),
    ]
    if apart == 0:
        lines = [("Mean and limits", last.mean), ("Target", chart.target)]
    known = sorted(((level, name) for name, level in lines if level is not None), reverse=True)
    per_pixel = (high - low) / HEIGHT
    places = _spaced([(high - level) / per_pixel for level, _ in known])
    values = [
        {"place": place, "text": f"{name} {figure(level, unit, apart=apart)}"}
        for place, (level, name) in zip(places, known, strict=True)
    ]
    mark = {"type": "text", "align": "left", "dx": 8, "baseline": "middle", "fontSize": 13}
    return [
        _layer([value], mark, x={"value": WIDTH}, y={"value": value["place"]}, text={"field": "text"})
        for value in values
    ]


def _spaced(places: Sequence[float]) -> list[float]:
    """Places from top to bottom, pushed apart until no two labels touch, within the height of the chart."""
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + _LABEL_HEIGHT) if found else max(place, 0.0))
    over = found[-1] - HEIGHT if found else 0.0
    for at in range(len(found) - 1, -1, -1):
        most = HEIGHT if at == len(found) - 1 else found[at + 1] - _LABEL_HEIGHT
        found[at] = min(found[at], most) if over > 0 else found[at]
    return found


def _note_layers(annotations: Sequence[tuple[int, str]], top: float) -> list[Spec]:
    """Numbers in a dark disc above the plot's points, one for each note."""
    values = [{"x": period, "y": top, "number": str(at)} for at, (period, _) in enumerate(annotations, 1)]
    if not values:
        return []
    rule = {"type": "rule", "color": NOTE, "strokeDash": [2, 3], "strokeWidth": 1}
    disc = {"type": "point", "shape": "circle", "size": 260, "fill": NOTE, "stroke": NOTE, "opacity": 1}
    text = {"type": "text", "color": "white", "fontSize": 12, "fontWeight": "bold", "baseline": "middle"}
    place = {"value": 10}
    return [
        _layer(values, rule, y={"value": 10}, y2={"value": HEIGHT}),
        _layer(values, disc, y=place),
        _layer(values, text, y=place, text={"field": "number"}),
    ]


def _older_layers(older: Sequence[tuple[str, Sequence[tuple[int, float]]]]) -> list[Spec]:
    """Figures by a definition that no longer holds: a thin line with crosses, and its words."""
    layers = []
    for words, points in older:
        values = [{"x": at, "y": value} for at, value in points]
        last = [{**values[-1], "text": words}]
        layers += [
            _layer(values, {"type": "line", "color": LIMIT, "strokeWidth": 1, "strokeDash": [1, 3]}),
            _layer(
                values,
                {"type": "point", "shape": "cross", "size": 40, "color": LIMIT, "opacity": 1, "filled": True},
            ),
            _layer(
                last,
                {"type": "text", "align": "left", "dx": 8, "fontSize": 13, "color": LIMIT},
                text={"field": "text"},
            ),
        ]
    return layers


def _notes_in_words(
    annotations: Sequence[tuple[int, str]],
    names: Sequence[str],
    begins: Mapping[int, str],
    older: Sequence[tuple[str, Sequence[tuple[int, float]]]],
) -> list[str]:
    return [
        *(f"{words}." for _, words in sorted(begins.items())),
        *(f"Crosses: {words}." for words, _ in older),
        *(f"Note {at}, {names[period]}: {text}." for at, (period, text) in enumerate(annotations, 1)),
    ]


__all__ = ["HEIGHT", "NOT_JUDGED", "WIDTH", "control_chart", "drawn", "series_chart"]
