"""Figures and sentences as people read them: £m with one decimal, half up, a true minus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leftshift.economy.drivers import DRIVERS
from leftshift.foundation.money import round_half_up, thousands

Document = Mapping[str, Any]
VERDICTS = ("ties", "differs by rounding", "known conflict", "does not tie")
BASES = {
    "published": "Published",
    "derived": "Derived",
    "assumed": "Assumed",
    "estimate": "Estimate",
    "calibrated": "Calibrated estimate",
}
SMALL = 10  # £000: below it a table shows £100s, or rounding itself could not be seen


def amount(value: float) -> str:
    """An amount in £000 as a table shows it: half up, below ten with one decimal."""
    return thousands(value, 1 if 0.05 <= abs(value) < SMALL else 0)


def driver_amounts(result: Document, year: str) -> list[tuple[str, float]]:
    """The name of each driver and what it adds to the gap, in the order of the model."""
    amounts = result["drivers"][year]
    return [(name, amounts[driver]) for driver, name in DRIVERS.items() if driver in amounts]


def bridge_steps(result: Document, year: str) -> list[tuple[str, float]]:
    """The steps of the bridge in their order: a stored document does not keep the order of its keys."""
    return [(row["step"], result["bridge"][year][row["step"]]) for row in result["steps"]]


def millions(value: float) -> str:
    """An amount in £000 as people say it: £398.1m."""
    rounded = round_half_up(value / 1000, 1)
    return ("\u2212" if rounded < 0 else "") + f"£{abs(rounded):,}m"


def balance(value: float) -> str:
    """A position in words: a surplus of £1.9m, a deficit of £3.0m."""
    return f"a surplus of {millions(value)}" if value >= 0 else f"a deficit of {millions(-value)}"


def headline(result: Document, year: str) -> str:
    """What doing nothing leaves and what the plan makes of it, in one sentence."""
    gap, closing = result["gap"][year], result["perimeter_position"]["plan"][year]
    moved = sum(result["bridge"][year].values())
    nothing = f"a gap of {millions(gap)}" if gap > 0 else balance(-gap)
    return f"Doing nothing leaves {nothing} in {year}; the plan moves {millions(moved)} and ends with {balance(closing)}."


def drivers_sentence(result: Document, year: str) -> str:
    """What widens the gap most, and what narrows it most."""
    drivers = driver_amounts(result, year)
    most, least = max(drivers, key=lambda item: item[1]), min(drivers, key=lambda item: item[1])
    parts = []
    if round_half_up(most[1]) > 0:
        parts.append(f"{_inside(most[0])} adds most to the gap in {year} ({millions(most[1])})")
    if round_half_up(least[1]) < 0:
        parts.append(
            f"{_inside(least[0])} takes most {'from it' if parts else f'from the gap in {year}'} ({millions(-least[1])})"
        )
    text = "; ".join(parts) or f"nothing adds to the gap in {year}"
    return text[:1].upper() + text[1:] + "."


def _inside(name: str) -> str:
    """A name as it stands inside a sentence."""
    return name[:1].lower() + name[1:]


def bridge_sentence(result: Document, year: str) -> str:
    """Which step of the bridge does most, and how much of it that is."""
    steps = result["bridge"][year]
    total = sum(steps.values())
    if not any(steps.values()):
        return f"No intervention has an effect in {year}."
    names = {row["step"]: row["name"] for row in result["steps"]}
    largest = max(steps, key=lambda step: abs(steps[step]))
    share = f", {round_half_up(100 * steps[largest] / total)}% of the bridge" if total else ""
    return f"The largest step is {names[largest]} with {millions(steps[largest])}{share}."


def organisations_sentence(result: Document, year: str) -> str:
    """How many organisations end in deficit, and which is deepest."""
    inside = [
        row["code"] for row in result["organisations"] if row["share"] and row["code"] != "unattributed"
    ]
    names = {row["code"]: row["name"] for row in result["organisations"]}
    short = [code for code in inside if round_half_up(result["positions"][code][year]) < 0]
    if not short:
        return f"With the plan every organisation of the perimeter breaks even or better in {year}."
    deepest = min(short, key=lambda code: result["positions"][code][year])
    count = f"{len(short)} of {len(inside)} organisations end {year} in deficit"
    return f"With the plan {count}; the deepest is {names[deepest]} with {millions(-result['positions'][deepest][year])}."


def impact_sentence(result: Document, year: str) -> str:
    """Who gains most from the plan, and who loses."""
    totals = impact_totals(result, year)
    names = {row["code"]: row["name"] for row in result["organisations"]}
    if not totals:
        return f"No intervention has an effect in {year}."
    most = max(totals, key=lambda code: totals[code])
    least = min(totals, key=lambda code: totals[code])
    losing = (
        f" {names[least]} loses {millions(-totals[least])}."
        if totals[least] < 0
        else " No organisation loses in total."
    )
    return f"{names[most]} gains most from the plan, {millions(totals[most])}.{losing}"


def impact_totals(result: Document, year: str) -> dict[str, float]:
    """Organisation to what all interventions of the plan do to it, for those that any of them touches."""
    planned = {row["intervention"] for row in result["interventions"] if row["stage"] == "plan"}
    totals: dict[str, float] = {}
    for name, row in result["impact"][year].items():
        for code, value in row.items():
            if name in planned and value and code != "unattributed":
                totals[code] = totals.get(code, 0.0) + value
    return totals


def tie_sentence(counts: Mapping[Any, int], uncounted: int) -> str:
    """How much of what was published ties."""
    total = sum(counts.values())
    words = f"{counts['ties'] + counts['differs by rounding']} of {total} published figures tie or differ by rounding"
    phrases = {
        "known conflict": ("is a known conflict", "are known conflicts"),
        "does not tie": ("does not tie", "do not tie"),
    }
    parts = [
        f"{counts[verdict]} {one if counts[verdict] == 1 else many}"
        for verdict, (one, many) in phrases.items()
        if counts[verdict]
    ]
    rest = listed([words, *parts]) + "."
    return rest + (
        f" {uncounted} more were used to calibrate, or follow from those, and prove nothing."
        if uncounted
        else ""
    )


def listed(parts: Sequence[str]) -> str:
    """Parts as a list in a sentence: one, two and three."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
