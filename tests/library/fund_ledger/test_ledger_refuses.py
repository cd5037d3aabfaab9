"""What the ledger refuses, and that it says what to do."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear, Month
from leftshift.fund.ledger.accounts import Account, chart
from leftshift.fund.ledger.entries import Entry, Posting
from leftshift.fund.ledger.ledger import Close, Ledger
from leftshift.fund.ledger.operations import (
    Voucher,
    accrue,
    agree_contribution,
    carry_forward,
    close_month,
    close_year,
    commit,
    pay,
    pay_accrued,
    receive,
    release_commitment,
    release_hold,
    reverse,
    set_aside,
    settle_share,
)
from leftshift.fund.ledger.refusals import (
    AccountNotUnderstood,
    AlreadyReversed,
    AmountRefused,
    Incomplete,
    LedgerRefused,
    NotEnough,
    NotKnown,
    OutOfTurn,
    PeriodClosed,
    Unbalanced,
)
from tests.library.fund_ledger.making import CCG, GRANT, NHS, day, decided, funded, held, thousand, voucher

BANK, SPEND = Account("bank"), Account("spend", source=NHS, scheme="crisis")
PROMISED, CONTROL = (
    Account("commitment", source=NHS, scheme="crisis"),
    Account("commitment_control", source=NHS),
)
TEN, V = thousand(10), voucher


def entry(*postings: tuple[Account, int], **fields: object) -> Entry:
    made = {"number": 1, "date": day("2016-05-01"), "kind": "pay", "words": "Paid"} | fields
    return Entry(**made, postings=tuple(Posting(*one) for one in postings))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("postings", "words"),
    [
        ([], "at least two"),
        ([(BANK, 5)], "at least two"),
        ([(SPEND, 5), (BANK, -4)], "£0.01 of credits is missing"),
        ([(SPEND, 5), (BANK, -6)], "£0.01 of debits is missing"),
        ([(SPEND, 5), (CONTROL, -5)], "in money £0.05 of credits"),
        ([(SPEND, 5), (BANK, -5), (PROMISED, 1), (CONTROL, -2)], "in memorandum accounts £0.01 of debits"),
    ],
)
def test_an_entry_balances_by_construction(postings: list[tuple[Account, int]], words: str) -> None:
    with pytest.raises(Unbalanced, match=words):
        entry(*postings)


@pytest.mark.parametrize("pence", [0, 10**14, -(10**14)])
def test_a_posting_moves_something_and_not_too_much(pence: int) -> None:
    with pytest.raises(AmountRefused):
        Posting(BANK, pence)


@pytest.mark.parametrize("pence", [1.5, True, "3", None])
def test_a_posting_is_whole_pence(pence: object) -> None:
    with pytest.raises(AmountRefused):
        Posting(BANK, pence)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields",
    [
        {"number": 0},
        {"kind": "steal"},
        {"date": day("0216-05-01")},
        {"words": " "},
        {"reverses": 1},
        {"kind": "reverse"},
        {"date": datetime.datetime(2016, 5, 1, tzinfo=datetime.UTC)},
    ],
)
def test_an_entry_is_whole_by_construction(fields: dict[str, object]) -> None:
    with pytest.raises(LedgerRefused):
        entry((SPEND, 5), (BANK, -5), **fields)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no kind"),
        ("spent:nhs_minimum:crisis", "Did you mean spend"),
        ("spend:nhs_minimum", "needs a scheme"),
        ("spend::crisis", "needs a source"),
        ("bank:nhs", "too many parts"),
        ("spend:a:b:c", "write spend:SOURCE:SCHEME"),
        ("spend:a b:c", "no code of a source"),
        ("spend:" + "a" * 81 + ":c", "no code"),
    ],
)
def test_an_account_that_is_none(text: str, words: str) -> None:
    with pytest.raises(AccountNotUnderstood, match=words):
        Account.parse(text)


def test_an_account_has_no_field_beyond_its_kind() -> None:
    with pytest.raises(AccountNotUnderstood, match="has no partner"):
        Account("bank", partner=CCG)


CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,8}", fullmatch=True)


@given(st.data(), st.sampled_from(sorted(chart())))
def test_an_account_is_read_as_it_is_written(data: st.DataObject, kind: str) -> None:
    described = chart()[kind]
    fields = {
        field: data.draw(CODES | st.just("") if field in described.optional else CODES)
        for field in described.fields
    }
    account = Account(kind, **fields)

    assert Account.parse(str(account)) == account


@given(st.text(max_size=30))
def test_any_text_is_an_account_or_refused(text: str) -> None:
    try:
        account = Account.parse(text)
    except AccountNotUnderstood:
        return
    assert Account.parse(str(account)) == account


REFUSED: list[tuple[str, Callable[[Ledger], object], type[LedgerRefused], str]] = [
    (
        "nought agreed",
        lambda b: agree_contribution(b, V(), source=NHS, partner=CCG, amount=Money(0)),
        AmountRefused,
        "above nought",
    ),
    (
        "below nought",
        lambda b: agree_contribution(b, V(), source=NHS, partner=CCG, amount=Money(-1)),
        AmountRefused,
        "reversed",
    ),
    (
        "from nobody",
        lambda b: receive(b, V(), source=NHS, partner="RCC", amount=TEN),
        NotKnown,
        "RCC agreed no",
    ),
    (
        "to no source",
        lambda b: receive(b, V(), source="nhs_minimun", partner=CCG, amount=TEN),
        NotKnown,
        "Did you mean nhs_minimum",
    ),
    (
        "more than due",
        lambda b: receive(b, V(), source=NHS, partner=CCG, amount=Money(1)),
        NotEnough,
        "£0.00 is due",
    ),
    (
        "commit too much",
        lambda b: commit(b, V(), source=NHS, scheme="crisis", amount=thousand(101)),
        NotEnough,
        "£100,000.00",
    ),
    (
        "commit of nothing",
        lambda b: commit(b, V(), source=GRANT, scheme="crisis", amount=TEN),
        NotKnown,
        "Agree a contribution",
    ),
    (
        "release what is not promised",
        lambda b: release_commitment(b, V(), source=NHS, scheme="crisis", amount=TEN),
        NotEnough,
        "£0.00 of",
    ),
    (
        "pay out of nothing",
        lambda b: pay(b, V(), scheme="crisis", amounts={GRANT: TEN}),
        NotKnown,
        "facilities_grant",
    ),
    ("pay nothing", lambda b: pay(b, V(), scheme="crisis", amounts={}), AmountRefused, "at least one source"),
    (
        "pay beyond the bank",
        lambda b: pay(b, V(), scheme="crisis", amounts={NHS: thousand(101)}),
        NotEnough,
        "Bank of the pool",
    ),
    (
        "accrue below nought",
        lambda b: accrue(b, V(), scheme="crisis", provider="p", amounts={NHS: Money(-5)}),
        AmountRefused,
        "above nought",
    ),
    (
        "pay what is not owed",
        lambda b: pay_accrued(b, V(), provider="p", amount=TEN),
        NotEnough,
        "£0.00 is owed",
    ),
    ("hold too much", lambda b: set_aside(b, V(), held(101)), NotEnough, "would be held"),
    ("mark too much", lambda b: set_aside(b, V(), held(101, "within")), NotEnough, "would be held"),
    (
        "release what is not held",
        lambda b: release_hold(b, held(), decided(TEN), by="m"),
        NotKnown,
        "set it aside before",
    ),
    (
        "carry to itself",
        lambda b: carry_forward(b, V(), source=NHS, amount=TEN, from_source=NHS),
        NotKnown,
        "another source",
    ),
    (
        "carry what was not carried",
        lambda b: carry_forward(b, V(), source=GRANT, amount=TEN, from_source=NHS),
        NotEnough,
        "£0.00",
    ),
    (
        "settle what is not due",
        lambda b: settle_share(b, V(), partner=CCG, amount=TEN, paid_in=True),
        NotEnough,
        "due from ELRCCG",
    ),
    (
        "give what is not owed",
        lambda b: settle_share(b, V(), partner=CCG, amount=TEN, paid_in=False),
        NotEnough,
        "owed to ELRCCG",
    ),
    (
        "reverse nothing",
        lambda b: reverse(b, 9, reason="x", date=day("2016-05-01"), by="m"),
        NotKnown,
        "no entry 9",
    ),
    (
        "reverse without reason",
        lambda b: reverse(b, 2, reason="", date=day("2016-05-01"), by="m"),
        Incomplete,
        "words",
    ),
    (
        "reverse before",
        lambda b: reverse(b, 2, reason="x", date=day("2016-03-01"), by="m"),
        PeriodClosed,
        "2016-04-01",
    ),
    (
        "reverse what others rest on",
        lambda b: reverse(b, 1, reason="x", date=day("2016-05-01"), by="m"),
        NotEnough,
        "reverse first",
    ),
    ("close March alone", lambda b: close_month(b, Month(2017, 3), by="m"), PeriodClosed, "2016/17 instead"),
    (
        "close a year too early",
        lambda b: close_year(b, FinancialYear(2017), by="m"),
        PeriodClosed,
        "close it first",
    ),
    (
        "close a month of the next",
        lambda b: close_month(b, Month(2017, 4), by="m"),
        PeriodClosed,
        "close it first",
    ),
    ("close by nobody", lambda b: close_month(b, Month(2016, 4), by=" "), Incomplete, "by"),
    (
        "a number out of turn",
        lambda b: b.post(entry((SPEND, 5), (BANK, -5), number=9)),
        OutOfTurn,
        "next one is 3",
    ),
    ("a voucher without words", lambda b: Voucher(day("2016-04-01"), "", ""), Incomplete, "words, by"),
    ("a balance of no kind", lambda b: b.balance(kind="cash"), AccountNotUnderstood, "cash"),
]


@pytest.mark.parametrize(
    ("act", "error", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_the_ledger_refuses(act: Callable[[Ledger], object], error: type[LedgerRefused], words: str) -> None:
    ledger = funded()
    with pytest.raises(error, match=words):
        act(ledger)

    assert ledger == funded()


def test_an_earmark_bars_a_commitment_until_it_is_released() -> None:
    ledger = funded()
    ledger = ledger.post(set_aside(ledger, V(), held(30, "within")))
    with pytest.raises(NotEnough, match=r"£70,000\.00"):
        commit(ledger, V(), source=NHS, scheme="crisis", amount=thousand(71))
    ledger = ledger.post(release_hold(ledger, held(30, "within"), decided(TEN), by="m"))

    assert commit(ledger, V(), source=NHS, scheme="crisis", amount=thousand(80)).kind == "commit"
    with pytest.raises(NotEnough, match=r"£20,000\.00 left"):
        release_hold(ledger, held(30, "within"), decided(thousand(21)), by="m")


def test_a_hold_code_is_used_once() -> None:
    ledger = funded()
    ledger = ledger.post(set_aside(ledger, V(), held()))
    with pytest.raises(NotKnown, match="code of its own"):
        set_aside(ledger, V(), held(5))
    with pytest.raises(NotKnown, match="about other"):
        release_hold(ledger, held(), decided(TEN, "other"), by="m")


def test_an_entry_is_reversed_once_and_a_reversal_never() -> None:
    ledger = funded()
    once = ledger.post(reverse(ledger, 2, reason="Not ours", date=day("2016-05-01"), by="m"))
    for number, words in ((2, "by entry 3"), (3, "cannot be reversed")):
        with pytest.raises(AlreadyReversed, match=words):
            reverse(once, number, reason="Again", date=day("2016-05-02"), by="m")

    assert once.balance(kind="contribution_due") == thousand(100)
    assert once.balance(kind="bank") == Money(0)


def test_a_reversal_takes_back_the_whole() -> None:
    ledger = funded()
    half = Entry(
        3,
        day("2016-05-01"),
        "reverse",
        "Half",
        (Posting(BANK, -5), Posting(Account("contribution_due", source=NHS, partner=CCG), 5)),
        2,
    )
    with pytest.raises(AlreadyReversed, match="the whole of it"):
        ledger.post(half)


def test_a_closed_period_takes_nothing_and_is_corrected_in_an_open_one() -> None:
    ledger = close_month(funded(), Month(2016, 4), by="m")
    for date in ("2016-04-30", "2015-01-01"):
        with pytest.raises(PeriodClosed, match="reversal in an open one"):
            pay(ledger, V(date), scheme="crisis", amounts={NHS: TEN})
    with pytest.raises(PeriodClosed, match="closed period"):
        reverse(ledger, 2, reason="x", date=day("2016-04-30"), by="m")
    with pytest.raises(PeriodClosed, match="everything up to"):
        close_month(ledger, Month(2016, 4), by="m")

    assert reverse(ledger, 2, reason="x", date=day("2016-05-01"), by="m").reverses == 2


def test_the_close_of_a_year_stands() -> None:
    ledger = close_year(funded(), FinancialYear(2016), by="m")
    with pytest.raises(AlreadyReversed, match="close_year"):
        reverse(ledger, 3, reason="x", date=day("2017-05-01"), by="m")
    with pytest.raises(PeriodClosed, match="2016/17 is closed"):
        close_year(ledger, FinancialYear(2016), by="m")


def test_a_stored_history_that_could_not_have_come_about_is_refused() -> None:
    ledger = close_month(funded(), Month(2016, 4), by="m")
    late = entry((SPEND, 5), (BANK, -5), number=3, date=day("2016-04-20"))

    assert Ledger(ledger.entries, ledger.closes) == ledger
    with pytest.raises(PeriodClosed):
        Ledger((*ledger.entries, late), ledger.closes)
    with pytest.raises(OutOfTurn):
        Ledger(ledger.entries[1:])
    with pytest.raises(OutOfTurn, match="does not follow"):
        Ledger(ledger.entries, (Close(day("2016-04-30"), "2016-04", 7, "m"),))


def test_the_last_penny_may_be_taken_and_not_one_more() -> None:
    ledger = funded()

    assert ledger.post(pay(ledger, V(), scheme="crisis", amounts={NHS: thousand(100)})).balance(
        kind="bank"
    ) == Money(0)
    with pytest.raises(NotEnough, match=r"£100,000\.00, and £100,000\.01 would be taken"):
        pay(ledger, V(), scheme="crisis", amounts={NHS: Money(10_000_001)})
