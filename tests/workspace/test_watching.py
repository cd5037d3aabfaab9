"""Health, measures and the log: they tell what an operator needs, and name nobody."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from tests.workspace.conftest import Pages, account_of, signed_in

pytestmark = pytest.mark.usefixtures("examples")
ADDRESS = "203.0.113.77"


@pytest.fixture
def log() -> Iterator[list[str]]:
    """The lines of the log, as the handler of the settings writes them."""
    from django.conf import settings

    from leftshift.workspace.site.log_lines import JsonLines

    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonLines().format(record))

    keep = Keep()
    loggers: Any = settings.LOGGING["loggers"]
    names = ["", *loggers]
    before = logging.getLogger("leftshift").level
    logging.getLogger("leftshift").setLevel(logging.INFO)
    for name in names:
        logging.getLogger(name).addHandler(keep)
    yield lines
    for name in names:
        logging.getLogger(name).removeHandler(keep)
    logging.getLogger("leftshift").setLevel(before)


def test_nothing_in_the_log_names_anybody(log: list[str], stranger: Pages) -> None:
    """Sign-in, a failed one, a link, an invitation, a page by its address, a refusal, an error."""
    from leftshift.workspace.accounts.actions import invite, link_for_keeper

    client = stranger.client
    client.raise_request_exception = False
    client.defaults["REMOTE_ADDR"] = ADDRESS
    client.post("/sign-in/?next=/people/", {"email": "vera@northmoor.example", "password": "never-this-word"})
    token = link_for_keeper(by="a test")
    client.get(f"/sign-in/link/{token}/")
    _, invited = invite(email="nina@northmoor.example", role="viewer", by="a test", name="Nina Invented")
    Pages(signed_in("charlie").client.__class__(headers={"host": "localhost"})).client.get(
        f"/invitation/{invited}/"
    )
    client.get("/places/northmoor/why/gap/2027-28/?organisation=NMH")
    client.get("/places/nina@northmoor.example/")
    client.get("/sign-in/", headers={"host": "vera.northmoor.example"})
    signed_in("vera").client.get("/people/")
    secret = "vera@northmoor.example"
    with mock.patch("leftshift.workspace.shared.kept.person", side_effect=ValueError(f"no {secret}")):
        failed = client.get("/")

    everything = "\n".join(log)
    assert failed.status_code == 500
    assert len(log) > 8
    for told in (
        "northmoor", "vera", "nina", "Nina", "Invented", "keeper", "never-this-word", token, invited, ADDRESS, "NMH", "127.0.0.1",
        *[value.value for value in client.cookies.values()],
    ):  # fmt: skip
        assert told not in everything, (told, [line for line in log if told in line])
    assert {"sign-in", "link", "invitation", "why", "people", "home"} <= {
        json.loads(line).get("page") for line in log
    }


def test_each_request_has_one_line_with_the_number_that_its_answer_carries(
    log: list[str], pages: Pages
) -> None:
    answer = pages.client.get("/places/northmoor/overview/2027-28/")

    (line,) = [json.loads(text) for text in log if "answered" in text]
    assert line["request"] == answer["X-Request-Id"]
    assert re.fullmatch("[0-9a-f]{32}", line["request"])
    assert (line["page"], line["method"], line["status"]) == ("room", "GET", 200)
    assert line["seconds"] > 0
    assert set(line) == {"at", "level", "log", "request", "words", "page", "method", "status", "seconds"}


def test_an_error_keeps_where_it_happened_and_no_values(log: list[str], pages: Pages) -> None:
    pages.client.raise_request_exception = False
    name = "leftshift.workspace.plan.pages.comments.queries.mentions_of"
    with mock.patch(name, side_effect=ValueError("Nina Invented")):
        answer = pages.client.get("/mentions/")

    told = next(json.loads(line) for line in log if "error" in json.loads(line))
    assert answer.status_code == 500
    assert told["error"][0] == "ValueError"
    assert any(part.startswith("leftshift/workspace/plan/pages/comments.py:") for part in told["error"])
    assert told["request"] == answer["X-Request-Id"]


def test_a_job_leaves_a_line(log: list[str]) -> None:
    from leftshift.workspace.shared import jobs

    jobs.register("a logged test", lambda job, tell: {})
    try:
        job = jobs.ask_for(
            "a logged test", title="For Nina", inputs={}, account=account_of("asha"), by="Nina Invented"
        )
        while jobs.work_once("a test"):
            pass
    finally:
        jobs._KINDS.pop("a logged test")

    line = next(line for text in log if (line := json.loads(text)).get("job") == job.pk)
    assert (line["kind"], line["state"], line["attempts"]) == ("a logged test", "done", 1)
    assert "Nina" not in "\n".join(log)


# ---------------------------------------------------------------------- health
def test_a_server_whose_database_is_behind_is_not_ready(stranger: Pages) -> None:
    from leftshift.workspace.site import database

    assert stranger.get("/health") == "ok\n"
    with mock.patch.object(database, "_migrations", return_value={("plan", "9999_later")}):
        assert "leftshift migrate" in stranger.get("/health", status=503)


def test_a_server_whose_database_is_away_is_not_ready(stranger: Pages) -> None:
    from django.db import OperationalError

    with mock.patch(
        "leftshift.workspace.site.urls.is_up_to_date", side_effect=OperationalError("host db1, user x")
    ):
        said = stranger.get("/health", status=503)

    assert said == "the database does not answer\n"


# ---------------------------------------------------------------------- measures
def measures(text: str) -> dict[str, float]:
    return {
        name: float(value)
        for name, _, value in (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    }


def test_measures_count_answers_by_page_and_status(stranger: Pages, pages: Pages) -> None:
    def asked() -> float:
        found = measures(stranger.get("/metrics"))
        name = 'leftshift_requests_total{page="room",method="GET",status="200"'
        return sum(value for key, value in found.items() if key.startswith(name))

    before = asked()
    pages.get("/places/northmoor/overview/2027-28/")

    assert asked() == before + 1


def test_measures_are_in_the_form_of_prometheus_and_name_nobody(stranger: Pages, pages: Pages) -> None:
    pages.get("/places/northmoor/overview/2027-28/")
    text = stranger.get("/metrics")
    found = measures(text)

    assert all(re.fullmatch(r'[a-z_]+(\{([a-z]+="[^"]*",?)+\})?', name) for name in found), found
    assert found["leftshift_database_up"] == 1
    assert found["leftshift_trail_events"] > 5
    assert 'leftshift_jobs{state="waiting"}' in found
    assert any(name.startswith("leftshift_info{version=") for name in found)
    for page in set(re.findall(r'_count\{page="([^"]*)"', text)):
        cut = [
            value
            for name, value in found.items()
            if name.startswith(f'leftshift_request_seconds_bucket{{page="{page}"')
        ]
        assert cut == sorted(cut)
        assert cut[-1] == next(
            v
            for name, v in found.items()
            if name.startswith(f'leftshift_request_seconds_count{{page="{page}"')
        )
    assert "northmoor" not in text
    assert "@" not in text


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": ADDRESS}, 403),
        ({"REMOTE_ADDR": ""}, 403),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": ADDRESS}, 403),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": f"for={ADDRESS}"}, 403),
        ({"REMOTE_ADDR": ADDRESS, "HTTP_AUTHORIZATION": "Bearer the-token"}, 200),
        ({"REMOTE_ADDR": ADDRESS, "HTTP_AUTHORIZATION": "Bearer the-toke"}, 403),
        ({"REMOTE_ADDR": ADDRESS, "HTTP_AUTHORIZATION": "Bearer "}, 403),
    ],
)
def test_measures_are_for_this_machine_or_the_token(
    stranger: Pages, given: dict[str, Any], status: int
) -> None:
    from django.test import override_settings

    with override_settings(METRICS_TOKEN="the-token"):
        assert stranger.client.get("/metrics", **given).status_code == status


def test_without_a_token_no_empty_one_opens(stranger: Pages) -> None:
    given = {"REMOTE_ADDR": ADDRESS, "HTTP_AUTHORIZATION": "Bearer "}

    assert stranger.client.get("/metrics", **given).status_code == 403
