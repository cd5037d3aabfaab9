"""What a run left: its record, and people with their scores."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss, shown
from leftshift.population.engines.engine import Engine
from leftshift.population.linked.dataset import LinkedData, marks_document
from leftshift.population.runs.running import ITEMS, PEOPLE, RECORD


@dataclass(frozen=True)
class RunResult:
    """A folder that a run wrote."""

    folder: Path

    @cached_property
    def record(self) -> dict[str, Any]:
        """The record of the run. Raises FaultsFound where the folder holds none."""
        try:
            found = json.loads((self.folder / RECORD).read_text("utf-8"))
            if isinstance(found, dict) and "cohorts" in found and "counts" in found:
                return found
        except (OSError, ValueError, RecursionError):
            pass
        raise _refused(
            Fault(
                "no run", str(self.folder), None, None, "", f"a folder with {RECORD} and {PEOPLE}/",
                "Make it: leftshift population score DIR --out RUN",
            )
        )  # fmt: skip

    def criteria(self, cohort: str) -> dict[str, str]:
        """Name and title of the criteria of a cohort. Raises FaultsFound where the run has no such cohort."""
        known = {part["name"]: dict(part["criteria"]) for part in self.record["cohorts"]}
        if cohort not in known:
            raise _refused(
                Fault(
                    "unknown cohort", str(self.folder), None, None, shown(cohort),
                    "a cohort of the run: " + (", ".join(known) or "it has none"), "Name one of them",
                    near_miss(cohort, known),
                )
            )  # fmt: skip
        return known[cohort]

    def items(self, engine: Engine, name: str = "items_of_run") -> ir.Table | None:
        """Which items of which score people of the cohorts met; None where the run did not keep them."""
        paths = sorted((self.folder / ITEMS).glob("*.parquet"))
        return engine.read(name, paths) if paths else None

    def refuse_others(self, data: LinkedData) -> None:
        """Raise FaultsFound where a set is not the one that the run scored."""
        scored, given = self.record["inputs"], marks_document(data.fingerprint())
        others = sorted(name for name, files in scored.items() if given.get(name) != files)
        if others:
            found = f"other files of {', '.join(others)}"
            action = "Name the linked records that were scored, as they were, or score these"
            raise _refused(
                Fault(
                    "other records",
                    data.folder.name,
                    None,
                    None,
                    found,
                    f"what {self.folder.name} scored",
                    action,
                )
            )

    def people(self, engine: Engine, name: str = "run") -> ir.Table:
        """Everybody who was counted, a row each."""
        self.record  # noqa: B018 - refuses a folder that is no run
        return engine.read(name, sorted((self.folder / PEOPLE).glob("*.parquet")))


def _refused(fault: Fault) -> FaultsFound:
    faults = Faults()
    faults.add(fault)
    return FaultsFound(faults)
