"""What every page of a place shows, and how amounts look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from leftshift.foundation.money import round_half_up
from leftshift.foundation.sources import Origin
from leftshift.reports import words
from leftshift.reports.capacity.subjects import has_control, subjects_of
from leftshift.workspace.plan.models import PlaceVersion
from leftshift.workspace.plan.queries import Viewed, model_of, scenarios_of
from leftshift.workspace.shared.tables import Cell, Table

UNATTRIBUTED = "unattributed"
BASES = words.BASES


@dataclass(frozen=True)
class Link:
    """A link with its words; ``current`` where it leads to the page itself."""

    text: str
    address: str
    current: bool = False


@dataclass(frozen=True)
class Picture:
    """A chart: its address, the sentence beside it, and what stands in for it where it is not seen."""

    address: str
    sentence: str
    alternative: str


@dataclass(frozen=True)
class Page:
    """What every page of a place needs."""

    title: str
    place_name: str
    code: str
    year: str
    rooms: Sequence[Link]
    years: Sequence[Link]
    notes: Sequence[str]
    picture: Picture | None
    tables: Sequence[Table]
    cards: Sequence[tuple[str, str, str, str]] = ()
    checks: Sequence[tuple[str, str, str]] = ()
    version: PlaceVersion | None = None
    versions: Sequence[PlaceVersion] = ()
    under: Sequence[str] = ()
    is_current: bool = True
    plan_address: str = ""
    remarks: Sequence[str] = ()


def slug(year: str) -> str:
    """A financial year as it stands in an address: 2018-19."""
    return year.replace("/", "-")


def address_of(code: str, room: str, year: str) -> str:
    """The address of a room of a place."""
    return f"/places/{code}/{room}/{slug(year)}/"


ROOMS = {
    "overview": "Overview",
    "drivers": "Drivers",
    "organisations": "Organisations",
    "interventions": "Interventions",
    "impact": "Impact",
    "capacity": "Capacity",
    "control": "Control totals",
    "measures": "Measures",
    "tie-out": "What ties",
    "scenarios": "Scenarios",
    "compare": "Compare",
    "sources": "Sources",
}
_BY_YEAR = {"overview", "drivers", "interventions", "impact", "compare", "why", "inputs", "scenarios"}


def rooms_of(viewed: Viewed, year: str, room: str) -> list[Link]:
    """The links to every room that the place has something in."""
    place = model_of(viewed.version.pk).place
    is_empty = {
        "capacity": not subjects_of(place),
        "control": not has_control(place),
        "measures": not place.measures,
    }
    of_today = {"measures": f"/places/{viewed.address}/measures/"}
    return [
        Link(name, of_today.get(key) or address_of(viewed.address, key, year), key == room)
        for key, name in ROOMS.items()
        if not is_empty.get(key)
    ]


def years_of(viewed: Viewed, room: str, year: str, address: str = "") -> list[Link]:
    """The links to every year of a room; ``address`` has ``{year}`` in it where it is not the room's own."""
    if room not in _BY_YEAR:
        return []
    found = address or address_of(viewed.address, room, "{year}")
    return [Link(each, found.replace("{year}", slug(each)), each == year) for each in viewed.result["years"]]


def why_address(viewed: Viewed, name: str, year: str, organisation: str = "", item: str = "") -> str:
    """Where a figure is explained."""
    asked = {"organisation": organisation, "item": item}
    query = urlencode({key: value for key, value in asked.items() if value})
    return f"/places/{viewed.address}/why/{name}/{slug(year)}/" + (f"?{query}" if query else "")


def input_address(viewed: Viewed, origin: Origin, year: str) -> str:
    """Where a row of a table is shown with what it feeds; empty where it is no row of a table."""
    table = origin.file.removesuffix(".csv")
    if not origin.row or not origin.file.endswith(".csv"):
        return ""
    return f"/places/{viewed.address}/inputs/{table}/{origin.row}/{slug(year)}/"


def notes_of(result: Mapping[str, Any]) -> list[str]:
    """What every page of a run says of its figures."""
    notes = [
        f"Perimeter: {result['perimeter']['name']}. Amounts in £000 unless another unit is named; a minus is a deficit or a loss."
    ]
    if "calibrated" in result["basis"].values():
        notes.append(
            "Values of the base year are calibrated estimates, not published figures. Whatever rests on them is marked."
        )
    return notes


def chart_of(viewed: Viewed, chart: str, sentence: str, alternative: str, year: str) -> Picture:
    """The chart of a run, at an address that names its content."""
    address = f"/places/{viewed.address}/charts/{chart}/{slug(year)}.svg?of={viewed.content}"
    return Picture(address, sentence, alternative)


def room_page(
    viewed: Viewed,
    room: str,
    title: str,
    year: str,
    picture: Picture | None,
    tables: Sequence[Table],
    **more: Any,
) -> Page:
    """A room of a place, with what every room has."""
    result = viewed.result
    names = {code: name for code, name, _ in scenarios_of(viewed.version.pk)}
    return Page(
        title,
        result["name"],
        viewed.address,
        year,
        rooms_of(viewed, year, room),
        more.pop("years", None) or years_of(viewed, room, year),
        notes_of(result),
        picture,
        tables,
        version=viewed.version,
        under=[names.get(code, code) for code in viewed.scenarios],
        is_current=viewed.is_current,
        plan_address=address_of(viewed.version.place.code, room if room in ROOMS else "overview", year),
        **more,
    )


def amount(value: float, heat: str = "", why: str = "") -> Cell:
    """An amount in £000 as a cell: half up, below ten with one decimal, a loss marked, leading to why it is so."""
    return Cell(
        words.amount(value),
        number=value,
        style=" ".join(filter(None, ("app-minus" if round_half_up(value) < 0 else "", heat))),
        address=why,
        hint="Why?" if why else "",
    )
