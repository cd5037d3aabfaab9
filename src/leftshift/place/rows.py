"""The nouns of a place: one frozen dataclass a table, its fields named as the columns are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from leftshift.foundation.codes import Validity
from leftshift.foundation.years import FinancialYear, Month
from leftshift.place import capacity_rows, measure_rows
from leftshift.place.row import Row as Row

OUTSIDE = "outside"
ALL = "all"
UNATTRIBUTED = "unattributed"
TARIFF = "tariff"

Kind = Literal["commissioner", "provider", "council"]
Scope = Literal["core", "social_care", "transitional"]
Stage = Literal["plan", "do_nothing", "comparison"]
LineType = Literal["allocation", "other_income", "cost"]
FormKind = Literal["tariff", "block", "cap_and_collar", "outcome_linked"]
Role = Literal["commissioner_of_analysis", "analyst", "assurer", "approver"]
Subject = Literal["table", "check", "tie_out", "ranges", "results", "purpose"]
Outcome = Literal["confirmed", "confirmed_with_remarks", "not_confirmed"]
Moves = Literal["rate", "value", "effect", "delivery", "delay"]
How = Literal["set", "add", "times"]
Shape = Literal["triangular", "pert", "normal", "log_normal", "uniform", "discrete", "empirical"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Row):
    """A body of the place, or one outside that it deals with by name."""

    code: str
    name: str
    kind: Kind
    sector: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def validity(self) -> Validity:
        """The dates between which its code holds."""
        return Validity(self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Row):
    """An organisation's share in a perimeter, from 0 to 1."""

    perimeter: str
    organisation: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Row):
    """A switch of the model and where it stands."""

    setting: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Row):
    """What is paid for, with the names of the assumptions by which it grows."""

    service: str
    name: str
    scope: Scope = "core"
    demographic_growth: str | None = None
    other_growth: str | None = None
    price_change: str | None = None
    follows_activity: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation(Row):
    """An assumption worked out from others by a formula."""

    assumption: str
    formula: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption(Row):
    """A rate of an organisation in a year: a share of 1 (4% is 0.04), or another organisation's."""

    organisation: str
    assumption: str
    year: FinancialYear | None = None
    percent: float | None = None
    follows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Row):
    """A form of contract: who bears it when activity is not what was agreed; shares of 1."""

    form: str
    kind: FormKind
    agreed_growth: str | None = None
    cap: float = 0.0
    collar: float = 0.0
    marginal_rate: float | None = None
    risk_share: float | None = None
    at_risk: float = 0.0
    outcome: str | None = None
    gain_share: float = 0.0

    @property
    def moves(self) -> float:
        """The share of a change in activity, beyond what is paid in full, that moves the payment."""
        return self.marginal_rate or self.risk_share or 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract(Row):
    """What one body pays another for a service, £000 in its first year."""

    contract: str
    payer: str
    payee: str
    service: str
    value: float
    year: FinancialYear
    recurrent: bool = True
    form: str = TARIFF
    estimate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Row):
    """An allocation, other income or cost of an organisation, £000 in its first year."""

    line: str
    organisation: str
    type: LineType
    service: str
    name: str = ""
    value: float
    year: FinancialYear
    recurrent: bool = True
    estimate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Row):
    """A kind of intervention, which is a step of the bridge."""

    step: str
    name: str
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention(Row):
    """A change that is planned."""

    intervention: str
    name: str
    step: str
    stage: Stage = "plan"
    start: Month | None = None
    delay_months: int = 0
    profile: str | None = None
    recurrent: bool = True
    delivery: float = 1.0
    pathway: str = ""
    setting_of_care: str = ""
    stated: Literal["gross", "net"] = "gross"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePoint(Row):
    """The share of the full-year effect reached, in a month since the start (a number) or a financial year."""

    profile: str
    period: int | FinancialYear
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleShare(Row):
    """The size of a share that an intervention rule moves."""

    rule: str
    share: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(Row):
    """What an intervention does, by rule: £000 of a full year, or a share of what it changes."""

    effect: str
    intervention: str
    rule: str
    contract: str | None = None
    line: str | None = None
    receiver: str | None = None
    value: float | None = None
    percent: float | None = None
    price_year: FinancialYear
    cost_share: float | None = None
    receiver_cost_share: float | None = None
    price_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedEffect(Row):
    """The level an intervention reaches in a year for an organisation, as a plan prints it, £000."""

    intervention: str
    organisation: str
    year: FinancialYear
    amount: float
    payer: str | None = None
    payee: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(Row):
    """What the whole of an intervention needs of a resource in a year, in the resource's own unit."""

    intervention: str
    resource: str
    year: FinancialYear
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Published(Row):
    """A figure printed elsewhere, with the digits it was printed with."""

    figure: str
    item: str = ""
    organisation: str | None = None
    perimeter: str | None = None
    year: FinancialYear
    reading: str = ""
    value: Decimal
    unit: Literal["£000", "£", "£m", "%", "beds", "admissions", "people", "WTE", "years"]
    tolerance: Decimal | None = None
    relation: str
    reason: str = ""
    calibrate: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A number whose unit is of what it is a level of; ``percent`` says that it was given as one: 4% is 0.04."""

    value: float
    percent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty(Row):
    """A quantity that is uncertain: what it moves, how, and its distribution."""

    quantity: str
    moves: Moves
    organisation: str | None = None
    item: str
    year: FinancialYear | None = None
    how: How | None = None
    distribution: Shape
    low: Level | None = None
    mode: Level | None = None
    high: Level | None = None
    mean: Level | None = None
    sd: Level | None = None
    values: str = ""
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation(Row):
    """The rank correlation of two quantities, of two groups, or within one."""

    one: str
    other: str
    correlation: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AssuranceRole(Row):
    """Who holds a role in quality assurance."""

    role: Role
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification(Row):
    """What somebody verified; it holds for the content whose ``digest`` it names."""

    verification: str
    kind: Subject
    item: str = ""
    digest: str
    role: Role
    holder: str
    verified_on: date
    method: str
    outcome: Outcome
    remarks: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Row):
    """A known limit; accepted, where somebody accepts it, for the content whose ``digest`` it names."""

    limit: str
    statement: str
    consequence: str
    remedy: str
    kind: Subject | None = None
    item: str = ""
    digest: str = ""
    accepted_by: Role | None = None
    holder: str = ""
    accepted_on: date | None = None
    review_by: date | None = None


ROW_TYPES: dict[str, type[Row]] = {
    "organisations": Organisation,
    "perimeters": Membership,
    "settings": Setting,
    "services": Service,
    "derivations": Derivation,
    "assumptions": Assumption,
    "forms": Form,
    "contracts": Contract,
    "lines": Line,
    "steps": Step,
    "interventions": Intervention,
    "profiles": ProfilePoint,
    "rules": RuleShare,
    "effects": Effect,
    "stated_effects": StatedEffect,
    "resources": Need,
    **capacity_rows.ROW_TYPES,
    **measure_rows.ROW_TYPES,
    "published": Published,
    "uncertainty": Uncertainty,
    "correlations": Correlation,
    "assurance_roles": AssuranceRole,
    "verifications": Verification,
    "limits": Limit,
}


SUBJECTS: dict[str, dict[str, type[Row]]] = {
    "capacity": capacity_rows.ROW_TYPES,
    "measures": measure_rows.ROW_TYPES,
}
"""The tables of a subject, which a place has all of in view or none."""

_TABLE_OF = {row_type: name for name, row_type in ROW_TYPES.items()}


def table_of(row: Row) -> str:
    """The name of the table that the row belongs to."""
    return _TABLE_OF[type(row)]
