"""What boards open to everybody: packs as they were issued, approved minutes, registers of interests."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.minuting import MinutedAction
from leftshift.programme.boards.rows import Meeting
from leftshift.programme.programme import Programme as Content
from leftshift.reports.boards import minutes_report, register_report
from leftshift.reports.content import Report
from leftshift.reports.html import html_of
from leftshift.reports.pdf import pdf_of
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.actions.publishing import PublishingRefused, publish
from leftshift.workspace.programme.models import Programme, Publication
from leftshift.workspace.programme.withholding import is_withheld as withheld

_MINUTE = re.compile(r"(.*)\(([a-z]+)\)")
OPENED = ("pack", "minutes", "register")
"""Kinds of publications that are made here."""


def minutes(held: Programme, content: Content, meeting: str, *, exempt: bool) -> Report:
    """The minutes of a meeting with the actions that came of it: a draft from the record as it stands, and approved ones as they were.

    Raises LookupError where there is no such meeting.
    """
    found = content.boards.meeting.get(meeting)
    if found is not None:
        content = queries.as_minuted(held, found, content)
    actions = list(_actions(content, found, exempt=exempt)) if found else []
    return minutes_report(content.boards, meeting, exempt=exempt, actions=actions)


def _actions(content: Content, meeting: Meeting, *, exempt: bool) -> Iterator[MinutedAction]:
    """Actions of a meeting; for the public only those whose minute is one that the public reads."""
    boards = content.boards
    public = {row.item for row in boards.agenda_of(meeting.meeting) if not row.exempt}
    apart = {(row.item, row.resolution) for row in boards.decisions_of(meeting.meeting) if row.exempt}
    for row in content.actions:
        if row.body != meeting.body or row.raised != meeting.date:
            continue
        found = _MINUTE.fullmatch(row.minute.replace(" ", ""))
        item, letter = found.groups() if found else (row.minute.strip(), "")
        is_withheld = (
            item not in public
            or (item, letter) in apart
            or withheld(boards, row.body, str(row.raised), row.minute)
        )
        if exempt or not is_withheld:
            yield f"{item}{letter}", row.text, row.owner, row.due


def register_of(boards: Boards, body: str, as_of: date) -> Report:
    """The register of one body as a document to publish. Raises LookupError."""
    own = replace(boards, bodies=(boards.body[body],))
    return register_report(replace(own, name=boards.body[body].name), as_of)


def publish_pack(held: Programme, meeting: str, *, by: Person) -> Publication:
    """Publish the last issue of a pack, without what is exempt. Raises NotAllowed, PublishingRefused."""
    last = held.packs.filter(meeting=meeting).last()
    if last is None:
        raise PublishingRefused("The pack is not issued yet")
    public = last.document["public"]
    document = {"html": public["html"], "pdf": _kept(bytes(last.public_pdf)), "issue": last.issue, "on": last.document["on"]}  # fmt: skip
    return publish(held, "pack", meeting, public["title"], document, by=by)


def publish_minutes(held: Programme, meeting: str, *, by: Person) -> Publication:
    """Publish approved minutes, without what is exempt. Raises NotAllowed, PublishingRefused, LookupError."""
    content = _content(held)
    report = minutes(held, content, meeting, exempt=False)
    if content.boards.meeting[meeting].minutes_approved_on is None:
        raise PublishingRefused("The minutes are a draft: they are published once they are approved")
    return publish(
        held, "minutes", meeting, report.title, _document(report, queries.today_of(content)), by=by
    )


def publish_register(held: Programme, body: str, *, by: Person) -> Publication:
    """Publish the register of a body as it stands, without sensitive details. Raises NotAllowed, PublishingRefused, LookupError."""
    content = _content(held)
    report = register_of(content.boards, body, queries.today_of(content))
    return publish(held, "register", body, report.title, _document(report, queries.today_of(content)), by=by)


def _content(held: Programme) -> Content:
    seen = queries.seen(held, whole=True)
    if seen.content is None or not seen.is_sound:
        raise PublishingRefused("The programme has cells that cannot be read. Put them right first")
    return seen.content


def _document(report: Report, on: date) -> dict[str, str]:
    return {"html": html_of(report), "pdf": _kept(pdf_of(report)), "on": str(on)}


def _kept(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
