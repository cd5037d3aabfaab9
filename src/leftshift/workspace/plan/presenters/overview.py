"""The overview: headline, bridge, checks, versions."""

from __future__ import annotations

from collections.abc import Sequence

from leftshift.reports import words
from leftshift.reports.report.first_page import cards_of
from leftshift.workspace.plan.models import PlaceVersion
from leftshift.workspace.plan.presenters.page import (
    BASES,
    Page,
    address_of,
    amount,
    chart_of,
    room_page,
    why_address,
)
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.tables import Cell, Row, Table


def overview(viewed: Viewed, year: str, versions: Sequence[PlaceVersion]) -> Page:
    """The headline, the bridge, and the checks."""
    result = viewed.result
    picture = chart_of(
        viewed,
        "bridge",
        words.bridge_sentence(result, year),
        f"Waterfall of the bridge {year}; the table below holds its figures.",
        year,
    )
    checks = [(entry["check"], entry["verdict"], entry["detail"]) for entry in result["checks"]]
    return room_page(
        viewed,
        "overview",
        f"Overview {year}",
        year,
        picture,
        [bridge_table(viewed, year)],
        cards=_cards(viewed, year),
        checks=checks,
        versions=versions,
    )


def _cards(viewed: Viewed, year: str) -> list[tuple[str, str, str, str]]:
    """Name, figure, words, and where it is explained."""
    leads = [
        why_address(viewed, "gap", year),
        why_address(viewed, "bridge", year),
        why_address(viewed, "position", year),
        address_of(viewed.address, "tie-out", year),
    ]
    cards = cards_of(viewed.result, year)
    return [(card.name, card.figure, card.words, lead) for card, lead in zip(cards, leads, strict=True)]


def bridge_table(viewed: Viewed, year: str) -> Table:
    """The bridge of a year as a table."""
    result = viewed.result
    names = {row["step"]: row["name"] for row in result["steps"]}
    position = result["perimeter_position"]
    rests = f" ({BASES[result['perimeter_basis']].lower()})"
    start = amount(position["do_nothing"][year], why=why_address(viewed, "do_nothing_position", year))
    end = amount(position["plan"][year], why=why_address(viewed, "position", year))
    rows = [Row([Cell("Do-nothing position" + rests), start], strong=True)]
    rows += [
        Row([Cell(names[step]), amount(value, why=why_address(viewed, "bridge", year, item=step))])
        for step, value in words.bridge_steps(result, year)
    ]
    rows.append(Row([Cell("Closing position" + rests), end], strong=True))
    return Table("bridge", f"Bridge {year}, £000", ["Step", "£000"], rows, numeric_from=1)
