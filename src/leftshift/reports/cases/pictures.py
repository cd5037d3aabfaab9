"""Pictures of a business case: what has been gained up to each year, what matters, who gains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from leftshift.reports import charts
from leftshift.reports.charts import Spec, chart_of
from leftshift.reports.decisions import pictures

Document = Mapping[str, Any]
_THOUSAND = 1000
_DARK, _BLUE, _GREY = "#212b32", "#005eb8", "#4c6272"
_LINES = {"as it stands": (_GREY, [5, 3]), "discounted": (_BLUE, [1, 0])}


def cumulative(years: Sequence[Document]) -> Spec:
    """Benefits less costs up to the end of each year, as they stand in real prices and discounted; £000."""
    values = [
        {"year": row["year"], "value": round(row[field] / _THOUSAND, 3), "what": what}
        for what, field in (("as it stands", "cumulative"), ("discounted", "cumulative_discounted"))
        for row in years
    ]
    named: Spec = {"field": "what", "type": "nominal", "scale": {"domain": list(_LINES)}}
    encoding = {
        "x": {
            "field": "year",
            "type": "ordinal",
            "axis": {
                "title": None,
                "labelAngle": 0 if len(years) < 12 else -90,
                "grid": False,
                "labelOverlap": True,
            },
        },
        "y": {
            "field": "value",
            "type": "quantitative",
            "axis": {"title": "£000", "format": ",.0f", "tickCount": 6},
        },
        "color": {**named, "scale": {**named["scale"], "range": [colour for colour, _ in _LINES.values()]}},
        "strokeDash": {**named, "scale": {**named["scale"], "range": [dash for _, dash in _LINES.values()]}},
    }
    zero: Spec = {"mark": {"type": "rule", "color": _DARK}, "encoding": {"y": {"datum": 0}}}
    line: Spec = {
        "mark": {"type": "line", "strokeWidth": 2.5, "point": {"size": 36}},
        "encoding": encoding,
    }
    return chart_of(values, width=560, height=240, layer=[zero, line])


def tornado(rows: Sequence[Document], npv: float) -> Spec:
    """The net present value with each of these a tenth lower and higher, widest first; £m."""
    counts = Counter(row["name"] for row in rows)
    seen = Counter[str]()
    bars = []
    for row in rows:
        seen[row["name"]] += 1
        again = f" ({seen[row['name']]})" if counts[row["name"]] > 1 else ""
        bars.append(
            {
                "quantity": row["name"] + again,
                "position_at_low": row["low"]["npv"] / _THOUSAND,
                "position_at_high": row["high"]["npv"] / _THOUSAND,
            }
        )
    return pictures.tornado(bars, npv / _THOUSAND)


def gains(shares: Mapping[str, Document]) -> Spec:
    """The net present value of each organisation, the largest first."""
    return charts.moves([(row["name"], row["npv"] / _THOUSAND) for row in shares.values()])
