"""The pages of docs/method as worked examples."""

from __future__ import annotations

from leftshift.foundation.years import Month
from leftshift.place import rows
from leftshift.place.place import Place
from tests.examples.worked import (
    BASE,
    BY,
    FIRST,
    SECOND,
    Example,
    Expected,
    Page,
    bridge,
    contract,
    effect,
    flat_place,
    impact_on,
    intervention,
    line,
    moved,
    place,
    position,
    rate,
    service,
    setting,
)

_V = "v is the tariff value of the activity: 100."

RULES = Page(
    "interventions",
    "Interventions, double entry",
    "Every change of a payment has two sides, and they are equal: a payment inside the perimeter never changes its position; a "
    "resource (staff, drugs, beds, money that leaves) does. The shares are rows of `rules.csv`; an effect may give its own. In these "
    "examples nothing grows and no price moves, so that the rule is seen alone.",
    [
        Example(
            "Length of stay",
            f"Patients leave hospital sooner. The hospital saves 70% of the value of the days; what it is paid stays. {_V}",
            flat_place([effect("length_of_stay", contract="hospital", value=100)]),
            [
                Expected("Hospital", "0.70 * 100", impact_on("HOSP")),
                Expected("Commissioner", "0", impact_on("CCG")),
                Expected("System", "0.70 * 100", bridge()),
            ],
        ),
        Example(
            "Overheads released",
            "A tenth of a named line is given up: 10% of a cost of 1,000, by a provider or a commissioner.",
            flat_place([effect("overheads_released", line="hospital_cost", percent=0.10)]),
            [
                Expected("Hospital", "0.10 * 1000", impact_on("HOSP")),
                Expected("System", "0.10 * 1000", bridge()),
            ],
        ),
        Example(
            "Beds reduced",
            f"A ward closes. Income falls at full tariff, cost by 70% of it, and the commissioner no longer pays. {_V}",
            flat_place([effect("beds_reduced", contract="hospital", value=100)]),
            [
                Expected("Hospital", "-100 + 0.70 * 100", impact_on("HOSP")),
                Expected("Commissioner", "100", impact_on("CCG")),
                Expected("System", "-30 + 100", bridge()),
                Expected("The commissioner pays the hospital", "-100", moved("CCG", "HOSP")),
            ],
        ),
        Example(
            "Bed days shifted to a new service",
            f"Care moves from the hospital to a service that is set up for it: full tariff there, and all of its cost is new. {_V}",
            flat_place([effect("bed_days_shifted_to_new", contract="hospital", receiver="COMM", value=100)]),
            [
                Expected("Hospital (existing provider)", "-100 + 0.70 * 100", impact_on("HOSP")),
                Expected("Community trust (receiving provider)", "100 - 1.00 * 100", impact_on("COMM")),
                Expected("Commissioner", "100 - 100", impact_on("CCG")),
                Expected("System", "-30 + 0 + 0", bridge()),
            ],
        ),
        Example(
            "Bed days shifted to an expanded service",
            f"The same, into a service that exists: 80% of the value in cost. At full tariff a shift costs the system money. {_V}",
            flat_place(
                [effect("bed_days_shifted_to_expanded", contract="hospital", receiver="COMM", value=100)]
            ),
            [
                Expected("Hospital (existing provider)", "-100 + 0.70 * 100", impact_on("HOSP")),
                Expected("Community trust (receiving provider)", "100 - 0.80 * 100", impact_on("COMM")),
                Expected("Commissioner", "100 - 100", impact_on("CCG")),
                Expected("System", "-30 + 20 + 0", bridge()),
            ],
        ),
        Example(
            "A shift at a lower price",
            f"Planned care moves at 80% of tariff, and costs the receiving provider 60% of v. The gain comes from the cost. {_V}",
            flat_place(
                [
                    effect(
                        "bed_days_shifted_to_expanded",
                        contract="hospital",
                        receiver="COMM",
                        value=100,
                        price_share=0.8,
                        receiver_cost_share=0.6,
                    )
                ]
            ),
            [
                Expected("Hospital", "-100 + 0.70 * 100", impact_on("HOSP")),
                Expected("Community trust", "0.80 * 100 - 0.60 * 100", impact_on("COMM")),
                Expected("Commissioner", "100 - 0.80 * 100", impact_on("CCG")),
                Expected("System", "-30 + 20 + 20", bridge()),
            ],
        ),
        Example(
            "QIPP on a contract",
            f"The commissioner buys less. The provider loses the income and saves the variable share of it, 70% unless stated. {_V}",
            flat_place([effect("qipp_on_contract", contract="hospital", value=100)]),
            [
                Expected("Hospital", "-100 + 0.70 * 100", impact_on("HOSP")),
                Expected("Commissioner", "100", impact_on("CCG")),
                Expected("System", "-30 + 100", bridge()),
            ],
        ),
        Example(
            "QIPP outside contracts",
            "Prescribing and continuing care: 100 less is spent, and no provider of the place is touched.",
            flat_place([effect("qipp_outside_contracts", line="prescribing", value=100)]),
            [Expected("Commissioner", "100", impact_on("CCG")), Expected("System", "100", bridge())],
        ),
        Example(
            "Cost improvement programme (CIP)",
            "A provider does the same for 100 less.",
            flat_place([effect("cip", line="hospital_cost", value=100)]),
            [Expected("Hospital", "100", impact_on("HOSP")), Expected("System", "100", bridge())],
        ),
        Example(
            "Repatriation",
            f"Care comes home: the commissioner pays the hospital what it paid outside; the hospital bears 70% of it as cost. {_V}",
            flat_place([effect("repatriation", contract="away", receiver="HOSP", value=100)]),
            [
                Expected("Hospital", "100 - 0.70 * 100", impact_on("HOSP")),
                Expected("Commissioner", "100 - 100", impact_on("CCG")),
                Expected("System", "30 + 0", bridge()),
                Expected("The commissioner pays outside", "-100", moved("CCG", "outside")),
            ],
        ),
        Example(
            "Investment",
            "The commissioner pays 100 more for a service, which costs its provider 100 more.",
            flat_place([effect("investment", contract="community", value=100)]),
            [
                Expected("Commissioner", "-100", impact_on("CCG")),
                Expected("Community trust", "100 - 100", impact_on("COMM")),
                Expected("System", "-100 + 0", bridge()),
            ],
        ),
        Example(
            "An investment that leaves the perimeter",
            "Money for a body outside is a cost to the system; what it costs that body is not ours to count.",
            flat_place([effect("investment", contract="away", value=100)]),
            [Expected("Commissioner", "-100", impact_on("CCG")), Expected("System", "-100", bridge())],
        ),
    ],
)

