"""What an invented population is held to: the published totals of a place, and what is assumed beside them."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

FILES = ("calibration.toml", "localities.csv", "risk_groups.csv")


class CalibrationNotKnown(ValueError):
    """No calibration has this name; the words say which there are."""


@dataclass(frozen=True, slots=True)
class Locality:
    """A locality: its people and practices, how many are in the cohort, how deprived and how old it is."""

    name: str
    commissioner: str
    people: int
    practices: int
    cohort: int
    deprivation: float
    age_tilt: float


@dataclass(frozen=True, slots=True)
class RiskGroup:
    """A risk group: its share of people, and its attendances and unplanned admissions of a year."""

    name: str
    score: int
    share: float
    attendances: int
    admissions: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """The totals at ``people``; for another size all are in proportion. Risk groups stand highest first."""

    name: str
    title: str
    people: int
    localities: tuple[Locality, ...]
    risk_groups: tuple[RiskGroup, ...]
    source: str
    digest: str

    def scaled(self, total: float, people: int) -> float:
        """A total in proportion to so many people."""
        return total * people / self.people


def calibration_names() -> tuple[str, ...]:
    """The calibrations that come with the package."""
    return tuple(sorted(one.name for one in _shipped().iterdir() if one.is_dir()))


def read_calibration(given: str | Path) -> Calibration:
    """A calibration by its name, or from a folder; raises CalibrationNotKnown."""
    folder: Traversable = given if isinstance(given, Path) else _shipped().joinpath(given)
    if isinstance(given, str) and given not in calibration_names():
        raise CalibrationNotKnown(f"no calibration {given!r}; there are: {', '.join(calibration_names())}")
    if missing := [name for name in FILES if not folder.joinpath(name).is_file()]:
        raise CalibrationNotKnown(f"the calibration {folder} lacks {', '.join(missing)}")
    texts = {name: folder.joinpath(name).read_text("utf-8") for name in FILES}
    heading = tomllib.loads(texts["calibration.toml"])
    digest = hashlib.sha256("\x00".join(texts[name] for name in FILES).encode()).hexdigest()
    return Calibration(
        folder.name,
        heading["title"],
        heading["people"],
        tuple(_locality(row) for row in csv.DictReader(texts["localities.csv"].splitlines())),
        tuple(_risk_group(row) for row in csv.DictReader(texts["risk_groups.csv"].splitlines())),
        heading["source"],
        digest,
    )


def _shipped() -> Traversable:
    return resources.files("leftshift.population.invented").joinpath("calibrations")


def _locality(row: Mapping[str, str]) -> Locality:
    return Locality(
        row["locality"],
        row["commissioner"],
        int(row["people"]),
        int(row["practices"]),
        int(row["cohort"]),
        float(row["deprivation"]),
        float(row["age_tilt"]),
    )


def _risk_group(row: Mapping[str, str]) -> RiskGroup:
    return RiskGroup(
        row["risk_group"],
        int(row["score"]),
        float(row["share"]),
        int(row["attendances"]),
        int(row["admissions"]),
    )
