"""The command that projects a file of records."""

from __future__ import annotations

from argparse import Namespace

from leftshift.capacity.records.factors import StayTable, read_factors
from leftshift.capacity.records.locating import path_of, record_file
from leftshift.capacity.records.result import Outside, RecordResult
from leftshift.cli import showing
from leftshift.cli.verbs import OK, csv_texts, model_of, print_json
from leftshift.foundation.money import thousands
from leftshift.place.writing import write_whole

_SHOWN = 40  # groups on the terminal; --out has them all


def records(options: Namespace) -> int:
    """Project a file of records by the plan and the tables that are named; print it, or write it."""
    factors = [read_factors(path) for path in options.factors]
    longer = [read_factors(path) for path in options.stays]
    model = model_of(options.place, options.scenario)
    capacity = model.capacity()
    year = capacity.years[model.project().at(options.year)]
    row = record_file(model.place, options.file)
    with showing.progress("Drawing") as progress:
        task = progress.add_task("draws", total=None)
        found = capacity.records(
            path_of(row, options.place),
            year,
            factors=factors,
            stays=[StayTable(table.name, table.columns, table.table) for table in longer],
            by=[name.strip() for name in options.by.split(",") if name.strip()],
            draws=options.draws,
            seed=options.seed,
            randomness=not options.no_randomness,
            digest=row.digest,
            report=lambda done, most: progress.update(task, completed=done, total=most),
        )
    if options.out:
        write_whole({options.out: csv_texts({"records": found.frame()})["records.csv"].encode()})
    if options.json:
        heading = {"place": model.place.code, "scenarios": list(model.scenarios), "year": str(year)}
        print_json({**heading, "file": row.file, "kind": row.kind, **found.document()})
    else:
        _show(found, f"{row.kind.capitalize()} {year}")
        if found.outside:
            _say_outside(found.outside)
        if options.out:
            showing.say(f"{len(found.cells.starts) - 1:,} groups written to {options.out}")
    return OK


def _show(found: RecordResult, what: str) -> None:
    drawn = f"{found.draws:,} draws, seed {found.seed}" if found.draws else "what is expected, nothing drawn"
    title = f"{what}: {drawn}; file {found.digest}"
    names = ["records", "bed_days"] if found.has_bed_days else ["records"]
    shown = [(name, part) for name in names for part in ("base", "mean", "p05", "p95")]
    columns = [f"{name} {part}".replace("_", " ") for name, part in shown]
    table = showing.table_of(title, [*found.by, *columns], left=len(found.by))
    frame = found.frame()
    for row in frame.head(_SHOWN).iter_rows(named=True):
        figures = [thousands(row[f"{name}_{part}"]) for name, part in shown]
        table.add_row(*(row[name] for name in found.by), *figures)
    if found.by:
        total = found.total()
        figures = [thousands(total[name][part]) for name, part in shown]
        table.add_row("all together", *[""] * (len(found.by) - 1), *figures)
    showing.console_of().print(table)
    if frame.height > _SHOWN:
        showing.say(f"… and {frame.height - _SHOWN:,} more groups: --out FILE.csv has them all")


def _say_outside(outside: Outside) -> None:
    """What of the plan no record stands for."""
    for why, kind in (
        ("what was not there in the base year", "new"),
        ("kinds that the file does not hold", "other"),
    ):
        found = outside.document()[kind]
        if any(found.values()):
            amounts = (
                f"{thousands(found['activity'])} of activity with {thousands(found['bed_days'])} bed days"
            )
            showing.say(f"Outside the records: {why}, {amounts}")
