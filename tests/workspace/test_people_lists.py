"""Lists of people: by right and for a reason, every person recorded before they are shown, and the record kept by the database itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from markupsafe import escape

from leftshift.workspace.accounts.roles import ROLES, Permission
from leftshift.workspace.site.embedded import ROLES as DATABASE_ROLES
from leftshift.workspace.site.embedded import EmbeddedPostgres
from tests.workspace.conftest import CAST, signed_in
from tests.workspace.people_making import AT, cohort_of, give_reason, looks, taken

LIST = f"{AT}list/"


@pytest.fixture(autouse=True)
def listed(examples: None) -> Any:
    return taken()


@pytest.fixture
def cara(listed: Any) -> Any:
    """A care coordinator who has said why."""
    pages = signed_in("cara")
    give_reason(pages.client)
    return pages


def told(response: Any) -> str:
    """What a page says, without the secret of its form that is another each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def keys_on(text: str) -> list[str]:
    return re.findall(rf'href="{LIST}([^/"]+)/"', text)


def first_key() -> str:
    people = cohort_of().people
    assert people
    return str(min(people, key=lambda person: (person["practice"], person["key"]))["key"])


# ---------------------------------------------------------------------- who may
PAGES = {
    AT: Permission.SEE_PLAN,
    LIST: Permission.FIND_PEOPLE,
    f"{LIST}{{key}}/": Permission.FIND_PEOPLE,
    f"{AT}access/": Permission.SEE_ACCESS,
    f"{AT}access/{{view}}/": Permission.SEE_ACCESS,
}


@pytest.mark.parametrize("who", CAST)
def test_each_role_sees_the_pages_of_its_rights_and_nothing_of_the_others(cara: Any, who: str) -> None:
    cara.get(LIST)
    role, key, view = CAST[who][0], first_key(), looks()[-1].view
    client = signed_in(who).client
    nothing = client.get("/places/nowhere/people/list/")
    for address, permission in PAGES.items():
        response = client.get(address.format(key=key, view=view))
        if role and permission in ROLES[role].permissions:
            assert response.status_code == 200, (who, address)
        else:
            assert response.status_code == 404, (who, address)
            assert told(response) == told(nothing), (who, address)
    posted = client.post(f"{AT}reason/", {"purpose": "direct_care"})
    assert posted.status_code == (302 if role == "care_coordinator" else 404)


def test_a_right_for_another_place_is_none_here(listed: Any) -> None:
    from leftshift.workspace.accounts.actions import end_role, give_role
    from tests.workspace.conftest import account_of

    client = signed_in("charlie").client
    grant = give_role(account_of("charlie"), role="care_coordinator", place="llr-2014", by="a test")
    try:
        assert client.get(LIST).status_code == 404
        assert client.get("/places/llr-2014/people/list/").status_code == 200
        assert client.get(AT).status_code == 404
    finally:
        end_role(grant, by="a test")


@pytest.mark.parametrize("who", ["vera", "dora", "pim", "ada"])
def test_the_database_itself_gives_no_person_to_whoever_may_not_find_people(listed: Any, who: str) -> None:
    from leftshift.workspace.people.models import Listed
    from leftshift.workspace.record.acting import acting
    from tests.workspace.conftest import account_of

    number = str(account_of(who).pk)
    with acting(number):
        assert Listed.objects.count() == 0
    with acting(str(account_of("cara").pk)):
        assert Listed.objects.count() > 0
        assert Listed.objects.all().delete()[0] == 0  # nor does a care coordinator remove anybody


def test_the_policies_know_the_same_roles(database: EmbeddedPostgres) -> None:
    from django.db import connection

    for name, permission in (
        ("leftshift_finds_people", Permission.FIND_PEOPLE),
        ("leftshift_watches_looks", Permission.SEE_ACCESS),
    ):
        with connection.cursor() as cursor:
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name])
            named = set(re.findall(r"'([a-z_]+)'", cursor.fetchone()[0].partition("role IN")[2]))
        assert named == {role.key for role in ROLES.values() if permission in role.permissions}


