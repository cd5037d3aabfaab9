"""The document of the five cases: one content, three files, everything in each."""

from __future__ import annotations

from datetime import date

import pytest

from leftshift.fund.cases.appraising import appraise
from leftshift.fund.cases.reading import case_of, read_case
from leftshift.reports.cases import case_report
from leftshift.reports.content import Figure, Report, Table, texts_of
from leftshift.reports.html import html_of
from leftshift.reports.pdf import pdf_of
from leftshift.reports.word import word_of
from tests.library.fund_cases.case_texts import GOOD, POINTS_OF_ACCESS
from tests.reports.reading import squeezed, text_of_page, text_of_paper, text_of_word

DAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def report() -> Report:
    return case_report(appraise(read_case(POINTS_OF_ACCESS), as_of=DAY))


def test_it_has_the_five_cases_in_their_order(report: Report) -> None:
    assert [section.title for section in report.sections] == [
        "1. Summary", "2. Strategic case", "3. Economic case", "4. Commercial case", "5. Financial case",
        "6. Management case", "7. What it rests on",
    ]  # fmt: skip


def test_page_paper_and_word_say_all_of_it(report: Report) -> None:
    page, paper = text_of_page(html_of(report)), text_of_paper(pdf_of(report))
    texts = [squeezed(text) for text in texts_of(report.sections)]

    assert len(texts) > 400
    assert [text for text in texts if text not in page] == []
    assert [text for text in texts if text not in paper] == []
    word = text_of_word(word_of(report, dated=DAY))
    assert [text for text in texts if text not in word] == []


def test_figures_are_those_of_the_appraisal(report: Report) -> None:
    said = " ".join(texts_of(report.sections))

    for words in (
        "£1,734,218",
        "3 years and 6 months",
        "costs rise by 78.3%, or if benefits fall by 43.9%",
        "How it is bought or agreed",
        "An organisation does not take part in phase 2",
        "placement in 2018/19 is an assumption",
    ):
        assert words in said


def test_each_picture_has_its_table_and_sentence(report: Report) -> None:
    for section in report.sections:
        for at, block in enumerate(section.blocks):
            if isinstance(block, Figure):
                assert isinstance(section.blocks[at + 1], Table)
                assert block.sentence
                assert "table below" in block.alternative


def test_a_plan_to_do_nothing_can_be_printed_too() -> None:
    nothing = case_report(
        appraise(case_of(GOOD.replace('preferred = "do"', 'preferred = "nothing"')), as_of=DAY)
    )

    assert pdf_of(nothing)
    assert "Do it has the higher net present value" in " ".join(texts_of(nothing.sections))


def test_a_long_case_turns_its_tables_and_words_cannot_break_the_page() -> None:
    text = GOOD.replace('last_year = "2027/28"', 'last_year = "2149/50"').replace(
        "Setting up", "<b>&#35; \\u0007 $x$ #import \\\\ 字</b>"
    )
    found = case_report(appraise(case_of(text), as_of=DAY))

    assert pdf_of(found)
    assert "&lt;b&gt;" in html_of(found)
    paid = next(
        block
        for section in found.sections
        for block in section.blocks
        if isinstance(block, Table) and block.key == "paid-costs"
    )
    assert [column.name for column in paid.columns] == ["Year", "Trust A", "Council B", "All"]
