"""Organisations by year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leftshift.foundation.money import round_half_up
from leftshift.reports import words
from leftshift.workspace.plan.presenters.page import BASES, Page, amount, chart_of, room_page, why_address
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.tables import Cell, Row, Table

_FIGURES = {"positions": "position", "do_nothing": "do_nothing_position"}


def organisations(viewed: Viewed, year: str) -> Page:
    """The position of every organisation in every year, do nothing and with the plan."""
    result = viewed.result
    last = result["headline_year"]
    alternative = "One small line chart for each organisation, do nothing and with the plan; the tables below hold the figures."
    picture = chart_of(viewed, "positions", words.organisations_sentence(result, last), alternative, last)
    tables = [
        positions_table(viewed, "positions", "With the plan, £000", "with-plan"),
        positions_table(viewed, "do_nothing", "Do nothing, £000", "do-nothing"),
    ]
    return room_page(viewed, "organisations", "Organisations by year", year, picture, tables)


def positions_table(viewed: Viewed, field: str, title: str, name: str) -> Table:
    """The positions of organisations by year, the perimeter's last."""
    result = viewed.result
    years = result["years"]
    rows = [
        _position_row(viewed, entry, field)
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
                *(amount(total[year], why=why_address(viewed, _FIGURES[field], year)) for year in years),
            ],
            strong=True,
        )
    )
    return Table(name, title, ["Organisation", "In perimeter", "Rests on", *years], rows, numeric_from=3)


def _has_money(result: Mapping[str, Any], code: str) -> bool:
    return any(value for field in ("positions", "do_nothing") for value in result[field][code].values())


def _position_row(viewed: Viewed, entry: Mapping[str, Any], field: str) -> Row:
    result = viewed.result
    code = entry["code"]
    share = f"{round_half_up(100 * entry['share'])}%" if entry["share"] else "outside"
    return Row(
        [
            Cell(entry["name"]),
            Cell(share),
            Cell(BASES[result["basis"][code]]),
            *(
                amount(result[field][code][year], why=why_address(viewed, _FIGURES[field], year, code))
                for year in result["years"]
            ),
        ]
    )
