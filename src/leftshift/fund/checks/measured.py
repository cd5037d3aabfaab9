"""Checks of metrics, claims, and capacity beside demand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from leftshift.fund.checks.answers import METRICS
from leftshift.fund.checks.findings import Finding, Question, at_row, of_plan
from leftshift.fund.metrics.claiming import claims_of, differing_overlaps, outcomes
from leftshift.fund.metrics.pathways import surplus
from leftshift.fund.metrics.planning import rounded, together, worked_out
from leftshift.fund.rounds.rows import Rule
from leftshift.measures.targets.expressions import ExpressionRefused, read_expression

CLAIMS, PATHWAYS, RETURNS = "schemes", "pathways", "returns"
_HUNDRED = Decimal(100)


def fractions(asked: Question, _: Rule) -> Iterator[Finding]:
    """V12: numerators and denominators make sense; expressions can be read and have a value."""
    plans = asked.metrics
    for row in asked.plan.metric_plan:
        metric = plans.definitions.get(row.metric)
        if metric is None:
            continue
        if row.denominator == 0:
            yield at_row(
                row,
                "denominator",
                "nothing to divide by",
                METRICS,
                expected="more than 0",
                action="Correct it",
            )
        elif (
            metric.is_share
            and row.numerator is not None
            and row.denominator is not None
            and row.numerator > row.denominator
        ):
            yield at_row(
                row, "numerator", "more than the whole", METRICS, expected=f"at most the denominator, {row.denominator:f}", action="Correct one of them",
            )  # fmt: skip
        if row.target:
            try:
                read_expression(row.target)
            except ExpressionRefused as problem:
                yield at_row(
                    row, "target", "target not understood", METRICS, expected=problem.expected, action=problem.action, suggestion=problem.suggestion,
                )  # fmt: skip
    for entry in plans.planned:
        if (
            entry.value is None
            and entry.row.denominator != 0
            and (not entry.row.target or plans.expression(entry.row))
        ):
            yield at_row(
                entry.row, "target", "no planned value", METRICS, found=f"{entry.metric.name}, {entry.row.period}",
                expected="a value that can be worked out", action=entry.reason, unknown=bool(entry.row.target),
            )  # fmt: skip


def values(asked: Question, _: Rule) -> Iterator[Finding]:
    """V13: stated values are what numerator and denominator make."""
    plans = asked.metrics
    for row in asked.plan.metric_plan:
        metric = plans.definitions.get(row.metric)
        exact = worked_out(row.numerator, row.denominator, metric) if metric else None
        if (
            metric
            and exact is not None
            and row.value is not None
            and rounded(exact, metric) != rounded(row.value, metric)
        ):
            yield at_row(
                row, "value", "value not what figures make", METRICS, expected=f"{rounded(exact, metric)}, which the figures make",
                action="Correct the value, or the figures",
            )  # fmt: skip


def years(asked: Question, rule: Rule) -> Iterator[Finding]:
    """V14: what is planned by month or quarter agrees with what is planned for the year: sums of counts, or the rate of both."""
    plans = asked.metrics
    most = rule.threshold if rule.threshold is not None else Decimal(0)
    for metric in asked.round.metrics:
        own = [entry for entry in plans.planned if entry.row.metric == metric.metric]
        for whole in (entry for entry in own if entry.row.period.days > 300):
            parts = [
                entry
                for entry in own
                if entry is not whole and entry.row.period.financial_year == whole.row.period.financial_year
            ]
            found = together(parts, metric)
            if found is None or whole.value is None or len(parts) not in (4, 12):
                continue
            if abs(found - whole.value) * _HUNDRED > most * abs(whole.value):
                yield at_row(
                    whole.row, "value", "parts differ from the year", METRICS, found=f"{whole.value} for the year, {rounded(found, metric)} from its parts",
                    expected=f"the same, within {most:f}%", action="Correct the year or its parts",
                )  # fmt: skip


def operating_plan(asked: Question, rule: Rule) -> Iterator[Finding]:
    """V15: targets agree with the commissioner's operating plan."""
    most = rule.threshold
    for entry in asked.metrics.planned:
        other = entry.row.operating_plan
        if other is None or entry.value is None or most is None or other == 0:
            continue
        apart = (
            abs(entry.value - other)
            if entry.metric.is_share
            else abs(entry.value - other) / abs(other) * _HUNDRED
        )
        if apart > most:
            yield at_row(
                entry.row, "operating_plan", "differs from the operating plan", METRICS, found=f"{entry.value} here, {other:f} there",
                expected=f"within {most:f} percentage points", action="Agree one of them, or have the difference approved",
            )  # fmt: skip


