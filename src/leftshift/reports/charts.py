"""Chart specifications in Vega-Lite, as plain dictionaries made from the document of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leftshift.foundation.money import round_half_up
from leftshift.reports.words import (
    VERDICTS,
    Document,
    amount,
    bridge_steps,
    driver_amounts,
    impact_totals,
    millions,
)

Spec = dict[str, Any]

_BLUE, _DARK, _GREEN, _RED, _GREY, _PALE = "#005eb8", "#212b32", "#006747", "#d5281b", "#4c6272", "#d8dde0"
_CONFIG: Spec = {
    "background": None,
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "aria": False,  # drawings are shown as pictures with an alternative text of their own
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
        "labelFontSize": 14,
        "labelColor": _DARK,
        "labelLimit": 400,
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
_AMBER = "#ffb81c"
_KINDS: Mapping[str, str] = {"position": _BLUE, "improves": _GREEN, "worsens": _RED}
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def chart_of(values: Sequence[Spec], **rest: Any) -> Spec:
    """A chart of these values, in the look of the house."""
    return {"$schema": _SCHEMA, "data": {"values": list(values)}, "config": _CONFIG, **rest}


def _in_millions(value: float) -> float:
    return float(round_half_up(value / 1000, 3))


def key(at: int, name: str) -> str:
    """A name with its number in front, so that two of the same name stay two."""
    return f"{at}\t{name}"


LABEL = "split(datum.label, '\\t')[1]"
"""The name in a key, for Vega to print."""


def _numbered(values: Sequence[Spec]) -> list[Spec]:
    return [{**value, "key": key(at, value["name"])} for at, value in enumerate(values)]


def _names(values: Sequence[Spec]) -> Spec:
    """The axis of names, in the order given."""
    axis = {"title": None, "ticks": False, "domain": False, "labelPadding": 8, "labelExpr": LABEL}
    return {"field": "key", "type": "nominal", "sort": [value["key"] for value in values], "axis": axis}


def _format(points: Sequence[float]) -> str:
    """As many decimals as tell the marks of an axis apart."""
    span = max(points, default=0.0) - min(points, default=0.0)
    return ",.0f" if span >= 4 else ",.1f" if span >= 0.4 else ",.2f"


def _amounts(field: str, domain: Sequence[float], title: str = "£m") -> Spec:
    """The axis of amounts, with room for the label behind the longest bar."""
    low, high = min([0.0, *domain]), max([0.0, *domain])
    scale = {"domain": [low, high + 0.16 * ((high - low) or 1.0)], "nice": False}
    return {
        "field": field,
        "type": "quantitative",
        "scale": scale,
        "axis": {"title": title, "format": _format([low, high]), "tickCount": 6},
    }


def _colours(field: str, of: Mapping[str, str]) -> Spec:
    scale = {"domain": list(of), "range": list(of.values())}
    return {"field": field, "type": "nominal", "scale": scale, "legend": None}


def _bars(y: Spec, x: Spec, colour: Spec, **more: Spec) -> Spec:
    return {
        "mark": {"type": "bar", "height": {"band": 0.7}},
        "encoding": {"y": y, "x": x, "color": colour, **more},
    }


def _labels(y: Spec, x: Spec) -> list[Spec]:
    """The amount at the end of each bar, on a white ground so that no line crosses it."""
    encoding = {"y": y, "x": x, "text": {"field": "label"}}
    mark = {"type": "text", "align": "left", "dx": 6}
    return [
        {"mark": {**mark, "stroke": "white", "strokeWidth": 5, "strokeJoin": "round"}, "encoding": encoding},
        {"mark": mark, "encoding": encoding},
    ]


def bridge(result: Document, year: str) -> Spec:
    """The bridge as a waterfall: do-nothing position, each step, closing position; £m."""
    names = {row["step"]: row["name"] for row in result["steps"]}
    position = result["perimeter_position"]
    start, end = position["do_nothing"][year], position["plan"][year]
    steps = [(names[step], value) for step, value in bridge_steps(result, year)]
    return waterfall(
        [
            _bar("Do-nothing position", 0.0, start, "position"),
            *_running(steps, start, up="improves", down="worsens"),
            _bar("Closing position", 0.0, end, "position"),
        ]
    )


def drivers(result: Document, year: str) -> Spec:
    """The drivers as a waterfall that ends at the gap; those that add nothing are left out; £m."""
    amounts = [(name, value) for name, value in driver_amounts(result, year) if round_half_up(value)]
    gap = result["gap"][year]
    running = _running(amounts, 0.0, up="worsens", down="improves")
    return waterfall([*running, _bar("Do-nothing gap", 0.0, gap, "position")])


def parts(amounts: Sequence[tuple[str, float]], whole: float) -> Spec:
    """The parts of a figure as a waterfall that ends at it; what adds is blue-green, what takes away red; £m."""
    steps = [(name, value) for name, value in amounts if abs(value) >= 0.05]
    running = _running(steps, 0.0, up="improves", down="worsens")
    return waterfall(
        _said_small(
            [*running, _bar("The figure", 0.0, whole, "position")], [*(value for _, value in steps), whole]
        )
    )


def levels(amounts: Sequence[tuple[str, float]]) -> Spec:
    """Positions side by side, in the order given; £m."""
    return waterfall(
        [_bar(name, 0.0, value, "improves" if value >= 0 else "worsens") for name, value in amounts]
    )


def moves(amounts: Sequence[tuple[str, float]]) -> Spec:
    """How far figures moved, largest first; £m."""
    ordered = sorted(amounts, key=lambda entry: (-abs(entry[1]), entry[0]))
    bars = [_bar(name, 0.0, value, "improves" if value >= 0 else "worsens") for name, value in ordered]
    return waterfall(_said_small(bars, [value for _, value in ordered]))


def _said_small(bars: Sequence[Spec], amounts: Sequence[float]) -> list[Spec]:
    """Bars whose labels are in £k where £m would say nothing."""
    return [
        bar if abs(value) >= 1000 else {**bar, "label": f"{'−' if value < 0 else ''}£{amount(abs(value))}k"}
        for bar, value in zip(bars, amounts, strict=True)
    ]


def counts(found: Mapping[str, int], title: str) -> Spec:
    """How many there are of each; one bar each."""
    values = _numbered(
        [
            {"name": name, "value": count, "label": f"{count:,}", "kind": "position"}
            for name, count in found.items()
        ]
    )
    y, x = _names(values), _amounts("value", [0, *found.values()], title)
    layer = [_bars(y, x, _colours("kind", {"position": _BLUE})), *_labels(y, x)]
    return chart_of(values, width=520, height={"step": 32}, layer=layer)


def _running(steps: Sequence[tuple[str, float]], start: float, *, up: str, down: str) -> list[Spec]:
    values, level = [], start
    for name, value in steps:
        values.append(_bar(name, level, level + value, up if value >= 0 else down))
        level += value
    return values


def waterfall(bars: Sequence[Spec], *, title: str = "£m", kinds: Mapping[str, str] = _KINDS) -> Spec:
    """Bars that each have a name, low and high, where the label stands (right), the label, and a kind with its colour."""
    values = _numbered(bars)
    y = _names(values)
    ends = [value[end] for value in values for end in ("low", "high")]
    colour = _colours("kind", kinds)
    zero: Spec = {
        "data": {"values": [{"zero": 0}]},
        "mark": {"type": "rule", "color": _DARK},
        "encoding": {"x": {"field": "zero", "type": "quantitative"}},
    }
    layer = [
        _bars(y, _amounts("low", ends, title), colour, x2={"field": "high"}),
        zero,
        *_labels(y, _amounts("right", ends, title)),
    ]
    return chart_of(values, width=560, height={"step": 42}, layer=layer)


def _bar(name: str, low: float, high: float, kind: str) -> Spec:
    ends = (_in_millions(low), _in_millions(high))
    return {
        "name": name,
        "low": ends[0],
        "high": ends[1],
        "right": max(ends),
        "label": millions(high - low),
        "kind": kind,
    }


def positions(result: Document) -> Spec:
    """The position of each organisation of the perimeter by year, do nothing and with the plan; £m, one scale."""
    values = [
        {
            "organisation": key(at, row["name"]),
            "year": year,
            "value": _in_millions(result[field][row["code"]][year]),
            "what": what,
        }
        for at, row in enumerate(result["organisations"])
        if row["share"] and row["code"] != "unattributed"
        for field, what in (("do_nothing", "Do nothing"), ("positions", "With the plan"))
        for year in result["years"]
    ]
    amounts = [value["value"] for value in values]
    facet = {
        "field": "organisation",
        "type": "nominal",
        "sort": list(dict.fromkeys(value["organisation"] for value in values)),
        "header": {"labelExpr": LABEL},
    }
    inner = {
        "width": 400,
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
                        "axis": {"title": "£m", "format": _format([0, *amounts]), "tickCount": 4},
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
    return chart_of(values, facet=facet, columns=2, spec=inner, spacing=24)


def impact(result: Document, year: str) -> Spec:
    """What the plan does to each organisation in a year, all interventions together; £m."""
    names = {row["code"]: row["name"] for row in result["organisations"]}
    totals = sorted(impact_totals(result, year).items(), key=lambda item: -item[1])
    values = _numbered(
        [_bar(names[code], 0.0, value, "gains" if value >= 0 else "loses") for code, value in totals]
    )
    y = _names(values)
    ends = [0.0, *(value["high"] for value in values)]
    bars = _bars(y, _amounts("high", ends), _colours("kind", {"gains": _GREEN, "loses": _RED}))
    return chart_of(
        values, width=520, height={"step": 36}, layer=[bars, *_labels(y, _amounts("right", ends))]
    )


def verdicts(result: Document) -> Spec:
    """How many published figures have which verdict."""
    colours = dict(
        zip((verdict.capitalize() for verdict in VERDICTS), (_GREEN, _BLUE, _AMBER, _RED), strict=True)
    )
    counts = [result["tie_counts"][verdict] for verdict in VERDICTS]
    values = _numbered(
        [
            {"name": name, "value": count, "label": str(count)}
            for name, count in zip(colours, counts, strict=True)
        ]
    )
    y, x = _names(values), _amounts("value", [0, *counts], "published figures")
    return chart_of(
        values, width=520, height={"step": 32}, layer=[_bars(y, x, _colours("name", colours)), *_labels(y, x)]
    )
