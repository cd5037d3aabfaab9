"""The ledger of a fund in the workspace: every verb through its page, decisions, sharing, reconciling, and what is taken in."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.money import Money
from leftshift.fund.ledger.documents import ledger_document
from leftshift.fund.ledger.refusals import LedgerRefused
from leftshift.fund.ledger.stating import left
from tests.workspace.conftest import signed_in
from tests.workspace.posting import SPEND, begun, day, new_fund, operation, post, somebody, texts

if TYPE_CHECKING:
    from leftshift.fund.ledger.ledger import Ledger
    from leftshift.workspace.fund.models import Fund

pytestmark = pytest.mark.usefixtures("examples")


@pytest.fixture
def fund(examples: None) -> Fund:
    """A fund in which nothing was posted yet."""
    return new_fund()


def at(fund: Fund, path: str = "") -> str:
    return f"/places/northmoor/funds/{fund.code}/ledger/{path}"


def ledger(fund: Fund) -> Ledger:
    from leftshift.workspace.fund.queries import ledger_of

    return ledger_of(fund)


def send(fund: Fund, path: str, who: str = "dora", do: str = "post", **fields: Any) -> Any:
    """Send a form of the ledger."""
    return signed_in(who).client.post(at(fund, path), {"do": do, **fields})


def done(fund: Fund, verb: str, **fields: Any) -> str:
    """Look at what a form posts, post it, and give the address that it leads to."""
    fields = (
        fields if verb.startswith("close") else {"date": "2016-05-02", "words": "Through its page", **fields}
    )
    looked = send(fund, f"post/{verb}/", do="preview", **fields)
    text = looked.content.decode()
    assert looked.status_code == 200, text
    assert "This will" in text
    before = len(ledger(fund).entries)
    seen = re.search(r'name="seen" value="([^"]*)"', text)
    assert seen is not None
    answer = send(fund, f"post/{verb}/", seen=seen.group(1), **fields)
    assert answer.status_code == 302, answer.content.decode()
    assert len(ledger(fund).entries) >= before
    return str(answer["Location"])


def refused(answer: Any) -> str:
    """The words with which a form was refused: status 400, in the summary on top."""
    text = str(answer.content.decode())
    assert answer.status_code == 400, text[:3000]
    assert "There is a problem" in text
    return text


# ---------------------------------------------------------------------- every verb through its page
def test_every_verb_through_its_page(fund: Fund) -> None:
    """A year by hand: 1,000 agreed and received of 03W, 100 brought in; 300 promised, 250 paid, 40 accrued and paid, 10 given back."""
    done(fund, "agree_contribution", source="nhs_minimum", partner="03W", amount="1,000")
    done(fund, "receive", source="nhs_minimum", partner="03W", amount="1000.00", evidence="BACS 1")
    done(fund, "carry_forward", source="carry_forward", amount="118000")
    done(fund, "set_aside", hold="contingency")
    done(fund, "commit", source="nhs_minimum", scheme="crisis", amount="300")
    done(fund, "pay", scheme="crisis", amount_nhs_minimum="250", amount_carry_forward="")
    done(fund, "release_commitment", source="nhs_minimum", scheme="crisis", amount="50")
    done(fund, "accrue", scheme="carers", provider="E06000017", amount_carry_forward="40")
    done(fund, "pay_accrued", provider="E06000017", amount="40")
    where = done(fund, "pay", scheme="carers", amount_nhs_minimum="10", amount_carry_forward="5")
    number = int(re.findall(r"\d+", where)[-1])
    done(fund, "reverse", entry=number, words="Paid twice")
    done(fund, "close_month", period="2016-05")

    found = ledger(fund)
    assert [entry.kind for entry in found.entries] == [
        "agree_contribution", "receive", "carry_forward", "set_aside", "commit", "pay", "release_commitment", "accrue",
        "pay_accrued", "pay", "reverse",
    ]  # fmt: skip
    assert left(found, "nhs_minimum") == Money.pounds(750)
    assert left(found, "carry_forward") == Money.pounds(118_000 - 117_000 - 40)
    assert found.balance(kind="bank") == Money.pounds(1_000 + 118_000 - 250 - 40)
    assert found.balance(kind="commitment").pence == 0
    assert found.closes[-1].through == day("2016-05-31")
    assert all(entry.by.startswith("Dora Invented") for entry in found.entries)
    for path in ("", "entries/", "entries/11/", "trial-balance/", "closes/", "holds/", "holds/contingency/", "sharing/", "reconciling/", "post/"):  # fmt: skip
        signed_in("dora").get(at(fund, path))


def test_a_plan_that_names_no_source_of_what_is_held_is_asked_for_it(fund: Fund) -> None:
    """Rutland's risk share stands on no stated source: the form asks, and the ledger keeps what was said."""
    begun(fund)
    told = refused(
        send(fund, "post/set_aside/", hold="emergency_admissions", date="2016-05-02", words="Risk share")
    )
    assert "the source, which the plan does not state" in told
    done(fund, "set_aside", hold="emergency_admissions", source="nhs_minimum")
    assert ledger(fund).balance(kind="earmark", source="nhs_minimum") == Money.pounds(101_000)
    assert ledger(fund).balance(kind="set_aside").pence == 0  # an earmark within moves nothing


