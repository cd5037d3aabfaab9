"""What matters, stress tests, and goal seek: on a function with a known answer, and on the examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from leftshift.economy.uncertainty.goals import common_delivery, seek
from leftshift.economy.uncertainty.outputs import OrganisationNotKnown, Output
from leftshift.economy.uncertainty.sensitivity import sobol_indices
from leftshift.economy.uncertainty.simulating import Stopped
from leftshift.economy.uncertainty.streams import Streams
from leftshift.foundation.faults import FaultsFound
from leftshift.model import Model, ScenarioNotKnown, read_place
from leftshift.place.levers import NotALever, levers_of, scenario_text
from leftshift.place.scenarios import read_scenario

LLR, NORTHMOOR = (Path(__file__).parents[2] / "examples" / name for name in ("llr-2014", "northmoor"))


@pytest.fixture(scope="module")
def llr() -> Model:
    return read_place(LLR)


@pytest.fixture(scope="module")
def northmoor() -> Model:
    return read_place(NORTHMOOR)


# ---------------------------------------------------------------------- what matters
def ishigami(x: Any) -> Any:
    """f = sin x₁ + 7 sin² x₂ + 0.1 x₃⁴ sin x₁, each x between -π and π."""
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def ishigami_samples(blocks: int) -> Any:
    names = ("x1", "x2", "x3", "x1 again", "x2 again", "x3 again")
    streams = Streams(1, names)
    uniform = np.array([np.concatenate([streams.uniform(name, b) for b in range(blocks)]) for name in names])
    one, other = (2 * np.pi * uniform - np.pi).reshape(2, 3, -1)
    mixed = []
    for at in range(3):
        x = one.copy()
        x[at] = other[at]
        mixed.append(ishigami(x))
    return np.array([ishigami(one), ishigami(other), *mixed])


def test_sobol_indices_of_the_ishigami_function_are_those_of_theory() -> None:
    """Ishigami and Homma (1990), a = 7 and b = 0.1: the parts of the variance are integrals that can be worked out."""
    first_part = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2
    second_part = 7**2 / 8
    both_part = 8 * 0.1**2 * np.pi**8 / 225
    variance = first_part + second_part + both_part

    first, total = sobol_indices(ishigami_samples(16))

    assert first == pytest.approx(np.array([first_part, second_part, 0]) / variance, abs=0.01)
    assert total == pytest.approx(
        np.array([first_part + both_part, second_part, both_part]) / variance, abs=0.01
    )


def test_sobol_indices_are_those_of_scipy() -> None:
    figures = ishigami_samples(4)
    theirs = stats.sobol_indices(
        func={"f_A": figures[:1], "f_B": figures[1:2], "f_AB": figures[2:, None]}, n=figures.shape[1]
    )

    first, total = sobol_indices(figures)

    assert first == pytest.approx(theirs.first_order, abs=2e-3)
    assert total == pytest.approx(theirs.total_order, abs=2e-3)


def test_a_figure_that_never_varies_has_no_shares() -> None:
    first, total = sobol_indices(np.ones((4, 100)))

    assert not first.any()
    assert not total.any()


def test_shares_of_variance_hold_what_theory_says_of_them(llr: Model) -> None:
    shares = llr.sensitivity("2018/19", draws=4096).shares

    assert sum(share.first for share in shares) == pytest.approx(
        1.0, abs=0.05
    )  # nearly a sum of its quantities
    for share in shares:
        assert share.first_interval[0] <= share.first <= share.first_interval[1]
        assert share.total_interval[0] <= share.total <= share.total_interval[1]
        assert share.total >= share.first - 0.03
    assert shares == tuple(sorted(shares, key=lambda share: -share.total))
    assert shares == llr.sensitivity("2018/19", draws=4096).shares
    together = {name for share in shares for name in share.quantities}
    assert together == {row.quantity for row in llr.place.uncertainty}


def test_correlated_quantities_share_one_share(northmoor: Model) -> None:
    groups = {share.quantities for share in northmoor.sensitivity(draws=1024).shares}

    assert ("allocations", "other_prices", "pay") in groups
    assert ("left_shift_delivery", "savings_delivery") in groups
    assert ("demography",) in groups


def test_what_matters_can_be_stopped(llr: Model) -> None:
    with pytest.raises(Stopped):
        llr.sensitivity(is_stopped=lambda: True)


def test_the_tornado_is_the_run_with_one_input_moved(northmoor: Model) -> None:
    bars = {bar.quantity.quantity: bar for bar in northmoor.sensitivity("2027/28", only_tornado=True).bars}
    planned = northmoor.project().perimeter_position("2027/28")

    low, high = bars["other_trusts_contract"].figures
    for value, figure in zip(bars["other_trusts_contract"].ends, (low, high), strict=True):
        contract = next(row for row in northmoor.place.contracts if row.contract == "C08")
        lever = levers_of(northmoor.place)[f"value.{contract.contract}"]
        moved = under(northmoor, scenario_text("x", "x", {lever: round_to((value - 1) * 100)}))
        assert moved.project().perimeter_position("2027/28") == pytest.approx(figure, abs=0.01)
    assert low < planned < high
    swings = [abs(bar.swing) for bar in northmoor.sensitivity("2027/28", only_tornado=True).bars]
    assert swings == sorted(swings, reverse=True)


def round_to(value: float) -> Any:
    from decimal import Decimal

    return Decimal(f"{value:.9f}")


def under(model: Model, text: str) -> Model:
    scenario, faults = read_scenario("scenarios/x.toml", text)
    assert scenario is not None, faults
    return Model(model.place.with_tables(scenarios=(scenario,))).scenario("x")


# ---------------------------------------------------------------------- stress tests
@pytest.mark.parametrize("example", ["llr", "northmoor"])
def test_shocks_alone_and_together_are_runs_under_scenarios(
    example: str, request: pytest.FixtureRequest
) -> None:
    model: Model = request.getfixturevalue(example)
    year = model.place.last_year
    found = model.stress()

    codes = {shock.code for shock in found.shocks(year)}
    alone = {code: model.scenario(code).project().perimeter_position(year) for code in codes}
    planned = model.project().perimeter_position(year)

    assert len(codes) == 5
    assert {shock.code: shock.perimeter for shock in found.shocks(year)} == alone
    assert found.all_together(year).perimeter == model.scenario(*sorted(codes)).project().perimeter_position(
        year
    )
    assert found.acting_together(year) == pytest.approx(
        found.all_together(year).perimeter_move - sum(value - planned for value in alone.values())
    )
    for shock in found.shocks(year):
        assert shock.moves[shock.hardest] == min(shock.moves.values()) < 0


def test_stress_names_what_there_is_not(northmoor: Model) -> None:
    with pytest.raises(ScenarioNotKnown, match="did you mean"):
        northmoor.stress("cold-winters")
    with pytest.raises(ScenarioNotKnown, match='kind = "stress"'):
        Model(northmoor.place.with_tables(scenarios=())).stress()


def test_shocks_that_set_the_same_input_are_refused(llr: Model) -> None:
    slow = next(row for row in llr.place.scenarios if row.code == "slow-delivery")
    twice, _ = read_scenario("scenarios/slower.toml", slow.text)
    assert twice is not None

    with pytest.raises(FaultsFound, match="set twice"):
        Model(llr.place.with_tables(scenarios=(slow, twice))).stress()


# ---------------------------------------------------------------------- goal seek
@pytest.mark.parametrize(
    ("lever", "organisation"),
    [
        ("rate.all.pay_inflation", ""),
        ("value.L09", "RN1"),
        ("rate.all.allocation_growth", "NM1"),
        ("delivery.hospital_cip", "RN1"),
    ],
)
def test_a_goal_is_what_the_run_says(northmoor: Model, lever: str, organisation: str) -> None:
    found = northmoor.goal(lever, "2027/28", organisation)
    assert found.needed is not None

    dial = levers_of(northmoor.place)[lever]
    setting = found.needed * 100 if dial.kind in ("delivery", "rate") else (found.needed - 1) * 100
    run = under(northmoor, scenario_text("x", "x", {dial: round_to(setting)})).project()
    closing = run.position(organisation, "2027/28") if organisation else run.perimeter_position("2027/28")

    assert closing == pytest.approx(0.0, abs=1.0)
    assert closing >= -0.002
    assert found.position_then == pytest.approx(closing, abs=0.01)


def test_a_common_delivery_scales_every_intervention(llr: Model) -> None:
    found = llr.goal("delivery", "2018/19")
    assert found.needed is not None
    scaled = tuple(
        row if row.stage != "plan" else _delivered(row, found.needed) for row in llr.place.interventions
    )

    closing = Model(llr.place.with_tables(interventions=scaled)).project().perimeter_position("2018/19")

    assert found.is_met
    assert closing == pytest.approx(0.0, abs=10.0)
    assert found.position_then == pytest.approx(closing, abs=0.01)


def _delivered(row: Any, share: float) -> Any:
    from dataclasses import replace

    return replace(row, delivery=row.delivery * share)


def test_it_says_so_when_no_value_closes_the_gap(northmoor: Model) -> None:
    found = northmoor.goal("delivery", "2027/28")

    assert not found.is_met
    assert found.needed is None
    assert found.position_then is None
    assert found.best == pytest.approx(1.2)
    assert found.best_position < 0
    assert found.best_position == max(position for _, position in found.curve)


def test_a_delay_takes_whole_months(northmoor: Model) -> None:
    found = seek(
        northmoor.place,
        common_delivery(northmoor.place),
        Output("position", "RN2"),
        len(northmoor.place.years) - 1,
    )
    late = northmoor.goal("delay.hospital_cip", "2027/28", "RN1")

    assert found.curve
    assert {value for value, _ in late.curve} == set(range(25))


def test_wrong_questions_are_answered(northmoor: Model) -> None:
    with pytest.raises(NotALever, match=r"did you mean rate\.all\.pay_inflation"):
        northmoor.goal("rate.all.pay_inflatoin")
    with pytest.raises(OrganisationNotKnown, match="did you mean RN1"):
        northmoor.goal("delivery", organisation="RN11")
    with pytest.raises(ValueError, match="not below"):
        northmoor.goal("delivery", low=1.0, high=0.5)
