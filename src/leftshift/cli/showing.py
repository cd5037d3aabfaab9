"""What the terminal shows: tables, bars and sentences."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from leftshift.economy.drivers import DRIVERS
from leftshift.economy.tying import Tie, TieOut
from leftshift.foundation.checks import CheckResult
from leftshift.foundation.faults import Faults
from leftshift.foundation.money import thousands
from leftshift.foundation.years import FinancialYear
from leftshift.model import PlanResult
from leftshift.place.place import Place
from leftshift.place.rows import UNATTRIBUTED
from leftshift.reports.words import headline, listed

_PIPED_WIDTH = 160
_BAR = 32
_STYLE = {"ties": "green", "differs by rounding": "cyan", "known conflict": "yellow", "does not tie": "red"}


def console_of(*, to_errors: bool = False) -> Console:
    """The terminal, or a wide page where the output is piped."""
    console = Console(stderr=to_errors, highlight=False)
    return console if console.is_terminal else Console(stderr=to_errors, highlight=False, width=_PIPED_WIDTH)


def working(words: str) -> AbstractContextManager[Any]:
    """A sign of life on the terminal while something takes its time."""
    return console_of(to_errors=True).status(words + " …")


def progress(words: str) -> Progress:
    """A bar on the terminal while something takes its time and can tell how far it is."""
    columns = (
        TextColumn(words),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console_of(to_errors=True), transient=True)


def say(words: str) -> None:
    """Print a sentence."""
    console_of().print(words, markup=False)


def say_beside(words: str) -> None:
    """Print a sentence on standard error: what is said of a result and is no part of it."""
    console_of(to_errors=True).print(words, markup=False)


def show_faults(faults: Faults, *, as_json: bool = False) -> None:
    """Print every fault that was kept, and how many more there are."""
    if as_json:
        document = {
            "faults": [fault.document() for fault in faults],
            "total": faults.total,
            "by_kind": dict(sorted(faults.counts_by_kind.items())),
        }
        print(json.dumps(document, ensure_ascii=False, indent=1))
        return
    console = console_of(to_errors=True)
    for fault in faults:
        console.print(Text(f"✗ {fault.place}", "bold red"), Text(f"  {fault.kind}", "dim"), sep="")
        found = f"found {fault.found}, " if fault.found else ""
        hint = f" Did you mean {fault.suggestion}?" if fault.suggestion else ""
        console.print(Text(f"  {found}expected {fault.expected}"))
        console.print(Text(f"  → {fault.action}.{hint}"))
    more = faults.total - len(faults.listed)
    if more:
        console.print(Text(f"… and {more:,} more", "bold"))
    console.print(Text(faults.summary() + ". Nothing was written.", "bold"))


def show_headline(result: PlanResult, year: FinancialYear) -> None:
    """Print what matters in a few lines: gap, bridge, closing position, what ties."""
    console = console_of()
    console.print(Text(f"{result.place.name} · {result.place.perimeter}", "bold"))
    if result.scenarios:
        named = {entry.code: entry.name for entry in result.place.scenarios}
        console.print(Text("Under " + listed([named[code] for code in result.scenarios]), "cyan"))
    console.print(headline(result.document(), year.label))
    marked = sum(row.basis == "calibrated" for row in result.place.flow_rows)
    if marked:
        console.print(
            Text(
                f"{marked} values of the base year are calibrated estimates: positions that rest on them are not published figures.",
                "yellow",
            )
        )
    console.print(_counts(result.tie_out()))
    failed = [check.check for check in result.checks() if check.failed]
    console.print(
        Text(
            "All checks pass." if not failed else "Checks that fail: " + "; ".join(failed),
            "green" if not failed else "red",
        )
    )


def _counts(found: TieOut) -> Text:
    if not found.ties and not found.comparisons:
        return Text("No published figure is held against it.")
    words = Text("Published figures: ")
    for verdict, count in found.counts().items():
        words.append(f"{count} {verdict}", _STYLE[verdict]).append(", ")
    uncounted = sum(not tie.counted for tie in found.ties)
    return words.append(
        f"{uncounted} not counted because calibration used them, {len(found.comparisons)} for comparison only."
    )


def show_result(result: PlanResult, year: FinancialYear) -> None:
    """Print headline, bridge, organisations and impact."""
    show_headline(result, year)
    console = console_of()
    console.print(_drivers_table(result, year))
    console.print(_bridge_table(result, year))
    console.print(_organisations_table(result))
    console.print(_impact_table(result, year))


def table_of(title: str, columns: Iterable[str], *, left: int = 1) -> Table:
    """An empty table with its title; numbers stand right of the first columns."""
    table = Table(
        title=title, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False
    )
    for position, name in enumerate(columns):
        table.add_column(name, justify="left" if position < left else "right", overflow="fold")
    return table


def _drivers_table(result: PlanResult, year: FinancialYear) -> Table:
    table = table_of(f"Drivers of the gap {year}, £000", ["", "£000", ""])
    table.columns[2].justify = "left"
    rows = [*_running(result.drivers(year), 0.0), ("gap", 0.0, result.gap(year))]
    points = [point for _, low, high in rows for point in (low, high)]
    for name, low, high in rows:
        style = "bold" if name == "gap" else "red" if high >= low else "green"
        label = "Do-nothing gap" if name == "gap" else DRIVERS[name]
        table.add_row(label, Text(thousands(high - low), style), Text(_bar(low, high, points), style))
    return table


def _bridge_table(result: PlanResult, year: FinancialYear) -> Table:
    names = {row.step: row.name for row in result.place.steps}
    table = table_of(f"Bridge {year}, £000", ["", "£000", ""])
    table.columns[2].justify = "left"
    start, end = result.perimeter_position(year, do_nothing=True), result.perimeter_position(year)
    rows = [
        ("Do-nothing position", 0.0, start),
        *_running(result.bridge(year), start),
        ("Closing position", 0.0, end),
    ]
    points = [point for _, low, high in rows for point in (low, high)]
    for name, low, high in rows:
        whole = name in {"Do-nothing position", "Closing position"}
        amount = high if whole else high - low
        style = "bold" if whole else "green" if amount >= 0 else "red"
        table.add_row(
            names.get(name, name), Text(thousands(amount), style), Text(_bar(low, high, points), style)
        )
    return table


def _running(steps: dict[str, float], start: float) -> list[tuple[str, float, float]]:
    rows, level = [], start
    for step, amount in steps.items():
        rows.append((step, level, level + amount))
        level += amount
    return rows


def _bar(low: float, high: float, points: Sequence[float]) -> str:
    if low == high:
        return ""
    least, most = min(points), max(points)
    scale = _BAR / ((most - least) or 1.0)
    left, right = sorted(((low - least) * scale, (high - least) * scale))
    return " " * round(left) + "█" * max(1, round(right) - round(left))


def _organisations_table(result: PlanResult) -> Table:
    table = table_of(
        "Position with the plan (do nothing below), £000",
        ["organisation", "basis", *(str(year) for year in result.years)],
        left=2,
    )
    for code in result.organisations:
        if not any(
            result.position(code, year) or result.do_nothing_position(code, year) for year in result.years
        ):
            continue
        share = result.place.shares.get(code)
        outside = "" if share else " (outside)"
        table.add_row(
            f"{result.names[code] if code != UNATTRIBUTED else 'Not attributed'}{outside}",
            result.basis[code],
            *(_amount(result.position(code, year)) for year in result.years),
        )
        table.add_row(
            "", "", *(Text(thousands(result.do_nothing_position(code, year)), "dim") for year in result.years)
        )
    table.add_row(
        Text("Perimeter", "bold"),
        "",
        *(_amount(result.perimeter_position(year), "bold") for year in result.years),
    )
    table.add_row(
        "",
        "",
        *(Text(thousands(result.perimeter_position(year, do_nothing=True)), "dim") for year in result.years),
    )
    return table


def _amount(value: float, style: str = "") -> Text:
    return Text(thousands(value), f"{style} red" if value <= -0.5 else style)


def _impact_table(result: PlanResult, year: FinancialYear) -> Table:
    impact = result.impact(year)
    names = {row.intervention: row.name for row in result.place.interventions}
    touched = {code for row in impact.values() for code, value in row.items() if abs(value) >= 0.0005}
    codes = [code for code in result.organisations if code in touched and code != UNATTRIBUTED]
    table = table_of(
        f"Impact {year}, £000",
        ["intervention", *codes, "total", *(["not attributed"] if UNATTRIBUTED in touched else [])],
    )
    for name, row in impact.items():
        cells = [_amount(row[code]) for code in codes]
        total = _amount(result.impact_total(year, name), "bold")
        table.add_row(
            names[name], *cells, total, *([_amount(row[UNATTRIBUTED])] if UNATTRIBUTED in touched else [])
        )
    totals = [_amount(result.impact_total(year, organisation=code), "bold") for code in codes]
    rest = sum(row.get(UNATTRIBUTED, 0.0) for row in impact.values())
    table.add_row(
        Text("Total", "bold"),
        *totals,
        _amount(result.impact_total(year), "bold"),
        *([_amount(rest, "bold")] if UNATTRIBUTED in touched else []),
    )
    return table


def show_tie_out(result: PlanResult, found: TieOut, *, everything: bool) -> None:
    """Print the published figures beside the modelled ones; those that tie only when asked."""
    console = console_of()
    shown = [tie for tie in found.ties if everything or tie.verdict != "ties" or not tie.counted]
    table = table_of(
        "Published beside modelled",
        ["figure", "year", "unit", "published", "modelled", "difference", "verdict", "how", "reason"],
        left=3,
    )
    for column in table.columns[6:]:
        column.justify = "left"
    for tie in shown:
        table.add_row(*_tie_cells(tie))
    console.print(table if shown else "Every published figure ties.")
    if found.comparisons:
        other = table_of(
            "For comparison only", ["figure", "reading", "year", "published", "modelled", "reason"], left=2
        )
        for tie in found.comparisons:
            other.add_row(
                tie.name, tie.row.reading, str(tie.row.year), f"{tie.row.value:,}", _modelled(tie), tie.reason
            )
        console.print(other)
    console.print(_counts(found))
    if not everything:
        console.print("What ties is left out; show it with --all.")


def _modelled(tie: Tie) -> str:
    exponent = tie.row.value.as_tuple().exponent
    return thousands(tie.modelled, max(0, -exponent if isinstance(exponent, int) else 0))


def _tie_cells(tie: Tie) -> list[str | Text]:
    verdict = Text(str(tie.verdict), _STYLE[str(tie.verdict)])
    if not tie.counted:
        verdict = Text(f"{tie.verdict} (not counted)", "dim")
    return [
        tie.name + (f" ({tie.row.reading})" if tie.row.reading else ""),
        str(tie.row.year),
        tie.row.unit,
        f"{tie.row.value:,}",
        _modelled(tie),
        f"{tie.difference:+,.3f}".rstrip("0").rstrip("."),
        verdict,
        tie.how,
        tie.reason,
    ]


def _size(place: Place) -> str:
    counts = {
        "organisation": len(place.organisations),
        "contract": len(place.contracts),
        "line": len(place.lines),
        "intervention": len(place.interventions),
        "year": len(place.years),
    }
    return listed([f"{count:,} {name}{'s' if count != 1 else ''}" for name, count in counts.items()])


def _mark(check: CheckResult) -> Text:
    marks = {None: Text("– ", "dim"), True: Text("✓ ", "green"), False: Text("✗ ", "red")}
    return marks[check.passed]


def show_checks(result: PlanResult, checks: Sequence[CheckResult]) -> None:
    """Print that the place has no fault, and the consistency checks."""
    place = result.place
    console = console_of()
    console.print(
        Text(
            f"{place.name}: no faults. {_size(place)}.",
            "green",
        )
    )
    for check in checks:
        console.print(
            _mark(check),
            Text(check.check, "bold"),
            Text(". " + check.detail),
            sep="",
        )
