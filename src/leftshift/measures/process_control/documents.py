"""Control charts as plain values, for JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from leftshift.measures.process_control.frames import ControlFrames, SeriesChart
from leftshift.measures.process_control.words import (
    ASSURANCE_WORDS,
    BETTER_WORDS,
    VARIATION_WORDS,
    missing_periods,
    no_limits,
    rule_words,
)


def document_of(found: ControlFrames, shown: Iterable[SeriesChart], *, unit: str = "") -> dict[str, Any]:
    """The rule set, and each series with its limits, points, icons and words. Nothing that is not there is a number."""
    return {
        "rules": asdict(found.rules),
        "fix": found.fix,
        "unit": unit,
        "series": [series_document(series, unit=unit) for series in shown],
    }


def series_document(series: SeriesChart, *, unit: str = "") -> dict[str, Any]:
    """One series."""
    chart, periods = series.chart, series.periods
    judged = chart.variation != "not judged"
    return {
        "series": series.name,
        "better": BETTER_WORDS[chart.better],
        "period": None if chart.latest is None else str(periods[chart.latest]),
        "value": None if chart.latest is None else float(chart.values[chart.latest]),
        "target": chart.target,
        "target_period": None if chart.target_at is None else str(periods[chart.target_at]),
        "variation": {"icon": chart.variation, "words": VARIATION_WORDS[chart.variation]},
        "assurance": {
            "icon": chart.assurance,
            "words": ASSURANCE_WORDS[chart.assurance],
            "reason": _no_assurance(series) if chart.assurance == "none" else None,
        },
        "rule": None if chart.latest is None or not judged else chart.rule_at(chart.latest),
        "sentence": series.sentence(unit=unit),
        "warnings": series.warnings,
        "missing_periods": [str(periods[at]) for at in missing_periods(chart)],
        "suggested_rebase": None if chart.suggested is None else str(periods[chart.suggested]),
        "rebases": [
            {
                "period": str(rebase.period),
                "written": str(rebase.written),
                "reason": rebase.reason,
                "author": rebase.author,
            }
            for rebase in series.rebases
        ],
        "segments": _segments(series),
        "points": [_point(series, at) for at in range(len(periods))],
    }


def _segments(series: SeriesChart) -> list[dict[str, Any]]:
    found = []
    for segment in series.chart.segments:
        figures = asdict(segment)
        figures["first"], figures["last"] = (str(series.periods[at]) for at in (segment.first, segment.last))
        least = series.chart.rules.least_points_for_limits
        short = f"{segment.points} values; limits need {least}"
        none = short if segment.points < least else "no two values follow each other without a missing period"
        found.append({**figures, "no_limits": None if segment.lower is not None else none})
    return found


def _no_assurance(series: SeriesChart) -> str:
    chart = series.chart
    if chart.latest is None:
        return "There are no values."
    if chart.target is None:
        return "There is no target."
    if chart.better == 0:
        return "Neither higher nor lower is better."
    if chart.segments[-1].lower is None:
        return no_limits(chart)
    return f"It has {chart.segments[-1].points} values; icons need {chart.rules.least_points_for_icons}."


def _point(series: SeriesChart, at: int) -> dict[str, Any]:
    chart = series.chart
    value = _number(chart.values[at])
    rule = chart.rule_at(at)
    return {
        "period": str(series.periods[at]),
        "value": value,
        "target": None if chart.targets is None else _number(chart.targets[at]),
        "segment": int(chart.segment[at]) + 1 if value is not None else None,
        "mean": _number(chart.mean[at]),
        "lower": _number(chart.lower[at]),
        "upper": _number(chart.upper[at]),
        "near_lower": _number(chart.near_lower[at]),
        "near_upper": _number(chart.near_upper[at]),
        "rule": rule if value is not None else None,
        "side": chart.side_at(at) or None,
        "judgement": chart.judgement_at(at) if value is not None else None,
        "words": rule_words(chart, at) if rule != "none" else None,
        "provisional": series.provisional[at],
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
