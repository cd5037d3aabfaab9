"""Small numbers of disclosive measures: hidden, with what gives them away, wherever a figure could come out again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from leftshift.measures.opportunity import opportunity
from leftshift.measures.result import Measures
from leftshift.measures.series import HIDDEN
from leftshift.place import measure_rows as rows
from leftshift.place.place import Place
from tests.library.capacity_places import BY
from tests.library.measure_places import (
    AS_OF,
    LEAGUE,
    at,
    definition,
    efficiency,
    measure,
    months,
    observed,
    place,
    series_of,
    target,
)

SMALL = measure(disclosive=True, counted_in="people")


def shown(found: Place, period: str = "2016-04") -> dict[str, float | None]:
    """Whose numerator is shown, and which."""
    series = Measures(found, AS_OF).series
    return {
        of: point.numerator for (_, of), entry in series.items() if (point := entry.by_period.get(at(period)))
    }


def counts(**numerators: float) -> Place:
    """The districts, and what is not one, with a count each out of 10,000."""
    return place(measures=[SMALL], observations=[observed(of, "2016-04", count, 10_000) for of, count in numerators.items()])  # fmt: skip


# ------------------------------------------------------------------ by hand
def test_one_small_number_takes_the_smallest_other_with_it() -> None:
    """50 - 12 - 33 = 5 would be known: west, the cheapest to hide, is hidden too; the county and north are shown."""
    assert shown(counts(east=5, west=12, north=33)) == {"county": 50, "east": None, "west": None, "north": 33}


def test_two_small_numbers_hide_each_other_if_their_sum_leaves_room() -> None:
    """3 + 6 = 9 leaves each of them 2 to 7: narrower than 1 to 7, so that north is hidden too."""
    found = shown(counts(east=3, west=6, north=33))

    assert found["east"] is None
    assert found["west"] is None


def test_one_to_the_threshold_are_hidden_and_nought_is_not() -> None:
    assert shown(counts(east=0, west=8, north=33)) == {"county": 41, "east": 0, "west": 8, "north": 33}
    for count in (1, 7):
        assert shown(counts(p1=count))["p1"] is None
    assert shown(counts(p1=8))["p1"] == 8


def test_a_lower_threshold_hides_less_and_nought_hides_nothing() -> None:
    found = counts(p1=5)
    for threshold, numerator in (("4", 5), ("5", None), ("0", 5)):
        chosen = place(
            measures=[SMALL], observations=found.observations, settings={"small_numbers": threshold}
        )
        assert shown(chosen)["p1"] == numerator


def test_a_measure_that_is_not_disclosive_shows_all() -> None:
    found = place(observations=[observed("p1", "2016-04", 2, 10)])

    assert shown(found)["p1"] == 2


def test_over_three_levels_wholes_between_are_hidden_too() -> None:
    """county = east (e1 3, e2 40) + west (w1 50, w2 60): e2 keeps e1, so east is shown; were e1 alone, east and another would go."""
    deep = (
        rows.Area(area="county", name="County", **BY), rows.Area(area="east", name="East", part_of="county", **BY),
        rows.Area(area="west", name="West", part_of="county", **BY),
        *(rows.Area(area=code, name=code, part_of=whole, **BY) for code, whole in (("e1", "east"), ("e2", "east"), ("w1", "west"), ("w2", "west"))),
    )  # fmt: skip

    def found(**numerators: float) -> dict[str, float | None]:
        return shown(
            place(
                areas=deep, peers=(), measures=[SMALL],
                observations=[observed(of, "2016-04", count, 10_000) for of, count in numerators.items()],
            )
        )  # fmt: skip

    assert found(e1=3, e2=40, w1=50, w2=60) == {"e1": None, "e2": None, "w1": 50, "w2": 60, "east": 43, "west": 110, "county": 153}  # fmt: skip
    alone = found(e1=3, w1=50, w2=60)
    assert alone["e1"] is None
    assert not {"east", "county"} & set(alone), "a whole of which a part is silent is no sum"


def test_a_hidden_figure_keeps_nothing_but_its_place() -> None:
    found = series_of(
        place(
            measures=[SMALL],
            observations=[
                observed("p1", "2016-04", 5, 1000, revision=0),
                observed("p1", "2016-04", 6, 1000, revision=1, lower=1, upper=9, provisional=True),
            ],
        ),
        "p1",
    )

    [point] = found.points
    assert (point.value, point.lower, point.upper, point.numerator, point.denominator) == (None,) * 5
    assert (point.revised_from, point.revision, point.method) == (None, 0, "")
    assert (point.withheld, point.provisional) == (HIDDEN, True)


# ------------------------------------------------------------------ ways out, each of which was one or could be
def test_a_count_that_only_value_and_denominator_tell_is_hidden() -> None:
    """50 per 100,000 of 10,000 people are 5."""
    found = place(measures=[SMALL], observations=[observed("p1", "2016-04", None, 10_000, value=50)])

    assert series_of(found, "p1").points[0].withheld == HIDDEN


def test_a_plain_count_without_numerator_is_hidden() -> None:
    found = place(
        measures=[SMALL], measure_definitions=[definition(kind="count")],
        observations=[observed("p1", "2016-04", value=3)],
    )  # fmt: skip

    assert series_of(found, "p1").points[0].withheld == HIDDEN


def test_what_was_first_published_of_a_revised_figure_is_not_told() -> None:
    """First 5, then 12: the rate that was first published tells the 5."""
    found = place(
        measures=[SMALL],
        observations=[observed("p1", "2016-04", 5, 1000), observed("p1", "2016-04", 12, 1000, revision=1)],
    )

    [point] = series_of(found, "p1").points
    assert (point.numerator, point.revised_from, point.revision) == (12, None, 1)


def test_figures_by_another_definition_are_hidden_by_themselves() -> None:
    """By the old one 4, by the new one 20 of the same month."""
    found = place(
        measures=[SMALL],
        measure_definitions=[definition(version="old"), definition(version="new", since="2016-04")],
        observations=[observed("p1", "2016-04", 4, 1000, version="old"), observed("p1", "2016-04", 20, 1000)],
    )

    series = series_of(found, "p1")
    assert series.points[0].numerator == 20
    assert [point.withheld for point in series.older["old"]] == [HIDDEN]


def test_those_who_are_left_of_a_share_are_few_as_well() -> None:
    """95 of 100: 5 did not. 100 of 100: nobody did not. 3 of 3: only three were asked."""
    found = place(
        measures=[SMALL], measure_definitions=[definition(kind="proportion")],
        observations=[observed(of, "2016-04", x, n) for of, x, n in (("p1", 95, 100), ("p2", 100, 100), ("p3", 0, 3), ("p4", 50, 100))],
    )  # fmt: skip

    assert shown(found) == {"p1": None, "p2": 100, "p3": None, "p4": 50}


def test_a_mean_of_few_is_hidden_and_few_days_of_many_are_not() -> None:
    found = place(
        measures=[SMALL], measure_definitions=[definition(kind="mean")],
        observations=[observed("p1", "2016-04", 90, 3, deviation=1), observed("p2", "2016-04", 5, 40, deviation=1)],
    )  # fmt: skip

    assert shown(found) == {"p1": None, "p2": 5}


def test_no_year_is_forecast_from_what_is_left() -> None:
    figures = [observed("p1", period, count, 1000) for period, count in zip(months("2016-04", 8), [20, 5, 30, 20, 25, 20, 30, 20], strict=True)]  # fmt: skip
    hidden, plain = (place(measures=[row], observations=figures) for row in (SMALL, measure()))

    assert Measures(hidden, AS_OF).all[0].forecast is None
    assert Measures(plain, AS_OF).all[0].forecast is not None


@pytest.mark.parametrize("numerator", [-5, -0.4, 0.3, 7.4, 2e9])
def test_what_is_no_count_is_answered(numerator: float) -> None:
    """Less than nought counts nobody; any part of somebody is somebody."""
    found = place(
        measures=[SMALL], measure_definitions=[definition(kind="count")],
        observations=[observed(of, "2016-04", count) for of, count in (("east", numerator), ("west", 3), ("north", 50))],
    )  # fmt: skip

    assert shown(found)["west"] is None
    assert (shown(found)["east"] is None) is (0 < numerator < 7.5) or numerator == 2e9


# ------------------------------------------------------------------ whatever the numbers are
@st.composite
def families(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, int]]:
    """Area to whole, over two or three levels that need not be even, and the count of every smallest area."""
    parents, leaves = {"root": ""}, []
    for number in range(draw(st.integers(1, 4))):
        name = f"a{number}"
        parents[name] = "root"
        parts = draw(st.integers(0, 3))
        leaves += [f"{name}_{part}" for part in range(parts)] or [name]
        parents |= {f"{name}_{part}": name for part in range(parts)}
    few = st.one_of(st.integers(0, 9), st.integers(0, 9), st.integers(10, 60))
    return parents, {leaf: draw(few) for leaf in leaves}


def _sums(parents: dict[str, str], bodies: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A row for each whole: its parts less itself."""
    lines = []
    for whole in bodies:
        parts = [body for body in bodies if parents[body] == whole]
        if parts:
            lines.append([float(parents[body] == whole) - float(body == whole) for body in bodies])
    return np.array(lines).reshape(-1, len(bodies))


