"""Charts of capacity, as plain specifications: beds, staff, buildings and capital."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leftshift.capacity.beds.bridging import BRIDGE, NAMES
from leftshift.foundation.money import round_half_up
from leftshift.reports.capacity.cells import is_nought
from leftshift.reports.capacity.words import count
from leftshift.reports.charts import LABEL, Spec, chart_of, key, waterfall

BLUE, DARK, GREEN, ORANGE, GREY = "#005eb8", "#212b32", "#006747", "#b35c00", "#4c6272"
_BRIDGE_KINDS = {"needed": BLUE, "more": ORANGE, "fewer": GREEN, "open": GREY}
_SOURCES = ("#005eb8", "#7c2855", "#006747", "#768692", "#41b6e6", "#330072", "#78be20", "#425563")
_ASK = "#ed8b00"
Style = tuple[str, Sequence[int]]
"""The colour of a line, and its dashes."""
_PLAIN: Sequence[int] = (1, 0)
BED_LINES: Mapping[str, Style] = {
    "Needed with the plan": (BLUE, _PLAIN),
    "In the fullest month": (BLUE, (3, 3)),
    "Needed doing nothing": (ORANGE, (7, 4)),
    "Open": (DARK, _PLAIN),
}
STAFF_LINES: Mapping[str, Style] = {
    "Needed": (ORANGE, (7, 4)),
    "In post": (BLUE, _PLAIN),
    "In post and agency": (DARK, (3, 3)),
}


def bed_bridge(steps: Mapping[str, float], opened: tuple[float, float] | None) -> Spec:
    """The beds of a pool from start to end as a waterfall; ``opened`` are those open at the start and at the end."""
    level = steps["start"]
    bars = [_bar(NAMES["start"], 0.0, level, "needed", count(level))]
    for step in BRIDGE[1:]:
        value = steps[step]
        if not is_nought(value):
            bars.append(_moved(NAMES[step], level, value, "more" if value > 0 else "fewer"))
        level += value
    bars.append(_bar(NAMES["end"], 0.0, steps["end"], "needed", count(steps["end"])))
    if opened is not None:
        before, after = opened
        if not is_nought(after - before):
            bars.append(_moved(NAMES["closed"], before, after - before, "open"))
        bars.append(_bar("Open at the end", 0.0, after, "open", count(after)))
    return waterfall(bars, title="beds", kinds=_BRIDGE_KINDS)


def _moved(name: str, level: float, value: float, kind: str) -> Spec:
    return _bar(name, level, level + value, kind, count(value, signed=True))


def _bar(name: str, low: float, high: float, kind: str, label: str) -> Spec:
    ends = {"low": _tidy(low), "high": _tidy(high), "right": _tidy(max(low, high))}
    return {"name": name, **ends, "label": label, "kind": kind}


def _tidy(value: float) -> float:
    return float(round_half_up(value, 3))


def by_year(
    panels: Mapping[str, Mapping[str, Sequence[float]]],
    years: Sequence[str],
    styles: Mapping[str, Style],
    title: str,
) -> Spec:
    """A panel for each name, each with its lines by year and a scale of its own."""
    values = [
        {"panel": key(at, name), "line": line, "year": year, "value": _tidy(value)}
        for at, (name, lines) in enumerate(panels.items())
        for line, series in lines.items()
        for year, value in zip(years, series, strict=True)
    ]
    used = [line for line in styles if any(line in lines for lines in panels.values())]
    colour = {"domain": used, "range": [styles[line][0] for line in used]}
    dashes = {"domain": used, "range": [list(styles[line][1]) for line in used]}
    x = {"field": "year", "type": "ordinal", "axis": {"title": None, "labelAngle": -45, "grid": False}}
    y = {"field": "value", "type": "quantitative", "axis": {"title": title, "format": ",.0f", "tickCount": 4}}
    inner = {
        "width": 400,
        "height": 150,
        "mark": {"type": "line", "point": {"size": 30}, "strokeWidth": 2.5},
        "encoding": {
            "x": x,
            "y": {**y, "scale": {"zero": False}},
            "color": {"field": "line", "type": "nominal", "scale": colour},
            "strokeDash": {"field": "line", "type": "nominal", "scale": dashes},
        },
    }
    facet = {
        "field": "panel",
        "type": "nominal",
        "sort": list(dict.fromkeys(value["panel"] for value in values)),
        "header": {"labelExpr": LABEL},
    }
    scales = {"scale": {"y": "independent"}}
    return chart_of(values, facet=facet, columns=2, spec=inner, spacing=24, resolve=scales)


def pyramid(
    bands: Sequence[str], before: Sequence[float], after: Sequence[float], names: tuple[str, str]
) -> Spec:
    """Those in post by age band, the oldest above: one year to the left and another to the right."""
    sides = ((names[0], before, -1), (names[1], after, 1))
    values = [
        {"band": band, "side": name, "value": sign * _tidy(value), "label": count(value)}
        for name, series, sign in sides
        for band, value in zip(bands, series, strict=True)
    ]
    widest = max([1.0, *before, *after]) * 1.2
    y = {
        "field": "band",
        "type": "nominal",
        "sort": list(reversed(bands)),
        "axis": {"title": None, "ticks": False, "domain": False, "labelPadding": 8},
    }
    x = {
        "field": "value",
        "type": "quantitative",
        "stack": None,
        "scale": {"domain": [-widest, widest], "nice": False},
        "axis": {
            "title": "whole-time equivalents",
            "labelExpr": "format(abs(datum.value), ',.0f')",
            "tickCount": 6,
        },
    }
    scale = {"domain": list(names), "range": ["#768692", BLUE]}
    square = {"symbolType": "square", "symbolStrokeWidth": 0, "symbolSize": 200}
    bars = {
        "mark": {"type": "bar", "height": {"band": 0.8}},
        "encoding": {
            "y": y,
            "x": x,
            "color": {"field": "side", "type": "nominal", "scale": scale, "legend": square},
        },
    }
    labels = [
        {
            "transform": [{"filter": {"field": "side", "equal": name}}],
            "mark": {"type": "text", "align": "left" if sign > 0 else "right", "dx": 6 * sign},
            "encoding": {"y": y, "x": x, "text": {"field": "label"}},
        }
        for name, _, sign in sides
    ]
    return chart_of(values, width=560, height={"step": 32}, layer=[bars, *labels])


def utilisation(sites: Mapping[str, float], target: float) -> Spec:
    """The share of each site's floor area that is used, in per cent, and the share that should be."""
    values = [
        {
            "name": key(at, name),
            "value": _tidy(100 * value),
            "label": f"{round_half_up(100 * value)}%",
            "kind": "Below the target" if value < target else "At the target or above",
        }
        for at, (name, value) in enumerate(sites.items())
    ]
    highest = max([100.0, *(value["value"] for value in values)]) * 1.12  # type: ignore[operator]
    y = {
        "field": "name",
        "type": "nominal",
        "sort": [value["name"] for value in values],
        "axis": {"title": None, "ticks": False, "domain": False, "labelPadding": 8, "labelExpr": LABEL},
    }
    x = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [0, highest], "nice": False},
        "axis": {"title": "% of the floor area in use", "tickCount": 6},
    }
    kinds = {"domain": ["At the target or above", "Below the target"], "range": [BLUE, ORANGE]}
    square = {"symbolType": "square", "symbolStrokeWidth": 0, "symbolSize": 200}
    bars = {
        "mark": {"type": "bar", "height": {"band": 0.7}},
        "encoding": {
            "y": y,
            "x": x,
            "color": {"field": "kind", "type": "nominal", "scale": kinds, "legend": square},
        },
    }
    labels = {
        "mark": {"type": "text", "align": "left", "dx": 6},
        "encoding": {"y": y, "x": x, "text": {"field": "label"}},
    }
    rule = {
        "mark": {"type": "rule", "color": DARK, "strokeWidth": 2, "strokeDash": [4, 3]},
        "encoding": {"x": {"datum": _tidy(100 * target), "type": "quantitative"}},
    }
    return chart_of(values, width=520, height={"step": 36}, layer=[bars, rule, labels])