def test_a_share_is_worked_out_shown_posted_and_settled(examples: None) -> None:
    """340 planned, crisis paid 340 for 240: 100 over, of which 60 per cent is the commissioner's and 40 the council's."""
    fund = begun(new_fund(more={"spend.csv": SPEND}))
    post(fund, "pay", "2016-09-01", scheme="crisis", amounts={"nhs_minimum": 340})
    post(fund, "pay", "2016-09-01", scheme="carers", amounts={"nhs_minimum": 100})
    shown = signed_in("vera").get(at(fund, "sharing/?year=2016/17"))
    assert "East Leicestershire and Rutland CCG bears £60.00; Rutland County Council bears £40.00." in shown
    asked = {"year": "2016/17", "date": "2017-03-31", "words": "Overspend shared by clause 12"}
    assert "is no day of 2016/17" in refused(send(fund, "sharing/post/", **{**asked, "date": "2017-04-01"}))
    assert "This will post entry" in send(fund, "sharing/post/", do="preview", **asked).content.decode()
    key = "share-once"
    assert send(fund, "sharing/post/", key=key, **asked).status_code == 302
    assert send(fund, "sharing/post/", key=key, **asked).status_code == 302
    found = ledger(fund)
    assert [entry.kind for entry in found.entries].count("share_variance") == 1
    assert found.balance(kind="share_due", partner="03W") == Money.pounds(60)
    assert found.balance(kind="share_due", partner="E06000017") == Money.pounds(40)
    assert "there is nothing to post" in refused(
        send(fund, "sharing/post/", **asked)
    )  # nothing is shared twice
    done(fund, "settle_share", partner="03W", amount="60", paid_in="in")
    done(fund, "close_year", period="2016/17")
    assert ledger(fund).closes[-1].period == "2016/17"
    assert ledger(fund).balance(kind="share_due") == Money.pounds(40)


def test_what_lies_beyond_a_cap_waits_for_the_chief_finance_officers(examples: None) -> None:
    """200,000 over: the council's 40 per cent is 80,000, capped at 50,000; 30,000 waits until somebody decides."""
    fund = begun(new_fund(more={"spend.csv": SPEND}))
    post(fund, "pay", "2016-09-01", scheme="crisis", amounts={"nhs_minimum": 200_240})
    post(fund, "pay", "2016-09-01", scheme="carers", amounts={"nhs_minimum": 100})
    asked = {"year": "2016/17", "date": "2017-03-31", "words": "Overspend"}
    assert "£30,000.00 lies beyond caps" in signed_in("dora").get(at(fund, "sharing/?year=2016/17"))
    beyond = {**asked, "excess_03W": "10000", "excess_E06000017": "20000"}
    assert "who agreed, minute" in refused(send(fund, "sharing/post/", **beyond))
    assert (
        send(
            fund, "sharing/post/", **beyond, excess_agreed_by="Both officers", excess_minute="M 9"
        ).status_code
        == 302
    )
    assert ledger(fund).balance(kind="share_due", partner="03W") == Money.pounds(130_000)
    assert ledger(fund).balance(kind="share_due", partner="E06000017") == Money.pounds(70_000)