@given(families(), st.sampled_from(["1", "3", "5", "7"]))
def test_nothing_hidden_can_be_worked_out_by_subtraction(
    family: tuple[dict[str, str], dict[str, int]], threshold: str
) -> None:
    """A small second way: the sums as a linear system. No hidden number follows from those shown, nor from being no less than nought."""
    parents, leaves = family
    found = place(
        areas=[rows.Area(area=code, name=code, part_of=whole, **BY) for code, whole in parents.items()],
        peers=(), measures=[SMALL], settings={"small_numbers": threshold},
        observations=[observed(of, "2016-04", count, 100_000) for of, count in leaves.items()],
    )  # fmt: skip
    told = shown(found)
    bodies = sorted(told)
    assert set(bodies) == set(parents)
    totals = {
        body: sum(count for leaf, count in leaves.items() if _lies_in(leaf, body, parents)) for body in bodies
    }

    assert all(told[body] in (None, totals[body]) for body in bodies)
    assert all(told[body] is None for body in bodies if 1 <= totals[body] <= int(threshold))
    if not any(1 <= total <= int(threshold) for total in totals.values()):
        assert None not in told.values()

    hidden = [at for at, body in enumerate(bodies) if told[body] is None]
    sums = _sums(parents, bodies)[:, hidden]
    real = np.array([float(totals[bodies[place]]) for place in hidden])
    for place_, cell in enumerate(hidden):
        alone = np.eye(len(hidden))[place_]
        assert np.linalg.matrix_rank(np.vstack([sums, alone])) > np.linalg.matrix_rank(sums), bodies[cell]
        ends = [
            linprog(sign * alone, A_eq=sums, b_eq=sums @ real, bounds=(0, None)) for sign in (1, -1)
        ] if len(sums) else []  # fmt: skip
        low, high = (end.fun * sign if end.status == 0 else np.inf for end, sign in zip(ends, (1, -1), strict=True)) if ends else (0, np.inf)  # fmt: skip
        assert high - low >= 1 - 1e-6, bodies[cell]


