"""A programme as blocks of a report: one function a section, each picture with its table and its sentence."""

from __future__ import annotations

from leftshift.reports.programme.overviews import overview
from leftshift.reports.programme.risks import risks
from leftshift.reports.programme.slipping import slips
from leftshift.reports.programme.timelines import timeline

__all__ = ["overview", "risks", "slips", "timeline"]
