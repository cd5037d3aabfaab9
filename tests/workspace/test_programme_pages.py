"""The programme in the workspace: its rooms, records, highlight reports, gates, what is published; and who may not."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from uuid import uuid4

import pytest

from tests.workspace.conftest import signed_in
from tests.workspace.programme_making import AT, example, own, person_of, put_past_the_guard, texts

pytestmark = pytest.mark.usefixtures("examples")
DAY = date(2015, 6, 12)


@pytest.fixture
def held(database: object) -> Any:
    return example()


@pytest.fixture
def mine(database: object, tmp_path: Path) -> Any:
    """A programme of its own, to be changed."""
    return own(tmp_path, f"p-{uuid4().hex[:12]}")


def at(held: Any, rest: str = "") -> str:
    return f"/places/{held.place.code}/programme/{rest}"


def seen(held: Any, as_of: date = DAY) -> Any:
    from leftshift.workspace.programme import queries

    held.refresh_from_db()
    return queries.seen(held, as_of=as_of)


ROOMS = [
    "", "slips/", "timeline/", "calendar/", "actions/", "risks/", "benefits/", "gates/", "choices/", "engagement/", "alignment/",
    "equality/", "digest/", "records/", "history/", "publish/", "projects/bed_moves/", "timeline/bed_moves/", "gates/beds_four_tests/",
    "choices/hub_sites/", "records/milestones/", "records/milestones/rows/new/", "records/milestones/grid/", "records/milestones/fill/",
    "records/heading/", "take-in/", "projects/bed_moves/report/", "gates/beds_four_tests/decide/",
    "choices/hub_sites/score/", "choices/hub_sites/score/?scorer=lay_member",
]  # fmt: skip


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_a_page_and_its_links_lead_somewhere(held: Any, room: str) -> None:
    pages = signed_in("dora")
    text = pages.get(AT + room)
    for address in set(re.findall(rf'(?:href|src)="({AT}[^"#]*)"', text)):
        if "/boards/" not in address:
            assert pages.client.get(address.replace("&amp;", "&")).status_code == 200, address


def test_the_overview_says_what_slips_and_what_that_costs(held: Any) -> None:
    text = signed_in("vera").get(AT)
    assert "Beds moved from hospital to home" in text
    slips = signed_in("vera").get(f"{AT}slips/")
    assert "First ward moved" in slips
    assert "bridge" in slips


def test_the_document_is_what_the_command_prints(held: Any) -> None:
    found = json.loads(signed_in("vera").get(f"{AT}check.json"))
    assert found["programme"] == "llr-2014-programme"
    assert set(found["bridge_effect"]) == {"2014/15", "2015/16", "2016/17", "2017/18", "2018/19"}
    assert found["fingerprint"] == seen(held).content.fingerprint


def test_everything_can_be_taken_away_and_brought_back(held: Any) -> None:
    from leftshift.programme.programme import programme_kind, read_programme_texts
    from leftshift.workbooks.folders import read_folder

    vera = signed_in("bo").client
    book = read_folder(vera.get(f"{AT}programme.xlsx").content, "programme.xlsx", programme_kind())
    read = read_programme_texts({**book, "programme.toml": texts()["programme.toml"]})
    assert read.programme is not None
    assert read.programme.fingerprint == seen(held).content.fingerprint
    assert vera.get(f"{AT}folder.zip").status_code == 200
    assert vera.get(f"{AT}calendar.ics").content.startswith(b"BEGIN:VCALENDAR")


# ---------------------------------------------------------------------- who may
CHANGING = [
    "begin/", "projects/bed_moves/report/", "gates/beds_four_tests/decide/", "publish/survey/hubs_2015/", "take-in/",
    "records/milestones/rows/new/", "records/meetings/rows/new/", "records/heading/", "history/",
]  # fmt: skip


@pytest.mark.parametrize("rest", CHANGING)
def test_who_only_looks_changes_nothing(held: Any, rest: str) -> None:
    before = held.edits
    assert signed_in("vera").client.post(AT + rest, {"do": "save"}).status_code in (403, 404)
    held.refresh_from_db()
    assert held.edits == before


def test_boards_are_kept_by_who_serves_them_and_work_by_who_leads_it(held: Any) -> None:
    liam, bo = signed_in("liam").client, signed_in("bo").client
    assert liam.get(f"{AT}records/milestones/rows/new/").status_code == 200
    assert liam.get(f"{AT}records/meetings/rows/new/").status_code == 403
    assert bo.get(f"{AT}records/meetings/rows/new/").status_code == 200
    assert bo.get(f"{AT}records/milestones/rows/new/").status_code == 403
    for recorded in ("decisions", "gate_decisions"):
        assert signed_in("dora").client.get(f"{AT}records/{recorded}/").status_code == 404


def test_a_decision_is_not_taken_back_by_undoing_its_edit(mine: Any) -> None:
    bo = signed_in("bo")
    bo.client.post(at(mine, "gates/beds_four_tests/decide/"), GIVEN)
    mine.refresh_from_db()
    for who in ("bo", "dora"):
        page = signed_in(who)
        page.client.post(at(mine, "history/"), {"number": str(mine.edits)})
        assert "stays as it was recorded" in page.get(at(mine, "history/"))
    assert [row.minute for row in seen(mine).content.gate_decisions if row.gate == "beds_four_tests"] == [
        "61(a)"
    ]


EXEMPT = "The owner asks for a deposit"  # of the paper on the lease, which is exempt


def test_what_is_exempt_is_seen_by_who_serves_the_boards_alone(mine: Any) -> None:
    """In no sheet, file, history or room: the lease asks for a deposit of three months' rent."""
    import zipfile

    key = next(row.key for row in _rows(mine, "paper_parts") if EXEMPT in " ".join(row.cells))
    bo = signed_in("bo")
    assert EXEMPT in bo.get(at(mine, "records/paper_parts/"))
    bo.client.post(
        at(mine, f"records/paper_parts/rows/{key}/"),
        {"field.text": f"{EXEMPT} of half a year.", "do": "save"},
    )
    for who in ("vera", "liam"):
        page = signed_in(who)
        assert page.client.get(at(mine, "records/paper_parts/")).status_code == 403
        for rest in ("", "history/", "records/", "check.json", "boards/", "boards/pb_2015_04/"):
            assert EXEMPT not in page.get(at(mine, rest)), rest
        folder = zipfile.ZipFile(io.BytesIO(page.client.get(at(mine, "folder.zip")).content))
        assert EXEMPT not in "".join(folder.read(name).decode() for name in folder.namelist())
        book = zipfile.ZipFile(io.BytesIO(page.client.get(at(mine, "programme.xlsx")).content))
        assert EXEMPT not in "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    assert EXEMPT in bo.get(at(mine, "history/"))


