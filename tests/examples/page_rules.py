"""The page of docs/method: the rules of interventions."""

from __future__ import annotations

from tests.examples.worked import (
    Example,
    Expected,
    Page,
    bridge,
    effect,
    flat_place,
    impact_on,
    moved,
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