def test_what_is_missing_or_not_of_the_plan_is_told_at_once_and_the_form_keeps_what_was_filled_in(
    fund: Fund,
) -> None:
    begun(fund)
    told = refused(
        send(
            fund,
            "post/commit/",
            source="nhs_minimum",
            scheme="",
            amount="12.345",
            words="Kept words",
            date="2016-05-02",
        )
    )
    assert "Choose: scheme" in told
    assert "with pence at most" in told
    assert 'value="Kept words"' in told
    assert 'value="12.345"' in told
    assert "is not enough" in refused(send(fund, "post/commit/", source="dfg", scheme="crisis", amount="186000.01", words="Too much", date="2016-05-02"))  # fmt: skip
    assert "is none of those to choose from" in refused(send(fund, "post/commit/", source="dgf", scheme="crisis", amount="1", words="x", date="2016-05-02"))  # fmt: skip
    assert "is still to come" in refused(send(fund, "post/commit/", source="dfg", scheme="crisis", amount="1", words="x", date="2199-05-02"))  # fmt: skip
    assert len(ledger(fund).entries) == 5


def test_names_that_the_plan_does_not_have_are_refused_with_the_nearest(fund: Fund) -> None:
    begun(fund)
    with pytest.raises(LedgerRefused, match=r"no scheme crises\. Did you mean crisis\?"):
        post(fund, "commit", source="dfg", scheme="crises", amount=1)
    with pytest.raises(LedgerRefused, match=r"no partner 03V\. Did you mean 03W\?"):
        post(fund, "agree_contribution", source="dfg", partner="03V", amount=1)
    with pytest.raises(LedgerRefused, match=r"no scheme nothing_like.*no source dgf\. Did you mean dfg"):
        post(fund, "pay", scheme="nothing_like", amounts={"dgf": 1})
    from leftshift.workspace.fund.actions.operating import Operation
    from leftshift.workspace.fund.actions.posting import post as post_it

    with pytest.raises(LedgerRefused, match="the date, what it is for, the source, the scheme, the amount"):
        post_it(fund, Operation(verb="commit"), by=somebody())


def test_what_was_seen_is_what_is_posted(fund: Fund) -> None:
    """A commitment that was made in between changes what a payment posts: it is shown again and not posted."""
    begun(fund)
    paid = {"scheme": "crisis", "amount_nhs_minimum": "100", "date": "2016-06-01", "words": "Invoice 7"}
    seen = re.search(
        r'name="seen" value="([^"]*)"', send(fund, "post/pay/", do="preview", **paid).content.decode()
    )
    assert seen is not None
    post(fund, "commit", source="nhs_minimum", scheme="crisis", amount=40)
    assert "The ledger has changed since you looked" in refused(
        send(fund, "post/pay/", seen=seen.group(1), **paid)
    )
    assert len(ledger(fund).entries) == 6


def test_a_form_that_is_sent_twice_posts_once(fund: Fund) -> None:
    begun(fund)
    for _ in range(3):
        assert send(fund, "post/commit/", key="k", source="dfg", scheme="adaptations", amount="5", date="2016-05-02", words="Once").status_code == 302  # fmt: skip
    assert len(ledger(fund).entries) == 6
    assert "was posted already, as entry 6" in refused(send(fund, "post/pay/", key="k", scheme="adaptations", amount_dfg="5", date="2016-05-02", words="Other"))  # fmt: skip


def test_twenty_at_once_lose_none_and_number_without_a_gap(fund: Fund) -> None:
    from django.db import connection

    from leftshift.workspace.record.acting import SYSTEM, acting

    begun(fund)
    who, problems = somebody(), list[BaseException]()

    def one(number: int) -> None:
        from leftshift.workspace.fund.actions.posting import post as post_it

        try:
            with acting(SYSTEM):
                post_it(
                    fund,
                    operation("commit", source="nhs_minimum", scheme="crisis", amount=number + 1),
                    by=who,
                )
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    found = ledger(fund)
    assert [entry.number for entry in found.entries] == list(range(1, 26))
    assert found.balance(kind="commitment") == Money.pounds(sum(range(1, 21)))


# ---------------------------------------------------------------------- decisions
DECISION = {
    "amount": "17000", "decided_on": "2016-07-01", "reason": "Winter beds", "ground": "Clause 9", "agreed_by": "Both chief finance officers",
    "minute": "Board 1 July, 4",
}  # fmt: skip


