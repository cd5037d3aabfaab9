"""A programme as blocks of a report: one function a section, each picture with its table and its sentence."""

from __future__ import annotations

from leftshift.reports.programme.benefits import benefits
from leftshift.reports.programme.choices import choice, choices
from leftshift.reports.programme.gates import gate, gates
from leftshift.reports.programme.hearing import alignment, engagement, equality, stakeholders
from leftshift.reports.programme.highlights import highlight, highlight_blocks, highlight_document
from leftshift.reports.programme.overviews import overview
from leftshift.reports.programme.projects import project
from leftshift.reports.programme.risks import risks
from leftshift.reports.programme.slipping import slips
from leftshift.reports.programme.timelines import timeline
from leftshift.reports.programme.working import actions, calendar, changes

__all__ = [
    "actions",
    "alignment",
    "benefits",
    "calendar",
    "changes",
    "choice",
    "choices",
    "engagement",
    "equality",
    "gate",
    "gates",
    "highlight",
    "highlight_blocks",
    "highlight_document",
    "overview",
    "project",
    "risks",
    "slips",
    "stakeholders",
    "timeline",
]
