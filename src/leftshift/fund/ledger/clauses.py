"""The clauses of a section 75 agreement on over- and underspends, as data, and how an amount is split by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from leftshift.foundation.money import Money
from leftshift.fund.ledger.refusals import ClauseRefused

RULES: Final = ("fixed", "variable", "own_risk")
BASES: Final = ("contribution", "commissioned")
UNDERSPENDS: Final = ("stays", "shared")
POOL: Final = ""
"""The scheme of a clause that holds for every scheme without one of its own."""
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Clause:
    """How the over- and underspend of a scheme, or of the pool, is borne.

    ``fixed`` by ``shares`` in per cent; ``variable`` in proportion to what partners contribute or what they commission
    (``basis``); ``own_risk``: apart from the pool, by whoever commissions it. ``caps`` are the most that a partner bears
    of all that the clause shares. ``underspend`` stays in the pool or is shared. ``source`` says where in the agreement it stands.
    """

    rule: str
    scheme: str = POOL
    shares: Mapping[str, Decimal] = field(default_factory=dict)
    basis: str = "contribution"
    caps: Mapping[str, Money] = field(default_factory=dict)
    underspend: str = "stays"
    source: str = ""

    def __post_init__(self) -> None:
        for value, choices, what in (
            (self.rule, RULES, "rule"),
            (self.basis, BASES, "basis"),
            (self.underspend, UNDERSPENDS, "treatment of an underspend"),
        ):
            if value not in choices:
                raise ClauseRefused(f"{value!r} is no {what}: one of {', '.join(choices)}.")
        if self.rule == "fixed":
            self._check_shares()
        elif self.shares:
            raise ClauseRefused(
                f"A clause of {self.rule} shares has no per cents: leave them out, or make it fixed."
            )
        if any(cap.pence < 0 for cap in self.caps.values()):
            raise ClauseRefused("A cap is nought or more: correct it.")

    def _check_shares(self) -> None:
        if any(not share.is_finite() or share < 0 for share in self.shares.values()):
            raise ClauseRefused("Fixed shares are per cents from 0 up: correct them.")
        if any(share != round(share, 6) for share in self.shares.values()):
            raise ClauseRefused("Fixed shares have at most six decimals: round them.")
        if (total := sum(self.shares.values(), Decimal(0))) != _HUNDRED:
            raise ClauseRefused(f"Fixed shares come to {total}, not to 100 per cent: correct them.")

    @property
    def name(self) -> str:
        """What it holds for, in words."""
        return self.scheme or "the pool"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Partners, the host, who takes pennies that cannot be split (the host, unless named), and the clauses.

    Raises ClauseRefused for a clause of nobody, two for one scheme, and where the pool has none.
    """

    partners: tuple[str, ...]
    host: str
    clauses: tuple[Clause, ...]
    odd_penny: str = ""

    def __post_init__(self) -> None:
        named = {self.host, self.takes_odd_penny}
        for clause in self.clauses:
            named |= {*clause.shares, *clause.caps}
        if strangers := sorted(named - {*self.partners}):
            raise ClauseRefused(
                f"The agreement names {', '.join(strangers)} and has no such partner: add or correct."
            )
        if len({*self.partners}) != len(self.partners):
            raise ClauseRefused("The agreement names a partner twice: remove one.")
        schemes = [clause.scheme for clause in self.clauses]
        if twice := sorted({scheme for scheme in schemes if schemes.count(scheme) > 1}):
            raise ClauseRefused(f"Two clauses for {', '.join(s or 'the pool' for s in twice)}: keep one.")
        if POOL not in schemes:
            raise ClauseRefused(
                "The pool has no clause: say how what no scheme's clause holds for is shared."
            )

    @property
    def takes_odd_penny(self) -> str:
        """The partner who takes what cannot be split to the penny."""
        return self.odd_penny or self.host

    def clause_of(self, scheme: str) -> Clause:
        """The clause that holds for a scheme: its own, or the pool's."""
        own = [clause for clause in self.clauses if clause.scheme == scheme]
        return own[0] if own else next(clause for clause in self.clauses if clause.scheme == POOL)


def split(
    amount: Money, clause: Clause, agreement: Agreement, weights: Mapping[str, Money], scheme: str
) -> dict[str, Money]:
    """An amount above nought shared among the partners to the penny, before caps.

    ``weights`` is what each contributes or commissions, for rules that are not fixed. Each share is rounded down; what
    is left over, less than a penny a partner, goes to the partner who takes odd pennies. Raises ClauseRefused.
    """
    parts = _weights(clause, agreement.partners, weights, scheme)
    whole = sum(parts.values())
    shares = {partner: Money(amount.pence * parts[partner] // whole) for partner in agreement.partners}
    odd = amount.pence - sum(share.pence for share in shares.values())
    shares[agreement.takes_odd_penny] += Money(odd)
    return shares


def _weights(
    clause: Clause, partners: Sequence[str], weights: Mapping[str, Money], scheme: str
) -> dict[str, int]:
    if clause.rule == "fixed":
        return {partner: int(clause.shares.get(partner, Decimal(0)) * 10**6) for partner in partners}
    basis = "commissions of it" if _basis(clause) == "commissioned" else "contributes"
    parts = {partner: weights.get(partner, Money(0)).pence for partner in partners}
    if strangers := sorted({*weights} - {*partners}):
        raise ClauseRefused(f"{', '.join(strangers)}: no partner of the agreement. Correct who {basis}.")
    if min(parts.values()) < 0 or sum(parts.values()) == 0:
        raise ClauseRefused(
            f"{scheme}: say what each partner {basis}, nought or more, and somebody above nought."
        )
    return parts


def _basis(clause: Clause) -> str:
    return "commissioned" if clause.rule == "own_risk" else clause.basis
