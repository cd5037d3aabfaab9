"""What makes the gap: the drivers, for the perimeter, by organisation and by year."""

from __future__ import annotations

from dataclasses import replace

from leftshift.economy.drivers import DRIVERS
from leftshift.reports import words
from leftshift.workspace.plan.presenters.page import (
    UNATTRIBUTED,
    Page,
    amount,
    chart_of,
    room_page,
    why_address,
)
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.tables import Cell, Row, Table


def drivers(viewed: Viewed, year: str) -> Page:
    """What adds to the gap of a year and what takes from it, and for whom."""
    result = viewed.result
    picture = chart_of(
        viewed,
        "drivers",
        words.drivers_sentence(result, year),
        f"Waterfall of the drivers of the gap in {year}; the table below holds its figures.",
        year,
    )
    tables = [by_organisation(viewed, year), by_year(viewed)]
    note = (
        "A positive amount widens the gap. Causes of growth that act together are each given the mean of what they add, over "
        "every order in which they could act, year by year."
    )
    return room_page(
        viewed, "drivers", f"Drivers of the gap {year}", year, picture, tables, remarks=[note, _key(viewed)]
    )


def _key(viewed: Viewed) -> str:
    """Which organisation each code at the head of a column stands for."""
    names = [
        f"{entry['code']} {entry['name']}"
        for entry in viewed.result["organisations"]
        if entry["code"] != UNATTRIBUTED
    ]
    return "Codes: " + "; ".join(names) + "."


def _driver(value: float, why: str) -> Cell:
    """An amount that widens the gap when it is positive: no colour, which would say the opposite."""
    return replace(amount(value, why=why), style="")


def by_organisation(viewed: Viewed, year: str) -> Table:
    """The drivers of a year, for the perimeter and for each organisation that has any."""
    result = viewed.result
    found = result["drivers_by_organisation"]
    codes = [
        entry["code"]
        for entry in result["organisations"]
        if entry["code"] != UNATTRIBUTED
        and any(round(value) for value in found[entry["code"]][year].values())
    ]
    rows = []
    for driver, name in DRIVERS.items():
        whole = result["drivers"][year].get(driver, 0.0)
        parts = [found[code][year].get(driver, 0.0) for code in codes]
        if round(whole) or any(round(part) for part in parts):
            cells = [_driver(whole, why=why_address(viewed, "driver", year, item=driver))]
            cells += [
                _driver(part, why=why_address(viewed, "driver", year, code, driver))
                for code, part in zip(codes, parts, strict=True)
            ]
            rows.append(Row([Cell(name), *cells]))
    gaps = [
        _driver(-result["do_nothing"][code][year], why=why_address(viewed, "do_nothing_position", year, code))
        for code in codes
    ]
    rows.append(
        Row(
            [Cell("Gap"), _driver(result["gap"][year], why=why_address(viewed, "gap", year)), *gaps],
            strong=True,
        )
    )
    columns = ["Driver", result["perimeter"]["name"], *codes]
    return Table("drivers", f"Drivers of the gap {year}, £000", columns, rows, numeric_from=1)


def by_year(viewed: Viewed) -> Table:
    """The drivers of the perimeter in every year."""
    result = viewed.result
    years = result["years"]
    rows = []
    for driver, name in DRIVERS.items():
        values = [result["drivers"][year].get(driver, 0.0) for year in years]
        if any(round(value) for value in values):
            cells = [
                _driver(value, why=why_address(viewed, "driver", year, item=driver))
                for year, value in zip(years, values, strict=True)
            ]
            rows.append(Row([Cell(name), *cells]))
    gaps = [_driver(result["gap"][year], why=why_address(viewed, "gap", year)) for year in years]
    rows.append(Row([Cell("Gap"), *gaps], strong=True))
    return Table(
        "drivers-by-year", "Drivers of the gap by year, £000", ["Driver", *years], rows, numeric_from=1
    )
