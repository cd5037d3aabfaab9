"""Pictures of money in a programme: what slips cost by year, what benefits brought by organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from leftshift.foundation.money import round_half_up
from leftshift.foundation.years import FinancialYear
from leftshift.reports.charts import LABEL, Spec, chart_of, key
from leftshift.reports.programme.cells import pounds_said, thousands_said
from leftshift.reports.words import millions

COLOURS = ("#00396b", "#4a9bdc", "#ffb81c", "#7c2855", "#a6c8e8", "#768692", "#006747", "#e8a0a0")
"""Dark and light by turns: what stands side by side differs in lightness too, for print and for the colour-blind."""
_BAND, _MOST = 34, 6
_DARK = "#212b32"


def cost_by_year(
    years: Sequence[FinancialYear], amounts: Sequence[tuple[str, Mapping[FinancialYear, float]]]
) -> Spec:
    """What slips cost, one bar a year in parts; amounts are £000, below 0 where they cost; drawn in £m."""
    parts = _largest(years, amounts)
    values = [
        {"year": str(year), "part": key(at, name), "value": float(round_half_up(-by_year[year] / 1000, 4))}
        for at, (name, by_year) in enumerate(parts)
        for year in years
    ]
    sums = {year: sum(-by_year[year] for _, by_year in parts) for year in years}
    ends = {year: sum(max(0.0, -by_year[year]) for _, by_year in parts) / 1000 for year in years}
    least = min((sum(min(0.0, -by[year]) for _, by in parts) / 1000 for year in years), default=0.0)
    large = max(map(abs, sums.values()), default=0.0) >= 1000
    totals = [
        {
            "year": str(year),
            "end": ends[year],
            "label": millions(sums[year]) if large else thousands_said(sums[year]),
        }
        for year in years
    ]
    y = _axis("year", [str(year) for year in years])
    x: Spec = {"type": "quantitative", "axis": {"title": "less is saved, £m", "tickCount": 6}}
    top = max([*ends.values(), 0.001])
    bars = {
        "mark": {"type": "bar", "stroke": "white", "strokeWidth": 1.5, "height": {"band": 0.7}},
        "encoding": {
            "y": y,
            "x": {
                **x,
                "field": "value",
                "stack": "zero",
                "scale": {"domain": [least, top * 1.2], "nice": False},
            },
            "color": parts_colour("part", [key(at, name) for at, (name, _) in enumerate(parts)]),
            "order": {"field": "part", "type": "nominal"},
        },
    }
    encoding = {"y": y, "x": {**x, "field": "end"}, "text": {"field": "label"}}
    labels = [{"data": {"values": totals}, **each} for each in on_white(encoding)]
    return chart_of(values, width=560, height={"step": _BAND}, layer=[bars, *labels])


def on_white(encoding: Spec, **more: object) -> list[Spec]:
    """Texts to the right of where they stand, on a white ground so that no line crosses them."""
    mark = {"type": "text", "align": "left", "dx": 6, **more}
    ground = {"stroke": "white", "strokeWidth": 5, "strokeJoin": "round"}
    return [{"mark": {**mark, **ground}, "encoding": encoding}, {"mark": mark, "encoding": encoding}]


def _largest(
    years: Sequence[FinancialYear], amounts: Sequence[tuple[str, Mapping[FinancialYear, float]]]
) -> list[tuple[str, Mapping[FinancialYear, float]]]:
    """The parts that move most, the rest of them together: more could not be told apart."""
    ordered = sorted(amounts, key=lambda part: (-sum(map(abs, part[1].values())), part[0]))
    if len(ordered) <= _MOST:
        return ordered
    rest = {year: sum(by_year[year] for _, by_year in ordered[_MOST - 1 :]) for year in years}
    return [*ordered[: _MOST - 1], (f"{len(ordered) - _MOST + 1} others", rest)]


def parts_colour(field: str, domain: Sequence[str]) -> Spec:
    """The colours of parts that lie side by side, with a legend of their names."""
    colours = [COLOURS[at % len(COLOURS)] for at in range(len(domain))]
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": list(domain), "range": colours},
        "legend": {
            "symbolType": "square",
            "symbolStrokeWidth": 0,
            "labelExpr": LABEL,
            "columns": 2,
            "labelLimit": 280,
        },
    }


def _axis(field: str, order: Sequence[str], *, keyed: bool = False) -> Spec:
    axis: Spec = {"title": None, "ticks": False, "domain": False, "labelPadding": 8, "labelLimit": 300}
    return {
        "field": field,
        "type": "nominal",
        "sort": list(order),
        "axis": {**axis, **({"labelExpr": LABEL} if keyed else {})},
    }


def benefits_by_organisation(rows: Sequence[tuple[str, Decimal, Decimal]]) -> Spec:
    """What was planned up to now beside what was brought, by organisation; pounds."""
    names = ("planned so far", "brought so far")
    values = [
        {"key": key(at, name), "what": what, "value": float(value), "label": pounds_said(value)}
        for at, (name, *amounts) in enumerate(rows)
        for what, value in zip(names, amounts, strict=True)
    ]
    ends = [0.0, *(float(value) for _, *amounts in rows for value in amounts)]
    y = _axis("key", [key(at, name) for at, (name, *_) in enumerate(rows)], keyed=True)
    span = (max(ends) - min(ends)) or 1.0
    x: Spec = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [min(ends), max(ends) + 0.22 * span], "nice": False},
        "axis": {"title": "£", "format": "~s", "tickCount": 5},
    }
    offset: Spec = {"field": "what", "sort": list(names)}
    bar: Spec = {
        "mark": {"type": "bar", "stroke": _DARK, "strokeWidth": 0.5},
        "encoding": {
            "y": y,
            "x": x,
            "yOffset": offset,
            "color": {
                "field": "what",
                "type": "nominal",
                "scale": {"domain": list(names), "range": [COLOURS[4], COLOURS[0]]},
                "legend": {"symbolType": "square", "symbolStrokeWidth": 0},
            },
        },
    }
    texts = on_white({"y": y, "x": x, "yOffset": offset, "text": {"field": "label"}})
    return chart_of(values, width=480, height={"step": 24}, layer=[bar, *texts])
