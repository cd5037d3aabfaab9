"""A second, obvious implementation of the Long Term System Model: plain loops over plain numbers.

It shares nothing with the library but the rows of a place, and is read beside docs/method. Amounts in £000.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.rows import Contract, Effect, Intervention, Line

Amounts = dict[tuple[str, FinancialYear], float]


@dataclass
class SlowResult:
    """Positions by (organisation, year); impact by (intervention, organisation, year)."""

    do_nothing: Amounts = field(default_factory=lambda: defaultdict(float))
    plan: Amounts = field(default_factory=lambda: defaultdict(float))
    impact: dict[tuple[str, str, FinancialYear], float] = field(default_factory=lambda: defaultdict(float))


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

    def activity_growth(self, organisation: str, year: FinancialYear) -> float:
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
                        volume *= 1 + self.volume_growth(contract, earlier)
                before += volume
                after += volume * (1 + self.volume_growth(contract, year))
        return after / before - 1 if before else 0.0

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

    def value(self, row: Contract | Line, year: FinancialYear) -> float:
        runs = year >= row.year if row.recurrent else year == row.year
        return row.value * self.index(row, year) if runs else 0.0

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
        """(who pays, who is paid, share of v, index)."""
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
                return [saved] if saved else []
            case "beds_reduced" | "qipp_on_contract":
                return [(payer, provider, -1.0, "payment"), *([saved] if saved else [])]
            case "bed_days_shifted_to_new" | "bed_days_shifted_to_expanded":
                return [
                    (payer, provider, -1.0, "payment"),
                    *([saved] if saved else []),
                    (payer, receiver, share("price_share"), "payment"),
                    (receiver, "resources", share("receiver_cost_share"), "receiver"),
                ]
            case "repatriation":
                return [
                    (payer, "outside", -1.0, "payment"),
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
        if kind in {"payment", "line"}:
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
            v = (
                effect.value
                if effect.value is not None
                else float(effect.percent or 0) * self.value(flow, effect.price_year)
            )
            phase = self.phase(interventions[effect.intervention], year)
            for payer, payee, share, kind in self.legs(effect, contract, line):
                moved = self.leg_index(flow, kind, payer, year) / self.leg_index(
                    flow, kind, payer, effect.price_year
                )
                result.impact[effect.intervention, payer, year] -= v * share * phase * moved
                result.impact[effect.intervention, payee, year] += v * share * phase * moved

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
