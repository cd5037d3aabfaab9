"""Six measures of the Better Care Fund of Leicestershire, November 2016: their ratings come out as the paper prints them."""

from __future__ import annotations

import csv
import math
from datetime import date

import pytest

from leftshift.measures.result import Measured, Measures
from leftshift.model import read_place
from tests.library.activity_places import LLR_2016

PRINTED = {
    "care_home_admissions": "green",
    "still_at_home": "green",
    "delayed_days": "red",
    "non_elective_admissions": "amber",
    "supported": "green",
    "falls": "green",
}


@pytest.fixture(scope="module")
def measures() -> Measures:
    return read_place(LLR_2016).measures(date(2016, 11, 30))


def found(measures: Measures, name: str) -> Measured:
    entry = measures.of(name, "E10000018")
    assert entry is not None
    return entry


def test_the_ratings_are_those_that_the_paper_prints(measures: Measures) -> None:
    assert [entry.of for entry in measures.all] == ["E10000018"] * 6
    assert {entry.measure.measure: entry.rating.colour for entry in measures.all if entry.rating} == PRINTED


@pytest.mark.parametrize(
    ("name", "value", "target", "off"),
    [
        ("care_home_admissions", 605.7, 606.4, 0.0),
        ("still_at_home", 89.4, 84.2, 0.0),
        ("delayed_days", 357.19, 231.91, (357.19 - 231.91) / 231.91),  # 54.0% worse
        ("non_elective_admissions", 748.57, 724.37, (748.57 - 724.37) / 724.37),  # 3.3% worse
        ("supported", 63.6, 62.2, 0.0),
        ("falls", 126.85, 139.76, 0.0),
    ],
)
def test_values_and_targets_are_those_printed(
    measures: Measures, name: str, value: float, target: float, off: float
) -> None:
    entry = found(measures, name)

    assert entry.latest is not None
    assert entry.target is not None
    assert entry.rating is not None
    assert (entry.latest.value, entry.target.value) == (value, target)
    assert entry.rating.off == pytest.approx(off, abs=1e-12)


def test_where_no_denominator_is_given_nothing_is_said_in_people(measures: Measures) -> None:
    assert {entry.measure.said_as for entry in measures.all} == {"count"}
    for entry in measures.all:
        assert entry.said is None
        assert entry.latest is not None
        assert (entry.latest.numerator, entry.latest.denominator, entry.latest.lower) == (None, None, None)
    assert not [
        note for entry in measures.document()["measures"] for note in entry["notes"] if "that is" in note
    ]
    assert {entry["in_people"] for entry in measures.document()["measures"]} == {None}
    assert measures.opportunities == ()


def test_what_is_forecast_or_to_date_is_provisional(measures: Measures) -> None:
    provisional = {
        entry.measure.measure for entry in measures.all if entry.latest and entry.latest.provisional
    }

    assert provisional == PRINTED.keys() - {"delayed_days", "supported"}


def test_one_figure_is_no_forecast_and_no_trend(measures: Measures) -> None:
    for entry in measures.all:
        assert entry.forecast is None
        assert entry.chart is not None
        assert math.isnan(float(entry.chart.upper[0]))


def test_what_the_paper_does_not_print_is_not_called_published() -> None:
    for name, basis in {"observations": "published", "measure_targets": "published", "measure_definitions": "derived", "measures": "assumed"}.items():  # fmt: skip
        rows = list(csv.DictReader((LLR_2016 / f"{name}.csv").read_text("utf-8").splitlines()))
        assert {row["basis"] for row in rows} == {basis}
        assert len(rows) == len(PRINTED)
