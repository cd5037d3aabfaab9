"""The commands about linked records of people: generate, check, score, cohort and compare."""

from __future__ import annotations

import csv
import shutil
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from os import cpu_count
from pathlib import Path
from typing import Any

from leftshift.cli import showing, showing_people
from leftshift.cli.verbs import OK, REFUSED, print_json
from leftshift.population.cohorts.changing import count_changes
from leftshift.population.cohorts.comparing import compare_cohort
from leftshift.population.cohorts.counting import count_cohort, count_overlap
from leftshift.population.cohorts.planning import packaged_teams, read_teams, rows_for_place
from leftshift.population.cohorts.trying import FAILS, try_definitions
from leftshift.population.engines.engine import Engine, SparkNotInstalled, engine_of
from leftshift.population.linked.dataset import MANIFEST, SYNTHETIC, LinkedData
from leftshift.population.linked.report import keep_check
from leftshift.population.linked.soundness import check as check_rows
from leftshift.population.linked.soundness import sound_tables
from leftshift.population.linked.structure import check_structure
from leftshift.population.linked.tables import linked_tables
from leftshift.population.privacy.basis import Grounds, permit, read_register
from leftshift.population.privacy.opting_out import Choices, without_opted_out
from leftshift.population.runs.results import RunResult
from leftshift.population.runs.running import (
    dated_at,
    drawn_on,
    last_day_of,
    refuse_existing,
    refuse_later,
    run,
)
from leftshift.population.runs.wanting import Wanted, sorted_definitions, what_is_wanted


def generate(options: Namespace) -> int:
    """Write an invented population."""
    from leftshift.population.invented.generating import generate_people

    given = {"as_at": options.as_at} if options.as_at else {}
    with showing.progress("drawing people") as bar:
        task = bar.add_task("", total=None)
        manifest = generate_people(
            options.out, options.people, seed=options.seed, workers=options.workers or cpu_count() or 1,
            report=lambda done, total: bar.update(task, completed=done, total=total), **given,
        )  # fmt: skip
    document = manifest.document()
    if options.json:
        print_json(document)
    else:
        showing_people.show_generated(options.out, document)
    return OK


def tables(options: Namespace) -> int:
    """List the tables of linked records."""
    if options.json:
        print_json(
            {
                table.name: {
                    "title": table.title, "meaning": table.meaning, "source": table.source, "required": table.required,
                    "key": list(table.key),
                    "columns": {
                        column.name: {
                            "type": column.type, "meaning": column.meaning, "optional": column.optional,
                            "values": list(column.values), "refers_to": column.refers_to,
                        }
                        for column in table.columns.values()
                    },
                }
                for table in linked_tables().values()
            }
        )  # fmt: skip
    else:
        showing_people.show_tables()
    return OK


def check(options: Namespace) -> int:
    """Check a set of linked records."""
    data = LinkedData(options.folder)
    check_structure(data.folder)
    permit(data, grounds_of(options, data), data.tables)
    as_at = options.as_at or drawn_on(data) or today()
    with running_engine(options) as engine, showing.working("checking every row"):
        report = check_rows(engine, data.folder, as_at)
    keep_check(data.folder, report)
    if options.json:
        print_json(report.document())
    else:
        showing_people.show_check(report)
    return OK if report.is_clean else REFUSED


def score(options: Namespace) -> int:
    """Score a set of linked records."""
    data = LinkedData(options.folder)
    check_structure(data.folder)
    grounds = grounds_of(options, data)
    grounds.require((), data.folder.name)  # before code lists that lack, for without it they do not matter
    as_at, wanted = date_of(options, data), _wanted(options, data)
    with running_engine(options) as engine, showing.working("scoring") as status:
        record = run(
            engine, data, wanted, options.out, as_at=as_at, grounds=grounds, choices=choices_of(options), items=options.items,
            clock=lambda: datetime.now(UTC), report=lambda step: tell(status, step),
        )  # fmt: skip
    if options.json:
        print_json(record)
    else:
        showing_people.show_run(options.out, record)
    return OK


