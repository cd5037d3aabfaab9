"""A report as a Word document that a screen reader can read, from the same content as HTML and PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from leftshift.reports.content import Fact, Report, Section, printable
from leftshift.reports.word.blocks import block_xml, element, heading, linked, paragraph
from leftshift.reports.word.pictures import Pictures
from leftshift.reports.word.sealing import sealed

_LAYOUT = Path(__file__).parents[1] / "layout"
_LONG, _SHORT, _MARGIN = 16838, 11906, 1134  # A4 and a margin of 20 mm, in twentieths of a point
_UPRIGHT, _TURNED = (482.0, 560.0), (728.0, 390.0)
"""The room for a chart in points, width and height: as on the paper of the PDF."""
_BEFORE_DATES = date(
    1980, 1, 1
)  # what a file says that knows no date: the first day that a zip archive can hold


def word_of(report: Report, *, author: str = "leftshift", dated: date | None = None) -> bytes:
    """The report as .docx; the same bytes for the same report, author and date, whatever the clock says."""
    from docx import Document

    document = Document()
    _lay_out(document)
    _tell_about(document, report, printable(author)[:255], dated or _BEFORE_DATES)
    pictures = Pictures(document)
    body = document.element.body
    last = body.sectPr
    for part in _parts(report, pictures):
        last.addprevious(element(part))
    _turn(last, wide=report.sections[-1].wide)
    _add_footer(document, report)
    return sealed(document)


def _lay_out(document: Any) -> None:
    """Our own styles and settings in place of the template's, and nothing of it that we do not use."""
    from docx.oxml import parse_xml

    targets = {
        "styles": document.styles.element,
        "settings": document.settings.element,
        "numbering": document.part.numbering_part.element,
    }
    for name, target in targets.items():
        target[:] = parse_xml((_LAYOUT / f"word-{name}.xml").read_bytes())[:]
    for part in (document.part, document.part.package):
        unused = ("stylesWithEffects", "thumbnail", "customXml", "webSettings")
        for key in [key for key, each in part.rels.items() if each.reltype.endswith(unused)]:
            part.rels.pop(key)


def _tell_about(document: Any, report: Report, author: str, dated: date) -> None:
    """The properties of the document: from the version and the paper, never from a clock."""
    about, moment = document.core_properties, datetime(dated.year, dated.month, dated.day, tzinfo=UTC)
    about.title, about.author, about.last_modified_by = report.title[:255], author, author
    about.language, about.identifier, about.version = "en-GB", report.fingerprint, report.fingerprint[:12]
    about.subject, about.keywords, about.comments, about.category = "", "", "", ""
    about.created = about.modified = moment.replace(tzinfo=None)
    about.revision = 1


def _parts(report: Report, pictures: Pictures) -> Iterator[str]:
    """Each paragraph and table of the document as XML, in order; a section ends with how its paper lies."""
    yield paragraph(report.title, "Title")
    yield from map(_fact, report.facts)
    before = None
    for number, (section, begins) in enumerate(report.pages_turn()):
        room = _TURNED if section.wide else _UPRIGHT
        if before is not None and begins:
            yield _end_of(before)
        before = section
        yield heading(section.title, 1, f"part{number + 1}")
        for block in section.blocks:
            yield from block_xml(block, room, pictures)
        if number == 0:
            yield from _contents(report)
    yield paragraph(report.footer, "Footer")


def _fact(fact: Fact) -> str:
    return paragraph(fact.text, "Fact", named=fact.name)


def _contents(report: Report) -> Iterator[str]:
    """Where the other sections are, as links."""
    if len(report.sections) > 1:
        yield paragraph("In this report", "Caption")
    for number, section in enumerate(report.sections[1:], start=2):
        yield linked(section.title, f"part{number}")


def _end_of(section: Section) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="Footer"/><w:sectPr><w:type w:val="nextPage"/>{_paper(section.wide)}</w:sectPr></w:pPr></w:p>'


def _paper(wide: bool) -> str:
    width, height = (_LONG, _SHORT) if wide else (_SHORT, _LONG)
    orient = ' w:orient="landscape"' if wide else ""
    margins = " ".join(f'w:{side}="{_MARGIN}"' for side in ("top", "right", "bottom", "left"))
    return (
        f'<w:pgSz w:w="{width}" w:h="{height}"{orient}/>'
        f'<w:pgMar {margins} w:header="567" w:footer="567" w:gutter="0"/><w:cols w:space="720"/>'
    )


def _turn(last: Any, *, wide: bool) -> None:
    """How the paper of the last section lies, whose properties stand at the end of the body."""
    last[:] = element(f"<w:sectPr>{_paper(wide)}</w:sectPr>")[:]


def _add_footer(document: Any, report: Report) -> None:
    """Title, version and page on every page: one footer, which every section takes over from the first."""
    footer = document.sections[0].footer
    footer.is_linked_to_previous = False
    old = footer.paragraphs[0]._p
    text = f"{report.title} · version {report.fingerprint[:12]} · page "
    old.addprevious(element(paragraph(text, "Footer", pages=True)))
    old.getparent().remove(old)
