"""What effects on activity are worth, from unit prices, as effects of the economy: worked out once, posted by its rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leftshift.capacity.activity.projecting import Plan
from leftshift.place.capacity_rows import Activity, ActivityEffect
from leftshift.place.contributions import Contribution
from leftshift.place.place import Place
from leftshift.place.rows import Contract, Effect
from leftshift.place.schema import catalogue

ARRIVES = "investment"
"""The rule by which activity that arrives on a contract is paid for, where no rule of a shift does it."""
_POUNDS = 1000.0


@dataclass(frozen=True)
class ContractTie:
    """A contract beside the activity that names it, £000 in the base year; ``rows`` have a price, ``unpriced`` none."""

    contract: Contract
    activity: float
    rows: int
    unpriced: int

    @property
    def share(self) -> float:
        """How much of the contract its activity is worth; 0 for a contract of nothing."""
        return self.activity / self.contract.value if self.contract.value else 0.0


def contract_ties(place: Place) -> tuple[ContractTie, ...]:
    """Every contract that activity with a price names, beside what that activity is worth."""
    found = []
    rows = sorted(place.activity, key=lambda row: row.activity)
    for contract in sorted(place.contracts, key=lambda row: row.contract):
        named = [row for row in rows if row.contract == contract.contract]
        priced = [row for row in named if row.unit_price is not None]
        if priced:
            worth = sum(value_of(row) for row in priced)
            found.append(ContractTie(contract, worth, len(priced), len(named) - len(priced)))
    return tuple(found)


def value_of(row: Activity) -> float:
    """What a row is worth in the base year at its price, £000."""
    return float(row.count) * _price(row)


def _price(row: Activity) -> float:
    """The price of one, £000."""
    return float(row.unit_price or 0) / _POUNDS


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
            arriving += float(source.count) * share * float(effect.ratio) * _price(target)
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
