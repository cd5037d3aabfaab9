"""One run: sound records, without those who said no, scored and sorted into cohorts; written whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from importlib.metadata import version
from operator import or_
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.population.cohorts.counting import count_cohort, count_everybody
from leftshift.population.cohorts.selecting import columns_of, membership_column, select_cohorts
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.gathering import People, gather_facts
from leftshift.population.facts.members import ABOUT
from leftshift.population.linked.dataset import LinkedData, manifest_of, marks_document
from leftshift.population.linked.soundness import SoundData, sound_tables
from leftshift.population.linked.tables import OPT_OUTS, with_parents
from leftshift.population.privacy.basis import Basis, Grounds, permit
from leftshift.population.privacy.disclosure import shown_count
from leftshift.population.privacy.opting_out import Choices, without_opted_out
from leftshift.population.runs.wanting import Wanted
from leftshift.population.scores.scoring import items_met, score_people, validated_column

PEOPLE, ITEMS, RECORD = "people", "items", "run.json"
Clock = Callable[[], datetime]
Report = Callable[[str], None]


@dataclass
class _Steps:
    """How long each step took, by the clock of whoever runs it."""

    clock: Clock | None
    report: Report
    seconds: dict[str, float] = field(default_factory=dict)
    _since: tuple[str, datetime] | None = None

    def __call__(self, step: str) -> None:
        self.end()
        if self.clock is not None:
            self._since = (step, self.clock())
        self.report(step)

    def end(self) -> None:
        if self._since is not None and self.clock is not None:
            step, began = self._since
            took = (self.clock() - began).total_seconds()
            self.seconds[step] = round(self.seconds.get(step, 0.0) + took, 3)
        self._since = None


def run(
    engine: Engine,
    data: LinkedData,
    wanted: Wanted,
    out: Path,
    *,
    as_at: date,
    grounds: Grounds,
    choices: Choices | None = None,
    items: bool = False,
    clock: Clock | None = None,
    report: Report = lambda step: None,
) -> dict[str, Any]:
    """Score a set as at a date into a new folder; gives the record of the run, which is kept there as ``run.json``.

    The folder gets ``people/``, Parquet of a row for everybody who is counted, and with ``items`` a folder ``items/``: which items of which
    score the people of the cohorts met (person_id, score, item). No table is read for which ``grounds`` lacks a legal basis,
    but those that say who opted out. Raises FaultsFound for what is wrong with grounds and files, and where ``out`` is there already.
    """
    refuse_existing(out)
    refuse_later(data, as_at)
    bases = permit(data, grounds, wanted.tables())
    choices = choices or Choices()
    steps = _Steps(clock, report)
    began = clock() if clock is not None else None
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        steps("checking")
        tables = with_parents(wanted.tables() | choices.tables())
        sound = sound_tables(engine, data.folder, last_day_of(data, as_at, grounds.on), tables=tables)
        left = without_opted_out(engine, sound["persons"], sound.tables, choices)
        records = {**sound.tables, "persons": left.persons}
        people = gather_facts(engine, records, wanted.facts(), wanted.lists, as_at, steps)
        people = score_people(engine, people, wanted.scores, steps)
        people = select_cohorts(engine, people, wanted.scores, wanted.cohorts, steps)
        steps("writing")
        partial.mkdir(parents=True)
        # one pass: scores and cohorts are worked out while they are written
        engine.write(_written(people, wanted), partial / PEOPLE)
        if items and wanted.cohorts:
            steps("items")
            _write_items(engine, people, wanted, partial / ITEMS)
        steps("counting")
        written = engine.read("written", sorted((partial / PEOPLE).glob("*.parquet")))
        counted = _counted(engine, written, wanted)
        missed = _not_counted(engine, left.persons, written, as_at)
        steps.end()
        record = _record(engine, data, wanted, sound, as_at) | {
            "purpose": grounds.purpose,
            "basis": ", ".join(grounds.references),
            "bases": [_of_basis(basis) for basis in bases],
            "counts": {
                "opted_out": shown_count(left.taken_out),
                "opt_out_lines_of_others": shown_count(left.lines_of_others),
                "not_counted": missed,
                **counted,
            },
            "began": began.isoformat(timespec="seconds") if began else None,
            "seconds": steps.seconds,
        }
        (partial / RECORD).write_text(json.dumps(record, indent=1) + "\n", "utf-8")
        partial.replace(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return record


def refuse_later(data: LinkedData, as_at: date) -> None:
    """Raise FaultsFound for a date after the day on which a set was drawn: what happened in between is not in it."""
    drawn = drawn_on(data)
    if drawn is not None and as_at > drawn:
        faults = Faults()
        action = "Count as at that day or an earlier one, or draw the records anew"
        found, expected = f"as at {as_at}", f"{drawn}, when the set was drawn, or earlier"
        faults.add(Fault("date after the records", data.folder.name, None, "as_at", found, expected, action))
        raise FaultsFound(faults)


def last_day_of(data: LinkedData, as_at: date, today: date | None) -> date:
    """The last day that a row may say: that on which the set was drawn, as its manifest says, otherwise today.

    What happened between the date of a run and this day is known and sound; it does not count yet.
    """
    drawn = drawn_on(data)
    return drawn if drawn is not None else max(as_at, today or as_at)


def drawn_on(data: LinkedData) -> date | None:
    """The day a set was drawn, where its manifest says it: nothing in it is later."""
    return _said(data, "drawn_on") or _said(data, "as_at")


def dated_at(data: LinkedData) -> date | None:
    """The date at which a set was made to be read, where its manifest says it."""
    return _said(data, "as_at")


def _said(data: LinkedData, name: str) -> date | None:
    try:
        return date.fromisoformat(str(manifest_of(data.folder).get(name)))
    except ValueError:
        return None


def refuse_existing(out: Path, what: str = "folder") -> None:
    """Raise FaultsFound where a folder, or a file, is there: a result is never written over."""
    if out.exists():
        faults = Faults()
        faults.add(
            Fault(f"{what} exists", str(out), None, None, "", f"a new {what}", "Name another, or move it")
        )
        raise FaultsFound(faults)


def _written(people: People, wanted: Wanted) -> ir.Table:
    columns = ["person_id", *ABOUT]
    for score in wanted.scores:
        columns += [
            name
            for name in people.table.columns
            if name in (score.name, validated_column(score.name)) or name.startswith(f"{score.name}_band")
        ]
    for cohort in wanted.cohorts:
        columns += columns_of(cohort)
    return people.table.select(*dict.fromkeys(columns))


def _write_items(engine: Engine, people: People, wanted: Wanted, folder: Path) -> None:
    among = reduce(or_, (people.table[membership_column(cohort.name)] for cohort in wanted.cohorts))
    met = items_met(people, wanted.scores, among)
    if met is not None:
        engine.write(met, folder)


def _counted(engine: Engine, table: ir.Table, wanted: Wanted) -> dict[str, Any]:
    """Numbers of people as every later count of the run shows them."""
    counts = {
        cohort.name: count_cohort(engine, table, cohort.name, [part.name for part in cohort.criteria])
        for cohort in wanted.cohorts
    }
    return {
        "counted": count_everybody(engine, table),
        "cohorts": {name: found.people for name, found in counts.items()},
        "outside_validated": _outside_validated(engine, table, wanted),
    }


def _outside_validated(engine: Engine, table: ir.Table, wanted: Wanted) -> dict[str, int]:
    columns = {score.name: validated_column(score.name) for score in wanted.scores if score.validated_for}
    if not columns:
        return {}
    sums = {
        name: table.count(where=table[name].notnull() & ~table[column]) for name, column in columns.items()
    }
    (row,) = engine.rows(table.aggregate(**sums))
    return {name: shown_count(int(row[name] or 0)) for name in columns}


def _not_counted(engine: Engine, persons: ir.Table, counted: ir.Table, as_at: date) -> dict[str, int]:
    """People of the set who did not say no and are not counted, and why, as it may be shown."""
    others = persons.anti_join(counted, "person_id")
    dead, unborn = (others.death_date <= as_at).fill_null(False), others.birth_date > as_at
    sums = {"died": dead, "not_yet_born": ~dead & unborn, "not_registered": ~dead & ~unborn}
    (row,) = engine.rows(others.aggregate(**{name: one.ifelse(1, 0).sum() for name, one in sums.items()}))
    return {name: shown_count(int(row[name] or 0)) for name in sums}


def _of_basis(basis: Basis) -> dict[str, str]:
    """What a run keeps of a basis; its conditions bind whoever uses the result."""
    return {
        "reference": basis.reference,
        "authority": basis.authority,
        "valid_to": basis.valid_to.isoformat() if basis.valid_to else "",
        "conditions": basis.conditions,
    }


def _without_opt_outs(tables: dict[str, Any]) -> dict[str, Any]:
    """Without the exact number of those who said no, of which ``counts`` has what may be shown."""
    return {name: found for name, found in tables.items() if name != OPT_OUTS}


def _record(
    engine: Engine, data: LinkedData, wanted: Wanted, sound: SoundData, as_at: date
) -> dict[str, Any]:
    check = sound.report.document()
    marks = {name: files for name, files in data.fingerprint().items() if name in sound.tables}
    return {
        "leftshift": version("leftshift"),
        "engine": engine.name,
        "as_at": as_at.isoformat(),
        "inputs": _without_opt_outs(marks_document(marks)),
        "manifest": dict(manifest_of(data.folder)),
        "check": {**check, "tables": _without_opt_outs(check["tables"])},
        "scores": [
            {
                "name": part.name,
                "version": part.version,
                "source": part.source,
                "digest": part.digest,
                "title": part.title,
                "items": {item.name: item.title for item in part.items},
                "validated_for": part.validated_for.text if part.validated_for else "",
            }
            for part in wanted.scores
        ],
        "cohorts": [
            {
                "name": part.name,
                "title": part.title,
                "version": part.version,
                "source": part.source,
                "digest": part.digest,
                "criteria": {criterion.name: criterion.title for criterion in part.criteria},
            }
            for part in wanted.cohorts
        ],
        "code_lists": {
            "files": [{"file": name, "sha256": digest} for name, digest in wanted.list_files],
            "repeated": {
                f"{system}:{name}": n for (system, name), n in sorted(wanted.lists.repeated.items())
            },
            "lacking": [f"{system}:{name}" for system, name in wanted.lists_lacking()],
        },
    }
