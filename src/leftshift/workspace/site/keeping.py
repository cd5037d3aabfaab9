"""What whoever runs the workspace asks of it from a terminal, while it is served: links, invitations, the trail."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from leftshift.workspace.people.actions.reading import ReadCohort
from leftshift.workspace.site.embedded import ROLES, EmbeddedPostgres

_OWN_SERVER = "LEFTSHIFT_DATABASE_URL"


class NotServed(ValueError):
    """The workspace is not running, so that there is nothing to ask."""


@contextmanager
def workspace(state: Path) -> Iterator[str]:
    """Django on the database of the workspace that is served from a state folder; gives the address of its pages."""
    address = os.environ.get("LEFTSHIFT_ADDRESS", "http://localhost:8000")
    if not os.environ.get(_OWN_SERVER):
        address = _served(state)
        database = EmbeddedPostgres(state)
        os.environ[_OWN_SERVER] = database.conninfo(ROLES[2])
        os.environ.setdefault("LEFTSHIFT_KEY", database.secrets()["key"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leftshift.workspace.site.settings")
    import django
    from django.db import connection

    django.setup()
    from leftshift.workspace.record.acting import SYSTEM, acting

    try:
        with acting(SYSTEM):
            yield address.rstrip("/")
    finally:
        connection.close()


def _served(state: Path) -> str:
    try:
        return str(json.loads((state / "serving.json").read_text("utf-8"))["url"])
    except (OSError, ValueError, KeyError):
        raise NotServed(
            f"No workspace is served from {state}. Start it with leftshift serve, or name its folder with --state."
        ) from None


def keeper_link(state: Path, *, by: str) -> str:
    """A new link that signs the keeper in."""
    with workspace(state) as address:
        from leftshift.workspace.accounts.actions import link_for_keeper

        return f"{address}/sign-in/link/{link_for_keeper(by=by)}/"


def invitation_link(
    state: Path, *, email: str, role: str, organisation: str | None, place: str, by: str
) -> str:
    """Invite somebody; gives the link to send them. Raises ValueError for a role or organisation that is not known."""
    with workspace(state) as address:
        from leftshift.workspace.accounts.actions import NotPossible, invite
        from leftshift.workspace.accounts.models import Organisation

        found = None
        if organisation:
            found = Organisation.objects.filter(code=organisation.upper()).first()
            if found is None:
                known = ", ".join(Organisation.objects.values_list("code", flat=True)) or "none yet"
                raise NotPossible(f"There is no organisation {organisation}: the workspace knows {known}.")
        _, token = invite(email=email, role=role, organisation=found, place=place, by=by)
        return f"{address}/invitation/{token}/"


def cohort_taken(state: Path, place: str, read: ReadCohort, *, by: str) -> dict[str, Any]:
    """Keep a cohort of a run for a place; says whether it is new, how many people are listed, and where to see it.

    Raises ValueError for a place that the workspace has not.
    """
    with workspace(state) as address:
        from leftshift.workspace.people.actions.loading import take_cohort

        taken = take_cohort(place, read, by=by)
        return {
            "is_new": taken.is_new,
            "listed": taken.listed,
            "address": f"{address}/places/{place}/people/",
        }


def looks_breaks(state: Path, *, noted: tuple[int, str] | None) -> tuple[int, str, tuple[str, ...]]:
    """How many looks at people are recorded, how the record ends, and where it is broken."""
    with workspace(state):
        from leftshift.workspace.people.queries import check_chain

        found = check_chain(noted=noted)
        return found.looks, found.digest, found.breaks


def trail_breaks(state: Path, *, noted: tuple[int, str] | None) -> tuple[int, str, tuple[str, ...]]:
    """How many events the trail has, how it ends, and where it is broken; ``noted`` is an earlier length and end."""
    with workspace(state):
        from leftshift.workspace.record.trail import check_trail

        found = check_trail(noted=noted)
        return found.events, found.digest, found.breaks
