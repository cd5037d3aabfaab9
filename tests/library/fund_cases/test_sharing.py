"""Keys share to the penny; properties of appraisals; a slow and obvious second implementation."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.foundation.discounting import DiscountRate, ExactRate, discount_factors, exact_discount_factors
from leftshift.foundation.money import Money
from leftshift.fund.cases.case import COST as COST_SIDE
from leftshift.fund.cases.sharing import CannotBeShared, split
from leftshift.fund.cases.varying import switching_values
from tests.library.fund_cases.case_texts import BENEFIT, COST, HEAD, best

YEARS = ("2024/25", "2025/26", "2026/27", "2027/28")
_PENCE = st.integers(0, 10**9)


def line(code: str, side: str, whose: str, amounts: list[int], phase: str = "P1") -> str:
    """A line of the invented case; amounts in pence by year."""
    said = ", ".join(
        f'"{year}" = {pence // 100}.{pence % 100:02d}' for year, pence in zip(YEARS, amounts, strict=False)
    )
    more = 'class = "cash_releasing"\n' if side == "benefit" else ""
    return f'[[lines]]\ncode = "{code}"\noption = "do"\nside = "{side}"\nname = "{code}"\n{whose}\nphase = "{phase}"\n{more}amounts = {{ {said} }}\n'


def borne(text: str) -> dict[str, int]:
    return {part.code: part.totals.costs.pence for part in best(text).by_organisation}


def test_shares_by_benefit_use_the_benefits_of_the_phase_alone() -> None:
    text = (
        HEAD
        + line("c1", "cost", 'key = "by_benefit"', [100_00])
        + line("c2", "cost", 'key = "by_benefit"', [50_00], "P2")
    )
    text += line("a", "benefit", 'organisation = "A"', [0, 200_00]) + line(
        "b", "benefit", 'organisation = "B"', [0, 100_00]
    )
    text += line("b2", "benefit", 'organisation = "B"', [0, 999_00], "P2")

    # phase 1: 100 × 200/300 = 66.67 and 33.33; phase 2: B alone
    assert borne(text) == {"A": 66_67, "B": 33_33 + 50_00}
    found = best(text)
    assert [(part.code, part.totals.costs.pence) for part in found.members_of("P1")] == [
        ("A", 66_67),
        ("B", 33_33),
    ]
    assert [part.totals.costs.pence for part in found.by_phase] == [100_00, 50_00]
    assert "Trust A 66.67% (£200.00 of £300.00)" in found.sharings[0].sentence


@pytest.mark.parametrize(("key", "first"), [("by_people", 25_00), ("halves", 50_00), ("fixed", 70_00)])
def test_the_other_keys_by_hand(key: str, first: int) -> None:
    text = HEAD + line("c", "cost", f'key = "{key}"', [100_00]) + BENEFIT

    assert borne(text) == {"A": first, "B": 100_00 - first}


def test_nothing_to_share_by_is_an_error() -> None:
    with pytest.raises(CannotBeShared):
        split(Money(100), {"A": Fraction(0)})


@given(
    _PENCE,
    st.dictionaries(st.text(min_size=1, max_size=3), st.fractions(0, 100, max_denominator=97), min_size=1),
)
def test_parts_add_up_to_the_penny_and_are_near_their_share(pence: int, weights: dict[str, Fraction]) -> None:
    if not any(weights.values()):
        return
    parts = split(Money(pence), weights)
    total = sum(weights.values())

    assert sum(part.pence for part in parts.values()) == pence
    assert all(abs(parts[code].pence - pence * weight / total) < 1 for code, weight in weights.items())


_AMOUNTS = st.lists(_PENCE, min_size=1, max_size=4)
_LINES = st.lists(
    st.tuples(st.sampled_from(["by_benefit", "halves", "fixed", "by_people"]), _AMOUNTS),
    min_size=1,
    max_size=4,
)


def _text(costs: list[tuple[str, list[int]]], gains: list[list[int]], seed: int = 0) -> str:
    lines = [line(f"c{at}", "cost", f'key = "{key}"', amounts) for at, (key, amounts) in enumerate(costs)]
    lines += [
        line(f"b{at}", "benefit", f'organisation = "{"AB"[at % 2]}"', amounts)
        for at, amounts in enumerate(gains)
    ]
    lines.append(line("some", "benefit", 'organisation = "A"', [0, 1]))
    lines.append(line("more", "cost", 'organisation = "A"', [1]))
    random.Random(seed).shuffle(lines)
    return HEAD + "".join(lines)


@given(_LINES, st.lists(_AMOUNTS, max_size=4), st.integers(1, 1000))
def test_appraisals_hold_together(
    costs: list[tuple[str, list[int]]], gains: list[list[int]], seed: int
) -> None:
    found = best(_text(costs, gains))
    totals = found.totals

    # organisations, phases and years are the whole, exactly
    assert totals.costs.pence == sum(sum(amounts) for _, amounts in costs) + 1
    for parts in (found.by_organisation, found.by_phase):
        assert sum(part.totals.costs.pence for part in parts) == totals.costs.pence
        assert sum(part.totals.npv for part in parts) == totals.npv
    assert found.years[-1].cumulative_discounted == totals.npv
    assert found.years[-1].cumulative * 100 == totals.net.pence
    # the order of lines does not matter
    assert best(_text(costs, gains, seed)).totals == totals
    # switching values make it worth nothing
    for value in switching_values(found):
        if value.what in ("costs", "benefits") and value.change is not None:
            worth = -totals.pv_costs if value.what == "costs" else totals.pv_benefits
            assert totals.npv + value.change * worth == 0


@given(_LINES, st.lists(_AMOUNTS, max_size=3))
def test_worth_is_linear_in_the_amounts(costs: list[tuple[str, list[int]]], gains: list[list[int]]) -> None:
    once = best(_text(costs, gains)).totals
    added = best(_text(costs + costs, gains + gains)).totals
    small = best(_text([("halves", [0])], [])).totals

    assert added.npv - once.npv == once.npv - small.npv


@given(_LINES, st.lists(_AMOUNTS, max_size=4))
def test_the_slow_way_agrees(costs: list[tuple[str, list[int]]], gains: list[list[int]]) -> None:
    """Floats, one loop after the other; to a thousandth of a penny in the pound."""
    found = best(_text(costs, gains)).totals
    spent = sum(pence / 100 / 1.035**at for _, amounts in costs for at, pence in enumerate(amounts)) + 0.01
    gained = (
        sum(pence / 100 / 1.035**at for amounts in gains for at, pence in enumerate(amounts)) + 0.01 / 1.035
    )

    assert float(found.pv_costs) == pytest.approx(spent, rel=1e-9)
    assert float(found.pv_benefits) == pytest.approx(gained, rel=1e-9)


def test_exact_factors_are_the_factors_of_the_model() -> None:
    rates = ((0, "0.035"), (30, "0.03"), (75, "0.025"))
    exact = exact_discount_factors(126, [ExactRate(after, Decimal(rate)) for after, rate in rates])
    floats = discount_factors(126, [DiscountRate(after, float(rate)) for after, rate in rates])

    assert [float(factor) for factor in exact] == pytest.approx(list(floats), rel=1e-12)
    assert exact_discount_factors(2, [], first=1) == (Fraction(1), Fraction(1))
    once = exact_discount_factors(3, [ExactRate(0, Decimal("0.5"))], first=1)
    assert once == (Fraction(2, 3), Fraction(4, 9), Fraction(8, 27))


def test_a_cost_is_borne_by_who_is_named() -> None:
    assert all(
        flow.organisation == "A" for flow in best(HEAD + COST + BENEFIT).flows if flow.line.side == COST_SIDE
    )
