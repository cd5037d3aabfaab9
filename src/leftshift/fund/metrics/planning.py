"""The plan of each metric by period: numerator over denominator, a stated value, or an expression worked out in the place's measures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from leftshift.foundation.periods import Period
from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.work_rows import MetricPlan, PlannedMetric
from leftshift.fund.rounds.round import Round
from leftshift.fund.rounds.rows import Metric
from leftshift.measures.result import Measures
from leftshift.measures.targets.expressions import Expression, ExpressionRefused, read_expression
from leftshift.place.measure_rows import MeasureTarget
from leftshift.place.place import Place

FIGURES, STATED, EXPRESSION, PARTS = "numerator and denominator", "as stated", "expression", "its parts"
_MONTH_DAYS, _QUARTER_DAYS = 31, 92


@dataclass(frozen=True)
class Planned:
    """What a metric is planned to be in a period: its value, how it came about, or why there is none."""

    row: MetricPlan
    metric: Metric
    value: Decimal | None
    how: str = ""
    reason: str = ""

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "metric": self.row.metric,
            "period": str(self.row.period),
            "value": None if self.value is None else float(self.value),
            "unit": self.metric.unit,
            "how": self.how,
            "reason": self.reason,
            "target": self.row.target,
        }


def rounded(value: Decimal | float, metric: Metric) -> Decimal:
    """A value to the decimals of its metric, half up."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return exact.quantize(Decimal(1).scaleb(-metric.decimals), ROUND_HALF_UP)


def worked_out(numerator: Decimal | None, denominator: Decimal | None, metric: Metric) -> Decimal | None:
    """Numerator over denominator times the multiplier, exact; None where one is missing, or the denominator is nought."""
    if numerator is None:
        return None
    if not metric.denominator:
        return numerator * metric.multiplier
    if denominator is None or denominator == 0:
        return None
    return numerator / denominator * metric.multiplier


def together(parts: Sequence[Planned], metric: Metric) -> Decimal | None:
    """What parts of a period make together; None where one of them has no value.

    With figures: their counts over the mean of their denominators, or over the sum where those add up. Without: the sum of
    their rates, or the mean where denominators add up.
    """
    rows = [entry.row for entry in parts]
    counts = [row.numerator for row in rows if row.numerator is not None]
    below = [row.denominator for row in rows if row.denominator]
    if rows and len(counts) == len(rows):
        if not metric.denominator:
            return worked_out(sum(counts, Decimal(0)), None, metric)
        if len(below) == len(rows):
            whole = sum(below, Decimal(0))
            return worked_out(
                sum(counts, Decimal(0)), whole if adds_up(metric) else whole / len(rows), metric
            )
    return of_values([entry.value for entry in parts], metric)


def of_values(found: Sequence[Decimal | None], metric: Metric) -> Decimal | None:
    """What the values of parts make together: their sum, or their mean where denominators add up; None where one is missing."""
    values = [value for value in found if value is not None]
    if not values or len(values) < len(found):
        return None
    return sum(values, Decimal(0)) / (len(values) if adds_up(metric) else 1)


def adds_up(metric: Metric) -> bool:
    """Whether the denominator of a metric is counted over its period, as discharges are and residents are not."""
    return metric.is_share or metric.adds_up


