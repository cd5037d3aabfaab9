"""Pictures of measures beside the control chart: where the year will end, the way to the target, peers, funnel, savings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leftshift.foundation.periods import Period
from leftshift.measures.opportunity import TWO_SIDED_95, Standing
from leftshift.measures.result import Measured
from leftshift.measures.savings import Register
from leftshift.measures.statistics.funnels import (
    LEVELS,
    Kind,
    Overdispersion,
    overdispersed_funnel,
    overdispersion,
)
from leftshift.measures.targets.working_out import Target
from leftshift.reports.charts import LABEL, Spec, chart_of, key
from leftshift.reports.measures.marks import LIMIT, LINE, MEAN, TARGET, WHITE

_OWN, _PALE, _DARK = "#12436d", "#d8dde0", "#212b32"
_LEGEND: Spec = {"title": None, "labelLimit": 420}
_WIDTH, _STEP = 560, 26
_CURVE = 60
_FEWEST_IN_FUNNEL = 5
"""Areas that a funnel is drawn for: fewer say nothing about how they vary."""


def _quantitative(field: str, title: str | None, low: float, high: float, **more: Any) -> Spec:
    axis = {"title": title, "tickCount": 6, **more}
    scale = {"domain": [low, high], "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def _room(values: Sequence[float]) -> tuple[float, float]:
    """The ends of an axis, with some room beside them."""
    low, high = min(values), max(values)
    room = (high - low) or abs(high) or 1.0
    return low - 0.08 * room, high + 0.08 * room


# ---------------------------------------------------------------------- the way to the target
def trajectory(entry: Measured, targets: Sequence[Target]) -> Spec:
    """Figures since a year before the targets begin, and every target to come; a target that was met is a filled circle."""
    first = targets[0].period
    since = first.plus(-max(1, round(first.a_year)))
    last = max(
        [*(target.period for target in targets), *entry.series.calendar[-1:]], key=lambda period: period.first
    )
    periods = list(since.until(last)) if since.sort == last.sort else [target.period for target in targets]
    at = {period: place for place, period in enumerate(periods)}
    seen: list[dict[str, Any]] = [
        {"x": at[point.period], "y": point.value, "what": "Seen"}
        for point in entry.series.points
        if point.period in at and point.value is not None
    ]
    aims: list[dict[str, Any]] = [
        {"x": at[target.period] + side, "y": target.value}
        for target in targets
        if target.period in at
        for side in (-0.5, 0.5)
    ]
    low, high = _room([value["y"] for value in (*seen, *aims)])
    x: Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [-0.5, len(periods) - 0.5], "nice": False},
        "axis": _named(periods),
    }
    y = _quantitative("y", None, low, high)
    layer = [
        {
            "data": {"values": aims},
            "mark": {"type": "line", "color": TARGET, "strokeWidth": 2, "strokeDash": [10, 3, 2, 3]},
            "encoding": {"x": x, "y": y, "order": {"field": "x"}},
        },
        {
            "data": {"values": seen},
            "mark": {"type": "line", "color": LINE, "strokeWidth": 1.5},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": seen},
            "mark": {
                "type": "point",
                "shape": "circle",
                "filled": True,
                "size": 45,
                "color": _OWN,
                "opacity": 1,
            },
            "encoding": {"x": x, "y": y},
        },
    ]
    return _titled(
        chart_of([], width=640, height=220, layer=layer),
        f"{entry.measure.name}, {entry.name}: the way to the target",
        f"{_unit(entry)}circles are figures, the dashed line is the target",
    )


def _named(periods: Sequence[Period]) -> Spec:
    every = max(1, -(-len(periods) // 8))
    names = [str(period) for period in periods]
    return {
        "title": None,
        "values": list(range(0, len(periods), every)),
        "labelExpr": f"{names}[datum.value]",
        "labelAngle": 0,
        "labelOverlap": True,
        "grid": False,
    }


def _unit(entry: Measured) -> str:
    return f"{entry.unit}; " if entry.unit else ""


def _titled(spec: Spec, title: str, subtitle: str) -> Spec:
    spec["title"] = {
        "text": title, "subtitle": subtitle, "anchor": "start", "frame": "group", "fontSize": 17, "subtitleFontSize": 14, "offset": 12,
        "color": MEAN, "subtitleColor": LIMIT,
    }  # fmt: skip
    return spec


# ---------------------------------------------------------------------- peers
@dataclass(frozen=True)
class Beside:
    """A body beside its peers, from the worst to the best."""

    own: Standing
    peers: tuple[Standing, ...]
    quartile: float
    median: float
    names: tuple[tuple[str, str], ...]


def peers_chart(entry: Measured, beside: Beside) -> Spec:
    """Body and peers with their 95% intervals, in order; the better quartile and the median as lines."""
    better = entry.series.better
    ordered = sorted((*beside.peers, beside.own), key=lambda found: (-better * found.level, found.body))
    names = dict(beside.names)
    values: list[dict[str, Any]] = [
        {
            "key": key(at, names.get(found.body, found.body)),
            "level": found.level,
            "low": found.level - TWO_SIDED_95 * (found.error or 0.0),
            "high": found.level + TWO_SIDED_95 * (found.error or 0.0),
            "who": entry.name if found.body == beside.own.body else "Peers",
        }
        for at, found in enumerate(ordered)
    ]
    ends = [value[end] for value in values for end in ("low", "high")]
    x = _quantitative("level", entry.unit or None, *_room([*ends, beside.quartile, beside.median]))
    y: Spec = {
        "field": "key",
        "type": "nominal",
        "sort": [value["key"] for value in values],
        "axis": {"title": None, "ticks": False, "domain": False, "labelExpr": LABEL, "labelLimit": 320},
    }
    who = [entry.name, "Peers"]
    layer = [
        *(_line_at(x, level, words, dash) for level, words, dash in (
            (beside.quartile, "Better quartile", [6, 3]), (beside.median, "Median", [2, 3]),
        )),
        {"mark": {"type": "rule", "color": LINE, "strokeWidth": 2}, "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}}},
        {
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "stroke": _DARK, "strokeWidth": 1.2},
            "encoding": {
                "y": y,
                "x": x,
                "shape": {"field": "who", "scale": {"domain": who, "range": ["diamond", "circle"]}, "legend": _LEGEND},
                "fill": {"field": "who", "scale": {"domain": who, "range": [_OWN, WHITE]}, "legend": _LEGEND},
            },
        },
    ]  # fmt: skip
    return _titled(
        chart_of(values, width=_WIDTH, height={"step": _STEP}, layer=layer),
        f"{entry.measure.name}: {entry.name} beside its peers",
        "The best stands on top; whiskers are 95% intervals where they are known; dashed: better quartile, dotted: median",
    )


def _line_at(x: Spec, level: float, _: str, dash: list[int]) -> Spec:
    return {
        "data": {"values": [{"level": level}]},
        "mark": {"type": "rule", "color": TARGET, "strokeWidth": 1.5, "strokeDash": dash},
        "encoding": {"x": x},
    }


# ---------------------------------------------------------------------- funnel
@dataclass(frozen=True)
class Funnel:
    """Areas by their size, around what they are together, with limits of chance widened by how much more they vary."""

    kind: Kind
    multiplier: float
    bodies: tuple[str, ...]
    sizes: tuple[float, ...]
    values: tuple[float, ...]
    baseline: float
    found: Overdispersion

    def limits(self, sizes: Sequence[float], confidence: float) -> tuple[list[float], list[float]]:
        """Lower and upper limits at some sizes, in the unit of the measure."""
        made = overdispersed_funnel(self.found, self._base, self._on_scale(sizes), confidence=confidence)
        scale = self.multiplier if self.kind == "proportion" else self.baseline
        return [float(low) * scale for low in made.lower], [float(high) * scale for high in made.upper]

    @property
    def _base(self) -> float:
        return self.baseline / self.multiplier if self.kind == "proportion" else 1.0

    def _on_scale(self, sizes: Sequence[float]) -> list[float]:
        """Denominators of a proportion; of a rate, the events that the baseline would expect."""
        if self.kind == "proportion":
            return list(sizes)
        return [size * self.baseline / self.multiplier for size in sizes]

    def outside(self, confidence: float) -> list[str]:
        """The areas outside the limits of a level."""
        low, high = self.limits(self.sizes, confidence)
        return [
            body
            for body, value, least, most in zip(self.bodies, self.values, low, high, strict=True)
            if not least <= value <= most
        ]


def funnel_of(entry: Measured, standings: Sequence[Standing]) -> Funnel | None:
    """The funnel of a rate or a proportion over a year; None for other kinds, and for fewer areas than say anything."""
    definition = entry.series.definition
    kinds: dict[str, Kind] = {"proportion": "proportion", "rate": "ratio"}
    kind = kinds.get(definition.kind.name)
    usable = [found for found in standings if found.denominator]
    if kind is None or len(usable) < _FEWEST_IN_FUNNEL:
        return None
    sizes = [found.denominator or 0.0 for found in usable]
    numerators = [found.level * (found.denominator or 0.0) / definition.multiplier for found in usable]
    base = sum(numerators) / sum(sizes)
    if not base > 0 or (kind == "proportion" and base >= 1):
        return None
    expected = sizes if kind == "proportion" else [size * base for size in sizes]
    found = overdispersion(numerators, expected, base if kind == "proportion" else 1.0, kind)
    return Funnel(
        kind,
        definition.multiplier,
        tuple(standing.body for standing in usable),
        tuple(sizes),
        tuple(standing.level for standing in usable),
        base * definition.multiplier,
        found,
    )


def funnel_chart(entry: Measured, funnel: Funnel, names: dict[str, str]) -> Spec:
    """Areas by size within limits of 95% and 99.8%; the body itself is a diamond."""
    sizes = np.linspace(min(funnel.sizes) * 0.7, max(funnel.sizes) * 1.1, _CURVE)
    curves = [
        {"size": float(size), "value": value, "line": f"{level} {side}", "level": f"{level * 100:g}%"}
        for level in LEVELS
        for side, line in zip(("low", "high"), funnel.limits(list(sizes), level), strict=True)
        for size, value in zip(sizes, line, strict=True)
    ]
    points = [
        {
            "size": size,
            "value": value,
            "name": names.get(body, body),
            "who": entry.name if body == entry.of else "Peers",
        }
        for body, size, value in zip(funnel.bodies, funnel.sizes, funnel.values, strict=True)
    ]
    everything: list[float] = [float(row["value"]) for row in (*curves, *points)]  # type: ignore[arg-type]
    x = _quantitative(
        "size",
        f"{entry.series.definition.row.denominator or 'Denominator'} (added up over the year)",
        float(sizes[0]),
        float(sizes[-1]),
        format="~s",
    )
    y = _quantitative("value", entry.unit or None, *_room(everything))
    who = [entry.name, "Peers"]
    layer = [
        {
            "data": {"values": curves},
            "mark": {"type": "line", "color": LIMIT, "strokeWidth": 1.5},
            "encoding": {
                "x": x, "y": y, "detail": {"field": "line"},
                "strokeDash": {"field": "level", "scale": {"domain": ["95%", "99.8%"], "range": [[6, 4], [1, 0]]}, "legend": _LEGEND},
            },
        },
        {"data": {"values": [{"value": funnel.baseline}]}, "mark": {"type": "rule", "color": MEAN, "strokeWidth": 1.5}, "encoding": {"y": y}},
        {
            "data": {"values": points},
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1, "stroke": _DARK, "strokeWidth": 1.2},
            "encoding": {
                "x": x, "y": y,
                "shape": {"field": "who", "scale": {"domain": who, "range": ["diamond", "circle"]}, "legend": _LEGEND},
                "fill": {"field": "who", "scale": {"domain": who, "range": [_OWN, WHITE]}, "legend": _LEGEND},
            },
        },
    ]  # fmt: skip
    return _titled(
        chart_of([], width=_WIDTH, height=280, layer=layer),
        f"{entry.measure.name}: what chance makes of areas of this size",
        "Limits of 95% (dashed) and 99.8%, widened by how much more areas vary than chance",
    )


# ---------------------------------------------------------------------- savings
def savings_chart(register: Register) -> Spec:
    """What each efficiency is worth beside what the plan books of it; £000 a year."""
    shown = [saving for saving in register.savings if saving.worth is not None]
    ordered = sorted(shown, key=lambda saving: -(saving.worth or 0.0))
    values: list[dict[str, Any]] = [
        {"key": key(at, f"{saving.row.name} ({saving.row.organisation})"), "amount": amount, "what": what}
        for at, saving in enumerate(ordered)
        for what, amount in (("Worth", saving.worth), ("Booked in the plan", saving.booked or 0.0))
    ]
    low, high = _room([0.0, *(value["amount"] for value in values)])
    kinds = ["Worth", "Booked in the plan"]
    encoding: Spec = {
        "y": {
            "field": "key", "type": "nominal", "sort": list(dict.fromkeys(value["key"] for value in values)),
            "axis": {"title": None, "ticks": False, "domain": False, "labelExpr": LABEL, "labelLimit": 420},
        },
        "x": _quantitative("amount", "£000 a year", min(0.0, low), high),
        "yOffset": {"field": "what", "sort": kinds},
        "fill": {"field": "what", "scale": {"domain": kinds, "range": [_OWN, WHITE]}, "legend": {"title": None, "symbolType": "square"}},
    }  # fmt: skip
    mark = {"type": "bar", "stroke": _DARK, "strokeWidth": 1.2}
    return chart_of(values, width=420, height={"step": 20}, layer=[{"mark": mark, "encoding": encoding}])


# ---------------------------------------------------------------------- what reaching others would be worth
def worth_chart(amounts: Sequence[tuple[str, float, float | None, float | None]]) -> Spec:
    """Bars of what each is worth with its 95% interval, in the order given; £000 a year. ``amounts`` are name, worth, lower, upper."""
    values: list[dict[str, Any]] = [
        {
            "key": key(at, name),
            "worth": worth,
            **({} if low is None or high is None else {"low": low, "high": high}),
        }
        for at, (name, worth, low, high) in enumerate(amounts)
    ]
    y: Spec = {
        "field": "key", "type": "nominal", "sort": [value["key"] for value in values],
        "axis": {"title": None, "ticks": False, "domain": False, "labelExpr": LABEL, "labelLimit": 620},
    }  # fmt: skip
    x = _quantitative(
        "worth", "£000 a year", 0.0, _room([value.get("high", value["worth"]) for value in values] + [0.0])[1]
    )
    layer = [
        {"mark": {"type": "bar", "color": _OWN, "height": {"band": 0.6}}, "encoding": {"y": y, "x": x}},
        *(
            {
                "data": {"values": [value for value in values if "low" in value]},
                "mark": {"type": "rule", "color": colour, "strokeWidth": width},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            }
            for colour, width in (
                (WHITE, 5),
                (_DARK, 2),
            )  # a white ground, so that it shows on the bar as well
        ),
    ]
    return chart_of(values, width=360, height={"step": _STEP}, layer=layer)
