"""What each rate adds to each flow, year by year: defined once, so that drivers and explanations are queries on it.

A flow of a year is its first value plus what every year since has added. Within a year the causes act at
once; each gets its Shapley value: the mean, over all orders in which they could act, of what it adds. So no
order matters, a cause's part of a year never changes later, and the parts sum to the flow exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import factorial
from typing import Literal

import numpy as np

from leftshift.economy.arrays import Codes, Economy, Flags, Floats, Forms
from leftshift.economy.forms import paid
from leftshift.economy.projecting import Projection, sum_into

Cause = Literal["demography", "other_growth", "price", "agreed_growth", "outcome"]
CAUSES: tuple[Cause, ...] = ("demography", "other_growth", "price", "agreed_growth", "outcome")
_OF_A_FORM: tuple[Cause, ...] = ("agreed_growth", "outcome")


@dataclass(frozen=True)
class Parts:
    """What a unit of each rate adds to levels [year, column] in a year: the part of a rate is it times its slope.

    ``activity`` is the slope of the activity an organisation is paid for, for what follows it; ``both`` that of
    demographic and other growth together, where they multiply.
    """

    demography: Floats
    other_growth: Floats
    price: Floats
    activity: Floats
    both: Floats


@dataclass(frozen=True)
class Growth:
    """The growth of the deterministic run of a projection, by cause."""

    projection: Projection

    @property
    def economy(self) -> Economy:
        """The arrays that were projected."""
        return self.projection.economy

    # ------------------------------------------------------------------ activity that costs follow
    @property
    def paid_contracts(self) -> Codes:
        """The contracts whose activity costs follow."""
        return self.economy.flows.drives

    @cached_property
    def weights(self) -> Floats:
        """The share of each paid contract in what its payee is paid for, a year before, at constant prices [year, contract]."""
        flows, contracts = self.economy.flows, self.paid_contracts
        before = np.zeros((len(flows.volume), len(contracts)))
        level = np.cumprod(1.0 + flows.volume[:, contracts], axis=0)
        ran = flows.first[contracts][None] < np.arange(1, len(before))[:, None]
        before[1:] = flows.base[contracts] * level[:-1] * ran
        sums = sum_into(flows.payee[contracts], before, len(self.economy.nodes))[:, flows.payee[contracts]]
        shares: Floats = np.divide(before, sums, out=np.zeros_like(before), where=sums != 0)
        return shares

    @cached_property
    def follows(self) -> Floats:
        """1 where a flow's volume follows its payer's activity in a year, else 0 [year, flow]."""
        flows = self.economy.flows
        found = np.zeros_like(flows.price)
        found[1:, flows.follower] = flows.ran_before[:, flows.follower]
        return found

    def _activity(self, growth: Floats) -> Floats:
        """The weighted mean of a growth [year, flow] over what each flow's payer is paid for [year, flow]."""
        flows, contracts = self.economy.flows, self.paid_contracts
        means = sum_into(flows.payee[contracts], self.weights * growth[:, contracts], len(self.economy.nodes))
        found: Floats = means[:, flows.payer] * self.follows
        return found

    @cached_property
    def demographic(self) -> Floats:
        """Demographic growth of each flow's volume, that of the activity it follows included [year, flow]."""
        own = self.economy.flows.demographic
        return own + self._activity(own)

    @cached_property
    def other(self) -> Floats:
        """Other growth of each flow's volume, that of the activity it follows included [year, flow]."""
        own = self.economy.flows.other
        return own + self._activity(own)

    @cached_property
    def both(self) -> Floats:
        """What demographic and other growth add together, where they multiply [year, flow]."""
        flows = self.economy.flows
        if not flows.growth_multiplied:
            return np.zeros_like(flows.price)
        product = flows.demographic * flows.other
        return product + self._activity(product)

    def parts(self, level: Floats, volume_of: Codes, price: Floats) -> Parts:
        """The slopes of levels [year, column] whose volume is that of a flow and whose price grows [year, column]."""
        before = np.zeros_like(level)
        before[1:] = level[:-1]
        flows = self.economy.flows
        demographic, other, both = (
            found[:, volume_of] for found in (self.demographic, self.other, self.both)
        )
        single = before * (1 + price / 2)
        pair = before * (0.5 + price / 3) * flows.growth_multiplied
        return Parts(
            single + pair * flows.other[:, volume_of],
            single + pair * flows.demographic[:, volume_of],
            before * (1 + (demographic + other) / 2 + both / 3),
            single * self.follows[:, volume_of],
            pair,
        )

    # ------------------------------------------------------------------ flows
    @cached_property
    def grows(self) -> Flags:
        """Whether a flow grows into a year [year, flow]: it recurs and ran the year before."""
        flows = self.economy.flows
        found = np.zeros(flows.price.shape, dtype=np.bool_)
        found[1:] = flows.recurrent & flows.ran_before
        return found

    @cached_property
    def of_flows(self) -> Parts:
        """The slopes of the flows at tariff; those of contracts of another form are replaced in ``by_cause``."""
        flows = self.economy.flows
        level = np.where(flows.recurrent, self.projection.activity[0], 0.0)
        return self.parts(level, np.arange(len(flows.rows)), flows.price)

    @cached_property
    def by_cause(self) -> Mapping[Cause, Floats]:
        """Cause to what it adds to each flow as paid in a year [year, flow], £000."""
        flows, slopes = self.economy.flows, self.of_flows
        pair = slopes.both * self._activity(flows.demographic * flows.other)
        found: dict[Cause, Floats] = {
            "demography": flows.demographic * slopes.demography
            + self._activity(flows.demographic) * slopes.activity
            + pair,
            "other_growth": flows.other * slopes.other_growth
            + self._activity(flows.other) * slopes.activity
            + pair,
            "price": flows.price * slopes.price,
            "agreed_growth": np.zeros_like(flows.price),
            "outcome": np.zeros_like(flows.price),
        }
        for cause, added in self._of_forms().items():
            found[cause][:, flows.forms.flow] = np.where(self.grows[:, flows.forms.flow], added, 0.0)
        return found

    def _of_forms(self) -> Mapping[Cause, Floats]:
        """Cause to what it adds to each contract that is not paid by tariff [year, contract with a form]."""
        forms, flows = self.economy.flows.forms, self.economy.flows
        if not len(forms.flow):
            return {}
        step = _FormStep(
            forms,
            _before(self.projection.activity[0][:, forms.flow]),
            _before(self._agreed),
            _before(forms.quality, 1.0),
            flows.demographic[:, forms.flow],
            flows.other[:, forms.flow],
            flows.price[:, forms.flow],
            flows.growth_multiplied,
        )
        return shapley(step.paid, CAUSES)

    @cached_property
    def _agreed(self) -> Floats:
        forms = self.economy.flows.forms
        level = np.cumprod(1.0 + forms.agreed, axis=0) * self.projection.price[0][:, forms.flow]
        agreed: Floats = self.economy.flows.base[forms.flow] * level
        return agreed

    @cached_property
    def first_values(self) -> Floats:
        """The first value of each flow, in every year in which it runs [year, flow]."""
        found: Floats = self.economy.flows.base * self.economy.flows.runs
        return found


