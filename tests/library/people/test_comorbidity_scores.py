"""Scores of hospital diagnoses against an independent implementation, and by hand where implementations disagree."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pycomorb
import pytest

from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import engine_of
from leftshift.population.facts.gathering import gather_facts
from leftshift.population.scores.definitions import in_order
from leftshift.population.scores.reading import packaged_lists, packaged_scores
from leftshift.population.scores.scoring import score_people
from tests.library.people.made import AS_AT, people, records_of, with_diagnoses

NAMES = ("charlson", "charlson_2011", "charlson_shmi", "elixhauser", "hfrs")


def scored(
    folder: Path, codes: Iterable[tuple[int, str]], count: int, names: Iterable[str] = NAMES
) -> dict[int, dict[str, Any]]:
    """The scores of persons 1 to ``count``, of whom ``codes`` are known."""
    rows = people(*([40] * count))
    with_diagnoses(rows, codes)
    scores = in_order(packaged_scores(), list(names))
    facts = frozenset[Fact]().union(*(score.facts() for score in scores))
    with engine_of("duckdb", folder / "scratch") as engine:
        records = records_of(engine, folder / "set", rows)
        found = gather_facts(engine, records, facts, packaged_lists(), AS_AT)
        table = score_people(engine, found, scores).table
        return {row["person_id"]: row for row in engine.rows(table)}


@pytest.fixture(scope="module")
def drawn() -> list[tuple[int, str]]:
    """Codes of 300 invented people: of every list, with more letters and digits after them, and some of none."""
    draw = random.Random(10)
    prefixes = sorted({code for codes in packaged_lists().codes.values() for code in codes})
    codes = []
    for person in range(1, 301):
        for _ in range(draw.randrange(0, 12)):
            prefix = draw.choice(prefixes) if draw.random() < 0.9 else draw.choice(["Z999", "J069", "S610"])
            codes.append((person, prefix + ("" if len(prefix) > 3 else draw.choice(["", "0", "9", "12"]))))
    return codes


@pytest.fixture(scope="module")
def ours(drawn: list[tuple[int, str]], tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, Any]]:
    return scored(tmp_path_factory.mktemp("oracle"), drawn, 300)


@pytest.mark.parametrize("name", NAMES)
def test_pycomorb_says_the_same_of_300_people(
    name: str, drawn: list[tuple[int, str]], ours: dict[int, dict[str, Any]]
) -> None:
    frame = pl.DataFrame(drawn, schema=["id", "code"], orient="row").with_columns(age=pl.lit(40))
    theirs = {
        "charlson": lambda: pycomorb.CharlsonComorbidityIndex(frame, weights="charlson"),
        "charlson_2011": lambda: pycomorb.CharlsonComorbidityIndex(frame, weights="quan"),
        "charlson_shmi": lambda: pycomorb.CharlsonComorbidityIndex(
            frame, implementation="uk_shmi", weights="uk_shmi"
        ),
        "elixhauser": lambda: pycomorb.ElixhauserComorbidityIndex(frame),
        "hfrs": lambda: pycomorb.HospitalFrailtyRiskScore(frame),
    }[name]()
    column = {
        "elixhauser": "Elixhauser Comorbidity Index",
        "hfrs": "HFRS Score",
    }.get(name, "Charlson Comorbidity Index")

    said = dict(theirs.select("id", column).iter_rows())

    assert len(said) > 250
    assert len({ours[person][name] for person in said}) > 10
    assert {person: ours[person][name] for person in said} == pytest.approx(said)
    assert all(ours[person][name] == 0 for person in ours.keys() - said.keys())


CASES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "nothing": ([], {"charlson": 0, "hfrs": 0, "hfrs_band": "Low", "elixhauser": 0}),
    "one category twice": (["F000", "F001", "F00"], {"hfrs": 7.1}),
    "exactly 5": (["I69", "R33"], {"hfrs": 5.0, "hfrs_band": "Intermediate"}),
    "just below 5": (["I69", "Z74"], {"hfrs": 4.8, "hfrs_band": "Low"}),
    "exactly 15, where floats would add up to more": (
        ["F00", "I69", "T83", "Z60"],
        {"hfrs": 15.0, "hfrs_band": "Intermediate"},
    ),
    "just above 15": (["F00", "I69", "T83", "H54"], {"hfrs": 15.1, "hfrs_band": "High"}),
    "I110 is two conditions": (["I110"], {"elixhauser": 7}),
    "graver form alone": (["E102", "E109"], {"charlson": 2, "charlson_2011": 1, "charlson_shmi": 0}),
    "dot, dash and case": (["i21.9"], {"charlson": 1, "charlson_shmi": 5}),
    "metastasis and its tumour": (["C500", "C795"], {"charlson": 6, "elixhauser": 12}),
    "left out of SHMI": (["E110", "M351"], {"charlson_shmi": 0}),
}


@pytest.mark.parametrize("case", CASES)
def test_by_hand(case: str, tmp_path: Path) -> None:
    codes, expected = CASES[case]

    found = scored(tmp_path, [(1, code) for code in codes], 1)[1]

    assert {name: found[name] for name in expected} == expected
