"""Capacity in the report: beds, activity, staff, buildings and capital; and what positions are held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from leftshift.capacity.result import Capacity
from leftshift.foundation.years import FinancialYear
from leftshift.model import PlanResult
from leftshift.reports.capacity.activity import activity_blocks
from leftshift.reports.capacity.beds import bed_blocks
from leftshift.reports.capacity.buildings import building_blocks
from leftshift.reports.capacity.capital import capital_blocks
from leftshift.reports.capacity.control import control_blocks
from leftshift.reports.capacity.staff import staff_blocks
from leftshift.reports.capacity.subjects import has_control, subjects_of
from leftshift.reports.content import Block, Note, Section, Subheading

KEY, TITLE = "capacity", "Capacity: beds, activity, staff, buildings and capital"
CONTROL_KEY, CONTROL_TITLE = "control", "Control totals and risk pool"
_NOTHING = "The place has no table of activity, beds, staff, sites or capital."
_NOTHING_HELD = "The place has no control totals, envelopes or risk pool."
_BLOCKS: Mapping[str, Callable[[Capacity, FinancialYear], Iterator[Block]]] = {
    "beds": bed_blocks,
    "activity": activity_blocks,
    "staff": staff_blocks,
    "buildings": building_blocks,
    "capital": lambda capacity, _: capital_blocks(capacity),
}


def capacity_sections(run: PlanResult, year: str) -> Iterator[Section]:
    """The sections that a place has something for: capacity, and what positions are held against."""
    if subjects_of(run.place):
        yield capacity_section(run, year)
    if has_control(run.place):
        yield control_section(run)


def capacity_section(run: PlanResult, year: str) -> Section:
    """Whether beds, people and buildings suffice in a year."""
    capacity, asked = Capacity(run.place.written), FinancialYear.parse(year)
    blocks: list[Block] = []
    for key, name in subjects_of(run.place).items():
        blocks += [Subheading(name), *_under(name, _BLOCKS[key](capacity, asked))]
    return Section(KEY, TITLE, tuple(blocks) or (Note(_NOTHING),), wide=True)


def _under(subject: str, blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks of a subject, its own headings beginning with its name: all stand on one level."""
    for block in blocks:
        yield Subheading(f"{subject}: {block.text}") if isinstance(block, Subheading) else block


def control_section(run: PlanResult) -> Section:
    """Positions beside control totals, envelopes, and the risk pool."""
    return Section(
        CONTROL_KEY, CONTROL_TITLE, tuple(control_blocks(run)) or (Note(_NOTHING_HELD),), wide=True
    )