@dataclass(frozen=True)
class _FormStep:
    """A year of contracts with a form: what is paid when only some causes act on the year before."""

    forms: Forms
    activity: Floats
    agreed: Floats
    quality: Floats
    demographic: Floats
    other: Floats
    price: Floats
    multiplied: bool

    def paid(self, acting: frozenset[Cause]) -> Floats:
        """What is paid [year, contract]."""
        demographic = self.demographic if "demography" in acting else 0.0
        other = self.other if "other_growth" in acting else 0.0
        price = 1 + (self.price if "price" in acting else 0.0)
        volume = (1 + demographic) * (1 + other) if self.multiplied else 1 + demographic + other
        agreed = self.agreed * (1 + self.forms.agreed) if "agreed_growth" in acting else self.agreed
        quality = self.forms.quality if "outcome" in acting else self.quality
        return paid(self.forms, self.activity * volume * price, agreed * price, quality)


def shapley(value: Callable[[frozenset[Cause]], Floats], causes: tuple[Cause, ...]) -> Mapping[Cause, Floats]:
    """Cause to its Shapley value, where ``value`` says what stands when only some causes act."""
    groups = [frozenset(on) for size in range(len(causes) + 1) for on in combinations(causes, size)]
    values = {group: value(group) for group in groups}
    found: dict[Cause, Floats] = {}
    for cause in causes:
        total = np.zeros_like(values[frozenset()])
        for before in (group for group in groups if cause not in group):
            orders = factorial(len(before)) * factorial(len(causes) - len(before) - 1)
            total += orders / factorial(len(causes)) * (values[before | {cause}] - values[before])
        found[cause] = total
    return found


def _before(level: Floats, first: float = 0.0) -> Floats:
    """The level of the year before [year, column]; ``first`` before the base year."""
    moved = np.full_like(level, first)
    moved[1:] = level[:-1]
    return moved
