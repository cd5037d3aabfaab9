"""Definitions that would be counted wrongly, or end in the words of a library: refused, with the file and the place in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.population.cohorts.definitions import read_cohorts
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
    assert result.record["counts"].keys() == {"opted_out", "counted", "cohorts"}


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
