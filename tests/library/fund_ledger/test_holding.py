"""Money held back: decisions, what is left, reviews; and that nothing is released by itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.money import Money
from leftshift.foundation.years import Quarter
from leftshift.fund.ledger.documents import holds_document
from leftshift.fund.ledger.holding import (
    Decision,
    Hold,
    Review,
    check_release,
    first_day_of,
    position,
    quarter_of,
)
from leftshift.fund.ledger.refusals import (
    AccountNotUnderstood,
    AmountRefused,
    Incomplete,
    LedgerRefused,
    NotEnough,
    NotKnown,
)
from tests.house.tree import PACKAGE
from tests.library.fund_ledger.making import NHS, day, decided, held, thousand

Q1, Q2 = Quarter.parse("2016/17 Q1"), Quarter.parse("2016/17 Q2")
WHOLE = {"hold": "pool", "reason": "Target met", "basis": "Clause 12", "agreed_by": "Both", "minute": "16/42"}


def review(quarter: Quarter, date: str, hold: str = "pool") -> Review:
    return Review(hold, quarter, day(date), "Admissions on plan", "Executive", "16/30")


@pytest.mark.parametrize("empty", [*WHOLE])
def test_a_release_with_anything_missing_is_refused(empty: str) -> None:
    with pytest.raises(Incomplete) as refused:
        Decision(date=day("2016-09-01"), amount=Money(1), **(WHOLE | {empty: "  "}))

    assert refused.value.missing == (empty.replace("agreed_by", "who agreed"),)


def test_all_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(Incomplete, match=r"amount above £0\.00, hold, reason, basis, who agreed, minute"):
        Decision("", day("2016-09-01"), Money(0), "", "", "", "")


def test_where_a_hold_stands_by_hand() -> None:
    decisions = [
        decided(thousand(3), date="2016-08-01"),
        decided(thousand(2), date="2017-02-01", minute="17/2"),
    ]
    made = position(held(10), decisions, [review(Q1, "2016-07-20")], day("2016-12-31"))

    # 10 - 3 = 7 on 31 December; the quarters to June and September are due on 30 July and 30 October
    assert (made.held, made.released, made.left) == (thousand(10), thousand(3), thousand(7))
    assert made.overdue == (Q2,)
    assert [step.left for step in made.steps] == [thousand(7)]
    later = position(held(10), decisions, [review(Q1, "2016-07-20")], day("2017-03-31"))
    assert later.left == thousand(5)
    assert later.overdue == (Q2, Quarter.parse("2016/17 Q3"))


@pytest.mark.parametrize(
    ("as_of", "overdue"), [("2016-07-30", 0), ("2016-07-31", 1), ("2016-10-30", 1), ("2016-10-31", 2)]
)
def test_a_review_is_overdue_thirty_days_after_its_quarter(as_of: str, overdue: int) -> None:
    assert len(position(held(), [], [], day(as_of)).overdue) == overdue


def test_a_review_that_is_held_later_counts_from_then_on() -> None:
    late = [review(Q1, "2016-08-20")]

    assert position(held(), [], late, day("2016-08-19")).overdue == (Q1,)
    assert position(held(), [], late, day("2016-08-20")).overdue == ()


def test_what_is_all_released_needs_no_more_reviews() -> None:
    made = position(held(10), [decided(thousand(10), date="2016-06-30")], [], day("2018-01-01"))

    assert made.left == Money(0)
    assert made.overdue == (Q1,)


def test_before_it_is_set_aside_nothing_is_held() -> None:
    made = position(held(10), [], [], day("2016-03-31"))

    assert (made.held, made.released, made.left, made.overdue) == (Money(0), Money(0), Money(0), ())


def test_more_than_is_left_is_refused() -> None:
    with pytest.raises(NotEnough, match=r"£7,000\.00 left, and £8,000\.00 .*minute 17/2"):
        check_release(
            held(10), [decided(thousand(3))], decided(thousand(8), date="2017-01-01", minute="17/2")
        )
    with pytest.raises(LedgerRefused, match="nothing is released before"):
        check_release(held(10), [], decided(thousand(3), date="2016-03-31"))
    with pytest.raises(NotKnown, match="about other"):
        check_release(held(10), [], decided(thousand(3), hold="other"))
    with pytest.raises(NotKnown):
        position(held(10), [], [review(Q1, "2016-07-20", "other")], day("2016-12-31"))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"kind": "piggy_bank"}, LedgerRefused),
        ({"treatment": "beside"}, LedgerRefused),
        ({"basis": ""}, Incomplete),
        ({"amount": Money(0)}, AmountRefused),
        ({"scheme": "crisis"}, LedgerRefused),
        ({"code": ""}, AccountNotUnderstood),
        ({"source": "a b"}, AccountNotUnderstood),
    ],
)
def test_a_hold_is_whole_by_construction(fields: dict[str, Any], error: type[LedgerRefused]) -> None:
    whole: dict[str, Any] = {
        "code": "pool",
        "kind": "risk_share",
        "source": NHS,
        "amount": thousand(1),
        "treatment": "outside",
        "basis": "Clause 12",
        "since": day("2016-04-01"),
    }
    with pytest.raises(error):
        Hold(**(whole | fields))


def test_a_review_is_whole_and_not_before_its_quarter() -> None:
    with pytest.raises(Incomplete, match="words, by, minute"):
        Review("pool", Q1, day("2016-07-01"), "", "", "")
    with pytest.raises(LedgerRefused, match="not held before"):
        review(Q2, "2016-06-30")


@given(st.dates(day("1990-01-01"), day("2090-12-31")))
def test_a_day_lies_in_its_quarter(date: Any) -> None:
    quarter = quarter_of(date)

    assert first_day_of(quarter) <= date < first_day_of(quarter.following)


@given(st.lists(st.tuples(st.dates(day("2016-04-01"), day("2018-03-31")), st.integers(1, 500)), max_size=6))
def test_held_less_released_is_left_on_every_day(drawn: list[tuple[Any, int]]) -> None:
    hold = Hold("pool", "reserve", NHS, Money(3000), "within", "Plan", day("2016-04-01"))
    decisions = [Decision("pool", date, Money(amount), "a", "b", "c", "d") for date, amount in drawn]
    for as_of in ("2016-03-31", "2016-04-01", "2017-01-01", "2018-04-01"):
        made = position(hold, decisions, [], day(as_of))
        assert made.held == made.released + made.left
        assert made.released.pence == sum(amount for date, amount in drawn if date <= day(as_of))


def test_the_document_of_a_hold() -> None:
    made = holds_document([position(held(10), [decided(thousand(3))], [], day("2016-12-31"))])[0]

    assert (made["held_pence"], made["released_pence"], made["left_pence"]) == (1_000_000, 300_000, 700_000)
    assert made["decisions"][0]["minute"] == "16/42"
    assert made["overdue"] == ["2016/17 Q1", "2016/17 Q2"]


def _users(pattern: str) -> set[str]:
    sources = PACKAGE.joinpath("fund").rglob("*.py")
    return {path.name for path in sources if re.search(pattern, path.read_text("utf-8"))}


def test_nothing_in_the_library_releases_by_itself() -> None:
    assert _users(r"(?<!def )\brelease_hold\(") == set()
    assert _users(r"\bDecision\(") <= {"recording.py"}, (
        "a decision is read from a row that people wrote, and never made"
    )
