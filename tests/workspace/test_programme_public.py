"""What everybody may read and answer of a programme, and spreadsheets that are taken in."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.workspace.conftest import Pages, signed_in
from tests.workspace.programme_making import example, own, texts

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


# ---------------------------------------------------------------------- for everybody
@pytest.fixture
def open_survey(database: object, tmp_path: Path) -> Any:
    """A programme whose survey is open today."""
    table = texts()["surveys.csv"].replace("2015-06-01", "2020-01-01").replace("2015-07-31", "2199-12-31")
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


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"survey_questions": ""}, "it has no question"),
        ({"survey_questions": ("On foot or by bicycle;By bus;By car;Somebody would bring me", "By bus")}, "“How would you get there?” offers fewer than two answers"),
        ({"survey_questions": ("On foot or by bicycle;By bus;By car;Somebody would bring me", "By bus;By bus")}, "“How would you get there?” offers fewer than two answers"),
        ({"surveys": ("2015-07-31", "2015-05-31")}, "it closes on Sunday 31 May 2015, before it opens on Monday 1 June 2015"),
    ],
)  # fmt: skip
def test_a_survey_that_nobody_could_answer_is_not_published(
    database: object, tmp_path: Path, changed: dict[str, Any], words: str
) -> None:
    (table, (*how,)), *_ = changed.items()
    before = texts()[f"{table}.csv"]
    after = before.replace(*how) if how else before.splitlines()[0] + "\n"
    assert after != before
    mine = own(tmp_path, f"f-{uuid4().hex[:12]}", **{table: after})
    bo = signed_in("bo")
    bo.client.post(at(mine, "publish/survey/hubs_2015/"), {"do": "publish"})
    text = bo.get(at(mine, "publish/"))
    assert f"The survey is not published: {words}" in text
    assert bo.client.get(f"/public/{mine.place.code}/surveys/hubs_2015/").status_code == 404


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
    assert "took answers from 1 June 2015" in stranger.get(page)
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


def test_a_tracker_is_taken_in_as_it_comes(database: object, tmp_path: Path) -> None:
    """A title above, headings with blanks, dates as dates, no column that says where rows come from; none of what it replaces is in
    approved minutes."""
    drafts = texts()["meetings.csv"].replace(",pb_chair,2015-05-21,", ",pb_chair,,")
    mine = own(tmp_path, f"k-{uuid4().hex[:12]}", meetings=drafts)
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