def test_who_has_no_role_sees_nothing(held: Any) -> None:
    from leftshift.workspace.programme.models import Programme
    from leftshift.workspace.record.acting import acting

    assert signed_in("charlie").client.get(AT).status_code == 404  # for them there is no such place
    with acting(person_of("charlie").number):
        assert not Programme.objects.exists()


# ---------------------------------------------------------------------- beginning, editing
def test_a_place_without_a_programme_begins_one(tmp_path: Path, database: object) -> None:
    dora = signed_in("dora")
    assert "No programme is kept" in dora.get("/places/northmoor/programme/")
    assert (
        dora.client.post("/places/northmoor/programme/begin/", {"name": 'The "North" programme'}).status_code
        == 302
    )
    assert "First project" in dora.get("/places/northmoor/programme/")
    again = dora.client.post("/places/northmoor/programme/begin/", {"name": "Another"})
    assert again.status_code == 400
    assert "has a programme already" in again.content.decode()


def test_a_zip_of_a_place_brings_its_programme_along(tmp_path: Path, database: object) -> None:
    """The first time; the second time what is kept stays, and the person is told."""
    import shutil
    import zipfile

    from leftshift.workspace.plan.actions.importing import ask_to_import, import_upload
    from leftshift.workspace.programme import queries
    from tests.workspace.conftest import EXAMPLES

    code = f"z-{uuid4().hex[:10]}"
    folder = Path(shutil.copytree(EXAMPLES / "llr-2014", tmp_path / code))
    for heading in (folder / "place.toml", folder / "programme" / "programme.toml"):
        heading.write_text(heading.read_text("utf-8").replace("llr-2014", code), "utf-8")
    packed = tmp_path / "place.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.rglob("*"):
            archive.write(path, f"{code}/{path.relative_to(folder)}")
    told = []
    for turn in ("first", "second"):
        job = ask_to_import("place.zip", packed.read_bytes(), by=person_of("dora"), key=f"{code}-{turn}")
        told.append(str(import_upload(job, Mock()).get("told")))
    assert "was taken in with it" in told[0]
    assert "was left out, as the place has one" in told[1]
    held = queries.programme_of(code)
    assert held is not None
    assert len(seen(held).content.milestones) == len(texts()["milestones.csv"].splitlines()) - 1


def test_a_milestone_that_slips_is_told_with_its_cost(mine: Any) -> None:
    """The crisis house starts savings of £4,931,000 in 2015/16: it is three months late already; six more lose as much again twice."""
    liam = signed_in("liam").client
    before = seen(mine).cost.by_intervention["mh_workstream"]
    key = next(row.key for row in _rows(mine, "milestones") if row.cells[0] == "crisis_open")
    answer = liam.post(
        at(mine, f"records/milestones/rows/{key}/"),
        {"field.due": "2016-01-01", "before.due": "2015-07-01", "do": "save"},
    )
    assert answer.status_code == 302
    after = seen(mine).cost.by_intervention["mh_workstream"]
    year = next(iter(before))
    assert year is not None
    by_year = {str(each): (before[each], after[each]) for each in before}
    assert by_year["2015/16"] == (pytest.approx(-4931 * 3 / 12), pytest.approx(-4931 * 9 / 12))


