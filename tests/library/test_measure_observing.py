"""From observations to series by hand: revisions, what is not out yet, definitions, wholes, gaps."""

from __future__ import annotations

from datetime import date

import pytest

from leftshift.measures.observing import observe
from leftshift.measures.result import Measures
from tests.library.measure_places import AS_OF, at, definition, measure, measured, observed, place, series_of


def test_the_highest_revision_counts_and_the_first_is_told() -> None:
    """First 10, then 12, then 0 of 1,000: 0, first published as 1,000 per 100,000."""
    rows = [observed("p1", "2016-04", 12, 1000, revision=1), observed("p1", "2016-04", 10, 1000), observed("p1", "2016-04", 0, 1000, revision=2)]  # fmt: skip
    [point] = series_of(place(observations=rows), "p1").points
    assert (point.value, point.revision, point.revised_from) == (0, 2, 1000)

    [same] = series_of(
        place(observations=[rows[1], observed("p1", "2016-04", 10, 1000, revision=1)]), "p1"
    ).points
    assert same.revised_from is None


def test_what_is_released_later_is_left_out() -> None:
    rows = [observed("p1", "2016-04", 10, 1000), observed("p1", "2016-04", 12, 1000, revision=1, released=date(2016, 7, 1))]  # fmt: skip
    found = place(observations=rows)

    assert series_of(found, "p1", as_of=date(2016, 6, 30)).points[0].numerator == 10
    assert series_of(found, "p1", as_of=date(2016, 7, 1)).points[0].numerator == 12


def test_a_change_of_definition_breaks_the_series_and_keeps_both() -> None:
    two = [definition(version="old"), definition(version="new", since="2016-05")]
    rows = [observed("p1", month, 10, 1000) for month in ("2016-04", "2016-05")] + [observed("p1", "2016-05", 7, 1000, version="old")]  # fmt: skip
    found = series_of(place(measure_definitions=two, observations=rows), "p1")

    assert [point.version for point in found.points] == ["old", "new"]
    assert [str(period) for period in found.breaks] == ["2016-05"]
    assert [(point.numerator, str(point.period)) for point in found.older["old"]] == [(7, "2016-05")]


def test_a_whole_is_the_sum_of_its_parts_where_each_may_be_added() -> None:
    """10 + 20 + 6 of 3,600. Of May north is silent, of June west has no denominator: no whole."""
    rows = [
        observed("east", "2016-04", 10, 1000), observed("west", "2016-04", 20, 2000, provisional=True), observed("north", "2016-04", 6, 600),
        observed("east", "2016-05", 5, 1000), observed("west", "2016-05", 9, 2000), observed("north", "2016-06", 6, 600),
        observed("east", "2016-06", 5, 1000), observed("west", "2016-06", value=900),
    ]  # fmt: skip
    found = series_of(place(observations=rows))

    assert [(str(point.period), round(point.value or 0, 9), point.summed_from, point.provisional) for point in found.points] == [("2016-04", 1000, 3, True)]  # fmt: skip
    own = series_of(place(observations=[*rows, observed("county", "2016-04", 40, 4000)]))
    assert (own.points[0].numerator, own.points[0].summed_from) == (40, 0)


def test_a_month_between_is_missing_and_the_next_is_due() -> None:
    rows = [observed("p1", month, 10, 1000) for month in ("2016-04", "2016-06")]
    found = place(measures=[measure(due_after=30)], observations=rows)

    assert series_of(found, "p1").missing == (at("2016-05"),)
    assert series_of(found, "p1").due() == date(2016, 8, 30)  # July ends on the 31st, and 30 days
    assert measured(found, "p1", as_of=date(2016, 8, 30)).overdue_since is None
    assert measured(found, "p1", as_of=date(2016, 8, 31)).overdue_since == date(2016, 8, 30)
    assert [check.passed for check in Measures(found, AS_OF).checks()] == [None, False, False]


def test_nobody_is_no_value_with_a_reason() -> None:
    [point] = series_of(place(observations=[observed("p1", "2016-04", 0, 0)]), "p1").points

    assert point.value is None
    assert point.withheld


def test_a_value_as_published_keeps_its_interval() -> None:
    [point] = series_of(
        place(observations=[observed("p1", "2016-04", value=12.5, lower=10, upper=15)]), "p1"
    ).points

    assert [point.value, point.lower, point.upper] == pytest.approx([12.5, 10, 15])
    assert point.method == "as published"


def test_what_was_not_there_yet_on_a_day_is_left_out() -> None:
    """April ends on the 30th; a release later than that, or earlier, is what counts where it is said."""
    rows = [
        observed("east", "2016-04", 10, 1000),
        observed("east", "2016-05", 20, 1000),
        observed("west", "2016-04", 10, 1000, released=date(2016, 6, 20)),
        observed("north", "2016-05", 30, 1000, released=date(2016, 5, 9)),
    ]
    seen = observe(place(observations=rows), date(2016, 5, 10))

    assert {of: [str(point.period) for point in found.points] for (_, of), found in seen.items()} == {
        "east": ["2016-04"],
        "north": ["2016-05"],
    }


def test_money_has_no_interval_by_chance() -> None:
    """Pounds are no events: the same sum in thousands would have another interval. Published limits stand."""
    money = definition(events=False)
    plain = series_of(
        place(measure_definitions=[money], observations=[observed("east", "2016-04", 900, 10_000)]), "east"
    )
    printed = series_of(
        place(
            measure_definitions=[money],
            observations=[observed("east", "2016-04", 900, 10_000, lower=8000, upper=10_000)],
        ),
        "east",
    )

    assert (plain.points[0].lower, plain.points[0].upper, plain.points[0].method) == (None, None, "")
    assert (printed.points[0].lower, printed.points[0].method) == (8000, "as published")
