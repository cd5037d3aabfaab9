"""What capacity comes to: every table and figure of activity, beds, staff, estate and capital of a place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from leftshift.capacity.activity.checking import activity_checks
from leftshift.capacity.activity.projecting import Levels, Plan, plan_of
from leftshift.capacity.avoiding import Avoidance, avoidable_admissions
from leftshift.capacity.beds.bridging import LeftShift, bed_bridge, closed, left_shift
from leftshift.capacity.beds.checking import bed_checks
from leftshift.capacity.beds.needing import Beds, Pool
from leftshift.capacity.beds.sufficing import Sufficing, sufficing
from leftshift.capacity.capital import Programme, capital_programmes
from leftshift.capacity.estate import Estate, estate
from leftshift.capacity.staffing import Workforce, workforce
from leftshift.foundation.checks import CheckResult
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place

if TYPE_CHECKING:
    import polars as pl

    from leftshift.capacity.records.factors import FactorTable, StayTable
    from leftshift.capacity.records.planning import Asked
    from leftshift.capacity.records.result import RecordResult


@dataclass(frozen=True)
class Capacity:
    """The capacity of a sound place."""

    place: Place

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        """The base year and every year of the plan."""
        return self.place.years

    @cached_property
    def activity(self) -> Plan:
        """Rows of activity, effects on them, and their postings."""
        return plan_of(self.place)

    @cached_property
    def levels(self) -> Levels:
        """Growth and effects as planned."""
        return self.activity.levels()

    @cached_property
    def beds(self) -> Beds:
        """Beds by provider and type."""
        return Beds(self.activity, self.levels)

    @cached_property
    def avoidable_admissions(self) -> tuple[Avoidance, ...]:
        """Every plan to avoid admissions."""
        return avoidable_admissions(self.place)

    @cached_property
    def workforce(self) -> Workforce:
        """Staff by group, organisation and year."""
        return workforce(self.place)

    @cached_property
    def estate(self) -> Estate:
        """Sites by year, and the services in them."""
        return estate(self.place)

    @cached_property
    def capital(self) -> tuple[Programme, ...]:
        """Every capital programme."""
        return capital_programmes(self.place)

    def bed_bridge(self, year: FinancialYear | None = None) -> Mapping[Pool, Mapping[str, float]]:
        """Pool to step to beds; the last year of the plan where none is named."""
        return bed_bridge(self.beds, year or self.place.last_year)

    def beds_closed(self, year: FinancialYear | None = None) -> Mapping[Pool, float | None]:
        """Pool to the change of open beds since the base year."""
        return closed(self.beds, year or self.place.last_year)

    def left_shift(self, year: FinancialYear | None = None) -> tuple[LeftShift, ...]:
        """What goes where, effect by effect."""
        return left_shift(self.beds, year or self.place.last_year)

    def beds_suffice(
        self,
        *,
        draws: int | None = None,
        seed: int | None = None,
        report: Callable[[int, int], None] | None = None,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> Sufficing:
        """The chance that beds suffice on a day; raises Stopped."""
        return sufficing(self.activity, draws=draws, seed=seed, report=report, is_stopped=is_stopped)

    def records(
        self,
        path: Path,
        year: FinancialYear | None = None,
        *,
        factors: Sequence[FactorTable] = (),
        stays: Sequence[StayTable] = (),
        **asked: Unpack[Asked],
    ) -> RecordResult:
        """A file of records under the plan, times the tables that are given; raises what ``records_of_plan`` raises."""
        from leftshift.capacity.records.planning import records_of_plan

        at = (year or self.place.last_year).starts - self.place.base_year.starts
        return records_of_plan(self.levels, at, path, factors=factors, stays=stays, **asked)

    def checks(self) -> tuple[CheckResult, ...]:
        """What must hold of capacity, where the place says enough to tell."""
        return (*activity_checks(self.place), *bed_checks(self.beds))

    def tables(self) -> Mapping[str, pl.DataFrame]:
        """Every table: activity, beds, bed bridge, left shift and what else the place has."""
        from leftshift.capacity.tables import tables_of

        return tables_of(self)

    def document(self) -> dict[str, Any]:
        """The whole result as plain values: what ``leftshift capacity --json`` prints."""
        from leftshift.capacity.documents import document_of

        return document_of(self)
