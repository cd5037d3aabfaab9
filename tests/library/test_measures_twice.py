"""Small random places: the library and a slow second way give the same figures, and the order of rows changes nothing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leftshift.measures.result import Measures
from leftshift.place.place import Place
from tests.library import slow_measures as slow
from tests.library.capacity_places import HOSPITAL
from tests.library.measure_places import (
    AS_OF,
    DISTRICTS,
    efficiency,
    measure,
    months,
    observed,
    place,
    target,
)

BODIES = ("county", *DISTRICTS)
SEEN = months("2016-04", 14)
BASELINE = SEEN[:12]


def _place(seed: int) -> Place:
    """A county and districts over fourteen months, with gaps, revisions, nobody, targets of its own and shared ones."""
    luck = Random(seed)
    bodies = [*luck.sample(BODIES, luck.randint(1, len(BODIES))), HOSPITAL]
    figures = [
        observed(of, period, luck.randint(0, 60), luck.choice([1000, 1000, 2500, 0]), revision=revision)
        for of in bodies
        for period in SEEN
        for revision in range(luck.choice([0, 1, 1, 1, 1, 2]))
    ]
    expressions = ["0.98 * last_year", "0.9 * baseline", "1.1 * baseline"]
    hows: list[Any] = ["", "same", "proportional", "catching_up"]
    goals = [
        target(luck.choice(expressions), "2017-04", "2018-06", of=of, shared_by=luck.choice(hows) if of == "county" else "")
        for of in luck.choice([[], ["county"], ["county"], ["east"], ["county", "east"]])
    ]  # fmt: skip
    savings = [
        efficiency(f"e{at}", reaching="level", level=luck.randint(0, 5000), unit_value=luck.randint(0, 99), overlaps=luck.choice([None, "x", "y"]))
        for at in range(luck.randint(0, 4))
    ]  # fmt: skip
    return place(
        measures=[measure(amber=0.1)], observations=figures, measure_targets=goals, efficiencies=savings
    )


seeds = st.integers(0, 10**9)


def same(found: float | None, other: Fraction | None) -> None:
    """Tolerance: 1e-9 of the figure."""
    assert (found is None) is (other is None), (found, other)
    if found is not None and other is not None:
        assert found == pytest.approx(float(other), rel=1e-9, abs=1e-9)


@given(seeds)
@example(5)  # all parts behind: to a computer they may need more than all of their way
def test_series_targets_ratings_and_savings_agree_with_the_slow_way(seed: int) -> None:
    found = _place(seed)
    measures = Measures(found, AS_OF)
    for of in BODIES:
        series = measures.series.get(("m", of))
        for period in SEEN:
            same(series.value_at(period) if series else None, slow.rate(slow.figure(found, of, period)))
        for period in months("2017-04", 15):
            aim = measures.targets.at("m", of, period)
            same(aim.value if aim else None, slow.target(found, of, period, BASELINE))
        entry = measures.of("m", of)
        if entry and entry.rating and entry.latest:
            value, wanted = slow.rate(slow.figure(found, of, entry.latest.period)), slow.target(found, of, entry.latest.period, BASELINE)  # fmt: skip
            assert value is not None
            assert wanted is not None
            close = abs(abs(value - wanted) - wanted / 10) < Fraction(1, 10**6) or abs(
                value - wanted
            ) < Fraction(1, 10**6)
            assert close or entry.rating.colour == slow.colour(value, wanted, Fraction(1, 10))


@given(seeds)
def test_the_register_agrees_with_the_slow_way(seed: int) -> None:
    """The last twelve months before the latest figure, brought up to a year."""
    found = _place(seed)
    register = Measures(found, AS_OF).savings
    last = next((period for period in reversed(SEEN) if slow.rate(slow.figure(found, HOSPITAL, period)) is not None), None)  # fmt: skip
    worths = []
    for row in found.efficiencies:
        if last is None:
            continue
        year = [period for period in SEEN if last.plus(-12).first < period.first <= last.first]
        counts = [each for period in year if (each := slow.figure(found, HOSPITAL, period)) and each[1]]
        people = sum((n for _, n in counts), Fraction()) / Fraction(len(counts), 12)
        own = slow.level(found, HOSPITAL, year)
        assert own is not None
        gap = max(own - Fraction(row.level or 0), Fraction())
        worths.append((row, gap * people / 100_000 * Fraction(row.unit_value or Decimal()) / 1000))

    assert register.total == pytest.approx(float(slow.counted(worths)), rel=1e-9, abs=1e-9)


@settings(max_examples=8)
@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(seed: int, luck: Any) -> None:
    found = _place(seed)
    tables = {}
    for table in ("areas", "peers", "measure_definitions", "observations", "measure_targets", "efficiencies"):
        rows = list(found.table(table))
        luck.shuffle(rows)
        tables[table] = tuple(rows)
    first, second = (Measures(each, AS_OF).document() | {"fingerprint": ""} for each in (found, found.with_tables(**tables)))  # fmt: skip

    assert first == second
