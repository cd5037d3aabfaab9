"""The report of a programme: its sections as blocks, each picture with its table, and highlight reports that never change."""

from __future__ import annotations

from leftshift.reports.programme.composing import highlight_report, programme_report

__all__ = ["highlight_report", "programme_report"]
