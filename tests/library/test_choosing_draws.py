"""Portfolios over draws that a person can work out: what is expected, what is safe, and the frontier between; £000."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from leftshift.economy.choosing.drawing import Drawn, deterministic, drawn_of_cells
from leftshift.economy.choosing.portfolio import Portfolio, choose
from leftshift.economy.choosing.question import Objective, PositionLimit, Question, ResourceLimit
from leftshift.economy.result import run
from leftshift.place.place import Place
from leftshift.reports.portfolio import chosen_words, frontier_chart, frontier_sentence
from tests.library.choosing_places import LAST, NAMES, need, place_of
from tests.library.test_choosing_by_hand import BRINGS, NEXT, NOTHING, asked, bending


class Factors:
    """Draws in which each intervention brings so many times what it should: given by hand, one list for each."""

    def __init__(self, factors: Mapping[str, list[float]]) -> None:
        self.factors = factors

    def __call__(self, place: Place) -> Drawn:
        one = deterministic(place)
        names = [row.intervention for row in one.economy.interventions]
        many = len(next(iter(self.factors.values())))
        factor = np.array([self.factors.get(name, [1.0] * many) for name in names]).T
        touched = one.touched * factor[:, None, one.economy.cells.intervention]
        bent = replace(one.bent, activity=np.repeat(one.bent.activity, many, axis=0))
        return Drawn(one.economy, np.repeat(one.do_nothing, many, axis=0), touched, bent)


RISKY = Factors({"cut": [2.0, 2.0, 2.0, -1.0], "stay": [1.0, 1.0, 1.0, 1.0]})


def risky(measure: Any, share: float = 0.25, **more: Any) -> Portfolio:
    question = asked(
        objective=Objective(measure, share), interventions=("cut", "stay"), most_interventions=1, **more
    )
    place = place_of()
    kept = [row for row in place.interventions if row.intervention in ("cut", "stay")]
    effects = [row for row in place.effects if row.intervention in ("cut", "stay")]
    return choose(place.with_tables(interventions=tuple(kept), effects=tuple(effects)), question, runs=RISKY)


def test_the_best_that_can_be_expected_is_not_the_safest() -> None:
    expected, safe = risky("expected"), risky("risk")

    assert set(expected.taken) == {"cut"}  # (200 + 200 + 200 - 100) / 4 = 125, and 70 by stay
    assert expected.value == pytest.approx(NOTHING + (3 * 200 - 100) / 4)
    assert expected.measured("chosen", expected.risk) == pytest.approx(NOTHING - 100)
    assert set(safe.taken) == {"stay"}
    assert safe.value == pytest.approx(NOTHING + 70)


def test_the_worst_share_counts_part_of_a_draw() -> None:
    found = risky("risk", share=0.5)

    # the worst two of four: (-100 + 200) / 2 by cut, 70 by stay; at 0.75 (-100 + 200 + 200) / 3 = 100
    assert set(found.taken) == {"stay"}
    assert risky("risk", share=0.75).value == pytest.approx(NOTHING + (-100 + 200 + 200) / 3)
    three_and_a_half = risky("risk", share=0.875)
    assert three_and_a_half.value == pytest.approx(NOTHING + (-100 + 200 + 200 + 200 / 2) / 3.5)


@pytest.mark.parametrize("seed", range(6))
def test_of_many_draws_it_is_the_best_of_all_choices(seed: int) -> None:
    chance = np.random.default_rng(seed)
    factors = {name: list(chance.normal(1.0, 2.0, 60)) for name in NAMES}
    question = asked(objective=Objective("risk", 0.1), most_interventions=4)

    found = choose(place_of(), question, runs=Factors(factors))

    def worst(names: tuple[str, ...]) -> float:
        draws = sum((BRINGS[name] * np.array(factors[name]) for name in names), np.zeros(60))
        return float(np.sort(draws)[:6].mean())

    best = max(worst(names) for many in range(5) for names in combinations(NAMES, many))
    assert found.value == pytest.approx(NOTHING + best, abs=2e-3)
    assert found.proven


def test_a_limit_on_risk_is_a_limit() -> None:
    floor = PositionLimit("perimeter", LAST, float(NOTHING), "risk")
    found = risky("expected", share=0.25, position_limits=(floor,))

    assert set(found.taken) == {"stay"}


def test_the_frontier_leads_from_what_expects_most_to_what_is_safest() -> None:
    points = risky("expected").frontier(5)

    assert [point.expected for point in points] == pytest.approx([NOTHING + 125, NOTHING + 70])
    assert [point.risk for point in points] == pytest.approx([NOTHING - 100, NOTHING + 70])
    assert [point.saving for point in points] == pytest.approx([125, 70])
    assert [set(point.taken) for point in points] == [{"cut"}, {"stay"}]


def test_the_frontier_of_scales_has_as_many_points_as_asked_for() -> None:
    place = place_of()
    question = Question(
        starts="as_planned", lowest=0.0, interventions=("cut", "stay"), objective=Objective(share=0.25),
        resource_limits=(ResourceLimit("capital", "total", 3.0),),
    )  # fmt: skip
    place = place.with_tables(resources=(need("cut", NEXT, 3), need("stay", NEXT, 3)))
    points = choose(place, question, runs=RISKY).frontier(5)

    # the rest of the plan stays: every part of the capital that goes from cut to stay makes it 170 safer and 55 poorer
    assert len(points) == 5
    steps = [point.risk - points[0].risk for point in points]
    assert steps == pytest.approx([0, 170 / 4, 170 / 2, 170 * 3 / 4, 170], abs=0.01)
    assert [points[0].expected - point.expected for point in points] == pytest.approx(
        [0, 55 / 4, 55 / 2, 55 * 3 / 4, 55], abs=0.01
    )


def test_one_run_has_a_frontier_of_one_point() -> None:
    assert len(choose(place_of(), asked()).frontier(5)) == 1


def only_positions(place: Place) -> Drawn:
    """A run of which only positions and cells are kept, as of a simulation."""
    one = deterministic(place)
    return drawn_of_cells(one.economy, one.do_nothing, one.touched)


def test_positions_alone_are_enough_where_nothing_bends() -> None:
    found = choose(place_of(), asked(most_interventions=2), runs=only_positions)

    assert found.proven
    assert set(found.taken) == {"cut", "stay"}


def test_where_a_contract_bends_positions_alone_prove_nothing_and_keep_to_every_limit() -> None:
    floor = 900.0  # of CAA, that pays K1 and gains by what is taken out of it
    question = asked(position_limits=(PositionLimit("CAA", LAST, floor),), most_interventions=3)
    found = choose(bending(), question, runs=only_positions)

    assert not found.proven
    assert run(found.place).position("CAA", LAST) >= floor - 1e-3
    assert found.value == pytest.approx(run(found.place).perimeter_position(LAST))


def test_the_frontier_is_told_in_words_and_drawn() -> None:
    found = risky("expected")
    points = found.frontier()

    assert frontier_sentence(found, points) == (
        "From its one end to the other the worst 25% of draws come out £0.2m better, for £0.1m less that is expected."
    )
    assert [chosen_words(found, point) for point in points] == ["as above", "with stay; without cut"]
    values = frontier_chart(found, points)["data"]["values"]
    assert values == [
        {"risk": 0.8, "saving": 0.125, "label": "1"},
        {"risk": 0.97, "saving": 0.07, "label": "2"},
    ]
