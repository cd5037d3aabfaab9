"""Simulations, what matters, stress tests and goals as blocks of a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from leftshift.economy.uncertainty.figures import usual
from leftshift.reports.content import Block, Cell, Column, Figure, Note, Paragraph, Row, Table
from leftshift.reports.decisions import pictures
from leftshift.reports.decisions.cells import columns, money, row, share, share_text
from leftshift.reports.decisions.portfolios import chosen
from leftshift.reports.uncertain_words import chance_text, goal_said, how_sure_said
from leftshift.reports.words import Document, millions

_SHORT = {"gap": "Do-nothing gap"}
_UNITS = {
    "rate": (100.0, "points a year"),
    "delay": (1.0, "months"),
    "delivery": (100.0, "%"),
    "value": (100.0, "%"),
}


def simulated(document: Document) -> tuple[Block, ...]:
    """Intervals, chances, the curve of exceedance and how stable they are."""
    year = document["years"][-1]
    low, high = document["fan"]["position"][year]["p05"], document["fan"]["position"][year]["p95"]
    stable = document["stable"]
    few = len(document["convergence"]) <= int(usual("stable_blocks"))
    settled = "stable" if stable else "not yet known to be stable: draw more"
    settled = "too short to tell whether it is stable" if few else settled
    return (
        Paragraph(how_sure_said(document, year), lead=True),
        Figure(
            pictures.fan(document, "position"),
            f"The closing position of {document['perimeter']} fans out to between {millions(low)} and {millions(high)} in {year}",
            f"Fan of the closing position from {document['years'][0]} to {year}: bands of draws around the median, and the plan. "
            "The table below holds its figures.",
        ),
        _by_year(document),
        Figure(
            pictures.chances(document, year),
            f"Who ends {year} without a deficit, and in how many draws",
            "Bars of the share of draws without a deficit, for the perimeter and each organisation. The table below holds them.",
        ),
        _chances(document),
        _intervals(document, year),
        Figure(
            pictures.exceedance(document, "position"),
            f"The chance that {year} closes with at least so much",
            "Curve that falls from all draws to none as the amount rises. The table below holds points of it.",
        ),
        _exceedance(document),
        Figure(
            pictures.convergence(document),
            f"After {document['draws']:,} draws the interval is {settled}",
            "Lines of the ends and the middle of the interval after each block of draws.",
        ),
        _convergence(document),
        Note(
            "p05, p50 and p95 are the values that 5, 50 and 95 of a hundred draws do not exceed. "
            f"Drawn by {document['method'].replace('_', ' ')} with seed {document['seed']}: the same seed and version give the "
            "same figures. Everything that is not named in uncertainty.csv stays as the plan says."
        ),
    )


def _by_year(document: Document) -> Table:
    plan, found = document["plan"]["position"], document["intervals"]["position"]
    chances = document["probability_of_balance"]["perimeter"]
    rows = [
        row(
            year,
            money(plan[year]),
            *(money(found[year][end]) for end in ("p05", "p50", "p95")),
            chance_of(chances[year]),
        )
        for year in document["years"]
    ]
    columns = _columns("Year", "The plan", "p05", "p50", "p95", "Without a deficit")
    return Table("Closing position by year, £000", columns, tuple(rows))


def _columns(first: str, *numeric: str, weight: float = 1.0) -> tuple[Column, ...]:
    return (Column(first, weight=weight), *columns(*numeric))


def chance_of(found: float) -> Cell:
    """A share of draws in a table."""
    return Cell(chance_text(found), number=found)


def _chances(document: Document) -> Table:
    names = pictures.with_positions(document)
    found = document["probability_of_balance"]
    rows = [
        row(name, *(chance_of(found[code][year]) for year in document["years"]))
        for code, name in {"perimeter": document["perimeter"], **names}.items()
    ]
    return Table(
        "Share of draws without a deficit, by year",
        _columns("Whose", *document["years"], weight=3),
        tuple(rows),
    )


def _intervals(document: Document, year: str) -> Table:
    rows = [
        row(
            name,
            money(document["plan"][key][year]),
            *(money(document["intervals"][key][year][end]) for end in ("p05", "p50", "p95")),
        )
        for key, name in _names(document)
    ]
    columns = _columns("Figure", "The plan", "p05", "p50", "p95", weight=3)
    return Table(f"Intervals of {year}, £000", columns, tuple(rows))


def _names(document: Document) -> Sequence[tuple[str, str]]:
    bodies = [(f"position.{code}", name) for code, name in pictures.with_positions(document).items()]
    steps = [(f"bridge.{entry['step']}", f"Step: {entry['name']}") for entry in document["steps"]]
    whole = f"Closing position of {document['perimeter']}"
    return [("gap", "Do-nothing gap"), ("position", whole), *bodies, *steps]


def _exceedance(document: Document) -> Table:
    points = document["exceedance"]["position"]
    kept = points[:: max(1, len(points) // 20)]
    rows = [Row((money(point["at_least"]), share(point["probability"]))) for point in kept]
    return Table(
        "Chance of closing with at least so much", _columns("£000, at least", "Share of draws"), tuple(rows)
    )


def _convergence(document: Document) -> Table:
    rows = [
        row(f"{step['draws']:,}", *(money(step[end]) for end in ("p05", "p50", "p95")))
        for step in document["convergence"]
    ]
    return Table(
        "The interval after each block of draws, £000", _columns("Draws", "p05", "p50", "p95"), tuple(rows)
    )


def what_matters(document: Document) -> tuple[Block, ...]:
    """A tornado, and shares of variance where they were worked out."""
    bars, year = document["tornado"], document["year"]
    widest = bars[0]["quantity"].replace("_", " ")
    blocks: list[Block] = [
        Figure(
            pictures.tornado(bars, document["position"]),
            f"The closing position of {year} moves most with {widest}",
            "Bars from the position with each quantity at its low end to that at its high end, all else as planned, widest "
            "first. The table below holds them.",
        ),
        Table(
            f"Closing position of {year} with one quantity at either end of its interval, £000",
            _columns("Quantity", "At its low end", "At its high end", "Swing", weight=2),
            tuple(
                row(
                    bar["quantity"].replace("_", " "),
                    money(bar["position_at_low"]),
                    money(bar["position_at_high"]),
                    money(bar["position_at_high"] - bar["position_at_low"]),
                )
                for bar in bars
            ),
        ),
    ]
    found = document["shares_of_variance"]
    if found:
        blocks += [
            Figure(
                pictures.shares(found),
                f"{begun(pictures.named(found[0]['quantities']))} have {share_text(found[0]['total'])} of how far it varies",
                "Bars of the share of the variance of each quantity, or of those that are correlated together, with a line for how sure "
                "the share is. The table below holds them.",
            ),
            Table(
                "Share of the variance, alone and with all that it does together with others",
                _columns("Quantities", "Alone", "Between", "With others", "Between ", weight=3),
                tuple(
                    row(
                        ", ".join(name.replace("_", " ") for name in entry["quantities"]),
                        share(entry["first"]),
                        Cell(_between(entry["first_interval"])),
                        share(entry["total"]),
                        Cell(_between(entry["total_interval"])),
                    )
                    for entry in found
                ),
            ),
            Note(
                "Quantities that are correlated have one share together: their variances cannot be told apart."
            ),
        ]
    return tuple(blocks)


def begun(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def _between(ends: Sequence[float]) -> str:
    return f"{share_text(ends[0])} to {share_text(ends[1])}"


def stressed(document: Document) -> tuple[Block, ...]:
    """Each shock alone, and all together."""
    year, shocks = document["year"], document["shocks"]
    together = shocks[-1]
    names = {entry["code"]: entry["name"] for entry in document["organisations"]}
    rows = [
        row(entry["name"], money(entry["position"]), money(entry["move"]), strong=entry is together)
        for entry in shocks
    ]
    bodies = [
        row(name, *(money(entry["positions"][code]) for entry in shocks))
        for code, name in names.items()
        if any(entry["positions"][code] for entry in shocks)
    ]
    return (
        Paragraph(
            f"{document['perimeter']} closes {year} at {millions(document['plan'])} in the plan, and at {millions(together['position'])} "
            f"under all shocks together. Acting together moves it by {millions(document['acting_together'])} beyond the sum of each alone.",
            lead=True,
        ),
        Figure(
            pictures.shocks(document),
            f"{shocks[0]['name']} moves {year} most",
            "Bars of how far each shock moves the closing position of the perimeter. The table below holds them.",
        ),
        Table(
            f"Closing position of {document['perimeter']} in {year} under each shock, £000",
            _columns("Shock", "Position", "Moves by", weight=3),
            (row("The plan", money(document["plan"]), Cell(""), strong=True), *rows),
        ),
        Table(
            f"Closing position of each organisation in {year}, £000",
            _columns("Organisation", *(entry["name"] for entry in shocks), weight=2),
            tuple(bodies),
        ),
    )


def sought(document: Document) -> tuple[Block, ...]:
    """Which value of an input closes the gap."""
    scale, unit = _UNITS[document["kind"]]
    every = document["curve"][:: max(1, len(document["curve"]) // 16)]
    rows = tuple(
        row(f"{Decimal(repr(round(point['value'] * scale, 3))):f}", money(point["position"]))
        for point in every
    )
    return (
        Paragraph(goal_said(document), lead=True),
        Figure(
            pictures.curve(document, scale, unit),
            f"{document['name']}, and where {document['whose']} closes {document['year']}",
            "Line of the closing position at every value that was tried, with the plan and where the deficit ends. The table below "
            "holds points of it.",
        ),
        Table(
            f"Closing position of {document['year']} by value, £000",
            _columns(f"{document['name']}, {unit}", "£000"),
            rows,
        ),
    )


BLOCKS: Mapping[str, Callable[[Any], tuple[Block, ...]]] = {
    "simulate": simulated,
    "sensitivity": what_matters,
    "stress": stressed,
    "goal": sought,
    "portfolio": chosen,
}
"""Kind of study to what makes its blocks from its document."""
