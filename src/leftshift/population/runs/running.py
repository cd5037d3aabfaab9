"""One run: sound records, without those who said no, scored and sorted into cohorts; written whole or not at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import ibis.expr.types as ir

from leftshift.foundation.faults import Fault, Faults, FaultsFound
from leftshift.population.cohorts.counting import count_cohort, count_everybody
from leftshift.population.cohorts.selecting import columns_of, select_cohorts
from leftshift.population.engines.engine import Engine
from leftshift.population.facts.gathering import People, gather_facts
from leftshift.population.facts.members import ABOUT
from leftshift.population.linked.dataset import LinkedData, manifest_of, marks_document
from leftshift.population.linked.soundness import SoundData, sound_tables
from leftshift.population.privacy.disclosure import shown_count
from leftshift.population.privacy.opting_out import without_opted_out
from leftshift.population.runs.wanting import Wanted
from leftshift.population.scores.scoring import score_people

PEOPLE, RECORD = "people", "run.json"
Clock = Callable[[], datetime]
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why a run is made, and what allows it: the reference of an entry in the register of legal bases."""

    purpose: str
    basis: str = ""


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
    extra_opt_outs: Path | None = None,
    clock: Clock | None = None,
    report: Report = lambda step: None,
) -> dict[str, Any]:
    """Score a set as at a date into a new folder; gives the record of the run, which is kept there as ``run.json``.

    The folder gets ``people/``, Parquet of a row for everybody who is counted. Whoever calls has made sure of the grounds.
    Raises FaultsFound for what is wrong with files, and where ``out`` is there already.
    """
    refuse_existing(out)
    steps = _Steps(clock, report)
    began = clock() if clock is not None else None
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        steps("checking")
        sound = sound_tables(engine, data.folder, max(as_at, drawn_on(data) or as_at))
        left = without_opted_out(engine, sound["persons"], sound["opt_outs"], extra=extra_opt_outs)
        records = {**sound.tables, "persons": left.persons}
        people = gather_facts(engine, records, wanted.facts(), wanted.lists, as_at, steps)
        people = score_people(engine, people, wanted.scores, steps)
        people = select_cohorts(engine, people, wanted.scores, wanted.cohorts, steps)
        steps("writing")
        partial.mkdir(parents=True)
        # one pass: scores and cohorts are worked out while they are written
        engine.write(_written(people, wanted), partial / PEOPLE)
        steps("counting")
        written = engine.read("written", sorted((partial / PEOPLE).glob("*.parquet")))
        counted = _counted(engine, written, wanted)
        steps.end()
        record = _record(engine, data, wanted, sound, as_at, grounds) | {
            "counts": {"opted_out": shown_count(left.taken_out), **counted},
            "began": began.isoformat(timespec="seconds") if began else None,
            "seconds": steps.seconds,
        }
        (partial / RECORD).write_text(json.dumps(record, indent=1) + "\n", "utf-8")
        partial.replace(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return record


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


def refuse_existing(out: Path) -> None:
    """Raise FaultsFound where a folder is there: a result is never written over."""
    if out.exists():
        faults = Faults()
        faults.add(
            Fault("folder exists", str(out), None, None, "", "a new folder", "Name another, or move it")
        )
        raise FaultsFound(faults)


def _written(people: People, wanted: Wanted) -> ir.Table:
    columns = ["person_id", *ABOUT]
    for score in wanted.scores:
        columns += [
            name
            for name in people.table.columns
            if name == score.name or name.startswith(f"{score.name}_band")
        ]
    for cohort in wanted.cohorts:
        columns += columns_of(cohort)
    return people.table.select(*dict.fromkeys(columns))


def _counted(engine: Engine, table: ir.Table, wanted: Wanted) -> dict[str, Any]:
    """Numbers of people as every later count of the run shows them."""
    counts = {
        cohort.name: count_cohort(engine, table, cohort.name, [part.name for part in cohort.criteria])
        for cohort in wanted.cohorts
    }
    return {
        "counted": count_everybody(engine, table),
        "cohorts": {name: found.people for name, found in counts.items()},
    }


def _record(
    engine: Engine, data: LinkedData, wanted: Wanted, sound: SoundData, as_at: date, grounds: Grounds
) -> dict[str, Any]:
    return {
        "leftshift": version("leftshift"),
        "engine": engine.name,
        "as_at": as_at.isoformat(),
        "purpose": grounds.purpose,
        "basis": grounds.basis,
        "inputs": marks_document(data.fingerprint()),
        "manifest": dict(manifest_of(data.folder)),
        "check": sound.report.document(),
        "scores": [
            {"name": part.name, "version": part.version, "source": part.source, "digest": part.digest}
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
            "files": dict(wanted.list_files),
            "repeated": {
                f"{system}:{name}": n for (system, name), n in sorted(wanted.lists.repeated.items())
            },
            "lacking": [f"{system}:{name}" for system, name in wanted.lists_lacking()],
        },
    }
