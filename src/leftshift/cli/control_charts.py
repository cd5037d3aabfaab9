"""The command that charts series."""

from __future__ import annotations

import csv
import io
import re
import sys
from argparse import Namespace
from collections.abc import Iterable
from itertools import count as count_up
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from leftshift.cli import showing
from leftshift.cli.verbs import OK, csv_texts, print_json
from leftshift.foundation.faults import Fault, Faults
from leftshift.measures.loading.sources import separator_fault
from leftshift.measures.process_control.documents import document_of
from leftshift.measures.process_control.frames import ControlFrames, SeriesChart
from leftshift.measures.process_control.frames import spc as charted
from leftshift.measures.process_control.rule_sets import rule_set
from leftshift.measures.process_control.words import figure, rule_words
from leftshift.place.writing import write_whole

_SHOWN, _SENTENCES = 60, 12


def spc(options: Namespace) -> int:
    """Chart the series of a file; print them, or write them."""
    rule_set(options.rules)
    frame, rows, name = _read(options.file)
    found = charted(frame, rules=options.rules, better=options.better, fix=options.fix, file=name, rows=rows)
    for words in found.said:
        showing.say_beside(words)
    shown = [found.series(options.series)] if options.series is not None else found
    count = _write(found, shown, options) if options.out else 0
    if options.json:
        print_json(document_of(found, shown, unit=options.unit))
        return OK
    if options.series is not None:
        _show_points(found.series(options.series), options.unit)
    else:
        _show_summary(found, options.unit)
    if options.out:
        showing.say(
            f"points.csv, summary.csv and {count:,} chart{'s' if count != 1 else ''} written to {options.out}"
        )
    return OK


def _read(file: str) -> tuple[pl.DataFrame, list[int], str]:
    """A table as text, the line each row begins at, and what to call it. Raises FaultsFound and OSError."""
    name = "what was piped in" if file == "-" else Path(file).name
    given = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    faults = Faults()
    try:
        records = list(_records(given.decode("utf-8-sig")))
    except (UnicodeDecodeError, csv.Error) as problem:
        faults.add(
            Fault(
                "file not understood",
                name,
                None,
                None,
                "",
                "comma-separated values in UTF-8",
                f"Mend it: {problem}",
            )
        )
        faults.raise_if_any()
        raise
    if not records:
        faults.add(
            Fault("no rows", name, None, None, "", "a header and rows", "Add the columns period and value")
        )
        faults.raise_if_any()
    header = [cell.lower() for cell in records[0][1]]
    separated = separator_fault(header[0], name) if len(header) == 1 else None
    if separated is not None:
        faults.add(separated)
        faults.raise_if_any()
    for at, column in enumerate(header):
        if column in header[:at]:
            faults.add(
                Fault(
                    "column twice",
                    name,
                    records[0][0],
                    column,
                    "",
                    "each column once",
                    "Take one of them out",
                )
            )
    for line, cells in records[1:]:
        if len(cells) != len(header):
            found = f"{len(cells)} cells"
            faults.add(
                Fault(
                    "row of another length",
                    name,
                    line,
                    None,
                    found,
                    f"{len(header)} cells",
                    "Add or remove commas",
                )
            )
    faults.raise_if_any()
    columns = {column: [cells[at] for _, cells in records[1:]] for at, column in enumerate(header)}
    return (
        pl.DataFrame(columns, schema=dict.fromkeys(header, pl.String)),
        [line for line, _ in records[1:]],
        name,
    )


def _records(text: str) -> Iterable[tuple[int, list[str]]]:
    """Rows with the number of their first line; comment and blank rows left out."""
    reader, line = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    for record in reader:
        if any(cell.strip() for cell in record) and not record[0].lstrip().startswith("#"):
            yield line, [cell.strip() for cell in record]
        line = reader.line_num + 1


def _show_summary(found: ControlFrames, unit: str) -> None:
    rules = found.rules
    table = showing.table_of(
        f"{rules.title}, version {rules.version}: {len(found.names):,} series",
        ["series", "period", "variation", "assurance", "value", "mean", "lower", "upper", "target"],
        left=4,
    )
    for row in found.summary.head(_SHOWN).iter_rows(named=True):
        apart = None if row["upper"] is None else row["upper"] - row["lower"]
        figures = [
            "—" if row[key] is None else figure(row[key], apart=apart)
            for key in ("value", "mean", "lower", "upper", "target")
        ]
        table.add_row(row["series"], row["period"] or "—", row["variation"], row["assurance"], *figures)
    showing.console_of().print(table)
    if len(found.names) > _SHOWN:
        showing.say(f"… and {len(found.names) - _SHOWN:,} more series: --out FOLDER has them all")
    for series in islice(found, _SENTENCES):
        _say(series, unit)
    if len(found.names) > _SENTENCES:
        showing.say("… --series NAME says it of one of the others")


def _say(series: SeriesChart, unit: str) -> None:
    says = series.sentence(unit=unit)
    showing.say(says)
    for warning in series.warnings:
        if warning not in says:
            showing.say(f"  {warning}")


def _show_points(series: SeriesChart, unit: str) -> None:
    chart = series.chart
    table = showing.table_of(
        series.name, ["period", "what the rules say", "value", "mean", "lower", "upper"], left=2
    )
    for at, period in enumerate(series.periods):
        value = float(chart.values[at])
        if value != value:
            table.add_row(str(period), "no value", "", "", "", "")
            continue
        lines = [float(line[at]) for line in (chart.mean, chart.lower, chart.upper)]
        apart = None if lines[1] != lines[1] else lines[2] - lines[1]
        rule = chart.rule_at(at)
        says = "" if rule == "none" else f"{chart.judgement_at(at)}: {rule_words(chart, at)}"
        figures = ["—" if line != line else figure(line, apart=apart) for line in (value, *lines)]
        table.add_row(str(period), says, *figures)
    showing.console_of().print(table)
    _say(series, unit)


def _write(found: ControlFrames, shown: Iterable[SeriesChart], options: Namespace) -> int:
    """Write the tables of all series and the charts of those shown; gives how many charts."""
    from leftshift.reports.measures.control_chart import drawn, series_chart

    folder: Path = options.out
    texts = csv_texts({"points": found.points, "summary": found.summary})
    contents = {folder / name: text.encode() for name, text in texts.items()}
    count = 0
    with showing.progress("Drawing") as progress:
        task = progress.add_task("charts", total=None)
        for series in shown:
            count += 1
            path = folder / f"{_file_name(series.name, contents, folder)}.svg"
            contents[path] = drawn(series_chart(series, unit=options.unit)).encode()
            progress.update(task, completed=count)
    write_whole(contents)
    return count


def _file_name(name: str, taken: dict[Path, Any], folder: Path) -> str:
    """A name of a series as the name of a file that no other has."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "series"
    free = (plain if at == 1 else f"{plain}-{at}" for at in count_up(1))
    return next(candidate for candidate in free if folder / f"{candidate}.svg" not in taken)
