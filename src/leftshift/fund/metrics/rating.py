"""A metric in a period of a return: what was planned, what was counted, how it is rated, and whether it is on track."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from leftshift.foundation.periods import Period
from leftshift.fund.metrics.planning import MetricPlans, Planned, of_values, rounded, worked_out
from leftshift.fund.plan.periods import periods_in
from leftshift.fund.plan.record_rows import MetricStatus
from leftshift.fund.rounds.rows import Metric
from leftshift.measures.rating import rate
from leftshift.place.schema import catalogue

Status = Literal["on_track", "not_on_track", "no_data", ""]


@dataclass(frozen=True)
class StatusOf:
    """A metric beside its plan. ``amber`` is the share of the plan up to which a worse figure is amber: a setting, shown with the rating."""

    metric: Metric
    planned: Decimal | None
    actual: Decimal | None
    rating: str
    status: Status
    worked_out: Status
    amber: float
    said: MetricStatus | None

    @property
    def is_overridden(self) -> bool:
        """Whether the return says other than figure and plan give."""
        return self.status != self.worked_out


def status_of(plans: MetricPlans, metric: Metric, period: Period) -> StatusOf:
    """A metric in a period: the figure entered for the return, else the one of the place's measures, beside its plan.

    On track is green: a figure at plan or better. What is said otherwise stands, and is shown as said.
    """
    said = next(
        (row for row in plans.plan.metric_status if (row.metric, row.period) == (metric.metric, period)), None
    )
    entry: Planned | None = plans.at(metric.metric, period)
    planned = entry.value if entry else None
    actual = _actual(plans, metric, period, said)
    amber = _amber(plans)
    rating = ""
    if planned is not None and actual is not None:
        better = 1 if metric.better == "higher" else -1
        strict = bool(entry and (found := plans.expression(entry.row)) and found.is_strict)
        rated = rate(float(actual), float(planned), better, amber, is_strict=strict)
        rating = rated.colour if rated else ""
    own: Status = (
        "no_data"
        if actual is None
        else ""
        if not rating
        else "on_track"
        if rating == "green"
        else "not_on_track"
    )
    stated: Status = said.status if said and said.status else own
    return StatusOf(metric, planned, actual, rating, stated, own, amber, said)


def _actual(plans: MetricPlans, metric: Metric, period: Period, said: MetricStatus | None) -> Decimal | None:
    if said:
        exact = worked_out(said.numerator, said.denominator, metric)
        if exact is not None:
            return rounded(exact, metric)
        if said.actual is not None:
            return said.actual
    row = plans.rows.get(metric.metric)
    if row is None or not row.measure or plans.measures is None:
        return None
    series = plans.measures.series.get((row.measure, plans.body_of(row)))
    if series is None:
        return None
    found = series.value_at(period)
    if found is not None:
        return rounded(found, metric)
    months = [
        month
        for month in periods_in(period.financial_year, "month")
        if period.first <= month.first and month.end <= period.end
    ]
    values = [series.value_at(month) for month in months]
    exact = of_values([None if value is None else Decimal(repr(value)) for value in values], metric)
    return None if exact is None else rounded(exact, metric)


def _amber(plans: MetricPlans) -> float:
    """The band of amber as the place sets it, else its default."""
    setting = (
        plans.place.setting("amber_band")
        if plans.place
        else str(catalogue("settings")["amber_band"]["default"])
    )
    return float(setting.rstrip("%")) / 100
