"""What a run left: its record, and people with their scores."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from leftshift.foundation.faults import Fault, Faults, FaultsFound, near_miss, shown
from leftshift.foundation.json_text import parse_json
from leftshift.population.cohorts.selecting import criterion_column, membership_column
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.members import ABOUT
from leftshift.population.linked.dataset import LinkedData, marks_document
from leftshift.population.runs.running import ITEMS, PEOPLE, RECORD

_ANEW = "Copy the run again from where it was made, or score the records anew"


@dataclass(frozen=True)
class RunResult:
    """A folder that a run wrote."""

    folder: Path

    @cached_property
    def record(self) -> dict[str, Any]:
        """The record of the run. Raises FaultsFound where the folder holds none."""
        try:
            found = parse_json((self.folder / RECORD).read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or "cohorts" not in found or "counts" not in found:
            raise _refused(
                Fault(
                    "no run", str(self.folder), None, None, "", f"a folder with {RECORD} and {PEOPLE}/",
                    "Make it: leftshift population score DIR --out RUN",
                )
            )  # fmt: skip
        file = str(self.folder / RECORD)
        wrong = [Fault("damaged run", file, None, *told, _ANEW) for told in _wrong(found)]
        if wrong:
            raise _refused(*wrong)
        return found

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
        """Everybody who was counted, a row each. Raises FaultsFound where they, or a column of them, are not there."""
        cohorts = self.record["cohorts"]
        files = sorted((self.folder / PEOPLE).glob("*.parquet"))
        if not files:
            expected = "Parquet of the people who were counted"
            raise _refused(Fault("damaged run", str(self.folder / PEOPLE), None, None, "", expected, _ANEW))
        people = engine.read(name, files)
        needed = ["person_id", *ABOUT]
        for part in cohorts:
            needed.append(membership_column(part["name"]))
            needed += [criterion_column(part["name"], criterion) for criterion in part["criteria"]]
        lacking = [
            Fault(
                "column missing",
                str(self.folder / PEOPLE),
                None,
                column,
                "",
                "a column of the people of the run",
                _ANEW,
            )
            for column in needed
            if column not in people.columns
        ]
        if lacking:
            raise _refused(*lacking)
        return people


def _wrong(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Where a record is not as a run writes it: the place, what was found, and what was expected."""
    try:
        date.fromisoformat(record.get("as_at", ""))
    except (TypeError, ValueError):
        yield "as_at", _found(record.get("as_at")), "a day as 2016-04-01"
    if not isinstance(record.get("purpose"), str):
        yield "purpose", _found(record.get("purpose")), "a text"
    for name in ("counts", "inputs"):
        if not isinstance(record.get(name), dict):
            yield name, _found(record.get(name)), "named values"
    for kind, texts in (("scores", ("name", "version")), ("cohorts", ("name", "title", "version"))):
        yield from _wrong_parts(record, kind, texts)


def _wrong_parts(
    record: Mapping[str, Any], kind: str, texts: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    parts = record.get(kind)
    if not isinstance(parts, list):
        yield kind, _found(parts), "a list"
        return
    for at, part in enumerate(parts, start=1):
        given = part if isinstance(part, dict) else {}
        for name in texts:
            if not isinstance(given.get(name), str):
                yield f"{kind} {at}.{name}", _found(given.get(name)), "a text"
        if kind == "cohorts" and not _are_criteria(criteria := given.get("criteria")):
            yield f"{kind} {at}.criteria", _found(criteria), "the titles of criteria by name"


def _are_criteria(given: Any) -> bool:
    return isinstance(given, dict) and bool(given) and all(isinstance(title, str) for title in given.values())


def _found(value: Any) -> str:
    return "" if value is None else shown(json.dumps(value))


def _refused(*found: Fault) -> FaultsFound:
    faults = Faults()
    faults.add_all(found)
    return FaultsFound(faults)
