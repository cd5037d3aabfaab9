"""For any place and interventions: the laws of the model, and agreement with the slow implementation."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from leftshift.economy.checking import run_checks
from leftshift.economy.result import Result, run
from leftshift.foundation.years import FinancialYear
from leftshift.model import from_document, read_place
from leftshift.place.place import Place
from leftshift.place.writing import document, write_place
from tests.library.places import places
from tests.library.slow_economy import Slow


def close(left: float, right: float, scale: float = 0.0) -> bool:
    return abs(left - right) <= 1e-3 + 1e-9 * max(abs(left), abs(right), scale)


@given(places())
def test_it_agrees_with_the_slow_implementation(place: Place) -> None:
    result, slow = run(place), Slow(place).run()

    for year in place.years:
        for organisation in result.organisations:
            assert close(
                result.do_nothing_position(organisation, year), slow.do_nothing[organisation, year], 1e6
            )
            assert close(result.position(organisation, year), slow.plan[organisation, year], 1e6)
        for stage in ("plan", "do_nothing", "comparison"):
            for intervention, by_organisation in result.impact(year, stage=stage).items():
                for organisation, amount in by_organisation.items():
                    assert close(amount, slow.impact[intervention, organisation, year], 1e6)


@given(places())
def test_the_bridge_sums_to_closing_minus_do_nothing(place: Place) -> None:
    result = run(place)

    for year in place.years:
        moved = result.perimeter_position(year) - result.perimeter_position(year, do_nothing=True)
        assert close(sum(result.bridge(year).values()), moved, 1e6)
        assert result.gap(year) == -result.perimeter_position(year, do_nothing=True)


@given(places())
def test_payments_inside_the_perimeter_cancel(place: Place) -> None:
    whole = tuple(replace(row, share=1.0) for row in place.perimeters)
    inside = {row.code for row in place.organisations}
    without = [row for row in place.contracts if not {row.payer, row.payee} <= inside]
    kept = [row for row in place.contracts if {row.payer, row.payee} <= inside]
    flat = tuple(
        row for row in place.lines if row.service != "cost"
    )  # a cost that follows activity is a resource, and moves
    with_payments = replace(
        place,
        perimeters=whole,
        contracts=(*without, *kept),
        lines=flat,
        interventions=(),
        effects=(),
        stated_effects=(),
    )
    without_payments = replace(with_payments, contracts=tuple(without))

    left, right = run(with_payments), run(without_payments)

    for year in place.years:
        assert close(left.perimeter_position(year), right.perimeter_position(year), 1e7)


@given(places(), st.randoms(use_true_random=False))
def test_reordering_rows_changes_nothing(place: Place, chance: random.Random) -> None:
    tables = (
        "organisations",
        "perimeters",
        "services",
        "derivations",
        "assumptions",
        "contracts",
        "lines",
        "interventions",
        "profiles",
        "rules",
        "effects",
        "stated_effects",
        "resources",
        "steps",
    )
    mixed = place.with_tables(
        **{name: tuple(chance.sample(place.table(name), len(place.table(name)))) for name in tables}
    )

    left, right = run(place), run(mixed)

    assert mixed.fingerprint == place.fingerprint
    for year in place.years:
        assert left.bridge(year) == right.bridge(year)
        for organisation in left.organisations:
            assert left.position(organisation, year) == right.position(organisation, year)
            assert left.do_nothing_position(organisation, year) == right.do_nothing_position(
                organisation, year
            )


@given(places())
def test_write_then_read_gives_the_same_place(place: Place) -> None:
    with TemporaryDirectory() as folder:
        write_place(place, Path(folder, "place"))
        again = read_place(Path(folder, "place")).place

    assert again == place
    assert again.fingerprint == place.fingerprint
    assert from_document(document(place)).place == place


@given(places())
def test_every_consistency_check_of_balance_passes(place: Place) -> None:
    checks = {entry.check: entry for entry in run_checks(run(place))}

    for name in (
        "Every payment has two sides",
        "The bridge leads from the gap to the closing position",
        "Payments inside the perimeter cancel",
    ):
        assert checks[name].passed, checks[name].detail


@given(places())
def test_the_ledger_of_transfers_gives_every_position(place: Place) -> None:
    result = run(place)
    stages = {row.intervention: row.stage for row in place.interventions}
    sums: dict[tuple[str, str], float] = {}
    for payer, payee, _, year, amount, cause, *_ in result.tables()["transfers"].iter_rows():
        if stages.get(cause, "plan") != "comparison":
            sums[payer, year] = sums.get((payer, year), 0.0) - amount
            sums[payee, year] = sums.get((payee, year), 0.0) + amount

    assert_positions(result, sums)


def assert_positions(result: Result, sums: dict[tuple[str, str], float]) -> None:
    for organisation in result.organisations:
        for year in result.years:
            assert isinstance(year, FinancialYear)
            assert close(result.position(organisation, year), sums.get((organisation, year.label), 0.0), 1e7)


@given(places())
def test_the_drivers_sum_to_the_gap(place: Place) -> None:
    result = run(place)

    for year in place.years:
        assert close(sum(result.drivers(year).values()), result.gap(year), 1e7)
        for organisation in result.organisations:
            whole = sum(result.drivers(year, organisation).values())
            assert close(whole, -result.do_nothing_position(organisation, year), 1e7)


@given(places())
def test_what_growth_adds_is_shared_as_every_order_of_the_causes_says(place: Place) -> None:
    growth, slow = run(place).growth, Slow(place)
    flows = growth.economy.flows

    for at, row in enumerate(flows.rows[:6]):
        for number, year in enumerate(place.years):
            if row.recurrent and year > row.year:
                expected = slow.added_by(row, year)
                for cause, added in growth.by_cause.items():
                    assert close(added[number, at], expected[cause], row.value)


@given(places())
def test_a_flow_is_its_first_value_and_what_every_year_added(place: Place) -> None:
    result = run(place)
    growth, paid = result.growth, result.projection.flows[0]

    whole = growth.first_values + sum(np.cumsum(added, axis=0) for added in growth.by_cause.values())
    assert np.abs(whole - paid).max(initial=0.0) <= 1e-3 + 1e-9 * np.abs(paid).max(initial=0.0)
