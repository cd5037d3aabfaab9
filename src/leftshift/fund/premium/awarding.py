"""Work out the Quality Premium: value per head × people × weights of what is met, less reductions, times the gateways.

Exact: fractions of pounds inside, pence where a figure is shown. What is not yet known makes the award a range.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from leftshift.foundation.money import PENCE_IN_POUND, Money, whole_half_up
from leftshift.fund.premium.results import Outcome, PremiumFile
from leftshift.fund.premium.rounds import Round

Resolved = Mapping[str, bool]
"""The path of each outcome, as ``measures.antibiotics``, to whether it is met."""


def pence_of(pounds: Fraction | Decimal) -> Money:
    """The amount in whole pence, half up, away from nought."""
    return Money(whole_half_up(Fraction(pounds) * PENCE_IN_POUND))


def earned_share(rules: Round, met: Resolved) -> Fraction:
    """The weights of the measures that are met, as a share of one."""
    return sum(
        (Fraction(row.weight.value) for row in rules.measures if met[f"measures.{row.code}"]), Fraction()
    )


def kept_share(rules: Round, met: Resolved) -> Fraction:
    """What failed standards leave of what was earned: never below the floor of the round."""
    reductions = [Fraction(row.reduction.value) for row in rules.gateways if not met[f"gateways.{row.code}"]]
    left = Fraction(1)
    for reduction in reductions:
        left = left - reduction if rules.combine == "additive" else left * (1 - reduction)
    return max(Fraction(rules.floor.value), left) if reductions else left


def passed_share(rules: Round, met: Resolved) -> Fraction:
    """What the quality and financial gateways leave of everything."""
    share = Fraction(1)
    for row in rules.whole_gateways:
        share *= 1 if met[f"whole_gateways.{row.code}"] else Fraction(row.left.value)
    return share


def award_of(given: PremiumFile, met: Resolved) -> Fraction:
    """The award in pounds when every outcome is as ``met`` says."""
    rules = given.round
    share = earned_share(rules, met) * kept_share(rules, met) * passed_share(rules, met)
    return Fraction(given.potential) * share


@dataclass(frozen=True, slots=True)
class Step:
    """A step from the potential to the award: its name, by how much it changes, what is left after it, and why."""

    name: str
    change: Money
    after: Money
    why: str


@dataclass(frozen=True, slots=True)
class Worth:
    """What one outcome is worth: met less not met, when all that is not known turns out well, and badly."""

    path: str
    name: str
    outcome: Outcome
    rule: str
    """The weight or the reduction, in words."""
    told: str
    """Where that comes from."""
    at_best: Money
    at_worst: Money


class Premium:
    """A Quality Premium that was worked out; equal to itself for an equal file."""

    def __init__(self, given: PremiumFile) -> None:
        self.given = given
        self.outcomes = given.outcomes()

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """The paths of what is not yet known."""
        return tuple(path for path, outcome in self.outcomes.items() if outcome.met is None)

    def resolved(self, *, unknown_met: bool, **changes: bool) -> dict[str, bool]:
        """Every outcome, what is not known as given; ``changes`` by path replace others."""
        found = {
            path: unknown_met if outcome.met is None else outcome.met
            for path, outcome in self.outcomes.items()
        }
        return {**found, **changes}

    @cached_property
    def potential(self) -> Money:
        """What all measures and gateways together would earn."""
        return pence_of(self.given.potential)

    @cached_property
    def lowest(self) -> Money:
        """The award when everything that is not known turns out badly: no gateway can earn, no measure can cost."""
        return pence_of(award_of(self.given, self.resolved(unknown_met=False)))

    @cached_property
    def highest(self) -> Money:
        """The award when everything that is not known turns out well."""
        return pence_of(award_of(self.given, self.resolved(unknown_met=True)))

    @property
    def award(self) -> Money | None:
        """The award; None where what is not known would change it."""
        return self.lowest if self.lowest == self.highest else None

    def steps(self, *, unknown_met: bool) -> tuple[Step, ...]:
        """From the potential to the award, each step rounded so that they add up to the penny."""
        met = self.resolved(unknown_met=unknown_met)
        level, found = Fraction(self.given.potential), list[Step]()
        before = pence_of(level)
        for name, level, why in self._levels(met):
            after = pence_of(level)
            found.append(Step(name, after - before, after, why))
            before = after
        return tuple(found)

    def _levels(self, met: Resolved) -> Iterator[tuple[str, Fraction, str]]:
        rules, potential = self.given.round, Fraction(self.given.potential)
        level = potential
        for measure in rules.measures:
            if not met[f"measures.{measure.code}"]:
                level -= potential * Fraction(measure.weight.value)
                share = percent(measure.weight.value)
                yield (
                    f"Not met: {self.name_of(f'measures.{measure.code}')}",
                    level,
                    f"{share} of the potential",
                )
        earned, gone = level, dict(met)
        gone.update({f"gateways.{row.code}": True for row in rules.gateways})
        for gateway in rules.gateways:
            if not met[f"gateways.{gateway.code}"]:
                gone[f"gateways.{gateway.code}"] = False
                level = earned * kept_share(rules, gone)
                yield f"Failed: {gateway.name}", level, self._reduction_words(gateway.reduction.value)
        for whole in rules.whole_gateways:
            if not met[f"whole_gateways.{whole.code}"]:
                level *= Fraction(whole.left.value)
                yield f"Failed: {whole.name}", level, f"leaves {percent(whole.left.value)} of everything"

    def _reduction_words(self, reduction: Decimal) -> str:
        rules = self.given.round
        of = "what the measures earned" if rules.combine == "additive" else "what is left"
        return f"{percent(reduction)} of {of}, down to a floor of {percent(rules.floor.value)}"

    def worth(self, path: str) -> Worth:
        """What an outcome is worth, met beside not met."""
        at = [
            award_of(self.given, self.resolved(unknown_met=well, **{path: True}))
            - award_of(self.given, self.resolved(unknown_met=well, **{path: False}))
            for well in (True, False)
        ]
        rule, told = self._rule(path)
        return Worth(
            path, self.name_of(path), self.outcomes[path], rule, told, pence_of(at[0]), pence_of(at[1])
        )

    @cached_property
    def worths(self) -> tuple[Worth, ...]:
        """What each measure and gateway is worth, in the order of the round."""
        return tuple(self.worth(path) for path in self.outcomes)

    def name_of(self, path: str) -> str:
        """What people call a measure or gateway."""
        kind, _, code = path.partition(".")
        rows: Any = getattr(self.given.round, kind)
        name: str = next(row.name for row in rows if row.code == code)
        own = self.outcomes[path].name
        return f"{name}: {own}" if own else name

    def _rule(self, path: str) -> tuple[str, str]:
        kind, _, code = path.partition(".")
        rules = self.given.round
        if kind == "measures":
            weight = next(row.weight for row in rules.measures if row.code == code)
            return f"weight {percent(weight.value)}", weight.told
        if kind == "gateways":
            reduction = next(row.reduction for row in rules.gateways if row.code == code)
            return f"takes {percent(reduction.value)} off", reduction.told
        left = next(row.left for row in rules.whole_gateways if row.code == code)
        return f"leaves {percent(left.value)} of everything", left.told

    @property
    def unverified(self) -> tuple[str, ...]:
        """What of the round no source that was read says."""
        rules = self.given.round
        named = {
            "value per head": rules.value_per_head,
            "floor": rules.floor,
            **{f"weight of {row.name}": row.weight for row in rules.measures},
            **{f"standard of {row.name}": row.standard for row in rules.gateways},
            **{f"reduction of {row.name}": row.reduction for row in rules.gateways},
        }
        found = [name for name, rule in named.items() if rule.label in ("K", "I")]
        return (
            *(["how reductions combine"] if rules.combine_told.startswith(("[K]", "[I]")) else []),
            *found,
        )


def percent(share: Decimal | Fraction) -> str:
    """A share in per cent, exactly where it ends within four decimals."""
    value = Decimal(share.numerator) / Decimal(share.denominator) if isinstance(share, Fraction) else share
    rounded = round(value * 100, 4)
    return f"{rounded.normalize():f}%" if rounded else "0%"


def premium(given: PremiumFile) -> Premium:
    """The Quality Premium of what a commissioner states."""
    return Premium(given)
