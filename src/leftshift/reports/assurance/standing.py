"""Which verifications stand, and which limits are accepted, on a day and for the content of a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from leftshift.foundation.faults import Faults
from leftshift.place.assurance import digest_of
from leftshift.place.place import Place
from leftshift.place.rows import Limit, Subject, Verification
from leftshift.place.seen import fault_at

State = Literal["stands", "lapsed", "not confirmed", "accepted", "not accepted"]


@dataclass(frozen=True)
class Standing:
    """Verifications and limits of a place on a day, each with whether it stands and why not."""

    place: Place
    as_of: date

    @cached_property
    def _digests(self) -> dict[tuple[Subject, str], str]:
        rows: list[Verification | Limit] = [*self.place.verifications, *self.place.limits]
        kinds = {(row.kind, row.item) for row in rows if row.kind}
        return {(kind, item): digest_of(self.place, kind, item) for kind, item in kinds}

    def verification(self, row: Verification) -> tuple[State, str]:
        """Whether a verification stands, with the reason where it does not."""
        if row.digest != self._digests[row.kind, row.item]:
            return "lapsed", f"what was verified changed afterwards: it was {row.digest}"
        if row.outcome == "not_confirmed":
            return "not confirmed", row.remarks
        return "stands", ""

    def limit(self, row: Limit) -> tuple[State, str]:
        """Whether a limit is accepted, with the reason where it is not."""
        if row.accepted_by is None:
            return "not accepted", "nobody has accepted it"
        if row.kind and row.digest != self._digests[row.kind, row.item]:
            return "lapsed", f"what was accepted changed afterwards: it was {row.digest}"
        if row.review_by is not None and row.review_by < self.as_of:
            return "lapsed", f"it was to be reviewed by {row.review_by}"
        return "accepted", ""

    def verified(self, kind: Subject, item: str = "") -> Verification | None:
        """The first standing verification of something by an assurer who is not the analyst too; None without one."""
        analysts = {row.holder for row in self.place.assurance_roles if row.role == "analyst"}
        return next(
            (row for row in self._about(kind, item) if row.role == "assurer" and row.holder not in analysts),
            None,
        )

    def refuted(self, kind: Subject, item: str = "") -> Verification | None:
        """A verification of the present content that was not confirmed: no other makes up for it."""
        return next(
            (
                row
                for row in self.place.verifications
                if (row.kind, row.item) == (kind, item) and self.verification(row)[0] == "not confirmed"
            ),
            None,
        )

    def lapsed(self, kind: Subject, item: str = "") -> Verification | None:
        """The latest verification of something that has lapsed."""
        found = [
            row
            for row in self.place.verifications
            if (row.kind, row.item) == (kind, item) and self.verification(row)[0] == "lapsed"
        ]
        return max(found, key=lambda row: (row.verified_on, row.verification), default=None)

    def accepted(self, kind: Subject, item: str = "") -> Limit | None:
        """The first accepted limit about something; None without one."""
        return next(
            (
                row
                for row in sorted(self.place.limits, key=lambda row: row.limit)
                if (row.kind, row.item) == (kind, item) and self.limit(row)[0] == "accepted"
            ),
            None,
        )

    def purposes(self) -> list[Verification]:
        """What the approver says that the plan, as it stands, is fit for."""
        found = (row for row in self.place.verifications if row.kind == "purpose" and row.role == "approver")
        return [row for row in found if self.verification(row)[0] == "stands"]

    def _about(self, kind: Subject, item: str) -> list[Verification]:
        rows = sorted(self.place.verifications, key=lambda row: row.verification)
        return [
            row
            for row in rows
            if (row.kind, row.item) == (kind, item) and self.verification(row)[0] == "stands"
        ]


def dates_after(place: Place, as_of: date) -> Faults:
    """Everything that is dated after the day for which it is asked: a slip, or the wrong day."""
    faults = Faults()
    dated: list[tuple[Verification | Limit, str]] = [
        *((row, "verified_on") for row in place.verifications),
        *((row, "accepted_on") for row in place.limits),
    ]
    for row, column in dated:
        day = getattr(row, column)
        if day is not None and day > as_of:
            faults.add(
                fault_at(
                    row,
                    column,
                    "date in the future",
                    expected=f"a day up to {as_of}",
                    action="Correct the date, or ask for a later day with --as-of",
                )
            )
    return faults
