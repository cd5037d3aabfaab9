"""Capacity and control totals as rooms of a place: the same blocks as in the report, subject by subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from leftshift.capacity.result import Capacity
from leftshift.foundation.years import FinancialYear
from leftshift.reports.capacity.activity import activity_blocks
from leftshift.reports.capacity.beds import bed_blocks
from leftshift.reports.capacity.buildings import building_blocks
from leftshift.reports.capacity.capital import capital_blocks
from leftshift.reports.capacity.control import control_blocks
from leftshift.reports.capacity.staff import staff_blocks, staff_groups
from leftshift.reports.capacity.subjects import SUBJECTS, has_control, subjects_of
from leftshift.reports.content import Block
from leftshift.reports.content import Table as ReportTable
from leftshift.workspace.plan.presenters.blocks import Part, parts_of, table_of
from leftshift.workspace.plan.presenters.page import Link, Page, room_page, slug
from leftshift.workspace.plan.queries import Viewed, capacity_of, live
from leftshift.workspace.shared.tables import Table

CONTROL = "control"
_OF_ALL_YEARS = {"capital"}
_DRAWS = 1_000
"""So many draws are made while somebody waits for a page."""
_KEPT = 64
_BLOCKS: Mapping[str, Callable[[Capacity, FinancialYear], Iterator[Block]]] = {
    "beds": lambda capacity, year: bed_blocks(capacity, year, _DRAWS),
    "activity": activity_blocks,
    "buildings": building_blocks,
    "capital": lambda capacity, _: capital_blocks(capacity),
}


@dataclass(frozen=True)
class CapacityPage:
    """The page of a subject, the links to the other subjects, and the choice of a staff group."""

    page: Page
    parts: Sequence[Part]
    subjects: Sequence[Link]
    groups: Sequence[Link]


def subject_address(viewed: Viewed, subject: str, year: str) -> str:
    """The address of a subject."""
    inside = CONTROL if subject == CONTROL else f"capacity/{subject}"
    return f"/places/{viewed.address}/{inside}/{slug(year)}/"


def has_subject(viewed: Viewed, subject: str) -> bool:
    """Whether the place says anything of a subject."""
    place = viewed.capacity.place
    return has_control(place) if subject == CONTROL else subject in subjects_of(place)


def first_subject(viewed: Viewed) -> str | None:
    """The subject to begin with; None where the place says nothing of any."""
    return next(iter(subjects_of(viewed.capacity.place)), None)


def has_group(viewed: Viewed, group: str) -> bool:
    """Whether the place has staff of a group."""
    return group in staff_groups(viewed.capacity)


def blocks_of(viewed: Viewed, subject: str, year: str, group: str = "") -> Sequence[Block]:
    """The blocks of a subject in a year; of staff, those of one group where it is named."""
    return _blocks(viewed.version.pk, viewed.scenarios, subject, year, group)


@lru_cache(maxsize=_KEPT)
def _blocks(
    version: int, scenarios: tuple[str, ...], subject: str, year: str, group: str
) -> tuple[Block, ...]:
    """Kept, as a page and each of its charts ask for them anew; who may see the version is asked before."""
    asked = FinancialYear.parse(year)
    if subject == CONTROL:
        return tuple(control_blocks(live(version, scenarios)))
    capacity = capacity_of(version, scenarios)
    if subject == "staff":
        return tuple(staff_blocks(capacity, asked, group))
    return tuple(_BLOCKS[subject](capacity, asked))


def subject_page(viewed: Viewed, subject: str, year: str, group: str = "") -> CapacityPage:
    """The page of a subject of capacity in a year."""
    query = urlencode({"of": viewed.content, **({"group": group} if group else {})})
    charts = f"/places/{viewed.address}/charts/capacity/{subject}/{slug(year)}"
    parts = parts_of(blocks_of(viewed, subject, year, group), lambda at: f"{charts}/{at}.svg?{query}")
    return CapacityPage(
        _room(viewed, subject, year, ()),
        parts,
        _subjects(viewed, subject, year),
        _groups(viewed, subject, year, group),
    )


def tables_room(viewed: Viewed, subject: str, year: str) -> Page:
    """The room of a subject with every table that can be had from it, those of each staff group included."""
    groups = ("", *staff_groups(viewed.capacity)) if subject == "staff" else ("",)
    blocks = [block for group in groups for block in blocks_of(viewed, subject, year, group)]
    return _room(
        viewed, subject, year, [table_of(block) for block in blocks if isinstance(block, ReportTable)]
    )


def _room(viewed: Viewed, subject: str, year: str, tables: Sequence[Table]) -> Page:
    if subject == CONTROL:
        return room_page(viewed, CONTROL, "Control totals and risk pool", year, None, tables)
    if subject in _OF_ALL_YEARS:
        return room_page(viewed, "capacity", SUBJECTS[subject], year, None, tables)
    address = subject_address(viewed, subject, "{year}")
    years = [
        Link(each, address.replace("{year}", slug(each)), each == year) for each in viewed.result["years"]
    ]
    return room_page(viewed, "capacity", f"{SUBJECTS[subject]} {year}", year, None, tables, years=years)


def _subjects(viewed: Viewed, subject: str, year: str) -> list[Link]:
    if subject == CONTROL:
        return []
    found = subjects_of(viewed.capacity.place)
    return [Link(name, subject_address(viewed, key, year), key == subject) for key, name in found.items()]


def _groups(viewed: Viewed, subject: str, year: str, group: str) -> list[Link]:
    found = staff_groups(viewed.capacity) if subject == "staff" else {}
    if len(found) < 2:
        return []
    address = subject_address(viewed, subject, year)
    links = [
        Link(name, f"{address}?{urlencode({'group': code})}", code == group) for code, name in found.items()
    ]
    return [Link("All staff", address, not group), *links]
