"""Interests: what has to be declared by when, and who may not take part in which item.

A declaration at the meeting says what happened. Where there is none, the register speaks: an entry whose ``concerns`` meets
that of the item. Both are tied to the item.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from leftshift.programme.boards.boards import Boards
from leftshift.programme.boards.parameters import parameter
from leftshift.programme.boards.rows import AgendaItem, Interest, Meeting, Member, name_key, names_in
from leftshift.programme.boards.words import counted, day_words, plain


@dataclass(frozen=True)
class Entry:
    """An entry of the register by its rules: until when it was to be declared, and whether it was."""

    interest: Interest
    due: date | None
    state: str
    words: str

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON; of a sensitive interest without what it is."""
        row = self.interest
        return {
            "interest": row.interest,
            "body": row.body,
            "member": row.member,
            "kind": row.kind,
            "what": None if row.sensitive else row.what,
            "withheld": "a sensitive interest" if row.sensitive else None,
            "since": str(row.since),
            "due": None if self.due is None else str(self.due),
            "done": None if row.declared_on is None else str(row.declared_on),
            "state": self.state,
            "words": self.words,
        }


@dataclass(frozen=True)
class Exclusion:
    """A member who may not take part in an item, or not vote on it, and why."""

    meeting: str
    item: str
    member: str
    why: str
    leaves: bool
    by: str
    rule: str = ""

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "meeting": self.meeting,
            "item": self.item,
            "member": self.member,
            "why": self.why,
            "leaves": self.leaves,
            "votes": False,
            "by": self.by,
            "rule": self.rule,
        }


def not_needed(interest: Interest) -> str:
    """Why an interest is below what has to be declared; empty where it has to be, or where its size is not known."""
    if interest.is_gift:
        most = parameter("gifts_above")
        if interest.value is not None and interest.value.pence <= most * 100:
            return f"a gift of {interest.value.brief}, and only those above £{most:,} are declared"
        return ""
    if not interest.is_securities or interest.value is None or interest.share is None:
        return ""
    most, part = parameter("securities_above"), parameter("securities_share_above")
    if interest.value.pence <= most * 100 and interest.share <= part:
        return (
            f"securities of {interest.value.brief}, at most £{most:,}, and at most {part:.0%} of their class"
        )
    return ""


def due_day(interest: Interest, boards: Boards) -> date | None:
    """The last day to declare: 28 days after it arose, or after the first term of its time began where that was later.

    None where it arose and ended while its member served no term.
    """
    own = [row for row in boards.members_of(interest.body) if row.member == interest.member]
    begins = [
        row.begins or date.min
        for row in own
        if (row.ends is None or row.ends >= interest.since)
        and (interest.ended is None or row.begins is None or row.begins <= interest.ended)
    ]
    if own and not begins:
        return None
    latest = max(interest.since, min(begins, default=date.min))
    return latest + timedelta(days=parameter("declare_within_days"))


def register(boards: Boards, as_of: date) -> list[Entry]:
    """Every entry of the register by its rules, as of a day."""
    return [_entry(row, boards, as_of) for row in boards.interests]


def _entry(row: Interest, boards: Boards, as_of: date) -> Entry:
    if why := not_needed(row):
        return Entry(row, None, "not needed", f"Did not have to be declared: {why}.")
    due = due_day(row, boards)
    if due is None:
        return Entry(
            row,
            None,
            "not needed",
            "Did not have to be declared: it ended before a term began, or arose after the last.",
        )
    done = row.declared_on if row.declared_on and row.declared_on <= as_of else None
    if done:
        late = (done - due).days
        if late > 0:
            words = f"Declared on {day_words(done)}, {counted(late, 'day')} after {day_words(due)}."
            return Entry(row, due, "late", words)
        return Entry(row, due, "met", f"Declared on {day_words(done)}.")
    if as_of > due:
        return Entry(row, due, "overdue", f"Not declared; it was due by {day_words(due)}.")
    return Entry(row, due, "due", f"To be declared by {day_words(due)}.")