def _rows(held: Any, table: str) -> list[Any]:
    from leftshift.programme.programme import programme_kind
    from leftshift.workspace.shared.editing import sheet_at

    held.refresh_from_db()
    sheet = sheet_at(held, f"{table}.csv", held.edits, programme_kind().schema.tables)
    return [row for _, row in sheet.numbered()]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"field.baseline": ""}, "Baseline: expected"),
        ({"field.project": "nowhere"}, "a project of projects.csv"),
        ({"field.weight": "much"}, "Weight: expected a number"),
        ({"do": "remove"}, "a milestone of milestones.csv"),
    ],
)
def test_a_row_that_could_not_be_read_is_not_saved(mine: Any, changed: dict[str, str], words: str) -> None:
    """One lead's slip would else stop every page for everybody."""
    before = mine.edits
    key = next(row.key for row in _rows(mine, "milestones") if row.cells[0] == "crisis_open")
    answer = signed_in("liam").client.post(
        at(mine, f"records/milestones/rows/{key}/"), {"do": "save", **changed}
    )
    assert answer.status_code == 400
    assert words in answer.content.decode()
    mine.refresh_from_db()
    assert mine.edits == before


def test_milestones_that_wait_for_each_other_are_answered_on_every_page(mine: Any) -> None:
    from leftshift.place.sheets import AddRow

    waits = {"before": "front_door_open", "after": "front_door_case", "kind": "finish_to_start", "lag_days": "0", "source": "A test", "basis": "assumed"}  # fmt: skip
    put_past_the_guard(mine, "dependencies.csv", [AddRow("n1", "", waits)])
    dora = signed_in("dora")
    for room in ("", "slips/", "risks/", "choices/"):
        text = dora.get(at(mine, room), 409)
        assert "front_door_case → " in text.replace("&gt;", ">")
    assert "circular" in dora.get(at(mine, "records/")) or "wait for each other" in dora.get(
        at(mine, "records/")
    )


# ---------------------------------------------------------------------- highlight reports
WORDS = {
    "achieved": "The senate has answered.",
    "next": "Choose the ward.",
    "help_needed": "",
    "confidence": "amber_red",
    "author": "Project lead",
    "approved_by": "",
}


def test_a_highlight_report_is_written_filed_and_stays_as_it_is(mine: Any) -> None:
    liam = signed_in("liam")
    here = at(mine, "projects/bed_moves/")
    before = {f"before.{name}": "" for name in WORDS}
    assert (
        liam.client.post(f"{here}report/?month=2015-06", {**WORDS, **before, "do": "save"}).status_code == 302
    )
    draft = liam.get(f"{here}report/?month=2015-06")
    assert "The senate has answered." in draft
    answer = liam.client.post(
        f"{here}report/?month=2015-06",
        {**WORDS, **{f"before.{k}": v for k, v in WORDS.items()}, "do": "file"},
    )
    assert answer["Location"] == f"{here}reports/2015-06/"
    filed = signed_in("vera").get(f"{here}reports/2015-06/")
    assert "The senate has answered." in filed
    assert "First ward moved" in filed
    # when the record changes afterwards
    from leftshift.place.sheets import SetCell
    from leftshift.workspace.programme.actions import editing

    key = next(row.key for row in _rows(mine, "milestones") if row.cells[0] == "beds_first_ward")
    editing.save(
        mine,
        "milestones.csv",
        [SetCell(key, "name", "First ward moved", "Another name")],
        by=person_of("dora"),
    )
    # then the report does not
    again = signed_in("vera").get(f"{here}reports/2015-06/")
    assert "First ward moved" in again
    assert "Another name" not in again
    refused = liam.client.post(f"{here}report/?month=2015-06", {**WORDS, "do": "save"})
    assert refused.status_code == 409
    assert "stays as it is" in refused.content.decode()


def test_two_who_write_the_same_report_lose_nothing(mine: Any) -> None:
    liam, dora = signed_in("liam").client, signed_in("dora")
    here = at(mine, "projects/bed_moves/report/?month=2015-06")
    empty = {f"before.{name}": "" for name in WORDS}
    assert liam.post(here, {**WORDS, **empty, "do": "save"}).status_code == 302
    seen_before = {f"before.{name}": text for name, text in WORDS.items()}
    assert liam.post(here, {**WORDS, **seen_before, "achieved": "More.", "do": "save"}).status_code == 302
    clash = dora.client.post(here, {**WORDS, **seen_before, "achieved": "Other words.", "do": "save"})
    assert clash.status_code == 409
    assert "Other words." in clash.content.decode()
    assert "More." in next(row.cells for row in _rows(mine, "highlights") if "2015-06" in row.cells)


