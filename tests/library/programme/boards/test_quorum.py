"""Quorum: boards whose rules are published, for every attendance; every kind of seat against a second implementation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.programme.boards.agenda import item_key
from leftshift.programme.boards.deciding import quorum_at
from leftshift.programme.boards.quorum import Quorate, Sitting, quorum
from leftshift.programme.boards.rows import Attendance, Body, Member, QuorumClass
from tests.library.programme.boards.tables import (
    DAY,
    boards,
    body,
    item,
    meeting,
    rule,
    seat,
    slow_present,
    was,
)

# A board of eleven: two of CCGs, three of the county, three of districts, three others.
PREVENTION = [
    *(seat(f"ccg_{at}", "ccg") for at in range(2)),
    *(seat(f"county_{at}", "county_council") for at in range(3)),
    *(seat(f"district_{at}", "district_council") for at in range(3)),
    *(seat(f"other_{at}", "other") for at in range(3)),
]
BCP = [
    *(seat(f"councillor_{at}", "councillor") for at in range(4)),
    *(seat(f"nhs_{at}", "nhs") for at in range(4)),
    seat("director", "director_of_public_health"),
    *(seat(f"other_{at}", "other") for at in range(3)),
]


def _of(present: set[str], start: str) -> int:
    return sum(name.startswith(start) for name in present)


def _prevention(present: set[str]) -> bool:
    """Six members, of them at least one of a CCG, the county council and a district council (board_rules.csv)."""
    classes = [_of(present, start) >= 1 for start in ("ccg", "county", "district")]
    return len(present) >= 6 and all(classes)


def _bcp(present: set[str]) -> bool:
    """Seven, with a councillor, a representative of the NHS and the director of public health (planning.md, section 4)."""
    return (
        len(present) >= 7
        and _of(present, "councillor") >= 1
        and _of(present, "nhs") >= 1
        and "director" in present
    )


RULES: dict[str, tuple[int, list[Member], list[QuorumClass], Callable[[set[str]], bool]]] = {
    "Unified Prevention Board": (
        6,
        PREVENTION,
        [rule("ccg"), rule("county_council"), rule("district_council")],
        _prevention,
    ),
    "West Berks": (4, [seat(f"m{at}") for at in range(9)], [], lambda present: len(present) >= 4),
    "Luton": (7, [seat(f"m{at}") for at in range(12)], [], lambda present: len(present) >= 7),
    "BCP, as proposed": (7, BCP, [rule("councillor"), rule("nhs"), rule("director_of_public_health")], _bcp),
}


@pytest.mark.parametrize("name", RULES)
def test_quorum_of_a_published_rule_for_every_attendance(name: str) -> None:
    needed, members, classes, right = RULES[name]
    own = body(name=name, quorum=needed)
    quorate = 0
    for states in product((True, False), repeat=len(members)):
        present = {member.member for member, there in zip(members, states, strict=True) if there}
        rows = [was(member.member, "present" if member.member in present else "absent") for member in members]
        found = quorum(own, classes, members, rows, Sitting(DAY))
        assert found.quorate is right(present), present
        assert bool(found.short) is not found.quorate
        quorate += found.quorate

    assert 0 < quorate < 2 ** len(members)


def test_six_of_the_prevention_board_without_a_district_council_are_not_quorate() -> None:
    present = ["ccg_0", "ccg_1", "county_0", "county_1", "county_2", "other_0"]
    classes = RULES["Unified Prevention Board"][2]

    found = quorum(body(quorum=6), classes, PREVENTION, [was(name) for name in present], Sitting(DAY))

    assert not found.quorate
    assert found.short == ("0 of the class district council present, 1 needed",)
    assert found.words == "Not quorate: 0 of the class district council present, 1 needed."
    counts = [(row.class_name, row.present, row.needed) for row in found.by_class]
    assert counts == [("ccg", 2, 1), ("county_council", 3, 1), ("district_council", 0, 1)]


def test_a_board_without_members_is_never_quorate_and_says_so() -> None:
    found = quorum(body(quorum=1), [], [], [was("nobody")], Sitting(DAY))

    assert not found.quorate
    assert found.words == "Not quorate: The board has no members, so that it can never be quorate."


def _asked(members: list[Member], rows: list[Attendance], **given: Any) -> Quorate:
    return quorum(
        body(**given.pop("body", {})), given.pop("classes", []), members, rows, Sitting(DAY, **given)
    )


def test_who_has_no_vote_is_in_attendance_or_out_of_term_does_not_count() -> None:
    members = [
        seat("a"),
        seat("b", votes=False),
        seat("c", role="in_attendance"),
        seat("d", ends=DAY - timedelta(days=1)),
        seat("e", begins=DAY + timedelta(days=1)),
        seat("f", begins=DAY, ends=DAY),
    ]

    assert _asked(members, [was(row.member) for row in members]).present == ("a", "f")


def test_a_substitute_counts_for_the_class_of_the_member_and_only_once() -> None:
    members = [
        seat("a", "nhs"),
        seat("b", "council"),
        seat("s", "", substitute_for="a"),
        seat("c", "council"),
    ]
    away = was("a", "apologies", substitute="s")

    found = _asked(members, [away, was("b")], classes=[rule("nhs"), rule("council")])
    assert found.quorate
    assert found.present == ("s", "b")

    # for a member that they are not named for, or who is there, they do not count
    assert _asked(members, [was("b", "apologies", substitute="s"), was("a")]).present == ("a",)
    assert _asked(members, [was("a", substitute="s")]).present == ("a",)
    # who has a seat cannot take a second one
    both = [*members, seat("c", begins=DAY, substitute_for="a")]
    assert _asked(both, [was("a", "absent", substitute="c"), was("c")]).present == ("c",)


def test_who_may_not_take_part_does_not_count_unless_the_body_says_so() -> None:
    members, rows = [seat("a"), seat("b")], [was("a"), was("b")]

    assert not _asked(members, rows, at_item="3", excluded=frozenset("b")).quorate
    assert _asked(members, rows, at_item="3", excluded=frozenset("b"), body={"excluded_count": True}).quorate


def test_who_came_late_or_left_early_counts_for_the_items_between() -> None:
    rows = [was("a"), was("b", arrived_item="3", left_item="10")]
    members = [seat("a"), seat("b")]

    counts = {
        at: len(_asked(members, rows, at_item=at).present) for at in ("", "2", "3", "9", "9b", "10", "11")
    }

    assert counts == {"": 1, "2": 1, "3": 2, "9": 2, "9b": 2, "10": 1, "11": 1}


def test_items_are_in_the_order_in_which_people_number_them() -> None:
    given = ["10", "5b", "5", "1", "A2", "5a", "2", "05", "A10"]

    assert sorted(given, key=item_key) == ["1", "2", "5", "05", "5a", "5b", "10", "A2", "A10"]


NAMES = st.sampled_from([f"m{at}" for at in range(7)])
DAYS = st.sampled_from([None, DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)])
ITEMS = st.sampled_from(["", "1", "2", "2a", "3", "10"])


@st.composite
def _members(draw: st.DrawFn) -> list[Member]:
    found: dict[tuple[str, date | None], Member] = {}
    for name in draw(st.lists(NAMES, max_size=10)):
        begins = draw(DAYS)
        found[name, begins] = seat(
            name,
            draw(st.sampled_from(["x", "y", ""])),
            begins=begins,
            ends=draw(DAYS),
            votes=draw(st.sampled_from([True, True, True, False])),
            role=draw(st.sampled_from(["member", "member", "chair", "in_attendance"])),
            substitute_for=draw(st.sampled_from(["", "", "m0", "m1"])),
            body=draw(st.sampled_from(["board", "board", "board", "another"])),
        )
    return list(found.values())


@st.composite
def _rows(draw: st.DrawFn) -> list[Attendance]:
    names = draw(st.lists(NAMES, max_size=7, unique=True))
    states = st.sampled_from(["present", "present", "remote", "apologies", "absent"])
    return [
        was(
            name,
            draw(states),
            substitute=draw(st.one_of(st.just(""), NAMES)),
            arrived_item=draw(st.one_of(st.just(""), ITEMS)),
            left_item=draw(st.one_of(st.just(""), ITEMS)),
        )
        for name in names
    ]


@given(
    _members(),
    _rows(),
    ITEMS,
    st.frozensets(NAMES, max_size=3),
    st.booleans(),
    st.booleans(),
    st.integers(1, 5),
)
def test_quorum_is_what_the_slow_way_says(
    members: list[Member],
    rows: list[Attendance],
    at_item: str,
    excluded: frozenset[str],
    remote: bool,
    counted: bool,
    needed: int,
) -> None:
    own: Body = body(quorum=needed, remote_counts=remote, excluded_count=counted)
    found = quorum(own, [rule("x"), rule("y", 2)], members, rows, Sitting(DAY, at_item, excluded))
    slow = slow_present(own, members, rows, on=DAY, at_item=at_item, excluded=excluded)

    assert list(found.present) == [name for name, _ in slow]
    classes = [class_name for _, class_name in slow]
    right = len(slow) >= needed and classes.count("x") >= 1 and classes.count("y") >= 2
    assert found.quorate is right


def test_whoever_was_there_for_the_first_item_was_there_at_the_opening() -> None:
    met = meeting()
    for first, there in (("1", True), ("2", False)):
        given = boards(
            body(), met, seat("a"), seat("b"), item("1"), item("2"), was("a", arrived_item=first), was("b", arrived_item=first)
        )  # fmt: skip
        assert quorum_at(given, met).quorate is there
        assert quorum_at(given, met, "2").quorate
