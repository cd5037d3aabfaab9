"""Quality assurance and board packs in the workspace: from the plan, with its agreements, the same bytes each time."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.workspace.conftest import Pages, signed_in

if TYPE_CHECKING:
    from leftshift.workspace.plan.models import PlaceVersion

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def version(folder: Path) -> PlaceVersion:
    from leftshift.workspace.plan.actions.storing import import_place

    found = import_place(folder, by="a test").version
    assert found is not None
    return found


def page_of(version: PlaceVersion, who: Pages, rest: str = "quality/") -> str:
    return who.get(f"/places/{version.place.code}/{rest}")


def current(version: PlaceVersion) -> PlaceVersion:
    from leftshift.workspace.plan.queries import latest_run

    run = latest_run(version.place.code)
    assert run is not None
    return run.version


VERIFIED = {
    "role": "assurer",
    "holder": "Head of internal audit, Northmoor Council",
    "on": "2026-02-09",
    "method": "Each row read beside its source",
    "outcome": "confirmed",
}


def test_the_master_check_is_the_library_s(version: PlaceVersion, folder: Path) -> None:
    from django.utils import timezone

    from leftshift import read_place
    from leftshift.reports.assurance import quality_of

    quality = quality_of(read_place(folder).project(), timezone.localdate())
    text = page_of(version, signed_in("vera"))

    assert quality.master.words in text
    assert ("Not green" in text) == (not quality.master.is_green)
    assert "Record what was verified" not in text


def test_a_changed_plan_lapses_verifications_and_a_new_one_mends_it(
    version: PlaceVersion, folder: Path
) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    contracts = folder / "contracts.csv"
    contracts.write_text(contracts.read_text().replace("60000", "61000"))
    changed = import_place(folder, by="a test").version
    assert changed is not None
    asha = signed_in("asha")
    before = page_of(changed, asha)
    answer = asha.client.post(
        f"/places/{changed.place.code}/quality/", {**VERIFIED, "subject": "table|contracts"}
    )
    after = page_of(changed, asha)

    assert "Not green" in before
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert "The verification was recorded." in after
    assert "Recorded in the workspace by Asha Invented" in current(changed).document["verifications.csv"]
    assert current(changed).plan_fingerprint == changed.plan_fingerprint  # what was agreed still holds

    def open_points(text: str) -> int:
        found = re.search(r"(\d+) of \d+ points", text)
        assert found is not None
        return int(found.group(1))

    assert open_points(after) == open_points(before) - 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"holder": "Somebody unknown"}, "expected"),
        ({"on": "tomorrow"}, "Enter a valid date"),
        ({"on": "2099-01-01"}, "That day is still to come"),
        ({"outcome": "confirmed_with_remarks"}, "expected"),
        ({"method": ""}, "Say how"),
        ({"subject": "table|nothing"}, "Select a valid choice"),
    ],
)
def test_a_verification_that_does_not_fit_is_told(
    version: PlaceVersion, change: dict[str, str], words: str
) -> None:
    posted = {**VERIFIED, "subject": "table|contracts", **change}
    answer = signed_in("asha").client.post(f"/places/{version.place.code}/quality/", posted)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert current(version).pk == version.pk


def test_a_viewer_cannot_verify(version: PlaceVersion) -> None:
    posted = {**VERIFIED, "subject": "table|contracts"}

    assert signed_in("vera").client.post(f"/places/{version.place.code}/quality/", posted).status_code == 403


def test_an_open_draft_gets_the_verification_too(version: PlaceVersion) -> None:
    from leftshift.workspace.plan.actions.drafting import open_draft, texts_of

    draft = open_draft(version, by="a test")
    posted = {**VERIFIED, "subject": "table|contracts"}
    signed_in("asha").client.post(f"/places/{version.place.code}/quality/", posted)

    assert "Recorded in the workspace" in texts_of(draft)["verifications.csv"]


def test_agreements_are_its_sign_offs(version: PlaceVersion) -> None:
    from leftshift.workspace.accounts.actions import end_role
    from leftshift.workspace.accounts.models import Grant
    from tests.workspace.test_review import director, lead_of, step

    step(version, "sent", director())
    lead = lead_of("RN1")
    step(version, "agrees", lead, "RN1")
    for grant in Grant.objects.filter(account=lead.account, role="finance_lead", ended_at=None):
        end_role(grant, by="a test")
    text = page_of(version, signed_in("dora"))

    assert "Sign-off by organisations: 1" in text
    assert "Vera Invented" in text


@pytest.mark.parametrize("kind", ["html", "pdf", "json"])
def test_all_of_it_can_be_kept(version: PlaceVersion, kind: str) -> None:
    client = signed_in("vera").client
    answer = client.get(f"/places/{version.place.code}/quality/report.{kind}")

    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert len(answer.content) > 2000


# ---------------------------------------------------------------------- packs
WORDS: dict[str, Any] = {
    "title": "The plan for the board",
    "meeting": "Northmoor board",
    "meeting_date": "2026-12-01",
    "author": "Director of finance",
    "purpose": "decision",
    "recommendations": "note the gap\nagree the plan",
    "implication.financial": "As the paper shows.",
    "implication.legal": "None: nothing is asked that needs it.",
    "implication.equality": "None found.",
    "implication.quality": "None found.",
    "implication.workforce": "None found.",
    "implication.public_involvement": "None needed yet.",
    "risk.0.risk": "Savings come late",
    "risk.0.level": "medium",
    "risk.0.reason": "They did before",
    "section.bridge": "yes",
    "section.quality-assurance": "yes",
    "section.bridge.before": "<b>My</b> own words.",
    "own.0.title": "What we ask",
    "own.0.before": "Please read it.",
    "year": "2027/28",
}


def make(version: PlaceVersion, who: str = "bo", **changed: str) -> str:
    """Make a pack as a person does; gives the address of its page."""
    from leftshift.workspace.shared.jobs import work_once

    client = signed_in(who).client
    answer = client.post(f"/places/{version.place.code}/packs/new/", {**WORDS, **changed})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    while work_once("w"):
        pass
    done = client.get(answer["Location"])
    assert done.status_code == 302, done.content.decode()[:3000]
    return str(done["Location"])


def files_of(address: str) -> dict[str, str]:
    client = signed_in("vera").client
    return {
        kind: hashlib.sha256(client.get(f"{address}pack.{kind}").content).hexdigest()
        for kind in ("html", "pdf", "docx")
    }


def test_a_pack_is_made_in_three_forms_and_the_same_again_is_the_same_bytes(version: PlaceVersion) -> None:
    first, second = make(version), make(version)

    assert first != second
    assert files_of(first) == files_of(second)
    html = signed_in("vera").client.get(f"{first}pack.html").content.decode()
    assert "&lt;b&gt;My&lt;/b&gt; own words." in html
    assert "The plan for the board" in signed_in("vera").get(first)
    assert "The plan for the board" in page_of(version, signed_in("vera"), "packs/")


def test_every_fault_of_the_words_is_told_and_nothing_is_lost(version: PlaceVersion) -> None:
    from leftshift.workspace.plan.models import BoardPack

    before = BoardPack.objects.count()
    posted = {**WORDS, "title": "", "meeting_date": "soon", "implication.legal": "", "risk.0.level": "huge"}
    answer = signed_in("bo").client.post(f"/places/{version.place.code}/packs/new/", posted)
    text = answer.content.decode()

    assert answer.status_code == 400
    for words in ("Title:", "Date of the meeting:", "Implications, Legal: say what it is", "Risks, 1:"):
        assert words in text, words
    assert "note the gap" in text
    assert "Savings come late" in text
    assert BoardPack.objects.count() == before


def test_another_pack_starts_from_the_words_of_an_earlier_one(version: PlaceVersion) -> None:
    number = make(version).rstrip("/").rpartition("/")[2]
    text = page_of(version, signed_in("bo"), f"packs/new/?like={number}")

    assert "Savings come late" in text
    assert "What we ask" in text
    assert 'value="2026-12-01"' in text


def test_who_may_not_make_packs_reads_them(version: PlaceVersion) -> None:
    make(version)

    assert signed_in("vera").client.get(f"/places/{version.place.code}/packs/new/").status_code == 403
    assert signed_in("vera").client.get(f"/places/{version.place.code}/packs/").status_code == 200


def test_a_form_sent_twice_makes_one_pack(version: PlaceVersion) -> None:
    assert make(version, key="the same form") == make(version, key="the same form")


def test_a_verification_of_a_day_to_come_that_was_imported_breaks_no_page(folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    table = folder / "verifications.csv"
    table.write_text(table.read_text().replace("2026-02-09", "2099-02-09", 1))
    version = import_place(folder, by="a test").version
    assert version is not None
    vera, code = signed_in("vera"), version.place.code

    assert "Quality assurance: not green" in vera.get(f"/places/{code}/overview/2027-28/")
    assert "A date after today" in vera.get(f"/places/{code}/quality/", status=409)
    assert vera.client.get(f"/places/{code}/quality/report.pdf").status_code == 409
    vera.get(f"/places/{code}/tables/quality/limits/2027-28.csv", status=404)


def test_what_changed_since_it_was_looked_at_is_not_verified(version: PlaceVersion, folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    contracts = folder / "contracts.csv"
    contracts.write_text(contracts.read_text().replace("60000", "61000"))
    import_place(folder, by="a test")
    address = f"/places/{version.place.code}@1/quality/"
    asha = signed_in("asha").client
    changed = asha.post(address, {**VERIFIED, "subject": "table|contracts"})
    unchanged = asha.post(address, {**VERIFIED, "subject": "table|services"})

    assert changed.status_code == 400
    assert "The plan changed meanwhile" in changed.content.decode()
    assert unchanged.status_code == 302
