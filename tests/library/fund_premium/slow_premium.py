"""The Quality Premium once more, the slow and obvious way: Decimal, one sentence of the rules after the other."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext

from leftshift.fund.premium.rounds import Round


def slow_award(rules: Round, people: int, met: Mapping[str, bool]) -> Decimal:
    """Pounds to the penny."""
    with localcontext() as context:
        context.prec = 60
        earned = Decimal(0)
        for measure in rules.measures:
            if met[f"measures.{measure.code}"]:
                earned += rules.value_per_head.value * people * measure.weight.value
        reductions = [
            gateway.reduction.value for gateway in rules.gateways if met[f"gateways.{gateway.code}"] is False
        ]
        left = Decimal(1)
        if rules.combine == "additive":
            left = Decimal(1) - sum(reductions, Decimal(0))
        else:
            for reduction in reductions:
                left *= Decimal(1) - reduction
        if reductions and left < rules.floor.value:
            left = rules.floor.value
        award = earned * left
        for gateway in rules.whole_gateways:
            if not met[f"whole_gateways.{gateway.code}"]:
                award *= gateway.left.value
        return award.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
