"""The figures on the pages of the method are what the library gives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from leftshift.fund.cases.appraising import appraise
from leftshift.fund.cases.parameters import edition_of, optimism_biases
from leftshift.fund.cases.reading import read_case
from leftshift.fund.cases.telling import document, money, percent
from leftshift.fund.premium.awarding import percent as share_of
from leftshift.fund.premium.awarding import premium
from leftshift.fund.premium.reading import read_premium
from leftshift.fund.premium.rounds import round_of
from tests.library.fund_cases.case_texts import POINTS_OF_ACCESS
from tests.library.fund_premium.test_premium import EXAMPLE

METHOD = Path(__file__).parents[3] / "docs" / "method"


def _case_figures() -> list[str]:
    found = appraise(read_case(POINTS_OF_ACCESS), as_of=date(2026, 11, 28))
    best, said = found.preferred, document(found)
    totals = best.totals
    figures = [
        str(value).removeprefix("£").removesuffix(".00")
        for value in (totals.costs, totals.benefits, totals.net)
    ]
    figures += [
        str(money(value)).removeprefix("£") for value in (totals.pv_costs, totals.pv_benefits, totals.npv)
    ]
    figures += [
        f"{totals.benefits.pence / totals.costs.pence:.4f}",
        f"{said['benefit_cost_ratio']:.4f}",
        f"{said['payback']['years']:.4f}",
    ]
    figures += [f"{row['npv']:,.0f}".replace("-", "−") for row in said["sensitivities"][:4]]
    figures += [f"{row['factor']:.6f}" for row in said["years"][1:]]
    figures += [percent(best.case.grid[0][1], 0), percent(abs(said["switching_values"][1]["change"]))]
    return figures


@pytest.mark.parametrize("figure", _case_figures())
def test_the_page_of_business_cases_states(figure: str) -> None:
    assert figure in (METHOD / "business-case.md").read_text("utf-8")


def test_the_page_of_business_cases_states_the_parameters() -> None:
    page = " ".join((METHOD / "business-case.md").read_text("utf-8").split())
    edition = edition_of("2022", date(2026, 1, 1))

    for row, other in zip(edition.rates, edition.health_rates, strict=True):
        assert f"| {share_of(row.rate)} | {share_of(other.rate)}" in page
    for bias in optimism_biases().values():
        assert f"{share_of(bias.cost['upper'])} and {share_of(bias.cost['lower'])}" in page


def test_the_page_of_the_quality_premium_states() -> None:
    page = (METHOD / "quality-premium.md").read_text("utf-8")
    found, rules = premium(read_premium(EXAMPLE)), round_of("2016/17")

    assert found.award is not None
    for amount in (found.potential, found.award, found.worth("measures.gp_survey").at_best):
        assert str(amount).removesuffix(".00") in page
    for gateway in rules.gateways:
        assert share_of(gateway.standard.value / 100) in page
        assert f"**{share_of(gateway.reduction.value)}** | **[{gateway.reduction.label}]**" in page
