"""Scenarios: what each changes, and what comes of it beside the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leftshift.place.differences import Difference, differences
from leftshift.reports import charts, words
from leftshift.workspace.plan.presenters.page import (
    Page,
    Picture,
    address_of,
    amount,
    input_address,
    room_page,
    slug,
    why_address,
)
from leftshift.workspace.plan.queries import Viewed, model_of, scenarios_of
from leftshift.workspace.shared.tables import Cell, Row, Table


@dataclass(frozen=True)
class ScenarioCard:
    """A scenario with its description, its changes, and where it leads."""

    name: str
    description: str
    look_address: str
    compare_address: str
    changes: Table


def scenarios(shown: Viewed, year: str) -> tuple[Page, list[ScenarioCard]]:
    """Every scenario of the place, and the headline of each beside the plan's."""
    found, runs = scenarios_of(shown.version.pk), runs_of(shown)
    picture = None
    if found:
        picture = Picture(
            f"/places/{shown.under().address}/charts/scenarios/{slug(year)}.svg?of={shown.content}",
            sentence(runs, year),
            f"Bars of the closing position in {year} under each scenario; the table below holds the figures.",
        )
    page = room_page(
        shown, "scenarios", f"Scenarios {year}", year, picture, [headline_table(runs, year)] if found else []
    )
    return page, [_card(shown, key, name, description, year) for key, name, description in found]


def runs_of(shown: Viewed) -> list[tuple[str, Viewed]]:
    """The plan, and the plan under each scenario."""
    under = ((name, shown.under(key)) for key, name, _ in scenarios_of(shown.version.pk))
    return [("The plan", shown.under()), *under]


def chart(shown: Viewed, year: str) -> dict[str, Any]:
    """The closing position under each scenario, as bars."""
    return charts.levels([(name, closing(run, year)) for name, run in runs_of(shown)])


def sentence(runs: Sequence[tuple[str, Viewed]], year: str) -> str:
    """Which scenario moves the closing position most."""
    start = closing(runs[0][1], year)
    name, run = max(runs[1:], key=lambda entry: abs(closing(entry[1], year) - start))
    moved = closing(run, year) - start
    if abs(moved) < 0.5:
        return f"No scenario moves the closing position of {year}."
    verb = "worsens" if moved < 0 else "improves"
    return f"{name} {verb} the closing position of {year} most, by {words.millions(abs(moved))} to {words.balance(closing(run, year))}."


def closing(run: Viewed, year: str) -> float:
    """The position of the perimeter with the plan, £000."""
    return float(run.result["perimeter_position"]["plan"][year])


def headline_table(runs: Sequence[tuple[str, Viewed]], year: str) -> Table:
    """Gap, bridge and closing position under each scenario."""
    start = closing(runs[0][1], year)
    rows = [
        Row(
            [
                Cell(name, address=address_of(run.address, "overview", year)),
                amount(run.result["gap"][year], why=why_address(run, "gap", year)),
                amount(sum(run.result["bridge"][year].values()), why=why_address(run, "bridge", year)),
                amount(closing(run, year), why=why_address(run, "position", year)),
                amount(closing(run, year) - start),
            ],
            strong=not run.scenarios,
        )
        for name, run in runs
    ]
    columns = ["Scenario", "Do-nothing gap", "The plan moves", "Closing position", "Beside the plan"]
    return Table("scenarios", f"Scenarios {year}, £000", columns, rows, numeric_from=1)


def _card(shown: Viewed, key: str, name: str, description: str, year: str) -> ScenarioCard:
    model = model_of(shown.version.pk)
    found = differences(model.place, model.scenario(key).place)
    code, number = shown.version.place.code, shown.version.number
    return ScenarioCard(
        name,
        description,
        address_of(shown.under(key).address, "overview", year),
        f"{address_of(code, 'compare', year)}?before={number}&after={number}&after_under={key}",
        # the rows that a scenario changes are those of the plan, whatever it is seen under
        inputs_table(shown.under(), found, f"changes-{key}", f"What {name} changes", year),
    )


def inputs_table(shown: Viewed, found: Sequence[Difference], name: str, title: str, year: str) -> Table:
    """Inputs that differ: before, after, and why."""
    rows = [
        Row(
            [
                Cell(entry.key, address=input_address(shown, entry.left, year) if entry.left else ""),
                Cell(entry.table.replace("_", " ").capitalize()),
                Cell(entry.column.replace("_", " ") or "row"),
                Cell(entry.before or "–"),
                Cell(entry.after or "–"),
                Cell(entry.why.partition(" (scenario")[0]),
            ]
        )
        for entry in found
    ]
    return Table(name, title, ["Input", "Table", "What", "Before", "After", "Why"], rows)
