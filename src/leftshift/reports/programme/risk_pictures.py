"""Pictures of risks: the matrix of likelihood by impact, and where scores came from and are meant to go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leftshift.programme.risking import Scale
from leftshift.reports.charts import Spec, chart_of
from leftshift.reports.programme.name_axes import keys_of, names_axis, names_layers

_FILLS = {
    "green": ("#e8f5ec", "#c3e2cc", "#a5d0b2"),
    "amber": ("#ffeec4", "#ffdc8c", "#ffcb57"),
    "red": ("#f6c3bc", "#ec9b91", "#e2786b"),
}
"""The fills of bands by their colour, a darker one for each further band of it: so that no two bands look alike."""
_DARK, _GREY = "#212b32", "#4c6272"
_CELL_WIDE, _CELL_HIGH = 104, 58
_NAME = 44


def heat_map(scale: Scale, counts: Mapping[tuple[int, int], int]) -> Spec:
    """The matrix: likelihood up, impact across; each cell says its band, and how many risks stand there."""
    up = {score: f"{score} {label}" for score, label in sorted(scale.likelihood.items(), reverse=True)}
    across = {score: f"{score} {label}" for score, label in sorted(scale.impact.items())}
    fills = _fills(scale)
    values = []
    for likelihood, row in up.items():
        for impact, column in across.items():
            band, held = scale.band(likelihood, impact), counts.get((likelihood, impact), 0)
            values.append(
                {
                    "up": row,
                    "across": column,
                    "band": f"{band.name} {likelihood * impact}" if band else str(likelihood * impact),
                    "fill": fills[band.band] if band else "#ffffff",
                    "count": str(held) if held else "",
                }
            )
    axis: Spec = {"ticks": False, "domain": False, "labelAngle": 0, "labelPadding": 6}
    encoding = {
        "y": {"field": "up", "type": "nominal", "sort": list(up.values()), "axis": {**axis, "title": "likelihood"}},
        "x": {"field": "across", "type": "nominal", "sort": list(across.values()), "axis": {**axis, "title": "impact", "labelFontSize": 13}},
    }  # fmt: skip
    return chart_of(
        values,
        width={"step": _CELL_WIDE},
        height={"step": _CELL_HIGH},
        encoding=encoding,
        layer=[
            {
                "mark": {"type": "rect", "stroke": "white", "strokeWidth": 2},
                "encoding": {"color": {"field": "fill", "type": "nominal", "scale": None}},
            },
            {
                "mark": {"type": "text", "fontSize": 11, "dy": 19, "color": _DARK},
                "encoding": {"text": {"field": "band"}},
            },
            {
                "mark": {"type": "text", "fontSize": 22, "fontWeight": "bold", "dy": -6, "color": _DARK},
                "encoding": {"text": {"field": "count"}},
            },
        ],
    )


def _fills(scale: Scale) -> dict[str, str]:
    seen: dict[str, int] = {}
    found = {}
    for band in scale.bands:
        at = seen.get(band.rag, 0)
        found[band.band] = _FILLS[band.rag][min(at, len(_FILLS[band.rag]) - 1)]
        seen[band.rag] = at + 1
    return found


_SHAPES = {"inherent": "square", "current": "circle", "target": "M0,-1.4L0,1.4"}
_STROKES = {"inherent": "#4c6272", "current": "#00396b", "target": "#006747"}
_INSIDES = {"inherent": "white", "current": "#00396b", "target": "#006747"}


def stages(rows: Sequence[tuple[str, Mapping[str, int]]]) -> Spec:
    """For each risk its inherent, current and target score on one line."""
    keys = keys_of([name for name, _ in rows], _NAME)
    values = [
        {"key": keys[at], "stage": stage, "score": product}
        for at, (_, products) in enumerate(rows)
        for stage, product in products.items()
    ]
    spans = [
        {"key": keys[at], "low": min(products.values()), "high": max(products.values())}
        for at, (_, products) in enumerate(rows)
        if products
    ]
    top = max((product for _, products in rows for product in products.values()), default=1)
    y = names_axis(keys)
    x: Spec = {
        "type": "quantitative",
        "scale": {"domain": [0, top + 1], "nice": False},
        "axis": {"title": "likelihood × impact", "tickMinStep": 1},
    }
    line: Spec = {
        "data": {"values": spans},
        "mark": {"type": "rule", "color": _GREY, "strokeWidth": 1.5},
        "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
    }
    marks = [_marks(stage, y, x) for stage in ("inherent", "target", "current")]
    return chart_of(values, width=360, height={"step": 40}, layer=[line, *marks, *names_layers(keys)])


_SIZES = {"inherent": 260, "current": 90, "target": 380}


def _marks(stage: str, y: Spec, x: Spec) -> Spec:
    """The marks of one stage: an open square, a dot within it, an upright line, so that equal scores all show."""
    names = list(_SHAPES)
    return {
        "transform": [{"filter": f"datum.stage === '{stage}'"}],
        "mark": {"type": "point", "size": _SIZES[stage], "opacity": 1, "strokeWidth": 3 if stage == "target" else 1.8},
        "encoding": {
            "y": y,
            "x": {**x, "field": "score"},
            "shape": {"field": "stage", "type": "nominal", "scale": {"domain": names, "range": list(_SHAPES.values())}, "legend": {"symbolType": None, "symbolStrokeWidth": 2}},
            "stroke": {"field": "stage", "type": "nominal", "scale": {"domain": names, "range": list(_STROKES.values())}},
            "fill": {"field": "stage", "type": "nominal", "scale": {"domain": names, "range": list(_INSIDES.values())}},
        },
    }  # fmt: skip
