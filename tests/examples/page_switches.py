"""The page of docs/method: what the switches let in, and what they leave out."""

from __future__ import annotations

from leftshift.place import rows
from leftshift.place.place import Place
from tests.examples.worked import (
    BY,
    FIRST,
    SECOND,
    Example,
    Expected,
    Page,
    contract,
    line,
    organisation,
    place,
    position,
    rate,
    service,
    setting,
)


def _flows(switch: str) -> Place:
    return place(
        services=(service("care", demographic_growth="people"),),
        assumptions=(rate("people", 0.02), rate("people", 0.05, "outside")),
        contracts=(
            contract("out", "CCG", "outside", "care", 300),
            contract("in", "outside", "HOSP", "care", 200),
        ),
        settings=(setting("outside_flows", switch),),
    )


def _with_council(switch: str) -> Place:
    base = place()
    codes = (*base.organisations, organisation("E06000999", "council"))
    return base.with_tables(
        organisations=codes,
        perimeters=tuple(
            rows.Membership(perimeter="all", organisation=row.code, share=1.0, **BY) for row in codes
        ),
        services=(
            service("social_care", scope="social_care", demographic_growth="people", price_change="prices"),
            service("pooled", price_change="prices"),
            service("grant"),
        ),
        assumptions=(rate("people", 0.02), rate("prices", 0.03)),
        contracts=(contract("pool", "CCG", "E06000999", "pooled", 50),),
        lines=(
            line("grant", "E06000999", "allocation", "grant", 450),
            line("care", "E06000999", "cost", "social_care", 500),
        ),
        settings=(setting("social_care", switch),),
    )


def _double_running(switch: str) -> Place:
    return place(
        services=(service("double", scope="transitional"),),
        assumptions=(),
        lines=(line("ward", "HOSP", "cost", "double", 40, year=FIRST, recurrent=False),),
        settings=(setting("transitional_cost", switch),),
    )


SWITCHES = Page(
    "switches",
    "What the switches let in",
    "A plan says what it counts. Each switch is a row of `settings.csv` with its source, and shown with every run.",
    [
        Example(
            "Flows to and from other areas, in",
            "The commissioner buys 300 outside, growing at its own 2%; other areas buy 200 from the hospital, growing at theirs, 5%.",
            _flows("in"),
            [
                Expected("Commissioner", "-300 * 1.02", position("CCG", FIRST)),
                Expected("Hospital", "200 * 1.05", position("HOSP", FIRST)),
                Expected("Gap of the perimeter", "300 * 1.02 - 200 * 1.05", lambda result: result.gap(FIRST)),
            ],
        ),
        Example(
            "Flows to and from other areas, out",
            "Neither counts.",
            _flows("out"),
            [
                Expected("Commissioner", "0", position("CCG", FIRST)),
                Expected("Gap of the perimeter", "0", lambda result: result.gap(FIRST)),
            ],
        ),
        Example(
            "Social care in the model",
            "A council has a grant of 450 that does not grow and spends 500 on social care, which grows by 2% in people and 3% in prices; "
            "the commissioner pays 50 into a pool that the council holds, 3% more each year. Inside the perimeter the pool cancels.",
            _with_council("in"),
            [
                Expected("Council", "450 + 50 * 1.03 - 500 * 1.02 * 1.03", position("E06000999", FIRST)),
                Expected("Commissioner", "-50 * 1.03", position("CCG", FIRST)),
                Expected("Gap of the perimeter", "500 * 1.02 * 1.03 - 450", lambda result: result.gap(FIRST)),
            ],
        ),
        Example(
            "Social care left out",
            "What the council spends on it does not count; its grant and the pool do, for they are not of that scope.",
            _with_council("out"),
            [Expected("Council", "450 + 50 * 1.03", position("E06000999", FIRST))],
        ),
        Example(
            "Transitional cost, in",
            "A ward runs twice for a year while care moves: 40, once.",
            _double_running("in"),
            [
                Expected("Hospital, that year", "-40", position("HOSP", FIRST)),
                Expected("Hospital, the year after", "0", position("HOSP", SECOND)),
            ],
        ),
        Example(
            "Transitional cost, out",
            "Left out, as the LLR plan of 2014 does.",
            _double_running("out"),
            [Expected("Hospital, that year", "0", position("HOSP", FIRST))],
        ),
        Example(
            "Non-recurrent spend",
            "2% of each commissioner's allocation of 1,000, growing by 3%, is spent once in each year of the plan; the next year's is of the next allocation.",
            place(
                services=(service("funding", other_growth="limit"),),
                assumptions=(rate("limit", 0.03),),
                lines=(line("A", "CCG", "allocation", "funding", 1000),),
                settings=(setting("non_recurrent_spend", "2%"),),
            ),
            [
                Expected("First year", "1000 * 1.03 * (1 - 0.02)", position("CCG", FIRST)),
                Expected("Second year", "1000 * 1.03 ** 2 * (1 - 0.02)", position("CCG", SECOND)),
            ],
        ),
    ],
)
