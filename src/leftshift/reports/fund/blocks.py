"""A pooled fund as blocks of a report: each picture with its table and its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from leftshift.foundation.money import Money
from leftshift.fund.checks.rules import CheckedPlan
from leftshift.fund.metrics.claiming import claims_of, outcomes
from leftshift.fund.metrics.pathways import surplus
from leftshift.fund.plan.balances import Balance, balances, minimum_balances
from leftshift.fund.plan.totals import tie_out, totals
from leftshift.reports.content import Block, Cell, Column, Figure, Note, Paragraph, Row, Subheading, Table
from leftshift.reports.fund import pictures

_NONE = "–"


def money(amount: Money | None) -> Cell:
    """An amount as people print it."""
    return Cell(_NONE) if amount is None else Cell(amount.brief, number=amount.pence / 100)


def named(*texts: str, rest: Sequence[Cell] = (), strong: bool = False) -> Row:
    """A row that begins with texts."""
    return Row((*(Cell(text) for text in texts), *rest), strong)


def heads(*names: str, numeric: Sequence[str] = ()) -> tuple[Column, ...]:
    """Columns of texts, then of numbers."""
    return (*(Column(name) for name in names), *(Column(name, numeric=True) for name in numeric))


def overview(checked: CheckedPlan) -> tuple[Block, ...]:
    """What the plan adds up to: sources, priorities, minimums, printed totals."""
    return (*sources(checked), *priorities(checked), *minimums(checked), *ties(checked))


def sources(checked: CheckedPlan) -> Iterator[Block]:
    """Each source, what comes in and what is spent out of it."""
    plan, found = checked.plan, checked.asked.round
    rows = balances(plan, found)
    sums = totals(plan, found)
    open_ones = [row for row in rows if row.state != "met"]
    said = (
        "Each source is spent in full and no more."
        if not open_ones
        else f"{len(open_ones)} of {len(rows)} sources do not balance yet."
    )
    sentence = f"{sums.total_income.brief} comes in, {sums.total_spend.brief} is spent. {said}"
    bars = [(_label(row, len(found.years) > 1), row.income, row.spent) for row in rows]
    if bars:
        yield Figure(
            pictures.pairs(bars, ("comes in", "spent")),
            sentence,
            f"Bars of what comes in and is spent by source. {sentence}",
        )
    yield Table(
        "Sources of funding",
        heads("Source", "Year", numeric=["Comes in", "Spent", "Left"])
        + heads("State", "What would clear it"),
        tuple(
            Row(
                (
                    Cell(row.name),
                    Cell(str(row.year)),
                    money(row.income),
                    money(row.spent),
                    money(row.left),
                    Cell(_STATE[row.state]),
                    Cell(row.clears or _NONE),
                )
            )
            for row in rows
        ),
        "sources",
    )
    if sums.outside.pence or sums.earmarked.pence:
        yield Note(
            f"{sums.outside.brief} stands outside the plan, which makes resources of {sums.resources.brief}. "
            f"{sums.earmarked.brief} is an earmark within it, which never adds."
        )
    for line, amount in sums.unattributed.items():
        name = found.line[line].name if line in found.line else line
        yield Note(f"{amount.brief} of {name} is unattributed: no activity is tied to it.")


_STATE = {"met": "balances", "missed": "does not balance", "not known": "not known yet"}
_MINIMUM = {"met": "met", "missed": "not met", "not known": "not known"}


def _label(row: Balance, with_year: bool) -> str:
    return f"{row.name}, {row.year}" if with_year else row.name


def priorities(checked: CheckedPlan) -> Iterator[Block]:
    """What each priority and scheme costs."""
    plan, found = checked.plan, checked.asked.round
    sums = totals(plan, found)
    names = {row.priority: row.name for row in plan.priorities}
    rows = [
        named(names.get(key, "No priority"), rest=[money(amount)]) for key, amount in sums.by_priority.items()
    ]
    rows.append(named("Total", rest=[money(sums.total_spend)], strong=True))
    yield Table("Spend by priority", heads("Priority", numeric=["£"]), tuple(rows), "priorities")
    years = found.years
    by_year = [totals(plan, found, year) for year in years]
    yield Table(
        "Spend by scheme",
        heads("Scheme", "Priority", numeric=[str(year) for year in years]),
        tuple(
            named(
                row.name,
                names.get(row.priority, _NONE),
                rest=[money(each.by_scheme.get(row.scheme)) for each in by_year],
            )
            for row in plan.schemes
        ),
        "schemes",
    )


def minimums(checked: CheckedPlan) -> Iterator[Block]:
    """What must at least be spent, and is planned to be."""
    rows = minimum_balances(checked.plan, checked.asked.round)
    if rows:
        yield Table(
            "Required spend",
            heads("Required", "Of", "Year", numeric=["Minimum", "Planned"]) + heads("State", "What would clear it"),
            tuple(
                Row(
                    (
                        Cell(row.minimum.name), Cell(row.partner), Cell(str(row.year)),
                        Cell("not published") if row.required is None else money(row.required),
                        money(row.planned), Cell(_MINIMUM[row.state]), Cell(row.clears or row.alternative or _NONE),
                    )
                )
                for row in rows
            ),
            "minimums",
        )  # fmt: skip


def ties(checked: CheckedPlan) -> Iterator[Block]:
    """Printed totals beside the lines."""
    rows = tie_out(checked.plan, checked.asked.round)
    if rows:
        yield Table(
            "Printed totals beside the lines",
            heads("Figure", numeric=["Printed", "Lines add up to", "Difference"]) + heads("Verdict", "What is known"),
            tuple(
                Row(
                    (
                        Cell(f"{row.row.figure} {row.row.item}".replace("_", " ").strip().capitalize()),
                        money(row.row.amount), money(row.worked_out), money(row.difference),
                        Cell("ties" if row.ties else "does not tie"),
                        Cell(row.row.note or (", ".join(f"{line.spend.replace('_', ' ')} {line.amount.brief} is not in the list" for line in row.left_out)) or _NONE),
                    )
                )
                for row in rows
            ),
            "ties",
        )  # fmt: skip


def metrics(checked: CheckedPlan) -> Iterator[Block]:
    """Every metric, its plan by period, and how each value came about."""
    planned = checked.asked.metrics.planned
    yield Table(
        "Planned values",
        heads("Metric", "Period", "Target as agreed", numeric=["Value"]) + heads("Unit", "How", "Why there is none"),
        tuple(
            Row(
                (
                    Cell(entry.metric.name), Cell(str(entry.row.period)), Cell(entry.row.target or _NONE),
                    Cell(_NONE) if entry.value is None else Cell(f"{entry.value:,}", number=float(entry.value)),
                    Cell(entry.metric.unit), Cell(entry.how or _NONE), Cell(entry.reason or _NONE),
                )
            )
            for entry in planned
        ),
        "planned",
    )  # fmt: skip


def claims(checked: CheckedPlan) -> Iterator[Block]:
    """What schemes claim, each with one owner, beside how the metric moved in the system: never summed in silence."""
    plan = checked.plan
    found = claims_of(plan)
    schemes = {row.scheme: row.name for row in plan.schemes}
    rows = [
        named(
            schemes.get(entry.row.scheme, entry.row.scheme), entry.row.metric.replace("_", " "), entry.row.owner,
            rest=[_count(entry.planned), _count(entry.counted), Cell(f"{entry.row.probability:.0%}"), _count(entry.counted_elsewhere), _count(entry.attributed)],
        )
        for entry in found.attributed
    ]  # fmt: skip
    if rows:
        yield Table(
            "Claims of schemes",
            heads(
                "Scheme",
                "Metric",
                "Owner",
                numeric=["Planned", "Counted", "Probability", "Held by another claim", "Attributed"],
            ),
            tuple(rows),
            "claims",
        )
    for double in found.doubles:
        yield Note(
            f"Refused: {double.row.claim} and {double.other.claim}, as {double.reason}. Until one of them gives way, {double.row.claim} counts for nothing."
        )
    beside = outcomes(plan)
    if beside:
        yield Table(
            "Claims beside the system's outcome",
            heads("Metric", numeric=["Counted by schemes", "Attributed", "System change", "Meant to move"]),
            tuple(
                named(row.metric.replace("_", " ").capitalize(), rest=[_count(row.counted), _count(row.attributed), _count(row.system_change), _count(row.gap)])
                for row in beside
            ),
            "outcomes",
        )  # fmt: skip
        yield Paragraph(
            "Two layers, side by side: what schemes counted, and how many fewer were counted in the system. Neither proves the other."
        )


def _count(value: Any) -> Cell:
    return (
        Cell(_NONE) if value is None else Cell(f"{float(value):,.1f}".removesuffix(".0"), number=float(value))
    )


def pathways(checked: CheckedPlan) -> Iterator[Block]:
    """Capacity and demand for intermediate care, line by line."""
    for line in surplus(checked.plan, checked.asked.round):
        rows = [entry.document() for entry in line.months]
        short = [row for row in rows if row["surplus"] < 0]
        said = (
            f"Short in {len(short)} of {len(rows)} months, most in {min(short, key=lambda row: row['surplus'])['month']}."
            if short
            else "There is room in every month."
        )
        yield Subheading(f"{line.name} ({line.setting.replace('_', ' ')})")
        yield Figure(pictures.room(rows), said, f"Bars of capacity by month with a line of demand. {said}")
        yield Table(
            line.name,
            heads("Month", numeric=["Demand", "Block", "Spot", "Surplus", "In it at a time"]),
            tuple(
                named(row["month"], rest=[*(_count(row[name]) for name in ("demand", "block", "spot", "surplus")), _count(line.occupied(entry))])
                for row, entry in zip(rows, line.months, strict=True)
            ),
            f"pathway-{line.setting}-{line.pathway}".replace("_", "-"),
        )  # fmt: skip


def business_plans(checked: CheckedPlan) -> Iterator[Block]:
    """The business plan of each scheme: what it is, what it delivers by when, how it moves each metric and why, how it ends."""
    plan = checked.plan
    names = {row.metric: row.name for row in checked.asked.round.metrics}
    for scheme in plan.schemes:
        spent = [row for row in plan.spend if row.scheme == scheme.scheme]
        yield Subheading(scheme.name)
        facts = {
            "What it is": scheme.description, "Owner": scheme.owner, "Spend": ", ".join(f"{row.amount.brief} in {row.year}" for row in spent),
            "Confidence of funding": scheme.confidence, "How it ends": scheme.exit, "What it does not do": scheme.exclusions,
        }  # fmt: skip
        yield Table(f"{scheme.name}: plan", heads("Part", "What the plan says"), tuple(named(name, text or _NONE) for name, text in facts.items()), f"plan-{scheme.scheme}".replace("_", "-"))  # fmt: skip
        steps = [
            *(named("Deliverable", row.deliverable, str(row.due or _NONE), row.owner or _NONE, row.acceptance or _NONE) for row in plan.deliverables if row.scheme == scheme.scheme),
            *(named("Milestone", row.milestone, str(row.due), row.owner or _NONE, f"reached {row.done}" if row.done else "open") for row in plan.milestones if row.scheme == scheme.scheme),
        ]  # fmt: skip
        if steps:
            yield Table(f"{scheme.name}: deliverables and milestones", heads("Kind", "What", "By", "Owner", "Accepted when, or reached"), tuple(steps), f"steps-{scheme.scheme}".replace("_", "-"))  # fmt: skip
        effects = [row for row in plan.scheme_effects if row.scheme == scheme.scheme]
        if effects:
            rows = tuple(
                named(
                    names.get(row.metric, row.metric),
                    row.rating,
                    row.reason or _NONE,
                    row.recorded_in or _NONE,
                )
                for row in effects
            )
            yield Table(f"{scheme.name}: effect on metrics", heads("Metric", "Effect", "Why", "Recorded in"), rows, f"effects-{scheme.scheme}".replace("_", "-"))  # fmt: skip
