"""Drafts: what is written is kept, faults are those of the command line, and two editors lose nothing."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from leftshift.place.sheets import AddRow, RemoveRow, SetCell
from tests.workspace.conftest import account_of, signed_in

if TYPE_CHECKING:
    from leftshift.workspace.plan.models import Draft

pytestmark = pytest.mark.usefixtures("database")
CONTRACTS = "contracts.csv"
NOTHING = {"do": "set", "row": "r1", "column": "value", "before": "60000", "after": "60000"}


@pytest.fixture
def draft(folder: Path) -> Draft:
    """An open draft of a copy of Northmoor."""
    from leftshift.workspace.plan.actions.drafting import open_draft
    from leftshift.workspace.plan.actions.storing import import_place

    version = import_place(folder, by="a test").version
    assert version is not None
    return open_draft(version, by="a test")


def save(draft: Draft, *changes: Any, by: str = "Asha", **more: Any) -> Any:
    from leftshift.workspace.plan.actions.drafting import save as save_changes

    return save_changes(draft, CONTRACTS, changes, by=by, **more)


def value(draft: Draft, row: str = "r1", column: str = "value") -> str:
    """What now stands in a cell."""
    from leftshift.place.schema import schema
    from leftshift.workspace.shared.editing import sheet_at

    sheet = sheet_at(draft, CONTRACTS, 1_000_000, schema().tables)
    return next(sheet.cell(found, column) for found in sheet.rows if found.key == row)


def text(draft: Draft) -> str:
    from leftshift.workspace.plan.actions.drafting import texts_of

    return texts_of(draft)[CONTRACTS]


def address(draft: Draft, rest: str = "") -> str:
    return f"/places/{draft.place.code}/draft/{rest}"


def test_a_draft_starts_as_the_files_were_written(draft: Draft, folder: Path) -> None:
    from leftshift.workspace.plan.actions.drafting import texts_of

    for name, found in texts_of(draft).items():
        assert found == (folder / name).read_text("utf-8"), name


def test_a_save_keeps_who_changed_what(draft: Draft) -> None:
    saved = save(draft, SetCell("r1", "value", "60000", "61000"), by="Asha Invented <asha@northmoor.example>")
    edit = draft.history.get()

    assert (saved.number, saved.clashes) == (1, ())
    assert value(draft) == "61000"
    assert edit.by.startswith("Asha Invented")
    assert edit.changes[0]["after"] == "61000"


def test_a_clash_saves_nothing_of_the_batch(draft: Draft) -> None:
    save(draft, SetCell("r1", "value", "60000", "61000"))
    late = save(
        draft, SetCell("r2", "value", "40000", "41000"), SetCell("r1", "value", "60000", "62000"), by="Bo"
    )

    assert [(clash.row, clash.now, clash.wanted) for clash in late.clashes] == [("r1", "61000", "62000")]
    assert value(draft, "r2") == "40000"
    assert draft.history.count() == 1


def test_two_editors_of_different_cells_both_stay(draft: Draft) -> None:
    save(draft, SetCell("r1", "value", "60000", "61000"))
    save(draft, SetCell("r1", "service", "acute", "community"), by="Bo")

    assert (value(draft), value(draft, column="service")) == ("61000", "community")


def test_a_save_that_is_sent_twice_counts_once(draft: Draft) -> None:
    change = SetCell("r1", "value", "60000", "61000")
    first, again = save(draft, change, key="k1"), save(draft, change, key="k1")

    assert first == again
    assert draft.history.count() == 1


def test_an_edit_is_taken_back_by_another(draft: Draft) -> None:
    from leftshift.workspace.plan.actions.drafting import undo

    before = text(draft)
    facts = {"contract": "C99", "payer": "NM1", "payee": "RN1", "service": "acute", "value": "1"}
    save(draft, AddRow("n1", "r2", facts), SetCell("r1", "value", "60000", "61000"))
    assert "C99" in text(draft)
    taken = undo(draft, 1, by="Bo")

    assert taken.clashes == ()
    assert text(draft).replace('"', "") == before.replace('"', "")


def test_what_changes_nothing_is_no_edit(draft: Draft) -> None:
    already = save(draft, SetCell("r1", "value", "1", "60000"))
    gone = save(draft, RemoveRow("r999", {"value": "1"}))

    assert (already.number, gone.number, already.clashes, gone.clashes) == (0, 0, (), ())
    assert draft.history.count() == 0


def test_an_edit_without_an_inverse_is_taken_back_by_doing_nothing(draft: Draft) -> None:
    from leftshift.workspace.plan.actions.drafting import undo
    from leftshift.workspace.plan.models import Edit

    Edit.objects.create(draft=draft, number=1, file=CONTRACTS, by="Asha", changes=[NOTHING], inverse=[])

    assert undo(draft, 1, by="Bo").clashes == ()


def test_an_edit_that_somebody_built_on_is_not_taken_back(draft: Draft) -> None:
    from leftshift.workspace.plan.actions.drafting import undo

    save(draft, SetCell("r1", "value", "60000", "61000"))
    save(draft, SetCell("r1", "value", "61000", "62000"), by="Bo")

    assert undo(draft, 1, by="Asha").clashes[0].now == "62000"
    assert value(draft) == "62000"


def test_two_hundred_concurrent_saves_lose_no_update(draft: Draft) -> None:
    """Each editor adds their name to the same cell, and tries again when somebody was there first."""
    from django.db import connection

    from leftshift.workspace.record.acting import SYSTEM, acting

    failures: list[BaseException] = []

    def add_one(number: int) -> None:
        try:
            with acting(SYSTEM):
                for _ in range(500):
                    now = value(draft, column="source")
                    change = SetCell("r1", "source", now, f"{now} {number}")
                    if not save(draft, change, by=f"editor {number}").clashes:
                        return
                raise AssertionError("never came through")
        except BaseException as problem:
            failures.append(problem)
        finally:
            connection.close()

    waiting = [threading.Thread(target=add_one, args=(number,)) for number in range(200)]
    for at in range(0, 200, 20):  # twenty at a time: the database takes a hundred connections
        for thread in waiting[at : at + 20]:
            thread.start()
        for thread in waiting[at : at + 20]:
            thread.join()

    assert failures == []
    assert sorted(map(int, value(draft, column="source").split()[4:])) == list(range(200))
    assert draft.history.count() == 200
    assert len(set(draft.history.values_list("by", flat=True))) == 200


def test_faults_are_those_of_the_command_line(draft: Draft, folder: Path) -> None:
    from leftshift.foundation.faults import FaultsFound
    from leftshift.model import read_place
    from leftshift.workspace.plan.actions.drafting import texts_of
    from leftshift.workspace.plan.queries import faults_of

    save(draft, SetCell("r1", "value", "60000", "sixty"), SetCell("r2", "payer", "NM2", "NM9"))
    (folder / CONTRACTS).write_text(text(draft))
    with pytest.raises(FaultsFound) as found:
        read_place(folder)
    _, faults = faults_of(texts_of(draft))

    assert list(faults) == list(found.value.faults)
    assert faults.total == 2


def test_the_script_of_the_grid_is_answered(draft: Draft) -> None:
    asha = signed_in("asha").client

    def post(what: str, *changes: dict[str, str], **more: Any) -> tuple[int, dict[str, Any]]:
        body = json.dumps({"changes": list(changes), **more})
        answer = asha.post(address(draft, f"tables/contracts/{what}"), body, content_type="application/json")
        return answer.status_code, answer.json()

    wrong = {"do": "set", "row": "r1", "column": "value", "before": "60000", "after": "sixty"}
    status, told = post("check", wrong)
    assert status == 200
    assert [(fault["row"], fault["column"]) for fault in told["faults"]] == [("r1", "value")]
    assert "expected a number" in told["faults"][0]["whole"]
    assert value(draft) == "60000"

    status, told = post("save", {**wrong, "after": "61000"}, key="k", seen=0)
    assert (status, told["number"], told["seen"], told["faults"]) == (200, 1, 1, [])
    save(draft, SetCell("r2", "value", "40000", "41000"), by="Bo <bo@northmoor.example>")
    others = asha.get(address(draft, "tables/contracts/since?seen=1")).json()
    assert others["others"][0]["by"] == "Bo"
    assert others["others"][0]["changes"][0]["after"] == "41000"
    status, told = post(
        "save", {"do": "set", "row": "r2", "column": "value", "before": "40000", "after": "9"}, seen=1
    )
    assert status == 409
    assert told["clashes"] == [{"row": "r2", "column": "value", "now": "41000", "wanted": "9"}]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"changes": 5}', b'{"changes": [{"do": "set"}]}', b'{"changes": [[]]}', b"\xff", b'{"changes": [{}' + b",{}" * 1500 + b"]}"]
)  # fmt: skip
def test_what_cannot_be_read_is_answered(draft: Draft, body: bytes) -> None:
    answer = signed_in("asha").client.post(
        address(draft, "tables/contracts/save"), body, content_type="application/json"
    )

    assert answer.status_code == 400
    assert "cannot be read" in answer.json()["problem"]


def test_without_script_a_table_is_a_form(draft: Draft) -> None:
    asha = signed_in("asha")
    page = asha.get(address(draft, "tables/contracts/"))
    posted = dict(re.findall(r'name="((?:cell|new)\.[^"]+)" value="([^"]*)"', page))
    posted |= {"seen": "0", "find": "", "page": "1", "cell.r1.value": "61000", "remove.r2": "on"}
    posted |= {"new.1.contract": "C99", "new.1.payer": "NM1"}
    save(
        draft, SetCell("r3", "value", "20000", "21000"), by="Bo"
    )  # meanwhile, and not to be undone by the form
    answer = asha.client.post(address(draft, "tables/contracts/"), posted)

    assert answer.status_code == 200
    assert "Saved as edit 2" in answer.content.decode()
    assert (value(draft), value(draft, "r3")) == ("61000", "21000")
    assert "C02" not in text(draft)
    assert text(draft).splitlines()[-1].startswith("C99,NM1,")
    late = asha.client.post(
        address(draft, "tables/contracts/"), {"seen": "0", "cell.r1.value": "70000", "page": "1", "find": ""}
    )
    assert late.status_code == 409
    assert "it now says “61000”; you wanted “70000”" in late.content.decode()


def test_a_text_is_edited_and_a_clash_shows_both(draft: Draft) -> None:
    asha = signed_in("asha")
    now = re.search(
        r'<textarea class="nhsuk-textarea app-text" id="text"[^>]*>\n?(.*?)</textarea>',
        asha.get(address(draft, "files/place.toml")),
        re.DOTALL,
    )
    assert now is not None
    import html

    before = html.unescape(now.group(1))
    after = before.replace("Northmoor", "Northmoor and Fenwick", 1)
    posted = {"before": before.replace("\n", "\r\n"), "text": after.replace("\n", "\r\n")}
    assert "Saved as edit 1" in asha.client.post(address(draft, "files/place.toml"), posted).content.decode()
    late = asha.client.post(address(draft, "files/place.toml"), {**posted, "text": "mine"})

    assert late.status_code == 409
    assert "What you wrote" in late.content.decode()
    assert asha.client.get(address(draft, "files/contracts.csv")).status_code == 404
    assert asha.client.get(address(draft, "files/scenarios/..%2Fx.toml")).status_code == 404


def test_a_version_is_made_of_a_draft_and_becomes_the_current_one(draft: Draft) -> None:
    asha = signed_in("asha")
    code = draft.place.code
    save(draft, SetCell("r1", "value", "60000", "sixty"))
    refused = asha.client.post(address(draft), {"do": "send"})
    assert refused.status_code == 302
    assert "1 fault to put right first" in asha.get(address(draft))
    assert "fault" in asha.get(address(draft, "tables/contracts/"))
    save(draft, SetCell("r1", "value", "sixty", "61000"))
    assert "moves by" in asha.get(address(draft))
    asha.client.post(address(draft), {"do": "send", "note": "A dearer contract"})

    page = asha.get(f"/places/{code}/review/")
    assert "Version 2" in page
    assert "In review" in page
    assert "A dearer contract" in page
    assert "Version 2, shown here" in asha.get(f"/places/{code}/overview/2027-28/")
    draft.refresh_from_db()
    assert (draft.outcome, draft.became.number if draft.became else 0) == ("sent", 2)
    assert "Open a draft" in asha.get(address(draft))


def test_a_closed_draft_takes_no_more_edits(draft: Draft) -> None:
    from leftshift.workspace.plan.actions.drafting import DraftClosed, discard

    discard(draft, by="Bo")
    with pytest.raises(DraftClosed, match="discarded by Bo"):
        save(draft, SetCell("r1", "value", "60000", "61000"))
    answer = signed_in("asha").client.post(
        address(draft, "tables/contracts/save"), b'{"changes": []}', content_type="application/json"
    )
    assert answer.status_code == 410


def test_reading_an_unchanged_folder_again_leaves_what_was_made_of_it(draft: Draft, folder: Path) -> None:
    from leftshift.workspace.plan.actions.drafting import make_version
    from leftshift.workspace.plan.actions.storing import import_place
    from leftshift.workspace.plan.queries import latest_run

    save(draft, SetCell("r1", "value", "60000", "61000"))
    make_version(draft, by="Asha")
    import_place(folder, by="a start of the workspace")
    run = latest_run(draft.place.code)

    assert run is not None
    assert run.version.number == 2


def test_the_history_shows_every_edit_and_takes_one_back(draft: Draft) -> None:
    asha = signed_in("asha")
    save(draft, SetCell("r1", "value", "60000", "61000"))
    assert "value: 60000 became 61000" in asha.get(address(draft, "history/"))
    asha.client.post(address(draft, "history/"), {"number": "1"})

    assert value(draft) == "60000"
    assert "took edit 1 back" in asha.get(address(draft, "history/"))


def test_a_viewer_cannot_edit(draft: Draft) -> None:
    account_of("vera")
    vera = signed_in("vera").client

    assert vera.get(address(draft)).status_code == 403
    assert (
        vera.post(address(draft, "tables/contracts/save"), b"{}", content_type="application/json").status_code
        == 403
    )
    assert value(draft) == "60000"


def test_a_removed_row_is_not_resurrected_by_a_late_edit(draft: Draft) -> None:
    row = {"contract": "C02"}
    save(draft, RemoveRow("r2", row))
    late = save(draft, SetCell("r2", "value", "40000", "41000"), by="Bo")

    assert late.clashes[0].now is None
    assert "C02" not in text(draft)


def test_a_plan_that_moved_on_is_told_on_the_draft(draft: Draft, folder: Path) -> None:
    from leftshift.workspace.plan.actions.storing import import_place

    asha = signed_in("asha")
    assert "The plan has moved on" not in asha.get(address(draft))
    (folder / CONTRACTS).write_text((folder / CONTRACTS).read_text().replace("60000", "61000"))
    import_place(folder, by="a test")

    assert "The plan has moved on" in asha.get(address(draft))
    assert "before=1&amp;after=2" in asha.get(address(draft))


def test_discarding_asks_first_and_can_be_taken_back(draft: Draft) -> None:
    asha = signed_in("asha")
    save(draft, SetCell("r1", "value", "60000", "61000"), by="Bo Invented <bo@northmoor.example>")
    asked = asha.client.post(address(draft), {"do": "discard"}).content.decode()
    assert "1 edit by Bo Invented would no longer be worked on" in asked
    draft.refresh_from_db()
    assert draft.closed_at is None
    asha.client.post(address(draft), {"do": "discard", "sure": "yes"})
    for rest in ("tables/contracts/", "history/", "files/place.toml"):
        assert asha.client.get(address(draft, rest))["Location"] == address(draft)
    assert "The last draft was discarded by Asha Invented" in asha.get(address(draft))
    asha.client.post(address(draft), {"do": "reopen"})

    assert value(draft) == "61000"
    assert "61000" in asha.get(address(draft, "tables/contracts/"))


def test_agreements_that_would_lapse_are_told_before(draft: Draft) -> None:
    from leftshift.workspace.accounts.actions import end_role
    from leftshift.workspace.accounts.models import Grant
    from tests.workspace.test_review import director, lead_of, step

    step(draft.base, "sent", director())
    lead = lead_of("RN1")
    step(draft.base, "agrees", lead, "RN1")
    for grant in Grant.objects.filter(account=lead.account, role="finance_lead", ended_at=None):
        end_role(grant, by="a test")
    asha = signed_in("asha")
    assert "ends the agreement" not in asha.get(address(draft))
    save(draft, SetCell("r1", "value", "60000", "60000.00001"))
    page = asha.get(address(draft))

    assert "ends the agreement of RN1" in page
    assert "Northmoor Hospitals NHS Trust +£0.01" in page


def test_a_deeply_nested_heading_is_a_fault_and_breaks_no_page(draft: Draft) -> None:
    from leftshift.workspace.plan.actions.drafting import save_text, texts_of

    save_text(draft, "place.toml", texts_of(draft)["place.toml"], "x=" + "[" * 5000, by="Asha")

    assert "to put right" in signed_in("asha").get(address(draft))


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"changes":[{"do":"set","row":"r1","column":"value","before":"60000","after":"\\ud800"}]}',
        '{"changes":[{"do":"add","row":"n1","below":"","cells":{"bogus":"1"}}]}',
        '{"changes":[{"do":"set","row":"r1","column":"bogus","before":"","after":"1"}]}',
        '{"changes":[{"do":"add","row":"' + "n" * 65 + '","below":"","cells":{}}]}',
    ],
)
def test_hostile_changes_are_refused_in_words(draft: Draft, body: str) -> None:
    answer = signed_in("asha").client.post(
        address(draft, "tables/contracts/save"), body, content_type="application/json"
    )

    assert answer.status_code == 400
    assert "cannot be read" in answer.json()["problem"]
    assert draft.history.count() == 0


def test_a_key_that_a_database_cannot_hold_is_made_fit(draft: Draft) -> None:
    body = json.dumps({"changes": [{**NOTHING, "after": "61000"}], "key": "\x00a\ud800"})
    answer = signed_in("asha").client.post(
        address(draft, "tables/contracts/save"), body, content_type="application/json"
    )

    assert answer.status_code == 200
