"""Scores that no independent implementation was found for, worked out by hand; and what must hold of every score."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from leftshift.population.defining.formulas import Fact
from leftshift.population.engines.engine import engine_of
from leftshift.population.facts.gathering import gather_facts
from leftshift.population.facts.reaching import months_before
from leftshift.population.scores.definitions import in_order
from leftshift.population.scores.reading import packaged_lists, packaged_scores, score_of
from leftshift.population.scores.scoring import score_people
from tests.library.people.drawn import drawn_rows, lists_for
from tests.library.people.made import AS_AT, Rows, people, records_of, with_diagnoses

ALL = in_order(packaged_scores(), list(packaged_scores()))
LISTS = lists_for(ALL, packaged_lists())


def scored(folder: Path, rows: Rows, *names: str) -> dict[int, dict[str, Any]]:
    """Everybody's scores of these names, and of what they build on."""
    scores = in_order(packaged_scores(), names)
    facts = frozenset[Fact]().union(*(score.facts() for score in scores))
    with engine_of("duckdb", folder / "scratch") as engine:
        found = gather_facts(engine, records_of(engine, folder / "set", rows), facts, LISTS, AS_AT)
        return {row["person_id"]: row for row in engine.rows(score_people(engine, found, scores).table)}


def code(system: str, name: str) -> str:
    return next(iter(sorted(LISTS.codes[system, name])))


def stay(at: int, day: date, days: int, method: str) -> dict[str, Any]:
    return {
        "admission_id": at, "person_id": 1, "event_date": day, "discharge_date": day + timedelta(days=days), "method": method,
        "recorded_date": AS_AT,
    }  # fmt: skip


def after_a_stay() -> dict[str, list[dict[str, Any]]]:
    """A woman of 70 who left hospital on 15 March after three days, came as an emergency, and had been there before."""
    rows: dict[str, list[dict[str, Any]]] = people(70, imd_score=25.0)
    rows["admissions"] = [
        stay(1, date(2016, 3, 12), 3, "21"),
        stay(2, date(2016, 2, 20), 1, "21"),  # 21 days before it
        stay(3, date(2015, 6, 1), 1, "21"),  # within the year
        stay(4, date(2015, 3, 1), 1, "21"),  # not within the year
        stay(5, date(2015, 9, 1), 1, "11"),  # no emergency
    ]
    rows["diagnoses"] = [
        {"admission_id": 2, "person_id": 1, "code": "I500", "event_date": date(2016, 2, 20)},
        {"admission_id": 1, "person_id": 1, "code": "J440", "event_date": date(2016, 3, 12)},
    ]
    days = [date(2016, 3, 11), date(2015, 10, 1), date(2016, 3, 12), date(2015, 9, 1)]
    rows["attendances"] = [
        {"attendance_id": at, "person_id": 1, "event_date": day} for at, day in enumerate(days, start=1)
    ]
    return rows


def test_lace_by_hand(tmp_path: Path) -> None:
    found = scored(tmp_path, after_a_stay(), "lace", "lace_4_is_4")[1]

    # heart failure 2 and lung disease 2 are four points of comorbidity; two visits within 183 days before the stay began
    assert found["lace_comorbidity"] == 4
    assert found["lace"] == 3 + 3 + 5 + 2
    assert found["lace_4_is_4"] == 3 + 3 + 4 + 2
    assert found["lace_band"] == "High"


def test_parr_30_by_hand(tmp_path: Path) -> None:
    found = scored(tmp_path, after_a_stay(), "parr30")[1]

    line = (
        -2.9182 + 0.5565 + 0.000060581 * 70**2 + 0.1215 * 2 + 0.5258 + 0.0950 + 0.2243 + 0.0661
    )  # deprivation of 25: 25-40
    assert found["parr30"] == pytest.approx(1 / (1 + math.exp(-line)))


def test_of_whoever_was_not_in_hospital_nothing_is_said_of_readmission(tmp_path: Path) -> None:
    found = scored(tmp_path, people(70), "lace", "parr30")[1]

    assert (found["lace"], found["lace_band"], found["parr30"]) == (None, None, None)


def own_code(system: str, name: str) -> str:
    """A code of that list alone: the lists of drawn sets share others."""
    return min(LISTS.codes[system, name], key=lambda known: known.endswith("s"))


