"""A portfolio as blocks of a report, from its document."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.reports.charts import moves
from leftshift.reports.content import Block, Cell, Column, Figure, Note, Paragraph, Table
from leftshift.reports.decisions.cells import columns, money, row
from leftshift.reports.words import Document, amount, millions


def chosen(document: Document) -> tuple[Block, ...]:
    """What is chosen, what is not, what binds, and the frontier."""
    outcome, how_sure, frontier = document["said"]
    return (
        Paragraph(outcome, lead=True),
        Paragraph(how_sure),
        *_brings(document),
        _chosen(document),
        _left_out(document),
        _limits(document),
        *_frontier(document, frontier),
    )


def _brings(document: Document) -> Iterator[Block]:
    found = [(entry["name"], entry["brings"]) for entry in document["chosen"]]
    if found:
        name, most = max(found, key=lambda entry: entry[1])
        yield Figure(
            moves(found),
            f"{name} brings most: {millions(most)}",
            "Bars of what each intervention that is chosen brings. The table below holds them.",
        )


def _chosen(document: Document) -> Table:
    rows = tuple(
        row(
            entry["name"],
            Cell(entry["start"]),
            Cell(_later(entry["later"])),
            Cell(f"{entry['scale']:.0%}", number=entry["scale"]),
            money(entry["brings"]),
        )
        for entry in document["chosen"]
    )
    heads = (
        Column("Intervention", weight=3),
        Column("Start"),
        Column("Later"),
        *columns("Scale", "Brings, £000"),
    )
    return Table("Chosen", heads, rows)


def _later(years: int) -> str:
    return f"{years} year{'s' if years > 1 else ''}" if years else "as planned"


def _left_out(document: Document) -> Table:
    rows = tuple(
        row(entry["name"], _cost(entry["forcing_it_in_costs"]), Cell("; ".join(entry["because"])))
        for entry in document["left_out"]
    )
    heads = (
        Column("Intervention", weight=3),
        *columns("Forcing it in costs, £000"),
        Column("Because", weight=2),
    )
    return Table("Not chosen", heads, rows)


def _cost(value: float | None) -> Cell:
    return Cell("cannot be") if value is None else money(value)


def _limits(document: Document) -> Table:
    rows = tuple(
        row(
            entry["words"],
            _number(entry["used"]),
            _number(entry["limit"]),
            _gain(entry["without"]),
            _gain(entry["one_more"]),
            Cell("yes" if entry["binds"] else ""),
        )
        for entry in document["limits"]
    )
    heads = (
        Column("Rule", weight=4),
        *columns("Used", "Limit", "Gain without it, £000", "Gain of one more, £000"),
        Column("Binds"),
    )
    return Table("What was asked for, and what binds", heads, rows)


def _number(value: float | None) -> Cell:
    return Cell("") if value is None else Cell(amount(value), number=value)


def _gain(value: float | None) -> Cell:
    return Cell("") if not value else money(value)


def _frontier(document: Document, sentence: str) -> Iterator[Block]:
    points = document["frontier_table"]
    if document["frontier_chart"] is None:
        yield Note(sentence)
        return
    yield Figure(
        document["frontier_chart"],
        sentence,
        "Points of expected saving against the position in the worst draws, each a choice. The table below holds them.",
    )
    rows = tuple(
        row(
            str(point["point"]),
            money(point["expected"]),
            money(point["risk"]),
            money(point["saving"]),
            Cell(point["chosen"]),
        )
        for point in points
    )
    heads = (
        Column("Point"),
        *columns("Expected position, £000", "In the worst draws, £000", "Expected saving, £000"),
        Column("Chosen", weight=4),
    )
    yield Table("Frontier of saving against risk", heads, rows)
