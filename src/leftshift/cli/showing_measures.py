"""What the terminal shows of measures."""

from __future__ import annotations

from itertools import groupby

from rich.text import Text

from leftshift.cli import showing
from leftshift.foundation.money import thousands
from leftshift.measures.result import Measured, Measures
from leftshift.measures.savings import Register
from leftshift.measures.words import chance_words, sentences, told

_NONE = "–"
_VARIATION = {
    "not judged": _NONE,
    "common cause": "○ no change",
    "improvement high": "▲ improving",
    "improvement low": "▼ improving",
    "concern high": "△ concern",
    "concern low": "▽ concern",
    "neutral high": "▲ higher",
    "neutral low": "▼ lower",
}
_ASSURANCE = {"none": _NONE, "passes": "passes", "hit or miss": "hit or miss", "fails": "fails"}
_STYLE = {"green": "green", "amber": "yellow", "red": "red", "": ""}


def show_all(found: Measures, entries: list[Measured]) -> None:
    """A line for every measure of every body, under the headings of their themes."""
    console = showing.console_of()
    for theme, group in groupby(entries, key=lambda entry: entry.measure.theme):
        heads = [
            "measure",
            "of",
            "period",
            "value",
            "target",
            "rating",
            "variation",
            "target met",
            "chance of the year",
        ]
        table = showing.table_of(theme or "Measures", heads, left=3)
        for entry in group:
            table.add_row(*_line(entry))
        console.print(table)
    for check in found.checks():
        mark = {True: "✓", False: "!", None: "–"}[check.passed]
        console.print(Text(f"{mark} {check.check}: {check.detail}", "yellow" if check.failed else ""))
    console.print(Text(f"As of {found.as_of}.", "dim"))


def _line(entry: Measured) -> list[str | Text]:
    latest, rating, ahead = entry.latest, entry.rating, entry.forecast
    mark = " (provisional)" if latest and latest.provisional else ""
    return [
        entry.heading,
        entry.name,
        f"{latest.period}{mark}" if latest else _NONE,
        entry.brief(latest.value) if latest and latest.value is not None else _NONE,
        entry.brief(entry.target.value) if entry.target else _NONE,
        Text(rating.word, _STYLE[rating.colour]) if rating else _NONE,
        _VARIATION[entry.chart.variation] if entry.chart else _NONE,
        _ASSURANCE[entry.chart.assurance] if entry.chart else _NONE,
        chance_words(ahead.chance) if ahead and ahead.chance is not None else _NONE,
    ]


def show_one(found: Measures, entry: Measured) -> None:
    """All that is to be said of one measure of one body, and its latest figures."""
    console = showing.console_of()
    definition = entry.series.definition
    console.print(Text(f"{entry.measure.name}, {entry.name}", "bold"))
    of = f" of {definition.row.denominator}" if definition.row.denominator else ""
    console.print(Text(f"{definition.row.numerator}{of}. {entry.measure.owner}.", "dim"))
    showing.say(told(entry))
    for words in sentences(entry):
        showing.say(f"· {words}")
    names = {row.intervention: row.name for row in found.place.interventions}
    meant = [names[link.intervention] for link in entry.links]
    if meant:
        showing.say(f"· Interventions that are meant to move it: {', '.join(meant)}.")
    console.print(_figures(found, entry))


def _figures(found: Measures, entry: Measured, most: int = 13) -> object:
    heads = ["period", "value", "95% interval", "target", "numerator", "denominator", "rule", "remarks"]
    table = showing.table_of(f"The latest {min(most, len(entry.series.points))} figures", heads, left=1)
    at = {period: place for place, period in enumerate(entry.series.calendar)}
    for point in entry.series.points[-most:]:
        target = found.targets.at(*entry.series.key, point.period)
        rule = entry.chart.rule_at(at[point.period]) if entry.chart else "none"
        remarks = [
            "provisional" if point.provisional else "",
            f"revision {point.revision}" if point.revision else "",
            f"sum of {point.summed_from}" if point.summed_from else "",
            point.withheld,
        ]
        table.add_row(
            str(point.period),
            entry.brief(point.value) if point.value is not None else _NONE,
            f"{entry.number(point.lower)} to {entry.number(point.upper)}"
            if point.lower is not None and point.upper is not None
            else _NONE,
            entry.brief(target.value) if target else _NONE,
            _plain(point.numerator),
            _plain(point.denominator),
            _NONE if rule == "none" else rule,
            ", ".join(words for words in remarks if words),
        )
    return table


def _plain(number: float | None) -> str:
    return _NONE if number is None else f"{number:,.10g}"


def show_savings(found: Measures, register: Register) -> None:
    """The savings register."""
    console = showing.console_of()
    heads = [
        "efficiency",
        "whose",
        "measure",
        "intervention",
        "worth",
        "counted",
        f"booked {register.year}",
        "not booked",
        "cash",
        "owner",
        "remarks",
    ]
    names = {row.intervention: row.name for row in found.place.interventions}
    table = showing.table_of("Savings register, £000 a year", heads, left=4)
    for saving in register.savings:
        table.add_row(
            saving.row.name,
            saving.row.organisation,
            found.measures[saving.row.measure].name,
            names.get(saving.row.intervention or "", _NONE),
            _thousands(saving.worth),
            _thousands(saving.counted),
            _thousands(saving.booked),
            _thousands(saving.not_booked),
            "yes" if saving.row.cash_releasing else "no",
            saving.row.owner,
            saving.why or (f"booked with {saving.booked_with}" if saving.booked_with else ""),
        )
    console.print(table)
    showing.say(
        f"Together {thousands(register.total)}, of which {thousands(register.cash_releasing)} releases cash; the plan books "
        f"{thousands(register.booked)}. Of what overlaps only the largest counts. As of {found.as_of}."
    )


def _thousands(amount: float | None) -> str:
    return _NONE if amount is None else thousands(amount)
