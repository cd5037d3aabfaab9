"""Writes on the way of a plan from draft to published. Each checks who may, and whether it may happen now."""

from __future__ import annotations

from django.db import connection, transaction

from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.plan.models import PlaceVersion, Step
from leftshift.workspace.plan.queries import standing
from leftshift.workspace.plan.states import NEEDS, StepNotPossible
from leftshift.workspace.record.models import record_event

_STEPPING = 730_403  # with the number of the place: steps on one place come one after the other


@transaction.atomic
def take_step(
    version: PlaceVersion, step: str, *, by: Person, organisation: str = "", note: str = "", seen: str = ""
) -> Step:
    """Take a step with a version; raises NotAllowed, and StepNotPossible.

    ``seen`` is the fingerprint of what the person looked at: an agreement is only ever given to that.
    """
    code = version.place.code
    by.check_may(NEEDS[step], code, organisation)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_STEPPING, version.place_id])
    if seen and seen != version.plan_fingerprint:
        raise StepNotPossible("The plan is no longer the one that you looked at. Look again.")
    standing(version).check(step, organisation)
    taken = Step.objects.create(
        version=version, step=step, organisation=organisation, by=by.signature, note=note.strip()
    )
    told = {"organisation": organisation, "fingerprint": version.plan_fingerprint, "note": note.strip()[:500]}
    record_event(by=by.signature, action=_ACTIONS[step], subject=str(version), detail=told, place=code)
    return taken


_ACTIONS = {
    "sent": "sent for review",
    "taken back": "taken back from review",
    "agrees": "agreed",
    "withdraws": "agreement withdrawn",
    "publishes": "published",
}
