"""The plan's interventions: pathways by settings of care, and each with its timing and effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from leftshift.foundation.money import round_half_up
from leftshift.reports import words
from leftshift.reports.heat_map import heat_map
from leftshift.workspace.plan.presenters.impact import heat
from leftshift.workspace.plan.presenters.page import (
    BASES,
    Page,
    amount,
    chart_of,
    room_page,
    why_address,
)
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.tables import Cell, Row, Table

NOT_STATED = "Not stated"


def interventions(viewed: Viewed, year: str) -> Page:
    """What the plan's interventions do to the perimeter in a year, by pathway and setting of care."""
    result = viewed.result
    picture = chart_of(
        viewed,
        "pathways",
        sentence(result, year),
        f"Heat map of the effect of the plan in {year} by pathway and setting of care; the table below holds its figures.",
        year,
    )
    tables = [matrix(result, year), each(viewed, year)]
    return room_page(viewed, "interventions", f"Interventions {year}", year, picture, tables)


def sentence(result: Mapping[str, Any], year: str) -> str:
    """Which pathway does most."""
    found = by_pathway(result, year)
    totals = {pathway: sum(row.values()) for pathway, row in found.items()}
    if not any(totals.values()):
        return f"No intervention has an effect in {year}."
    most = max(totals, key=lambda pathway: abs(totals[pathway]))
    many = len([row for row in result["interventions"] if row["stage"] == "plan"])
    return f"{most} moves most of the {many} interventions of the plan in {year}: {words.millions(totals[most])}."


def by_pathway(result: Mapping[str, Any], year: str) -> dict[str, dict[str, float]]:
    """Pathway to setting of care to what the plan's interventions do to the perimeter, £000."""
    found: dict[str, dict[str, float]] = {}
    for entry in result["interventions"]:
        if entry["stage"] == "plan":
            pathway, setting = entry["pathway"] or NOT_STATED, entry["setting_of_care"] or NOT_STATED
            row = found.setdefault(pathway, {})
            row[setting] = row.get(setting, 0.0) + effect(result, entry["intervention"], year)
    ends = sorted(found, key=lambda pathway: (pathway == NOT_STATED, pathway))
    return {pathway: found[pathway] for pathway in ends}


def settings_of(found: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The settings of care that any pathway has, in order."""
    names = {setting for row in found.values() for setting in row}
    return sorted(names, key=lambda setting: (setting == NOT_STATED, setting))


def effect(result: Mapping[str, Any], intervention: str, year: str) -> float:
    """What an intervention does to the perimeter, what is not attributed included, £000."""
    share = result["perimeter"]["members"]
    return float(
        sum(value * share.get(code, 0.0) for code, value in result["impact"][year][intervention].items())
    )


def matrix(result: Mapping[str, Any], year: str) -> Table:
    """Pathways by settings of care."""
    found = by_pathway(result, year)
    settings = settings_of(found)
    largest = max((abs(value) for row in found.values() for value in row.values()), default=0.0)
    rows = [
        Row(
            [
                Cell(pathway),
                *(
                    amount(row[setting], heat(row[setting], largest)) if setting in row else Cell("–")
                    for setting in settings
                ),
                amount(sum(row.values())),
            ]
        )
        for pathway, row in found.items()
    ]
    sums = [sum(row.get(setting, 0.0) for row in found.values()) for setting in settings]
    rows.append(Row([Cell("Total"), *map(amount, sums), amount(sum(sums))], strong=True))
    columns = ["Pathway", *settings, "Total"]
    return Table("pathways", f"Pathways by settings of care {year}, £000", columns, rows, numeric_from=1)


def heat_chart(result: Mapping[str, Any], year: str) -> dict[str, Any]:
    """The same as a heat map."""
    found = by_pathway(result, year)
    settings = settings_of(found)
    amounts = [[row.get(setting, 0.0) for setting in settings] for row in found.values()]
    largest = max((abs(value) for row in amounts for value in row), default=0.0)
    return heat_map(list(found), settings, amounts, largest=largest)


def each(viewed: Viewed, year: str) -> Table:
    """Every intervention, whatever its stage, with its timing."""
    result = viewed.result
    steps = {row["step"]: row["name"] for row in result["steps"]}
    stages = {"plan": "Plan", "do_nothing": "Counted in the gap", "comparison": "For comparison only"}
    order: Sequence[str] = list(stages)
    chosen = sorted(result["interventions"], key=lambda entry: (order.index(entry["stage"]), entry["name"]))
    moves = _moves(viewed)
    rows = [
        Row(
            [
                Cell(entry["name"]),
                Cell(entry["pathway"] or NOT_STATED),
                Cell(entry["setting_of_care"] or NOT_STATED),
                Cell(steps[entry["step"]]),
                Cell(stages[entry["stage"]]),
                Cell(_timing(entry)),
                Cell(BASES[result["impact_basis"][year][entry["intervention"]]]),
                amount(
                    effect(result, entry["intervention"], year),
                    why=why_address(viewed, "impact", year, item=entry["intervention"]),
                ),
                *([moves.get(entry["intervention"], Cell("–"))] if moves else []),
            ]
        )
        for entry in chosen
    ]
    columns = ["Intervention", "Pathway", "Setting of care", "Step", "Stage", "Timing", "Basis", "£000"]
    if moves:
        columns.append("Should move")
    return Table("interventions", f"Every intervention {year}", columns, rows, numeric_from=7, numeric_to=8)


def _moves(viewed: Viewed) -> dict[str, Cell]:
    """Intervention to the measure that should move because of it, with how many more there are; the cell leads to the first."""
    place = viewed.live.place
    names = {row.measure: row.name for row in place.measures}
    found: dict[str, list[tuple[str, str]]] = {}
    for link in place.measure_links:
        found.setdefault(link.intervention, []).append((link.measure, link.of))
    cells = {}
    for intervention, links in found.items():
        (measure, of), more = links[0], len(links) - 1
        text = names[measure] + (f" and {more} more" if more else "")
        inside = f"{measure}/?{urlencode({'body': of})}" if of else f"#{measure}"
        cells[intervention] = Cell(text, address=f"/places/{viewed.address}/measures/{inside}")
    return cells


def _timing(entry: Mapping[str, Any]) -> str:
    parts = [f"from {entry['start']}" if entry["start"] else ""]
    parts.append(f"{entry['delay_months']} months late" if entry["delay_months"] else "")
    share = round_half_up(100 * entry["delivery"])
    parts.append(f"{share}% delivered" if share != 100 else "")
    return ", ".join(filter(None, parts)) or "As the plan says"
