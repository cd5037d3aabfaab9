"""What a measure says in sentences: its chart, its target and rating, people, its forecast, what is late and what was revised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leftshift.foundation.periods import Period
from leftshift.measures.process_control.words import sentence, warning_words
from leftshift.measures.targets.forecasting import Forecast

if TYPE_CHECKING:
    from leftshift.measures.result import Measured

_NEVER, _ALWAYS = 0.01, 0.99


def headline(entry: Measured) -> str:
    """What the chart says, in one sentence after the other: latest value, rule, limits, target, assurance."""
    if entry.chart is None or entry.latest is None:
        return f"{entry.measure.name} of {entry.name} has no figure."
    name = f"{entry.measure.name} of {entry.name}"
    return sentence(entry.chart, name=name, unit=entry.unit, periods=entry.series.calendar)


def sentences(entry: Measured) -> Iterator[str]:
    """Everything else that is to be said, each a sentence."""
    yield from _rated(entry)
    if entry.said:
        yield f"In {entry.latest.period if entry.latest else ''} that is {entry.said.words}."
    if entry.forecast:
        yield forecast_words(entry, entry.forecast)
    yield from _changed(entry)
    if entry.overdue_since:
        yield f"The next figure has been due since {entry.overdue_since}."
    if entry.chart is not None:
        yield from warning_words(entry.chart, entry.series.calendar)


def _rated(entry: Measured) -> Iterator[str]:
    rating, target = entry.rating, entry.target
    if rating is None or target is None or entry.latest is None:
        return
    said = f"{rating.word}: the target for {target.period} is {entry.shown(target.value)}"
    if rating.colour != "green" and rating.off is not None:
        said += f", and {entry.shown(entry.latest.value or 0.0)} is {rating.off * 100:.1f}% off it"
    yield f"{said} ({rating.rule})."


def forecast_words(entry: Measured, found: Forecast) -> str:
    """A forecast in a sentence."""
    low, high = entry.shown(found.lower), entry.shown(found.upper)
    rest = f"{found.to_come} period{'s' if found.to_come != 1 else ''} to come"
    said = f"{found.year} is likely to end at {entry.shown(found.value)}"
    if found.to_come:
        said += f" (between {low} and {high} in {found.confidence * 100:g} years of 100 like it; {rest}, from {found.basis})"
    else:
        said = f"{found.year} ended at {entry.shown(found.value)}"
    if found.chance is None or found.target is None:
        return f"{said}."
    if not found.to_come:
        return (
            f"{said}; its target of {entry.shown(found.target)} was {'met' if found.chance else 'not met'}."
        )
    return f"{said}; the chance of meeting {entry.shown(found.target)} is {chance_words(found.chance)}."


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
        yield f"By the definition “{version}” there are {len(points)} more figures, {span}: they are kept and drawn apart."
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
        yield f"Not shown: {_span([point.period for point in withheld])} ({withheld[-1].withheld})."


def _span(periods: list[Period]) -> str:
    return str(periods[0]) if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
