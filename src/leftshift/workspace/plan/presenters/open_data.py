"""Tables as workbooks that follow the government's guidance for published spreadsheets."""

from __future__ import annotations

from django.conf import settings

from leftshift.reports.published import workbook_of_run
from leftshift.workbooks.publishing import publish_tables
from leftshift.workspace.plan.presenters.page import notes_of
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.tables import Table, published

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_of_table(viewed: Viewed, table: Table) -> bytes:
    """A table of a room as a workbook to publish; the same version gives the same bytes."""
    place = viewed.result["name"]
    return publish_tables(
        [published(table)],
        title=f"{place}: {table.caption}{_under(viewed)}",
        notes=notes_of(viewed.result),
        source=_source(viewed),
        contact=settings.LEFTSHIFT_CONTACT,
        as_of=viewed.version.added_at.date(),
    )


def workbook_of_tables(viewed: Viewed) -> bytes:
    """Every table of a version as one workbook to publish."""
    return workbook_of_run(
        viewed.live, as_of=viewed.version.added_at.date(), contact=settings.LEFTSHIFT_CONTACT
    )


def _under(viewed: Viewed) -> str:
    return f", under {' + '.join(viewed.scenarios)}" if viewed.scenarios else ""


def _source(viewed: Viewed) -> str:
    version = viewed.version
    return f"leftshift, from version {version.number} ({version.fingerprint[:12]}) of the place {version.place.code}{_under(viewed)}"
