"""The money of a fund plan in the economy of a place: each amount once, by hand, and what does not fit is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leftshift import read_fund, read_place
from leftshift.foundation.faults import FaultsFound
from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear
from leftshift.fund.fund import Fund
from leftshift.fund.joining import join, parameters
from leftshift.fund.plan.work_rows import Claim
from leftshift.model import Model
from leftshift.place.contributions import CausedTwice
from leftshift.place.rows import Contract, Line
from tests.library.fund.plans import ABOUT

ROOT = Path(__file__).parents[3]
YEAR = FinancialYear.parse("2016/17")
COUNCIL, CCG = "E06000017", "03W"


@pytest.fixture(scope="module")
def llr() -> Model:
    """LLR of November 2016, whose organisations the partners of Rutland are."""
    return read_place(ROOT / "examples" / "llr-2016")


@pytest.fixture(scope="module")
def rutland() -> Fund:
    """Rutland 2016-17 as published."""
    return read_fund(ROOT / "examples" / "rutland-2016-17")


def with_spend(fund: Fund, **changes: dict[str, Any]) -> Fund:
    """The fund with other values in some lines of expenditure, by their short names."""
    rows = [replace(row, **changes.get(row.spend, {})) for row in fund.plan.spend]
    return fund.with_plan(fund.plan.with_tables(spend=rows))


def rows_of(fund: Fund, place: Model) -> list[Any]:
    found = join(fund.plan, fund.round, place.place)
    return [
        row
        for entry in found.contributions
        for name in ("contracts", "lines")
        for row in entry.tables.get(name, ())
    ]


def test_a_line_of_the_nhs_goes_from_the_commissioner_to_the_host_and_from_there_to_the_provider(
    llr: Model, rutland: Fund
) -> None:
    """£405,000 of the NHS minimum for a community trust: 03W pays the council 405, the council pays RT5 405."""
    nhs = {"source_of_funding": "nhs_minimum", "provider": "nhs_community", "provider_body": "RT5"}
    rows = [
        row
        for row in rows_of(with_spend(rutland, community_services_nhs=nhs), llr)
        if ":community_services_nhs:" in str(row)
    ]
    assert [
        (row.payer, row.payee, row.value, row.recurrent) for row in rows if isinstance(row, Contract)
    ] == [
        (CCG, COUNCIL, 405.0, False),
        (COUNCIL, "RT5", 405.0, False),
    ]


def test_what_a_partner_outside_the_place_pays_in_is_not_lost(llr: Model, rutland: Fund) -> None:
    """£405,000 that a commissioner of another place pays in and a community trust is paid: the council neither gains nor loses."""
    far = {"partner": "99Z", "provider": "nhs_community", "provider_body": "RT5"}
    partners = [
        *rutland.plan.partners,
        replace(rutland.plan.partners[0], partner="99Z", name="Far", host=False),
    ]
    fund = with_spend(rutland, community_services_nhs=far)
    fund = fund.with_plan(fund.plan.with_tables(partners=partners))
    rows = [row for row in rows_of(fund, llr) if ":community_services_nhs:" in str(row)]
    assert [(row.payer, row.payee, row.value) for row in rows] == [
        ("outside", COUNCIL, 405.0),
        (COUNCIL, "RT5", 405.0),
    ]
    before = llr.with_fund(with_spend(rutland, community_services_nhs=far | {"partner": None})).project()
    after = llr.with_fund(fund).project()
    assert after.position(COUNCIL, YEAR) - before.position(COUNCIL, YEAR) == pytest.approx(405, abs=0.001)


def test_a_grant_of_the_council_is_its_income_and_its_cost(llr: Model, rutland: Fund) -> None:
    """The Disabled Facilities Grant, £186,000: in from government, out as the council's own cost."""
    own = with_spend(rutland, adaptations={"provider": "council"})
    rows = [row for row in rows_of(own, llr) if ":adaptations:" in str(row)]
    assert [(row.type, row.organisation, row.value) for row in rows if isinstance(row, Line)] == [
        ("other_income", COUNCIL, 186.0),
        ("cost", COUNCIL, 186.0),
    ]


def test_what_leaves_the_host_is_the_plan_and_it_is_joined_once(llr: Model, rutland: Fund) -> None:
    """2,447 leave the host, whichever way: 2,447 = 528 + 898 + 936 + 85."""
    out = [
        row.value
        for row in rows_of(rutland, llr)
        if (isinstance(row, Contract) and row.payer == COUNCIL)
        or (isinstance(row, Line) and row.type == "cost")
    ]
    assert sum(out) == pytest.approx(528 + 898 + 936 + 85)
    once = llr.with_fund(rutland)
    assert all(check.passed is not False for check in once.project().checks())
    with pytest.raises(CausedTwice, match="is joined already"):
        once.with_fund(rutland)


def test_the_position_of_the_council_moves_by_what_no_source_of_the_year_pays(
    llr: Model, rutland: Fund
) -> None:
    """Lines without a source are the host's to pay: 2,447 − 186 of the grant = 2,261 in the year of the plan alone."""
    before, after = llr.project(), llr.with_fund(rutland).project()
    moved = after.position(COUNCIL, YEAR) - before.position(COUNCIL, YEAR)
    assert moved == pytest.approx(-(2447 - 186), abs=0.001)
    later = FinancialYear.parse("2017/18")
    assert after.position(COUNCIL, later) == pytest.approx(before.position(COUNCIL, later), abs=0.001)


