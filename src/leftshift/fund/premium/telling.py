"""A Quality Premium in sentences, and as plain values for JSON."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from leftshift.foundation.money import PENCE_IN_POUND, Money
from leftshift.fund.premium.awarding import (
    Premium,
    Step,
    Worth,
    earned_share,
    kept_share,
    passed_share,
    percent,
)


def pounds(amount: Money) -> float:
    """An amount as a number of pounds, to the penny."""
    return float(Decimal(amount.pence) / PENCE_IN_POUND)


def shown(amount: Money) -> str:
    """An amount as people read it: pence only where there are some, a true minus."""
    text = str(amount).removesuffix(".00")
    return text.replace("-", "−")


def award_sentence(found: Premium) -> str:
    """What is awarded, or between what the award lies."""
    whose, most = found.given.organisation, shown(found.potential)
    if found.award is not None:
        share = _share(found.award, found.potential)
        return f"{whose} earns {shown(found.award)} of {most}{share}."
    count = len(found.unknown)
    results = "1 result is" if count == 1 else f"{count} results are"
    return f"{whose} earns between {shown(found.lowest)} and {shown(found.highest)} of {most}: {results} not yet known."


def _share(award: Money, potential: Money) -> str:
    return f", {percent(Fraction(award.pence, potential.pence))}" if potential.pence else ""


def formula_sentence(found: Premium, *, unknown_met: bool) -> str:
    """The formula with its figures: value per head × people × earned × kept × gateways."""
    given, met = found.given, found.resolved(unknown_met=unknown_met)
    rules = given.round
    shares = " × ".join(percent(part(rules, met)) for part in (earned_share, kept_share, passed_share))
    per_head = f"£{rules.value_per_head.value.normalize():f}"
    result = found.highest if unknown_met else found.lowest
    return (
        f"{per_head} a head × {given.population:,} people × {shares} = {shown(result)}: "
        "value × people × weights met × what failed standards leave × what the quality and financial gateways leave."
    )


def met_sentence(row: Worth, found: Premium) -> str:
    """What would change if an outcome were the other way."""
    if row.outcome.met is None:
        return f"{row.name} is not yet known: {_between(row)} more if it is met."
    if row.outcome.met:
        return f"{row.name} is met; without it the award would be {_between(row)} less."
    return f"{row.name} is not met; met, it would add {_between(row)}."


def _between(row: Worth) -> str:
    low, high = sorted((row.at_best, row.at_worst))
    return shown(high) if low == high else f"{shown(low)} to {shown(high)}"


def document(found: Premium) -> dict[str, Any]:
    """Everything as plain values; amounts in pounds to the penny, null where nothing can be said."""
    given, rules = found.given, found.given.round
    return {
        "title": given.title,
        "organisation": given.organisation,
        "round": rules.year,
        "unit": "£",
        "population": given.population,
        "population_source": str(given.population_provenance),
        "value_per_head": float(rules.value_per_head.value),
        "potential": pounds(found.potential),
        "award": None if found.award is None else pounds(found.award),
        "reason": None if found.award is not None else "some results are not yet known",
        "lowest": pounds(found.lowest),
        "highest": pounds(found.highest),
        "unknown": list(found.unknown),
        "sentence": award_sentence(found),
        "formula": formula_sentence(found, unknown_met=True),
        "steps": [_step(step) for step in found.steps(unknown_met=True)],
        "steps_at_lowest": [_step(step) for step in found.steps(unknown_met=False)],
        "results": [_worth(row, found) for row in found.worths],
        "overrides": [
            {
                "what": row.what,
                "of_the_round": row.of_the_round,
                "own": row.own,
                "source": str(row.provenance),
            }
            for row in given.overrides
        ],
        "combine": rules.combine,
        "combine_source": rules.combine_told,
        "guidance": rules.guidance,
        "not_verified": list(found.unverified),
    }


def _step(step: Step) -> dict[str, Any]:
    return {"step": step.name, "change": pounds(step.change), "after": pounds(step.after), "why": step.why}


def _worth(row: Worth, found: Premium) -> dict[str, Any]:
    kind, _, code = row.path.partition(".")
    return {
        "kind": {"measures": "measure", "gateways": "gateway", "whole_gateways": "whole_gateway"}[kind],
        "code": code,
        "name": row.name,
        "met": row.outcome.met,
        "why": row.outcome.why,
        "source": str(row.outcome.provenance),
        "rule": row.rule,
        "rule_source": row.told,
        "worth_at_best": pounds(row.at_best),
        "worth_at_worst": pounds(row.at_worst),
        "sentence": met_sentence(row, found),
    }
