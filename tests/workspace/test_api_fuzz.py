"""The API against whatever schemathesis makes of its own document: every check, on the real application, in process.

It reads the document that is committed; test_api_document.py holds that against the application.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig

from tests.workspace.asking import token_of, unhurried
from tests.workspace.conftest import EXAMPLES

__all__ = ["unhurried"]

DOCUMENT = Path(__file__).parents[2] / "docs" / "guide" / "openapi.json"
DEEP = bool(os.environ.get("LEFTSHIFT_DEEP"))
PLACE = "eastvale"
OFTEN = 0.9
_KNOWN: dict[str, list[str | int]] = {
    "path.place": [PLACE],
    "path.version": ["current", "1"],
    "path.table": ["contracts", "lines"],
    "path.row": [2, 3],
    "path.number": [1, 2],
    "path.room": ["overview", "impact", "sources"],
    "path.name": ["bridge", "impact"],
    "query.year": ["2027/28", "2026-27"],
    "query.organisation": ["", "RN1"],
    "query.item": ["", "cip"],
    "body.place": [PLACE],
}
_CONFIG = SchemathesisConfig.from_dict({
    "seed": 1,
    "dictionaries": {key.replace(".", "-"): {"values": values} for key, values in _KNOWN.items() if not key.startswith("body")},
    "parameters": {
        key: {"dictionary": key.replace(".", "-"), "probability": OFTEN} for key in _KNOWN if not key.startswith("body")
    },
    "generation": {"max-examples": 300 if DEEP else 5, "deterministic": not DEEP, "database": "none"},
    "checks": {
        # What is right by the document and wrong as a plan, is answered with its faults (422); a draft may be closed (410);
        # a file can be larger than is taken in (413), and so can one that is wrong besides.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "304", "401", "403", "404", "409", "410", "413", "422"]},
        "negative_data_rejection": {"expected-statuses": ["400", "401", "403", "404", "405", "409", "413", "422"]},
    },
})  # fmt: skip


def application(environ: dict[str, Any], start: Any) -> Any:
    """The workspace; Django is set up by the time that it is asked."""
    os.environ.setdefault(
        "LEFTSHIFT_KEY", "a key of these tests"
    )  # a server of one's own refuses to go without
    from leftshift.workspace.site.wsgi import application as found

    return found(environ, start)


schema = schemathesis.openapi.from_path(DOCUMENT, config=_CONFIG)
schema.app = application
schema.config.update(base_url="http://localhost")


@pytest.fixture(scope="module")
def token(database: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A token that may do whatever an analyst may, over a place of its own."""
    from leftshift.workspace.plan.actions.storing import import_place

    folder = Path(shutil.copytree(EXAMPLES / "northmoor", tmp_path_factory.mktemp("fuzz") / PLACE))
    heading = folder / "place.toml"
    heading.write_text(re.sub("northmoor", PLACE, heading.read_text()))
    import_place(folder, by="a test")
    return token_of("asha")


@pytest.fixture
def served(token: str, unhurried: None) -> None:
    """The application behind the document, with a draft open."""
    from leftshift.workspace.plan.actions.drafting import open_draft
    from leftshift.workspace.plan.queries import latest_run

    run = latest_run(PLACE)
    assert run is not None
    open_draft(run.version, by="a test")


def test_every_check_is_on() -> None:
    from schemathesis.checks import CHECKS, load_all_checks

    load_all_checks()
    named = set(CHECKS.get_all_names())
    asked = {
        "content_type_conformance", "ignored_auth", "negative_data_rejection", "not_a_server_error", "positive_data_acceptance",
        "response_headers_conformance", "response_schema_conformance", "status_code_conformance", "unsupported_method",
    }  # fmt: skip
    assert asked <= named
    for name in named - {"max_response_time"}:  # no test asks for a time
        assert schema.config.checks.get_by_name(name=name).enabled, name


@pytest.mark.usefixtures("served")
@schema.parametrize()
def test_what_schemathesis_makes_of_the_document(case: Any, token: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
