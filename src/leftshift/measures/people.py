"""Say it in people: a rate as how many it is, delayed days as beds, money a head; nothing where the number behind it is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from leftshift.measures.series import Point, Series

What = Literal["count", "beds", "money_per_head"]


@dataclass(frozen=True, slots=True)
class Said:
    """A figure in people: what it is, how many, and how many more (or fewer, below 0) than its target asks for."""

    what: What
    counted_in: str
    amount: float
    beyond_target: float | None

    @property
    def words(self) -> str:
        """As a phrase."""
        said = f"{_number(self.amount, self.what)} {self._unit(self.amount)}".strip()
        if self.beyond_target is None:
            return said
        more = _number(abs(self.beyond_target), self.what)
        if more == _number(0.0, self.what):
            return f"{said}, as the target asks"
        side = "more" if self.beyond_target > 0 else "fewer" if self.what != "money_per_head" else "less"
        return f"{said}, {more} {side} than the target"

    def _unit(self, amount: float) -> str:
        match self.what:
            case "beds":
                return ("bed" if _number(amount, "beds") == "1" else "beds") + " filled on every day"
            case "money_per_head":
                return "a head"
            case _:
                return self.counted_in


def say(series: Series, point: Point, target: float | None, people: float | None) -> Said | None:
    """A figure in people; None where neither numerator nor denominator is known, or the measure is not said in people.

    ``people`` is how many live there or are looked after, for money a head. A count that is not given follows from value and denominator.
    """
    counted, wanted = counted_of(series, point), _wanted(series, point, target)
    if counted is None or series.measure.said_as == "none":
        return None
    beyond = None if wanted is None else counted - wanted
    match series.measure.said_as:
        case "beds":
            days = point.period.days
            return Said("beds", "beds", counted / days, None if beyond is None else beyond / days)
        case "money_per_head":
            if not people:
                return None
            return Said(
                "money_per_head",
                "",
                counted * 1000 / people,
                None if beyond is None else beyond * 1000 / people,
            )
        case _:
            if not series.definition_of(point).kind.needs_denominator and beyond is None:
                return None  # a count says itself
            return Said("count", series.measure.counted_in, counted, beyond)


def counted_of(series: Series, point: Point) -> float | None:
    """How many a figure stands for: as counted, else what its value and denominator come to."""
    if point.numerator is not None:
        return point.numerator
    return _wanted(series, point, point.value)


def _wanted(series: Series, point: Point, value: float | None) -> float | None:
    """How many a value would stand for, by the denominator of a figure."""
    definition = series.definition_of(point)
    if value is None:
        return None
    if definition.kind.name == "count":
        return value / definition.multiplier
    if definition.kind.by_age:  # nobody counts standardised people: as many fewer as the value is lower
        return point.numerator * value / point.value if point.numerator and point.value else None
    if point.denominator is None:
        return None
    return value * point.denominator / definition.multiplier


def _number(amount: float, what: What) -> str:
    match what:
        case "money_per_head":
            said = f"£{amount:,.0f}" if abs(amount) >= 10 else f"£{amount:,.2f}"
        case "beds":
            said = f"{amount:,.0f}" if amount >= 10 or amount == round(amount) else f"{amount:,.1f}"
        case _:
            said = f"{amount:,.0f}"
    return said.replace("-", "\u2212")
