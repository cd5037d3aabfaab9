"""What must not hold: a plan sent although its round asks more since, a heading of another round, a return of days to come."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.workspace.conftest import signed_in
from tests.workspace.fund_making import OFFICES, make_fund, officer_person, person_of, sign, with_status

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture
def fund(request: pytest.FixtureRequest) -> Any:
    """A clean plan of 2025-26, unsigned."""
    return make_fund("h-" + request.node.name.replace("_", "-")[:80].strip("-"))


def at(fund: Any, rest: str = "") -> str:
    return f"/places/northmoor/funds/{fund.code}/{rest}"


def test_a_signed_plan_is_not_sent_once_its_round_asks_more(
    fund: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leftshift.fund.rounds.round import Rounds
    from leftshift.workspace.fund import queries
    from leftshift.workspace.fund.actions import signing

    for name in OFFICES:
        sign(fund, name)
    seen = queries.seen(fund)
    assert seen.plan is not None
    assert seen.state.is_signed
    known = Rounds().get("2025-26")
    more = replace(
        known, conditions=(*known.conditions, replace(known.conditions[0], condition="one_more", number=99))
    )

    class Harder:
        codes = ("2025-26",)

        def get(self, code: str) -> Any:
            return more

    monkeypatch.setattr(queries, "rounds", Harder)
    asked: dict[str, Any] = {
        "fingerprint": seen.plan.fingerprint,
        "power": "",
        "office": "Director",
        "meeting_on": None,
    }
    with pytest.raises(signing.SigningRefused, match="faults"):
        signing.submit(fund, **asked, by=person_of("mina"))
    monkeypatch.undo()
    assert signing.submit(fund, **asked, by=person_of("mina")).power == ""


@pytest.mark.parametrize("changed", ["round", "code"])
def test_a_heading_of_another_round_or_code_is_a_fault(changed: str) -> None:
    from leftshift.workspace.fund import queries
    from leftshift.workspace.fund.actions import editing

    fund = make_fund(f"h-heading-{changed}")
    text = str(fund.files.get(file="plan.toml").content["text"])
    was = {"round": '"2025-26"', "code": f'"{fund.code}"'}[changed]
    editing.save_text(fund, "plan.toml", text, text.replace(was, '"2023-25"'), by="Mina")
    (fault,) = queries.seen(fund).faults
    assert (fault.file, fault.column) == ("plan.toml", changed)
    assert "plan.toml" in signed_in("mina").get(at(fund, "plan/"))


def test_a_ratification_of_a_day_to_come_is_refused(fund: Any) -> None:
    from django.utils import timezone

    from leftshift.workspace.fund import queries
    from leftshift.workspace.fund.actions import signing

    for name in ("accountable", "chief", "treasurer"):
        sign(fund, name)
    plan = queries.seen(fund).plan
    assert plan is not None
    sent = signing.submit(fund, fingerprint=plan.fingerprint, power="Chair", office="Director", meeting_on=date(2026, 12, 1), by=person_of("mina"))  # fmt: skip
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(signing.SigningRefused, match="still to come"):
        signing.ratify(sent, on=tomorrow, minute="1/26", by=person_of("bo"))
    assert not queries.seen(fund).state.board_approved


def test_a_plan_is_no_return_and_needs_its_signatures(fund: Any) -> None:
    from leftshift.workspace.fund.models import FundReturn

    answer = signed_in("mina").client.post(at(fund, "returns/prepare/"), {"kind": "plan", "period": ""})
    assert answer.status_code == 400
    assert not FundReturn.objects.filter(version__fund=fund).exists()


def test_a_return_of_a_period_that_has_not_ended_is_not_submitted(
    fund: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    from leftshift.foundation.periods import Period
    from leftshift.fund.returns.states import SUBMITTED, StepAsked, StepRefused
    from leftshift.workspace.fund.actions import returning

    mina = person_of("mina")
    made = returning.prepare(fund, "quarterly", Period.parse("2025/26 Q4"), by=mina)
    monkeypatch.setattr(timezone, "localdate", lambda value=None: date(2026, 3, 31))
    with pytest.raises(StepRefused, match="has not ended"):
        returning.step(made, StepAsked(SUBMITTED, mina.number), by=mina)


def test_a_workbook_is_read_while_the_fund_is_held(fund: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from leftshift.foundation.faults import FaultsFound
    from leftshift.workspace.fund import queries
    from leftshift.workspace.fund.actions import taking

    done: list[str] = []

    def lock(held: Any) -> Any:
        done.append("held")
        return held

    seen = queries.seen

    def reading(held: Any) -> Any:
        done.append("read")
        return seen(held)

    monkeypatch.setattr(taking, "lock", lock, raising=False)
    monkeypatch.setattr(queries, "seen", reading)
    with pytest.raises(FaultsFound, match="workbook"):
        taking.take_in_upload(fund, "no.xlsx", b"no workbook", {"kind": "plan"}, by=person_of("mina"))
    assert done == ["held", "read"]


def test_a_code_too_long_is_said(database: object) -> None:
    sent = {
        "plan": "x" * 101,
        "name": "Long",
        "round": "2025-26",
        "area": "E06999999",
        "area_name": "Testshire",
    }
    answer = signed_in("mina").client.post("/places/northmoor/funds/new/", sent)
    assert answer.status_code == 400
    assert "at most 100" in answer.content.decode()


def test_a_text_too_long_for_a_cell_is_said_and_not_cut_off(fund: Any) -> None:
    mina = signed_in("mina")
    row = fund.files.get(file="narrative.csv").content["rows"][0][0]
    answer = mina.client.post(at(fund, f"plan/narrative/rows/{row}/"), {"field.text": "x" * 10_001})
    assert answer.status_code == 400
    assert "10,001 characters" in answer.content.decode()
    fund.refresh_from_db()
    assert fund.edits == 0


def test_a_plan_that_no_template_has_room_for_is_said(fund: Any) -> None:
    from leftshift.fund.plan.plan import plan_kind
    from leftshift.place.sheets import AddRow
    from leftshift.workspace.fund.actions import editing
    from leftshift.workspace.shared.editing import sheet_at

    sheet = sheet_at(fund, "income.csv", 0, plan_kind().schema.tables)
    cells = sheet.facts(next(row for _, row in sheet.numbered()))
    rows = [AddRow(f"n{number}", "", {**cells, "income": f"more_{number}"}) for number in range(61)]
    editing.save(fund, "income.csv", rows, by="Mina")
    mina = signed_in("mina")
    answer = mina.client.get(at(fund, "template.xlsx"))
    assert answer.status_code == 302
    assert "has room for 60 rows" in mina.get(at(fund, "plan/"))


def test_a_table_that_the_pack_got_since_is_empty_in_the_workbook_of_a_return(fund: Any) -> None:
    from leftshift.foundation.periods import Period
    from leftshift.fund.rounds.round import Rounds
    from leftshift.workspace.fund.actions import returning
    from leftshift.workspace.fund.presenters.returns import return_of

    made = returning.prepare(fund, "quarterly", Period.parse("2025/26 Q1"), by=person_of("mina"))
    made.document = {
        **made.document,
        "blocks": {k: v for k, v in made.document["blocks"].items() if k != "income"},
    }
    assert return_of(made, Rounds().get("2025-26")).blocks["income"] == ()


def test_the_record_is_taken_away_whatever_is_wrong_with_the_plan(fund: Any) -> None:
    from leftshift.workspace.fund.actions import editing

    sign(fund, "chief")
    text = str(fund.files.get(file="plan.toml").content["text"])
    editing.save_text(fund, "plan.toml", text, "[plan\n", by="Mina")
    answer = signed_in("mina").client.get(at(fund, "folder.zip"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        signed = packed.read(f"{fund.code}/sign_offs.csv").decode()
        assert packed.read(f"{fund.code}/plan.toml").decode() == "[plan\n"
    assert "council_chief" in signed


def test_a_return_sent_in_time_is_not_late_when_it_is_prepared_again(database: object) -> None:
    from leftshift.foundation.periods import Period
    from leftshift.fund.returns.states import REVIEWED, SUBMITTED, StepAsked
    from leftshift.workspace.fund import queries
    from leftshift.workspace.fund.actions import returning
    from leftshift.workspace.fund.models import FundReturn
    from leftshift.workspace.fund.presenters import returns as told

    fund = with_status("h-late-2016-17", "2016-17")
    mina, chief, period = person_of("mina"), officer_person("chief"), Period.parse("2016/17 Q1")
    made = returning.prepare(fund, "quarterly", period, by=mina)
    returning.step(made, StepAsked(REVIEWED, chief.number), by=chief)
    returning.step(made, StepAsked(SUBMITTED, mina.number), by=mina)

    def days(later: int) -> int:
        seen = queries.seen(fund)
        seen = replace(seen, as_of=seen.as_of + timedelta(days=later))
        kept = list(FundReturn.objects.filter(version__fund=fund).prefetch_related("steps"))
        return next(row.late.days for row in told.due(seen, kept) if row.period == "2016/17 Q1")

    first = days(0)
    returning.prepare(fund, "quarterly", period, by=mina)
    assert days(30) == first


def test_filling_in_rows_that_somebody_changed_meanwhile_does_not_say_it_was_done(
    fund: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leftshift.place.sheets import Clash
    from leftshift.workspace.fund.actions import editing
    from leftshift.workspace.shared.editing import Saved

    monkeypatch.setattr(editing, "save", lambda *_, **__: Saved(0, (Clash("r1", "comments", "b", "c"),)))
    row = fund.files.get(file="spend.csv").content["rows"][0][0]
    mina = signed_in("mina")
    answer = mina.client.post(
        at(fund, "plan/spend/fill/"), {"column": "comments", "value": "c", "rows": [row]}
    )
    assert answer.status_code == 409
    assert "Nothing was saved" in answer.content.decode()
    assert "Filled in" not in mina.get(at(fund, "plan/spend/"))


def test_a_character_that_no_database_holds_is_a_fault_of_the_heading(database: object) -> None:
    heading = io.BytesIO(
        b'[plan]\ncode = "h-nul"\nname = "a\\u0000b"\nround = "2025-26"\narea = "E06999999"\narea_name = "T"\n'
    )
    heading.name = "plan.toml"
    answer = signed_in("mina").client.post("/places/northmoor/funds/new/", {"files": [heading]})
    assert answer.status_code == 400
    assert "Remove control characters" in answer.content.decode()


def test_a_zip_of_two_plans_is_refused_and_none_of_them_is_lost_unsaid(database: object) -> None:
    import zipfile

    from leftshift.foundation.faults import FaultsFound
    from leftshift.workspace.fund.actions.taking import texts_of_upload

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for folder in ("last", "this"):
            made.writestr(f"{folder}/income.csv", f"income\n{folder}\n")
    with pytest.raises(FaultsFound) as caught:
        texts_of_upload([("two.zip", packed.getvalue())])
    (fault,) = caught.value.faults
    assert (fault.kind, fault.file, fault.found) == ("duplicate file", "income.csv", "this/income.csv")
