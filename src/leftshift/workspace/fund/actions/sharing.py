"""Over- and underspends of a year are shared by the clauses of the agreement: worked out and shown first, then posted."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db import transaction

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear
from leftshift.fund.ledger.entries import Entry
from leftshift.fund.ledger.holding import Decision as Paper
from leftshift.fund.ledger.ledger import Ledger, last_day, year_of
from leftshift.fund.ledger.operations import Voucher
from leftshift.fund.ledger.refusals import ClauseRefused, NotKnown, PeriodClosed
from leftshift.fund.ledger.sharing import Outturn, Share, Sharing, agree_excess, share
from leftshift.fund.ledger.sharing_out import share_variance
from leftshift.fund.ledger.stating import SchemeLine, statement, total
from leftshift.fund.plan.plan import NOTHING, FundPlan
from leftshift.fund.plan.rows import Spend
from leftshift.fund.recording import agreement_of
from leftshift.workspace.accounts.permissions import Person
from leftshift.workspace.accounts.roles import Permission
from leftshift.workspace.fund import queries
from leftshift.workspace.fund.actions.posting import (
    EVIDENCE,
    KEY,
    WORDS,
    Made,
    Posted,
    check_day,
    check_seen,
    check_text,
    incomplete,
    keep,
    lock,
    plan_of,
    tell,
)
from leftshift.workspace.fund.models import Decision as KeptDecision
from leftshift.workspace.fund.models import Fund

_MILLION = 10**6


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A sharing of a year: what is drawn on before partners bear the rest, and what was decided beyond caps.

    decisions: numbers of the releases that are drawn on. cuts: by scheme, what was not committed and may be taken. source: where neither ledger
    nor plan says to which source a scheme belongs. excess: by partner, what lies beyond caps, agreed by whom and where that stands.
    """

    year: FinancialYear
    decisions: tuple[int, ...] = ()
    cuts: Mapping[str, Money] = field(default_factory=dict)
    source: str = ""
    excess: Mapping[str, Money] = field(default_factory=dict)
    excess_agreed_by: str = ""
    excess_minute: str = ""


@dataclass(frozen=True)
class WorkedOut:
    """A sharing before it is posted: the waterfall, the source of each scheme, and the releases that are drawn on."""

    asked: Asked
    ledger: Ledger
    sharing: Sharing
    sources: Mapping[str, str]
    papers: tuple[Paper, ...]

    @cached_property
    def beyond_caps(self) -> tuple[Share, ...]:
        """What was decided of what lies beyond caps; nothing where nothing was said of it. Raises LedgerRefused."""
        if not any(amount.pence for amount in self.asked.excess.values()):
            return ()
        return agree_excess(
            self.sharing,
            self.asked.excess,
            agreed_by=self.asked.excess_agreed_by,
            minute=self.asked.excess_minute,
        )

    def entry(self, voucher: Voucher) -> Entry:
        """The entry that posts it. Raises LedgerRefused."""
        return share_variance(
            self.ledger,
            voucher,
            self.sharing,
            sources=self.sources,
            decisions=self.papers,
            beyond_caps=self.beyond_caps,
        )


def work_out(fund: Fund, asked: Asked) -> WorkedOut:
    """What each partner bears of a year, or is given, as ledger and plan stand. Raises LedgerRefused, FaultsFound."""
    plan, ledger = plan_of(fund), queries.ledger_of(fund)
    agreement = agreement_of(plan)
    if agreement is None:
        raise ClauseRefused(
            "The plan has no clauses on over- and underspends: say in the table clauses who bears what, then share."
        )
    papers = _papers(fund, asked.decisions)
    outturn = Outturn(
        variances(plan, ledger, asked.year),
        risk_pool=total(paper.amount for paper in papers),
        cuts=asked.cuts,
        contributed=contributed(plan, asked.year),
        commissioned=commissioned(plan, asked.year),
    )
    spent = statement(ledger, last_day(asked.year)).schemes
    sources = {
        scheme: _source_of(plan, [line for line in spent if line.scheme == scheme], scheme, asked)
        for scheme in (*outturn.variances, *asked.cuts)
    }
    return WorkedOut(asked, ledger, share(agreement, outturn), sources, papers)


def _papers(fund: Fund, numbers: tuple[int, ...]) -> tuple[Paper, ...]:
    kept = {row.pk: row for row in KeptDecision.objects.filter(fund=fund, pk__in=numbers)}
    if unknown := [number for number in numbers if number not in kept]:
        raise NotKnown(f"There is no decision {unknown[0]} of this fund: choose one of those listed.")
    return tuple(
        Paper(row.hold, row.decided_on, Money(row.pence), row.reason, row.ground, row.agreed_by, row.minute)
        for row in (kept[number] for number in numbers)
    )


