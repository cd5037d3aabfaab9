"""Operations on the draft of a place: open it, change its tables and texts, take edits back, and make a version of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router
from ninja.responses import Status
from pydantic import StringConstraints

from leftshift.place.schema import schema
from leftshift.place.sheets import change_of_document
from leftshift.workspace.accounts.permissions import person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.plan import queries
from leftshift.workspace.plan.actions import drafting
from leftshift.workspace.plan.api.finding import (
    CURRENT,
    Number,
    PlaceCode,
    TableName,
    draft_of,
    seen,
    told_version,
)
from leftshift.workspace.plan.api.places import VersionSummary
from leftshift.workspace.plan.models import Draft, Edit
from leftshift.workspace.shared.api import (
    NO_OTHER,
    Clean,
    Listed,
    Part,
    Problem,
    Refused,
    Sent,
    Told,
    ToldFault,
    operation,
    part_of,
)
from leftshift.workspace.shared.editing import Saved as Edited
from leftshift.workspace.shared.editing import sheet_at

router = Router()
_DRAFTS = ["Drafts"]
_DRAFT = "/places/{place}/draft"
_MAY = Permission.EDIT_PLAN
_MOST = 1_000  # changes in one save: a pasted page of a spreadsheet
_RowKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
_RowOrTop = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{0,40}$")]
_Column = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
_Cell = Annotated[Clean, StringConstraints(max_length=10_000)]


class DraftTold(Told):
    """A draft as it now stands."""

    place: str
    base_version: int = Field(description="the version that it started from")
    opened_by: str
    opened_at: datetime
    edits: int = Field(description="the number of its last edit")
    files: list[str] = Field(description="names of its files")
    faults: list[ToldFault] = Field(description="what is wrong with it now, at most 1,000")
    faults_total: int


class RowTold(Told):
    """A row of a table of a draft."""

    row: str = Field(description="its key, which outlives moves", examples=["r1"])
    line: int = Field(description="its line in the file, by which faults name it")
    cells: dict[str, str] = Field(description="column to text; empty cells are left out")


class SetCell(Sent):
    """One cell gets another text."""

    do: Literal["set"]
    row: _RowKey = Field(description="the key of the row", examples=["r1"])
    column: _Column = Field(examples=["value"])
    before: _Cell = Field(
        description="what you saw there: where it is not so any more, nothing is saved", examples=["60000"]
    )
    after: _Cell = Field(description="what it is to be", examples=["61000"])


class AddRow(Sent):
    """A row is added below another."""

    do: Literal["add"]
    row: _RowKey = Field(description="a key of your own that no row has")
    below: _RowOrTop = Field(description="the key of the row above; empty: first of all")
    cells: dict[_Column, _Cell] = Field(max_length=100, json_schema_extra=NO_OTHER)


class RemoveRow(Sent):
    """A row is removed."""

    do: Literal["remove"]
    row: _RowKey
    cells: dict[_Column, _Cell] = Field(
        max_length=100, json_schema_extra=NO_OTHER, description="what you saw in it"
    )


class Changes(Sent):
    """Changes of a table: all are made, or none."""

    changes: list[Annotated[SetCell | AddRow | RemoveRow, Field(discriminator="do")]] = Field(
        min_length=1,
        max_length=_MOST,
        examples=[[{"do": "set", "row": "r1", "column": "value", "before": "60000", "after": "61000"}]],
    )
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{0,64}$")] = Field(
        "",
        description="names the save: one that is sent twice with the same key counts once",
        examples=["my-save-1"],
    )


class NewText(Sent):
    """A new text for place.toml or a scenario."""

    file: Annotated[str, StringConstraints(pattern=r"^(place\.toml|scenarios/[a-z0-9-]{1,60}\.toml)$")] = (
        Field(examples=["place.toml"])
    )
    before: Clean = Field(
        max_length=200_000,
        description="what you saw: where it is not so any more, nothing is saved",
        examples=[""],
    )
    after: Clean = Field(max_length=200_000, description="what it is to be", examples=['name = "Eastvale"\n'])


class Saved(Told):
    """What came of a save."""

    edit: int = Field(description="the number of the edit; of the last one where nothing had to be changed")


class EditTold(Told):
    """What somebody changed in one save."""

    edit: int
    file: str
    by: str
    at: datetime
    changes: list[dict[str, Any]] = Field(description="the changes, as they were sent")
    undoes: int | None = Field(description="the edit that it takes back")


# ---------------------------------------------------------------------- the draft
@operation(
    router, "GET", _DRAFT, needs=_MAY, answers={200: DraftTold}, tags=_DRAFTS, summary="Show the draft"
)
def draft(request: HttpRequest, place: PlaceCode) -> dict[str, Any]:
    """The open draft of a place with everything that is wrong with it."""
    return _told(draft_of(place))


@operation(
    router, "POST", _DRAFT, needs=_MAY, answers={200: DraftTold}, tags=_DRAFTS, summary="Open the draft"
)
def open_draft(request: HttpRequest, place: PlaceCode) -> dict[str, Any]:
    """Open a draft of the current version; the one that is open, where there is one. A place has one draft at most."""
    version = seen(place, CURRENT).version
    return _told(drafting.open_draft(version, by=person(request).signature))


@operation(
    router,
    "DELETE",
    _DRAFT,
    needs=_MAY,
    answers={204: None, 410: Problem},
    tags=_DRAFTS,
    summary="Discard the draft",
)
def discard_draft(request: HttpRequest, place: PlaceCode) -> HttpResponse:
    """Close the draft without making a version of it. Its edits stay to be read."""
    drafting.discard(draft_of(place), by=person(request).signature)
    return HttpResponse(status=204)


@operation(
    router,
    "POST",
    f"{_DRAFT}/version",
    needs=_MAY,
    answers={201: VersionSummary, 410: Problem, 422: Problem},
    tags=_DRAFTS,
    summary="Make a version of the draft",
)
def make_version(request: HttpRequest, place: PlaceCode) -> Status[Any]:
    """Make a version of the draft and close it; where it has faults it stays open, and all of them are told (422)."""
    return Status(201, told_version(drafting.make_version(draft_of(place), by=person(request).signature)))


def _told(draft: Draft) -> dict[str, Any]:
    texts = drafting.texts_of(draft)
    _, faults = queries.faults_of(texts)
    return {
        "place": draft.place.code,
        "base_version": draft.base.number,
        "opened_by": draft.opened_by.partition(" <")[0],
        "opened_at": draft.opened_at,
        "edits": draft.edits,
        "files": sorted(texts),
        "faults": [fault.document() for fault in faults],
        "faults_total": faults.total,
    }


# ---------------------------------------------------------------------- its files
@operation(
    router,
    "GET",
    f"{_DRAFT}/tables/{{table}}",
    needs=_MAY,
    answers={200: Listed[RowTold]},
    tags=_DRAFTS,
    summary="List rows of a table",
)
def draft_rows(request: HttpRequest, place: PlaceCode, table: TableName, part: Query[Part]) -> dict[str, Any]:
    """The rows of a table of the draft, in the order of the file."""
    found = draft_of(place)
    sheet = sheet_at(found, _file(table), found.edits, schema().tables)
    return part_of(
        list(sheet.numbered()),
        part,
        lambda entry: {"row": entry[1].key, "line": entry[0], "cells": sheet.facts(entry[1])},
    )


@operation(
    router,
    "POST",
    f"{_DRAFT}/tables/{{table}}/changes",
    needs=_MAY,
    answers={200: Saved, 409: Problem, 410: Problem, 413: Problem, 422: Problem},
    tags=_DRAFTS,
    summary="Change a table",
)
def change_table(request: HttpRequest, place: PlaceCode, table: TableName, sent: Changes) -> dict[str, Any]:
    """Set cells, add rows and remove rows: all of it, or nothing and every change that clashes (409)."""
    changes = [change_of_document(entry.model_dump()) for entry in sent.changes]
    saved = drafting.save(draft_of(place), _file(table), changes, by=person(request).signature, key=sent.key)
    return _told_save(saved)


@operation(
    router,
    "POST",
    f"{_DRAFT}/texts",
    needs=_MAY,
    answers={200: Saved, 409: Problem, 410: Problem, 413: Problem},
    tags=_DRAFTS,
    summary="Change a text",
)
def change_text(request: HttpRequest, place: PlaceCode, sent: NewText) -> dict[str, Any]:
    """Set the text of place.toml or of a scenario."""
    found = draft_of(place)
    if not drafting.is_a_file(sent.file):
        raise Refused(404, f"A draft has no file {sent.file}.")
    return _told_save(
        drafting.save_text(found, sent.file, sent.before, sent.after, by=person(request).signature)
    )


@operation(
    router,
    "GET",
    f"{_DRAFT}/edits",
    needs=_MAY,
    answers={200: Listed[EditTold]},
    tags=_DRAFTS,
    summary="List edits",
)
def draft_edits(request: HttpRequest, place: PlaceCode, part: Query[Part]) -> dict[str, Any]:
    """Every edit of the draft, newest first."""
    return part_of(list(draft_of(place).history.order_by("-number")), part, _told_edit)


@operation(
    router,
    "POST",
    f"{_DRAFT}/edits/{{number}}/undo",
    needs=_MAY,
    answers={200: Saved, 409: Problem, 410: Problem},
    tags=_DRAFTS,
    summary="Take an edit back",
)
def undo_edit(request: HttpRequest, place: PlaceCode, number: Number) -> dict[str, Any]:
    """Take an edit back by a new one; nothing is changed where somebody has built on it since (409)."""
    found = draft_of(place)
    if not found.history.filter(number=number).exists():
        raise Refused(404, f"The draft has no edit {number}.")
    return _told_save(drafting.undo(found, number, by=person(request).signature))


def _file(table: str) -> str:
    if table not in schema().tables:
        raise Refused(404, f"There is no table {table}: it is one of {', '.join(schema().tables)}.")
    return f"{table}.csv"


def _told_edit(edit: Edit) -> dict[str, Any]:
    named = {"edit": edit.number, "file": edit.file, "by": edit.by.partition(" <")[0], "at": edit.at}
    return {**named, "changes": edit.changes, "undoes": edit.undoes}


def _told_save(saved: Edited) -> dict[str, Any]:
    if saved.clashes:
        clashes = [
            {"row": clash.row, "column": clash.column, "now": clash.now, "wanted": clash.wanted}
            for clash in saved.clashes
        ]
        raise Refused(409, "Somebody else was there first. Nothing was saved: look again.", clashes=clashes)
    return {"edit": saved.number}
