"""A fund plan: data only, from the texts of its folder and back. What its round says of it is worked out elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from leftshift.foundation.faults import Faults
from leftshift.foundation.money import Money
from leftshift.fund.plan import record_rows, rows, work_rows
from leftshift.place.folders import Kind, canonical_text, kind_of, read_texts, texts_of, texts_to_write

_SCHEMAS = ("schema.toml", "schema_work.toml", "schema_record.toml")
ROW_TYPES = {**rows.ROW_TYPES, **work_rows.ROW_TYPES, **record_rows.ROW_TYPES}
NOTHING = Money(0)


@cache
def plan_kind() -> Kind:
    """The schema of a fund plan."""
    return kind_of("plan", "leftshift.fund.plan", _SCHEMAS, ROW_TYPES)


@dataclass(frozen=True)
class FundPlan:
    """A plan of a pooled fund for an area and the years of a round. Amounts are exact."""

    code: str
    name: str
    round: str
    area: str
    area_name: str
    place: str = ""
    released: str = ""
    description: str = ""
    partners: tuple[rows.Partner, ...] = ()
    income: tuple[rows.Income, ...] = ()
    required_spend: tuple[rows.RequiredSpend, ...] = ()
    priorities: tuple[rows.Priority, ...] = ()
    schemes: tuple[rows.Scheme, ...] = ()
    spend: tuple[rows.Spend, ...] = ()
    printed: tuple[rows.Printed, ...] = ()
    holds: tuple[rows.Hold, ...] = ()
    conditions: tuple[rows.ConditionAnswer, ...] = ()
    evidence: tuple[rows.Evidence, ...] = ()
    metrics: tuple[work_rows.PlannedMetric, ...] = ()
    metric_plan: tuple[work_rows.MetricPlan, ...] = ()
    capacity_demand: tuple[work_rows.CareNumber, ...] = ()
    pathway_facts: tuple[work_rows.PathwayFact, ...] = ()
    narrative: tuple[work_rows.Text, ...] = ()
    deliverables: tuple[work_rows.Deliverable, ...] = ()
    milestones: tuple[work_rows.Milestone, ...] = ()
    scheme_effects: tuple[work_rows.SchemeEffect, ...] = ()
    claims: tuple[work_rows.Claim, ...] = ()
    clauses: tuple[work_rows.Clause, ...] = ()
    sign_offs: tuple[record_rows.SignOff, ...] = ()
    submissions: tuple[record_rows.Submission, ...] = ()
    decisions: tuple[record_rows.Release, ...] = ()
    reviews: tuple[record_rows.Review, ...] = ()
    entries: tuple[record_rows.EntryRow, ...] = ()
    postings: tuple[record_rows.PostingRow, ...] = ()
    condition_status: tuple[record_rows.ConditionStatus, ...] = ()
    metric_status: tuple[record_rows.MetricStatus, ...] = ()
    forecasts: tuple[record_rows.Forecast, ...] = ()
    income_comments: tuple[record_rows.IncomeComment, ...] = ()
    closes: tuple[record_rows.CloseRow, ...] = ()

    @property
    def heading(self) -> Mapping[str, str]:
        """What plan.toml says."""
        return {name: getattr(self, name) for name in plan_kind().heading}

    @property
    def tables(self) -> Mapping[str, tuple[Any, ...]]:
        """The rows of every table."""
        return {name: getattr(self, name) for name in plan_kind().schema.tables}

    @cached_property
    def fingerprint(self) -> str:
        """A hash of what is signed: it depends on neither the order of rows nor the spelling of cells."""
        return hashlib.sha256(canonical_text(plan_kind(), self.heading, self.tables).encode()).hexdigest()

    @cached_property
    def scheme(self) -> Mapping[str, rows.Scheme]:
        """Schemes by their short names."""
        return {row.scheme: row for row in self.schemes}

    @cached_property
    def partner(self) -> Mapping[str, rows.Partner]:
        """Partners by their codes."""
        return {row.partner: row for row in self.partners}

    def of_kind(self, *kinds: str) -> list[rows.Partner]:
        """The partners of some kinds."""
        return [row for row in self.partners if row.kind in kinds]

    def with_tables(self, **tables: Sequence[Any]) -> FundPlan:
        """The plan with other rows in some tables."""
        changed: dict[str, Any] = {name: tuple(found) for name, found in tables.items()}
        return replace(self, **changed)

    def texts(self) -> dict[str, str]:
        """File name to text, as a folder of the plan holds it."""
        return texts_to_write(plan_kind(), self.heading, self.tables)


@dataclass(frozen=True)
class PlanRead:
    """The plan as far as it could be read, and its faults."""

    plan: FundPlan | None
    faults: Faults


def read_plan_texts(texts: Mapping[str, str]) -> PlanRead:
    """A plan from the texts of its files; every fault of them at once."""
    found = read_texts(texts, plan_kind())
    needed = {name for name, entry in plan_kind().heading.items() if entry["required"]}
    if not needed <= set(found.heading):
        return PlanRead(None, found.faults)
    known = {entry.name for entry in fields(FundPlan)}
    heading = {name: value for name, value in found.heading.items() if name in known}
    return PlanRead(FundPlan(**heading, **found.tables), found.faults)


def read_plan_folder(folder: Path) -> PlanRead:
    """A plan from its folder; every fault of its files at once."""
    texts, faults = texts_of(folder, plan_kind())
    found = read_plan_texts(texts) if texts or not faults else PlanRead(None, Faults())
    faults.add_all(found.faults)
    return PlanRead(found.plan, faults)


def read_plan(folder: Path) -> FundPlan:
    """A plan from its folder. Raises FaultsFound with every fault of its files."""
    found = read_plan_folder(folder)
    found.faults.raise_if_any()
    assert found.plan is not None, "a plan without faults has a heading"
    return found.plan


def total(amounts: Sequence[Money] | Any) -> Money:
    """The sum of amounts."""
    return sum(amounts, NOTHING)
