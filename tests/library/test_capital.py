"""Capital by scheme and year: the acute programme of LLR 2016 by hand, charges, returns, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leftshift.capacity.capital import (
    Programme,
    capital_contributions,
    capital_programmes,
    capital_table,
    discount_rates,
)
from leftshift.capacity.checking_capital import capital_faults
from leftshift.economy.result import run
from leftshift.foundation.discounting import DiscountRate, discount_factors, present_value
from leftshift.foundation.faults import Fault
from leftshift.foundation.money import round_half_up
from leftshift.place import capacity_rows
from leftshift.place.contributions import gather
from leftshift.place.place import Place
from leftshift.place.seen import Seen
from tests.library.capacity_places import BY, HOSPITAL, intervention, place, year

YEARS = (2017, 2018, 2019, 2020)
LLR_SCHEMES = {  # £000 by year from 2017/18, as the plan of November 2016 prints them
    "Emergency Floor - BAU in STP": (0, 0, 0, 0),
    "Reprovision of clinical services": (6600, 10000, 10000, 5000),
    "Vascular Services": (0, 0, 0, 0),
    "ICU Service Reconfiguration": (12906, 0, 0, 0),
    "Planned Ambulatory Care Hub": (1728, 2880, 19001, 34000),
    "ITU LRI": (503, 7000, 8300, 0),
    "Women's services": (1966, 3277, 22288, 38000),
    "Childrens' Hospital": (2577, 11000, 4000, 0),
    "Theatres LRI": (1058, 3500, 6400, 0),
    "Entrance LRI": (0, 0, 2000, 10000),
    "Wards/Beds LRI": (500, 5800, 7000, 7500),
    "Wards/Beds GH": (552, 5746, 5500, 5500),
    "Other reconfiguration projects": (1000, 3000, 4500, 9000),
}


def programme(**more: Any) -> capacity_rows.CapitalProgramme:
    return capacity_rows.CapitalProgramme(
        programme="acute", name="Acute", organisation=HOSPITAL, **BY, **more
    )


def cost(amount: float, when: int, scheme: str = "Wards", kind: Any = "cost") -> capacity_rows.CapitalAmount:
    return capacity_rows.CapitalAmount(
        programme="acute", scheme=scheme, year=year(when), kind=kind, amount=amount, **BY
    )


def funds(amount: float, when: int, source: str = "Public dividend capital") -> capacity_rows.CapitalFunding:
    return capacity_rows.CapitalFunding(
        programme="acute", funding=source, year=year(when), amount=amount, **BY
    )


def llr(**more: Any) -> dict[str, Any]:
    rows = [
        cost(amount, when, scheme)
        for scheme, amounts in LLR_SCHEMES.items()
        for when, amount in zip(YEARS, amounts, strict=True)
    ]
    sold = cost(28350, 2020, "LGH", "disposal")
    return {"capital_programmes": (programme(annual_saving=25600.0, **more),), "capital": (*rows, sold)}


def built(**tables: Any) -> Place:
    return place(**{"capital_programmes": (programme(),), "capital": (cost(1000, 2017),), **tables})


def worked_out(asked: Place) -> Programme:
    (found,) = capital_programmes(asked)
    return found


def faults(asked: Place) -> list[Fault]:
    return list(capital_faults(asked, Seen()))


def test_it_gives_the_columns_of_the_acute_programme() -> None:
    found = worked_out(place(**llr()))

    assert found.years == tuple(year(when) for when in YEARS)
    assert list(found.costs) == [29390, 52203, 88989, 109000]
    assert list(found.disposals_by_year) == [0, 0, 0, 28350]
    assert found.gross == 29390 + 52203 + 88989 + 109000 == 279582
    assert found.net == 279582 - 28350 == 251232


def test_what_llr_printed_differs_by_one_in_the_sum_and_does_not_follow_in_the_payback() -> None:
    found = worked_out(place(**llr()))
    printed = {"gross": 279581, "net": 251231}

    assert {name: getattr(found, name) - value for name, value in printed.items()} == {"gross": 1, "net": 1}
    assert found.costs[0] - 29389 == 1
    assert found.return_on_investment == pytest.approx(25600 / 251232)
    assert round_half_up(100 * (found.return_on_investment or 0), 1) == Decimal("10.2")
    assert round_half_up(found.payback or 0, 2) == Decimal("9.81") != Decimal("11.43")


def test_return_and_payback_stand_on_their_stated_basis_and_the_other_beside_it() -> None:
    found = worked_out(place(**llr(basis_of_return="gross")))

    assert found.return_on_investment == pytest.approx(25600 / 279582)
    assert found.return_on("net") == pytest.approx(25600 / 251232)
    assert found.payback == pytest.approx(251232 / 25600)
    assert found.payback_on("gross") == pytest.approx(279582 / 25600)


def test_what_no_source_brings_remains_to_be_asked_for() -> None:
    asked = built(
        capital=(cost(600, 2017), cost(400, 2018), cost(150, 2018, "Old site", "disposal")),
        capital_funding=(funds(700, 2017), funds(-50, 2018), funds(90, 2018, "Own cash")),
    )
    found = worked_out(asked)

    assert list(found.net_by_year) == [600, 400 - 150]
    assert list(found.ask_by_year) == [600 - 700, 250 - (-50 + 90)]
    assert found.ask == 850 - 740
    assert found.funding_of == {"Own cash": (0, 90), "Public dividend capital": (700, -50)}


def test_charges_are_depreciation_and_a_dividend_on_the_average_book_value() -> None:
    found = worked_out(
        built(capital_programmes=(programme(life=4),), capital=(cost(400, 2017), cost(200, 2018)))
    ).charges
    assert found is not None

    assert [entry.net_book_value for entry in found] == [0, 400, 300 + 200, 200 + 150, 100 + 100]
    assert [entry.depreciation for entry in found] == [0, 0, 100, 150, 150]
    assert [entry.dividend for entry in found] == pytest.approx(
        [0, 0.035 * 200, 0.035 * 450, 0.035 * 425, 0.035 * 275]
    )


def test_an_asset_is_written_off_once() -> None:
    found = worked_out(built(capital_programmes=(programme(life=2),))).charges
    assert found is not None

    assert sum(entry.depreciation for entry in found) == 1000
    assert found[-1].net_book_value == 0


def test_charges_are_posted_over_those_of_the_base_year() -> None:
    asked = built(
        capital_programmes=(programme(life=10, posted=True),), capital=(cost(1000, 2015), cost(500, 2017))
    )
    contributions = capital_contributions(asked)
    result = run(gather(asked, contributions))

    base = 100 + 0.035 * (1000 + 900) / 2
    assert [entry.cause for entry in contributions] == ["capital_programmes acute"]
    assert result.position(HOSPITAL, "2016/17") == 0
    assert result.position(HOSPITAL, "2018/19") == pytest.approx(
        base - (100 + 50 + 0.035 * (800 + 700 + 500 + 450) / 2)
    )
    assert result.do_nothing_position(HOSPITAL, "2018/19") == 0


def test_charges_stand_where_their_intervention_does() -> None:
    for stage, moves in (("do_nothing", True), ("comparison", False)):
        asked = built(
            capital_programmes=(programme(life=10, posted=True, intervention="build"),),
            interventions=(intervention("build", stage=stage),),  # type: ignore[arg-type]
        )
        result = run(gather(asked, capital_contributions(asked)))

        assert (result.do_nothing_position(HOSPITAL, "2018/19") < 0) is moves
        assert (result.position(HOSPITAL, "2018/19") < 0) is moves


def test_what_the_plan_holds_already_is_not_posted() -> None:
    assert capital_contributions(built(capital_programmes=(programme(life=10),))) == []


def test_net_present_value_takes_saving_and_disposals_less_cost() -> None:
    asked = built(
        capital_programmes=(programme(life=2, annual_saving=300.0),),
        capital=(cost(400, 2017), cost(100, 2018), cost(50, 2019, "Old site", "disposal")),
    )
    found = worked_out(asked)

    assert found.saving_from == year(2019)
    assert found.net_present_value == pytest.approx(
        -400 - 100 / 1.035 + (300 + 50) / 1.035**2 + 300 / 1.035**3
    )


def test_a_stated_first_year_of_saving_counts() -> None:
    early = worked_out(
        built(capital_programmes=(programme(life=1, annual_saving=300.0, saving_from=year(2017)),))
    )

    assert early.net_present_value == pytest.approx(-1000 + 300)


def test_what_is_not_said_stays_unknown() -> None:
    found = worked_out(built())

    assert (found.return_on_investment, found.payback, found.net_present_value, found.charges) == (None,) * 4


def test_discounting_begins_after_the_first_year_and_falls_with_time() -> None:
    factors = discount_factors(127, discount_rates())

    assert factors[:2] == (1, 1 / 1.035)
    assert factors[30] == pytest.approx(1.035**-30) == pytest.approx(0.3563, abs=5e-5)
    assert factors[31] == pytest.approx(1.035**-30 / 1.03) == pytest.approx(0.3459, abs=5e-5)
    assert factors[126] == pytest.approx(1.035**-30 * 1.03**-45 * 1.025**-51)
    assert present_value([-100, 0, 121], [DiscountRate(0, 0.1)]) == pytest.approx(0)


amounts = st.floats(0, 1e6, allow_nan=False).map(lambda value: round(value, 3))


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(2014, 2024), st.sampled_from(["cost", "disposal"]), amounts), max_size=12),
    st.lists(st.tuples(st.sampled_from("xy"), st.integers(2014, 2024), amounts), max_size=6),
    st.integers(1, 8),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_sums_hold_in_any_order(spent: list[Any], funded: list[Any], life: int, random: Any) -> None:
    capital = list({(s, y, k): cost(a, y, s, k) for s, y, k, a in spent}.values())
    funding = list({(s, y): funds(a, y, s) for s, y, a in funded}.values())
    rows = {"capital_programmes": (programme(life=life, annual_saving=10.0),)}
    found = worked_out(place(**rows, capital=tuple(capital), capital_funding=tuple(funding)))
    random.shuffle(capital)
    random.shuffle(funding)

    assert found.gross == pytest.approx(sum(row.amount for row in capital if row.kind == "cost"))
    assert sum(found.net_by_year) == pytest.approx(found.net)
    assert sum(found.ask_by_year) == pytest.approx(found.ask)
    assert found.net - found.funding == pytest.approx(found.ask)
    again = worked_out(place(**rows, capital=tuple(capital), capital_funding=tuple(funding)))
    assert again.document() == found.document()
    charges = found.charges or ()
    for before, after in pairwise(charges):
        assert after.net_book_value - before.net_book_value + after.depreciation >= -1e-6


def test_it_is_told_as_plain_values_and_as_a_table() -> None:
    found = worked_out(place(**llr(life=40)))
    document = json.loads(json.dumps(found.document()))

    assert (document["gross"], document["disposals"], document["net"]) == (279582, 28350, 251232)
    assert document["return"] == document["return_on"]["net"] == pytest.approx(0.1019, abs=5e-5)
    assert document["cost_by_year"]["2019/20"] == 88989
    assert document["charges"]["2018/19"]["total"] > 0
    table = capital_table((found,))
    assert dict(table.select("kind", "amount").group_by("kind").sum().rows()) == {
        "cost": 279582, "disposal": 28350, "ask": 251232,
    }  # fmt: skip


def test_sound_capital_has_no_fault() -> None:
    assert (
        faults(place(**llr(), capital_funding=(funds(251232, 2017), funds(-9, 2018), funds(9, 2019)))) == []
    )


CLOSES = capacity_rows.Site(site="old", name="Old", organisation=HOSPITAL, closes=year(2018), **BY)


def on_site(row: capacity_rows.CapitalAmount) -> capacity_rows.CapitalAmount:
    return replace(row, site="old")


SAVES = {"annual_saving": 5.0}
WRONG: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("funding above cost", {"capital_funding": (funds(900, 2017), funds(200, 2018, "Loan"))}, "amount", "funding above cost", "at most 1,000"),
    ("what is sold counted twice", {"capital": (cost(1000, 2017), cost(300, 2018, "Old", "disposal")), "capital_funding": (funds(900, 2017),)}, "amount", "funding above cost", "less 300 that is sold"),
    ("a return of no saving", {"capital_programmes": (programme(basis_of_return="gross"),)}, "basis_of_return", "nothing uses it", "annual_saving"),
    ("a first year of no saving", {"capital_programmes": (programme(saving_from=year(2018)),)}, "saving_from", "nothing uses it", "annual_saving"),
    ("a saving before the cost", {"capital_programmes": (programme(saving_from=year(2016), **SAVES),)}, "saving_from", "dates do not follow", "2017/18"),
    ("posted without a life", {"capital_programmes": (programme(posted=True),)}, "life", "missing value", "written off"),
    ("posted and spent later", {"capital_programmes": (programme(posted=True, life=9),), "capital": (cost(9, 2022),)}, "posted", "nothing uses it", "2020/21"),
    ("built on a closed site", {"capital": (on_site(cost(1000, 2018)),), "sites": (CLOSES,)}, "site", "site is not open", "closes in 2018/19"),
    ("sold before it closes", {"capital": (cost(1000, 2017), on_site(cost(9, 2017, kind="disposal"))), "sites": (CLOSES,)}, "year", "dates do not follow", "2018/19 or later"),
    ("a programme without cost", {"capital": (cost(9, 2018, "Old", "disposal"),)}, "programme", "nothing uses it", "capital.csv"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tables", "column", "kind", "words"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_wrong_capital_is_answered(tables: dict[str, Any], column: str, kind: str, words: str) -> None:
    found = faults(built(**tables))

    assert [(fault.column, fault.kind) for fault in found] == [(column, kind)], found
    assert words in found[0].expected


def test_a_refused_row_of_capital_is_not_answered_with_what_follows_from_it() -> None:
    asked = built(capital=(), capital_funding=(funds(900, 2017),))

    assert list(capital_faults(asked, Seen(faulty={"capital.csv"}))) == []
