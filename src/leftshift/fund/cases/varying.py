"""What would change the answer: switching values, one change at a time, a grid of two, levels of optimism bias."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from leftshift.foundation.money import Money
from leftshift.fund.cases.appraising import OptionAppraisal, Totals, factors_of, totals_of
from leftshift.fund.cases.case import BENEFIT, CLASSES, Sensitivity
from leftshift.fund.cases.parameters import LEVELS, parameter, share
from leftshift.fund.cases.sharing import Flow, flows_of, rounded

NOTHING_THERE = "nothing of it is stated in money"


@dataclass(frozen=True, slots=True)
class SwitchingValue:
    """The change of something, all else as it is, at which the net present value is nought; None with a reason."""

    what: str
    code: str
    name: str
    change: Fraction | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Varied:
    """An answer to a question: its name, the change in words, and the totals then."""

    name: str
    change: str
    totals: Totals
    against: Fraction
    """The net present value of the case as it stands."""

    @property
    def difference(self) -> Fraction:
        """By how much the net present value changes, in pounds."""
        return self.totals.npv - self.against


def switching_values(found: OptionAppraisal) -> tuple[SwitchingValue, ...]:
    """Of all costs and benefits, of each class and organisation's benefits, and of each line."""
    return tuple(_switching(found))


def _switching(found: OptionAppraisal) -> Iterator[SwitchingValue]:
    totals = found.totals
    yield _switch("costs", "", "All costs", -totals.pv_costs, totals.npv)
    yield _switch("benefits", "", "All benefits", totals.pv_benefits, totals.npv)
    benefits = [flow for flow in found.flows if flow.line.side == BENEFIT]
    for code, name in CLASSES.items():
        here = [flow for flow in benefits if flow.line.benefit_class == code]
        if here:
            worth = totals_of(here, found.factors).pv_benefits
            yield _switch("class", code, f"Benefits, {name}", worth, totals.npv)
    for line in found.case.lines_of(found.option.code):
        if line.is_money:
            part = totals_of(found.by_line.get(line.code, ()), found.factors)
            yield _switch("line", line.code, line.name, part.npv, totals.npv)


def _switch(what: str, code: str, name: str, worth: Fraction, npv: Fraction) -> SwitchingValue:
    """``worth`` is what it adds to the net present value: (1 + change) × worth takes all of it away."""
    if not worth:
        return SwitchingValue(what, code, name, None, NOTHING_THERE)
    return SwitchingValue(what, code, name, -npv / worth)


def varied(found: OptionAppraisal, question: Sensitivity) -> Varied:
    """The answer to one question."""
    change = Fraction(question.change)
    name = question.name or _name_of(found, question)
    npv = found.totals.npv
    if question.what == "rate":
        totals = totals_of(found.flows, factors_of(found.case, found.edition, rate=change))
        return Varied(name, f"{_percent(question.change)} a year", totals, npv)
    if question.what == "benefits_later":
        years = int(question.change)
        words = f"{years} year{'s' if years > 1 else ''} later, within the years of the case"
        return Varied(name, words, totals_of(_later(found, years), found.factors), npv)
    return Varied(name, _signed(question.change), scaled(found, _chosen(found, question), change), npv)


def scaled(found: OptionAppraisal, part: Totals, change: Fraction) -> Totals:
    """The totals when a part of them is larger by a share of itself; present values exact, pence half up."""
    whole = found.totals
    return Totals(
        whole.costs + rounded(part.costs.pence * change),
        whole.benefits + rounded(part.benefits.pence * change),
        whole.pv_costs + part.pv_costs * change,
        whole.pv_benefits + part.pv_benefits * change,
    )


