"""Share costs and benefits between organisations by agreed keys, to the penny."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from leftshift.foundation.money import Money, whole_half_up
from leftshift.fund.cases.case import BENEFIT, COST, NO_PHASE, Case, Key, Line
from leftshift.fund.cases.parameters import optimism_biases

Weights = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Flow:
    """What one organisation bears or gains of a line in a year (``at``, from the base year)."""

    line: Line
    organisation: str
    at: int
    amount: Money

    @property
    def phase(self) -> str:
        """The phase of the line."""
        return self.line.phase


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a key shared in a phase: weights by member, and the sentence that says why."""

    key: Key
    phase: str
    weights: Weights
    sentence: str

    def shares(self) -> dict[str, Fraction]:
        """Each member's share of one."""
        total = sum(self.weights.values(), Fraction())
        return {code: weight / total for code, weight in self.weights.items()}


class CannotBeShared(ValueError):
    """A key that gives no member of a phase any weight."""


def effective(line: Line, level: str) -> list[tuple[int, Money]]:
    """Amounts by number of year in the order of the line's years, with its probability and optimism bias, to the penny."""
    factor = Fraction(line.probability) * (1 + uplift(line, level))
    return [(year.starts, rounded(amount.pence * factor)) for year, amount in sorted(line.amounts.items())]


def uplift(line: Line, level: str) -> Fraction:
    """The share that optimism bias adds to a cost: the line's own, else that of its kind of work at a level."""
    if line.side != COST:
        return Fraction()
    if line.bias_own is not None:
        return Fraction(line.bias_own)
    return Fraction(optimism_biases()[line.bias_kind].uplift(level)) if line.bias_kind else Fraction()


def rounded(pence: Fraction) -> Money:
    """Whole pence, half up, away from nought."""
    return Money(whole_half_up(pence))


def split(amount: Money, weights: Weights) -> dict[str, Money]:
    """The amount shared in proportion to weights, which add up to it to the penny. Raises CannotBeShared."""
    if not any(weights.values()):
        raise CannotBeShared("no member has a weight above nought")
    common = lcm(*(weight.denominator for weight in weights.values()))
    parts = amount.split([int(weight * common) for weight in weights.values()])
    return dict(zip(weights, parts, strict=True))


def flows_of(case: Case, option: str, *, level: str = "") -> tuple[Flow, ...]:
    """Every flow of an option, at a level of optimism bias (default: the case's). Raises CannotBeShared."""
    level = level or case.bias_level
    benefits = flows_of_lines(case, case.lines_of(option, BENEFIT), {}, level)
    totals = benefit_totals(benefits)
    costs = flows_of_lines(case, case.lines_of(option, COST), totals, level)
    return (*costs, *benefits)


def benefit_totals(flows: Iterable[Flow]) -> dict[tuple[str, str], int]:
    """Pence of benefit by phase and organisation, over all years and undiscounted; the empty phase is all of them."""
    totals: dict[tuple[str, str], int] = {}
    for flow in flows:
        for phase in {flow.phase, NO_PHASE}:
            here = (phase, flow.organisation)
            totals[here] = totals.get(here, 0) + flow.amount.pence
    return totals


def flows_of_lines(
    case: Case, lines: Sequence[Line], totals: Mapping[tuple[str, str], int], level: str
) -> list[Flow]:
    """The flows of some lines, whose benefits by phase and organisation are ``totals``."""
    found = []
    for line in lines:
        weights = weights_of(case, line, totals)
        for starts, amount in effective(line, level):
            at = starts - case.base_year.starts
            found += [Flow(line, code, at, part) for code, part in split(amount, weights).items()]
    return found


def weights_of(case: Case, line: Line, totals: Mapping[tuple[str, str], int]) -> Weights:
    """What each organisation bears or gains of a line, as weights."""
    if line.organisation:
        return {line.organisation: Fraction(1)}
    return key_weights(case, case.keys[line.key], line.phase, totals)


def key_weights(case: Case, key: Key, phase: str, totals: Mapping[tuple[str, str], int]) -> Weights:
    """The weights of a key in a phase, by member in the order of the phase."""
    members = case.phase(phase).members
    if key.kind == "benefit_share":
        return {code: Fraction(totals.get((phase, code), 0)) for code in members}
    if key.kind == "population":
        return {code: Fraction(case.organisation(code).population or 0) for code in members}
    if key.kind == "equal":
        return dict.fromkeys(members, Fraction(1))
    return {code: Fraction(key.weights.get(code, 0)) for code in members}


def sharings_of(case: Case, option: str, flows: Iterable[Flow]) -> tuple[Sharing, ...]:
    """Each key that an option uses in each phase, with its weights and why."""
    totals = benefit_totals(flow for flow in flows if flow.line.side == BENEFIT)
    used = dict.fromkeys((row.key, row.phase) for row in case.lines_of(option) if row.key and row.is_money)
    found = []
    for code, phase in used:
        key = case.keys[code]
        weights = key_weights(case, key, phase, totals)
        found.append(Sharing(key, phase, weights, _sentence(case, key, phase, weights)))
    return tuple(found)


def _sentence(case: Case, key: Key, phase: str, weights: Weights) -> str:
    total = sum(weights.values(), Fraction())
    parts = []
    for code, weight in weights.items():
        part = f"{float(100 * weight / total):.2f}%"
        said = f" ({Money(int(weight))} of {Money(int(total))})" if key.kind == "benefit_share" else ""
        parts.append(f"{case.organisation(code).name} {part}{said}")
    where = case.phase(phase).name if phase else "The whole case"
    how = {
        "benefit_share": "in proportion to each member's benefit"
        + (" in the phase" if phase else "")
        + ", over all years and undiscounted",
        "fixed": "by fixed percentages",
        "weights": "by agreed weights",
        "population": "by population",
        "equal": "equally",
    }[key.kind]
    return f"{where}, key {key.code}: shared {how}: {'; '.join(parts)}. {key.provenance}."
