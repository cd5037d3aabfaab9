"""What somebody found who did not believe in it: lost updates, forms sent twice, signatures that a folder claims, days before the calendar."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from tests.workspace.conftest import signed_in
from tests.workspace.fund_making import OFFICES, make_fund, pages_of_officer, person_of, sign

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture
def fund(request: pytest.FixtureRequest) -> Any:
    """A clean plan of 2025-26, unsigned."""
    return make_fund("x-" + request.node.name.replace("_", "-")[:80].strip("-"))


def at(fund: Any, rest: str = "") -> str:
    return f"/places/northmoor/funds/{fund.code}/{rest}"


def seen_of(fund: Any) -> Any:
    from leftshift.workspace.fund import queries

    fund.refresh_from_db()
    return queries.seen(fund)


def form_of(text: str) -> dict[str, str]:
    """The hidden fields of a page."""
    return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', text))


def test_a_row_that_somebody_changed_meanwhile_is_not_removed_unseen(fund: Any) -> None:
    mina = signed_in("mina")
    looked = form_of(mina.get(at(fund, "plan/spend/rows/r1/")))
    before = looked["before.amount"]
    mina.client.post(at(fund, "plan/spend/rows/r1/"), {"field.amount": "123", "before.amount": before})
    count = len(seen_of(fund).plan.spend)
    answer = mina.client.post(at(fund, "plan/spend/rows/r1/"), {**looked, "do": "remove"})
    assert answer.status_code == 409
    assert "it now says “123”" in answer.content.decode()
    assert len(seen_of(fund).plan.spend) == count
    # whoever has seen what now stands there removes it
    looked = form_of(mina.get(at(fund, "plan/spend/rows/r1/")))
    assert mina.client.post(at(fund, "plan/spend/rows/r1/"), {**looked, "do": "remove"}).status_code == 302
    assert len(seen_of(fund).plan.spend) == count - 1


def test_a_form_of_a_new_row_that_is_sent_twice_adds_one_row(fund: Any) -> None:
    mina = signed_in("mina")
    once = form_of(mina.get(at(fund, "plan/milestones/rows/new/")))["once"]
    scheme = seen_of(fund).plan.schemes[0].scheme
    sent = {"once": once, "do": "stay", "field.scheme": scheme, "field.milestone": "Sent twice", "field.due": "2025-09-01", "field.source": "A test", "field.basis": "assumed"}  # fmt: skip
    before = len(seen_of(fund).plan.milestones)
    first, again = (mina.client.post(at(fund, "plan/milestones/rows/new/"), sent) for _ in range(2))
    assert first["Location"] == again["Location"]
    mina.get(first["Location"])
    assert len(seen_of(fund).plan.milestones) == before + 1


def test_filling_many_rows_overwrites_nothing_that_came_meanwhile(fund: Any) -> None:
    mina = signed_in("mina")
    looked = form_of(mina.get(at(fund, "plan/spend/fill/?column=comments")))
    mina.client.post(at(fund, "plan/spend/rows/r1/"), {"field.comments": "Somebody else's", "before.comments": ""})  # fmt: skip
    sent = {**looked, "value": "Ours", "rows": ["r1", "r2"]}
    answer = mina.client.post(at(fund, "plan/spend/fill/"), sent)
    assert answer.status_code == 409
    assert "somebody else changed 1 row of these meanwhile" in answer.content.decode()
    assert [row.comments for row in seen_of(fund).plan.spend[:2]] == ["Somebody else's", ""]
    looked = form_of(answer.content.decode())
    assert mina.client.post(at(fund, "plan/spend/fill/"), {**looked, "value": "Ours", "rows": ["r2"]}).status_code == 302  # fmt: skip
    assert [row.comments for row in seen_of(fund).plan.spend[:2]] == ["Somebody else's", "Ours"]
    assert "Filled in 1 row: edit" in mina.get(at(fund, "plan/spend/"))


def test_signatures_that_a_folder_claims_are_shown_as_such_and_send_nothing(fund: Any) -> None:
    """Whoever may bring in a folder could write sign_offs.csv: nobody has signed here, and the workspace says so."""
    from leftshift.fund.plan.plan import read_plan_texts
    from leftshift.workspace.fund.actions import signing
    from leftshift.workspace.fund.actions.storing import add_texts
    from leftshift.workspace.plan.models import StoredPlace
    from leftshift.workspace.record.models import Event

    texts = seen_of(fund).plan.texts()
    texts["plan.toml"] = texts["plan.toml"].replace(f'"{fund.code}"', f'"{fund.code}-b"')
    plan = read_plan_texts(texts).plan
    assert plan is not None
    rows = [f"{office},{partner},{plan.fingerprint},2025-04-01,Said so,no,,A folder,published" for office, partner in OFFICES.values()]  # fmt: skip
    head = "signatory,partner,fingerprint,signed_on,role,for_another,minute,source,basis"
    texts["sign_offs.csv"] = "\n".join([head, *rows]) + "\n"
    texts["submissions.csv"] = (
        f"submitted_on,fingerprint,power,by,meeting_on,ratified_on,minute,source,basis\n2025-04-02,{plan.fingerprint},A power,An office,2025-04-03,2025-04-03,Minute 1,A folder,published\n"
    )
    by = person_of("mina")
    forged = add_texts(StoredPlace.objects.get(code="northmoor"), texts, by=by)
    assert seen_of(forged).state.is_signed  # by what the folder says
    mina = signed_in("mina")
    assert Event.objects.filter(subject=forged.code, action="fund added").get().detail["sign_offs"] == 4
    text = mina.get(at(forged, "sign/"))
    assert "Signed elsewhere" in text
    assert "it came with the folder of the plan, which Mina Invented brought in" in text
    assert "Record that it was sent" not in text
    with pytest.raises(signing.SigningRefused, match="were not given here"):
        signing.submit(forged, fingerprint=seen_of(forged).plan.fingerprint, power="x", office="An office", meeting_on=date(2026, 1, 1), by=by)  # fmt: skip
    # each office signs here all the same, and then it can be sent
    assert "Sign this content" in pages_of_officer("chief").get(at(forged, "sign/"))
    for name in OFFICES:
        sign(forged, name)
    assert not seen_of(forged).unwitnessed
    assert "Everybody has signed this content" in mina.get(at(forged, ""))  # and not that it was sent
    assert "by Chair Invented" in mina.get(at(forged, "sign/"))
    signing.submit(forged, fingerprint=seen_of(forged).plan.fingerprint, power="", office="An office", meeting_on=None, by=by)  # fmt: skip
    assert "Sent, and approved by the board" in mina.get(at(forged, ""))


@pytest.mark.parametrize("page", ["ledger/", "ledger/statement.svg", "ledger/trial-balance/", "ledger/tables/sources.csv"])  # fmt: skip
def test_a_day_before_the_first_financial_year_is_no_fault_of_the_server(examples: None, page: str) -> None:
    from tests.workspace.posting import begun, new_fund

    fund = new_fund()
    begun(fund)
    for day in ("0001-01-01", "9999-12-31"):
        assert signed_in("vera").client.get(at(fund, f"{page}?as_of={day}")).status_code in (200, 404)


def test_a_refused_posting_calls_partner_and_source_by_name(examples: None) -> None:
    from tests.workspace.posting import begun, new_fund

    fund = new_fund()
    begun(fund)
    sent = {"do": "preview", "date": "2016-05-02", "words": "Not agreed", "source": "carry_forward", "partner": "E06000017", "amount": "1"}  # fmt: skip
    answer = signed_in("mina").client.post(at(fund, "ledger/post/receive/"), sent)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Rutland County Council agreed no contribution to Carry forward of earlier years" in text


def test_a_return_that_is_prepared_twice_is_one_and_one_that_was_prepared_again_goes_no_further(fund: Any) -> None:  # fmt: skip
    from tests.workspace.fund_making import change_amount

    mina, where = signed_in("mina"), at(fund, "returns/prepare/")
    sent = {"kind": "quarterly", "period": "2025/26 Q2"}
    first, again = (mina.client.post(where, sent)["Location"] for _ in range(2))
    assert first == again
    change_amount(fund)
    later = mina.client.post(where, sent)["Location"]
    assert later != first
    answer = pages_of_officer("chief").client.post(f"{first}step/", {"step": "reviewed"})
    assert answer.status_code == 400
    assert "prepared again since" in answer.content.decode()
    # the later one taken back, the first is the latest again
    mina.client.post(f"{later}step/", {"step": "withdrawn"})
    answer = pages_of_officer("chief").client.post(f"{first}step/", {"step": "reviewed"})
    assert "prepared again since" not in answer.content.decode()


def test_a_signatory_of_no_partner_reviews_no_return(fund: Any) -> None:
    """Sid signs for Northmoor's council, which is no partner of this plan."""
    made = signed_in("mina").client.post(at(fund, "returns/prepare/"), {"kind": "quarterly", "period": "2025/26 Q2"})["Location"]  # fmt: skip
    sid = signed_in("sid")
    assert "Review it for the executive" not in sid.get(made)
    answer = sid.client.post(f"{made}step/", {"step": "reviewed"})
    assert answer.status_code == 403
    assert "review their returns, for an organisation" in answer.content.decode()
    assert "Review it for the executive" in pages_of_officer("chief").get(made)


def test_the_board_has_not_ratified_on_a_day_that_is_still_to_come(fund: Any) -> None:
    from leftshift.workspace.fund.actions import signing

    for name in ("accountable", "chief", "treasurer"):
        sign(fund, name)
    plan = seen_of(fund).plan
    sent = signing.submit(fund, fingerprint=plan.fingerprint, power="Chair's action", office="An office", meeting_on=date(2030, 1, 1), by=person_of("mina"))  # fmt: skip
    bo = signed_in("bo")
    answer = bo.client.post(
        at(fund, f"sign/{sent.pk}/ratify/"), {"ratified_on": "9999-12-31", "minute": "M 1"}
    )
    assert answer.status_code == 400
    assert "still to come" in answer.content.decode()
