"""The sheets ``Calc effects`` and ``Calc stated``: what interventions move by rule, and as a plan states it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leftshift.economy.arrays import Source, name_of
from leftshift.economy.forms import paid, rate_at, rate_of_change
from leftshift.economy.legs import LEGS, Leg
from leftshift.economy.preparing_effects import delivered
from leftshift.economy.projecting import Projection
from leftshift.foundation.years import MONTHS_IN_YEAR
from leftshift.place.rows import OUTSIDE, Contract, Effect, StatedEffect
from leftshift.workbooks.live.flows import FlowLines, FormLines, gain_share
from leftshift.workbooks.live.grid import (
    BEFORE,
    NOW,
    NUMBER_ROW,
    Block,
    Cell,
    Grid,
    Line,
    Series,
    calculated,
    fixed,
)
from leftshift.workbooks.live.inputs import Inputs
from leftshift.workbooks.live.phasing import PhaseLines
from leftshift.workbooks.live.rates import RateLines
from leftshift.workbooks.live.timing import Timing

EFFECTS, STATED = "Calc effects", "Calc stated"
STAGES = ("do_nothing", "plan", "comparison")
_HEADS = {"D": "intervention", "E": "payer", "F": "payee", "G": "share", "H": "worth", "I": "base"}
_YEAR = f"{NOW}${NUMBER_ROW}"


@dataclass(frozen=True)
class _Worth:
    """The value of an effect: its line, and the columns of its constants."""

    line: Line
    value: float


class EffectLines:
    """Lays out the effects by rule and their legs, in the order of the arrays."""

    def __init__(
        self, projection: Projection, inputs: Inputs, timing: Timing, rates: RateLines, flows: FlowLines, phases: PhaseLines
    ) -> None:  # fmt: skip
        self.projection, self.economy, self.inputs, self.timing = (
            projection,
            projection.economy,
            inputs,
            timing,
        )
        self.rates, self.flows, self.phases = rates, flows, phases
        self.legs = self.economy.legs
        note = "£000. A leg moves money from a payer to a payee: plus pays more, minus pays less."
        self.grid = Grid(EFFECTS, "Effects by rule", note, [year.label for year in self.economy.years])
        self.shares = {(row.rule, row.share): row for row in self.economy.place.rules}
        self.rules_of = self._leg_rules()
        self._cost_prices: dict[int, Line] = {}
        self.worth = self._worths()
        self._add_cost_prices()
        self.at_tariff = self._at_tariff()
        self.rates_of_change = self._rates_of_change()
        self.lines, self.block = self._as_paid()

    # ------------------------------------------------------------------ what an effect is worth
    def _worths(self) -> list[_Worth]:
        self.grid.section(
            "Value of a full year of each effect, at tariff",
            D="value",
            E="share of",
            F="price year",
            G="worth",
        )
        return [self._worth(number, row) for number, row in enumerate(self.economy.effects.rows)]

    def _worth(self, number: int, row: Effect) -> _Worth:
        effects, line = self.economy.effects, self.grid.next_row
        flow, year = int(effects.flow[number]), int(effects.price_year[number])
        activity = self.flows.activity[flow]
        value = float(effects.value[number] + effects.percent[number] * activity.values[year])
        formula = f"$D{line}+$E{line}*INDEX({activity.years(self.grid)},$F{line})"
        words = f"{row.intervention.replace('_', ' ')}: {row.rule.replace('_', ' ')}, {name_of(self.economy.flows.rows[flow])}"
        added = self.grid.add(
            words, "£000", code=row.effect, D=self.inputs.take(row, "value", row.value or 0.0, "£000"),
            E=self.inputs.take(row, "percent", row.percent or 0.0, "rate"), F=fixed(year + 1.0),
            G=calculated(value, formula, "£000"),
        )  # fmt: skip
        return _Worth(added, value)

    # ------------------------------------------------------------------ legs
    def _leg_rules(self) -> list[Leg]:
        """The rule of each leg: the legs of an effect stand in the order of its rule, those without an end left out."""
        found: list[Leg] = []
        for number, row in enumerate(self.economy.effects.rows):
            count = int((self.legs.effect == number).sum())
            flow = self.economy.flows.rows[int(self.economy.effects.flow[number])]
            mine = [leg for leg in LEGS[row.rule] if self._stands(flow, leg)]
            assert len(mine) == count, row.effect
            found += mine
        return found

    def _stands(self, flow: Source, leg: Leg) -> bool:
        if not isinstance(flow, Contract):
            return True
        if leg.index == "provider_cost" and flow.payee == OUTSIDE:
            return False
        return not leg.is_shared_gain or self.economy.place.forms_by_name[flow.form].gain_share > 0

    def _add_cost_prices(self) -> None:
        nodes = sorted({int(at) - len(self.economy.flows.rows) for at in self.legs.price_of.tolist()})
        nodes = [node for node in nodes if node >= 0]
        if not nodes:
            return
        self.grid.section("Price of the cost of those whose cost an effect moves")
        name = self.economy.place.setting("cost_price")
        for node in nodes:
            rate, row = self.rates.of(self.economy.nodes[node], name), self.grid.next_row
            self._cost_prices[node] = self.grid.add(
                f"{name.replace('_', ' ')} of {self.economy.nodes[node]}", "index",
                f"IF({_YEAR}=0,1,{BEFORE}{row}*(1+{rate.now(self.grid)}))", np.cumprod(1.0 + rate.values, dtype=np.float64),
            )  # fmt: skip

    def _price(self, leg: int) -> Line:
        at = int(self.legs.price_of[leg])
        count = len(self.economy.flows.rows)
        return self.flows.price[at] if at < count else self._cost_prices[at - count]

    def _share(self, leg: int) -> Cell:
        """The signed share of the effect's worth that a leg moves."""
        rule, row = self.rules_of[leg], self.economy.effects.rows[int(self.legs.effect[leg])]
        value = float(self.legs.share[leg])
        if rule.share is None:
            return fixed(value, "share")
        own = self._share_formula(row, rule.share)
        given_back = self._given_back(leg) if rule.is_shared_gain else ""
        if own is None or given_back is None:
            return fixed(value, "share")
        return Cell(value, f"{'-' if rule.sign < 0 else ''}{own}{given_back}", "share", "input")

    def _share_formula(self, row: Effect, share: str) -> str | None:
        common = self.shares.get((row.rule, share))
        formula = self.inputs.formula(common, "value", empty=0.0) if common else "0"
        at = self.inputs.address(row, share)
        if at is None:
            return formula if getattr(row, share) is None else None
        own = self.inputs.formula(row, share, empty=0.0)
        if formula is None:
            return own if getattr(row, share) is not None else None
        return f'IF({own}="",{formula},{own})'

    def _given_back(self, leg: int) -> str | None:
        flow = self.economy.flows.rows[int(self.economy.effects.flow[self.legs.effect[leg]])]
        assert isinstance(flow, Contract)
        formula = gain_share(self.inputs, self.economy.place.forms_by_name[flow.form])[1]
        return formula and f"*{formula}"

    def _add_leg(self, leg: int, formula: str, values: Series) -> Line:
        legs, effect = self.legs, int(self.legs.effect[leg])
        row, rule = self.economy.effects.rows[effect], self.rules_of[leg]
        nodes = self.economy.nodes
        label = f"{row.intervention.replace('_', ' ')}: {nodes[legs.payer[leg]]} pays {nodes[legs.payee[leg]]} ({rule.index.replace('_', ' ')})"
        worth = self.worth[effect]
        at = int(self.economy.effects.price_year[effect])
        volume, price = self.flows.volume[int(legs.volume_of[leg])], self._price(leg)
        place = worth.line.constant("F", self.grid)
        base = f"INDEX({volume.years(self.grid)},{place})*INDEX({price.years(self.grid)},{place})"
        return self.grid.add(
            label, "£000", formula, values, code=row.effect,
            D=fixed(float(legs.intervention[leg]) + 1), E=fixed(float(legs.payer[leg]) + 1),
            F=fixed(float(legs.payee[leg]) + 1), G=self._share(leg),
            H=calculated(worth.value, worth.line.constant("G", self.grid), "£000"),
            I=calculated(float(volume.values[at] * price.values[at]), base, "index"),
        )  # fmt: skip

    def _formula(self, leg: int) -> str:
        """Share of worth, in the part of the year, at the level of volume and price since the price year."""
        row = self.grid.next_row
        volume, price = self.flows.volume[int(self.legs.volume_of[leg])], self._price(leg)
        phase = self.phases.phase[int(self.legs.intervention[leg])].now(self.grid)
        return f"$G{row}*$H{row}*{phase}*{volume.now(self.grid)}*{price.now(self.grid)}/$I{row}"

    def _at_tariff(self) -> dict[int, Line]:
        """The legs that a form moves, before it does; and the block of them."""
        mine = np.flatnonzero(self.legs.form >= 0).tolist()
        if not mine:
            return {}
        heads = {**_HEADS, "J": "contract and stage"}
        first = self.grid.section("Activity that goes from contracts with a form, at tariff", **heads)
        found = {}
        for leg in mine:
            found[leg] = self._add_leg(leg, self._formula(leg), self.projection.legs_at_tariff[0][:, leg])
            self.grid.put("J", found[leg].row, fixed(float(self._group(leg))))
        self.tariff_block = self.grid.block(first)
        return found

    def _group(self, leg: int) -> int:
        stage = STAGES.index(self.economy.interventions[int(self.legs.intervention[leg])].stage)
        return (int(self.legs.form[leg]) + 1) * len(STAGES) + stage

    # ------------------------------------------------------------------ contracts with a form
    def _rates_of_change(self) -> dict[int, Line]:
        """Contract and stage to how much of each pound of its change of activity moves the payment."""
        found: dict[int, Line] = {}
        changes: dict[int, Line] = {}
        for group in sorted({self._group(leg) for leg in self.at_tariff}):
            form, stage = group // len(STAGES) - 1, STAGES[group % len(STAGES)]
            changes[group] = self._change(group, form, stage)
            earlier = changes.get(group - group % len(STAGES)) if stage != "do_nothing" else None
            found[group] = self._rate(form, changes[group], earlier)
        return found

    def _change(self, group: int, form: int, stage: str) -> Line:
        flow = int(self.economy.flows.forms.flow[form])
        self.grid.section(
            f"{name_of(self.economy.flows.rows[flow])}: how much of a change moves the payment, {stage.replace('_', ' ')}",
            D="contract and stage",
        )
        legs = [leg for leg in self.at_tariff if self._group(leg) == group]
        row = self.grid.next_row
        codes = self.tariff_block.constants("J", self.grid)
        values = self.projection.legs_at_tariff[0][:, legs].sum(axis=1)
        formula = f"SUMIF({codes},$D{row},{self.tariff_block.now(self.grid)})"
        return self.grid.add("Change of activity", "£000", formula, values, D=fixed(float(group)))

    def _rate(self, form: int, change: Line, earlier: Line | None) -> Line:
        grid, flows = self.grid, self.economy.flows
        flow = int(flows.forms.flow[form])
        terms, activity = self.flows.forms[flow], self.flows.activity[flow]
        start = activity.values + (earlier.values if earlier else 0.0)
        plus = f"+{earlier.now(grid)}" if earlier else ""
        before = grid.add("Activity before", "£000", f"{activity.now(grid)}{plus}", start)
        column = np.array([form])
        only, agreed = flows.forms.only(column), terms.agreed.values[:, None]
        as_paid = paid(only, start[:, None], agreed)[:, 0]
        then = grid.add("Paid before", "£000", terms.paid(before.now(grid), grid), as_paid)
        after = f"({before.now(grid)}+{change.now(grid)})"
        now_paid = paid(only, (start + change.values)[:, None], agreed)[:, 0]
        now = grid.add("Paid after", "£000", terms.paid(after, grid), now_paid)
        edge = grid.add(
            "Of the next pound",
            "share",
            self._next_pound(terms, before),
            rate_at(only, start[:, None], agreed)[:, 0],
        )
        moved = change.now(grid)
        formula = f"IF(ABS({moved})>{self.timing.no_move},({now.now(grid)}-{then.now(grid)})/{moved},{edge.now(grid)})"
        return grid.add(
            "Moves the payment", "share", formula, self._rate_values(form, start, change), look="total"
        )

    def _next_pound(self, terms: FormLines, before: Line) -> str:
        grid, activity = self.grid, before.now(self.grid)
        low, high, marginal = terms.low(grid), terms.high(grid), terms.marginal(grid)
        inside = f"(({activity}>{low})+({activity}>={low})+({activity}<{high})+({activity}<={high})-2)/2"
        return f"{terms.quality.now(grid)}*({marginal}+(1-{marginal})*{inside})"

    def _rate_values(self, form: int, start: Series, change: Line) -> Series:
        flow = int(self.economy.flows.forms.flow[form])
        only, agreed = self.economy.flows.forms.only(np.array([form])), self.flows.forms[flow].agreed.values
        rate: Series = rate_of_change(only, start[:, None], change.values[:, None], agreed[:, None])[:, 0]
        return rate

    def _as_paid(self) -> tuple[list[Line], Block]:
        first = self.grid.section("What each leg moves", **_HEADS)
        lines = []
        for leg in range(len(self.legs.effect)):
            formula = self._formula(leg)
            if leg in self.at_tariff:
                rate = self.rates_of_change[self._group(leg)]
                formula = f"{self.at_tariff[leg].now(self.grid)}*{rate.now(self.grid)}"
            lines.append(self._add_leg(leg, formula, self.projection.by_rule[0][:, leg]))
        return lines, self.grid.block(first)


