"""Organisations by year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leftshift.foundation.money import round_half_up
from leftshift.reports import words
from leftshift.workspace.plan.models import Run
from leftshift.workspace.plan.presenters.page import BASES, Page, amount, chart_of, room_page
from leftshift.workspace.shared.tables import Cell, Row, Table


def organisations(run: Run, year: str) -> Page:
    """The position of every organisation in every year, do nothing and with the plan."""
    result = run.result
    last = result["headline_year"]
    alternative = "One small line chart for each organisation, do nothing and with the plan; the tables below hold the figures."
    picture = chart_of(run, "positions", words.organisations_sentence(result, last), alternative, last)
    tables = [
        positions_table(result, "positions", "With the plan, £000", "with-plan"),
        positions_table(result, "do_nothing", "Do nothing, £000", "do-nothing"),
    ]
    return room_page(run, "organisations", "Organisations by year", year, picture, tables)


def positions_table(result: Mapping[str, Any], field: str, title: str, name: str) -> Table:
    """The positions of organisations by year, the perimeter's last."""
    years = result["years"]
    rows = [
        _position_row(result, entry, field)
        for entry in result["organisations"]
        if _has_money(result, entry["code"])
    ]
    total = result["perimeter_position"]["plan" if field == "positions" else "do_nothing"]
    rows.append(
        Row(
            [
                Cell(f"Perimeter: {result['perimeter']['name']}"),
                Cell(""),
                Cell(""),
                *(amount(total[year]) for year in years),
            ],
            strong=True,
        )
    )
    return Table(name, title, ["Organisation", "In perimeter", "Rests on", *years], rows, numeric_from=3)


def _has_money(result: Mapping[str, Any], code: str) -> bool:
    return any(value for field in ("positions", "do_nothing") for value in result[field][code].values())


def _position_row(result: Mapping[str, Any], entry: Mapping[str, Any], field: str) -> Row:
    code = entry["code"]
    share = f"{round_half_up(100 * entry['share'])}%" if entry["share"] else "outside"
    return Row(
        [
            Cell(entry["name"]),
            Cell(share),
            Cell(BASES[result["basis"][code]]),
            *(amount(result[field][code][year]) for year in result["years"]),
        ]
    )
