"""The page of docs/method: drivers of the gap."""

from __future__ import annotations

from collections.abc import Callable

from leftshift.economy.result import Result
from leftshift.foundation.years import FinancialYear
from leftshift.place import rows
from tests.examples.worked import (
    BY,
    FIRST,
    SECOND,
    Example,
    Expected,
    Page,
    contract,
    intervention,
    line,
    place,
    rate,
    service,
    setting,
)


def _driver(name: str, code: str, year: FinancialYear = FIRST) -> Callable[[Result], float]:
    return lambda result: result.drivers(year, code)[name]


DRIVERS = Page(
    "drivers",
    "Drivers of the gap",
    "Each driver says what it adds to the gap of an organisation; they sum to it. The opening position, money that does not recur, "
    "planned investments and flows outside are direct. Demographic growth, other growth and prices act on the same flows at once: "
    "in each year each gets the mean, over all orders in which they could act, of what it adds (its Shapley value), and a driver of a "
    "later year is what all years before have added. So no order matters, two causes that act alike get the same, and what a "
    "year has added never changes afterwards. What a payment inside adds for one end it takes off at the other.",
    [
        Example(
            "Three causes on one contract",
            "A contract of 1,000; 2% demographic and 3% other growth, multiplied; the price falls by 1%. With a and b the other two "
            "causes' factors, a cause alone counts in two of six orders, after one of them in one order each, after both in two.",
            place(
                services=(
                    service("care", demographic_growth="people", other_growth="other", price_change="tariff"),
                ),
                assumptions=(rate("people", 0.02), rate("other", 0.03), rate("tariff", -0.01)),
                contracts=(contract("C", "CCG", "HOSP", "care", 1000),),
                settings=(setting("growth", "multiplied"),),
            ),
            [
                Expected("Opening position of the commissioner", "1000", _driver("opening_position", "CCG")),
                Expected(
                    "Demography",
                    "1000 * 0.02 * (2 + 1.03 + 0.99 + 2 * 1.03 * 0.99) / 6",
                    _driver("demography", "CCG"),
                ),
                Expected(
                    "Other growth",
                    "1000 * 0.03 * (2 + 1.02 + 0.99 + 2 * 1.02 * 0.99) / 6",
                    _driver("other_growth", "CCG"),
                ),
                Expected(
                    "Price",
                    "1000 * -0.01 * (2 + 1.02 + 1.03 + 2 * 1.02 * 1.03) / 6",
                    _driver("price_and_efficiency", "CCG"),
                ),
                Expected(
                    "Demography, for the hospital",
                    "-1000 * 0.02 * (2 + 1.03 + 0.99 + 2 * 1.03 * 0.99) / 6",
                    _driver("demography", "HOSP"),
                ),
                Expected(
                    "Their sum: the commissioner's gap",
                    "1000 * 1.02 * 1.03 * 0.99",
                    lambda result: sum(result.drivers(FIRST, "CCG").values()),
                ),
            ],
        ),
        Example(
            "Two years",
            "A contract of 1,000 with 2% demographic growth and a price that rises by 5% in the first year and not in the second: the "
            "second year adds 2% of all that was reached.",
            place(
                services=(service("care", demographic_growth="people", price_change="tariff"),),
                assumptions=(
                    rate("people", 0.02),
                    rate("tariff", 0.05, year=FIRST),
                    rate("tariff", 0.0, year=SECOND),
                ),
                contracts=(contract("C", "CCG", "HOSP", "care", 1000),),
            ),
            [
                Expected(
                    "Demography, first year", "1000 * 0.02 * (1 + 0.05 / 2)", _driver("demography", "CCG")
                ),
                Expected(
                    "Demography, second year",
                    "1000 * 0.02 * (1 + 0.05 / 2) + 1000 * 1.02 * 1.05 * 0.02",
                    _driver("demography", "CCG", SECOND),
                ),
                Expected(
                    "Price, both years",
                    "1000 * 0.05 * (1 + 0.02 / 2)",
                    _driver("price_and_efficiency", "CCG", SECOND),
                ),
            ],
        ),
        Example(
            "A contract whose agreed activity grows",
            "A block of 1,000 with 3% of agreed growth, while people grow by 10% and the tariff falls by 1%: people add nothing to what "
            "is paid, and a great deal to cost.",
            place(
                services=(
                    service("care", demographic_growth="people", price_change="tariff"),
                    service("cost", follows_activity=True),
                ),
                assumptions=(rate("people", 0.1), rate("agreed", 0.03), rate("tariff", -0.01)),
                forms=(rows.Form(form="rebased", kind="block", agreed_growth="agreed", **BY),),
                contracts=(contract("C", "CCG", "HOSP", "care", 1000, form="rebased"),),
                lines=(line("L", "HOSP", "cost", "cost", 900),),
            ),
            [
                Expected(
                    "Terms of the contract", "1000 * 0.03 * (1 - 0.01 / 2)", _driver("contract_terms", "CCG")
                ),
                Expected("Price", "1000 * -0.01 * (1 + 0.03 / 2)", _driver("price_and_efficiency", "CCG")),
                Expected("Demography, for the commissioner", "0", _driver("demography", "CCG")),
                Expected("Demography, for the hospital", "900 * 0.1", _driver("demography", "HOSP")),
            ],
        ),
        Example(
            "Direct drivers",
            "An allocation of 500 grows by 3%, 1% of it is spent non-recurrently; one-off income of 50 falls away; a planned "
            "investment of 20 is counted in the gap; a contract of 100 with a body outside grows by 2%.",
            place(
                services=(
                    service("funding", other_growth="limit"),
                    service("away", demographic_growth="people"),
                    service("flat"),
                ),
                assumptions=(rate("limit", 0.03), rate("people", 0.02)),
                lines=(
                    line("A", "CCG", "allocation", "funding", 500),
                    line("B", "CCG", "other_income", "flat", 50, recurrent=False),
                ),
                contracts=(contract("C", "CCG", "outside", "away", 100),),
                settings=(setting("non_recurrent_spend", "1%"),),
                interventions=(intervention(stage="do_nothing"),),
                stated_effects=(
                    rows.StatedEffect(
                        intervention="change", organisation="CCG", year=FIRST, amount=-20, **BY
                    ),
                ),
            ),
            [
                Expected("Opening position", "-(500 + 50 - 100)", _driver("opening_position", "CCG")),
                Expected("Not recurrent", "50 + 0.01 * 500 * 1.03", _driver("not_recurrent", "CCG")),
                Expected("Growth of funding", "-500 * 0.03", _driver("funding_growth", "CCG")),
                Expected("Planned investments", "20", _driver("investments", "CCG")),
                Expected("Flows outside", "100 * 0.02", _driver("flows_outside", "CCG")),
                Expected("Their sum: the gap", "-(515 - 102 - 20 - 5.15)", lambda result: result.gap(FIRST)),
            ],
        ),
    ],
)