def cohort(options: Namespace) -> int:
    """Count a cohort of a run, or try definitions."""
    if options.attempt:
        return _try(options)
    if options.run is None:
        raise ValueError("name the folder of a run, or give --try to try definitions on invented people")
    _refuse_choices(options, "records")
    result = RunResult(options.run)
    name = _cohort_of(result, options.cohort)
    criteria = result.criteria(name)
    if options.overlap == name:
        raise ValueError(f"--overlap takes another cohort than {name}")
    if options.overlap:
        result.criteria(options.overlap)
    _require(options, result)
    with running_engine(options) as engine, showing.working("counting"):
        people = result.people(engine)
        counts = count_cohort(engine, people, name, list(criteria))
        overlap = count_overlap(engine, people, name, options.overlap) if options.overlap else None
        written = _for_place(options, engine, result, people, name) if options.out else {"files": []}
    places = counts.by(options.by)
    document = {
        "cohort": name, "as_at": result.record["as_at"], "people": counts.people, "by": options.by, "hidden": counts.hidden,
        "places": places.to_dicts(), "reasons": counts.by_reason().to_dicts(),
        "overlap": overlap.to_dicts() if overlap is not None else [], **written,
    }  # fmt: skip
    if options.json:
        print_json(document)
    else:
        showing_people.show_cohort(document, criteria)
    return OK


