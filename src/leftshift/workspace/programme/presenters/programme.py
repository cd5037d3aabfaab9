"""A programme as its pages show it: its rooms, its sections and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from leftshift.programme.programme import Programme as Content
from leftshift.workspace.plan.presenters.blocks import anchor_of
from leftshift.workspace.plan.presenters.page import Link
from leftshift.workspace.programme.models import Programme


def address_of(held: Programme) -> str:
    """Where a programme stands."""
    return f"/places/{held.place.code}/programme/"


_PAGES = {"project": "projects", "gate": "gates", "meeting": "boards"}
"""Kind of what has a page of its own to where that stands."""
_ROWS = {"action": "actions", "change": "actions", "risk": "risks", "log": "risks", "benefit": "benefits"}
"""Kind of what has a row in a room to that room."""


def leads_to(held: Programme, content: Content, carried: str) -> Callable[[str], str]:
    """What gives the address of what a cell speaks of, ``kind/name``: its page, or its row in a room."""
    at = address_of(held)

    def address(about: str) -> str:
        kind, _, name = about.partition("/")
        if kind in _PAGES:
            return f"{at}{_PAGES[kind]}/{name}/{carried}"
        if kind in _ROWS:
            return f"{at}{_ROWS[kind]}/{carried}#{anchor_of(about)}"
        if kind == "milestone" and name in content.milestone:
            project = content.milestone[name].project
            return f"{at}timeline/{project}/{carried}#{anchor_of(about)}"
        return f"{at}alignment/{carried}" if kind == "contact" else ""

    return address


ROOMS: Mapping[str, tuple[str, str]] = {
    "overview": ("Overview", ""),
    "slips": ("Slips", "slips/"),
    "timeline": ("Timeline", "timeline/"),
    "actions": ("Actions", "actions/"),
    "risks": ("Risks", "risks/"),
    "benefits": ("Benefits", "benefits/"),
    "gates": ("Gates", "gates/"),
    "choices": ("Appraisals", "choices/"),
    "boards": ("Boards", "boards/"),
    "engagement": ("Engagement", "engagement/"),
    "sheets": ("Records", "records/"),
    "history": ("History", "history/"),
}
"""Room to its title and where it stands below the programme."""


def tabs_of(held: Programme, current: str, carried: str = "") -> list[Link]:
    """The rooms of a programme; ``carried`` is what their addresses end with."""
    at = address_of(held)
    return [Link(name, f"{at}{below}{carried}", key == current) for key, (name, below) in ROOMS.items()]
