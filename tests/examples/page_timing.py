"""The page of docs/method: levels, profiles and slips."""

from __future__ import annotations

from leftshift.foundation.years import Month
from leftshift.place import rows
from tests.examples.worked import (
    BY,
    FIRST,
    SECOND,
    Example,
    Expected,
    Page,
    bridge,
    effect,
    flat_place,
    impact_on,
    intervention,
    line,
    place,
    rate,
    service,
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
