"""The tables of a run as a workbook to publish."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from leftshift.model import PlanResult
from leftshift.workbooks.publishing import NOT_APPLICABLE, PublishedColumn, PublishedTable, publish_tables

if TYPE_CHECKING:
    import polars as pl

_MONEY = 1  # decimals of £000
_TITLES: Mapping[str, str] = {
    "positions": "Position of each organisation by year, with the plan and doing nothing, in £000 [note 1]",
    "bridge": "From the do-nothing position to the closing position by year, in £000 [note 1]",
    "drivers": "What drives the gap, by year and organisation, in £000 [note 1]",
    "impact": "What each intervention adds to the position of each organisation, by year, in £000 [note 1]",
    "transfers": "Every payment by year, with its cause and its source, in £000",
    "tie": "Published figures beside modelled ones, each in the unit of its row",
}
_HEADINGS: Mapping[str, PublishedColumn] = {
    "value": PublishedColumn("Value (£000)", _MONEY),
    "amount": PublishedColumn("Amount (£000)", _MONEY),
    "share": PublishedColumn("Share inside the perimeter (1 is all)", 2),
    "row": PublishedColumn("Row of the file", 0),
    "published": PublishedColumn("Published (in the unit of the row)", 3),
    "modelled": PublishedColumn("Modelled (in the unit of the row)", 3),
    "difference": PublishedColumn("Modelled less published (in the unit of the row)", 3),
    "published_text": PublishedColumn("Published, as printed"),
}
_NOTES = (
    "A surplus is positive, a deficit negative. What improves a position is positive, except among drivers, where what "
    "adds to the gap is.",
    "leftshift is a planning tool, not a forecast. Values are projected from the inputs of the plan, and are as firm as "
    "their basis says: published, derived, estimate, calibrated or assumed.",
)


def workbook_of_run(result: PlanResult, *, as_of: date, contact: str = "", organisation: str = "") -> bytes:
    """Every table of a run as one workbook (.xlsx) to publish; the same run and date give the same bytes."""
    place = result.place
    under = f", under {' + '.join(result.scenarios)}" if result.scenarios else ""
    return publish_tables(
        published_tables(result),
        title=f"{place.name}: the plan from {place.base_year} to {place.last_year}{under}",
        notes=_NOTES,
        source=f"leftshift, from version {place.fingerprint[:12]} of the place {place.code}",
        contact=contact,
        as_of=as_of,
        organisation=organisation,
    )


def published_tables(result: PlanResult) -> list[PublishedTable]:
    """The tables of a run as they are published: ``positions``, ``bridge``, ``drivers``, ``impact``, ``transfers``, ``tie``."""
    return [_published(name, frame) for name, frame in frames_of(result).items()]


def frames_of(result: PlanResult) -> dict[str, pl.DataFrame]:
    """Every table of a run: those of the result, and ``tie`` with published figures beside modelled ones."""
    import polars as pl

    found = result.tie_out()
    ties = [entry.document() for entry in (*found.ties, *found.comparisons)]
    return {**result.tables(), "tie": pl.DataFrame(ties, infer_schema_length=None)}


def _published(name: str, frame: pl.DataFrame) -> PublishedTable:
    columns = [_HEADINGS.get(column, PublishedColumn(_heading(column))) for column in frame.columns]
    rows = [[_value(value) for value in row] for row in frame.iter_rows()]
    return PublishedTable(name, _TITLES[name], columns, rows)


def _heading(column: str) -> str:
    return column.replace("_", " ").capitalize()


def _value(value: Any) -> Any:
    return NOT_APPLICABLE if value is None else value
