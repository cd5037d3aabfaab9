"""The facade: a place, and every verb on it. Each method is a call downward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from leftshift.economy.calibrating import Calibration, calibrate, ranges_of
from leftshift.economy.checking import economy_faults, run_checks
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.economy.ranging import Ranges
from leftshift.economy.result import Result
from leftshift.economy.tying import TieOut, tie_out
from leftshift.foundation.checks import CheckResult
from leftshift.foundation.years import FinancialYear
from leftshift.place import reading, writing
from leftshift.place.place import Place
from leftshift.place.rows import UNATTRIBUTED


@dataclass(frozen=True)
class PlanResult(Result):
    """A result, with what is held against it."""

    @cached_property
    def _tie_out(self) -> TieOut:
        return tie_out(self.projection)

    def tie_out(self) -> TieOut:
        """Every published figure beside the modelled one."""
        return self._tie_out

    def checks(self) -> tuple[CheckResult, ...]:
        """The consistency checks of the run."""
        return run_checks(self)

    def document(self) -> dict[str, Any]:
        """The whole result as plain values: what ``leftshift run --json`` prints."""
        return {**_heading(self), **_figures(self), **_held_against(self)}


@dataclass(frozen=True)
class Model:
    """A place that has been read and checked, and what can be asked of it."""

    place: Place

    def project(self) -> PlanResult:
        """Project every organisation and every year."""
        return PlanResult(project(prepare(self.place)))

    def calibrate(self) -> Calibration:
        """Move the estimates as little as possible so that the marked totals are met; raises FaultsFound."""
        return calibrate(self.place)

    def ranges(self) -> Ranges | None:
        """What the marked totals leave open, calibrated or not; None without totals or estimates; raises FaultsFound."""
        return ranges_of(self.place)

    def document(self) -> dict[str, str]:
        """File name to text of the place folder."""
        return writing.document(self.place)

    def write(self, folder: Path | str) -> None:
        """Write the place as a folder, whole or not at all."""
        writing.write_place(self.place, Path(folder))


def read_place(folder: Path | str) -> Model:
    """Read and check a place folder; raises FaultsFound with every fault of it."""
    return _checked(reading.read_folder(Path(folder)))


def from_document(document: Mapping[str, str]) -> Model:
    """The model of a place that was kept as texts; raises FaultsFound."""
    return _checked(reading.read_document(document))


def _checked(read: reading.PlaceRead) -> Model:
    if read.place is not None:
        read.faults.add_all(economy_faults(read.place, read.seen))
    read.faults.raise_if_any()
    assert read.place is not None
    return Model(read.place)


def _heading(result: PlanResult) -> dict[str, Any]:
    place = result.place
    share = place.shares
    kinds = {row.code: row.kind for row in place.organisations} | {UNATTRIBUTED: "unattributed"}
    steps = sorted(place.steps, key=lambda row: (row.order, row.step))
    return {
        "place": place.code,
        "name": place.name,
        "description": place.description,
        "fingerprint": place.fingerprint,
        "base_year": place.base_year.label,
        "headline_year": place.last_year.label,
        "unit": "£000",
        "years": [year.label for year in place.years],
        "perimeter": {"name": place.perimeter, "members": {code: share[code] for code in sorted(share)}},
        "settings": {name: place.setting(name) for name in reading.setting_names()},
        "organisations": [
            {"code": code, "name": result.names[code], "kind": kinds[code], "share": share.get(code, 0.0)}
            for code in result.organisations
        ],
        "steps": [{"step": row.step, "name": row.name} for row in steps],
        "interventions": [
            {
                "intervention": row.intervention,
                "name": row.name,
                "step": row.step,
                "stage": row.stage,
                "basis": row.basis,
                "source": row.source,
            }
            for row in result.projection.economy.interventions
        ],
    }


def _by_year(result: PlanResult, value: Any) -> dict[str, Any]:
    return {year.label: value(year) for year in result.years}


def _figures(result: PlanResult) -> dict[str, Any]:
    def of_year(year: FinancialYear) -> dict[str, dict[str, float]]:
        return {
            name: row
            for stage in ("plan", "do_nothing", "comparison")
            for name, row in result.impact(year, stage=stage).items()
        }

    return {
        "positions": {
            code: _by_year(result, lambda year, code=code: result.position(code, year))
            for code in result.organisations
        },
        "do_nothing": {
            code: _by_year(result, lambda year, code=code: result.do_nothing_position(code, year))
            for code in result.organisations
        },
        "perimeter_position": {
            "do_nothing": _by_year(result, lambda year: result.perimeter_position(year, do_nothing=True)),
            "plan": _by_year(result, result.perimeter_position),
        },
        "gap": _by_year(result, result.gap),
        "bridge": _by_year(result, result.bridge),
        "drivers": _by_year(result, result.drivers),
        "impact": _by_year(result, of_year),
        "basis": result.basis,
        "perimeter_basis": result.perimeter_basis,
        "impact_basis": _by_year(result, result.impact_basis),
    }


def _held_against(result: PlanResult) -> dict[str, Any]:
    found = result.tie_out()
    return {
        "tie": [tie.document() for tie in found.ties],
        "tie_counts": found.counts(),
        "comparisons": [tie.document() for tie in found.comparisons],
        "checks": [
            {"check": check.check, "passed": check.passed, "verdict": check.verdict, "detail": check.detail}
            for check in result.checks()
        ],
    }
