"""The page of docs/method: forms of contract, and who keeps the gain under each."""

from __future__ import annotations

from typing import Any

from leftshift.place import rows
from leftshift.place.place import Place
from tests.examples.worked import (
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
    line,
    place,
    position,
    rate,
    rule_shares,
    service,
)

FORMS = (
    rows.Form(form="blend", kind="cap_and_collar", cap=0.02, collar=0.02, marginal_rate=0.2, **BY),
    rows.Form(
        form="alliance",
        kind="outcome_linked",
        risk_share=0.5,
        at_risk=0.1,
        outcome="achieved",
        gain_share=0.25,
        **BY,
    ),
    rows.Form(form="rebased", kind="block", agreed_growth="agreed", **BY),
)
NAMES = {
    "tariff": "Tariff",
    "block": "Block",
    "blend": "Cap and collar of 2%, marginal rate 20%",
    "alliance": "Outcome-linked: half the risk shared, 10% hangs on outcomes of which 90% are achieved, a quarter of the gain given back",
}


def _flat(form: str, *effects: rows.Effect, **more: Any) -> Place:
    """The hospital is paid 1,000 under a form; nothing grows."""
    found = flat_place(effects)
    paid = tuple(
        contract(row.contract, row.payer, row.payee, row.service, row.value, form=form)
        if row.contract == "hospital"
        else row
        for row in found.contracts
    )
    achieved = (*found.assumptions, rate("achieved", 0.9), rate("agreed", 0.03))
    return found.with_tables(forms=FORMS, contracts=paid, assumptions=achieved, **more)


def _shorter(form: str, hospital: str, payer: str) -> Example:
    return Example(
        f"Shorter stays: {NAMES[form].split(',')[0].split(':')[0].lower()}",
        f"{NAMES[form]}. Stays worth 100 are saved, 70% of them in cost. No admission goes, so no payment for activity moves.",
        _flat(form, effect("length_of_stay", contract="hospital", value=100)),
        [
            Expected("Hospital", hospital, impact_on("HOSP")),
            Expected("Commissioner", payer, impact_on("CCG")),
            Expected("System", "70", bridge()),
        ],
    )


def _less(form: str, saved: str) -> Example:
    return Example(
        f"Less activity: {NAMES[form].split(',')[0].split(':')[0].lower()}",
        f"{NAMES[form]}. Activity of 100 out of 1,000 goes, and with it 70 of cost.",
        _flat(form, effect("qipp_on_contract", contract="hospital", value=100)),
        [
            Expected("Hospital", f"70 - ({saved})", impact_on("HOSP")),
            Expected("Commissioner", saved, impact_on("CCG")),
            Expected("System", "70", bridge()),
        ],
    )


def _growing(form: str, paid: str) -> Example:
    grown = place(
        services=(service("care", demographic_growth="people"), service("cost", follows_activity=True)),
        assumptions=(rate("people", 0.1), rate("achieved", 0.9), rate("agreed", 0.03)),
        forms=FORMS,
        contracts=(contract("C", "CCG", "HOSP", "care", 1000, form=form),),
        lines=(line("L", "HOSP", "cost", "cost", 1000),),
        rules=rule_shares(),
        interventions=(),
        steps=(),
    )
    return Example(
        f"More activity: {NAMES[form].split(',')[0].split(':')[0].lower()}",
        f"{NAMES[form]}. Activity of 1,000, and its cost, grow by 10%, which was not agreed.",
        grown,
        [
            Expected("Commissioner pays", f"-({paid})", position("CCG", FIRST)),
            Expected("Hospital", f"({paid}) - 1100", position("HOSP", FIRST)),
        ],
    )


_EXAMPLES = [
    _shorter("tariff", "0.70 * 100", "0"),
    _shorter("block", "0.70 * 100", "0"),
    _shorter("blend", "0.70 * 100", "0"),
    _shorter("alliance", "0.75 * 0.70 * 100", "0.25 * 0.70 * 100"),
    _less("tariff", "100"),
    _less("block", "0"),
    _less("blend", "20 + 0.20 * 80"),
    _less("alliance", "(1 - 0.1 * (1 - 0.9)) * 0.5 * 100"),
    _growing("tariff", "1000 * 1.10"),
    _growing("block", "1000"),
    _growing("blend", "1000 * 1.02 + 0.20 * (1000 * 1.10 - 1000 * 1.02)"),
    _growing("alliance", "(1 - 0.1 * (1 - 0.9)) * (1000 + 0.5 * 100)"),
    Example(
        "A block with agreed growth",
        "3% of growth is agreed each year and paid, whatever activity does; the tariff falls by 1%.",
        place(
            services=(service("care", demographic_growth="people", price_change="tariff"),),
            assumptions=(
                rate("people", 0.1),
                rate("agreed", 0.03),
                rate("achieved", 0.9),
                rate("tariff", -0.01),
            ),
            forms=FORMS,
            contracts=(contract("C", "CCG", "HOSP", "care", 1000, form="rebased"),),
        ),
        [Expected("Hospital in the second year", "1000 * (1.03 * 0.99) ** 2", position("HOSP", SECOND))],
    ),
    Example(
        "Two interventions under one collar",
        "30 and 50 of activity go from a contract of 1,000 with a collar of 2%: of the 80 the first 20 are saved in full and 60 at "
        "20%. Each intervention has its share of the 32, whatever their order.",
        _flat(
            "blend",
            effect("qipp_on_contract", contract="hospital", value=30),
            rows.Effect(
                effect="F",
                intervention="other",
                rule="qipp_on_contract",
                contract="hospital",
                value=50,
                price_year=FIRST.plus(-1),
                **BY,
            ),
            interventions=(
                rows.Intervention(intervention="change", name="Change", step="change", **BY),
                rows.Intervention(intervention="other", name="Other", step="change", **BY),
            ),
        ),
        [
            Expected("Commissioner, by the first", "30 / 80 * (20 + 0.2 * 60)", impact_on("CCG")),
            Expected(
                "Commissioner, by the second",
                "50 / 80 * (20 + 0.2 * 60)",
                lambda result: result.impact(FIRST)["other"]["CCG"],
            ),
        ],
    ),
]


def _summary() -> str:
    """Who gains per £100, from the examples below."""
    rows_ = [
        "| form | shorter stays: hospital | commissioner | less activity: hospital | commissioner |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for at, name in enumerate(NAMES.values()):
        cells = [f"{_EXAMPLES[4 * part + at].expected[who].value:,.2f}" for part in (0, 1) for who in (0, 1)]
        rows_.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows_)


CONTRACT_FORMS = Page(
    "contract-forms",
    "Forms of contract",
    "A contract names its form in one cell. With T the activity at tariff in the prices of the year, A what was agreed and q what "
    "outcomes leave of the payment, it pays q × (inside + rate × (T − inside)), inside being T held between the collar's and the "
    "cap's share of A. Tariff pays T; a block pays A. A cost follows activity under every form. An investment, and what is paid for "
    "a new service, is agreed for itself and paid in full.\n\nAn intervention that takes activity away moves the payment by the mean rate over "
    "the whole change of its stage, so that no order of interventions matters.\n\n**Who gains, per £100** of activity value, with 70% of it in cost:\n\n"
    + _summary(),
    _EXAMPLES,
)
