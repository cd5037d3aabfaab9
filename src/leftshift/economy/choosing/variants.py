"""The place as it would be with other starts and scales: what a choice stands for is always a whole place that can be run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.economy.phasing import part_year, slipped
from leftshift.foundation.years import MONTHS_IN_YEAR, FinancialYear
from leftshift.place.place import Place
from leftshift.place.rows import Intervention


@dataclass(frozen=True, slots=True)
class Taken:
    """How an intervention is chosen: so many years later than planned, at a scale of what is planned."""

    later: int = 0
    scale: float = 1.0


def planned_start(place: Place, row: Intervention) -> FinancialYear:
    """The financial year in which an intervention begins to have an effect, its delay included."""
    if row.start is not None:
        first = row.start.months_since(place.base_year)
    else:
        stated = [
            entry.year.starts
            for entry in place.stated_effects
            if entry.intervention == row.intervention and entry.amount
        ]
        first = MONTHS_IN_YEAR * (min(stated, default=place.base_year.starts + 1) - place.base_year.starts)
    return place.base_year.plus((first + row.delay_months) // MONTHS_IN_YEAR)


def with_chosen(place: Place, choosable: frozenset[str], taken: Mapping[str, Taken]) -> Place:
    """The place with some of the interventions that may be chosen, and the others of them delivering nothing.

    One that a plan only compares with counts once it is chosen; what may not be chosen stays as it is.
    """
    rows = tuple(
        _taken(row, taken.get(row.intervention)) if row.intervention in choosable else row
        for row in place.interventions
    )
    return place.with_tables(interventions=rows)


def _taken(row: Intervention, taken: Taken | None) -> Intervention:
    if taken is None:
        return replace(row, delivery=0.0)
    return replace(
        row,
        stage="plan" if row.stage == "comparison" else row.stage,
        delivery=row.delivery * taken.scale,
        delay_months=row.delay_months + MONTHS_IN_YEAR * taken.later,
    )


def needs_of(place: Place, row: Intervention, resource: str, later: int) -> Floats:
    """What the whole of an intervention needs of a resource in each year [year], as far as its latest need.

    Needs slip by the months of its delay, as stated effects do; they go on after the last year of the plan.
    """
    mine = [
        entry
        for entry in place.resources
        if (entry.intervention, entry.resource) == (row.intervention, resource)
    ]
    months = row.delay_months + MONTHS_IN_YEAR * later
    stated = np.zeros(len(place.years) + math.ceil(months / MONTHS_IN_YEAR))
    for entry in mine:
        stated[entry.year.starts - place.base_year.starts] += float(entry.amount)
    return part_year(slipped(np.repeat(stated, MONTHS_IN_YEAR), months))
