"""Small boards for tests, and the quorum in a second, slow and obvious way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from leftshift.programme.boards import rows
from leftshift.programme.boards.agenda import item_key
from leftshift.programme.boards.boards import Boards

SAID: dict[str, Any] = {"source": "a test", "basis": "assumed"}
DAY = date(2026, 3, 12)


def body(**given: Any) -> rows.Body:
    return rows.Body(**{"body": "board", "name": "The board", "quorum": 2, **SAID, **given})


def seat(name: str, class_name: str = "", **given: Any) -> rows.Member:
    return rows.Member(
        **{"member": name, "body": "board", "name": name.upper(), "class_name": class_name, **SAID, **given}
    )


def rule(class_name: str, at_least: int = 1) -> rows.QuorumClass:
    return rows.QuorumClass(body="board", class_name=class_name, at_least=at_least, **SAID)


def meeting(**given: Any) -> rows.Meeting:
    return rows.Meeting(**{"meeting": "met", "body": "board", "date": DAY, **SAID, **given})


def item(number: str, **given: Any) -> rows.AgendaItem:
    return rows.AgendaItem(
        **{"meeting": "met", "item": number, "title": f"Item {number}", "kind": "procedure", **SAID, **given}
    )


def was(name: str, state: str = "present", **given: Any) -> rows.Attendance:
    return rows.Attendance(**{"meeting": "met", "member": name, "state": state, **SAID, **given})


def declared(name: str, number: str, **given: Any) -> rows.Declaration:
    return rows.Declaration(
        **{"meeting": "met", "item": number, "member": name, "kind": "financial", "what": "owns it", **SAID, **given}
    )  # fmt: skip


def decided(number: str, letter: str, **given: Any) -> rows.Decision:
    return rows.Decision(
        **{"meeting": "met", "item": number, "resolution": letter, "text": "So be it.", "outcome": "agreed", **SAID, **given}
    )  # fmt: skip


def boards(*given: Any, **more: Any) -> Boards:
    """Boards from rows of any table, in any order."""
    names = {row_type: name for name, row_type in rows.ROW_TYPES.items()}
    tables: dict[str, list[Any]] = {}
    for row in given:
        tables.setdefault(names[type(row)], []).append(row)
    return Boards.of(tables, **more)


def slow_present(
    own: rows.Body,
    members: Sequence[rows.Member],
    attendance: Sequence[rows.Attendance],
    *,
    on: date,
    at_item: str = "",
    excluded: frozenset[str] = frozenset(),
) -> list[tuple[str, str]]:
    """Who counts, and for which class: every seat is looked at by itself, by the words of the rules, one after the other."""
    counted: list[tuple[str, str]] = []
    used: list[str] = []
    done: list[str] = []
    for member in members:
        if member.body != own.body or member.member in done or not _is_seat(member, on):
            continue
        done.append(member.member)
        sits, state, arrived, left = _sits(own, members, attendance, member.member, used, on)
        there = state == "present" or (state == "remote" and own.remote_counts)
        may = own.excluded_count or sits not in excluded
        if there and may and _in_room(arrived, left, at_item):
            counted.append((sits, member.class_name))
    return counted


def _is_seat(member: rows.Member, on: date) -> bool:
    if not member.votes or member.role == "in_attendance" or member.substitute_for:
        return False
    return not ((member.begins and on < member.begins) or (member.ends and on > member.ends))


def _sits(
    own: rows.Body,
    members: Sequence[rows.Member],
    attendance: Sequence[rows.Attendance],
    name: str,
    used: list[str],
    on: date,
) -> tuple[str, str, str, str]:
    for row in attendance:
        if row.member != name or row.state in ("present", "remote"):
            continue
        if row.substitute and row.substitute not in used:
            used.append(row.substitute)
            state, arrived, left = _state(attendance, row.substitute, otherwise="present")
            allowed = _may_stand_in(members, own, name, row.substitute, on)
            return row.substitute, state if allowed else "absent", arrived, left
    return name, *_state(attendance, name)


def _state(
    attendance: Sequence[rows.Attendance], name: str, otherwise: str = "absent"
) -> tuple[str, str, str]:
    for row in attendance:
        if row.member == name:
            return row.state, row.arrived_item, row.left_item
    return otherwise, "", ""


def _may_stand_in(
    members: Sequence[rows.Member], own: rows.Body, principal: str, name: str, on: date
) -> bool:
    named = False
    for member in members:
        if member.body != own.body or member.member != name:
            continue
        if (member.begins and on < member.begins) or (member.ends and on > member.ends):
            continue
        if not member.votes or member.role == "in_attendance":
            continue
        if not member.substitute_for:
            return False
        named = named or member.substitute_for == principal
    return named


def _in_room(arrived: str, left: str, at_item: str) -> bool:
    if at_item == "":
        return arrived == ""
    if arrived and item_key(at_item) < item_key(arrived):
        return False
    return not (left and item_key(at_item) >= item_key(left))
