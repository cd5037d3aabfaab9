"""Whatever is done in whatever order, the ledger balances, ties, keeps its history, and agrees with a slow second one."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear, Month
from leftshift.fund.ledger import operations as verbs
from leftshift.fund.ledger.clauses import Agreement, Clause
from leftshift.fund.ledger.documents import statement_document, trial_balance_document
from leftshift.fund.ledger.entries import Entry
from leftshift.fund.ledger.holding import Decision, Hold
from leftshift.fund.ledger.ledger import Ledger, last_day, year_of
from leftshift.fund.ledger.refusals import LedgerRefused
from leftshift.fund.ledger.sharing import Outturn, share
from leftshift.fund.ledger.sharing_out import share_variance
from leftshift.fund.ledger.stating import left, statement, uncommitted
from tests.library.fund_ledger.slow_ledger import Key, SlowLedger

SOURCES, PARTNERS, SCHEMES = ("nhs", "grant", "brought"), ("ccg", "council"), ("crisis", "carers")
START = datetime.date(2016, 4, 1)
amounts = st.integers(1, 400)
sources, partners, schemes = st.sampled_from(SOURCES), st.sampled_from(PARTNERS), st.sampled_from(SCHEMES)
later = st.integers(0, 25)
tenths = st.integers(1, 11)
AGREEMENT = Agreement(PARTNERS, "council", (Clause("variable", underspend="shared"),))


def _made_or_refused(made: Callable[[], Entry]) -> tuple[Entry | None, str]:
    try:
        return made(), ""
    except LedgerRefused as problem:
        return None, str(problem)


class AnyOrder(RuleBasedStateMachine):
    """Both ledgers, side by side; days go by as rules are drawn, sometimes back by a few."""

    @initialize()
    def begin(self) -> None:
        self.ledger, self.slow = Ledger(), SlowLedger()
        self.today = START
        self.numbers: dict[int, int] = {}
        self.holds: dict[str, Hold] = {}
        self.history: list[tuple[Entry, ...]] = []
        self.closed_as: dict[datetime.date, Any] = {}
        for source, pence in (("nhs", 900), ("grant", 500)):
            self.agree(source, "ccg", pence, 8)
            self.receive(source, "ccg", 10, 8)
        self.bring("brought", 300, 8)

    def part(self, tenths: int, of: int) -> int:
        """So many tenths of what there is: more than that from 11 on, and a penny where there is nothing."""
        return max(1, of * tenths // 10)

    def voucher(self, days: int) -> verbs.Voucher:
        # A fifth of all entries is dated back: into a closed period, often enough.
        self.today += datetime.timedelta(days=max(0, days - 8))
        date = self.today - datetime.timedelta(days=max(0, 8 - days) * 5)
        return verbs.Voucher(date, "As drawn", "hypothesis", f"ref {days}")

    def do(
        self,
        voucher: verbs.Voucher,
        kind: str,
        made: Callable[[], Entry],
        move: dict[Key, int],
        allowed: bool,
    ) -> None:
        """Post what a verb makes, and the movement in the slow ledger; both take it or neither."""
        allowed = allowed and self.slow.is_open(voucher.date) and self.slow.may(move)
        before = self.ledger
        entry, refused = _made_or_refused(made)
        if entry is None:
            assert not allowed, f"refused, and the slow ledger takes it: {refused}"
            assert refused.endswith(".")
            return
        assert allowed, f"taken, and the slow ledger refuses it: {kind} {move}"
        self.history.append(before.entries)
        self.ledger = before.post(entry)
        self.numbers[entry.number] = len(self.slow.moves)
        self.slow.add(voucher.date, kind, move)

    def known(self, source: str) -> bool:
        return any(
            key[:2] in {("agreed", source), ("carried", source)}
            for _, _, move in self.slow.moves
            for key in move
        )

    @rule(source=sources, partner=partners, pence=amounts, days=later)
    def agree(self, source: str, partner: str, pence: int, days: int) -> None:
        v = self.voucher(days)
        move: dict[Key, int] = {("agreed", source): pence, ("due", source, partner): pence}
        self.do(
            v,
            "agree",
            lambda: verbs.agree_contribution(
                self.ledger, v, source=source, partner=partner, amount=Money(pence)
            ),
            move,
            True,
        )

    @rule(source=sources, partner=partners, share_of=tenths, days=later)
    def receive(self, source: str, partner: str, share_of: int, days: int) -> None:
        v = self.voucher(days)
        pence = self.part(share_of, self.slow.total("due", source, partner))
        move: dict[Key, int] = {("due", source, partner): -pence, ("bank",): pence}
        self.do(
            v,
            "receive",
            lambda: verbs.receive(self.ledger, v, source=source, partner=partner, amount=Money(pence)),
            move,
            True,
        )

    @rule(source=sources, scheme=schemes, share_of=tenths, days=later)
    def commit(self, source: str, scheme: str, share_of: int, days: int) -> None:
        v = self.voucher(days)
        pence = self.part(share_of, self.slow.free(source))
        move: dict[Key, int] = {("promised", source, scheme): pence}
        self.do(
            v,
            "commit",
            lambda: verbs.commit(self.ledger, v, source=source, scheme=scheme, amount=Money(pence)),
            move,
            pence <= self.slow.free(source),
        )

    @rule(source=sources, scheme=schemes, share_of=tenths, days=later)
    def uncommit(self, source: str, scheme: str, share_of: int, days: int) -> None:
        v = self.voucher(days)
        pence = self.part(share_of, self.slow.total("promised", source, scheme))
        move: dict[Key, int] = {("promised", source, scheme): -pence}
        self.do(
            v,
            "uncommit",
            lambda: verbs.release_commitment(
                self.ledger, v, source=source, scheme=scheme, amount=Money(pence)
            ),
            move,
            True,
        )

    @rule(scheme=schemes, drawn=st.dictionaries(sources, amounts, max_size=3), days=later)
    def pay(self, scheme: str, drawn: dict[str, int], days: int) -> None:
        v, of = self.voucher(days), {source: Money(pence) for source, pence in drawn.items()}
        move = self.slow.spending(scheme, drawn, ("bank",), -1)
        self.do(
            v,
            "pay",
            lambda: verbs.pay(self.ledger, v, scheme=scheme, amounts=of),
            move,
            bool(drawn) and all(map(self.known, drawn)),
        )

    @rule(scheme=schemes, drawn=st.dictionaries(sources, amounts, max_size=3), days=later)
    def accrue(self, scheme: str, drawn: dict[str, int], days: int) -> None:
        v, of = self.voucher(days), {source: Money(pence) for source, pence in drawn.items()}
        move = self.slow.spending(scheme, drawn, ("owed", "provider"), 1)
        self.do(
            v,
            "accrue",
            lambda: verbs.accrue(self.ledger, v, scheme=scheme, provider="provider", amounts=of),
            move,
            bool(drawn) and all(map(self.known, drawn)),
        )

    @rule(share_of=tenths, days=later)
    def pay_accrued(self, share_of: int, days: int) -> None:
        v = self.voucher(days)
        pence = self.part(share_of, self.slow.total("owed"))
        move: dict[Key, int] = {("owed", "provider"): -pence, ("bank",): -pence}
        self.do(
            v,
            "pay_accrued",
            lambda: verbs.pay_accrued(self.ledger, v, provider="provider", amount=Money(pence)),
            move,
            True,
        )

    @rule(source=sources, pence=amounts, days=later)
    def bring(self, source: str, pence: int, days: int) -> None:
        v = self.voucher(days)
        move: dict[Key, int] = {("carried", source): pence, ("bank",): pence}
        self.do(
            v,
            "bring",
            lambda: verbs.carry_forward(self.ledger, v, source=source, amount=Money(pence)),
            move,
            True,
        )

    @rule(source=sources, other=sources, share_of=tenths, days=later)
    def carry(self, source: str, other: str, share_of: int, days: int) -> None:
        v = self.voucher(days)
        pence = self.part(share_of, min(self.slow.carried(other), self.slow.free(other)))
        allowed = source != other and pence <= min(self.slow.carried(other), self.slow.free(other))
        move: dict[Key, int] = {("carried", source): pence, ("carried", other): -pence}
        self.do(
            v,
            "carry",
            lambda: verbs.carry_forward(
                self.ledger, v, source=source, amount=Money(pence), from_source=other
            ),
            move,
            allowed,
        )

    @rule(
        source=sources,
        kind=st.sampled_from(["reserve", "contingency", "risk_share"]),
        within=st.booleans(),
        share_of=tenths,
        days=later,
    )
    def hold(self, source: str, kind: str, within: bool, share_of: int, days: int) -> None:
        v, code = self.voucher(days), f"hold{len(self.holds)}"
        pence = self.part(share_of, self.slow.free(source))
        hold = Hold(code, kind, source, Money(pence), "within" if within else "outside", "Clause 12", v.date)
        move: dict[Key, int] = (
            {("marked", source, code): pence}
            if within
            else {("held", source, code): pence, ("aside", source): pence}
        )
        count = len(self.slow.moves)
        self.do(
            v, "hold", lambda: verbs.set_aside(self.ledger, v, hold), move, pence <= self.slow.free(source)
        )
        if len(self.slow.moves) > count:
            self.holds[code] = hold

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), share_of=tenths, days=later)
    def release(self, data: st.DataObject, share_of: int, days: int) -> None:
        hold, v = self.holds[data.draw(st.sampled_from(sorted(self.holds)))], self.voucher(days)
        stock = "marked" if hold.treatment == "within" else "held"
        pence = self.part(share_of, self.slow.total(stock, hold.source, hold.code))
        decision = Decision(hold.code, v.date, Money(pence), "Met", "Clause 12", "Both", "16/1")
        name = (stock, hold.source, hold.code)
        move: dict[Key, int] = {name: -pence} | (
            {("aside", hold.source): -pence} if name[0] == "held" else {}
        )
        self.do(v, "release", lambda: verbs.release_hold(self.ledger, hold, decision, by="x"), move, True)

    @rule(source=sources, pence=amounts, ccg=st.integers(0, 9), under=st.booleans(), days=later)
    def share(self, source: str, pence: int, ccg: int, under: bool, days: int) -> None:
        v = self.voucher(days)
        weights = {"ccg": Money(ccg), "council": Money(10 - ccg)}
        sharing = share(
            AGREEMENT, Outturn({"crisis": Money(-pence if under else pence)}, contributed=weights)
        )
        first = pence * ccg // 10  # rounded down; the council, as host, takes the odd penny
        parts = {"ccg": first, "council": pence - first}
        move: dict[Key, int] = {("given" if under else "borne", source, "crisis"): pence}
        move |= {("share_owed" if under else "share_due", partner): part for partner, part in parts.items()}
        self.do(
            v,
            "share",
            lambda: share_variance(self.ledger, v, sharing, sources={"crisis": source}),
            move,
            self.known(source),
        )

    @rule(partner=partners, share_of=tenths, paid_in=st.booleans(), days=later)
    def settle(self, partner: str, share_of: int, paid_in: bool, days: int) -> None:
        v = self.voucher(days)
        pence = self.part(share_of, self.slow.total("share_due" if paid_in else "share_owed", partner))
        move: dict[Key, int] = {
            ("share_due" if paid_in else "share_owed", partner): -pence,
            ("bank",): pence if paid_in else -pence,
        }
        self.do(
            v,
            "settle",
            lambda: verbs.settle_share(self.ledger, v, partner=partner, amount=Money(pence), paid_in=paid_in),
            move,
            True,
        )

    @precondition(lambda self: self.ledger.entries)
    @rule(data=st.data(), days=later)
    def reverse(self, data: st.DataObject, days: int) -> None:
        number = data.draw(st.integers(1, len(self.ledger.entries)))
        v, at = self.voucher(days), self.numbers.get(number)
        if at is None:
            self.do(
                v,
                "reverse",
                lambda: verbs.reverse(self.ledger, number, reason="Wrong", date=v.date, by="x"),
                {},
                False,
            )
            return
        date, kind, move = self.slow.moves[at]
        allowed = kind != "reverse" and at not in self.slow.undone and v.date >= date
        count = len(self.slow.moves)
        back = {key: -pence for key, pence in move.items()}
        self.do(
            v,
            "reverse",
            lambda: verbs.reverse(self.ledger, number, reason="Wrong", date=v.date, by="x"),
            back,
            allowed,
        )
        if len(self.slow.moves) > count:
            self.slow.undone.add(at)

    @precondition(lambda self: len(self.ledger.entries) % 5 == 0)
    @rule(months=st.integers(0, 2))
    def close_month(self, months: int) -> None:
        at = self.today.year * 12 + self.today.month - 1 - months
        self.close(lambda: verbs.close_month(self.ledger, Month(at // 12, at % 12 + 1), by="x"), None)

    @precondition(lambda self: len(self.ledger.entries) % 7 == 0)
    @rule(years=st.integers(0, 1))
    def close_year(self, years: int) -> None:
        year = FinancialYear(year_of(self.today).starts - years)
        self.close(lambda: verbs.close_year(self.ledger, year, by="x"), last_day(year))

    def close(self, made: Any, year_end: datetime.date | None) -> None:
        before = self.ledger
        try:
            self.ledger = made()
        except LedgerRefused:
            return
        assert self.ledger.closed_through is not None
        self.history.append(before.entries)
        self.slow.closed = self.ledger.closed_through
        if year_end:
            self.slow.years_closed.append(year_end)
            self.today = max(self.today, year_end)
        self.closed_as[self.slow.closed] = self.told(self.slow.closed)

    def told(self, date: datetime.date) -> Any:
        return statement_document(statement(self.ledger, date)), trial_balance_document(
            self.ledger.trial_balance(date)
        )

    @invariant()
    def it_balances(self) -> None:
        rows = self.ledger.trial_balance()
        for memorandum in (False, True):
            of = [row for row in rows if row.account.described.memorandum == memorandum]
            assert sum(row.debit.pence for row in of) == sum(row.credit.pence for row in of)

    @invariant()
    def it_agrees_with_the_slow_ledger(self) -> None:
        made, slow = statement(self.ledger, self.today), self.slow
        year_start = datetime.date(made.year.starts, 4, 1)
        assert made.bank.pence == slow.total("bank", to=self.today)
        assert made.owed_to_providers.pence == slow.total("owed", to=self.today)
        for line in made.sources:
            of = line.source
            assert line.left.pence == slow.left(of, self.today)
            assert line.brought_forward.pence == slow.left(of, year_start - datetime.timedelta(days=1))
            for name, key in (
                ("spent", "spent"),
                ("agreed", "agreed"),
                ("set_aside", "aside"),
                ("carried", "carried"),
            ):
                assert getattr(line, name).pence == slow.total(key, of, to=self.today, since=year_start)
            for name, key in (
                ("committed", "promised"),
                ("earmarked", "marked"),
                ("reserved", "held"),
                ("due", "due"),
            ):
                assert getattr(line, name).pence == slow.total(key, of, to=self.today)
            assert left(self.ledger, of).pence == slow.left(of)
            assert uncommitted(self.ledger, of).pence == slow.free(of)
            assert self.ledger.balance(kind="carried_forward", source=of).pence == slow.carried(of)
        for row in made.schemes:
            assert row.spent.pence == slow.total(
                "spent", row.source, row.scheme, to=self.today, since=year_start
            )

    @invariant()
    def closed_periods_stay_and_history_is_only_added_to(self) -> None:
        for date, told in self.closed_as.items():
            assert self.told(date) == told
        for entries in self.history:
            assert self.ledger.entries[: len(entries)] == entries
        assert Ledger(self.ledger.entries, self.ledger.closes) == self.ledger


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(stateful_step_count=50)