def exclusions(boards: Boards, meeting: Meeting) -> list[Exclusion]:
    """Who may not take part in which item of a meeting: each member once an item, with every reason."""
    if meeting.cancelled:
        return []
    kept: dict[Meeting, list[Exclusion]] = boards.worked_out.setdefault("exclusions", {})
    if meeting not in kept:
        items = boards.agenda_of(meeting.meeting)
        kept[meeting] = [found for item in items for found in _of_item(boards, meeting, item)]
    return kept[meeting]


def excluded(found: list[Exclusion], item: str) -> frozenset[str]:
    """Who of these may not take part in an item."""
    return frozenset(row.member for row in found if row.item == item)


def _of_item(boards: Boards, meeting: Meeting, item: AgendaItem) -> Iterator[Exclusion]:
    for member in _concerned(boards, meeting, item):
        reasons = list(_reasons(boards, meeting, item, member))
        if reasons:
            why = "; ".join(dict.fromkeys(reason.why for reason in reasons))
            first = reasons[0]
            # what was declared and ruled on goes before what the register alone says; a senior role always leaves
            leaves = first.leaves or any(reason.leaves for reason in reasons if reason.by == "senior role")
            yield Exclusion(meeting.meeting, item.item, member, why, leaves, first.by, first.rule)


def _concerned(boards: Boards, meeting: Meeting, item: AgendaItem) -> list[str]:
    """Members for whom there may be a reason: the rest need not be looked at."""
    own = {row.member for row in boards.members_of(meeting.body) if row.serves_on(meeting.date)}
    some = {row.member for row in boards.declarations_of(meeting.meeting) if row.item == item.item}
    if item.concerns:
        some |= {name for name in own if boards.interests_of(name)}
    if item.takes_part_by == "plan_area":
        some |= {row.member for row in boards.members_of(meeting.body) if row.senior_in}
    return sorted(some & own)


def _reasons(boards: Boards, meeting: Meeting, item: AgendaItem, member: str) -> Iterator[Exclusion]:
    kept = [row for row in boards.interests_of(member) if row.sensitive]
    for row in boards.declarations_of(meeting.meeting):
        if row.member == member and row.item == item.item:
            # what the register withholds stays withheld where its member declares it
            is_kept = any(
                matches(each, item, meeting.date) or name_key(each.what) == name_key(row.what)
                for each in kept
            )
            why = f"declared a {plain(row.kind)} interest: {'withheld as sensitive' if is_kept else row.what}"
            yield _because(meeting, item, member, why, row.leaves, "declaration", row.by_rule)
    for seat in boards.members_of(meeting.body):
        if seat.member == member and _is_senior(seat, item, meeting.date):
            why = f"has a senior role in a plan area that the item concerns: {_shared(seat.senior_in, item)}"
            rule = "confirm and challenge: members with a senior role in the plan area take no part"
            yield _because(meeting, item, member, why, True, "senior role", rule)
    for interest in boards.interests_of(member):
        if matches(interest, item, meeting.date):
            words = "withheld as sensitive" if interest.sensitive else interest.what
            why = f"has a {plain(interest.kind)} interest in the register: {words}"
            leaves = bool(parameter(f"leaves_{interest.kind}"))
            yield _because(meeting, item, member, why, leaves, "register", "")


def _because(
    meeting: Meeting, item: AgendaItem, member: str, why: str, leaves: bool, by: str, rule: str
) -> Exclusion:
    return Exclusion(meeting.meeting, item.item, member, why, leaves, by, rule)


def _is_senior(seat: Member, item: AgendaItem, day: date) -> bool:
    meets = names_in(seat.senior_in) & names_in(item.concerns)
    return item.takes_part_by == "plan_area" and seat.serves_on(day) and bool(meets)


def _shared(text: str, item: AgendaItem) -> str:
    return ", ".join(sorted(plain(name) for name in names_in(text) & names_in(item.concerns)))


def matches(interest: Interest, item: AgendaItem, day: date) -> bool:
    """Whether an entry of the register, as it stood on a day, concerns an item. What need not be declared matches nothing."""
    return stood_on(interest, day) and bool(names_in(interest.concerns) & names_in(item.concerns))


def stood_on(interest: Interest, day: date) -> bool:
    """Whether an entry of the register stood on a day and had to be declared."""
    stood = interest.since <= day and (interest.ended is None or day <= interest.ended)
    return stood and not not_needed(interest)
