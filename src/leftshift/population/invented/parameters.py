"""What an invented population rests on, as data: conditions, values, medicines, hospital codes, rates and costs."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from leftshift.population.invented.arrays import Floats

AGES_GIVEN = (20, 40, 60, 80)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition or circumstance: how common it is by age, what it goes with and in which lists its codes stand."""

    name: str
    group: str
    requires: str
    first_age: int
    shares: tuple[float, ...]
    women: float
    deprivation: float
    frailty: float
    codes: tuple[str, ...]
    repeats: float
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A normal distribution between two ends."""

    mean: float
    sd: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Something that practices measure: who is tested, and what is found with and without what it follows."""

    name: str
    lists: tuple[str, ...]
    code: str
    follows: str
    tested_without: float
    tested_with: float
    abnormal_share: float
    normal: Span
    abnormal: Span
    women: float
    decimals: int
    is_recent: bool
    alone: str


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine: the condition it follows, the share of those people who have it, and every how many times it is issued."""

    code: str
    follows: str
    share: float
    slots: int
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HospitalCode:
    """A diagnosis of hospitals: how often it is why somebody comes, and how often it stands beside."""

    code: str
    follows: str
    emergency: float
    elective: float
    by_age: float
    secondary: float
    points: float
    specialty: str


@dataclass(frozen=True, slots=True)
class HospitalList:
    """A list of hospital codes: prefixes of ICD-10 and codes of A&E, and its share of attendances."""

    name: str
    icd10: tuple[str, ...]
    attendance: tuple[str, ...]
    share: float


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file that stands beside this module."""
    text = resources.files("leftshift.population.invented").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _settings() -> Mapping[str, Any]:
    here = resources.files("leftshift.population.invented")
    texts = [here.joinpath(name).read_text("utf-8") for name in ("parameters.toml", "unit_costs.toml")]
    return {name: given for text in texts for name, given in tomllib.loads(text).items()}


def number(name: str) -> float:
    """A parameter that is one number."""
    return float(_settings()[name]["value"])


def numbers(name: str) -> Floats:
    """A parameter that is a list of numbers."""
    return np.array(_settings()[name]["value"], dtype=np.float64)


def shares(name: str) -> Mapping[str, float]:
    """A parameter that gives a number to each of several names."""
    return {key: float(value) for key, value in _settings()[name]["value"].items()}


@cache
def conditions() -> tuple[Condition, ...]:
    """Every condition, in the order of the file."""
    return tuple(_condition(row) for row in rows_of("conditions.csv"))


def _condition(row: Mapping[str, str]) -> Condition:
    name = row["condition"]
    return Condition(
        name,
        row["group"],
        row["requires"],
        int(row["first_age"]),
        tuple(float(row[f"at_{age}"]) / 100 for age in AGES_GIVEN),
        float(row["women"]),
        float(row["deprivation"]),
        float(row["frailty"]),
        tuple(f"INV-{name.upper()}-{one}" for one in range(1, int(row["codes"]) + 1)),
        float(row["repeats"]),
        tuple(row["lists"].split()),
    )


@cache
def measured() -> tuple[Measured, ...]:
    """Everything that is measured."""
    return tuple(_measured(row) for row in rows_of("values.csv"))


def _measured(row: Mapping[str, str]) -> Measured:
    def span(kind: str) -> Span:
        return Span(*(float(row[f"{kind}_{part}"]) for part in ("mean", "sd", "least", "most")))

    return Measured(
        row["value"],
        tuple(row["lists"].split()),
        row["code"],
        row["follows"],
        float(row["tested_without"]),
        float(row["tested_with"]),
        float(row["abnormal_share"]),
        span("normal"),
        span("abnormal"),
        float(row["women"]),
        int(row["decimals"]),
        row["recent"] == "yes",
        row["alone"],
    )


@cache
def medicines() -> tuple[Medicine, ...]:
    """Every medicine."""
    return tuple(
        Medicine(
            row["code"], row["follows"], float(row["share"]), int(row["slots"]), tuple(row["lists"].split())
        )
        for row in rows_of("medicines.csv")
    )


@cache
def hospital_codes() -> tuple[HospitalCode, ...]:
    """Every diagnosis of hospitals; ``points`` are those of the Hospital Frailty Risk Score for its category."""
    return tuple(_hospital_code(row) for row in rows_of("hospital_codes.csv"))


def _hospital_code(row: Mapping[str, str]) -> HospitalCode:
    return HospitalCode(
        row["code"],
        row["follows"],
        float(row["emergency"]),
        float(row["elective"]),
        float(row["by_age"]),
        float(row["secondary"]),
        float(row["points"]),
        row["specialty"],
    )


@cache
def hospital_lists() -> tuple[HospitalList, ...]:
    """Every list of hospital codes; a list without a name holds what stands in none."""
    return tuple(
        HospitalList(
            row["list"], tuple(row["icd10"].split()), tuple(row["attendance"].split()), float(row["share"])
        )
        for row in rows_of("hospital_lists.csv")
    )
