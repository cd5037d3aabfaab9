"""Capital told: schemes by year, where the money comes from, what remains to be found, and what a programme brings."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.capacity.capital import BASES as COST_BASES
from leftshift.capacity.capital import Programme
from leftshift.capacity.parameters import parameter
from leftshift.capacity.result import Capacity
from leftshift.foundation.sources import Basis
from leftshift.reports.capacity import pictures
from leftshift.reports.capacity.cells import basis_of, counted, is_nought, series, shared
from leftshift.reports.capacity.words import count, programme_sentence
from leftshift.reports.content import Block, Cell, Column, Figure, Note, Paragraph, Row, Subheading, Table
from leftshift.reports.decisions.cells import columns, row
from leftshift.reports.words import millions


def capital_blocks(capacity: Capacity) -> Iterator[Block]:
    """Every capital programme of a place; nothing where it has none."""
    found = capacity.capital
    if not found:
        return
    gross, asked = sum(each.gross for each in found), sum(each.ask for each in found)
    words = "1 programme costs" if len(found) == 1 else f"{len(found)} programmes cost"
    yield Paragraph(
        f"{words} {millions(gross)} gross; {millions(asked)} of capital remain to be found.", lead=True
    )
    yield _programmes(capacity)
    for programme in found:
        yield from _programme(capacity, programme)


def _programmes(capacity: Capacity) -> Table:
    owners = {entry.code: entry.name for entry in capacity.place.organisations}
    rows = tuple(
        row(
            found.row.name,
            Cell(owners[found.row.organisation]),
            *map(counted, (found.gross, found.disposals, found.net, found.funding, found.ask)),
            basis_of(_bases(capacity, found)),
        )
        for found in capacity.capital
    )
    numeric = columns("Gross", "Disposals", "Net", "Funding", "Still to be found")
    heads = (Column("Programme", weight=2), Column("Organisation", weight=2), *numeric, Column("Basis"))
    return Table("Capital programmes, £000", heads, rows, key="programmes")


def _bases(capacity: Capacity, found: Programme) -> set[Basis]:
    place, name = capacity.place, found.row.programme
    amounts = {
        entry.basis
        for table in (place.capital, place.capital_funding)
        for entry in table
        if entry.programme == name
    }
    return {found.row.basis, *amounts}


def _programme(capacity: Capacity, found: Programme) -> Iterator[Block]:
    years, name = [str(year) for year in found.years], found.row.name
    yield Subheading(name)
    yield Paragraph(programme_sentence(found))
    if not all(map(is_nought, (*found.funding_by_year, *found.ask_by_year))):
        yield Figure(
            pictures.funding(found.funding_of, found.ask_by_year, years),
            _asked(found),
            f"Stacked bars of the capital of {name} by year and source of funds, with what remains to be found. The table below holds the figures.",
        )
    yield _by_year(found, years)
    yield from _brings(capacity, found)
    yield from _charges(found)


def _asked(found: Programme) -> str:
    name = found.row.name
    if is_nought(found.ask):
        return f"{name} is funded in full: nothing remains to be found."
    if found.ask < 0:
        return f"{name} brings in {millions(-found.ask)} more than it needs."
    worst = max(range(len(found.years)), key=lambda at: found.ask_by_year[at])
    return f"{name}: {millions(found.ask)} remain to be found in all, the most in {found.years[worst]} with {millions(found.ask_by_year[worst])}."


def _by_year(found: Programme, years: list[str]) -> Table:
    rows: list[Row] = [
        series(f"Scheme: {name}", values, total=True) for name, values in found.cost_of.items()
    ]
    rows.append(series("Cost", found.costs, strong=True, total=True))
    rows += [
        series(f"Sold: {name}", (-value for value in values), total=True)
        for name, values in found.disposals_of.items()
    ]
    rows.append(series("Net of what is sold", found.net_by_year, strong=True, total=True))
    rows += [series(f"Funds: {name}", values, total=True) for name, values in found.funding_of.items()]
    rows.append(series("Still to be found", found.ask_by_year, strong=True, total=True))
    heads = (Column("Item", weight=2), *columns(*years, "All years"))
    return Table(
        f"{found.row.name}: schemes and funds by year, £000",
        heads,
        tuple(rows),
        key=f"capital-{found.row.programme}",
    )


def _brings(capacity: Capacity, found: Programme) -> Iterator[Block]:
    """Return and payback on either cost, with the basis that the programme states."""
    programme = found.row
    if programme.annual_saving is None:
        yield Note("No saving is stated: there is no return, payback or net present value.")
        return
    rows = [
        row(
            f"On {basis} cost",
            counted(found.cost_on(basis)),
            shared(found.return_on(basis)),
            _years(found.payback_on(basis)),
            Cell("stated" if basis == programme.basis_of_return else "beside it"),
            Cell("stated" if basis == programme.basis_of_payback else "beside it"),
        )
        for basis in COST_BASES
    ]
    heads = (
        Column("Basis of the cost", weight=1.4), *columns("Cost, £000", "Return, % a year", "Payback, years"),
        Column("Return is"), Column("Payback is"),
    )  # fmt: skip
    yield Table(
        f"{programme.name}: return and payback", heads, tuple(rows), key=f"return-{programme.programme}"
    )
    said = f"A saving of £{count(programme.annual_saving)}k a year" + (
        f" from {found.saving_from}" if found.saving_from else ""
    )
    if found.net_present_value is None:
        yield Note(f"{said}. Without a life of the asset there is no net present value.")
    else:
        yield Note(
            f"{said} over a life of {programme.life} years, discounted at {parameter('discount_rate'):.1%} a year, has a net present value of "
            f"£{count(found.net_present_value)}k."
        )


def _years(value: float | None) -> Cell:
    return Cell("–" if value is None else f"{value:.2f}", number=value)


def _charges(found: Programme) -> Iterator[Table]:
    if found.charges is None:
        return
    named = {
        "depreciation": "Depreciation",
        "dividend": "Dividend on public dividend capital",
        "total": "All charges",
        "net_book_value": "Net book value at the end of the year",
    }
    rows = [
        series(name, (float(getattr(each, field)) for each in found.charges), strong=field == "total")
        for field, name in named.items()
    ]
    heads = (Column("Charge", weight=2), *columns(*map(str, found.plan_years)))
    yield Table(
        f"{found.row.name}: capital charges by year, £000",
        heads,
        tuple(rows),
        key=f"charges-{found.row.programme}",
    )
