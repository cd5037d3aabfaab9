"""What reaching a level of peers is worth, and the savings register: by hand."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.measures.opportunity import Opportunity, opportunity
from leftshift.measures.result import Measures
from leftshift.measures.savings import Register
from leftshift.place import measure_rows as rows
from leftshift.place.place import Place
from tests.library.capacity_places import BY, HOSPITAL, OTHER
from tests.library.measure_places import (  # fmt: skip
    AS_OF,
    LEAGUE,
    at,
    booking,
    definition,
    efficiency,
    measure,
    months,
    observed,
    place,
    target,
)

LEVELS = dict(zip(LEAGUE, (10, 12, 14, 18, 30), strict=True))
"""Of 1,000 people a month: 1,000, 1,200, 1,400, 1,800, 3,000 per 100,000; better quartile 1,200, middle 1,400, mean 1,680."""


def compared(own: float = 20, count: int = 12, people: float = 1000, **tables: Any) -> Place:
    """A year of months of the hospital and its peers."""
    figures = [
        observed(of, period, x, n)
        for period in months("2016-04", count)
        for of, x, n in ((HOSPITAL, own * people / 1000, people), *((code, x, 1000) for code, x in LEVELS.items()))
    ]  # fmt: skip
    given_measures = tables.pop("measures", [measure(peers="league", unit_value=50)])
    return place(**{"measures": given_measures, "observations": figures, **tables})


def worth(found: Place, reaching: str = "best_quartile", **more: Any) -> Opportunity | None:
    measures = Measures(found, AS_OF)
    return opportunity(found, measures.series, "m", HOSPITAL, reaching, **more)


def sure(found: Opportunity | None) -> Opportunity:
    assert found is not None
    return found


# ------------------------------------------------------------------ opportunity
@pytest.mark.parametrize(
    ("reaching", "level"), [("best_quartile", 1200), ("median", 1400), ("best", 1000), ("mean", 1680)]
)
def test_gap_units_and_pounds(reaching: str, level: float) -> None:
    """2,000 against the level; 12,000 person-months in a year: a gap of 800 is 96 admissions, at £50 each £4,800."""
    found = sure(worth(compared(), reaching))

    assert found.level == pytest.approx(level)
    assert found.gap == pytest.approx(2000 - level)
    assert found.units == pytest.approx((2000 - level) * 12_000 / 100_000)
    assert found.pounds == pytest.approx((2000 - level) * 12_000 / 100_000 * 50)
    assert len(found.peers) == 5
    if reaching == "best":
        assert (found.lower, found.upper) == (None, None), "an extreme of noisy peers has no honest interval"
        return
    assert found.lower is not None
    assert found.upper is not None
    assert 0 <= found.lower < (found.units or 0) < found.upper
    assert found.pounds_lower == pytest.approx(found.lower * 50)


def test_who_is_ahead_has_nothing_to_gain_and_never_less_than_nothing() -> None:
    found = sure(worth(compared(own=5)))

    assert (found.gap, found.units, found.pounds, found.lower, found.beyond_chance) == (0, 0, 0, 0, None)


def test_higher_is_better_turns_it_round() -> None:
    """The better quartile is 1,800 now: 20 of 1,000 are ahead, 10 are 800 behind."""
    given_measures = [measure(better="higher", peers="league", unit_value=50)]

    assert sure(worth(compared(own=20, measures=given_measures))).gap == 0
    assert sure(worth(compared(own=10, measures=given_measures))).gap == pytest.approx(800)
    assert worth(compared(measures=[measure(better="neither", peers="league")])) is None


def test_beyond_chance_is_what_lies_outside_its_own_interval() -> None:
    """Given intervals of ±196 a month: an error of 100, of the mean of twelve 100 / √12 = 28.87; 1.96 of it 56.58 of the gap of 800."""
    plain = compared()
    figures = [
        observed(row.of, row.period, float(row.numerator or 0), float(row.denominator or 0), lower=2000 - 195.9963985, upper=2000 + 195.9963985)
        if row.of == HOSPITAL else row for row in plain.observations
    ]  # fmt: skip
    found = sure(worth(plain.with_tables(observations=tuple(figures))))

    assert found.standing.error == pytest.approx(100 / sqrt(12))
    assert found.beyond_chance == pytest.approx((800 - 1.9599639845 * 100 / sqrt(12)) / 800)


def test_the_error_is_weighted_as_the_level_is() -> None:
    """Two months of 1,000 and 9,000 people, each with an error of 100: √(1² + 9²) / 10 × 100 = 90.55; evenly it would be 70.7."""
    figures = [
        observed(HOSPITAL, month, x, n, lower=2000 - 195.9963985, upper=2000 + 195.9963985)
        for month, x, n in (("2016-04", 20, 1000), ("2016-05", 180, 9000))
    ]
    found = sure(worth(compared().with_tables(observations=tuple(figures)), level=1000))

    assert found.standing.error == pytest.approx(sqrt(82) * 10)


def test_half_a_year_is_brought_up_to_a_year() -> None:
    assert sure(worth(compared(count=6))).units == pytest.approx(96)
    assert sure(worth(compared(count=36))).units == pytest.approx(96)  # and of three years the last


def test_only_the_year_by_the_latest_definition_counts() -> None:
    """Nine months by the old one, three by the new: those three, brought up to a year."""
    two = [definition(version="old"), definition(version="new", since="2017-01")]
    figures = [*compared(own=99, count=9).observations, *(row for row in compared().observations if row.period >= at("2017-01"))]  # fmt: skip
    found = sure(worth(compared(measure_definitions=two).with_tables(observations=tuple(figures))))

    assert [found.standing.level, found.units] == pytest.approx([2000, 96])


def test_counts() -> None:
    """100 a month against a level of 90: 120 a year; in thousands 120,000 of what is counted."""
    figures = [observed(HOSPITAL, period, 100) for period in months("2016-04", 12)]
    found = sure(worth(place(measures=[measure(unit_value=2)], measure_definitions=[definition(kind="count")], observations=figures), "level", level=90))  # fmt: skip
    assert (found.gap, found.units, found.pounds) == (10, 120, 240)

    thousands = [observed(HOSPITAL, period, 100_000) for period in months("2016-04", 12)]
    found = sure(worth(place(measure_definitions=[definition(kind="count", multiplier=0.001)], observations=thousands), "level", level=90))  # fmt: skip
    assert [found.gap, found.units] == pytest.approx([10, 120_000])
    assert found.pounds is None


def test_days_of_a_year_are_a_year() -> None:
    """365 days that end on the 31st, not three more."""
    figures = [
        observed(HOSPITAL, at("2016-12-01").plus(day), 1 if day > 30 else 500) for day in range(396)
    ]  # to 31 December 2017
    found = sure(worth(place(measures=[measure(every="day")], measure_definitions=[definition(kind="count")], observations=figures), "level", level=0))  # fmt: skip

    assert str(found.year_to) == "2017-12-31"
    assert found.units == pytest.approx(365.25)
    assert found.standing.level == 1


def test_without_denominator_there_is_a_gap_and_no_count() -> None:
    figures = [observed(of, "2016-04", value=value) for of, value in ((HOSPITAL, 20), *((code, x) for code, x in LEVELS.items()))]  # fmt: skip
    found = sure(worth(compared().with_tables(observations=tuple(figures))))

    assert (found.gap, found.units, found.pounds, found.lower, found.beyond_chance) == (
        8,
        None,
        None,
        None,
        None,
    )


def test_too_few_peers_or_no_figure_is_no_opportunity() -> None:
    few = compared().with_tables(
        peers=tuple(rows.Peer(group="league", member=code, **BY) for code in LEAGUE[:3])
    )
    assert worth(few) is None
    assert worth(place(measures=[measure(peers="league")])) is None
    assert worth(compared(measures=[measure()])) is None


def test_draws_are_the_same_every_time() -> None:
    assert worth(compared()) == worth(compared())


@given(
    st.integers(0, 100),
    st.sampled_from(["best_quartile", "median", "best", "mean"]),
    st.sampled_from(["lower", "higher"]),
)
def test_never_below_nought(own: int, reaching: str, better: str) -> None:
    found = sure(
        worth(compared(own=own, count=2, measures=[measure(better=better, peers="league")]), reaching)
    )

    assert found.gap >= 0
    if reaching != "best":
        assert found.lower is not None
        assert found.upper is not None
        assert 0 <= found.lower <= found.upper
    assert found.beyond_chance is None or 0 <= found.beyond_chance <= 1


# ------------------------------------------------------------------ register
def register(*efficiencies: rows.Efficiency, booked: float = 0.0, **tables: Any) -> Register:
    found = booking(compared(efficiencies=efficiencies, **tables), lambda intervention, organisation: booked)
    return found.savings


def test_each_is_worth_its_opportunity_in_thousands() -> None:
    """£4,800 by the measure's value of one; at £1,000 a piece 96."""
    found = register(
        efficiency("first"),
        efficiency("second", unit_value=1000),
        efficiency("third", reaching="level", level=1000),
    )
    by_name = {saving.row.efficiency: saving for saving in found.savings}

    assert {name: saving.worth for name, saving in by_name.items()} == pytest.approx(
        {"first": 4.8, "second": 96, "third": 6}
    )
    assert found.total == pytest.approx(4.8 + 96 + 6)
    assert found.year.label == "2020/21"


