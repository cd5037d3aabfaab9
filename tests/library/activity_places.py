"""Places for tests of capacity: Southmoor with some tables of its own, and hypothesis strategies around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from leftshift.model import read_place
from leftshift.place import rows
from leftshift.place.capacity_rows import Activity, ActivityEffect
from leftshift.place.place import Place
from tests.library.places import BY

ROOT = Path(__file__).parents[2]
SOUTHMOOR, LLR_2014, LLR_2016 = (ROOT / "examples" / name for name in ("southmoor", "llr-2014", "llr-2016"))


@cache
def southmoor() -> Place:
    """The place as its folder has it."""
    return read_place(SOUTHMOOR).place


def with_effects(*effects: ActivityEffect, **tables: Any) -> Place:
    """Southmoor with these effects on activity and no others."""
    return southmoor().with_tables(activity_effects=effects, **tables)


def effect(name: str, change: Any, intervention: str = "advice", **more: Any) -> ActivityEffect:
    """An effect on activity of an intervention that runs from April 2025."""
    numbers: dict[str, Any] = {key: Decimal(str(more.pop(key))) for key in ("amount", "ratio") if key in more}
    return ActivityEffect(effect=name, intervention=intervention, change=change, **numbers, **more, **BY)


def activity(name: str, **changed: Any) -> Activity:
    """A row of Southmoor's activity, changed."""
    row = next(row for row in southmoor().activity if row.activity == name)
    return replace(row, **changed)


# ------------------------------------------------------------------ strategies
_COUNTS = st.integers(1, 50_000).map(Decimal)
_STAYS = st.decimals("0.5", "40", places=1)
_PERCENTS = st.integers(0, 22).map(lambda value: value / 100)
_INTERVENTIONS = [
    "virtual_ward",
    "front_door",
    "closer_to_home",
    "step_down",
    "shorter_stays",
    "day_surgery",
    "advice",
]


@dataclass(frozen=True)
class Case:
    """A place that was drawn, told by what differs from Southmoor: the whole would fill pages."""

    place: Place

    def __repr__(self) -> str:
        return f"Case(activity={self.place.activity}, effects={self.place.activity_effects}, settings={self.place.settings})"


@st.composite
def places_with_activity(draw: st.DrawFn) -> Case:
    """Southmoor with other numbers and other effects, small enough together to take no more than there is."""
    place = southmoor()
    changed = tuple(
        replace(
            row,
            count=draw(_COUNTS) if row.count else row.count,
            length_of_stay=draw(_STAYS) if row.length_of_stay is not None else None,
            demographic_growth=draw(st.sampled_from(["service", "population", "none"])),
            other_growth=draw(st.booleans()),
        )
        for row in place.activity
    )
    growth = draw(st.sampled_from(["added", "multiplied"]))
    switch = draw(st.sampled_from(["in", "in", "out"]))
    kept = [row for row in place.settings if row.setting != "growth"]
    settings = (
        *kept,
        rows.Setting(setting="growth", value=growth, **BY),
        rows.Setting(setting="activity_growth", value=switch, **BY),
    )
    moved = place.with_tables(activity=changed, settings=settings)
    return Case(
        moved.with_tables(activity_effects=draw(_effects(changed)), interventions=_moved(draw, place))
    )


def _moved(draw: st.DrawFn, place: Place) -> tuple[rows.Intervention, ...]:
    return tuple(
        replace(row, delivery=draw(st.sampled_from([0.0, 0.5, 1.0])), delay_months=draw(st.integers(0, 20)))
        for row in place.interventions
    )


def _effects(found: Sequence[Activity]) -> st.SearchStrategy[tuple[ActivityEffect, ...]]:
    stays = [row.activity for row in found if row.provider == "RS1" and row.bed_type and row.count]
    every = [row.activity for row in found if row.count]
    reduce = st.builds(
        lambda name, percent, by: effect("reduce", "reduce", by, activity=name, percent=percent),
        st.sampled_from(every), _PERCENTS, st.sampled_from(_INTERVENTIONS),
    )  # fmt: skip
    shorter = st.builds(
        lambda name, percent, by: effect("shorter", "length_of_stay", by, activity=name, percent=percent),
        st.sampled_from(stays), _PERCENTS, st.sampled_from(_INTERVENTIONS),
    )  # fmt: skip
    substitute = st.builds(
        lambda name, percent, ratio, by: effect("instead", "substitute", by, activity=name, percent=percent, to_activity="day_cases", ratio=ratio),
        st.sampled_from(stays), _PERCENTS, st.sampled_from([0.5, 1, 2]), st.sampled_from(_INTERVENTIONS),
    )  # fmt: skip
    frees = st.builds(
        lambda percent, by: effect("frees", "shift_setting", by, activity="cottage_85", percent=percent, to_activity="teams"),
        _PERCENTS, st.sampled_from(_INTERVENTIONS),
    )  # fmt: skip
    shift = st.builds(
        lambda name, percent, by: effect(
            "shift", "shift_provider", by, activity=name, percent=percent, to_activity="cottage_new", backfills="frees", overflow_to="teams"
        ),
        st.sampled_from(stays), _PERCENTS, st.sampled_from(_INTERVENTIONS),
    )  # fmt: skip
    return st.tuples(reduce, shorter, substitute, frees, shift)
