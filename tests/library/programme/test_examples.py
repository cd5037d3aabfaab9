"""The programmes of the examples: they run, say what they were made to say, and contradict no published figure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from leftshift.model import read_place
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.programme import Programme, read_programme

EXAMPLES = Path(__file__).parents[3] / "examples"
NAMES = ("llr-2014", "llr-2016", "southmoor")


def checked(name: str) -> CheckedProgramme:
    """An example as of the day that it says."""
    content = read_programme(EXAMPLES / name)
    assert content.day is not None
    return CheckedProgramme(content, content.day, read_place(EXAMPLES / name).place)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_says_where_it_comes_from_and_is_written_as_it_is_read(name: str) -> None:
    content = read_programme(EXAMPLES / name)
    assert content.place == name
    for table in content.tables.values():
        assert all(row.source and row.basis for row in table)
    folder = EXAMPLES / name / "programme"
    assert set(content.texts()) >= {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "llr-2016",
            [("papers.csv", "icu_case")],
        ),  # a paper that asks for a decision and does not say whom it hits
        ("southmoor", [("agenda.csv", None)]),  # an item that decides, without a paper
    ],
)
def test_what_is_wrong_is_wrong_on_purpose(name: str, expected: list[tuple[str, str | None]]) -> None:
    found = [(fault.file, fault.found) for fault in checked(name).faults]
    assert [file for file, _ in found] == [file for file, _ in expected]
    assert all(
        word is None or word in str(said) for (_, said), (_, word) in zip(found, expected, strict=True)
    )


def test_the_slips_of_2016_cost_a_quarter_of_a_years_step_of_two_strands() -> None:
    """New models bring £54.0m and configuration £18.9m in 2020/21, a quarter of it more each year. Both start three months late:
    a quarter of a quarter is lost each year: (54,000 + 18,900) / 16 = 4,556.25 thousand pounds.
    """
    content = read_programme(EXAMPLES / "llr-2016")
    cost = read_place(EXAMPLES / "llr-2016").slip_cost(content, date(2017, 3, 10))
    assert {str(year): round(float(value), 2) for year, value in cost.by_year.items()} == {
        "2017/18": -4556.25, "2018/19": -4556.25, "2019/20": -4556.25, "2020/21": -4556.25,
    }  # fmt: skip


def benefit(content: Programme, name: str) -> float:
    return float(next(row.full_year or 0 for row in content.benefits if row.benefit == name))


def test_the_benefits_of_2016_are_the_published_figures_of_its_place() -> None:
    content, place = read_programme(EXAMPLES / "llr-2016"), read_place(EXAMPLES / "llr-2016").place
    stated: dict[str, float] = {}
    for row in place.stated_effects:
        if str(row.year) == "2020/21":
            stated[row.intervention] = stated.get(row.intervention, 0.0) + 1000 * row.amount
    for name, intervention in (
        ("teams_money", "new_models"),
        ("sites_money", "service_configuration"),
        ("pathways_money", "redesigned_pathways"),
    ):
        assert benefit(content, name) == pytest.approx(stated[intervention], abs=100)
    assert benefit(content, "teams_admissions") == 29845
    assert benefit(content, "acute_beds") == 1940 - 1697
    assert benefit(content, "sites_saving") == 25_600_000
    assert [row.benefit for row in content.benefits if not row.counted] == ["sites_saving"]


def test_no_building_of_2016_before_its_capital_its_consultation_and_its_tests() -> None:
    found = checked("llr-2016")
    assert {(stop.gate, stop.what) for stop in found.stops} == {
        ("icu_capital", "start"), ("icu_capital", "spend"), ("sites_capital_gate", "start"), ("sites_capital_gate", "spend"),
        ("sites_consultation", "start"), ("sites_consultation", "spend"), ("sites_four_tests", "start"), ("beds_test", "start"),
    }  # fmt: skip


def test_some_risks_of_2016_are_high_medium_low_and_each_is_judged_on_its_own_scale() -> None:
    scales = {
        state.risk.risk: state.current.scale.scale
        for state in checked("llr-2016").register.risks
        if state.current
    }
    assert set(scales.values()) == {"npsa", "high_medium_low"}


def test_the_second_stage_of_southmoor_is_stopped_until_its_gate_is_passed() -> None:
    """The fund asks for stops of the scheme southmoor-2025-26/frailty, which that fund has."""
    from leftshift.fund.fund import read_fund

    (stop,) = checked("southmoor").stops
    assert (stop.gate, stop.what) == ("frailty_second_stage", "spend")
    fund, scheme = stop.scheme.split("/")
    held = read_fund(EXAMPLES / fund)
    assert held.plan.code == fund
    assert scheme in {row.scheme for row in held.plan.schemes}
