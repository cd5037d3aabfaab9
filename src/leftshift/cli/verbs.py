"""What each command does."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leftshift.cli import showing, showing_calibration
from leftshift.foundation.years import FinancialYear
from leftshift.model import Model, PlanResult, read_place
from leftshift.place.describing import schema_page, write_new_place
from leftshift.place.writing import write_files, write_tables, write_whole

if TYPE_CHECKING:
    import polars as pl

OK, REFUSED = 0, 1


def new(options: Namespace) -> int:
    """Write a new place."""
    folder: Path = options.folder
    code = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") or "place"
    write_new_place(
        folder,
        code=code,
        name=options.name,
        base_year=FinancialYear.parse(options.base_year),
        last_year=FinancialYear.parse(options.last_year),
        subjects=[name for name in ("capacity", "measures") if getattr(options, name)],
    )
    showing.say(
        f"{folder} holds a place that runs. Replace its rows by your own, then: leftshift check {folder}"
    )
    return OK


def check(options: Namespace) -> int:
    """List faults (by raising them), else run the consistency checks."""
    result = run_of(options.place)
    checks = result.checks()
    if options.json:
        print_json(
            {
                "faults": [],
                "total": 0,
                "by_kind": {},
                "checks": [
                    {"check": entry.check, "passed": entry.passed, "detail": entry.detail} for entry in checks
                ],
            }
        )
    else:
        showing.show_checks(result, checks)
    return REFUSED if any(entry.failed for entry in checks) else OK


def run(options: Namespace) -> int:
    """Project the place; print it, or write it."""
    result = run_of(options.place, options.scenario, options.fund)
    year = FinancialYear.parse(options.year) if options.year else result.place.last_year
    result.gap(year)  # a year outside the plan is refused before anything is written
    written = _write_tables(result, options) if options.out else ""
    if options.json:
        print_json(result.document())
    elif options.brief:
        showing.show_headline(result, year)
    else:
        showing.show_result(result, year)
    if written and not options.json:
        showing.say(written)
    return OK


def tie(options: Namespace) -> int:
    """Hold published figures beside modelled ones."""
    result = run_of(options.place, options.scenario)
    found = result.tie_out()
    if options.json:
        document = result.document()
        print_json({key: document[key] for key in ("place", "unit", "tie", "tie_counts", "comparisons")})
    else:
        showing.show_tie_out(result, found, everything=options.all)
    return OK


def calibrate(options: Namespace) -> int:
    """Calibrate the estimates; save them when asked."""
    if options.save and options.place.is_file():
        raise ValueError(
            f"--save writes into a place folder: make one with leftshift workbook read {options.place} FOLDER"
        )
    with showing.working("Calibrating"):
        model = read_place(options.place)
        calibration = model.calibrate()
        document = {**calibration.document(), "saved": options.save}
    if options.save:
        write_tables(calibration.place, options.place, ("contracts", "lines"))
    if options.json:
        print_json(document)
    else:
        showing_calibration.show_calibration(calibration, saved=options.save)
    return OK


def schema(options: Namespace) -> int:
    """Print the documentation of the place folder."""
    print(schema_page(), end="")
    return OK


def serve(options: Namespace) -> int:
    """Open places in the web workspace."""
    from leftshift.workspace.site.serve import serve as serve_workspace

    return int(serve_workspace(options.places, port=options.port, state=options.state))


def run_of(folder: Path, scenarios: Sequence[str] = (), funds: Sequence[Path] = ()) -> PlanResult:
    """The run of a place, under scenarios where some are named, with the money of pooled funds where some are."""
    with showing.working("Reading and projecting"):
        model = model_of(folder, scenarios)
        for fund in funds:
            from leftshift.fund.fund import read_fund

            model = model.with_fund(read_fund(fund))
        return model.project()


def model_of(folder: Path, scenarios: Sequence[str] = ()) -> Model:
    """A place, under scenarios where some are named."""
    model: Model = read_place(folder)
    return model.scenario(*scenarios) if scenarios else model


def print_json(document: dict[str, Any]) -> None:
    """Print a document."""
    print(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))


def _csv_tables(result: PlanResult) -> dict[str, str]:
    from leftshift.reports.published import frames_of

    return csv_texts(frames_of(result))


def csv_texts(frames: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """File name to text of some tables as CSV, numbers to six digits after the point."""
    import polars as pl

    return {
        f"{name}.csv": frame.with_columns(pl.col(pl.Float64).round(6)).write_csv()
        for name, frame in frames.items()
    }


def _write_tables(result: PlanResult, options: Namespace) -> str:
    """Write the tables of a run: a workbook to publish, or CSV files into a folder; gives what to say of it."""
    out: Path = options.out
    if out.suffix.lower() != ".xlsx" or out.is_dir():
        write_files(_csv_tables(result), out)
        return f"Tables written to {out}"
    from leftshift.reports.published import workbook_of_run

    as_of = options.as_of or date.today()  # noqa: DTZ011  (the day where the person is)
    write_whole({out: workbook_of_run(result, as_of=as_of, contact=options.contact)})
    return f"Tables written to {out}, as of {as_of}"
