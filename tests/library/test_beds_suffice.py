"""The chance that beds suffice: against a slow sum, without variance, and on shared draws."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from leftshift.capacity.beds.seasons import DAYS, mean_factor, monthly_factors, peak_factor
from leftshift.capacity.beds.sufficing import Stopped
from leftshift.capacity.result import Capacity
from leftshift.economy.uncertainty.drawing import Drawing
from leftshift.economy.uncertainty.drawn import DrawOutOfRange
from leftshift.economy.uncertainty.streams import Streams
from leftshift.place.place import Place
from tests.library.activity_places import southmoor


def certain() -> Place:
    return southmoor().with_tables(uncertainty=(), correlations=())


def at_most(beds: int, mean: float) -> float:
    """The chance that no more than so many lie there, term by term."""
    return sum(
        math.exp(-mean + number * math.log(mean) - math.lgamma(number + 1)) for number in range(beds + 1)
    )


def test_the_chance_is_a_sum_over_days_of_the_chance_that_no_more_lie_there() -> None:
    capacity = Capacity(certain())
    found = capacity.beds_suffice()
    pool = next(at for at, pool in enumerate(found.pools) if pool.bed_type == "community")
    lying = 1200 * 22 + 900 * 24  # bed days of the base year
    months = monthly_factors(certain(), "community")
    by_day = [at_most(150, lying / 365 * factor) for factor in months]

    assert found.suffice[0, pool] == pytest.approx(np.average(by_day, weights=DAYS))
    assert found.in_peak_month[0, pool] == pytest.approx(by_day[int(np.argmax(months))])


def test_winter_is_fuller_than_the_year_and_the_factors_mean_one() -> None:
    assert mean_factor(monthly_factors(certain(), "acute")) == pytest.approx(1, abs=1e-3)
    assert peak_factor(certain(), "acute") > 1.05
    beds = Capacity(certain()).beds
    acute = next(at for at, pool in enumerate(beds.pools) if pool.bed_type == "acute")
    assert beds.peak[3, acute, 0] == pytest.approx(beds.needed[3, acute, 0] * peak_factor(certain(), "acute"))


def test_nobody_says_how_many_places_teams_have_so_there_is_no_chance() -> None:
    found = Capacity(certain()).beds_suffice()
    team = next(at for at, pool in enumerate(found.pools) if pool.bed_type == "team")

    assert np.isnan(found.suffice[:, team]).all()
    assert all(
        row["probability"] is None for row in found.document(certain().years) if row["bed_type"] == "team"
    )


def test_draws_without_variance_are_the_run_to_the_bit() -> None:
    """Every quantity drawn at what the plan says."""
    place = southmoor()
    plan = Capacity(place).activity
    values = {
        row.quantity: np.full(64, 0.0 if row.moves in ("rate", "delay") else 1.0) for row in place.uncertainty
    }

    drawn, run = plan.levels(values, 64), plan.levels()

    assert (drawn.products == run.products).all()


def test_a_draw_is_the_run_of_a_place_that_says_what_was_drawn() -> None:
    """Every draw is what its rates, deliveries and delays make of the plan, back-fill included."""
    place = southmoor()
    plan = Capacity(place).activity
    values = {name: found[:6] for name, found in Drawing(place, Streams(7, tuple(row.quantity for row in place.uncertainty))).block(0).items()}  # fmt: skip
    key = np.arange(len(plan.rows), dtype=np.int64)[plan.postings.row]
    drawn = plan.levels(values, 6).by(key, len(plan.rows), bed_days=True)

    for draw in range(6):
        said = _said(place, {name: float(found[draw]) for name, found in values.items()})
        assert drawn[:, :, draw] == pytest.approx(Capacity(said).levels.of_rows(bed_days=True))


def _said(place: Place, drawn: dict[str, float]) -> Place:
    quantities = {row.item: row for row in place.uncertainty}
    rates = tuple(
        replace(row, percent=(row.percent or 0) + drawn["demand"])
        if row.assumption == "other_growth_acute"
        else row
        for row in place.assumptions
    )
    interventions = []
    for row in place.interventions:
        quantity = quantities.get(row.intervention)
        value = drawn[quantity.quantity] if quantity else 0.0
        if quantity and quantity.moves == "delivery":
            row = replace(row, delivery=row.delivery * value)
        elif quantity:
            row = replace(row, delay_months=row.delay_months + round(value))
        interventions.append(row)
    return place.with_tables(assumptions=rates, interventions=tuple(interventions))


def test_the_same_seed_gives_the_same_and_another_does_not() -> None:
    capacity = Capacity(southmoor())

    once, again, other = (capacity.beds_suffice(draws=256, seed=seed) for seed in (3, 3, 4))

    assert (once.needed == again.needed).all()
    assert not (once.needed == other.needed).all()


def test_it_tells_where_it_stands_and_stops_when_asked() -> None:
    capacity, told = Capacity(southmoor()), list[tuple[int, int]]()

    capacity.beds_suffice(draws=1500, report=lambda done, most: told.append((done, most)))

    assert told == [(1024, 1500), (1500, 1500)]
    with pytest.raises(Stopped):
        capacity.beds_suffice(draws=1500, is_stopped=lambda: bool(told))


def test_a_draw_that_takes_more_than_there_is_is_answered() -> None:
    """All of the stays go in the plan, and a tenth more than the plan may be delivered."""
    everything = tuple(
        replace(row, percent=1.0, amount=None) if row.effect == "to_teams" else row
        for row in southmoor().activity_effects
    )
    both = tuple(replace(row, count=Decimal(0)) if row.activity in ("cottage_85", "cottage_new") else row for row in southmoor().activity)  # fmt: skip
    uncertain = tuple(replace(row, item="step_down", moves="delivery") if row.quantity == "stays_delivery" else row for row in southmoor().uncertainty if row.quantity != "team_delay")  # fmt: skip
    effects = tuple(row for row in everything if row.effect != "to_cottage")
    place = southmoor().with_tables(activity_effects=effects, activity=both, uncertainty=uncertain)

    with pytest.raises(DrawOutOfRange, match="community beds of RS2"):
        Capacity(place).beds_suffice(draws=256)
