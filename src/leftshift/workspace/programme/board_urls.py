"""The addresses of boards and their meetings."""

from __future__ import annotations

from django.urls import path

from leftshift.workspace.programme.pages import (
    boards,
    meetings,
    minutes,
    packs,
    papers,
    public_boards,
    sittings,
)

_AT = "places/<slug:code>/programme/boards/"
_MEETING = f"{_AT}<slug:meeting>/"
_PUBLIC = "public/<slug:place>/"
_OPENED = {"packs": "pack", "minutes": "minutes", "registers": "register"}

BOARDS = [
    path(_AT, boards.boards, name="boards"),
    path(f"{_AT}add/", boards.add, name="add-meeting"),
    path(f"{_AT}registers/<slug:body>/", boards.register, name="board-register"),
    path(_MEETING, meetings.meeting, name="meeting"),
    path(f"{_MEETING}agenda/", meetings.agenda, name="meeting-agenda"),
    path(f"{_MEETING}change/", meetings.change, name="meeting-change"),
    path(f"{_MEETING}papers/<slug:paper>/", papers.paper, name="meeting-paper"),
    path(f"{_MEETING}attendance/", sittings.attendance, name="meeting-attendance"),
    path(f"{_MEETING}declarations/", sittings.declarations, name="meeting-declarations"),
    path(f"{_MEETING}decisions/", sittings.decisions, name="meeting-decisions"),
    path(f"{_MEETING}questions/", sittings.questions, name="meeting-questions"),
    path(f"{_MEETING}questions/<slug:question>/", sittings.question, name="meeting-question"),
    path(f"{_MEETING}minutes/", minutes.minutes, name="meeting-minutes"),
    path(f"{_MEETING}minutes/<slug:part>.<slug:kind>", minutes.document, name="meeting-minutes-document"),
    path(f"{_MEETING}pack/", packs.pack, name="meeting-pack"),
    path(f"{_MEETING}pack/preview/<slug:part>/", packs.preview, name="meeting-pack-preview"),
    path(f"{_MEETING}pack/preview/<slug:part>.pdf", packs.preview_pdf, name="meeting-pack-preview-pdf"),
    path(f"{_MEETING}pack/<int:number>/<slug:part>/", packs.issued, name="meeting-pack-issued"),
    path(f"{_MEETING}pack/<int:number>/<slug:part>.pdf", packs.issued_pdf, name="meeting-pack-issued-pdf"),
    *(
        entry
        for below, kind in _OPENED.items()
        for entry in (
            path(f"{_PUBLIC}{below}/<slug:key>/", public_boards.document, {"kind": kind}, name=f"public-{kind}"),
            path(f"{_PUBLIC}{below}/<slug:key>.pdf", public_boards.file, {"kind": kind}, name=f"public-{kind}-file"),
        )
    ),
]  # fmt: skip
"""Addresses below the programme of a place, and what everybody may read of them."""
