"""Project activity and bed days: sums of postings, for one run or for many draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from leftshift.capacity.activity.growing import Growth, growth_of
from leftshift.capacity.activity.postings import NO_EFFECT, STEPS, Poster, Postings
from leftshift.capacity.activity.selecting import Chosen, NothingChosen, Selector
from leftshift.economy.arrays import Codes, Flags, Floats
from leftshift.economy.rates import Rates
from leftshift.economy.uncertainty.drawing import MovedRates, Values
from leftshift.economy.uncertainty.levels import DrawnLevels
from leftshift.place.capacity_rows import Activity, ActivityEffect
from leftshift.place.place import Place
from leftshift.place.rows import Intervention, Stage

_IN_RUN: tuple[Stage, ...] = ("do_nothing", "plan")


@dataclass(frozen=True)
class Plan:
    """The activity of a place and what is planned for it, in arrays; rows and effects in an order of their own."""

    place: Place
    rows: tuple[Activity, ...]
    effects: tuple[ActivityEffect, ...]
    chosen: tuple[Chosen, ...]
    growth: Growth
    postings: Postings

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """The stage of each effect's intervention."""
        stage = {row.intervention: row.stage for row in self.place.interventions}
        return tuple(stage[effect.intervention] for effect in self.effects)

    def counted(self, do_nothing: bool = False) -> Flags:
        """Which postings count with the plan, or when nothing is done [posting]."""
        wanted = ("do_nothing",) if do_nothing else _IN_RUN
        keep = np.array([*(stage in wanted for stage in self.stages), True])  # the last: no effect
        found: Flags = keep[self.postings.effect]
        return found

    def levels(self, values: Values | None = None, count: int = 1) -> Levels:
        """What products are in a run, or in a block of draws of what is uncertain."""
        drawn = None if values is None else MovedRates(self.place, values, count)
        rates = Rates(self.place, drawn)
        people, growth = self.growth.levels(rates)
        levels = DrawnLevels(self.place, values or {}, count)
        reached = np.stack([levels.of(row) for row in self._phased], axis=1) if self.effects else None
        years = len(self.place.years)
        return Levels(self, people, growth, np.zeros((years, 0, count)) if reached is None else reached)

    @cached_property
    def _phased(self) -> tuple[Intervention, ...]:
        """The intervention of each effect, with the profile that the effect has of its own."""
        named = {row.intervention: row for row in self.place.interventions}
        rows = [(named[effect.intervention], effect.profile) for effect in self.effects]
        return tuple(replace(row, profile=profile or row.profile) for row, profile in rows)


@dataclass(frozen=True)
class Levels:
    """What changes from year to year: people alone and all growth [year, series, draw], effects [year, effect, draw]."""

    plan: Plan
    people: Floats
    growth: Floats
    effects: Floats

    @cached_property
    def products(self) -> Floats:
        """The value of every product [year, product, draw]."""
        return self._products(self.growth)

    @cached_property
    def of_people(self) -> Floats:
        """The same, if only the number and age of people changed [year, product, draw]."""
        return self._products(self.people)

    def _products(self, growth: Floats) -> Floats:
        found = self._unshared(growth)
        for at, product in enumerate(self.plan.postings.products):
            if product.side:
                share = self.back_filled[product.effect]
                found[:, at] *= share if product.side == 1 else 1 - share
        return found

    def _unshared(self, growth: Floats) -> Floats:
        products = self.plan.postings.products
        series = np.array([product.series for product in products], dtype=np.int64)
        effect = np.array([product.effect for product in products], dtype=np.int64)
        draws = max(growth.shape[2], self.effects.shape[2])
        found = np.ones((len(growth), len(products), draws))
        found *= growth[:, series]
        acting = np.flatnonzero(effect != NO_EFFECT)
        found[:, acting] *= self.effects[:, effect[acting]]
        return found

    @cached_property
    def back_filled(self) -> Mapping[int, Floats]:
        """Effect to the share of what it moves that finds a bed which another effect freed [year, draw]."""
        effects, postings = self.plan.effects, self.plan.postings
        number = {effect.effect: at for at, effect in enumerate(effects)}
        whole = self._unshared(self.growth)
        arriving = postings.step == STEPS.index("shifted_in")
        sides = np.array([product.side for product in postings.products], dtype=np.int64)[postings.product]
        found: dict[int, Floats] = {}
        for at, effect in enumerate(effects):
            if effect.backfills is None:
                continue
            coming = _total(postings, (postings.effect == at) & arriving & (sides == 1), whole)
            freeing = (postings.effect == number[effect.backfills]) & (postings.bed_days < 0)
            freed = -_total(postings, freeing & self._same_beds(str(effect.to_activity)), whole)
            share = np.divide(freed, coming, out=np.zeros_like(coming), where=coming > 0)
            found[at] = np.clip(share, 0.0, 1.0)
        return found

    def _same_beds(self, activity: str) -> Flags:
        """The postings in beds of the provider and type of a row [posting]."""
        rows = self.plan.rows
        target = next(row for row in rows if row.activity == activity)
        same = [(row.provider, row.bed_type) == (target.provider, target.bed_type) for row in rows]
        found: Flags = np.array(same)[self.plan.postings.row]
        return found

    def by(
        self,
        keys: Codes,
        size: int,
        *,
        bed_days: bool = False,
        only: Flags | None = None,
        people: bool = False,
    ) -> Floats:
        """Sums of postings by a key of each posting [year, key, draw]; without ``only``, of the plan."""
        postings = self.plan.postings
        kept = np.flatnonzero(self.plan.counted() if only is None else only)
        amounts = (postings.bed_days if bed_days else postings.activity)[kept]
        products = self.of_people if people else self.products
        cells = keys[kept] * len(postings.products) + postings.product[kept]
        sums = np.bincount(cells, amounts, size * len(postings.products))
        weights = sums.astype(np.float64, copy=False).reshape(size, -1)
        found: Floats = np.matmul(weights, products)
        return found

    def of_rows(self, *, bed_days: bool = False, do_nothing: bool = False) -> Floats:
        """Activity, or bed days, of every row [year, row], in the first draw."""
        postings = self.plan.postings
        kept = np.flatnonzero(self.plan.counted(do_nothing))
        amounts = (postings.bed_days if bed_days else postings.activity)[kept]
        by_posting = amounts * self.products[:, postings.product[kept], 0]
        size = len(self.plan.rows)
        found = np.zeros((len(by_posting), size))
        for year, line in enumerate(by_posting):
            found[year] = np.bincount(postings.row[kept], line, size)
        return found


def _total(postings: Postings, kept: Flags, products: Floats) -> Floats:
    """The bed days of some postings [year, draw]."""
    at = np.flatnonzero(kept)
    found: Floats = np.einsum("p,ypd->yd", postings.bed_days[at], products[:, postings.product[at]])
    return found


def plan_of(place: Place) -> Plan:
    """The activity of a sound place, ready to be projected."""
    rows = tuple(sorted(place.activity, key=lambda row: row.activity))
    selector = Selector(place, rows)
    effects = tuple(sorted(place.activity_effects, key=lambda row: row.effect))
    chosen = tuple(chosen_or_none(selector, effect) or Chosen((), ()) for effect in effects)
    growth = growth_of(place, rows)
    postings = Poster(rows, growth, place.points_of_delivery).postings(effects, chosen)
    return Plan(place, rows, effects, chosen, growth, postings)


def chosen_or_none(selector: Selector, effect: ActivityEffect) -> Chosen | None:
    """What an effect changes; None where the check of the place tells that it changes nothing."""
    try:
        return selector.chosen(effect)
    except NothingChosen:
        return None
