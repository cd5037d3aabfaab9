"""Capacity as plain values, for JSON: the keys are documented in docs/guide/json.md and stable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from leftshift.capacity.activity.contracts import contract_ties, growth_beside
from leftshift.capacity.beds.needing import Pool
from leftshift.economy.arrays import Floats

if TYPE_CHECKING:
    from leftshift.capacity.result import Capacity


def document_of(capacity: Capacity) -> dict[str, Any]:
    """Everything, under one key a subject."""
    place = capacity.place
    return {
        "place": place.code,
        "name": place.name,
        "fingerprint": place.fingerprint,
        "base_year": place.base_year.label,
        "headline_year": place.last_year.label,
        "years": [year.label for year in place.years],
        "unit": "£000",
        "settings": {
            name: place.setting(name) for name in ("bed_occupancy", "activity_growth", "avoidable_allocation")
        },
        "activity": _activity(capacity),
        "contracts": _contracts(capacity),
        **_beds(capacity),
        "avoidable_admissions": {found.row.plan: found.document() for found in capacity.avoidable_admissions},
        "workforce": capacity.workforce.document(),
        "estate": capacity.estate.document(),
        "capital": {found.row.programme: found.document() for found in capacity.capital},
        "checks": [
            {"check": check.check, "passed": check.passed, "verdict": check.verdict, "detail": check.detail}
            for check in capacity.checks()
        ],
    }


def _activity(capacity: Capacity) -> dict[str, Any]:
    """Provider to point of delivery to year to how many, under the plan."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    counts = capacity.levels.of_rows()
    for number, row in enumerate(capacity.activity.rows):
        by_year = found.setdefault(row.provider, {}).setdefault(row.point_of_delivery, {})
        for at, year in enumerate(capacity.years):
            by_year[year.label] = by_year.get(year.label, 0.0) + float(counts[at, number])
    return found


def _contracts(capacity: Capacity) -> list[dict[str, Any]]:
    growth = growth_beside(capacity.levels)
    return [
        {
            "contract": tie.contract.contract,
            "value": tie.contract.value,
            "activity": tie.activity,
            "share": tie.share,
            "rows": tie.rows,
            "rows_without_price": tie.unpriced,
            "growth_of_activity": _by_year(capacity, growth[tie.contract.contract][0]),
            "growth_of_volume_in_money": _by_year(capacity, growth[tie.contract.contract][1]),
        }
        for tie in contract_ties(capacity.place)
    ]


def _by_year(capacity: Capacity, level: Floats) -> dict[str, float]:
    """Year to growth since the base year, a share of 1."""
    return {year.label: float(level[at] - 1) for at, year in enumerate(capacity.years)}


def _beds(capacity: Capacity) -> dict[str, Any]:
    beds = capacity.beds
    bridges = {year: capacity.bed_bridge(year) for year in capacity.years[1:]}
    closed = {year: capacity.beds_closed(year) for year in capacity.years[1:]}
    counted = [pool for pool, known in zip(beds.pools, beds.counted, strict=True) if known]
    return {
        "beds": _by_pool(capacity, beds.pools, beds.needed[:, :, 0]),
        "beds_do_nothing": _by_pool(capacity, beds.pools, beds.needed_doing_nothing[:, :, 0]),
        "beds_peak": _by_pool(capacity, beds.pools, beds.peak[:, :, 0]),
        "beds_open": _by_pool(capacity, counted, beds.open[:, beds.counted]),
        "virtual_beds": sorted({pool.bed_type for pool in beds.pools if beds.is_virtual(pool)}),
        "occupancy": {pool.bed_type: beds.occupancy(pool) for pool in beds.pools},
        "bed_bridge": _nested(
            (pool, year.label, {**steps, "closed": closed[year][pool]})
            for year, bridge in bridges.items()
            for pool, steps in bridge.items()
        ),
        "left_shift": {
            year.label: [entry.document() for entry in capacity.left_shift(year)]
            for year in capacity.years[1:]
        },
    }


def _by_pool(capacity: Capacity, pools: Iterable[Pool], values: Floats) -> dict[str, Any]:
    """Provider to bed type to year to beds."""
    return _nested(
        (pool, year.label, float(values[at, number]))
        for number, pool in enumerate(pools)
        for at, year in enumerate(capacity.years)
    )


def _nested(entries: Iterable[tuple[Pool, str, Any]]) -> dict[str, Any]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for pool, year, value in entries:
        found.setdefault(pool.provider, {}).setdefault(pool.bed_type, {})[year] = value
    return found
