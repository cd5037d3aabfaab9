"""What a check of linked records came to: rows given, sound and set aside, and why; kept beside the data as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from leftshift.foundation.faults import Fault, Faults
from leftshift.population.linked.dataset import CHECKED, Fingerprint, fingerprint_of, marks_document
from leftshift.population.linked.rules import EXPECTED, Rule, rules_text


@dataclass(frozen=True, slots=True)
class Finding:
    """How many rows of a table break a rule. ``examples`` are keys of rows that are about nobody, such as practices."""

    rule: Rule
    column: str
    rows: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableReport:
    """A table: its rows, and which of them were set aside. A row that breaks several rules stands in several findings."""

    name: str
    files: tuple[str, ...]
    given: int
    set_aside: int
    findings: tuple[Finding, ...] = ()

    @property
    def sound(self) -> int:
        """The rows that are used: what is given without what is set aside."""
        return self.given - self.set_aside


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found, table by table, in a set drawn on a day."""

    as_at: date
    tables: Mapping[str, TableReport]

    @property
    def is_clean(self) -> bool:
        """Whether every row is sound."""
        return not any(table.set_aside for table in self.tables.values())

    @property
    def set_aside(self) -> int:
        """Rows set aside in all tables."""
        return sum(table.set_aside for table in self.tables.values())

    def faults(self) -> Faults:
        """Each finding as a fault, for whoever wants no row set aside."""
        found = Faults()
        found.add_all(_faults_of(self))
        return found

    def document(self) -> dict[str, Any]:
        """The report as plain values, for JSON; it holds no identifier of a person."""
        tables = {
            name: {
                "files": list(table.files),
                "given": table.given,
                "sound": table.sound,
                "set_aside": table.set_aside,
                "findings": [
                    asdict(finding) | {"why": EXPECTED[finding.rule][0]} for finding in table.findings
                ],
            }
            for name, table in self.tables.items()
        }
        return {"as_at": self.as_at.isoformat(), "clean": self.is_clean, "tables": tables}


def _faults_of(report: CheckReport) -> Iterator[Fault]:
    for table in report.tables.values():
        files = table.files[0] if len(table.files) == 1 else f"{table.name} ({len(table.files)} files)"
        for finding in table.findings:
            expected, action = EXPECTED[finding.rule]
            found = f"{finding.rows:,} of {table.given:,} rows"
            if finding.examples:
                found += ", such as " + ", ".join(finding.examples)
            yield Fault(finding.rule, files, None, finding.column, found, expected, action)


def keep_check(folder: Path, report: CheckReport) -> Path:
    """Write ``checked.json`` beside the data: what was found, in which files, under which rules."""
    path = folder / CHECKED
    document = {
        **report.document(),
        "rules": rules_digest(),
        "fingerprint": marks_document(fingerprint_of(folder)),
    }
    partial = path.with_name(f".{CHECKED}.partial")
    partial.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    partial.replace(path)
    return path


def is_checked(folder: Path, as_at: date) -> bool:
    """Whether the set was found clean as it is now, under the rules as they are, at this day or an earlier one.

    What held no later date on one day holds none on a later day. ``fingerprint_of`` says what the comparison does not prove.
    """
    return marks_when_checked(folder, as_at) is not None


def marks_when_checked(folder: Path, as_at: date) -> Fingerprint | None:
    """The fingerprint of a set that ``is_checked``; None of any other."""
    kept = _kept(folder)
    if not kept.get("clean") or kept.get("rules") != rules_digest():
        return None
    try:
        on = date.fromisoformat(str(kept.get("as_at")))
    except ValueError:
        return None
    marks = fingerprint_of(folder)
    return marks if on <= as_at and kept.get("fingerprint") == marks_document(marks) else None


def clean_report(marks: Fingerprint, as_at: date, tables: Collection[str]) -> CheckReport:
    """The report of some tables of a set that was checked: all of their rows, and none set aside."""
    found = {
        name: TableReport(name, tuple(mark.name for mark in files), sum(mark.rows for mark in files), 0)
        for name, files in marks.items()
        if name in tables
    }
    return CheckReport(as_at, found)


def _kept(folder: Path) -> Mapping[str, Any]:
    try:
        given = json.loads((folder / CHECKED).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def rules_digest() -> str:
    """Changes with the description of the tables and the parameters of the rules, so that an old check does not hold."""
    tables = resources.files("leftshift.population.linked").joinpath("tables.toml").read_text("utf-8")
    numbers = resources.files("leftshift.population.linked").joinpath("numbers.toml").read_text("utf-8")
    return hashlib.sha256("\0".join([_EDITION, tables, rules_text(), numbers]).encode()).hexdigest()


_EDITION = "1"  # to be raised when a rule is added or sharpened in rules.py
