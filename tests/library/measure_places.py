"""Places by hand for measures: areas, a measure and what was observed; only the tables that a test needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from leftshift.foundation.periods import Period
from leftshift.measures.result import Measured, Measures
from leftshift.measures.savings import Booked
from leftshift.measures.series import Series
from leftshift.place import measure_rows as rows
from leftshift.place.place import Place
from leftshift.place.rows import Setting
from tests.library import capacity_places
from tests.library.capacity_places import BY

AS_OF = date(2030, 1, 1)
LEAGUE = ("p1", "p2", "p3", "p4", "p5")
"""Peers elsewhere."""
DISTRICTS = ("east", "west", "north")
"""Parts of the county."""


def at(text: str) -> Period:
    return Period.parse(text)


def months(first: str, count: int) -> list[Period]:
    return [at(first).plus(step) for step in range(count)]


def number(value: float | str | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def areas() -> tuple[rows.Area, ...]:
    """A county of three districts, and peers."""
    return (
        rows.Area(area="county", name="The county", people=Decimal(3000), **BY),
        *(rows.Area(area=code, name=code.title(), part_of="county", **BY) for code in DISTRICTS),
        *(rows.Area(area=code, name=code.upper(), **BY) for code in LEAGUE),
    )


def measure(name: str = "m", better: Any = "lower", every: Any = "month", **more: Any) -> rows.Measure:
    if (value := more.pop("unit_value", None)) is not None:
        more["unit_value"] = number(value)
    return rows.Measure(measure=name, name=f"Measure {name}", better=better, every=every, owner="A director", **more, **BY)  # fmt: skip


def definition(name: str = "m", kind: str = "rate", **more: Any) -> rows.MeasureDefinition:
    for column in ("multiplier",):
        if column in more:
            more[column] = number(more[column])
    if "since" in more:
        more["since"] = at(more["since"])
    return rows.MeasureDefinition(measure=name, kind=kind, numerator="Things", denominator="Of which", **more, **BY)  # fmt: skip


def observed(
    of: str,
    period: str | Period,
    numerator: float | str | None = None,
    denominator: float | str | None = None,
    name: str = "m",
    **more: Any,
) -> rows.Observation:
    for column in ("value", "lower", "upper", "deviation"):
        if column in more:
            more[column] = number(more[column])
    return rows.Observation(
        measure=name,
        of=of,
        period=at(period) if isinstance(period, str) else period,
        numerator=number(numerator),
        denominator=number(denominator),
        **more,
        **BY,
    )


def target(
    text: str, since: str, until: str = "", of: str = "county", name: str = "m", **more: Any
) -> rows.MeasureTarget:
    if "baseline" in more:
        more["baseline"] = at(more["baseline"])
    return rows.MeasureTarget(
        measure=name, of=of, since=at(since), until=at(until or since), target=text, **more, **BY
    )


def efficiency(name: str, of: str = capacity_places.HOSPITAL, **more: Any) -> rows.Efficiency:
    for column in ("level", "unit_value"):
        if column in more:
            more[column] = number(more[column])
    given: dict[str, Any] = {"measure": "m", "reaching": "best_quartile", "kind": "length_of_stay", **more}
    return rows.Efficiency(efficiency=name, name=name, organisation=of, owner="A director", **given, **BY)


def place(**tables: Any) -> Place:
    """A place with areas; ``settings`` by name."""
    chosen: Mapping[str, str] = tables.pop("settings", {})
    given: dict[str, Any] = {
        "areas": areas(),
        "measures": (measure(),),
        "measure_definitions": (definition(),),
        "peers": tuple(rows.Peer(group="league", member=code, **BY) for code in LEAGUE),
        "settings": tuple(Setting(setting=name, value=value, **BY) for name, value in chosen.items()),
        **{name: tuple(found) for name, found in tables.items()},
    }
    return capacity_places.place(**given)


def measured(place: Place, of: str = "county", name: str = "m", as_of: date = AS_OF) -> Measured:
    found = Measures(place, as_of).of(name, of)
    assert found is not None
    return found


def series_of(place: Place, of: str = "county", name: str = "m", as_of: date = AS_OF) -> Series:
    return Measures(place, as_of).series[name, of]


def target_of(place: Place, period: str, of: str = "county", name: str = "m") -> float | None:
    found = Measures(place, AS_OF).targets.at(name, of, at(period))
    return None if found is None else found.value


def booking(place: Place, booked: Booked) -> Measures:
    return replace(Measures(place, AS_OF), booked=booked)
