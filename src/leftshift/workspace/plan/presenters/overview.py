"""The overview: headline, bridge, checks, versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leftshift.reports import words
from leftshift.reports.report.first_page import cards_of
from leftshift.workspace.plan.models import PlaceVersion, Run
from leftshift.workspace.plan.presenters.page import BASES, Page, amount, chart_of, room_page
from leftshift.workspace.shared.tables import Cell, Row, Table


def overview(run: Run, year: str, versions: Sequence[PlaceVersion]) -> Page:
    """The headline, the bridge, and the checks."""
    result = run.result
    picture = chart_of(
        run,
        "bridge",
        words.bridge_sentence(result, year),
        f"Waterfall of the bridge {year}; the table below holds its figures.",
        year,
    )
    checks = [(entry["check"], entry["verdict"], entry["detail"]) for entry in result["checks"]]
    return room_page(
        run,
        "overview",
        f"Overview {year}",
        year,
        picture,
        [bridge_table(result, year)],
        cards=[(card.name, card.figure, card.words) for card in cards_of(result, year)],
        checks=checks,
        versions=versions,
    )


def bridge_table(result: Mapping[str, Any], year: str) -> Table:
    """The bridge of a year as a table."""
    names = {row["step"]: row["name"] for row in result["steps"]}
    position = result["perimeter_position"]
    rests = f" ({BASES[result['perimeter_basis']].lower()})"
    rows = [Row([Cell("Do-nothing position" + rests), amount(position["do_nothing"][year])], strong=True)]
    rows += [Row([Cell(names[step]), amount(value)]) for step, value in words.bridge_steps(result, year)]
    rows.append(Row([Cell("Closing position" + rests), amount(position["plan"][year])], strong=True))
    return Table("bridge", f"Bridge {year}, £000", ["Step", "£000"], rows, numeric_from=1)