def test_of_those_that_overlap_only_the_largest_counts() -> None:
    found = register(
        efficiency("a", overlaps="beds"), efficiency("b", unit_value=60, overlaps="beds"), efficiency("c", unit_value=40, overlaps="beds"), efficiency("d", overlaps="theatres"),
    )  # fmt: skip

    assert [saving.counted for saving in found.savings] == pytest.approx([0, 96 * 0.06, 0, 4.8])
    assert found.total == pytest.approx(96 * 0.06 + 4.8)


def test_of_equal_ones_that_overlap_one_counts() -> None:
    found = register(efficiency("a", overlaps="beds"), efficiency("b", overlaps="beds"))

    assert [saving.counted for saving in found.savings] == pytest.approx([4.8, 0])


def test_cash_releasing_is_a_part_of_the_total() -> None:
    found = register(efficiency("a", cash_releasing=True), efficiency("b", unit_value=100), efficiency("c", cash_releasing=True, overlaps="x"), efficiency("d", unit_value=100, overlaps="x"))  # fmt: skip

    assert found.cash_releasing == pytest.approx(4.8)
    assert found.total == pytest.approx(4.8 + 9.6 + 9.6)


def test_what_an_intervention_books_is_booked_once() -> None:
    found = register(
        efficiency("a", intervention="ward"),
        efficiency("b", intervention="ward"),
        efficiency("c"),
        booked=3.0,
    )

    assert found.booked == 3
    assert [saving.booked for saving in found.savings] == [3, None, None]
    assert [saving.booked_with for saving in found.savings] == ["", found.savings[0].row.name, ""]
    assert [saving.not_booked for saving in found.savings] == pytest.approx([1.8, 4.8, 4.8])
    assert sum(saving.not_booked or 0.0 for saving in found.savings) == pytest.approx(
        found.total - found.booked
    )
    assert list(found.by_organisation()) == [HOSPITAL]
    assert found.by_organisation()[HOSPITAL] == pytest.approx((14.4, 3))


