"""The commands about people in the workspace: a cohort of a run is loaded, and the record of looks is checked."""

from __future__ import annotations

import getpass
import tempfile
from argparse import Namespace
from pathlib import Path

from leftshift.cli import showing
from leftshift.cli.noting import noted_before, show_checked
from leftshift.cli.verbs import OK, print_json
from leftshift.population.engines.engine import engine_of
from leftshift.population.runs.results import RunResult
from leftshift.workspace.people.actions.reading import ReadCohort, read_cohort


def load(options: Namespace) -> int:
    """Load a cohort of a run."""
    from leftshift.workspace.site.keeping import cohort_taken

    read = _read(options)
    taken = cohort_taken(options.state, options.place, read, by=f"{getpass.getuser()} at the terminal")
    if options.json:
        print_json(
            {"place": options.place, "cohort": read.cohort, "as_at": read.as_at.isoformat(), "run": read.digest, **taken}
        )  # fmt: skip
        return OK
    words = "was loaded" if taken["is_new"] else "was loaded before: nothing was added to its counts"
    showing.say(f"{read.cohort} as at {read.as_at} {words}; run {read.digest[:12]}.")
    if taken["listed"] is not None:
        showing.say(f"{taken['listed']:,} people are listed. Whoever is shown one of them is recorded.")
    showing.say(f"See it at {taken['address']}")
    return OK


def looks(options: Namespace) -> int:
    """Say whether the record of looks is whole."""
    from leftshift.workspace.site.keeping import looks_breaks

    found = looks_breaks(options.state, noted=noted_before(options.noted))
    return show_checked("The record", "looks", *found)


def _read(options: Namespace) -> ReadCohort:
    result = RunResult(options.run)
    known = [str(part["name"]) for part in result.record["cohorts"]]
    if not options.cohort and len(known) != 1:
        raise ValueError("name the cohort with --cohort: " + (", ".join(known) or "this run has none"))
    with (
        showing.working("Reading the run"),
        tempfile.TemporaryDirectory(prefix="leftshift-") as scratch,
        engine_of("duckdb", Path(scratch)) as engine,
    ):
        return read_cohort(engine, result, options.cohort or known[0], with_list=options.with_list)
