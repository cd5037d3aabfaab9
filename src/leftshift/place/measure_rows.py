"""The nouns of measures: one frozen dataclass a table, its fields named as the columns are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leftshift.foundation.ages import AgeBand
from leftshift.foundation.periods import Period
from leftshift.foundation.years import FinancialYear
from leftshift.place.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(Row):
    """What something is measured for, or part of something."""

    area: str
    name: str
    part_of: str = ""
    people: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer(Row):
    """A member of a group whose members are compared."""

    group: str
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Row):
    """What is measured, who answers for it, which way is better."""

    measure: str
    name: str
    theme: str = ""
    better: Literal["higher", "lower", "neither"]
    owner: str
    every: Literal["day", "week", "month", "quarter", "year"]
    due_after: int | None = None
    rule_set: str | None = None
    amber: float | None = None
    counted_in: str = ""
    said_as: Literal["count", "beds", "money_per_head", "none"] = "count"
    unit_value: Decimal | None = None
    price_year: FinancialYear | None = None
    cash_releasing: bool = False
    peers: str | None = None
    follows: str | None = None
    follows_days: bool = False
    disclosive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureDefinition(Row):
    """How a measure is worked out, by version."""

    measure: str
    version: str = "first"
    since: Period | None = None
    kind: str
    multiplier: Decimal | None = None
    unit: str = ""
    decimals: int = 1
    events: bool = True
    numerator: str
    numerator_source: str = ""
    denominator: str = ""
    denominator_source: str = ""
    standard: Literal["", "esp_2013"] = ""
    caveats: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(Row):
    """One figure of a measure, for an organisation or area, in a period."""

    measure: str
    of: str
    period: Period
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    deviation: Decimal | None = None
    version: str = ""
    revision: int = 0
    provisional: bool = False
    released: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationByAge(Row):
    """What was observed in an age band."""

    measure: str
    of: str
    period: Period
    age_band: AgeBand
    numerator: Decimal
    denominator: Decimal
    version: str = ""
    revision: int = 0
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebase(Row):
    """Where limits begin anew: who decided it, when and why."""

    measure: str
    of: str = ""
    period: Period
    reason: str
    author: str
    decided: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureEvent(Row):
    """What changed when."""

    measure: str | None = None
    of: str = ""
    period: Period
    event: str
    intervention: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTarget(Row):
    """What a measure is meant to be over a run of periods."""

    measure: str
    of: str = ""
    since: Period
    until: Period
    target: str
    baseline: Period | None = None
    shared_by: Literal["", "proportional", "same", "catching_up"] = ""
    amber: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLink(Row):
    """Which measure an intervention is meant to move, and by how much."""

    intervention: str
    measure: str
    of: str = ""
    percent: float | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency(Row):
    """What an organisation could save by reaching a level that others reach."""

    efficiency: str
    name: str
    kind: str
    organisation: str
    measure: str
    reaching: Literal["best_quartile", "median", "best", "mean", "target", "level"]
    level: Decimal | None = None
    unit_value: Decimal | None = None
    owner: str
    intervention: str | None = None
    cash_releasing: bool = False
    overlaps: str | None = None


ROW_TYPES: dict[str, type[Row]] = {
    "areas": Area,
    "peers": Peer,
    "measures": Measure,
    "measure_definitions": MeasureDefinition,
    "observations": Observation,
    "observations_by_age": ObservationByAge,
    "measure_rebases": Rebase,
    "measure_events": MeasureEvent,
    "measure_targets": MeasureTarget,
    "measure_links": MeasureLink,
    "efficiencies": Efficiency,
}
