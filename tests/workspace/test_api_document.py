"""The document of the API: the committed one is the application's, and a person can read it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.workspace.asking import asking, operations
from tests.workspace.conftest import signed_in

pytestmark = pytest.mark.usefixtures("database")
COMMITTED = Path(__file__).parents[2] / "docs" / "guide" / "openapi.json"


def document() -> dict[str, Any]:
    from leftshift.workspace.site.api import document as made

    found: dict[str, Any] = json.loads(json.dumps(made()))
    return found


def test_the_committed_document_is_the_applications() -> None:
    found = json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("LEFTSHIFT_WRITE_DOCS"):
        COMMITTED.write_text(found, "utf-8")

    assert COMMITTED.read_text("utf-8") == found, "make docs writes it again"


def test_programs_and_people_get_the_same_document() -> None:
    assert asking("charlie").get("/openapi.json") == document()
    assert json.loads(signed_in("charlie").client.get("/api/openapi.json").content) == document()


def test_every_operation_is_described() -> None:
    found = document()
    assert sum(map(len, found["paths"].values())) == len(operations())
    for address, methods in found["paths"].items():
        for method, told in methods.items():
            assert told["description"].endswith("."), (address, method)
            assert told["security"] == [{"Token": []}], (address, method)
            assert {"400", "401", "403", "404", "429"} <= told["responses"].keys(), (address, method)
            for parameter in told["parameters"]:
                assert parameter.get("description"), (address, method, parameter["name"])


def test_operations_have_names_of_their_own() -> None:
    names = [told["operationId"] for methods in document()["paths"].values() for told in methods.values()]
    assert len(names) == len(set(names))


def test_a_person_reads_of_every_operation() -> None:
    page = signed_in("vera").get("/api/")
    for address, methods in document()["paths"].items():
        for method, told in methods.items():
            assert f"{method.upper()} {address}" in page
            assert told["summary"] in page
    assert "/account/" in page
    assert "curl" in page
