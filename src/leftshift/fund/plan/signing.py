"""Who must sign a plan, who has, and for which content: a signature holds for one fingerprint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from leftshift.fund.plan.plan import FundPlan
from leftshift.fund.plan.record_rows import SignOff, Submission
from leftshift.fund.plan.rows import Partner
from leftshift.fund.rounds.round import Round
from leftshift.fund.rounds.rows import Signatory

State = Literal["signed", "open", "changed since", "not valid"]


@dataclass(frozen=True)
class Seat:
    """An office of a partner that must sign, and its latest signature."""

    signatory: Signatory
    partner: Partner
    signature: SignOff | None
    fingerprint: str

    @property
    def is_delegated_wrongly(self) -> bool:
        """Whether somebody signed for an office that nobody may sign for."""
        return self.signature is not None and self.signature.for_another and not self.signatory.may_delegate

    @property
    def state(self) -> State:
        """Signed, open, signed for another content, or signed by somebody who may not."""
        if self.signature is None:
            return "open"
        if self.is_delegated_wrongly:
            return "not valid"
        return "signed" if self.signature.fingerprint == self.fingerprint else "changed since"

    def document(self) -> dict[str, Any]:
        """As plain values."""
        signed = self.signature
        return {
            "signatory": self.signatory.signatory,
            "role": self.signatory.role,
            "partner": self.partner.partner,
            "may_delegate": self.signatory.may_delegate,
            "state": self.state,
            "signed_on": str(signed.signed_on) if signed else None,
            "by": signed.role if signed else "",
            "for_another": bool(signed and signed.for_another),
        }


@dataclass(frozen=True)
class OpenItem:
    """Something that the register of sign-off still waits for."""

    what: str
    who: str
    since: date | None
    action: str

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "what": self.what,
            "who": self.who,
            "since": str(self.since) if self.since else None,
            "action": self.action,
        }


@dataclass(frozen=True)
class SignedState:
    """Every seat of a plan, its submissions, and what is open."""

    plan: FundPlan
    seats: tuple[Seat, ...]
    submissions: tuple[Submission, ...]

    @property
    def is_signed(self) -> bool:
        """Whether everybody who must has signed this content."""
        return bool(self.seats) and all(seat.state == "signed" for seat in self.seats)

    @property
    def board_approved(self) -> bool:
        """Whether the board has signed this content, or ratified its submission."""
        boards = [seat for seat in self.seats if seat.signatory.of == "board"]
        ratified = any(
            row.ratified_on and row.minute and row.fingerprint == self.plan.fingerprint
            for row in self.submissions
        )
        return ratified or (bool(boards) and all(seat.state == "signed" for seat in boards))

    @property
    def ready_but_for_the_board(self) -> bool:
        """Whether everybody but the board has signed: what a submission before its approval needs."""
        others = [seat for seat in self.seats if seat.signatory.of != "board"]
        return bool(others) and all(seat.state == "signed" for seat in others)

    @property
    def open_items(self) -> tuple[OpenItem, ...]:
        """The register of what is open: signatures, and submissions that the board has not ratified."""
        return (*self._signatures(), *self._submissions())

    def _signatures(self) -> Iterator[OpenItem]:
        actions = {
            "open": "Sign the plan",
            "changed since": "Sign again: the plan has changed since",
            "not valid": "Sign in person: nobody may sign for this office",
        }
        for seat in self.seats:
            if seat.state != "signed":
                since = seat.signature.signed_on if seat.signature else None
                yield OpenItem(
                    f"signature of {seat.signatory.role}", seat.partner.name, since, actions[seat.state]
                )

    def _submissions(self) -> Iterator[OpenItem]:
        for row in self.submissions:
            if row.power and not (row.ratified_on and row.minute):
                when = f" at its meeting of {row.meeting_on}" if row.meeting_on else ""
                action = f"Ratify it{when}, and record the minute"
                yield OpenItem(
                    f"submission of {row.submitted_on} by {row.power}", "the board", row.submitted_on, action
                )
            if row.fingerprint != self.plan.fingerprint:
                action = "Submit the changed plan, or take the change back"
                yield OpenItem(
                    f"the plan has changed since it was sent on {row.submitted_on}",
                    "the host",
                    row.submitted_on,
                    action,
                )

    def document(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "fingerprint": self.plan.fingerprint,
            "signed": self.is_signed,
            "board_approved": self.board_approved,
            "seats": [seat.document() for seat in self.seats],
            "open": [item.document() for item in self.open_items],
        }


def seats_of(
    plan: FundPlan, found: Round, *, of: Literal["plan", "returns"] = "plan"
) -> list[tuple[Signatory, Partner]]:
    """Every office of every partner that must sign a plan or a return of it, in the order of the round."""
    return [
        (row, partner)
        for row in found.signatories
        if (row.plan if of == "plan" else row.returns)
        for partner in plan.of_kind(row.of)
    ]


def signed_state(
    plan: FundPlan, found: Round, sign_offs: Sequence[SignOff], submissions: Sequence[Submission]
) -> SignedState:
    """Who has signed this content of a plan; of several signatures of a seat that of this content, else the latest."""
    seats = []
    for signatory, partner in seats_of(plan, found):
        own = [
            row for row in sign_offs if (row.signatory, row.partner) == (signatory.signatory, partner.partner)
        ]
        this = [row for row in own if row.fingerprint == plan.fingerprint]
        latest = max(this or own, key=lambda row: row.signed_on, default=None)
        seats.append(Seat(signatory, partner, latest, plan.fingerprint))
    return SignedState(plan, tuple(seats), tuple(sorted(submissions, key=lambda row: row.submitted_on)))