def _lies_in(leaf: str, body: str, parents: dict[str, str]) -> bool:
    while leaf and leaf != body:
        leaf = parents[leaf]
    return leaf == body


def _everything(found: Place) -> str:
    """All that is said of a place, but for the stamp of what it was made from."""
    measures = Measures(found, AS_OF)
    tables = {name: table.to_dicts() for name, table in measures.tables().items()}
    return json.dumps([{**measures.document(), "fingerprint": ""}, tables], sort_keys=True)


def _rich(east: int, west: int, extra: int = 0) -> Place:
    """Targets of every kind, shares, peers, efficiencies, revisions and two definitions around two figures that are hidden."""
    figures = [
        row
        for period in months("2015-04", 24)
        for of, count in (("east", 20), ("west", 25), ("north", 33), ("p1", 31), ("p2", 40), ("p3", 35), ("p4", 50), ("RWE", 45))
        if not (period in (at("2016-09"), at("2015-09")) and of in ("east", "west"))
        for row in [observed(of, period, count + period.first.month % 3, 10_000)]
    ]  # fmt: skip
    for period in ("2015-09", "2016-09"):
        figures += [observed("east", period, east, 10_000), observed("west", period, west, 10_000)]
    figures += [
        observed("p5", "2017-03", 10 + extra, 10_000),
        observed("p5", "2017-03", 12, 10_000, revision=1),
    ]
    return place(
        measures=[
            measure(disclosive=True, peers="league", unit_value=100, price_year=None, counted_in="people")
        ],
        observations=figures,
        measure_targets=[
            target("0.9 * last year", "2016-04", "2017-03", of="east"),
            target("linear(baseline, best quartile)", "2016-04", "2017-03", of="west", baseline="2015/16"),
            target(
                "0.95 * last year",
                "2016-04",
                "2017-03",
                of="county",
                shared_by="proportional",
                baseline="2015/16",
            ),
            target("peer mean", "2016-04", "2017-03", of="RWE"),
        ],
        efficiencies=[efficiency("saving"), efficiency("other", reaching="target")],
    )


