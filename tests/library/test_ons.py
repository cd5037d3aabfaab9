"""The files of the ONS: invented numbers in the layouts as published, and what is wrong with a file."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest

from leftshift.cli.main import main
from leftshift.foundation.ages import AgeBand
from leftshift.foundation.faults import FaultsFound
from leftshift.place.capacity_rows import People
from leftshift.population.ons.reading import read_ons

BANDS = [AgeBand(0, 1), AgeBand(2, 3), AgeBand(4)]
AREA = "E06000999"

PROJECTIONS = f"""AREA_CODE,AREA_NAME,COMPONENT,SEX,AGE_GROUP,2018,2019
{AREA},Northmoor,Population,persons,0,10.5,11
{AREA},Northmoor,Population,persons,1,20,21
{AREA},Northmoor,Population,persons,2,30,31
{AREA},Northmoor,Population,persons,3,40,41
{AREA},Northmoor,Population,persons,4 and over,50,51
{AREA},Northmoor,Population,persons,All ages,150.5,155
{AREA},Northmoor,Births,persons,0,9,9
E06000998,Southmoor,Population,persons,0,1,1
"""
ESTIMATES = f"""Estimates of an invented place
ladcode23,laname23,country,sex,age,population_2016,population_2017
{AREA},Northmoor,E,F,0,1,2
{AREA},Northmoor,E,F,1,3,4
{AREA},Northmoor,E,F,2,5,6
{AREA},Northmoor,E,F,3,7,8
{AREA},Northmoor,E,F,4,9,10
{AREA},Northmoor,E,M,0,11,12
{AREA},Northmoor,E,M,1,13,14
{AREA},Northmoor,E,M,2,15,16
{AREA},Northmoor,E,M,3,17,18
{AREA},Northmoor,E,M,4,19,20
"""
NOMIS = f"""DATE_NAME,GEOGRAPHY_NAME,GEOGRAPHY_CODE,GENDER_NAME,C_AGE_NAME,MEASURES_NAME,OBS_VALUE
2016,Northmoor,{AREA},Total,All Ages,Value,150
2016,Northmoor,{AREA},Total,Age 0,Value,10
2016,Northmoor,{AREA},Total,Age 0,Percent,6.7
2016,Northmoor,{AREA},Total,Age 1,Value,20
2016,Northmoor,{AREA},Total,Aged 2 to 3,Value,70
2016,Northmoor,{AREA},Total,Aged 4+,Value,50
2016,Northmoor,{AREA},Male,Age 0,Value,5
"""


def read(text: str, areas: tuple[str, ...] = (AREA,), bands: list[AgeBand] = BANDS) -> list[People]:
    return list(read_ons(io.StringIO(text), areas, bands, file="ons.csv"))


def counts(rows: list[People]) -> dict[tuple[str, str, str], Decimal]:
    return {(row.sex, str(row.age_band), str(row.year)): row.people for row in rows}


def test_projections_are_read_wide_by_year() -> None:
    found = counts(read(PROJECTIONS))

    assert found["persons", "0-1", "2018/19"] == Decimal("10.5") + 20
    assert found["persons", "2-3", "2019/20"] == 31 + 41
    assert found["persons", "4+", "2019/20"] == 51
    assert len(found) == len(BANDS) * 2


def test_estimates_are_read_below_their_title_and_their_oldest_age_is_open() -> None:
    found = counts(read(ESTIMATES))

    assert found["female", "4+", "2016/17"] == 9
    assert found["male", "0-1", "2017/18"] == 12 + 14
    assert len(found) == 2 * len(BANDS) * 2


def test_sex_may_be_a_number() -> None:
    found = counts(
        read(ESTIMATES.replace(",F,", ",2,").replace(",M,", ",1,").replace("ladcode23", "ladcode20"))
    )

    assert found["female", "0-1", "2016/17"] == 1 + 3


def test_nomis_is_read_long_with_ages_of_several_widths() -> None:
    found = counts(read(NOMIS))

    assert found == {
        ("persons", "0-1", "2016/17"): 10 + 20,
        ("persons", "2-3", "2016/17"): 70,
        ("persons", "4+", "2016/17"): 50,
    }


def test_a_row_says_where_it_comes_from() -> None:
    row = read(NOMIS)[0]

    assert row.basis == "published"
    assert "Nomis" in row.source
    assert "ons.csv: Northmoor" in row.source


@pytest.mark.parametrize("text", [PROJECTIONS, ESTIMATES, NOMIS], ids=["projections", "estimates", "nomis"])
def test_ages_add_up_whatever_the_bands(text: str) -> None:
    whole = sum(
        (row.people for row in read(text, bands=[AgeBand(0)]) if row.year == read(text)[0].year), Decimal(0)
    )

    assert whole == sum((row.people for row in read(text) if row.year == read(text)[0].year), Decimal(0))


WRONG = {
    "a file of something else": ("Some,other,file\n1,2,3\n", "layout not known"),
    "nothing": ("", "layout not known"),
    "an area that is not there": (PROJECTIONS.replace(AREA, "E06000997"), "unknown area"),
    "ages that are missing": (PROJECTIONS.replace(",3,40,41", ",5,40,41"), "ages missing"),
    "text for a number": (PROJECTIONS.replace("30,31", "30,many"), "text in a number"),
    "nothing for a number": (PROJECTIONS.replace("30,31", "30,"), "text in a number"),
    "less than nobody": (PROJECTIONS.replace("30,31", "30,-31"), "out of range"),
    "a sex that is none": (PROJECTIONS.replace("persons,2", "people,2"), "not one of the choices"),
    "an age that is none": (PROJECTIONS.replace("4 and over", "old"), "ages not understood"),
    "a row twice": (PROJECTIONS.replace("persons,3", "persons,2"), "duplicate row"),
    "a row cut short": (PROJECTIONS.replace(",30,31", ",30"), "too few cells"),
    "a year that is none": (NOMIS.replace("2016,Northmoor,E06000999,Total,Age 1,", "late,Northmoor,E06000999,Total,Age 1,"), "year not understood"),
    "no people in it": (NOMIS.replace("Value", "Percent"), "no people"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_it_refuses(name: str) -> None:
    text, kind = WRONG[name]

    with pytest.raises(FaultsFound) as found:
        read(text)

    assert kind in found.value.faults.counts_by_kind


def test_every_fault_comes_at_once_with_row_and_column() -> None:
    text = PROJECTIONS.replace("30,31", "30,many").replace("40,41", "few,41")

    with pytest.raises(FaultsFound) as found:
        read(text, (AREA, "E0600099"))

    where = {(fault.kind, fault.row, fault.column) for fault in found.value.faults}
    assert where == {
        ("text in a number", 4, "2019"),
        ("text in a number", 5, "2018"),
        ("unknown area", None, None),
    }
    assert next(fault.suggestion for fault in found.value.faults if fault.kind == "unknown area") in (
        AREA,
        "E06000998",
    )


def test_a_name_for_a_code_is_answered_with_the_code() -> None:
    with pytest.raises(FaultsFound) as found:
        read(PROJECTIONS, ("Northmoor",))

    assert [fault.suggestion for fault in found.value.faults] == [AREA]


def test_bands_that_overlap_and_an_area_twice_are_refused() -> None:
    with pytest.raises(FaultsFound) as found:
        read(PROJECTIONS, (AREA, AREA), [AgeBand(0, 3), AgeBand(2)])

    assert {*found.value.faults.counts_by_kind} == {"duplicate area", "bands overlap"}


def test_the_command_writes_rows_that_a_place_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published, out = tmp_path / "projections.csv", tmp_path / "population.csv"
    published.write_text(PROJECTIONS, "utf-8-sig")
    asked = ["population", "read", str(published), "--area", AREA, "--bands", "0-1, 2-3, 4+"]

    assert main(asked) == 0
    printed = capsys.readouterr().out
    assert main([*asked, "--out", str(out)]) == 0

    assert out.read_text() == printed
    assert printed.splitlines()[1].startswith(f"{AREA},persons,0-1,2018/19,30.5,")
    assert main(["population", "read", str(published), "--area", AREA, "--bands", "young"]) == 2
    assert main(["population", "read", str(published), "--area", "E0", "--bands", "0-1"]) == 1
