"""The cohort's rules in plain Python, person by person: a second opinion on what a population is held to."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

_HERE = Path(__file__).parent
_ABNORMAL: dict[str, Callable[[float], bool]] = {
    "activity-limitation.barthel": lambda value: value <= 18,
    "atrial-fibrillation.chads": lambda value: True,
    "ckd.egfr": lambda value: value < 60,
    "ckd.urine-protein": lambda value: value > 150,
    "ckd.urine-albumin": lambda value: value > 20,
    "ckd.pcr": lambda value: value > 50,
    "ckd.acr": lambda value: value > 3,
    "ckd.microalbumin": lambda value: value > 3,
    "cognitive-problems.six-cit": lambda value: value >= 8,
    "falls.count": lambda value: value > 0,
    "hypertension.diastolic-24h": lambda value: value > 85,
    "hypertension.systolic-24h": lambda value: value > 135,
    "osteoporosis.hip-t-score": lambda value: value <= -2.5,
    "pvd.abpi": lambda value: value < 0.95,
    "respiratory-disease.in-12-months": lambda value: value >= 1,
    "thyroid-disorders.tsh": lambda value: value < 0.36 or value > 5.5,
    "weight-loss.must": lambda value: value >= 1,
}
_OF_A_YEAR = {"falls.count", "respiratory-disease.in-12-months"}


def rows(folder: Path, table: str) -> Iterator[dict[str, Any]]:
    """The rows of a table, one by one."""
    yield from pl.read_parquet(folder / table / "*.parquet").iter_rows(named=True)


def lists_by_code(folder: Path, system: str) -> Mapping[str, list[str]]:
    """The lists that each code of a system stands in."""
    found = defaultdict(list)
    with (folder / "code_lists.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["system"] == system:
                found[row["code"]].append(row["list"])
    return found


def counted_people(folder: Path, as_at: date) -> dict[int, dict[str, Any]]:
    """Who lives, is registered and has not opted out, each with the locality of the practice."""
    localities = {row["practice"]: row["locality"] for row in rows(folder, "practices")}
    out = {row["person_id"] for row in rows(folder, "opt_outs")}
    people = {row["person_id"]: row for row in rows(folder, "persons")}
    found = {}
    for row in rows(folder, "registrations"):
        person = people[row["person_id"]]
        is_here = row["from_date"] <= as_at and (row["to_date"] is None or row["to_date"] > as_at)
        lives = person["death_date"] is None or person["death_date"] > as_at
        if is_here and lives and row["person_id"] not in out:
            assert row["person_id"] not in found, "registered twice"
            found[row["person_id"]] = {**person, "locality": localities[row["practice"]]}
    return found


def reasons(folder: Path, as_at: date) -> dict[int, set[str]]:
    """Why each counted adult belongs to the cohort; nobody else is named."""
    people = counted_people(folder, as_at)
    adults = {key for key, one in people.items() if one["birth_date"] <= as_at.replace(year=as_at.year - 18)}
    ltcs, deficits = _ltcs_and_deficits(folder, as_at, people)
    points = _points(folder, as_at)
    costs = {
        row["person_id"]: row["value"]
        for row in rows(folder, "outside_scores")
        if row["score"] == "predicted_cost" and row["person_id"] in people
    }
    mean = sum(costs.values()) / len(people)
    found: dict[int, set[str]] = {}
    for key in adults:
        why = {
            "conditions": len(ltcs[key]) >= 5,
            "deficits": len(deficits[key]) >= 9,
            "hospital frailty": points.get(key, 0) > 15,
            "cost": costs.get(key, 0) >= 3 * mean,
        }
        if any(why.values()):
            found[key] = {name for name, holds in why.items() if holds}
    return found


def _ltcs_and_deficits(
    folder: Path, as_at: date, people: Mapping[int, dict[str, Any]]
) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    lists = lists_by_code(folder, "gp")
    year_before = as_at.replace(year=as_at.year - 1)
    ltcs, deficits = defaultdict(set), defaultdict(set)
    for row in rows(folder, "gp_events"):
        key = row["person_id"]
        if key not in people or row["event_date"] > as_at or row["recorded_date"] > as_at:
            continue
        for name in lists.get(row["code"], ()):
            kind, _, rest = name.partition(".")
            if kind == "ltc":
                ltcs[key].add(rest)
            elif kind == "efi" and "." not in rest:
                deficits[key].add(rest)
            elif kind == "efi" and (rest not in _OF_A_YEAR or row["event_date"] > year_before):
                deficits[key] |= _by_value(rest, row["value"], people[key]["sex"])
    for key in _many_medicines(folder, as_at, year_before):
        deficits[key].add("polypharmacy")
    return ltcs, deficits


def _by_value(name: str, value: float, sex: str) -> set[str]:
    if name == "anaemia.haemoglobin":
        is_abnormal = (value * 10 if value <= 25 else value) < (130 if sex == "1" else 115)
    else:
        is_abnormal = _ABNORMAL[name](value)
    return {name.partition(".")[0]} if is_abnormal else set()


def _many_medicines(folder: Path, as_at: date, year_before: date) -> set[int]:
    codes = defaultdict(set)
    for row in rows(folder, "prescriptions"):
        if year_before < row["event_date"] <= as_at and row["recorded_date"] <= as_at:
            codes[row["person_id"]].add(row["code"])
    return {key for key, found in codes.items() if len(found) >= 5}


def _points(folder: Path, as_at: date) -> dict[int, float]:
    with (_HERE / "hfrs_points.csv").open(encoding="utf-8") as lines:
        points = {row["icd10_3char"]: float(row["points"]) for row in csv.DictReader(lines)}
    codes = defaultdict(set)
    for row in rows(folder, "diagnoses"):
        if as_at.replace(year=as_at.year - 2) < row["event_date"] <= as_at and row["recorded_date"] <= as_at:
            codes[row["person_id"]].add(row["code"][:3])
    return {key: sum(points.get(code, 0) for code in found) for key, found in codes.items()}


def use_by_group(folder: Path, as_at: date) -> dict[str, Counter[int]]:
    """People, attendances and unplanned admissions of the year to the date by risk group, of counted people."""
    people = counted_people(folder, as_at)
    group = {
        row["person_id"]: int(row["value"])
        for row in rows(folder, "outside_scores")
        if row["score"] == "risk_group" and row["person_id"] in people
    }
    since = as_at.replace(year=as_at.year - 1)
    found = {"people": Counter(group.values()), "attendances": Counter[int](), "admissions": Counter[int]()}
    for table in ("attendances", "admissions"):
        for row in rows(folder, table):
            is_asked = table == "attendances" or row["method"].startswith("2")
            if is_asked and row["person_id"] in group and since < row["event_date"] <= as_at:
                found[table][group[row["person_id"]]] += 1
    return found
