"""The five-case document of a business case as HTML, PDF and Word, from one content."""

from __future__ import annotations

from leftshift.reports.cases.composing import case_report

__all__ = ["case_report"]
