"""Whether a body is quorate: enough members, and enough of each class.

A seat counts when its term covers the day, it votes, and whoever sits in it is in the room and may take part. A substitute
counts in the class of the member whose seat they take. A body without members is never quorate.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from leftshift.programme.boards.agenda import is_there
from leftshift.programme.boards.rows import Attendance, Body, Member, QuorumClass
from leftshift.programme.boards.words import counted, plain


@dataclass(frozen=True)
class ClassCount:
    """How many of a class are needed and present."""

    class_name: str
    needed: int
    present: int

    def document(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {"class": self.class_name, "needed": self.needed, "present": self.present}


@dataclass(frozen=True)
class Seat:
    """A seat of a body on a day, who sits in it, and why it does not count where it does not."""

    holder: Member
    sits: str
    not_counted: str

    @property
    def counts(self) -> bool:
        """Whether it counts towards the quorum."""
        return not self.not_counted


@dataclass(frozen=True)
class Quorate:
    """The answer: whether a body is quorate, who counts, what is short."""

    quorate: bool
    needed: int
    seats: tuple[Seat, ...]
    by_class: tuple[ClassCount, ...]
    short: tuple[str, ...]

    @property
    def present(self) -> tuple[str, ...]:
        """Those who count, each as who sits in the seat."""
        return tuple(seat.sits for seat in self.seats if seat.counts)

    @property
    def words(self) -> str:
        """The answer in a sentence."""
        if self.quorate:
            return f"Quorate: {len(self.present)} of at least {self.needed} present."
        return f"Not quorate: {'; '.join(self.short)}."


@dataclass(frozen=True)
class Sitting:
    """What decides who counts at a moment: the day, the item (empty: the opening), and who may not take part in it.

    ``first`` is the item with which the agenda begins.
    """

    on: date
    at_item: str = ""
    excluded: frozenset[str] = frozenset()
    first: str = ""


def quorum(
    body: Body,
    classes: Iterable[QuorumClass],
    members: Iterable[Member],
    attendance: Iterable[Attendance],
    sitting: Sitting,
) -> Quorate:
    """Decide whether a body is quorate. Rows of other bodies are passed over; attendance is that of one meeting."""
    own = [row for row in members if row.body == body.body]
    seats = seats_of(body, own, list(attendance), sitting)
    counting = [seat for seat in seats if seat.counts]
    by_class = tuple(
        ClassCount(
            row.class_name,
            row.at_least,
            sum(seat.holder.class_name == row.class_name for seat in counting),
        )
        for row in classes
        if row.body == body.body
    )
    short = tuple(_short(body, own, seats, by_class))
    return Quorate(not short, body.quorum, tuple(seats), by_class, short)


def _short(
    body: Body, members: list[Member], seats: list[Seat], by_class: Collection[ClassCount]
) -> Iterator[str]:
    present = sum(seat.counts for seat in seats)
    if not members:
        yield f"{body.name} has no members, so that it can never be quorate"
    elif not seats:
        yield f"{body.name} has no member who votes and whose term covers the day"
    elif present < body.quorum:
        yield f"{counted(present, 'member')} present, {body.quorum} needed"
    if seats:
        for count in by_class:
            if count.present < count.needed:
                yield f"{count.present} of the class {plain(count.class_name)} present, {count.needed} needed"


def seats_of(
    body: Body, members: Collection[Member], attendance: Collection[Attendance], sitting: Sitting
) -> list[Seat]:
    """The seats of a body on a day, each with who sits in it and whether that counts."""
    rows = {row.member: row for row in attendance}
    holders = {
        row.member: row for row in reversed(list(members)) if row.has_seat and row.serves_on(sitting.on)
    }
    named = {
        (row.substitute_for, row.member)
        for row in members
        if row.substitute_for and row.votes and row.role != "in_attendance" and row.serves_on(sitting.on)
    }
    taken: set[str] = set()
    seats = []
    for row in members:
        if holders.get(row.member) is not row:
            continue
        sits = _who_sits(row, rows, taken)
        why = _why_not(body, row, sits, rows, sitting, lambda pair: pair in named and pair[1] not in holders)
        seats.append(Seat(row, sits, why))
    return seats


def _who_sits(holder: Member, rows: dict[str, Attendance], taken: set[str]) -> str:
    """The holder, or the substitute where the holder is not there; nobody sits in two seats."""
    row = rows.get(holder.member)
    if row is None or row.state in {"present", "remote"} or not row.substitute:
        return holder.member
    if row.substitute in taken:
        return holder.member
    taken.add(row.substitute)
    return row.substitute


def _why_not(
    body: Body,
    holder: Member,
    sits: str,
    rows: dict[str, Attendance],
    sitting: Sitting,
    is_named: Callable[[tuple[str, str]], bool],
) -> str:
    row = rows.get(sits)
    if sits != holder.member:
        if not is_named((holder.member, sits)):
            return f"{sits} is not named as a substitute for {holder.member}, or has a seat of their own"
        if row is None:  # a substitute needs no row of their own: the member's says that they were there
            row = Attendance(
                meeting="", member=sits, state="present", source=holder.source, basis=holder.basis
            )
    if row is None:
        return "attendance not recorded"
    if row.state not in {"present", "remote"}:
        return row.state
    if row.state == "remote" and not body.remote_counts:
        return "takes part from elsewhere, which this body does not count"
    if not is_there(row, sitting.at_item, sitting.first):
        return "not in the room"
    if sits in sitting.excluded and not body.excluded_count:
        return "may not take part in the item"
    return ""
