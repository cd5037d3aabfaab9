"""What is said of how sure a plan is, and of what would have to be true: the same words everywhere."""

from __future__ import annotations

from leftshift.foundation.money import round_half_up, thousands
from leftshift.reports.words import Document, balance


def how_sure_said(document: Document, year: str, organisation: str = "") -> str:
    """Where the closing position of a year lies, and in how many draws there is no deficit, from a simulation's document."""
    key = f"position.{organisation}" if organisation else "position"
    ends = document["intervals"][key][year]
    percents = sorted(ends)
    low, middle, high = (balance(ends[percent]) for percent in percents)
    share = int(percents[-1][1:]) - int(percents[0][1:])
    chances = document["probability_of_balance"][organisation or "perimeter"]
    return (
        f"{year} closes with {balance(document['plan'][key][year])} in the plan. In {share}% of {document['draws']:,} draws it "
        f"lies between {low} and {high}, in the middle {middle}; {chance(chances[year])} end without a deficit."
    )


def chance(share: float) -> str:
    """A share of draws as people say it: none and all only where it is none and all."""
    if share in (0.0, 1.0):
        return "none of them" if share == 0 else "all of them"
    rounded = min(max(round_half_up(share * 100), 1), 99)
    almost = "less than " if share < 0.01 else "more than " if share > 0.99 else ""
    return f"{almost}{rounded}% of them"


def chance_text(share: float) -> str:
    """A share of draws in a table or a chart: 0% and 100% only where it is none and all."""
    if 0 < share < 0.01 or 0.99 < share < 1:
        return "<1%" if share < 0.5 else ">99%"
    return f"{round_half_up(100 * share)}%"


def goal_said(document: Document) -> str:
    """Where the plan has an input, and which value of it would end or open the deficit, from a goal's document."""
    kind, year, whose = document["kind"], document["year"], document["whose"]
    position, (low, high) = document["position"], document["tried"]
    planned = f"The plan has it at {in_unit(kind, document['stands_at'])}, and {whose} ends {year} at {thousands(position)} (£000)."
    tried = f"from {in_unit(kind, low)} to {in_unit(kind, high)}"
    if document["needed"] is not None:
        turning = "begins" if document["is_met"] else "ends"
        return f"{planned} The deficit {turning} at {in_unit(kind, document['needed'])}."
    if document["is_met"]:
        return f"{planned} No value {tried} opens a deficit."
    return (
        f"{planned} No value {tried} ends the deficit: at best, at {in_unit(kind, document['best'])}, "
        f"{thousands(document['best_position'])} (£000) is left."
    )


def in_unit(kind: str, value: float) -> str:
    """A value of an input as people read it."""
    match kind:
        case "rate":
            return "no change" if value == 0 else f"{value * 100:+.3f} points a year".replace("-", "\u2212")
        case "delay":
            return f"{value:.0f} months"
        case _:
            return f"{value:.2%}"
