"""Portfolios that a person can work out: the sums stand in the tests, £000."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leftshift.economy.choosing.asking import ask
from leftshift.economy.choosing.parameters import parameter, parameters
from leftshift.economy.choosing.portfolio import Portfolio, choose
from leftshift.economy.choosing.programme import NothingFoundInTime
from leftshift.economy.choosing.question import (
    Choice,
    Exclusion,
    Objective,
    PositionLimit,
    Prerequisite,
    Question,
    ResourceLimit,
)
from leftshift.economy.choosing.saving import changes_nothing
from leftshift.economy.choosing.searching import NoPlanHolds
from leftshift.economy.choosing.variants import Taken
from leftshift.economy.result import run
from leftshift.foundation.faults import FaultsFound
from leftshift.model import Model, read_place, under_scenarios
from leftshift.place.place import Place
from leftshift.place.rows import Stage, StatedEffect
from leftshift.place.scenarios import read_scenario
from tests.library.choosing_places import BLEND, LAST, NAMES, SlowDraws, need, place_of
from tests.library.places import BASE, BY

NEXT = BASE.plus(1)
NORTHMOOR = Path(__file__).parents[2] / "examples" / "northmoor"
# what each brings to the perimeter in a full year, by the rules of double entry
BRINGS = {
    "beds": 100 - 100 + 0.5 * 100,
    "cut": 100,
    "home": 100 - 100 + 100 - 0.7 * 100,
    "shift": (100 - 80) + (-100 + 0.7 * 100) + (80 - 0.6 * 100),
    "stay": 100 - 100 + 0.7 * 100,
    "team": -100 + 100 - 100,
}
CAPITAL = {"beds": 3, "cut": 4, "home": 2, "shift": 1, "stay": 3}
NOTHING = 3_000 + 1_000 - 2_100 - 1_000  # allocations, cost, and what leaves the perimeter


def asked(**more: Any) -> Question:
    return Question(**{"starts": "as_planned", **more})


def with_needs(**more: Any) -> Place:
    return place_of(resources=tuple(need(name, NEXT, amount) for name, amount in CAPITAL.items()), **more)


def of_six(**more: Any) -> Portfolio:
    return choose(with_needs(), asked(resource_limits=(ResourceLimit("capital", NEXT, 6.0),), **more))


def test_without_limits_everything_that_brings_something_is_chosen() -> None:
    found = choose(place_of(), asked())

    assert set(found.taken) == set(NAMES) - {"team"}
    assert found.value == pytest.approx(NOTHING + 50 + 100 + 30 + 10 + 70)
    assert found.measured("nothing") == pytest.approx(NOTHING)
    assert found.measured("as_it_stands") == pytest.approx(NOTHING + sum(BRINGS.values()))
    assert {entry.intervention: entry.brings for entry in found.chosen} == pytest.approx(
        {name: BRINGS[name] for name in found.taken}
    )


def test_what_is_chosen_fits_into_the_capital_there_is() -> None:
    found = of_six()

    # of 6: cut and home 4 + 2, which beats beds and stay 3 + 3 with 50 + 70, and cut and shift 4 + 1 with 100 + 10
    assert set(found.taken) == {"cut", "home"}
    assert found.value == pytest.approx(NOTHING + 100 + 30)


def test_what_one_more_is_worth_is_found_by_solving_again() -> None:
    (capital,) = of_six().limits

    assert (capital.used, capital.room, capital.binds) == (6.0, 0.0, True)
    assert capital.one_more == pytest.approx((100 + 70) - (100 + 30))  # 7 is enough for cut and stay
    assert capital.without == pytest.approx((50 + 100 + 30 + 10 + 70) - (100 + 30))
    (two,) = of_six(one_more_resource=2.0).limits
    assert two.one_more == pytest.approx((100 + 70 + 10) - (100 + 30))  # and 8 for shift besides


def test_what_forcing_in_the_rest_would_cost() -> None:
    costs = {entry.intervention: entry.costs for entry in of_six().left_out}

    assert costs == pytest.approx(
        {
            "beds": 130 - (50 + 70),  # with stay
            "shift": 130 - (10 + 100),  # with cut
            "stay": 130 - (70 + 50),  # with beds
            "team": 100,  # it needs no capital, and costs
        }
    )


def test_what_the_rules_forbid_says_which() -> None:
    found = of_six(exclusions=(Exclusion(("cut", "team")),), must_have=("cut",))
    (team,) = (entry for entry in found.left_out if entry.intervention == "team")

    assert team.costs is None
    assert set(team.because) == {"at most one of cut, team", "cut has to be chosen"}


def test_a_limit_with_room_can_bind() -> None:
    # 5.5 is as good as 5: nothing costs a half. Without the limit there would be more
    (capital,) = choose(with_needs(), asked(resource_limits=(ResourceLimit("capital", NEXT, 5.5),))).limits

    assert (capital.used, capital.room, capital.binds) == (5.0, 0.5, True)


def test_no_organisation_is_worse_off() -> None:
    found = choose(place_of(), asked(position_limits=(PositionLimit("PAA", LAST, "do_nothing"),)))

    # PAA loses 50 by beds, 30 by shift and by stay; it gains 100 by cut and 30 by home: all but one fit
    assert -50 - 30 - 30 + 100 + 30 > 0
    assert set(found.taken) == set(NAMES) - {"team"}
    poor = choose(
        place_of(),
        asked(
            position_limits=(PositionLimit("PAA", LAST, "do_nothing"),),
            interventions=("beds", "home", "shift", "stay"),
        ),
    )
    # 100 of cut stay in the plan, for it is no choice here
    assert poor.taken.keys() == {"beds", "home", "shift", "stay"}
    strict = choose(
        place_of(),
        asked(
            position_limits=(PositionLimit("PAA", LAST, "as_it_stands"),),
            interventions=("beds", "home", "shift", "stay", "team"),
        ),
    )
    assert strict.taken.keys() == {"beds", "home", "shift", "stay"}


def test_starts_move_so_that_what_is_needed_fits_in_each_year() -> None:
    question = Question(
        resource_limits=(ResourceLimit("capital", "every", 4.0),), objective=Objective(years=(LAST,))
    )
    found = choose(with_needs(), question)

    # the last year counts alone, so that a year later is as good: 4 in each of two years
    by_year = dict.fromkeys((NEXT, LAST), 0)
    for entry in found.chosen:
        by_year[entry.option.start] += CAPITAL[entry.intervention]
    assert max(by_year.values()) <= 4
    assert found.value == pytest.approx(NOTHING + 100 + 70 + 10)  # 4 by cut; 3 and 1 by stay and shift


def test_needs_in_all_years_together_do_not_go_away_by_starting_later() -> None:
    total = choose(with_needs(), Question(resource_limits=(ResourceLimit("capital", "total", 4.0),)))

    assert sum(CAPITAL[name] for name in total.taken) <= 4
    assert total.value == pytest.approx(NOTHING + 100)


def test_needs_slip_by_the_months_of_a_delay() -> None:
    late = tuple(replace(row, delay_months=6) for row in place_of().interventions)
    place = with_needs(interventions=late)
    question = asked(resource_limits=(ResourceLimit("capital", NEXT, 7.5),), interventions=("cut",))
    (capital,) = choose(place, question).limits

    # cut, and beside it what stays in the plan
    assert capital.used == pytest.approx(4 * 6 / 12 + (3 + 2 + 1 + 3) * 6 / 12)
    assert (
        capital.constraint.words
        == "capital in 2025/26 at most 7.5, of which what stays in the plan needs 4.5"
    )


def test_a_prerequisite_comes_first_by_its_lag() -> None:
    rules = (Prerequisite("cut", "team", 1),)
    found = choose(place_of(), Question(prerequisites=rules, interventions=("cut", "team")))

    # both cost nothing together in the last year, so that neither is as good and simpler
    assert found.taken == {}
    must = choose(
        place_of(), Question(prerequisites=rules, interventions=("cut", "team"), must_have=("cut",))
    )
    assert {entry.intervention: entry.option.start for entry in must.chosen} == {"team": NEXT, "cut": LAST}


def test_a_prerequisite_may_be_in_the_plan_already() -> None:
    rules = (Prerequisite("cut", "team", 1),)
    found = choose(place_of(), Question(prerequisites=rules, interventions=("cut",)))

    assert [entry.option.start for entry in found.chosen] == [LAST]


def test_starts_a_year_are_counted() -> None:
    found = choose(place_of(), Question(most_starts_a_year=1, objective=Objective(years=(NEXT, LAST))))
    starts = {entry.intervention: entry.option.start for entry in found.chosen}

    assert starts == {"cut": NEXT, "stay": LAST}  # 2 * 100 + 70 beats 2 * 70 + 100


def test_of_those_as_good_the_fewest_then_the_earliest_then_by_name() -> None:
    place = place_of()
    same = tuple(
        replace(row, rule="cip", contract=None, line="L3", receiver=None, value=50.0, cost_share=None, receiver_cost_share=None, price_share=None)
        for row in place.effects
    )  # fmt: skip
    place = place.with_tables(
        effects=tuple(replace(row, value=100.0) if row.intervention == "team" else row for row in same)
    )
    question = Question(most_interventions=1)

    assert choose(place, question).taken == {"team": Taken(0, 1.0)}
    two = choose(place, Question(most_interventions=2, exclusions=(Exclusion(("team", "beds")),)))
    assert two.taken == {"cut": Taken(0, 1.0), "team": Taken(0, 1.0)}
    mixed = place.with_tables(interventions=place.interventions[::-1], effects=place.effects[::-1])
    assert (
        choose(mixed, Question(most_interventions=2, exclusions=(Exclusion(("team", "beds")),))).taken
        == two.taken
    )


def test_a_scale_is_chosen_where_it_is_a_choice() -> None:
    place = with_needs()
    question = asked(lowest=0.5, resource_limits=(ResourceLimit("capital", NEXT, 6.0),))
    found = choose(place, question)

    # worth by unit of capital: cut 25, stay 23.3, beds 16.7, home 15, shift 10. Cut in full, two thirds of stay
    assert {name: taken.scale for name, taken in found.taken.items()} == pytest.approx(
        {"cut": 1.0, "stay": 2 / 3}
    )
    assert found.value == pytest.approx(NOTHING + 100 + 70 * 2 / 3)
    assert run(found.place).perimeter_position(LAST) == pytest.approx(found.value)
    (capital,) = found.limits
    assert capital.one_more == pytest.approx(70 / 3)


def test_more_than_planned_only_where_it_is_said() -> None:
    found = choose(
        place_of(), asked(interventions=("cut", "stay"), choices=(Choice("cut", highest=1.5, lowest=0.0),))
    )

    assert found.taken == {"cut": Taken(0, 1.5), "stay": Taken(0, 1.0)}


def test_what_is_no_choice_stays_and_what_is_named_may_be_chosen() -> None:
    place = place_of()
    stages: dict[str, Stage] = {"cut": "comparison", "team": "do_nothing"}
    place = place.with_tables(
        interventions=tuple(
            replace(row, stage=stages.get(row.intervention, "plan")) for row in place.interventions
        )
    )

    assert set(choose(place, asked()).taken) == {"beds", "home", "shift", "stay"}
    named = choose(place, asked(choices=(Choice("cut"), Choice("team"))))
    assert set(named.taken) == {"beds", "cut", "home", "shift", "stay"}
    assert named.value == pytest.approx(
        NOTHING + 50 + 100 + 30 + 10 + 70
    )  # without the 100 of team that stood in the gap


# ---------------------------------------------------------------------- contracts that bend
def test_a_cap_and_collar_is_held_exactly() -> None:
    found = choose(bending(), asked(objective=Objective(whose="CAA")))

    # beds, shift and stay take 300 of K1's 1,000: 80 at tariff, 220 at 20%; shift costs 80 for what it moves
    with_all = (80 + 0.2 * 220) - 80
    without_shift = 80 + 0.2 * 120
    assert without_shift > with_all
    assert found.value == pytest.approx(3_000 - 1_000 - 1_000 + without_shift)
    assert found.proven
    assert found.found.off < 1e-6


def bending() -> Place:
    """K1 pays by tariff until activity is 8% below what was agreed, and a fifth of what goes beyond."""
    contracts = tuple(
        replace(row, form="blend") if row.contract == "K1" else row for row in place_of().contracts
    )
    return place_of(contracts=contracts, forms=(BLEND,))


def test_what_stays_in_the_plan_bends_a_payment_too() -> None:
    question = asked(objective=Objective(whose="CAA"), interventions=("beds", "team"))
    found = choose(bending(), question)

    # shift and stay take 200 of K1: 80 at tariff, 120 at a fifth; so beds is worth a fifth of 100 to who pays
    assert found.measured("nothing") == pytest.approx(3_000 - 1_000 - 1_000 + (80 + 0.2 * 120) - 80)
    assert {entry.intervention for entry in found.chosen} == {"beds"}
    assert found.value == pytest.approx(found.measured("nothing") + 0.2 * 100)
    assert found.proven


def test_with_too_many_bends_the_run_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = {**parameters(), "bends": {"value": 0}}
    monkeypatch.setattr("leftshift.economy.choosing.parameters.parameters", lambda: limited)
    names = ("beds", "shift", "stay")
    alone = choose(bending(), asked(interventions=names, must_have=(), most_interventions=0))
    floor = run(alone.place).position("PAA", LAST) - 5
    question = asked(
        interventions=names, most_interventions=1, position_limits=(PositionLimit("PAA", LAST, floor),)
    )

    found = choose(bending(), question)

    # all three together lose PAA 80 + 0.2 * 220 for 300, so that on straight lines 100 of stay gain it 70 - 41; alone it loses
    # 80 + 0.2 * 20 and saves 70, beds saves 50: each is put aside when it is run
    assert found.search.effects.straight
    assert found.found.aside == 3
    assert found.taken == {}
    assert not found.proven
    with pytest.raises(NoPlanHolds, match="bends too much"):
        choose(bending(), replace(question, must_have=("stay",)))


def test_with_too_many_bends_a_scale_keeps_to_its_limit_when_it_is_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limited = {**parameters(), "bends": {"value": 0}}
    monkeypatch.setattr("leftshift.economy.choosing.parameters.parameters", lambda: limited)
    nothing = choose(bending(), asked(interventions=("beds", "shift", "stay"), most_interventions=0))
    floor = run(nothing.place).position("PAA", LAST) - 10
    question = asked(
        interventions=("beds", "shift", "stay"),
        lowest=0.0,
        position_limits=(PositionLimit("PAA", LAST, floor),),
    )

    found = choose(bending(), question)

    assert found.search.effects.straight
    assert run(found.place).position("PAA", LAST) >= floor - 1e-3
    assert found.value == pytest.approx(run(found.place).perimeter_position(LAST))


# ---------------------------------------------------------------------- saved, and told
@pytest.mark.parametrize("where", ["small", "northmoor"])
def test_a_saved_portfolio_runs_to_the_same_figures(where: str) -> None:
    place = with_needs() if where == "small" else read_place(NORTHMOOR).place
    question = Question(
        lowest=0.3, most_starts_a_year=2, resource_limits=(ResourceLimit("capital", "every", 5.5),)
    )
    found = choose(place, question)
    scenario, faults = read_scenario("scenarios/chosen.toml", found.scenario())

    assert not faults
    assert scenario is not None
    changed, faults_ = under_scenarios(place, [scenario])
    assert not faults_
    for code in (*found.asked.members,):
        for year in place.years:
            assert run(changed).position(code, year) == pytest.approx(
                run(found.place).position(code, year), abs=1e-9
            )
    assert run(changed).perimeter_position(place.last_year) == pytest.approx(found.value, abs=1e-6)


def test_the_plan_as_it_stands_is_no_scenario() -> None:
    found = choose(place_of(), asked(must_have=NAMES))

    assert changes_nothing(found.scenario())


def test_the_document_holds_plain_values() -> None:
    document = (
        Model(with_needs()).choose(asked(resource_limits=(ResourceLimit("capital", NEXT, 6.0),))).document()
    )

    assert document["value"] == pytest.approx(NOTHING + 130)
    assert [row["intervention"] for row in document["chosen"]] == ["cut", "home"]
    assert document["chosen"][0]["effects"]["2026/27"]["PAA"] == pytest.approx(100)
    assert document["limits"][0]["one_more"] == pytest.approx(40)
    assert {row["intervention"] for row in document["left_out"]} == {"beds", "shift", "stay", "team"}


def test_when_time_is_up_that_is_said() -> None:
    with pytest.raises(NothingFoundInTime, match="within 1e-09 seconds"):
        choose(
            with_needs(), Question(resource_limits=(ResourceLimit("capital", "every", 4.0),)), seconds=1e-9
        )


def test_a_conflict_names_each_rule_where_it_stands() -> None:
    question = asked(
        must_have=("cut", "stay"),
        resource_limits=(ResourceLimit("capital", NEXT, 6.0),),
        position_limits=(PositionLimit("CBB", LAST, 0.0),),
    )
    with pytest.raises(FaultsFound) as caught:
        choose(with_needs(), question)

    # 4 + 3 is more than 6; that CBB does not lose has no part in it
    assert {fault.found for fault in caught.value.faults} == {
        "cut has to be chosen", "stay has to be chosen", "capital in 2025/26 at most 6",
    }  # fmt: skip


def test_stated_effects_start_when_the_first_of_them_is_stated() -> None:
    place = place_of()
    kept = tuple(row for row in place.effects if row.intervention != "cut")
    stated = tuple(
        StatedEffect(intervention="cut", organisation="PAA", year=year, amount=amount, **BY)
        for year, amount in ((NEXT, 0.0), (LAST, 100.0))
    )
    place = place.with_tables(effects=kept, stated_effects=stated)

    options = [option for option in ask(Question(), place).options if option.intervention == "cut"]

    assert [option.start for option in options] == [LAST]


def test_every_parameter_has_a_name_and_a_source() -> None:
    assert all({"value", "name", "source"} == set(entry) for entry in parameters().values())
    assert parameter("worst_share") == 0.1


def test_draws_are_the_same_for_every_variant() -> None:
    runs, place = SlowDraws(3), place_of()

    assert np.array_equal(runs(place).touched, runs(place).touched)
