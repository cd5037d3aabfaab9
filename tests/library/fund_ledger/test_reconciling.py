"""The ledger held to an extract: matches by hand, and the proof of the difference whatever is drawn."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.money import Money
from leftshift.fund.ledger.accounts import Account
from leftshift.fund.ledger.documents import reconciliation_document
from leftshift.fund.ledger.ledger import Ledger
from leftshift.fund.ledger.operations import carry_forward, pay, reverse
from leftshift.fund.ledger.reading_extract import ExtractLine
from leftshift.fund.ledger.reconciling import (
    BY_BATCH,
    BY_DATE,
    BY_REFERENCE,
    BY_REVERSAL,
    Reconciliation,
    reconcile,
)
from leftshift.fund.ledger.refusals import LedgerRefused
from tests.library.fund_ledger.making import NHS, day, pounds, voucher

BANK = Account("bank")
END = day("2016-12-31")


def ledger_of(*paid: tuple[str, str, str]) -> Ledger:
    """£1,000 brought in on 1 April, and payments: day, reference, pounds."""
    ledger = Ledger()
    ledger = ledger.post(carry_forward(ledger, voucher(reference="open"), source=NHS, amount=pounds("1000")))
    for date, reference, amount in paid:
        ledger = ledger.post(
            pay(ledger, voucher(date, "Paid", reference), scheme="crisis", amounts={NHS: pounds(amount)})
        )
    return ledger


def lines_of(*drawn: tuple[str, str, str]) -> list[ExtractLine]:
    opening = ExtractLine(day("2016-04-01"), "OPEN", "In", 100_000, 2)
    return [
        opening,
        *(ExtractLine(day(d), r, "Line", pounds(a).pence, row) for row, (d, r, a) in enumerate(drawn, 3)),
    ]


def told(made: Reconciliation) -> list[tuple[str, list[int], list[int]]]:
    return [(m.how, [e.number for e in m.entries], [line.row for line in m.lines]) for m in made.matches]


def test_reference_comes_before_date() -> None:
    ledger = ledger_of(("2016-05-01", "inv 1", "10"), ("2016-05-02", "inv 2", "10"))
    made = reconcile(
        ledger, lines_of(("2016-05-02", "INV1", "-10"), ("2016-09-30", "Inv 2", "-10")), BANK, END
    )

    assert told(made) == [(BY_REFERENCE, [1], [2]), (BY_REFERENCE, [2], [3]), (BY_REFERENCE, [3], [4])]
    assert made.agrees


def test_the_nearest_day_is_matched_first_and_not_beyond_the_window() -> None:
    ledger = ledger_of(("2016-05-01", "", "10"), ("2016-05-04", "", "10"), ("2016-06-01", "", "7"))
    made = reconcile(
        ledger,
        lines_of(("2016-05-04", "x", "-10"), ("2016-05-06", "y", "-10"), ("2016-06-07", "z", "-7")),
        BANK,
        END,
    )

    # 4 May with 4 May, then 1 May with 6 May (5 days); 1 and 7 June are 6 days apart
    assert told(made)[1:] == [(BY_DATE, [3], [3]), (BY_DATE, [2], [4])]
    assert [entry.number for entry in made.only_in_ledger] == [4]
    assert [line.row for line in made.only_in_extract] == [5]
    assert made.difference == Money(0)
    assert not made.agrees


def test_a_batch_that_comes_to_the_amount_in_one_way_only() -> None:
    ledger = ledger_of(("2016-05-01", "", "10"), ("2016-05-02", "", "20"), ("2016-05-03", "", "35"))
    made = reconcile(ledger, lines_of(("2016-05-03", "bacs", "-30")), BANK, END)
    assert told(made)[1:] == [(BY_BATCH, [2, 3], [3])]

    two_ways = ledger_of(("2016-05-01", "", "10"), ("2016-05-01", "", "20"), ("2016-05-02", "", "20"))
    made = reconcile(two_ways, lines_of(("2016-05-03", "bacs", "-30")), BANK, END)
    assert told(made)[1:] == []
    assert made.difference == pounds("20")  # the ledger paid 50, the bank 30


def test_two_lines_of_the_bank_for_one_entry() -> None:
    made = reconcile(
        ledger_of(("2016-05-01", "", "30")),
        lines_of(("2016-05-02", "a", "-12"), ("2016-05-03", "b", "-18")),
        BANK,
        END,
    )

    assert told(made)[1:] == [(BY_BATCH, [2], [3, 4])]
    assert made.agrees


def test_a_batch_of_one_reference_needs_no_nearness() -> None:
    ledger = ledger_of(("2016-05-01", "run 7", "10"), ("2016-05-02", "run 7", "20"), ("2016-07-01", "", "30"))
    made = reconcile(ledger, lines_of(("2016-08-20", "RUN 7", "-30")), BANK, END)

    assert told(made)[1:] == [(BY_BATCH, [2, 3], [3])]
    assert [entry.number for entry in made.only_in_ledger] == [4]


def test_among_too_many_lines_no_batch_is_guessed() -> None:
    ledger = ledger_of(
        *(("2016-05-01", "", str(2**n)) for n in range(9)),
        *(("2016-05-01", "", f"0.0{n}") for n in range(1, 5)),
    )
    made = reconcile(ledger, lines_of(("2016-05-01", "", "-384")), BANK, END)

    assert told(made)[1:] == []  # 13 entries are near; 384 is 256 and 128 all the same


def test_an_entry_and_its_reversal_stand_in_no_bank() -> None:
    ledger = ledger_of(("2016-05-01", "wrong", "10"))
    ledger = ledger.post(reverse(ledger, 2, reason="Never sent", date=day("2016-06-30"), by="m"))
    made = reconcile(ledger, lines_of(), BANK, END)

    assert told(made)[1:] == [(BY_REVERSAL, [2, 3], [])]
    assert made.agrees


def test_the_proof_by_hand() -> None:
    ledger = ledger_of(("2016-05-01", "a", "10"), ("2016-05-02", "b", "99.99"))
    lines = lines_of(
        ("2016-05-01", "a", "-10"), ("2016-05-30", "charge", "-0.15"), ("2017-01-02", "b", "-99.99")
    )
    made = reconcile(ledger, lines, BANK, END, closing=pounds("989.80"))

    # ledger 1,000 - 10 - 99.99 = 890.01; + 99.99 - 0.15 = 989.85; the bank prints 989.80
    assert (made.ledger_balance, made.extract_balance) == (pounds("890.01"), pounds("989.85"))
    assert made.unexplained == pounds("-0.05")
    assert [line.row for line in made.later] == [5]
    proof = reconciliation_document(made)["proof"]
    assert list(proof.values()) == [89_001, 9_999, -15, 0, 98_985]
    assert json.loads(json.dumps(reconciliation_document(made), allow_nan=False))["agrees"] is False


def test_an_extract_of_a_month_begins_with_its_balance() -> None:
    ledger = ledger_of(("2016-04-20", "a", "10"), ("2016-05-02", "b", "20"))
    may = [ExtractLine(day("2016-05-02"), "b", "", -2000, 2)]
    since = day("2016-05-01")

    assert reconcile(ledger, may, BANK, END, since=since, opening=pounds("990")).agrees
    off = reconcile(ledger, may, BANK, END, since=since, opening=pounds("985"))
    assert (off.opening_difference, off.difference) == (pounds("-5"), pounds("-5"))
    assert not off.agrees
    with pytest.raises(LedgerRefused, match="before 2016-05-03"):
        reconcile(ledger, may, BANK, END, since=day("2016-05-03"))


days = st.dates(day("2016-04-01"), day("2016-05-15"))
small = st.sampled_from([1, 2, 3, 5, 8, 30])
references = st.sampled_from(["", "a", "A ", "b"])


@given(
    st.lists(st.tuples(days, references, small), max_size=14),
    st.lists(st.tuples(days, references, small), max_size=14),
    days,
    st.none() | days,
    st.integers(-50, 50),
)
def test_the_difference_is_proven_to_the_penny(
    paid: list[tuple[datetime.date, str, int]],
    seen: list[tuple[datetime.date, str, int]],
    as_of: datetime.date,
    since: datetime.date | None,
    opening: int,
) -> None:
    ledger = ledger_of(*((d.isoformat(), r, str(a)) for d, r, a in paid))
    lines = [
        ExtractLine(d, r, "", -a * 100, row)
        for row, (d, r, a) in enumerate(seen)
        if since is None or d >= since
    ]
    made = reconcile(ledger, lines, BANK, as_of, since=since, opening=Money(opening))

    in_ledger = 100_000 - sum(a * 100 for d, _, a in paid if d <= as_of)
    in_extract = opening + sum(line.pence for line in lines if line.date <= as_of)
    assert made.difference.pence == in_extract - in_ledger
    matched = [line for match in made.matches for line in match.lines]
    assert sorted([*matched, *made.only_in_extract, *made.later]) == sorted(lines)
    entries = [entry.number for match in made.matches for entry in match.entries] + [
        e.number for e in made.only_in_ledger
    ]
    assert sorted(entries) == [
        e.number for e in ledger.entries if e.date <= as_of and (since is None or e.date >= since)
    ]
    amounts = {line.pence for line in made.only_in_ledger} & {line.pence for line in made.only_in_extract}
    for pence in amounts:  # one amount on both sides is left over only when it lies too far apart
        for entry in (e for e in made.only_in_ledger if e.pence == pence):
            near = [
                x for x in made.only_in_extract if x.pence == pence and abs((x.date - entry.date).days) <= 5
            ]
            assert not near


@given(st.lists(st.tuples(days, small), max_size=12), st.randoms(use_true_random=False))
def test_an_extract_that_shows_what_the_ledger_has_agrees(
    paid: list[tuple[datetime.date, int]], luck: object
) -> None:
    ledger = ledger_of(*((d.isoformat(), f"ref {n}", str(a)) for n, (d, a) in enumerate(paid)))
    lines = lines_of(*((d.isoformat(), f"REF {n}", f"-{a}") for n, (d, a) in enumerate(paid)))
    luck.shuffle(lines)  # type: ignore[attr-defined]
    made = reconcile(ledger, lines, BANK, END, closing=ledger.balance(kind="bank"))

    assert made.agrees
    assert all(match.how == BY_REFERENCE for match in made.matches)
