"""Every table of measures as a polars frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from leftshift.measures.process_control.words import ASSURANCE_WORDS, VARIATION_WORDS
from leftshift.measures.words import headline

if TYPE_CHECKING:
    from leftshift.measures.result import Measured, Measures

_TEXT, _NUMBER, _FLAG, _WHOLE = pl.String, pl.Float64, pl.Boolean, pl.Int64
_SUMMARY = {
    "measure": _TEXT, "name": _TEXT, "theme": _TEXT, "of": _TEXT, "of_name": _TEXT, "unit": _TEXT, "period": _TEXT, "value": _NUMBER,
    "lower": _NUMBER, "upper": _NUMBER, "target": _NUMBER, "rating": _TEXT, "variation": _TEXT, "assurance": _TEXT, "in_people": _TEXT,
    "forecast": _NUMBER, "forecast_lower": _NUMBER, "forecast_upper": _NUMBER, "chance": _NUMBER, "owner": _TEXT, "sentence": _TEXT,
}  # fmt: skip
_POINTS = {
    "measure": _TEXT, "of": _TEXT, "period": _TEXT, "definition": _TEXT, "value": _NUMBER, "lower": _NUMBER, "upper": _NUMBER,
    "numerator": _NUMBER, "denominator": _NUMBER, "target": _NUMBER, "mean": _NUMBER, "lower_limit": _NUMBER, "upper_limit": _NUMBER,
    "rule": _TEXT, "judgement": _TEXT, "provisional": _FLAG, "revision": _WHOLE, "revised_from": _NUMBER, "summed_from": _WHOLE,
    "withheld": _TEXT, "in_force": _FLAG,
}  # fmt: skip
_TARGETS = {
    "measure": _TEXT, "of": _TEXT, "period": _TEXT, "target": _NUMBER, "expression": _TEXT, "shared_from": _TEXT,
}  # fmt: skip
_SAVINGS = {
    "efficiency": _TEXT, "name": _TEXT, "organisation": _TEXT, "measure": _TEXT, "owner": _TEXT, "intervention": _TEXT,
    "worth": _NUMBER, "counted": _NUMBER, "booked": _NUMBER, "not_booked": _NUMBER, "cash_releasing": _FLAG, "why": _TEXT,
}  # fmt: skip
_OPPORTUNITIES = {
    "measure": _TEXT, "of": _TEXT, "year_to": _TEXT, "value": _NUMBER, "reaching": _NUMBER, "peers": _WHOLE, "gap": _NUMBER,
    "units": _NUMBER, "units_lower": _NUMBER, "units_upper": _NUMBER, "pounds": _NUMBER, "pounds_lower": _NUMBER,
    "pounds_upper": _NUMBER, "beyond_chance": _NUMBER,
}  # fmt: skip


def tables_of(measures: Measures) -> Mapping[str, pl.DataFrame]:
    """Summary, points (a row for every figure, older definitions too), targets, opportunities in £, savings in £000."""
    return {
        "measures": _frame(_SUMMARY, [_summary(entry) for entry in measures.all]),
        "points": _frame(_POINTS, [row for entry in measures.all for row in _points(measures, entry)]),
        "targets": _frame(_TARGETS, [row for entry in measures.all for row in _targets(measures, entry)]),
        "opportunities": _frame(_OPPORTUNITIES, [_opportunity(entry) for entry in measures.opportunities]),
        "savings": _frame(_SAVINGS, [_saving(entry) for entry in measures.savings.savings]),
    }


def _frame(schema: Mapping[str, Any], rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict(schema), orient="row")


def _summary(entry: Measured) -> list[Any]:
    latest, chart, ahead = entry.latest, entry.chart, entry.forecast
    return [
        entry.measure.measure, entry.measure.name, entry.measure.theme, entry.of, entry.name, entry.unit,
        str(latest.period) if latest else None,
        *((latest.value, latest.lower, latest.upper) if latest else (None, None, None)),
        entry.target.value if entry.target else None,
        entry.rating.word if entry.rating else None,
        VARIATION_WORDS[chart.variation] if chart else None,
        ASSURANCE_WORDS[chart.assurance] if chart else None,
        entry.said.words if entry.said else None,
        *((ahead.value, ahead.lower, ahead.upper, ahead.chance) if ahead else (None, None, None, None)),
        entry.measure.owner, headline(entry),
    ]  # fmt: skip


def _points(measures: Measures, entry: Measured) -> list[list[Any]]:
    series, chart = entry.series, entry.chart
    at = {period: place for place, period in enumerate(series.calendar)}
    older = [point for points in series.older.values() for point in points]
    found = []
    for point in (*series.points, *older):
        in_force = series.by_period.get(point.period) is point
        lines: list[Any] = [None, None, None, None, None]
        if chart is not None and in_force and point.value is not None:
            place = at[point.period]
            numbers = (chart.mean[place], chart.lower[place], chart.upper[place])
            limits = [None if number != number else float(number) for number in numbers]  # NaN is not itself
            lines = [*limits, chart.rule_at(place), chart.judgement_at(place)]
        target = measures.targets.at(*series.key, point.period)
        found.append([
            *series.key, str(point.period), point.version, point.value, point.lower, point.upper, point.numerator, point.denominator,
            target.value if target else None, *lines, point.provisional, point.revision, point.revised_from, point.summed_from,
            point.withheld or None, in_force,
        ])  # fmt: skip
    return found


def _targets(measures: Measures, entry: Measured) -> list[list[Any]]:
    return [
        [*entry.series.key, str(found.period), found.value, found.row.target, found.shared_from or None]
        for found in measures.targets.over(*entry.series.key)
    ]


def _opportunity(found: Any) -> list[Any]:
    return [
        found.measure, found.of, str(found.year_to), found.standing.level, found.level, len(found.peers), found.gap, found.units,
        found.lower, found.upper, found.pounds, found.pounds_lower, found.pounds_upper, found.beyond_chance,
    ]  # fmt: skip


def _saving(found: Any) -> list[Any]:
    row = found.row
    return [
        row.efficiency, row.name, row.organisation, row.measure, row.owner, row.intervention, found.worth, found.counted, found.booked,
        found.not_booked, row.cash_releasing, found.why or None,
    ]  # fmt: skip
