"""Over- and underspends shared by an agreement's own clauses, to the penny, with every step shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from leftshift.foundation.money import Money
from leftshift.fund.ledger.clauses import Agreement, Clause, split
from leftshift.fund.ledger.refusals import ClauseRefused, Incomplete, NotEnough
from leftshift.fund.ledger.stating import NOUGHT, total


@dataclass(frozen=True, slots=True)
class Outturn:
    """What a waterfall starts from.

    variances: by scheme, an overspend above nought, an underspend below. risk_pool: what may be drawn from it; drawing
    takes a decision. cuts: by scheme, what was not committed and may be taken. contributed: by partner.
    commissioned: by scheme and partner.
    """

    variances: Mapping[str, Money]
    risk_pool: Money = NOUGHT
    cuts: Mapping[str, Money] = field(default_factory=dict)
    contributed: Mapping[str, Money] = field(default_factory=dict)
    commissioned: Mapping[str, Mapping[str, Money]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.risk_pool.pence < 0 or any(cut.pence < 0 for cut in self.cuts.values()):
            raise ClauseRefused(
                "What may be drawn from the risk pool, and what was not committed, is nought or more."
            )


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an overspend before it, what the step covers, what remains; by scheme where it comes from schemes."""

    name: str
    before: Money
    available: Money
    covers: Money
    remains: Money
    needs_decision: bool
    of: Mapping[str, Money]


@dataclass(frozen=True, slots=True)
class Share:
    """What a partner bears of the overspend of a scheme, or is given of its underspend (``given``).

    split: by the rule. cap: the most it bears of all schemes of the clause, None without one. bears: within the cap. waits: beyond the cap, until
    the chief finance officers decide.
    """

    scheme: str
    partner: str
    rule: str
    given: bool
    split: Money
    cap: Money | None
    bears: Money
    waits: Money


@dataclass(frozen=True, slots=True)
class Sharing:
    """The whole of a sharing: steps, shares, and underspends that stay in the pool, by scheme.

    ``own_risk`` are the variances that stand apart from the pool.
    """

    agreement: Agreement
    outturn: Outturn
    steps: tuple[Step, ...]
    residual: Mapping[str, Money]
    shares: tuple[Share, ...]
    stays: Mapping[str, Money]
    own_risk: Mapping[str, Money]

    @property
    def waits(self) -> Money:
        """What lies beyond caps and waits for the chief finance officers."""
        return total(share.waits for share in self.shares)

    @property
    def from_risk_pool(self) -> Money:
        """What the risk pool covers, if it is decided so."""
        return next(step.covers for step in self.steps if step.name == "risk pool")

    def borne_by(self, partner: str) -> Money:
        """What a partner bears of overspends within its caps."""
        return total(share.bears for share in self.shares if share.partner == partner and not share.given)

    def given_to(self, partner: str) -> Money:
        """What a partner is given of underspends."""
        return total(share.bears for share in self.shares if share.partner == partner and share.given)


def share(agreement: Agreement, outturn: Outturn) -> Sharing:
    """Carry overspends down the waterfall, and share what remains of over- and underspends.

    Underspends of other schemes, then the risk pool, then schemes not committed, then partners by the clause of each
    scheme, caps after the split. Schemes whose clause is own risk stand apart and neither give nor take.
    """
    apart = {
        s: v for s, v in outturn.variances.items() if agreement.clause_of(s).rule == "own_risk" and v.pence
    }
    pooled = {s: v for s, v in outturn.variances.items() if s not in apart}
    over = {scheme: value for scheme, value in sorted(pooled.items()) if value.pence > 0}
    under = {scheme: -value for scheme, value in sorted(pooled.items()) if value.pence < 0}
    steps = _waterfall(total(over.values()), under, outturn)
    residual = _in_proportion(steps[-1].remains, over)
    remains_under = {scheme: value - steps[0].of.get(scheme, NOUGHT) for scheme, value in under.items()}
    owed = residual | {scheme: value for scheme, value in apart.items() if value.pence > 0}
    borne = dict[tuple[str, str], Money]()
    shares = [
        one
        for scheme, amount in sorted(owed.items())
        if amount.pence
        for one in _borne(agreement, outturn, scheme, amount, borne)
    ]
    spare = remains_under | {scheme: -value for scheme, value in apart.items() if value.pence < 0}
    given, stays = _given(agreement, outturn, spare)
    return Sharing(agreement, outturn, steps, residual, tuple(shares + given), stays, apart)


