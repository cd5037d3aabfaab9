"""The value of any published figure that is not money of the economy: beds, admissions, staff, capital."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from leftshift.capacity.activity.postings import STEPS
from leftshift.capacity.avoiding import Avoidance
from leftshift.capacity.beds.needing import Pool
from leftshift.capacity.capital import Programme
from leftshift.capacity.result import Capacity
from leftshift.economy.arrays import Floats
from leftshift.economy.figures import PER_UNIT
from leftshift.foundation.ages import ALL_AGES
from leftshift.foundation.years import FinancialYear
from leftshift.place.rows import Published
from leftshift.population.projecting import project_population


@dataclass(frozen=True)
class Figures:
    """Works out published figures from the capacity of a place."""

    capacity: Capacity

    def value(self, row: Published) -> tuple[float, str]:
        """The figure in the row's unit, and ``computed``: none of them restates a row."""
        return self._figures[row.figure](row) * PER_UNIT[row.unit], "computed"

    @property
    def _figures(self) -> Mapping[str, Callable[[Published], float]]:
        return {
            "people": lambda row: project_population(self.capacity.place).people("", ALL_AGES, row.year),
            "cohort": self._cohort,
            "beds": lambda row: self._of_pools(self.capacity.beds.needed[:, :, 0], row),
            "beds_open": lambda row: self._of_pools(self.capacity.beds.open, row),
            "beds_moved": self._moved,
            "beds_back_filled": lambda row: self._shift(row, "back_filled"),
            "beds_to_teams": lambda row: self._shift(row, "to_teams"),
            "admissions_desired": lambda row: self._admissions(row, "desired"),
            "admissions_allocated": lambda row: self._admissions(row, "allocated"),
            "admissions_beds": lambda row: self._worth(row, "beds"),
            "admissions_worth": lambda row: self._worth(row, "full_tariff"),
            "staff_needed": lambda row: self._staff(row, "need"),
            "staff_in_post": lambda row: self._staff(row, "supply"),
            "capital_cost": self._capital_cost,
            "capital_gross": lambda row: self._programme(row).gross,
            "capital_disposals": lambda row: self._programme(row).disposals,
            "capital_net": lambda row: self._programme(row).net,
            "capital_return": lambda row: self._programme(row).return_on_investment or 0.0,
            "capital_payback": lambda row: self._programme(row).payback or 0.0,
        }

    def _at(self, year: FinancialYear) -> int:
        return year.starts - self.capacity.place.base_year.starts

    def _cohort(self, row: Published) -> float:
        rows = self.capacity.place.cohorts
        return sum(float(entry.people) for entry in rows if row.organisation in (None, entry.commissioner))

    # ------------------------------------------------------------------ beds
    def _of_pools(self, values: Floats, row: Published) -> float:
        pools = self.capacity.beds.pools
        mine = [at for at, pool in enumerate(pools) if self._is_of(pool, row)]
        return float(values[self._at(row.year), mine].sum())

    def _is_of(self, pool: Pool, row: Published) -> bool:
        return row.item == pool.bed_type and row.organisation in (None, pool.provider)

    def _moved(self, row: Published) -> float:
        """The beds that an effect takes away from where its activity lies."""
        beds = self.capacity.beds
        names = [effect.effect for effect in self.capacity.activity.effects]
        key, lies = beds.keys(beds.pools)
        postings = self.capacity.activity.postings
        leaving = (
            (postings.effect == names.index(row.item)) & (postings.step != STEPS.index("shifted_in")) & lies
        )
        days = self.capacity.levels.by(key, len(beds.pools), bed_days=True, only=leaving)
        return -float((days[self._at(row.year), :, 0] / beds.days_of_a_bed).sum())

    def _shift(self, row: Published, which: str) -> float:
        found = [entry for entry in self.capacity.left_shift(row.year) if entry.effect == row.item]
        return sum(float(getattr(entry, which)) for entry in found)

    # ------------------------------------------------------------------ admissions
    def _plan(self, row: Published) -> tuple[Avoidance, str]:
        name, _, group = row.item.partition(":")
        found = next(entry for entry in self.capacity.avoidable_admissions if entry.row.plan == name.strip())
        return found, group.strip()

    def _admissions(self, row: Published, which: str) -> float:
        found, group = self._plan(row)
        return sum(float(getattr(entry, which)) for entry in found.groups if group in ("", entry.risk_group))

    def _worth(self, row: Published, which: str) -> float:
        found, _ = self._plan(row)
        return float(getattr(found.worth_of(found.counted), which) or 0.0)

    # ------------------------------------------------------------------ staff and capital
    def _staff(self, row: Published, figure: str) -> float:
        """Of a group, or of several joined by +, with the plan."""
        groups = {item.strip() for item in row.item.split("+")}
        staff = self.capacity.workforce
        pairs = [
            pair for pair in staff.with_plan if pair[1] in groups and row.organisation in (None, pair[0])
        ]
        return float(staff.total("with_plan", figure, pairs)[self._at(row.year)])

    def _programme(self, row: Published) -> Programme:
        name = row.item.partition(":")[0].strip()
        return next(entry for entry in self.capacity.capital if entry.row.programme == name)

    def _capital_cost(self, row: Published) -> float:
        """Of a year: of a programme, or of one of its schemes after a colon."""
        programme, scheme = self._programme(row), row.item.partition(":")[2].strip()
        at = {year: number for number, year in enumerate(programme.years)}.get(row.year)
        series = programme.cost_of.get(scheme) if scheme else programme.costs
        return 0.0 if at is None or series is None else series[at]