def _for_place(
    options: Namespace, engine: Engine, result: RunResult, people: Any, name: str
) -> dict[str, Any]:
    """Write the rows that a place takes in, whole or not at all; gives the names of the files and who is in none."""
    if options.records is None:
        raise ValueError("rows for a place need --records: the linked records that the run scored")
    refuse_existing(options.out)
    data, needed = LinkedData(options.records), {"persons", "admissions", "attendances", "outside_scores"}
    permit(data, grounds_of(options, data), needed)
    result.refuse_others(data)
    teams = read_teams(options.teams) if options.teams else packaged_teams()
    as_at, choices = date.fromisoformat(result.record["as_at"]), choices_of(options)
    sound = sound_tables(
        engine, data.folder, last_day_of(data, as_at, today()), tables=needed | choices.tables()
    )
    people = without_opted_out(engine, people, sound.tables, choices).persons
    counts = count_cohort(engine, people, name, list(result.criteria(name)))
    version = _version_of(result, name)
    source = f"Cohort {name} {version} of linked records as at {as_at} ({result.record['purpose']})"
    found = rows_for_place(engine, people, sound.tables, counts, teams, as_at, source)
    partial = options.out.with_name(f".{options.out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for table, some in found.tables.items():
        with (partial / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(some[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(some)
    partial.replace(options.out)
    return {"files": [f"{table}.csv" for table in found.tables], "without_group": found.without_group}


def _try(options: Namespace) -> int:
    cohorts = [options.cohort] if options.cohort else None
    wanted = what_is_wanted(None, **definitions_of(options, scores=[], cohorts=cohorts), invent_lists=True)
    with running_engine(options) as engine, showing.working("trying definitions"):
        tried = try_definitions(engine, wanted)
    if options.json:
        print_json({"attempts": [attempt.document() for attempt in tried]})
    else:
        showing_people.show_tried(tried)
    return REFUSED if any(attempt.verdict == FAILS for attempt in tried) else OK


def compare(options: Namespace) -> int:
    """Compare two runs, or a cohort with its like."""
    if (options.later is None) == (options.outcomes is None):
        raise ValueError(
            "give a later run, or --outcomes with linked records that were drawn later; not both"
        )
    return _changes(options) if options.outcomes is None else _outcomes(options)


def _changes(options: Namespace) -> int:
    _refuse_choices(options, "outcomes")
    before, after = RunResult(options.run), RunResult(options.later)
    name = _cohort_of(before, options.cohort)
    for result in (before, after):
        result.criteria(name)
        _require(options, result)
    with running_engine(options) as engine, showing.working("comparing"):
        changes = count_changes(engine, before.people(engine, "before"), after.people(engine, "after"), name)
    versions = [_version_of(result, name) for result in (before, after)]
    document = {
        "cohort": name, "from": before.record["as_at"], "to": after.record["as_at"], "versions": versions,
        "changes": changes.to_dicts(),
    }  # fmt: skip
    if options.json:
        print_json(document)
    else:
        showing_people.show_changes(document)
    return OK


def _version_of(result: RunResult, name: str) -> str:
    return next(str(part["version"]) for part in result.record["cohorts"] if part["name"] == name)


def _outcomes(options: Namespace) -> int:
    result, data = RunResult(options.run), LinkedData(options.outcomes)
    name = _cohort_of(result, options.cohort)
    result.criteria(name)
    needed = {"persons", "registrations", "admissions", "attendances", "costs"}
    permit(data, grounds_of(options, data), needed)
    _require(options, result)
    as_at, choices = date.fromisoformat(result.record["as_at"]), choices_of(options)
    day = last_day_of(data, as_at, today())
    with running_engine(options) as engine, showing.working("comparing"):
        sound = sound_tables(engine, data.folder, day, tables=needed | choices.tables())
        found = compare_cohort(
            engine,
            result.people(engine),
            sound.tables,
            name,
            as_at,
            options.months,
            known_to=drawn_on(data),
            choices=choices,
        )
    if options.json:
        print_json(found.document())
    else:
        showing_people.show_comparison(found)
    return OK


def _cohort_of(result: RunResult, name: str | None) -> str:
    known = [str(part["name"]) for part in result.record["cohorts"]]
    if name:
        return name
    if len(known) == 1:
        return known[0]
    raise ValueError("name the cohort with --cohort: " + (", ".join(known) or "this run has none"))


def _wanted(options: Namespace, data: LinkedData) -> Wanted:
    return what_is_wanted(
        data, **definitions_of(options, scores=_names(options.scores), cohorts=_names(options.cohorts))
    )


def definitions_of(options: Namespace, **names: Any) -> dict[str, Any]:
    """Definitions and code lists that are given, beside names."""
    scores, cohorts = sorted_definitions(options.define)
    return {**names, "score_files": scores, "cohort_files": cohorts, "list_files": options.codes}


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def grounds_of(options: Namespace, data: LinkedData) -> Grounds:
    """Why records are used and what allows it, as the options say; of invented people, that they are."""
    if (options.purpose or data.purpose) == SYNTHETIC:
        return Grounds(SYNTHETIC)
    references = tuple(name.strip() for name in (options.basis or "").split(",") if name.strip())
    register = read_register(options.register) if options.register else None
    return Grounds(options.purpose or "", references, register, today())


def _require(options: Namespace, result: RunResult) -> None:
    """Refuse the people of a run without a basis for the tables that they come from."""
    record = result.record
    synthetic = record["purpose"] == SYNTHETIC and not options.purpose
    grounds = Grounds(SYNTHETIC) if synthetic else grounds_of(options, LinkedData(result.folder))
    grounds.require(record["inputs"], str(result.folder))


def choices_of(options: Namespace) -> Choices:
    """The lists of who said no and who was cleared."""
    return Choices(options.opt_outs, options.cleared)


def _refuse_choices(options: Namespace, with_option: str) -> None:
    """A list of people is held against records; where none are read, it would be ignored."""
    if (options.opt_outs or options.cleared) and getattr(options, with_option) is None:
        raise ValueError(
            f"--opt-outs and --cleared need --{with_option}: without it, no list of people is held against records. Make a run "
            "without those who said no instead"
        )


def date_of(options: Namespace, data: LinkedData) -> date:
    """The date as at which people are counted; refused where neither options nor the manifest say one."""
    found = options.as_at or dated_at(data) or drawn_on(data)
    if found is None:
        raise ValueError(
            f"say as at which day with --as-at: {data.folder} has no {MANIFEST} that says when it was drawn (drawn_on)"
        )
    refuse_later(data, found)
    return found


@contextmanager
def running_engine(options: Namespace) -> Iterator[Engine]:
    """The engine that is asked for, in a scratch folder that goes with it."""
    settings = dict(_setting(text) for text in options.spark)
    if settings and options.engine != "spark":
        raise ValueError("--spark sets something of Spark: give --engine spark as well")
    with tempfile.TemporaryDirectory(prefix="leftshift-", dir=options.scratch) as scratch:
        try:
            engine = engine_of(
                options.engine,
                Path(scratch),
                memory=options.memory,
                threads=options.threads,
                options=settings,
            )
        except SparkNotInstalled as problem:
            raise ValueError(str(problem)) from problem
        with engine:
            yield engine


def today() -> date:
    """The day where the person is."""
    return datetime.now(UTC).astimezone().date()


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.startswith("spark."):
        raise ValueError(f"--spark takes a setting such as spark.master=spark://host:7077, not {text!r}")
    return key, value


def tell(status: Any, step: str) -> None:
    """Say on the terminal which step is being done."""
    if hasattr(status, "update"):
        status.update(f"{step.replace('_', ' ')} …")