def test_a_line_that_is_part_of_a_contract_adds_nothing(llr: Model, rutland: Fund) -> None:
    part = with_spend(rutland, community_services_nhs={"contract": "03W-RT5"})
    found = join(part.plan, part.round, llr.place)
    assert not [entry for entry in found.contributions if "community_services_nhs" in entry.cause]
    assert any("part of contract 03W-RT5" in note for note in found.notes)
    before, after = llr.with_fund(rutland).project(), llr.with_fund(part).project()
    assert after.position(COUNCIL, YEAR) - before.position(COUNCIL, YEAR) == pytest.approx(405, abs=0.001)


def test_two_partners_of_one_source_pay_in_proportion_to_the_penny(llr: Model, rutland: Fund) -> None:
    """£100.01 of a source to which one gives two thirds: 66.67 and 33.34, which make 100.01."""
    first = rutland.plan.income[0]
    both = [
        replace(first, amount=Money.pounds(2000)),
        replace(first, income="second", partner="04V", amount=Money.pounds(1000)),
        *rutland.plan.income[1:],
    ]
    line = {"crisis_nhs": {"source_of_funding": "nhs_minimum", "amount": Money.pounds("100.01")}}
    shared = with_spend(rutland, **line)
    shared = shared.with_plan(shared.plan.with_tables(income=both))
    paid = {
        row.payer: row.value
        for row in rows_of(shared, llr)
        if isinstance(row, Contract) and ":crisis_nhs:" in row.contract and row.payee == COUNCIL
    }
    assert paid == {CCG: pytest.approx(0.06667), "04V": pytest.approx(0.03334)}


def test_what_schemes_avoid_is_saved_lost_and_partly_saved_again(llr: Model, rutland: Fund) -> None:
    """100 admissions at £1,490, of which 80% would have happened: the payer saves 119.2, the provider loses it and saves 70%: 83.44."""
    claim = Claim(
        claim="falls_car", scheme="crisis", metric="non_elective_admissions", owner="Head of urgent care", year=YEAR, planned=100,  # type: ignore[arg-type]
        probability=0.8, unit_value=Money.pounds(1490), payer=CCG, payee="RWE", **ABOUT,
    )  # fmt: skip
    claimed = rutland.with_plan(rutland.plan.with_tables(claims=[claim]))
    before, after = llr.with_fund(rutland).project(), llr.with_fund(claimed).project()
    saved = 100 * 0.8 * 1.49
    assert after.position(CCG, YEAR) - before.position(CCG, YEAR) == pytest.approx(saved, abs=0.001)
    lost = -saved + float(parameters()["provider_cost_saving"]["value"]) * saved
    assert after.position("RWE", YEAR) - before.position("RWE", YEAR) == pytest.approx(lost, abs=0.001)
    # a scheme that is an intervention of the place already adds no effect
    schemes = [
        replace(row, intervention="new_models") if row.scheme == "crisis" else row
        for row in rutland.plan.schemes
    ]
    known = claimed.with_plan(claimed.plan.with_tables(schemes=schemes))
    assert any(
        "is intervention new_models of the place" in note
        for note in join(known.plan, known.round, llr.place).notes
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"crisis_nhs": {"contract": "03W-RT6"}}, "03W-RT5"),
        (
            {"crisis_nhs": {"contract": "03W-RX9", "amount": Money.pounds(13_000_000)}},
            "at most £12,000 thousand",
        ),
    ],
)
def test_what_does_not_fit_the_place_is_refused(
    llr: Model, rutland: Fund, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(FaultsFound, match=r"spend\.csv") as found:
        llr.with_fund(with_spend(rutland, **change))
    assert words in str(found.value)


def test_a_host_that_is_no_organisation_of_the_place_stands_outside_it() -> None:
    """Southmoor's council holds the pool and is not of the place: the commissioner pays it, and it pays the two trusts."""
    fund, place = (
        read_fund(ROOT / "examples" / "southmoor-2025-26"),
        read_place(ROOT / "examples" / "southmoor"),
    )
    found = join(fund.plan, fund.round, place.place)
    rows = [
        row
        for entry in found.contributions
        for row in entry.tables.get("contracts", ())
        if isinstance(row, Contract)
    ]
    assert {(row.payer, row.payee) for row in rows} <= {
        ("SM1", "outside"),
        ("outside", "RS1"),
        ("outside", "RS2"),
    }
    assert not [row for entry in found.contributions for row in entry.tables.get("lines", ())]
    paid = sum(row.value for row in rows if row.payer == "SM1")
    assert paid == pytest.approx(21_400 + 1_200)  # the NHS minimum and what the commissioner adds
    assert any("stands outside" in note for note in found.notes)
    place.with_fund(fund).project()


def test_a_plan_none_of_whose_partners_is_of_the_place_is_refused(rutland: Fund) -> None:
    with pytest.raises(FaultsFound, match="at least one partner"):
        read_place(ROOT / "examples" / "northmoor").with_fund(rutland)


def test_a_place_with_money_that_is_no_organisations_is_shown_by_name(llr: Model, rutland: Fund) -> None:
    """Money of LLR 2016 that is unattributed has a position too, and no organisation to name it."""
    from leftshift.reports.content import Table
    from leftshift.reports.fund.joined import joined_blocks

    assert "unattributed" in llr.project().organisations
    tables = [block for block in joined_blocks(rutland, llr) if isinstance(block, Table)]
    named = {str(row.cells[0].text) for table in tables for row in table.rows}
    assert "Not attributed" in named
    said = " ".join(cell.text for table in tables for row in table.rows for cell in row.cells)
    assert "03W pays" not in said
