"""Appraise a business case: present values, net present value, benefit–cost ratio, payback, who bears and who gains.

Fractions inside, so that nothing is rounded before it is shown: amounts of lines are whole pence, factors exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from leftshift.foundation.discounting import exact_discount_factors
from leftshift.foundation.money import PENCE_IN_POUND, Money
from leftshift.fund.cases.case import BENEFIT, COST, NO_PHASE, Case, Option
from leftshift.fund.cases.parameters import Edition, edition_of
from leftshift.fund.cases.sharing import Flow, Sharing, flows_of, sharings_of

NO_COST = "there is no cost to divide by"
NEVER = "it does not pay back within the years of the case"
NOTHING_SPENT = "nothing is spent before it pays"


@dataclass(frozen=True, slots=True)
class Factors:
    """What turns an amount of each year into a present value: prices and discounting, of health effects and of the rest."""

    prices: tuple[Fraction, ...]
    plain: tuple[Fraction, ...]
    health: tuple[Fraction, ...]

    def of(self, at: int, *, is_health: bool) -> Fraction:
        """The factor of a year."""
        return self.prices[at] * (self.health if is_health else self.plain)[at]


@dataclass(frozen=True, slots=True)
class Payback:
    """Years until what is gained makes up for what was spent, with the part of the last; None and a reason where it never does.

    ``falls_again``: whether the sum falls below nought again later.
    """

    years: Fraction | None
    reason: str = ""
    falls_again: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """Costs and benefits of some flows: as they stand in the years, in pence, and as present values in pounds."""

    costs: Money
    benefits: Money
    pv_costs: Fraction
    pv_benefits: Fraction

    @property
    def net(self) -> Money:
        """Benefits less costs, undiscounted."""
        return self.benefits - self.costs

    @property
    def npv(self) -> Fraction:
        """Net present value in pounds."""
        return self.pv_benefits - self.pv_costs

    @property
    def ratio(self) -> Fraction | None:
        """Benefits over costs, both present values; None where there is no cost."""
        return self.pv_benefits / self.pv_costs if self.pv_costs else None


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of an option, in pounds: as stated, in real prices, and discounted; ``cumulative`` up to its end."""

    year: str
    costs: Money
    benefits: Money
    factor: Fraction
    net: Fraction
    cumulative: Fraction
    discounted: Fraction
    cumulative_discounted: Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """What an organisation or a phase bears and gains, and its shares of all of it."""

    code: str
    name: str
    totals: Totals
    share_of_costs: Fraction | None
    share_of_benefits: Fraction | None


def factors_of(case: Case, edition: Edition, *, rate: Fraction | None = None) -> Factors:
    """The factors of a case under an edition; ``rate`` replaces both rates of every year."""
    count, first = len(case.years), case.first_year_number
    prices = case.prices.factors(case.years)
    if rate is not None:
        flat = tuple(1 / (1 + rate) ** (first + at) for at in range(count))
        return Factors(prices, flat, flat)
    plain = exact_discount_factors(count, edition.rates, first=first)
    return Factors(prices, plain, exact_discount_factors(count, edition.health_rates, first=first))


def totals_of(flows: Iterable[Flow], factors: Factors) -> Totals:
    """The totals of some flows."""
    pence: dict[tuple[str, bool, int], int] = {}
    for flow in flows:
        here = (flow.line.side, flow.line.is_health, flow.at)
        pence[here] = pence.get(here, 0) + flow.amount.pence
    whole = {COST: 0, BENEFIT: 0}
    present = {COST: Fraction(), BENEFIT: Fraction()}
    for (side, is_health, at), amount in pence.items():
        whole[side] += amount
        present[side] += amount * factors.of(at, is_health=is_health)
    costs, benefits = (present[side] / PENCE_IN_POUND for side in (COST, BENEFIT))
    return Totals(Money(whole[COST]), Money(whole[BENEFIT]), costs, benefits)


