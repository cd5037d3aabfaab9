"""What is stored: versions by content, runs by release, faults told, and nothing ever altered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from leftshift.workspace.site.embedded import ROLES, EmbeddedPostgres
from tests.workspace.conftest import Pages

if TYPE_CHECKING:
    from leftshift.workspace.plan.models import PlaceVersion, Reading, Run

pytestmark = pytest.mark.usefixtures("database")


def take(folder: Path, *, by: str = "a test") -> PlaceVersion:
    """Take a folder in that has no fault."""
    from leftshift.workspace.plan.actions.storing import import_place

    version = import_place(folder, by=by).version
    assert version is not None
    return version


def refuse(folder: Path) -> Reading:
    """Take in a folder that has faults."""
    from leftshift.workspace.plan.actions.storing import import_place

    return import_place(folder, by="a test")


def shown(code: str) -> Run:
    """The run that the pages of a place show."""
    from leftshift.workspace.plan.queries import latest_run

    run = latest_run(code)
    assert run is not None
    return run


def change(folder: Path) -> None:
    rates = folder / "assumptions.csv"
    rates.write_text(rates.read_text().replace("all,pay_inflation,,2%", "all,pay_inflation,,4%"))


def test_a_place_is_the_same_version_whatever_it_comes_in(folder: Path, tmp_path: Path) -> None:
    import shutil

    from leftshift.place.reading import folder_texts
    from leftshift.workbooks.writing import write_workbook

    book = tmp_path / "place.xlsx"
    book.write_bytes(write_workbook(folder_texts(folder)))
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", folder))

    assert take(folder).id == take(book).id == take(packed).id


def test_the_same_content_is_one_version(folder: Path) -> None:
    first, second = take(folder), take(folder)

    assert first.id == second.id
    assert first.runs.count() == 1


def test_a_changed_rate_is_a_new_version_and_moves_the_gap(folder: Path, pages: Pages) -> None:
    first = take(folder)
    code = first.place.code
    before = shown(code).result["gap"]["2027/28"]
    change(folder)
    second = take(folder)

    assert second.number == first.number + 1
    assert shown(code).result["gap"]["2027/28"] > before + 500
    assert "Version 2, shown here" in pages.get(f"/places/{code}/overview/2027-28/")


def test_going_back_to_an_earlier_content_shows_that_version(folder: Path) -> None:
    original = (folder / "assumptions.csv").read_text()
    first = take(folder)
    change(folder)
    take(folder)
    (folder / "assumptions.csv").write_text(original)
    third = take(folder)

    assert third.id == first.id
    assert shown(first.place.code).version_id == first.id


def test_a_folder_with_faults_is_told_and_the_last_good_version_stays(folder: Path, pages: Pages) -> None:
    from leftshift.workspace.plan.actions.storing import serve_folders

    good = take(folder)
    contracts = folder / "contracts.csv"
    original = contracts.read_text()
    contracts.write_text(original.replace("60000", "<b>sixty</b>"))
    serve_folders([folder.name], by="a test")
    refused = refuse(folder)
    text = pages.get("/")
    contracts.write_text(original)
    take(folder)

    assert refused.version is None
    assert shown(good.place.code).version_id == good.id
    assert "A folder could not be read" in text
    assert "&lt;b&gt;sixty&lt;/b&gt;" in text
    assert "<b>sixty" not in text
    assert folder.name not in pages.get("/")


def test_faults_of_a_folder_that_is_no_longer_served_are_not_shown(folder: Path, pages: Pages) -> None:
    from leftshift.workspace.plan.actions.storing import serve_folders

    contracts = folder / "contracts.csv"
    contracts.write_text(contracts.read_text().replace("60000", "sixty"))
    refuse(folder)
    serve_folders([folder.name], by="a test")
    shown_while_served = folder.name in pages.get("/")
    serve_folders(["another"], by="a test")

    assert shown_while_served
    assert folder.name not in pages.get("/")


def test_a_stored_version_reads_as_the_same_place(folder: Path) -> None:
    from leftshift.model import from_document, read_place

    version = take(folder)
    version.refresh_from_db()

    assert from_document(version.document).place == read_place(folder).place


def test_storing_writes_its_event(folder: Path) -> None:
    from leftshift.workspace.record.models import Event

    version = take(folder, by="Asha, analyst")

    event = Event.objects.filter(subject=str(version)).get()
    assert (event.by, event.action, event.detail["fingerprint"]) == (
        "Asha, analyst",
        "stored",
        version.fingerprint,
    )


TABLES = ["record_event", "plan_storedplace", "plan_placeversion", "plan_run", "plan_reading"]


@pytest.mark.usefixtures("examples")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("role", [0, 1, 2])
def test_nobody_can_alter_what_is_written(
    database: EmbeddedPostgres, role: int, statement: str, table: str
) -> None:
    with (
        psycopg.connect(database.conninfo(ROLES[role])) as connection,
        pytest.raises((psycopg.errors.RestrictViolation, psycopg.errors.InsufficientPrivilege)),
    ):
        connection.execute(statement.format(table))


def test_the_reader_reads_and_no_more(database: EmbeddedPostgres) -> None:
    with psycopg.connect(database.conninfo(ROLES[3])) as connection:
        connection.execute("SELECT count(*) FROM plan_run")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO plan_storedplace (code, added_at) VALUES ('x', now())")


def test_no_role_of_the_workspace_passes_row_security(database: EmbeddedPostgres) -> None:
    with psycopg.connect(database.conninfo(ROLES[3])) as connection:
        rows = connection.execute(
            "SELECT rolname FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND rolname = ANY(%s)",
            [list(ROLES[1:])],
        ).fetchall()

    assert rows == []


def test_the_database_answers_on_a_private_socket_with_a_password_only(database: EmbeddedPostgres) -> None:
    assert database.sockets.stat().st_mode & 0o077 == 0
    assert (database.state / "secrets.json").stat().st_mode & 0o077 == 0
    wrong = database.conninfo(ROLES[2]).replace(database.secrets()[ROLES[2]], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(wrong)
    with psycopg.connect(database.conninfo(ROLES[3])) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_the_migrations_are_complete() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
