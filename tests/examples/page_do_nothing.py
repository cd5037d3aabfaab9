"""The page of docs/method: base year to next year."""

from __future__ import annotations

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
    contract,
    line,
    place,
    position,
    rate,
    service,
    setting,
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
