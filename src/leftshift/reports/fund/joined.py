"""What a fund plan does to the economy of its place: what it adds, what stands there already, whose position moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leftshift.foundation.faults import FaultsFound
from leftshift.fund.fund import Fund
from leftshift.fund.joining import join
from leftshift.model import Model
from leftshift.place.contributions import Contribution
from leftshift.place.rows import UNATTRIBUTED, Contract, Line
from leftshift.reports.charts import moves
from leftshift.reports.content import Block, Cell, Column, Figure, Items, Paragraph, Row, Table
from leftshift.reports.words import amount

_LEAST = 0.0005  # £000: half a pound


def joined_blocks(fund: Fund, model: Model) -> Iterator[Block]:
    """The fund's money in the place: refused with what does not fit, else with the positions before and after."""
    try:
        found = join(fund.plan, fund.round, model.place)
        before, after = model.project(), model.with_fund(fund).project()
    except FaultsFound as refused:
        yield Paragraph("The money of this plan does not fit the place yet:", lead=True)
        yield Items(tuple(str(fault) for fault in refused.faults))
        return
    yield Paragraph(
        f"{len(found.contributions)} lines and claims of the plan would join the money of {model.place.name}, each once; {len(found.notes)} stand there already or do not fall into its years.",
        lead=True,
    )
    years = [year for year in before.years if year in fund.round.years]
    names = {UNATTRIBUTED: "Not attributed", **{row.code: row.name for row in model.place.organisations}}
    for year in years:
        moved = [
            (names[code], after.position(code, year) - before.position(code, year))
            for code in before.organisations
            if abs(after.position(code, year) - before.position(code, year)) >= _LEAST
        ]
        if moved:
            yield Figure(
                moves(moved),
                f"Whose position of {year} moves.",
                f"Bars of how far the position of each organisation moves in {year}.",
            )
        yield Table(
            f"Positions of {year}, £000",
            (
                Column("Organisation", weight=2),
                Column("Without the fund", numeric=True),
                Column("With it", numeric=True),
                Column("Moves by", numeric=True),
            ),
            tuple(
                _row(names[code], before.position(code, year), after.position(code, year))
                for code in before.organisations
            ),
            f"positions-{str(year).replace('/', '-')}",
        )
    yield from _money(found.contributions, names)
    if found.notes:
        yield Items(found.notes)


def _row(name: str, before: float, after: float) -> Row:
    return Row(
        (Cell(name), *(Cell(amount(value), number=value) for value in (before, after, after - before)))
    )


def _name(code: str, names: Mapping[str, str]) -> str:
    return names.get(code, code)


def _money(contributions: Sequence[Contribution], names: Mapping[str, str]) -> Iterator[Block]:
    rows = []
    for entry in contributions:
        tables = entry.tables
        for row in (*tables.get("contracts", ()), *tables.get("lines", ())):
            if isinstance(row, Contract):
                rows.append(
                    Row(
                        (
                            Cell(row.contract),
                            Cell(f"{_name(row.payer, names)} pays {_name(row.payee, names)}"),
                            Cell(str(row.year)),
                            Cell(amount(row.value), number=row.value),
                        )
                    )
                )
            elif isinstance(row, Line):
                rows.append(
                    Row(
                        (
                            Cell(row.line),
                            Cell(f"{row.type.replace('_', ' ')} of {_name(row.organisation, names)}"),
                            Cell(str(row.year)),
                            Cell(amount(row.value), number=row.value),
                        )
                    )
                )
    if rows:
        yield Table(
            "What joins",
            (
                Column("Row", weight=2),
                Column("What it is", weight=2),
                Column("Year"),
                Column("£000", numeric=True),
            ),
            tuple(rows),
            "joins",
        )