def test_the_reading_role_of_the_database_sees_no_list_and_no_look(database: EmbeddedPostgres) -> None:
    with psycopg.connect(database.conninfo(DATABASE_ROLES[3])) as connection:
        for table in ("people_listed", "people_access"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(f"SELECT count(*) FROM {table}".encode())


# ---------------------------------------------------------------------- a reason first
def test_nobody_is_shown_before_a_reason_is_given(listed: Any) -> None:
    pages, before = signed_in("cara"), len(looks())
    for address in (LIST, f"{LIST}{first_key()}/"):
        text = pages.get(address)
        assert "Why do you look at people?" in text
        assert not keys_on(text)
    assert len(looks()) == before


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Choose a purpose"),
        ({"purpose": "curiosity"}, "Choose a purpose from the list"),
        ({"purpose": "other"}, "Say which purpose"),
        ({"purpose": "other", "words": "   "}, "Say which purpose"),
        ({"purpose": "direct_care", "words": "x" * 301}, "at most 300 characters"),
    ],
)
def test_a_reason_that_says_nothing_is_no_reason(given: dict[str, str], told: str) -> None:
    client = signed_in("cara").client
    response = client.post(f"{AT}reason/", given)

    assert response.status_code == 400
    assert told in response.content.decode()
    assert "Why do you look at people?" in client.get(LIST).content.decode()


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "/places/llr-2014/people/list/", ""]
)
def test_a_reason_leads_nowhere_else(back: str) -> None:
    response = signed_in("cara").client.post(f"{AT}reason/", {"purpose": "direct_care", "back": back})

    assert response["Location"] == LIST


