"""A year of Rutland's Better Care Fund, 2016-17, by hand: £000 as the plan prints them, the outturn invented."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear, Month
from leftshift.fund.ledger.clauses import Agreement, Clause
from leftshift.fund.ledger.documents import statement_document, trial_balance_document
from leftshift.fund.ledger.holding import Hold
from leftshift.fund.ledger.ledger import Ledger
from leftshift.fund.ledger.operations import (
    accrue,
    agree_contribution,
    carry_forward,
    close_month,
    close_year,
    commit,
    pay,
    pay_accrued,
    receive,
    release_hold,
    reverse,
    set_aside,
    settle_share,
)
from leftshift.fund.ledger.sharing import Outturn, share
from leftshift.fund.ledger.sharing_out import share_variance
from leftshift.fund.ledger.stating import left, statement, uncommitted
from tests.library.fund_ledger.making import (
    BROUGHT,
    CCG,
    COUNCIL,
    GRANT,
    NHS,
    day,
    decided,
    held,
    thousand,
    voucher,
)

SCHEMES = """scheme,source,amount
prevention,nhs_minimum,142
prevention,carry_forward,200
facilities,facilities_grant,186
long_term,nhs_minimum,898
crisis,nhs_minimum,936
enablers,nhs_minimum,85
"""
"""By priority: 528 = 142 + 200 + 186, 898, 936, 85; together 2,447. Which source pays which line is not published."""
CONTINGENCY = Hold(
    "contingency_1617",
    "contingency",
    "contingency_brought",
    thousand(117),
    "outside",
    "Plan 2016-17",
    day("2016-04-01"),
)
RISK_SHARE = Hold(
    "risk_1617",
    "risk_share",
    NHS,
    thousand(101),
    "within",
    "Plan 2016-17: emergency admissions",
    day("2016-04-01"),
)


def opened() -> Ledger:
    """Contributions agreed and paid in, what was carried forward, and what is held, on 1 April 2016."""
    ledger = Ledger()
    for source, partner, amount in ((NHS, CCG, 2061), (GRANT, COUNCIL, 186)):
        of = {"source": source, "partner": partner}
        ledger = ledger.post(agree_contribution(ledger, voucher(), **of, amount=thousand(amount)))
        ledger = ledger.post(receive(ledger, voucher(), **of, amount=thousand(amount)))
    for source, amount in ((BROUGHT, 200), ("contingency_brought", 117)):
        ledger = ledger.post(carry_forward(ledger, voucher(), source=source, amount=thousand(amount)))
    ledger = ledger.post(set_aside(ledger, voucher(), CONTINGENCY))
    return ledger.post(set_aside(ledger, voucher(), RISK_SHARE))


def budgets() -> list[tuple[str, str, Money]]:
    return [
        (row["scheme"], row["source"], thousand(int(row["amount"])))
        for row in csv.DictReader(io.StringIO(SCHEMES))
    ]


def test_resources_programme_and_what_is_held() -> None:
    made = statement(opened(), day("2016-04-01"))

    assert made.left == thousand(2061 + 186 + 200) == thousand(2447)
    assert made.reserved == thousand(117)
    assert made.bank == thousand(2447 + 117) == thousand(2564)
    by_source = {line.source: line for line in made.sources}
    assert by_source[NHS].earmarked == thousand(101)
    assert by_source[NHS].uncommitted == thousand(2061 - 101)
    assert by_source["contingency_brought"].left == Money(0)
    assert by_source["contingency_brought"].set_aside == thousand(117)


def test_an_earmark_within_adds_to_no_total_and_a_hold_outside_to_none_either() -> None:
    ledger = opened()

    assert [ledger.balance(kind=kind) for kind in ("risk_share", "earmark", "contingency")] == [
        Money(0),
        thousand(101),
        thousand(117),
    ]
    assert sum(money.pence for money in ledger.balances().values()) == 0


def spent() -> Ledger:
    """Everything committed but the earmark; paid in February, with 40 beyond in crisis response and 15 less in enablers."""
    ledger = opened()
    for scheme, source, amount in budgets():
        promised = amount - (thousand(101) if scheme == "crisis" else Money(0))
        ledger = ledger.post(
            commit(ledger, voucher("2016-04-20"), source=source, scheme=scheme, amount=promised)
        )
    for scheme, source, amount in budgets():
        change = {"crisis": thousand(40), "enablers": thousand(-15)}.get(scheme, Money(0))
        ledger = ledger.post(
            pay(
                ledger, voucher("2017-02-28"), scheme=scheme, amounts={source: amount + change - thousand(10)}
            )
        )
    for scheme, source, _ in budgets():
        ledger = ledger.post(
            accrue(
                ledger,
                voucher("2017-03-31"),
                scheme=scheme,
                provider="provider",
                amounts={source: thousand(10)},
            )
        )
    return ledger


def test_spending_uses_commitments_first_and_what_is_beyond_shows() -> None:
    made = statement(spent(), day("2017-03-31"))

    # 2,447 + 40 - 15 = 2,472; six lines of 10 accrued; crisis had 835 committed and spent 976, enablers 85 and 70
    assert made.spent == thousand(2472)
    assert made.owed_to_providers == thousand(60)
    assert made.bank == thousand(2564 - 2472 + 60)
    committed = {(line.scheme, line.source): line.committed for line in made.schemes if line.committed.pence}
    assert committed == {("enablers", NHS): thousand(85 - 70)}
    assert left(spent(), NHS) == thousand(-25)
    assert uncommitted(spent(), NHS) == thousand(-25 - 15 - 101)


def shared() -> Ledger:
    """The 25 beyond what there is: 40 over, 15 under, 0 from the risk pool, the rest 60 to 40 per cent."""
    ledger = spent()
    agreement = Agreement(
        (CCG, COUNCIL), COUNCIL, (Clause("fixed", shares={CCG: Decimal(60), COUNCIL: Decimal(40)}),)
    )
    sharing = share(agreement, Outturn({"crisis": thousand(40), "enablers": thousand(-15)}))
    assert [step.covers for step in sharing.steps] == [thousand(15), Money(0), Money(0)]
    assert (sharing.borne_by(CCG), sharing.borne_by(COUNCIL)) == (thousand(15), thousand(10))
    return ledger.post(share_variance(ledger, voucher("2017-03-31"), sharing, sources={"crisis": NHS}))


def test_the_overspend_is_shared_and_the_year_closes() -> None:
    ledger = shared()
    ledger = ledger.post(
        release_hold(ledger, RISK_SHARE, decided(thousand(101), "risk_1617", "2017-03-31"), by="manager")
    )
    before = statement_document(statement(ledger, day("2017-03-31")))
    closed = close_year(ledger, FinancialYear(2016), by="manager")

    assert statement_document(statement(closed, day("2017-03-31"))) == before
    opening = statement(closed, day("2017-04-01"))
    assert opening.left == thousand(2447 - 2472 + 25) == Money(0)
    assert opening.reserved == thousand(117)
    assert opening.shares_due == thousand(25)
    assert opening.spent == Money(0)
    assert closed.balance(kind="carried_forward") == Money(0)
    assert not [a for a in closed.balances(day("2017-03-31")) if a.described.closes]


def test_the_next_year_settles_pays_and_corrects() -> None:
    ledger = close_year(shared(), FinancialYear(2016), by="manager")
    for partner, amount in ((CCG, 15), (COUNCIL, 10)):
        ledger = ledger.post(
            settle_share(
                ledger, voucher("2017-04-20"), partner=partner, amount=thousand(amount), paid_in=True
            )
        )
    ledger = ledger.post(pay_accrued(ledger, voucher("2017-04-21"), provider="provider", amount=thousand(60)))
    wrong = next(e.number for e in ledger.entries if e.kind == "pay" and "enablers" in str(e.postings))
    ledger = ledger.post(reverse(ledger, wrong, reason="Paid twice", date=day("2017-05-02"), by="manager"))
    made = statement(ledger, day("2017-05-31"))

    # 2,564 came, 2,412 and 60 went, 25 came in; then the 60 of enablers came back
    assert made.bank == thousand(2564 - 2472 + 25 + 60)
    assert {line.source: line.spent for line in made.sources}[NHS] == thousand(-60)
    assert statement(ledger, day("2017-03-31")).spent == thousand(2472)
    assert made.left == thousand(60)


def test_the_trial_balance_by_hand() -> None:
    made = trial_balance_document(opened().trial_balance())

    # money: bank 2,564 and set aside 117 against 2,247 agreed, 317 carried forward, 117 held
    assert made["totals"]["money"] == {"debit_pence": 268_100_000, "credit_pence": 268_100_000}
    assert made["totals"]["memorandum"] == {"debit_pence": 10_100_000, "credit_pence": 10_100_000}


def test_months_close_one_after_the_other() -> None:
    ledger = close_month(opened(), Month(2016, 4), by="manager")

    assert ledger.closed_through == day("2016-04-30")
    assert close_month(ledger, Month(2016, 6), by="manager").closed_through == day("2016-06-30")
    assert held().account.kind == "risk_share"
