"""Over- and underspends by the agreement's clauses: by hand, and to the penny whatever is drawn."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.money import Money
from leftshift.fund.ledger.clauses import Agreement, Clause
from leftshift.fund.ledger.documents import sharing_document
from leftshift.fund.ledger.operations import release_hold, set_aside
from leftshift.fund.ledger.refusals import (
    ClauseRefused,
    Incomplete,
    LedgerRefused,
    NotDecided,
    NotEnough,
    NotKnown,
)
from leftshift.fund.ledger.sharing import Outturn, agree_excess, share
from leftshift.fund.ledger.sharing_out import share_variance
from tests.library.fund_ledger.making import (
    CCG,
    COUNCIL,
    NHS,
    decided,
    funded,
    held,
    pounds,
    thousand,
    voucher,
)

SIXTY = {CCG: Decimal(60), COUNCIL: Decimal(40)}


def agreed(*clauses: Clause, **more: Any) -> Agreement:
    return Agreement((CCG, COUNCIL), COUNCIL, clauses or (Clause("fixed", shares=SIXTY),), **more)


def test_the_waterfall_by_hand() -> None:
    outturn = Outturn(
        {"crisis": thousand(500), "carers": thousand(-120)},
        risk_pool=thousand(101),
        cuts={"enablers": thousand(79)},
    )
    made = share(agreed(), outturn)

    # 500 - 120 = 380; - 101 = 279; - 79 = 200; of which 60% 120, 40% 80
    assert [(s.before, s.covers, s.remains, s.needs_decision) for s in made.steps] == [
        (thousand(500), thousand(120), thousand(380), False),
        (thousand(380), thousand(101), thousand(279), True),
        (thousand(279), thousand(79), thousand(200), True),
    ]
    assert (made.borne_by(CCG), made.borne_by(COUNCIL)) == (thousand(120), thousand(80))
    assert made.stays == {}


def test_caps_apply_after_the_split_and_the_excess_waits() -> None:
    made = share(
        agreed(Clause("fixed", shares=SIXTY, caps={CCG: thousand(100)})), Outturn({"crisis": thousand(200)})
    )

    assert made.borne_by(CCG) == thousand(100)  # 60% of 200 is 120
    assert made.borne_by(COUNCIL) == thousand(80)  # nobody takes the excess by itself
    assert made.waits == thousand(20)


def test_a_cap_of_the_pool_is_one_for_all_its_schemes() -> None:
    made = share(
        agreed(Clause("fixed", shares=SIXTY, caps={CCG: thousand(100)})),
        Outturn({"carers": thousand(100), "crisis": thousand(100)}),
    )

    assert [one.bears for one in made.shares if one.partner == CCG] == [thousand(60), thousand(40)]
    assert made.waits == thousand(20)


def test_what_lies_beyond_caps_is_decided_whole_and_with_a_minute() -> None:
    made = share(
        agreed(Clause("fixed", shares=SIXTY, caps={CCG: thousand(100)})), Outturn({"crisis": thousand(200)})
    )
    with pytest.raises(Incomplete, match="who agreed, minute"):
        agree_excess(made, {CCG: thousand(20)}, agreed_by="", minute=" ")
    with pytest.raises(NotEnough, match=r"£20,000\.00 waits"):
        agree_excess(made, {CCG: thousand(19)}, agreed_by="Both officers", minute="17/3")
    with pytest.raises(ClauseRefused, match="no partner"):
        agree_excess(made, {"nobody": thousand(20)}, agreed_by="Both officers", minute="17/3")

    beyond = agree_excess(
        made, {CCG: thousand(5), COUNCIL: thousand(15)}, agreed_by="Both officers", minute="17/3"
    )
    ledger = funded(500)
    within = ledger.post(share_variance(ledger, voucher(), made, sources={"crisis": NHS}))
    assert within.balance(kind="share_due") == thousand(180)
    whole = ledger.post(share_variance(ledger, voucher(), made, sources={"crisis": NHS}, beyond_caps=beyond))
    assert whole.balance(kind="share_due", partner=CCG) == thousand(105)
    assert whole.balance(kind="share_due", partner=COUNCIL) == thousand(95)
    with pytest.raises(NotDecided, match="the whole of it"):
        share_variance(ledger, voucher(), made, sources={"crisis": NHS}, beyond_caps=beyond[:1])


@pytest.mark.parametrize(
    ("basis", "of"),
    [
        ("contribution", {"contributed": {CCG: thousand(300), COUNCIL: thousand(100)}}),
        ("commissioned", {"commissioned": {"crisis": {CCG: thousand(30), COUNCIL: thousand(10)}}}),
    ],
)
def test_variable_shares_follow_what_is_contributed_or_commissioned(basis: str, of: dict[str, Any]) -> None:
    made = share(agreed(Clause("variable", basis=basis)), Outturn({"crisis": thousand(20)}, **of))

    assert (made.borne_by(CCG), made.borne_by(COUNCIL)) == (thousand(15), thousand(5))


def test_own_risk_stands_apart_and_neither_gives_nor_takes() -> None:
    agreement = agreed(Clause("fixed", shares=SIXTY), Clause("own_risk", scheme="hospital"))
    commissioned = {"hospital": {CCG: thousand(9)}}
    over = share(
        agreement, Outturn({"hospital": thousand(7), "carers": thousand(-7)}, commissioned=commissioned)
    )
    under = share(
        agreement, Outturn({"hospital": thousand(-7), "crisis": thousand(10)}, commissioned=commissioned)
    )

    assert over.borne_by(CCG) == thousand(7)
    assert over.stays == {"carers": thousand(7)}
    assert (under.borne_by(CCG), under.borne_by(COUNCIL)) == (thousand(6), thousand(4))
    assert under.stays == {"hospital": thousand(7)}


def test_an_underspend_stays_or_is_shared_as_the_clause_says() -> None:
    clauses = (
        Clause("fixed", shares=SIXTY),
        Clause("fixed", scheme="carers", shares=SIXTY, underspend="shared"),
    )
    made = share(agreed(*clauses), Outturn({"carers": pounds("-0.11"), "crisis": pounds("-5")}))

    assert made.stays == {"crisis": pounds("5")}
    # 60% of 11 pence is 6.6, 40% is 4.4: 6 and 4, and the odd penny to the host
    assert (made.given_to(CCG), made.given_to(COUNCIL)) == (Money(6), Money(5))
    odd = share(agreed(*clauses, odd_penny=CCG), Outturn({"carers": pounds("-0.11")}))
    assert (odd.given_to(CCG), odd.given_to(COUNCIL)) == (Money(7), Money(4))


def test_what_the_pool_covers_is_released_before_it_is_shared() -> None:
    ledger = funded(500)
    ledger = ledger.post(set_aside(ledger, voucher(), held(10)))
    made = share(agreed(), Outturn({"crisis": thousand(30)}, risk_pool=thousand(10)))
    decision = decided(thousand(10), date="2016-05-01")
    to = {"crisis": NHS}
    with pytest.raises(NotDecided, match=r"decisions release £0\.00"):
        share_variance(ledger, voucher(), made, sources=to)
    with pytest.raises(NotDecided, match="not in the ledger"):
        share_variance(ledger, voucher(), made, sources=to, decisions=[decision])

    released = ledger.post(release_hold(ledger, held(10), decision, by="manager"))
    entry = share_variance(released, voucher(), made, sources=to, decisions=[decision])
    assert released.post(entry).balance(kind="share_due") == thousand(20)
    half = decided(thousand(5), date="2016-05-01")
    with pytest.raises(NotDecided, match="named twice"):
        share_variance(released, voucher(), made, sources=to, decisions=[half, half])


def test_what_cannot_be_posted_says_why() -> None:
    made = share(agreed(), Outturn({"crisis": thousand(30)}))
    with pytest.raises(NotKnown, match="crisis belongs: nhs_minimum"):
        share_variance(funded(), voucher(), made, sources={"crisis": "nhs"})
    with pytest.raises(LedgerRefused, match="nothing to post"):
        share_variance(funded(), voucher(), share(agreed(), Outturn({})), sources={})


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Clause("half"), "'half' is no rule"),
        (lambda: Clause("fixed"), "come to 0, not to 100"),
        (lambda: Clause("fixed", shares={CCG: Decimal("99.99")}), "99.99"),
        (lambda: Clause("fixed", shares={CCG: Decimal(101), COUNCIL: Decimal(-1)}), "from 0 up"),
        (lambda: Clause("fixed", shares={CCG: Decimal("NaN")}), "from 0 up"),
        (lambda: Clause("fixed", shares={CCG: Decimal("33.3333333"), COUNCIL: Decimal("66.6666667")}), "six decimals"),
        (lambda: Clause("variable", shares=SIXTY), "no per cents"),
        (lambda: Clause("variable", basis="height"), "no basis"),
        (lambda: Clause("variable", underspend="burnt"), "no treatment"),
        (lambda: Clause("variable", caps={CCG: Money(-1)}), "nought or more"),
        (lambda: agreed(Clause("fixed", shares={"other": Decimal(100)})), "no such partner"),
        (lambda: agreed(Clause("own_risk", scheme="crisis")), "The pool has no clause"),
        (lambda: agreed(Clause("variable"), Clause("variable")), "Two clauses for the pool"),
        (lambda: agreed(Clause("variable"), odd_penny="other"), "no such partner"),
        (lambda: Agreement((CCG, CCG), CCG, (Clause("variable"),)), "twice"),
        (lambda: Outturn({}, risk_pool=Money(-1)), "nought or more"),
        (lambda: share(agreed(Clause("variable")), Outturn({"crisis": Money(1)})), "crisis: say what each partner contributes"),
        (lambda: share(agreed(Clause("variable")), Outturn({"crisis": Money(1)}, contributed={"x": Money(1)})), "x: no partner"),
    ],
)  # fmt: skip
def test_a_clause_that_cannot_be_carried_out(made: Any, words: str) -> None:
    with pytest.raises(ClauseRefused, match=words):
        made()


PARTNERS = ("ccg", "council", "district")
pence = st.integers(0, 10**6).map(Money)
shares_of = (
    st.lists(st.integers(0, 10000), min_size=2, max_size=2)
    .map(sorted)
    .map(
        lambda cut: dict(
            zip(
                PARTNERS,
                (Decimal(cut[0]) / 100, Decimal(cut[1] - cut[0]) / 100, Decimal(10000 - cut[1]) / 100),
                strict=True,
            )
        )
    )
)
caps = st.dictionaries(st.sampled_from(PARTNERS), st.integers(0, 10**5).map(Money), max_size=3)
underspends = st.sampled_from(["stays", "shared"])
clauses = st.one_of(
    st.builds(lambda s, c, u: Clause("fixed", shares=s, caps=c, underspend=u), shares_of, caps, underspends),
    st.builds(
        lambda b, c, u: Clause("variable", basis=b, caps=c, underspend=u),
        st.sampled_from(["contribution", "commissioned"]), caps, underspends,
    ),
)  # fmt: skip
weights = (
    st.lists(pence, min_size=3, max_size=3)
    .filter(lambda w: sum(m.pence for m in w) > 0)
    .map(lambda w: dict(zip(PARTNERS, w, strict=True)))
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[tuple[Clause, ...], Outturn]:
    schemes = ["carers", "crisis", "enablers", "hospital"]
    variances = {
        s: Money(draw(st.integers(-(10**6), 10**6))) for s in draw(st.sets(st.sampled_from(schemes)))
    }
    return (draw(clauses), Clause("own_risk", scheme="hospital")), Outturn(
        variances,
        risk_pool=draw(pence | st.just(Money(0))),
        cuts={"later": draw(pence | st.just(Money(0)))},
        contributed=draw(weights),
        commissioned={scheme: draw(weights) for scheme in schemes},
    )


@given(cases(), st.sampled_from(PARTNERS))
def test_every_penny_is_covered_borne_waiting_or_stays(
    case: tuple[tuple[Clause, ...], Outturn], odd: str
) -> None:
    rules, outturn = case
    made = share(Agreement(PARTNERS, "council", rules, odd), outturn)
    over = sum(v.pence for v in outturn.variances.values() if v.pence > 0)
    under = -sum(v.pence for v in outturn.variances.values() if v.pence < 0)
    covered = sum(step.covers.pence for step in made.steps)
    borne = sum(s.bears.pence + s.waits.pence for s in made.shares if not s.given)
    given_back = sum(s.bears.pence for s in made.shares if s.given)

    assert over == covered + borne
    assert under == made.steps[0].covers.pence + given_back + sum(v.pence for v in made.stays.values())
    assert all(one.pence >= 0 for s in made.shares for one in (s.split, s.bears, s.waits))
    for partner, cap in rules[0].caps.items():
        assert (
            sum(
                s.bears.pence
                for s in made.shares
                if s.partner == partner and not s.given and s.rule != "own_risk"
            )
            <= cap.pence
        )
    for step in made.steps:
        assert step.covers <= step.available
        assert not step.of or sum(m.pence for m in step.of.values()) == step.covers.pence


@given(cases(), st.permutations(PARTNERS), st.randoms(use_true_random=False))
def test_no_order_matters(case: tuple[tuple[Clause, ...], Outturn], order: list[str], luck: Any) -> None:
    rules, outturn = case
    schemes = list(outturn.variances)
    luck.shuffle(schemes)
    other = Outturn(
        {scheme: outturn.variances[scheme] for scheme in schemes},
        outturn.risk_pool,
        outturn.cuts,
        {partner: outturn.contributed[partner] for partner in order},
        outturn.commissioned,
    )

    first = sharing_document(share(Agreement(PARTNERS, "council", rules), outturn))
    assert sharing_document(share(Agreement(tuple(order), "council", rules[::-1]), other)) == first


@given(cases())
def test_only_the_odd_pennies_hang_on_who_takes_them(case: tuple[tuple[Clause, ...], Outturn]) -> None:
    rules, outturn = case
    made = [share(Agreement(PARTNERS, "council", rules, odd), outturn) for odd in PARTNERS]

    for shares in zip(*(one.shares for one in made), strict=True):
        assert max(s.split.pence for s in shares) - min(s.split.pence for s in shares) < len(PARTNERS)
