"""What every page of a place shows, and how amounts look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leftshift.foundation.money import round_half_up
from leftshift.reports import words
from leftshift.workspace.plan.models import PlaceVersion, Run
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
    picture: Picture
    tables: Sequence[Table]
    cards: Sequence[tuple[str, str, str]] = ()
    checks: Sequence[tuple[str, str, str]] = ()
    version: PlaceVersion | None = None
    versions: Sequence[PlaceVersion] = ()


def slug(year: str) -> str:
    """A financial year as it stands in an address: 2018-19."""
    return year.replace("/", "-")


def address_of(code: str, room: str, year: str) -> str:
    """The address of a room of a place."""
    return f"/places/{code}/{room}/{slug(year)}/"


def _rooms(code: str, year: str, room: str) -> list[Link]:
    names = {
        "overview": "Overview",
        "organisations": "Organisations",
        "impact": "Impact",
        "tie-out": "What ties",
    }
    return [Link(name, address_of(code, key, year), key == room) for key, name in names.items()]


def _years(result: Mapping[str, Any], room: str, year: str) -> list[Link]:
    if room not in {"overview", "impact"}:
        return []
    return [Link(each, address_of(result["place"], room, each), each == year) for each in result["years"]]


def _notes(result: Mapping[str, Any]) -> list[str]:
    notes = [
        f"Perimeter: {result['perimeter']['name']}. Amounts in £000 unless another unit is named; a minus is a deficit or a loss."
    ]
    if "calibrated" in result["basis"].values():
        notes.append(
            "Values of the base year are calibrated estimates, not published figures. Whatever rests on them is marked."
        )
    return notes


def chart_of(run: Run, chart: str, sentence: str, alternative: str, year: str) -> Picture:
    """The chart of a run, at an address that names its content."""
    address = f"/places/{run.result['place']}/charts/{chart}/{slug(year)}.svg?of={run.pk}"
    return Picture(address, sentence, alternative)


def room_page(
    run: Run, room: str, title: str, year: str, picture: Picture, tables: Sequence[Table], **more: Any
) -> Page:
    """A room of a place, with what every room has."""
    result = run.result
    return Page(
        title,
        result["name"],
        result["place"],
        year,
        _rooms(result["place"], year, room),
        _years(result, room, year),
        _notes(result),
        picture,
        tables,
        version=run.version,
        **more,
    )


def amount(value: float, heat: str = "") -> Cell:
    """An amount in £000 as a cell: half up, below ten with one decimal, a loss marked."""
    return Cell(
        words.amount(value),
        number=value,
        style=" ".join(filter(None, ("app-minus" if round_half_up(value) < 0 else "", heat))),
    )