def agree_excess(
    sharing: Sharing, agreed: Mapping[str, Money], *, agreed_by: str, minute: str
) -> tuple[Share, ...]:
    """What the chief finance officers decide of what lies beyond caps: who bears how much, in place of what waits.

    Raises Incomplete without who agreed and the minute, NotEnough where less or more is agreed than waits.
    """
    filled = {"who agreed": agreed_by, "minute": minute}
    if missing := [name for name, text in filled.items() if not text.strip()]:
        raise Incomplete("The decision on what lies beyond caps", missing)
    if strangers := sorted({*agreed} - {*sharing.agreement.partners}):
        raise ClauseRefused(f"{', '.join(strangers)}: no partner of the agreement.")
    if any(amount.pence < 0 for amount in agreed.values()) or total(agreed.values()) != sharing.waits:
        raise NotEnough(
            f"{sharing.waits} waits, and {total(agreed.values())} is agreed: agree on the whole of it."
        )
    waiting = _waiting_by_scheme(sharing)
    parts = dict.fromkeys(sorted(waiting), NOUGHT)
    shares = list[Share]()
    for partner, amount in sorted(agreed.items()):
        rest = amount
        for scheme in parts:
            takes = min(rest, waiting[scheme] - parts[scheme])
            if takes.pence:
                shares.append(Share(scheme, partner, "beyond caps", False, takes, None, takes, NOUGHT))
            parts[scheme] += takes
            rest -= takes
    return tuple(shares)


def _waiting_by_scheme(sharing: Sharing) -> dict[str, Money]:
    waiting: dict[str, Money] = {}
    for one in sharing.shares:
        waiting[one.scheme] = waiting.get(one.scheme, NOUGHT) + one.waits
    return waiting


def _waterfall(overspend: Money, under: Mapping[str, Money], outturn: Outturn) -> tuple[Step, ...]:
    rest, steps = overspend, list[Step]()
    for name, of, decided in (
        ("underspends of other schemes", dict(under), False),
        ("risk pool", {"": outturn.risk_pool}, True),
        ("schemes not committed", dict(sorted(outturn.cuts.items())), True),
    ):
        available = total(of.values())
        covers = min(rest, available)
        takes = {scheme: part for scheme, part in _in_proportion(covers, of).items() if part.pence and scheme}
        steps.append(Step(name, rest, available, covers, rest - covers, decided and covers.pence > 0, takes))
        rest -= covers
    return tuple(steps)


def _in_proportion(amount: Money, of: Mapping[str, Money]) -> dict[str, Money]:
    """An amount in proportion to others that it does not exceed, so that no part exceeds its own."""
    names = sorted(of)
    if not amount.pence:
        return dict.fromkeys(names, NOUGHT)
    return dict(zip(names, amount.split([of[name].pence for name in names]), strict=True))


def _borne(
    agreement: Agreement,
    outturn: Outturn,
    scheme: str,
    amount: Money,
    borne: dict[tuple[str, str], Money],
) -> list[Share]:
    """Shares of one scheme; ``borne`` is what each clause made each partner bear so far, for a cap is one for all."""
    clause = agreement.clause_of(scheme)
    parts = split(amount, clause, agreement, _weighing(clause, outturn, scheme), scheme)
    shares = []
    for partner, part in sorted(parts.items()):
        cap, key = clause.caps.get(partner), (clause.scheme, partner)
        before = borne.get(key, NOUGHT)
        bears = part if cap is None else min(part, cap - before)
        borne[key] = before + bears
        shares.append(Share(scheme, partner, clause.rule, False, part, cap, bears, part - bears))
    return shares


def _given(
    agreement: Agreement, outturn: Outturn, spare: Mapping[str, Money]
) -> tuple[list[Share], dict[str, Money]]:
    given, stays = list[Share](), dict[str, Money]()
    for scheme, amount in sorted(spare.items()):
        clause = agreement.clause_of(scheme)
        if not amount.pence:
            continue
        if clause.underspend == "stays":
            stays[scheme] = amount
            continue
        parts = split(amount, clause, agreement, _weighing(clause, outturn, scheme), scheme)
        given += [
            Share(scheme, partner, clause.rule, True, part, None, part, NOUGHT)
            for partner, part in sorted(parts.items())
        ]
    return given, stays


def _weighing(clause: Clause, outturn: Outturn, scheme: str) -> Mapping[str, Money]:
    if clause.rule == "own_risk" or clause.basis == "commissioned":
        return outturn.commissioned.get(scheme, {})
    return outturn.contributed
