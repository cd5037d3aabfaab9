"""Matching, each step by hand; and whatever comes in, every record is linked, ambiguous or unmatched."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import FaultsFound
from leftshift.population.linked.matching import Matches, likeness, match, matching_parameters
from leftshift.population.linked.superseding import followed
from tests.library.people.linked.sets import day
from tests.library.people.quiet import says_nothing_of

A, B, C, D = "9990000018", "9990000026", "9990000034", "9990000042"
OLD, OLDER, STRANGE = "9990000050", "9990000069", "9990000077"
AREA = "E01000001"
# person, number, birth, sex, area
PERSONS = [
    (1, A, "1950-02-03", "1", AREA),
    (2, B, "1980-11-30", "2", AREA),
    (3, None, "1950-02-03", "2", AREA),
    (4, None, "1980-11-30", "2", "E01000002"),
    (5, None, "1980-11-30", "2", "E01000002"),
    (6, C, "2001-07-09", "1", "E01000003"),
]


def persons(rows: list[Any] | None = None) -> pl.DataFrame:
    people = [(*row[:2], day(row[2]), *row[3:]) for row in rows or PERSONS]
    schema = {
        "person_id": pl.Int64,
        "nhs_number": pl.String,
        "birth_date": pl.Date,
        "sex": pl.String,
        "lsoa": pl.String,
    }
    return pl.DataFrame(people, schema, orient="row")


def incoming(*rows: tuple[str | None, str | None, str | None, str | None]) -> pl.DataFrame:
    schema = {
        "record": pl.Int64,
        "nhs_number": pl.String,
        "birth_date": pl.Date,
        "sex": pl.String,
        "lsoa": pl.String,
    }
    given = [(at, row[0], row[1] and day(row[1]), *row[2:]) for at, row in enumerate(rows, start=1)]
    return pl.DataFrame(given, schema, orient="row")


def identifiers(*rows: tuple[int, str, str | None]) -> pl.DataFrame:
    schema = {"person_id": pl.Int64, "system": pl.String, "value": pl.String, "superseded_by": pl.String}
    return pl.DataFrame([(row[0], "nhs-number", *row[1:]) for row in rows], schema, orient="row")


def told(matches: Matches) -> dict[int, Any]:
    """Record to the person and step of its link, to the people who may be meant, or to None."""
    found: dict[int, Any] = dict.fromkeys(matches.unmatched["record"].to_list())
    for record, step, person in matches.ambiguous.iter_rows():
        found.setdefault(record, (step,))
        found[record] += (person,)
    found |= {record: (person, step) for record, person, step, _ in matches.links.iter_rows()}
    return found


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((A, "1950-02-03", None, None), (1, "number-and-birth")),
        ((" 999 000-0018", "1950-02-03", None, None), (1, "number-and-birth")),
        ((A, "1951-02-03", None, None), (1, "number-alone")),
        ((A, "1950-03-03", None, None), (1, "number-alone")),
        ((A, "1950-02-04", None, None), (1, "number-alone")),
        ((A, "1950-03-02", None, None), None),
        ((A, None, "1", AREA), None),
        # the number is the first person's and the rest is the third's: it speaks against both
        ((A, "1980-11-30", "2", "E01000002"), None),
        ((None, "1950-02-03", "1", AREA), (1, "demographics")),
        ((None, "1950-02-03", "2", AREA), (3, "demographics")),
        ((None, "1980-11-30", "2", "E01000002"), ("demographics", 4, 5)),
        # nobody's number yet: it may be of the one who has none, and not of the one who has another
        ((STRANGE, "1950-02-03", "2", AREA), (3, "demographics")),
        ((STRANGE, "1950-02-03", "1", AREA), None),
        # two digits changed over, another area: (4·0.9 + 3·1 + 2·1 + 2·0) / 11 = 0.78
        (("9990000081", "1950-02-03", "1", "E01000009"), (1, "likeness")),
        # and another year of birth: (4·0.9 + 3·0.4 + 2·1 + 2·1) / 11 = 0.80
        (("9990000081", "1951-02-03", "1", AREA), (1, "likeness")),
        # a twin of the other sex: (3·1 + 2·0 + 2·1) / 7 = 0.71
        ((None, "2001-07-09", "2", "E01000003"), None),
        # no number; another area: (3·1 + 2·1 + 2·0) / 7 = 0.71
        ((None, "2001-07-09", "1", "E01000009"), None),
        # no number; day and month changed over: (3·0.4 + 2·1 + 2·1) / 7 = 0.74
        ((None, "2001-09-07", "1", "E01000003"), None),
        # two fields are too few
        ((None, "2001-07-09", "1", None), None),
        ((None, "2001-07-09", "X", "E01000003"), None),
        ((None, None, None, None), None),
    ],
)
def test_each_step_by_hand(row: Any, expected: Any) -> None:
    matches = match(incoming(row), persons())

    assert told(matches)[1] == expected


def test_likeness_by_hand() -> None:
    pair = {
        "number": "9990000081",
        "their_number": A,
        "birth_date": day("1950-02-03"),
        "their_birth": day("1950-02-03"),
        "sex": "1",
        "their_sex": "1",
        "lsoa": "E01000009",
        "their_lsoa": AREA,
    }
    # nine of ten digits stand in the same order
    assert likeness(pair, matching_parameters()) == pytest.approx((4 * 0.9 + 3 + 2 + 2 * 0) / 11)
    assert likeness({**pair, "number": None}, matching_parameters()) == pytest.approx((3 + 2 + 0) / 7)
    assert likeness({**pair, "number": None, "lsoa": ""}, matching_parameters()) is None


def test_links_keep_their_confidence() -> None:
    rows = [
        (A, "1950-02-03", None, None),
        (B, "1980-11-29", None, None),
        ("9990000081", "1950-02-03", "1", None),
    ]

    matches = match(incoming(*rows), persons())

    assert matches.links["confidence"].to_list() == pytest.approx([1.0, 0.95, 0.7 * (4 * 0.9 + 3 + 2) / 9])
    assert matches.by_step() == {
        "likeness": 1,
        "number-alone": 1,
        "number-and-birth": 1,
        "ambiguous": 0,
        "unmatched": 0,
    }


def test_a_superseded_number_leads_to_the_person_on_either_side() -> None:
    chain = identifiers((1, OLDER, OLD), (1, OLD, A))
    rows = [(OLDER, "1950-02-03", None, None), (OLD, "1950-02-03", None, None)]
    assert told(match(incoming(*rows), persons(), chain)) == {
        1: (1, "number-and-birth"),
        2: (1, "number-and-birth"),
    }
    still_old = [(1, OLD, *PERSONS[0][2:])]
    assert told(match(incoming((A, "1950-02-03", None, None)), persons(still_old), chain)) == {
        1: (1, "number-and-birth")
    }


def test_a_number_of_two_people_links_neither() -> None:
    twins = [(1, A, "1950-02-03", "1", AREA), (2, A, "1950-02-03", "1", AREA)]

    assert told(match(incoming((A, "1950-02-03", None, None)), persons(twins))) == {
        1: ("number-and-birth", 1, 2)
    }


def test_the_equally_like_are_all_listed() -> None:
    twins = [(1, A, "1950-02-03", "1", AREA), (2, B, "1950-02-03", "1", AREA)]

    # nine of its ten digits stand in the number of either
    matches = match(incoming(("9990000028", "1950-02-03", "1", "E01000009")), persons(twins))

    assert told(matches) == {1: ("likeness", 1, 2)}


@pytest.mark.parametrize("circle", [{A: A}, {A: B, B: A}, {C: A, A: B, B: A}])
def test_circles_are_refused_without_naming_a_number(circle: dict[str, str]) -> None:
    with pytest.raises(FaultsFound, match="lead back to themselves") as caught:
        followed(circle)
    says_nothing_of({"persons": [{"nhs_number": number} for number in circle]}, str(caught.value))


def test_chains_are_followed_to_their_ends() -> None:
    assert followed({A: B, B: C, D: C}) == {A: C, B: C, D: C}
    assert followed({}) == {}


def test_records_must_be_told_apart() -> None:
    rows = incoming((A, None, None, None), (B, None, None, None)).with_columns(record=pl.lit(1))

    with pytest.raises(FaultsFound) as caught:
        match(rows.drop("sex", "lsoa"), persons())

    assert [(fault.kind, fault.column) for fault in caught.value.faults] == [
        ("column missing", "sex"),
        ("column missing", "lsoa"),
        ("records not told apart", "record"),
    ]
    says_nothing_of({"persons": [{"nhs_number": A}]}, str(caught.value))


def test_nobody_comes_in_and_nobody_is_there() -> None:
    assert told(match(incoming(), persons())) == {}
    nobody = persons().clear()
    assert told(match(incoming((A, "1950-02-03", "1", AREA)), nobody)) == {1: None}


def test_every_parameter_has_its_source() -> None:
    text = resources.files("leftshift.population.linked").joinpath("matching.toml").read_text("utf-8")
    assert all({"value", "meaning", "source", "date"} == set(one) for one in tomllib.loads(text).values())


NUMBERS = st.sampled_from([None, A, B, C, D, OLD, "9990000081", "x", ""])
BIRTHS = st.sampled_from([date(1950, 2, 3), date(1950, 3, 2), date(1980, 11, 30), date(1980, 11, 29)])
ROWS = st.tuples(
    NUMBERS, BIRTHS, st.sampled_from(["1", "2", "X"]), st.sampled_from([AREA, "E01000002", None])
)


@given(st.lists(ROWS, max_size=8), st.lists(ROWS, max_size=8))
def test_every_record_stands_in_one_place(coming: list[Any], there: list[Any]) -> None:
    people = (
        persons()
        .clear()
        .vstack(
            pl.DataFrame(
                [(at, *row) for at, row in enumerate(there, start=1)], persons().schema, orient="row"
            )
        )
    )
    records = incoming().vstack(
        pl.DataFrame([(at, *row) for at, row in enumerate(coming)], incoming().schema, orient="row")
    )

    matches = match(records, people, identifiers((1, OLD, A)))

    places = [
        *matches.links["record"].to_list(),
        *matches.ambiguous["record"].unique().to_list(),
        *matches.unmatched["record"].to_list(),
    ]
    assert sorted(places) == list(range(len(coming)))
    assert set(matches.links["person_id"]) <= set(people["person_id"])
    backwards = match(records.reverse(), people.reverse(), identifiers((1, OLD, A)))
    assert told(backwards) == told(matches)
