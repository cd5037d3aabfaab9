"""The two waterfalls: what makes the gap, and what closes it."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.foundation.money import round_half_up
from leftshift.model import PlanResult
from leftshift.reports import charts, words
from leftshift.reports.content import Block, Column, Figure, Note, Section, Table, row
from leftshift.reports.report.amounts import distinct
from leftshift.reports.words import Document, amount

_MOST = 6  # inputs on the page of the drivers


def drivers_of_the_gap(run: PlanResult, result: Document, year: str) -> Section:
    """What adds to the do-nothing gap and what takes from it."""
    gap = result["gap"][year]
    figure = Figure(
        charts.drivers(result, year),
        words.drivers_sentence(result, year),
        f"Waterfall of the drivers of the gap in {year}, which ends at the do-nothing gap of {words.millions(gap)}. "
        "The table below holds its figures.",
    )
    rows = [
        row(name, amount(value), _share(value, gap)) for name, value in words.driver_amounts(result, year)
    ]
    table = Table(
        f"Drivers of the gap {year}, £000",
        (Column("Driver", weight=3), Column("£000", numeric=True), Column("Share of the gap", numeric=True)),
        (*rows, row("Do-nothing gap", amount(gap), _share(gap, gap), strong=True)),
    )
    note = Note(
        "A positive amount widens the gap, a negative one narrows it. Where causes of growth act together, each is "
        "given the mean of what it adds over every order in which they could come."
    )
    return Section("drivers", "What drives the gap", (figure, table, note, *_what_matters(run, year)))


def _what_matters(run: PlanResult, year: str) -> Iterator[Block]:
    """The inputs that move the gap most, with where each came from."""
    found = run.matters("gap", year, most=_MOST)
    columns = (
        Column("Input", weight=2.6),
        Column("If it were", weight=1.8),
        Column("The gap moves by, £000", numeric=True, weight=0),
        Column("Basis", weight=1.1),
        Column("Source", weight=2.6),
    )
    rows = tuple(
        row(entry.input, entry.nudge, amount(entry.move), words.BASES[entry.basis], distinct(entry.sources))
        for entry in found
    )
    if rows:
        yield Table(f"What the gap of {year} moves most with", columns, rows)


def _share(value: float, gap: float) -> str:
    if round_half_up(gap) == 0:
        return "–"
    return f"{round_half_up(100 * value / gap)}%".replace("-", "\u2212")


def bridge(result: Document, year: str) -> Section:
    """How the plan leads from the do-nothing position to the closing one."""
    position, names = result["perimeter_position"], {row["step"]: row["name"] for row in result["steps"]}
    start, end = position["do_nothing"][year], position["plan"][year]
    rests = f" ({words.BASES[result['perimeter_basis']].lower()})"
    figure = Figure(
        charts.bridge(result, year),
        words.bridge_sentence(result, year),
        f"Waterfall from a do-nothing position of {words.millions(start)} in {year} by the steps of the plan to a "
        f"closing position of {words.millions(end)}. The table below holds its figures.",
    )
    steps = [row(names[step], amount(value)) for step, value in words.bridge_steps(result, year)]
    rows = (
        row("Do-nothing position" + rests, amount(start), strong=True),
        *steps,
        row("Closing position" + rests, amount(end), strong=True),
    )
    table = Table(f"Bridge {year}, £000", (Column("Step", weight=3), Column("£000", numeric=True)), rows)
    blocks: tuple[Block, ...] = (figure, table)
    return Section("bridge", "How the plan closes it", blocks)
