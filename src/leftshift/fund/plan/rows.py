"""The rows of a fund plan: money, schemes and conditions; one frozen class a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leftshift.foundation.money import Money
from leftshift.foundation.years import FinancialYear
from leftshift.place.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner(Row):
    """Who pools money, plans and signs."""

    partner: str
    name: str
    kind: Literal["nhs_commissioner", "council", "district", "provider", "board"]
    host: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Income(Row):
    """Money that comes into the pool."""

    income: str
    line: str
    partner: str
    year: FinancialYear
    amount: Money
    attributed: Money | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredSpend(Row):
    """A minimum as it was told to this area."""

    minimum: str
    partner: str
    year: FinancialYear
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority(Row):
    """A heading of schemes."""

    priority: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme(Row):
    """What is done with the money."""

    scheme: str
    name: str
    number: int | None = None
    description: str = ""
    priority: str = ""
    owner: str = ""
    confidence: Literal["", "high", "medium", "low"] = ""
    exit: str = ""
    exclusions: str = ""
    intervention: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend(Row):
    """A line of expenditure."""

    spend: str
    scheme: str
    year: FinancialYear
    amount: Money
    source_of_funding: str = ""
    partner: str | None = None
    scheme_type: str = ""
    sub_type: str = ""
    type_other: str = ""
    activity: str = ""
    objective: str = ""
    area_of_spend: str = ""
    area_other: str = ""
    commissioner: str = ""
    nhs_percent: Decimal | None = None
    council_percent: Decimal | None = None
    provider: str = ""
    provider_body: str = ""
    new_or_existing: str = ""
    previous: Money | None = None
    outputs: Decimal | None = None
    listed: bool = True
    contract: str = ""
    comments: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed(Row):
    """A total that a paper prints."""

    figure: Literal["total", "resources", "source", "priority", "scheme", "list"]
    item: str = ""
    amount: Money
    within: Money | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Row):
    """Money that is held back."""

    hold: str
    name: str
    kind: Literal["risk_share", "contingency", "reserve"]
    treatment: Literal["outside", "within"]
    source_of_funding: str = ""
    scheme: str = ""
    year: FinancialYear
    amount: Money
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionAnswer(Row):
    """What the plan answers to a condition."""

    condition: str
    answer: Literal["", "yes", "no", "in_progress"] = ""
    statement: str = ""
    by: date | None = None
    action: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Row):
    """What shows that a condition is met."""

    condition: str
    document: str
    page: str = ""
    dated: date | None = None


ROW_TYPES: dict[str, type[Row]] = {
    "partners": Partner,
    "income": Income,
    "required_spend": RequiredSpend,
    "priorities": Priority,
    "schemes": Scheme,
    "spend": Spend,
    "printed": Printed,
    "holds": Hold,
    "conditions": ConditionAnswer,
    "evidence": Evidence,
}
