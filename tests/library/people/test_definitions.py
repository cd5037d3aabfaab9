"""Definitions of scores and cohorts, and code lists: what is wrong with them is said, all at once."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.faults import Faults, FaultsFound
from leftshift.population.cohorts.definitions import packaged_cohorts, read_cohorts
from leftshift.population.defining.codelists import SYSTEMS, code_lists_of, read_code_lists
from leftshift.population.linked.dataset import LinkedData
from leftshift.population.runs.wanting import what_is_wanted
from leftshift.population.scores.definitions import ScoresGoRound, in_order
from leftshift.population.scores.reading import packaged_scores, read_scores, score_of
from tests.library.people.made import people, with_diagnoses, write_set

SCORE = """name = "mine"
title = "Mine"
version = "1"
source = "test"
dated = 2026-01-01
"""
ITEM = """
[[items]]
name = "a"
when = "{}"
"""
COHORT = (
    SCORE
    + """
[[criteria]]
name = "a"
when = "{}"
"""
)


def kinds(found: FaultsFound) -> list[str]:
    return sorted(fault.kind for fault in found.faults)


def test_scores_and_cohorts_that_come_with_leftshift_name_their_source() -> None:
    for score in packaged_scores().values():
        assert score.source
        assert score.version
        assert len(score.digest) == 64
    assert packaged_cohorts().keys() == {"llr_2016", "leicester_city_2014"}


def test_every_item_of_a_score_has_a_title_that_says_what_it_is() -> None:
    """A clinician is shown which were found: a code alone would say little."""
    for score in packaged_scores().values():
        titles = [item.title for item in score.items]
        assert len(set(titles)) == len(titles), score.name
        for item in score.items:
            assert len(item.title) > 3 or item.title.isupper(), (score.name, item.name)
            assert item.title != item.name, (score.name, item.name)


def test_bands_of_the_electronic_frailty_index_disagree_at_13_deficits() -> None:
    count, decimal = packaged_scores()["efi"].band_rules

    assert [count.band_of(n) for n in (4, 5, 8, 9, 13, 14)] == [
        "Fit",
        "Mild",
        "Mild",
        "Moderate",
        "Moderate",
        "Severe",
    ]
    assert [decimal.band_of(n) for n in (4, 5, 8, 9, 12, 13)] == [
        "Fit",
        "Mild",
        "Mild",
        "Moderate",
        "Moderate",
        "Severe",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["missing value"] * 5 + ["nothing to count"]),
        (SCORE, ["nothing to count"]),
        (SCORE + "colour = 3\n" + ITEM.format("male"), ["unknown name"]),
        (SCORE + ITEM.format("age"), ["formula not understood"]),
        (SCORE + ITEM.format("male") * 2, ["said twice"]),
        (SCORE + 'link = "probit"\n' + ITEM.format("male"), ["not one of the choices"]),
        (
            SCORE + '[[items_from]]\ntable = "none.csv"\npoints = "p"\nwhen = "male"\n',
            ["no such file", "nothing to count"],
        ),
        (
            SCORE + '[[segments]]\nname = "A"\n[[segments.elements]]\ntitle = "t"\nwhen = "male"\n',
            ["segments do not cover all"],
        ),
        (
            SCORE
            + '[[band_rules]]\nname = "r"\nbands = [{ name = "a" }, { name = "b", from = 5 }, { name = "c", from = 2 }]\n'
            + ITEM.format("male"),
            ["bands out of order"],
        ),
        (SCORE + '[[terms]]\nname = "t"\nvalue = "age"\nsteps = [[2, 0], [1, 1]]\n', ["steps out of order"]),
    ],
)
def test_a_score_that_cannot_be_read(text: str, expected: list[str]) -> None:
    with pytest.raises(FaultsFound) as found:
        score_of(text, "mine.toml")

    assert kinds(found.value) == sorted(expected)


def test_all_faults_of_all_files_at_once(tmp_path: Path) -> None:
    one, other = tmp_path / "one.toml", tmp_path / "other.toml"
    one.write_text(SCORE + ITEM.format("age"), "utf-8")
    other.write_text(SCORE.replace("mine", "other") + ITEM.format("score('nothing') > 1"), "utf-8")

    with pytest.raises(FaultsFound) as found:
        read_scores([one, other])

    assert kinds(found.value) == ["formula not understood", "unknown score"]


def test_scores_that_build_on_one_another_in_a_circle(tmp_path: Path) -> None:
    """Whoever builds on them is not at fault."""
    needs = {"above": "one", "one": "two", "two": "one", "me": "me"}
    for name, other in needs.items():
        text = SCORE.replace("mine", name) + ITEM.format(f"score('{other}') > 1")
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")

    with pytest.raises(FaultsFound) as found:
        read_scores([tmp_path / f"{name}.toml" for name in needs])

    assert [(fault.kind, fault.file, fault.column, fault.found) for fault in found.value.faults] == [
        ("scores go round", "one.toml", "items, a", "one → two → one"),
        ("scores go round", "two.toml", "items, a", "two → one → two"),
        ("scores go round", "me.toml", "items, a", "me → me"),
    ]


def test_scores_in_a_circle_have_no_order() -> None:
    scores = {
        name: score_of(SCORE.replace("mine", name) + ITEM.format(f"score('{other}') > 1"), f"{name}.toml")
        for name, other in (("one", "two"), ("two", "one"))
    }

    with pytest.raises(ScoresGoRound, match="one → two → one"):
        in_order(scores, ["one"])


def test_a_cohort_that_refers_to_what_is_not_there(tmp_path: Path) -> None:
    rows = people(40)
    with_diagnoses(rows, [(1, "I21")])
    folder = write_set(tmp_path / "set", rows)
    cohort = tmp_path / "mine.toml"
    text = "coded('no.list') or score('hfsr') > 1 or item('efi', 'anemia') or cost(months=12) > 1"
    cohort.write_text(COHORT.format(text), "utf-8")

    with pytest.raises(FaultsFound) as found:
        what_is_wanted(LinkedData(folder), scores=["charlson"], cohorts=["mine"], cohort_files=[cohort])

    mine = [fault for fault in found.value.faults if fault.file == "mine.toml"]
    assert sorted(fault.kind for fault in mine) == [
        "missing code list", "missing table", "missing table", "unknown item", "unknown score",
    ]  # fmt: skip
    assert {fault.suggestion for fault in mine} >= {"hfrs", "anaemia"}


def test_names_that_nobody_knows_get_the_nearest() -> None:
    with pytest.raises(FaultsFound) as found:
        what_is_wanted(None, scores=["charlsen"], cohorts=["llr_2015"])

    assert [fault.suggestion for fault in found.value.faults] == ["llr_2016", "charlson"]


def test_cohorts_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(COHORT.format("age > 60"), "utf-8")

    found = read_cohorts([tmp_path / "mine.toml"])

    assert found["mine"].criteria[0].when.text == "age > 60"
    assert found["mine"].meets == "any"


def test_a_list_with_duplicates_counts_each_code_once_and_says_so() -> None:
    faults = Faults()

    found = code_lists_of(
        "list,system,code,match\na,icd10,I21,prefix\na,icd10,i21.,exact\na,icd10,I22,\nb,gp,1,\nb,gp,1,\n",
        "codes.csv",
        faults,
    )

    assert not faults
    assert found.codes == {("icd10", "a"): {"I21": True, "I22": False}, ("gp", "b"): {"1": False}}
    assert found.repeated == {("icd10", "a"): 1, ("gp", "b"): 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["missing column"] * 3),
        ("list,system,code\n", ["empty file"]),
        ("list,system,code,colour\na,gp,1,red\n", ["unknown column"]),
        ("list,system,code\na,snomed,1\n,gp,1\na,gp,\n", ["missing value", "missing value", "unknown value"]),
        ("list,system,code\na,gp,1,exact,more\n", ["too many values"]),
        ('list,system,code\na,gp,"1\n', ["file not understood"]),
        ("list,system,code\na,gp," + "9" * 50 + "\n", ["value too long"]),
    ],
)
def test_lists_that_cannot_be_read(text: str, expected: list[str], tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(text, "utf-8")

    with pytest.raises(FaultsFound) as found:
        read_code_lists(path)

    assert kinds(found.value) == expected


def test_a_list_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_bytes("list,system,code\na,gp,é\n".encode("latin-1"))

    with pytest.raises(FaultsFound) as found:
        read_code_lists(path)

    assert kinds(found.value) == ["wrong encoding"]


@given(st.text(alphabet='list,system,code,match\n"gpicd10x1 ', max_size=120))
def test_any_text_is_a_file_of_lists_or_refused(text: str) -> None:
    faults = Faults()

    found = code_lists_of("list,system,code,match\n" + text, "codes.csv", faults)

    assert bool(faults) or bool(found.codes)
    assert all(system in SYSTEMS and codes for (system, _), codes in found.codes.items())


VALUE = st.one_of(
    st.text(max_size=12), st.integers(-5, 50), st.booleans(), st.lists(st.integers(0, 3), max_size=3)
)


@given(
    st.dictionaries(
        st.sampled_from(
            ["points", "when", "steps", "value", "times", "name", "table", "bands", "per", "unless", "colour"]
        ),
        VALUE,
        max_size=5,
    ),
    st.sampled_from(["items", "terms", "segments", "band_rules", "items_from"]),
)
def test_any_definition_is_read_or_refused(values: dict[str, object], part: str) -> None:
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]

    with contextlib.suppress(FaultsFound):
        assert score_of(SCORE + ITEM.format("male") + f"\n[[{part}]]\n" + "\n".join(lines), "mine.toml").items


def test_a_name_that_two_files_define_is_refused(tmp_path: Path) -> None:
    """Which of them counts would be chance; one that comes with leftshift gives way, as is said."""
    for folder, when in (("a", "age > 1"), ("b", "age > 2")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{folder}.toml").write_text(
            SCORE + ITEM.format(when) + "title = 't'\npoints = 1\n"
        )
        (tmp_path / folder / f"{folder}-cohort.toml").write_text(COHORT.format(when))

    with pytest.raises(FaultsFound) as scores:
        read_scores([tmp_path / "a" / "a.toml", tmp_path / "b" / "b.toml"])
    with pytest.raises(FaultsFound) as cohorts:
        read_cohorts([tmp_path / "a" / "a-cohort.toml", tmp_path / "b" / "b-cohort.toml"])

    for caught, file, other in ((scores, "b.toml", "a.toml"), (cohorts, "b-cohort.toml", "a-cohort.toml")):
        (fault,) = caught.value.faults
        assert (fault.kind, fault.file, fault.column) == ("defined twice", file, "name")
        assert other in fault.expected


def test_a_fault_names_the_file_that_was_given(tmp_path: Path) -> None:
    (tmp_path / "draft 3.toml").write_text(COHORT.format("score('nobody_has') > 1"))

    with pytest.raises(FaultsFound) as caught:
        what_is_wanted(
            None, scores=[], cohorts=["mine"], cohort_files=[tmp_path / "draft 3.toml"], invent_lists=True
        )

    assert [fault.file for fault in caught.value.faults] == ["draft 3.toml"]
