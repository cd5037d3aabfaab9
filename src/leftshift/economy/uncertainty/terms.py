"""Every movement of money as a sum of terms: a coefficient by year times factors that are drawn.

A contract paid by tariff is one term. One whose payment moves by a share of its activity is two. Only between a cap and
a collar is a payment no such sum; those contracts, and the effects on them, are worked out draw by draw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from leftshift.economy.arrays import Economy, Floats
from leftshift.economy.preparing_effects import delivered
from leftshift.economy.projecting import Projection
from leftshift.economy.uncertainty.factors import Factor, Factors

Product = tuple[Factor, ...]


@dataclass(frozen=True)
class Term:
    """A coefficient [year] times a product of factors; ``at`` is the number of the movement that it is part of."""

    at: int
    coefficient: Floats
    product: Product


@dataclass(frozen=True)
class Terms:
    """The terms of an economy, by what they are part of; ``at`` of each is a flow, a leg or a posting.

    bent: columns of forms whose payment is no sum of terms. ``activity`` and ``agreed`` are the terms of those
    contracts at tariff (``at`` is the place in bent), ``bent_legs`` those of the legs on them, before the form.
    """

    factors: Factors
    flows: tuple[Term, ...]
    spent: tuple[Term, ...]
    legs: tuple[Term, ...]
    stated: tuple[Term, ...]
    bent: tuple[int, ...]
    activity: tuple[Term, ...]
    agreed: tuple[Term, ...]
    bent_legs: tuple[Term, ...]


def terms_of(economy: Economy, projection: Projection) -> Terms:
    """The terms of an economy; ``projection`` is its deterministic run."""
    return _Finding(economy, projection).terms()


class _Finding:
    def __init__(self, economy: Economy, projection: Projection) -> None:
        self.economy, self.factors = economy, Factors(economy, projection)
        self.years = len(economy.years)
        self.forms = {int(flow): column for column, flow in enumerate(economy.flows.forms.flow)}
        forms = economy.flows.forms
        bent = np.flatnonzero((forms.high > forms.low) & (forms.marginal != 1.0))
        self.bent = tuple(bent.tolist())

    def terms(self) -> Terms:
        flows = self.economy.flows
        spent = [self._spent(int(flow)) for flow in flows.spent_again]
        legs = [(leg, self._leg(leg)) for leg in range(len(self.economy.legs.effect))]
        bends = set(self.bent)
        form_of = self.economy.legs.form
        at_bent = [(place, int(flows.forms.flow[column])) for place, column in enumerate(self.bent)]
        return Terms(
            self.factors,
            tuple(term for flow in range(len(flows.rows)) for term in self._flow(flow)),
            tuple(term for found in spent for term in found),
            tuple(term for leg, found in legs if form_of[leg] not in bends for term in found),
            tuple(self._stated()),
            self.bent,
            tuple(replace(self._activity(flow), at=place) for place, flow in at_bent),
            tuple(replace(self._agreed(flow), at=place) for place, flow in at_bent),
            tuple(term for leg, found in legs if form_of[leg] in bends for term in found),
        )

    def _term(self, at: int, coefficient: Floats, factors: Iterable[Factor], flow: int) -> Term:
        """A term, its certain factors multiplied into the coefficient and what cancels left out."""
        powers: Counter[Factor] = Counter()
        for factor in factors:
            if not (factor.kind in ("at", "follower_at") and factor.of == 0):  # 1 in the base year
                powers[replace(factor, power=1)] += factor.power
        found = np.array(np.broadcast_to(coefficient, (self.years,)), dtype=np.float64)
        product: list[Factor] = []
        for factor, power in sorted(powers.items()):
            once = replace(factor, power=1 if power > 0 else -1)
            for _ in range(abs(power)):
                if self.factors.is_certain(once):
                    found = found * self.factors.certain(once, flow)
                else:
                    product.append(once)
        return Term(at, found, tuple(product))

    # ------------------------------------------------------------------ flows
    def _base(self, flow: int) -> tuple[float, list[Factor]]:
        if flow in self.factors.bases:
            return 1.0, [Factor("base", flow)]
        return float(self.economy.flows.base[flow]), []

    def _runs(self, flow: int) -> Floats:
        return self.economy.flows.runs[:, flow].astype(np.float64)

    def _activity(self, flow: int) -> Term:
        base, drawn = self._base(flow)
        factors = [self.factors.volume_of(flow), self.factors.price_of(flow), *drawn]
        return self._term(flow, base * self._runs(flow), factors, flow)

    def _agreed(self, flow: int) -> Term:
        base, drawn = self._base(flow)
        factors = [self.factors.agreed_of(self.forms[flow]), self.factors.price_of(flow), *drawn]
        return self._term(flow, base * self._runs(flow), factors, flow)

    def _flow(self, flow: int) -> Iterator[Term]:
        column = self.forms.get(flow)
        if column is None:
            yield self._activity(flow)
        elif column not in self.bent:
            marginal = self.economy.flows.forms.marginal[column]
            quality = self._quality(column)
            yield self._times(self._activity(flow), marginal, quality)
            yield self._times(self._agreed(flow), 1.0 - marginal, quality)

    def _quality(self, column: int) -> list[Factor]:
        number = self.factors.quality_of(column)
        return [] if number is None else [Factor("quality", number)]

    def _times(self, term: Term, share: float, factors: list[Factor]) -> Term:
        found = self._term(term.at, term.coefficient * share, factors, term.at)
        return replace(found, product=tuple(sorted((*term.product, *found.product))))

    def _spent(self, flow: int) -> Iterator[Term]:
        term = self._activity(flow)
        coefficient = term.coefficient * self.economy.flows.spent_share
        coefficient[0] = 0.0  # the base year is as it was
        yield replace(term, coefficient=coefficient)

    # ------------------------------------------------------------------ interventions
    def _leg(self, leg: int) -> list[Term]:
        economy, legs = self.economy, self.economy.legs
        effect, intervention = int(legs.effect[leg]), int(legs.intervention[leg])
        flow, year = int(economy.effects.flow[effect]), int(economy.effects.price_year[effect])
        coefficient = legs.share[leg] * np.ones(self.years)
        factors = self._index(leg, year)
        if intervention in self.factors.delayed:
            factors.append(Factor("phase", intervention))
        else:
            coefficient = coefficient * self.factors.phase(intervention)
            factors += self._multiplier(intervention)
            if intervention not in self.factors.multiplied:
                coefficient = coefficient * economy.interventions[intervention].delivery
        column = int(legs.form[leg])
        if column >= 0 and column not in self.bent:
            coefficient = coefficient * economy.flows.forms.marginal[column]
            factors += self._quality(column)
        found = []
        if economy.effects.value[effect]:
            found.append(self._term(leg, coefficient * economy.effects.value[effect], factors, flow))
        if economy.effects.percent[effect]:
            base, drawn = self._base(flow)
            runs = float(economy.flows.runs[year, flow])
            held = [_in_year(self.factors.volume_of(flow), year), _in_year(self.factors.price_of(flow), year)]
            share = coefficient * economy.effects.percent[effect] * base * runs
            found.append(self._term(leg, share, [*factors, *held, *drawn], flow))
        return found

    def _index(self, leg: int, year: int) -> list[Factor]:
        """The level of a leg's volume and price, over that of its price year."""
        legs = self.economy.legs
        volume = self.factors.volume_of(int(legs.volume_of[leg]))
        price = self.factors.price_of(int(legs.price_of[leg]))
        return [volume, price, *(replace(_in_year(factor, year), power=-1) for factor in (volume, price))]

    def _multiplier(self, intervention: int) -> list[Factor]:
        return [Factor("lag", intervention)] if intervention in self.factors.multiplied else []

    def _stated(self) -> Iterator[Term]:
        """Postings of stated effects: what an uncertain delay moves comes partly one year later, partly the next."""
        stated = self.economy.stated
        in_full = np.zeros_like(stated.amount)
        for row, posting in stated.rows:
            intervention = int(stated.intervention[posting])
            planned = self.economy.interventions[intervention]
            late = 0 if intervention in self.factors.delayed else planned.delay_months
            in_full[:, posting] += delivered(
                replace(planned, delivery=1.0, delay_months=late), row, self.economy.place
            )
        for posting, intervention in enumerate(stated.intervention.tolist()):
            if intervention not in self.factors.delayed | self.factors.multiplied:
                yield Term(posting, stated.amount[:, posting].copy(), ())
                continue
            lags = self.factors.most_years_late(intervention) if intervention in self.factors.delayed else 1
            for lag in range(lags):
                amount = np.zeros(self.years)
                amount[lag:] = in_full[: self.years - lag, posting]
                if amount.any():
                    yield Term(posting, amount, (Factor("lag", intervention, lag),))


def _in_year(factor: Factor, year: int) -> Factor:
    """A level as it stands in one year."""
    return replace(factor, kind=f"{'follower_' if factor.kind == 'follower' else ''}at", of=year)
