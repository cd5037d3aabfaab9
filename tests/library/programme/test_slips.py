"""A slip moves the bridge by exactly the part-year amount of the monthly profile; statuses follow from dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.years import Month
from leftshift.model import Model
from leftshift.place.rows import ProfilePoint
from leftshift.programme.costing import SlipCost
from leftshift.programme.programme import Programme
from leftshift.programme.slipping import delays, months_late, scenario_text, slip_scenario
from leftshift.programme.statuses import Standing
from leftshift.programme.timing import timetable
from leftshift.programme.work_rows import Action, Milestone, Override
from tests.examples.worked import BY, FIRST, SECOND, effect, flat_place, intervention
from tests.library.programme.programmes import ABOUT, DAY, after, delivers, milestone, programme

START = date(2025, 4, 1)
NAME = intervention().intervention


def model(**more: Any) -> Model:
    """A hospital that saves £1.2m a year from April 2025."""
    given_ = {"start": Month(2025, 4), **more.pop("intervention", {})}
    return Model(
        flat_place(
            [effect("cip", line="hospital_cost", value=1200)], interventions=(intervention(**given_),), **more
        )
    )


def opening(due: date, **more: Any) -> Programme:
    """A milestone that starts the saving in April 2025, expected on another day."""
    return programme(
        milestone("open", START, due=due, starts=NAME, **more), project_interventions=(delivers(NAME),)
    )


def cost(whole: Programme, of: Model | None = None, as_of: date = DAY) -> SlipCost:
    return (of or model()).slip_cost(whole, as_of)


def test_six_months_late_costs_half_of_the_first_year() -> None:
    """£1.2m a year from April: six months late it is £0.6m, then £1.2m. So the bridge moves by −£0.6m, then by 0."""
    found = cost(opening(date(2025, 10, 1)))
    assert found.by_year == {FIRST: pytest.approx(-600, abs=1e-9), SECOND: pytest.approx(0, abs=1e-9)}
    assert found.by_intervention[NAME][FIRST] == pytest.approx(-600, abs=1e-9)
    assert found.worst_year == FIRST


def test_a_slip_of_what_comes_before_moves_it_as_much() -> None:
    """The case is six months late, and the opening waits for it: the same six months."""
    whole = programme(
        milestone("case", START, due=date(2025, 10, 1)),
        milestone("open", START, starts=NAME),
        dependencies=(after("case", "open"),),
        project_interventions=(delivers(NAME),),
    )
    assert cost(whole).by_year[FIRST] == pytest.approx(-600, abs=1e-9)


def test_a_profile_by_months_slips_with_its_steps() -> None:
    """Half from the first month, all from the seventh: 1200 × (6 × 0.5 + 6 × 1) / 12 = 900 in the first year.

    Three months late: 1200 × (3 × 0 + 6 × 0.5 + 3 × 1) / 12 = 600, so −300; in the second year all but nothing is lost: 0.
    """
    ramp = tuple(
        ProfilePoint(profile="ramp", period=period, share=share, **BY)
        for period, share in ((1, 0.5), (7, 1.0))
    )
    found = cost(opening(date(2025, 7, 1)), model(intervention={"profile": "ramp"}, profiles=ramp))
    assert found.by_year == {FIRST: pytest.approx(-300, abs=1e-9), SECOND: pytest.approx(0, abs=1e-9)}


def test_the_slip_adds_to_a_delay_that_the_plan_has() -> None:
    """The plan says 3 months late (900 in the first year); 3 more make 600."""
    found = cost(opening(date(2025, 7, 1)), model(intervention={"delay_months": 3}))
    assert found.by_year[FIRST] == pytest.approx(-300, abs=1e-9)


def test_a_slip_beyond_the_plan_loses_everything() -> None:
    found = cost(opening(date(2035, 4, 1)))
    assert found.by_year == {FIRST: pytest.approx(-1200, abs=1e-9), SECOND: pytest.approx(-1200, abs=1e-9)}


def test_on_time_or_early_costs_nothing() -> None:
    for due in (START, date(2025, 4, 10), date(2025, 3, 1)):
        found = cost(opening(due), as_of=date(2025, 3, 1))
        assert found.by_year == {FIRST: 0.0, SECOND: 0.0}
        assert found.worst_year is None


def test_what_is_overdue_slips_day_by_day() -> None:
    """Due in April, still open on 1 October, whatever its forecast says: six months."""
    assert cost(opening(START), as_of=date(2025, 10, 1)).by_year[FIRST] == pytest.approx(-600, abs=1e-9)


def test_of_several_that_start_it_the_last_counts() -> None:
    whole = programme(
        milestone("staff", START, due=date(2025, 6, 1), starts=NAME),
        milestone("build", START, due=date(2025, 10, 1), starts=NAME),
        project_interventions=(delivers(NAME),),
    )
    found = cost(whole)
    assert found.by_year[FIRST] == pytest.approx(-600, abs=1e-9)
    assert [(delay.months, delay.milestone) for delay in found.delays] == [(6, "build")]


def test_the_last_that_was_planned_and_the_last_expected_count() -> None:
    """Planned: staff in April, the building in October, so October. Staff six months late come in October too: nothing moves.

    With staff in December it is two months, of staff.
    """

    def found(staff: date) -> SlipCost:
        whole = programme(
            milestone("staff", START, due=staff, starts=NAME),
            milestone("build", date(2025, 10, 1), starts=NAME),
            project_interventions=(delivers(NAME),),
        )
        return cost(whole, model(intervention={"start": Month(2025, 10)}))

    assert found(date(2025, 10, 1)).by_year == {FIRST: 0.0, SECOND: 0.0}
    late = found(date(2025, 12, 1))
    assert [(delay.months, delay.milestone) for delay in late.delays] == [(2, "staff")]
    assert late.by_year[FIRST] == pytest.approx(-200, abs=1e-9)


def test_a_cancelled_project_brings_nothing_and_says_so() -> None:
    """£1.2m a year, cancelled before it began: all of it, in both years, from whichever day one looks."""
    whole = opening(date(2025, 4, 1))
    whole = whole.with_tables(projects=[replace(whole.projects[0], state="cancelled")])
    for as_of in (DAY, date(2025, 12, 1)):
        found = cost(whole, as_of=as_of)
        assert found.by_year == {
            FIRST: pytest.approx(-1200, abs=1e-9),
            SECOND: pytest.approx(-1200, abs=1e-9),
        }
        assert found.document()["delays"] == {NAME: None}
        assert found.scenario is not None
        assert "its project was cancelled" in found.scenario.changes[0].why
        checked = whole.check(as_of)
        assert (checked.slips, checked.overdue) == ((), ())
        assert [fault.kind for fault in checked.faults] == ["cancelled, and the plan counts on it"]


def test_who_waits_for_what_was_cancelled_is_told() -> None:
    whole = programme(
        milestone("case", START, project="other"),
        milestone("open", START),
        dependencies=(after("case", "open"),),
    )
    other = replace(whole.projects[0], project="other", state="cancelled")
    whole = whole.with_tables(projects=[*whole.projects, other])
    assert [fault.kind for fault in whole.check(DAY).faults] == ["waits for what was cancelled"]


def test_an_intervention_that_the_plan_does_not_count_costs_nothing_and_says_so() -> None:
    whole = programme(milestone("open", START, due=date(2025, 10, 1), starts="elsewhere"))
    found = cost(whole)
    assert found.by_year == {FIRST: 0.0, SECOND: 0.0}
    assert [delay.intervention for delay in found.not_in_plan] == ["elsewhere"]


def test_the_scenario_can_be_kept_in_the_place() -> None:
    late = delays(timetable(opening(date(2025, 10, 1), name='The "Hub", opened'), DAY))
    scenario = slip_scenario(late, DAY, model().place)
    assert scenario is not None
    assert scenario.text == scenario_text(late, DAY)
    assert scenario.changes[0].operations == {"add": {"delay_months": "6"}}
    assert 'The "Hub", opened is 6 months behind the plan' in scenario.changes[0].why


@pytest.mark.parametrize(
    ("planned", "expected", "months"),
    [
        (date(2025, 4, 1), date(2025, 4, 1), 0),
        (date(2025, 4, 1), date(2025, 4, 16), 0),  # 15 days
        (date(2025, 4, 1), date(2025, 4, 17), 1),  # 16 days: most of a month
        (date(2025, 3, 31), date(2025, 4, 1), 0),
        (date(2025, 3, 31), date(2025, 9, 30), 6),
        (date(2025, 8, 31), date(2026, 2, 28), 6),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2025, 12, 15), date(2026, 1, 15), 1),
        (date(2025, 4, 1), date(2024, 4, 1), 0),
    ],
)
def test_months_late_by_hand(planned: date, expected: date, months: int) -> None:
    assert months_late(planned, expected) == months


days = st.dates(date(2014, 1, 1), date(2040, 1, 1))


@given(days, days, days)
def test_later_is_never_fewer_months(planned: date, one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    assert months_late(planned, earlier) <= months_late(planned, later)


# ---------------------------------------------------------------------- statuses
def override(of: str, named: str, status: str, **more: Any) -> Override:
    given_ = {
        "reason": "It is only paper",
        "by": "Director",
        "given_on": DAY,
        "until": date(2025, 12, 31),
        **more,
    }
    return Override(of=of, named=named, status=status, **given_, **ABOUT)  # type: ignore[arg-type]


AS_OF = date(2025, 6, 15)


@pytest.mark.parametrize(
    ("more", "rag", "said"),
    [
        ({}, "red", "overdue: due on 1 June 2025, 14 days ago"),
        ({"due": date(2025, 6, 20)}, "red", "overdue: due on 1 June 2025"),
        ({"done": date(2025, 6, 1), "evidence": "Minute 4"}, "complete", "reached on 1 June 2025"),
        ({"done": date(2025, 6, 3), "evidence": "Minute 4"}, "complete", "2 days late"),
        ({"done": date(2025, 6, 1)}, "amber", "without evidence"),
        ({"done": date(2025, 6, 16), "evidence": "Minute 4"}, "red", "overdue"),  # still to come on the day
    ],
)
def test_a_milestone_of_1_june_on_15_june(more: dict[str, Any], rag: str, said: str) -> None:
    status = Standing(programme(milestone("open", date(2025, 6, 1), **more)), AS_OF).milestones["open"]
    assert status.rag == rag
    assert said in status.why


@pytest.mark.parametrize(
    ("due", "rag"),
    [
        (date(2025, 7, 1), "green"),
        (date(2025, 7, 2), "amber"),
        (date(2025, 7, 28), "amber"),
        (date(2025, 7, 29), "red"),
    ],
)
def test_behind_what_was_agreed_is_amber_from_a_day_and_red_from_four_weeks(due: date, rag: str) -> None:
    assert (
        Standing(programme(milestone("open", date(2025, 7, 1), due=due)), AS_OF).milestones["open"].rag == rag
    )


def test_an_override_shows_beside_what_the_dates_say() -> None:
    whole = programme(milestone("open", date(2025, 7, 1)), overrides=(override("milestone", "open", "red"),))
    status = Standing(whole, AS_OF).milestones["open"]
    assert (status.rag, status.computed) == ("red", "green")
    assert "set by Director until 31 December 2025: It is only paper" in status.words
    assert "The dates say on track" in status.words
    assert Standing(whole, date(2026, 1, 1)).milestones["open"].by_hand is None  # it ends by itself


def test_what_is_set_by_hand_below_counts_above_and_the_dates_still_show() -> None:
    whole = programme(
        milestone("first", date(2025, 7, 1), due=date(2025, 9, 1)),
        overrides=(override("milestone", "first", "green"),),
    )
    standing = Standing(whole, AS_OF)
    for status in (standing.projects["work"], standing.workstreams["home"]):
        assert (status.rag, status.computed, status.by_hand) == ("green", "red", None)
        assert "First: expected on 1 September 2025, 62 days behind" in status.why
        assert "On track: everything is on track. The dates say off track: " in status.words
    worse = whole.with_tables(
        milestones=[milestone("first", date(2025, 7, 1))], overrides=[override("milestone", "first", "red")]
    )
    status = Standing(worse, AS_OF).projects["work"]
    assert (status.rag, status.computed) == ("red", "green")
    assert "First: set by Director until 31 December 2025: It is only paper" in status.words


def in_state(state: str, *rows: Milestone) -> Programme:
    whole = programme(*rows)
    return whole.with_tables(projects=[replace(whole.projects[0], state=state)])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "is_done", "rag", "above"),
    [
        ("paused", False, "red", "red"),
        ("paused", True, "not_open", "not_open"),
        ("closed", False, "red", "red"),
        ("closed", True, "complete", "complete"),
        ("cancelled", False, "not_open", "not_open"),
    ],
)
def test_a_project_that_is_not_open_hides_nothing_that_is_overdue(
    state: str, is_done: bool, rag: str, above: str
) -> None:
    done = date(2025, 5, 1) if is_done else None
    whole = in_state(state, milestone("late", date(2025, 5, 1), done=done, evidence="Minute"))
    standing = Standing(whole, AS_OF)
    assert (standing.projects["work"].rag, standing.workstreams["home"].rag) == (rag, above)
    late = [entry.name for entry in whole.check(AS_OF).overdue]
    assert late == (["late"] if rag == "red" else [])


def test_a_project_closed_before_all_was_reached_is_a_fault_and_not_complete() -> None:
    whole = in_state("closed", milestone("later", date(2025, 9, 1)))
    assert Standing(whole, AS_OF).projects["work"].rag == "amber"
    (fault,) = whole.check(AS_OF).faults
    assert (fault.kind, fault.column) == ("closed before it was reached", "state")
    assert "Later" in fault.expected


dates = st.dates(date(2025, 1, 1), date(2026, 1, 1))


@given(
    dates,
    st.none() | dates,
    st.none() | dates,
    st.none() | dates,
    st.sampled_from(["green", "amber", "red"]),
    st.sampled_from(["open", "paused", "closed"]),
    dates,
)
def test_what_is_overdue_never_looks_on_track(
    baseline: date,
    begins: date | None,
    due: date | None,
    done: date | None,
    by_hand: str,
    state: Any,
    as_of: date,
) -> None:
    """Whatever somebody sets by hand, and whatever went before: a milestone, its project, its workstream, an action."""
    hands = tuple(
        override(of, named, by_hand, given_on=date(2025, 1, 1), until=date(2026, 1, 1))
        for of, named in (
            ("milestone", "open"),
            ("project", "work"),
            ("workstream", "home"),
            ("action", "do"),
        )
    )
    act = Action(
        action="do",
        text="Do it",
        owner="Lead",
        raised=date(2024, 1, 1),
        due=due or baseline,
        done=done,
        **ABOUT,
    )
    whole = programme(
        milestone("before", min(date(2025, 1, 1), baseline), done=date(2025, 1, 1), evidence="Paper"),
        milestone("open", baseline, begins=begins, due=due, done=done, evidence="Paper"),
        dependencies=(after("before", "open"),),
        overrides=hands,
        actions=(act,),
    )
    whole = whole.with_tables(projects=[replace(whole.projects[0], state=state)])
    standing = Standing(whole, as_of)
    is_done = done is not None and done <= as_of
    if not is_done and min(baseline, due or baseline) < as_of:
        found = [standing.milestones["open"], standing.projects["work"], standing.workstreams["home"]]
        assert all(status.overdue and status.rag in ("red", "amber") for status in found)
    if not is_done and act.due < as_of:
        assert standing.actions["do"].rag in ("red", "amber")


def test_a_project_is_as_its_worst_milestone_and_its_workstream_as_its_worst_project() -> None:
    whole = programme(
        milestone("late", date(2025, 5, 1)),
        milestone("fine", date(2025, 9, 1)),
        milestone("later", date(2025, 7, 1), due=date(2025, 7, 5)),
    )
    standing = Standing(whole, AS_OF)
    assert standing.projects["work"].rag == standing.workstreams["home"].rag == "red"
    assert "Late: overdue" in standing.projects["work"].why
    assert standing.progress["work"] == 0.0


def test_progress_goes_by_weight() -> None:
    from decimal import Decimal

    whole = programme(
        milestone("large", date(2025, 5, 1), done=date(2025, 5, 1), weight=Decimal(3)),
        milestone("small", date(2025, 9, 1)),
    )
    assert Standing(whole, AS_OF).progress == {"work": 0.75}


def test_a_project_without_milestones_is_not_on_track() -> None:
    assert Standing(programme(), AS_OF).projects["work"].rag == "amber"
