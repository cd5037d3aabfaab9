"""Hypothesis strategies for what is uncertain in a place, and one draw of it, worked out slowly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.rows import Level, Uncertainty
from tests.library.places import BY, places
from tests.library.slow_economy import Slow

HOW: dict[str, list[str | None]] = {
    "rate": [None, "add", "set", "times"],
    "value": [None, "times", "add", "set"],
    "effect": [None],
    "delivery": [None, "set", "times", "add"],
    "delay": [None, "set", "add"],
}
USUAL = {"rate": "add", "value": "times", "effect": "times", "delivery": "times", "delay": "add"}
Draw = dict[str, float]


@st.composite
def uncertain_places(draw: st.DrawFn) -> Place:
    """A sound place in which some quantities are uncertain; no two move the same cell."""
    place = draw(places())
    found: list[Uncertainty] = []
    taken: set[tuple[str, str]] = set()
    for number in range(draw(st.integers(1, 6))):
        moves: Any = draw(st.sampled_from(sorted(HOW)))
        item, organisation, year = _target(draw, place, moves)
        if item is None or (moves, item) in taken:
            continue
        taken.add((moves, item))
        how: Any = draw(st.sampled_from(HOW[moves]))
        bounds = _bounds(moves, how or USUAL[moves], place)
        found.append(
            Uncertainty(
                quantity=f"q{number}",
                moves=moves,
                organisation=organisation,
                item=item,
                year=year,
                how=how,
                distribution="uniform",
                low=bounds[0],
                high=bounds[1],
                **BY,
            )
        )
    return replace(place, uncertainty=tuple(found))


def _bounds(moves: str, how: str, place: Place) -> tuple[Level, Level]:
    if moves == "rate":
        return (Level(0.5), Level(1.5)) if how == "times" else (Level(-0.05, True), Level(0.05, True))
    if moves == "value" and how != "times":
        return Level(0.0), Level(5000.0)
    if moves == "delay":
        return Level(0.0), Level(12.0 * len(place.years))
    return Level(0.0), Level(1.3)


def _target(draw: st.DrawFn, place: Place, moves: str) -> tuple[str | None, str | None, FinancialYear | None]:
    if moves == "value":
        return draw(st.sampled_from([*(row.contract for row in place.contracts), *(row.line for row in place.lines)])), None, None  # fmt: skip
    if moves != "rate":
        names = [row.intervention for row in place.interventions]
        return (draw(st.sampled_from(names)) if names else None), None, None
    row = draw(st.sampled_from(place.assumptions))
    bodies = [None, "all", *(entry.code for entry in place.organisations)]
    derived = [entry.assumption for entry in place.derivations]
    item = draw(st.sampled_from([row.assumption, row.assumption, *derived]))
    year = draw(st.one_of(st.none(), st.sampled_from(place.years[1:])))
    return item, draw(st.sampled_from(bodies)), year


class SlowDraw(Slow):
    """The slow implementation under one draw of what is uncertain."""

    def __init__(self, place: Place, drawn: Draw) -> None:
        super().__init__(drawn_place(place, drawn))
        self.rates = [row for row in place.uncertainty if row.moves == "rate"]
        self.drawn = drawn

    def rate(self, organisation: str, name: str | None, year: FinancialYear) -> float:
        value = super().rate(organisation, name, year)
        if name is None or year == self.place.base_year:
            return value
        for row in self.rates:
            if row.item == name and row.year in (None, year) and self.is_of(row, organisation, name, year):
                value = moved(value, row, self.drawn[row.quantity])
        return value

    def is_of(self, row: Uncertainty, organisation: str, name: str, year: FinancialYear) -> bool:
        """Whether it is this body's rate that moves, and not one that it follows."""
        if row.organisation not in (None, "all"):
            return row.organisation == organisation
        for who, when in ((organisation, year), (organisation, None), ("all", year), ("all", None)):
            for given in self.place.assumptions:
                if (given.organisation, given.assumption, given.year) == (who, name, when):
                    return given.follows is None and (row.organisation is None or who == "all")
        return row.organisation is None


def moved(value: float, row: Uncertainty, drawn: float) -> float:
    """A value after the one quantity that moves it."""
    how = row.how or USUAL[row.moves]
    return drawn if how == "set" else value * drawn if how == "times" else value + drawn


def drawn_place(place: Place, drawn: Draw) -> Place:
    """The place with one draw's values, deliveries and delays written into its rows; rates are left."""

    def of(moves: str, *items: str) -> list[Uncertainty]:
        return [row for row in place.uncertainty if row.moves == moves and row.item in items]

    names = {row.intervention for row in place.interventions}

    def value(row: Any, name: str) -> Any:
        for entry in of("value", name):
            row = replace(row, value=moved(row.value, entry, drawn[entry.quantity]))
        return row

    def called(row: Any) -> list[str]:
        """An intervention answers to its own name, and to its step's where no intervention has that name."""
        return [row.intervention, *([] if row.step in names else [row.step])]

    def intervention(row: Any) -> Any:
        for entry in of("delivery", *called(row)):
            row = replace(row, delivery=moved(row.delivery, entry, drawn[entry.quantity]))
        for entry in of("effect", *called(row)):
            row = replace(row, delivery=row.delivery * drawn[entry.quantity])
        for entry in of("delay", *called(row)):
            months = round(moved(row.delay_months, entry, drawn[entry.quantity]))
            row = replace(row, delay_months=max(0, months))
        return row

    return replace(
        place,
        contracts=tuple(value(row, row.contract) for row in place.contracts),
        lines=tuple(value(row, row.line) for row in place.lines),
        interventions=tuple(intervention(row) for row in place.interventions),
    )
