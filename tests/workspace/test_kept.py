"""Pages kept in memory: nobody is shown what belongs to another, what is new shows at once, and few queries are asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from leftshift.workspace.site.embedded import EmbeddedPostgres
from tests.workspace.conftest import Pages, account_of, signed_in

pytestmark = pytest.mark.usefixtures("examples")
ROOM = "/places/northmoor/overview/2027-28/"
WHY = "/places/northmoor/why/gap/2027-28/"
KEPT = (
    "/", ROOM, WHY, "/places/northmoor/inputs/contracts/2/2027-28/", "/places/northmoor/compare/2027-28/",
    "/places/northmoor/scenarios/2027-28/", "/places/northmoor/review/", "/places/northmoor/comments/",
    "/places/northmoor/what-if/2027-28/", "/places/northmoor/charts/bridge/2027-28.svg",
    "/places/northmoor/tables/overview/bridge/2027-28.csv",
)  # fmt: skip
MOST_QUERIES = 2  # who asks, and what the page depends on


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    from leftshift.workspace.shared.kept import pages as kept

    kept.clear()
    yield
    kept.clear()


def queries_of(pages: Pages, address: str) -> list[str]:
    """What the database is asked, in a request that begins as a request of a server does: on nobody's behalf."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from leftshift.workspace.record.acting import NOBODY, acting

    with acting(NOBODY), CaptureQueriesContext(connection) as asked:
        pages.get(address)
    return [entry["sql"] for entry in asked.captured_queries]


@pytest.mark.parametrize("address", KEPT)
def test_a_page_seen_before_asks_two_queries_whoever_opens_it(address: str) -> None:
    signed_in("dora").get(address)
    dora = signed_in("dora")
    dora.get("/account/")

    asked = queries_of(dora, address)

    assert len(asked) <= MOST_QUERIES, asked


@pytest.mark.parametrize("address", KEPT)
def test_what_is_kept_is_what_is_shown_without(address: str) -> None:
    from leftshift.workspace.shared.kept import pages as kept

    plain = [re.sub(r'value="[A-Za-z0-9]{64}"', "", signed_in(who).get(address)) for who in ("asha", "vera")]
    again = [re.sub(r'value="[A-Za-z0-9]{64}"', "", signed_in(who).get(address)) for who in ("asha", "vera")]
    kept.clear()

    assert plain == again


@pytest.mark.parametrize("address", KEPT)
def test_nobody_is_shown_the_name_or_token_of_another(address: str) -> None:
    """Dora, Bo and Femi have roles of their own; two people of the same role share what is kept, and no more."""
    from leftshift.workspace.accounts.actions import end_role, give_role

    csrf: Any = import_module("django.middleware.csrf")
    twin = account_of("charlie")
    grant = give_role(twin, role="viewer", by="a test")
    try:
        for who in ("vera", "charlie", "dora", "bo", "femi", "vera"):
            client = signed_in(who)
            text = client.get(address)
            names = set(re.findall(r"([A-Z][a-z]+) Invented</a>", text))
            assert names <= {who.capitalize()}
            tokens = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', text))
            assert all(re.fullmatch("[A-Za-z0-9]{64}", token) for token in tokens)
            if tokens:
                secret = client.client.cookies["leftshift-csrf"].value
                assert {csrf._unmask_cipher_token(token) for token in tokens} == {secret}
    finally:
        end_role(grant, by="a test")


def test_buttons_are_those_of_whoever_asks() -> None:
    edit = '/places/northmoor/draft/">Edit'

    assert edit in signed_in("asha").get(ROOM)
    assert edit not in signed_in("vera").get(ROOM)
    assert edit in signed_in("asha").get(ROOM)


def test_a_role_that_ends_ends_what_is_shown_at_once() -> None:
    from leftshift.workspace.accounts.actions import end_role, give_role

    charlie = signed_in("charlie")
    grant = give_role(account_of("charlie"), role="viewer", place="northmoor", by="a test")
    charlie.get(ROOM)
    end_role(grant, by="a test")

    charlie.get(ROOM, status=404)


def test_a_changed_name_shows_at_once_on_every_page() -> None:
    from leftshift.workspace.accounts.actions import change_details

    vera, account = signed_in("vera"), account_of("vera")
    vera.get(ROOM)
    change_details(account, name="Vera <b>Newly</b> Named", by="a test")
    try:
        assert "Vera &lt;b&gt;Newly&lt;/b&gt; Named" in vera.get(ROOM)
    finally:
        change_details(account, name="Vera Invented", by="a test")


