"""The published points-of-access case, and small cases by hand."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear
from leftshift.fund.cases.appraising import NEVER, NO_COST, appraise, payback_of
from leftshift.fund.cases.parameters import EditionNotKnown, edition_of, editions, optimism_biases
from leftshift.fund.cases.reading import case_of, read_case
from leftshift.fund.cases.starting import new_case
from leftshift.fund.cases.telling import document, headline, money, payback_words, switching_sentence
from leftshift.fund.cases.varying import asked, switching_values, varied
from tests.library.fund_cases.case_texts import (
    BENEFIT,
    COST,
    DAY,
    GOOD,
    HEAD,
    POINTS_OF_ACCESS,
    appraised,
    best,
)


@pytest.fixture(scope="module")
def published() -> dict[str, object]:
    return document(appraise(read_case(POINTS_OF_ACCESS), as_of=date(2026, 11, 28)))


def test_the_published_case_to_the_penny() -> None:
    totals = appraise(read_case(POINTS_OF_ACCESS), as_of=date(2026, 11, 28)).preferred.totals

    assert (totals.costs, totals.benefits) == (Money.pounds("2273100"), Money.pounds("4355144"))
    assert totals.net == Money.pounds("2082044")
    assert money(totals.pv_costs) == Money.pounds("2215566.02")
    assert money(totals.pv_benefits) == Money.pounds("3949784.32")
    assert money(totals.npv) == Money.pounds("1734218.30")
    assert totals.ratio is not None
    assert round(float(totals.ratio), 4) == 1.7827
    assert round(totals.benefits.pence / totals.costs.pence, 4) == 1.9159


def test_the_published_case_under_other_costs(published: dict[str, object]) -> None:
    rows: list[dict[str, object]] = published["sensitivities"]  # type: ignore[assignment]
    found = {row["change"]: round(float(str(row["npv"]))) for row in rows}

    assert {change: found[change] for change in ("+10%", "+41%", "+54%", "+200%")} == {
        "+10%": 1_512_662, "+41%": 825_836, "+54%": 537_813, "+200%": -2_696_914,
    }  # fmt: skip
    # the lower and upper bound of equipment and development are 10% and 200%: the same two answers
    assert (found["lower bound"], found["upper bound"]) == (1_512_662, -2_696_914)


def test_the_published_case_switches(published: dict[str, object]) -> None:
    rows: list[dict[str, object]] = published["switching_values"]  # type: ignore[assignment]

    assert [round(100 * float(str(row["change"])), 1) for row in rows[:2]] == [78.3, -43.9]
    years: list[dict[str, object]] = published["years"]  # type: ignore[assignment]
    assert [row["factor"] for row in years] == [1, 0.966184, 0.933511, 0.901943, 0.871442, 0.841973]


def test_the_published_case_pays_back() -> None:
    found = appraise(read_case(POINTS_OF_ACCESS), as_of=date(2026, 11, 28))

    # after three years £527,405 are still to be made up, by £1,159,755 in the fourth
    assert found.preferred.payback.years == 3 + Fraction(527_405, 1_159_755)
    assert headline(found).endswith("payback: 3 years and 6 months.")
    assert (
        switching_sentence(found.preferred)
        == "It is worth nothing if costs rise by 78.3%, or if benefits fall by 43.9%."
    )


def test_a_small_case_by_hand() -> None:
    found = best(GOOD)

    # 600 / 1.035 + 600 / 1.035² − 1,000 = 579.71 + 560.11 − 1,000
    assert money(found.totals.npv) == Money.pounds("139.82")
    # after the first year of saving 400 are left, of 600: 2 years and two thirds
    assert found.payback.years == 2 + Fraction(2, 3)
    assert [part.totals.net.pence for part in found.by_organisation] == [-100_000, 120_000]
    assert [row.cumulative for row in found.years] == [-1000, -400, 200, 200]


def test_the_first_year_may_be_discounted_too() -> None:
    once = best("first_year_number = 1\n" + GOOD)

    assert once.totals.npv == best(GOOD).totals.npv / Fraction("1.035")


def test_health_effects_have_a_rate_of_their_own() -> None:
    found = best(HEAD + COST + BENEFIT.replace('name = "Saving"', 'name = "Saving"\nhealth = true'))

    assert found.totals.pv_benefits == 600 / Fraction("1.015") + 600 / Fraction("1.015") ** 2


def test_nominal_prices_are_deflated_before_they_are_discounted() -> None:
    nominal = best(
        GOOD.replace(
            "[[organisations]]", '[prices]\nterms = "nominal"\ndeflator = "2%"\n[[organisations]]', 1
        )
    )

    worth = 600 / (Fraction("1.02") * Fraction("1.035")) + 600 / (Fraction("1.02") * Fraction("1.035")) ** 2
    assert nominal.totals.pv_benefits == worth
    assert nominal.totals.benefits == Money.pounds("1200"), "as the file states them"
    assert nominal.years[1].net == 600 / Fraction("1.02")
    by_year = '[prices]\nterms = "nominal"\ndeflators = { "2025/26" = "2%", "2026/27" = "2%", "2027/28" = 0 }\n[[organisations]]'
    assert best(GOOD.replace("[[organisations]]", by_year, 1)).totals.pv_benefits == worth


def test_rates_fall_after_year_30_and_75() -> None:
    far = BENEFIT.replace(
        '{ "2025/26" = 600, "2026/27" = 600 }', '{ "2054/55" = 100, "2055/56" = 100, "2100/01" = 100 }'
    )
    found = best((HEAD + COST + far).replace('last_year = "2027/28"', 'last_year = "2149/50"'))

    rate = Fraction("1.035") ** 30
    at_31 = rate * Fraction("1.03")
    at_76 = rate * Fraction("1.03") ** 45 * Fraction("1.025")
    assert found.totals.pv_benefits == 100 / rate + 100 / at_31 + 100 / at_76


def test_a_ramp_a_probability_and_optimism_bias() -> None:
    ramp = '[[ramps]]\ncode = "slow"\nshares = ["50%", "100%"]\n'
    saving = BENEFIT.replace(
        'amounts = { "2025/26" = 600, "2026/27" = 600 }',
        'amount = 1000\nstart = "2025/26"\nramp = "slow"\nprobability = "90%"',
    )
    cost = COST + 'optimism_kind = "equipment_development"\n'
    found = best((HEAD + cost + saving + ramp).replace("preferred =", 'optimism_bias = "upper"\npreferred ='))

    assert [row.benefits.pence for row in found.years] == [0, 45_000, 90_000, 90_000]
    assert found.totals.costs == Money.pounds("3000"), "1,000 and 200% on top"
    assert [entry.change for entry in asked(found)] == ["none", "lower bound"]
    assert asked(found)[0].totals.costs == Money.pounds("1000")
    own = best(HEAD + COST + 'optimism = "25%"\n' + BENEFIT)
    assert own.totals.costs == Money.pounds("1250")


def test_one_off_and_recurrent_amounts() -> None:
    saving = BENEFIT.replace(
        'amounts = { "2025/26" = 600, "2026/27" = 600 }', 'amount = 10\nstart = "2025/26"'
    )

    assert [row.benefits.pence for row in best(HEAD + COST + saving).years] == [0, 1000, 1000, 1000]
    assert [row.benefits.pence for row in best(HEAD + COST + saving + 'frequency = "one_off"\n').years] == [
        0,
        1000,
        0,
        0,
    ]
    assert [row.benefits.pence for row in best(HEAD + COST + saving + 'end = "2026/27"\n').years] == [
        0,
        1000,
        1000,
        0,
    ]


def test_nothing_spent_has_no_ratio_and_says_why() -> None:
    found = appraised(HEAD + BENEFIT)
    said = document(found)

    assert (said["benefit_cost_ratio"], said["benefit_cost_ratio_reason"]) == (None, NO_COST)
    assert said["payback"]["years"] == 0
    assert said["switching_values"][0] == {
        "what": "costs", "code": "", "name": "All costs", "change": None, "reason": "nothing of it is stated in money",
    }  # fmt: skip
    json.dumps(said, allow_nan=False)


@pytest.mark.parametrize(
    ("net", "years", "words"),
    [
        ([-100, 50, 25], None, NEVER),
        ([-100, 100], Fraction(2), "2 years"),
        ([-100, 200], Fraction(3, 2), "1 year and 6 months"),
        ([100, -50], Fraction(0), "at once: nothing is spent before it pays"),
        ([-10, 20, -30], Fraction(3, 2), "1 year and 6 months, but later years take it below nought again"),
        ([-10, 0, 0, 120], 3 + Fraction(1, 12), "3 years and 1 month"),
        ([0, 0], Fraction(0), "at once: nothing is spent before it pays"),
        ([0, -10, 20], 2 + Fraction(1, 2), "2 years and 6 months"),
    ],
)
def test_payback_by_hand(net: list[int], years: Fraction | None, words: str) -> None:
    found = payback_of([Fraction(value) for value in net])

    assert found.years == years
    assert payback_words(found) == words


def test_only_cash_that_is_released_counts_in_the_view_of_the_budget() -> None:
    more = BENEFIT.replace('code = "saving"', 'code = "time"').replace("cash_releasing", "non_cash")
    found = best(GOOD + more)

    assert found.totals.benefits == Money.pounds("2400")
    assert found.cash.benefits == Money.pounds("1200")
    assert found.affordability["B"]["2025/26"].net == Money.pounds("600")
    assert found.affordability["A"]["2024/25"].net == Money.pounds("-1000")


def test_a_benefit_without_money_is_told_and_counts_for_nothing() -> None:
    told = '[[lines]]\noption = "do"\nside = "benefit"\nclass = "quantifiable"\nname = "Falls"\norganisation = "B"\nquantity = "12 fewer falls a year"\n'

    assert best(GOOD + told).totals.npv == best(GOOD).totals.npv
    assert document(appraised(GOOD + told))["lines"][2]["quantity"] == "12 fewer falls a year"


def test_the_edition_in_force_on_a_day_is_kept() -> None:
    assert edition_of("", date(2016, 4, 1)).edition == "2003"
    assert edition_of("", date(2022, 11, 17)).edition == "2018"
    assert edition_of("", date(2022, 11, 18)).edition == "2022"
    assert edition_of("2018", date(2026, 1, 1)).edition == "2018"
    with pytest.raises(EditionNotKnown, match="in force on 1999-01-01"):
        edition_of("", date(1999, 1, 1))
    with pytest.raises(EditionNotKnown, match="did you mean 2018"):
        edition_of("2081", DAY)
    health = HEAD + COST + BENEFIT + "health = true\n"
    old, new = (appraised(health, day) for day in (date(2016, 4, 1), date(2023, 4, 1)))
    assert old.preferred.totals.npv < new.preferred.totals.npv
    assert (document(old)["edition"], document(new)["edition"]) == ("2003", "2022")
    assert any("review of discounting" in text for text in appraised(GOOD, date(2026, 7, 1)).warnings)
    pinned = appraised('edition = "2003"\n' + health, date(2023, 4, 1))
    assert pinned.preferred.totals == old.preferred.totals


def test_editions_and_optimism_bias_are_the_published_ones() -> None:
    assert [row.in_force_from for row in editions()] == sorted(row.in_force_from for row in editions())
    bounds = {
        code: (float(100 * row.cost["upper"]), float(100 * row.cost["lower"]))
        for code, row in optimism_biases().items()
    }
    assert bounds == {
        "standard_buildings": (24, 2), "non_standard_buildings": (51, 4), "standard_civil_engineering": (44, 3),
        "non_standard_civil_engineering": (66, 6), "equipment_development": (200, 10), "outsourcing": (41, 0),
    }  # fmt: skip


def test_later_benefits_that_fall_after_the_last_year_are_lost() -> None:
    found = best(GOOD + '[[sensitivities]]\nwhat = "benefits_later"\nchange = 2\n')
    (answer,) = asked(found)

    # 600 in 2027/28; the second 600 would fall in 2028/29
    assert answer.totals.pv_benefits == 600 / Fraction("1.035") ** 3


def test_a_flat_rate_replaces_the_rates() -> None:
    found = best(GOOD + '[[sensitivities]]\nwhat = "rate"\nchange = "0%"\n')

    assert asked(found)[0].totals.npv == 200


def test_a_switching_value_makes_the_worth_nought() -> None:
    found = best(GOOD)
    for value in switching_values(found):
        assert value.change is not None
        totals = found.totals
        part = {"costs": -totals.pv_costs, "line": None}.get(value.what, totals.pv_benefits)
        if part is not None:
            assert totals.npv + value.change * part == 0


def test_the_starting_file_can_be_appraised() -> None:
    found = appraise(case_of(new_case('A "quoted" case', FinancialYear(2025))), as_of=DAY)

    assert found.case.title == 'A "quoted" case'
    assert found.preferred.totals.npv > 0
    assert found.baseline is not None
    assert len(document(found)["missing_words"]) == sum(map(len, found.case.words.values()))
    assert all(varied(found.preferred, row) for row in found.case.sensitivities)
