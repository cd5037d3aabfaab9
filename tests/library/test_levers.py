"""Levers: each moves what it says, and a scenario that is kept says the same as the sliders did."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from leftshift import read_place
from leftshift.model import Model, under_scenarios
from leftshift.place.levers import KINDS, NotALever, levers_of, range_of, scenario_text
from leftshift.place.scenarios import read_scenario

NORTHMOOR = Path(__file__).parents[2] / "examples" / "northmoor"
LLR = NORTHMOOR.parent / "llr-2014"


def under(model: Model, **settings: str) -> Model:
    """A model with levers set; their keys with dots for double underscores."""
    known = levers_of(model.place)
    chosen = {known[key.replace("__", ".")]: Decimal(value) for key, value in settings.items()}
    scenario, faults = read_scenario("scenarios/what-if.toml", scenario_text("What if", "A test", chosen))
    assert faults == []
    assert scenario is not None
    place, found = under_scenarios(model.place, [scenario])
    found.raise_if_any()
    return Model(place)


def test_a_point_more_of_pay_is_the_scenario_of_the_same_in_words() -> None:
    """The example's own scenario adds a point to both trusts from 2016/17; from the start it costs more."""
    model = read_place(LLR)
    both = under(model, rate__RWE__pay_inflation="1.0", rate__RT5__pay_inflation="1.0").project()
    plan, shipped = model.project(), model.scenario("pay-award").project()

    assert both.perimeter_position("2018/19") < shipped.perimeter_position("2018/19")
    assert shipped.perimeter_position("2018/19") < plan.perimeter_position("2018/19")


def test_delivery_scales_what_an_intervention_does() -> None:
    model = read_place(LLR)
    before, after = model.project(), under(model, delivery__cip="50").project()

    assert sum(after.impact("2018/19")["cip"].values()) == pytest.approx(
        sum(before.impact("2018/19")["cip"].values()) / 2
    )


def test_a_value_moves_both_sides() -> None:
    model = read_place(NORTHMOOR)
    year = str(model.place.base_year)
    before, after = model.project(), under(model, value__C01="10").project()

    assert after.position("RN1", year) - before.position("RN1", year) == pytest.approx(6000)
    assert after.position("NM1", year) - before.position("NM1", year) == pytest.approx(-6000)


def test_what_stands_where_the_plan_has_it_changes_nothing() -> None:
    known = levers_of(read_place(NORTHMOOR).place)

    text = scenario_text("x", "y", {lever: lever.stands_at for lever in known.values()})

    assert "[[change]]" not in text


@pytest.mark.parametrize("place", [NORTHMOOR, LLR], ids=["northmoor", "llr-2014"])
def test_every_lever_of_the_examples_can_be_moved_to_both_ends(place: Path) -> None:
    model = read_place(place)
    known = levers_of(model.place)
    assert {lever.kind for lever in known.values()} == set(KINDS) - ({"delay"} if place == LLR else set())
    for key, lever in known.items():
        for end in (lever.range.lowest, lever.range.highest):
            if end == lever.stands_at:
                continue
            scenario, faults = read_scenario("scenarios/x.toml", scenario_text("x", "y", {lever: end}))
            assert faults == [], key
            assert scenario is not None
            _, found = under_scenarios(model.place, [scenario])
            assert [
                fault for fault in found if fault.kind not in ("value out of range", "year outside the plan")
            ] == [], key


@pytest.mark.parametrize("text", ["", "x", "NaN", "Infinity", "1e9", "3.1", "-3.1", "٣٤٥"])
def test_a_setting_that_is_none_is_refused(text: str) -> None:
    lever = levers_of(read_place(NORTHMOOR).place)["rate.all.pay_inflation"]

    with pytest.raises(NotALever):
        lever.set_to(text)


def test_every_range_says_where_it_comes_from() -> None:
    for kind in KINDS:
        assert range_of(kind).source
        assert range_of(kind).lowest < range_of(kind).highest
