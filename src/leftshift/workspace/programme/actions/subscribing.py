"""Who gets the digest of a programme, and at which address whose calendar reads it: begun, changed and ended by themselves."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from leftshift.programme.digesting import owners
from leftshift.workspace.accounts.permissions import NotAllowed, Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.programme import queries
from leftshift.workspace.programme.models import EVERY, CalendarAddress, DigestSubscription, Programme
from leftshift.workspace.record.acting import SYSTEM, acting
from leftshift.workspace.record.models import record_event


class SubscribingRefused(ValueError):
    """What was asked for is not a digest that there is; the words say why."""


@transaction.atomic
def subscribe(held: Programme, *, every: str, owner: str, by: Person) -> DigestSubscription:
    """Send somebody the digest of a programme, in place of the one they had. Raises NotAllowed, SubscribingRefused.

    Whoever changes what they get is not sent a second one on the same day.
    """
    number = _account(held, by)
    if every not in EVERY:
        raise SubscribingRefused("Choose every day or every week")
    if owner and owner not in owners_of(held, by):
        raise SubscribingRefused("Choose one of the owners that the programme names")
    _lock(held)
    before = queries.subscription_to(held, number)
    if before is not None:
        _end(before)
    made = DigestSubscription.objects.create(
        programme=held, account_id=number, every=every, owner=owner, last_sent_on=before.last_sent_on if before else None,
        last_said=before.last_said if before else None,
    )  # fmt: skip
    told = {"every": every, "owner": owner}
    record_event(
        by=by.signature, action="digest subscribed", subject=held.code, detail=told, place=held.place.code
    )
    return made


def owners_of(held: Programme, by: Person) -> tuple[str, ...]:
    """Whose digest somebody can ask for."""
    content = queries.seen(held, whole=by.may(Permission.RUN_BOARDS, held.place.code)).content
    return owners(content) if content is not None else ()


@transaction.atomic
def unsubscribe(held: Programme, *, by: Person) -> None:
    """Send somebody no digest of a programme any more; where they get none, nothing happens. Raises NotAllowed."""
    found = queries.subscription_to(held, _account(held, by))
    if found is not None and _end(found):
        _told_ended(found, by.signature)


@transaction.atomic
def stop(subscription: DigestSubscription) -> bool:
    """End a subscription for whoever holds the link of its mail; False where it had ended before."""
    with acting(SYSTEM):
        ended = _end(subscription)
        if ended:
            _told_ended(subscription, str(subscription.account))
    return ended


def _told_ended(found: DigestSubscription, by: str) -> None:
    held = found.programme
    record_event(by=by, action="digest unsubscribed", subject=held.code, detail={}, place=held.place.code)


@transaction.atomic
def make_address(held: Programme, *, by: Person) -> CalendarAddress:
    """A new calendar address; the one before leads nowhere from now on. Raises NotAllowed."""
    number = _account(held, by)
    _lock(held)
    before = queries.calendar_address_to(held, number)
    if before is not None:
        _end(before)
    made = CalendarAddress.objects.create(programme=held, account_id=number)
    told = {"renewed": before is not None}
    record_event(
        by=by.signature, action="calendar address made", subject=held.code, detail=told, place=held.place.code
    )
    return made


@transaction.atomic
def end_address(held: Programme, *, by: Person) -> None:
    """Take a calendar address out of use. Raises NotAllowed."""
    found = queries.calendar_address_to(held, _account(held, by))
    if found is not None and _end(found):
        record_event(by=by.signature, action="calendar address ended", subject=held.code, detail={}, place=held.place.code)  # fmt: skip


def _account(held: Programme, by: Person) -> int:
    by.check_may(Permission.SEE_PLAN, held.place.code)
    if by.account is None:
        raise NotAllowed(Permission.SEE_PLAN)
    return int(by.account.pk)


def _lock(held: Programme) -> None:
    """One after the other: two clicks at once make one row."""
    Programme.objects.select_for_update(of=("self",)).get(pk=held.pk)


def _end(row: DigestSubscription | CalendarAddress) -> bool:
    """End a row; False where it had ended before."""
    return bool(type(row)._default_manager.filter(pk=row.pk, ended_at=None).update(ended_at=timezone.now()))