@pytest.mark.parametrize(
    ("month", "status"), [("2015-13", 404), ("nonsense", 404), ("2015", 404), ("0000-01", 404)]
)
def test_a_month_that_is_none_has_no_page(held: Any, month: str, status: int) -> None:
    assert signed_in("dora").client.get(f"{AT}projects/bed_moves/report/?month={month}").status_code == status


# ---------------------------------------------------------------------- gates
GIVEN = {
    "outcome": "passed",
    "on": "2015-06-10",
    "office": "Programme board",
    "minute": "61(a)",
    "conditions": "",
    "organisation": "",
}


def test_a_decision_on_a_gate_is_recorded_once_and_passes_it_only_with_its_answers(mine: Any) -> None:
    bo = signed_in("bo")
    answer = bo.client.post(at(mine, "gates/beds_four_tests/decide/"), GIVEN)
    assert answer.status_code == 302
    told = bo.get(answer["Location"])
    assert "The gate is not passed all the same" in told
    again = bo.client.post(at(mine, "gates/beds_four_tests/decide/"), GIVEN)
    assert again.status_code == 400
    assert "recorded already" in again.content.decode()


def test_nothing_is_reached_behind_a_gate_that_is_not_passed(mine: Any) -> None:
    """The hubs' contract is before the gate, the opening behind it; building of one site waits for its consultation."""
    liam = signed_in("liam").client
    keys = {row.cells[0]: row.key for row in _rows(mine, "milestones")}
    form = {"field.done": "2015-06-10", "field.evidence": "A photograph", "do": "save"}
    refused = liam.post(at(mine, f"records/milestones/rows/{keys['site_built']}/"), form)
    assert refused.status_code == 400
    assert "past the gate Consultation on one site, which is not passed" in refused.content.decode()
    assert liam.post(at(mine, f"records/milestones/rows/{keys['site_options']}/"), form).status_code == 302


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"minute": " "}, "the minute that says so"), ({"on": "tomorrow"}, "on which day"), ({"on": "2999-01-01"}, "still to come"), ({"outcome": "perhaps"}, "what was decided"), ({"office": ""}, "who decided")],
)  # fmt: skip
def test_a_decision_that_lacks_something_is_refused(mine: Any, changed: dict[str, str], words: str) -> None:
    before = mine.edits
    answer = signed_in("bo").client.post(at(mine, "gates/beds_four_tests/decide/"), GIVEN | changed)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    mine.refresh_from_db()
    assert mine.edits == before


def test_liam_leads_projects_and_passes_no_gate(mine: Any) -> None:
    assert signed_in("liam").client.post(at(mine, "gates/beds_four_tests/decide/"), GIVEN).status_code == 403


# ---------------------------------------------------------------------- scoring
SCORE = "choices/hub_sites/score/"


def test_a_scorer_scores_what_no_interest_keeps_from_them(mine: Any) -> None:
    liam = signed_in("liam")
    page = liam.get(at(mine, f"{SCORE}?scorer=estates_lead"))
    assert page.count("may not score") >= 7  # two hubs, by each of seven criteria
    assert "score.two_hubs.quality" not in page
    before = re.search(r'name="before.four_hubs.quality" value="([^"]*)"', page)
    assert before is not None
    sent = {
        "scorer": "estates_lead",
        "score.four_hubs.quality": "9.5",
        "before.four_hubs.quality": before.group(1),
    }
    assert liam.client.post(at(mine, SCORE), sent).status_code == 302
    rows = [
        row
        for row in seen(mine).content.scores
        if (row.scorer, row.option, row.criterion) == ("estates_lead", "four_hubs", "quality")
    ]
    assert [str(row.score) for row in rows] == ["9.5"]
    # somebody who saw the old score clashes
    clash = liam.client.post(at(mine, SCORE), {**sent, "score.four_hubs.quality": "1"})
    assert clash.status_code == 400
    assert "somebody else has changed these scores" in clash.content.decode()


@pytest.mark.parametrize(("sent", "words"), [({"score.two_hubs.quality": "5"}, "conflict of interest"), ({"score.as_now.quality": "11"}, "no score from 0 to 10"), ({"score.as_now.quality": "many"}, "no score from 0 to 10")])  # fmt: skip
def test_a_score_that_is_none_is_refused(mine: Any, sent: dict[str, str], words: str) -> None:
    before = mine.edits
    answer = signed_in("liam").client.post(at(mine, SCORE), {"scorer": "estates_lead", **sent})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    mine.refresh_from_db()
    assert mine.edits == before