def variances(plan: FundPlan, ledger: Ledger, year: FinancialYear) -> dict[str, Money]:
    """By scheme, what was spent in a year less what was planned, and less what partners bear of it, or were given, already."""
    found: dict[str, int] = {}
    for row in plan.spend:
        if row.year == year:
            found[row.scheme] = found.get(row.scheme, 0) - row.amount.pence
    for line in statement(ledger, last_day(year)).schemes:
        found[line.scheme] = found.get(line.scheme, 0) + line.spent.pence
    for entry in ledger.entries:
        if entry.kind == "close_year" or year_of(entry.date) != year:
            continue
        for side in entry.postings:
            if side.account.kind in {"shared_overspend", "shared_underspend"} and side.account.scheme:
                found[side.account.scheme] = found.get(side.account.scheme, 0) + side.pence
    return {scheme: Money(pence) for scheme, pence in sorted(found.items()) if scheme}


def contributed(plan: FundPlan, year: FinancialYear) -> dict[str, Money]:
    """What each partner puts in, in a year of the plan."""
    found: dict[str, Money] = {}
    for row in plan.income:
        if row.year == year:
            found[row.partner] = found.get(row.partner, NOTHING) + row.amount
    return found


def commissioned(plan: FundPlan, year: FinancialYear) -> dict[str, dict[str, Money]]:
    """By scheme and partner, what each commissions of the plan of a year; lines that do not say whose they are stay out."""
    found: dict[str, dict[str, Money]] = {}
    for row in plan.spend:
        for partner, amount in _parts(plan, row).items() if row.year == year else ():
            of = found.setdefault(row.scheme, {})
            of[partner] = of.get(partner, NOTHING) + amount
    return found


def _parts(plan: FundPlan, row: Spend) -> dict[str, Money]:
    nhs, council = _one_of(plan, "nhs_commissioner", row.partner), _one_of(plan, "council", row.partner)
    if row.commissioner == "nhs" and nhs:
        return {nhs: row.amount}
    if row.commissioner == "council" and council:
        return {council: row.amount}
    shares = (row.nhs_percent, row.council_percent)
    if row.commissioner == "joint" and nhs and council and None not in shares:
        weights = [int((share or 0) * _MILLION) for share in shares]
        if sum(weights) > 0:
            return dict(zip((nhs, council), row.amount.split(weights), strict=True))
    return {}


def _one_of(plan: FundPlan, kind: str, named: str | None) -> str | None:
    """The partner of a kind: the one that the line names, or the only one there is."""
    codes = [partner.partner for partner in plan.of_kind(kind)]
    if named in codes:
        return named
    return codes[0] if len(codes) == 1 else None


def _source_of(plan: FundPlan, lines: Sequence[SchemeLine], scheme: str, asked: Asked) -> str:
    """The source out of which most of a scheme was spent; else what the plan says; else what was asked for."""
    most = max(lines, key=lambda line: (line.spent, line.source), default=None)
    if most is not None and most.spent.pence > 0:
        return most.source
    planned = [row for row in plan.spend if row.scheme == scheme and row.source_of_funding]
    if planned:
        return max(planned, key=lambda row: (row.amount, row.source_of_funding)).source_of_funding
    return asked.source


def preview_sharing(
    fund: Fund, asked: Asked, *, date: datetime.date | None, words: str, evidence: str, by: Person
) -> Made:
    """What a sharing would post; nothing is kept. Raises NotAllowed, LedgerRefused, FaultsFound."""
    by.check_may(Permission.RUN_FUND, fund.place.code)
    return _made(fund, asked, date, words, evidence, by)


def _made(
    fund: Fund, asked: Asked, date: datetime.date | None, words: str, evidence: str, by: Person
) -> Made:
    incomplete("The entry", {"the date": date, "what it is for": words})
    assert date is not None, "checked"
    check_text("what it is for", words, WORDS)
    check_text("the reference", evidence, EVIDENCE)
    check_day(date)
    if year_of(date) != asked.year:
        raise PeriodClosed(
            f"{date.isoformat()} is no day of {asked.year}: date the sharing in the year that is shared, before it is closed."
        )
    found = work_out(fund, asked)
    entry = found.entry(Voucher(date, words.strip(), by.signature, evidence.strip()))
    return Made(found.ledger, found.ledger.post(entry))


@transaction.atomic
def post_sharing(
    fund: Fund,
    asked: Asked,
    *,
    date: datetime.date | None,
    words: str,
    evidence: str = "",
    by: Person,
    key: str = "",
    seen: str = "",
) -> Posted:
    """Post a sharing. Raises NotAllowed, LedgerRefused, FaultsFound. The same key posts once."""
    held = lock(fund)
    by.check_may(Permission.RUN_FUND, held.place.code)
    check_text("the key", key, KEY)
    if key and (earlier := held.entries.filter(key=key).first()):
        return Posted(earlier, None, again=True)
    made = _made(held, asked, date, words, evidence, by)
    check_seen(made, seen)
    entry, close = keep(held, made, key=key)
    tell(held, "share_variance", entry, close, by=by)
    return Posted(entry, close)
