"""The blocks of a report in the XML of Word: written as text, because tables cell by cell are slow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from leftshift.reports.content import Block, Cards, Figure, Items, Note, Paragraph, Subheading, Table
from leftshift.reports.word.pictures import Pictures
from leftshift.reports.word.tables import table_xml

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MORE = (
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)


def element(xml: str) -> Any:
    """The element of a text that knows the names of Word."""
    from docx.oxml import parse_xml

    return parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {_W} {_MORE}", xml, count=1))


def run(text: str, properties: str = "") -> str:
    """A run of text; line breaks and tabs in it stay what they are."""
    about = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    parts = re.split(r"([\n\t])", text)
    marks = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    inside = "".join(
        marks.get(part, f'<w:t xml:space="preserve">{escape(part)}</w:t>') for part in parts if part
    )
    return f"<w:r>{about}{inside}</w:r>"


def paragraph(text: str, style: str, *, number: str = "", named: str = "", pages: bool = False) -> str:
    """A paragraph of a style: with its number before a tab, a name in bold before it, or the page behind it."""
    before = run(f"{number}\t", '<w:b w:val="0"/>') if number else ""
    before += run(f"{named}: ", "<w:b/>") if named else ""
    after = _field("PAGE") + run(" of ") + _field("NUMPAGES") if pages else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{before}{run(text)}{after}</w:p>'


def _field(name: str) -> str:
    """What Word counts itself; a reader that counts nothing shows 1."""
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


def heading(text: str, level: int, mark: str = "") -> str:
    """A heading that the contents can lead to."""
    number = re.sub(r"\D", "", mark)
    start = f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(mark)}/>' if mark else ""
    end = f'<w:bookmarkEnd w:id="{number}"/>' if mark else ""
    return f'<w:p><w:pPr><w:pStyle w:val="Heading{level}"/></w:pPr>{start}{run(text)}{end}</w:p>'


def linked(text: str, mark: str) -> str:
    """A line that leads to a heading."""
    link = run(text, '<w:rStyle w:val="Hyperlink"/>')
    return f'<w:p><w:pPr><w:pStyle w:val="Fact"/></w:pPr><w:hyperlink w:anchor={quoteattr(mark)} w:history="1">{link}</w:hyperlink></w:p>'


def block_xml(block: Block, room: tuple[float, float], pictures: Pictures) -> Iterator[str]:
    """Each paragraph and table that a block becomes."""
    match block:
        case Subheading():
            yield heading(block.text, 2)
        case Paragraph():
            style = "Lead" if block.lead else "Numbered" if block.number else "Normal"
            yield paragraph(block.text, style, number=block.number)
        case Note():
            yield paragraph(block.text, "Note", number=block.number)
        case Items():
            yield from (paragraph(text, "ListBullet") for text in block.texts)
        case Cards():
            for card in block.cards:
                yield _card(card.name, card.figure, card.words)
        case Figure():
            yield paragraph(block.sentence, "Caption")
            yield pictures.xml(block, room)
        case Table():
            yield paragraph(block.caption, "Caption")
            yield table_xml(block, room[0])


def _card(name: str, figure: str, words: str) -> str:
    inside = run(f"{name}: ") + run(figure, "<w:b/>") + run(f" {words}")
    return f'<w:p><w:pPr><w:pStyle w:val="ListBullet"/></w:pPr>{inside}</w:p>'
