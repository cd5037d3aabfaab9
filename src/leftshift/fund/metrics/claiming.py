"""What schemes claim to have avoided: counted, attributed with probability and overlap, and beside the system's outcome. Never summed in silence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.work_rows import Claim

_NONE = Decimal(0)
_NEAR = Decimal("0.5")  # people: overlaps are stated as rounded shares


@dataclass(frozen=True)
class Attributed:
    """A claim and what is left of it: (what is claimed − what an earlier claim for the same people holds) × probability."""

    row: Claim
    planned: Decimal
    counted: Decimal
    planned_elsewhere: Decimal
    counted_elsewhere: Decimal

    @property
    def attributed(self) -> Decimal:
        """What of what was counted is the scheme's own."""
        return (self.counted - self.counted_elsewhere) * Decimal(repr(self.row.probability))

    @property
    def attributed_plan(self) -> Decimal:
        """The same of what is planned."""
        return (self.planned - self.planned_elsewhere) * Decimal(repr(self.row.probability))

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
    """Every claim. What two of them for the same people, metric and year share counts once, with the first in the order of names.

    Of two that a scheme makes twice, or that say nothing of how far they overlap, the later is refused and counts for nothing.
    """
    doubles = tuple(_doubles(plan.claims))
    refused = {found.row.claim for found in doubles}
    groups: dict[Any, list[Claim]] = {}
    for row in sorted((row for row in plan.claims if row.claim not in refused), key=lambda row: row.claim):
        groups.setdefault((row.people, row.metric, row.year) if row.people else row.claim, []).append(row)
    found = {entry.row.claim: entry for rows in groups.values() for entry in _attribute(rows)}
    return Claims(tuple(found[name] for name in sorted(found)), doubles)


def _attribute(rows: Sequence[Claim]) -> Iterator[Attributed]:
    planned = [row.planned or _NONE for row in rows]
    counted = [row.counted or _NONE for row in rows]
    less = zip(_elsewhere(rows, planned), _elsewhere(rows, counted), strict=True)
    for row, of_plan, of_count, (plan_less, count_less) in zip(rows, planned, counted, less, strict=True):
        yield Attributed(row, of_plan, of_count, plan_less, count_less)


def _elsewhere(rows: Sequence[Claim], sizes: Sequence[Decimal]) -> list[Decimal]:
    """What each claim gives up, as an earlier one for the same people holds it.

    A claim shares size × overlap. It gives up what it says it shares itself, or what an earlier one says it shares and nobody
    between them gave up, whichever is more: where two say different things the larger holds. Never more than it has.
    """
    shared = [size * Decimal(repr(row.overlap)) for row, size in zip(rows, sizes, strict=True)]
    given: list[Decimal] = []
    for at, size in enumerate(sizes):
        waiting = max((shared[i] - sum(given[i + 1 : at], _NONE) for i in range(at)), default=_NONE)
        given.append(min(size, max(shared[at], waiting, _NONE)) if at else _NONE)
    return given


def differing_overlaps(claims: Sequence[Claim]) -> Iterator[DoubleClaim]:
    """Pairs of claims for the same people, and nobody else's, that state different sizes of what they share."""
    ordered = sorted(claims, key=lambda row: row.claim)
    for row in ordered:
        same = [other for other in ordered if other is not row and _same_people(row, other)]
        if len(same) != 1 or same[0].claim > row.claim or not (row.overlap and same[0].overlap):
            continue
        mine, other = (_shared(entry) for entry in (row, same[0]))
        if mine is not None and other is not None and abs(mine - other) > _NEAR:
            yield DoubleClaim(
                row, same[0], f"{mine.normalize():f} of one and {other.normalize():f} of the other are shared"
            )


def _shared(row: Claim) -> Decimal | None:
    return None if row.planned is None else row.planned * Decimal(repr(row.overlap))


def _same_people(row: Claim, other: Claim) -> bool:
    return bool(row.people) and (row.people, row.metric, row.year) == (other.people, other.metric, other.year)


def _doubles(claims: Sequence[Claim]) -> Iterator[DoubleClaim]:
    """A claim that somebody else holds already: the same scheme's twice, or the same people without a stated overlap."""
    ordered = sorted(claims, key=lambda row: row.claim)
    for at, row in enumerate(ordered):
        for other in ordered[:at]:
            if (row.scheme, row.metric, row.year) == (other.scheme, other.metric, other.year) and (
                not row.people or not other.people or row.people == other.people
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