def funding(sources: Mapping[str, Sequence[float]], ask: Sequence[float], years: Sequence[str]) -> Spec:
    """Where the capital of each year comes from, stacked, with what remains to be found on top; £m."""
    layers = [*sources.items(), ("Still to be found", ask)]
    names = [key(at, name) for at, (name, _) in enumerate(layers)]
    values = [
        {"source": name, "year": year, "value": float(round_half_up(value / 1000, 3)), "order": at}
        for at, (name, (_, series)) in enumerate(zip(names, layers, strict=True))
        for year, value in zip(years, series, strict=True)
    ]
    shades = [*(_SOURCES[at % len(_SOURCES)] for at in range(len(sources))), _ASK]
    legend = {
        "symbolType": "square", "symbolStrokeWidth": 0, "symbolSize": 200, "labelExpr": LABEL, "labelLimit": 300, "columns": 2,
    }  # fmt: skip
    colour = {
        "field": "source",
        "type": "nominal",
        "scale": {"domain": names, "range": shades},
        "legend": legend,
    }
    bars = {
        "mark": {"type": "bar", "width": {"band": 0.6}, "stroke": "white", "strokeWidth": 1},
        "encoding": {
            "x": {"field": "year", "type": "ordinal", "axis": {"title": None, "labelAngle": 0}},
            "y": {"field": "value", "type": "quantitative", "axis": {"title": "£m", "tickCount": 6}},
            "color": colour,
            "order": {"field": "order", "type": "quantitative"},
        },
    }
    zero = {"mark": {"type": "rule", "color": DARK}, "encoding": {"y": {"datum": 0}}}
    return chart_of(values, width=max(240, 90 * len(years)), height=260, layer=[bars, zero])


def pool(quarters: Sequence[str], left: Sequence[float], expected: Sequence[float]) -> Spec:
    """What is left in the risk pool at the end of each quarter, beside the calls that are still expected; £m."""
    names = {"Left in the pool": (left, BLUE, _PLAIN), "Calls still expected": (expected, ORANGE, (7, 4))}
    values = [
        {"line": name, "quarter": quarter, "value": float(round_half_up(value / 1000, 3))}
        for name, (series, _, _) in names.items()
        for quarter, value in zip(quarters, series, strict=True)
    ]
    lines = [
        {
            "mark": {"type": "line", "point": {"size": 40}, "strokeWidth": 2.5},
            "encoding": {
                "x": {
                    "field": "quarter",
                    "type": "ordinal",
                    "axis": {"title": None, "labelAngle": -45, "grid": False},
                },
                "y": {"field": "value", "type": "quantitative", "axis": {"title": "£m", "tickCount": 5}},
                "color": {
                    "field": "line",
                    "type": "nominal",
                    "scale": {"domain": list(names), "range": [BLUE, ORANGE]},
                },
                "strokeDash": {
                    "field": "line",
                    "type": "nominal",
                    "scale": {"domain": list(names), "range": [[1, 0], [7, 4]]},
                },
            },
        }
    ]
    return chart_of(values, width=520, height=220, layer=lines)
