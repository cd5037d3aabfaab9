"""Small, empty and wrong programmes: sentences where there is nothing to say, and no number that could tell who said it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.engagement_rows import Engagement, Response, Theme
from leftshift.programme.network import CircularDependencies
from leftshift.programme.programme import Programme
from leftshift.programme.raid_rows import Risk
from leftshift.programme.work_rows import Project
from leftshift.reports.content import Block, Paragraph, Table, texts_of
from leftshift.reports.html import html_of
from leftshift.reports.programme import blocks, programme_report
from tests.library.programme.programmes import ABOUT, DAY, after, milestone, networks, programme
from tests.library.programme.reports.example import example, figures_without_table, table, words

EMPTY = CheckedProgramme(Programme("empty", "An empty programme"), DAY)
SECTIONS: dict[str, Callable[[CheckedProgramme], Iterable[Block]]] = {
    "overview": lambda checked: blocks.overview(checked, None),
    "slips": lambda checked: blocks.slips(checked, None),
    "timeline": blocks.timeline,
    "calendar": blocks.calendar,
    "actions": blocks.actions,
    "changes": blocks.changes,
    "risks": blocks.risks,
    "benefits": blocks.benefits,
    "gates": blocks.gates,
    "alignment": blocks.alignment,
    "stakeholders": blocks.stakeholders,
    "engagement": blocks.engagement,
    "equality": blocks.equality,
    "choices": lambda checked: blocks.choices(checked.programme, 1),
}


@pytest.mark.parametrize("name", SECTIONS)
def test_an_empty_programme_gives_sentences(name: str) -> None:
    found = list(SECTIONS[name](EMPTY))
    assert any(isinstance(block, Paragraph) and block.text.endswith(".") for block in found)
    assert not [block for block in found if isinstance(block, Table)]
    assert figures_without_table(found) == []


def test_a_programme_without_milestones_or_place_can_be_reported() -> None:
    checked = CheckedProgramme(programme(), DAY)
    page = html_of(programme_report(checked, None))
    assert "nobody can tell how it stands" in page
    assert "The programme has no milestone yet." in page
    assert "what slips cost is not known without the place" in page
    assert words(blocks.project(checked, "work", None)).count("no milestone") == 2


def test_a_risk_without_a_score_and_a_gate_without_questions_are_said() -> None:
    risk = Risk(risk="one", cause="rain", event="roads flood", effect="nobody comes", owner="Lead", response="treat", raised=DAY, **ABOUT)  # fmt: skip
    found = list(blocks.risks(CheckedProgramme(programme(risks=(risk,)), DAY)))
    assert "Not scored, and so in no matrix: “roads flood”." in "".join(map(str, found))
    assert table(found, "risks")[0][:4] == [
        "Roads flood. Cause: rain. Effect: nobody comes.",
        "not scored",
        "not scored",
        "not scored",
    ]


def test_a_budget_is_set_beside_what_was_spent() -> None:
    from leftshift.foundation.money import Money

    row = Project(project="work", name="Work", workstream="home", owner="Lead", budget=Money.pounds(200000), spent=Money.pounds(250000), **ABOUT)  # fmt: skip
    found = str(list(blocks.project(CheckedProgramme(programme(projects=(row,)), DAY), "work", None)))
    # 250,000 of 200,000 is 125%
    assert "Budget £200,000; £250,000 is spent, 125% of it: £50,000 more than the budget." in found


@pytest.mark.parametrize("name", ["overview", "slips", "timeline"])
def test_milestones_that_wait_for_each_other_are_raised(name: str) -> None:
    rows = [milestone("one", DAY), milestone("two", DAY + timedelta(days=1))]
    circle = programme(*rows, dependencies=(after("one", "two"), after("two", "one")))
    with pytest.raises(CircularDependencies, match="one → two → one"):
        list(SECTIONS[name](CheckedProgramme(circle, DAY)))
    with pytest.raises(CircularDependencies):
        programme_report(CheckedProgramme(circle, DAY), None)


@given(networks(), st.integers(0, 300))
def test_any_network_can_be_told(found: Programme, later: int) -> None:
    checked = CheckedProgramme(found, DAY + timedelta(days=later))
    for name in ("overview", "slips", "timeline"):
        made = list(SECTIONS[name](checked))
        assert figures_without_table(made) == []
    assert len(table(blocks.timeline(checked), "milestones")) == len(found.milestones)


# ---------------------------------------------------------------------------- small numbers

GROUPS = ["Carers", "Under 65", "65 and over"]
HIDDEN = "not shown"


def heard(numbers: list[int], supportive: list[int | None]) -> CheckedProgramme:
    """One theme, so many people of each group."""
    rows = tuple(
        Response(engagement="meeting", group=group, theme="near", number=number, supportive=None if yes is None else min(yes, number), **ABOUT)
        for group, number, yes in zip(GROUPS, numbers, supportive, strict=False)
    )  # fmt: skip
    asked = Engagement(engagement="meeting", name="A meeting", asked="Everybody", channel="Hall", begins=DAY, ends=DAY, **ABOUT)  # fmt: skip
    theme = Theme(theme="near", name="Care near home", **ABOUT)
    return CheckedProgramme(programme(themes=(theme,), engagements=(asked,), responses=rows), DAY)


def test_a_small_number_and_the_one_that_gives_it_away_are_not_shown() -> None:
    # 3 carers, 19 and 71 others: 93 in all is shown, so the 19 has to go with the 3
    (row,) = table(blocks.engagement(heard([3, 19, 71], [None, None, None])), "heard_meeting")
    assert row == ["Care near home", HIDDEN, HIDDEN, "71", "93", "–"]


def test_the_example_shows_no_small_number() -> None:
    checked, _ = example()
    rows = {row[0]: row[1:] for row in table(blocks.engagement(checked), "heard_beds_meetings")}
    assert rows["Wards should not close before something else stands"][:4] == ["71", HIDDEN, HIDDEN, "93"]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=3), st.data())
def test_no_small_number_is_shown_or_can_be_worked_out(numbers: list[int], data: st.DataObject) -> None:
    supportive = [data.draw(st.none() | st.integers(0, number)) for number in numbers]
    found = list(blocks.engagement(heard(numbers, supportive)))
    (row,) = table(found, "heard_meeting")
    cells, (total, in_favour) = row[1:-2], row[-2:]
    shown = [int(cell) for cell in [*cells, total, in_favour] if cell not in (HIDDEN, "–")]
    assert not [number for number in shown if 0 < number < 5]
    hidden = [number for cell, number in zip(cells, numbers, strict=True) if cell == HIDDEN]
    if total != HIDDEN:
        # one that is hidden alone would be the total less the others
        assert len(hidden) != 1
        assert int(total) == sum(numbers)
    if in_favour not in (HIDDEN, "–") and total != HIDDEN:
        # those against are not few either
        assert not 0 < int(total) - int(in_favour) < 5
    assert all(str(number) == cell for cell, number in zip(cells, numbers, strict=True) if cell != HIDDEN)
    assert [text for text in texts_of(tuple(found)) if "Numbers below 5 are not shown" in text]