def test_a_release_takes_all_of_its_decision(fund: Fund) -> None:
    """117,000 held outside: 17,000 released by a minute, 100,000 left, and no more than that."""
    from leftshift.workspace.record.models import Event

    begun(fund)
    post(fund, "set_aside", hold="contingency")
    text = refused(send(fund, "holds/contingency/release/", decided_on=""))
    for name in ("amount", "reason", "ground", "who agreed", "minute", "decided on"):
        assert f"Fill in: {name}" in text
    for missing in DECISION:
        refused(send(fund, "holds/contingency/release/", **{**DECISION, missing: " "}))
    assert "This will post entry 7" in send(fund, "holds/contingency/release/", do="preview", **DECISION).content.decode()  # fmt: skip
    for _ in range(2):
        assert send(fund, "holds/contingency/release/", key="r", **DECISION).status_code == 302
    assert "£100,000.00 left" in refused(send(fund, "holds/contingency/release/", **{**DECISION, "amount": "100000.01"}))  # fmt: skip
    shown = signed_in("vera").get(at(fund, "holds/contingency/"))
    assert "£100,000.00 is left of £117,000.00; £17,000.00 was released." in shown
    assert "Clause 9" in shown
    kept = fund.decisions.get()
    assert kept.entry is not None
    assert (kept.entry.number, kept.pence, kept.entry.evidence) == (7, 1_700_000, "Board 1 July, 4")
    assert ledger(fund).balance(kind="contingency") == Money.pounds(100_000)
    last = Event.objects.order_by("-number").first()
    assert last is not None
    assert (last.action, last.subject, last.detail["pence"]) == ("hold released", fund.code, 1_700_000)


def test_a_release_that_was_taken_back_releases_nothing(fund: Fund) -> None:
    begun(fund)
    post(fund, "set_aside", hold="contingency")
    send(fund, "holds/contingency/release/", **DECISION)
    post(fund, "reverse", "2016-08-01", entry=7, words="The minute was of another board")
    shown = signed_in("dora").get(at(fund, "holds/contingency/"))
    assert "£117,000.00 is left of £117,000.00" in shown
    assert "taken back" in shown
    assert send(fund, "holds/contingency/release/", **{**DECISION, "decided_on": "2016-08-02", "amount": "117000"}).status_code == 302  # fmt: skip


def test_every_missing_part_is_told_at_once_by_the_action_itself(fund: Fund) -> None:
    from leftshift.workspace.fund.actions.deciding import Release, release

    with pytest.raises(LedgerRefused) as refusal:
        release(fund, "contingency", Release(), by=somebody())
    assert str(refusal.value).endswith(
        "Fill in: the amount, the reason, the ground, who agreed, the minute, the day of the decision."
    )
    whole = Release(
        amount=Money(1), reason="r", ground="g", agreed_by="a", minute="m", decided_on=day("2016-07-01")
    )
    with pytest.raises(LedgerRefused, match="The plan holds nothing back under contigency"):
        release(fund, "contigency", whole, by=somebody())
    with pytest.raises(LedgerRefused, match="is not set aside in the ledger"):
        release(fund, "contingency", whole, by=somebody())


def test_what_was_reviewed_or_released_is_not_taken_out_of_the_plan_unsaid(fund: Fund) -> None:
    from leftshift.fund.plan.plan import plan_kind
    from leftshift.place.sheets import RemoveRow
    from leftshift.workspace.fund import queries
    from leftshift.workspace.fund.actions import editing
    from leftshift.workspace.shared.editing import sheet_at

    begun(fund)
    tables = plan_kind().schema.tables
    at_now = sheet_at(fund, "holds.csv", fund.edits, tables)
    row = next(row for _, row in at_now.numbered() if at_now.cell(row, "hold") == "contingency")
    said = {"quarter": "2016/17 Q1", "reviewed_on": "2016-07-10", "outcome": "Still needed", "office": "Partnership board", "minute": "M 3"}  # fmt: skip
    assert send(fund, "holds/contingency/review/", **said).status_code == 302
    assert not queries.seen(fund).faults
    editing.save(fund, "holds.csv", [RemoveRow(row.key, at_now.facts(row))], by="Dora")
    fund.refresh_from_db()
    (fault,) = queries.seen(fund).faults
    assert (fault.file, fault.expected) == ("holds.csv", "'contingency'")
    assert "Put it back" in signed_in("dora").get(f"/places/{fund.place.code}/funds/{fund.code}/plan/")


