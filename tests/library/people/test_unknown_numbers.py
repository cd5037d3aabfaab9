"""What is true of numbers that nobody knows, and averages of averages and of items."""

from __future__ import annotations

from pathlib import Path

import pytest

from leftshift.population.scores.reading import read_scores
from tests.library.people.made import people
from tests.library.people.runs import people_of, scored

HEAD = 'name = "{}"\ntitle = "T"\nversion = "1"\nsource = "test"\ndated = 2026-01-01\n'
SCORE = HEAD.format("sx") + '[[items]]\nname = "a"\nwhen = "age > average(age)"\n'
AGES = (20, 40, 60, 80)  # on average 50


def who_meets(folder: Path, formula: str) -> list[int]:
    """The ages of those who meet a criterion, of AGES; their deprivation is not known."""
    score, cohort = folder / "score.toml", folder / "cohort.toml"
    score.write_text(SCORE, "utf-8")
    cohort.write_text(HEAD.format("mine") + f'[[criteria]]\nname = "a"\nwhen = "{formula}"\n', "utf-8")
    rows = {**people(*AGES), "outside_scores": []}
    result = scored(
        folder, rows, "list,system,code\na,gp,A\n", ["mine"], score_files=[score], cohort_files=[cohort]
    )
    return [row["age"] for _, row in sorted(people_of(result, folder / "again").items()) if row["in_mine"]]


@pytest.mark.parametrize(
    "formula",
    [
        "age < average(outside('nobody'))",
        "age != average(outside('nobody'))",
        "imd_score == average(outside('nobody'))",
        "average(outside('nobody')) > 0",
        "age > average(outside('nobody')) - 1000",
        "age < average(imd_score / 0)",
        "imd_score / 0 > 1",
        "imd_score != 3",
        "outside('nobody') < 1",
    ],
)
def test_no_comparison_with_an_unknown_number_holds(formula: str, tmp_path: Path) -> None:
    assert who_meets(tmp_path, formula) == []


@pytest.mark.parametrize(
    "formula",
    ["not outside('nobody') >= 1", "not (imd_score / 0 > 1)", "not age < average(outside('nobody'))"],
)
def test_and_so_its_not_does(formula: str, tmp_path: Path) -> None:
    assert who_meets(tmp_path, formula) == list(AGES)


@pytest.mark.parametrize(
    ("formula", "ages"),
    [
        ("age > average(age)", [60, 80]),
        ("age > average(average(age) + age) - 40", [80]),  # more than 60
        ("item('sx', 'a')", [60, 80]),
        ("average(1 if item('sx', 'a') else 0) * 100 < age", [60, 80]),  # more than 50
        ("age > average(age) and age < average(age) + average(age - average(age)) + 30", [60]),
    ],
)
def test_averages_of_averages_and_of_items(formula: str, ages: list[int], tmp_path: Path) -> None:
    assert who_meets(tmp_path, formula) == ages


def test_an_average_of_items_in_a_score(tmp_path: Path) -> None:
    """The item of another score has an average of its own."""
    (tmp_path / "sx.toml").write_text(SCORE, "utf-8")
    (tmp_path / "sy.toml").write_text(
        HEAD.format("sy") + "[[items]]\nname = \"b\"\nwhen = \"item('sx', 'a') and age < 70\"\n", "utf-8"
    )
    scores = [tmp_path / "sx.toml", tmp_path / "sy.toml"]
    assert read_scores(scores)["sy"].needs() == {"sx"}
    cohort = tmp_path / "cohort.toml"
    cohort.write_text(
        HEAD.format("mine") + "[[criteria]]\nname = \"a\"\nwhen = \"item('sy', 'b')\"\n", "utf-8"
    )

    result = scored(
        tmp_path, people(*AGES), "list,system,code\na,gp,A\n", ["mine"], score_files=scores, cohort_files=[cohort]
    )  # fmt: skip

    found = people_of(result, tmp_path / "again").values()
    assert sorted(row["age"] for row in found if row["in_mine"]) == [60]
