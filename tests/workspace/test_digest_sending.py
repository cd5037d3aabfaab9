"""Digests are sent: where to, once, what they hold, and to nobody who may not see the place."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest

from leftshift.workspace.site.mail import OFF, mail_of
from tests.workspace.conftest import account_of, signed_in
from tests.workspace.digest_making import (
    ADDRESS,
    DAY,
    FROM,
    at,
    email,
    mail,
    mails_in,
    own_programme,
    send,
    subscribe,
)
from tests.workspace.mail_server import mail_server
from tests.workspace.test_kill import ROOT, free_port, without_the_database_of_other_tests

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture
def mine(database: object, tmp_path: Path) -> Iterator[Any]:
    """A programme of its own."""
    yield from own_programme(tmp_path)


# ---------------------------------------------------------------------- where mail goes
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("file:/srv/mail", {"EMAIL_FILE_PATH": "/srv/mail"}),
        ("smtp://mail.example.org", {"EMAIL_HOST": "mail.example.org", "EMAIL_PORT": 25, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}),
        (
            "smtp://a%40b:c%3Ad@mail.example.org?tls=1",
            {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True, "EMAIL_HOST_USER": "a@b", "EMAIL_HOST_PASSWORD": "c:d"},
        ),
        ("smtp://a:b@mail.example.org:2525?tls=1", {"EMAIL_PORT": 2525, "EMAIL_USE_TLS": True}),
        ("smtps://a:b@mail.example.org", {"EMAIL_PORT": 465, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": True}),
        ("smtp://a:b@localhost:1025", {"EMAIL_PORT": 1025, "EMAIL_USE_TLS": False}),
    ],
)  # fmt: skip
def test_mail_goes_where_the_environment_says(text: str, expected: dict[str, Any]) -> None:
    found = mail_of(text, FROM)
    assert not found.problem
    assert {name: found.settings[name] for name in expected} == expected


@pytest.mark.parametrize(
    "text",
    [
        "file:", "sendmail", "http://a:secret@x", "smtp://", "smtp://a:secret@x", "smtp://a:secret@x:99999", "smtp://a:secret@x?tls=yes",
        "smtp://a:secret@x/folder", "smtp://a:secret@x?ssl=1", "smtp://a:secret@[x", "smtp://a:secret@x?tls=1#more",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_off_and_told_without_its_password(text: str) -> None:
    found = mail_of(text, FROM)
    assert found.problem
    assert "secret" not in found.problem + str(found.settings)
    assert str(found.settings["EMAIL_BACKEND"]).endswith("dummy.EmailBackend")


def test_mail_is_off_until_somebody_says_otherwise(mine: Any) -> None:
    from django.conf import settings

    from leftshift.workspace.programme.actions.sending import MailIsOff

    assert mail_of("", FROM).problem == settings.MAIL_PROBLEM == OFF
    assert "MAIL_FROM" in mail_of("file:x", "").problem
    assert "MAIL_FROM" in mail_of("file:x", "a@b\nBcc: c@d").problem
    row = subscribe(mine, "vera")
    with pytest.raises(MailIsOff, match="LEFTSHIFT_MAIL is not set"):
        send()
    row.refresh_from_db()
    assert row.last_sent_on is None
    assert "This workspace sends no mail" in signed_in("vera").get(at(mine))


# ---------------------------------------------------------------------- sent
def test_a_digest_is_a_mail_of_plain_text_with_the_way_out(mine: Any, tmp_path: Path) -> None:
    subscribe(mine, "vera")
    with mail(f"file:{tmp_path / 'mail'}"):
        outcome = send()
    (found,) = mails_in(tmp_path / "mail")
    assert (outcome.sent, dict(outcome.kept_back), dict(outcome.failed)) == (1, {}, {})
    assert found["To"] == email("vera")
    assert found["From"] == FROM
    assert "3 overdue, 6 due" in found["Subject"]
    assert found.get_content_type() == "text/plain"
    text = found.get_content()
    assert (
        "- Milestone: First ward moved. Due on Wednesday 1 October 2014, 254 days ago. Project lead, bed moves."
        in text
    )
    assert f"{ADDRESS}/places/{mine.place.code}/programme/" in text
    assert found["List-Unsubscribe"].strip(" <>") in text
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["Auto-Submitted"] == "auto-generated"


def test_one_owner_gets_what_is_theirs(mine: Any, tmp_path: Path) -> None:
    subscribe(mine, "liam", owner="Director of workforce")
    with mail(f"file:{tmp_path / 'mail'}"):
        send()
    (found,) = mails_in(tmp_path / "mail")
    assert "recruit from abroad" in found.get_content()
    assert "First ward moved" not in found.get_content()


def test_each_is_sent_once_a_day_or_week(mine: Any, tmp_path: Path) -> None:
    """Of fifteen days: the daily one on each, the weekly one on the first, the eighth and the fifteenth: 15 + 3 mails."""
    subscribe(mine, "vera", "daily")
    subscribe(mine, "asha", "weekly")
    with mail(f"file:{tmp_path / 'mail'}"):
        for number in range(15):
            send(DAY + timedelta(days=number))
            assert send(DAY + timedelta(days=number)).sent == 0
    found = mails_in(tmp_path / "mail")
    assert sum(each["To"] == email("vera") for each in found) == 15
    assert sum(each["To"] == email("asha") for each in found) == 3
    assert len({each["Message-ID"] for each in found}) == 18


def test_a_run_that_is_broken_off_between_two_mails_is_taken_up(mine: Any, tmp_path: Path) -> None:
    from django.core.mail import EmailMessage as Mail

    for name in ("vera", "asha", "dora"):
        subscribe(mine, name)
    really, done = Mail.send, list[str]()

    def breaks(self: Mail, fail_silently: bool = False) -> int:
        if done:
            raise KeyboardInterrupt
        done.append(self.to[0])
        return really(self)

    with mail(f"file:{tmp_path / 'mail'}"):
        with mock.patch.object(Mail, "send", breaks), pytest.raises(KeyboardInterrupt):
            send()
        assert len(mails_in(tmp_path / "mail")) == 1
        assert send().sent == 2
    assert sorted(each["To"] for each in mails_in(tmp_path / "mail")) == sorted(
        map(email, ("asha", "dora", "vera"))
    )


def test_two_runs_at_once_send_it_once(mine: Any, database: Any, tmp_path: Path) -> None:
    """Another run holds the subscription at this moment: this one leaves it to that."""
    import psycopg

    from leftshift.workspace.site.embedded import ROLES

    row = subscribe(mine, "vera")
    with psycopg.connect(database.conninfo(ROLES[2]), options="-c leftshift.actor=system") as other:
        held = other.execute("SELECT id FROM programme_digestsubscription WHERE id = %s FOR UPDATE", [row.pk])
        assert held.fetchall() == [(row.pk,)]
        with mail(f"file:{tmp_path / 'mail'}"):
            assert dict(send().kept_back) == {"ended, or being sent by another run": 1}
    with mail(f"file:{tmp_path / 'mail'}"):
        assert send().sent == 1


def test_what_slipped_is_told_from_the_mail_before(mine: Any, tmp_path: Path) -> None:
    """The crisis house was to open on 1 July 2015; on the next day it is 1 September: 62 days later."""
    subscribe(mine, "vera")
    with mail(f"file:{tmp_path / 'first'}"):
        send()
    key = _key(mine, "crisis_open")
    answer = signed_in("liam").client.post(
        at(mine, f"records/milestones/rows/{key}/"),
        {"field.due": "2015-09-01", "before.due": "2015-07-01", "do": "save"},
    )
    assert answer.status_code == 302
    with mail(f"file:{tmp_path / 'second'}"):
        send(DAY + timedelta(days=1), DAY + timedelta(days=1))
    (found,) = mails_in(tmp_path / "second")
    assert "Slipped since Friday 12 June 2015" in found.get_content()
    assert (
        "Expected on Tuesday 1 September 2015, 62 days later than Wednesday 1 July 2015"
        in found.get_content()
    )


def _key(held: Any, name: str) -> str:
    from leftshift.workspace.programme.models import ProgrammeFile

    sheet = ProgrammeFile.objects.get(programme=held, file="milestones.csv").content
    return next(str(row[0]) for row in sheet["rows"] if name in row[1])


def test_nothing_to_say_is_not_sent(mine: Any, tmp_path: Path) -> None:
    subscribe(mine, "vera", owner="Caldicott guardian")
    with mail(f"file:{tmp_path / 'mail'}"):
        outcome = send(date(2010, 1, 1), date(2010, 1, 1))
    assert dict(outcome.kept_back) == {"nothing to say": 1}
    assert mails_in(tmp_path / "mail") == []


@pytest.mark.parametrize("lost", ["the role", "the account"])
def test_who_may_not_see_the_place_any_more_gets_none(mine: Any, tmp_path: Path, lost: str) -> None:
    from leftshift.workspace.accounts.actions import end_role, give_role, set_active
    from leftshift.workspace.record.acting import SYSTEM, acting

    account = account_of("charlie")
    with acting(SYSTEM):
        grant = give_role(account, role="viewer", place=mine.place.code, by="a test")
    subscribe(mine, "charlie")
    with acting(SYSTEM):
        end_role(grant, by="a test") if lost == "the role" else set_active(account, False, by="a test")
    try:
        with mail(f"file:{tmp_path / 'mail'}"):
            outcome = send()
        expected = "they may not see the place any more" if lost == "the role" else "the account is closed"
        assert dict(outcome.kept_back) == {expected: 1}
        assert mails_in(tmp_path / "mail") == []
    finally:
        with acting(SYSTEM):
            set_active(account, True, by="a test")
            end_role(grant, by="a test")


def test_a_programme_that_cannot_be_read_sends_nothing(tmp_path: Path, mine: Any) -> None:
    row = subscribe(mine, "vera")
    with (
        mail(f"file:{tmp_path / 'mail'}"),
        mock.patch(
            "leftshift.workspace.programme.queries.Seen.is_sound",
            new_callable=mock.PropertyMock,
            return_value=False,
        ),
    ):
        assert dict(send().kept_back) == {"the programme cannot be read": 1}
    row.refresh_from_db()
    assert row.last_sent_on is None


# ---------------------------------------------------------------------- a real mail server
def test_a_mail_server_gets_it_with_the_password_of_the_environment(mine: Any) -> None:
    subscribe(mine, "vera")
    subscribe(mine, "asha")
    with mail_server() as post, mail(f"smtp://plans:right%20%40%20place@127.0.0.1:{post.port}"):
        assert send().sent == 2
    assert sorted(post.to) == [email("asha"), email("vera")]
    assert post.passwords == ["plans:right @ place"]  # one connection for both
    assert "First ward moved" in post.mails[0].get_content()


def test_one_who_is_refused_keeps_nobody_else_waiting_and_is_tried_again(mine: Any) -> None:
    for name in ("asha", "vera", "dora"):
        subscribe(mine, name)
    with mail_server() as post, mail(f"smtp://127.0.0.1:{post.port}"):
        post.refuses = {email("vera")}
        outcome = send()
        assert (outcome.sent, dict(outcome.failed)) == (2, {"SMTPRecipientsRefused": 1})
        post.refuses = set()
        again = send()
    assert (again.sent, dict(again.kept_back)) == (1, {"not due": 2})
    assert sorted(post.to) == sorted(map(email, ("asha", "dora", "vera")))


def test_a_server_that_goes_away_in_the_middle_is_called_again_for_the_next(mine: Any) -> None:
    for name in ("asha", "vera", "dora"):
        subscribe(mine, name)
    with mail_server() as post, mail(f"smtp://127.0.0.1:{post.port}"):
        post.hangs_up_at = {email("vera")}
        outcome = send()
    assert (outcome.sent, dict(outcome.failed)) == (2, {"SMTPServerDisconnected": 1})
    assert sorted(post.to) == [email("asha"), email("dora")]


def test_a_server_that_is_away_or_refuses_the_password_fails_and_notes_nothing(mine: Any) -> None:
    row = subscribe(mine, "vera")
    with mail_server() as post:
        with mail(f"smtp://plans:wrong@127.0.0.1:{post.port}"):
            assert dict(send().failed) == {"SMTPAuthenticationError": 1}
        port = post.port
    with mail(f"smtp://127.0.0.1:{port}"):
        assert dict(send().failed) == {"ConnectionRefusedError": 1}
    row.refresh_from_db()
    assert row.last_sent_on is None


def test_a_name_with_a_line_break_becomes_no_heading(mine: Any, tmp_path: Path) -> None:
    from leftshift.workspace.programme.models import ProgrammeFile

    heading = ProgrammeFile.objects.get(programme=mine, file="programme.toml")
    broken = {**heading.content, **_renamed(heading.content)}
    ProgrammeFile.objects.filter(pk=heading.pk).update(content=broken)
    subscribe(mine, "vera")
    with mail(f"file:{tmp_path / 'mail'}"):
        assert send().sent == 1
    (found,) = mails_in(tmp_path / "mail")
    assert found["Bcc"] is None
    assert found["Subject"].startswith("Ours Bcc: all@example:")


def _renamed(content: Any) -> dict[str, str]:
    (key,) = [
        name for name, value in content.items() if isinstance(value, str) and "Better care together" in value
    ]
    return {key: re.sub(r"(?m)^name = .*$", r'name = "Ours\\r\\nBcc: all@example"', content[key])}


def test_an_address_with_a_line_break_fails_alone(mine: Any, tmp_path: Path) -> None:
    from leftshift.workspace.accounts.models import Account
    from leftshift.workspace.programme.models import DigestSubscription
    from leftshift.workspace.record.acting import SYSTEM, acting

    with acting(SYSTEM):
        odd = Account.objects.create(
            email=f"odd-{uuid4().hex}@example\nBcc: all@example", name="Odd", password="!"
        )
        from leftshift.workspace.accounts.actions import give_role

        give_role(odd, role="viewer", by="a test")
        DigestSubscription.objects.create(programme=mine, account=odd, every="daily")
    subscribe(mine, "vera")
    with mail(f"file:{tmp_path / 'mail'}"):
        outcome = send()
    assert (outcome.sent, dict(outcome.failed)) == (1, {"BadHeaderError": 1})
    assert [each["To"] for each in mails_in(tmp_path / "mail")] == [email("vera")]


# ---------------------------------------------------------------------- the command
def test_the_command_sends_what_is_due_and_says_what_it_did_not(
    mine: Any, database: Any, tmp_path: Path
) -> None:
    from leftshift.workspace.site.embedded import ROLES

    subscribe(mine, "vera")
    own_server = {
        "LEFTSHIFT_DATABASE_URL": database.conninfo(ROLES[2]),
        "LEFTSHIFT_KEY": "a key of this test",
        "LEFTSHIFT_ADDRESS": ADDRESS,
    }

    def digest(day: str, **more: str) -> tuple[int, str, str]:
        line = [sys.executable, "-m", "leftshift.cli.main", "digest", "--as-of", day]
        environment = {
            **without_the_database_of_other_tests(),
            "PYTHONPATH": str(ROOT / "src"),
            **own_server,
            **more,
        }
        done = subprocess.run(
            line, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False
        )
        return done.returncode, done.stdout, done.stderr

    code, out, error = digest("2015-06-12")
    assert (code, out) == (1, "")
    assert "LEFTSHIFT_MAIL is not set" in error
    assert "Nothing was sent" in error
    named = {"LEFTSHIFT_MAIL": f"file:{tmp_path / 'mail'}", "LEFTSHIFT_MAIL_FROM": FROM}
    assert digest("2015-06-12", **named) == (0, "1 digest sent.\n", "")
    assert digest("2015-06-12", **named) == (0, "0 digests sent.\n1 digest not sent: not due.\n", "")
    (found,) = mails_in(tmp_path / "mail")
    assert found["Message-ID"].endswith("@plans.example>")
    away = {**named, "LEFTSHIFT_MAIL": f"smtp://plans:hidden@127.0.0.1:{free_port()}"}
    code, out, error = digest("2015-06-13", **away)
    assert (code, out) == (1, "0 digests sent.\n")
    assert "1 digest could not be sent (ConnectionRefusedError); the next run tries again." in error
    assert "hidden" not in error
    assert digest("2015-06-13", **named) == (0, "1 digest sent.\n", "")
    assert digest("tomorrow", **named)[0] == 2
