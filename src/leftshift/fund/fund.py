"""The face of a pooled fund: a plan with its round, and every verb on them as one call downward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from leftshift.fund.plan.plan import FundPlan, read_plan
from leftshift.fund.rounds.round import Round, Rounds
from leftshift.place.place import Place

if TYPE_CHECKING:
    from leftshift.foundation.periods import Period
    from leftshift.fund.checks.rules import CheckedPlan
    from leftshift.fund.ledger.holding import Position
    from leftshift.fund.ledger.ledger import Ledger
    from leftshift.fund.ledger.stating import Statement
    from leftshift.fund.plan.totals import Totals
    from leftshift.fund.returns.building import Return
    from leftshift.fund.rolling import Rolled


@dataclass(frozen=True)
class Fund:
    """A plan of a pooled fund with the round whose rules it follows, and the place where its measures are at hand."""

    plan: FundPlan
    round: Round
    rounds: Rounds
    place: Place | None = None

    def check(self, as_of: date, *, signed: FundPlan | None = None) -> CheckedPlan:
        """What every rule of the round says on a day; ``signed`` is the content that was signed last."""
        from leftshift.fund.checks.rules import check_plan

        return check_plan(self.plan, self.round, as_of, place=self.place, signed=signed)

    @cached_property
    def totals(self) -> Totals:
        """What the plan adds up to."""
        from leftshift.fund.plan.totals import totals

        return totals(self.plan, self.round)

    def roll(self, to: str, *, code: str, name: str = "") -> Rolled:
        """The plan as a draft of a round that follows. Raises RoundsDoNotFollow, FaultsFound."""
        from leftshift.fund.rolling import roll

        return roll(self.plan, self.round, self.rounds.get(to), code=code, name=name)

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger that the folder holds. Raises FaultsFound."""
        from leftshift.fund.recording import ledger_of

        return ledger_of(self.plan)

    def statement(self, as_of: date) -> Statement:
        """The ledger's statement on a day: by source and by scheme."""
        from leftshift.fund.ledger.stating import statement

        return statement(self.ledger, as_of)

    def holds(self, as_of: date) -> tuple[Position, ...]:
        """What is held back, released and left on a day. Raises FaultsFound."""
        from leftshift.fund.recording import positions

        return positions(self.plan, as_of)

    def make(self, kind: str, as_of: date, period: Period | None = None) -> Return:
        """A return of a period, or with kind ``plan`` the round's own template, from the record. Raises NoSuchReturn."""
        from leftshift.fund.recording import actuals
        from leftshift.fund.returns.building import build
        from leftshift.fund.returns.content import Actuals, Record

        found = actuals(self.ledger, period) if period else Actuals()
        return build(kind, Record(self.plan, self.round, as_of, period, found, self.place))

    def with_plan(self, plan: FundPlan) -> Fund:
        """The same with another content of the plan."""
        return replace(self, plan=plan)


def read_fund(folder: Path, *, rounds: Sequence[Path] = (), place: Place | None = None) -> Fund:
    """A fund from the folder of its plan; ``rounds`` are folders with packs of rounds besides those that come with leftshift.

    Raises FaultsFound with every fault of its files.
    """
    known = Rounds(tuple(rounds))
    plan = read_plan(Path(folder))
    return Fund(plan, known.get(plan.round), known, place)
