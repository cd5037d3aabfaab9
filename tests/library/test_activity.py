"""Activity and beds: by hand, against a second implementation, and what must hold whatever the numbers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leftshift.capacity.activity.contracts import growth_beside
from leftshift.capacity.activity.postings import STEPS
from leftshift.capacity.comparing import moved_capacity
from leftshift.capacity.gathering import contributions_of, with_contributions
from leftshift.capacity.result import Capacity
from leftshift.economy.uncertainty.goals import common_delivery, dial_named
from leftshift.foundation.years import FinancialYear
from leftshift.model import Model, read_place
from leftshift.place.capacity_rows import AvoidancePlan
from leftshift.place.contributions import CausedTwice, gather
from leftshift.place.levers import NotALever
from tests.library.activity_places import (
    LLR_2014,
    SOUTHMOOR,
    Case,
    activity,
    effect,
    places_with_activity,
    southmoor,
    with_effects,
)
from tests.library.slow_activity import slow_activity

FEW = settings(max_examples=15)  # each works out a whole place, twice


# ------------------------------------------------------------------ the bed plan of LLR, June 2014
def test_the_bed_plan_of_2014_adds_up() -> None:
    """1,773 - 177 - 250 = 1,346; 80 out, 80 back-filled, 170 to teams."""
    document = read_place(LLR_2014).capacity().document()

    bridge = document["bed_bridge"]["RWE"]["acute"]["2018/19"]
    assert bridge["start"] == pytest.approx(1773, abs=1e-6)
    assert bridge["length_of_stay"] == pytest.approx(-177, abs=1e-6)
    assert bridge["shifted_out"] == pytest.approx(-250, abs=1e-6)
    assert bridge["end"] == pytest.approx(1346, abs=1e-6)
    assert bridge["closed"] == 1346 - 1773
    out, gone = (entry for entry in document["left_shift"]["2018/19"])
    assert (out["beds"], out["back_filled"], out["to_teams"]) == pytest.approx((250, 80, 170))
    assert (gone["from"], gone["beds"]) == ("RT5", pytest.approx(80))
    community = document["bed_bridge"]["RT5"]["community"]["2018/19"]
    assert (community["shifted_out"], community["shifted_in"]) == pytest.approx((-80, 80))
    assert community["end"] == pytest.approx(community["start"])


def test_the_bed_plan_starts_from_stays_and_not_from_beds() -> None:
    """Twice as long a stay is twice as many beds; a bed that is fuller needs fewer."""
    place = read_place(LLR_2014).place
    longer = tuple(
        replace(row, length_of_stay=(row.length_of_stay or Decimal(0)) * 2) for row in place.activity
    )
    fuller = tuple(replace(row, occupancy=0.85) for row in place.bed_types)

    twice = _start(Capacity(place.with_tables(activity=longer)), "RWE")
    emptier = _start(Capacity(place.with_tables(bed_types=fuller)), "RWE")

    assert twice == pytest.approx(2 * 1773)
    assert emptier == pytest.approx(1773 * 0.92 / 0.85)


def _start(capacity: Capacity, provider: str) -> float:
    return next(steps["start"] for pool, steps in capacity.bed_bridge().items() if pool.provider == provider)


def test_sixty_beds_instead_of_eighty_move_every_figure_that_hangs_on_them() -> None:
    model = read_place(LLR_2014)
    before = model.capacity().document()
    after = model.scenario("fewer-beds-move").capacity().document()

    shift = after["left_shift"]["2018/19"]
    assert [(entry["beds"], entry["back_filled"], entry["to_teams"]) for entry in shift] == [
        pytest.approx((250, 60, 190)),
        pytest.approx((60, 0, 60)),
    ]
    community = after["bed_bridge"]["RT5"]["community"]["2018/19"]
    assert (community["shifted_out"], community["shifted_in"]) == pytest.approx((-60, 60))
    assert after["beds"]["RWE"] == before["beds"]["RWE"]  # what leaves the hospital is the same
    assert after["beds"]["RT5"]["team_places"]["2018/19"] == pytest.approx(60 + 190)


def test_with_growth_the_plan_is_short_of_beds() -> None:
    """The rates of the plan's own commissioners, compounded, on the stays of the base year."""
    found = read_place(LLR_2014).scenario("beds-with-growth").capacity()

    bridge = next(steps for pool, steps in found.bed_bridge().items() if pool.provider == "RWE")
    assert bridge["demography"] > 100
    assert bridge["end"] > 1346
    assert [check.passed for check in found.checks()] == [False]