def payback_of(net: Sequence[Fraction]) -> Payback:
    """When the sum of yearly nets, each spread evenly over its year, first comes back to nought."""
    level, was_below, years, falls = Fraction(), False, None, False
    for at, amount in enumerate(net):
        before, level = level, level + amount
        if years is not None:
            falls = falls or level < 0
        elif before < 0 <= level:
            years = at + -before / amount
        was_below = was_below or level < 0
    if years is not None:
        return Payback(years, "", falls)
    return Payback(None, NEVER) if was_below else Payback(Fraction(0), NOTHING_SPENT)


class OptionAppraisal:
    """An option that was appraised."""

    def __init__(self, case: Case, option: Option, edition: Edition) -> None:
        self.case, self.option, self.edition = case, option, edition
        self.factors = factors_of(case, edition)

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """What each organisation bears and gains of each line in each year."""
        return flows_of(self.case, self.option.code)

    @cached_property
    def by_line(self) -> Mapping[str, Sequence[Flow]]:
        """The flows of each line, by its code."""
        return _grouped(self.flows, lambda flow: flow.line.code)

    @cached_property
    def _by_phase(self) -> Mapping[str, Sequence[Flow]]:
        return _grouped(self.flows, lambda flow: flow.phase)

    @cached_property
    def totals(self) -> Totals:
        """The economic view: every cost and benefit that is stated in money."""
        return totals_of(self.flows, self.factors)

    @cached_property
    def cash(self) -> Totals:
        """The cash-releasing view: every cost, and only benefits that release cash."""
        return totals_of(filter(is_cash, self.flows), self.factors)

    @cached_property
    def years(self) -> tuple[YearRow, ...]:
        """Each year with its net and the sum up to its end."""
        return self._years(self.flows)

    def _years(self, flows: Iterable[Flow]) -> tuple[YearRow, ...]:
        by_year: list[list[Flow]] = [[] for _ in self.case.years]
        for flow in flows:
            by_year[flow.at].append(flow)
        rows, real, present = list[YearRow](), Fraction(), Fraction()
        for at, (year, here) in enumerate(zip(self.case.years, by_year, strict=True)):
            totals = totals_of(here, self.factors)
            net = Fraction(totals.net.pence, PENCE_IN_POUND) * self.factors.prices[at]
            real, present = real + net, present + totals.npv
            rows.append(
                YearRow(
                    str(year),
                    totals.costs,
                    totals.benefits,
                    self.factors.plain[at],
                    net,
                    real,
                    totals.npv,
                    present,
                )
            )
        return tuple(rows)

    @cached_property
    def payback(self) -> Payback:
        """Payback in real prices, not discounted."""
        return payback_of([row.net for row in self.years])

    @cached_property
    def discounted_payback(self) -> Payback:
        """Payback of present values."""
        return payback_of([row.discounted for row in self.years])

    @cached_property
    def by_organisation(self) -> tuple[Share, ...]:
        """Each organisation's part, in the order of the case."""
        rows = [(row.code, row.name) for row in self.case.organisations]
        return self._shares(rows, lambda flow: flow.organisation, self.flows)

    @cached_property
    def by_phase(self) -> tuple[Share, ...]:
        """Each phase's part; what belongs to no phase last, where there is some."""
        rows = [(row.code, row.name) for row in self.case.phases]
        if NO_PHASE in self._by_phase or not rows:
            rows.append((NO_PHASE, self.case.phase(NO_PHASE).name))
        return self._shares(rows, lambda flow: flow.phase, self.flows)

    def members_of(self, phase: str) -> tuple[Share, ...]:
        """The parts of the members of a phase; shares are of the phase."""
        flows = self._by_phase.get(phase, ())
        rows = [(code, self.case.organisation(code).name) for code in self.case.phase(phase).members]
        return self._shares(rows, lambda flow: flow.organisation, flows)

    def _shares(
        self, rows: Sequence[tuple[str, str]], key: Callable[[Flow], str], flows: Sequence[Flow]
    ) -> tuple[Share, ...]:
        whole = totals_of(flows, self.factors)
        parts: dict[str, list[Flow]] = {code: [] for code, _ in rows}
        for flow in flows:
            parts[key(flow)].append(flow)
        found = []
        for code, name in rows:
            totals = totals_of(parts[code], self.factors)
            costs, benefits = (
                Fraction(part.pence, all_of.pence) if all_of.pence else None
                for part, all_of in ((totals.costs, whole.costs), (totals.benefits, whole.benefits))
            )
            found.append(Share(code, name, totals, costs, benefits))
        return tuple(found)

    @cached_property
    def sharings(self) -> tuple[Sharing, ...]:
        """Each key in each phase that it shared in, with why."""
        return sharings_of(self.case, self.option.code, self.flows)

    @cached_property
    def affordability(self) -> dict[str, dict[str, Totals]]:
        """Organisation to year to what it pays and the cash that benefits release there, in the prices of the file."""
        found: dict[str, dict[str, list[Flow]]] = {
            row.code: {str(year): [] for year in self.case.years} for row in self.case.organisations
        }
        for flow in filter(is_cash, self.flows):
            found[flow.organisation][str(self.case.years[flow.at])].append(flow)
        return {
            code: {year: totals_of(flows, self.factors) for year, flows in years.items()}
            for code, years in found.items()
        }


