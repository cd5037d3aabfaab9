"""What slips cost: the bridge with them less the bridge without, £000."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from leftshift.economy.result import Result
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.scenarios import Scenario
from leftshift.programme.programme import Programme
from leftshift.programme.slipping import Delay, delays, slip_scenario
from leftshift.programme.timing import timetable


@dataclass(frozen=True)
class SlipCost:
    """What slips do to the plan: by year, by step and by intervention; below 0: less is saved. £000."""

    delays: tuple[Delay, ...]
    bridge: Mapping[FinancialYear, Mapping[str, float]]
    by_intervention: Mapping[str, Mapping[FinancialYear, float]]
    not_in_plan: tuple[Delay, ...] = ()
    """Slips of what the plan does not have as an intervention that counts."""
    scenario: Scenario | None = None
    """The slips as a scenario of the place; None where nothing of the plan moves."""

    @property
    def by_year(self) -> dict[FinancialYear, float]:
        """Year to what it does to the closing position."""
        return {year: sum(steps.values()) for year, steps in self.bridge.items()}

    @property
    def worst_year(self) -> FinancialYear | None:
        """The year in which it costs most; None where it costs nothing."""
        amounts = self.by_year
        year = min(amounts, key=lambda each: amounts[each], default=None)
        return year if year is not None and amounts[year] < 0 else None

    def document(self) -> dict[str, Any]:
        """As plain values: what ``leftshift programme check --json`` prints of it."""
        return {
            "bridge_effect": {str(year): amount for year, amount in self.by_year.items()},
            "bridge_effect_by_step": {str(year): dict(steps) for year, steps in self.bridge.items()},
            "bridge_effect_by_intervention": {
                name: {str(year): amount for year, amount in amounts.items()}
                for name, amounts in self.by_intervention.items()
            },
            "delays": {delay.intervention: delay.months for delay in self.delays},
            "not_in_plan": [delay.intervention for delay in self.not_in_plan],
        }


def cost_of(programme: Programme, as_of: date, place: Place, project: Callable[..., Result]) -> SlipCost:
    """What the slips of a programme do to the plan of its place; ``project`` runs the plan under scenarios."""
    held = delays(timetable(programme, as_of), programme.cancelled)
    counted = {row.intervention for row in place.interventions if row.stage == "plan"}
    moving = tuple(delay for delay in held if delay.intervention in counted)
    beside = tuple(delay for delay in held if delay.intervention not in counted)
    scenario = slip_scenario(moving, as_of, place)
    found = slip_cost(moving, project(), project(scenario) if scenario else None, beside)
    return replace(found, scenario=scenario)


def slip_cost(
    delays: tuple[Delay, ...], before: Result, after: Result | None, not_in_plan: tuple[Delay, ...] = ()
) -> SlipCost:
    """The cost of slips, from the result without and with them; ``after`` is None where nothing moves."""
    years = before.years[1:]
    if after is None:
        return SlipCost(
            delays, {year: dict.fromkeys(before.bridge(year), 0.0) for year in years}, {}, not_in_plan
        )
    bridge: dict[FinancialYear, dict[str, float]] = {}
    for year in years:
        was, now = before.bridge(year), after.bridge(year)
        bridge[year] = {step: now[step] - amount for step, amount in was.items()}
    by_intervention = {
        delay.intervention: dict(zip(years, _moved(before, after, delay.intervention), strict=True))
        for delay in delays
    }
    return SlipCost(delays, bridge, by_intervention, not_in_plan)


def _moved(before: Result, after: Result, intervention: str) -> list[float]:
    """What an intervention brings the perimeter year by year, with slips less without."""
    was, now = (
        result.projection.weighed(result.projection.economy.share)[0][
            :, result.projection.economy.number[intervention]
        ]
        for result in (before, after)
    )
    return [float(amount) for amount in (now - was)[1:]]
