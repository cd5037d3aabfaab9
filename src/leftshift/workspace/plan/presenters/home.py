"""The first page: places, and folders that were refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leftshift.reports import words
from leftshift.workspace.plan.models import Reading
from leftshift.workspace.plan.presenters.page import address_of
from leftshift.workspace.plan.queries import Headline, published_version, state_of
from leftshift.workspace.plan.states import STATES
from leftshift.workspace.shared.tables import Cell, Row, Table


@dataclass(frozen=True)
class PlaceCard:
    """A place on the first page."""

    name: str
    address: str
    headline: str
    detail: str
    state: str
    colour: str


@dataclass(frozen=True)
class Refusal:
    """A folder that was not taken in, with its faults."""

    folder: str
    summary: str
    table: Table


def place_cards(headlines: Sequence[Headline]) -> list[PlaceCard]:
    """The places of the workspace."""
    cards = []
    for found in headlines:
        result, version, year = found.result, found.version, found.result["headline_year"]
        rests = "Rests on calibrated estimates. " if result["perimeter_basis"] == "calibrated" else ""
        published = published_version(version.place)
        rests += f"Published: version {published.number}. " if published and published != version else ""
        detail = f"{rests}Version {version.number}, stored {version.added_at:%d %B %Y}. {words.tie_sentence(result['tie_counts'], 0)}"
        cards.append(
            PlaceCard(
                result["name"],
                address_of(result["place"], "overview", year),
                words.headline(result, year),
                detail,
                *STATES[state_of(version)][::2],
            )
        )
    return cards


def refusals(readings: Sequence[Reading]) -> list[Refusal]:
    """The folders whose last reading was refused."""
    return [_refusal(reading) for reading in readings]


def _refusal(reading: Reading) -> Refusal:
    total, listed = reading.faults["total"], reading.faults["listed"]
    columns = ["File", "Row", "Column", "Found", "Expected", "What to do"]
    rows = [
        Row(
            [
                Cell(fault["file"]),
                Cell(str(fault["row"] or "")),
                Cell(fault["column"] or ""),
                Cell(fault["found"]),
                Cell(fault["expected"]),
                Cell(_what_to_do(fault)),
            ]
        )
        for fault in listed
    ]
    more = f" The first {len(listed):,} are listed." if total > len(listed) else ""
    summary = f"The folder {reading.folder} has {total:,} fault{'s' if total != 1 else ''} and was not taken in; its last good version stays.{more}"
    return Refusal(
        reading.folder,
        summary,
        Table(f"faults-{reading.folder}", f"Faults of {reading.folder}", columns, rows),
    )


def _what_to_do(fault: Mapping[str, Any]) -> str:
    return str(fault["action"]) + (f". Did you mean {fault['suggestion']}?" if fault["suggestion"] else "")
