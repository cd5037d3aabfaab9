"""HTML and PDF say the same, all of it and nothing else, and the same bytes every time."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from pypdf import PdfReader

from leftshift.place.place import Place
from leftshift.reports.content import Figure, Section, Subheading, Table, printable, texts_of
from leftshift.reports.html import html_of
from leftshift.reports.lettering import MISSING, drawable, shown
from leftshift.reports.pdf import pdf_of
from leftshift.reports.report import report_of
from tests.library.places import places
from tests.reports.places import (
    CASES,
    HOSTILE,
    LLR,
    NORTHMOOR,
    example,
    page,
    paper,
    report,
    result_of,
    shuffled,
)
from tests.reports.reading import (
    HTML,
    alternatives_of,
    elements,
    pages_of,
    parsed,
    roles_of,
    squeezed,
    text_of_page,
    text_of_paper,
    words_of,
)

every_case = pytest.mark.parametrize("case", CASES)


@every_case
def test_every_text_of_the_content_is_in_the_page(case: str) -> None:
    said = text_of_page(page(case))

    assert [text for text in texts_of(report(case)) if squeezed(text) not in said] == []


@every_case
def test_every_text_of_the_content_is_in_the_pdf(case: str) -> None:
    said = text_of_paper(paper(case))

    assert [text for text in texts_of(report(case)) if squeezed(shown(text)) not in said] == []


@every_case
def test_the_renderers_add_no_table_figure_or_heading(case: str) -> None:
    blocks = [block for section in report(case).sections for block in section.blocks]
    tables = sum(isinstance(block, Table) for block in blocks)
    figures = sum(isinstance(block, Figure) for block in blocks)
    headings = len(report(case).sections) + sum(isinstance(block, Subheading) for block in blocks)
    roles = roles_of(paper(case))

    assert len(elements(page(case), "table")) == tables == roles.count("/Table")
    assert len(elements(page(case), "img")) == figures == len(alternatives_of(paper(case)))
    assert sum(len(elements(page(case), name)) for name in ("h2", "h3")) == headings
    assert sum(bool(re.fullmatch(r"/H[1-6]", role)) for role in roles) in {headings, headings + 1}


@pytest.mark.parametrize("name", [LLR, NORTHMOOR])
def test_the_same_place_gives_the_same_bytes(name: str) -> None:
    again = report_of(result_of(example(name)))

    assert html_of(again) == page(name)
    assert pdf_of(again) == paper(name)


@pytest.mark.parametrize("name", [LLR, NORTHMOOR])
def test_no_order_of_the_rows_changes_a_byte(name: str) -> None:
    place = shuffled(example(name))
    other = report_of(result_of(place))

    assert place != example(name)
    assert other == report(name)
    assert html_of(other) == page(name)
    assert pdf_of(other) == paper(name)


@every_case
def test_the_page_is_valid_and_in_order(case: str) -> None:
    text = page(case)
    ids = re.findall(r'\bid="([^"]*)"', text)
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", text)]

    parsed(text)
    assert len(ids) == len(set(ids))
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert words_of(elements(text, "title")[0]) == words_of(elements(text, "h1")[0])
    assert elements(text, "html")[0].attrib["lang"] == "en-GB"
    assert {link.attrib["href"].lstrip("#") for link in elements(text, "a")} == set(ids)


@every_case
def test_every_table_of_the_page_can_be_reached_and_understood(case: str) -> None:
    text = page(case)
    captions = [words_of(caption) for caption in elements(text, "caption")]
    regions = [part for part in elements(text, "div") if part.attrib.get("role") == "region"]

    assert len(captions) == len(set(captions)) == len(elements(text, "table")) == len(regions)
    assert all(region.attrib["tabindex"] == "0" for region in regions)
    assert all(
        header.attrib["scope"] in {"col", "row"} and words_of(header) for header in elements(text, "th")
    )
    for row in (row for body in elements(text, "tbody") for row in body):
        first, *others = row
        assert (first.tag, first.attrib["scope"]) == (HTML + "th", "row")
        assert {other.tag for other in others} == {HTML + "td"}
    for table in elements(text, "table"):
        widths = {len(list(row)) for row in table.iter(HTML + "tr")}
        assert len(widths) == 1


@every_case
def test_the_page_asks_for_nothing_and_runs_nothing(case: str) -> None:
    text = page(case)
    drawings = [
        base64.b64decode(found) for found in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', text)
    ]

    assert "http" not in re.sub(r"data:image/[^\"]+", "", text.replace(HOSTILE, ""))
    assert not re.search(r"<script|<link|<iframe|\son\w+=|@import|url\(", text)
    assert all(
        image.attrib["src"].startswith("data:image/svg+xml;base64,") for image in elements(text, "img")
    )
    assert len(drawings) == len(elements(text, "img"))
    for drawing in drawings:
        ElementTree.fromstring(drawing)
        addresses = set(re.findall(rb"https?://[^\"'\s<]+", drawing))
        assert addresses <= {b"http://www.w3.org/2000/svg", b"http://www.w3.org/1999/xlink"}
        assert b"<script" not in drawing
        assert b"<image" not in drawing


@every_case
def test_the_pdf_is_made_for_everybody(case: str) -> None:
    reader = PdfReader(io.BytesIO(paper(case)))
    root: Any = reader.root_object
    metadata = reader.xmp_metadata

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert metadata is not None
    assert b"pdfuaid" in metadata.stream.get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == shown(report(case).title)
    assert "/CreationDate" not in reader.metadata
    assert {"/TH", "/Caption"} <= set(roles_of(paper(case)))
    assert [str(line.title) for line in reader.outline if not isinstance(line, list)] == [
        shown(section.title) for section in report(case).sections
    ]


@every_case
def test_the_pdf_brings_its_font_and_uses_no_other(case: str) -> None:
    fonts = set(re.findall(rb"/(?:BaseFont|FontName) ?/([A-Z]{6}\+)?([\w-]+)", paper(case)))

    assert {name for _, name in fonts} <= {b"LiberationSans", b"LiberationSans-Bold"}


@every_case
def test_every_page_of_the_pdf_says_where_it_belongs(case: str) -> None:
    pages = pages_of(paper(case))

    for number, text in enumerate(pages, start=1):
        assert text.rstrip().endswith(f"{number} of {len(pages)}")
        assert f"version {report(case).fingerprint[:12]}" in text


@pytest.mark.parametrize("case", [LLR, NORTHMOOR, "without published figures", "of one organisation"])
def test_the_plan_on_a_page_is_the_first_page(case: str) -> None:
    first, second = report(case).sections[:2]
    pages = [squeezed(text) for text in pages_of(paper(case))]

    assert [text for text in texts_of(first) if squeezed(text) not in pages[0]] == []
    assert pages[1].startswith(squeezed(second.title))


def test_each_section_begins_a_page_and_wide_ones_are_turned() -> None:
    reader = PdfReader(io.BytesIO(paper(LLR)))
    starts = {
        section.title: next(
            page_ for page_ in reader.pages[1:] if page_.extract_text().startswith(section.title)
        )
        for section in report(LLR).sections[1:]
    }

    for section in report(LLR).sections[1:]:
        box = starts[section.title].mediabox
        assert (box.width > box.height) == section.wide
    assert _wide(report(LLR).sections) >= {"impact", "assumptions"}


def _wide(sections: tuple[Section, ...]) -> set[str]:
    return {section.key for section in sections if section.wide}


def test_what_the_font_lacks_is_marked_and_what_it_has_is_kept() -> None:
    assert shown("Powys Teaching Health Board − £1.5m – “Llandrindod”, Ŵŵ Ŷŷ, Ελλάδα, Київ") == (
        "Powys Teaching Health Board − £1.5m – “Llandrindod”, Ŵŵ Ŷŷ, Ελλάδα, Київ"
    )
    assert shown("a中\U0001f600b") == f"a{MISSING}{MISSING}b"


def test_a_mark_that_joins_no_letter_is_left_out_of_a_drawing() -> None:
    place = example(NORTHMOOR)
    marked = tuple(replace(row, name=f"1\u0300 e\u0301 {row.code}") for row in place.organisations)

    assert drawable("1\u0300 e\u0301") == "1 é"
    assert pdf_of(report_of(result_of(place.with_tables(organisations=marked)))).startswith(b"%PDF-")


def test_what_no_page_may_hold_is_marked() -> None:
    assert printable("a\x85\x7f\ufffe\U0001ffffb\té") == "a\ufffd\ufffd\ufffd\ufffdb\té"


def test_hostile_words_are_shown_and_never_run() -> None:
    hostile = report("with hostile words")
    text = page("with hostile words")

    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert printable(HOSTILE) in hostile.title
    assert squeezed(shown(printable(HOSTILE))) in text_of_paper(paper("with hostile words"))


@given(places())
@settings(max_examples=8)
def test_any_place_can_be_reported_in_any_year(place: Place) -> None:
    result = result_of(place)
    found = report_of(result)
    said = text_of_page(html_of(found))

    assert [text for text in texts_of(found) if squeezed(text) not in said] == []
    assert pdf_of(found).startswith(b"%PDF-")
    for year in result.years:
        parsed(html_of(report_of(result, year)))


def test_a_long_description_leaves_the_first_page_whole() -> None:
    place = replace(example(LLR), description="A sentence of the description. " * 200)
    found = report_of(result_of(place))
    pages = [squeezed(text) for text in pages_of(pdf_of(found))]

    assert [text for text in texts_of(found.sections[0]) if squeezed(text) not in pages[0]] == []
    assert squeezed(place.description) in squeezed("".join(texts_of(found)))
