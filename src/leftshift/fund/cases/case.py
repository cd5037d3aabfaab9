"""A business case as a person states it: options, phases, lines of cost and benefit, keys, questions, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from leftshift.foundation.money import Money
from leftshift.foundation.reading_toml import Provenance
from leftshift.foundation.years import FinancialYear

KINDS_OF_OPTION = {
    "do_nothing": "do nothing",
    "do_minimum": "do minimum",
    "option": "option",
    "preferred": "preferred option",
}
CLASSES = {
    "cash_releasing": "cash-releasing",
    "non_cash": "non-cash",
    "quantifiable": "quantifiable",
    "qualitative": "qualitative",
}
KINDS_OF_KEY = {
    "benefit_share": "in proportion to each member's benefit in the phase",
    "fixed": "by fixed percentages",
    "weights": "by agreed weights",
    "population": "by population",
    "equal": "equally",
}
WHAT_VARIES = ("costs", "benefits", "line", "organisation", "class", "rate", "benefits_later")
COST, BENEFIT = "cost", "benefit"
NO_PHASE = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who takes part; ``population`` where a key shares by it."""

    code: str
    name: str
    role: str = ""
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase and the organisations that take part in it; its code is empty for what belongs to no phase."""

    code: str
    name: str
    members: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Key:
    """How a shared amount is divided; weights by organisation where the kind needs them."""

    code: str
    kind: str
    weights: Mapping[str, Decimal]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Option:
    """A way to do it."""

    code: str
    name: str
    kind: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A cost or a benefit; ``amounts`` in pounds by year as the file states them, before probability and optimism bias.

    Either an ``organisation`` bears or gains it, or a ``key`` shares it between the members of its phase.
    """

    code: str
    option: str
    side: str
    name: str
    organisation: str
    key: str
    phase: str
    amounts: Mapping[FinancialYear, Money]
    benefit_class: str
    is_direct: bool
    is_recurrent: bool
    is_health: bool
    probability: Decimal
    bias_kind: str
    bias_own: Decimal | None
    quantity: str
    provenance: Provenance

    @property
    def is_money(self) -> bool:
        """Whether it is stated in money at all."""
        return bool(self.amounts)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A question: what if something were otherwise; ``change`` is a share, a rate, or a number of years."""

    name: str
    what: str
    which: str
    change: Decimal


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk of the case, in words."""

    risk: str
    likelihood: str
    impact: str
    mitigation: str
    owner: str


@dataclass(frozen=True, slots=True)
class Prices:
    """Real prices of the base year, or nominal ones that a deflator turns into them."""

    is_nominal: bool
    deflator: Decimal
    """A year's rise of prices, where no other is given for it."""
    deflators: Mapping[FinancialYear, Decimal]
    """The rise of prices from the year before."""
    provenance: Provenance

    def factors(self, years: tuple[FinancialYear, ...]) -> tuple[Fraction, ...]:
        """What turns an amount of each year into prices of the first."""
        found = [Fraction(1)]
        for year in years[1:]:
            rise = self.deflators.get(year, self.deflator) if self.is_nominal else Decimal(0)
            found.append(found[-1] / (1 + Fraction(rise)))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Case:
    """The whole case, as it was read and checked."""

    title: str
    author: str
    years: tuple[FinancialYear, ...]
    """From the base year, which is the first, to the last with an amount."""
    edition: str
    first_year_number: int
    bias_level: str
    prices: Prices
    organisations: tuple[Organisation, ...]
    phases: tuple[Phase, ...]
    keys: Mapping[str, Key]
    options: tuple[Option, ...]
    preferred: str
    lines: tuple[Line, ...]
    sensitivities: tuple[Sensitivity, ...]
    grid: tuple[tuple[Decimal, ...], tuple[Decimal, ...]]
    """Changes of costs, and of benefits."""
    risks: tuple[Risk, ...]
    words: Mapping[str, Mapping[str, str]]
    fingerprint: str
    file: str = ""

    @property
    def base_year(self) -> FinancialYear:
        """The year in whose money present values are stated."""
        return self.years[0]

    def organisation(self, code: str) -> Organisation:
        """The organisation of a code."""
        return next(row for row in self.organisations if row.code == code)

    def phase(self, code: str) -> Phase:
        """The phase of a code; of the empty one, that of everybody."""
        everybody = Phase(NO_PHASE, "No phase", tuple(row.code for row in self.organisations), Provenance())
        return next((row for row in self.phases if row.code == code), everybody)

    def lines_of(self, option: str, side: str = "") -> tuple[Line, ...]:
        """The lines of an option, of both sides or of one."""
        return tuple(row for row in self.lines if row.option == option and side in ("", row.side))
