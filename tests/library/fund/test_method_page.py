"""The page of the method states what the library gives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from leftshift.fund.plan.totals import thousands, tie_out
from tests.library.fund.plans import round_of
from tests.library.fund.test_rutland import FUND

PAGE = " ".join(
    (Path(__file__).parents[3] / "docs" / "method" / "pooled-funds.md").read_text("utf-8").split()
)


def _sum(amounts: object) -> str:
    return " + ".join(f"{thousands(amount):,.0f}" for amount in amounts)  # type: ignore[attr-defined]


def _figures() -> list[str]:
    found = FUND.totals
    (wrong,) = (tie for tie in tie_out(FUND.plan, FUND.round) if not tie.ties)
    shown = [row.amount for row in FUND.plan.spend if row.listed and FUND.plan.scheme[row.scheme].priority == wrong.row.item]  # fmt: skip
    total, whole = f"{thousands(found.total_income):,.0f}", f"{thousands(found.resources):,.0f}"
    return [
        f"{_sum(found.income.values())} = {total} come in",
        f"{_sum(found.by_priority.values())} = {total} are spent",
        f"{total} + {thousands(found.outside):,.0f} = {whole} resources",
        f"{_sum(shown)} = {thousands(wrong.worked_out):,.0f}",
        f"the missing {thousands(wrong.difference):,.0f}",
        f"{thousands(found.unattributed['carry_forward']):,.0f} is unattributed",
    ]


@pytest.mark.parametrize("figure", _figures())
def test_the_page_states(figure: str) -> None:
    assert figure in PAGE


def test_examples_that_other_tests_work_out_stand_on_the_page() -> None:
    # each of them is a test of test_minimums.py or test_measured.py
    for words in (
        "33.3%, counts 33,300.33", "62 of 52,900 by 100,000 is 117.2023, shown as 117.2", "3,000 / 6,000 = 0.50",
        "180 / 1,000 × 100,000 = 18,000", "100 + (50 − 30) = 120", "44 + 8 − 50 = 2", "50 × 24 / 30 = 40", "40 × 30 / 24 = 50",
        "amber up to the share that the place sets (5%",
    ):  # fmt: skip
        assert words in PAGE
    assert FUND.check(date(2016, 3, 1)).asked.round is round_of("2016-17")
