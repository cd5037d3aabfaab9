"""The rows of a planning round, one frozen class a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from leftshift.foundation.money import Money
from leftshift.foundation.periods import Period
from leftshift.foundation.sources import Origin
from leftshift.foundation.years import FinancialYear

Evidence = Literal["sourced", "computed", "inferred", "unverified"]
Holds = Literal["label", "entered", "given", "worked_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """What every row of a round has: where it comes from, and how sure that is."""

    source: str
    evidence: Evidence
    origin: Origin = field(default_factory=Origin, compare=False)

    @property
    def is_verified(self) -> bool:
        """Whether a paper says so, or it follows from what papers say."""
        return self.evidence in ("sourced", "computed")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeLine(RoundRow):
    """A source of funding."""

    line: str
    name: str
    payer: Literal["nhs", "council", "any"]
    mandated: bool = False
    capital: bool = False
    carried_forward: bool = False
    years: str = ""
    conditions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimum(RoundRow):
    """What must at least be spent, and on what."""

    minimum: str
    name: str
    line: str
    areas: str = ""
    commissioner: Literal["nhs", "council", "all"] = "all"
    national: Money | None = None
    of_national: Money | None = None
    instead: Literal["", "risk_share"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation(RoundRow):
    """A published amount of an area."""

    area: str
    line: str
    partner: str | None = None
    year: FinancialYear
    amount: Money
    released: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListValue(RoundRow):
    """A value of a list."""

    list: str
    value: str
    name: str
    parent: str = ""
    unit: str = ""
    other: bool = False
    capital: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedColumn(RoundRow):
    """A column of a line of expenditure that the round asks for."""

    column: str
    heading: str
    needed: Literal["always", "when", "may"]
    longest: int | None = None
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(RoundRow):
    """A national condition or planning requirement."""

    condition: str
    number: int
    name: str
    requirement: str = ""
    statement: bool = False
    in_progress: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric(RoundRow):
    """A metric with its formula: value = numerator / denominator × multiplier."""

    metric: str
    name: str
    better: Literal["higher", "lower"]
    numerator: str
    denominator: str = ""
    multiplier: Decimal = Decimal(1)
    is_share: bool = False
    adds_up: bool = False
    decimals: int = 1
    unit: str
    every: Literal["month", "quarter", "year"]
    local: bool = False
    needed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(RoundRow):
    """A text that a plan must hold."""

    section: str
    name: str
    help: str = ""
    most: int | None = None
    counted_in: Literal["words", "characters"] = "words"
    needed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway(RoundRow):
    """A line of the capacity and demand plan."""

    setting: Literal["hospital_discharge", "community"]
    pathway: str
    name: str
    by_source: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory(RoundRow):
    """An office that signs, of every partner of a kind."""

    signatory: str
    role: str
    of: Literal["nhs_commissioner", "council", "district", "provider", "board"]
    may_delegate: bool
    plan: bool = True
    returns: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(RoundRow):
    """A day by which something is due."""

    deadline: str
    name: str
    what: Literal["plan", "return", "agreement"]
    period: Period | None = None
    return_kind: Literal["", "quarterly", "year_end", "fortnightly"] = ""
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(RoundRow):
    """How hard a check holds in the round."""

    rule: str
    severity: Literal["blocking", "warning", "off"]
    threshold: Decimal | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateCell(RoundRow):
    """A single cell of an official workbook."""

    template: str
    sheet: str
    cell: str
    holds: Holds
    what: str
    form: Literal["text", "money", "date", "whole", "yes_no"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(RoundRow):
    """A table of an official workbook."""

    template: str
    block: str
    sheet: str
    of: str
    heading_row: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockColumn(RoundRow):
    """A column of such a table."""

    template: str
    block: str
    column: str
    heading: str
    item: str
    holds: Holds
    form: Literal["text", "money", "number", "percent", "date", "list", "yes_no"]
    list: str = ""
    formula: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing(RoundRow):
    """What a value of the round before becomes."""

    list: str
    was: str
    becomes: str = ""
    becomes_list: Literal["", "activity"] = ""


ROW_TYPES: dict[str, type[RoundRow]] = {
    "income_lines": IncomeLine,
    "minimums": Minimum,
    "allocations": Allocation,
    "lists": ListValue,
    "columns": AskedColumn,
    "conditions": Condition,
    "metrics": Metric,
    "narrative": Section,
    "pathways": Pathway,
    "signatories": Signatory,
    "deadlines": Deadline,
    "rules": Rule,
    "cells": TemplateCell,
    "blocks": Block,
    "block_columns": BlockColumn,
    "crosswalk": Crossing,
}
