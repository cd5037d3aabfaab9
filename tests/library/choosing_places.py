"""Small places to choose in, an obvious simulation, and every choice tried one by one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from hypothesis import strategies as st

from leftshift.economy.choosing.asking import Asked
from leftshift.economy.choosing.drawing import Drawn, drawn, together
from leftshift.economy.choosing.question import (
    Exclusion,
    Objective,
    PositionLimit,
    Prerequisite,
    Question,
    ResourceLimit,
)
from leftshift.economy.choosing.variants import Taken
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project
from leftshift.economy.result import Result, run
from leftshift.foundation.years import FinancialYear, Month
from leftshift.place import rows
from leftshift.place.place import Place
from tests.library.places import BASE, BY

LAST = BASE.plus(2)
NAMES = ("beds", "cut", "home", "shift", "stay", "team")


def place_of(**changed: Any) -> Place:
    """Two commissioners and two trusts; six interventions, 100 each; nothing grows and no price moves."""
    codes = {"CAA": "commissioner", "CBB": "commissioner", "PAA": "provider", "PBB": "provider"}
    place = Place(
        code="small",
        name="Small",
        base_year=BASE,
        last_year=LAST,
        perimeter="all",
        organisations=tuple(
            rows.Organisation(code=code, name=f"Body {code}", kind=kind, **BY)  # type: ignore[arg-type]
            for code, kind in codes.items()
        ),
        perimeters=tuple(rows.Membership(perimeter="all", organisation=code, share=1.0, **BY) for code in codes),
        services=(rows.Service(service="care", name="Care", demographic_growth="grow", **BY),),
        settings=(rows.Setting(setting="cost_price", value="flat_price", **BY),),
        assumptions=tuple(
            rows.Assumption(organisation="all", assumption=name, percent=0.0, **BY) for name in ("flat_price", "grow")
        ),
        contracts=(contract("K1", "CAA", "PAA"), contract("K2", "CBB", "PAA"), contract("K3", "CAA", "outside")),
        lines=(
            line("L1", "CAA", "allocation", 3_000.0),
            line("L2", "CBB", "allocation", 1_000.0),
            line("L3", "PAA", "cost", 2_100.0),
        ),
        steps=(rows.Step(step="all", name="All", order=1, **BY),),
        interventions=tuple(
            rows.Intervention(intervention=name, name=name.title(), step="all", **BY) for name in NAMES
        ),
        effects=(
            effect("beds", "qipp_on_contract", contract="K1", cost_share=0.5),
            effect("cut", "cip", line="L3"),
            effect("home", "repatriation", contract="K3", receiver="PAA", receiver_cost_share=0.7, price_share=1.0),
            effect("shift", "bed_days_shifted_to_new", contract="K1", receiver="PBB", cost_share=0.7,
                   receiver_cost_share=0.6, price_share=0.8),
            effect("stay", "beds_reduced", contract="K1", cost_share=0.7),
            effect("team", "investment", contract="K2", cost_share=1.0),
        ),
    )  # fmt: skip
    return place.with_tables(**changed)


def contract(name: str, payer: str, payee: str, **more: Any) -> rows.Contract:
    return rows.Contract(contract=name, payer=payer, payee=payee, service="care", year=BASE, **{"value": 1_000.0, **BY, **more})  # fmt: skip


def line(name: str, organisation: str, type_: Any, value: float) -> rows.Line:
    return rows.Line(line=name, organisation=organisation, type=type_, service="care", value=value, year=BASE, **BY)  # fmt: skip


def effect(name: str, rule: str, **more: Any) -> rows.Effect:
    return rows.Effect(effect=name, intervention=name, rule=rule, price_year=BASE, **{"value": 100.0, **BY, **more})  # fmt: skip


def need(name: str, year: FinancialYear, amount: int, resource: str = "capital") -> rows.Need:
    return rows.Need(intervention=name, resource=resource, year=year, amount=Decimal(amount), **BY)


BLEND = rows.Form(form="blend", kind="cap_and_collar", cap=0.05, collar=0.08, marginal_rate=0.2, **BY)


@st.composite
def choices(draw: st.DrawFn) -> tuple[Place, Question]:
    """A small place with whatever bends, and a question with rules of every kind."""
    place = place_of()
    forms = st.sampled_from(["tariff", "block", "blend", "blend", "blend"])
    contracts = tuple(
        replace(row, form=draw(forms)) if row.payee != "outside" else row for row in place.contracts
    )
    amounts = st.integers(0, 150).map(float)
    effects = tuple(replace(row, value=draw(amounts)) for row in place.effects)
    names = draw(st.permutations(NAMES))[: draw(st.integers(3, 5))]
    starts = st.sampled_from([None, None, None, Month(BASE.starts + 1, 10), Month(BASE.starts + 2, 4)])
    interventions = tuple(
        replace(
            row,
            start=draw(starts),
            delay_months=draw(st.sampled_from([0, 0, 6])),
            recurrent=draw(st.sampled_from([True, True, False])),
            delivery=draw(st.sampled_from([1.0, 0.8])),
        )
        for row in place.interventions
    )
    interventions = tuple(
        replace(row, delay_months=0) if row.start and row.start.year > BASE.starts + 1 else row
        for row in interventions
    )
    needs = draw(
        st.dictionaries(
            st.tuples(st.sampled_from(NAMES), st.sampled_from([BASE.plus(1), LAST])),
            st.integers(1, 9),
            max_size=5,
        )
    )
    grown = draw(st.sampled_from([0.0, 0.0, 0.04, 0.08]))
    place = place.with_tables(
        contracts=contracts,
        assumptions=tuple(
            replace(row, percent=grown) if row.assumption == "grow" else row for row in place.assumptions
        ),
        effects=effects,
        interventions=interventions,
        forms=(BLEND,),
        resources=tuple(need(name, year, amount) for (name, year), amount in needs.items()),
    )
    return place, draw(questions(tuple(names), bool(needs)))


@st.composite
def questions(draw: st.DrawFn, names: tuple[str, ...], has_needs: bool) -> Question:
    """A question about these interventions, with rules of every kind."""
    years = st.sampled_from([BASE.plus(1), LAST])
    floors = st.one_of(st.sampled_from(["as_it_stands", "do_nothing"]), st.integers(-250, 150).map(float))
    whose = st.sampled_from(["CAA", "CBB", "PAA", "PBB", "perimeter", "each"])
    positions = st.builds(
        PositionLimit,
        whose=whose,
        year=st.one_of(st.just("every"), years),
        no_worse_than=floors,
        measure=st.sampled_from(["expected", "expected", "risk"]),
    )
    supplies = st.builds(
        ResourceLimit,
        resource=st.just("capital"),
        year=st.one_of(st.sampled_from(["every", "total"]), years),
        at_most=st.integers(0, 15).map(float),
    )
    one, other, third = names[:3]
    return Question(
        objective=Objective(
            draw(st.sampled_from(["expected", "risk"])),
            draw(st.sampled_from([0.3, 0.5])),
            draw(st.sampled_from(["perimeter", "perimeter", "PAA", "CAA"])),
            draw(st.sampled_from([(), (BASE.plus(1), LAST)])),
        ),
        interventions=names,
        position_limits=tuple(draw(st.lists(positions, max_size=2))),
        resource_limits=tuple(draw(st.lists(supplies, max_size=2 if has_needs else 0))),
        exclusions=draw(st.sampled_from([(), (Exclusion((one, other)),)])),
        prerequisites=draw(
            st.sampled_from([(), (Prerequisite(one, third, 0),), (Prerequisite(third, other, 1),)])
        ),
        must_have=draw(st.sampled_from([(), (third,)])),
        most_starts_a_year=draw(st.sampled_from([None, 1, 2])),
        most_interventions=draw(st.sampled_from([None, None, 2])),
    )


@dataclass(frozen=True)
class SlowDraws:
    """Draws by running a place again and again, each with another delivery of each intervention and another base."""

    draws: int
    seed: int = 7

    def places(self, place: Place) -> Iterator[Place]:
        """The place of each draw."""
        for number in range(self.draws):
            chance = np.random.default_rng((self.seed, number))
            names = sorted(row.intervention for row in place.interventions)
            factor = dict(zip(names, chance.uniform(0.3, 1.1, len(names)), strict=True))
            grown = float(chance.uniform(0.95, 1.05))
            yield place.with_tables(
                interventions=tuple(
                    replace(row, delivery=row.delivery * factor[row.intervention])
                    for row in place.interventions
                ),
                contracts=tuple(replace(row, value=row.value * grown) for row in place.contracts),
            )

    def __call__(self, place: Place) -> Drawn:
        return together([drawn(project(prepare(each))) for each in self.places(place)])


@dataclass(frozen=True)
class BruteForce:
    """Every choice of a question whose scales are fixed, each run as a whole place and judged by plain sums."""

    asked: Asked
    draws: SlowDraws | None

    @cached_property
    def all(self) -> list[dict[str, Taken]]:
        """Every combination of in or out and starts."""
        asked = self.asked
        starts = [[None, *(asked.options[at] for at in asked.of(name))] for name in asked.choosable]
        return [
            {
                option.intervention: Taken(option.later, option.highest)
                for option in chosen
                if option is not None
            }
            for chosen in itertools.product(*starts)
        ]

    def best(self) -> float | None:
        """The best objective of those that keep to every rule; None where none does."""
        values = [self.objective(taken) for taken in self.all if self.keeps(taken)]
        return max(values, default=None)

    # ------------------------------------------------------------------ positions
    def positions(
        self, place: Place, whose: str, year: FinancialYear, *, nothing: bool = False
    ) -> list[float]:
        """The position of a body in each draw."""
        key = (id(place), whose, year, nothing)
        if key not in self._kept:
            found = []
            for result in self.results(place):
                bodies = result.place.shares if whose == "perimeter" else {whose: 1.0}
                of = result.do_nothing_position if nothing else result.position
                found.append(sum(share * of(code, year) for code, share in bodies.items()))
            self._kept[key] = found
        return self._kept[key]

    def results(self, place: Place) -> list[Result]:
        if id(place) not in self._runs:
            places = [place] if self.draws is None else list(self.draws.places(place))
            self._runs[id(place)] = (place, [run(each) for each in places])
        found: list[Result] = self._runs[id(place)][1]
        return found

    @cached_property
    def _kept(self) -> dict[Any, list[float]]:
        return {}

    @cached_property
    def _runs(self) -> dict[int, Any]:
        return {}

    @cached_property
    def _variants(self) -> dict[Any, Place]:
        return {}

    def variant(self, taken: Mapping[str, Taken]) -> Place:
        key = tuple(sorted((name, one.later, one.scale) for name, one in taken.items()))
        if key not in self._variants:
            self._variants[key] = self.asked.variant(dict(taken))
        return self._variants[key]

    def measure(self, measure: str, values: list[float]) -> float:
        """The mean, or the mean of the worst: the last of them counts by what is left of the share."""
        if measure == "expected":
            return sum(values) / len(values)
        many = max(1.0, self.asked.question.objective.share * len(values))
        total, left = 0.0, many
        for value in sorted(values):
            total += value * min(1.0, left)
            left -= min(1.0, left)
        return total / many

    def objective(self, taken: Mapping[str, Taken]) -> float:
        objective, place = self.asked.question.objective, self.variant(taken)
        by_year = [self.positions(place, objective.whose, year) for year in self.asked.years]
        return self.measure(objective.measure, [sum(draw) for draw in zip(*by_year, strict=True)])

    # ------------------------------------------------------------------ rules
    def keeps(self, taken: Mapping[str, Taken]) -> bool:
        """Whether a choice keeps to every rule of the question."""
        return self.rules_hold(taken) and self.supplies_hold(taken) and self.positions_hold(taken)

    def start(self, name: str, taken: Mapping[str, Taken]) -> FinancialYear:
        option = next(
            self.asked.options[at]
            for at in self.asked.of(name)
            if self.asked.options[at].later == taken[name].later
        )
        return option.start

    def rules_hold(self, taken: Mapping[str, Taken]) -> bool:
        question = self.asked.question
        starts = [self.start(name, taken) for name in taken]
        most = question.most_starts_a_year
        return all(
            (
                all(name in taken for name in question.must_have),
                all(sum(name in taken for name in group.of) <= 1 for group in question.exclusions),
                question.most_interventions is None or len(taken) <= question.most_interventions,
                most is None or all(starts.count(year) <= most for year in starts),
                all(self._has_what_it_needs(rule, taken) for rule in question.prerequisites),
            )
        )

    def _has_what_it_needs(self, rule: Prerequisite, taken: Mapping[str, Taken]) -> bool:
        if rule.intervention not in taken:
            return True
        if rule.needs not in taken:
            return False
        return (
            self.start(rule.intervention, taken).starts
            >= self.start(rule.needs, taken).starts + rule.lag_years
        )

    def needs(self, taken: Mapping[str, Taken], resource: str) -> dict[int, float]:
        """Year to what is needed, a month at a time: each twelfth moves by the months of the delay."""
        found: dict[int, float] = {}
        for row in self.asked.place.resources:
            mine = self.asked.rows[row.intervention]
            if row.resource != resource or not (
                row.intervention in taken or row.intervention in self.asked.fixed
            ):
                continue
            one = taken.get(row.intervention, Taken())
            for month in range(12):
                year = row.year.starts + (month + mine.delay_months + 12 * one.later) // 12
                found[year] = found.get(year, 0.0) + float(row.amount) / 12 * one.scale
        return found

    def supplies_hold(self, taken: Mapping[str, Taken]) -> bool:
        for limit in self.asked.question.resource_limits:
            needs = self.needs(taken, limit.resource)
            if limit.year == "total":
                used = sum(needs.values())
            elif limit.year == "every":
                used = max((needs.get(year.starts, 0.0) for year in self.asked.place.years[1:]), default=0.0)
            else:
                used = needs.get(limit.year.starts, 0.0)
            if used > limit.at_most + 1e-6:
                return False
        return True

    def positions_hold(self, taken: Mapping[str, Taken], allowed: float = 1e-3) -> bool:
        place = self.variant(taken)
        for limit in self.asked.question.position_limits:
            for whose in self.asked.members if limit.whose == "each" else (limit.whose,):
                for year in self.asked.place.years[1:] if limit.year == "every" else (limit.year,):
                    assert isinstance(year, FinancialYear)
                    values = self.positions(place, whose, year)
                    if self.measure(limit.measure, values) < self.floor(limit, whose, year) - allowed:
                        return False
        return True

    def floor(self, limit: PositionLimit, whose: str, year: FinancialYear) -> float:
        if isinstance(limit.no_worse_than, float):
            return limit.no_worse_than
        nothing = limit.no_worse_than == "do_nothing"
        return self.measure(limit.measure, self.positions(self.asked.place, whose, year, nothing=nothing))
