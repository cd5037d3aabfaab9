"""Pictures of a pooled fund: what comes in beside what is spent, what it is spent on, room in intermediate care, claims beside outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leftshift.foundation.money import Money
from leftshift.reports.charts import LABEL, Spec, chart_of, key

_BLUE, _PALE, _GREEN, _RED, _GREY = "#005eb8", "#a6c8e8", "#006747", "#d5281b", "#4c6272"
_POUNDS = 100
_BAND = 26


def pairs(rows: Sequence[tuple[str, Money, Money]], names: tuple[str, str]) -> Spec:
    """Two bars a name, such as what comes in and what is spent; £."""
    return stages([(name, amounts) for name, *amounts in rows], names)


def stages(rows: Sequence[tuple[str, Sequence[Money]]], names: Sequence[str]) -> Spec:
    """Up to five bars a name, such as what was agreed, received, committed, spent and is left; £."""
    values: list[dict[str, Any]] = [
        {"key": key(at, name), "what": what, "value": amount.pence / _POUNDS, "label": amount.brief}
        for at, (name, amounts) in enumerate(rows)
        for what, amount in zip(names, amounts, strict=True)
    ]
    top = max((row["value"] for row in values), default=1) or 1
    low = min((0, *(row["value"] for row in values)))
    y: Spec = {
        "field": "key",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelExpr": LABEL, "ticks": False, "domain": False},
    }
    x: Spec = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [low, top * 1.25], "nice": False},
        "axis": {"title": "£", "format": "~s", "tickCount": 5},
    }
    offset: Spec = {"field": "what", "sort": list(names)}
    colour: Spec = {
        "field": "what",
        "type": "nominal",
        "scale": {"domain": list(names), "range": [_BLUE, _PALE, _GREY, _GREEN, _RED][: len(names)]},
        "legend": {"symbolType": "square", "symbolStrokeWidth": 0},
    }
    bar: Spec = {"mark": {"type": "bar"}, "encoding": {"y": y, "x": x, "yOffset": offset, "color": colour}}
    text: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 5},
        "encoding": {"y": y, "x": x, "yOffset": offset, "text": {"field": "label"}},
    }
    return chart_of(values, width=520, height={"step": _BAND}, layer=[bar, text])


def room(rows: Sequence[dict[str, Any]]) -> Spec:
    """Demand as a line over bars of capacity, month by month."""
    capacity = [
        {"month": row["month"], "kind": kind, "value": row[kind]}
        for row in rows
        for kind in ("block", "spot")
    ]
    demand = [{"month": row["month"], "demand": row["demand"]} for row in rows]
    x: Spec = {"field": "month", "type": "ordinal", "axis": {"title": None, "labelAngle": -45}}
    bars: Spec = {
        "data": {"values": capacity},
        "mark": "bar",
        "encoding": {
            "x": x,
            "y": {
                "field": "value",
                "type": "quantitative",
                "stack": "zero",
                "axis": {"title": "people or packages; line: demand"},
            },
            "color": {
                "field": "kind",
                "type": "nominal",
                "scale": {"domain": ["block", "spot"], "range": [_BLUE, _PALE]},
                "legend": {"symbolType": "square", "symbolStrokeWidth": 0},
            },
        },
    }
    line: Spec = {
        "data": {"values": demand},
        "mark": {"type": "line", "color": _RED, "strokeWidth": 3, "point": {"color": _RED, "size": 45}},
        "encoding": {"x": x, "y": {"field": "demand", "type": "quantitative"}},
    }
    return chart_of([], width=520, height=200, layer=[bars, line])
