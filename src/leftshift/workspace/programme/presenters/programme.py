"""A programme as its pages show it: its rooms, its sections and where it stands."""

from __future__ import annotations

from collections.abc import Mapping

from leftshift.workspace.plan.presenters.page import Link
from leftshift.workspace.programme.models import Programme


def address_of(held: Programme) -> str:
    """Where a programme stands."""
    return f"/places/{held.place.code}/programme/"


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