def _grouped(flows: Iterable[Flow], key: Callable[[Flow], str]) -> Mapping[str, Sequence[Flow]]:
    found: dict[str, list[Flow]] = {}
    for flow in flows:
        found.setdefault(key(flow), []).append(flow)
    return found


def is_cash(flow: Flow) -> bool:
    """Whether a flow moves cash: every cost, and benefits that release it."""
    return flow.line.side == COST or flow.line.benefit_class == "cash_releasing"


class Appraisal:
    """A business case that was appraised under an edition of the Green Book, which it keeps."""

    def __init__(self, case: Case, edition: Edition, as_of: date) -> None:
        self.case, self.edition, self.as_of = case, edition, as_of
        self.options = tuple(OptionAppraisal(case, option, edition) for option in case.options)

    @cached_property
    def preferred(self) -> OptionAppraisal:
        """The preferred option."""
        return self.option(self.case.preferred)

    def option(self, code: str) -> OptionAppraisal:
        """The option of a code; raises KeyError."""
        return {row.option.code: row for row in self.options}[code]

    @cached_property
    def baseline(self) -> OptionAppraisal | None:
        """What the others are held beside: do minimum, else do nothing, where the case has one that is not preferred."""
        for kind in ("do_minimum", "do_nothing"):
            for row in self.options:
                if row.option.kind == kind and row.option.code != self.case.preferred:
                    return row
        return None

    @cached_property
    def ranked(self) -> tuple[OptionAppraisal, ...]:
        """The options, the highest net present value first."""
        return tuple(sorted(self.options, key=lambda row: (-row.totals.npv, row.option.code)))

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know before relying on it."""
        return tuple(_warnings(self))


def appraise(case: Case, *, as_of: date) -> Appraisal:
    """The appraisal of a case, under the edition that it names, else the one in force on a day. Raises EditionNotKnown."""
    return Appraisal(case, edition_of(case.edition, as_of), as_of)


def _warnings(found: Appraisal) -> Iterable[str]:
    case, edition = found.case, found.edition
    if edition.label != "S":
        yield f"{edition.name} is not verified here: {edition.source}."
    if edition.warns_from is not None and found.as_of >= edition.warns_from:
        yield f"{edition.warning}."
    if found.ranked[0].option.code != case.preferred and len(found.options) > 1:
        best = found.ranked[0]
        yield f"{best.option.name} has the higher net present value; the case has to say why {found.preferred.option.name} is preferred."
    unsourced = [row.name for row in case.lines if not row.provenance.source]
    if unsourced:
        yield f"{len(unsourced)} of {len(case.lines)} lines give no source: {'; '.join(unsourced[:5])}{' …' if len(unsourced) > 5 else ''}."
    if case.bias_level == "none" and not any(row.bias_own for row in case.lines):
        yield "No optimism bias is added to costs; the sensitivities show what it would do."
