"""Staff by group, organisation and year: how many are needed, how many there are, and what fills the gap.

Those in post are a cohort by age band. In a year some leave and some retire, each a share of those in post at its start; of
those that remain, one in as many as the band has years moves on to the next band; joiners come. What interventions change
is a level that builds up as they do and stands on top. Start, joiners, leavers, retirements and effects make the end of the
year exactly. Whole-time equivalents (WTE) throughout, and £000 for agency staff.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from leftshift.capacity.pricing import price_levels
from leftshift.economy.arrays import Floats
from leftshift.economy.preparing_effects import phases
from leftshift.foundation.ages import AgeBand
from leftshift.foundation.years import FinancialYear
from leftshift.place.capacity_rows import StaffGroup, StaffInPost, StaffNeeded
from leftshift.place.place import Place

if TYPE_CHECKING:
    import polars as pl

Pair = tuple[str, str]
"""An organisation and a staff group."""
StageOfStaff = Literal["do_nothing", "with_plan"]
STAGES: Mapping[StageOfStaff, frozenset[str]] = {
    "do_nothing": frozenset({"do_nothing"}),
    "with_plan": frozenset({"do_nothing", "plan"}),
}
FLOWS = ("start", "joiners", "leavers", "retirements", "effects", "supply")
FIGURES = (*FLOWS, "need", "shortfall", "agency", "agency_share", "unfilled", "agency_cost", "agency_premium")


@dataclass(frozen=True)
class Cohort:
    """Those in post by age band, B of them from young to old; all but bands are [year, band], nought moves in the base year."""

    bands: tuple[AgeBand, ...]
    start: Floats
    joiners: Floats
    leavers: Floats
    retirements: Floats
    moved_in: Floats
    moved_out: Floats
    end: Floats


@dataclass(frozen=True)
class Staff:
    """One staff group of one organisation, [year]; the supply of a year is those there at its end.

    ``agency_cost`` is all that agency staff cost, £000 in the prices of each year, and ``agency_premium`` what of it own
    staff would not; both None where the group has no cost or premium. ``agency_share`` is of the need.
    """

    organisation: str
    staff_group: str
    stage: StageOfStaff
    cohort: Cohort
    need: Floats
    effects: Floats
    agency: Floats
    agency_cost: Floats | None
    agency_premium: Floats | None

    @cached_property
    def supply(self) -> Floats:
        """Those there at the end of each year."""
        found: Floats = self.cohort.end.sum(axis=1) + np.cumsum(self.effects)
        return found

    @cached_property
    def start(self) -> Floats:
        """Those there at the start of each year; in the base year those in post."""
        return np.concatenate([self.cohort.start[0].sum(keepdims=True), self.supply[:-1]])

    @property
    def joiners(self) -> Floats:
        """Those that join."""
        return _summed(self.cohort.joiners)

    @property
    def leavers(self) -> Floats:
        """Those that leave, other than by retirement."""
        return _summed(self.cohort.leavers)

    @property
    def retirements(self) -> Floats:
        """Those that retire."""
        return _summed(self.cohort.retirements)

    @property
    def shortfall(self) -> Floats:
        """Those that are needed and are not there."""
        return np.maximum(0.0, self.need - self.supply)

    @property
    def unfilled(self) -> Floats:
        """What of the shortfall no agency staff fill."""
        return self.shortfall - self.agency

    @property
    def agency_share(self) -> Floats:
        """Agency staff as a share of the need; nought where none is needed."""
        return np.divide(self.agency, self.need, out=np.zeros_like(self.need), where=self.need > 0)

    def year(self, at: int) -> dict[str, float | None]:
        """Every figure of the year that is so many after the base year."""
        found = {name: getattr(self, name) for name in FIGURES}
        return {name: None if series is None else float(series[at]) for name, series in found.items()}

    def bands(self, at: int) -> list[dict[str, Any]]:
        """Those in post by age band in a year, from young to old: the rungs of a pyramid."""
        cohort = self.cohort
        names = ("start", "joiners", "leavers", "retirements", "moved_in", "moved_out", "end")
        return [
            {"age_band": band.label, **{name: float(getattr(cohort, name)[at, place]) for name in names}}
            for place, band in enumerate(cohort.bands)
        ]


@dataclass(frozen=True)
class Workforce:
    """All staff of a place, do nothing and with the plan, by organisation and group."""

    years: tuple[FinancialYear, ...]
    groups: Mapping[str, StaffGroup]
    do_nothing: Mapping[Pair, Staff]
    with_plan: Mapping[Pair, Staff]

    def stage(self, stage: StageOfStaff) -> Mapping[Pair, Staff]:
        """All staff at a stage."""
        return self.do_nothing if stage == "do_nothing" else self.with_plan

    def total(self, stage: StageOfStaff, figure: str, pairs: Iterable[Pair] | None = None) -> Floats:
        """The sum of a figure over some staff, else over all [year]; a cost that is not known counts nothing."""
        found = self.stage(stage)
        wanted = found if pairs is None else pairs
        total = np.zeros(len(self.years))
        for pair in sorted(wanted):
            series: Floats | None = getattr(found[pair], figure)
            if series is not None:
                total += series
        return total

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON: WTE, and £000 in the prices of each year."""
        additive = [name for name in FIGURES if name != "agency_share"]
        return {
            "years": [year.label for year in self.years],
            "staff": [self._staff_document(pair) for pair in sorted(self.do_nothing)],
            "totals": {
                stage: {
                    year.label: {name: float(self.total(stage, name)[at]) for name in additive}
                    for at, year in enumerate(self.years)
                }
                for stage in STAGES
            },
        }

    def _staff_document(self, pair: Pair) -> dict[str, Any]:
        organisation, name = pair
        return {
            "organisation": organisation, "staff_group": name, "name": self.name_of(name),
            **{
                stage: {
                    year.label: {**self.stage(stage)[pair].year(at), "bands": self.stage(stage)[pair].bands(at)}
                    for at, year in enumerate(self.years)
                }
                for stage in STAGES
            },
        }  # fmt: skip

    def name_of(self, staff_group: str) -> str:
        """The name that people use for a group."""
        row = self.groups.get(staff_group)
        return row.name if row else staff_group

    def table(self) -> pl.DataFrame:
        """organisation, staff_group, stage, year, then every figure: WTE, shares of 1, £000."""
        import polars as pl

        rows = [
            (*pair, stage, year.label, *self.stage(stage)[pair].year(at).values())
            for pair in sorted(self.do_nothing)
            for stage in STAGES
            for at, year in enumerate(self.years)
        ]
        words = dict.fromkeys(("organisation", "staff_group", "stage", "year"), pl.String)
        return pl.DataFrame(rows, schema={**words, **dict.fromkeys(FIGURES, pl.Float64)}, orient="row")


