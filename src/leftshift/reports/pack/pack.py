"""What a board pack is: its front sheet, the sections that were chosen, and the words around each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

Purpose = Literal["decision", "assurance", "discussion", "information"]
Level = Literal["low", "medium", "high"]
OWN = "own"
"""The choice of a section that holds nothing but its own words."""


@dataclass(frozen=True)
class Risk:
    """A risk of what is asked, how high it is, and why."""

    risk: str
    level: Level
    reason: str


@dataclass(frozen=True)
class Priority:
    """A priority of the body, and how the paper serves it."""

    priority: str
    how: str


@dataclass(frozen=True)
class FrontSheet:
    """What stands first in a board paper. ``author`` is the role of an officer; ``implications`` are area → words."""

    title: str
    meeting: str
    meeting_date: date
    author: str
    purpose: Purpose
    recommendations: tuple[str, ...]
    implications: Mapping[str, str]
    summary: str = ""
    risks: tuple[Risk, ...] = ()
    priorities: tuple[Priority, ...] = ()
    appendices: tuple[str, ...] = ()
    background_papers: tuple[str, ...] = ()


@dataclass(frozen=True)
class PackSection:
    """A section of the pack: one of ``section_choices()``, or ``own``; with words before and after it.

    A blank line in words begins a new paragraph; lines that begin with a hyphen are a list.
    """

    show: str
    title: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Pack:
    """A board pack before it is made: ``year`` is the year to report on, the last one when empty.

    ``compare`` are scenarios to hold beside the plan, all of the place when empty.
    """

    front_sheet: FrontSheet
    sections: tuple[PackSection, ...] = ()
    year: str = ""
    compare: tuple[str, ...] = field(default=())

    def document(self) -> dict[str, Any]:
        """The pack as plain values, as JSON and a TOML file hold it; ``pack_from`` reads it again."""
        sheet = self.front_sheet
        texts = ("title", "meeting", "author", "purpose", "summary")
        lists = ("recommendations", "appendices", "background_papers")
        return {
            "year": self.year,
            "compare": list(self.compare),
            "front_sheet": {
                **{name: getattr(sheet, name) for name in texts},
                "meeting_date": sheet.meeting_date.isoformat(),
                **{name: list(getattr(sheet, name)) for name in lists},
                "implications": dict(sheet.implications),
                "risks": [vars(entry).copy() for entry in sheet.risks],
                "priorities": [vars(entry).copy() for entry in sheet.priorities],
            },
            "sections": [vars(entry).copy() for entry in self.sections],
        }


@cache
def choices(name: str) -> Mapping[str, Any]:
    """What may stand in a front sheet: ``purposes``, ``levels`` or ``implications``."""
    text = resources.files("leftshift.reports.pack").joinpath("choices.toml").read_text("utf-8")
    found: Mapping[str, Any] = tomllib.loads(text)[name]
    return found
