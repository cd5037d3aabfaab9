"""Avoidable admissions by group of risk, by hand from LLR 2016, and what must hold of any plan."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.capacity.avoiding import Avoidance, avoidable_admissions, avoidable_table
from leftshift.capacity.checking_avoidance import avoidance_faults
from leftshift.foundation.faults import Fault
from leftshift.foundation.money import round_half_up
from leftshift.place import capacity_rows, rows
from leftshift.place.place import Place
from leftshift.place.seen import Seen
from tests.library.capacity_places import BY, LAST, LLR_GROUPS, llr_avoidance, number, place

PRICED: dict[str, Any] = {
    "length_of_stay": number("2.5"), "unit_price": number(2000), "marginal_share": 0.7, "team_cost": 3000.0,
}  # fmt: skip


def the_plan(asked: Place) -> Avoidance:
    (found,) = avoidable_admissions(asked)
    return found


def faults(asked: Place) -> list[Fault]:
    return list(avoidance_faults(asked, Seen()))


def test_it_gives_the_columns_that_llr_printed() -> None:
    plan = the_plan(place(**llr_avoidance()))

    assert [round_half_up(group.allocated) for group in plan.groups] == [row[4] for row in LLR_GROUPS]
    assert round_half_up(plan.allocated) == 5969 + 5969 + 7461 + 612 + 60 == 20071
    assert all(abs(group.desired - row[3]) <= 1 for group, row in zip(plan.groups, LLR_GROUPS, strict=True))
    assert sum(group.desired for group in plan.groups) == pytest.approx(29845)
    assert plan.groups[2].allocated == pytest.approx(0.25 * 29845)


def test_it_flags_what_llr_did_not_explain() -> None:
    plan = the_plan(place(**llr_avoidance()))

    assert [group.risk_group for group in plan.groups if group.is_asked_for_more] == ["low"]
    assert plan.groups[3].of_own == pytest.approx(0.0205 * 29845 / 870)
    assert plan.flags() == (
        "29,845 admissions are to be avoided, 54.1% of all 55,150",
        "The targets sum to 67.25%, so 20,071 of 29,845 admissions are allocated",
        "Low is asked for 612, more than its level of 471, 70.3% of its own admissions",
    )


def test_a_tenth_more_changes_every_figure_that_hangs_on_it() -> None:
    before, after = (the_plan(place(**llr_avoidance(asked, **PRICED))) for asked in ("29845", "32829.5"))

    for old, new in zip(before.groups, after.groups, strict=True):
        assert new.desired == pytest.approx(1.1 * old.desired)
        assert new.allocated == pytest.approx(1.1 * old.allocated)
        assert new.of_own == pytest.approx(1.1 * (old.of_own or 0))
        assert (new.share, new.target) == (old.share, old.target)
    for allocation in ("target", "desired"):
        old_worth, new_worth = before.worth_of(allocation), after.worth_of(allocation)
        for name in ("admissions", "bed_days", "beds", "full_tariff", "marginal"):
            assert getattr(new_worth, name) == pytest.approx(1.1 * getattr(old_worth, name)), name
        assert new_worth.full_tariff_net == pytest.approx(1.1 * (old_worth.full_tariff or 0) - 3000)
    assert after.flags()[0] != before.flags()[0]


def test_it_is_worth_beds_and_pounds_under_either_allocation() -> None:
    plan = the_plan(place(**llr_avoidance(**PRICED)))
    target, desired = plan.worth_of("target"), plan.worth_of("desired")

    assert target.bed_days == pytest.approx(0.6725 * 29845 * 2.5)
    assert target.beds == pytest.approx(0.6725 * 29845 * 2.5 / (365 * 0.92))
    assert target.full_tariff == pytest.approx(0.6725 * 29845 * 2000 / 1000)
    assert target.marginal == pytest.approx(0.6725 * 29845 * 2 * 0.7)
    assert target.marginal_net == pytest.approx(0.6725 * 29845 * 2 * 0.7 - 3000)
    assert desired.beds == pytest.approx(29845 * 2.5 / (365 * 0.92))
    assert plan.counted == "target"


def test_the_bed_type_and_the_setting_say_how_full_beds_are_and_which_allocation_counts() -> None:
    given_rows = llr_avoidance(**PRICED, bed_type="acute")
    acute = capacity_rows.BedType(bed_type="acute", name="Acute", occupancy=0.8, **BY)
    desired = rows.Setting(setting="avoidable_allocation", value="desired", **BY)
    plan = the_plan(place(**given_rows, bed_types=(acute,), settings=(desired,)))

    assert plan.worth_of("target").beds == pytest.approx(0.6725 * 29845 * 2.5 / (365 * 0.8))
    assert plan.counted == "desired"


def test_what_the_plan_does_not_say_stays_unknown() -> None:
    worth = the_plan(place(**llr_avoidance())).worth_of("target")

    assert (worth.beds, worth.full_tariff, worth.marginal, worth.marginal_net) == (None, None, None, None)


def test_it_is_told_as_plain_values_and_as_a_table() -> None:
    plan = the_plan(place(**llr_avoidance(**PRICED)))
    document = json.loads(json.dumps(plan.document()))
    table = avoidable_table((plan,))

    assert document["groups"][0]["risk_group"] == "very_high"
    assert round(document["worth"]["target"]["admissions"]) == round(document["allocated"]) == 20071
    assert table["allocated"].sum() == pytest.approx(plan.allocated)
    assert avoidable_table(()).columns == table.columns


@given(
    st.lists(st.tuples(st.integers(0, 50_000), st.floats(0, 1)), min_size=1, max_size=8),
    st.floats(0, 1),
    st.randoms(use_true_random=False),
)
def test_desired_admissions_sum_to_the_whole_in_any_order(
    groups: list[tuple[int, float]], part: float, random: Any
) -> None:
    wanted = number(round(part * sum(own for own, _ in groups), 3))
    made = [
        capacity_rows.RiskGroup(
            plan="teams",
            risk_group=f"g{at}",
            order=at,
            unplanned_admissions=number(own),
            target_percent=target,
            **BY,
        )
        for at, (own, target) in enumerate(groups, 1)
    ]
    given_rows = {**llr_avoidance(wanted), "risk_groups": tuple(made)}
    plan = the_plan(place(**given_rows))
    random.shuffle(made)

    if plan.unplanned_admissions:
        assert sum(group.desired for group in plan.groups) == pytest.approx(plan.admissions)
    assert plan.allocated == pytest.approx(plan.targets * plan.admissions)
    assert the_plan(place(**{**given_rows, "risk_groups": tuple(made)})) == plan


def test_the_plan_of_llr_has_no_fault() -> None:
    assert faults(place(**llr_avoidance(**PRICED))) == []


def test_more_is_avoided_than_there_is() -> None:
    (fault,) = faults(place(**llr_avoidance(55151)))

    assert (fault.column, fault.kind) == ("admissions", "more than there is")
    assert "55,150" in fault.expected


def test_a_group_is_asked_for_more_than_it_has() -> None:
    tables = llr_avoidance()
    low = replace(tables["risk_groups"][3], target_percent=0.03)
    (fault,) = faults(place(**{**tables, "risk_groups": (*tables["risk_groups"][:3], low)}))

    assert (fault.column, fault.kind) == ("target_percent", "more than there is")
    assert "895 admissions" in fault.found
    assert "870" in fault.expected


def test_a_plan_without_groups_and_cells_that_nothing_uses() -> None:
    alone = capacity_rows.AvoidancePlan(
        plan="alone",
        name="Alone",
        year=LAST,
        admissions=number(5),
        bed_type="acute",
        marginal_share=0.5,
        **BY,
    )
    found = faults(place(avoidance_plans=(alone,)))

    assert [(fault.column, fault.kind) for fault in found] == [
        ("bed_type", "nothing uses it"), ("marginal_share", "nothing uses it"), ("plan", "nothing uses it"),
    ]  # fmt: skip


def test_two_groups_at_one_place() -> None:
    tables = llr_avoidance()
    twice = replace(tables["risk_groups"][1], order=1)
    found = faults(
        place(**{**tables, "risk_groups": (tables["risk_groups"][0], twice, *tables["risk_groups"][2:])})
    )

    assert [(fault.column, fault.kind) for fault in found] == [("order", "duplicate order")]
