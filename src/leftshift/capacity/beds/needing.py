"""Beds needed, from bed days and occupancy, by provider and type, and by site."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leftshift.capacity.activity.postings import STEPS
from leftshift.capacity.activity.projecting import Levels, Plan
from leftshift.capacity.beds.moving import successor
from leftshift.capacity.beds.seasons import peak_factor
from leftshift.capacity.occupying import occupancy_of
from leftshift.capacity.parameters import parameter
from leftshift.economy.arrays import Codes, Flags, Floats
from leftshift.place.place import Place

NO_SITE = ""


@dataclass(frozen=True, order=True)
class Pool:
    """Beds of one type of one provider; of one of its sites where ``site`` is given."""

    provider: str
    bed_type: str
    site: str | None = None


@dataclass(frozen=True)
class Beds:
    """The beds of a plan in a run or in draws; a bed is the bed days that fill it at the occupancy of its type."""

    plan: Plan
    levels: Levels

    @property
    def place(self) -> Place:
        """The place they are of."""
        return self.plan.place

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """Every provider and type that has bed days or open beds."""
        owners = {row.site: row.organisation for row in self.place.sites}
        lying = {Pool(row.provider, row.bed_type) for row in self.plan.rows if row.bed_type}
        standing = {Pool(owners[row.site], row.bed_type) for row in self.place.beds}
        return tuple(sorted(lying | standing))

    @cached_property
    def site_pools(self) -> tuple[Pool, ...]:
        """The same by site; what is not placed in a site stands without one."""
        owners = {row.site: row.organisation for row in self.place.sites}
        lying = {
            Pool(row.provider, row.bed_type, row.site or NO_SITE) for row in self.plan.rows if row.bed_type
        }
        standing = {Pool(owners[row.site], row.bed_type, row.site) for row in self.place.beds}
        sites = {row.site: row for row in self.place.sites}
        moving = set[Pool]()
        for pool in lying | standing:
            site = sites.get(pool.site or "")
            to = successor(self.place, site) if site and site.closes else None
            if to:
                moving.add(Pool(pool.provider, pool.bed_type, to))
        every = lying | standing | moving
        return tuple(sorted(every, key=lambda pool: (pool.provider, pool.bed_type, pool.site or "")))

    # ------------------------------------------------------------------ needed
    @cached_property
    def days_of_a_bed(self) -> Floats:
        """The bed days that fill a bed for a year [pool]."""
        return self._days_of(self.pools)

    def _days_of(self, pools: tuple[Pool, ...]) -> Floats:
        days = parameter("days_in_year")
        return np.array([days * occupancy_of(self.place, pool.bed_type) for pool in pools])

    def keys(self, pools: tuple[Pool, ...]) -> tuple[Codes, Flags]:
        """The pool of every posting, and whether it has one [posting]."""
        number = {pool: at for at, pool in enumerate(pools)}
        by_site = bool(pools) and pools[0].site is not None
        of_row = []
        for row in self.plan.rows:
            site = (row.site or NO_SITE) if by_site else None
            of_row.append(number.get(Pool(row.provider, row.bed_type or "", site), -1))
        key = np.array(of_row, dtype=np.int64)[self.plan.postings.row]
        return key, key >= 0

    def _needed(self, pools: tuple[Pool, ...], do_nothing: bool) -> Floats:
        if not pools:
            return np.zeros((len(self.place.years), 0, 1))
        key, lies = self.keys(pools)
        kept = self.plan.counted(do_nothing) & lies
        days = self.levels.by(key, len(pools), bed_days=True, only=kept)
        found: Floats = days / self._days_of(pools)[None, :, None]
        return found

    @cached_property
    def needed(self) -> Floats:
        """Beds needed under the plan [year, pool, draw]."""
        return self._needed(self.pools, do_nothing=False)

    @cached_property
    def needed_doing_nothing(self) -> Floats:
        """Beds needed without the plan [year, pool, draw]."""
        return self._needed(self.pools, do_nothing=True)

    @cached_property
    def needed_by_site(self) -> Floats:
        """Beds needed under the plan, by site [year, site pool, draw]; of a site that is closed, where its services are."""
        found = self._needed(self.site_pools, do_nothing=False)
        number = {pool: at for at, pool in enumerate(self.site_pools)}
        sites = {row.site: row for row in self.place.sites}
        for pool, at in number.items():
            site = sites.get(pool.site or "")
            to = successor(self.place, site) if site and site.closes else None
            if site and site.closes and to:
                since = max(0, site.closes.starts - self.place.base_year.starts)
                found[since:, number[Pool(pool.provider, pool.bed_type, to)]] += found[since:, at]
                found[since:, at] = 0.0
        return found

    @cached_property
    def peak(self) -> Floats:
        """Beds needed in the fullest month of the year [year, pool, draw]."""
        factors = np.array([peak_factor(self.place, pool.bed_type) for pool in self.pools])
        found: Floats = self.needed * factors[None, :, None]
        return found

    # ------------------------------------------------------------------ open
    @cached_property
    def open(self) -> Floats:
        """Beds that are open [year, pool]; nought where the place says nothing."""
        return self._open(self.pools)

    @cached_property
    def open_by_site(self) -> Floats:
        """The same by site [year, site pool]."""
        return self._open(self.site_pools)

    def _open(self, pools: tuple[Pool, ...]) -> Floats:
        found = np.zeros((len(self.place.years), len(pools)))
        number = {pool: at for at, pool in enumerate(pools)}
        owners = {row.site: row.organisation for row in self.place.sites}
        by_site = bool(pools) and pools[0].site is not None
        until: dict[tuple[str, str], Floats] = {}
        for row in sorted(self.place.beds, key=lambda row: row.year):
            since = row.year.starts - self.place.base_year.starts
            level = until.setdefault((row.site, row.bed_type), np.zeros(len(found)))
            level[since:] = float(row.beds)
        for (site, bed_type), level in until.items():
            found[:, number[Pool(owners[site], bed_type, site if by_site else None)]] += level
        return found

    @cached_property
    def counted(self) -> Flags:
        """Whether the place says how many beds of a pool are open [pool]."""
        owners = {row.site: row.organisation for row in self.place.sites}
        known = {Pool(owners[row.site], row.bed_type) for row in self.place.beds}
        return np.array([pool in known for pool in self.pools], dtype=np.bool_)

    def occupancy(self, pool: Pool) -> float:
        """The share of the year on which a bed of a pool is filled."""
        return occupancy_of(self.place, pool.bed_type)

    def is_virtual(self, pool: Pool) -> bool:
        """Whether its beds are places at home."""
        return any(row.virtual for row in self.place.bed_types if row.bed_type == pool.bed_type)

    # ------------------------------------------------------------------ what moves where
    def moved_by(self, effect: int, side: int, *, arriving: bool = True) -> Floats:
        """The bed days that an effect brings on one side, or takes away [year, draw]."""
        postings = self.plan.postings
        sides = np.array([product.side for product in postings.products], dtype=np.int64)[postings.product]
        came = postings.step == STEPS.index("shifted_in")
        kept = (postings.effect == effect) & (came if arriving else ~came) & (sides == side)
        found: Floats = self.levels.by(np.zeros(len(kept), dtype=np.int64), 1, bed_days=True, only=kept)[:, 0]
        return found
