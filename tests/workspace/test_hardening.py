"""Headings of every answer, bounds on what is sent, limits on how often, and a fresh sign-in for what changes signing in."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from tests.workspace.conftest import Pages, account_of, signed_in

pytestmark = pytest.mark.usefixtures("examples")
ROOM = "/places/northmoor/overview/2027-28/"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        ROOM,
        "/sign-in/",
        "/account/",
        "/places/northmoor/tables/overview/bridge/2027-28.csv",
        "/nowhere/",
    ],
)
def test_no_answer_is_kept_by_a_browser_or_framed_or_searched(pages: Pages, address: str) -> None:
    answer = pages.client.get(address)

    assert "no-store" in answer["Cache-Control"]
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "same-origin"


def test_what_is_too_large_is_refused_before_it_is_read(pages: Pages) -> None:
    answer = pages.client.generic("POST", "/import/", b"", CONTENT_LENGTH="999999999")

    assert answer.status_code == 413


def test_a_grid_without_script_may_be_sent_and_much_more_may_not(pages: Pages) -> None:
    def fields(number: int) -> dict[str, str]:
        return {"about": "plan", "words": "Much."} | {f"cell.r{at}.value": "1" for at in range(number)}

    assert pages.client.post("/places/northmoor/comments/", fields(1_600)).status_code == 302
    assert pages.client.post("/places/northmoor/comments/", fields(10_001)).status_code == 400


def test_a_form_of_somebody_else_is_told_in_words(stranger: Pages) -> None:
    from django.test import Client

    answer = Client(enforce_csrf_checks=True, headers={"host": "localhost"}).post("/sign-in/", {"email": "x"})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


def test_an_unknown_host_is_refused(stranger: Pages) -> None:
    assert stranger.client.get("/sign-in/", headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_sent_elsewhere(wanted: str) -> None:
    answer = signed_in("vera").client.get("/sign-in/", {"next": wanted})

    assert answer["Location"] == "/"


def _limited(**limits: int) -> Any:
    from leftshift.workspace.shared import limits as module

    real = module.parameter
    return mock.patch.object(
        module, "parameter", side_effect=lambda section, name: limits.get(name) or real(section, name)
    )


def test_comments_have_a_limit() -> None:
    vera = signed_in("vera").client
    given = {"about": "plan", "words": "Again."}
    with _limited(comments_an_hour=10_000):
        assert vera.post("/places/northmoor/comments/", given).status_code == 302
    with _limited(comments_an_hour=1):
        answer = vera.post("/places/northmoor/comments/", given)

    assert answer.status_code == 400
    assert "very often" in answer.content.decode()


def test_imports_have_a_limit() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from leftshift.workspace.shared.models import Upload

    asha = signed_in("asha").client
    with _limited(imports_an_hour=1):
        answers = [asha.post("/import/", {"files": SimpleUploadedFile("x.zip", b"none")}) for _ in range(2)]

    assert answers[-1].status_code == 400
    assert "very often" in answers[-1].content.decode()
    assert Upload.objects.filter(account=account_of("asha"), name="x.zip").count() <= 1


def test_who_signed_in_long_ago_may_not_change_how_they_sign_in() -> None:
    from django.utils import timezone

    vera, account = signed_in("vera").client, account_of("vera")
    account.factor_confirmed_at = timezone.now()
    account.save(update_fields=["factor_confirmed_at"])
    try:
        assert vera.get("/account/second-factor/").status_code == 200
        session = vera.session
        session["since"] -= 16 * 60
        session.save()

        token = {"do": "token", "token_name": "x", "days": "3"}
        assert vera.get("/account/second-factor/").status_code == 403
        assert vera.post("/account/recovery-codes/").status_code == 403
        assert vera.post("/account/", token).status_code == 403
        assert vera.get("/account/").status_code == 200
    finally:
        account.factor_confirmed_at = None
        account.save(update_fields=["factor_confirmed_at"])
