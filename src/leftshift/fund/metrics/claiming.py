"""What schemes claim to have avoided: counted, attributed with probability and overlap, and beside the system's outcome. Never summed in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.work_rows import Claim

_ONE = Decimal(1)


@dataclass(frozen=True)
class Attributed:
    """A claim and what is left of it: counted × probability × what no other claim for the same people holds."""

    row: Claim
    planned: Decimal
    counted: Decimal
    sole_share: Decimal

    @property
    def attributed(self) -> Decimal:
        """What of it is the scheme's own."""
        return self.counted * Decimal(repr(self.row.probability)) * self.sole_share

    @property
    def attributed_plan(self) -> Decimal:
        """The same of what is planned."""
        return self.planned * Decimal(repr(self.row.probability)) * self.sole_share

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "claim": self.row.claim,
            "scheme": self.row.scheme,
            "metric": self.row.metric,
            "owner": self.row.owner,
            "year": str(self.row.year),
            "planned": float(self.planned),
            "counted": float(self.counted),
            "probability": self.row.probability,
            "people": self.row.people,
            "overlap": self.row.overlap,
            "attributed": float(self.attributed),
            "attributed_plan": float(self.attributed_plan),
        }


@dataclass(frozen=True)
class DoubleClaim:
    """Two claims that cannot both stand, and why."""

    row: Claim
    other: Claim
    reason: str


@dataclass(frozen=True)
class Claims:
    """Every claim of a plan; those that are claimed twice count for nothing until one of them gives way."""

    attributed: tuple[Attributed, ...]
    doubles: tuple[DoubleClaim, ...]

    def of(self, metric: str) -> tuple[Attributed, ...]:
        """The claims of a metric."""
        return tuple(entry for entry in self.attributed if entry.row.metric == metric)

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "claims": [entry.document() for entry in self.attributed],
            "refused": [
                {"claim": found.row.claim, "other": found.other.claim, "reason": found.reason}
                for found in self.doubles
            ],
        }


def claims_of(plan: FundPlan) -> Claims:
    """Every claim; of two for the same people, metric and year the overlap counts once, by the first of them in the order of names."""
    doubles = tuple(_doubles(plan.claims))
    refused = {found.row.claim for found in doubles}
    rows = sorted((row for row in plan.claims if row.claim not in refused), key=lambda row: row.claim)
    return Claims(tuple(_attribute(row, rows) for row in rows), doubles)


def _attribute(row: Claim, rows: Sequence[Claim]) -> Attributed:
    shares = [other for other in rows if other.claim < row.claim and _same_people(row, other)]
    overlap = Decimal(repr(row.overlap)) if shares else Decimal(0)
    return Attributed(row, row.planned or Decimal(0), row.counted or Decimal(0), _ONE - overlap)


def _same_people(row: Claim, other: Claim) -> bool:
    return bool(row.people) and (row.people, row.metric, row.year) == (other.people, other.metric, other.year)


def _doubles(claims: Sequence[Claim]) -> Iterator[DoubleClaim]:
    """A claim that somebody else holds already: the same scheme's twice, or the same people without a stated overlap."""
    ordered = sorted(claims, key=lambda row: row.claim)
    for at, row in enumerate(ordered):
        for other in ordered[:at]:
            if (row.scheme, row.metric, row.year) == (other.scheme, other.metric, other.year) and (
                not row.people or row.people == other.people
            ):
                yield DoubleClaim(row, other, "the same scheme claims the same metric twice in the year")
                break
            if _same_people(row, other) and row.scheme != other.scheme and not (row.overlap or other.overlap):
                yield DoubleClaim(
                    row, other, "two schemes claim the same people, and neither says how far they overlap"
                )
                break


@dataclass(frozen=True)
class Outcome:
    """What schemes claim of a metric beside how it moved in the system: two layers that are never added."""

    metric: str
    planned: Decimal
    counted: Decimal
    attributed: Decimal
    system_change: Decimal | None
    gap: Decimal | None

    @property
    def exceeds(self) -> bool:
        """Whether more is attributed than the metric is meant to move."""
        return self.gap is not None and self.planned > self.gap

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "metric": self.metric,
            "claimed_plan": float(self.planned),
            "counted": float(self.counted),
            "attributed": float(self.attributed),
            "system_change": None if self.system_change is None else float(self.system_change),
            "metric_gap": None if self.gap is None else float(self.gap),
            "exceeds": self.exceeds,
        }


def outcomes(plan: FundPlan) -> tuple[Outcome, ...]:
    """Claims of each metric beside the change of its numerator: planned (gap) and counted (system)."""
    found = claims_of(plan)
    return tuple(_outcome(plan, found, row.metric) for row in plan.metrics if found.of(row.metric))


def _outcome(plan: FundPlan, found: Claims, metric: str) -> Outcome:
    own = found.of(metric)
    rows = [row for row in plan.metric_plan if row.metric == metric]
    return Outcome(
        metric,
        sum((entry.attributed_plan for entry in own), Decimal(0)),
        sum((entry.counted for entry in own), Decimal(0)),
        sum((entry.attributed for entry in own), Decimal(0)),
        _system_change(plan, metric),
        _change(rows),
    )


def _change(rows: Sequence[Any]) -> Decimal | None:
    """By how many fewer (or more) of what is counted the plan means to have than the year before."""
    both = [
        (row.actual, row.numerator) for row in rows if row.actual is not None and row.numerator is not None
    ]
    return abs(sum((before - now for before, now in both), Decimal(0))) if both else None


def _system_change(plan: FundPlan, metric: str) -> Decimal | None:
    """By how many fewer were counted in the system than the year before, over the periods for which both are known."""
    before = {
        row.period: row.actual for row in plan.metric_plan if row.metric == metric and row.actual is not None
    }
    both = [
        before[row.period] - row.numerator
        for row in plan.metric_status
        if row.metric == metric and row.numerator is not None and row.period in before
    ]
    return sum(both, Decimal(0)) if both else None
