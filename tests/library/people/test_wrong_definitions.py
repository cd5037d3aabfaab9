"""Definitions that would be counted wrongly, or end in the words of a library: refused, with the file and the place in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.population.cohorts.definitions import read_cohorts
from leftshift.population.defining.codelists import read_code_lists
from leftshift.population.scores.reading import score_of
from tests.library.people.made import people
from tests.library.people.runs import people_of, scored

HEAD = 'name = "{}"\ntitle = "T"\nversion = "1"\nsource = "test"\ndated = 2026-01-01\n'
ITEM = '[[items]]\nname = "a"\nwhen = "{}"\n'
CRITERION = '[[criteria]]\nname = "{}"\nwhen = "{}"\n'


def refused(text: str) -> list[tuple[str, str | None]]:
    """Kind and place of what is wrong with a score."""
    with pytest.raises(FaultsFound) as found:
        score_of(text, "mine.toml")
    assert {fault.file for fault in found.value.faults} == {"mine.toml"}
    return [(fault.kind, fault.column) for fault in found.value.faults]


@pytest.mark.parametrize(
    "name",
    ["age", "sex", "person_id", "practice", "imd_score", "in_llr_2016", "in_", "efi_band", "efi_band_decimal", "my_band_x"],
)  # fmt: skip
def test_a_score_takes_no_name_of_another_column(name: str) -> None:
    assert refused(HEAD.format(name) + ITEM.format("male")) == [("name taken", "name")]


@pytest.mark.parametrize("name", ["aged", "in", "band", "banded", "gp_events_w0", "contacts_0", "person"])
def test_a_score_may_bear_a_name_that_is_like_one(name: str) -> None:
    assert score_of(HEAD.format(name) + ITEM.format("male"), "mine.toml").name == name


def test_a_score_named_as_a_column_might_be_leaves_facts_alone(tmp_path: Path) -> None:
    """Whoever names a score as gathering might name a column does not change what is counted."""
    score, cohort = tmp_path / "score.toml", tmp_path / "cohort.toml"
    score.write_text(HEAD.format("gp_events_w0") + '[[terms]]\nname = "t"\nvalue = "age"\n', "utf-8")
    cohort.write_text(
        HEAD.format("counted") + CRITERION.format("coded", "coded('a.list') and score('gp_events_w0') > 1"), "utf-8"
    )  # fmt: skip
    rows = {**people(40, 50), "gp_events": [{"person_id": 2, "code": "A", "event_date": people(1)["registrations"][0]["from_date"]}]}  # fmt: skip

    result = scored(
        tmp_path, rows, "list,system,code\na.list,gp,A\n", ["counted"], score_files=[score], cohort_files=[cohort]
    )  # fmt: skip

    found = people_of(result, tmp_path / "again")
    assert {key: row["in_counted"] for key, row in found.items()} == {1: False, 2: True}
    assert {key: row["gp_events_w0"] for key, row in found.items()} == {1: 40, 2: 50}
    assert result.record["counts"]["cohorts"] == {"counted": 0}
    assert result.record["counts"]["counted"] == 0  # two: hidden


@pytest.mark.parametrize(
    ("name", "criterion", "place"),
    [
        ("mine", "several", "criteria 1.name"), ("mine", "none", "criteria 1.name"), ("mine", "inside", "criteria 1.name"),
        ("mine__older", "a", "name"),
    ],
)  # fmt: skip
def test_a_cohort_takes_no_name_that_counts_use(
    name: str, criterion: str, place: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD.format(name) + CRITERION.format(criterion, "male"), "utf-8")

    with pytest.raises(FaultsFound) as found:
        read_cohorts([path])

    assert [(fault.kind, fault.column) for fault in found.value.faults] == [("name taken", place)]


@pytest.mark.parametrize("steps", ["3", "true", '"none"', "[3]", '[["a", 1]]', "[[1, 2, 3]]"])
def test_steps_that_are_no_pairs_of_numbers(steps: str) -> None:
    text = HEAD.format("mine") + f'[[terms]]\nname = "t"\nvalue = "age"\nsteps = {steps}\n'

    assert refused(text) == [("step not understood", "terms 1.steps")]


BANDS = '[[band_rules]]\nname = "{name}"\nper = {per}\nbands = [{bands}]\n'
TWO = '{ name = "low" }, { name = "high", from = 5 }'


@pytest.mark.parametrize(
    ("bands", "expected"),
    [
        (BANDS.format(name="r", per=0, bands=TWO), [("value out of range", "band_rules 1.per")]),
        (BANDS.format(name="r", per=-1, bands=TWO), [("value out of range", "band_rules 1.per")]),
        (BANDS.format(name="r", per=1, bands=TWO) * 2, [("said twice", "band_rules")]),
        (BANDS.format(name="a b", per=1, bands=TWO), [("bad name", "band_rules 1.name")]),
        (
            BANDS.format(name="r", per=1, bands=TWO + ', { name = "higher", from = 5 }'),
            [("bands out of order", "band_rules 1.bands")],
        ),
        (
            BANDS.format(name="r", per=1, bands='{ name = "low" }, { name = "a", above = 5 }, { name = "b", from = 5 }'),
            [("bands out of order", "band_rules 1.bands")],
        ),
        (
            BANDS.format(name="r", per=1, bands=TWO + ', { name = "low", from = 6 }'),
            [("said twice", "band_rules 1.bands")],
        ),
    ],
)  # fmt: skip
def test_bands_that_cannot_be_told_apart(bands: str, expected: list[tuple[str, str]]) -> None:
    assert refused(HEAD.format("mine") + bands + ITEM.format("male")) == expected


def test_a_band_of_one_value() -> None:
    bands = BANDS.format(name="r", per=1, bands=TWO + ', { name = "higher", above = 5 }')
    rule = score_of(HEAD.format("mine") + bands + ITEM.format("male"), "mine.toml").band_rules[0]

    assert [rule.band_of(value) for value in (4.9, 5, 5.1)] == ["low", "high", "higher"]


@pytest.mark.parametrize("points", ["0.1234567", "1e-7", "1000001", "-2000000"])
def test_points_that_would_be_rounded_or_too_many(points: str) -> None:
    text = HEAD.format("mine") + ITEM.format("male") + f"points = {points}\n"

    assert refused(text) == [("points out of range", "items 1.points")]


@pytest.mark.parametrize("points", ["0.1234567", "nan", "inf", "many", "", "1e9"])
def test_points_of_a_table_that_are_none(points: str, tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text(f"name,points\na,0.123456\nb,{points}\n", "utf-8")
    text = HEAD.format("mine") + '[[items_from]]\ntable = "points.csv"\npoints = "points"\nwhen = "male"\n'

    with pytest.raises(FaultsFound) as found:
        score_of(text, "mine.toml", tmp_path)

    assert [(fault.kind, fault.column) for fault in found.value.faults] == [
        ("row not understood", "items_from 1.table")
    ]
    assert "row 3 of the table" in found.value.faults.listed[0].found


def test_names_in_lists_of_codes_have_no_spaces_around_them(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text("list,system,code,match\n ltc.asthma , gp ,\u00a0A , exact \nltc.asthma,gp,A,\n", "utf-8")

    found = read_code_lists(path)

    assert found.codes == {("gp", "ltc.asthma"): {"A": False}}
    assert found.repeated == {("gp", "ltc.asthma"): 1}


@pytest.mark.parametrize("code", ["X", "-", ".", ".X-"])
def test_a_diagnosis_of_which_nothing_is_left(code: str, tmp_path: Path) -> None:
    """As a prefix it would stand for every diagnosis."""
    path = tmp_path / "codes.csv"
    path.write_text(f"list,system,code,match\na,icd10,{code},prefix\na,icd10,X60,\nb,gp,{code},\n", "utf-8")

    with pytest.raises(FaultsFound) as found:
        read_code_lists(path)

    assert [(fault.kind, fault.row, fault.column) for fault in found.value.faults] == [
        ("code not understood", 2, "code")
    ]


def test_who_has_a_score_that_was_not_validated_for_them(tmp_path: Path) -> None:
    score = tmp_path / "score.toml"
    score.write_text(
        HEAD.format("mine") + 'validated_for = "age >= 65 or coded(\'a\')"\nonly_where = "age < 80"\n' + ITEM.format("age > 50"), "utf-8"
    )  # fmt: skip
    rows = {**people(*[30] * 12, 70, 90, 30), "gp_events": [{"person_id": 15, "code": "A", "event_date": date(2015, 1, 1)}]}  # fmt: skip

    result = scored(tmp_path, rows, "list,system,code\na,gp,A\n", [], score_files=[score], scores=["mine"])

    found = people_of(result, tmp_path / "again")
    assert [key for key, row in found.items() if not row["validated_mine"]] == list(range(1, 13))
    assert result.record["counts"]["outside_validated"] == {"mine": 10}
    assert [part["validated_for"] for part in result.record["scores"]] == ["age >= 65 or coded('a')"]