@dataclass(frozen=True)
class MetricPlans:
    """Every metric of a plan with its round's definition, and the measures that count it where a place is at hand."""

    plan: FundPlan
    round: Round
    as_of: date
    place: Place | None = None
    _kept: dict[str, Any] = field(default_factory=dict, compare=False)

    @cached_property
    def definitions(self) -> Mapping[str, Metric]:
        """Metrics of the round by their short names."""
        return {row.metric: row for row in self.round.metrics}

    @cached_property
    def rows(self) -> Mapping[str, PlannedMetric]:
        """What the plan says of each metric."""
        return {row.metric: row for row in self.plan.metrics}

    @cached_property
    def measures(self) -> Measures | None:
        """The measures of the place, with the targets of the plan in place of those of the same measure and body."""
        if self.place is None:
            return None
        own = tuple(self._targets())
        named = {(row.measure, row.of) for row in own}
        others = tuple(row for row in self.place.measure_targets if (row.measure, row.of) not in named)
        return Measures(self.place.with_tables(measure_targets=(*others, *own)), self.as_of)

    def body_of(self, metric: PlannedMetric) -> str:
        """Whose measure it is: as the plan says, else the area's."""
        return metric.of or self.plan.area

    def _targets(self) -> Iterator[MeasureTarget]:
        for row in self.plan.metric_plan:
            metric = self.rows.get(row.metric)
            if metric and metric.measure and row.target and self.expression(row):
                yield MeasureTarget(
                    measure=metric.measure, of=self.body_of(metric), since=row.period, until=row.period,
                    target=row.target, source=row.source, basis=row.basis, origin=row.origin,
                )  # fmt: skip

    def expression(self, row: MetricPlan) -> Expression | None:
        """The expression of a row; None where it has none that can be read."""
        try:
            return read_expression(row.target) if row.target else None
        except ExpressionRefused:
            return None

    @cached_property
    def planned(self) -> tuple[Planned, ...]:
        """Every planned period of every metric that the round has."""
        return tuple(
            self._plan(row, self.definitions[row.metric])
            for row in self.plan.metric_plan
            if row.metric in self.definitions
        )

    def at(self, metric: str, period: Period) -> Planned | None:
        """The plan of a metric for a period: its own, else what its months or quarters make together, else that of the year."""
        found = {entry.row.period: entry for entry in self.planned if entry.row.metric == metric}
        return (
            found.get(period)
            or self._of_parts(list(found.values()), period)
            or found.get(Period.of_year(period.financial_year))
        )

    def _of_parts(self, own: list[Planned], period: Period) -> Planned | None:
        """A period out of the months, else the quarters, that fill it."""
        inside = [
            entry
            for entry in own
            if period.first <= entry.row.period.first and entry.row.period.end <= period.end
        ]
        for longest in (_MONTH_DAYS, _QUARTER_DAYS):
            parts = [entry for entry in inside if entry.row.period.days <= longest]
            if parts and sum(entry.row.period.days for entry in parts) == period.days:
                metric, row = parts[0].metric, parts[0].row
                value = together(parts, metric)
                if value is not None:
                    value = rounded(value, metric)
                reason = "" if value is not None else "Not every part of the period has a value"
                made = replace(row, period=period, numerator=None, denominator=None, value=None)
                return Planned(made, metric, value, PARTS, reason)
        return None

    def _plan(self, row: MetricPlan, metric: Metric) -> Planned:
        exact = worked_out(row.numerator, row.denominator, metric)
        if exact is not None:
            return Planned(row, metric, rounded(exact, metric), FIGURES)
        if row.target:
            value, reason = self._by_expression(row)
            return Planned(row, metric, None if value is None else rounded(value, metric), EXPRESSION, reason)
        if row.value is not None:
            return Planned(row, metric, row.value, STATED)
        return Planned(row, metric, None, "", "No figures, no value and no expression are given")

    def _by_expression(self, row: MetricPlan) -> tuple[float | None, str]:
        found = self.expression(row)
        if found is None:
            return None, "The expression cannot be read"
        if not found.names and not found.has_percent:
            value = found.value(lambda _: None, 1.0)
            return value, "" if value is not None else "It divides by nought"
        return self._in_measures(row)

    def _in_measures(self, row: MetricPlan) -> tuple[float | None, str]:
        metric = self.rows[row.metric]
        if not metric.measure:
            return None, "The expression needs a measure of the place: none is named"
        if self.measures is None:
            return None, "The place whose measures it needs is not at hand"
        if metric.measure not in {entry.measure for entry in self.measures.place.measures}:
            return None, f"The place has no measure {metric.measure}"
        target = self.measures.targets.at(metric.measure, self.body_of(metric), row.period)
        if target is None:
            return None, "The measure has no figures for what the expression names"
        return target.value, ""