def test_two_places_that_differ_only_in_what_is_hidden_say_the_same() -> None:
    """3 + 12 and 5 + 10 are 15 people of two districts in one month: not a word or digit differs."""
    first, second = _rich(3, 12), _rich(5, 10)
    hidden = {of: point.withheld for of in ("east", "west", "north") for point in [series_of(first, of).by_period[at("2016-09")]]}  # fmt: skip

    assert hidden == {"east": HIDDEN, "west": HIDDEN, "north": ""}
    assert _everything(first) == _everything(second)
    assert _everything(first) == _everything(_rich(3, 12, extra=1))
    assert _everything(first) != _everything(_rich(3, 13))  # the county is shown


@given(st.integers(1, 7), st.integers(8, 60), st.integers(1, 6))
def test_moving_people_between_hidden_figures_changes_nothing_that_is_shown(
    east: int, west: int, moved: int
) -> None:
    first, second = (
        counts(east=east, west=west, north=70),
        counts(east=east + moved, west=west - moved, north=70),
    )
    assume(east + moved <= 7 and west - moved >= 8)
    assume([of for of, count in shown(first).items() if count is None] == [of for of, count in shown(second).items() if count is None])  # fmt: skip

    assert _everything(first) == _everything(second)


def test_a_place_without_disclosive_measures_is_left_alone() -> None:
    found = counts(east=1, west=2, north=3)
    plain = found.with_tables(measures=(replace(SMALL, disclosive=False),))

    assert None not in shown(plain).values()


def test_nothing_is_worked_out_from_what_small_numbers_leave() -> None:
    """East has 3 in April and 30 in May: no baseline, no last year and no opportunity of the 30 alone."""
    rows_ = [
        *(observed("east", f"2016-{month:02d}", 3 if month == 4 else 30, 10_000) for month in range(4, 13)),
        *(observed(peer, "2016-12", 10, 10_000) for peer in LEAGUE),
        *(observed("west", f"2016-{month:02d}", 50, 10_000) for month in range(4, 13)),
        *(observed("north", f"2016-{month:02d}", 50, 10_000) for month in range(4, 13)),
    ]
    asked = [
        target("baseline", "2017-04", "2017-06", of="east", baseline="2016/17"),
        target("0.5 * last year", "2017-07", "2017-09", of="east"),
        target("baseline", "2017-04", "2017-06", of="west", baseline="2016/17"),
    ]
    found = Measures(
        place(measures=[measure(disclosive=True, peers="league")], observations=rows_, measure_targets=asked),
        date(2018, 1, 1),
    )

    assert found.series["m", "east"].value_at(at("2016-04")) is None
    assert found.targets.at("m", "east", at("2017-04")) is None
    assert opportunity(found.place, found.series, "m", "east", "median") is None
    half = found.targets.at("m", "east", at("2017-07"))
    assert half is not None
    assert half.value == pytest.approx(150)


def test_the_one_part_without_a_figure_is_not_given_away_by_its_whole() -> None:
    """The county counts 53 of its own, east 30, west 20; of north nothing is known: that is 3, unless one more is hidden."""
    rows_ = [
        observed(of, "2016-04", count, 10_000) for of, count in (("county", 53), ("east", 30), ("west", 20))
    ]
    known = shown(place(measures=[SMALL], observations=rows_))

    assert None in known.values()
    wide = [
        observed(of, "2016-04", count, 10_000) for of, count in (("county", 90), ("east", 30), ("west", 20))
    ]
    assert None not in shown(place(measures=[SMALL], observations=wide)).values()
