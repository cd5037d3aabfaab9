"""The nouns of people, activity, beds, staff, estate and capital: one frozen dataclass a table, its fields named as the columns are."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from leftshift.foundation.ages import ALL_AGES, AgeBand
from leftshift.foundation.years import FinancialYear, Quarter
from leftshift.place.row import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class People(Row):
    """People by area, age band and year."""

    area: str
    sex: Literal["persons", "female", "male"] = "persons"
    age_band: AgeBand
    year: FinancialYear
    people: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeWeight(Row):
    """How much of a kind of activity a person of each age band uses, relative to the other bands."""

    point_of_delivery: str
    specialty: str = ""
    age_band: AgeBand
    use: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort(Row):
    """People whom integrated teams look after, by locality."""

    commissioner: str
    locality: str
    people: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PointOfDelivery(Row):
    """The points of delivery by which activity is counted."""

    point_of_delivery: str
    name: str
    kind: str
    setting_of_care: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Row):
    """What is done in the base year."""

    activity: str
    point_of_delivery: str
    specialty: str = ""
    age_band: AgeBand = ALL_AGES
    area: str = ""
    provider: str
    commissioner: str | None = None
    contract: str | None = None
    site: str | None = None
    bed_type: str | None = None
    pathway: str = ""
    count: Decimal
    unit_price: Decimal | None = None
    length_of_stay: Decimal | None = None
    demographic_growth: Literal["service", "population", "none"] = "service"
    other_growth: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityEffect(Row):
    """What an intervention does to activity."""

    effect: str
    intervention: str
    change: str
    activity: str | None = None
    point_of_delivery: str | None = None
    specialty: str = ""
    age_band: AgeBand | None = None
    provider: str | None = None
    commissioner: str | None = None
    amount: Decimal | None = None
    percent: float | None = None
    plan: str | None = None
    unit: Literal["activity", "bed_days", "beds"] = "activity"
    to_activity: str | None = None
    ratio: Decimal = Decimal(1)
    backfills: str | None = None
    overflow_to: str | None = None
    profile: str | None = None
    posted: bool = True
    rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BedType(Row):
    """Types of bed, and how full they may be."""

    bed_type: str
    name: str
    occupancy: float | None = None
    virtual: bool = False
    seasonal_profile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonalFactor(Row):
    """How demand for beds lies over the year."""

    profile: str
    month: int
    factor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBeds(Row):
    """Beds that are open, by site and type."""

    site: str
    bed_type: str
    year: FinancialYear
    beds: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AvoidancePlan(Row):
    """Plans to avoid emergency admissions, group of risk by group."""

    plan: str
    name: str
    year: FinancialYear
    admissions: Decimal
    intervention: str | None = None
    bed_type: str | None = None
    length_of_stay: Decimal | None = None
    unit_price: Decimal | None = None
    marginal_share: float | None = None
    team_cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskGroup(Row):
    """The groups of a plan to avoid admissions."""

    plan: str
    risk_group: str
    name: str = ""
    order: int
    ed_attendances: Decimal | None = None
    unplanned_admissions: Decimal
    target_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffGroup(Row):
    """Groups of staff, and what one costs."""

    staff_group: str
    name: str
    cost_per_wte: float | None = None
    agency_premium: float | None = None
    agency_limit: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffInPost(Row):
    """Staff in post at the start, and how they come and go."""

    organisation: str
    staff_group: str
    age_band: AgeBand = ALL_AGES
    wte: Decimal
    joiners: Decimal = Decimal(0)
    leaver_rate: float = 0.0
    retirement_rate: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffNeeded(Row):
    """Staff that are needed."""

    organisation: str
    staff_group: str
    year: FinancialYear | None = None
    wte: Decimal | None = None
    percent: float = 0.0
    posted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkforceEffect(Row):
    """What an intervention changes in staff."""

    intervention: str
    organisation: str
    staff_group: str
    side: Literal["need", "supply"] = "need"
    wte: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Row):
    """Buildings in which care takes place."""

    site: str
    name: str
    organisation: str
    area: Decimal | None = None
    running_cost: float | None = None
    utilisation: float | None = None
    backlog: float | None = None
    opens: FinancialYear | None = None
    closes: FinancialYear | None = None
    line: str | None = None
    posted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteService(Row):
    """Which services are in which building, and where they move."""

    site: str
    service: str
    area: Decimal | None = None
    moves_to: str | None = None
    moves: FinancialYear | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapitalProgramme(Row):
    """Programmes of capital schemes, and what they are to save."""

    programme: str
    name: str
    organisation: str
    annual_saving: float | None = None
    saving_from: FinancialYear | None = None
    basis_of_return: Literal["net", "gross"] = "net"
    basis_of_payback: Literal["net", "gross"] = "net"
    life: int | None = None
    intervention: str | None = None
    posted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CapitalAmount(Row):
    """Capital cost and disposals, scheme by scheme and year by year."""

    programme: str
    scheme: str
    year: FinancialYear
    kind: Literal["cost", "disposal"] = "cost"
    amount: float
    site: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CapitalFunding(Row):
    """Where capital comes from, year by year."""

    programme: str
    funding: str
    year: FinancialYear
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlTotal(Row):
    """The position that an organisation, or the system, was set for a year, and the funding that is tied to it."""

    organisation: str | None = None
    year: FinancialYear
    amount: float
    funding: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope(Row):
    """What payer and payee agree for a contract or several together."""

    envelope: str
    payer: str
    payee: str
    year: FinancialYear
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolEntry(Row):
    """The system risk pool, quarter by quarter."""

    quarter: Quarter
    organisation: str
    kind: Literal["contribution", "call", "expected_call", "release"]
    item: str = ""
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile(Row):
    """Files of records, one row a spell or attendance, that lie in the folder `records` of the place."""

    file: str
    kind: Literal["spells", "attendances"]
    digest: str = ""


ROW_TYPES: dict[str, type[Row]] = {
    "population": People,
    "age_weights": AgeWeight,
    "cohorts": Cohort,
    "points_of_delivery": PointOfDelivery,
    "activity": Activity,
    "activity_effects": ActivityEffect,
    "bed_types": BedType,
    "seasonal_profiles": SeasonalFactor,
    "beds": OpenBeds,
    "avoidance_plans": AvoidancePlan,
    "risk_groups": RiskGroup,
    "staff_groups": StaffGroup,
    "workforce": StaffInPost,
    "staff_needed": StaffNeeded,
    "workforce_effects": WorkforceEffect,
    "sites": Site,
    "site_services": SiteService,
    "capital_programmes": CapitalProgramme,
    "capital": CapitalAmount,
    "capital_funding": CapitalFunding,
    "control_totals": ControlTotal,
    "envelopes": Envelope,
    "risk_pool": PoolEntry,
    "records": RecordFile,
}