def _chosen(found: OptionAppraisal, question: Sensitivity) -> Totals:
    """The totals of what a question changes."""
    whole, which = found.totals, question.which
    if question.what == "costs":
        return replace(whole, benefits=Money(0), pv_benefits=Fraction())
    if question.what == "benefits":
        return replace(whole, costs=Money(0), pv_costs=Fraction())
    if question.what == "line":
        return totals_of(found.by_line.get(which, ()), found.factors)
    if question.what == "organisation":
        return next(part.totals for part in found.by_organisation if part.code == which)
    return totals_of((flow for flow in found.flows if flow.line.benefit_class == which), found.factors)


def _later(found: OptionAppraisal, years: int) -> Iterator[Flow]:
    """The flows with benefits so many years later; what falls after the last year is lost."""
    for flow in found.flows:
        at = flow.at + years * (flow.line.side == BENEFIT)
        if at < len(found.case.years):
            yield Flow(flow.line, flow.organisation, at, flow.amount)


def _name_of(found: OptionAppraisal, question: Sensitivity) -> str:
    plain = {"costs": "Costs", "benefits": "Benefits", "rate": "Discount rate", "benefits_later": "Benefits"}
    if question.what in plain:
        return plain[question.what]
    if question.what == "line":
        return next(row.name for row in found.case.lines if row.code == question.which)
    if question.what == "organisation":
        return f"Costs and benefits of {found.case.organisation(question.which).name}"
    return f"Benefits, {CLASSES[question.which]}"


def asked(found: OptionAppraisal) -> tuple[Varied, ...]:
    """The answers to the questions of the case that touch this option, then its costs with each level of optimism bias."""
    codes = {row.code for row in found.case.lines_of(found.option.code)}
    questions = (row for row in found.case.sensitivities if row.what != "line" or row.which in codes)
    return (*(varied(found, row) for row in questions), *biased(found))


def biased(found: OptionAppraisal) -> tuple[Varied, ...]:
    """The case with each other level of optimism bias on the lines that name a kind of work."""
    kinds = any(row.bias_kind and row.bias_own is None for row in found.case.lines_of(found.option.code))
    if not kinds:
        return ()
    results = []
    for level in LEVELS:
        if level != found.case.bias_level:
            flows = flows_of(found.case, found.option.code, level=level)
            totals = totals_of(flows, found.factors)
            words = "none" if level == "none" else f"{level} bound"
            results.append(Varied("Optimism bias of costs", words, totals, found.totals.npv))
    return tuple(results)


def tornado(found: OptionAppraisal) -> tuple[tuple[str, Varied, Varied], ...]:
    """Costs, benefits and each line, down and up by the same share; the widest first."""
    low, high = (share(text) for text in parameter("tornado"))
    rows = [("costs", ""), ("benefits", "")]
    rows += [("line", row.code) for row in found.case.lines_of(found.option.code) if row.is_money]
    pairs = []
    for what, which in rows:
        questions = [Sensitivity("", what, which, change) for change in (low, high)]
        one, other = (varied(found, question) for question in questions)
        pairs.append((one.name, one, other))
    return tuple(sorted(pairs, key=lambda pair: (-abs(pair[1].difference - pair[2].difference), pair[0])))


def grid(found: OptionAppraisal) -> tuple[tuple[Fraction, ...], ...]:
    """Net present values: a row for each change of costs, a column for each change of benefits."""
    costs, benefits = found.case.grid
    totals = found.totals
    return tuple(
        tuple(
            (1 + Fraction(up)) * totals.pv_benefits - (1 + Fraction(more)) * totals.pv_costs
            for up in benefits
        )
        for more in costs
    )


def _percent(value: Decimal) -> str:
    return f"{(value * 100).normalize():f}%"


def _signed(value: Decimal) -> str:
    return ("+" if value > 0 else "") + _percent(value).replace("-", "−")


def unchanged(answers: Sequence[Varied]) -> tuple[Varied, ...]:
    """The answers under which the net present value stays on its side of nought."""
    return tuple(row for row in answers if (row.totals.npv >= 0) == (row.against >= 0))
