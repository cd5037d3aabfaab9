"""Control totals, envelopes and the risk pool: by hand, what must hold, and what is refused."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.economy.control.checking import control_faults
from leftshift.economy.control.envelopes import envelopes
from leftshift.economy.control.payments import Payments
from leftshift.economy.control.risk_pool import risk_pool
from leftshift.economy.control.totals import control_totals
from leftshift.economy.result import run
from leftshift.foundation.faults import Fault
from leftshift.foundation.years import Quarter
from leftshift.place import capacity_rows, rows
from leftshift.place.place import Place
from leftshift.place.rows import OUTSIDE
from leftshift.place.seen import Seen
from tests.library.capacity_places import BASE, BUYER, BY, HOSPITAL, OTHER, intervention, place, year
from tests.library.places import places


def contract(name: str, payer: str, payee: str, value: float, **more: Any) -> rows.Contract:
    return rows.Contract(
        contract=name, payer=payer, payee=payee, service="care", value=value, **{"year": BASE, **more}, **BY
    )


def line(name: str, organisation: str, kind: Any, value: float) -> rows.Line:
    return rows.Line(
        line=name, organisation=organisation, type=kind, service="care", value=value, year=BASE, **BY
    )


def envelope(amount: float, payee: str = HOSPITAL, name: str = "E1", **more: Any) -> capacity_rows.Envelope:
    given_more = {"payer": BUYER, "year": year(2018), **more}
    return capacity_rows.Envelope(envelope=name, payee=payee, amount=amount, **BY, **given_more)


def total(amount: float, organisation: str | None = None, **more: Any) -> capacity_rows.ControlTotal:
    return capacity_rows.ControlTotal(organisation=organisation, year=year(2018), amount=amount, **BY, **more)


def entry(
    when: str, kind: Any, amount: float, organisation: str = BUYER, item: str = ""
) -> capacity_rows.PoolEntry:
    return capacity_rows.PoolEntry(
        quarter=Quarter.parse(when), organisation=organisation, kind=kind, item=item, amount=amount, **BY
    )


def money(**tables: Any) -> Place:
    """A buyer with 1,000 that pays the hospital 600 and the trust 250, and spends 100 itself; hospital and trust cost 590 and 240."""
    return place(
        **{
            "contracts": (contract("C1", BUYER, HOSPITAL, 600), contract("C2", BUYER, OTHER, 250)),
            "lines": (
                line("L1", BUYER, "allocation", 1000), line("L2", BUYER, "cost", 100),
                line("L3", HOSPITAL, "cost", 590), line("L4", OTHER, "cost", 240),
            ),
            **tables,
        }
    )  # fmt: skip


def with_interventions(**tables: Any) -> Place:
    """The same, where 60 of activity moves from the hospital to the trust at 80% of its price."""
    return money(
        interventions=(intervention("shift"),),
        rules=tuple(
            rows.RuleShare(rule="bed_days_shifted_to_new", share=share, value=value, **BY)
            for share, value in (("cost_share", 0.7), ("receiver_cost_share", 1.0), ("price_share", 0.8))
        ),
        effects=(
            rows.Effect(effect="X1", intervention="shift", rule="bed_days_shifted_to_new", contract="C1", receiver=OTHER,
                value=60.0, price_year=BASE, **BY),
        ),
        **tables,
    )  # fmt: skip


def faults(asked: Place) -> list[Fault]:
    return list(control_faults(asked, Seen()))


def test_a_total_that_is_met_keeps_its_funding_and_one_that_is_missed_loses_it() -> None:
    met, missed, system = (total(10, HOSPITAL, funding=4.0), total(11, OTHER, funding=3.0), total(60))
    held = {
        found.row.organisation: found
        for found in control_totals(run(money(control_totals=(met, missed, system))))
    }

    assert held[HOSPITAL].position == pytest.approx(600 - 590)
    assert (held[HOSPITAL].is_met, held[HOSPITAL].difference, held[HOSPITAL].position_as_paid) == (
        True,
        0,
        10,
    )
    assert (held[OTHER].is_met, held[OTHER].difference, held[OTHER].funding_lost) == (False, -1, 3)
    assert held[OTHER].position_as_paid == 250 - 240 - 3
    assert held[None].position == pytest.approx(50 + 10 + 10)
    assert held[None].name == "NHS"


def test_an_envelope_is_held_against_what_the_plan_pays_with_its_interventions() -> None:
    asked = with_interventions(
        envelopes=(envelope(500, name="E1"), envelope(50, name="E2"), envelope(300, OTHER, "E3"))
    )
    held = envelopes(run(asked)).held

    assert [(found.payee, found.envelopes) for found in held] == [(OTHER, ("E3",)), (HOSPITAL, ("E1", "E2"))]
    assert held[1].modelled == pytest.approx(600 - 60)
    assert held[1].difference == pytest.approx(540 - 550)
    assert held[0].modelled == pytest.approx(250 + 0.8 * 60)


def test_envelopes_are_afforded_together_or_not() -> None:
    enough = (envelope(600), envelope(300, OTHER, "E2"))
    short = (envelope(640), envelope(300, OTHER, "E2"))
    (can,), (cannot,) = (envelopes(run(money(envelopes=agreed))).affordability for agreed in (enough, short))

    assert (can.income, can.offered, can.other_spending, can.left) == (1000, 900, 100, 0)
    assert can.is_affordable
    assert (cannot.left, cannot.is_affordable) == (1000 - 940 - 100, False)


def test_only_what_has_an_envelope_is_taken_out_of_the_other_spending() -> None:
    (found,) = envelopes(run(money(envelopes=(envelope(610),)))).affordability

    assert found.other_spending == 100 + 250
    assert found.left == 1000 - 610 - 350


def test_a_payee_sees_what_is_offered_beside_what_it_counts_on() -> None:
    asked = money(
        contracts=(
            contract("C1", BUYER, HOSPITAL, 600),
            contract("C2", OTHER, HOSPITAL, 70),
            contract("C3", OUTSIDE, HOSPITAL, 5),
        ),
        envelopes=(envelope(580), envelope(60, name="E2", payer=OTHER), envelope(9, OUTSIDE, "E3")),
    )
    (found,) = envelopes(run(asked)).offered

    assert (found.payee, found.offered, found.modelled, found.income) == (HOSPITAL, 580 + 60, 600 + 70, 675)
    assert found.difference == 30


def test_a_stated_payment_counts_once_and_what_is_only_compared_not_at_all() -> None:
    def stated(name: str, organisation: str, amount: float) -> rows.StatedEffect:
        return rows.StatedEffect(
            intervention=name,
            organisation=organisation,
            year=year(2018),
            amount=amount,
            payer=BUYER,
            payee=HOSPITAL,
            **BY,
        )

    asked = money(
        interventions=tuple(
            rows.Intervention(intervention=name, name=name, step="first", stage=stage, **BY)  # type: ignore[arg-type]
            for name, stage in (("pay", "plan"), ("idea", "comparison"))
        ),
        stated_effects=tuple(
            stated(name, organisation, amount)
            for name in ("pay", "idea")
            for organisation, amount in ((BUYER, -20.0), (HOSPITAL, 20.0))
        ),
        envelopes=(envelope(610),),
    )  # fmt: skip
    found = envelopes(run(asked))

    assert found.held[0].modelled == 620
    assert found.offered[0].income == 620
    assert found.affordability[0].other_spending == 350


@given(places())
def test_payments_are_those_of_the_ledger(asked: Place) -> None:
    result = run(asked)
    payments = Payments(result.projection)
    compared = {row.intervention for row in asked.interventions if row.stage == "comparison"}
    ledger: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in result.tables()["transfers"].rows(named=True):
        if row["cause"] not in compared:
            ledger[row["payer"], row["payee"], row["year"]] += row["amount"]
    stated = {(row.payer, row.payee) for row in asked.stated_effects}
    codes = [row.code for row in asked.organisations]
    for payer, payee in permutations(codes, 2):
        if (payer, payee) not in stated:
            by_hand = [ledger[payer, payee, when.label] for when in result.years]
            assert payments.between(payer, payee) == pytest.approx(by_hand, rel=1e-9, abs=1e-3)


def test_the_pool_runs_quarter_by_quarter_and_looks_forward() -> None:
    asked = place(
        risk_pool=(
            entry("2017/18 Q1", "contribution", 100), entry("2017/18 Q1", "contribution", 50, OTHER),
            entry("2017/18 Q2", "call", 30, HOSPITAL), entry("2017/18 Q4", "contribution", 20),
            entry("2017/18 Q4", "release", 10), entry("2017/18 Q4", "expected_call", 60, HOSPITAL),
            entry("2018/19 Q1", "expected_call", 90, HOSPITAL),
        )
    )  # fmt: skip
    pool = risk_pool(asked)
    first, second, third, fourth, fifth = pool.quarters

    assert [str(found.quarter) for found in pool.quarters] == [
        "2017/18 Q1",
        "2017/18 Q2",
        "2017/18 Q3",
        "2017/18 Q4",
        "2018/19 Q1",
    ]
    assert [found.closing for found in pool.quarters] == [150, 120, 120, 120 + 20 - 10, 130]
    assert [found.opening for found in pool.quarters] == [0, 150, 120, 120, 130]
    assert first.free == 150 - (60 + 90)
    assert second.free == 120 - 150
    assert third.free_with_later == 120 - 150 + 20
    assert fourth.free == 130 - 90
    assert fifth.free == 130
    assert {found.organisation: found.contributions - found.calls - found.releases for found in pool.members} == {
        BUYER: 120 - 10, OTHER: 50, HOSPITAL: -30,
    }  # fmt: skip


kinds = st.sampled_from(["contribution", "call", "release", "expected_call"])


@given(
    st.lists(st.tuples(st.integers(2016, 2020), st.integers(1, 4), kinds, st.floats(0, 1e6), st.sampled_from([BUYER, OTHER])), max_size=15),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_the_pool_is_what_came_in_less_what_left_in_any_order(given_rows: list[Any], random: Any) -> None:
    made = [
        entry(f"{year(when)} Q{number}", kind, amount, code, str(at))
        for at, (when, number, kind, amount, code) in enumerate(given_rows)
    ]
    pool = risk_pool(place(risk_pool=tuple(made)))
    random.shuffle(made)
    signs = {"contribution": 1, "call": -1, "release": -1, "expected_call": 0}

    assert (pool.quarters[-1].closing if pool.quarters else 0) == pytest.approx(
        sum(signs[row.kind] * row.amount for row in made), abs=1e-3
    )
    assert risk_pool(place(risk_pool=tuple(made))) == pool
    assert sum(found.contributions for found in pool.members) == pytest.approx(
        sum(found.contributions for found in pool.quarters)
    )


def test_everything_is_told_as_plain_values() -> None:
    asked = with_interventions(
        envelopes=(envelope(500),),
        control_totals=(total(3, HOSPITAL),),
        risk_pool=(entry("2017/18 Q1", "contribution", 1),),
    )
    result = run(asked)
    documents = [
        envelopes(result).document(),
        control_totals(result)[0].document(),
        risk_pool(asked).document(),
    ]

    assert json.loads(json.dumps(documents)) == documents
    assert documents[0]["payers"][0]["year"] == "2018/19"


WRONG: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("an envelope that nobody's contract matches", {"envelopes": (envelope(5, OTHER, payer=HOSPITAL),)}, "payee", "no contract", "contract between them"),
    ("an envelope before its contract", {"contracts": (contract("C1", BUYER, HOSPITAL, 600, year=year(2019)),), "envelopes": (envelope(5),)}, "payee", "no contract", "runs in that year"),
    ("an envelope after a contract that does not recur", {"contracts": (contract("C1", BUYER, HOSPITAL, 600, recurrent=False),), "envelopes": (envelope(5),)}, "payee", "no contract", "runs in that year"),
    ("an envelope with itself", {"envelopes": (envelope(5, BUYER),)}, "payee", "contract with itself", BUYER),
    ("a quarter after the plan", {"risk_pool": (entry("2021/22 Q1", "contribution", 5),)}, "quarter", "year outside the plan", "2016/17 to 2020/21"),
    ("a call on an empty pool", {"risk_pool": (entry("2017/18 Q1", "contribution", 5), entry("2017/18 Q2", "call", 6), entry("2017/18 Q3", "call", 7))}, "amount", "more than there is", "at most 5"),
    ("a release before the contribution", {"risk_pool": (entry("2017/18 Q1", "release", 5), entry("2017/18 Q2", "contribution", 9))}, "amount", "more than there is", "at most 0"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tables", "column", "kind", "words"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_what_cannot_be_is_answered(tables: dict[str, Any], column: str, kind: str, words: str) -> None:
    found = faults(money(**tables))

    assert [(fault.column, fault.kind) for fault in found] == [(column, kind)], found
    assert words in found[0].expected


def test_what_can_be_has_no_fault() -> None:
    asked = with_interventions(
        envelopes=(envelope(5), envelope(5, OTHER, "E2")),
        control_totals=(total(5),),
        risk_pool=(entry("2017/18 Q1", "contribution", 5),),
    )

    assert faults(asked) == []


def test_an_envelope_of_a_shift_needs_no_contract_of_its_own() -> None:
    asked = with_interventions(envelopes=(envelope(5, OTHER),)).with_tables(
        contracts=(contract("C1", BUYER, HOSPITAL, 600),)
    )

    assert faults(asked) == []


def test_what_a_member_loses_the_system_loses() -> None:
    """The system meets its total; the hospital misses its own by far, and 40 that hang on it are not paid to either."""
    asked = money(control_totals=(total(-1000.0, funding=60.0), total(1000.0, HOSPITAL, funding=40.0)))
    system, hospital = control_totals(run(asked))

    assert (system.is_met, hospital.is_met) == (True, False)
    assert (system.funding_lost, hospital.funding_lost) == (40.0, 40.0)
    assert system.position_as_paid == pytest.approx(system.position - 40.0)
