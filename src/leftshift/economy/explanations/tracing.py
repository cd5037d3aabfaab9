"""From a figure back to the rows that it rests on, and from a row forward to every figure that it feeds.

Every amount is a sum of parts, and each part belongs to one row: a first value, a rate of one year, an effect.
Both directions add up the same parts, so they agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from leftshift.economy.arrays import Codes, Economy, Flags, Floats, grower_of
from leftshift.economy.explanations.rate_sources import RateSources
from leftshift.economy.explanations.terms import Figure, Terms, terms_of
from leftshift.economy.growth import CAUSES, Cause, Growth, Parts
from leftshift.economy.preparing_effects import delivered
from leftshift.economy.projecting import Projection, leg_index, sum_into
from leftshift.place.rows import Assumption, Contract, Row, StatedEffect

Key = tuple[str, str]  # whose rate, and which
VOLUME: tuple[Cause, ...] = ("demography", "other_growth")
BY_RATE: tuple[Cause, ...] = (*VOLUME, "price", "agreed_growth")


@dataclass(frozen=True)
class Columns:
    """What grows, flows first and legs after [column]: whose volume, which rate each cause is [column], -1 for none."""

    volume_of: Codes
    keys: Mapping[Cause, Codes]


@dataclass(frozen=True)
class Tracing:
    """The parts of a run, and the rows they belong to. Amounts in £000."""

    growth: Growth

    @property
    def economy(self) -> Economy:
        """The arrays that were projected."""
        return self.growth.economy

    @property
    def projection(self) -> Projection:
        """The run."""
        return self.growth.projection

    # ------------------------------------------------------------------ what grows by which rate
    @cached_property
    def sources(self) -> RateSources:
        """Where each rate comes from."""
        return RateSources(self.economy.rates)

    @cached_property
    def _rates_of_flows(self) -> list[dict[Cause, Key]]:
        place = self.economy.place
        services = {row.service: row for row in place.services}
        found = []
        for row in self.economy.flows.rows:
            service = services[row.service]
            names: dict[Cause, str | None] = {
                "demography": service.demographic_growth,
                "other_growth": service.other_growth,
                "price": service.price_change,
            }
            keys = {cause: (grower_of(row), name) for cause, name in names.items() if name}
            form = place.forms_by_name.get(row.form) if isinstance(row, Contract) else None
            if isinstance(row, Contract) and form and form.agreed_growth:
                keys["agreed_growth"] = (row.payer, form.agreed_growth)
            if isinstance(row, Contract) and form and form.outcome:
                keys["outcome"] = (row.payee, form.outcome)
            found.append(keys)
        return found

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """Every rate that something grows by: whose, and which."""
        of_flows = {key for keys in self._rates_of_flows for key in keys.values()}
        of_costs = {
            (
                self.economy.nodes[column - len(self.economy.flows.rows)],
                self.economy.place.setting("cost_price"),
            )
            for column in self.economy.legs.price_of.tolist()
            if column >= len(self.economy.flows.rows)
        }
        return tuple(sorted(of_flows | of_costs))

    @cached_property
    def columns(self) -> Columns:
        """Flows and legs as columns that grow."""
        number = {key: at for at, key in enumerate(self.keys)}
        flows, legs = len(self.economy.flows.rows), self.economy.legs
        of_flows = {
            cause: np.array(
                [number.get(keys.get(cause, ("", "")), -1) for keys in self._rates_of_flows], dtype=np.int64
            )
            for cause in CAUSES
        }
        cost_price = self.economy.place.setting("cost_price")
        of_nodes = np.array(
            [number.get((node, cost_price), -1) for node in self.economy.nodes], dtype=np.int64
        )
        nothing = np.full(len(legs.effect), -1, dtype=np.int64)
        of_legs = {cause: of_flows[cause][legs.volume_of] if cause in VOLUME else nothing for cause in CAUSES}
        of_legs["price"] = np.concatenate([of_flows["price"], of_nodes])[legs.price_of]
        return Columns(
            np.concatenate([np.arange(flows), legs.volume_of]),
            {cause: np.concatenate([of_flows[cause], of_legs[cause]]) for cause in CAUSES},
        )

    @cached_property
    def rates(self) -> Floats:
        """Every rate [year, key]."""
        found = [self.economy.rates.of(*key) for key in self.keys]
        return np.array(found).reshape(-1, len(self.economy.years)).T.copy()

    @cached_property
    def leg_index(self) -> Floats:
        """The level of volume and price of each leg [year, leg]."""
        found: Floats = leg_index(self.economy, self.projection.volume, self.projection.price)[0]
        return found

    @cached_property
    def leg_sizes(self) -> Floats:
        """Each leg as paid, in the prices of its price year [year, leg]."""
        found: Floats = self.projection.by_rule[0] / self.leg_index
        return found

    @cached_property
    def slopes(self) -> Mapping[Cause, Floats]:
        """Cause to what a unit of a column's own rate adds in a year [year, column]; a leg's is for a size of 1."""
        flows = self.economy.flows
        parts = self._parts
        found: dict[Cause, Floats] = {
            "demography": parts.demography,
            "other_growth": parts.other_growth,
            "price": parts.price,
            "agreed_growth": np.zeros_like(parts.price),
        }
        for cause in BY_RATE:
            added = self.growth.by_cause[cause][:, flows.forms.flow]
            keys = self.columns.keys[cause][flows.forms.flow]
            rate = (
                np.where(keys >= 0, self.rates[:, np.maximum(keys, 0)], 0.0)
                if len(self.keys)
                else added * 0.0
            )
            found[cause][:, flows.forms.flow] = np.divide(
                added, rate, out=np.zeros_like(added), where=rate != 0
            )
        return found

    @property
    def activity_slopes(self) -> Floats:
        """What a unit of growth of the activity that a column follows adds in a year [year, column]."""
        return self._parts.activity

    @property
    def pair_slopes(self) -> Floats:
        """What a unit of demographic times other growth adds to each of the two in a year [year, column]."""
        return self._parts.both

    @cached_property
    def _parts(self) -> Parts:
        """The slopes of all columns as if every contract were paid by tariff."""
        growth, legs = self.growth, self.economy.legs
        prices = np.concatenate([self.economy.flows.price, self.economy.cost_price], axis=1)[:, legs.price_of]
        of_legs = growth.parts(self.leg_index, legs.volume_of, prices)
        of_legs = replace(
            of_legs,
            demography=of_legs.demography * self._grows[:, legs.volume_of],
            other_growth=of_legs.other_growth * self._grows[:, legs.volume_of],
            price=of_legs.price * self._grows[:, legs.price_of],
        )
        both = zip(vars(growth.of_flows).values(), vars(of_legs).values(), strict=True)
        return Parts(*(np.concatenate(pair, axis=1) for pair in both))

    @cached_property
    def _grows(self) -> Flags:
        """Whether the rates of a flow, or behind them of a node's costs, act in a year [year, column].

        Those of a flow act only from the year after its first; a leg may be there before.
        """
        years, flows = self.economy.flows.price.shape
        found = np.ones((years, flows + len(self.economy.nodes)), dtype=np.bool_)
        found[0] = False
        found[1:, :flows] = self.economy.flows.ran_before
        return found

    # ------------------------------------------------------------------ backward: a figure's rows
    def weights(self, terms: Terms, cause: Cause) -> Floats:
        """What of each column's growth into a year a figure counts [year, column]."""
        economy = self.economy
        found = np.zeros((len(economy.years), len(self.columns.volume_of)))
        flows = terms.flows.weight[1 + CAUSES.index(cause)]
        found[: terms.year + 1, terms.flows.at] = flows
        spent = economy.flows.spent_again[terms.again.at]
        found[: terms.year + 1, spent] += terms.again.weight * economy.flows.spent_share
        found[:, len(economy.flows.rows) + terms.legs.at] = self.leg_weights(terms)
        return found

    def leg_weights(self, terms: Terms) -> Floats:
        """What of the growth of each leg that a figure counts it counts into each year [year, leg counted].

        From the price year of the effect on; a figure of an earlier year takes growth back.
        """
        economy, at = self.economy, terms.legs.at
        years = np.arange(len(economy.years))[:, None]
        stated = economy.effects.price_year[economy.legs.effect[at]][None]
        since = (stated < years) & (years <= terms.year)
        until = (terms.year < years) & (years <= stated)
        found: Floats = (since * 1.0 - until) * (terms.legs.weight * self.leg_sizes[terms.year, at])
        return found

    def key_slopes(self, terms: Terms) -> Floats:
        """What a unit of each rate into each year adds to a figure [year, key]."""
        total = np.zeros((len(self.economy.years), len(self.keys)))
        for cause in BY_RATE:
            weights, keys = self.weights(terms, cause), self.columns.keys[cause]
            has = keys >= 0
            own = weights * self.slopes[cause]
            total += sum_into(keys[has], own[:, has], len(self.keys))
            if cause in VOLUME:
                total += self._by_activity(weights, cause)
        return total

    def rate_slopes(self, figure: Figure) -> Mapping[Key, float]:
        """Whose rate, and which, to what one more unit of it in every year adds to a figure, nearly; £000."""
        slopes = self.key_slopes(terms_of(self.economy, figure))
        found: dict[Key, float] = {}
        for number in np.flatnonzero(slopes.any(axis=0)):
            for year, source in enumerate(self.sources.of(*self.keys[number])):
                for row, slope in source.rows() if source else ():
                    if isinstance(row, Assumption) and row.follows is None:
                        key = (row.organisation, row.assumption)
                        found[key] = found.get(key, 0.0) + float(slopes[year, number]) * slope
        return found

    def _by_activity(self, weights: Floats, cause: Cause) -> Floats:
        """What a unit of the rates of contracts adds to what follows their activity [year, key]."""
        flows, growth = self.economy.flows, self.growth
        contracts = growth.paid_contracts
        payers = flows.payer[self.columns.volume_of]
        size = len(self.economy.nodes)
        single = sum_into(payers, weights * self._parts.activity, size)[:, flows.payee[contracts]]
        follows = growth.follows[:, self.columns.volume_of]
        pair = sum_into(payers, weights * self._parts.both * follows, size)[:, flows.payee[contracts]]
        other = flows.other if cause == "demography" else flows.demographic
        found = growth.weights * (single + pair * other[:, contracts])
        keys = self.columns.keys[cause][contracts]
        has = keys >= 0
        return sum_into(keys[has], found[:, has], len(self.keys))

    def inputs(self, figure: Figure) -> tuple[tuple[Row, float], ...]:
        """Every row that a figure rests on, and its part of it; the parts sum to the figure. Largest first."""
        terms = terms_of(self.economy, figure)
        found: dict[int, tuple[Row, float]] = {}
        for row, amount in self._parts_of(terms):
            before = found.get(id(row), (row, 0.0))[1]
            found[id(row)] = (row, before + amount)
        kept = (entry for entry in found.values() if entry[1] != 0.0)
        return tuple(sorted(kept, key=lambda entry: (-abs(entry[1]), str(entry[0].origin))))

    def _parts_of(self, terms: Terms) -> Iterator[tuple[Row, float]]:
        flows, economy = self.economy.flows, self.economy
        first = np.zeros(len(flows.rows))
        first[terms.flows.at] = terms.flows.weight[0] * flows.base[terms.flows.at]
        spent = flows.spent_again[terms.again.at]
        first[spent] += terms.again.weight * flows.spent_share * self.growth.first_values[terms.year, spent]
        for at in np.flatnonzero(first):
            yield flows.rows[at], float(first[at])
        slopes = self.key_slopes(terms)
        for number in np.flatnonzero(slopes.any(axis=0)):
            for year, leaves in enumerate(self.sources.leaves(*self.keys[number])):
                for row, share in leaves:
                    yield row, float(slopes[year, number]) * share
        yield from self._outcomes(terms)
        for at, weight in zip(terms.legs.at, terms.legs.weight, strict=True):
            effect = economy.effects.rows[economy.legs.effect[at]]
            yield effect, float(weight * self.leg_sizes[terms.year, at])
        for posting, weight in zip(terms.stated.at, terms.stated.weight, strict=True):
            for effect, amounts in self.stated_rows[posting]:
                yield effect, float(weight * amounts[terms.year])

    def _outcomes(self, terms: Terms) -> Iterator[tuple[Row, float]]:
        """What outcomes add to a payment in a year belongs to what is achieved in that year."""
        weights, keys = self.weights(terms, "outcome"), self.columns.keys["outcome"]
        added = self.growth.by_cause["outcome"]
        for at in np.flatnonzero(keys[: added.shape[1]] >= 0):
            for year in np.flatnonzero(weights[:, at] * added[:, at]):
                leaves = self.sources.leaves(*self.keys[keys[at]])[year]
                whole = sum(share for _, share in leaves)
                for row, share in leaves:
                    part = share / whole if whole else 1 / len(leaves)
                    yield row, float(weights[year, at] * added[year, at] * part)

    @cached_property
    def stated_rows(self) -> tuple[tuple[tuple[StatedEffect, Floats], ...], ...]:
        """For each posting the rows it adds up, with what each comes to in every year [year]."""
        economy, found = (
            self.economy,
            [list[tuple[StatedEffect, Floats]]() for _ in self.economy.stated.intervention],
        )
        for row, posting in economy.stated.rows:
            intervention = economy.interventions[economy.stated.intervention[posting]]
            found[posting].append((row, delivered(intervention, row, economy.place)))
        return tuple(map(tuple, found))