# ------------------------------------------------------------------ by hand
def test_beds_of_southmoor_by_hand() -> None:
    """225,500 bed days over 365 days at 90%."""
    days = 14000 * 2.5 + 12000 * 7 + 5000 * 10 + 8000 * 4.5 + 4000 * 2.5 + 3000 * 3.5
    bridge = next(
        steps for pool, steps in Capacity(southmoor()).bed_bridge().items() if pool.bed_type == "acute"
    )

    assert bridge["start"] == pytest.approx(days / (365 * 0.9))
    assert sum(value for step, value in bridge.items() if step != "end") == pytest.approx(bridge["end"])


def test_growth_by_people_and_other_growth_by_hand() -> None:
    """People over 85: 7,000 to 8,700 in five years on a straight line; other growth of 0.8% a year added."""
    levels = Capacity(southmoor()).levels
    at = next(number for number, row in enumerate(levels.plan.rows) if row.activity == "med_85")
    people = [7000 + 340 * year for year in range(6)]
    level = 1.0
    for year in range(1, 6):
        level *= 1 + people[year] / people[year - 1] - 1 + 0.008

    assert levels.of_rows(do_nothing=True)[5, at] == pytest.approx(5000 * level)


def test_weights_turn_people_into_growth_by_hand() -> None:
    """Attendances: 310, 280, 330, 450 and 700 for one person of each band."""
    levels = Capacity(southmoor().with_tables(activity_effects=())).levels
    at = next(number for number, row in enumerate(levels.plan.rows) if row.activity == "ed")
    base = 310 * 61000 + 280 * 178000 + 330 * 29000 + 450 * 17000 + 700 * 7000
    last = 310 * 60200 + 280 * 179400 + 330 * 31800 + 450 * 20900 + 700 * 8700
    only_people = levels.people[5, levels.plan.growth.of_row[at], 0]

    assert only_people == pytest.approx(last / base)


def test_fewer_follow_ups_for_one_first_visit_by_hand() -> None:
    """0.3 fewer for each of 30,000 first visits: 9,000 of 60,000, so the ratio falls from 2.0 to 1.7."""
    place = with_effects(
        effect("ratio", "follow_up_ratio", specialty="Medicine", amount=0.3),
        activity=(activity("first_med", demographic_growth="none"), activity("follow_med", demographic_growth="none")),
        settings=(),
    )  # fmt: skip
    levels = Capacity(place).levels
    counts = dict(zip([row.activity for row in levels.plan.rows], levels.of_rows()[1].tolist(), strict=True))

    assert counts["follow_med"] / counts["first_med"] == pytest.approx(1.7)


def test_what_moves_is_worth_what_its_price_says() -> None:
    """1,000 stays at £2,900 go: £2,900k of tariff; twelve planned stays in a hundred become day cases."""
    values = {row.effect: row.value for row in read_place(SOUTHMOOR).project().place.effects}

    assert values["to_virtual_ward bed_days_shifted_to_new K1"] == pytest.approx(2900)
    assert values["to_day_case qipp_on_contract K1"] == pytest.approx(0.12 * (4000 * 3.8 + 3000 * 4.6))
    assert values["to_day_case investment K1"] == pytest.approx(0.12 * 7000 * 1.1)
    assert values["follow_ups qipp_on_contract K1"] == pytest.approx(0.3 * 30000 * 0.1)
    assert values["medical_stays length_of_stay K1"] == pytest.approx(
        0.05 * (14000 * 1.6 + 12000 * 2.9 + 5000 * 3.6)
    )


def test_the_money_of_activity_moves_by_the_rules_of_double_entry() -> None:
    """Less activity: the commissioner saves the tariff, the hospital loses it and 70% of it in cost; index by index."""
    model = read_place(SOUTHMOOR)
    result = model.project()
    impact = result.impact("2025/26")["advice"]
    # 6% of 28,000 first visits at £180, a year's growth of 1.6% and 0.8%, price 2.8% - 1.1%, cost 2.8% - 0.55%
    value = 0.06 * 28000 * 0.18 * 1.024

    assert impact["SM1"] == pytest.approx(value * 1.017)
    assert impact["RS1"] == pytest.approx(-value * 1.017 + 0.7 * value * (1 + 0.028 - 0.0055))


# ------------------------------------------------------------------ a second implementation
@FEW
@given(case=places_with_activity())
def test_the_slow_way_gives_the_same(case: Case) -> None:
    place = case.place
    slow, levels = slow_activity(place), Capacity(place).levels
    fast = {
        name: levels.of_rows(bed_days=days, do_nothing=nothing)
        for name, days, nothing in (
            ("nothing", False, True), ("plan", False, False), ("days_nothing", True, True), ("days_plan", True, False),
        )
    }  # fmt: skip

    for name, found in fast.items():
        wanted = getattr(slow, name)
        for number, row in enumerate(levels.plan.rows):
            for year in range(len(place.years)):
                assert found[year, number] == pytest.approx(wanted[row.activity, year], rel=1e-9, abs=1e-6)


