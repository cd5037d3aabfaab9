"""Organisations by year, with the plan and without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leftshift.foundation.money import round_half_up
from leftshift.reports import charts, words
from leftshift.reports.content import Cell, Column, Figure, Row, Section, Table
from leftshift.reports.report.amounts import YEARS_ACROSS, attributed, cells, in_runs, year_columns
from leftshift.reports.words import BASES, Document

_DRAWN_TOGETHER = 8


def organisations_by_year(result: Document, year: str) -> Section:
    """A small chart for each organisation, and tables with the plan and doing nothing."""
    tables = [
        *_tables(result, "positions", "Position with the plan"),
        *_tables(result, "do_nothing", "Position doing nothing"),
    ]
    return Section("organisations", "Organisations by year", (*_figures(result, year), *tables), wide=True)


def _figures(result: Document, year: str) -> Iterator[Figure]:
    inside = {row["code"]: row for row in result["organisations"] if row["share"]}
    for at, codes in enumerate(in_runs(attributed(inside), _DRAWN_TOGETHER)):
        names = words.listed([inside[code]["name"] for code in codes])
        drawn = {**result, "organisations": [inside[code] for code in codes]}
        sentence = words.organisations_sentence(result, year) if at == 0 else f"The same for {names}."
        yield Figure(
            charts.positions(drawn),
            sentence,
            f"A small line chart of the position by year, doing nothing and with the plan, for each of: {names}. "
            "The tables below hold the figures.",
        )


def _tables(result: Document, field: str, title: str) -> Iterator[Table]:
    for years in in_runs(result["years"], YEARS_ACROSS):
        caption = f"{title} {years[0]} to {years[-1]}, £000"
        columns = (
            Column("Organisation", weight=3),
            Column("In the perimeter", weight=1),
            Column("Rests on", weight=1),
            *year_columns(years),
        )
        yield Table(caption, columns, (*_rows(result, field, years), _total(result, field, years)))


def _rows(result: Document, field: str, years: Sequence[str]) -> Iterator[Row]:
    for entry in result["organisations"]:
        code = entry["code"]
        if any(value for name in ("positions", "do_nothing") for value in result[name][code].values()):
            heading = (entry["name"], _share(entry), BASES[result["basis"][code]])
            yield Row((*map(Cell, heading), *cells(result[field][code][year] for year in years)))


def _share(entry: Mapping[str, Any]) -> str:
    return f"{round_half_up(100 * entry['share'])}%" if entry["share"] else "outside"


def _total(result: Document, field: str, years: Sequence[str]) -> Row:
    amounts = result["perimeter_position"]["plan" if field == "positions" else "do_nothing"]
    heading = (f"Perimeter: {result['perimeter']['name']}", "–", BASES[result["perimeter_basis"]])
    return Row((*map(Cell, heading), *cells(amounts[year] for year in years)), strong=True)
