"""Open data: every table of every room as JSON, CSV, or a workbook in the form to publish."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router

from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan.api.finding import (
    PlaceCode,
    Under,
    UnderInYear,
    VersionNumber,
    seen,
    year_of,
)
from leftshift.workspace.plan.presenters.open_data import XLSX, workbook_of_table, workbook_of_tables
from leftshift.workspace.plan.presenters.rooms import WITH_TABLES, table_of, tables_of
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.api import (
    Listed,
    Part,
    Problem,
    Refused,
    Told,
    operation,
    part_of,
    unless_known,
)
from leftshift.workspace.shared.tables import Cell, Table, csv_text

router = Router()
_TABLES = ["Open data"]
_OF_VERSION = "/places/{place}/versions/{version}"
_CSV = "text/csv"
RoomName = Annotated[
    str,
    Path(..., pattern=r"^[a-z-]+$", max_length=40, description="; ".join(WITH_TABLES), examples=["overview"]),
]
Name = Annotated[
    str,
    Path(
        ...,
        pattern=r"^[A-Za-z0-9_-]+$",
        max_length=100,
        description="the name of the table",
        examples=["bridge"],
    ),
]


class TableSummary(Told):
    """A table of a room."""

    room: str = Field(examples=["overview"])
    name: str = Field(examples=["bridge"])
    caption: str
    rows: int


class TableTold(Told):
    """A table: headings say the unit of their numbers, which are unrounded."""

    place: str
    version: int
    scenarios: list[str]
    year: str
    room: str
    name: str
    caption: str
    columns: list[str]
    rows: list[list[str | float]] = Field(description="as long as the columns each")


@operation(
    router,
    "GET",
    f"{_OF_VERSION}/tables",
    needs=Permission.SEE_PLAN,
    answers={200: Listed[TableSummary], 422: Problem},
    tags=_TABLES,
    summary="List tables",
)
def tables(
    request: HttpRequest,
    place: PlaceCode,
    version: VersionNumber,
    asked: Query[UnderInYear],
    part: Query[Part],
) -> dict[str, Any]:
    """Every table that the rooms of a version show in a year, each to be had as JSON, CSV and workbook."""
    found = seen(place, version, asked.under)
    year = year_of(found, asked.year).label
    listed = [(room, table) for room in WITH_TABLES for table in tables_of(found, room, year)]
    return part_of(listed, part, lambda entry: _summary(*entry))


@operation(
    router,
    "GET",
    f"{_OF_VERSION}/tables/{{room}}/{{name}}.json",
    needs=Permission.SEE_PLAN,
    answers={200: TableTold, 422: Problem},
    tags=_TABLES,
    summary="Show a table as JSON",
)
def table_json(
    request: HttpRequest,
    place: PlaceCode,
    version: VersionNumber,
    room: RoomName,
    name: Name,
    asked: Query[UnderInYear],
) -> dict[str, Any]:
    """A table of a room."""
    found, table, year = _table(place, version, room, name, asked)
    return {
        "place": place,
        "version": found.version.number,
        "scenarios": list(found.scenarios),
        "year": year,
        "room": room,
        "name": name,
        "caption": table.caption,
        "columns": list(table.columns),
        "rows": [[_value(cell) for cell in row.cells] for row in table.rows],
    }


@operation(
    router,
    "GET",
    f"{_OF_VERSION}/tables/{{room}}/{{name}}.csv",
    needs=Permission.SEE_PLAN,
    answers={200: None, 422: Problem},
    files={_CSV: "The table as comma-separated values, in UTF-8"},
    tags=_TABLES,
    summary="Download a table as CSV",
)
def table_csv(
    request: HttpRequest,
    place: PlaceCode,
    version: VersionNumber,
    room: RoomName,
    name: Name,
    asked: Query[UnderInYear],
) -> HttpResponse:
    """A table of a room, its numbers unrounded."""
    _, table, year = _table(place, version, room, name, asked)
    return _file(csv_text(table), f"{_CSV}; charset=utf-8", f"{place}-{name}-{year.replace('/', '-')}.csv")


@operation(
    router,
    "GET",
    f"{_OF_VERSION}/tables/{{room}}/{{name}}.xlsx",
    needs=Permission.SEE_PLAN,
    answers={200: None, 422: Problem},
    files={XLSX: "The table as a workbook that follows the government's guidance for published spreadsheets"},
    tags=_TABLES,
    summary="Download a table as a workbook",
)
def table_workbook(
    request: HttpRequest,
    place: PlaceCode,
    version: VersionNumber,
    room: RoomName,
    name: Name,
    asked: Query[UnderInYear],
) -> HttpResponse:
    """A table of a room in the form to publish: contents, notes, and one marked-up table."""
    found, table, year = _table(place, version, room, name, asked)
    return _file(workbook_of_table(found, table), XLSX, f"{place}-{name}-{year.replace('/', '-')}.xlsx")


@operation(
    router,
    "GET",
    f"{_OF_VERSION}/tables.xlsx",
    needs=Permission.SEE_PLAN,
    answers={200: None, 422: Problem},
    kept=True,
    files={XLSX: "Every table of the results as one workbook in the form to publish"},
    tags=_TABLES,
    summary="Download every table as one workbook",
)
def all_tables(
    request: HttpRequest, place: PlaceCode, version: VersionNumber, asked: Query[Under]
) -> HttpResponse:
    """Positions, bridge, drivers, impact, payments and what ties, of all years, each on a sheet of its own."""
    found = seen(place, version, asked.under)
    unless_known(request, "tables", found.version.fingerprint, found.content, found.scenarios)
    return _file(workbook_of_tables(found), XLSX, f"{place}-version-{found.version.number}-tables.xlsx")


def _table(place: str, version: str, room: str, name: str, asked: UnderInYear) -> tuple[Viewed, Table, str]:
    found = seen(place, version, asked.under)
    year = year_of(found, asked.year).label
    table = table_of(found, room, name, year)
    if table is None:
        raise Refused(404, "There is no such table. The list of tables says which there are.")
    return found, table, year


def _summary(room: str, table: Table) -> dict[str, Any]:
    return {"room": room, "name": table.name, "caption": table.caption, "rows": len(table.rows)}


def _value(cell: Cell) -> str | float:
    return cell.text if cell.number is None else cell.number


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
