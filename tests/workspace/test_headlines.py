"""Lists of places say what whole runs say, and load none: however many places there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.workspace.asking import asking
from tests.workspace.conftest import Pages, signed_in

pytestmark = pytest.mark.usefixtures("examples")
WHOLE = re.compile(r'"plan_run"\."result"(?! ->)|"plan_placeversion"\."document"')


@pytest.fixture
def codes(folder: Path) -> list[str]:
    """More places than whole runs are kept in memory."""
    from leftshift.workspace.plan import queries
    from leftshift.workspace.plan.actions.storing import import_place

    heading = (folder / "place.toml").read_text()
    own = re.search(r'code = "([^"]*)"', heading)
    assert own is not None
    found = [f"{own.group(1)}-{number}" for number in range(queries._KEPT + 1)]
    for code in found:
        (folder / "place.toml").write_text(heading.replace(own.group(1), code))
        assert import_place(folder, by="a test").version is not None
    return found


def asked_of(pages: Pages, address: str, **headers: str) -> tuple[str, list[str]]:
    """A page as a process shows it that has just started, and what the database is asked for it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from leftshift.workspace.plan import queries
    from leftshift.workspace.shared.kept import pages as kept

    kept.clear()
    queries.headline_of.cache_clear()
    with CaptureQueriesContext(connection) as asked:
        text = pages.client.get(address, headers={"host": "localhost", **headers}).content.decode()
    return text, texts_of(asked)


def texts_of(asked: Any) -> list[str]:
    """What a connection was asked; a prepared query, which says where a plan stands, has no text."""
    return [entry["sql"] for entry in asked.captured_queries if entry["sql"]]


def test_a_headline_says_what_its_run_says() -> None:
    from leftshift.workspace.plan import queries
    from leftshift.workspace.plan.models import StoredPlace

    headlines = queries.headlines()

    assert [found.result["place"] for found in headlines] == [
        place.code for place in StoredPlace.objects.all() if queries.latest_run(place.code)
    ]
    for found in headlines:
        run: Any = queries.latest_run(found.result["place"])
        assert found.version == run.version
        assert found.version.place == run.version.place
        assert found.result == {name: run.result[name] for name in queries._SAID}
        assert queries.state_of(found.version) == queries.standing(run.version).state
    assert queries.headline_at("nowhere") is None


def test_many_places_are_listed_without_a_whole_run_or_place(
    codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from leftshift.workspace.plan import queries

    read: list[int] = []
    model_of = queries.model_of

    def noted(version: int) -> Any:
        read.append(version)
        return model_of(version)

    monkeypatch.setattr(queries, "model_of", noted)
    token = {"authorization": f"Bearer {asking('dora').token}"}
    for address, headers in (("/", {}), ("/api/v1/places?limit=200", token)):
        text, asked = asked_of(signed_in("dora"), address, **headers)

        assert all(code in text for code in codes), address
        assert len([sql for sql in asked if '"result" ->' in sql]) >= len(codes)
        assert [sql for sql in asked if WHOLE.search(sql)] == []
    assert not set(read) & {queries.headline_at(code).version.pk for code in codes}  # type: ignore[union-attr]


def test_a_headline_is_asked_for_once(codes: list[str]) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from leftshift.workspace.plan import queries

    queries.headlines()
    with CaptureQueriesContext(connection) as asked:
        queries.headlines()

    assert [sql for sql in texts_of(asked) if '"plan_run"."result"' in sql] == []
