"""A choice under draws: the same luck for every variant, and the simulation of what is chosen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from leftshift.economy.choosing.drawing import deterministic
from leftshift.economy.choosing.portfolio import Portfolio
from leftshift.economy.choosing.reading import question_of, read_question
from leftshift.economy.choosing.simulated import SetsWhatIsChosen, runs_of
from leftshift.economy.uncertainty.outputs import Output
from leftshift.model import Model, read_place
from leftshift.place.scenarios import read_scenario

NORTHMOOR = Path(__file__).parents[2] / "examples" / "northmoor"


@pytest.fixture(scope="module")
def model() -> Model:
    return read_place(NORTHMOOR)


def test_draws_are_those_of_a_simulation(model: Model) -> None:
    drawn = runs_of(model.place, 256, 5)(model.place)
    mine = model.simulate(draws=256, seed=5)

    for code in ("NM1", "RN1", "RN2"):
        node = drawn.economy.node[code]
        nothing = mine.values[mine.outputs.row[Output("do_nothing", code)]].T
        plan = mine.values[mine.outputs.row[Output("position", code)]].T
        assert np.allclose(drawn.do_nothing[:, :, node], nothing, atol=1e-6)
        assert np.allclose(drawn.with_plan[:, :, node], plan, atol=1e-6)


@pytest.mark.parametrize("measure", ["expected", "risk"])
def test_what_is_chosen_simulates_to_what_was_said(model: Model, measure: str) -> None:
    text = (NORTHMOOR / "portfolio.toml").read_text("utf-8")
    text = text.replace("[objective]", f'[objective]\nmeasure = "{measure}"')
    found = model.choose(question_of(text), runs=runs_of(model.place, 200, 3))

    scenario, faults = read_scenario("scenarios/chosen.toml", found.scenario())
    assert scenario is not None, faults
    under = Model(model.place.with_tables(scenarios=(scenario,))).scenario("chosen")
    simulated = under.simulate(draws=200, seed=3)
    closing = np.sort(simulated.of(simulated.figure("position"))[-1])

    said = closing.mean() if measure == "expected" else closing[:20].mean()
    assert found.value == pytest.approx(said, abs=0.01)


def test_risk_is_never_safer_by_choosing_for_the_expected(model: Model) -> None:
    question = read_question(NORTHMOOR / "portfolio.toml")
    runs = runs_of(model.place, 200, 3)
    safe = model.choose(replace(question, objective=replace(question.objective, measure="risk")), runs=runs)
    bold = model.choose(question, runs=runs)

    assert _worst(safe) >= _worst(bold) - 0.01
    assert _closing(bold).mean() >= _closing(safe).mean() - 0.01


def _worst(found: Portfolio) -> float:
    return float(np.sort(_closing(found))[:20].mean())


def _closing(found: Portfolio) -> np.ndarray:
    simulated = Model(found.place).simulate(draws=200, seed=3)
    values: np.ndarray = simulated.of(simulated.figure("position"))[-1]
    return values


def test_a_quantity_that_sets_a_delivery_is_refused(model: Model) -> None:
    rows = tuple(
        replace(row, how="set") if row.quantity == "savings_delivery" else row
        for row in model.place.uncertainty
    )

    with pytest.raises(SetsWhatIsChosen, match='write "times"'):
        runs_of(model.place.with_tables(uncertainty=rows), 100)


def test_a_place_where_nothing_is_uncertain_is_run_once(model: Model) -> None:
    assert runs_of(model.place.with_tables(uncertainty=(), correlations=()), 100) is deterministic
