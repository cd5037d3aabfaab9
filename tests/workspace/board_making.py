"""Boards of a programme in the workspace, as their officer works on them: through the forms."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import count
from typing import Any

from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import person_of

SECRET = "Zeppelin"
"""A word that stands in what is exempt, and nowhere else."""
PARTS = (
    "purpose", "recommendations", "links_to_plan", "previous_decisions", "background", "consultation", "resource_implications", "timeline",
    "equality_assessment", "background_papers", "officers",
)  # fmt: skip
THERE = {"pb_chair": "present", "co_east": "present", "co_city": "remote", "ce_hospitals": "present", "dass_county": "present", "lay_member": "present"}  # fmt: skip


def at(held: Any, rest: str = "") -> str:
    return f"/places/{held.place.code}/programme/boards/{rest}"


_days = (date(2014, 9, 1) + timedelta(days=at) for at in count())


def called(held: Any, **given: str) -> str:
    """A meeting of the programme board on a day of its own; gives its short name."""
    from leftshift.workspace.programme.actions.meeting import add_meeting

    held.refresh_from_db()
    asked = {"body": "programme_board", "date": str(next(_days)), **given}
    return add_meeting(held, asked, by=person_of("bo"))


def post(who: str, address: str, status: Any = 302, **fields: Any) -> str:
    """Send a form; gives the page that comes of it."""
    response = signed_in(who).client.post(address, fields)
    text = str(response.content.decode())
    assert response.status_code == status, told(text)
    return text


def told(text: str) -> str:
    """What the summary of problems says."""
    found = re.search(r"nhsuk-error-summary.*?<ul.*?>(.*?)</ul>", text, re.DOTALL)
    assert found is not None, text[:2000]
    return " ".join(re.sub("<[^>]*>", " ", found.group(1)).split())


def item(held: Any, meeting: str, title: str, kind: str = "decision", **more: str) -> None:
    post("bo", at(held, f"{meeting}/agenda/"), do="add", title=title, kind=kind, **more)


def paper(held: Any, meeting: str, number: str, text: str = "Words of the paper.") -> str:
    """A paper with all that its template needs; gives its short name."""
    response = signed_in("bo").client.post(at(held, f"{meeting}/agenda/"), {"do": "paper", "of": number})
    name = response["Location"].rstrip("/").rpartition("/")[2]
    fields = {f"part.{part}": text for part in PARTS} | {f"level.{heading}": "low" for heading in ("time", "viability", "finance", "profile", "equality")}  # fmt: skip
    post("bo", at(held, f"{meeting}/papers/{name}/"), title=f"Paper {number}", author="Officer", **fields)
    return str(name)


def attend(held: Any, meeting: str, **more: str) -> None:
    states = {f"state.{member}": state for member, state in (THERE | more).items()}
    post("bo", at(held, f"{meeting}/attendance/"), chair="pb_chair", **states)


def boards_of(held: Any) -> Any:
    from leftshift.workspace.programme import queries

    held.refresh_from_db()
    found = queries.seen(held)
    assert found.content is not None, list(found.unread)
    return found.content.boards


def labels(held: Any, meeting: str, number: int) -> dict[str, list[str]]:
    document = held.packs.get(meeting=meeting, issue=number).document
    return {row["key"]: row["labels"] for row in document["public"]["pieces"]}
