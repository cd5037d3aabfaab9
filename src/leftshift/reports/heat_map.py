"""The impact matrix as a heat map: interventions by organisations, an amount in every cell."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

from leftshift.foundation.money import thousands
from leftshift.reports.charts import LABEL, Spec, chart_of, key
from leftshift.reports.shades import colours, shade

_SAID_IN_MILLIONS = 10_000  # £000: a map whose largest amount is smaller is labelled in £000
_COLUMN, _ROW, _LABEL_LINE = 106, 32, 15
_LINE_OF_COLUMN, _LINE_OF_ROW = 14, 46


def unit_of(largest: float) -> str:
    """The unit in which the cells are labelled."""
    return "£m" if largest >= _SAID_IN_MILLIONS else "£000"


def heat_map(
    interventions: Sequence[str],
    organisations: Sequence[str],
    amounts: Sequence[Sequence[float]],
    *,
    largest: float,
    said: Callable[[float], str] | None = None,
) -> Spec:
    """A cell for each row and column; shades are by the largest amount of the whole plan.

    ``said`` gives the label of an amount; without it amounts are money, in the unit of the largest.
    """
    label = said or _money_in(unit_of(largest))
    down = [_key(at, name, _LINE_OF_ROW, 2) for at, name in enumerate(interventions)]
    across = [_key(at, name, _LINE_OF_COLUMN, 5) for at, name in enumerate(organisations)]
    values = [
        _cell(down[at], across[column], value, label(value) if value else "", largest)
        for at, row in enumerate(amounts)
        for column, value in enumerate(row)
    ]
    # a label of several lines hangs down from where its first line stands
    lift = _LABEL_LINE * max((name.count("\n") for name in across), default=0)
    axes = {
        "y": _axis("down", down, {"labels": False}),
        "x": _axis("across", across, {"orient": "top", "labelAngle": 0, "labelPadding": 10 + lift}),
    }
    return chart_of(
        values,
        width={"step": _COLUMN},
        height={"step": _ROW},
        encoding=axes,
        layer=[
            {
                "mark": {"type": "rect", "stroke": "#aeb7bd", "strokeWidth": 1},
                "encoding": {"color": {"field": "fill", "type": "nominal", "scale": None}},
            },
            {
                "mark": {"type": "text", "align": "center"},
                "encoding": {
                    "text": {"field": "label"},
                    "color": {"field": "ink", "type": "nominal", "scale": None},
                },
            },
            *_row_names(down),
        ],
    )


def _money_in(unit: str) -> Callable[[float], str]:
    places, divisor = (1, 1000) if unit == "£m" else (0, 1)
    return lambda value: thousands(value / divisor, places)


def _row_names(down: Sequence[str]) -> list[Spec]:
    """The names of the rows, in the middle of their height whether they take one line or two."""
    layers = []
    for breaks in sorted({each.count("\n") for each in down}):
        named = [{"down": each, "name": each.split("\t")[1]} for each in down if each.count("\n") == breaks]
        mark: Spec = {"type": "text", "align": "right", "baseline": "middle", "fontSize": 13, "limit": 0}
        mark |= {"lineBreak": "\n", "lineHeight": _LABEL_LINE, "dy": 1 - breaks * _LABEL_LINE / 2}
        layers.append(
            {
                "data": {"values": named},
                "mark": mark,
                "encoding": {"x": {"value": -10}, "text": {"field": "name", "type": "nominal"}},
            }
        )
    return layers


def _cell(down: str, across: str, value: float, label: str, largest: float) -> Spec:
    fill, ink = colours(shade(value, largest))
    return {"down": down, "across": across, "label": label, "fill": fill, "ink": ink}


def _key(at: int, name: str, characters: int, lines: int) -> str:
    """The name in lines, with its number in front: two of the same name stay two."""
    return key(at, "\n".join(textwrap.wrap(name, characters, max_lines=lines, placeholder=" …")))


def _axis(field: str, keys: Sequence[str], more: Spec) -> Spec:
    axis = {
        "title": None,
        "ticks": False,
        "domain": False,
        "labelPadding": 8,
        "labelFontSize": 13,
        "labelLineHeight": _LABEL_LINE,
        "labelExpr": f"split({LABEL}, '\\n')",
        **more,
    }
    return {"field": field, "type": "nominal", "sort": list(keys), "axis": axis}
