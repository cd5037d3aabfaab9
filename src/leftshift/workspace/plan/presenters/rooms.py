"""The rooms of a place: what makes the page of each, and every table that they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from django.utils import timezone

from leftshift.foundation.faults import FaultsFound
from leftshift.reports.capacity.subjects import SUBJECTS
from leftshift.workspace.plan.presenters import (
    capacity,
    drivers,
    impact,
    interventions,
    measures,
    organisations,
    overview,
    quality,
    scenarios,
    sources,
    tie_out,
)
from leftshift.workspace.plan.presenters.page import Page
from leftshift.workspace.plan.queries import Viewed, versions_of
from leftshift.workspace.plan.queries import quality as quality_of
from leftshift.workspace.shared.tables import Table

Room = Callable[[Viewed, str], Page]


def _tables_room(subject: str, viewed: Viewed, year: str) -> Page:
    return capacity.tables_room(viewed, subject, year)


def _measures_room(name: str, viewed: Viewed, _: str) -> Page:
    return measures.tables_room(viewed, timezone.localdate(), name)


ROOM_PAGES: dict[str, Room] = {
    "overview": lambda viewed, year: overview.overview(viewed, year, versions_of(viewed.version.place.code)),
    "drivers": drivers.drivers,
    "organisations": organisations.organisations,
    "interventions": interventions.interventions,
    "impact": impact.impact,
    "tie-out": tie_out.tie_out,
    "sources": sources.sources,
}
WITH_TABLES: dict[str, Room] = {
    **ROOM_PAGES,
    "quality": lambda viewed, year: (
        quality.quality_page(viewed, quality_of(viewed, timezone.localdate()), year).page
    ),
    "scenarios": lambda viewed, year: scenarios.scenarios(viewed, year)[0],
    **{f"capacity-{subject}": partial(_tables_room, subject) for subject in SUBJECTS},
    capacity.CONTROL: partial(_tables_room, capacity.CONTROL),
    **{name: partial(_measures_room, name) for name in measures.WITH_TABLES},
}


def tables_of(viewed: Viewed, room: str, year: str) -> Sequence[Table]:
    """Every table that a room shows; none where there is no such room."""
    try:
        return WITH_TABLES[room](viewed, year).tables if room in WITH_TABLES else ()
    except FaultsFound:  # quality assurance that is dated after today
        return ()


def table_of(viewed: Viewed, room: str, name: str, year: str) -> Table | None:
    """A table of a room by its name."""
    return next((table for table in tables_of(viewed, room, year) if table.name == name), None)
