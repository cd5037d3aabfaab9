"""Signatures on one content of a plan, its submission, and the board's ratification."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from leftshift.fund.plan.signing import seats_of
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions.storing import keep_version
from leftshift.workspace.fund.models import Fund, Ratification, Signature, Submission
from leftshift.workspace.record.models import record_event


class SigningRefused(ValueError):
    """Something that cannot be signed or sent as it stands; the words say why and what to do."""


def organisation_of(partner: str) -> str:
    """The code of the workspace's organisation that a partner is: those are kept in capitals."""
    return partner.upper()


@dataclass(frozen=True)
class Asked:
    """A signature that somebody wants to give: for which office, and of what they looked at."""

    signatory: str
    partner: str
    fingerprint: str
    role: str
    for_another: bool = False
    minute: str = ""


def _held(fund: Fund) -> Fund:
    return Fund.objects.select_for_update(of=("self",)).select_related("place").get(pk=fund.pk)


@transaction.atomic
def sign(fund: Fund, asked: Asked, *, by: Person) -> Signature:
    """Sign the plan as it stands. Raises NotAllowed, SigningRefused.

    Whoever signs speaks for the partner; one person signs once; where nobody may sign for an office, nobody does; and what is
    signed is what they looked at, which has no fault but missing signatures.
    """
    found = _held(fund)
    by.check_may(Permission.SIGN_FUND, found.place.code, organisation_of(asked.partner))
    assert by.account is not None, "who may sign has an account"
    seen = queries.seen(found)
    if seen.plan is None or seen.faults or not seen.checked.ready_to_sign:
        raise SigningRefused(
            "The plan still has faults that keep it from being sent. Clear them first, then sign"
        )
    if seen.plan.fingerprint != asked.fingerprint:
        raise SigningRefused(
            "The plan has changed since you looked at it. Look again, and sign what now stands there"
        )
    seats = {(row.signatory, partner.partner): row for row, partner in seats_of(seen.plan, seen.round)}
    office = seats.get((asked.signatory, asked.partner))
    if office is None:
        raise SigningRefused("The round knows no such office of this partner")
    if asked.for_another and not office.may_delegate:
        raise SigningRefused(f"Nobody may sign for the {office.role}: it has to be signed in person")
    if not asked.role.strip():
        raise SigningRefused("Say which office you hold")
    version = keep_version(found, seen.plan, by=by.signature)
    if version.signatures.filter(signatory=asked.signatory, partner=asked.partner).exists():
        raise SigningRefused("This office has signed already")
    if version.signatures.filter(account=by.account).exists():
        raise SigningRefused(
            "You have signed for another office already. Each office is signed by somebody else"
        )
    signature = Signature.objects.create(
        version=version, signatory=asked.signatory, partner=asked.partner, role=asked.role.strip()[:300],
        for_another=asked.for_another, minute=asked.minute.strip()[:300], account=by.account, by=by.signature,
    )  # fmt: skip
    told = {
        "office": asked.signatory,
        "partner": asked.partner,
        "fingerprint": version.fingerprint,
        "for_another": asked.for_another,
    }
    record_event(
        by=by.signature, action="fund plan signed", subject=found.code, detail=told, place=found.place.code
    )
    return signature


@transaction.atomic
def submit(
    fund: Fund, *, fingerprint: str, power: str, office: str, meeting_on: date | None, by: Person
) -> Submission:
    """Send the plan: signed by everybody, or by everybody but the board, by a power that is named. Raises NotAllowed, SigningRefused."""
    found = _held(fund)
    by.check_may(Permission.RUN_FUND, found.place.code)
    seen = queries.seen(found)
    if seen.plan is None or seen.faults or seen.plan.fingerprint != fingerprint:
        raise SigningRefused("The plan has changed since you looked at it. Look again")
    if not seen.checked.ready_to_sign:  # signed as it stands, but the round or the place asks more since
        raise SigningRefused("The plan has faults that keep it from being sent. Clear them first")
    state = seen.state
    if not state.is_signed and not state.ready_but_for_the_board:
        raise SigningRefused("Not everybody has signed this content who must")
    if seen.unwitnessed:
        offices = ", ".join(seat.signatory.role for seat in seen.unwitnessed)
        raise SigningRefused(
            f"Signatures that came with its folder were not given here. Have it signed by {offices}"
        )
    if not state.is_signed and not (power.strip() and meeting_on):
        raise SigningRefused(
            "The board has not approved it: name the power by which it is sent all the same, and the meeting that is to ratify it"
        )
    if not office.strip():
        raise SigningRefused("Say whose decision it is to send it: an office")
    version = keep_version(found, seen.plan, by=by.signature)
    if Submission.objects.filter(version=version).exists():
        raise SigningRefused("This content was sent already")
    used = "" if state.is_signed else power.strip()[:400]
    sent = Submission.objects.create(
        version=version, power=used, office=office.strip()[:300], meeting_on=meeting_on, by=by.signature
    )
    told = {"fingerprint": version.fingerprint, "power": used, "meeting_on": str(meeting_on or "")}
    record_event(
        by=by.signature, action="fund plan submitted", subject=found.code, detail=told, place=found.place.code
    )
    return sent


@transaction.atomic
def ratify(submission: Submission, *, on: date, minute: str, by: Person) -> Ratification:
    """Record that the board ratified a submission. Raises NotAllowed, SigningRefused."""
    fund = _held(submission.version.fund)
    by.check_may(Permission.MINUTE_FUND, fund.place.code)
    if not minute.strip():
        raise SigningRefused("Say which minute ratifies it")
    if not submission.power:
        raise SigningRefused("The board had approved it before it was sent: there is nothing to ratify")
    if on > timezone.localdate():
        raise SigningRefused(f"{on} is still to come: record the ratification once the board has met")
    if Ratification.objects.filter(submission=submission).exists():
        raise SigningRefused("It was ratified already")
    made = Ratification.objects.create(
        submission=submission, ratified_on=on, minute=minute.strip()[:300], by=by.signature
    )
    told = {"fingerprint": submission.version.fingerprint, "minute": made.minute, "on": str(on)}
    record_event(
        by=by.signature, action="submission ratified", subject=fund.code, detail=told, place=fund.place.code
    )
    return made
