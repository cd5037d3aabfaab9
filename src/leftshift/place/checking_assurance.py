"""Named checks of the tables of quality assurance: who verified or accepted what, and whether that exists."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.foundation.faults import Fault, near_miss
from leftshift.place.assurance import DIGEST, verifiable_tables
from leftshift.place.place import Place
from leftshift.place.rows import Limit, Verification
from leftshift.place.schema import catalogue
from leftshift.place.seen import Seen, fault_at

_PRINTED = "the twelve characters that leftshift qa prints"


def verifications(place: Place, seen: Seen) -> Iterator[Fault]:
    """A verification is of something that is there, by somebody who holds the role, with what has to be said."""
    for row in place.verifications:
        yield from _subject(row)
        yield from _holder(place, row, row.role, seen)
        yield from _digest(row)
        if row.kind == "purpose" and row.role != "approver":
            yield fault_at(
                row,
                "role",
                "not one of the choices",
                expected="approver: only who answers for a plan says what it is fit for",
                action="Correct the role, or leave the row out",
            )
        if row.outcome != "confirmed" and not row.remarks:
            yield _missing(row, "remarks", f"what is to be said, as the outcome is {row.outcome}")


def limits(place: Place, seen: Seen) -> Iterator[Fault]:
    """A limit is about something that is there; who accepts it says so with a date, and for which content."""
    for row in place.limits:
        if row.kind is not None:
            yield from _subject(row)
            yield from _digest(row) if row.digest or row.accepted_by else ()
        else:
            yield from _without_kind(row)
        yield from _acceptance(place, row, seen)


def _without_kind(row: Limit) -> Iterator[Fault]:
    for column in ("item", "digest"):
        if getattr(row, column):
            yield fault_at(
                row,
                column,
                "nothing uses it",
                expected="a kind beside it, or an empty cell",
                action="Say in kind what the limit is about, or clear the cell",
            )


def _acceptance(place: Place, row: Limit, seen: Seen) -> Iterator[Fault]:
    if row.accepted_by is None:
        for column in ("holder", "accepted_on", "review_by"):
            if getattr(row, column):
                yield fault_at(
                    row,
                    column,
                    "nothing uses it",
                    expected="a role in accepted_by, or an empty cell",
                    action="Say which role accepts the limit, or clear the cell",
                )
        return
    accepting = [name for name, about in catalogue("roles").items() if about["may_accept"]]
    if row.accepted_by not in accepting:
        yield fault_at(
            row,
            "accepted_by",
            "not one of the choices",
            expected="a role that may accept a limit: " + " or ".join(accepting),
            action="Ask one of them, or leave the cell empty",
        )
    if not row.holder:
        yield _missing(row, "holder", "who accepted it")
    else:
        yield from _holder(place, row, row.accepted_by, seen)
    if row.accepted_on is None:
        yield _missing(row, "accepted_on", "the day on which it was accepted")
    elif row.review_by is not None and row.review_by < row.accepted_on:
        yield fault_at(
            row,
            "review_by",
            "dates do not follow",
            expected=f"a day after {row.accepted_on}",
            action="Correct one of the dates",
        )


def _subject(row: Verification | Limit) -> Iterator[Fault]:
    assert row.kind is not None
    about = catalogue("subjects")[row.kind]
    if isinstance(row, Limit) and not about["accept"]:
        accepted = ", ".join(name for name, entry in catalogue("subjects").items() if entry["accept"])
        yield fault_at(
            row, "kind", "not one of the choices", expected=f"one of {accepted}", action="Use one of them"
        )
    elif about["item"] == "none":
        if row.item:
            yield fault_at(
                row,
                "item",
                "nothing uses it",
                expected=f"an empty cell: {row.kind} has no item",
                action="Clear it",
            )
    elif not row.item:
        yield _missing(row, "item", f"which {about['item']}" if about["item"] != "words" else "the purpose")
    elif row.kind == "table":
        yield from _table(row)


def _table(row: Verification | Limit) -> Iterator[Fault]:
    known = verifiable_tables()
    if row.item not in known:
        yield fault_at(
            row,
            "item",
            "unknown table",
            expected="the name of a table of the place, without .csv",
            action="Correct it",
            suggestion=near_miss(row.item, known),
        )


def _holder(place: Place, row: Verification | Limit, role: str, seen: Seen) -> Iterator[Fault]:
    holders = {entry.holder for entry in place.assurance_roles if entry.role == role}
    if row.holder not in holders and holders and seen.is_sound("assurance_roles"):
        yield fault_at(
            row,
            "holder",
            "unknown holder",
            expected=f"a holder of the role {role} in assurance_roles.csv",
            action="Correct it, or add the holder to assurance_roles.csv",
            suggestion=near_miss(row.holder, holders),
        )


def _digest(row: Verification | Limit) -> Iterator[Fault]:
    if not row.digest:
        yield _missing(row, "digest", _PRINTED)
    elif not DIGEST.match(row.digest):
        yield fault_at(
            row,
            "digest",
            "digest not understood",
            expected=_PRINTED,
            action="Copy them from what leftshift qa prints; where a spreadsheet made a number of them, format the column as text",
        )


def _missing(row: Verification | Limit, column: str, expected: str) -> Fault:
    return fault_at(row, column, "missing value", found="", expected=expected, action="Fill in the cell")
