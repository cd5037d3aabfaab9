"""Control totals, envelopes and the risk pool told."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.model import PlanResult
from leftshift.place.rows import OUTSIDE
from leftshift.reports.capacity import pictures
from leftshift.reports.capacity.cells import basis_of, counted
from leftshift.reports.capacity.words import count
from leftshift.reports.content import Block, Cell, Column, Figure, Paragraph, Subheading, Table
from leftshift.reports.decisions.cells import columns, money, row
from leftshift.reports.words import BASES


def control_blocks(run: PlanResult) -> Iterator[Block]:
    """Positions against control totals, contracts against envelopes, and the risk pool: what the place has of them."""
    yield from _totals(run)
    yield from _envelopes(run)
    yield from _pool(run)


def _names(run: PlanResult) -> dict[str, str]:
    return {**run.names, OUTSIDE: "Outside the place"}


def _totals(run: PlanResult) -> Iterator[Block]:
    found = run.control_totals()
    if not found:
        return
    missed = [held for held in found if not held.is_met]
    words = f"{len(missed)} of {len(found)} control totals {'is' if len(missed) == 1 else 'are'} missed, and the funding tied to them is lost."
    yield Subheading("Control totals")
    yield Paragraph(words if missed else f"All {len(found)} control totals are met.", lead=True)
    rows = tuple(
        row(
            held.name if held.row.organisation else f"The system: {held.name}",
            Cell(str(held.row.year)),
            *map(money, (held.row.amount, held.position, held.difference)),
            *map(money, (held.row.funding, held.funding_lost, held.position_as_paid)),
            Cell("met" if held.is_met else "missed"),
            Cell(BASES[held.row.basis]),
        )
        for held in found
    )
    heads = (
        Column("Whose", weight=2), Column("Year"), *columns(
            "Control total", "Position", "Position less control total", "Funding tied to it", "Funding lost", "Position as paid",
        ),
        Column("Verdict"), Column("Basis"),
    )  # fmt: skip
    yield Table("Control totals, £000", heads, rows, key="control-totals")


def _envelopes(run: PlanResult) -> Iterator[Block]:
    found, names = run.envelopes(), _names(run)
    if not found.held:
        return
    bases = {entry.envelope: entry.basis for entry in run.place.envelopes}
    yield Subheading("Envelopes of contracts")
    short = [payer for payer in found.affordability if not payer.is_affordable]
    yield Paragraph(
        "; ".join(
            f"{names[payer.payer]} is £{count(-payer.left)}k short of what its envelopes of {payer.year} come to"
            for payer in short
        )
        + "."
        if short
        else "Every payer can afford its envelopes of a year together."
    )
    rows = tuple(
        row(
            ", ".join(held.envelopes),
            Cell(names[held.payer]),
            Cell(names[held.payee]),
            Cell(str(held.year)),
            *map(money, (held.amount, held.modelled, held.difference)),
            basis_of(bases[name] for name in held.envelopes),
        )
        for held in found.held
    )
    heads = (Column("Envelopes"), Column("Payer", weight=1.6), Column("Payee", weight=1.6), Column("Year"))
    numeric = columns("Agreed", "The plan pays", "Above the envelope")
    yield Table(
        "Envelopes beside what the plan pays, £000",
        (*heads, *numeric, Column("Basis")),
        rows,
        key="envelopes",
    )
    yield Table(
        "Whether payers can afford their envelopes together, £000",
        (
            Column("Payer", weight=2),
            Column("Year"),
            *columns("Income", "Envelopes", "Other spending", "Left"),
            Column("Verdict"),
        ),
        tuple(
            row(
                names[payer.payer],
                Cell(str(payer.year)),
                *map(money, (payer.income, payer.offered, payer.other_spending, payer.left)),
                Cell("can afford them" if payer.is_affordable else "short"),
            )
            for payer in found.affordability
        ),
        key="payers",
    )
    yield Table(
        "What payees count on beside what they are offered, £000",
        (
            Column("Payee", weight=2),
            Column("Year"),
            *columns("Offered", "In the plan", "Counted on above the offer", "All income"),
        ),
        tuple(
            row(
                names[payee.payee],
                Cell(str(payee.year)),
                *map(money, (payee.offered, payee.modelled, payee.difference, payee.income)),
            )
            for payee in found.offered
        ),
        key="payees",
    )


def _pool(run: PlanResult) -> Iterator[Block]:
    found, names = run.risk_pool(), _names(run)
    if not found.quarters:
        return
    yield Subheading("The risk pool")
    last = found.quarters[-1]
    lowest = min(found.quarters, key=lambda each: each.free_with_later)
    said = f"{last.quarter} ends with £{count(last.closing)}k in the pool."
    if lowest.free_with_later < 0:
        said += f" At the end of {lowest.quarter} the calls that are still expected are £{count(-lowest.free_with_later)}k more than it will have."
    else:
        said += " At the end of every quarter it holds, or is still to be paid, as much as is still expected to be called."
    yield Paragraph(said)
    yield Figure(
        pictures.pool(
            [str(each.quarter) for each in found.quarters],
            [each.closing for each in found.quarters],
            [each.expected_later for each in found.quarters],
        ),
        "What is left in the pool at the end of each quarter, beside the calls that are still expected",
        "Lines of what is left in the risk pool and of the calls still expected, by quarter. The table below holds the figures.",
    )
    rows = tuple(
        row(
            str(each.quarter),
            *map(
                counted,
                (
                    each.opening, each.contributions, -each.calls, -each.releases, each.closing, each.expected_later,
                    each.contributions_later, each.free, each.free_with_later,
                ),
            ),
        )
        for each in found.quarters
    )  # fmt: skip
    numeric = columns(
        "At the start", "Paid in", "Called", "Released", "At the end", "Calls still expected", "Still to be paid in", "Free now",
        "Free with what is to come",
    )  # fmt: skip
    rests = BASES[max((entry.basis for entry in run.place.risk_pool), key=list(BASES).index)].lower()
    yield Table(
        f"The risk pool by quarter, £000 ({rests})", (Column("Quarter"), *numeric), rows, key="risk-pool"
    )
    yield Table(
        "Who paid into the pool and had from it, £000",
        (Column("Organisation", weight=2), *columns("Paid in", "Called", "Released", "Calls expected")),
        tuple(
            row(
                names[member.organisation],
                *map(counted, (member.contributions, member.calls, member.releases, member.expected)),
            )
            for member in found.members
        ),
        key="pool-members",
    )
