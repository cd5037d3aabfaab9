"""What a measure says in sentences: its chart, its target and rating, people, its forecast, what is late and what was revised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leftshift.foundation.periods import Period
from leftshift.measures.process_control.words import sentence, warning_words
from leftshift.measures.rating import Rating
from leftshift.measures.targets.forecasting import Forecast

if TYPE_CHECKING:
    from leftshift.measures.result import Measured

_NEVER, _ALWAYS = 0.01, 0.99


def headline(entry: Measured) -> str:
    """What the chart says, in one sentence after the other: latest value, rule, limits, target, assurance."""
    if entry.chart is None or entry.latest is None:
        shown = " that may be shown" if entry.series.points else ""
        return f"{entry.measure.name} ({entry.name}) has no figure{shown}."
    name = f"{entry.measure.name} ({entry.name})"
    if entry.hides_small_numbers:
        value = entry.shown(entry.latest.value or 0.0)
        return (
            f"{name} was {value} in {entry.latest.period}. Small numbers, and what would give them away, are hidden: no mean, limits or icons "
            "are drawn from what is left, which would be too high."
        )
    return sentence(entry.chart, name=name, unit=entry.unit, periods=entry.series.calendar)


def told(entry: Measured) -> str:
    """What the chart says, and what that is in people: the words under every chart."""
    said = headline(entry)
    return (
        f"{said} In {entry.latest.period} that is {entry.said.words}."
        if entry.said and entry.latest
        else said
    )


def sentences(entry: Measured) -> Iterator[str]:
    """Everything else that is to be said, each a sentence."""
    yield from _rated(entry)
    if entry.forecast:
        yield forecast_words(entry, entry.forecast)
    yield from _changed(entry)
    if entry.overdue_since:
        yield f"The next figure has been due since {entry.overdue_since}."
    if entry.chart is not None:
        said = headline(entry)
        yield from (words for words in warning_words(entry.chart, entry.series.calendar) if words not in said)


def _rated(entry: Measured) -> Iterator[str]:
    rating, target = entry.rating, entry.target
    if rating is None or target is None or entry.latest is None:
        return
    side = "" if not target.is_strict else "above " if entry.series.better > 0 else "below "
    said = f"{rating.word}: the target for {target.period} is {side}{entry.shown(target.value)}"
    if rating.colour != "green" and rating.off is not None:
        said += f", and {entry.shown(entry.latest.value or 0.0)} is {_off(rating)} off it"
    yield f"{said} ({rating.rule})."


def _off(rating: Rating) -> str:
    """How far off, to a tenth of a per cent; to a hundredth where a tenth would look like the end of amber."""
    off = (rating.off or 0.0) * 100
    near = rating.colour == "red" and round(off, 1) <= rating.amber * 100
    return f"{off:.2f}%" if near else f"{off:.1f}%"


def forecast_words(entry: Measured, found: Forecast) -> str:
    """A forecast in a sentence."""

    def shown(value: float) -> str:
        if entry.series.definition.kind.name != "count":
            return entry.shown(value)
        return (
            f"{entry.number(value)} {entry.measure.counted_in}".strip()
        )  # the sum of a year is not in the unit of a month

    if not found.to_come:
        said = f"{found.year} ended at {shown(found.value)}"
        if found.chance is None or found.target is None:
            return f"{said}."
        return f"{said}; its target of {shown(found.target)} was {'met' if found.chance else 'not met'}."
    rest = f"{found.to_come} period{'s' if found.to_come != 1 else ''} to come, from {found.basis}"
    said = f"{found.year} is likely to end at {shown(found.value)}"
    if found.lower == found.upper:
        return f"{said} ({rest}). As the figures that this rests on are all equal, no interval can be told."
    said += f", with a chance of {found.confidence * 100:g}% between {entry.brief(found.lower)} and {entry.brief(found.upper)} ({rest})"
    if found.is_moving:
        aim = f" of meeting {shown(found.target)}" if found.target is not None else ""
        return f"{said}, if it goes on so. The latest figure is a special cause: the process is changing, and no chance{aim} is given."
    if found.chance is None or found.target is None:
        return f"{said}."
    return f"{said}; the chance of meeting {shown(found.target)} is {chance_words(found.chance)}."


def chance_words(chance: float) -> str:
    """A chance as a percentage that does not claim to be certain."""
    if chance < _NEVER:
        return "less than 1%"
    return "more than 99%" if chance > _ALWAYS else f"{chance * 100:.0f}%"


def _changed(entry: Measured) -> Iterator[str]:
    series = entry.series
    for period in series.breaks:
        yield f"The definition changed in {period}: figures before and after are not comparable, and limits begin anew."
    for version, points in series.older.items():
        span = _span([point.period for point in points])
        yield f"By the definition “{version.replace('_', ' ')}” there are {len(points)} more figures, {span}: they are kept and drawn apart."
    revised = [point for point in series.points if point.revised_from is not None]
    if revised:
        last = revised[-1]
        first = entry.shown(last.revised_from or 0.0)
        yield f"{len(revised)} figure{'s were' if len(revised) != 1 else ' was'} revised; {last.period} was first published as {first}."
    provisional = [point.period for point in series.points if point.provisional]
    if provisional:
        yield f"Provisional: {_span(provisional)}."
    withheld = [point for point in series.points if point.withheld]
    if withheld:
        figures = f"{len(withheld)} figure{'s' if len(withheld) != 1 else ''}"
        yield f"Not shown: {figures}, {_span([point.period for point in withheld])} ({withheld[-1].withheld})."


def _span(periods: list[Period]) -> str:
    return str(periods[0]) if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