@FEW
@given(case=places_with_activity())
def test_bed_days_that_move_between_providers_are_conserved(case: Case) -> None:
    """What leaves by a shift of providers arrives, in beds or with a team."""
    place = case.place
    levels = Capacity(place).levels
    plan = levels.plan
    number = next(at for at, row in enumerate(plan.effects) if row.change == "shift_provider")
    mine, came = plan.postings.effect == number, plan.postings.step == STEPS.index("shifted_in")
    key = np.zeros(len(mine), dtype=np.int64)
    gone, arrived = (levels.by(key, 1, bed_days=True, only=mine & side)[:, 0, 0] for side in (~came, came))

    assert arrived == pytest.approx(-gone)


@FEW
@given(case=places_with_activity())
def test_without_interventions_there_is_only_growth(case: Case) -> None:
    place = case.place
    bare = place.with_tables(activity_effects=())
    levels = Capacity(bare).levels
    grown = (
        np.array([float(row.count) for row in levels.plan.rows])
        * levels.growth[:, levels.plan.growth.of_row, 0]
    )

    assert levels.of_rows() == pytest.approx(grown)
    assert levels.of_rows() == pytest.approx(Capacity(place).levels.of_rows(do_nothing=True))


@FEW
@given(case=places_with_activity(), seed=st.integers(0, 999))
def test_the_order_of_rows_never_matters(case: Case, seed: int) -> None:
    place = case.place
    luck = Random(seed)
    mixed = place.with_tables(
        activity=tuple(luck.sample(place.activity, len(place.activity))),
        activity_effects=tuple(luck.sample(place.activity_effects, len(place.activity_effects))),
        population=tuple(reversed(place.population)),
    )

    assert Capacity(mixed).document() == Capacity(place).document()


@FEW
@given(case=places_with_activity())
def test_parts_sum_to_the_whole(case: Case) -> None:
    """Sites to providers, steps to the end, bands and specialties to activity."""
    place = case.place
    capacity = Capacity(place)
    beds = capacity.beds
    for at, pool in enumerate(beds.pools):
        sites = [number for number, site in enumerate(beds.site_pools) if (site.provider, site.bed_type) == (pool.provider, pool.bed_type)]  # fmt: skip
        assert beds.needed_by_site[:, sites].sum(axis=1) == pytest.approx(beds.needed[:, at])
    for steps in capacity.bed_bridge().values():
        assert sum(value for step, value in steps.items() if step != "end") == pytest.approx(steps["end"])
    table = capacity.tables()["activity"]
    by_band = table.group_by("year", "age_band").agg(pl.col("with_plan").sum())
    by_year = by_band.group_by("year").agg(pl.col("with_plan").sum()).sort("year")["with_plan"].to_numpy()
    assert by_year == pytest.approx(capacity.levels.of_rows().sum(axis=1))


@FEW
@given(case=places_with_activity())
def test_nothing_is_counted_twice_in_money_and_capacity(case: Case) -> None:
    """An intervention's money is its posted effects, once: the contributed rows and no others."""
    place = case.place
    planned = with_contributions(place)
    added = [row for row in planned.effects if row not in place.effects]
    assert len(added) == len({row.effect for row in added})
    for entry in place.activity_effects:
        worth = sum(row.value or 0.0 for row in added if row.effect.startswith(f"{entry.effect} ") and row.rule != "investment")  # fmt: skip
        priced = sum(
            float(row.count) * float(row.unit_price or 0) / 1000 * (entry.percent or 0.0)
            for row in place.activity
            if row.activity == entry.activity
        )
        assert worth == pytest.approx(priced)
    assert planned.written is place
    assert planned.fingerprint == place.fingerprint


# ------------------------------------------------------------------ what asks further
def test_a_place_that_has_its_contributions_gets_none_again() -> None:
    """A report that runs the place of a result once more must not count anything twice."""
    model = read_place(SOUTHMOOR)
    planned = model.planned

    assert with_contributions(planned) is planned
    again, once = Model(planned).project(), model.project()
    for code in once.organisations:
        assert again.position(code, "2029/30") == once.position(code, "2029/30")


def test_what_follows_from_others_is_no_choice_of_its_own() -> None:
    """A portfolio chooses among what people wrote, not among the charges and premiums that follow."""
    found = read_place(SOUTHMOOR).choose()

    assert {entry.intervention for entry in found.chosen} <= {
        row.intervention for row in southmoor().interventions
    }


def test_what_moves_in_capacity_is_told_beside_the_money() -> None:
    model = read_place(LLR_2014)

    moved = moved_capacity(model.capacity(), model.scenario("fewer-beds-move").capacity())
    last = {(entry.figure, entry.item): entry.move for entry in moved if entry.year == "2018/19"}

    assert last == pytest.approx(
        {
            ("beds back-filled", "acute_to_community"): -20,
            ("beds to teams", "acute_to_community"): 20,
            ("beds to teams", "community_to_teams"): -20,
        }
    )


