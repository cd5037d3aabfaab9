"""What programs do with the API: each operation does what its page does, by the same actions."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from leftshift.model import read_place
from tests.workspace.asking import Api, asking, unhurried
from tests.workspace.conftest import EXAMPLES

__all__ = ["unhurried"]

pytestmark = pytest.mark.usefixtures("database", "unhurried")
CURRENT = "/places/northmoor/versions/current"
A_SET = {"do": "set", "row": "r1", "column": "value", "before": "60000", "after": "61000"}
SCENARIO = """name = "Cheaper contracts"
source = "A test"

[[change]]
why = "a test"
table = "assumptions"
where = { assumption = "none" }
set = { value = "1%" }
"""


def texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*.*")
        if path.suffix == ".csv" or path.name == "place.toml" or path.parent.name == "scenarios"
    }


def code_of(folder: Path) -> str:
    return read_place(folder).place.code


@pytest.fixture
def asha() -> Api:
    return asking("asha")


@pytest.fixture
def code(folder: Path, asha: Api) -> str:
    """A place that was sent over the API."""
    sent = texts(folder)
    code = code_of(folder)
    told = asha.post(f"/places/{code}/versions", {"files": sent}, 201)
    assert (told["place"], told["version"], told["added_by"]) == (code, 1, "Asha Invented")
    return code


# ---------------------------------------------------------------------- places and versions
def test_who_the_token_is_for(asha: Api) -> None:
    told = asking("femi", may_write=False).get("/me")
    assert (told["email"], told["only_reads"]) == ("femi@northmoor.example", True)
    assert told["roles"] == ["Finance lead of NMH"]


def test_places_are_listed_with_their_headline(asha: Api, examples: None) -> None:
    found = {entry["place"]: entry for entry in asha.get("/places?limit=500")["items"]}
    result = read_place(EXAMPLES / "llr-2014").project()

    assert found["llr-2014"]["gap"] == pytest.approx(result.gap("2018/19"))
    assert asha.get("/places/llr-2014") == found["llr-2014"]


def test_a_version_comes_back_as_it_was_sent(asha: Api, code: str, folder: Path) -> None:
    assert asha.get(f"/places/{code}/versions/1")["files"] == texts(folder)


def test_what_is_stored_already_is_not_stored_again(asha: Api, code: str, folder: Path) -> None:
    assert asha.post(f"/places/{code}/versions", {"files": texts(folder)}, 200)["version"] == 1
    assert asha.get(f"/places/{code}/versions")["total"] == 1


def test_a_list_comes_in_parts(asha: Api, code: str, folder: Path) -> None:
    for name in ("B", "C"):
        changed = {
            **texts(folder),
            "place.toml": (folder / "place.toml").read_text().replace('"Northmoor"', f'"{name}"'),
        }
        asha.post(f"/places/{code}/versions", {"files": changed}, 201)

    first = asha.get(f"/places/{code}/versions?limit=2")
    assert ([entry["version"] for entry in first["items"]], first["total"], first["next_offset"]) == (
        [3, 2],
        3,
        2,
    )
    last = asha.get(f"/places/{code}/versions?limit=2&offset=2")
    assert ([entry["version"] for entry in last["items"]], last["next_offset"]) == ([1], None)


def test_every_fault_is_told_at_once_and_nothing_is_stored(asha: Api, code: str, folder: Path) -> None:
    wrong = (folder / "contracts.csv").read_text().replace("60000", "sixty").replace("NM2,RN1", "NM9,RN1")
    sent = {"files": {**texts(folder), "contracts.csv": wrong}}
    told = asha.post(f"/places/{code}/versions", sent, 422)

    assert told["faults_total"] >= 2
    fault = next(entry for entry in told["faults"] if "sixty" in entry["found"])
    assert (fault["file"], fault["row"], fault["column"]) == ("contracts.csv", 2, "value")
    assert fault["expected"]
    assert fault["action"]
    assert asha.get(f"/places/{code}/versions")["total"] == 1
    checked = asking("asha", may_write=False).post("/checks", sent)
    assert checked["faults"] == told["faults"]
    assert asha.post("/checks", {"files": texts(folder)}) == {"place": code, "faults": [], "faults_total": 0}


def test_a_workbook_is_taken_in_whole(asha: Api, folder: Path) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from leftshift.workbooks.writing import write_workbook

    code, content = code_of(folder), write_workbook(texts(folder))
    headers = {"host": "localhost", "authorization": f"Bearer {asha.token}"}

    def send(name: str, content: bytes) -> Any:
        file = SimpleUploadedFile(name, content)
        return Client().post(f"/api/v1/places/{code}/file", {"file": file}, headers=headers)

    assert send("plan.xlsx", content).status_code == 201
    assert send("plan.xlsx", content).status_code == 200
    refused = send("plan.xlsx", b"PK not a workbook")
    assert refused.status_code == 422
    assert refused.json()["faults"][0]["file"] == "plan.xlsx"
    assert asha.get(f"/places/{code}")["version"] == 1


def test_what_is_too_large_is_told_before_it_is_read(asha: Api, code: str) -> None:
    told = asha.post(f"/places/{code}/versions", {"files": {"contracts.csv": "x" * 6_000_000}}, 413)
    assert "as a file" in told["problem"]


def test_what_never_changes_is_not_sent_twice(asha: Api, examples: None) -> None:
    for address in (CURRENT, f"{CURRENT}/results", f"{CURRENT}/figures/gap", "/places/northmoor/comparison"):
        tag = asha.ask("get", address, 200)["ETag"]
        known = Api(asha.token, {"if-none-match": tag})
        assert known.ask("get", address, 304).content == b""
    assert (
        asha.ask("get", f"{CURRENT}/results?only=gap", 200)["ETag"]
        != asha.ask("get", f"{CURRENT}/results", 200)["ETag"]
    )
    assert asha.ask("head", CURRENT, 200).content == b""


# ---------------------------------------------------------------------- results
def test_results_are_those_of_the_command_line(asha: Api, examples: None) -> None:
    for name in ("northmoor", "llr-2014"):
        result = json.loads(json.dumps(read_place(EXAMPLES / name).project().document()))
        found = asha.get(f"/places/{name}/versions/1/results")
        assert found == result


def test_results_under_scenarios(asha: Api, examples: None) -> None:
    model = read_place(EXAMPLES / "llr-2014")
    found = asha.get("/places/llr-2014/versions/1/results?under=pay-award&under=slow-delivery&only=gap")
    result = model.scenario("pay-award", "slow-delivery").project()

    assert found["gap"]["2018/19"] == pytest.approx(result.gap("2018/19"))
    assert found["scenarios"] == ["pay-award", "slow-delivery"]
    assert "positions" not in found
    assert (
        "did you mean pay-award"
        in asha.get("/places/llr-2014/versions/1/results?under=pay-awar", 404)["problem"]
    )


def test_a_figure_and_why_it_is_so(asha: Api, examples: None) -> None:
    asked = "?organisation=RWE&year=2018/19"
    figure = asha.get(f"/places/llr-2014/versions/1/figures/position{asked}")
    why = asha.get(f"/places/llr-2014/versions/1/figures/position/why{asked}&depth=1")
    result = read_place(EXAMPLES / "llr-2014").project()

    assert figure["amount"] == pytest.approx(result.position("RWE", "2018/19"))
    assert sum(branch["amount"] for branch in why["tree"]["children"]) == pytest.approx(figure["amount"])
    assert all(branch["children"] == [] for branch in why["tree"]["children"])
    assert (
        "did you mean RWE"
        in asha.get("/places/llr-2014/versions/1/figures/position?organisation=RWEE", 404)["problem"]
    )
    assert "not a year of the plan" in asha.get(f"{CURRENT}/figures/gap?year=2050/51", 404)["problem"]


def test_what_a_row_feeds(asha: Api, examples: None) -> None:
    found = asha.get(f"{CURRENT}/rows/contracts/2/feeds?limit=3")
    assert len(found["items"]) == 3 < found["total"]
    assert found["items"][0].keys() == {"figure", "organisation", "item", "year", "amount", "how"}
    asha.get(f"{CURRENT}/rows/contracts/1/feeds", 404)
    asha.get(f"{CURRENT}/rows/passwords/2/feeds", 404)


def test_two_runs_side_by_side(asha: Api, examples: None) -> None:
    found = asha.get("/places/llr-2014/comparison?after_under=slow-delivery")
    moved = next(entry for entry in found["moved"] if entry["because_of"])
    assert sum(moved["because_of"].values()) == pytest.approx(moved["move"])
    assert found["inputs"]


def test_a_scenario_is_kept_in_a_new_version(asha: Api, code: str, folder: Path) -> None:
    text = next(folder.glob("scenarios/*.toml")).read_text()
    assert asha.post(f"/places/{code}/scenarios", {"scenario": "again", "text": text}, 201)["version"] == 2
    assert "again" in [
        entry["scenario"] for entry in asha.get(f"/places/{code}/versions/2/scenarios")["items"]
    ]
    assert (
        "already"
        in asha.post(f"/places/{code}/scenarios", {"scenario": "again", "text": text}, 409)["problem"]
    )
    told = asha.post(f"/places/{code}/scenarios", {"scenario": "wrong", "text": SCENARIO}, 422)
    assert told["faults"][0]["file"] == "scenarios/wrong.toml"


# ---------------------------------------------------------------------- drafts
def test_a_draft_from_its_opening_to_a_version(asha: Api, code: str) -> None:
    draft = f"/places/{code}/draft"
    asha.get(draft, 404)
    assert asha.post(draft)["base_version"] == 1
    row = asha.get(f"{draft}/tables/contracts?limit=1")["items"][0]
    assert (row["row"], row["cells"]["value"]) == ("r1", "60000")
    assert asha.post(f"{draft}/tables/contracts/changes", {"changes": [A_SET], "key": "k"}) == {"edit": 1}
    assert asha.post(f"{draft}/tables/contracts/changes", {"changes": [A_SET], "key": "k"}) == {"edit": 1}
    late = {**A_SET, "after": "62000"}
    clash = asking("dora").post(f"{draft}/tables/contracts/changes", {"changes": [late]}, 409)["clashes"]
    assert clash == [{"row": "r1", "column": "value", "now": "61000", "wanted": "62000"}]
    assert asha.post(f"{draft}/edits/1/undo") == {"edit": 2}
    assert [entry["undoes"] for entry in asha.get(f"{draft}/edits")["items"]] == [1, None]
    asha.post(f"{draft}/tables/contracts/changes", {"changes": [A_SET]})
    assert asha.post(f"{draft}/version", status=201)["version"] == 2
    asha.get(draft, 404)


def test_a_draft_with_faults_stays_open(asha: Api, code: str) -> None:
    draft = f"/places/{code}/draft"
    asha.post(draft)
    asha.post(f"{draft}/tables/contracts/changes", {"changes": [{**A_SET, "after": "sixty"}]})
    told = asha.post(f"{draft}/version", status=422)
    assert told["faults"] == asha.get(draft)["faults"]
    assert told["faults"][0]["row"] == 2
    heading = asha.get(f"/places/{code}/versions/1")["files"]["place.toml"]
    asha.post(f"{draft}/texts", {"file": "place.toml", "before": heading, "after": heading + "# more\n"})
    asha.post(f"{draft}/texts", {"file": "place.toml", "before": heading, "after": heading}, 409)
    assert asha.ask("delete", draft, 204).content == b""
    asha.get(draft, 404)


# ---------------------------------------------------------------------- review and comments
def test_a_plan_on_its_way_by_its_steps(asha: Api, code: str) -> None:
    from leftshift.workspace.accounts.actions import add_organisation, end_role, give_role
    from tests.workspace.conftest import account_of

    review = f"/places/{code}/versions/1/review"
    fingerprint = asha.get(review)["plan_fingerprint"]
    assert asha.post(f"{review}/send", {"seen": fingerprint}, 201)["state"] == "in review"
    assert "cannot be sent for review again" in asha.post(f"{review}/send", {}, 409)["problem"]
    lead, required = account_of("femi"), asha.get(review)["required"]
    grants = [
        give_role(
            lead,
            role="finance_lead",
            organisation=add_organisation(code=name, name=name, by="a test"),
            place=code,
            by="a test",
        )
        for name in required
    ]
    femi, dora = asking("femi"), asking("dora")
    try:
        assert (
            "no longer the one"
            in femi.post(f"{review}/agree", {"organisation": required[0], "seen": "x"}, 409)["problem"]
        )
        for name in required:
            femi.post(f"{review}/agree", {"organisation": name, "seen": fingerprint}, 201)
        told = asha.get(review)
        assert (told["state"], told["missing"]) == ("agreed", [])
        femi.post(f"{review}/publish", {}, 403)
        assert dora.post(f"{review}/publish", {"note": "At last"}, 201)["state"] == "published"
        dora.post(f"{review}/agree", {"organisation": required[0]}, 403)
    finally:
        for grant in grants:
            end_role(grant, by="a test")


def test_what_was_agreed_is_not_agreed_for_another(asha: Api, code: str) -> None:
    review = f"/places/{code}/versions/1/review"
    asha.post(f"{review}/send", {}, 201)
    asking("femi").post(f"{review}/agree", {"organisation": "NM1"}, 403)


def test_comments_are_said_answered_and_settled(asha: Api, code: str) -> None:
    about = "figure|gap|2027/28||"
    said = asha.post(f"/places/{code}/comments", {"about": about, "words": "Why so much, @dora?"}, 201)
    answer = {"words": "Because.", "answers": said["comment"], "settles": True}
    answered = asking("dora").post(f"/places/{code}/comments", answer, 201)

    assert (answered["about"], answered["by"]) == (about, "Dora Invented")
    assert [entry["words"] for entry in asha.get(f"/places/{code}/comments?about={about}")["items"]] == [
        said["words"],
        "Because.",
    ]
    asha.post(f"/places/{code}/comments", {"about": "figure|none|2027/28||", "words": "?"}, 404)


# ---------------------------------------------------------------------- jobs
def test_a_file_is_imported_by_a_job_of_ones_own(asha: Api) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from leftshift.workspace.shared.jobs import work_once

    headers = {"host": "localhost", "authorization": f"Bearer {asha.token}"}
    asked = Client().post("/api/v1/imports", {"file": SimpleUploadedFile("plan.zip", b"PK")}, headers=headers)
    number = asked.json()["job"]
    assert (asked.status_code, asha.get(f"/jobs/{number}")["state"]) == (202, "waiting")
    asking("dora").get(f"/jobs/{number}", 404)
    while work_once("a test"):
        pass
    told = asha.get(f"/jobs/{number}")
    assert (told["state"], told["faults"][0]["file"]) == ("failed", "plan.zip")
    assert asha.post(f"/jobs/{number}/cancel")["state"] == "failed"
    assert asha.get("/jobs")["items"][0]["job"] == number


# ---------------------------------------------------------------------- open data
def test_every_table_of_every_room_comes_in_three_forms(asha: Api, examples: None) -> None:
    for place in ("northmoor", "llr-2014"):
        tables = f"/places/{place}/versions/current/tables"
        listed = asha.get(f"{tables}?limit=500")["items"]
        assert len(listed) > 15
        for entry in listed:
            address = f"{tables}/{entry['room']}/{entry['name']}"
            told = asha.get(f"{address}.json")
            text = asha.ask("get", f"{address}.csv", 200).content.decode("utf-8-sig")
            book = load_workbook(io.BytesIO(asha.ask("get", f"{address}.xlsx", 200).content))
            rows = list(csv.reader(io.StringIO(text)))
            assert rows[0] == told["columns"], address
            assert len(rows) - 1 == len(told["rows"]) == entry["rows"], address
            assert len(book.sheetnames) == 3, address
            assert book.worksheets[2]["A1"].value == told["caption"], address


def test_every_table_of_the_results_in_one_workbook(asha: Api, examples: None) -> None:
    book = load_workbook(io.BytesIO(asha.ask("get", f"{CURRENT}/tables.xlsx", 200).content))
    assert book.sheetnames == [
        "Contents",
        "Notes",
        "positions",
        "bridge",
        "drivers",
        "impact",
        "transfers",
        "tie",
    ]


# ---------------------------------------------------------------------- problems
@pytest.mark.parametrize(
    ("method", "address", "status", "said"),
    [
        ("get", "/places/none", 404, "no such place"),
        ("get", "/nothing/here", 404, "nothing at this address"),
        ("get", "/places/northmoor/versions/99", 404, "no such version"),
        ("get", "/places?limit=0", 400, "not as the documentation says"),
        ("get", "/places?limt=5", 400, "did you mean limit?"),
        ("put", "/places", 405, "not possible here"),
        ("options", "/places", 405, "not possible here"),
    ],
)
def test_every_problem_has_one_shape(
    asha: Api, examples: None, method: str, address: str, status: int, said: str
) -> None:
    told = asha.ask(method, address, status).json()
    assert said in told["problem"]
    assert told.keys() <= {"problem", "faults", "faults_total", "clashes"}


@pytest.mark.parametrize(
    "body", ["", "{", "[" * 100_000, '{"files": {"place.toml": "\\ud800"}}', '{"files": {"place.toml": "\\u0000"}}', "NaN", "null", "1" * 5_000]
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_told(asha: Api, body: str) -> None:
    from django.test import Client

    headers = {"host": "localhost", "authorization": f"Bearer {asha.token}"}
    found = Client().post("/api/v1/checks", body, content_type="application/json", headers=headers)
    assert found.status_code == 400, found.content
    assert found.json()["problem"]


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain"])
def test_a_file_that_cannot_be_read_is_told(asha: Api, kind: str) -> None:
    from django.test import Client

    headers = {"host": "localhost", "authorization": f"Bearer {asha.token}"}
    for body in (b"", b"--x", b"\xff\x00", b"--x\r\n" * 5_000):
        found = Client().generic("POST", "/api/v1/imports", body, content_type=kind, headers=headers)
        assert found.status_code == 400, found.content
        assert found.json()["problem"]


def test_a_form_holds_a_file_and_nothing_else(asha: Api) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    headers = {"host": "localhost", "authorization": f"Bearer {asha.token}"}
    for form, said in (
        ({"file": SimpleUploadedFile("plan.zip", b"")}, "empty"),
        ({"file": SimpleUploadedFile("plan.zip", b"PK"), "note": "x"}, "no part of a form 'note'"),
        ({"fil": SimpleUploadedFile("plan.zip", b"PK")}, "did you mean file?"),
    ):
        found = Client().post("/api/v1/imports", form, headers=headers)
        assert (found.status_code, said in found.json()["problem"]) == (400, True), found.content


def test_a_database_that_is_away_is_told_with_when_to_ask_again(
    asha: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def away(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("leftshift.workspace.plan.queries.headlines", away)
    assert asha.ask("get", "/places", 503)["Retry-After"] == "5"
    monkeypatch.setattr("leftshift.workspace.shared.api.bearer_of", away)
    assert "Ask again" in asha.ask("get", "/places", 503).json()["problem"]


def test_a_mistake_of_ours_is_told_without_its_details(
    asha: Api, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def fail() -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("leftshift.workspace.plan.queries.headlines", fail)
    told = asha.get("/places", 500)
    assert "leftshift made a mistake" in told["problem"]
    assert "secret" not in json.dumps(told)
    assert "secret" in caplog.text


def test_what_programs_do_stands_in_the_trail_under_their_account(asha: Api, code: str) -> None:
    from leftshift.workspace.record.models import Event

    stored = Event.objects.get(action="stored", place=code)
    assert stored.by == "Asha Invented <asha@northmoor.example>"
    assert stored.actor.isdecimal()
