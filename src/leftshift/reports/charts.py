"""Chart specifications in Vega-Lite, as plain dictionaries made from the document of a result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leftshift.foundation.money import round_half_up
from leftshift.reports.words import VERDICTS, Document, bridge_steps, impact_totals, millions

Spec = dict[str, Any]

_BLUE, _DARK, _GREEN, _RED, _GREY, _PALE = "#005eb8", "#212b32", "#006747", "#d5281b", "#4c6272", "#d8dde0"
_CONFIG: Spec = {
    "background": None,
    "font": "Arial, Liberation Sans, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 14,
        "titleFontSize": 14,
        "labelColor": _DARK,
        "titleColor": _DARK,
        "gridColor": _PALE,
        "domainColor": _GREY,
        "tickColor": _GREY,
        "titleFontWeight": "normal",
        "labelLimit": 440,
    },
    "header": {
        "labelFontSize": 12,
        "labelColor": _DARK,
        "labelLimit": 270,
        "labelFontWeight": "bold",
        "title": None,
    },
    "legend": {
        "labelFontSize": 14,
        "title": None,
        "orient": "top",
        "labelColor": _DARK,
        "symbolType": "stroke",
        "symbolStrokeWidth": 3,
    },
    "text": {"fontSize": 14, "color": _DARK},
}
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def _spec(values: Sequence[Spec], **rest: Any) -> Spec:
    return {"$schema": _SCHEMA, "data": {"values": list(values)}, "config": _CONFIG, **rest}


def _in_millions(value: float) -> float:
    return float(round_half_up(value / 1000, 3))


def bridge(result: Document, year: str) -> Spec:
    """The bridge as a waterfall: do-nothing position, each step, closing position; £m."""
    names = {row["step"]: row["name"] for row in result["steps"]}
    start, end = result["perimeter_position"]["do_nothing"][year], result["perimeter_position"]["plan"][year]
    values, level = [_bar(0, "Do-nothing position", 0.0, start, "position")], start
    for step, amount in bridge_steps(result, year):
        kind = "improves" if amount >= 0 else "worsens"
        values.append(_bar(len(values), names[step], level, level + amount, kind))
        level += amount
    values.append(_bar(len(values), "Closing position", 0.0, end, "position"))
    order = [value["name"] for value in values]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": order,
        "axis": {"title": None, "ticks": False, "domain": False, "labelPadding": 8},
    }
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": ["position", "improves", "worsens"], "range": [_BLUE, _GREEN, _RED]},
        "legend": None,
    }
    low = min(min(value["low"], value["high"]) for value in values)
    high = max(max(value["low"], value["high"]) for value in values)
    room = 0.14 * ((high - low) or 1.0)  # for the label behind the longest bar
    scale = {"domain": [low, high + room], "nice": False}
    bars: Spec = {
        "mark": {"type": "bar", "height": {"band": 0.7}},
        "encoding": {
            "y": y,
            "x": {
                "field": "low",
                "type": "quantitative",
                "scale": scale,
                "axis": {"title": "£m", "format": ",.0f", "tickCount": 6},
            },
            "x2": {"field": "high"},
            "color": colour,
        },
    }
    labels: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 6},
        "encoding": {
            "y": y,
            "x": {"field": "right", "type": "quantitative", "scale": scale},
            "text": {"field": "label"},
        },
    }
    zero: Spec = {
        "data": {"values": [{"zero": 0}]},
        "mark": {"type": "rule", "color": _DARK},
        "encoding": {"x": {"field": "zero", "type": "quantitative"}},
    }
    return _spec(values, width=560, height={"step": 42}, layer=[bars, zero, labels])


def _bar(place: int, name: str, low: float, high: float, kind: str) -> Spec:
    amount = high - low
    ends = (_in_millions(low), _in_millions(high))
    return {
        "place": place,
        "name": name,
        "low": ends[0],
        "high": ends[1],
        "right": max(ends),
        "label": millions(amount),
        "kind": kind,
    }


def positions(result: Document) -> Spec:
    """The position of each organisation of the perimeter by year, do nothing and with the plan; £m, one scale."""
    values = [
        {
            "organisation": row["name"],
            "year": year,
            "value": _in_millions(result[field][row["code"]][year]),
            "what": what,
        }
        for row in result["organisations"]
        if row["share"] and row["code"] != "unattributed"
        for field, what in (("do_nothing", "Do nothing"), ("positions", "With the plan"))
        for year in result["years"]
    ]
    inner = {
        "width": 240,
        "height": 130,
        "layer": [
            {"mark": {"type": "rule", "color": _DARK}, "encoding": {"y": {"datum": 0}}},
            {
                "mark": {"type": "line", "point": {"size": 36}, "strokeWidth": 2.5},
                "encoding": {
                    "x": {
                        "field": "year",
                        "type": "ordinal",
                        "axis": {"title": None, "labelAngle": -45, "grid": False},
                    },
                    "y": {
                        "field": "value",
                        "type": "quantitative",
                        "axis": {"title": "£m", "format": ",.0f", "tickCount": 4},
                    },
                    "color": {
                        "field": "what",
                        "type": "nominal",
                        "scale": {"domain": ["Do nothing", "With the plan"], "range": [_RED, _BLUE]},
                    },
                    "strokeDash": {
                        "field": "what",
                        "type": "nominal",
                        "scale": {"domain": ["Do nothing", "With the plan"], "range": [[5, 3], [1, 0]]},
                    },
                },
            },
        ],
    }
    return _spec(
        values, facet={"field": "organisation", "type": "nominal"}, columns=3, spec=inner, spacing=24
    )


def impact(result: Document, year: str) -> Spec:
    """What the plan does to each organisation in a year, all interventions together; £m."""
    names = {row["code"]: row["name"] for row in result["organisations"]}
    values = [
        {
            "name": names[code],
            "value": _in_millions(value),
            "label": millions(value),
            "end": _in_millions(max(value, 0.0)),
            "kind": "gains" if value >= 0 else "loses",
        }
        for code, value in sorted(impact_totals(result, year).items(), key=lambda item: -item[1])
    ]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": [value["name"] for value in values],
        "axis": {"title": None, "ticks": False, "domain": False, "labelPadding": 8},
    }
    high = max((value["end"] for value in values), default=1.0) or 1.0
    low = min([0.0, *(value["value"] for value in values)])
    scale = {"domain": [low, high + 0.16 * (high - low)], "nice": False}
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": ["gains", "loses"], "range": [_GREEN, _RED]},
        "legend": None,
    }
    bars: Spec = {
        "mark": {"type": "bar", "height": {"band": 0.7}},
        "encoding": {
            "y": y,
            "x": {
                "field": "value",
                "type": "quantitative",
                "scale": scale,
                "axis": {"title": "£m", "format": ",.0f", "tickCount": 6},
            },
            "color": colour,
        },
    }
    labels: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 6},
        "encoding": {
            "y": y,
            "x": {"field": "end", "type": "quantitative", "scale": scale},
            "text": {"field": "label"},
        },
    }
    return _spec(values, width=520, height={"step": 36}, layer=[bars, labels])


def verdicts(result: Document) -> Spec:
    """How many published figures have which verdict."""
    colours = {
        "ties": _GREEN,
        "differs by rounding": _BLUE,
        "known conflict": "#ffb81c",
        "does not tie": _RED,
    }
    values = [
        {"name": name.capitalize(), "value": count}
        for name, count in ((verdict, result["tie_counts"][verdict]) for verdict in VERDICTS)
    ]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "ticks": False, "domain": False, "labelPadding": 8},
    }
    x = {
        "field": "value",
        "type": "quantitative",
        "axis": {"title": "published figures", "tickMinStep": 1, "tickCount": 6},
    }
    colour = {
        "field": "name",
        "type": "nominal",
        "scale": {"domain": [value["name"] for value in values], "range": list(colours.values())},
        "legend": None,
    }
    bars: Spec = {
        "mark": {"type": "bar", "height": {"band": 0.7}},
        "encoding": {"y": y, "x": x, "color": colour},
    }
    labels: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 6},
        "encoding": {"y": y, "x": x, "text": {"field": "value"}},
    }
    return _spec(values, width=520, height={"step": 32}, layer=[bars, labels])
