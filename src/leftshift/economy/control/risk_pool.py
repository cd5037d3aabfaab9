"""The system risk pool, quarter by quarter, with a forward review at the end of each. £000."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

from leftshift.foundation.years import Quarter
from leftshift.place.place import Place

_KINDS = ("contribution", "call", "release", "expected_call")


@dataclass(frozen=True, slots=True)
class PoolQuarter:
    """A quarter of the pool. ``expected_later`` are the calls expected in all later quarters, ``contributions_later`` what is still to be paid in."""

    quarter: Quarter
    opening: float
    contributions: float
    calls: float
    releases: float
    expected_later: float
    contributions_later: float

    @property
    def closing(self) -> float:
        """What is left at the end of the quarter."""
        return self.opening + self.contributions - self.calls - self.releases

    @property
    def free(self) -> float:
        """What of it could be released, were nothing more paid in; below nought, what the pool would be short of."""
        return self.closing - self.expected_later

    @property
    def free_with_later(self) -> float:
        """The same, with what is still to be paid in."""
        return self.free + self.contributions_later

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        more = {name: getattr(self, name) for name in ("closing", "free", "free_with_later")}
        return {**asdict(self), "quarter": str(self.quarter), **more}


@dataclass(frozen=True, slots=True)
class PoolMember:
    """What an organisation paid into the pool, and what of it went to that organisation."""

    organisation: str
    contributions: float
    calls: float
    releases: float
    expected: float


@dataclass(frozen=True)
class RiskPool:
    """Every quarter from the first row to the last, and every organisation that has part in it."""

    quarters: tuple[PoolQuarter, ...]
    members: tuple[PoolMember, ...]

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "quarters": [found.document() for found in self.quarters],
            "members": [asdict(found) for found in self.members],
        }


def risk_pool(place: Place) -> RiskPool:
    """The pool of a place; without quarters where it has none."""
    sums: dict[tuple[Quarter, str], float] = defaultdict(float)
    own: dict[tuple[str, str], float] = defaultdict(float)
    ordered = sorted(place.risk_pool, key=lambda row: (row.quarter, row.organisation, row.kind, row.item))
    for row in ordered:
        sums[row.quarter, row.kind] += row.amount
        own[row.organisation, row.kind] += row.amount
    found: list[PoolQuarter] = []
    for quarter in _quarters(place):
        opening = found[-1].closing if found else 0.0
        contributions, calls, releases = (sums[quarter, kind] for kind in _KINDS[:3])
        expected, to_come = (_after(sums, quarter, kind) for kind in ("expected_call", "contribution"))
        found.append(PoolQuarter(quarter, opening, contributions, calls, releases, expected, to_come))
    members = sorted({row.organisation for row in ordered})
    return RiskPool(
        tuple(found), tuple(PoolMember(code, *(own[code, kind] for kind in _KINDS)) for code in members)
    )


def _quarters(place: Place) -> list[Quarter]:
    named = sorted({row.quarter for row in place.risk_pool})
    found = named[:1]
    while found and found[-1] < named[-1]:
        found.append(found[-1].following)
    return found


def _after(sums: dict[tuple[Quarter, str], float], quarter: Quarter, kind: str) -> float:
    later = sorted(when for when, of in sums if of == kind and when > quarter)
    return sum(sums[when, kind] for when in later)
