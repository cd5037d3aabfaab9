"""Named checks of interventions: that their rules fit, that they do something, and that pairs balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from leftshift.foundation.faults import Fault
from leftshift.place import rows
from leftshift.place.place import Place
from leftshift.place.rows import OUTSIDE
from leftshift.place.schema import catalogue
from leftshift.place.seen import Seen, fault_at

_USERS = (
    "effects", "stated_effects", "activity_effects", "workforce_effects", "avoidance_plans", "capital_programmes",
)  # fmt: skip
_CENT = 0.01  # £000: paired effects are printed rounded, and £10 is the finest rounding in use


def effect_rules(place: Place, seen: Seen) -> Iterator[Fault]:
    """An effect names what its rule needs, and nothing that its rule does not use."""
    contracts = {row.contract: row for row in place.contracts}
    lines = {row.line: row for row in place.lines}
    shares = {(row.rule, row.share) for row in place.rules}
    for row in place.effects:
        rule = catalogue("rules")[row.rule]
        yield from _needs(row, rule["needs"])
        yield from _shares(row, rule["shares"], shares, seen)
        yield from _fits(row, contracts.get(row.contract or ""), lines.get(row.line or ""))
        if (row.value is None) == (row.percent is None):
            yield fault_at(
                row,
                "value",
                "missing value" if row.value is None else "two values",
                expected="a value in £000, or a percent",
                action="Give one of the two",
            )


def _needs(row: rows.Effect, needs: list[str]) -> Iterator[Fault]:
    for column in ("contract", "line", "receiver"):
        given = getattr(row, column) is not None
        if column in needs and not given:
            yield fault_at(
                row,
                column,
                "missing value",
                expected=f"a {column}: the rule {row.rule} needs it",
                action="Fill in the cell",
            )
        if given and column not in needs:
            yield fault_at(
                row,
                column,
                "nothing uses it",
                expected=f"no {column}: the rule {row.rule} does not use one",
                action="Clear the cell",
            )


def _shares(row: rows.Effect, needs: list[str], known: set[tuple[str, str]], seen: Seen) -> Iterator[Fault]:
    for column in ("cost_share", "receiver_cost_share", "price_share"):
        given = getattr(row, column) is not None
        if column in needs and not given and (row.rule, column) not in known and seen.is_sound("rules"):
            yield fault_at(
                row,
                column,
                "missing value",
                expected=f"{column} of the rule {row.rule}",
                action=f"Add {row.rule}, {column} to rules.csv, or fill in the cell",
            )
        if given and column not in needs:
            yield fault_at(
                row,
                column,
                "nothing uses it",
                expected=f"no {column}: the rule {row.rule} does not use one",
                action="Clear the cell",
            )


def _fits(row: rows.Effect, contract: rows.Contract | None, line: rows.Line | None) -> Iterator[Fault]:
    if line and line.type != "cost":
        yield fault_at(
            row,
            "line",
            "line is no cost",
            expected="a line of type cost",
            action=f"{line.line} is {line.type}: name a cost line",
        )
    if not contract:
        return
    if row.rule == "repatriation" and contract.payee != OUTSIDE:
        yield fault_at(
            row,
            "contract",
            "contract stays inside",
            expected="a contract whose payee is outside",
            action="Name the contract that comes home",
        )
    if row.receiver and row.receiver in {contract.payee, contract.payer}:
        yield fault_at(
            row,
            "receiver",
            "contract with itself",
            expected="another body than both ends of the contract",
            action="Name who receives the activity",
        )
    if contract.payee == OUTSIDE and row.rule not in {"repatriation", "investment"}:
        yield fault_at(
            row,
            "contract",
            "provider is outside",
            expected="a contract whose payee is an organisation",
            action="The rule changes the provider's cost, and this one's is not in the place",
        )


def interventions(place: Place, seen: Seen) -> Iterator[Fault]:
    """Every intervention does something, in the years of the plan, once."""
    by_rule: dict[str, set[str]] = defaultdict(set)
    for effect in place.effects:
        by_rule[effect.intervention].add(effect.rule)
    stated = {row.intervention for row in place.stated_effects}
    beyond_money = _beyond_money(place)
    for row in place.interventions:
        name = row.intervention
        if name not in {*by_rule, *stated, *beyond_money} and seen.is_sound(*_USERS):
            yield fault_at(
                row,
                "intervention",
                "nothing uses it",
                expected="rows in effects.csv, stated_effects.csv or activity_effects.csv",
                action="Add its effects, or remove it",
            )
        if name in by_rule and name in stated:
            yield fault_at(
                row,
                "intervention",
                "counted twice",
                expected="effects by rule or stated effects",
                action="Remove one of the two, or split the intervention",
            )
        if name in stated and (row.start or row.profile or not row.recurrent):
            yield fault_at(
                row,
                "start" if row.start else "profile" if row.profile else "recurrent",
                "nothing uses it",
                expected="an empty cell: stated effects have years",
                action="Clear the cell, or give the effect by rule",
            )
        if row.stated == "net" and "investment" in by_rule[name]:
            yield fault_at(
                row,
                "stated",
                "counted twice",
                expected="gross, for it has an investment among its effects",
                action="State it gross, or remove the investment",
            )
        if name in {*by_rule, *beyond_money} - stated and _begins_after(place, row):
            yield fault_at(
                row,
                "start",
                "year outside the plan",
                expected=f"a start, delay included, before the end of {place.last_year}",
                action="Correct the start or the delay",
            )


def _beyond_money(place: Place) -> set[str | None]:
    """The interventions that change activity, staff, admissions or buildings."""
    activity = {row.intervention for row in place.activity_effects}
    staff = {row.intervention for row in place.workforce_effects}
    plans = {row.intervention for row in place.avoidance_plans}
    return activity | staff | plans | {row.intervention for row in place.capital_programmes}


def _begins_after(place: Place, row: rows.Intervention) -> bool:
    first = row.start.months_since(place.base_year) if row.start else 12
    return first + row.delay_months >= 12 * len(place.years)


def stated_pairs(place: Place, _: Seen) -> Iterator[Fault]:
    """Paired stated effects are two sides of one payment, and equal. One-sided ones cannot be tested."""
    pairs: dict[tuple[Any, ...], list[rows.StatedEffect]] = defaultdict(list)
    for row in place.stated_effects:
        if (row.payer is None) != (row.payee is None):
            column = "payer" if row.payer is None else "payee"
            yield fault_at(
                row,
                column,
                "missing value",
                expected="both payer and payee, or neither",
                action="Fill in the cell, or clear the other",
            )
        elif row.payer is not None:
            if row.payer == row.payee:
                yield fault_at(
                    row,
                    "payee",
                    "contract with itself",
                    expected="another body than the payer",
                    action="Correct payer or payee",
                )
            if row.organisation not in {row.payer, row.payee}:
                yield fault_at(
                    row,
                    "organisation",
                    "not a side of the payment",
                    expected=f"{row.payer} or {row.payee}",
                    action="Correct the organisation",
                )
            pairs[row.intervention, row.year, row.payer, row.payee].append(row)
    for pair in pairs.values():
        yield from _unequal(pair)


def _unequal(pair: list[rows.StatedEffect]) -> Iterator[Fault]:
    sides = {row.organisation for row in pair}
    inside = {end for end in (pair[0].payer, pair[0].payee) if end != OUTSIDE}
    total = sum(row.amount for row in pair)
    if inside - sides:
        yield fault_at(
            pair[0],
            "organisation",
            "effects do not balance",
            found=f"only {', '.join(sorted(sides))}",
            expected="both sides of the payment",
            action=f"Add the row of {', '.join(sorted(str(end) for end in inside - sides))}",
        )
    elif len(inside) == 2 and abs(total) > _CENT:
        yield fault_at(
            pair[-1],
            "amount",
            "effects do not balance",
            found=f"{total:+,.3f} in sum",
            expected="two sides that sum to 0",
            action="Correct one of the amounts; what is not a payment goes into a row without payer and payee",
        )
