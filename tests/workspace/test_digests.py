"""Digests by mail and calendar addresses: who asks for them, what is sent where, once and to nobody who may not see the place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.workspace.conftest import CAST, Pages, account_of, signed_in
from tests.workspace.digest_making import (
    ADDRESS,
    DAY,
    at,
    mail,
    mails_in,
    own_programme,
    send,
    subscribe,
)
from tests.workspace.programme_making import example, person_of

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture
def mine(database: object, tmp_path: Path) -> Iterator[Any]:
    """A programme of its own."""
    yield from own_programme(tmp_path)


# ---------------------------------------------------------------------- the page
def test_a_person_subscribes_changes_and_stops_on_the_page(mine: Any) -> None:
    from leftshift.workspace.programme.queries import subscription_to
    from leftshift.workspace.record.models import Event

    vera, number = signed_in("vera"), account_of("vera").pk
    assert "You get no digest" in vera.get(at(mine))
    vera.client.post(at(mine), {"do": "subscribe", "every": "weekly", "owner": ""})
    assert "everything, every week" in vera.get(at(mine))
    first = subscription_to(mine, number)
    assert first is not None
    type(first).objects.filter(pk=first.pk).update(last_sent_on=DAY)
    vera.client.post(at(mine), {"do": "subscribe", "every": "daily", "owner": "Chief nurse"})
    assert "what is of Chief nurse, every day" in vera.get(at(mine))
    second = subscription_to(mine, number)
    assert second is not None
    assert second.pk != first.pk
    assert second.last_sent_on == DAY  # changing brings no second mail on the same day
    vera.client.post(at(mine), {"do": "unsubscribe"})
    assert "You get no digest" in vera.get(at(mine))
    told = Event.objects.filter(place=mine.place.code, action__startswith="digest").values_list(
        "action", "by"
    )
    assert list(told) == [
        (action, str(account_of("vera"))) for action in ("digest subscribed", "digest subscribed", "digest unsubscribed")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("every", "owner"),
    [("hourly", ""), ("", ""), ("daily", "Somebody else"), ("daily", "Chief nurse\nBcc: x@y")],
)
def test_what_is_no_digest_is_refused(mine: Any, every: str, owner: str) -> None:
    vera = signed_in("vera")
    vera.client.post(at(mine), {"do": "subscribe", "every": every, "owner": owner})
    assert "There is a problem" in vera.get(at(mine))
    assert "You get no digest" in vera.get(at(mine))


def test_the_page_shows_the_next_digest(mine: Any) -> None:
    text = signed_in("vera").get(f"{at(mine)}?as_of=2015-06-12")
    assert "Milestone: First ward moved. Due on Wednesday 1 October 2014" in text
    own_one = signed_in("vera").get(f"{at(mine)}?as_of=2015-06-12&owner=Chief+nurse")
    assert "Say which ward is first" in own_one
    assert "First ward moved" not in own_one


@pytest.mark.parametrize("who", [name for name in CAST if name != "charlie"])
def test_whoever_sees_the_place_may_and_nobody_else(mine: Any, who: str) -> None:
    from leftshift.workspace.accounts.permissions import person_of as person
    from leftshift.workspace.accounts.roles import Permission

    may = person(account_of(who)).may(Permission.SEE_PLAN, mine.place.code)
    status = (
        signed_in(who).client.post(at(mine), {"do": "subscribe", "every": "daily", "owner": ""}).status_code
    )
    assert (status == 302) == may
    assert (
        signed_in("charlie").client.post(at(mine), {"do": "subscribe", "every": "daily"}).status_code == 404
    )


def test_the_database_shows_nobody_the_digest_of_somebody_else(mine: Any) -> None:
    from django.db import DatabaseError, transaction

    from leftshift.workspace.programme.actions.subscribing import make_address
    from leftshift.workspace.programme.models import CalendarAddress, DigestSubscription
    from leftshift.workspace.record.acting import NOBODY, acting

    subscribe(mine, "vera")
    with acting(person_of("vera").number):
        make_address(mine, by=person_of("vera"))
        assert DigestSubscription.objects.filter(programme=mine).count() == 1
    for actor in (person_of("ada").number, person_of("dora").number, NOBODY):
        with acting(actor):
            assert not DigestSubscription.objects.filter(programme=mine).exists()
            assert not CalendarAddress.objects.filter(programme=mine).exists()
            assert not DigestSubscription.objects.filter(programme=mine).update(last_sent_on=DAY)
    for actor, whose in ((person_of("dora").number, "vera"), (person_of("charlie").number, "charlie")):
        with acting(actor), pytest.raises(DatabaseError), transaction.atomic():
            DigestSubscription.objects.create(programme_id=mine.pk, account=account_of(whose), every="daily")
    with acting(person_of("vera").number), pytest.raises(DatabaseError), transaction.atomic():
        DigestSubscription.objects.filter(programme=mine).update(account=account_of("dora"))


# ---------------------------------------------------------------------- the way out
def test_the_link_of_a_mail_stops_it_without_signing_in(mine: Any, stranger: Pages, tmp_path: Path) -> None:
    from django.test import Client

    subscribe(mine, "vera")
    with mail(f"file:{tmp_path / 'mail'}"):
        send()
    link = mails_in(tmp_path / "mail")[0]["List-Unsubscribe"].strip(" <>").removeprefix(ADDRESS)
    text = stranger.get(link)
    assert "Stop this digest" in text
    assert mine.place.code not in text  # the page tells nothing of any plan or person
    assert "Better care" not in text
    assert "vera" not in text
    assert "You get everything" in signed_in("vera").get(at(mine))  # looking alone stops nothing
    one_click = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    assert one_click.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "You get no digest" in signed_in("vera").get(at(mine))
    assert "No more digests" in stranger.get(link)
    with mail(f"file:{tmp_path / 'mail'}"):
        assert send(DAY + timedelta(days=1)).sent == 0


def test_a_token_of_another_kind_or_a_changed_one_opens_nothing(mine: Any, stranger: Pages) -> None:
    from leftshift.workspace.programme.actions.subscribing import make_address
    from leftshift.workspace.programme.queries import token_of

    row, calendar = subscribe(mine, "vera"), make_address(mine, by=person_of("vera"))
    number, _, signature = token_of(row).partition(":")
    for wrong in (
        token_of(calendar),
        f"{int(number) + 1}:{signature}",
        f"{number}:{signature[:-1]}",
        number,
        "none",
        "ü:ü",
    ):
        assert stranger.client.get(f"/digests/{wrong}/").status_code == 404
        assert stranger.client.post(f"/digests/{wrong}/").status_code == 404
    for wrong in (token_of(row), "none", "1:none"):
        assert stranger.client.get(at(mine, f"calendar/{wrong}.ics")).status_code == 404


# ---------------------------------------------------------------------- the calendar
def test_a_calendar_program_reads_what_is_due_until_the_address_is_renewed(
    mine: Any, stranger: Pages
) -> None:
    vera = signed_in("vera")
    vera.client.post(at(mine), {"do": "calendar"})
    first = _calendar(vera.get(at(mine)))
    feed = stranger.client.get(first)
    assert feed["Content-Type"].startswith("text/calendar")
    assert feed.content == vera.client.get(at(mine, "calendar.ics")).content
    assert b"BEGIN:VEVENT" in feed.content
    vera.client.post(at(mine), {"do": "calendar"})
    second = _calendar(vera.get(at(mine)))
    assert second != first
    assert stranger.client.get(first).status_code == 404
    assert stranger.client.get(second).status_code == 200
    assert stranger.client.post(second).status_code == 405
    assert example().place.code == "llr-2014"  # which she sees too
    assert stranger.client.get(second.replace(mine.place.code, "llr-2014")).status_code == 404
    vera.client.post(at(mine), {"do": "end-calendar"})
    assert stranger.client.get(second).status_code == 404


def _calendar(text: str) -> str:
    found = re.search(r'value="http://localhost(/places/[^"]*\.ics)"', text)
    assert found is not None
    return found.group(1)


def test_a_calendar_address_works_only_while_its_person_sees_the_place(mine: Any, stranger: Pages) -> None:
    from leftshift.workspace.accounts.actions import end_role, give_role, set_active
    from leftshift.workspace.record.acting import SYSTEM, acting

    account = account_of("charlie")
    with acting(SYSTEM):
        grant = give_role(account, role="viewer", place=mine.place.code, by="a test")
    charlie = signed_in("charlie")
    charlie.client.post(at(mine), {"do": "calendar"})
    address = _calendar(charlie.get(at(mine)))
    assert stranger.client.get(address).status_code == 200
    with acting(SYSTEM):
        set_active(account, False, by="a test")
    assert stranger.client.get(address).status_code == 404
    with acting(SYSTEM):
        set_active(account, True, by="a test")
    assert stranger.client.get(address).status_code == 200
    with acting(SYSTEM):
        end_role(grant, by="a test")
    assert stranger.client.get(address).status_code == 404
