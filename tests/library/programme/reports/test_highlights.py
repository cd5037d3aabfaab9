"""Highlight reports: made from the record, and never changed by what is recorded later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from leftshift.foundation.periods import Period
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.statuses import WORDS, Standing
from leftshift.programme.work_rows import Highlight
from leftshift.reports.html import html_of
from leftshift.reports.programme import blocks, highlight_report
from tests.library.programme.programmes import ABOUT, DAY, milestone, programme
from tests.library.programme.reports.example import example, figures_without_table, table, words

CHECKED, _ = example()
MAY = Period.parse("2015-05")


def test_it_takes_both_statuses_from_the_days_they_stand_on() -> None:
    document = blocks.highlight_document(CHECKED, "bed_moves", MAY)
    now, before = (Standing(CHECKED.programme, day) for day in (date(2015, 5, 31), date(2015, 4, 30)))
    assert document["as_of"] == "2015-05-31"
    assert document["status"]["status"] == WORDS[now.projects["bed_moves"].rag] == "Off track"
    assert document["status_before"]["on"] == "2015-04-30"
    # 1 October 2014 to 31 May 2015 are 242 days, to 30 April 211
    assert "242 days ago" in document["status"]["why"]
    assert "211 days ago" in document["status_before"]["why"]
    assert before.projects["bed_moves"].why == "First ward moved: overdue: due on 1 October 2014, 211 days ago, and 1 more like it"  # fmt: skip


def test_it_holds_what_the_author_wrote_beside_what_the_record_says() -> None:
    found = list(blocks.highlight(CHECKED, "bed_moves", MAY))
    said = words(found)
    assert "Two of three councils have said what home care they can offer." in said
    assert "Author: Project lead, bed moves. Approved by Senior responsible officer" in said
    assert "Confidence in delivery: amber-red." in said
    assert "A decision which ward is first, in July." in said
    assert [row[0] for row in table(found, "slipped")] == ["First ward moved", "Last ward moved"]
    assert next(row[0] for row in table(found, "risks")) == "People wait in hospital though a bed could close"
    assert [row[1] for row in table(found, "gates")] == ["open", "open", "open"]
    assert figures_without_table(found) == []


def test_milestones_of_the_month_are_achieved_and_those_of_the_next_planned() -> None:
    rows = [
        milestone("early", date(2025, 4, 10), done=date(2025, 4, 30), evidence="Paper"),
        milestone("inside", date(2025, 5, 10), done=date(2025, 5, 12), evidence="Minute"),
        milestone("after", date(2025, 5, 20), done=date(2025, 6, 1), evidence="Minute"),
        milestone("coming", date(2025, 6, 30)),
        milestone("distant", date(2025, 9, 30)),
    ]
    checked = CheckedProgramme(programme(*rows), date(2025, 7, 1))
    document = blocks.highlight_document(checked, "work", Period.parse("2025-05"))
    assert [(row["name"], row["days_late"]) for row in document["achieved"]] == [("Inside", 2)]
    # at the end of May nobody knew of the first of June: it was overdue then
    assert [row["name"] for row in document["next"]] == ["After", "Coming"]
    assert document["next"][0]["status"] == "Off track"
    assert document["progress"] == pytest.approx(2 / 5)
    assert document["progress_before"] == pytest.approx(1 / 5)


def test_a_month_that_is_not_over_is_looked_at_on_the_day() -> None:
    document = blocks.highlight_document(CHECKED, "bed_moves", Period.parse("2015-06"))
    assert document["as_of"] == "2015-06-12"
    assert document["status_before"]["on"] == "2015-05-31"
    assert document["words"]["author"] == ""
    assert "Nobody has written about June 2015 yet" in "".join(map(str, blocks.highlight_blocks(document)))


def test_what_is_written_without_an_author_is_not_called_nothing() -> None:
    document = blocks.highlight_document(CHECKED, "bed_moves", Period.parse("2015-06"))
    document["words"] = {**document["words"], "achieved": "A ward was chosen."}
    said = "".join(map(str, blocks.highlight_blocks(document)))
    assert "Nobody has written" not in said
    assert "Author: not said yet." in said


def test_a_kept_report_never_changes() -> None:
    kept = json.dumps(blocks.highlight_document(CHECKED, "bed_moves", MAY), sort_keys=True)
    before = blocks.highlight_blocks(json.loads(kept))
    assert before == blocks.highlight(CHECKED, "bed_moves", MAY)
    page = html_of(highlight_report(json.loads(kept)))

    # everything that it speaks of is edited afterwards
    table_of = CHECKED.programme
    edited = table_of.with_tables(
        milestones=[replace(row, name=f"{row.name}, renamed", due=date(2020, 1, 1), done=None) for row in table_of.milestones],
        risks=[replace(row, event="something else") for row in table_of.risks],
        highlights=[replace(row, achieved="Nothing") for row in table_of.highlights],
        projects=[replace(row, name=f"{row.name}, renamed") for row in table_of.projects],
        gates=[],
    )  # fmt: skip
    changed = blocks.highlight(replace(CHECKED, programme=edited), "bed_moves", MAY)

    assert changed != before
    assert blocks.highlight_blocks(json.loads(kept)) == before
    assert html_of(highlight_report(json.loads(kept))) == page


def test_the_document_is_plain_and_comes_back_from_json_as_it_was() -> None:
    for row in CHECKED.programme.projects:
        document = blocks.highlight_document(CHECKED, row.project, MAY)
        assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_benefits_show_how_far_they_moved_in_the_month() -> None:
    march = blocks.highlight_document(CHECKED, "frailty_teams", Period.parse("2015-03"))
    moved = {row["name"]: (row["actual_before"], row["actual"]) for row in march["benefits"]}
    # 41 admissions to the end of December; 163 more in the quarter to March
    assert moved["Admissions of frail people avoided"] == (41.0, 204.0)
    assert moved["Money released by care at home"] == (None, 221000.0)


@pytest.mark.parametrize(
    ("project", "period", "said"),
    [
        ("nowhere", "2015-05", "no project nowhere"),
        ("bed_moves", "2015/16", "about a month such as 2015-05"),
        ("bed_moves", "2015/16 Q1", "about a month such as 2015-05"),
        ("bed_moves", "2015-07", "July 2015 has not begun on 12 June 2015"),
    ],
)
def test_what_cannot_be_made_is_said(project: str, period: str, said: str) -> None:
    with pytest.raises((LookupError, ValueError), match=said):
        blocks.highlight_document(CHECKED, project, Period.parse(period))


def test_a_document_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="form 1"):
        blocks.highlight_blocks({"form": 2})
    with pytest.raises(ValueError, match="form 1"):
        highlight_report({})


def test_a_project_without_anything_has_a_report() -> None:
    row = Highlight(project="work", period=Period.parse("2025-04"), author="Lead", **ABOUT)
    checked = CheckedProgramme(programme(highlights=(row,)), DAY + timedelta(days=40))
    said = words(blocks.highlight(checked, "work", Period.parse("2025-04")))
    for part in (
        "No milestone was reached", "No milestone is open", "Nothing that is open is behind", "No open risk", "No issue", "no budget",
        "no benefit", "no gate", "Nobody asks",
    ):  # fmt: skip
        assert part in said