def workforce(place: Place) -> Workforce:
    """The staff of a place, every group of every organisation in every year."""
    groups = {row.staff_group: row for row in place.staff_groups}
    effects = _Effects(place)
    needs, posts = _needs(place), _posts(place)
    pairs = sorted({*needs, *posts})
    prices = price_levels(place, (organisation for organisation, _ in pairs))
    cohorts = {pair: _cohort(posts.get(pair, []), len(place.years)) for pair in pairs}
    growth = {pair: _need(place, needs.get(pair, []), cohorts[pair]) for pair in pairs}

    def staff(pair: Pair, stage: StageOfStaff) -> Staff:
        need = growth[pair] + effects.level(pair, "need", stage)
        added = np.diff(effects.level(pair, "supply", stage), prepend=0.0)
        return _staffed(pair, stage, cohorts[pair], need, added, groups.get(pair[1]), prices[pair[0]])

    stages: dict[StageOfStaff, dict[Pair, Staff]] = {
        stage: {pair: staff(pair, stage) for pair in pairs} for stage in STAGES
    }
    return Workforce(place.years, groups, stages["do_nothing"], stages["with_plan"])


def _staffed(
    pair: Pair,
    stage: StageOfStaff,
    cohort: Cohort,
    need: Floats,
    added: Floats,
    group: StaffGroup | None,
    price: Floats,
) -> Staff:
    alone = Staff(*pair, stage, cohort, need, added, np.zeros_like(need), None, None)
    limit = None if group is None else group.agency_limit
    agency = alone.shortfall if limit is None else np.minimum(alone.shortfall, limit * np.maximum(0.0, need))
    cost = premium = None
    if group is not None and group.cost_per_wte is not None and group.agency_premium is not None:
        as_own = agency * group.cost_per_wte * price
        premium = as_own * group.agency_premium
        cost = as_own + premium
    return Staff(*pair, stage, cohort, need, added, agency, cost, premium)


