"""What effects on activity are worth, from unit prices, as effects of the economy: worked out once, posted by its rules."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.capacity.activity.contracts import price, value_of
from leftshift.capacity.activity.projecting import Plan
from leftshift.place.capacity_rows import ActivityEffect
from leftshift.place.contributions import Contribution
from leftshift.place.rows import Effect
from leftshift.place.schema import catalogue

ARRIVES = "investment"
"""The rule by which activity that arrives on a contract is paid for, where no rule of a shift does it."""


def activity_contributions(plan: Plan) -> tuple[Contribution, ...]:
    """The effects on money of every effect on activity that is posted."""
    found = []
    for number, effect in enumerate(plan.effects):
        if effect.posted and plan.chosen[number].rows:
            rows = tuple(_effects(plan, number))
            found.append(Contribution(f"activity_effects {effect.effect}", {"effects": rows}))
    return tuple(found)


def rule_of(effect: ActivityEffect) -> str:
    """The rule by which the money of an effect is posted."""
    return effect.rule or str(catalogue("changes")[effect.change]["rule"])


def _effects(plan: Plan, number: int) -> Iterator[Effect]:
    effect, chosen = plan.effects[number], plan.chosen[number]
    target = next((row for row in plan.rows if row.activity == effect.to_activity), None)
    moves_provider = effect.change == "shift_provider"
    receiver = target.provider if target and moves_provider else None
    leaving: dict[str, float] = {}
    arriving = 0.0
    for row, share in zip(chosen.rows, chosen.shares, strict=True):
        source = plan.rows[row]
        name = source.contract or ""
        leaving[name] = leaving.get(name, 0.0) + value_of(source) * share
        if target:
            arriving += float(source.count) * share * float(effect.ratio) * price(target)
    for name, worth in sorted(leaving.items()):
        yield _effect(plan, effect, name, worth, rule_of(effect), receiver)
    if target and not moves_provider:
        yield _effect(plan, effect, target.contract or "", arriving, ARRIVES, None)


def _effect(
    plan: Plan, effect: ActivityEffect, contract: str, worth: float, rule: str, receiver: str | None
) -> Effect:
    what = "what arrives" if rule == ARRIVES else "what goes"
    words = f"Worked out from {effect.origin}: {what}, at the unit prices of activity.csv. {effect.source}"
    return Effect(
        effect=f"{effect.effect} {rule} {contract}",
        intervention=effect.intervention,
        rule=rule,
        contract=contract or None,
        receiver=receiver,
        value=round(worth, 9),
        price_year=plan.place.base_year,
        source=words,
        basis=effect.basis,
        origin=effect.origin,
    )
