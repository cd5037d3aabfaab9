"""The command that projects a file of records."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from leftshift.capacity.records.factors import FactorTable, StayTable, read_factors
from leftshift.capacity.records.locating import path_of, record_file
from leftshift.capacity.records.projecting import project_records
from leftshift.capacity.records.result import RecordResult
from leftshift.cli import showing
from leftshift.cli.verbs import OK, csv_texts, print_json
from leftshift.foundation.money import thousands
from leftshift.model import read_place
from leftshift.place.place import Place
from leftshift.place.writing import write_whole

_SHOWN = 40  # groups on the terminal; --out has them all


def records(options: Namespace) -> int:
    """Project a file of records by the tables that are named."""
    factors = [read_factors(path) for path in options.factors]
    stays = [read_factors(path, StayTable) for path in options.stays]
    if not factors and not stays:
        raise ValueError("name a table of factors with --factors or --stays: without one nothing changes")
    return records_command(options, read_place(options.place).place, factors, stays)


def records_command(
    options: Namespace, place: Place, factors: Sequence[FactorTable], stays: Sequence[FactorTable]
) -> int:
    """Project the file that ``options`` name by factors from wherever; print it, or write it."""
    row = record_file(place, options.file)
    path = path_of(row, options.place)
    by = [name.strip() for name in options.by.split(",") if name.strip()]
    with showing.progress("Drawing") as progress:
        task = progress.add_task("draws", total=None)
        found = project_records(
            path,
            factors,
            [StayTable(table.name, table.columns, table.table) for table in stays],
            by=by,
            draws=options.draws,
            seed=options.seed,
            randomness=not options.no_randomness,
            digest=row.digest,
            report=lambda done, most: progress.update(task, completed=done, total=most),
        )
    if options.out:
        write_whole({options.out: csv_texts({"records": found.frame()})["records.csv"].encode()})
    if options.json:
        print_json({"place": place.code, "file": row.file, "kind": row.kind, **found.document()})
    else:
        _show(found, row.kind)
        if options.out:
            showing.say(f"{len(found.cells.starts) - 1:,} groups written to {options.out}")
    return OK


def _show(found: RecordResult, kind: str) -> None:
    drawn = f"{found.draws:,} draws, seed {found.seed}" if found.draws else "what is expected, nothing drawn"
    title = f"{kind.capitalize()}: {drawn}; file {found.digest}"
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