def _cohort(posts: list[StaffInPost], years: int) -> Cohort:
    rows = sorted(posts, key=lambda row: row.age_band.first)
    leaving, retiring = (
        np.array([getattr(row, name) for row in rows]) for name in ("leaver_rate", "retirement_rate")
    )
    joining = np.array([float(row.joiners) for row in rows])
    moving = np.array([_moving_on(row.age_band) for row in rows])
    moving[-1:] = 0.0  # after the oldest band there is none to move on to
    start, joiners, leavers, retirements, moved_in, moved_out, end = np.zeros((7, years, len(rows)))
    start[0] = end[0] = [float(row.wte) for row in rows]
    for at in range(1, years):
        start[at] = end[at - 1]
        leavers[at], retirements[at], joiners[at] = start[at] * leaving, start[at] * retiring, joining
        remaining = start[at] - leavers[at] - retirements[at]
        moved_out[at] = remaining * moving
        moved_in[at, 1:] = moved_out[at, :-1]
        end[at] = remaining + joiners[at] + moved_in[at] - moved_out[at]
    bands = tuple(row.age_band for row in rows)
    return Cohort(bands, start, joiners, leavers, retirements, moved_in, moved_out, end)


def _moving_on(band: AgeBand) -> float:
    return 0.0 if band.width is None else 1 / band.width


def _need(place: Place, rows: list[StaffNeeded], cohort: Cohort) -> Floats:
    by_year = {row.year: row for row in rows}
    common = by_year.get(None)
    base = float(cohort.start[0].sum()) if common is None or common.wte is None else float(common.wte)
    growth = np.zeros(len(place.years))
    for at, year in enumerate(place.years[1:], start=1):
        row = by_year.get(year, common)
        growth[at] = row.percent if row else 0.0
    needed: Floats = base * np.cumprod(1 + growth, dtype=np.float64)
    return needed


class _Effects:
    """What interventions change in staff, by pair, side and stage."""

    def __init__(self, place: Place) -> None:
        self.place = place
        interventions = tuple(sorted(place.interventions, key=lambda row: row.intervention))
        reached = phases(place, interventions)
        self.levels = {row.intervention: reached[:, at] for at, row in enumerate(interventions)}
        self.stages = {row.intervention: row.stage for row in interventions}
        ordered = sorted(place.workforce_effects, key=lambda row: row.intervention)
        self.rows = [row for row in ordered if row.intervention in self.levels]

    def level(self, pair: Pair, side: Literal["need", "supply"], stage: StageOfStaff) -> Floats:
        """Whole-time equivalents more or less in each year [year]."""
        level = np.zeros(len(self.place.years))
        for row in self.rows:
            counts = self.stages[row.intervention] in STAGES[stage]
            if counts and (row.organisation, row.staff_group) == pair and row.side == side:
                level += float(row.wte) * self.levels[row.intervention]
        return level


def _needs(place: Place) -> dict[Pair, list[StaffNeeded]]:
    found: dict[Pair, list[StaffNeeded]] = defaultdict(list)
    for row in place.staff_needed:
        found[row.organisation, row.staff_group].append(row)
    return found


def _posts(place: Place) -> dict[Pair, list[StaffInPost]]:
    found: dict[Pair, list[StaffInPost]] = defaultdict(list)
    for row in place.workforce:
        found[row.organisation, row.staff_group].append(row)
    return found


def _summed(by_band: Floats) -> Floats:
    total: Floats = by_band.sum(axis=1)
    return total
