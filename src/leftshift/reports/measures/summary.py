"""All measures at a glance: what changed, what is on target, what is late; and the savings register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from leftshift.foundation.money import thousands
from leftshift.measures.opportunity import Opportunity
from leftshift.measures.rating import COLOURS
from leftshift.measures.result import Measured, Measures
from leftshift.measures.savings import Register, Saving
from leftshift.measures.words import headline
from leftshift.reports.content import (
    Block,
    Cell,
    Column,
    Figure,
    Items,
    Note,
    Paragraph,
    Row,
    Subheading,
    Table,
)
from leftshift.reports.measures.cells import (
    NONE,
    assurance_words,
    chance_cell,
    count_cell,
    value_cell,
    variation_words,
)
from leftshift.reports.measures.pictures import savings_chart, worth_chart
from leftshift.reports.words import listed

_COLUMNS = (
    Column("Measure", weight=2.4), Column("Whose", weight=1.4), Column("Period", weight=0.8), Column("Latest", numeric=True, weight=0.7),
    Column("Target", numeric=True, weight=0.7), Column("Rating", weight=0.9), Column("Variation", weight=1.6),
    Column("Target met?", weight=1.4), Column("Chance of the year", weight=0.8),
)  # fmt: skip

_LARGEST = 15
"""So many opportunities are drawn."""


def summary_blocks(measures: Measures) -> Iterator[Block]:
    """Everything at a glance; nothing where the place has no measures."""
    if not measures.all:
        return
    yield Paragraph(lead(measures.all), lead=True)
    yield Items(tuple(notable(measures.all)))
    for theme, group in groupby(measures.all, key=lambda entry: entry.measure.theme):
        yield summary_table(list(group), theme or "Measures")
    for check in measures.checks():
        if check.failed:
            yield Note(f"Not so: {check.check}. {check.detail[:1].upper()}{check.detail[1:]}.")


def lead(entries: Sequence[Measured]) -> str:
    """The one sentence to remember: how many improve, are of concern, and meet or miss their target for good; else how they are rated."""
    if not entries:
        return "Nothing is measured here."
    if not any(entry.chart is not None and entry.chart.variation != "not judged" for entry in entries):
        colours = [entry.rating.colour for entry in entries if entry.rating]
        green, amber, red = (colours.count(colour) for colour in COLOURS[1:])
        return (
            f"Of {len(entries)} series, {green} {_verb(green, 'is', 'are')} on target, {amber} close to it and {red} off it; "
            "none has figures enough to tell a change from chance."
        )
    better, worse = (_judged(entries, word) for word in ("improvement", "concern"))
    fails, passes = (_assured(entries, word) for word in ("fails", "passes"))
    return (
        f"Of {len(entries)} series, {better} {_verb(better, 'shows', 'show')} special cause improvement and {worse} special cause concern; "
        f"{fails} will not meet {_verb(fails, 'its', 'their')} target unless something changes"
        + (f", {passes} will." if passes else ".")
    )


def _verb(count: int, one: str, several: str) -> str:
    return one if count == 1 else several


def _judged(entries: Sequence[Measured], word: str) -> int:
    return sum(entry.chart is not None and entry.chart.variation.startswith(word) for entry in entries)


def _assured(entries: Sequence[Measured], word: str) -> int:
    return sum(entry.chart is not None and entry.chart.assurance == word for entry in entries)


def notable(entries: Sequence[Measured]) -> Iterator[str]:
    """What to look at first: concern, consistent failure, what is overdue."""
    for entry in entries:
        if entry.chart is not None and entry.chart.variation.startswith("concern"):
            yield headline(entry)
    failing = [
        f"{entry.measure.name} ({entry.name})"
        for entry in entries
        if entry.chart is not None
        and entry.chart.assurance == "fails"
        and not entry.chart.variation.startswith("concern")
    ]
    if failing:
        yield f"Will not meet the target unless something changes: {listed(failing)}."
    late = [f"{entry.measure.name} ({entry.name})" for entry in entries if entry.overdue_since]
    if late:
        yield f"The next figure is overdue: {listed(late)}."


def summary_table(entries: Sequence[Measured], caption: str) -> Table:
    """A row for every measure of every body."""
    return Table(caption, _COLUMNS, tuple(_row(entry) for entry in entries))


def _row(entry: Measured) -> Row:
    latest, ahead = entry.latest, entry.forecast
    provisional = " (provisional)" if latest and latest.provisional else ""
    return Row(
        (
            Cell(entry.heading),
            Cell(entry.name),
            Cell(f"{latest.period}{provisional}" if latest else NONE),
            value_cell(entry, latest.value if latest else None),
            value_cell(entry, entry.target.value if entry.target else None),
            Cell(entry.rating.word if entry.rating else NONE),
            Cell(variation_words(entry)),
            Cell(assurance_words(entry)),
            chance_cell(ahead.chance if ahead else None),
        )
    )


# ---------------------------------------------------------------------- what reaching others would be worth
def opportunity_blocks(measures: Measures) -> Iterator[Block]:
    """What reaching the better quartile of the peers would be worth, measure by measure; never added up."""
    found = measures.opportunities
    if not found:
        return
    yield Subheading("What reaching the better quartile of peers would be worth")
    yield Note(
        "Indicative: it holds current activity and prices, and peers differ in more than how well they do. Several measures count the same "
        "money, so they are not added up; the savings register says what is."
    )
    yield from _worth_picture(measures, found)
    columns = (
        Column("Measure", weight=2.2), Column("Whose", weight=1.4), Column("Year to", weight=0.8), Column("Level", numeric=True),
        Column("Better quartile", numeric=True), Column("Gap", numeric=True), Column("A year", numeric=True),
        Column("Worth, £", numeric=True), Column("95% interval, £", weight=1.4), Column("Beyond chance", numeric=True),
    )  # fmt: skip
    yield Table(
        "Opportunities, a year",
        columns,
        tuple(_opportunity(measures, entry) for entry in found),
        key="opportunities",
    )


def _worth_picture(measures: Measures, found: Sequence[Opportunity]) -> Iterator[Block]:
    """The largest as a picture; nothing where none is worth anything in pounds."""
    worth = sorted((entry for entry in found if entry.pounds), key=lambda entry: -(entry.pounds or 0.0))[
        :_LARGEST
    ]
    if not worth:
        return
    amounts = [
        (
            f"{measures.measures[entry.measure].name} ({measures.bodies.name(entry.of)})",
            (entry.pounds or 0.0) / 1000,
            None if entry.pounds_lower is None else entry.pounds_lower / 1000,
            None if entry.pounds_upper is None else entry.pounds_upper / 1000,
        )
        for entry in worth
    ]
    yield Figure(
        worth_chart(amounts),
        f"The largest is {amounts[0][0]}: £{thousands(amounts[0][1])}k a year.",
        f"Bars of the {len(amounts)} largest, with 95% intervals where they are known. The table below holds all.",
    )


def _opportunity(measures: Measures, found: Opportunity) -> Row:
    entry = measures.of(found.measure, found.of)
    assert entry is not None
    low, high = found.pounds_lower, found.pounds_upper
    interval = NONE if low is None or high is None else f"{_pounds(low)} to {_pounds(high)}"
    certain = found.beyond_chance
    return Row(
        (
            Cell(entry.heading),
            Cell(entry.name),
            Cell(str(found.year_to)),
            value_cell(entry, found.standing.level),
            value_cell(entry, found.level),
            value_cell(entry, found.gap),
            count_cell(None if found.units is None else round(found.units)),
            Cell(NONE) if found.pounds is None else Cell(_pounds(found.pounds), number=found.pounds),
            Cell(interval),
            Cell(NONE) if certain is None else Cell(f"{certain * 100:.0f}%", number=certain),
        )
    )


def _pounds(amount: float) -> str:
    """Pounds with three digits that mean something."""
    digits = len(str(int(abs(amount)))) - 3
    return f"{round(amount, -max(0, digits)):,.0f}"


# ---------------------------------------------------------------------- the savings register
def savings_blocks(measures: Measures) -> Iterator[Block]:
    """The savings register; nothing where the place has none."""
    register = measures.savings
    if not register.savings:
        return
    if any(saving.worth is not None for saving in register.savings):
        yield Figure(
            savings_chart(register),
            savings_lead(register),
            "What each efficiency is worth beside what the plan books of it. The table below holds the amounts.",
        )
    else:
        yield Paragraph(savings_lead(register), lead=True)
    yield _register(measures, register)
    yield _by_organisation(measures, register)
    years = {str(row.price_year) for row in measures.place.measures if row.price_year}
    yield Note(
        f"Worth is at the unit values of the measures, in prices of {listed(sorted(years)) or 'the register'}; booked is what the plan has for "
        f"{register.year}. Of what overlaps only the largest counts, and what an intervention books stands once."
    )


def savings_lead(register: Register) -> str:
    """What it comes to, in a sentence."""
    return (
        f"Reaching what others reach would be worth £{thousands(register.total)}k a year, of which £{thousands(register.cash_releasing)}k "
        f"releases cash; the interventions that they name book £{thousands(register.booked)}k in {register.year}."
    )


def _register(measures: Measures, register: Register) -> Table:
    columns = (
        Column("Efficiency", weight=2.2), Column("Whose", weight=1.3), Column("Measure", weight=1.6), Column("Owner", weight=1.4),
        Column("Intervention", weight=1.5), Column("Worth", numeric=True, weight=0.8), Column("Counted", numeric=True, weight=0.8),
        Column(f"Booked {register.year}", numeric=True, weight=0.8), Column("Not booked", numeric=True, weight=0.8),
        Column("Releases cash", weight=0.7), Column("Remarks", weight=1.6),
    )  # fmt: skip
    rows = [_saving(measures, saving) for saving in register.savings]
    sums = (register.total, register.booked, register.total - register.booked)
    total = Row(
        (*(Cell(text) for text in ("Total", "", "", "", "", "")), *map(_money, sums), Cell(""), Cell("")),
        strong=True,
    )
    return Table("Savings register, £000 a year", columns, (*rows, total), key="savings")


def _saving(measures: Measures, saving: Saving) -> Row:
    row = saving.row
    interventions = {entry.intervention: entry.name for entry in measures.place.interventions}
    return Row(
        (
            Cell(row.name),
            Cell(measures.bodies.name(row.organisation)),
            Cell(measures.measures[row.measure].name),
            Cell(row.owner),
            Cell(interventions.get(row.intervention or "", "Not booked")),
            _money(saving.worth),
            _money(saving.counted if saving.worth is not None else None),
            _money(saving.booked),
            _money(saving.not_booked),
            Cell("Yes" if row.cash_releasing else "No"),
            Cell("; ".join(_remarks(saving)) or NONE),
        )
    )


def _remarks(saving: Saving) -> Iterator[str]:
    if saving.worth is not None and not saving.counted and saving.worth:
        yield "counted with one that overlaps and is worth more"
    if saving.booked_with:
        yield f"booked with “{saving.booked_with}”"
    low, high = (
        (saving.opportunity.pounds_lower, saving.opportunity.pounds_upper)
        if saving.opportunity
        else (None, None)
    )
    if low is not None and high is not None:
        yield f"95% interval {thousands(low / 1000)} to {thousands(high / 1000)}"
    if saving.why:
        yield f"not worked out, as {saving.why}"


def _by_organisation(measures: Measures, register: Register) -> Table:
    columns = (
        Column("Organisation", weight=2), Column("Worth", numeric=True), Column("Booked", numeric=True), Column("Not booked", numeric=True),
    )  # fmt: skip
    rows = [
        Row((Cell(measures.bodies.name(code)), _money(worth), _money(booked), _money(worth - booked)))
        for code, (worth, booked) in register.by_organisation().items()
    ]
    return Table("Savings by organisation, £000 a year", columns, tuple(rows), key="savings-by-organisation")


def _money(amount: float | None) -> Cell:
    return Cell(NONE) if amount is None else Cell(thousands(amount), number=amount)