_GROWING = {
    "services": (
        service("care", demographic_growth="people", price_change="tariff"),
        service("cost", price_change="net_inflation", follows_activity=True),
    ),
    "assumptions": (rate("people", 0.02), rate("tariff", -0.01), rate("net_inflation", 0.03)),
}

TIMING = Page(
    "timing",
    "Levels, profiles and slips",
    "A recurrent intervention has a full-year effect and reaches a level; a year's amount is the mean of its twelve months. Levels "
    "are never added up over years. A slip moves the months. Each leg moves by its own index: payments by the tariff, cost by net "
    "inflation, volume by growth.",
    [
        Example(
            "A slip of six months",
            "A programme saves 1,200 a year from April and starts six months late.",
            flat_place(
                [effect("cip", line="hospital_cost", value=1200)],
                interventions=(intervention(start=Month(2025, 4), delay_months=6),),
            ),
            [
                Expected("2025/26", "1200 * 6 / 12", bridge(FIRST)),
                Expected("2026/27", "1200", bridge(SECOND)),
            ],
        ),
        Example(
            "A profile by months",
            "Half from the first month, all from the seventh.",
            flat_place(
                [effect("cip", line="hospital_cost", value=1200)],
                interventions=(intervention(profile="ramp"),),
                profiles=(
                    rows.ProfilePoint(profile="ramp", period=1, share=0.5, **BY),
                    rows.ProfilePoint(profile="ramp", period=7, share=1.0, **BY),
                ),
            ),
            [
                Expected("2025/26", "1200 * (6 * 0.5 + 6 * 1.0) / 12", bridge(FIRST)),
                Expected("2026/27", "1200", bridge(SECOND)),
            ],
        ),
        Example(
            "A profile by years, three months late",
            "40% in the first year and all in the second, each spread evenly over its months; then everything slips by three months.",
            flat_place(
                [effect("cip", line="hospital_cost", value=1200)],
                interventions=(intervention(profile="ramp", delay_months=3),),
                profiles=(
                    rows.ProfilePoint(profile="ramp", period=FIRST, share=0.4, **BY),
                    rows.ProfilePoint(profile="ramp", period=SECOND, share=1.0, **BY),
                ),
            ),
            [
                Expected("2025/26", "1200 * 9 * 0.4 / 12", bridge(FIRST)),
                Expected("2026/27", "1200 * (3 * 0.4 + 9 * 1.0) / 12", bridge(SECOND)),
            ],
        ),
        Example(
            "Not recurrent, from October",
            "A scheme of twelve months falls half into each year.",
            flat_place(
                [effect("cip", line="hospital_cost", value=1200)],
                interventions=(intervention(start=Month(2025, 10), recurrent=False),),
            ),
            [
                Expected("2025/26", "1200 * 6 / 12", bridge(FIRST)),
                Expected("2026/27", "1200 * 6 / 12", bridge(SECOND)),
            ],
        ),
        Example(
            "Delivery",
            "80% of a QIPP of 100 on a contract is delivered.",
            flat_place(
                [effect("qipp_on_contract", contract="hospital", value=100)],
                interventions=(intervention(delivery=0.8),),
            ),
            [
                Expected("Commissioner", "0.80 * 100", impact_on("CCG")),
                Expected("Hospital", "0.80 * (-100 + 0.70 * 100)", impact_on("HOSP")),
            ],
        ),
        Example(
            "Each leg by its own index",
            "Beds of 100 (2024/25 prices) close; volume grows by 2% a year, the tariff falls by 1%, net inflation is 3%.",
            flat_place([effect("beds_reduced", contract="hospital", value=100)], **_GROWING),
            [
                Expected("Commissioner 2025/26", "100 * 1.02 * 0.99", impact_on("CCG", FIRST)),
                Expected(
                    "Hospital 2025/26", "-100 * 1.02 * 0.99 + 70 * 1.02 * 1.03", impact_on("HOSP", FIRST)
                ),
                Expected("Commissioner 2026/27", "100 * (1.02 * 0.99) ** 2", impact_on("CCG", SECOND)),
                Expected(
                    "Hospital 2026/27",
                    "-100 * (1.02 * 0.99) ** 2 + 70 * (1.02 * 1.03) ** 2",
                    impact_on("HOSP", SECOND),
                ),
            ],
        ),
        Example(
            "Prices of another year",
            "The same, stated in 2026/27 prices.",
            flat_place(
                [effect("beds_reduced", contract="hospital", value=100, price_year=SECOND)], **_GROWING
            ),
            [
                Expected("Commissioner 2025/26", "100 / (1.02 * 0.99)", impact_on("CCG", FIRST)),
                Expected("Commissioner 2026/27", "100", impact_on("CCG", SECOND)),
            ],
        ),
        Example(
            "A stated effect",
            "A plan prints what the hospital gains in each year. No rule and no index touches it; a slip of three months moves it.",
            place(
                services=(service("care"),),
                lines=(line("allocation", "CCG", "allocation", "care", 1),),
                interventions=(intervention(delay_months=3),),
                stated_effects=(
                    rows.StatedEffect(
                        intervention="change", organisation="HOSP", year=FIRST, amount=120, **BY
                    ),
                    rows.StatedEffect(
                        intervention="change", organisation="HOSP", year=SECOND, amount=240, **BY
                    ),
                ),
            ),
            [
                Expected("Hospital 2025/26", "120 * 9 / 12", impact_on("HOSP", FIRST)),
                Expected("Hospital 2026/27", "(120 * 3 + 240 * 9) / 12", impact_on("HOSP", SECOND)),
            ],
        ),
    ],
)

