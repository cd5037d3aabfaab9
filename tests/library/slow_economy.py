"""A second, obvious implementation of the Long Term System Model: plain loops over plain numbers.

It shares nothing with the library but the rows of a place, and is read beside docs/method. Amounts in £000.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations, permutations

from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.rows import Contract, Effect, Form, Intervention, Line

CAUSES = ("demography", "other_growth", "price", "agreed_growth", "outcome")
Amounts = dict[tuple[str, FinancialYear], float]


@dataclass
class SlowResult:
    """Positions by (organisation, year); impact by (intervention, organisation, year)."""

    do_nothing: Amounts = field(default_factory=lambda: defaultdict(float))
    plan: Amounts = field(default_factory=lambda: defaultdict(float))
    impact: dict[tuple[str, str, FinancialYear], float] = field(default_factory=lambda: defaultdict(float))


def grower(row: Contract | Line) -> str:
    return row.payer if isinstance(row, Contract) else row.organisation


def pay(form: Form, activity: float, agreed: float, achieved: float) -> float:
    """What is paid under a form, case by case."""
    if form.kind == "block":
        return agreed
    if form.kind == "outcome_linked":
        hangs = 1 - form.at_risk * (1 - achieved)
        return hangs * (agreed + float(form.risk_share or 0) * (activity - agreed))
    most, least = (1 + form.cap) * agreed, (1 - form.collar) * agreed
    rate = float(form.marginal_rate or 0)
    if activity > most:
        return most + rate * (activity - most)
    if activity < least:
        return least - rate * (least - activity)
    return activity


class Slow:
    """Answers one question at a time, from the rows."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.services = {row.service: row for row in place.services}

    # ------------------------------------------------------------------ rates
    def rate(self, organisation: str, name: str | None, year: FinancialYear) -> float:
        if name is None or year == self.place.base_year:
            return 0.0
        for who, when in ((organisation, year), (organisation, None), ("all", year), ("all", None)):
            for row in self.place.assumptions:
                if (row.organisation, row.assumption, row.year) == (who, name, when):
                    return self.rate(row.follows, name, year) if row.follows else float(row.percent or 0)
        formula = next(row.formula for row in self.place.derivations if row.assumption == name)
        words = {word for word in formula.replace("(", " ").replace(")", " ").split() if word.isidentifier()}
        return float(
            eval(formula, {"__builtins__": {}}, {word: self.rate(organisation, word, year) for word in words})
        )

    # ------------------------------------------------------------------ flows
    def counts(self, row: Contract | Line) -> bool:
        scope = self.services[row.service].scope
        if scope == "social_care" and self.place.setting("social_care") == "out":
            return False
        if scope == "transitional" and self.place.setting("transitional_cost") == "out":
            return False
        outside = isinstance(row, Contract) and "outside" in (row.payer, row.payee)
        return not outside or self.place.setting("outside_flows") == "in"

    def volume_growth(self, row: Contract | Line, year: FinancialYear) -> float:
        if year <= row.year:
            return 0.0
        who = row.payer if isinstance(row, Contract) else row.organisation
        service = self.services[row.service]
        demographic, other = (
            self.rate(who, service.demographic_growth, year),
            self.rate(who, service.other_growth, year),
        )
        added = (
            demographic + other
            if self.place.setting("growth") == "added"
            else (1 + demographic) * (1 + other) - 1
        )
        return added + (self.activity_growth(who, year) if service.follows_activity else 0.0)

    def own_volume_growth(self, row: Contract | Line, year: FinancialYear) -> float:
        return self.volume_with(row, year, frozenset(CAUSES))

    def activity_growth(self, organisation: str, year: FinancialYear) -> float:
        return self.activity_growth_with(organisation, year, frozenset(CAUSES))

    def price_growth(self, row: Contract | Line, year: FinancialYear) -> float:
        who = row.payer if isinstance(row, Contract) else row.organisation
        return self.rate(who, self.services[row.service].price_change, year) if year > row.year else 0.0

    def index(
        self, row: Contract | Line, year: FinancialYear, *, volume: bool = True, price: bool = True
    ) -> float:
        level = 1.0
        for passed in self.place.years:
            if passed <= year:
                level *= (1 + self.volume_growth(row, passed)) if volume else 1
                level *= (1 + self.price_growth(row, passed)) if price else 1
        return level

    def runs(self, row: Contract | Line, year: FinancialYear) -> bool:
        return year >= row.year if row.recurrent else year == row.year

    def activity(self, row: Contract | Line, year: FinancialYear) -> float:
        """At tariff."""
        return row.value * self.index(row, year) if self.runs(row, year) else 0.0

    def value(self, row: Contract | Line, year: FinancialYear) -> float:
        """As paid."""
        return self.paid(row, year, self.activity(row, year))

    def paid(self, row: Contract | Line, year: FinancialYear, activity: float) -> float:
        """What a contract pays for some activity, case by case as its form says."""
        form = self.place.forms_by_name[row.form] if isinstance(row, Contract) else None
        if form is None or form.kind == "tariff":
            return activity
        return pay(form, activity, self.agreed(row, year), self.achieved(row, year))

    def agreed(self, row: Contract | Line, year: FinancialYear) -> float:
        """The activity that was agreed, in the prices of the year."""
        assert isinstance(row, Contract)
        form = self.place.forms_by_name[row.form]
        agreed = row.value if self.runs(row, year) else 0.0
        for passed in self.place.years:
            if row.year < passed <= year:
                agreed *= 1 + self.rate(grower(row), form.agreed_growth, passed)
                agreed *= 1 + self.price_growth(row, passed)
        return agreed

    def achieved(self, row: Contract | Line, year: FinancialYear) -> float:
        assert isinstance(row, Contract)
        form = self.place.forms_by_name[row.form]
        return self.rate(row.payee, form.outcome, year) if form.outcome and year > row.year else 1.0

    def moves(self, effect: Effect, contract: Contract, year: FinancialYear) -> float:
        """How much of a pound of this intervention's activity moves the payment: all of its stage together."""
        stages = {row.intervention: row.stage for row in self.place.interventions}
        mine = stages[effect.intervention]
        start = self.activity(contract, year)
        if mine != "do_nothing":
            start += self.change_of_activity(contract, year, "do_nothing")
        change = self.change_of_activity(contract, year, mine)
        if abs(change) > 1e-6:
            return (self.paid(contract, year, start + change) - self.paid(contract, year, start)) / change
        one = 1e-4 * max(1.0, abs(start))
        return (self.paid(contract, year, start + one) - self.paid(contract, year, start - one)) / (2 * one)

    def change_of_activity(self, contract: Contract, year: FinancialYear, stage: str) -> float:
        total = 0.0
        for row in self.place.interventions:
            for effect in self.place.effects:
                if (
                    row.stage == stage
                    and effect.intervention == row.intervention
                    and effect.contract == contract.contract
                ):
                    for _, _, share, kind in self.legs(effect, contract, None):
                        if kind == "activity":
                            total += (
                                share
                                * self.v(effect, contract)
                                * self.phase(row, year)
                                * self.moved(contract, kind, "", effect, year)
                            )
        return total

    def v(self, effect: Effect, flow: Contract | Line) -> float:
        if effect.value is not None:
            return effect.value
        return float(effect.percent or 0) * self.activity(flow, effect.price_year)

    def moved(self, flow: Contract | Line, kind: str, who: str, effect: Effect, year: FinancialYear) -> float:
        return self.leg_index(flow, kind, who, year) / self.leg_index(flow, kind, who, effect.price_year)

    # ------------------------------------------------------------------ what each cause adds in a year
    def with_causes(self, row: Contract | Line, year: FinancialYear, acting: frozenset[str]) -> float:
        """What a recurrent flow would be in a year if of that year's causes only some acted."""
        last = year.plus(-1)
        activity = self.activity(row, last)
        activity *= 1 + self.volume_with(row, year, acting)
        if self.services[row.service].follows_activity:
            activity += self.activity(row, last) * self.activity_growth_with(grower(row), year, acting)
        price = 1 + (self.price_growth(row, year) if "price" in acting else 0.0)
        form = self.place.forms_by_name[row.form] if isinstance(row, Contract) else None
        if form is None or form.kind == "tariff":
            return activity * price
        agreed = self.agreed(row, last)
        if "agreed_growth" in acting:
            agreed *= 1 + self.rate(grower(row), form.agreed_growth, year)
        achieved = self.achieved(row, year if "outcome" in acting else last)
        return pay(form, activity * price, agreed * price, achieved)

    def volume_with(self, row: Contract | Line, year: FinancialYear, acting: frozenset[str]) -> float:
        if year <= row.year:
            return 0.0
        service = self.services[row.service]
        demographic = (
            self.rate(grower(row), service.demographic_growth, year) if "demography" in acting else 0.0
        )
        other = self.rate(grower(row), service.other_growth, year) if "other_growth" in acting else 0.0
        if self.place.setting("growth") == "added":
            return demographic + other
        return (1 + demographic) * (1 + other) - 1

    def activity_growth_with(self, organisation: str, year: FinancialYear, acting: frozenset[str]) -> float:
        before = after = 0.0
        for contract in self.place.contracts:
            if (
                contract.payee == organisation
                and contract.recurrent
                and self.counts(contract)
                and contract.year < year
            ):
                volume = contract.value
                for earlier in self.place.years:
                    if contract.year < earlier < year:
                        volume *= 1 + self.own_volume_growth(contract, earlier)
                before += volume
                after += volume * (1 + self.volume_with(contract, year, acting))
        return after / before - 1 if before else 0.0

    def added_by(self, row: Contract | Line, year: FinancialYear) -> dict[str, float]:
        """Cause to what it adds to a flow in a year: the mean over every order of the causes."""
        added: dict[str, float] = dict.fromkeys(CAUSES, 0.0)
        orders = list(permutations(CAUSES))
        worth = {
            acting: self.with_causes(row, year, acting)
            for size in range(len(CAUSES) + 1)
            for acting in map(frozenset, combinations(CAUSES, size))
        }
        for order in orders:
            for number, cause in enumerate(order):
                now, then = frozenset(order[: number + 1]), frozenset(order[:number])
                added[cause] += (worth[now] - worth[then]) / len(orders)
        return added

    # ------------------------------------------------------------------ phasing
    def phase(self, row: Intervention, year: FinancialYear) -> float:
        months = [
            self.level(row, 12 * (year.starts - self.place.base_year.starts) + month) for month in range(12)
        ]
        return sum(months) / 12 * row.delivery

    def level(self, row: Intervention, month: int) -> float:
        month -= row.delay_months
        start = row.start.months_since(self.place.base_year) if row.start else 12
        if month < max(start, 0):
            return 0.0
        if not row.recurrent and month >= max(start, 0) + 12:
            return 0.0
        points = [point for point in self.place.profiles if point.profile == row.profile]
        if not points:
            return 1.0
        if isinstance(points[0].period, int):
            reached = [
                point
                for point in points
                if isinstance(point.period, int) and point.period <= month - start + 1
            ]
            return max(reached, key=lambda point: int(str(point.period))).share if reached else 0.0
        year = self.place.base_year.plus(month // 12)
        gone = [point for point in points if isinstance(point.period, FinancialYear) and point.period <= year]
        return max(gone, key=lambda point: str(point.period)).share if gone else 0.0

    # ------------------------------------------------------------------ interventions
    def legs(
        self, effect: Effect, contract: Contract | None, line: Line | None
    ) -> list[tuple[str, str, float, str]]:
        """(who pays, who is paid, share of v, what kind of leg)."""
        given = {(row.rule, row.share): row.value for row in self.place.rules}

        def share(name: str) -> float:
            own: float | None = getattr(effect, name)
            return own if own is not None else given[effect.rule, name]

        if line is not None:
            return [(line.organisation, "resources", -1.0, "line")]
        assert contract is not None
        payer, provider, receiver = contract.payer, contract.payee, str(effect.receiver)
        saved = (
            (provider, "resources", -share("cost_share"), "provider")
            if effect.rule != "repatriation"
            else None
        )
        match effect.rule:
            case "length_of_stay":
                given_back = -share("cost_share") * self.place.forms_by_name[contract.form].gain_share
                return [*([saved] if saved else []), (payer, provider, given_back, "provider")]
            case "beds_reduced" | "qipp_on_contract":
                return [(payer, provider, -1.0, "activity"), *([saved] if saved else [])]
            case "bed_days_shifted_to_new" | "bed_days_shifted_to_expanded":
                return [
                    (payer, provider, -1.0, "activity"),
                    *([saved] if saved else []),
                    (payer, receiver, share("price_share"), "payment"),
                    (receiver, "resources", share("receiver_cost_share"), "receiver"),
                ]
            case "repatriation":
                return [
                    (payer, "outside", -1.0, "activity"),
                    (payer, receiver, share("price_share"), "payment"),
                    (receiver, "resources", share("receiver_cost_share"), "receiver"),
                ]
            case _:  # investment
                cost = (
                    [(provider, "resources", share("cost_share"), "provider")]
                    if provider != "outside"
                    else []
                )
                return [(payer, provider, 1.0, "payment"), *cost]

    def leg_index(self, flow: Contract | Line, kind: str, who: str, year: FinancialYear) -> float:
        if kind in {"payment", "line", "activity"}:
            return self.index(flow, year)
        price = 1.0
        for passed in self.place.years:
            if passed <= year:
                price *= 1 + self.rate(who, self.place.setting("cost_price"), passed)
        return self.index(flow, year, price=False) * price

    # ------------------------------------------------------------------ everything
    def run(self) -> SlowResult:
        result = SlowResult()
        for year in self.place.years:
            self.do_nothing_flows(year, result)
            self.rule_effects(year, result)
        self.stated_effects(result)
        stages = {row.intervention: row.stage for row in self.place.interventions}
        for (intervention, organisation, year), amount in result.impact.items():
            if stages[intervention] == "do_nothing":
                result.do_nothing[organisation, year] += amount
        for key, amount in result.do_nothing.items():
            result.plan[key] += amount
        for (intervention, organisation, year), amount in result.impact.items():
            if stages[intervention] == "plan":
                result.plan[organisation, year] += amount
        return result

    def do_nothing_flows(self, year: FinancialYear, result: SlowResult) -> None:
        commissioners = {row.code for row in self.place.organisations if row.kind == "commissioner"}
        for contract in filter(self.counts, self.place.contracts):
            amount = self.value(contract, year)
            result.do_nothing[contract.payer, year] -= amount
            result.do_nothing[contract.payee, year] += amount
        for line in filter(self.counts, self.place.lines):
            amount = self.value(line, year)
            result.do_nothing[line.organisation, year] += -amount if line.type == "cost" else amount
            if (
                line.type == "allocation"
                and line.organisation in commissioners
                and year != self.place.base_year
            ):
                result.do_nothing[line.organisation, year] -= (
                    amount * float(self.place.setting("non_recurrent_spend").rstrip("%")) / 100
                )

    def rule_effects(self, year: FinancialYear, result: SlowResult) -> None:
        contracts = {row.contract: row for row in self.place.contracts}
        lines = {row.line: row for row in self.place.lines}
        interventions = {row.intervention: row for row in self.place.interventions}
        for effect in self.place.effects:
            contract, line = contracts.get(str(effect.contract)), lines.get(str(effect.line))
            flow = contract or line
            assert flow is not None
            if not self.counts(flow):
                continue
            v = self.v(effect, flow)
            phase = self.phase(interventions[effect.intervention], year)
            for payer, payee, share, kind in self.legs(effect, contract, line):
                # a cost moves with the price of whoever bears it, also where a part of it is given back
                bearer = contract.payee if contract and kind == "provider" else payer
                amount = v * share * phase * self.moved(flow, kind, bearer, effect, year)
                if kind == "activity":
                    assert contract is not None
                    amount *= self.moves(effect, contract, year)
                result.impact[effect.intervention, payer, year] -= amount
                result.impact[effect.intervention, payee, year] += amount

    def stated_effects(self, result: SlowResult) -> None:
        interventions = {row.intervention: row for row in self.place.interventions}
        for row in self.place.stated_effects:
            intervention = interventions[row.intervention]
            for month in range(12):
                at = 12 * (row.year.starts - self.place.base_year.starts) + month + intervention.delay_months
                year = self.place.base_year.plus(at // 12)
                if year <= self.place.last_year:
                    result.impact[row.intervention, row.organisation, year] += (
                        row.amount / 12 * intervention.delivery
                    )
