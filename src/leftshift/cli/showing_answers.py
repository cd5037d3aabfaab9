"""What the terminal shows of answers: trees, what matters, what is fed, differences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.text import Text
from rich.tree import Tree

from leftshift.cli.showing import console_of, table_of
from leftshift.economy.comparing import Comparison
from leftshift.economy.explanations.explaining import Explained
from leftshift.economy.explanations.feeding import Fed, described
from leftshift.economy.explanations.mattering import Matters
from leftshift.economy.explanations.terms import FIGURES, Figure
from leftshift.economy.explanations.words import Words
from leftshift.foundation.money import thousands
from leftshift.foundation.years import FinancialYear
from leftshift.model import PlanResult
from leftshift.place.differences import Difference
from leftshift.place.place import Place
from leftshift.place.rows import Row

_LISTED = 40


def _amount(value: float) -> Text:
    return Text(thousands(value, 1 if abs(value) < 10 else 0), "red" if value < 0 else "")


def show_explained(tree: Explained, matters: Sequence[Matters], *, depth: int) -> None:
    """Print a tree so many levels deep, and the inputs that matter most."""
    console = console_of()
    console.print(_branch(tree, depth))
    if matters:
        table = table_of(
            "What matters most, £000",
            ["input", "if it were", "the figure moves by", "its part", "where", "basis"],
        )
        for column in (1, 4, 5):
            table.columns[column].justify = "left"
        for entry in matters:
            where = ", ".join(map(str, entry.origins[:2])) + (" …" if len(entry.origins) > 2 else "")
            table.add_row(
                entry.input, entry.nudge, _amount(entry.move), _amount(entry.part), where, entry.basis
            )
        console.print(table)


def _branch(node: Explained, depth: int) -> Tree:
    label = Text.assemble(
        (thousands(node.amount, 1 if abs(node.amount) < 10 else 0), "bold"), "  ", node.label
    )
    extra = " · ".join(
        filter(None, (node.detail, str(node.origin) if node.origin.row else "", node.basis or ""))
    )
    if extra:
        label.append(f"  [{extra}]", "dim")
    tree = Tree(label)
    if depth > 0:
        for child in node.children:
            tree.children.append(_branch(child, depth - 1))
    return tree


def matters_document(entry: Matters) -> dict[str, Any]:
    """An input that matters, as plain values."""
    return {
        "input": entry.input,
        "kind": entry.kind,
        "nudge": entry.nudge,
        "move": entry.move,
        "part": entry.part,
        "basis": entry.basis,
        "rows": [{"file": origin.file, "row": origin.row} for origin in entry.origins],
        "sources": list(entry.sources),
    }


def fed_document(entry: Fed) -> dict[str, Any]:
    """A figure that a row feeds, as plain values."""
    figure = entry.figure
    return {
        "figure": figure.name,
        "organisation": figure.organisation,
        "item": figure.item,
        "year": figure.year.label,
        "amount": entry.amount,
        "how": entry.how,
    }


def show_feeds(result: PlanResult, row: Row, fed: Sequence[Fed], year: FinancialYear | None) -> None:
    """Print the figures that a row feeds in a year, by default the last."""
    console, words = console_of(), Words(result.projection.economy)
    wanted = year or result.place.last_year
    chosen = [entry for entry in fed if entry.figure.year == wanted]
    console.print(Text(f"{described(row)} ({row.origin}): {row.source}", "bold"))
    if not chosen:
        console.print(
            f"It feeds no figure in {wanted}." if fed else "As it stands it adds nothing to any figure."
        )
        return
    table = table_of(f"What it feeds in {wanted}, £000", ["figure", "amount", "how"])
    table.columns[2].justify = "left"
    for entry in chosen[:_LISTED]:
        how = "part of it" if entry.how == "part" else "scales it: runs through"
        table.add_row(words.figure(entry.figure), _amount(entry.amount), how)
    console.print(table)
    if len(chosen) > _LISTED:
        console.print(f"… and {len(chosen) - _LISTED:,} more: --json lists all of every year")


def show_scenarios(place: Place, folder: Path) -> None:
    """Print the scenarios of a place."""
    console = console_of()
    if not place.scenarios:
        console.print(f"{place.name} has no scenario. Write one as {folder}/scenarios/a-name.toml")
        return
    table = table_of(f"Scenarios of {place.name}", ["scenario", "name", "changes", "what it is"])
    table.columns[1].justify = table.columns[3].justify = "left"
    for entry in sorted(place.scenarios, key=lambda entry: entry.code):
        table.add_row(entry.code, entry.name, str(len(entry.changes)), entry.description)
    console.print(table)
    console.print(f"See what one changes: leftshift scenarios {folder} {place.scenarios[0].code}")


def show_inputs(found: Sequence[Difference]) -> None:
    """Print the inputs that differ."""
    console = console_of()
    if not found:
        console.print("No input differs.")
        return
    table = table_of("Inputs that differ", ["table", "which", "what", "before", "after", "why"], left=6)
    for entry in found[:1000]:
        table.add_row(
            entry.table,
            entry.key,
            entry.column.replace("_", " "),
            entry.before,
            entry.after,
            entry.why.partition(" (")[0],
        )
    console.print(table)
    if len(found) > 1000:
        console.print(f"… and {len(found) - 1000:,} more")


def show_comparison(comparison: Comparison, year: FinancialYear) -> None:
    """Print what differs, what moved in a year, and why the headline figures did."""
    show_inputs(comparison.inputs)
    console, words = console_of(), Words(comparison.right.projection.economy)
    moved = [entry for entry in comparison.moved if entry.figure.year == year and abs(entry.move) >= 0.05]
    if not moved:
        console.print(f"No figure of {year} moved.")
        return
    table = table_of(f"What moved in {year}, £000", ["figure", "before", "after", "move"])
    for entry in moved:
        table.add_row(
            words.figure(entry.figure), _amount(entry.left), _amount(entry.right), _amount(entry.move)
        )
    console.print(table)
    for name in ("gap", "position"):
        figure = Figure(name, year)
        causes = comparison.because_of(figure) if figure in comparison.figures else {}
        if causes:
            because = table_of(
                f"Because of what: {FIGURES[name].lower()} of the perimeter, £000", ["input", "moves it by"]
            )
            for cause, amount in causes.items():
                because.add_row(cause, _amount(amount))
            console.print(because)