def test_why_something_is_worth_nothing_that_can_be_said() -> None:
    bare = [
        measure(peers="league"),
        measure("neither", better="neither"),
        measure("values", unit_value=5),
        measure("alone", peers="empty"),
    ]
    kinds = [definition(name) for name in ("m", "neither", "values", "alone")]
    figures = [
        *compared().observations,
        *(observed(HOSPITAL, "2017-03", value=5, name=name) for name in ("neither", "values", "alone")),
    ]
    found = register(
        efficiency("a"), efficiency("b", of=OTHER), efficiency("c", measure="neither", reaching="level", level=1), efficiency("d", measure="values", reaching="level", level=1),
        efficiency("e", measure="alone"), efficiency("f", reaching="target"),
        measures=bare, measure_definitions=kinds, observations=figures,
    )  # fmt: skip
    why = {saving.row.efficiency: saving.why for saving in found.savings}

    assert why == {
        "a": "no value of one is given",
        "b": "the organisation has no figure of it",
        "c": "neither way is better",
        "d": "no denominator is given, so that nothing can be counted",
        "e": "too few peers have a figure of the same period",
        "f": "it has no target in that period",
    }
    assert [saving.worth for saving in found.savings] == [None] * 6
    assert (found.total, found.booked) == (0, 0)


def test_a_target_can_be_what_is_reached() -> None:
    """1,900 is 100 off: 12 admissions, £600."""
    found = register(
        efficiency("a", reaching="target"), measure_targets=[target("1900", "2017-03", of=HOSPITAL)]
    )

    assert [saving.worth for saving in found.savings] == pytest.approx([0.6])