def test_activity_grows_as_its_money_where_both_follow_one_rate() -> None:
    """And apart where activity follows people: both are told."""
    place = southmoor()
    same = tuple(replace(row, demographic_growth="service") for row in place.activity if row.count)
    alike = growth_beside(Capacity(place.with_tables(activity=same, activity_effects=())).levels)
    apart = growth_beside(Capacity(place).levels)

    for of_activity, of_money in alike.values():
        assert of_activity == pytest.approx(of_money)
    assert apart["K1"][0][5] > apart["K1"][1][5]
    assert apart["K1"][1][5] == pytest.approx(1.024**5)


def test_what_a_plan_avoids_follows_its_admissions_and_its_own_length_of_stay() -> None:
    """400 of 5,000 stays of ten days; with a stay of five in the plan, half of the bed days and all of the stays."""
    place = southmoor()
    shorter = tuple(replace(row, length_of_stay=Decimal(5)) for row in place.avoidance_plans)
    more = tuple(replace(row, admissions=Decimal(440)) for row in place.avoidance_plans)
    plan = Capacity(place).activity
    number = next(at for at, row in enumerate(plan.effects) if row.effect == "front_door")

    def taken(avoidance: tuple[AvoidancePlan, ...]) -> tuple[float, float]:
        postings = Capacity(place.with_tables(avoidance_plans=avoidance)).activity.postings
        mine = postings.effect == number
        return -float(postings.activity[mine].sum()), -float(postings.bed_days[mine].sum())

    assert taken(place.avoidance_plans) == pytest.approx((400, 4000))
    assert taken(shorter) == pytest.approx((400, 2000))
    assert taken(more) == pytest.approx((440, 4400))


def test_activity_goes_where_the_services_of_its_site_go() -> None:
    """The Old Infirmary closes in 2028/29: from then on its stays need beds of the General Hospital."""
    beds = Capacity(southmoor()).beds
    pools = {(pool.site, pool.bed_type): at for at, pool in enumerate(beds.site_pools)}
    old, general = pools["old_infirmary", "acute"], pools["general_hospital", "acute"]
    acute = [pool.bed_type for pool in beds.pools].index("acute")

    assert (beds.needed_by_site[:4, old, 0] > 0).all()
    assert (beds.needed_by_site[4:, old, 0] == 0).all()
    assert beds.needed_by_site[:, [old, general], 0].sum(axis=1) == pytest.approx(beds.needed[:, acute, 0])


def test_one_cause_contributes_once() -> None:
    """Two subjects that state the same cause would count its money twice."""
    place = southmoor()
    entry = contributions_of(place)[0]

    with pytest.raises(CausedTwice, match=entry.cause):
        gather(place, (entry, entry))
    shared = gather(place, (entry, replace(entry, cause="another")))
    assert len(shared.effects) == len(place.effects) + len(entry.tables["effects"])


def test_beds_without_activity_move_with_their_site_as_well() -> None:
    """The Cottage Hospital closes into the General Hospital, where no community or virtual bed stood before."""
    place = southmoor()
    year = FinancialYear(2028)
    sites = tuple(replace(row, closes=year) if row.site == "cottage_hospital" else row for row in place.sites)
    services = tuple(replace(row, moves_to="general_hospital", moves=year) if row.site == "cottage_hospital" else row for row in place.site_services)  # fmt: skip
    beds = Capacity(place.with_tables(sites=sites, site_services=services)).beds

    assert beds.needed_by_site.sum(axis=1).sum() == pytest.approx(beds.needed.sum())


def test_goal_seek_turns_what_people_wrote_and_nothing_that_follows() -> None:
    """With nothing delivered, the closed building stays closed and its loan is still paid."""
    model = read_place(SOUTHMOOR)
    named = {row.intervention for row in southmoor().interventions}

    dial = common_delivery(model.planned)

    assert {row.item for row in dial.rows} == named
    with pytest.raises(NotALever):
        dial_named(model.planned, "delivery.capital_one_hospital")


def test_a_closing_building_takes_its_cost_off_its_line_at_the_price_of_the_line() -> None:
    """£6,100k in buildings, which rise by inflation of 2.8% a year and not by the net inflation of wards."""
    planned = read_place(SOUTHMOOR).planned
    saved = {
        row.year: row.amount for row in planned.stated_effects if row.intervention == "estate_old_infirmary"
    }

    assert saved == {
        FinancialYear(2028): pytest.approx(6100 * 1.028**4),
        FinancialYear(2029): pytest.approx(6100 * 1.028**5),
    }
