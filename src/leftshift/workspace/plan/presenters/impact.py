"""What each intervention does to each organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leftshift.reports import words
from leftshift.reports.shades import shade
from leftshift.workspace.plan.presenters.page import (
    BASES,
    UNATTRIBUTED,
    Page,
    amount,
    chart_of,
    room_page,
    why_address,
)
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.tables import Cell, Row, Table


def impact(viewed: Viewed, year: str) -> Page:
    """What each intervention does to each organisation in a year."""
    result = viewed.result
    picture = chart_of(
        viewed,
        "impact",
        words.impact_sentence(result, year),
        f"Bars of what the plan does to each organisation in {year}; the table below holds the figures.",
        year,
    )
    tables = [impact_table(viewed, year, "plan", f"Impact of the plan {year}, £000")]
    for stage, title in (
        ("do_nothing", "Counted in the gap: planned investments"),
        ("comparison", "Computed for comparison, counted nowhere"),
    ):
        table = impact_table(viewed, year, stage, f"{title} {year}, £000")
        tables += [table] if table.rows else []
    return room_page(viewed, "impact", f"Impact {year}", year, picture, tables)


def impact_table(viewed: Viewed, year: str, stage: str, title: str) -> Table:
    """Interventions of a stage by organisation, in the order of the bridge; what is not attributed stands apart."""
    result = viewed.result
    steps = {row["step"]: row["name"] for row in result["steps"]}
    order = list(steps)
    chosen = sorted(
        (entry for entry in result["interventions"] if entry["stage"] == stage),
        key=lambda entry: order.index(entry["step"]),
    )
    found = {entry["intervention"]: result["impact"][year][entry["intervention"]] for entry in chosen}
    shown = [entry for entry in chosen if any(found[entry["intervention"]].values())]
    codes = _touched(result, found)
    apart = any(row.get(UNATTRIBUTED) for row in found.values())
    largest = max((abs(row[code]) for row in found.values() for code in codes), default=0.0)
    rows = []
    for entry in shown:
        basis = BASES[result["impact_basis"][year][entry["intervention"]]]
        names = [Cell(entry["name"]), Cell(steps[entry["step"]]), Cell(basis)]
        rows.append(
            Row(
                names
                + _amounts(
                    viewed,
                    year,
                    entry["intervention"],
                    found[entry["intervention"]],
                    codes,
                    apart=apart,
                    largest=largest,
                )
            )
        )
    if shown:
        sums = {code: sum(row.get(code, 0.0) for row in found.values()) for code in (*codes, UNATTRIBUTED)}
        names = [Cell("Total"), Cell(""), Cell("")]
        whole = "" if stage == "plan" else None
        rows.append(
            Row(names + _amounts(viewed, year, whole, sums, codes, apart=apart, largest=0.0), strong=True)
        )
    columns = ["Intervention", "Step", "Basis", *codes, "Total", *(["Not attributed"] if apart else [])]
    return Table(f"impact-{stage.replace('_', '-')}", title, columns, rows, numeric_from=3)


def _touched(result: Mapping[str, Any], found: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The organisations that any of the interventions does something to."""
    codes = (entry["code"] for entry in result["organisations"])
    return [code for code in codes if code != UNATTRIBUTED and any(row[code] for row in found.values())]


def _amounts(
    viewed: Viewed,
    year: str,
    item: str | None,
    row: Mapping[str, float],
    codes: Sequence[str],
    *,
    apart: bool,
    largest: float,
) -> list[Cell]:
    """The cells of an intervention, of all of the plan (an empty item), or of a sum that is no figure (None)."""
    share = viewed.result["perimeter"]["members"]
    total = sum(row[code] * share.get(code, 0.0) for code in codes)

    def why(code: str = "") -> str:
        return "" if item is None else why_address(viewed, "impact", year, code, item)

    cells = [amount(row[code], heat(row[code], largest), why(code)) for code in codes]
    rest = [amount(row.get(UNATTRIBUTED, 0.0), why=why(UNATTRIBUTED))] if apart else []
    return [*cells, amount(total, why=why()), *rest]


def heat(value: float, largest: float) -> str:
    """The class of a cell's shade."""
    name = shade(value, largest)
    return f"app-heat-{name}" if name else ""