def claims(asked: Question, _: Rule) -> Iterator[Finding]:
    """V19: nothing is claimed twice, and no more than the metric is meant to move."""
    for double in claims_of(asked.plan).doubles:
        yield at_row(
            double.row, "claim", "claimed twice", CLAIMS, found=f"{double.row.claim} and {double.other.claim}: {double.reason}",
            expected="one owner of each effect", action="Take one of them out, or say how far they overlap",
        )  # fmt: skip
    for pair in differing_overlaps(asked.plan.claims):
        yield at_row(
            pair.row, "overlap", "overlaps differ", CLAIMS, found=f"{pair.row.claim} and {pair.other.claim}: {pair.reason}",
            expected="the same people on both sides", action="Agree on one overlap: until then the larger of the two is taken off",
        )  # fmt: skip
    for row in asked.plan.claims:
        if row.also_claimed_in:
            yield at_row(
                row, "also_claimed_in", "claimed elsewhere", CLAIMS, expected="one programme that claims it", action="Claim it in one of them",
            )  # fmt: skip
    for entry in outcomes(asked.plan):
        if entry.exceeds:
            yield of_plan(
                "claims.csv", "more claimed than the metric moves", CLAIMS, found=f"{entry.metric.replace('_', ' ')}: {entry.planned:f} claimed, {entry.gap:f} planned",
                expected="no more than the metric is meant to move", action="Lower the claims, or raise the ambition", column="planned",
            )  # fmt: skip


def provisional(asked: Question, _: Rule) -> Iterator[Finding]:
    """V22: actuals that may still change."""
    for row in asked.plan.metric_status:
        if row.provisional:
            yield at_row(
                row, "provisional", "figure may still change", RETURNS, found=f"{row.metric.replace('_', ' ')}, {row.period}",
                expected="a final figure", action="Report it as provisional, and again when it is final", unknown=True,
            )  # fmt: skip


def pathways(asked: Question, _: Rule) -> Iterator[Finding]:
    """Capacity less demand by line and month, and what length of stay and places allow."""
    if not asked.round.pathways:
        return
    found = surplus(asked.plan, asked.round)
    if not found:
        yield of_plan(
            "capacity_demand.csv", "not filled in", PATHWAYS, found="no demand and no capacity", column="number",
            expected="demand and capacity of each line and month", action="Plan them",
        )  # fmt: skip
    for line in found:
        short = [entry for entry in line.months if entry.surplus < 0]
        if short:
            said = ", ".join(f"{entry.month} {entry.surplus:f}" for entry in short)
            yield of_plan(
                "capacity_demand.csv", "not enough capacity", PATHWAYS, found=f"{line.name}: {said}", column="number",
                expected="capacity for everybody who needs it", action="Add capacity, or say in the narrative how the gap is closed",
            )  # fmt: skip
        if line.beyond_places:
            yield of_plan(
                "pathway_facts.csv", "more than places allow", PATHWAYS, found=f"{line.name}: {line.beyond_places}", column="places",
                expected="capacity no higher than places × days of the month / length of stay", action="Correct places, length or capacity",
            )  # fmt: skip
