"""Who gets through: every address says what it needs, and an outsider sees nothing, whatever the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from leftshift.workspace.accounts.roles import ANYONE, ROLES, SEEING, SIGNED_IN, TOKEN, Permission
from tests.workspace.conftest import CAST, Pages, signed_in

pytestmark = pytest.mark.usefixtures("examples")

# What anyone may open. Whoever adds a line here says that the page tells nothing of any plan or person.
OPEN_TO_ANYONE = {
    "health",
    "metrics",  # itself asks whence the request comes, or for a token
    "sign-in",
    "code",
    "link",
    "sign-out",
    "sso-start",
    "sso-finish",
    "invitation",
    "public",  # what was published for everybody
    "public-survey",
    "public-thanks",
    "public-heard",
    "stop-digest",  # by a signed token: says neither whose nor of what
    "programme-calendar-address",  # by a signed token, and only while its person may see the place
}
# What a programme publishes, and surveys that it opens: nothing is found there until somebody publishes it.
OPEN_TO_ANYONE |= {"public", "public-survey", "public-thanks", "public-heard"}
# What boards publish: nothing is found there until somebody publishes it.
OPEN_TO_ANYONE |= {f"public-{kind}{file}" for kind in ("pack", "minutes", "register") for file in ("", "-file")}  # fmt: skip


def patterns() -> list[tuple[str, str, Any]]:
    """(address with parameters filled in, name, view) of every address of the workspace."""
    from django.urls import get_resolver

    return list(_walk(get_resolver().url_patterns, ""))


FILLED = {
    "code": "llr-2014", "room": "overview", "year": "2018-19", "name": "bridge", "table": "contracts", "number": "1", "token": "none",
    "path": "none", "kind": "csv", "organisation": "RWE", "key": "none", "file": "none",
    "at": "1", "place": "llr-2014", "version": "current", "figure": "gap", "row": "2", "subject": "beds",
    "measure": "none", "fund": "none", "section": "overview", "verb": "pay", "entry": "1", "hold": "none",
    "project": "none", "month": "2015-05", "gate": "none",
}  # fmt: skip
FILLED |= {"project": "none", "month": "2015-06", "gate": "none"}
FILLED |= {"meeting": "pb_2015_04", "paper": "senate_view", "question": "none", "body": "programme_board", "part": "public"}  # fmt: skip


def _walk(found: Any, above: str) -> Iterator[tuple[str, str, Any]]:
    for entry in found:
        route = above + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from _walk(entry.url_patterns, route)
        else:
            yield f"/{re.sub(r'<(?:[a-z_]+:)?([a-z_]+)>', _filled, route)}", entry.name or "", entry.callback


def _filled(match: re.Match[str]) -> str:
    return FILLED[match.group(1)]


def test_every_view_says_what_it_needs(database: object) -> None:
    for address, _, view in patterns():
        assert getattr(view, "needs", None) in {ANYONE, SIGNED_IN, TOKEN, *Permission}, address


def test_only_what_is_listed_is_open_to_anyone(database: object) -> None:
    assert {name for _, name, view in patterns() if view.needs == ANYONE} <= OPEN_TO_ANYONE


@pytest.mark.parametrize("method", ["get", "post", "head", "put", "delete"])
def test_who_has_not_signed_in_is_sent_to_sign_in_from_every_address(stranger: Pages, method: str) -> None:
    for address, _, view in patterns():
        if view.needs in (ANYONE, TOKEN):
            continue
        response = getattr(stranger.client, method)(address)
        assert response.status_code == 302, address
        assert response["Location"].startswith("/sign-in/"), address


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_outsider_sees_nothing_at_any_address(database: object, method: str) -> None:
    """Charlie has an account and no role: not even that a place exists is told."""
    charlie = signed_in("charlie").client
    for address, name, view in patterns():
        if view.needs in (ANYONE, TOKEN):
            continue
        response = getattr(charlie, method)(address)
        text = response.content.decode()
        assert "Leicester" not in text, address
        assert "Northmoor" not in text, address
        if view.needs != SIGNED_IN:
            expected = 404 if "llr-2014" in address else 403
            assert response.status_code == expected, (address, name)


@pytest.mark.parametrize("who", [name for name in CAST if name != "charlie"])
def test_each_role_may_what_the_table_says_and_no_more(database: object, who: str) -> None:
    client, (role, organisation) = signed_in(who).client, CAST[who]
    for address, name, view in patterns():
        if not isinstance(view.needs, Permission) or (view.needs == Permission.AGREE and organisation):
            continue
        response = client.get(address)
        may = view.needs in ROLES[role].permissions
        assert (response.status_code not in (403,)) == may or response.status_code in (404, 405), (
            address,
            name,
        )
        if may:
            assert response.status_code in (200, 302, 400, 404, 405, 410), (
                address,
                name,
                response.status_code,
            )
        else:
            assert response.status_code in (403, 404), (address, name, response.status_code)


def test_what_a_person_may_not_is_told_with_who_may(database: object) -> None:
    assert "Only administrator may" in signed_in("vera").get("/people/", status=403)


def test_a_role_for_one_place_opens_that_place_alone(database: object) -> None:
    from leftshift.workspace.accounts.actions import give_role
    from leftshift.workspace.accounts.models import Account

    client = signed_in("charlie")
    charlie = Account.objects.get(email="charlie@northmoor.example")
    grant = give_role(charlie, role="viewer", place="northmoor", by="a test")
    try:
        assert "Northmoor" in client.get("/")
        assert "Leicester" not in client.get("/")
        client.get("/places/northmoor/overview/2027-28/")
        client.get("/places/llr-2014/overview/2018-19/", status=404)
    finally:
        from leftshift.workspace.accounts.actions import end_role

        end_role(grant, by="a test")
    client.get("/places/northmoor/overview/2027-28/", status=404)


def test_a_view_that_says_nothing_is_not_served(database: object) -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.http import HttpResponse
    from django.test import RequestFactory

    from leftshift.workspace.accounts.gate import Gate

    gate = Gate(lambda request: HttpResponse("secret"))
    with pytest.raises(ImproperlyConfigured):
        gate.process_view(RequestFactory().get("/"), lambda request: HttpResponse("secret"), (), {})


def test_the_policies_of_the_database_know_the_same_roles(database: object) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'leftshift_sees'")
        source = cursor.fetchone()[0]
    named = set(re.findall(r"'([a-z_]+)'", source.partition("role IN")[2]))
    assert named == set(SEEING)