def test_a_new_version_shows_at_once(folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    vera, code = signed_in("vera"), import_place(folder, by="a test").version.place.code  # type: ignore[union-attr]
    address = f"/places/{code}/overview/2027-28/"
    assert "Version 1, shown here" in vera.get(address)
    rates = folder / "assumptions.csv"
    rates.write_text(rates.read_text().replace("all,pay_inflation,,", "all,pay_inflation,,1", 1))
    import_place(folder, by="a test")

    assert "Version 2, shown here" in vera.get(address)
    assert "which is not the current one" in vera.get(f"/places/{code}@1/overview/2027-28/")


def test_a_comment_shows_at_once_where_it_was_made_and_nothing_is_said_twice() -> None:
    vera, asha = signed_in("vera"), signed_in("asha")
    vera.get(WHY)
    given: dict[str, Any] = {"about": "figure|gap|2027/28||", "words": "Said just now.", "next": WHY}
    asha.client.post("/places/northmoor/comments/", given)

    assert vera.get(WHY).count("Said just now.") == 1
    assert "Said just now." in vera.get("/places/northmoor/comments/")


def test_a_step_shows_at_once(folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    code = import_place(folder, by="a test").version.place.code  # type: ignore[union-attr]
    vera, dora, address = signed_in("vera"), signed_in("dora"), f"/places/{code}/review/"
    vera.get(address)
    form = dora.get(address)
    seen = re.search(r'name="seen" value="([^"]*)"', form)
    assert seen is not None
    dora.client.post(address, {"do": "sent", "seen": seen.group(1)})

    assert "sent it for review" in vera.get(address)
    assert "The plan was sent for review." in dora.get(address)
    assert "The plan was sent for review." not in dora.get(address)


def test_a_view_that_is_kept_never_sees_who_asks() -> None:
    from django.http import HttpRequest, HttpResponse

    from leftshift.workspace.accounts.permissions import person
    from leftshift.workspace.shared.kept import KeptRequest, kept

    seen: list[Any] = []

    @kept(lambda: (1,))
    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse(person(request).account.name)  # type: ignore[union-attr]

    asked = HttpRequest()
    asked.method, asked.path = "GET", "/nowhere/"
    asked.session, asked.COOKIES = {}, {"leftshift": "secret"}  # type: ignore[assignment]
    from leftshift.workspace.accounts.permissions import person_of

    asked.person = person_of(account_of("vera"))  # type: ignore[attr-defined]

    assert view(asked).content == b"Vera Invented"
    assert isinstance(seen[0], KeptRequest)
    account: Any = seen[0].person.account
    assert not seen[0].COOKIES
    assert account.email == ""
    assert account.pk is None


def test_memory_stays_within_its_bounds() -> None:
    from leftshift.workspace.shared.kept import Kept

    few = Kept(100)
    for number in range(50):
        few.put(number, (b"x" * 30,), ())

    assert [number for number in range(50) if few.get(number)] == [47, 48, 49]


def test_who_asks_is_told_before_any_query_and_forgotten_with_a_transaction(
    database: EmbeddedPostgres,
) -> None:
    from django.db import connection, transaction

    from leftshift.workspace.record.acting import NOBODY, SYSTEM, acting

    def told() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('leftshift.actor', true)")
            return str(cursor.fetchone()[0])

    with acting("5"):
        assert told() == "5"
        with transaction.atomic():
            with acting(SYSTEM):
                assert told() == SYSTEM
            assert told() == "5"
            with acting("6"):
                assert told() == "6"
            transaction.set_rollback(True)
        assert told() == "5"
        with acting(NOBODY):
            assert told() == NOBODY


def test_an_answer_that_is_not_kept_is_filled_in_as_well() -> None:
    """A day that is none is answered with 400, and the page is somebody's all the same."""
    from tests.workspace.programme_making import AT, example

    example()
    for who in ("dora", "vera"):
        pages = signed_in(who)
        answer = pages.client.get(f"{AT}?as_of=9999-12-31")
        text = answer.content.decode()
        assert answer.status_code == 400
        assert account_of(who).name in text
        assert not re.search(r"(?:name|token)[0-9a-f]{32}", text)
        assert re.search(r'name="csrfmiddlewaretoken" value="\w{64}"', text)
