"""Named checks of staff: who is needed, who is there, and what interventions change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from leftshift.capacity.pricing import price_faults
from leftshift.capacity.staffing import STAGES, Pair, Workforce, workforce
from leftshift.economy.arrays import Floats
from leftshift.foundation.faults import Fault
from leftshift.place.capacity_rows import StaffInPost, StaffNeeded
from leftshift.place.place import Place
from leftshift.place.row import Row
from leftshift.place.seen import Seen, fault_at

_NOISE = 1e-9
_WORDS = {"do_nothing": "without the plan's interventions", "with_plan": "with the plan"}


def staff_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Everything that is wrong with the staff of a place."""
    yield from _both_sides(place, seen)
    yield from _groups(place, seen)
    yield from _in_post(place)
    yield from _needed(place)
    yield from _effects(place, seen)
    yield from _posted(place, seen)
    if seen.is_sound("staff_needed", "workforce", "workforce_effects", "interventions", "profiles"):
        yield from _below_nought(place, workforce(place))


def _pair(row: StaffInPost | StaffNeeded) -> Pair:
    return row.organisation, row.staff_group


def _known(place: Place) -> set[Pair]:
    return {_pair(row) for row in place.workforce} | {_pair(row) for row in place.staff_needed}


def _both_sides(place: Place, seen: Seen) -> Iterator[Fault]:
    """Who is needed is counted among those in post, and the other way round, so that no gap comes of a missing row."""
    if not seen.is_sound("workforce", "staff_needed"):
        return
    posts, needs = (
        {_pair(row): row for row in place.workforce},
        {_pair(row): row for row in place.staff_needed},
    )
    for pair in sorted(posts.keys() - needs.keys()):
        yield fault_at(
            posts[pair], "staff_group", "nothing is needed",
            expected=f"a row of {' and '.join(pair)} in staff_needed.csv",
            action="Say how many are needed; a row without wte needs those in post",
        )  # fmt: skip
    for pair in sorted(needs.keys() - posts.keys()):
        yield fault_at(
            needs[pair], "staff_group", "nobody in post",
            expected=f"a row of {' and '.join(pair)} in workforce.csv",
            action="Say how many are in post, 0 if there are none",
        )  # fmt: skip


def _groups(place: Place, seen: Seen) -> Iterator[Fault]:
    used = {group for _, group in _known(place)}
    for row in place.staff_groups:
        if row.staff_group not in used and seen.is_sound("workforce", "staff_needed"):
            yield fault_at(
                row, "staff_group", "nothing uses it",
                expected="rows in workforce.csv and staff_needed.csv", action="Add its staff, or remove it",
            )  # fmt: skip
        if row.agency_premium is not None and row.cost_per_wte is None:
            yield fault_at(
                row, "agency_premium", "nothing uses it",
                expected="an empty cell, for cost_per_wte is not given", action="Give cost_per_wte, or clear the cell",
            )  # fmt: skip


def _in_post(place: Place) -> Iterator[Fault]:
    """No more go than there are, and nobody stands in two age bands."""
    bands: dict[Pair, list[StaffInPost]] = defaultdict(list)
    for row in place.workforce:
        if _more_go_than_there_are(row):
            yield fault_at(
                row, "leaver_rate", "more than there is",
                found=f"{row.leaver_rate:.1%} leave and {row.retirement_rate:.1%} retire",
                expected="shares that together are at most 100%", action="Correct one of the two",
            )  # fmt: skip
        for other in bands[_pair(row)]:
            if row.age_band.overlaps(other.age_band):
                yield fault_at(
                    row, "age_band", "age bands overlap",
                    expected=f"ages that are not in {other.age_band}, the band of another row of the group",
                    action="Correct one of the bands",
                )  # fmt: skip
        bands[_pair(row)].append(row)


def _more_go_than_there_are(row: StaffInPost) -> bool:
    return row.leaver_rate + row.retirement_rate > 1 + _NOISE


def _needed(place: Place) -> Iterator[Fault]:
    """A row of one year says by how much the need grows into it, and nothing else."""
    for row in place.staff_needed:
        if row.year is None:
            continue
        if row.year == place.base_year:
            yield fault_at(
                row, "year", "nothing uses it",
                expected=f"a year after {place.base_year}, into which the need grows", action="Correct the year, or remove the row",
            )  # fmt: skip
        for column, is_given in (("wte", row.wte is not None), ("posted", row.posted)):
            if is_given:
                yield fault_at(
                    row, column, "nothing uses it",
                    expected="an empty cell in a row of one year", action="Say it in the row of the group that has no year",
                )  # fmt: skip


def _effects(place: Place, seen: Seen) -> Iterator[Fault]:
    known = _known(place)
    for row in place.workforce_effects:
        if (row.organisation, row.staff_group) not in known and seen.is_sound("workforce", "staff_needed"):
            yield fault_at(
                row, "staff_group", "unknown staff",
                found=f"{row.staff_group} of {row.organisation}",
                expected="staff of workforce.csv", action="Correct organisation or staff group, or add the staff",
            )  # fmt: skip
        if not row.wte:
            yield fault_at(
                row, "wte", "nothing uses it",
                expected="more or fewer than none", action="Give how many, or remove the row",
            )  # fmt: skip


def _posted(place: Place, seen: Seen) -> Iterator[Fault]:
    groups = {row.staff_group: row for row in place.staff_groups}
    posting = [row for row in place.staff_needed if row.posted and row.year is None]
    for row in posting:
        group = groups.get(row.staff_group)
        missing = [
            name for name in ("cost_per_wte", "agency_premium") if group and getattr(group, name) is None
        ]
        if missing:
            yield fault_at(
                row, "posted", "missing value",
                expected=f"{' and '.join(missing)} of {row.staff_group} in staff_groups.csv, for its agency staff are posted",
                action="Fill in staff_groups.csv, or post nothing",
            )  # fmt: skip
    yield from price_faults(place, seen, [(row, row.organisation) for row in posting])


def _below_nought(place: Place, staff: Workforce) -> Iterator[Fault]:
    """Nobody needs or has fewer than none; told at the effect that takes most away, once for each side."""
    told = {_pair(row) for row in place.workforce if _more_go_than_there_are(row)}
    for pair in sorted(staff.do_nothing.keys() - told):
        for side, figure in (("need", "need"), ("supply", "supply")):
            for stage in STAGES:
                series: Floats = getattr(staff.stage(stage)[pair], figure)
                if series.min() < -_NOISE:
                    yield _negative(place, pair, side, series, _WORDS[stage])
                    break


def _negative(place: Place, pair: Pair, side: str, series: Floats, stage: str) -> Fault:
    at = int(np.argmax(series < -_NOISE))
    takes = [
        row for row in place.workforce_effects if (row.organisation, row.staff_group, row.side) == (*pair, side) and row.wte < 0
    ]  # fmt: skip
    table: tuple[StaffInPost | StaffNeeded, ...] = place.staff_needed if side == "need" else place.workforce
    own = next(row for row in table if _pair(row) == pair)
    row: Row = min(takes, key=lambda row: (row.wte, row.intervention)) if takes else own
    return fault_at(
        row, "wte", "more than there is",
        found=f"{series[at]:,.1f} WTE in {place.years[at]}, {stage}",
        expected=f"a {side} of {pair[1]} of {pair[0]} that is never below 0",
        action="Take fewer away, or correct those needed or in post",
    )  # fmt: skip
