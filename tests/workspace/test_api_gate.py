"""Who gets through to the API: every operation × everybody of the cast, from the one table of roles."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from leftshift.workspace.accounts.roles import ROLES, SIGNED_IN, TOKEN, Permission
from tests.workspace.asking import ROOT, Api, asking, operations, unhurried
from tests.workspace.conftest import CAST, account_of, signed_in
from tests.workspace.test_gate import patterns

__all__ = ["unhurried"]

pytestmark = pytest.mark.usefixtures("database", "unhurried")
FILLED = {
    "version": "current",
    "figure": "gap",
    "table": "contracts",
    "row": "2",
    "number": "1",
    "room": "overview",
    "name": "bridge",
}
READS_NO_MATTER = {"/checks"}


@pytest.fixture
def code(folder: Path) -> str:
    """A place of its own."""
    from leftshift.workspace.plan.actions.storing import import_place

    version = import_place(folder, by="a test").version
    assert version is not None
    return version.place.code


def filled(address: str, place: str) -> str:
    return re.sub(r"{(\w+)}", lambda found: {**FILLED, "place": place}[found.group(1)], address)


def may(name: str, needs: Permission | str) -> bool:
    role = CAST[name][0]
    return needs == SIGNED_IN or (bool(role) and needs in ROLES[role].permissions)


def test_every_operation_names_what_it_needs() -> None:
    from leftshift.workspace.shared.api import Token

    for method, address, found in operations():
        (door,) = found.auth_callbacks
        assert isinstance(door, Token), address
        assert door.needs == SIGNED_IN or isinstance(door.needs, Permission), address
        assert door.writes or method == "get" or address in READS_NO_MATTER, address
    assert len(operations()) >= 40


def test_every_address_of_the_api_asks_for_a_token() -> None:
    served = [address for address, _, view in patterns() if address.startswith(ROOT)]
    assert len(served) >= len(operations())
    for address, name, view in patterns():
        assert (view.needs == TOKEN) == address.startswith(ROOT), (address, name)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch", "options", "head"])
def test_without_a_token_that_counts_nothing_is_answered(method: str) -> None:
    from leftshift.workspace.accounts.actions import revoke_token
    from leftshift.workspace.accounts.models import ApiToken

    revoked = asking("dora")
    revoke_token(ApiToken.objects.latest("pk"), by="a test")
    for api in (Api(""), Api("none"), revoked):
        for address, _, view in patterns():
            if view.needs == TOKEN:
                response = api.ask(method, address.removeprefix(ROOT), 401)
                assert response["WWW-Authenticate"] == "Bearer"


def test_a_session_does_not_stand_in_for_a_token() -> None:
    assert signed_in("dora").client.get(f"{ROOT}/places").status_code == 401


def test_a_session_lends_its_bearer_nothing(code: str) -> None:
    """Charlie asks with a token of his own, over the session of Dora."""
    client = signed_in("dora").client
    headers = {"authorization": f"Bearer {asking('charlie').token}"}
    assert client.get(f"{ROOT}/places/{code}", headers=headers).status_code == 404


@pytest.mark.parametrize("who", list(CAST))
@pytest.mark.parametrize("may_write", [True, False], ids=["writes", "only reads"])
def test_each_operation_lets_through_what_the_table_says_and_no_more(
    code: str, who: str, may_write: bool
) -> None:
    api, sees = asking(who, may_write=may_write), may(who, Permission.SEE_PLAN)
    for method, address, found in operations():
        door: Any = found.auth_callbacks[0]
        response = _asked(api, method, filled(address, code))
        status = response.status_code
        if not may(who, door.needs):
            assert status == (404 if "{place}" in address and not sees else 403), (method, address, status)
        elif door.writes and not may_write:
            assert status == 403, (method, address, status)
        elif door.needs == Permission.AGREE:
            assert status in (400, 403, 409), (
                method,
                address,
                status,
            )  # of which organisation, the action asks
        else:
            assert status not in (401, 403, 405, 500), (method, address, status)
        if not sees:
            assert "Northmoor" not in response.content.decode("utf-8", "replace"), address


def _asked(api: Api, method: str, address: str) -> Any:
    from django.test import Client

    headers = {"host": "localhost", "authorization": f"Bearer {api.token}"}
    sent: dict[str, Any] = {"data": {}, "content_type": "application/json"} if method == "post" else {}
    return getattr(Client(), method)(f"{ROOT}{address}", headers=headers, **sent)


def test_a_role_for_one_place_opens_that_place_alone(code: str, examples: None) -> None:
    from leftshift.workspace.accounts.actions import end_role, give_role

    grant = give_role(account_of("charlie"), role="analyst", place=code, by="a test")
    charlie = asking("charlie")
    try:
        assert [entry["place"] for entry in charlie.get("/places")["items"]] == [code]
        charlie.get(f"/places/{code}/versions/current/results?only=gap")
        charlie.get("/places/northmoor", 404)
        charlie.post("/places/northmoor/versions", {"files": {"place.toml": "x"}}, 404)
        texts = charlie.get(f"/places/{code}/versions/current")["files"]
        northmoor = {**texts, "place.toml": texts["place.toml"].replace(f'"{code}"', '"northmoor"')}
        charlie.post(f"/places/{code}/versions", {"files": northmoor}, 409)
    finally:
        end_role(grant, by="a test")
    charlie.get(f"/places/{code}", 404)


def test_a_token_of_an_account_that_was_closed_does_not_count() -> None:
    from leftshift.workspace.accounts.models import Account

    vera = asking("vera")
    vera.get("/me")
    Account.objects.filter(pk=account_of("vera").pk).update(is_active=False)
    try:
        vera.get("/me", 401)
    finally:
        Account.objects.filter(pk=account_of("vera").pk).update(is_active=True)


def test_a_token_that_has_expired_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    vera, now = asking("vera"), timezone.now()
    monkeypatch.setattr(
        "leftshift.workspace.accounts.tokens.timezone.now", lambda: now + timedelta(days=1, seconds=1)
    )
    vera.get("/me", 401)


def test_who_asks_too_often_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leftshift.workspace.accounts.tokens.parameter", lambda section, name: 3)
    vera, bo = asking("vera"), asking("bo")
    statuses = [_asked(vera, "get", "/me").status_code for _ in range(12)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
    assert 1 <= int(_asked(vera, "get", "/me")["Retry-After"]) <= 60
    bo.get("/me")
    unknown = [_asked(Api("none"), "get", "/me").status_code for _ in range(12)]
    assert unknown[-1] == 429
