"""The workspace under test: a real embedded PostgreSQL, the role of the workspace, and a client that checks every page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import html5lib
import pytest

from leftshift.workspace.site.embedded import ROLES, EmbeddedPostgres
from leftshift.workspace.site.serve import prepare

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A database that lives for the session; Django speaks to it as the workspace's own role."""
    postgres = EmbeddedPostgres(tmp_path_factory.mktemp("state"))
    postgres.acquire()
    postgres.start()
    prepare(postgres.conninfo(ROLES[2]), postgres.conninfo(ROLES[1]))
    from django.db import connection

    from leftshift.workspace.record.acting import SYSTEM, acting

    with acting(SYSTEM):
        yield postgres
    connection.close()
    postgres.stop()
    postgres.release()
    if postgres.home.parent != postgres.state:
        shutil.rmtree(postgres.home, ignore_errors=True)


@dataclass
class Pages:
    """Fetches pages, and checks of each what must hold of all."""

    client: Any

    def get(self, address: str, status: int = 200) -> str:
        """The text of a page."""
        response = self.client.get(address)
        text = response.content.decode()
        assert response.status_code == status, text[:400]
        if response["Content-Type"].startswith("text/html"):
            check_page(text, response["Content-Security-Policy"])
        return str(text)


def check_page(text: str, policy: str) -> None:
    """Valid HTML, one heading that the title repeats, unique ids, no script, no inline style, no foreign address."""
    html5lib.HTMLParser(strict=True).parse(text)
    ids = re.findall(r'\bid="([^"]*)"', text)
    headings = re.findall(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    assert len(ids) == len(set(ids)), "an id stands twice"
    assert len(headings) == 1
    assert title is not None
    words = re.sub(r"<span class=\"app-place\">.*?</span>", "", headings[0])
    assert " ".join(words.split()) in title.group(1)
    for script in re.findall(r"<script[^>]*>", text):
        assert re.fullmatch(r'<script (?:type="module" |defer )?src="/static/[^"]*"(?: defer)?>', script), (
            script
        )
    assert not re.search(r'\sstyle="|\son\w+="', text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
    assert "'unsafe" not in policy
    assert "default-src 'none'" in policy


# The standing cast: who plays in every test of the workspace. Charlie has an account and no role: sees nothing.
CAST: dict[str, tuple[str, str]] = {
    "vera": ("viewer", ""),
    "asha": ("analyst", ""),
    "femi": ("finance_lead", "NMH"),
    "gwen": ("finance_lead", "NMC"),
    "dora": ("programme_director", ""),
    "bo": ("board_officer", ""),
    "ada": ("administrator", ""),
    "liam": ("project_lead", ""),
    "mina": ("fund_manager", ""),
    "sid": ("signatory", "NMC"),
    "cara": ("care_coordinator", ""),
    "pim": ("privacy_officer", ""),
    "charlie": ("", ""),
}


def account_of(name: str) -> Any:
    """The account of one of the cast."""
    from leftshift.workspace.accounts.actions import add_organisation, give_role
    from leftshift.workspace.accounts.models import Account
    from leftshift.workspace.record.acting import SYSTEM, acting

    role, organisation = CAST[name]
    with acting(SYSTEM):
        found, made = Account.objects.get_or_create(
            email=f"{name}@northmoor.example",
            defaults={"name": f"{name.capitalize()} Invented", "password": "!"},
        )
        if made and role:
            of = add_organisation(code=organisation, name=organisation, by="a test") if organisation else None
            give_role(found, role=role, organisation=of, by="a test")
    return found


def signed_in(name: str) -> Pages:
    """A client in which one of the cast has signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import Client
    from django.utils import timezone

    from leftshift.workspace.accounts.signing_in import BACKEND

    account, now = account_of(name), timezone.now().timestamp()
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(account.pk),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: account.get_session_auth_hash(),
            "since": now,
            "used": now,
            "by": "link",
        }
    )
    session.create()
    client = Client(headers={"host": "localhost"})
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return Pages(client)


@pytest.fixture
def pages(database: EmbeddedPostgres) -> Pages:
    """The workspace as a programme director sees it."""
    return signed_in("dora")


@pytest.fixture
def stranger(database: EmbeddedPostgres) -> Pages:
    """The workspace as somebody sees it who has not signed in."""
    from django.test import Client

    return Pages(Client(headers={"host": "localhost"}))


@pytest.fixture
def examples(database: EmbeddedPostgres) -> None:
    """Both example places, taken in."""
    from leftshift.workspace.plan.actions.storing import import_place

    for name in ("llr-2014", "northmoor"):
        import_place(EXAMPLES / name, by="a test")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of Northmoor under a code of its own, to change."""
    copy = Path(shutil.copytree(EXAMPLES / "northmoor", tmp_path / f"place-{tmp_path.name}"))
    heading = copy / "place.toml"
    heading.write_text(
        heading.read_text().replace('"northmoor"', f'"{re.sub("[^a-z0-9]+", "-", tmp_path.name.lower())}"')
    )
    return copy
