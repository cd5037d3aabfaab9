"""Charts of uncertainty and decisions, as plain specifications made from documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leftshift.foundation.money import round_half_up
from leftshift.reports.charts import Spec, chart_of, moves
from leftshift.reports.uncertain_words import chance_text
from leftshift.reports.words import Document

_BLUE, _DARK, _PALER, _PALE, _RED = "#005eb8", "#212b32", "#7fb0dd", "#c5dcf0", "#d5281b"
_BANDS = (("p05", "p95", "9 draws of 10"), ("p10", "p90", "8 of 10"), ("p25", "p75", "5 of 10"))
_SHADES = {"9 draws of 10": _PALE, "8 of 10": _PALER, "5 of 10": "#4f91cd"}
_ZERO: Spec = {
    "data": {"values": [{"zero": 0}]},
    "mark": {"type": "rule", "color": _DARK, "strokeWidth": 1.5},
    "encoding": {"y": {"field": "zero", "type": "quantitative"}},
}


def _in_millions(value: float) -> float:
    return float(round_half_up(value / 1000, 3))


def _amounts(field: str, title: str) -> Spec:
    return {"field": field, "type": "quantitative", "axis": {"title": title, "tickCount": 6}}


def _names(values: Sequence[Spec]) -> Spec:
    """The axis of names, in the order given."""
    axis = {"title": None, "ticks": False, "domain": False, "labelPadding": 8}
    return {"field": "name", "type": "nominal", "sort": [value["name"] for value in values], "axis": axis}


_YEARS: Spec = {
    "field": "year",
    "type": "ordinal",
    "axis": {"title": None, "labelAngle": 0, "grid": False},
    "scale": {"padding": 0.1},
}


def fan(document: Document, key: str) -> Spec:
    """The bands of a position by year around its median, with the plan as a line; £m."""
    found, years = document["fan"][key], document["years"]
    bands = [
        {
            "year": year,
            "low": _in_millions(found[year][low]),
            "high": _in_millions(found[year][high]),
            "band": name,
        }
        for low, high, name in _BANDS
        for year in years
    ]
    lines = [
        {"year": year, "value": _in_millions(value), "line": name}
        for name, values in (
            ("Median", {year: found[year]["p50"] for year in years}),
            ("The plan", document["plan"][key]),
        )
        for year, value in ((year, values[year]) for year in years)
    ]
    area = {
        "mark": {"type": "area", "interpolate": "linear"},
        "encoding": {
            "x": _YEARS,
            "y": _amounts("low", "£m"),
            "y2": {"field": "high"},
            "color": {
                "field": "band",
                "type": "nominal",
                "scale": {"domain": list(_SHADES), "range": list(_SHADES.values())},
                "legend": {"symbolType": "square", "symbolStrokeWidth": 0, "symbolSize": 200},
            },
        },
    }
    line = {
        "data": {"values": lines},
        "mark": {"type": "line", "strokeWidth": 2.5},
        "encoding": {
            "x": _YEARS,
            "y": _amounts("value", "£m"),
            "stroke": {
                "field": "line",
                "type": "nominal",
                "scale": {"domain": ["Median", "The plan"], "range": [_BLUE, _DARK]},
            },
            "strokeDash": {
                "field": "line",
                "type": "nominal",
                "scale": {"domain": ["Median", "The plan"], "range": [[1, 0], [6, 4]]},
            },
        },
    }
    return chart_of(
        bands, width=640, height=320, layer=[area, _ZERO, line], resolve={"scale": {"color": "independent"}}
    )


def exceedance(document: Document, key: str) -> Spec:
    """The chance that a position of the last year is at least so much; £m."""
    values = [
        {"at_least": _in_millions(point["at_least"]), "share": 100 * point["probability"]}
        for point in document["exceedance"][key]
    ]
    zero: Spec = {
        "data": {"values": [{"zero": 0}]},
        "mark": {"type": "rule", "color": _DARK, "strokeWidth": 1.5},
        "encoding": {"x": {"field": "zero", "type": "quantitative"}},
    }
    curve = {
        "mark": {"type": "line", "strokeWidth": 2.5, "color": _BLUE},
        "encoding": {
            "x": _amounts("at_least", "£m, at least"),
            "y": {
                "field": "share",
                "type": "quantitative",
                "axis": {"title": "% of draws"},
                "scale": {"domain": [0, 100]},
            },
            "order": {"field": "at_least", "type": "quantitative"},
        },
    }
    return chart_of(values, width=560, height=260, layer=[curve, zero])


def chances(document: Document, year: str) -> Spec:
    """The share of draws without a deficit, by organisation."""
    names = with_positions(document)
    found = document["probability_of_balance"]
    values = [
        {
            "name": name,
            "share": 100 * found[code][year],
            "label": chance_text(found[code][year]),
        }
        for code, name in {"perimeter": document["perimeter"], **names}.items()
    ]
    y = _names(values)
    x: Spec = {
        "field": "share",
        "type": "quantitative",
        "scale": {"domain": [0, 112]},
        "axis": {"title": "% of draws without a deficit", "values": [0, 25, 50, 75, 100]},
    }
    return chart_of(
        values,
        width=420,
        height={"step": 32},
        layer=[
            {"mark": {"type": "bar", "height": {"band": 0.7}, "color": _BLUE}, "encoding": {"y": y, "x": x}},
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"y": y, "x": x, "text": {"field": "label"}},
            },
        ],
    )


def with_positions(document: Document) -> dict[str, str]:
    """Code to name of the organisations that hold a position in some year: of others there is nothing to be sure of."""
    found = document["intervals"]
    return {
        row["code"]: row["name"]
        for row in document["organisations"]
        if any(end for ends in found[f"position.{row['code']}"].values() for end in ends.values())
    }


def convergence(document: Document) -> Spec:
    """The ends and the middle of the headline interval after each block of draws; £m."""
    ends = [name for name in ("p95", "p50", "p05") if name in document["convergence"][0]]
    values = [
        {"draws": step["draws"], "value": _in_millions(step[name]), "end": name}
        for step in document["convergence"]
        for name in ends
    ]
    return chart_of(
        values,
        width=560,
        height=220,
        mark={"type": "line", "strokeWidth": 2.5, "point": {"size": 30}},
        encoding={
            "x": {
                "field": "draws",
                "type": "quantitative",
                "axis": {"title": "draws", "format": ",.0f", "tickCount": 6},
            },
            "y": {**_amounts("value", "£m"), "scale": {"zero": False}},
            "color": {
                "field": "end",
                "type": "nominal",
                "scale": {"domain": ends, "range": [_PALER, _BLUE, _DARK][: len(ends)]},
            },
        },
    )


def tornado(bars: Sequence[Document], planned: float) -> Spec:
    """A position with each quantity at either end, widest first; £m."""
    values = [
        {
            "name": bar["quantity"].replace("_", " "),
            "low": _in_millions(bar["position_at_low"]),
            "high": _in_millions(bar["position_at_high"]),
        }
        for bar in bars
    ]
    y = _names(values)

    ends = {"At its low end": ("low", _PALER), "At its high end": ("high", _BLUE)}

    def half(name: str) -> Spec:
        x = {**_amounts(ends[name][0], "£m"), "scale": {"zero": False}}
        colour = {
            "datum": name,
            "scale": {"domain": list(ends), "range": [shade for _, shade in ends.values()]},
            "legend": {"symbolType": "square", "symbolStrokeWidth": 0, "symbolSize": 200},
        }
        return {
            "mark": {"type": "bar", "height": {"band": 0.7}},
            "encoding": {"y": y, "x": x, "x2": {"field": "planned"}, "color": colour},
        }

    for value in values:
        value["planned"] = _in_millions(planned)
    rule: Spec = {
        "data": {"values": [{"planned": _in_millions(planned)}]},
        "mark": {"type": "rule", "color": _DARK, "strokeWidth": 1.5},
        "encoding": {"x": {"field": "planned", "type": "quantitative"}},
    }
    return chart_of(values, width=480, height={"step": 28}, layer=[*map(half, ends), rule])


def shares(found: Sequence[Document]) -> Spec:
    """Shares of variance with their intervals, in per cent."""
    values = [
        {
            "name": named(entry["quantities"]),
            "share": 100 * entry["total"],
            "low": 100 * entry["total_interval"][0],
            "high": 100 * entry["total_interval"][1],
        }
        for entry in found
    ]
    y = _names(values)
    x: Spec = {
        "field": "share",
        "type": "quantitative",
        "axis": {"title": "% of the variance, with all that it does together with others"},
    }
    return chart_of(
        values,
        width=420,
        height={"step": 32},
        layer=[
            {"mark": {"type": "bar", "height": {"band": 0.7}, "color": _PALER}, "encoding": {"y": y, "x": x}},
            {
                "mark": {"type": "rule", "color": _DARK, "strokeWidth": 2},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
        ],
    )


def named(quantities: Sequence[str]) -> str:
    """Quantities in a few words."""
    words = [name.replace("_", " ") for name in quantities]
    return ", ".join(words[:2]) + (f" and {len(words) - 2} more" if len(words) > 2 else "")


def shocks(document: Document) -> Spec:
    """How far each shock moves the perimeter, and all together; £m."""
    return moves([(entry["name"], entry["move"]) for entry in document["shocks"]])


def curve(document: Document, scale: float, unit: str) -> Spec:
    """A position at every value of an input that was tried; £m."""
    values = [
        {"value": point["value"] * scale, "position": _in_millions(point["position"])}
        for point in document["curve"]
    ]
    marks = [("The plan", document["stands_at"], document["position"], _DARK)]
    if document["needed"] is not None:
        marks.append(("No deficit", document["needed"], document["position_then"], _RED))
    points: Sequence[dict[str, Any]] = [
        {"value": value * scale, "position": _in_millions(position), "mark": name}
        for name, value, position, _ in marks
    ]
    dots = {
        "data": {"values": list(points)},
        "mark": {"type": "point", "filled": True, "size": 140, "opacity": 1},
        "encoding": {
            "x": {"field": "value", "type": "quantitative"},
            "y": {"field": "position", "type": "quantitative"},
            "color": {
                "field": "mark",
                "type": "nominal",
                "scale": {"domain": [mark[0] for mark in marks], "range": [mark[3] for mark in marks]},
                "legend": {"symbolType": "circle", "symbolStrokeWidth": 0, "symbolSize": 140},
            },
        },
    }
    line = {
        "mark": {"type": "line", "strokeWidth": 2.5, "color": _BLUE},
        "encoding": {
            "x": {
                "field": "value",
                "type": "quantitative",
                "axis": {"title": unit},
                "scale": {"zero": False},
            },
            "y": _amounts("position", "£m"),
        },
    }
    return chart_of(values, width=560, height=260, layer=[_ZERO, line, dots])
