"""Staff by group and year: by hand, against a slow second implementation, and what must hold of any staff."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.capacity.checking_staff import staff_faults
from leftshift.capacity.contributing import taken_names
from leftshift.capacity.staffing import FIGURES, STAGES, Staff, StageOfStaff, workforce
from leftshift.capacity.staffing_costs import staffing_contributions
from leftshift.economy.result import Result, run
from leftshift.foundation.ages import ALL_AGES, AgeBand
from leftshift.foundation.faults import Fault
from leftshift.place import capacity_rows, rows
from leftshift.place.contributions import gather
from leftshift.place.place import Place
from leftshift.place.seen import Seen
from tests.library.capacity_places import BASE, BY, HOSPITAL, OTHER, intervention, number, place, year
from tests.library.slow_staffing import staff as slow_staff

NURSES = "nurses"
YOUNG, OLD = AgeBand(21, 54), AgeBand(55)


def group(**more: Any) -> capacity_rows.StaffGroup:
    return capacity_rows.StaffGroup(staff_group=NURSES, name="Nurses", **BY, **more)


def post(wte: float, band: AgeBand = ALL_AGES, **more: Any) -> capacity_rows.StaffInPost:
    given_more = {"organisation": HOSPITAL, "staff_group": NURSES, **more}
    return capacity_rows.StaffInPost(wte=number(wte), age_band=band, **BY, **given_more)


def need(wte: float | None = None, **more: Any) -> capacity_rows.StaffNeeded:
    given_more = {"organisation": HOSPITAL, "staff_group": NURSES, **more}
    return capacity_rows.StaffNeeded(wte=None if wte is None else number(wte), **BY, **given_more)


def effect(name: str, side: Any, wte: float) -> capacity_rows.WorkforceEffect:
    return capacity_rows.WorkforceEffect(
        intervention=name, organisation=HOSPITAL, staff_group=NURSES, side=side, wte=number(wte), **BY
    )


def hospital(**tables: Any) -> Place:
    return place(
        **{"staff_groups": (group(),), "workforce": (post(100),), "staff_needed": (need(),), **tables}
    )


def nurses(asked: Place, stage: StageOfStaff = "with_plan") -> Staff:
    return workforce(asked).stage(stage)[HOSPITAL, NURSES]


def faults(asked: Place) -> list[Fault]:
    return list(staff_faults(asked, Seen()))


def test_593_general_practitioners_at_one_per_cent_for_four_years_are_617() -> None:
    asked = hospital(workforce=(post(593),), staff_needed=(need(percent=0.01),))

    assert nurses(asked).need[-1] == pytest.approx(593 * 1.01**4) == pytest.approx(617.08, abs=0.005)


def test_1678_support_staff_at_three_per_cent_are_1888() -> None:
    asked = hospital(workforce=(post(1678),), staff_needed=(need(percent=0.03),))

    assert nurses(asked).need[-1] == pytest.approx(1678 * 1.03**4) == pytest.approx(1888.6, abs=0.05)


def test_they_come_and_go_and_retire_and_grow_older() -> None:
    asked = hospital(
        workforce=(
            post(340, YOUNG, joiners=number(20), leaver_rate=0.1),
            post(60, OLD, leaver_rate=0.05, retirement_rate=0.25),
        )
    )
    cohort = nurses(asked).cohort
    young = 340 * 0.9
    old = 60 * (1 - 0.05 - 0.25)

    assert cohort.end[1] == pytest.approx([young - young / 34 + 20, old + young / 34])
    assert cohort.leavers[1] == pytest.approx([34, 3])
    assert cohort.retirements[1] == pytest.approx([0, 15])
    assert nurses(asked).supply[1] == pytest.approx(400 + 20 - 37 - 15)


def test_the_oldest_band_has_none_to_move_on_to() -> None:
    asked = hospital(workforce=(post(100, AgeBand(21, 40)), post(50, AgeBand(41, 60))))

    assert nurses(asked).cohort.end[1] == pytest.approx([95, 55])


def test_effects_build_up_as_their_intervention_does() -> None:
    asked = hospital(
        interventions=(intervention("recruit", start="2017-10"), intervention("stay", stage="do_nothing")),
        workforce_effects=(
            effect("recruit", "supply", 12),
            effect("recruit", "need", -4),
            effect("stay", "supply", 3),
        ),
    )

    assert nurses(asked).supply == pytest.approx([100, 100 + 3 + 12 * 0.5, 115, 115, 115])
    assert nurses(asked).effects == pytest.approx([0, 3 + 6, 6, 0, 0])
    assert nurses(asked).need == pytest.approx([100, 100 - 4 * 0.5, 96, 96, 96])
    assert nurses(asked, "do_nothing").supply == pytest.approx([100, 103, 103, 103, 103])


def test_what_is_only_compared_counts_nowhere() -> None:
    asked = hospital(
        interventions=(intervention("idea", stage="comparison"),),
        workforce_effects=(effect("idea", "supply", 12),),
    )

    assert (nurses(asked).supply == 100).all()


def test_agency_staff_fill_the_gap_up_to_their_limit_at_a_premium() -> None:
    asked = hospital(
        staff_groups=(group(cost_per_wte=40.0, agency_premium=0.5, agency_limit=0.06),),
        staff_needed=(need(100, percent=0.05), need(year=year(2018), percent=0.1)),
        inflation=0.02,
    )
    found = nurses(asked)

    assert found.need == pytest.approx([100, 105, 105 * 1.1, 115.5 * 1.05, 115.5 * 1.05**2])
    assert found.shortfall[:3] == pytest.approx([0, 5, 15.5])
    assert found.agency[:3] == pytest.approx([0, 5, 0.06 * 115.5])
    assert found.unfilled[2] == pytest.approx(15.5 - 0.06 * 115.5)
    assert found.agency_share[:3] == pytest.approx([0, 5 / 105, 0.06])
    assert found.agency_cost is not None
    assert found.agency_premium is not None
    assert found.agency_cost[1] == pytest.approx(5 * 40 * 1.02 * 1.5)
    assert found.agency_premium[2] == pytest.approx(0.06 * 115.5 * 40 * 1.02**2 * 0.5)


def test_without_a_limit_agency_fills_all_and_without_a_price_it_costs_nobody_knows_what() -> None:
    found = nurses(hospital(staff_needed=(need(150),)))

    assert (found.agency == 50).all()
    assert found.agency_cost is None
    assert found.agency_premium is None


def posted_place(**tables: Any) -> Place:
    return hospital(
        **{
            "staff_groups": (group(cost_per_wte=40.0, agency_premium=0.5),),
            "staff_needed": (need(110, percent=0.1, posted=True),),
            "interventions": (intervention("recruit"),),
            "workforce_effects": (effect("recruit", "supply", 8),),
            "lines": (
                rows.Line(line="L1", organisation=HOSPITAL, type="other_income", service="care", value=9000.0, year=BASE, **BY),
            ),
            "inflation": 0.02,
            **tables,
        }
    )  # fmt: skip


def result_with_staff(asked: Place) -> Result:
    return run(gather(asked, staffing_contributions(asked)))


def test_the_premium_is_posted_against_the_base_year_and_what_the_plan_saves_of_it_apart() -> None:
    asked = posted_place()
    before, after = run(asked), result_with_staff(asked)

    # £40,000 for one, half as much again: 20 £000 of premium a WTE, in prices 2% higher a year
    nothing = (
        121 - 100
    ) * 20 * 1.02 - 10 * 20 * 1.02  # the ten of the base year stand in the costs, and rise with them
    assert before.do_nothing_position(HOSPITAL, "2017/18") - after.do_nothing_position(
        HOSPITAL, "2017/18"
    ) == pytest.approx(nothing)
    assert after.position(HOSPITAL, "2017/18") - after.do_nothing_position(
        HOSPITAL, "2017/18"
    ) == pytest.approx(8 * 20 * 1.02)
    assert after.position(HOSPITAL, "2016/17") == before.position(HOSPITAL, "2016/17")
    assert after.bridge("2020/21")["capacity"] == pytest.approx(8 * 20 * 1.02**4)
    assert list(after.bridge("2020/21")) == ["first", "second", "capacity"]


def test_what_is_contributed_can_be_explained_down_to_its_cause() -> None:
    result = result_with_staff(posted_place())
    inputs = result.inputs("position", "2020/21", organisation=HOSPITAL)

    assert sum(amount for _, amount in inputs) == pytest.approx(result.position(HOSPITAL, "2020/21"))
    assert sum(result.drivers("2020/21").values()) == pytest.approx(result.gap("2020/21"))
    assert any("a test" in row.source and row.source.startswith("Worked out from") for row, _ in inputs)


def test_two_groups_share_one_service_and_one_step() -> None:
    asked = posted_place()
    two = asked.with_tables(
        workforce=(*asked.workforce, post(50, organisation=OTHER)),
        staff_needed=(*asked.staff_needed, need(60, organisation=OTHER, percent=0.02, posted=True)),
    )
    contributions = staffing_contributions(two)
    gathered = gather(two, contributions)

    assert [entry.cause for entry in contributions] == ["staff_needed RT5 nurses", "staff_needed RWE nurses"]
    assert len(gathered.services) == len(two.services) + 1
    assert len(gathered.steps) == len(two.steps) + 1
    assert {row.basis for row in gathered.stated_effects} == {"assumed"}


def test_what_is_not_posted_moves_no_money() -> None:
    asked = posted_place(staff_needed=(need(110, percent=0.1),))

    assert staffing_contributions(asked) == []


def test_a_name_that_capacity_uses_is_a_fault() -> None:
    asked = posted_place(steps=(rows.Step(step="capacity", name="Mine", order=1, **BY),))

    assert [(fault.kind, fault.column) for fault in taken_names(asked, staffing_contributions(asked))] == [
        ("name already taken", "step")
    ]


wtes = st.floats(0, 5000, allow_nan=False).map(lambda value: round(value, 2))
rates = st.floats(0, 0.5, allow_nan=False).map(lambda value: round(value, 3))


@st.composite
def staffed_places(draw: st.DrawFn) -> Place:
    """Any staff that reads without a fault but perhaps too many taken away."""
    bands = draw(
        st.sampled_from(
            [[ALL_AGES], [YOUNG, OLD], [AgeBand(16, 24), AgeBand(25, 49), AgeBand(50, 64), AgeBand(65)]]
        )
    )
    posts = [
        post(draw(wtes), band, organisation=code, joiners=number(draw(wtes)), leaver_rate=draw(rates), retirement_rate=draw(rates))
        for code in (HOSPITAL, OTHER)
        for band in bands
    ]  # fmt: skip
    needs = [need(draw(st.none() | wtes), percent=draw(rates)), need(organisation=OTHER, percent=draw(rates))]
    needs += [need(year=year(2018), percent=draw(rates))] if draw(st.booleans()) else []
    interventions = [
        intervention(name, stage=draw(st.sampled_from(["plan", "do_nothing", "comparison"])),
            start=draw(st.sampled_from(["2016-04", "2016-10", "2017-04", "2018-07"])),
            delay_months=draw(st.integers(0, 14)), delivery=draw(st.sampled_from([0.0, 0.5, 1.0])))
        for name in ("one", "two")
    ]  # fmt: skip
    effects = [
        effect(name, side, draw(st.integers(-50, 50)))
        for name in ("one", "two")
        for side in ("need", "supply")
        if draw(st.booleans())
    ]
    kind = group(cost_per_wte=draw(wtes), agency_premium=draw(rates), agency_limit=draw(st.none() | rates))
    return place(
        staff_groups=(kind,), workforce=tuple(posts), staff_needed=tuple(needs), interventions=tuple(interventions),
        workforce_effects=tuple(effects), inflation=0.03,
    )  # fmt: skip


@given(staffed_places())
def test_staff_flows_balance_exactly(asked: Place) -> None:
    for stage in STAGES:
        for staff in workforce(asked).stage(stage).values():
            flows = staff.start + staff.joiners - staff.leavers - staff.retirements + staff.effects
            cohort = staff.cohort

            np.testing.assert_allclose(flows, staff.supply, rtol=1e-12, atol=1e-6)
            np.testing.assert_allclose(cohort.moved_in.sum(axis=1), cohort.moved_out.sum(axis=1), rtol=1e-12)
            np.testing.assert_allclose(staff.agency + staff.unfilled, staff.shortfall)
            assert (cohort.end >= 0).all()
            assert (staff.unfilled >= 0).all()


@given(staffed_places())
def test_a_slow_second_implementation_finds_the_same(asked: Place) -> None:
    found = workforce(asked)
    for stage, stages in STAGES.items():
        for (organisation, name), staff in found.stage(stage).items():
            for at, slow in enumerate(slow_staff(asked, organisation, name, {*stages})):
                fast = staff.year(at)
                for figure, expected in slow.items():
                    assert fast[figure] == pytest.approx(float(expected), rel=1e-9, abs=1e-6), (
                        figure,
                        at,
                        stage,
                    )


@given(staffed_places(), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(asked: Place, random: Any) -> None:
    names = ("workforce", "staff_needed", "workforce_effects", "interventions")
    shuffled = asked.with_tables(
        **{name: tuple(random.sample(asked.table(name), len(asked.table(name)))) for name in names}
    )

    assert workforce(shuffled).document() == workforce(asked).document()


@given(st.floats(-0.5, 0.5), wtes)
def test_without_interventions_the_need_is_pure_growth(percent: float, wte: float) -> None:
    asked = hospital(staff_needed=(need(wte, percent=percent),))
    found = nurses(asked)

    assert found.need == pytest.approx([float(wte) * (1 + percent) ** at for at in range(5)])
    assert (found.need == nurses(asked, "do_nothing").need).all()
    assert (found.effects == 0).all()


@given(staffed_places())
def test_totals_are_sums_and_everything_can_be_told(asked: Place) -> None:
    found = workforce(asked)
    document = json.loads(json.dumps(found.document()))
    table = found.table()

    assert len(table) == 2 * 2 * 5
    assert table.columns[4:] == [*FIGURES]
    for figure in ("need", "supply", "agency", "agency_cost"):
        by_hand = sum(entry["with_plan"]["2020/21"][figure] for entry in document["staff"])
        assert document["totals"]["with_plan"]["2020/21"][figure] == pytest.approx(by_hand)


def test_sound_staff_has_no_fault() -> None:
    assert faults(posted_place()) == []


WRONG: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("in post and not needed", {"workforce": (post(1), post(5, organisation=OTHER))}, "staff_group", "nothing is needed", "staff_needed.csv"),
    ("needed and not in post", {"staff_needed": (need(), need(5, organisation=OTHER))}, "staff_group", "nobody in post", "workforce.csv"),
    ("a group that nobody has", {"staff_groups": (group(), replace(group(), staff_group="porters"))}, "staff_group", "nothing uses it", "workforce.csv"),
    ("a premium on nothing", {"staff_groups": (group(agency_premium=0.2),)}, "agency_premium", "nothing uses it", "cost_per_wte"),
    ("more go than there are", {"workforce": (post(9, leaver_rate=0.6, retirement_rate=0.5),)}, "leaver_rate", "more than there is", "at most 100%"),
    ("bands that overlap", {"workforce": (post(9, YOUNG), post(9, AgeBand(50)))}, "age_band", "age bands overlap", "21-54"),
    ("growth into the base year", {"staff_needed": (need(), need(year=BASE, percent=0.1))}, "year", "nothing uses it", "2016/17"),
    ("a number in a row of one year", {"staff_needed": (need(), need(4, year=year(2017)))}, "wte", "nothing uses it", "one year"),
    ("posted in a row of one year", {"staff_needed": (need(), need(year=year(2017), posted=True))}, "posted", "nothing uses it", "one year"),
    ("posted without a cost", {"staff_needed": (need(posted=True),)}, "posted", "missing value", "cost_per_wte and agency_premium of nurses"),
    ("posted without a price", {"staff_groups": (group(cost_per_wte=9.0, agency_premium=0.1),), "staff_needed": (need(posted=True),), "assumptions": ()}, "posted", "missing assumption", "net_inflation of RWE for 2017/18 to 2020/21"),
    ("an effect on staff that are not there", {"interventions": (intervention("one"),), "workforce_effects": (replace(effect("one", "need", 3), organisation=OTHER),)}, "staff_group", "unknown staff", "workforce.csv"),
    ("an effect of nothing", {"interventions": (intervention("one"),), "workforce_effects": (effect("one", "need", 0),)}, "wte", "nothing uses it", "more or fewer"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tables", "column", "kind", "words"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_wrong_staff_is_answered(tables: dict[str, Any], column: str, kind: str, words: str) -> None:
    found = faults(hospital(**tables))

    assert [(fault.column, fault.kind) for fault in found] == [(column, kind)], found
    assert words in found[0].expected


@pytest.mark.parametrize("side", ["need", "supply"])
def test_fewer_than_none_names_the_year(side: str) -> None:
    asked = hospital(
        interventions=(intervention("cut", start="2018-04"),), workforce_effects=(effect("cut", side, -101),)
    )
    (fault,) = faults(asked)

    assert (fault.column, fault.kind) == ("wte", "more than there is")
    assert "-1.0 WTE in 2018/19, with the plan" in fault.found
    assert f"a {side} of nurses of RWE" in fault.expected


def test_all_faults_are_told_at_once() -> None:
    asked = hospital(
        staff_groups=(group(agency_premium=0.2),),
        workforce=(post(9, leaver_rate=0.6, retirement_rate=0.5), post(5, organisation=OTHER)),
        staff_needed=(need(posted=True), need(4, year=year(2017))),
    )

    assert len(faults(asked)) == 5, faults(asked)
