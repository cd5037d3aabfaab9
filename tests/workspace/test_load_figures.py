"""Figures that somebody sends: into the draft, as revisions where they differ, whole or not at all."""

from __future__ import annotations

import io
import re
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.workspace.conftest import EXAMPLES, Pages, signed_in

pytestmark = pytest.mark.usefixtures("examples")
HEADING = "measure,of,period,numerator,denominator\n"


@pytest.fixture
def code(tmp_path: Path) -> str:
    """Southmoor under a code of its own, taken in."""
    from leftshift.workspace.plan.actions.storing import import_place

    folder = Path(shutil.copytree(EXAMPLES / "southmoor", tmp_path / "place"))
    name = "load-" + re.sub("[^a-z0-9]+", "-", tmp_path.name.lower())
    heading = folder / "place.toml"
    heading.write_text(heading.read_text().replace('"southmoor"', f'"{name}"'))
    import_place(folder, by="a test")
    return name


def send(who: Pages, code: str, name: str, content: bytes, **more: str) -> str:
    """Send a file, let the worker work, and give the page that comes of it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from leftshift.workspace.shared.jobs import work_once

    posted: dict[str, Any] = {"file": SimpleUploadedFile(name, content), **more}
    answer = who.client.post(f"/places/{code}/measures/load-figures/", posted)
    if answer.status_code != 302:
        return unescape(answer.content.decode())
    while work_once("w"):
        pass
    return unescape(who.client.get(answer["Location"], follow=True).content.decode())


def draft_rows(code: str) -> list[str]:
    from leftshift.workspace.plan.actions.drafting import texts_of
    from leftshift.workspace.plan.queries import open_draft_of

    draft = open_draft_of(code)
    return [] if draft is None else texts_of(draft)["observations.csv"].splitlines()


def test_new_revised_and_unchanged_figures_go_into_the_draft(code: str) -> None:
    csv = (
        f"{HEADING}two_hours,RS2,2026-10,300,400\n"  # new
        "two_hours,RS2,2026-09,330,402\n"  # revised
    )
    page = send(signed_in("asha"), code, "october.csv", csv.encode(), source="A test", provisional="yes")

    assert "1 new, 1 revised and 0 unchanged figures" in page
    said, heading = page.index("1 new, 1 revised"), page.index("<h1")
    link = page.index(f'href="/places/{code}/draft/history/">See what changed</a>')
    assert page.index("<main") < said < link < heading, "the first thing that is seen"
    rows = draft_rows(code)
    assert rows[-2].startswith("two_hours,RS2,2026-10,300,400")
    assert ",yes," in rows[-2]
    assert rows[-1].startswith("two_hours,RS2,2026-09,330,402")
    assert rows[-1].split(",")[10] == "1", "the first publication stays, this is its revision"
    assert len(rows) == len((EXAMPLES / "southmoor" / "observations.csv").read_text().splitlines()) + 2


def test_it_goes_into_the_draft_that_is_open_and_can_be_undone(code: str) -> None:
    from leftshift.workspace.plan.actions import drafting
    from leftshift.workspace.plan.queries import open_draft_of

    asha = signed_in("asha")
    asha.client.post(f"/places/{code}/draft/", {"do": "open"})
    opened = open_draft_of(code)
    assert opened is not None
    before = draft_rows(code)
    send(asha, code, "october.csv", f"{HEADING}two_hours,RS2,2026-10,300,400\n".encode())

    assert open_draft_of(code) == opened
    assert len(draft_rows(code)) == len(before) + 1
    drafting.undo(opened, 1, by="a test")
    assert draft_rows(code) == before


def test_a_workbook_with_a_column_for_each_period(code: str) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("figures")
        sheet.write_row(0, 0, ["measure", "of", "2025/26", "2026/27"])
        sheet.write_row(1, 0, ["supported", "SM1", 66.0, 66.9])
    page = send(signed_in("asha"), code, "survey.xlsx", out.getvalue(), layout="wide")

    assert "1 new, 0 revised and 1 unchanged figures" in page
    assert draft_rows(code)[-1].startswith("supported,SM1,2026/27")


def test_every_fault_is_told_and_nothing_is_changed(code: str) -> None:
    csv = f"{HEADING}two_hour,RS2,2026-10,300,400\ntwo_hours,RS3,2026-10,3,4\ntwo_hours,RS2,October,x,4\n"
    page = send(signed_in("asha"), code, "october.csv", csv.encode())

    assert "october.csv was not loaded: it has" in page
    for words in ("two_hour", "Did you mean two_hours", "RS3", "October"):
        assert words in page
    assert draft_rows(code) == []


def test_a_mapping_says_what_codes_mean_and_its_faults_are_told_with_the_others(code: str) -> None:
    csv = f"{HEADING}UCR,X1,2026-10,300,400\nUCR,X2,2026-10,10x1,4\n"
    taken = '[measures]\nUCR = "two_hours"\n[bodies]\nX1 = "RS2"\n[only]\nof = "X1"\n'
    asha = signed_in("asha")
    wrong = send(asha, code, "o.csv", csv.encode(), mapping='[measure]\nUCR = "two_hours"\n')
    broken = send(asha, code, "o.csv", csv.encode(), mapping="[measures\0")
    long = send(asha, code, "o.csv", csv.encode(), mapping="#" * 100_001)

    for words in ("one of [measures], [bodies], [only]", "Did you mean measures?", "'10x1'", "X2"):
        assert words in wrong
    assert "say in a mapping what it means" in wrong
    assert "--map" not in wrong
    assert "TOML" in broken
    assert "The mapping is too long" in long
    assert draft_rows(code) == []
    page = send(asha, code, "o.csv", csv.encode(), mapping=taken)
    assert "1 new, 0 revised and 0 unchanged figures" in page
    assert draft_rows(code)[-1].startswith("two_hours,RS2,2026-10,300,400")


def test_a_fault_of_the_place_with_the_figures_is_told_where_it_was_read(code: str) -> None:
    page = send(signed_in("asha"), code, "october.csv", f"{HEADING}two_hours,RS2,2026-10,500,400\n".encode())

    assert "was not loaded" in page
    assert "october.csv" in page
    assert draft_rows(code) == []


def test_sent_twice_it_counts_once(code: str) -> None:
    from leftshift.workspace.shared.models import Job

    before = Job.objects.count()
    for _ in range(2):
        send(
            signed_in("asha"),
            code,
            "o.csv",
            f"{HEADING}two_hours,RS2,2026-10,300,400\n".encode(),
            key="one form",
        )

    assert Job.objects.count() == before + 1
    assert (
        len(draft_rows(code))
        == len((EXAMPLES / "southmoor" / "observations.csv").read_text().splitlines()) + 1
    )


def test_who_may_not_edit_may_not_load(code: str) -> None:
    address = f"/places/{code}/measures/load-figures/"

    assert signed_in("vera").client.get(address).status_code == 403
    assert "Load figures" not in signed_in("vera").get(f"/places/{code}/measures/")
    assert "Load figures" in signed_in("asha").get(f"/places/{code}/measures/")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.xlsx", b"no workbook", "was not loaded"),
        ("x.csv", b"", "Choose a file|was not loaded|empty"),
        ("x.xls", b"\xd0\xcf\x11\xe0", "xlsx"),
        ("x.csv", b"a;b\n1;2\n", "was not loaded"),
        ("x.csv", b"\x00\x01\x02", "was not loaded"),
    ],
)
def test_what_is_no_file_of_figures_is_told_in_words(
    code: str, name: str, content: bytes, words: str
) -> None:
    page = send(signed_in("asha"), code, name, content)

    assert re.search(words, page)
    assert "leftshift made a mistake" not in page
    assert draft_rows(code) == []


def test_nothing_or_too_much_is_told(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from leftshift.workspace.plan.pages import measures

    asha = signed_in("asha")
    answer = asha.client.post(f"/places/{code}/measures/load-figures/", {"layout": "tidy"})
    assert answer.status_code == 400
    assert "Choose a file" in answer.content.decode()
    monkeypatch.setattr(measures, "parameter", lambda *_: 0)
    assert "That is too much" in send(asha, code, "x.csv", b"a")


def test_what_the_database_cannot_hold_is_no_mistake(code: str) -> None:
    page = send(
        signed_in("asha"),
        code,
        "o.csv",
        f"{HEADING}two_hours,RS2,2026-10,300,400\n".encode(),
        source="A\0 test",
        key="k\0ey",
    )

    assert "1 new, 0 revised and 0 unchanged figures" in page
