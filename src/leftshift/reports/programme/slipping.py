"""What slips, because of what, and what that does to the bridge of the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leftshift.foundation.years import FinancialYear
from leftshift.programme.checking import CheckedProgramme
from leftshift.programme.costing import SlipCost
from leftshift.programme.slipping import Delay, Slip
from leftshift.reports.content import Block, Figure, Note, Paragraph, Row, Subheading
from leftshift.reports.programme import cost_pictures
from leftshift.reports.programme.asking import milestone_name, named, project_name
from leftshift.reports.programme.cells import (
    col,
    count,
    day,
    days_col,
    in_thousands,
    line,
    num,
    of,
    table,
    thousands_said,
)

_SEEN = 0.5  # £000: what would print as another whole amount


def slips(checked: CheckedProgramme, cost: SlipCost | None) -> Iterator[Block]:
    """Which milestones slip and what that costs the plan. Raises CircularDependencies."""
    yield from slip_cost(checked, cost)
    yield Subheading("Which milestones slip")
    yield from slip_table(checked, checked.slips)


def slip_table(checked: CheckedProgramme, found: Sequence[Slip]) -> Iterator[Block]:
    """Milestones that are behind the plan, each with the chain that decides its date."""
    whole = len(checked.programme.milestones)
    if not found:
        yield Paragraph("Nothing is behind the plan." if whole else "The programme has no milestone yet.")
        return
    first = found[0]
    yield Paragraph(
        f"{len(found)} of {count(whole, 'milestone')} {'are' if len(found) > 1 else 'is'} behind the plan, most of all "
        f"{first.milestone.name} by {count(first.days, 'day')}."
    )
    columns = (
        col("Milestone", 1.8), col("Project", 1.5), days_col("Planned"), days_col("Agreed"), days_col("Expected"), num("Days behind"), col("Because of", 2.2),
    )  # fmt: skip
    yield table("Milestones behind the plan", columns, [_slip(checked, slip) for slip in found], "slips")


def _slip(checked: CheckedProgramme, slip: Slip) -> Row:
    names = [milestone_name(checked, name) for name in slip.because]
    chain = " → ".join(names) if len(names) > 1 else "its own date"
    reached = f"reached {day(slip.expected)}" if slip.is_done else day(slip.expected)
    days = f"{slip.days:,}"
    return line(
        of(
            "milestone",
            slip.milestone.milestone,
            slip.milestone.name + (" (critical)" if slip.is_critical else ""),
        ),
        of("project", slip.milestone.project, project_name(checked, slip.milestone.project)),
        day(slip.planned),
        day(slip.agreed),
        reached,
        days,
        "reached late" if slip.is_done else chain,
    )


def slip_cost(
    checked: CheckedProgramme, cost: SlipCost | None, only: Sequence[str] | None = None
) -> Iterator[Block]:
    """What slips do to the bridge by year; of ``only`` some interventions where they are named."""
    if cost is None:
        yield Paragraph(
            "What the slips cost is not known: the programme was read without the plan of its place."
        )
        return
    amounts = {
        name: by_year for name, by_year in cost.by_intervention.items() if only is None or name in only
    }
    if amounts:
        yield from _priced(checked, cost, amounts, whole=only is None)
    elif only is None or not cost.not_in_plan:
        yield Paragraph("No slip moves the savings of an intervention: the bridge stays as it is.")
    for delay in cost.not_in_plan:
        if only is None or delay.intervention in only:
            yield Note(
                f"{named(checked, 'intervention', delay.intervention)} {_begins(delay)}, but the plan does not count it: its slip costs the bridge nothing."
            )


def _begins(delay: Delay) -> str:
    if delay.months is None:
        return f"does not begin, for the project of {delay.name} was cancelled"
    return f"begins {count(delay.months, 'month')} later with {delay.name}"


def _priced(
    checked: CheckedProgramme,
    cost: SlipCost,
    amounts: Mapping[str, Mapping[FinancialYear, float]],
    *,
    whole: bool,
) -> Iterator[Block]:
    years = list(cost.bridge)
    names = {name: named(checked, "intervention", name) for name in amounts}
    said = _sentence(cost, amounts, whole=whole)
    yield Figure(
        cost_pictures.cost_by_year(years, [(names[name], by_year) for name, by_year in amounts.items()]),
        said,
        f"Bars of what the slips cost in each year, one part for each intervention. {said} The table below holds the amounts.",
    )
    rows = [_amounts(names[name], [by_year[year] for year in years]) for name, by_year in amounts.items()]
    sums = [sum(by_year[year] for by_year in amounts.values()) for year in years]
    if whole:
        bridge = [cost.by_year[year] for year in years]
        rest = [total - part for total, part in zip(bridge, sums, strict=True)]
        if any(abs(amount) >= _SEEN for amount in rest):
            rows.append(_amounts("Steps of no single intervention", rest))
        rows.append(_amounts("Bridge", bridge, strong=True))
    elif len(rows) > 1:
        rows.append(_amounts("Together", sums, strong=True))
    columns = (col("Intervention", 2), *(num(str(year)) for year in years))
    yield table("What the slips do to the bridge, £000; below 0: less is saved", columns, rows, "slip_cost")


def _amounts(name: str, amounts: Sequence[float], *, strong: bool = False) -> Row:
    return line(name, *map(in_thousands, amounts), strong=strong)


def _sentence(cost: SlipCost, amounts: Mapping[str, Mapping[FinancialYear, float]], *, whole: bool) -> str:
    """What it costs in the worst year."""
    by_year = cost.by_year if whole else {
        year: sum(each[year] for each in amounts.values()) for year in cost.bridge
    }  # fmt: skip
    worst = min(by_year, key=lambda year: by_year[year])
    if by_year[worst] >= 0:
        return "The slips cost the plan nothing in any year."
    return f"The slips cost the plan most in {worst}: {thousands_said(-by_year[worst])}."
