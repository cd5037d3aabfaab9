"""Import: a workbook, a zip or files; every fault at once; nothing stored where something is wrong."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from leftshift.place.reading import folder_texts
from leftshift.workbooks.writing import write_workbook
from tests.workspace.conftest import Pages, signed_in

pytestmark = pytest.mark.usefixtures("database")


def send(who: Pages, *files: tuple[str, bytes], key: str = "") -> str:
    """Send files, let the worker work, and give the page that comes of it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from leftshift.workspace.shared.jobs import work_once

    posted: dict[str, Any] = {"files": [SimpleUploadedFile(name, content) for name, content in files]}
    if key:
        posted["key"] = key
    answer = who.client.post("/import/", posted)
    if answer.status_code != 302:
        return str(answer.content.decode())
    while work_once("w"):
        pass
    page = who.client.get(answer["Location"], follow=True)
    return str(page.content.decode())


def zip_of(folder: Path, **changed: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in {**folder_texts(folder), **changed}.items():
            archive.writestr(f"place/{name}", text)
    return out.getvalue()


@pytest.mark.parametrize("form", ["zip", "workbook", "files"])
def test_a_plan_is_taken_in_from_every_form(folder: Path, form: str) -> None:
    texts = folder_texts(folder)
    files = {
        "zip": [("plan.zip", zip_of(folder))],
        "workbook": [("plan.xlsx", write_workbook(texts))],
        "files": [(name.rpartition("/")[2], text.encode()) for name, text in texts.items()],
    }[form]
    page = send(signed_in("asha"), *files)

    assert "Doing nothing leaves a gap of £11.9m in 2027/28" in page
    assert "Version 1, shown here" in page
    assert "Higher pay" in page or "scenarios" in page


def test_every_fault_is_told_and_nothing_is_stored(folder: Path) -> None:
    from leftshift.workspace.plan.models import StoredPlace

    contracts = (folder / "contracts.csv").read_text().replace("60000", "sixty").replace("NM2,RN1", "NM9,RN1")
    before = StoredPlace.objects.count()
    page = send(signed_in("asha"), ("plan.zip", zip_of(folder, **{"contracts.csv": contracts})))

    assert "plan.zip was not taken in: it has 2 faults. Nothing was changed." in page
    assert "&#39;sixty&#39;" in page
    assert "NM9" in page
    assert StoredPlace.objects.count() == before


def test_an_import_that_is_sent_twice_is_one(folder: Path) -> None:
    from leftshift.workspace.shared.models import Job, Upload

    asha, content = signed_in("asha"), zip_of(folder)
    jobs, uploads = Job.objects.count(), Upload.objects.count()
    send(asha, ("plan.zip", content), key="the same form")
    send(asha, ("plan.zip", content), key="the same form")

    assert Job.objects.count() == jobs + 1
    assert Upload.objects.count() == uploads + 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.xlsx", b"no workbook"),
        ("x.zip", b"PK\x03\x04 no zip"),
        ("x.exe", b"MZ"),
        ("x.xlsm", b"PK"),
        ("", b"x"),
        ("x.csv", b"a,b\n1,2\n"),
        ("=cmd.zip", b""),
    ],
)
def test_what_is_no_plan_is_told_in_words(name: str, content: bytes) -> None:
    page = send(signed_in("asha"), (name or "noname", content))

    assert "fault" in page or "Choose" in page
    assert "leftshift made a mistake" not in page


def test_nothing_or_too_much_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from leftshift.workspace.plan.pages import importing

    asha = signed_in("asha")
    assert "Choose a workbook" in send(asha)
    monkeypatch.setattr(importing, "parameter", lambda *_: 0)
    assert "That is too much" in send(asha, ("x.zip", b"PK"))


def test_who_may_not_edit_cannot_import(folder: Path) -> None:
    assert signed_in("vera").client.post("/import/").status_code == 403


def test_a_role_for_one_place_takes_in_that_place_alone(folder: Path) -> None:
    from leftshift.workspace.accounts.actions import end_role, give_role
    from tests.workspace.conftest import account_of

    grant = give_role(account_of("charlie"), role="analyst", place="another", by="a test")
    page = send(signed_in("charlie"), ("plan.zip", zip_of(folder)))
    end_role(grant, by="a test")

    assert "You may not edit the place" in page


def test_a_version_downloads_as_a_workbook_that_is_the_same_plan(folder: Path) -> None:
    from leftshift.workspace.plan.models import PlaceVersion

    asha = signed_in("asha")
    send(asha, ("plan.zip", zip_of(folder)))
    code = re.sub(r"[^a-z0-9-]", "", (folder / "place.toml").read_text().split('code = "')[1].split('"')[0])
    answer = asha.client.get(f"/places/{code}/workbook.xlsx")
    assert answer["Content-Disposition"] == f'attachment; filename="{code}-version-1.xlsx"'
    send(asha, ("again.xlsx", answer.content))

    assert PlaceVersion.objects.filter(place__code=code).count() == 1
