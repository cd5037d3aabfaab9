"""Signing in: password and second factor, links, invitations, lock-out, sessions that end."""

from __future__ import annotations

import re
import time
from typing import Any

import pyotp
import pytest

from tests.workspace.conftest import Pages, account_of, signed_in

pytestmark = pytest.mark.usefixtures("examples")
PASSWORD = "seven calm herons wade"


@pytest.fixture
def one_span(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries count in spans of the clock, every quarter of an hour: here none ends between one try and the next."""
    from leftshift.workspace.accounts import throttle

    now = throttle._since(1)
    monkeypatch.setattr(throttle, "_since", lambda minutes: now)


def person_with_factor(email: str) -> tuple[Any, str]:
    """An account with a password and a second factor, and the secret of the factor."""
    from leftshift.workspace.accounts.actions import give_role
    from leftshift.workspace.accounts.models import Account
    from leftshift.workspace.accounts.secrets import seal

    secret = pyotp.random_base32()
    account = Account(email=email, name="Ines Invented", factor_secret=seal(secret))
    account.set_password(PASSWORD)
    from django.utils import timezone

    account.factor_confirmed_at = timezone.now()
    account.save()
    give_role(account, role="viewer", by="a test")
    return account, secret


def sign_in(pages: Pages, email: str, password: str = PASSWORD, **more: str) -> Any:
    """Post the form."""
    return pages.client.post("/sign-in/", {"email": email, "password": password, **more})


def test_password_and_code_open_the_page_that_was_asked_for(stranger: Pages) -> None:
    _, secret = person_with_factor("one@northmoor.example")
    asked = stranger.client.get("/places/northmoor/impact/2027-28/")
    assert asked["Location"] == "/sign-in/?next=%2Fplaces%2Fnorthmoor%2Fimpact%2F2027-28%2F"

    first = sign_in(stranger, "One@Northmoor.example", next="/places/northmoor/impact/2027-28/")
    assert first["Location"] == "/sign-in/code/"
    assert stranger.client.get("/").status_code == 302  # the password alone opens nothing
    second = stranger.client.post("/sign-in/code/", {"code": pyotp.TOTP(secret).now()})

    assert second["Location"] == "/places/northmoor/impact/2027-28/"
    assert stranger.client.get("/").status_code == 200


def test_a_code_counts_once(stranger: Pages) -> None:
    from django.test import Client

    _, secret = person_with_factor("two@northmoor.example")
    code = pyotp.TOTP(secret).now()
    sign_in(stranger, "two@northmoor.example")
    assert stranger.client.post("/sign-in/code/", {"code": code}).status_code == 302
    again = Pages(Client(headers={"host": "localhost"}))
    sign_in(again, "two@northmoor.example")

    assert again.client.post("/sign-in/code/", {"code": code}).status_code == 401


@pytest.mark.parametrize("code", ["000000", "", "abc", "١٢٣٤٥٦", "1" * 19])
def test_a_wrong_code_opens_nothing(stranger: Pages, code: str) -> None:
    person_with_factor(f"wrong{abs(hash(code))}@northmoor.example")
    sign_in(stranger, f"wrong{abs(hash(code))}@northmoor.example")

    assert stranger.client.post("/sign-in/code/", {"code": code}).status_code in (200, 401)
    assert stranger.client.get("/").status_code == 302


def test_a_recovery_code_stands_in_once(stranger: Pages) -> None:
    from django.test import Client

    from leftshift.workspace.accounts.signing_in import new_recovery_codes

    account, _ = person_with_factor("three@northmoor.example")
    code = new_recovery_codes(account)[0]
    sign_in(stranger, account.email)
    assert stranger.client.post("/sign-in/code/", {"code": code.upper()}).status_code == 302
    again = Pages(Client(headers={"host": "localhost"}))
    sign_in(again, account.email)

    assert again.client.post("/sign-in/code/", {"code": code}).status_code == 401


def test_unknown_people_and_wrong_passwords_are_answered_alike(stranger: Pages) -> None:
    person_with_factor("four@northmoor.example")

    wrong = sign_in(stranger, "four@northmoor.example", "wrong password")
    unknown = sign_in(stranger, "nobody@northmoor.example", "wrong password")

    def without_what_changes(answer: Any) -> str:
        return re.sub(r'value="[^"]*"', "", answer.content.decode())

    assert wrong.status_code == unknown.status_code == 401
    assert without_what_changes(wrong) == without_what_changes(unknown)


@pytest.mark.usefixtures("one_span")
def test_too_many_tries_lock_out_for_a_while_even_with_the_right_password(stranger: Pages) -> None:
    from leftshift.workspace.accounts.models import Attempt
    from leftshift.workspace.accounts.parameters import parameter

    person_with_factor("five@northmoor.example")
    for _ in range(parameter("lock_out", "failures")):
        sign_in(stranger, "five@northmoor.example", "wrong password")
    locked = sign_in(stranger, "five@northmoor.example")

    assert locked.status_code == 429
    assert "too many tries" in locked.content.decode()
    Attempt.objects.all().delete()
    assert sign_in(stranger, "five@northmoor.example").status_code == 302


@pytest.mark.usefixtures("one_span")
def test_codes_are_locked_out_too(stranger: Pages) -> None:
    from leftshift.workspace.accounts.models import Attempt
    from leftshift.workspace.accounts.parameters import parameter

    _, secret = person_with_factor("six@northmoor.example")
    sign_in(stranger, "six@northmoor.example")
    for _ in range(parameter("lock_out", "failures")):
        stranger.client.post("/sign-in/code/", {"code": "000000"})
    locked = stranger.client.post("/sign-in/code/", {"code": pyotp.TOTP(secret).now()})
    Attempt.objects.all().delete()

    assert locked.status_code == 429


@pytest.mark.parametrize(
    "next_page", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/\\elsewhere"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(stranger: Pages, next_page: str) -> None:
    email = f"next{abs(hash(next_page))}@northmoor.example"
    _, secret = person_with_factor(email)
    sign_in(stranger, email, next=next_page)

    assert stranger.client.post("/sign-in/code/", {"code": pyotp.TOTP(secret).now()})["Location"] == "/"


def test_an_invitation_makes_an_account_that_first_sets_up_its_factor(stranger: Pages) -> None:
    from leftshift.workspace.accounts.actions import add_organisation, invite

    lead = add_organisation(code="RN1", name="Northmoor Hospitals NHS Trust", by="a test")
    _, token = invite(email="new@northmoor.example", role="finance_lead", organisation=lead, by="a test")
    text = stranger.get(f"/invitation/{token}/")
    assert "Finance lead of Northmoor Hospitals NHS Trust" in text
    short = stranger.client.post(f"/invitation/{token}/", {"name": "New", "password": "short"})
    common = stranger.client.post(f"/invitation/{token}/", {"name": "New", "password": "password1234"})
    assert "too short" in short.content.decode()
    assert "too common" in common.content.decode()
    taken = stranger.client.post(f"/invitation/{token}/", {"name": "New Person", "password": PASSWORD})
    assert taken["Location"] == "/account/second-factor/"
    assert stranger.client.get("/")["Location"] == "/account/second-factor/"  # nothing else opens before

    page = stranger.get("/account/second-factor/")
    secret = re.search(r"Key: <code>([A-Z2-7 ]+)</code>", page)
    assert secret is not None
    done = stranger.client.post(
        "/account/second-factor/", {"code": pyotp.TOTP(secret.group(1).replace(" ", "")).now()}
    )
    assert len(re.findall(r"<li><code>[a-z2-9]{5}-[a-z2-9]{5}</code>", done.content.decode())) == 10
    assert stranger.client.get("/").status_code == 200
    stranger.get(f"/invitation/{token}/", status=404)


def test_the_link_of_the_terminal_signs_in_once(stranger: Pages) -> None:
    from django.test import Client

    from leftshift.workspace.accounts.actions import link_for_keeper

    token = link_for_keeper(by="a test")

    assert stranger.client.get(f"/sign-in/link/{token}/").status_code == 302
    assert "Northmoor" in stranger.get("/")
    again = Pages(Client(headers={"host": "localhost"}))
    assert "leftshift link" in again.get(f"/sign-in/link/{token}/", status=404)


@pytest.mark.parametrize(("name", "hours"), [("since", 12.1), ("used", 0.51)])
def test_a_session_ends(database: object, name: str, hours: float) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    vera = signed_in("vera")
    assert vera.client.get("/").status_code == 200
    session = SessionStore(vera.client.cookies["leftshift"].value)
    session[name] = time.time() - hours * 3600
    session.save()

    assert vera.client.get("/").status_code == 302


def test_a_closed_account_is_out_at_once(database: object) -> None:
    from leftshift.workspace.accounts.actions import set_active

    bo, account = signed_in("bo"), account_of("bo")
    assert bo.client.get("/").status_code == 200
    set_active(account, False, by="a test")
    closed = bo.client.get("/").status_code
    set_active(account, True, by="a test")

    assert closed == 302


def test_the_last_administrator_stays(database: object) -> None:
    from leftshift.workspace.accounts.actions import NotPossible, end_role
    from leftshift.workspace.accounts.models import Grant

    ada = account_of("ada")
    others = list(Grant.objects.filter(role="administrator", ended_at=None).exclude(account=ada))
    for grant in others:
        end_role(grant, by="a test")
    with pytest.raises(NotPossible):
        end_role(Grant.objects.get(role="administrator", ended_at=None, account=ada), by="a test")


def test_forms_need_the_token_of_the_page(database: object) -> None:
    from django.test import Client

    dora = signed_in("dora").client
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.cookies = dora.cookies

    assert strict.post("/account/", {"do": "name", "name": "Changed"}).status_code == 403
    assert strict.post("/sign-out/").status_code == 403


def test_cookies_are_kept_from_script_and_from_other_sites(stranger: Pages) -> None:
    response = stranger.client.get("/sign-in/")
    cookie = response.cookies["leftshift-csrf"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"


def test_a_changed_password_ends_other_sessions(stranger: Pages) -> None:
    from django.test import Client

    _, secret = person_with_factor("seven@northmoor.example")
    sign_in(stranger, "seven@northmoor.example")
    stranger.client.post("/sign-in/code/", {"code": pyotp.TOTP(secret).now()})
    other = Client(headers={"host": "localhost"})
    from leftshift.workspace.accounts.models import Account
    from leftshift.workspace.accounts.signing_in import new_recovery_codes

    code = new_recovery_codes(Account.objects.get(email="seven@northmoor.example"))[0]
    sign_in(Pages(other), "seven@northmoor.example")
    other.post("/sign-in/code/", {"code": code})
    assert other.get("/").status_code == 200
    wrong = stranger.client.post(
        "/account/", {"do": "password", "old": "not it", "password": "nine grey seals doze"}
    )
    assert wrong.status_code == 400
    stranger.client.post("/account/", {"do": "password", "old": PASSWORD, "password": "nine grey seals doze"})

    assert stranger.client.get("/").status_code == 200
    assert other.get("/").status_code == 302


def test_every_sign_in_and_every_failure_leaves_an_event(stranger: Pages) -> None:
    from leftshift.workspace.record.models import Event

    _, secret = person_with_factor("eight@northmoor.example")
    sign_in(stranger, "eight@northmoor.example", "wrong password")
    sign_in(stranger, "eight@northmoor.example")
    stranger.client.post("/sign-in/code/", {"code": pyotp.TOTP(secret).now()})
    actions = list(
        Event.objects.filter(subject="eight@northmoor.example")
        .values_list("action", flat=True)
        .order_by("id")
    )

    assert actions == ["role given", "sign-in failed", "signed in"]


def test_an_administrator_invites_gives_and_ends_roles(database: object) -> None:
    ada = signed_in("ada")
    made = ada.client.post(
        "/people/", {"do": "invite", "email": "kit@northmoor.example", "role": "viewer", "place": ""}
    )
    link = re.search(r"http://localhost(/invitation/[^<\"/]+/)", made.content.decode())
    assert link is not None
    lead = ada.client.post(
        "/people/", {"do": "invite", "email": "kit@northmoor.example", "role": "finance_lead"}
    )
    assert lead.status_code == 400
    assert "Choose the organisation" in lead.content.decode()
    assert "kit@northmoor.example as Viewer" in ada.get("/people/")
    assert "may" in ada.get("/roles/")
    assert "The trail is whole" in ada.get("/trail/")


def test_one_s_own_account_and_its_tokens(database: object) -> None:
    vera = signed_in("vera")
    made = vera.client.post(
        "/account/", {"do": "token", "token_name": "nightly", "days": "10"}
    ).content.decode()
    assert re.search(r'app-token">[\w-]{40,}<', made)
    assert "nightly: reads, until" in vera.get("/account/")
    number = re.search(r"/account/tokens/(\d+)/revoke/", vera.get("/account/"))
    assert number is not None
    assert signed_in("bo").client.post(f"/account/tokens/{number.group(1)}/revoke/").status_code == 404
    vera.client.post(f"/account/tokens/{number.group(1)}/revoke/")

    assert "nightly: reads" not in vera.get("/account/")


def test_nobody_closes_their_own_account(database: object) -> None:
    ada, account = signed_in("ada"), account_of("ada")
    ada.client.post(f"/people/accounts/{account.pk}/active/", {"active": "no"})

    assert "This is your own account" in ada.get("/people/")