VALUES: list[tuple[list[tuple[str, float]], int]] = [
    ([("efi.anaemia.haemoglobin", 114.9)], 1),
    ([("efi.anaemia.haemoglobin", 115.0)], 0),
    ([("efi.anaemia.haemoglobin", 11.4)], 1),  # g/dL
    ([("efi.anaemia.haemoglobin", 13.5)], 0),
    ([("efi.ckd.egfr", 59.0)], 1),
    ([("efi.ckd.egfr", 60.0), ("efi.ckd.acr", 3.1)], 1),
    ([("efi.thyroid-disorders.tsh", 5.5)], 0),
    ([("efi.thyroid-disorders.tsh", 5.6)], 1),
    ([("efi.osteoporosis.hip-t-score", -2.5)], 1),
]


def test_values_that_are_deficits(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = people(*([80] * len(VALUES)))
    rows["gp_events"] = [
        {"person_id": person, "code": own_code("gp", name), "value": value, "event_date": date(2015, 1, 1)}
        for person, (values, _) in enumerate(VALUES, start=1)
        for name, value in values
    ]

    found = scored(tmp_path, rows, "efi")

    assert [found[person]["efi"] for person in sorted(found)] == [deficits for _, deficits in VALUES]


def test_five_different_medicines_in_a_year_are_a_deficit(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = people(80, 80)
    rows["prescriptions"] = [
        {"person_id": person, "code": f"medicine {at}", "event_date": date(2015, 4, 2)}
        for person, codes in ((1, 4), (2, 5))
        for at in range(codes)
    ] * 2
    rows["prescriptions"].append({"person_id": 1, "code": "too long ago", "event_date": date(2015, 4, 1)})

    found = scored(tmp_path, rows, "efi")

    assert (found[1]["efi"], found[2]["efi"]) == (0, 1)


EGFR: list[tuple[list[tuple[int, float]], bool]] = [
    ([(1, 50.0)], False),
    ([(1, 50.0), (2, 59.9)], True),
    ([(1, 50.0), (2, 60.0)], False),
    ([(1, 70.0), (2, 50.0), (3, 40.0)], True),
    ([(1, 50.0), (1, 50.0)], False),  # the same value of the same day is one
]


def test_cambridge_by_issues_and_by_the_better_of_the_last_two(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = people(*([80] * (len(EGFR) + 2)))
    rows["gp_events"] = [
        {
            "person_id": person,
            "code": own_code("gp", "cambridge.egfr"),
            "value": value,
            "event_date": date(2015, 1, day),
        }
        for person, (values, _) in enumerate(EGFR, start=1)
        for day, value in values
    ]
    medicine = own_code("medicine", "cambridge.medicines.analgesics")
    rows["prescriptions"] = [
        {"person_id": person, "code": medicine, "event_date": date(2016, 1, day)}
        for person, issues in ((6, 3), (7, 4))
        for day in range(1, issues + 1)
    ] * 3  # delivered thrice

    found = scored(tmp_path, rows, "cambridge")

    assert [found[person]["cambridge"] for person in range(1, 6)] == [
        0.53 if is_ckd else 0 for _, is_ckd in EGFR
    ]
    assert (found[6]["cambridge"], found[7]["cambridge"]) == (0, 0.92)


def test_one_more_code_never_lowers_a_frailty_score(tmp_path: Path) -> None:
    """Persons 1 to 150 as drawn, and twins of them who have one code more."""
    draw = random.Random(3)
    rows = drawn_rows(3, 150, ALL, LISTS)
    for table in ("persons", "registrations", "gp_events", "prescriptions", "attendances", "contacts"):
        rows[table] += [{**row, "person_id": row["person_id"] + 1_000} for row in rows[table]]
    for table in ("admissions", "diagnoses"):
        rows[table] += [
            {**row, "person_id": row["person_id"] + 1_000, "admission_id": row["admission_id"] + 100_000}
            for row in rows[table]
        ]
    rows["opt_outs"] = []
    day = {"event_date": date(2015, 12, 1), "recorded_date": date(2015, 12, 1)}
    for person in range(1_001, 1_151):
        name = draw.choice([n for s, n in LISTS.codes if s == "icd10" and n.startswith("hfrs.")])
        rows["diagnoses"].append(
            {**rows["diagnoses"][0], "person_id": person, "code": code("icd10", name), **day}
        )
        name = draw.choice(
            [n for s, n in LISTS.codes if s == "gp" and n.startswith("efi.") and n.count(".") == 1]
        )
        rows["gp_events"].append({"person_id": person, "code": code("gp", name), "value": None, **day})

    found = scored(tmp_path, rows, "hfrs", "efi")

    pairs = [(row, found[person + 1_000]) for person, row in found.items() if person < 1_000]
    assert len(pairs) > 100
    assert all(twin["hfrs"] >= one["hfrs"] and twin["efi"] >= one["efi"] for one, twin in pairs)
    assert any(twin["hfrs"] > one["hfrs"] for one, twin in pairs)
    assert any(twin["efi"] > one["efi"] for one, twin in pairs)


def test_every_adult_is_in_exactly_one_segment_and_no_child_in_any(tmp_path: Path) -> None:
    names = {segment.name for segment in packaged_scores()["segment"].segments}

    rows = drawn_rows(5, 300, ALL, LISTS)
    rows["persons"].append(
        {**rows["persons"][0], "person_id": 999, "birth_date": date(1980, 1, 1), "death_date": None}
    )
    rows["registrations"].append({**rows["registrations"][0], "person_id": 999, "to_date": None})
    smoker = {"person_id": 999, "code": own_code("gp", "snee.smoker"), "value": None}
    rows["gp_events"].append({**smoker, "event_date": date(2015, 1, 1), "recorded_date": date(2015, 1, 1)})

    found = scored(tmp_path, rows, "segment")

    adults = [row for row in found.values() if row["age"] >= 18]
    assert {row["segment_band"] for row in adults} == names
    assert all(row["segment_band"] is None for row in found.values() if row["age"] < 18)


def test_long_term_conditions_decide_between_segments(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, Any]]] = people(50, 50, 50, 17)
    conditions = [item.name for item in packaged_scores()["long_term_conditions"].items]
    wanted = {1: 4, 2: 3, 3: 0}
    lists = {
        name: min(LISTS.codes["gp", f"ltc.{name}"], key=lambda c: c.endswith("s")) for name in conditions
    }
    rows["gp_events"] = [
        {"person_id": person, "code": lists[name], "event_date": date(2010, 1, 1)}
        for person, number in wanted.items()
        for name in conditions[:number]
    ]

    found = scored(tmp_path, rows, "segment")

    assert {person: found[person]["segment_band"] for person in found} == {
        1: "Age well",
        2: "Stay well",
        3: "Live well",
        4: None,
    }


def test_windows_begin_after_the_same_day_of_an_earlier_month() -> None:
    assert months_before(date(2016, 4, 1), 12) == date(2015, 4, 1)
    assert months_before(date(2016, 3, 31), 1) == date(2016, 2, 29)
    assert months_before(date(2015, 3, 31), 1) == date(2015, 2, 28)
    assert months_before(date(2016, 1, 15), 24) == date(2014, 1, 15)


def test_a_diagnosis_on_the_edge_of_its_window(tmp_path: Path) -> None:
    rows = people(80, 80)
    with_diagnoses(rows, [(1, "F00"), (2, "F00")])
    for row, day in zip(rows["diagnoses"], (date(2014, 4, 1), date(2014, 4, 2)), strict=True):
        row["event_date"] = day

    found = scored(tmp_path, rows, "hfrs")

    assert (found[1]["hfrs"], found[2]["hfrs"]) == (0, 7.1)


def test_points_are_added_as_they_are_written(tmp_path: Path) -> None:
    """0.29 times a hundred is a little less than 29 in floats."""
    text = 'name = "mine"\ntitle = "t"\nversion = "1"\nsource = "s"\ndated = 2026-01-01\n'
    text += "".join(f'[[items]]\nname = "i{at}"\npoints = 0.29\nwhen = "age > {at}"\n' for at in range(3))
    score = score_of(text, "mine.toml")
    with engine_of("duckdb", tmp_path / "scratch") as engine:
        records = records_of(engine, tmp_path / "set", people(80))
        found = gather_facts(engine, records, score.facts(), LISTS, AS_AT)

        assert engine.rows(score_people(engine, found, [score]).table)[0]["mine"] == 0.87
