"""One measure of one body: its chart, what it says, its figures, targets, definition, and what is meant to move it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leftshift.foundation.periods import Period
from leftshift.measures.process_control.rule_sets import rule_set
from leftshift.measures.rating import rate
from leftshift.measures.result import Measured, Measures
from leftshift.measures.series import Point
from leftshift.measures.targets.working_out import Target
from leftshift.measures.words import headline, sentences, told
from leftshift.reports.charts import Spec
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
from leftshift.reports.measures.beside import beside_blocks
from leftshift.reports.measures.cells import BARE, NONE, count_cell, value_cell
from leftshift.reports.measures.control_chart import control_chart
from leftshift.reports.measures.pictures import trajectory


def measure_blocks(measures: Measures, entry: Measured) -> Iterator[Block]:
    """Everything that is to be said of one measure of one body."""
    if entry.chart is None:
        yield Paragraph(headline(entry), lead=True)
    else:
        yield Figure(control_spec(entry), told(entry), alternative(entry))
    yield Items(tuple(sentences(entry)))
    yield figures_table(measures, entry)
    yield from _older(entry)
    yield from _targets(measures, entry)
    yield from beside_blocks(measures, entry)
    yield from _decided(entry)
    yield from _meant(measures, entry)
    yield from _defined(entry)


def control_spec(entry: Measured) -> Spec:
    """The control chart with its notes, rebases, changes of definition and provisional figures."""
    assert entry.chart is not None
    periods = entry.series.calendar
    at = {period: place for place, period in enumerate(periods)}
    reasons = {at[row.period]: row.reason for row in entry.rebases if row.period in at}
    changes = {at[period]: "definition changed" for period in entry.series.breaks}
    older = [
        (f"by “{_spaced(version)}”", shown)
        for version, points in entry.series.older.items()
        if (
            shown := [
                (at[point.period], point.value)
                for point in points
                if point.period in at and point.value is not None
            ]
        )
    ]
    provisional = [
        bool((point := entry.series.by_period.get(period)) and point.provisional) for period in periods
    ]
    return control_chart(
        entry.chart,
        name=f"{entry.measure.name}, {entry.name}",
        unit=entry.unit,
        periods=periods,
        annotations=[(at[row.period], row.event) for row in entry.events],
        rebases=reasons,
        changes=changes,
        older=older,
        provisional=provisional,
        bare=BARE if entry.hides_small_numbers else "",
    )


def _spaced(version: str) -> str:
    return version.replace("_", " ")


def alternative(entry: Measured) -> str:
    """What stands in for the chart where it is not seen."""
    rules = entry.chart.rules.title if entry.chart else ""
    return f"Control chart by the rules of {rules}. {headline(entry)} The table below holds its figures."


def figures_table(measures: Measures, entry: Measured) -> Table:
    """Every figure, the latest first, with its interval, limits, target and the rule that fired."""
    columns = (
        Column("Period", weight=1.2), Column("Value", numeric=True), Column("Lower 95%", numeric=True), Column("Upper 95%", numeric=True),
        Column("Numerator", numeric=True), Column("Denominator", numeric=True), Column("Target", numeric=True),
        Column("Mean", numeric=True), Column("Lower limit", numeric=True), Column("Upper limit", numeric=True),
        Column("Rule", weight=1.4), Column("Remarks", weight=1.6),
    )  # fmt: skip
    at = {period: place for place, period in enumerate(entry.series.calendar)}
    rows = [_figure(measures, entry, point, at) for point in reversed(entry.series.points)]
    return Table(f"Figures: {entry.heading}, {entry.name}", columns, tuple(rows), key="figures")


def _figure(measures: Measures, entry: Measured, point: Point, at: Mapping[Period, int]) -> Row:
    place = at[point.period]
    target = measures.targets.at(*entry.series.key, point.period)
    chart, has_value = entry.chart, point.value is not None
    lines = [
        None if chart is None or not has_value or (line := float(lines[place])) != line else line
        for lines in ((chart.mean, chart.lower, chart.upper) if chart else ((), (), ()))
    ]
    rule = chart.rule_at(place) if chart is not None and has_value else "none"
    return Row(
        (
            Cell(str(point.period)),
            *(value_cell(entry, number) for number in (point.value, point.lower, point.upper)),
            count_cell(point.numerator),
            count_cell(point.denominator),
            value_cell(entry, target.value if target else None),
            *(value_cell(entry, line) for line in lines),
            Cell(NONE if rule == "none" else rule.capitalize()),
            Cell(", ".join(_remarks(entry, point)) or NONE),
        )
    )


def _remarks(entry: Measured, point: Point) -> Iterator[str]:
    if point.provisional:
        yield "provisional"
    if point.revised_from is not None:
        yield f"revised from {entry.brief(point.revised_from)}"
    if point.summed_from:
        yield f"sum of {point.summed_from} parts"
    if point.withheld:
        yield point.withheld
    if point.period in entry.series.breaks:
        yield "new definition"


def _older(entry: Measured) -> Iterator[Block]:
    for version, points in entry.series.older.items():
        columns = (Column("Period"), Column("Value", numeric=True), Column("Numerator", numeric=True))
        rows = [
            Row((Cell(str(point.period)), value_cell(entry, point.value), count_cell(point.numerator)))
            for point in reversed(points)
        ]
        caption = f"Figures by the definition “{_spaced(version)}”, which no longer holds in these periods"
        yield Table(caption, columns, tuple(rows), key=f"figures-{version.replace('_', '-')}")


def _targets(measures: Measures, entry: Measured) -> Iterator[Block]:
    found = measures.targets.over(*entry.series.key)
    if not found:
        return
    columns = (
        Column("Period"), Column("Target", numeric=True), Column("Seen", numeric=True), Column("Rule", weight=2), Column("Shared from"),
    )  # fmt: skip
    rows = [
        Row(
            (
                Cell(str(target.period)),
                value_cell(entry, target.value),
                value_cell(entry, entry.series.value_at(target.period)),
                Cell(target.row.target),
                Cell(measures.bodies.name(target.shared_from) if target.shared_from else NONE),
            )
        )
        for target in found
    ]
    if len(found) > 1:
        yield Figure(
            trajectory(entry, found),
            _way(entry, found),
            "Figures and targets, period by period. The table below holds the targets.",
        )
    yield Table("Targets", columns, tuple(rows), key="targets")


def _way(entry: Measured, found: Sequence[Target]) -> str:
    """How many targets were met so far, and where the way leads."""
    judged = [
        rate(seen, target.value, entry.series.better, 0.0, is_strict=target.is_strict)
        for target in found
        if (seen := entry.series.value_at(target.period)) is not None
    ]
    met = sum(rating is not None and rating.colour == "green" for rating in judged)
    last = found[-1]
    leads = f"The target is {entry.shown(last.value)} by {last.period}."
    if not judged or not entry.series.better:
        return leads
    if len(judged) == 1:
        return f"The one target so far was {'met' if met else 'not met'}. {leads}"
    return f"Of {len(judged)} targets so far {met} {'was' if met == 1 else 'were'} met. {leads}"


def _decided(entry: Measured) -> Iterator[Block]:
    if entry.rebases:
        columns = (
            Column("From"),
            Column("Reason", weight=3),
            Column("Who decided", weight=1.5),
            Column("When"),
        )
        rows = [
            Row((Cell(str(row.period)), Cell(row.reason), Cell(row.author), Cell(row.decided.isoformat())))
            for row in entry.rebases
        ]
        yield Table("Where the limits begin anew", columns, tuple(rows), key="rebases")
    if entry.events:
        rows = [Row((Cell(str(row.period)), Cell(row.event))) for row in entry.events]
        yield Table(
            "What changed when",
            (Column("Period"), Column("What happened", weight=3)),
            tuple(rows),
            key="events",
        )


def _meant(measures: Measures, entry: Measured) -> Iterator[Block]:
    if not entry.links:
        return
    names = {row.intervention: row.name for row in measures.place.interventions}
    latest = entry.latest
    columns = (
        Column("Intervention", weight=2),
        Column("Full effect", weight=1.4),
        Column("Reached by now", numeric=True),
    )
    rows = [
        Row(
            (
                Cell(names[link.intervention]),
                Cell(_full(entry, link.percent, link.amount)),
                _reached(measures.targets.planned.reached(link, latest.period)) if latest else Cell(NONE),
            )
        )
        for link in entry.links
    ]
    yield Table("What is meant to move it", columns, tuple(rows), key="links")


def _reached(share: float) -> Cell:
    return Cell(f"{share * 100:.0f}%", number=share)


def _full(entry: Measured, percent: float | None, amount: object) -> str:
    if percent is not None:
        return f"{percent * 100:+.3g}% of the baseline".replace("-", "\u2212")
    if amount is not None:
        unit = "points" if entry.unit.startswith("%") else entry.unit
        return f"{amount:+} {unit}".strip().replace("-", "\u2212")
    if entry.measure.follows:
        return "as the activity of the plan says"
    return "not stated"


def _defined(entry: Measured) -> Iterator[Block]:
    yield Subheading("What it is")
    rules = rule_set(entry.chart.rules.name).title if entry.chart else NONE
    facts = [
        ("Better", {"higher": "Higher", "lower": "Lower", "neither": "Neither"}[entry.measure.better]),
        ("Owner", entry.measure.owner),
        ("How often", entry.measure.every.capitalize()),
        ("Rules of the control chart", rules),
    ]
    rows = [Row((Cell(name), Cell(text))) for name, text in facts]
    for definition in entry.series.definitions.versions:
        row = definition.row
        since = f" from {row.since}" if row.since else ""
        kept = [
            (
                "Kind",
                f"{definition.kind.name}, {definition.unit}" if definition.unit else definition.kind.name,
            ),
            ("Numerator", _with_source(row.numerator, row.numerator_source)),
            ("Denominator", _with_source(row.denominator, row.denominator_source)),
            ("Caveats", row.caveats),
            ("Source of the definition", row.source),
        ]
        title = f"Definition “{_spaced(row.version)}”{since}"
        rows += [Row((Cell(f"{title}: {name.lower()}"), Cell(text))) for name, text in kept if text]
    yield Table(
        "Definition", (Column("What", weight=1), Column("Says", weight=3)), tuple(rows), key="definition"
    )


def _with_source(text: str, source: str) -> str:
    return f"{text} ({source})" if text and source else text


def notes(entries: Sequence[Measured]) -> Note:
    """How to read the charts, once for a page of them."""
    rules = sorted({entry.chart.rules.title for entry in entries if entry.chart})
    return Note(
        f"Control charts by the rules of {', '.join(rules)}. A circle is common cause; a triangle up or down a special cause, filled where it "
        "improves, hollow where it is of concern."
    )