class StatedLines:
    """Lays out the stated effects, each after the delay and the delivery of its intervention."""

    def __init__(self, projection: Projection, inputs: Inputs, timing: Timing, phases: PhaseLines) -> None:
        self.economy, self.inputs, self.timing, self.phases = projection.economy, inputs, timing, phases
        note = "£000. An improvement of the organisation's position is positive."
        self.grid = Grid(STATED, "Stated effects", note, [year.label for year in self.economy.years])
        first = self.grid.section(
            "What each stated effect comes to after delay and delivery",
            D="intervention", E="other side", F="organisation", G="amount", H="delivery", I="year", J="first month",
        )  # fmt: skip
        for row, posting in self.economy.stated.rows:
            self._add(row, posting)
        self.block = self.grid.block(first)

    def _add(self, row: StatedEffect, posting: int) -> None:
        stated, line, on = self.economy.stated, self.grid.next_row, self.grid
        number = int(stated.intervention[posting])
        year = float(row.year.starts - self.economy.place.base_year.starts)
        delay = self.phases.delay(number, on)
        begins, ends = self.timing.first_month.now(on), self.timing.month_after.now(on)
        overlap = f"MAX(0,MIN({ends},$J{line}+{self.timing.months})-MAX({begins},$J{line}))"
        values = delivered(self.economy.interventions[number], row, self.economy.place)
        month = year * MONTHS_IN_YEAR + float(delay.value)
        self.grid.add(
            f"{row.intervention.replace('_', ' ')}: {row.organisation}, stated for {row.year}", "£000",
            f"$G{line}*$H{line}*{overlap}/{self.timing.months}", values, code=row.intervention,
            D=fixed(float(number) + 1), E=fixed(float(stated.payer[posting]) + 1), F=fixed(float(stated.payee[posting]) + 1),
            G=self.inputs.take(row, "amount", row.amount, "£000"), H=self.phases.delivery(number, on),
            I=fixed(year), J=calculated(month, f"$I{line}*{self.timing.months}+{delay.formula}", "months"),
        )  # fmt: skip
