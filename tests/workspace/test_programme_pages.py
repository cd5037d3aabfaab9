"""The programme in the workspace: its rooms, records, highlight reports, gates, what is published; and who may not."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.conftest import Pages, signed_in
from tests.workspace.programme_making import AT, example, own, person_of, texts

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

    vera = signed_in("vera").client
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
    assert signed_in("vera").client.post(AT + rest, {"do": "save"}).status_code == 403
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
    dora = signed_in("dora")
    dora.client.post(at(mine, "records/dependencies/rows/new/"), {"field.before": "front_door_open", "field.after": "front_door_case", "field.kind": "finish_to_start", "field.source": "A test", "field.basis": "assumed", "once": "0" * 32})  # fmt: skip
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
        mine, "milestones.csv", [SetCell(key, "name", "First ward moved", "Another name")], by="a test"
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


# ---------------------------------------------------------------------- for everybody
@pytest.fixture
def open_survey(database: object, tmp_path: Path) -> Any:
    """A programme whose survey is open today."""
    table = texts()["surveys.csv"].replace("2015-06-01", "2020-01-01").replace("2015-07-31", "2999-12-31")
    return own(tmp_path, f"s-{uuid4().hex[:12]}", surveys=table)


def published(held: Any) -> str:
    answer = signed_in("bo").client.post(at(held, "publish/survey/hubs_2015/"), {"do": "publish"})
    assert answer.status_code == 302
    return f"/public/{held.place.code}/surveys/hubs_2015/"


ANSWER = {
    "answer.would_use": "Yes",
    "answer.travel": "By bus",
    "answer.better": "A bench.",
    "group": "25 to 64",
}


def test_somebody_answers_and_nobody_from_outside_reads_it(open_survey: Any, stranger: Pages) -> None:
    from leftshift.workspace.programme.models import SurveyAnswer
    from leftshift.workspace.record.acting import acting

    page = published(open_survey)
    assert "What would make it better for you?" in stranger.get(page)
    assert stranger.client.post(page, ANSWER)["Location"] == f"{page}thanks/"
    assert "Nothing says that they are yours" in stranger.get(f"{page}thanks/")
    kept = SurveyAnswer.objects.get(publication__place=open_survey.place)
    assert (kept.answers, kept.group) == (
        {"would_use": "Yes", "travel": "By bus", "better": "A bench."},
        "25 to 64",
    )
    with acting(""):
        assert not SurveyAnswer.objects.exists()
    results = signed_in("liam").get(at(open_survey, "surveys/hubs_2015/"))
    assert "1 person has" in results
    assert "fewer than 5" in results  # one answer is not shown as a number
    assert signed_in("vera").client.get(at(open_survey, "surveys/hubs_2015/")).status_code == 403


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"answer.would_use": ""}, "Answer this question"),
        ({"answer.travel": "By balloon"}, "Choose one of the answers"),
        ({"answer.better": "x" * 2001}, "at most 2,000 characters"),
        ({"group": "Royalty"}, "Choose one of the groups"),
        ({"answer.would_use": "Yes", "answer.travel": "", "answer.better": "\0"}, ""),
    ],
)
def test_an_answer_that_is_none_is_answered_beside_its_question(
    open_survey: Any, stranger: Pages, changed: dict[str, str], words: str
) -> None:
    page = published(open_survey)
    answer = stranger.client.post(page, ANSWER | changed)
    assert answer.status_code == (400 if words else 302)
    assert words in answer.content.decode()


def test_a_program_that_fills_in_everything_leaves_nothing(open_survey: Any, stranger: Pages) -> None:
    from leftshift.workspace.programme.models import SurveyAnswer

    assert stranger.client.post(published(open_survey), ANSWER | {"website": "spam"}).status_code == 302
    assert not SurveyAnswer.objects.filter(publication__place=open_survey.place).exists()


def test_a_survey_with_answers_stays_what_people_were_asked(open_survey: Any, stranger: Pages) -> None:
    page = published(open_survey)
    stranger.client.post(page, ANSWER)
    bo = signed_in("bo")
    bo.client.post(at(open_survey, "publish/survey/hubs_2015/"), {"do": "publish"})
    assert "People have answered it already" in bo.get(at(open_survey, "publish/"))
    bo.client.post(at(open_survey, "publish/survey/hubs_2015/"), {"do": "withdraw"})
    assert stranger.client.get(page).status_code == 404


def test_a_closed_survey_takes_no_answer(mine: Any, stranger: Pages) -> None:
    page = published(mine)
    assert "took answers from 2015-06-01" in stranger.get(page)
    assert stranger.client.post(page, ANSWER).status_code == 400


def test_what_was_heard_is_published_without_small_numbers(mine: Any, stranger: Pages) -> None:
    """Three carers said that wards should not close: neither the 3 nor what would give it away is on the page."""
    address = f"/public/{mine.place.code}/heard/beds_meetings/"
    assert stranger.client.get(address).status_code == 404
    signed_in("bo").client.post(at(mine, "publish/engagement/beds_meetings/"), {"do": "publish"})
    text = stranger.get(address)
    assert "A gate was added" in text
    assert "not shown" in text
    row = re.search(r"Wards should not close.*?</tr>", text, re.DOTALL)
    assert row is not None
    assert ">3<" not in row.group()
    assert ">19<" not in row.group()  # 93 less 71 less 19 would be 3
    assert "We have not answered this yet" in text
    assert "Four public meetings" in stranger.get(f"/public/{mine.place.code}/")


def test_a_stranger_sees_nothing_else(mine: Any, stranger: Pages) -> None:
    from leftshift.workspace.programme.models import IssuedPack, Programme, ProgrammeFile, Publication
    from leftshift.workspace.record.acting import acting

    assert stranger.client.get(at(mine)).status_code == 302
    with acting(""):
        assert not Programme.objects.exists()
        assert not ProgrammeFile.objects.exists()
        assert not IssuedPack.objects.exists()
        assert not Publication.objects.exclude(withdrawn_at=None).exists()


# ---------------------------------------------------------------------- spreadsheets
def sent(name: str, content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def book(sheet: str, rows: list[list[object]]) -> bytes:
    import openpyxl

    made = openpyxl.Workbook()
    page = made.create_sheet(sheet)
    del made["Sheet"]
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_tracker_is_taken_in_as_it_comes(mine: Any) -> None:
    """A title above, headings with blanks, dates as dates, no column that says where rows come from."""
    rows: list[list[object]] = [
        ["Our tracker"],
        [],
        ["Action", "Text", "Owner", "Raised", "Due"],
        ["one", "Call the owner", "Lead", date(2015, 6, 1), date(2015, 6, 30)],
    ]
    answer = signed_in("liam").client.post(
        at(mine, "take-in/"), {"files": [sent("tracker.xlsx", book("Actions", rows))]}
    )
    assert answer.status_code == 302, answer.content.decode()
    found = seen(mine).content.actions
    assert [(row.text, str(row.due), row.source) for row in found] == [
        ("Call the owner", "2015-06-30", "Taken in from tracker.xlsx")
    ]


def test_a_tracker_with_faults_changes_nothing_and_says_each_at_its_row(mine: Any) -> None:
    before = seen(mine).content.fingerprint
    rows: list[list[object]] = [["Our tracker"], [], ["action", "text", "owner", "raised", "due"], ["one", "Call", "Lead", "soon", date(2015, 6, 30)], ["one", "", "Lead", date(2015, 6, 1), date(2015, 6, 30)]]  # fmt: skip
    answer = signed_in("liam").client.post(
        at(mine, "take-in/"), {"files": [sent("tracker.xlsx", book("Actions", rows))]}
    )
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Nothing was taken in" in text
    assert "actions.csv" in text
    assert re.search(r"<td[^>]*>4</td>", text)
    assert re.search(r"<td[^>]*>5</td>", text)
    assert seen(mine).content.fingerprint == before


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("tracker.xlsx", b"no workbook", "workbook"),
        ("tracker.xlsx", book("Aktions", [["action"], ["one"]]), "actions"),
        ("decisions.csv", b"meeting,item\n", "recorded one by one"),
        ("other.csv", b"a,b\n", "a table of a programme"),
    ],
)
def test_what_is_no_table_is_answered(mine: Any, name: str, content: bytes, words: str) -> None:
    answer = signed_in("dora").client.post(at(mine, "take-in/"), {"files": [sent(name, content)]})
    assert answer.status_code == 400
    assert words in answer.content.decode()
