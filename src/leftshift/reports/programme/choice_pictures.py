"""Pictures of an option appraisal: weighed scores in parts, and how far scorers agree."""

from __future__ import annotations

from collections.abc import Sequence

from leftshift.reports.charts import LABEL, Spec, chart_of, key
from leftshift.reports.programme.cost_pictures import on_white, parts_colour
from leftshift.reports.programme.name_axes import keys_of, names_axis, names_layers

_STEP, _NAME = 40, 30
_DARK, _GREY = "#00396b", "#4c6272"


def weighed(options: Sequence[str], criteria: Sequence[str], parts: Sequence[Sequence[float]]) -> Spec:
    """A bar for each option, one part a criterion, the total at its end."""
    keys, kinds = keys_of(options, _NAME), [key(at, name) for at, name in enumerate(criteria)]
    values = [
        {"key": keys[at], "part": kinds[column], "order": column, "value": round(amount, 6)}
        for at, row in enumerate(parts)
        for column, amount in enumerate(row)
    ]
    totals = [
        {"key": keys[at], "total": sum(row), "label": f"{sum(row):.2f}"} for at, row in enumerate(parts)
    ]
    top = max([*map(sum, parts), 0.001])
    y = names_axis(keys)
    x: Spec = {"type": "quantitative", "axis": {"title": "weighed score", "tickCount": 6}}
    bars: Spec = {
        "mark": {"type": "bar", "stroke": "white", "strokeWidth": 1.5, "height": {"band": 0.7}},
        "encoding": {
            "y": y,
            "x": {
                **x,
                "field": "value",
                "stack": "zero",
                "scale": {"domain": [0, top * 1.15], "nice": False},
            },
            "color": parts_colour("part", kinds),
            "order": {"field": "order", "type": "quantitative"},
        },
    }
    encoding = {"y": y, "x": {**x, "field": "total"}, "text": {"field": "label"}}
    labels = [{"data": {"values": totals}, **each} for each in on_white(encoding)]
    return chart_of(values, width=480, height={"step": _STEP}, layer=[bars, *labels, *names_layers(keys)])


def spread(cells: Sequence[tuple[str, str, float, float, float]], most: float) -> Spec:
    """For each option, criterion by criterion, a line from the lowest to the highest score with a dot at the mean."""
    options = list(dict.fromkeys(option for option, *_ in cells))
    criteria = list(dict.fromkeys(criterion for _, criterion, *_ in cells))
    numbered = {name: key(at, name) for at, name in enumerate(options)}
    values = [
        {"option": numbered[option], "criterion": criterion, "low": low, "mean": mean, "high": high}
        for option, criterion, low, mean, high in cells
    ]
    y: Spec = {
        "field": "criterion",
        "type": "nominal",
        "sort": criteria,
        "axis": {
            "title": None,
            "ticks": False,
            "domain": False,
            "labelPadding": 8,
            "labelLimit": 220,
            "labelFontSize": 13,
        },
    }
    x: Spec = {
        "type": "quantitative",
        "scale": {"domain": [0, most], "nice": False},
        "axis": {"title": "score", "tickCount": 5},
    }
    inner: Spec = {
        "width": 230,
        "height": {"step": 22},
        "layer": [
            {
                "mark": {
                    "type": "rule",
                    "color": _GREY,
                    "strokeWidth": 4,
                    "strokeCap": "round",
                    "opacity": 0.6,
                },
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 80, "color": _DARK, "opacity": 1},
                "encoding": {"y": y, "x": {**x, "field": "mean"}},
            },
        ],
    }
    facet = {
        "field": "option",
        "type": "nominal",
        "sort": list(numbered.values()),
        "header": {"labelExpr": LABEL},
    }
    return chart_of(values, facet=facet, columns=2, spec=inner, spacing=20)
