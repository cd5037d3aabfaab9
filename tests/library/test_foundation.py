"""Years, money, codes, faults and sources."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.codes import CodeNotUnderstood, Validity, scheme_of
from leftshift.foundation.faults import near_miss, shown
from leftshift.foundation.money import Money, NumberNotUnderstood, parse_number, round_half_up, thousands
from leftshift.foundation.sources import Origin, weakest
from leftshift.foundation.years import FinancialYear, Month, YearNotUnderstood, years_between


@pytest.mark.parametrize(
    "text",
    [
        "2016/17",
        "2016-17",
        "16/17",
        "FY2016-17",
        "2016/2017",
        "FY16/17",
        "fy 2016/17",
        "2016\u201317",
        " 2016/17 ",
        "16-17",
        "2016_17",
    ],
)
def test_every_spelling_of_a_year_is_read(text: str) -> None:
    assert FinancialYear.parse(text) == FinancialYear(2016)


def test_the_turn_of_the_century() -> None:
    assert FinancialYear.parse("1999/00") == FinancialYear.parse("99/00") == FinancialYear(1999)
    assert FinancialYear(1999).label == "1999/00"
    assert FinancialYear.parse("1999-2000") == FinancialYear(1999)


@pytest.mark.parametrize(
    "text", ["2016/18", "2016", "17", "Dec-16", "01/12/2016", "2016-12-01", "", "2016/17/18", "twenty"]
)
def test_what_is_no_year_is_refused(text: str) -> None:
    with pytest.raises(YearNotUnderstood):
        FinancialYear.parse(text)


@given(st.integers(1970, 2068))
def test_a_year_reads_its_own_label(starts: int) -> None:
    year = FinancialYear(starts)

    assert FinancialYear.parse(year.label) == year
    assert FinancialYear.parse(year.label[2:]) == year


def test_years_run_from_first_to_last() -> None:
    assert [str(year) for year in years_between(FinancialYear(2013), FinancialYear(2015))] == [
        "2013/14",
        "2014/15",
        "2015/16",
    ]


def test_a_month_knows_its_financial_year() -> None:
    assert Month.parse("2016-03").financial_year == FinancialYear(2015)
    assert Month.parse("2016-04").financial_year == FinancialYear(2016)
    assert Month.parse("2016/17") == Month(2016, 4)
    assert Month.parse("2017-01").months_since(FinancialYear(2016)) == 9


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", "1234.5"),
        ("£1,234", "1234"),
        ("(1,234)", "-1234"),
        ("\u221212", "-12"),
        ("-£5", "-5"),
        ("1e3", "1000"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "-", "£", "1,23", "nan", "inf", "12a", "1_000", "."])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NumberNotUnderstood):
        parse_number(text)


def test_people_round_half_up() -> None:
    assert [round_half_up(value) for value in (0.5, 1.5, 2.5, -0.5, -0.4)] == [1, 2, 3, -1, 0]
    assert round_half_up(2.675, 2) == Decimal("2.68")  # its shortest text, not its binary value
    assert thousands(-1234.5) == "\u22121,235"
    assert thousands(-0.2) == "0"


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any))
def test_a_split_adds_up_to_the_penny(pence: int, weights: list[int]) -> None:
    parts = Money(pence).split(weights)

    assert sum(part.pence for part in parts) == pence
    assert all(
        abs(part.pence - pence * weight / sum(weights)) < 1
        for part, weight in zip(parts, weights, strict=True)
    )


def test_money_is_exact_pence() -> None:
    assert Money.pounds("0.10") + Money.pounds("0.20") == Money(30)
    assert str(-Money.pounds("1234.5")) == "-£1,234.50"
    with pytest.raises(NumberNotUnderstood):
        Money.pounds("0.001")


@pytest.mark.parametrize(
    ("code", "scheme"),
    [("RWE", "ODS"), ("03W", "ODS"), ("Q59", "ODS"), ("E10000018", "GSS"), ("QK1XYZ", "ODS")],
)
def test_codes_follow_a_scheme(code: str, scheme: str) -> None:
    assert scheme_of(code) == scheme


@pytest.mark.parametrize("code", ["rwe", "3.00E+02", "5E12", "1-Mar", "R", "E1000001", "Mar-01"])
def test_mangled_codes_are_refused(code: str) -> None:
    with pytest.raises(CodeNotUnderstood):
        scheme_of(code)


def test_validity_covers_a_year_that_it_touches() -> None:
    until_june_2022 = Validity(date(2013, 4, 1), date(2022, 6, 30))

    assert until_june_2022.covers(FinancialYear(2022))
    assert not until_june_2022.covers(FinancialYear(2023))
    assert not until_june_2022.covers(FinancialYear(2012))


def test_a_figure_is_as_firm_as_the_weakest_it_rests_on() -> None:
    assert weakest({"published", "calibrated", "estimate"}) == "calibrated"
    assert weakest({"published"}) == "published"
    assert weakest(set()) == "derived"


def test_near_misses_and_what_is_shown() -> None:
    assert near_miss("comunity", {"community", "acute"}) == "community"
    assert near_miss("xyz", {"community"}) is None
    assert shown("") == "nothing"
    assert "\x1b" not in shown("\x1b[31m")
    assert str(Origin("contracts.csv", 7)) == "contracts.csv, row 7"
