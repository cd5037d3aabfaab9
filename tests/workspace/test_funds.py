"""Pooled funds in the workspace: added, edited, signed to the penny, sent, returned; and who may not."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.workspace.conftest import EXAMPLES, signed_in
from tests.workspace.fund_making import (
    OFFICES,
    change_amount,
    make_fund,
    officer_person,
    pages_of_officer,
    person_of,
    sign,
    with_status,
)

pytestmark = pytest.mark.usefixtures("examples")
RUTLAND = EXAMPLES / "rutland-2016-17"


@pytest.fixture
def fund(request: pytest.FixtureRequest) -> Any:
    """A clean plan of 2025-26, unsigned."""
    return make_fund(
        "t-" + request.node.name.replace("_", "-")[:80].strip("-").replace("[", "-").replace("]", "")
    )


def plan_of(fund: Any) -> Any:
    from leftshift.workspace.fund import queries

    fund.refresh_from_db()
    return queries.seen(fund)


def at(fund: Any, rest: str = "") -> str:
    return f"/places/northmoor/funds/{fund.code}/{rest}"


# ---------------------------------------------------------------------- bringing in, and what a page shows
def files_of(folder: Path) -> list[io.BytesIO]:
    files = []
    for path in sorted(folder.iterdir()):
        file = io.BytesIO(path.read_bytes())
        file.name = path.name
        files.append(file)
    return files


def test_rutland_is_brought_in_and_shown_as_published(database: object) -> None:
    mina = signed_in("mina")
    answer = mina.client.post("/places/llr-2014/funds/new/", {"files": files_of(RUTLAND)})
    assert answer.status_code == 302, answer.content.decode()[:500]
    text = mina.get("/places/llr-2014/funds/rutland-2016-17/")
    for figure in (
        "£2,447,000",
        "£2,061,000",
        "£186,000",
        "£200,000",
        "£528,000",
        "£898,000",
        "£936,000",
        "£85,000",
    ):
        assert figure in text
    assert "£117,000 stands outside the plan, which makes resources of £2,564,000" in text
    assert "£101,000 is an earmark within it, which never adds" in text
    assert "£45,000 of Carry forward of earlier years is unattributed" in text
    assert "£813,000" in text
    for page in ("plan/", "plan/spend/", "plan/spend/grid/", "plan/spend/rows/r1/", "plan/spend/fill/?column=provider", "sign/", "returns/", "history/", "roll/", "take-in/", "parts/metrics-planned/"):  # fmt: skip
        mina.get(f"/places/llr-2014/funds/rutland-2016-17/{page}")
    assert "£186,000" in mina.client.get("/places/llr-2014/funds/rutland-2016-17/balances/").content.decode()
    document = json.loads(mina.client.get("/places/llr-2014/funds/rutland-2016-17/check.json").content)
    assert document["totals"]["by_source"] == {"nhs_minimum": 2061, "dfg": 186, "carry_forward": 200}
    # and the same code is not added twice
    again = mina.client.post("/places/llr-2014/funds/new/", {"files": files_of(RUTLAND)})
    assert again.status_code == 400
    assert "There is a fund rutland-2016-17 already" in again.content.decode()


def test_a_wrong_folder_is_answered_with_every_fault_and_nothing_is_kept(database: object) -> None:
    from leftshift.workspace.fund.models import Fund

    before = Fund.objects.count()
    heading = io.BytesIO((RUTLAND / "plan.toml").read_bytes().replace(b"rutland-2016-17", b"wrong-one"))
    heading.name = "plan.toml"
    spend = io.BytesIO(
        (RUTLAND / "spend.csv").read_bytes().replace(b"30000", b"thirty").replace(b"crisis,", b"crises,")
    )
    spend.name = "spend.csv"
    others = [file for file in files_of(RUTLAND) if file.name not in ("plan.toml", "spend.csv")]
    answer = signed_in("mina").client.post(
        "/places/llr-2014/funds/new/", {"files": [heading, spend, *others]}
    )
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "text in a number" not in text  # the words of the fault, not its kind
    assert "thirty" in text
    assert "Did you mean crisis" in text
    assert Fund.objects.count() == before


def test_a_folder_comes_back_as_it_was_brought_in(fund: Any) -> None:
    content = signed_in("vera").client.get(at(fund, "folder.zip")).content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        texts = {name.rpartition("/")[2]: packed.read(name).decode() for name in packed.namelist()}
    from leftshift.fund.plan.plan import read_plan_texts

    read = read_plan_texts(texts)
    assert not read.faults
    assert read.plan is not None
    assert read.plan.fingerprint == plan_of(fund).plan.fingerprint


# ---------------------------------------------------------------------- editing
def test_a_row_is_changed_through_its_form_and_taken_back(fund: Any) -> None:
    mina = signed_in("mina")
    text = mina.get(at(fund, "plan/spend/rows/r1/"))
    assert "Which income pays for it." in text  # help on each field
    before = plan_of(fund).plan.spend[0].amount
    changed = mina.client.post(at(fund, "plan/spend/rows/r1/"), {"field.amount": "123", "before.amount": f"{before.pence // 100}", "do": "back"})  # fmt: skip
    assert changed.status_code == 302
    assert plan_of(fund).plan.spend[0].amount.pence == 12300
    assert "does not balance" in mina.get(at(fund, "plan/spend/"))
    mina.client.post(at(fund, "history/"), {"number": "1"})
    assert plan_of(fund).plan.spend[0].amount == before


def test_two_who_change_one_cell_see_both_sides(fund: Any) -> None:
    mina = signed_in("mina")
    sent = {"field.amount": "123", "before.amount": "999999", "do": "back"}
    answer = mina.client.post(at(fund, "plan/spend/rows/r1/"), sent)
    assert answer.status_code == 409
    assert "Somebody else was there first" in answer.content.decode()
    assert plan_of(fund).fund.edits == 0


def test_one_value_is_filled_in_for_many_rows_in_one_edit(fund: Any) -> None:
    mina = signed_in("mina")
    keys = [f"r{number}" for number in range(1, len(plan_of(fund).plan.spend) + 1)]
    mina.client.post(
        at(fund, "plan/spend/fill/"), {"column": "comments", "value": "Agreed again", "rows": keys}
    )
    seen = plan_of(fund)
    assert {row.comments for row in seen.plan.spend} == {"Agreed again"}
    assert seen.fund.edits == 1


def test_what_cannot_be_read_is_kept_and_said(fund: Any) -> None:
    mina = signed_in("mina")
    now = plan_of(fund).plan.spend[0].amount.pence // 100
    mina.client.post(
        at(fund, "plan/spend/rows/r1/"),
        {"field.amount": "about ten", "before.amount": str(now), "do": "stay"},
    )
    text = mina.get(at(fund, "plan/"))
    assert "about ten" in text
    assert "Cannot be read" in mina.get(at(fund))
    mina.get(at(fund, "sign/"))
    mina.get(at(fund, "returns/"))
    assert mina.client.get(at(fund, "check.json")).status_code == 409


# ---------------------------------------------------------------------- signing
def test_four_sign_and_one_penny_unsigns_with_the_difference(fund: Any) -> None:
    for name in OFFICES:
        sign(fund, name)
    seen = plan_of(fund)
    assert seen.state.is_signed
    assert "Everybody has signed this content." in signed_in("vera").get(at(fund, "sign/"))
    change_amount(fund, "0.01")
    seen = plan_of(fund)
    assert not seen.state.is_signed
    assert {seat.state for seat in seen.state.seats} == {"changed since"}
    text = signed_in("vera").get(at(fund, "sign/"))
    assert "+£0.01" in text
    document = json.loads(signed_in("vera").client.get(at(fund, "check.json")).content)
    [fault] = [entry for entry in document["faults"] if entry["rule"] == "v17"]
    assert "+£0.01" in fault["found"]
    # and taken back it is signed again, by nobody's new doing
    from leftshift.workspace.fund.actions import editing

    editing.undo(fund, 1, by="Mina")
    assert plan_of(fund).state.is_signed


def test_who_may_not_sign(fund: Any) -> None:
    from leftshift.workspace.accounts.permissions import NotAllowed
    from leftshift.workspace.fund.actions import signing
    from leftshift.workspace.fund.models import Signature

    fingerprint = plan_of(fund).plan.fingerprint
    chief = signing.Asked("council_chief", OFFICES["chief"][1], fingerprint, "Chief executive")
    with pytest.raises(NotAllowed):  # who runs the fund does not sign it
        signing.sign(fund, chief, by=person_of("mina"))
    with pytest.raises(NotAllowed):  # nor somebody who speaks for another partner
        signing.sign(fund, chief, by=officer_person("accountable"))
    with pytest.raises(signing.SigningRefused, match="in person"):
        sign(fund, "chief", for_another=True)
    with pytest.raises(signing.SigningRefused, match="has changed since you looked"):
        sign(fund, "chief", fingerprint="0" * 64)
    sign(fund, "chief")
    with pytest.raises(signing.SigningRefused, match="has signed already"):
        sign(fund, "chief")
    second = signing.Asked("section_151", OFFICES["treasurer"][1], fingerprint, "Section 151 officer")
    with pytest.raises(signing.SigningRefused, match="signed for another office already"):
        signing.sign(fund, second, by=officer_person("chief"))  # one person, one office
    assert Signature.objects.filter(version__fund=fund).count() == 1


def test_a_plan_with_faults_cannot_be_signed(fund: Any) -> None:
    from leftshift.workspace.fund.actions import signing

    change_amount(fund, "1000")
    with pytest.raises(signing.SigningRefused, match="still has faults"):
        sign(fund, "chief")


def test_an_officer_signs_on_the_page(fund: Any) -> None:
    chair = pages_of_officer("chair")
    text = chair.get(at(fund, "sign/"))
    assert "Sign as Chair of the health and wellbeing board" in text
    assert "Sign as Chief executive" not in text
    signatory, partner = OFFICES["chair"]
    sent = {
        "signatory": signatory,
        "partner": partner,
        "fingerprint": plan_of(fund).plan.fingerprint,
        "role": "",
    }
    answer = chair.client.post(at(fund, "sign/sign/"), sent)
    assert answer.status_code == 400
    assert "Say which office you hold" in answer.content.decode()
    assert chair.client.post(at(fund, "sign/sign/"), {**sent, "role": "Chair"}).status_code == 302
    assert "You have signed this content." in chair.get(at(fund, "sign/"))


def test_submission_before_the_board_needs_a_power_and_is_ratified_later(fund: Any) -> None:
    for name in ("accountable", "chief", "treasurer"):
        sign(fund, name)
    mina, bo = signed_in("mina"), signed_in("bo")
    fingerprint = plan_of(fund).plan.fingerprint
    sent = {"fingerprint": fingerprint, "office": "Director of adult social services"}
    refused = mina.client.post(at(fund, "sign/submit/"), sent)
    assert refused.status_code == 400
    assert "name the power" in refused.content.decode()
    sent |= {"power": "Chair's action, paragraph 7", "meeting_on": "2025-05-20"}
    assert mina.client.post(at(fund, "sign/submit/"), sent).status_code == 302
    text = mina.get(at(fund, "sign/"))
    assert "Submitted subject to the board" in text
    assert "Ratify it at its meeting of 2025-05-20, and record the minute" in text
    number = fund.versions.get(fingerprint=fingerprint).submissions.get().pk
    assert (
        mina.client.post(
            at(fund, f"sign/{number}/ratify/"), {"ratified_on": "2025-05-20", "minute": "14"}
        ).status_code
        == 403
    )
    assert (
        bo.client.post(
            at(fund, f"sign/{number}/ratify/"), {"ratified_on": "2025-05-20", "minute": ""}
        ).status_code
        == 400
    )
    assert (
        bo.client.post(
            at(fund, f"sign/{number}/ratify/"), {"ratified_on": "2025-05-20", "minute": "14/25"}
        ).status_code
        == 302
    )
    assert plan_of(fund).state.board_approved
    assert "14/25" in mina.get(at(fund, "sign/"))


# ---------------------------------------------------------------------- rolled forward, and returned
def test_last_years_plan_is_rolled_forward_and_everything_is_accounted_for(database: object) -> None:
    fund = make_fund("roll-2023-25", "2023-25")
    mina = signed_in("mina")
    sent = {"to": "2025-26", "plan": "roll-2025-26", "name": ""}
    assert mina.client.post(at(fund, "roll/"), sent).status_code == 302
    text = mina.get("/places/northmoor/funds/roll-2025-26/rolled/")
    assert "Mapped" in text
    assert "Ends with the round before" in text
    again = mina.client.post(at(fund, "roll/"), sent)
    assert again.status_code == 400
    assert "There is a fund roll-2025-26 already" in again.content.decode()
    wrong = mina.client.post(at(fund, "roll/"), {**sent, "to": "2016-17", "plan": "other"})
    assert wrong.status_code == 400


def test_the_template_is_taken_away_changed_and_read_back(fund: Any) -> None:
    import openpyxl

    mina = signed_in("mina")
    content = mina.client.get(at(fund, "template.xlsx")).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["5. Expenditure"]
    amount = next(cell for cell in sheet[8] if cell.value == "Expenditure 2025/26 (£)").column
    sheet.cell(9, amount).value = 777
    out = io.BytesIO()
    book.save(out)
    sent = io.BytesIO(out.getvalue())
    sent.name = "filled.xlsx"
    answer = mina.client.post(at(fund, "take-in/"), {"kind": "plan", "period": "", "file": sent})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    seen = plan_of(fund)
    assert seen.plan.spend[0].amount.pence == 77700
    assert "filled.xlsx, sheet 5. Expenditure, row 9" in seen.plan.spend[0].source
    # and a cell that holds words is answered with sheet and cell, and nothing is read
    sheet.cell(9, amount).value = "about 800"
    out = io.BytesIO()
    book.save(out)
    sent = io.BytesIO(out.getvalue())
    sent.name = "wrong.xlsx"
    answer = mina.client.post(at(fund, "take-in/"), {"kind": "plan", "period": "", "file": sent})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "wrong.xlsx, sheet 5. Expenditure" in text
    assert "about 800" in text
    assert plan_of(fund).plan.spend[0].amount.pence == 77700


def test_a_return_goes_its_way_and_shows_what_changed_since(database: object) -> None:
    fund = with_status("returns-2025-26")
    mina, bo = signed_in("mina"), signed_in("bo")
    chief = pages_of_officer("chief")
    assert "31 March" not in mina.get(at(fund, "returns/"))
    assert (
        mina.client.post(
            at(fund, "returns/prepare/"), {"kind": "quarterly", "period": "2025/26 Q1"}
        ).status_code
        == 302
    )
    from leftshift.workspace.fund.models import FundReturn

    made = FundReturn.objects.get(version__fund=fund)
    assert made.document["faults"] == []
    here = at(fund, f"returns/{made.pk}/")
    assert mina.client.post(f"{here}step/", {"step": "submitted"}).status_code == 400  # not reviewed
    assert mina.client.post(f"{here}step/", {"step": "reviewed"}).status_code == 403
    assert chief.client.post(f"{here}step/", {"step": "reviewed"}).status_code == 302
    assert mina.client.post(f"{here}step/", {"step": "submitted"}).status_code == 302
    assert bo.client.post(f"{here}step/", {"step": "noted", "minute": ""}).status_code == 400
    assert bo.client.post(f"{here}step/", {"step": "noted", "minute": "22/25"}).status_code == 302
    text = mina.get(here)
    assert "Noted by Bo Invented" in text
    assert "Changed since it was prepared" not in text
    change_amount(fund, "5")
    assert "Changed since it was prepared" in mina.get(here)
    # the workbook is what was prepared, not what now stands
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(mina.client.get(f"{here}return.xlsx").content))
    assert book["2. Cover"]["C4"].value == "2025-26"
    assert json.loads(mina.client.get(f"{here}return.json").content) == made.document
    # and the next one shows how it differs from the last
    mina.client.post(at(fund, "returns/prepare/"), {"kind": "quarterly", "period": "2025/26 Q1"})
    later = FundReturn.objects.filter(version__fund=fund).order_by("-pk").first()
    assert later is not None
    assert "Different from the last one" in mina.get(at(fund, f"returns/{later.pk}/"))


def test_a_return_with_faults_is_not_sent_and_its_maker_does_not_review_it(fund: Any) -> None:
    from leftshift.fund.returns.states import REVIEWED, StepAsked, StepRefused
    from leftshift.workspace.fund.actions import returning
    from leftshift.workspace.fund.models import FundReturn

    mina = signed_in("mina")
    mina.client.post(at(fund, "returns/prepare/"), {"kind": "quarterly", "period": "2025/26 Q1"})
    made = FundReturn.objects.get(version__fund=fund)
    assert made.document["faults"]
    by = officer_person("chief")
    with pytest.raises(StepRefused, match="faults keep it"):
        returning.step(made, StepAsked(REVIEWED, by.number), by=by)
    assert (
        mina.client.post(
            at(fund, "returns/prepare/"), {"kind": "quarterly", "period": "2019/20 Q1"}
        ).status_code
        == 400
    )
    assert (
        mina.client.post(at(fund, "returns/prepare/"), {"kind": "daily", "period": "2025/26 Q1"}).status_code
        == 400
    )
    assert (
        mina.client.post(at(fund, "returns/prepare/"), {"kind": "quarterly", "period": "soon"}).status_code
        == 400
    )


# ---------------------------------------------------------------------- the record holds
def test_what_was_signed_sent_and_returned_cannot_be_altered(fund: Any) -> None:
    from django.db import DatabaseError, connection, transaction

    sign(fund, "chief")
    for statement in (
        "UPDATE fund_signature SET role = 'x'",
        "DELETE FROM fund_signature",
        "UPDATE fund_fundversion SET fingerprint = 'x'",
        "DELETE FROM fund_fundedit",
        "UPDATE fund_fund SET code = 'x'",
        "TRUNCATE fund_submission CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_fund_is_there_only_for_those_who_see_its_place(fund: Any) -> None:
    from leftshift.workspace.fund.models import Fund, Signature
    from leftshift.workspace.record.acting import acting
    from tests.workspace.conftest import account_of

    sign(fund, "chief")
    with acting(str(account_of("charlie").pk)):
        assert not Fund.objects.exists()
        assert not Signature.objects.exists()
    with acting(str(account_of("vera").pk)):
        assert Fund.objects.filter(code=fund.code).exists()


def test_a_viewer_reads_and_changes_nothing(fund: Any) -> None:
    vera = signed_in("vera")
    assert "Add a row" not in vera.get(at(fund, "plan/spend/"))
    for address, sent in (
        ("plan/spend/rows/r1/", {"field.amount": "1"}),
        ("plan/spend/fill/", {"column": "comments", "value": "x", "rows": "r1"}),
        ("plan/spend/grid/save", {}),
        ("history/", {"number": "1"}),
        ("roll/", {"to": "2025-26"}),
        ("returns/prepare/", {"kind": "quarterly", "period": "2025/26 Q1"}),
        ("sign/submit/", {}),
        ("sign/sign/", {}),
    ):
        assert vera.client.post(at(fund, address), sent).status_code == 403, address
    assert plan_of(fund).fund.edits == 0


def test_days_are_days(fund: Any) -> None:
    """A day that is none is answered, not suffered."""
    for name in ("accountable", "chief", "treasurer"):
        sign(fund, name)
    sent = {
        "fingerprint": plan_of(fund).plan.fingerprint,
        "office": "Director",
        "power": "Chair's action",
        "meeting_on": "soon",
    }
    answer = signed_in("mina").client.post(at(fund, "sign/submit/"), sent)
    assert answer.status_code == 400
