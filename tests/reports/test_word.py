"""Word, PDF and HTML of a pack say the same with the same numbers; the Word document is one for everybody."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import given, settings
from pypdf import PdfReader

from leftshift.place.place import Place
from leftshift.reports.content import Figure, Note, Paragraph, Section, Subheading, Table, printable, texts_of
from leftshift.reports.drawing import draw_png
from leftshift.reports.lettering import shown
from leftshift.reports.report import report_of
from leftshift.reports.word import word_of
from leftshift.reports.word.pictures import size_of
from leftshift.reports.word.tables import widths_of
from tests.library.places import places
from tests.reports.packs import CASES, DAY, files, report
from tests.reports.places import LLR, result_of
from tests.reports.reading import (
    DRAWN,
    W,
    alternatives_of,
    elements,
    parsed,
    roles_of,
    squeezed,
    text_of_page,
    text_of_paper,
    text_of_word,
    word_element,
    words_of,
)

every_case = pytest.mark.parametrize("case", CASES)


def document(case: str) -> Any:
    return Document(io.BytesIO(files(case).docx))


@every_case
def test_every_text_is_in_all_three(case: str) -> None:
    made, found = files(case), report(case)
    page, paper, word = text_of_page(made.html.decode()), text_of_paper(made.pdf), text_of_word(made.docx)

    assert [text for text in texts_of(found) if squeezed(text) not in page] == []
    assert [text for text in texts_of(found) if squeezed(shown(text)) not in paper] == []
    assert [text for text in texts_of(found) if squeezed(text) not in word] == []


@every_case
def test_word_says_it_in_the_order_of_the_content(case: str) -> None:
    word, at, missing = text_of_word(files(case).docx), 0, []
    for section in report(case).sections:
        for block in section.blocks:
            numbered = isinstance(block, Paragraph | Note)
            texts = [block.number + block.text] if numbered else list(texts_of(block))  # type: ignore[union-attr]
            for text in map(squeezed, texts):
                where = word.find(text, at)
                missing += [text] if where < 0 else []
                at = max(at, where + len(text))

    assert missing == []


@every_case
def test_the_numbers_of_paragraphs_are_the_same_in_all_three(case: str) -> None:
    expected = [
        (block.number, block.text)
        for section in report(case).sections
        for block in section.blocks
        if isinstance(block, Paragraph)
    ]
    on_page = [
        (words_of(span), "".join(words_of(each).partition(words_of(span))[2]))
        for each in elements(files(case).html.decode(), "p")
        for span in each
        if span.attrib.get("class") == "paragraph-number" and "note" not in each.attrib["class"].split()
    ]
    in_word = [
        tuple(each.text.split("\t", 1))
        for each in document(case).paragraphs
        if each.style.name in {"Numbered paragraph", "Lead"}
    ]
    paper = text_of_paper(files(case).pdf)

    squeezed_all = [(number, squeezed(text)) for number, text in expected]
    assert [(number, squeezed(text)) for number, text in on_page] == squeezed_all
    assert [(number, squeezed(text)) for number, text in in_word] == squeezed_all
    assert [number for number, text in expected if squeezed(number + shown(text)) not in paper] == []


@every_case
def test_headings_of_word_are_headings_in_their_order(case: str) -> None:
    styled = [(each.style.name, each.text) for each in document(case).paragraphs]
    found = [(name, text) for name, text in styled if name.startswith(("Title", "Heading"))]
    expected: list[tuple[str, str]] = [("Title", report(case).title)]
    for section in report(case).sections:
        expected.append(("Heading 1", section.title))
        expected += [("Heading 2", block.text) for block in section.blocks if isinstance(block, Subheading)]

    assert found == expected
    levels = [int(name[-1]) if name[-1].isdigit() else 0 for name, _ in found]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def blocks_of(case: str, kind: type) -> list[Any]:
    return [block for section in report(case).sections for block in section.blocks if isinstance(block, kind)]


@every_case
def test_tables_of_word_have_a_marked_header_row_and_a_caption(case: str) -> None:
    tables, expected = document(case).tables, blocks_of(case, Table)

    assert len(tables) == len(expected)
    for table, content in zip(tables, expected, strict=True):
        xml = table._tbl
        headers = [row for row in xml.tr_lst if row.find(f"{W}trPr/{W}tblHeader") is not None]
        assert headers == [xml.tr_lst[0]]
        assert [cell.text for cell in table.rows[0].cells] == [column.name for column in content.columns]
        assert xml.find(f"{W}tblPr/{W}tblCaption").get(W + "val") == content.caption
        assert len(xml.tr_lst) == len(content.rows) + 1
        before = xml.getprevious()
        assert before.find(f"{W}pPr/{W}pStyle").get(W + "val") == "Caption"
        assert "".join(part.text for part in before.iter(W + "t")) == content.caption.replace("\t", "")
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in xml.tr_lst)


@every_case
def test_pictures_of_word_have_words_that_stand_in_for_them(case: str) -> None:
    found = list(word_element(files(case).docx).iter(DRAWN + "docPr"))

    assert [each.attrib["descr"] for each in found] == [
        block.alternative for block in blocks_of(case, Figure)
    ]
    assert len({each.attrib["id"] for each in found}) == len(found)
    assert len(document(case).inline_shapes) == len(found)
    for shape in document(case).inline_shapes:
        assert 100 < shape.width.pt < 730
        assert shape.height.pt < 600


@every_case
def test_the_document_says_what_it_is_and_in_which_language(case: str) -> None:
    about, found = document(case).core_properties, report(case)
    _, pack = CASES[case]()

    assert about.title == found.title[:255]
    assert about.author == printable(pack.front_sheet.author)[:255]
    assert about.language == "en-GB"
    assert about.identifier == found.fingerprint
    assert about.created.date() == about.modified.date() == DAY
    with ZipFile(io.BytesIO(files(case).docx)) as archive:
        styles = archive.read("word/styles.xml").decode()
        assert 'w:val="en-GB"' in styles
        assert "en-US" not in styles + archive.read("word/settings.xml").decode()
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"


@every_case
def test_every_page_of_word_says_where_it_belongs(case: str) -> None:
    made = document(case)

    assert made.sections[0].footer.is_linked_to_previous is False
    assert all(section.footer.is_linked_to_previous for section in list(made.sections)[1:])
    xml = made.sections[0].footer._element.xml
    assert "PAGE" in xml
    assert "NUMPAGES" in xml
    assert report(case).fingerprint[:12] in xml


@every_case
def test_wide_sections_lie_on_turned_paper(case: str) -> None:
    turned = [section.page_width > section.page_height for section in document(case).sections]

    assert turned == [section.wide for section, begins in report(case).pages_turn() if begins]


def test_the_contents_of_word_lead_to_headings() -> None:
    root = word_element(files(LLR).docx)
    marks = {each.attrib[W + "name"] for each in root.iter(W + "bookmarkStart")}
    links = {each.attrib[W + "anchor"] for each in root.iter(W + "hyperlink")}

    assert links
    assert links <= marks


@every_case
def test_the_pdf_of_a_pack_is_made_for_everybody(case: str) -> None:
    reader = PdfReader(io.BytesIO(files(case).pdf))
    root: Any = reader.root_object

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()  # type: ignore[union-attr]
    assert reader.metadata is not None
    assert reader.metadata.title == shown(report(case).title)
    assert roles_of(files(case).pdf).count("/Table") == len(blocks_of(case, Table))
    assert len(alternatives_of(files(case).pdf)) == len(blocks_of(case, Figure))


@every_case
def test_the_page_of_a_pack_is_valid(case: str) -> None:
    text = files(case).html.decode()
    ids = [each.attrib["id"] for each in parsed(text).iter() if "id" in each.attrib]

    assert len(ids) == len(set(ids))
    assert words_of(elements(text, "title")[0]) == words_of(elements(text, "h1")[0])
    assert "<script" not in text


def test_a_drawing_is_a_png_of_twice_its_size_and_always_the_same() -> None:
    figure = next(block for block in blocks_of(LLR, Figure))
    png = draw_png(figure.chart)

    assert png.startswith(b"\x89PNG")
    assert size_of(png)[0] > 600
    assert draw_png(dict(reversed(figure.chart.items()))) == png


@given(places())
@settings(max_examples=5)
def test_any_place_can_be_written_for_word(place: Place) -> None:
    found = report_of(result_of(place))
    word = text_of_word(word_of(found))

    assert [text for text in texts_of(found) if squeezed(text) not in word] == []


@every_case
def test_the_columns_of_a_table_fill_the_room_and_no_more(case: str) -> None:
    for table in blocks_of(case, Table):
        widths = widths_of(table, 482.0)
        assert sum(widths) <= 482 * 20 + len(widths)
        assert min(widths) > 0


def test_a_section_that_flows_goes_on_only_where_the_paper_lies_the_same_way() -> None:
    from dataclasses import replace

    def section(key: str, **more: bool) -> Section:
        return Section(key, key, (), **more)

    found = replace(
        report(LLR),
        sections=(section("a"), section("b", flows=True), section("c", flows=True, wide=True), section("d"),
                  section("e", flows=True)),
    )  # fmt: skip

    assert [begins for _, begins in found.pages_turn()] == [True, False, True, True, False]