def test_a_reason_lasts_a_quarter_of_an_hour_and_for_one_place(
    cara: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    taken(replace(cohort_of(), digest="another run"), place="llr-2014")
    assert "Why do you look at people?" in cara.get("/places/llr-2014/people/list/")
    assert keys_on(cara.get(LIST))
    later = timezone.now() + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr("leftshift.workspace.people.pages.lists.timezone.now", lambda: later)
    assert "Why do you look at people?" in cara.get(LIST)


def test_one_can_say_that_one_is_done(cara: Any) -> None:
    assert cara.client.post(f"{AT}reason/", {"end": "yes"}).status_code == 302
    assert "Why do you look at people?" in cara.get(LIST)


# ---------------------------------------------------------------------- every look is recorded
def test_each_person_of_a_page_is_one_row_of_the_record(listed: Any) -> None:
    pages, before = signed_in("cara"), len(looks())
    give_reason(pages.client, "other", "a visit of the auditors")
    text = pages.get(LIST)
    new = looks()[before:]

    assert [look.key for look in new] == keys_on(text)
    assert len(new) == 25
    assert len({look.view for look in new}) == 1
    assert {(look.page, look.purpose, look.reason) for look in new} == {("list", "other", "a visit of the auditors")}  # fmt: skip
    assert {look.by for look in new} == {"Cara Invented <cara@northmoor.example>"}


def test_a_person_is_one_row_of_the_record(cara: Any) -> None:
    before, key = len(looks()), first_key()
    text = cara.get(f"{LIST}{key}/")
    (new,) = looks()[before:]

    assert (new.key, new.page) == (key, "person")
    for words in (f"Person {key}", "A list proposes; a clinician decides", "Five or more long-term conditions", "Scores", "version 2016.1; validated for age"):  # fmt: skip
        assert words in text, words
    assert "Atrial fibrillation" in text  # an item of the frailty index


def test_nobody_is_recorded_where_nobody_is_shown(cara: Any) -> None:
    before = len(looks())
    cara.get(f"{LIST}999999999/", status=404)
    cara.get(f"{LIST}?cohort=none", status=404)
    assert "Nobody on this list fits" in cara.get(f"{LIST}?practice=none")
    assert len(looks()) == before


def test_a_list_is_chosen_from_and_paged(cara: Any) -> None:
    people = list(cohort_of().people or ())
    practice = people[0]["practice"]
    wanted = {person["key"] for person in people if person["practice"] == practice}
    shown = keys_on(cara.get(f"{LIST}?practice={practice}"))
    assert set(shown) == wanted
    frail = {person["key"] for person in people if "frailty" in person["reasons"]}
    assert set(keys_on(cara.get(f"{LIST}?reason=frailty"))) <= frail
    seen = list[str]()
    for number in range(1, -(-len(people) // 25) + 1):
        seen += keys_on(cara.get(f"{LIST}?page={number}"))
    assert sorted(seen) == sorted(person["key"] for person in people)
    for odd in ("0", "999999", "x", "-1", "٣"):
        assert keys_on(cara.get(f"{LIST}?page={odd}"))


def test_where_the_record_cannot_be_written_nobody_is_shown(cara: Any, owner: psycopg.Connection) -> None:
    owner.execute("CREATE FUNCTION refuse_looks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'full'; END $$")  # fmt: skip
    owner.execute("CREATE TRIGGER refuse_looks BEFORE INSERT ON people_access FOR EACH ROW EXECUTE FUNCTION refuse_looks()")  # fmt: skip
    before, key = len(looks()), first_key()
    cara.client.raise_request_exception = False
    try:
        for address in (LIST, f"{LIST}{key}/"):
            response = cara.client.get(address)
            assert response.status_code == 500
            assert not [person for person in cohort_of().people or () if f">{person['key']}<" in response.content.decode()]  # fmt: skip
    finally:
        owner.execute("DROP TRIGGER refuse_looks ON people_access")
        owner.execute("DROP FUNCTION refuse_looks()")
    assert len(looks()) == before
    assert keys_on(cara.get(LIST))


def test_looks_stay_where_the_list_is_replaced(cara: Any) -> None:
    read = cohort_of()
    cara.get(LIST)
    before = [look.key for look in looks()]
    taken(replace(read, people=list(read.people or ())[:1]))

    assert [look.key for look in looks()] == before


# ---------------------------------------------------------------------- the record is kept
@pytest.fixture
def owner(database: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    """The database as its owner."""
    with psycopg.connect(database.conninfo(DATABASE_ROLES[1]), autocommit=True) as connection:
        connection.execute("SELECT set_config('leftshift.actor', 'system', false)")
        yield connection


@pytest.fixture
def superuser(database: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    """The database as whoever may do anything to it."""
    with psycopg.connect(database.conninfo(DATABASE_ROLES[0]), autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("sql", ["UPDATE people_access SET reason = 'x'", "DELETE FROM people_access", "TRUNCATE people_access"])  # fmt: skip
def test_the_database_refuses_to_alter_a_look(cara: Any, owner: psycopg.Connection, sql: str) -> None:
    from django.db import DatabaseError, connection, transaction

    cara.get(LIST)
    with pytest.raises(psycopg.Error):
        owner.execute(sql.encode())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_workspace_cannot_move_the_end_of_the_record() -> None:
    from django.db import DatabaseError, connection, transaction

    for sql in ("UPDATE people_accesshead SET looks = 0", "DELETE FROM people_accesshead", "INSERT INTO people_accesshead VALUES (2, 0, '')"):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_nobody_records_a_look_in_another_s_name(cara: Any) -> None:
    from django.db import DatabaseError, transaction

    from leftshift.workspace.people.models import Access
    from leftshift.workspace.plan.models import StoredPlace
    from leftshift.workspace.record.acting import acting
    from tests.workspace.conftest import account_of

    place = StoredPlace.objects.get(code="northmoor")
    given = {"place": place, "key": "1", "page": "list", "view": "v", "cohort": "c", "purpose": "direct_care"}
    with acting(str(account_of("vera").pk)), pytest.raises(DatabaseError), transaction.atomic():
        Access.objects.create(by="Somebody", **given)
    number = str(account_of("cara").pk)
    with acting(number):
        Access.objects.create(by="Somebody", actor="1", digest="mine", **given)
    assert (looks()[-1].actor, looks()[-1].digest == "mine") == (number, False)


def test_the_record_is_whole_and_a_look_that_was_altered_shows(
    cara: Any, superuser: psycopg.Connection
) -> None:
    from leftshift.workspace.people.queries import check_chain

    cara.get(LIST)
    assert not check_chain().breaks
    assert check_chain().looks == len(looks())
    superuser.execute("ALTER TABLE people_access DISABLE TRIGGER keep_as_written")
    number = looks()[-1].number
    try:
        superuser.execute("UPDATE people_access SET reason = 'x' WHERE number = %s", [number])
        assert check_chain().breaks == (f"look {number} was altered",)
        assert "tampered" in signed_in("pim").get(f"{AT}access/?check=yes")
    finally:
        superuser.execute("UPDATE people_access SET reason = '' WHERE number = %s", [number])
        superuser.execute("ALTER TABLE people_access ENABLE TRIGGER keep_as_written")
    assert not check_chain().breaks
    assert "is whole" in signed_in("pim").get(f"{AT}access/?check=yes")


def test_the_privacy_officer_sees_who_looked_and_at_whom_by_key(cara: Any) -> None:
    cara.get(LIST)
    cara.get(f"{LIST}{first_key()}/")
    pim = signed_in("pim")
    text = pim.get(f"{AT}access/")
    view = looks()[-2].view

    for words in ("Cara Invented", "Direct care of the people listed", "A page of the list", "The page of a person", ">25<"):  # fmt: skip
        assert words in text, words
    assert view in text
    assert first_key() in pim.get(f"{AT}access/{view}/")
    assert "Cara Invented" in pim.get(f"{AT}access/?key={first_key()}")
    assert "Nobody looked at a person of this key" in pim.get(f"{AT}access/?key=nobody")
    pim.get(f"{AT}access/none/", status=404)


def test_the_record_is_checked_by_the_command(cara: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from leftshift.cli.main import main

    cara.get(LIST)
    capsys.readouterr()
    assert main(["population", "looks"]) == 0
    said = capsys.readouterr().out
    assert f"whole: {len(looks()):,} looks" in said
    noted = said.rsplit(" ", 1)[1].strip()
    cara.get(LIST)
    assert main(["population", "looks", "--noted", noted]) == 0
    assert main(["population", "looks", "--noted", noted.partition(":")[0] + ":" + "0" * 64]) == 1
    assert "digest was noted" in capsys.readouterr().out
    assert main(["population", "looks", "--noted", "999999:" + "0" * 64]) == 1
    assert main(["population", "looks", "--noted", "soon"]) != 0


# ---------------------------------------------------------------------- what was found, and in which order
def most(score: str) -> dict[str, Any]:
    """Whoever of the list has most of a score."""
    people = cohort_of().people
    assert people
    return dict(max(people, key=lambda person: person["scores"].get(score, -1)))


def test_a_list_can_begin_with_whoever_has_most(cara: Any) -> None:
    text = cara.get(f"{LIST}?order=efi")
    people = {person["key"]: person for person in cohort_of().people or ()}
    shown = [people[key]["scores"]["efi"] for key in keys_on(text)]

    assert shown == sorted(shown, reverse=True)
    assert shown[0] == most("efi")["scores"]["efi"]
    assert "order=efi" in re.findall(r'href="([^"]*page=2[^"]*)"', text)[0]
    by_practice = keys_on(cara.get(LIST))
    assert keys_on(cara.get(f"{LIST}?order=age_band")) == by_practice  # no score of the list: as it stands


def test_a_person_is_shown_with_what_was_found(cara: Any) -> None:
    one = most("efi")
    text = cara.get(f"{LIST}{one['key']}/")
    titles = next(score["items"] for score in cohort_of().run["scores"] if score["name"] == "efi")

    (found,) = (part for part in text.split("<dt ")[1:] if "frailty index" in part.partition("</dt>")[0])
    before, _, after = found.partition("What else it looks for")
    for name, title in titles.items():
        assert (f"<li>{escape(title)}</li>" in before) is (name in one["items"]["efi"]), name
        assert (f"<li>{escape(title)}</li>" in after) is (name not in one["items"]["efi"]), name


def test_of_a_run_that_kept_no_items_it_is_said_so(cara: Any) -> None:
    people = [{**person, "items": {}} for person in cohort_of().people or ()]
    taken(replace(cohort_of(), digest="without items", people=people))
    text = cara.get(f"{LIST}{first_key()}/")

    assert "not which of these were found" in text
    assert "Found:" not in text


def test_the_way_back_leads_to_the_page_of_the_list_that_was_open(cara: Any) -> None:
    """Any other would show, and record, people whom nobody asked for."""
    address = f"{LIST}?cohort=llr_2016&locality=Central&page=2&order=efi"
    text = cara.get(address)
    before = len(looks())
    person = cara.get(f"{LIST}{keys_on(text)[0]}/")

    (back,) = re.findall(r'<a href="([^"]+)">Back to the list</a>', person)
    assert keys_on(cara.get(back.replace("&amp;", "&"))) == keys_on(text)
    assert len(looks()) == before + 1 + len(keys_on(text))


def test_whoever_has_a_score_that_was_not_validated_for_them_is_said_to(cara: Any) -> None:
    people = cohort_of().people or ()
    young = next(p for p in people if p["age_band"] in ("20 to 24", "30 to 34", "40 to 44", "50 to 54"))
    old = next(p for p in people if p["age_band"] == "80 to 84")

    assert young["scores"]["validated_efi"] is False
    assert "validated_efi" not in old["scores"]
    assert cara.get(f"{LIST}{young['key']}/").count("Not validated at this age") == 2  # both frailty scores
    assert "Not validated at this age" not in cara.get(f"{LIST}{old['key']}/")
    assert "not validated at this age" in cara.get(LIST)


def test_the_conditions_of_the_basis_stand_above_the_list(cara: Any) -> None:
    basis = {
        "reference": "CAG 1",
        "authority": "CAG",
        "valid_to": "",
        "conditions": "Back to the practice alone",
    }
    run = {**cohort_of().run, "purpose": "case finding", "basis": "CAG 1", "bases": [basis]}
    taken(replace(cohort_of(), digest="on a basis", run=run))

    for address in (LIST, f"{LIST}{first_key()}/", AT):
        assert "Back to the practice alone" in cara.get(address), address


def test_another_purpose_is_said_in_the_words_that_were_given(listed: Any) -> None:
    pages = signed_in("cara")
    give_reason(pages.client, "other", "an audit of the lists")

    assert "for this purpose: an audit of the lists." in pages.get(LIST)
