"""A place: data only. What it means for money, beds or people is worked out elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from leftshift.foundation.years import FinancialYear, years_between
from leftshift.place import capacity_rows, measure_rows, rows
from leftshift.place.cells import sorted_rows, table_text
from leftshift.place.scenarios import Scenario
from leftshift.place.schema import Table, catalogue, schema


@dataclass(frozen=True)
class Place:
    """A set of organisations, their money and their plan over a run of financial years.

    Tables are tuples of frozen rows in the order of their file; that order never changes a result.
    """

    code: str
    name: str
    base_year: FinancialYear
    last_year: FinancialYear
    perimeter: str
    description: str = ""
    organisations: tuple[rows.Organisation, ...] = ()
    perimeters: tuple[rows.Membership, ...] = ()
    settings: tuple[rows.Setting, ...] = ()
    services: tuple[rows.Service, ...] = ()
    derivations: tuple[rows.Derivation, ...] = ()
    assumptions: tuple[rows.Assumption, ...] = ()
    forms: tuple[rows.Form, ...] = ()
    contracts: tuple[rows.Contract, ...] = ()
    lines: tuple[rows.Line, ...] = ()
    steps: tuple[rows.Step, ...] = ()
    interventions: tuple[rows.Intervention, ...] = ()
    profiles: tuple[rows.ProfilePoint, ...] = ()
    rules: tuple[rows.RuleShare, ...] = ()
    effects: tuple[rows.Effect, ...] = ()
    stated_effects: tuple[rows.StatedEffect, ...] = ()
    resources: tuple[rows.Need, ...] = ()
    population: tuple[capacity_rows.People, ...] = ()
    age_weights: tuple[capacity_rows.AgeWeight, ...] = ()
    cohorts: tuple[capacity_rows.Cohort, ...] = ()
    points_of_delivery: tuple[capacity_rows.PointOfDelivery, ...] = ()
    activity: tuple[capacity_rows.Activity, ...] = ()
    activity_effects: tuple[capacity_rows.ActivityEffect, ...] = ()
    bed_types: tuple[capacity_rows.BedType, ...] = ()
    seasonal_profiles: tuple[capacity_rows.SeasonalFactor, ...] = ()
    beds: tuple[capacity_rows.OpenBeds, ...] = ()
    avoidance_plans: tuple[capacity_rows.AvoidancePlan, ...] = ()
    risk_groups: tuple[capacity_rows.RiskGroup, ...] = ()
    staff_groups: tuple[capacity_rows.StaffGroup, ...] = ()
    workforce: tuple[capacity_rows.StaffInPost, ...] = ()
    staff_needed: tuple[capacity_rows.StaffNeeded, ...] = ()
    workforce_effects: tuple[capacity_rows.WorkforceEffect, ...] = ()
    sites: tuple[capacity_rows.Site, ...] = ()
    site_services: tuple[capacity_rows.SiteService, ...] = ()
    capital_programmes: tuple[capacity_rows.CapitalProgramme, ...] = ()
    capital: tuple[capacity_rows.CapitalAmount, ...] = ()
    capital_funding: tuple[capacity_rows.CapitalFunding, ...] = ()
    control_totals: tuple[capacity_rows.ControlTotal, ...] = ()
    envelopes: tuple[capacity_rows.Envelope, ...] = ()
    risk_pool: tuple[capacity_rows.PoolEntry, ...] = ()
    records: tuple[capacity_rows.RecordFile, ...] = ()
    areas: tuple[measure_rows.Area, ...] = ()
    peers: tuple[measure_rows.Peer, ...] = ()
    measures: tuple[measure_rows.Measure, ...] = ()
    measure_definitions: tuple[measure_rows.MeasureDefinition, ...] = ()
    observations: tuple[measure_rows.Observation, ...] = ()
    observations_by_age: tuple[measure_rows.ObservationByAge, ...] = ()
    measure_rebases: tuple[measure_rows.Rebase, ...] = ()
    measure_events: tuple[measure_rows.MeasureEvent, ...] = ()
    measure_targets: tuple[measure_rows.MeasureTarget, ...] = ()
    measure_links: tuple[measure_rows.MeasureLink, ...] = ()
    efficiencies: tuple[measure_rows.Efficiency, ...] = ()
    published: tuple[rows.Published, ...] = ()
    uncertainty: tuple[rows.Uncertainty, ...] = ()
    correlations: tuple[rows.Correlation, ...] = ()
    assurance_roles: tuple[rows.AssuranceRole, ...] = ()
    verifications: tuple[rows.Verification, ...] = ()
    limits: tuple[rows.Limit, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    before_contributions: Place | None = field(default=None, compare=False, repr=False)

    @property
    def written(self) -> Place:
        """The place as people wrote it, without what its subjects contribute to the money."""
        return self.before_contributions or self

    @cached_property
    def years(self) -> tuple[FinancialYear, ...]:
        """The base year and every year of the plan."""
        return years_between(self.base_year, self.last_year)

    def setting(self, name: str) -> str:
        """Where a switch stands: as the place says, else its default."""
        return self._settings.get(name, str(catalogue("settings")[name]["default"]))

    @cached_property
    def _settings(self) -> dict[str, str]:
        return {row.setting: row.value for row in self.settings}

    @cached_property
    def forms_by_name(self) -> dict[str, rows.Form]:
        """The forms of contract that the place describes, and tariff and block, which need no description."""
        plain: tuple[rows.FormKind, ...] = ("tariff", "block")
        known: dict[str, rows.Form] = {
            kind: rows.Form(form=kind, kind=kind, source="built in", basis="assumed") for kind in plain
        }
        return {**known, **{row.form: row for row in self.forms}}

    @cached_property
    def shares(self) -> dict[str, float]:
        """Organisation to its share in the place's own perimeter."""
        return self.shares_in(self.perimeter)

    def shares_in(self, perimeter: str) -> dict[str, float]:
        """Organisation to its share in a perimeter."""
        return {row.organisation: row.share for row in self.perimeters if row.perimeter == perimeter}

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the content that does not depend on the order of rows or the spelling of cells.

        An empty table that may be left out adds nothing, so that a table new to the schema leaves it as it was.
        """
        scenarios = [part for entry in self._scenarios for part in (entry.code, entry.text)]
        return self._hash([*schema().tables.values()], scenarios)

    @cached_property
    def plan_fingerprint(self) -> str:
        """The same, of what the plan itself says: what organisations agree. Scenarios are questions, not the plan."""
        return self._hash([table for table in schema().tables.values() if not table.beside_the_plan], [])

    def _hash(self, tables: Sequence[Table], more: Sequence[str]) -> str:
        heading = [
            self.code,
            self.name,
            str(self.base_year),
            str(self.last_year),
            self.perimeter,
            self.description,
        ]
        texts = [
            table_text(table, sorted_rows(table, self.written.table(table.name)))
            for table in tables
            if table.required or self.written.table(table.name)
        ]
        return hashlib.sha256("\x00".join([*heading, *texts, *more]).encode()).hexdigest()

    @property
    def _scenarios(self) -> list[Scenario]:
        return sorted(self.scenarios, key=lambda entry: entry.code)

    @property
    def flow_rows(self) -> tuple[rows.Contract | rows.Line, ...]:
        """Contracts and lines: every row that moves money in the base year."""
        found: list[rows.Contract | rows.Line] = [*self.contracts, *self.lines]
        return tuple(found)

    def table(self, name: str) -> tuple[rows.Row, ...]:
        """The rows of the table of that name."""
        found: tuple[rows.Row, ...] = getattr(self, name)
        return found

    def with_tables(self, **tables: Any) -> Place:
        """The same place with some tables replaced."""
        return replace(self, **tables)
