"""What is said of how sure a plan is, and of what would have to be true: the same words everywhere."""

from __future__ import annotations

from leftshift.economy.uncertainty.goals import Dial, Goal
from leftshift.economy.uncertainty.simulating import Simulation
from leftshift.foundation.money import round_half_up, thousands
from leftshift.reports.words import balance


def how_sure(simulation: Simulation, at: int, organisation: str = "") -> str:
    """Where the closing position of a year lies, and in how many draws there is no deficit, in two sentences."""
    figure = simulation.figure("position", organisation)
    percents = simulation.usual_percents
    low, middle, high = simulation.percentiles(figure, percents)[:, at].tolist()
    planned = float(simulation.planned(figure)[at])
    return (
        f"{simulation.years[at]} closes with {balance(planned)} in the plan. In {percents[-1] - percents[0]:.0f}% of "
        f"{simulation.draws:,} draws it lies between {balance(low)} and {balance(high)}, in the middle {balance(middle)}; "
        f"{chance(float(simulation.balances(figure)[at]))} end without a deficit."
    )


def chance(share: float) -> str:
    """A share of draws as people say it: none and all only where it is none and all."""
    if share in (0.0, 1.0):
        return "none of them" if share == 0 else "all of them"
    rounded = min(max(round_half_up(share * 100), 1), 99)
    almost = "less than " if share < 0.01 else "more than " if share > 0.99 else ""
    return f"{almost}{rounded}% of them"


def goal_sentences(found: Goal, year: str, whose: str) -> str:
    """Where the plan has an input, and which value of it would close the gap."""
    dial = found.dial
    planned = f"The plan has it at {in_unit(dial, dial.stands_at)}, and {whose} ends {year} at {thousands(found.position)} (£000)."
    tried = f"from {in_unit(dial, dial.low)} to {in_unit(dial, dial.high)}"
    if found.needed is not None:
        turning = "begins" if found.is_met else "ends"
        return f"{planned} The deficit {turning} at {in_unit(dial, found.needed)}."
    if found.is_met:
        return f"{planned} No value {tried} opens a deficit."
    return (
        f"{planned} No value {tried} ends the deficit: at best, at {in_unit(dial, found.best)}, "
        f"{thousands(found.best_position)} (£000) is left."
    )


def in_unit(dial: Dial, value: float) -> str:
    """A value of a dial as people read it."""
    match dial.kind:
        case "rate":
            return "no change" if value == 0 else f"{value * 100:+.3f} points a year".replace("-", "\u2212")
        case "delay":
            return f"{value:.0f} months"
        case _:
            return f"{value:.2%}"
