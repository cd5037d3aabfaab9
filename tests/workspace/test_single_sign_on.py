"""Single sign-on, against a real provider of OpenID Connect that runs beside the tests."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.workspace.conftest import Pages, account_of
from tests.workspace.test_kill import free_port

pytestmark = pytest.mark.usefixtures("examples")


PEOPLE = [
    {"sub": "u-1", "email": "vera@northmoor.example", "email_verified": True},
    {"sub": "u-2", "email": "asha@northmoor.example", "email_verified": False},
    {"sub": "u-3", "email": "unknown@northmoor.example", "email_verified": True},
    {"sub": "u-4", "email": "VERA@northmoor.example", "email_verified": True},
    {"sub": "u-5", "email": "invited@northmoor.example", "email_verified": True, "name": "Ivo Invented"},
]


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider, in a process of its own, that knows these people."""
    port = free_port()
    claims = [word for person in PEOPLE for word in ("--user-claims", json.dumps(person))]
    command = [
        sys.executable,
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
        *claims,
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        address = f"http://localhost:{port}"
        for _ in range(200):
            try:
                requests.get(f"{address}/.well-known/openid-configuration", timeout=5).raise_for_status()
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield address
        process.terminate()


@pytest.fixture
def configured(provider: str, settings: Any) -> str:
    """The workspace with the provider named."""
    settings.SSO = {
        "issuer": provider,
        "client_id": "leftshift",
        "client_secret": "x",
        "name": "Northmoor sign-on",
    }
    return provider


@pytest.fixture
def settings() -> Iterator[Any]:
    """Django's settings, put back afterwards."""
    from django.test.utils import override_settings

    class Changing:
        def __setattr__(self, name: str, value: object) -> None:
            held = override_settings(**{name: value})
            held.enable()
            kept.append(held)

    kept: list[Any] = []
    yield Changing()
    for held in reversed(kept):
        held.disable()


def walk(pages: Pages, subject: str) -> Any:
    """Go to the provider, sign in there as a subject, and come back."""
    sent = pages.client.post("/sign-in/single/", {"next": "/places/northmoor/overview/2027-28/"})
    assert sent.status_code == 302
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["nonce"][0]
    assert asked["state"][0]
    back = requests.post(sent["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    return pages.client.get(f"{parts.path}?{parts.query}")


def test_a_known_person_with_a_confirmed_address_comes_in(stranger: Pages, configured: str) -> None:
    vera = account_of("vera")
    assert "Sign in with Northmoor sign-on" in stranger.get("/sign-in/")

    done = walk(stranger, "u-1")

    assert done["Location"] == "/places/northmoor/overview/2027-28/"
    assert "Northmoor" in stranger.get("/places/northmoor/overview/2027-28/")
    vera.refresh_from_db()
    assert (vera.sso_issuer, vera.sso_subject) == (configured, "u-1")


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("u-2", "did not confirm your e-mail address"),
        ("u-3", "Ask an administrator to invite you"),
        ("u-4", "belongs to another identity"),
    ],
)
def test_others_are_told_why_not(stranger: Pages, configured: str, subject: str, words: str) -> None:
    account_of("vera")
    account_of("asha")

    done = walk(stranger, subject)

    assert done.status_code == 403
    assert words in done.content.decode()
    assert stranger.client.get("/").status_code == 302


def test_an_invited_person_gets_their_account_and_role(stranger: Pages, configured: str) -> None:
    from leftshift.workspace.accounts.actions import invite

    invite(email="invited@northmoor.example", role="viewer", by="a test")
    walk(stranger, "u-5")

    assert "Ivo Invented" in stranger.get("/account/")
    assert "Northmoor" in stranger.get("/")


@pytest.mark.parametrize("change", [{"state": "forged"}, {"code": "forged"}, {"code": ""}])
def test_a_forged_way_back_opens_nothing(stranger: Pages, configured: str, change: dict[str, str]) -> None:
    sent = stranger.client.post("/sign-in/single/")
    back = requests.post(sent["Location"], data={"sub": "u-1"}, allow_redirects=False, timeout=10)
    query = {name: values[0] for name, values in parse_qs(urlsplit(back.headers["Location"]).query).items()}

    done = stranger.client.get(f"/sign-in/single/back/?{urlencode({**query, **change})}")

    assert done.status_code == 403
    assert stranger.client.get("/").status_code == 302


def test_a_way_back_that_nobody_set_out_on_opens_nothing(stranger: Pages, configured: str) -> None:
    assert stranger.client.get("/sign-in/single/back/?code=x&state=y").status_code == 403
    assert stranger.client.get("/sign-in/single/back/").status_code == 403


def test_a_provider_that_is_away_is_told_in_words(stranger: Pages, settings: Any) -> None:
    settings.SSO = {"issuer": "http://localhost:9", "client_id": "x", "client_secret": "x", "name": "Away"}

    answer = stranger.client.post("/sign-in/single/")

    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()


def test_without_a_provider_there_is_no_such_page(stranger: Pages) -> None:
    assert not re.search("Sign in with", stranger.get("/sign-in/"))
    assert stranger.client.post("/sign-in/single/").status_code == 404