def test_quarterly_reviews_are_recorded_once_and_overdue_ones_are_told(fund: Fund) -> None:
    begun(fund)
    assert "2016/17 Q1" in signed_in("vera").get(at(fund, "holds/contingency/"))
    said = {"quarter": "2016/17 Q1", "reviewed_on": "2016-07-10", "outcome": "Still needed", "office": "Partnership board", "minute": "M 3"}  # fmt: skip
    assert "Fill in: minute" in refused(send(fund, "holds/contingency/review/", **{**said, "minute": ""}))
    assert send(fund, "holds/contingency/review/", **said).status_code == 302
    refused(send(fund, "holds/contingency/review/", **said))
    from leftshift.workspace.fund.actions.deciding import Reviewed, review

    with pytest.raises(LedgerRefused, match="was reviewed already"):
        review(fund, "contingency", Reviewed(quarter="2016/17 Q1", outcome="o", office="o", minute="m", reviewed_on=day("2016-07-11")), by=somebody())  # fmt: skip
    shown = signed_in("vera").get(at(fund, "holds/contingency/"))
    assert "Still needed" in shown
    assert not re.search(r"Overdue reviews:[^<]*2016/17 Q1", shown)


# ---------------------------------------------------------------------- reconciling
def test_an_extract_is_matched_and_kept(fund: Fund) -> None:
    """Both receipts match by reference; 7.50 of charges stands only in the extract, what was brought in only in the ledger."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    begun(fund)
    lines = "date,reference,words,amount\n2016-04-08,in nhs_minimum,,2061000\n2016-04-09,in dfg,,186000\n2016-04-30,,Charges,-7.50\n"
    sent = {"account": "bank", "as_of": "2016-05-31", "closing": "2246992.50"}
    answer = send(fund, "reconciling/new/", **sent, file=SimpleUploadedFile("bank.csv", lines.encode()))
    assert answer.status_code == 302, answer.content.decode()
    page = signed_in("vera").get(answer["Location"])
    assert "1 stand only in the ledger, 1 only in the extract" in page
    kept = fund.extracts.get()
    assert kept.content == lines
    # 2,246,992.50 of the extract less 2,447,000 of the ledger
    assert kept.result["difference_pence"] == 224_699_250 - 244_700_000
    assert kept.result["unexplained_pence"] == 0
    assert [match["how"] for match in kept.result["matches"]] == ["amount and reference"] * 2
    faulty = SimpleUploadedFile("bank.csv", b"date,amonut\n31/02/2016,1\n")
    told = refused(send(fund, "reconciling/new/", **sent, file=faulty))
    assert "Did you mean amount?" in told
    assert "Choose a file" in refused(send(fund, "reconciling/new/", **sent))
    assert fund.extracts.count() == 1


# ---------------------------------------------------------------------- seeing and taking away
def test_the_statement_has_picture_table_and_sentence_and_both_can_be_taken_away(fund: Fund) -> None:
    begun(fund)
    viewer = signed_in("vera")
    page = viewer.get(at(fund))
    assert "£2,247,000.00 was agreed in 2016/17 up to 31 March 2017" in page
    assert "<img" in page
    assert "<svg" in viewer.get(at(fund, "statement.svg"))
    assert "Minimum CCG Contribution" in page
    sources = viewer.get(at(fund, "tables/sources.csv"))
    assert "Minimum CCG Contribution,0.0,2061000.0" in sources
    entries = viewer.get(at(fund, "tables/entries.csv"))
    assert "contribution_due:nhs_minimum:03W" in entries
    assert entries.count("\r\n") == 1 + 2 * 5
    assert "Money" in viewer.get(at(fund, "trial-balance/"))
    viewer.get(at(fund, "tables/nothing.csv"), status=404)


def test_entries_are_paged_newest_first(fund: Fund) -> None:
    begun(fund)
    for number in range(50):
        post(fund, "commit", source="nhs_minimum", scheme="crisis", amount=number + 1)
    page = signed_in("vera").get(at(fund, "entries/"))
    assert "Page 1 of 2" in page
    assert page.index("entries/55/") < page.index("entries/54/")
    assert "entries/5/" not in page
    assert "entries/5/" in signed_in("vera").get(at(fund, "entries/?page=2"))


def test_who_may_not_post_sees_no_form_and_is_refused(fund: Fund) -> None:
    from leftshift.workspace.accounts.permissions import NotAllowed

    begun(fund)
    for path in (
        "post/",
        "post/pay/",
        "holds/contingency/release/",
        "holds/contingency/review/",
        "reconciling/new/",
    ):
        assert signed_in("vera").client.get(at(fund, path)).status_code == 403
    assert send(fund, "post/commit/", "vera", source="dfg", scheme="crisis", amount="1", date="2016-05-02", words="x").status_code == 403  # fmt: skip
    assert "Reverse this entry" not in signed_in("vera").get(at(fund, "entries/1/"))
    assert "Reverse this entry" in signed_in("dora").get(at(fund, "entries/1/"))
    signed_in("charlie").get(at(fund), status=404)
    from leftshift.workspace.fund.actions.posting import post as post_it

    with pytest.raises(NotAllowed):
        post_it(fund, operation("commit", source="dfg", scheme="crisis", amount=1), by=somebody("vera"))
    assert len(ledger(fund).entries) == 5


# ---------------------------------------------------------------------- taken in and given out
def test_a_ledger_comes_in_with_its_folder_and_goes_out_with_it(fund: Fund) -> None:
    """What is worked here, taken away as a folder and taken in again is the same ledger, with its closes, decisions and reviews."""
    begun(fund)
    post(fund, "set_aside", hold="contingency")
    send(fund, "holds/contingency/release/", **DECISION)
    post(fund, "close_month", period="2016-07")
    post(fund, "commit", "2016-08-01", source="dfg", scheme="adaptations", amount=9)
    post(fund, "reverse", "2016-08-02", entry=8, words="By mistake")
    send(
        fund,
        "holds/contingency/review/",
        quarter="2016/17 Q1",
        reviewed_on="2016-07-10",
        outcome="Kept",
        office="Board",
        minute="M",
    )
    given = signed_in("dora").client.get(f"/places/northmoor/funds/{fund.code}/folder.zip").content
    with zipfile.ZipFile(io.BytesIO(given)) as packed:
        files = {name.partition("/")[2]: packed.read(name).decode() for name in packed.namelist()}
    code = f"{fund.code}-again"
    files["plan.toml"] = files["plan.toml"].replace(f'"{fund.code}"', f'"{code}"')
    from leftshift.workspace.fund.actions.storing import add_texts

    again = add_texts(fund.place, files, by=somebody())
    assert ledger_document(ledger(again)) == ledger_document(ledger(fund))
    kept = again.decisions.get()
    assert kept.entry is not None
    assert (kept.entry.number, kept.minute, kept.decided_on) == (7, DECISION["minute"], day("2016-07-01"))
    assert again.reviews.get().outcome == "Kept"
    assert not again.files.filter(file__in=["entries.csv", "postings.csv", "closes.csv"]).exists()
    assert "£100,000.00 is left" in signed_in("vera").get(at(again, "holds/contingency/"))
    post(again, "commit", "2016-08-03", source="dfg", scheme="adaptations", amount=1)


def test_a_folder_whose_ledger_is_faulty_is_refused_with_its_faults(examples: None) -> None:
    from leftshift.workspace.fund.actions.storing import add_texts
    from leftshift.workspace.fund.models import Fund
    from leftshift.workspace.plan.models import StoredPlace

    about = "Invented,published"
    entries = f"entry,date,kind,words,source,basis\n1,2016-04-01,carry_forward,In,{about}\n2,2016-04-02,pay,Unbalanced,{about}\n"
    postings = (
        f"entry,account,amount,source,basis\n1,bank,10,{about}\n1,carried_forward:dfg,-10,{about}\n"
        f"2,bank,-5,{about}\n2,spend:dfg:crisis,4,{about}\n"
    )
    files = {**texts("faulty-ledger"), "entries.csv": entries, "postings.csv": postings}
    with pytest.raises(FaultsFound) as found:
        add_texts(StoredPlace.objects.get(code="northmoor"), files, by=somebody())
    assert [(fault.file, fault.row, fault.column) for fault in found.value.faults] == [
        ("entries.csv", 3, "entry")
    ]
    assert "£1.00 of debits is missing" in str(next(iter(found.value.faults)))
    assert not Fund.objects.filter(code="faulty-ledger").exists()
    reviews = f"hold,quarter,outcome,reviewed_on,by,minute,source,basis\ncontingency,2016/17 Q2,Early,2016-05-01,Board,M,{about}\n"
    with pytest.raises(FaultsFound, match="is not held before the quarter"):
        add_texts(StoredPlace.objects.get(code="northmoor"), {**texts("faulty-ledger"), "reviews.csv": reviews}, by=somebody())  # fmt: skip
