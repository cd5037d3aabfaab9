"""The register by its rules, and who may not take part in which item."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.money import Money
from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.checking import check_boards
from leftshift.programme.boards.deciding import quorum_at, rulings
from leftshift.programme.boards.interests import exclusions, not_needed, register
from leftshift.programme.boards.rows import Interest
from tests.library.programme.boards.tables import (
    DAY,
    SAID,
    boards,
    body,
    decided,
    declared,
    item,
    meeting,
    seat,
    was,
)

SINCE = date(2026, 1, 5)


def interest(**given: Any) -> Interest:
    base: dict[str, Any] = {
        "interest": "i",
        "body": "board",
        "member": "a",
        "kind": "financial",
        "what": "a firm",
    }
    return Interest(**{**base, "since": SINCE, **SAID, **given})


def _state(row: Interest, as_of: date = DAY, **term: Any) -> str:
    return register(boards(body(), seat("a", **term), row), as_of)[0].state


def test_28_days_from_when_it_arose() -> None:
    # 5 January + 28 days is 2 February
    last = date(2026, 2, 2)

    assert _state(interest(declared_on=last)) == "met"
    assert _state(interest(declared_on=last + timedelta(days=1))) == "late"
    assert _state(interest(), last) == "due"
    assert _state(interest(), last + timedelta(days=1)) == "overdue"


@pytest.mark.parametrize(
    ("since", "ended", "due"),
    [
        (
            date(2023, 1, 1),
            None,
            date(2026, 6, 17),
        ),  # between two terms: 28 days from the second, 20 May 2026
        (date(2020, 6, 1), None, date(2020, 6, 29)),  # within the first
        (date(2019, 1, 1), None, date(2020, 1, 29)),  # before the first: 28 days from 1 January 2020
        (date(2023, 1, 1), date(2024, 1, 1), None),  # arose and ended between the two
        (date(2026, 6, 1), None, date(2026, 6, 29)),
    ],
)
def test_a_member_who_comes_back_declares_anew(since: date, ended: date | None, due: date | None) -> None:
    terms = [
        seat("a", begins=date(2020, 1, 1), ends=date(2021, 12, 31)),
        seat("a", begins=date(2026, 5, 20)),
    ]
    (entry,) = register(boards(body(), *terms, interest(since=since, ended=ended)), DAY)
    assert entry.due == due
    assert (entry.state == "not needed") is (due is None)


def test_what_the_register_withholds_stays_withheld_where_it_is_declared() -> None:
    kept = interest(what="Secret firm", sensitive=True, concerns="beds", declared_on=SINCE)
    for what in ("Secret firm", "the secret  firm of my brother"):
        given = boards(
            body(), meeting(), seat("a"), seat("b"), was("a"), was("b"), item("1", concerns="beds"), declared("a", "1", what=what), kept
        )  # fmt: skip
        (found,) = exclusions(given, given.meetings[0])
        assert "ecret" not in found.why
        assert "withheld as sensitive" in found.why


def test_28_days_from_when_the_term_began_where_that_was_later() -> None:
    # held since 2019; the term began on 1 February 2026, so that 1 March is the last day
    old = date(2019, 1, 1)

    assert _state(interest(since=old, declared_on=date(2026, 3, 1)), begins=date(2026, 2, 1)) == "met"
    assert _state(interest(since=old, declared_on=date(2026, 3, 2)), begins=date(2026, 2, 1)) == "late"


@pytest.mark.parametrize(
    ("pounds", "share", "needed"),
    [
        (25_000, 0.01, False),
        (25_001, 0.01, True),
        (25_000, 0.011, True),
        (1, 0.5, True),
        (None, 0.001, True),  # what is not known is never taken for small
        (100, None, True),
    ],
)
def test_securities_above_25000_pounds_or_a_hundredth(
    pounds: int | None, share: float | None, needed: bool
) -> None:
    value = None if pounds is None else Money.pounds(pounds)

    assert bool(not_needed(interest(is_securities=True, value=value, share=share))) is not needed


@pytest.mark.parametrize(("pence", "needed"), [(5000, False), (5001, True), (None, True)])
def test_gifts_above_50_pounds(pence: int | None, needed: bool) -> None:
    value = None if pence is None else Money(pence)

    assert bool(not_needed(interest(is_gift=True, value=value))) is not needed


def test_late_and_needless_declarations_are_findings() -> None:
    given = boards(
        body(),
        seat("a"),
        seat("b"),
        interest(declared_on=date(2026, 3, 1)),
        interest(interest="gift", is_gift=True, value=Money(1200), declared_on=SINCE),
        interest(interest="open"),
    )

    kinds = [fault.kind for fault in check_boards(given, DAY).faults]
    assert kinds == ["declared late", "need not be declared", "not declared"]


def _of(given: Boards) -> list[tuple[str, str, bool, str]]:
    return [(row.item, row.member, row.leaves, row.by) for row in exclusions(given, given.meetings[0])]


def test_a_member_with_an_interest_is_excluded_from_the_item_and_from_no_other() -> None:
    given = boards(
        body(), meeting(), seat("a"), seat("b"), interest(concerns="Falls; harbour"),
        item("1"), item("2", concerns="falls"), item("3", concerns="leisure"),
    )  # fmt: skip

    assert _of(given) == [("2", "a", True, "register")]


@pytest.mark.parametrize(
    ("given", "excluded"),
    [
        ({}, True),
        ({"since": DAY}, True),
        ({"since": DAY + timedelta(days=1)}, False),
        ({"ended": DAY}, True),
        ({"ended": DAY - timedelta(days=1)}, False),
        ({"is_gift": True, "value": Money(4000)}, False),
        ({"concerns": ""}, False),
    ],
)
def test_the_register_as_it_stood_on_the_day(given: dict[str, Any], excluded: bool) -> None:
    found = _of(
        boards(body(), meeting(), seat("a"), interest(**{"concerns": "falls", **given}), item("2", concerns="falls"))
    )  # fmt: skip

    assert bool(found) is excluded


def test_who_is_out_of_term_needs_no_exclusion() -> None:
    gone = seat("a", ends=DAY - timedelta(days=1))

    assert _of(boards(body(), meeting(), gone, interest(concerns="falls"), item("2", concerns="falls"))) == []


def test_what_was_declared_goes_before_what_the_register_says() -> None:
    given = boards(
        body(), meeting(), seat("a"), interest(concerns="falls"), item("2", concerns="falls"),
        declared("a", "2", leaves=False, by_rule="dispensation of the monitoring officer"),
    )  # fmt: skip

    (found,) = exclusions(given, given.meetings[0])
    assert (found.leaves, found.by, found.rule) == (
        False,
        "declaration",
        "dispensation of the monitoring officer",
    )
    assert (
        found.why
        == "declared a financial interest: owns it; has a financial interest in the register: a firm"
    )
    assert found.document()["votes"] is False


def test_members_with_a_senior_role_in_a_plan_area_take_no_part() -> None:
    given = boards(
        body(), meeting(), seat("a", senior_in="prevention; urgent_care"), seat("b", senior_in="other"),
        item("2", concerns="prevention", takes_part_by="plan_area"), item("3", concerns="prevention"),
    )  # fmt: skip

    assert _of(given) == [("2", "a", True, "senior role")]


def test_an_excluded_member_does_not_count_and_may_neither_move_nor_vote() -> None:
    given = boards(
        body(quorum=3), meeting(), *(seat(name) for name in "abcd"), *(was(name) for name in "abcd"),
        item("2"), declared("a", "2"),
        decided("2", "a", moved_by="a"), decided("2", "b", votes_for=4), decided("2", "c", votes_for=3),
    )  # fmt: skip
    met = given.meetings[0]

    assert len(quorum_at(given, met).present) == 4
    assert quorum_at(given, met, "2").present == ("b", "c", "d")
    assert [ruling.refused for ruling in rulings(given, met)] == [
        ("moved by a, who may not take part in the item",),
        ("4 votes and abstentions, and 3 were entitled to vote",),
        (),
    ]


def test_without_quorum_at_the_item_a_decision_is_refused() -> None:
    given = boards(
        body(quorum=2), meeting(), seat("a"), seat("b"), was("a"), was("b"), item("1"), item("2"),
        declared("a", "2"), decided("1", "a"), decided("2", "a"), decided("2", "b", outcome="noted"),
    )  # fmt: skip
    checked = check_boards(given, DAY)

    (quorum,) = checked.document()["quorum"]
    assert quorum["quorate"] is True
    (at_item,) = quorum["by_item"]
    assert (at_item["item"], at_item["quorate"], at_item["present"], at_item["excluded"]) == (
        "2",
        False,
        1,
        ["a"],
    )
    assert [row["stands"] for row in checked.document()["decisions"]] == [True, False, True]
    kinds = {fault.kind for fault in checked.faults}
    assert {"decision refused", "not quorate at the item"} <= kinds


def test_what_the_register_has_and_nobody_declared_is_a_finding() -> None:
    given = boards(
        body(quorum=1), meeting(), seat("a"), seat("b"), was("a"), was("b"),
        interest(concerns="falls", declared_on=SINCE), item("2", concerns="falls"),
    )  # fmt: skip

    faults = list(check_boards(given, DAY + timedelta(days=1)).faults)
    assert [fault.kind for fault in faults] == ["not declared at the item"]


def test_a_sensitive_interest_is_registered_and_not_told() -> None:
    given = boards(
        body(), meeting(), seat("a"), seat("b"), item("2", concerns="falls"),
        interest(concerns="falls", declared_on=SINCE, sensitive=True, what="lives at Secret Street"),
    )  # fmt: skip

    assert "Secret" not in str(check_boards(given, DAY).document())


@given(st.lists(st.sampled_from("abcde"), unique=True), st.lists(st.sampled_from("abcde"), unique=True))
def test_excluded_members_never_count(there: list[str], out: list[str]) -> None:
    given = boards(
        body(), meeting(), *(seat(name) for name in "abcde"), *(was(name) for name in there), item("2"),
        *(declared(name, "2") for name in out),
    )  # fmt: skip

    assert set(quorum_at(given, given.meetings[0], "2").present) == set(there) - set(out)
