"""The sections of the report of the example: what their tables say is what the library says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

import pytest

from leftshift.programme.appraising import appraise
from leftshift.programme.benefiting import by_organisation
from leftshift.programme.network import day_of
from leftshift.programme.programme import Programme
from leftshift.programme.statuses import WORDS
from leftshift.reports.content import Block, Table, texts_of
from leftshift.reports.programme import blocks
from leftshift.reports.programme.cells import day
from tests.library.programme.reports.example import (
    AS_OF,
    example,
    figures_without_table,
    numbers,
    plain,
    pounds,
    table,
    tables,
    words,
)

CHECKED, COST = example()
PROGRAMME = CHECKED.programme
SECTIONS: dict[str, Callable[[], Iterable[Block]]] = {
    "overview": lambda: blocks.overview(CHECKED, COST),
    "slips": lambda: blocks.slips(CHECKED, COST),
    "timeline": lambda: blocks.timeline(CHECKED),
    "timeline of a project": lambda: blocks.timeline(CHECKED, "bed_moves"),
    "calendar": lambda: blocks.calendar(CHECKED),
    "actions": lambda: blocks.actions(CHECKED),
    "changes": lambda: blocks.changes(CHECKED),
    "risks": lambda: blocks.risks(CHECKED),
    "benefits": lambda: blocks.benefits(CHECKED),
    "gates": lambda: blocks.gates(CHECKED),
    "gate": lambda: blocks.gate(CHECKED, "beds_four_tests"),
    "choice": lambda: blocks.choice(appraise(PROGRAMME, "hub_sites"), 1),
    "alignment": lambda: blocks.alignment(CHECKED),
    "stakeholders": lambda: blocks.stakeholders(CHECKED),
    "engagement": lambda: blocks.engagement(CHECKED),
    "equality": lambda: blocks.equality(CHECKED),
    "project": lambda: blocks.project(CHECKED, "bed_moves", COST),
}


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_has_a_table_beside_each_picture_and_rows_as_wide_as_their_heads(name: str) -> None:
    found = list(SECTIONS[name]())

    assert figures_without_table(found) == []
    assert tables(found)
    for each in tables(found):
        assert each.rows, each.caption
        assert {len(row.cells) for row in each.rows} == {len(each.columns)}, each.caption
        assert all(cell.text for row in each.rows for cell in row.cells), each.caption
    assert not [text for text in texts_of(tuple(found)) if "nan" in text.lower().split()]


def test_the_overview_counts_what_the_library_says() -> None:
    found = list(blocks.overview(CHECKED, COST))
    states = Counter(state.rag for state in CHECKED.standing.projects.values())
    # 11 projects: 6 green, 4 red, 1 complete; 3.67 million is what the worst year costs
    assert (states["green"], states["red"], states["complete"]) == (6, 4, 1)
    assert COST.worst_year is not None
    assert round(COST.by_year[COST.worst_year]) == -3672
    assert words(found).startswith(
        "Of 11 projects, 6 are on track, none at risk, 4 off track and 1 complete; 1 milestone is overdue; "
        "slips cost the plan £3.7m in 2015/16, the worst year."
    )
    rows = {row[0]: row for row in table(found, "projects")}
    assert len(rows) == len(PROGRAMME.projects)
    assert rows["Community teams for frail people"][3] == "67%"
    for project in PROGRAMME.projects:
        assert rows[project.name][4] == WORDS[CHECKED.standing.projects[project.project].rag]
    late = table(found, "overdue")
    assert [(row[0].lower(), row[1], row[4]) for row in late] == [
        (entry.kind, entry.said, f"{entry.days}") for entry in CHECKED.overdue
    ]


def test_the_overview_says_who_has_to_decide() -> None:
    rows = table(blocks.overview(CHECKED, COST), "decisions_needed")
    # gates due by the end of July, the risk that nobody escalated, the request that is open
    assert [row[0] for row in rows] == ["Gate", "Gate", "Gate", "Risk", "Change"]
    assert {row[3] for row in rows if row[0] == "Gate"} == {"30 Jun 2015", "31 Jul 2015"}
    assert "Build in two stages" in rows[-1][1]


def test_a_status_by_hand_shows_with_who_set_it_and_why() -> None:
    (row,) = [row for row in table(blocks.timeline(CHECKED), "milestones") if row[0].startswith("Last ward")]
    assert row[6].startswith("At risk (by hand): Set by Senior responsible officer")
    assert "The first ward sets the pace of all others" in row[6]
    assert "The dates say off track" in row[6]


def test_slips_are_those_of_the_library_with_what_they_cost() -> None:
    found = list(blocks.slips(CHECKED, COST))
    rows = table(found, "slips")
    assert [row[5] for row in rows] == [f"{slip.days:,}" for slip in CHECKED.slips]
    costs = numbers(found, "slip_cost")
    years = list(COST.bridge)
    assert [row[1:] for row in costs[:-1]] == [
        [COST.by_intervention[name][year] for year in years] for name in COST.by_intervention
    ]
    assert costs[-1][1:] == [COST.by_year[year] for year in years]
    # 827 + 72, 2,360 + 79 + 1,233 and so on: no step of the bridge is left over
    assert table(found, "slip_cost")[-1][:3] == ["Bridge", "−899", "−3,672"]
    assert "The slips cost the plan most in 2015/16: £3.7m." in "".join(map(str, found))


def test_what_the_bridge_moves_beside_interventions_has_a_row_of_its_own() -> None:
    more = {year: {**steps, "interest": -100.0} for year, steps in COST.bridge.items()}
    rows = numbers(blocks.slips(CHECKED, replace(COST, bridge=more)), "slip_cost")
    assert [round(amount or 0.0, 6) for amount in rows[-2][1:]] == [-100.0] * len(more)


def test_without_the_place_it_says_that_costs_are_not_known() -> None:
    assert "not known" in words(blocks.overview(CHECKED, None))
    assert "not known" in words(blocks.slips(CHECKED, None))


def test_a_slip_outside_the_plan_is_named() -> None:
    from leftshift.programme.slipping import Delay

    beside = replace(COST, not_in_plan=(Delay("elsewhere", 2, "beds_first_ward", "First ward moved"),))
    assert "elsewhere begins 2 months later with First ward moved" in "".join(
        map(str, blocks.slips(CHECKED, beside))
    )


def test_the_timeline_lists_every_milestone_with_its_days() -> None:
    rows = table(blocks.timeline(CHECKED), "milestones")
    times = CHECKED.standing.timetable
    assert len(rows) == len(times.milestones)
    for at, row in enumerate(rows):
        days = [plain(day(day_of(each[at]))) for each in (times.planned, times.agreed, times.expected)]
        assert row[2:4] == days[:2]
        assert row[5 if times.is_done[at] else 4] == days[2]
        assert ("(critical)" in row[0]) == bool(times.critical[at])
    waits = next(row[7] for row in rows if row[0].startswith("First ward"))
    assert (
        waits == "First four teams at work; Case for moving beds agreed; Clinical senate has given its view"
    )


def test_the_calendar_stops_where_its_months_end() -> None:
    found = tables(blocks.calendar(CHECKED, months=1))
    assert [each.key for each in found] == ["calendar_2015_06", "calendar_2015_07"]
    days = [plain(row.cells[0].text) for each in found for row in each.rows]
    assert days[0] == "12 Jun 2015"
    assert days[-1] == "31 Jul 2015"
    kinds = {row.cells[1].text for each in found for row in each.rows}
    assert {"Milestone", "Action", "Risk review", "Gate", "Meeting", "Contact"} <= kinds


def test_actions_begin_with_what_is_overdue() -> None:
    found = list(blocks.actions(CHECKED))
    assert words(found) == "6 actions: 2 are done, 1 is overdue."
    rows = table(found, "actions")
    assert rows[0][5] == "Overdue: due on 15 May 2015, 28 days ago"
    assert [row[5].split()[0] for row in rows][-2:] == ["Done", "Done"]


def test_changes_say_what_they_do_to_dates() -> None:
    rows = {row[0]: row for row in table(blocks.changes(CHECKED), "changes")}
    # 1 April to 1 July: 30 + 31 + 30 days
    assert rows["Open three months later"][3] == "Crisis house opens: 1 Apr 2015 to 1 Jul 2015, 91 days later"
    assert rows["Open three months later"][8] == "Approved by Programme board on 19 Feb 2015, 49(a)"
    assert "60 days later, and moves 1 milestone that waits for it" in rows["Build in two stages"][3]
    assert rows["Build in two stages"][8] == "Open"


def test_a_change_is_open_until_the_day_it_was_decided() -> None:
    before = replace(CHECKED, as_of=date(2015, 2, 15))
    rows = table(blocks.changes(before), "changes")
    assert [(row[0], row[8]) for row in rows] == [("Open three months later", "Open")]


def test_the_heat_map_and_the_register_hold_the_open_risks() -> None:
    found = list(blocks.risks(CHECKED))
    cells = table(found, "heat_map_npsa")
    by_hand = Counter(
        (state.current.row.likelihood, state.current.row.impact)
        for state in CHECKED.register.open
        if state.current is not None
    )
    assert {(int(row[0][0]), int(row[1][0])): int(row[4]) for row in cells} == by_hand
    assert all(int(row[2]) == int(row[0][0]) * int(row[1][0]) for row in cells)
    rows = table(found, "risks")
    assert len(rows) == len(CHECKED.register.risks)
    assert rows[0][1:5] == [
        "5 × 4 = 20 (extreme)",
        "4 × 4 = 16 (extreme)",
        "3 × 3 = 9 (high)",
        "worse by 4, from 12",
    ]
    assert len(table(found, "risk_scores")) == len(PROGRAMME.risk_scores)
    assert [row[0] for row in table(found, "log")] == ["Assumption", "Issue", "Dependency"]


def test_benefits_add_up_by_organisation() -> None:
    found = list(blocks.benefits(CHECKED))
    rows = table(found, "benefits_by_organisation")
    sums = by_organisation(CHECKED.benefits)
    names = {"planned": 1, "planned_to_date": 2, "actual": 3, "forecast": 4}
    for column, at in names.items():
        parts = [pounds(row[at]) for row in rows[:-1]]
        assert parts == [round(each[column]) for each in sums.values()]
        assert pounds(rows[-1][at]) == sum(parts)
    # of 289,000 planned for 2014/15 the teams brought 221,000
    assert rows[-1][2:4] == ["£289,000", "£221,000"]
    benefit = {row[0]: row for row in table(found, "benefits")}
    assert benefit["Births led by a midwife"][5:9] == ["220", "20", "24", "264"]
    # nothing is planned period by period for it, which is not the same as a plan of nothing
    assert benefit["Money released by beds that are no longer needed"][5:9] == ["–"] * 4
    assert (
        "stated, not counted"
        in benefit["Admissions avoided by the same teams as the urgent care workstream states them"][10]
    )


def test_a_benefit_that_is_claimed_twice_is_refused_in_words() -> None:
    twice = [replace(row, counted=True) for row in PROGRAMME.benefits]
    found = list(blocks.benefits(replace(CHECKED, programme=PROGRAMME.with_tables(benefits=twice))))
    assert "Refused: Admissions avoided by the same teams" in "".join(map(str, found))


def test_gates_say_what_they_stop_and_for_whom() -> None:
    found = list(blocks.gates(CHECKED))
    assert words(found).startswith("1 of 7 gates is passed.")
    assert [row[7] for row in table(found, "gates")] == [state.state for state in CHECKED.gates]
    stopped = table(found, "stops")
    assert len(stopped) == len(CHECKED.stops)
    assert stopped[-1][1].startswith("May not spend for NHS West Leicestershire CCG before the gate")
    questions = table(blocks.gate(CHECKED, "beds_four_tests"), "gate_questions")
    assert [row[4] for row in questions] == ["met in part", "not assessed", "met", "not assessed"]
    assert [row[5] for row in questions][-1] == "no evidence"
    with pytest.raises(LookupError, match="no gate nowhere"):
        list(blocks.gate(CHECKED, "nowhere"))


def test_the_choice_shows_ranking_parts_and_who_is_left_out() -> None:
    appraised = appraise(PROGRAMME, "hub_sites")
    found = list(blocks.choice(appraised, 1))
    ranking = table(found, "ranking")
    assert [row[:3] for row in ranking] == [
        ["Two hubs", "1", "7.22"],
        ["Four hubs", "2", "6.88"],
        ["As now", "3", "4.34"],
        ["One new building", "–", "–"],
    ]
    # shares of first places are one whole, but for rounding to per cent
    assert sum(appraised.stability(1).values()) == pytest.approx(1)
    parts = numbers(found, "weighed")
    for column in (2, 3, 4):
        assert sum(row[column] or 0.0 for row in parts[:-1]) == pytest.approx(parts[-1][column])
    bracketed = [row for row in table(found, "scores") if any(cell.startswith("(") for cell in row)]
    assert [row[:2] for row in bracketed] == [["Estates lead", "Two hubs"]]
    assert list(blocks.choice(appraised, 1)) == found


def test_a_choice_that_departs_from_the_ranking_says_why() -> None:
    row = replace(PROGRAMME.appraisals[0], chosen="four_hubs", because="Four are nearer to people")
    found = list(blocks.choice(appraise(PROGRAMME.with_tables(appraisals=[row]), "hub_sites"), 1))
    assert (
        "Four hubs was chosen by Programme board (47(c)) all the same: Four are nearer to people."
        in words(found)
    )


def test_without_weights_the_choice_says_so() -> None:
    nothing = PROGRAMME.with_tables(criteria=[])
    assert "nothing can be ranked" in words(blocks.choice(appraise(nothing, "hub_sites"), 1))


def test_themes_that_nothing_answers_are_named() -> None:
    without = [row for row in PROGRAMME.alignment if row.theme != "carers"]
    found = list(blocks.alignment(replace(CHECKED, programme=PROGRAMME.with_tables(alignment=without))))
    assert words(found) == "4 of 5 themes are answered by something; nothing answers: Carers are worn out."
    assert ["Carers are worn out", "nothing", "none", "–"] in table(found, "alignment")


def test_contacts_have_their_state() -> None:
    found = list(blocks.stakeholders(CHECKED))
    assert words(found) == "2 of 4 contacts are done, 1 is overdue."
    assert [row[7] for row in table(found, "contacts")] == ["done", "done", "overdue", "planned"]


def test_an_assessment_says_what_it_lacks() -> None:
    said = "".join(map(str, blocks.equality(CHECKED)))
    assert "It lacks: nothing is said of gender reassignment" in said
    rows = table(blocks.equality(CHECKED), "equality_beds_eia")
    assert len(rows) == sum(row.assessment == "beds_eia" for row in PROGRAMME.impacts)


def test_a_page_of_a_project_holds_only_what_is_its_own() -> None:
    found = list(blocks.project(CHECKED, "bed_moves", COST))
    assert len(table(found, "milestones")) == 4
    assert len(table(found, "actions")) == 2
    assert len(table(found, "gates")) == 3
    assert {row[0] for row in table(found, "slip_cost")} == {"Bed reconfiguration"}
    with pytest.raises(LookupError, match="no project nowhere"):
        list(blocks.project(CHECKED, "nowhere", COST))


def test_every_section_of_the_whole_is_there_and_says_the_same() -> None:
    from leftshift.reports.programme import programme_report

    report = programme_report(CHECKED, COST)
    assert [section.key for section in report.sections] == [
        "overview", "timeline", "milestones", "slips", "calendar", "actions", "changes", "risks", "benefits", "gates", "choices", "alignment", "stakeholders",
        "engagement", "equality", "faults",
    ]  # fmt: skip
    keys = [block.key for section in report.sections for block in section.blocks if isinstance(block, Table)]
    assert {"projects", "slips", "milestones", "risks", "benefits", "gates", "ranking"} <= set(keys)
    assert report == programme_report(CHECKED, COST)
    assert CHECKED.as_of == AS_OF
    assert isinstance(PROGRAMME, Programme)
