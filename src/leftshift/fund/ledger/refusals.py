"""What the ledger refuses; each says in its words what to do."""

from __future__ import annotations

from collections.abc import Sequence


class LedgerRefused(ValueError):
    """The ledger does not take this; it stays as it was."""


class AccountNotUnderstood(LedgerRefused):
    """A text or a choice of fields that is no account of the chart."""


class Unbalanced(LedgerRefused):
    """The two sides of an entry are not equal."""


class Incomplete(LedgerRefused):
    """Something that has to be filled in is empty; ``missing`` names all of it."""

    def __init__(self, what: str, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(f"{what} is not complete. Fill in: {', '.join(missing)}.")


class AmountRefused(LedgerRefused):
    """An amount that is nought, negative or too large."""


class PeriodClosed(LedgerRefused):
    """A date in a period that is closed, or a close out of turn."""


class NotKnown(LedgerRefused):
    """A source, partner, hold or entry that the ledger does not know."""


class NotEnough(LedgerRefused):
    """Less is there than is asked for."""


class AlreadyReversed(LedgerRefused):
    """An entry that was reversed before, or cannot be reversed."""


class OutOfTurn(LedgerRefused):
    """An entry whose number is not the next one."""


class ClauseRefused(LedgerRefused):
    """A clause of an agreement that cannot be carried out."""


class NotDecided(LedgerRefused):
    """Money would move that nobody decided on."""


class GateNotPassed(LedgerRefused):
    """Money for a scheme whose project stands before a gate that is not passed."""
