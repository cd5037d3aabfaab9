"""The board pack: chosen sections and own words as one accessible PDF, one Word document and one HTML page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from leftshift.model import PlanResult
from leftshift.reports.assurance.assessing import SignOff
from leftshift.reports.html import html_of
from leftshift.reports.pack.choosing import section_choices
from leftshift.reports.pack.composing import pack_report
from leftshift.reports.pack.pack import FrontSheet, Pack, PackSection, Priority, Risk
from leftshift.reports.pack.reading import pack_from, read_pack
from leftshift.reports.pack.starting import new_pack
from leftshift.reports.pdf import pdf_of
from leftshift.reports.word import word_of

__all__ = [
    "FrontSheet",
    "Pack",
    "PackFiles",
    "PackSection",
    "Priority",
    "Risk",
    "build_pack",
    "new_pack",
    "pack_from",
    "pack_report",
    "read_pack",
    "section_choices",
]


@dataclass(frozen=True)
class PackFiles:
    """A pack in its three forms, which say the same; the same bytes for the same pack of the same version and day."""

    html: bytes
    pdf: bytes
    docx: bytes


def _quietly(_: str) -> None:
    pass


def build_pack(
    result: PlanResult,
    pack: Pack,
    sign_offs: Sequence[SignOff] = (),
    *,
    as_of: date,
    on_step: Callable[[str], None] = _quietly,
) -> PackFiles:
    """The pack of a run as HTML, PDF and Word; ``on_step`` is told in words what is being done.

    Raises YearNotInPlan, ScenarioNotKnown, and FaultsFound when quality assurance is dated after ``as_of``.
    """
    on_step("Composing the pack")
    report = pack_report(result, pack, as_of=as_of, sign_offs=sign_offs)
    on_step("Drawing the page")
    html = html_of(report).encode()
    on_step("Setting the PDF")
    pdf = pdf_of(report)
    on_step("Writing the Word document")
    sheet = pack.front_sheet
    return PackFiles(html, pdf, word_of(report, author=sheet.author, dated=sheet.meeting_date))
