"""Digests in tests: a programme of its own, mail that goes into a folder or to a server, and what was written there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

from leftshift.workspace.site.mail import mail_of
from tests.workspace.programme_making import own, person_of

DAY = date(2015, 6, 12)  # a Friday, in the middle of the example
FROM = "plans@example.org"
ADDRESS = "https://plans.example"


def own_programme(tmp_path: Path, **changed: str) -> Iterator[Any]:
    """A programme of its own, with these files; whoever subscribed to it or to another is unsubscribed in the end."""
    yield own(tmp_path, f"d-{uuid4().hex[:12]}", **changed)
    from django.utils import timezone

    from leftshift.workspace.programme.models import CalendarAddress, DigestSubscription
    from leftshift.workspace.record.acting import SYSTEM, acting

    with acting(SYSTEM):
        for kind in (DigestSubscription, CalendarAddress):
            kind._default_manager.filter(ended_at=None).update(ended_at=timezone.now())


def at(held: Any, rest: str = "digest/") -> str:
    return f"/places/{held.place.code}/programme/{rest}"


@contextmanager
def mail(text: str) -> Iterator[None]:
    """Mail that goes where LEFTSHIFT_MAIL says."""
    from django.test import override_settings

    found = mail_of(text, FROM)
    with override_settings(
        MAIL_PROBLEM=found.problem, DEFAULT_FROM_EMAIL=FROM, EMAIL_TIMEOUT=5, **found.settings
    ):
        yield


def mails_in(folder: Path) -> list[EmailMessage]:
    """Every mail that was written into a folder."""
    found = []
    for file in sorted(folder.glob("*.log")):
        parts = file.read_bytes().decode().split("-" * 79 + "\n")
        found += [message_from_string(part, policy=policy.default) for part in parts if part.strip()]
    return found


def send(day: date = DAY, as_of: date | None = DAY) -> Any:
    from leftshift.workspace.programme.actions.sending import send_digests

    return send_digests(day, as_of=as_of, address=ADDRESS)


def subscribe(held: Any, name: str, every: str = "daily", owner: str = "") -> Any:
    from leftshift.workspace.programme.actions.subscribing import subscribe as do
    from leftshift.workspace.record.acting import acting

    with acting(person_of(name).number):
        return do(held, every=every, owner=owner, by=person_of(name))


def email(name: str) -> str:
    return f"{name}@northmoor.example"