_RATES = (
    rate("demographic", 0.02),
    rate("other", 0.03),
    rate("inflation", 0.025),
    rate("efficiency", -0.04),
    rate("pay_share", 0.6),
    rate("pay", 0.01),
    rate("non_pay", 0.05),
    rate("limit", 0.035),
)
_DERIVED = (
    rows.Derivation(assumption="tariff_deflator", formula="inflation + efficiency", **BY),
    rows.Derivation(assumption="net_inflation", formula="pay_share * pay + (1 - pay_share) * non_pay", **BY),
)
_SERVICES = (
    service("acute", demographic_growth="demographic", other_growth="other", price_change="tariff_deflator"),
    service("cost", price_change="net_inflation", follows_activity=True),
    service("prescribing", demographic_growth="demographic", other_growth="other"),
    service("allocation", other_growth="limit"),
    service("care_home", scope="social_care"),
    service("double", scope="transitional"),
)


def _growing(**tables: object) -> Place:
    given = {"services": _SERVICES, "assumptions": _RATES, "derivations": _DERIVED}
    return place(**{**given, **tables})


DO_NOTHING = Page(
    "do-nothing",
    "Base year to next year: do nothing",
    "Growth and prices act on the base year, and no intervention does. A commissioner's position is allocation less spend, a "
    "provider's income less cost; the gap is minus the perimeter's position.",
    [
        Example(
            "A contract",
            "1,000 in the base year; 2% demographic and 3% other growth, added; tariff deflator = 2.5% inflation − 4% efficiency. What "
            "the commissioner pays is what the hospital earns.",
            _growing(contracts=(contract("C", "CCG", "HOSP", "acute", 1000),)),
            [
                Expected(
                    "Hospital 2025/26",
                    "1000 * (1 + 0.02 + 0.03) * (1 + 0.025 - 0.04)",
                    position("HOSP", FIRST),
                ),
                Expected("Commissioner 2025/26", "-1000 * 1.05 * 0.985", position("CCG", FIRST)),
                Expected("Hospital 2026/27", "1000 * (1.05 * 0.985) ** 2", position("HOSP", SECOND)),
                Expected("Gap 2026/27", "0", lambda result: result.gap(SECOND)),
            ],
        ),
        Example(
            "Growth multiplied",
            "The same with the switch `growth` on `multiplied`.",
            _growing(
                contracts=(contract("C", "CCG", "HOSP", "acute", 1000),),
                settings=(setting("growth", "multiplied"),),
            ),
            [Expected("Hospital 2025/26", "1000 * 1.02 * 1.03 * 0.985", position("HOSP", FIRST))],
        ),
        Example(
            "A provider's cost",
            "Cost grows with the activity it is paid for, and by net inflation: 60% of it pay at 1%, 40% non-pay at 5%.",
            _growing(
                contracts=(contract("C", "CCG", "HOSP", "acute", 1000),),
                lines=(line("L", "HOSP", "cost", "cost", 900),),
            ),
            [
                Expected(
                    "Hospital 2025/26",
                    "1000 * 1.05 * 0.985 - 900 * 1.05 * (1 + 0.6 * 0.01 + 0.4 * 0.05)",
                    position("HOSP", FIRST),
                )
            ],
        ),
        Example(
            "Activity of two contracts",
            "A second contract of 3,000, paid from outside, does not grow: activity grows by their weighted mean.",
            _growing(
                services=(*_SERVICES, service("flat")),
                contracts=(
                    contract("C", "CCG", "HOSP", "acute", 1000),
                    contract("D", "outside", "HOSP", "flat", 3000),
                ),
                lines=(line("L", "HOSP", "cost", "cost", 900),),
            ),
            [
                Expected(
                    "Hospital 2025/26",
                    "1000 * 1.05 * 0.985 + 3000 - 900 * (1000 * 1.05 + 3000) / 4000 * 1.026",
                    position("HOSP", FIRST),
                )
            ],
        ),
        Example(
            "Prescribing",
            "Volume growth and no separate price, so that inflation is not counted twice.",
            _growing(lines=(line("L", "CCG", "cost", "prescribing", 200),)),
            [Expected("Commissioner 2025/26", "-200 * (1 + 0.02 + 0.03)", position("CCG", FIRST))],
        ),
        Example(
            "An allocation, with 1% spent non-recurrently",
            "3.5% growth of the resource limit; from the first year of the plan 1% of it is spent once.",
            _growing(
                lines=(line("L", "CCG", "allocation", "allocation", 1000),),
                settings=(setting("non_recurrent_spend", "1%"),),
            ),
            [
                Expected("Commissioner 2024/25", "1000", position("CCG", BASE)),
                Expected("Commissioner 2025/26", "1000 * 1.035 * (1 - 0.01)", position("CCG", FIRST)),
            ],
        ),
        Example(
            "Not recurrent",
            "One-off income of 50 in the base year does not roll forward; its fall-out is part of the gap.",
            _growing(lines=(line("L", "CCG", "other_income", "allocation", 50, recurrent=False),)),
            [
                Expected("Commissioner 2024/25", "50", position("CCG", BASE)),
                Expected("Commissioner 2025/26", "0", position("CCG", FIRST)),
            ],
        ),
        Example(
            "The switches",
            "Social care and double running are out unless switched in; here social care is in.",
            _growing(
                lines=(line("L", "CCG", "cost", "care_home", 70), line("M", "CCG", "cost", "double", 30)),
                settings=(setting("social_care", "in"), setting("transitional_cost", "out")),
            ),
            [Expected("Commissioner 2025/26", "-70", position("CCG", FIRST))],
        ),
        Example(
            "Flows outside, switched out",
            "A contract with a body outside the place counts as in the partners' baselines, or not at all.",
            _growing(
                contracts=(contract("C", "outside", "HOSP", "acute", 1000),),
                settings=(setting("outside_flows", "out"),),
            ),
            [Expected("Hospital 2025/26", "0", position("HOSP", FIRST))],
        ),
        Example(
            "Half inside",
            "A trust half of whose business is in the place counts half in the perimeter; a payment to it then half leaves.",
            _growing(
                contracts=(contract("C", "CCG", "HOSP", "acute", 1000),),
                perimeters=(
                    rows.Membership(perimeter="all", organisation="CCG", share=1.0, **BY),
                    rows.Membership(perimeter="all", organisation="HOSP", share=0.5, **BY),
                ),
            ),
            [Expected("Gap 2024/25", "1000 - 0.5 * 1000", lambda result: result.gap(BASE))],
        ),
    ],
)

PAGES = (DO_NOTHING, RULES, TIMING)
