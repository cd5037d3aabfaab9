"""What if: levers with where they stand, and the bridge that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from leftshift.economy.result import Result
from leftshift.foundation.money import round_half_up
from leftshift.foundation.years import FinancialYear
from leftshift.place.levers import Lever
from leftshift.reports import words
from leftshift.workspace.plan.presenters.page import address_of, slug
from leftshift.workspace.plan.queries import Viewed

_LEFT, _WIDTH, _BAR = 300, 560, 26  # of the picture, in its own units


@dataclass(frozen=True)
class Slider:
    """A lever on the page."""

    lever: Lever
    setting: Decimal
    is_moved: bool


@dataclass(frozen=True)
class Bar:
    """A bar of the bridge: where it lies, what it says."""

    name: str
    words: str
    x: float
    width: float
    y: int
    kind: str
    words_x: float


@dataclass(frozen=True)
class Answer:
    """What the levers make of the plan."""

    headline: str
    moved: str
    bars: Sequence[Bar]
    height: int
    zero: float
    rows: Sequence[tuple[str, str, str, str]]  # name, the plan, now, difference
    organisations: Sequence[tuple[str, str, str, str]]


@dataclass(frozen=True)
class WhatIfPage:
    """Sliders, the answer, and how to go on."""

    code: str
    name: str
    year: str
    years: Sequence[tuple[str, str, bool]]
    sliders: Sequence[Slider]
    others: Sequence[tuple[str, str]]
    answer: Answer | None
    problems: Sequence[str]
    address: str


def what_if_page(
    viewed: Viewed,
    year: str,
    sliders: Sequence[Slider],
    others: Sequence[Lever],
    answer: Answer | None,
    problems: Sequence[str],
) -> WhatIfPage:
    """The page."""
    query = query_of(sliders)
    code = viewed.version.place.code
    return WhatIfPage(
        viewed.address,
        viewed.result["name"],
        year,
        [
            (each, f"{address_of(code, 'what-if', each)}?{query}", each == year)
            for each in viewed.result["years"]
        ],
        sliders,
        [(lever.key, lever.name) for lever in others],
        answer,
        problems,
        f"{address_of(viewed.address, 'what-if', year)}?{query}",
    )


def query_of(sliders: Sequence[Slider]) -> str:
    """The settings as they stand in an address."""
    return urlencode([(slider.lever.key, str(slider.setting)) for slider in sliders])


def answer(viewed: Viewed, now: Result, year: str) -> Answer:
    """The bridge under the levers, beside the plan's own."""
    plan, when = viewed.live, FinancialYear.parse(year)
    names = {row["step"]: row["name"] for row in viewed.result["steps"]}
    steps = [(names[step], step) for step, _ in words.bridge_steps(viewed.result, year)]
    here, there = now.bridge(when), plan.bridge(when)
    amounts = [
        ("Do-nothing position", now.perimeter_position(when, do_nothing=True)),
        *((name, here.get(step, 0.0)) for name, step in steps),
        ("Closing position", now.perimeter_position(when)),
    ]
    before = [
        plan.perimeter_position(when, do_nothing=True),
        *(there.get(step, 0.0) for _, step in steps),
        plan.perimeter_position(when),
    ]
    moved = amounts[-1][1] - before[-1]
    bars, zero = _bars(amounts)
    return Answer(
        _headline(now, when),
        _moved(moved, year),
        bars,
        _BAR * len(bars) + 10,
        zero,
        [_beside(name, was, value) for (name, value), was in zip(amounts, before, strict=True)],
        [
            _beside(plan.names[code], plan.position(code, when), now.position(code, when))
            for code in plan.organisations
        ],
    )


def _headline(now: Result, year: FinancialYear) -> str:
    closing = now.perimeter_position(year)
    return (
        f"Doing nothing leaves a gap of {words.millions(now.gap(year))} in {year.label};"
        f" the plan ends with {words.balance(closing)}."
    )


def _moved(moved: float, year: str) -> str:
    if abs(moved) < 0.5:
        return "The closing position is that of the plan."
    better = "better" if moved > 0 else "worse"
    return f"That is {words.millions(abs(moved))} {better} than the plan."


def _beside(name: str, before: float, now: float) -> tuple[str, str, str, str]:
    same = round_half_up(now - before) == 0
    return name, words.amount(before), words.amount(now), "–" if same else words.amount(now - before)


def _bars(amounts: Sequence[tuple[str, float]]) -> tuple[list[Bar], float]:
    """The bars of a waterfall: the first and last stand on nought, the others run on from one another."""
    spans: list[tuple[str, float, float, str]] = []
    level = 0.0
    for at, (name, value) in enumerate(amounts):
        is_position = at in (0, len(amounts) - 1)
        start = 0.0 if is_position else level
        kind = "position" if is_position else "gain" if value >= 0 else "loss"
        spans.append((name, start, start + value, kind))
        level = value if at == 0 else level + value
    lowest = min(0.0, *(min(start, end) for _, start, end, _ in spans))
    highest = max(0.0, *(max(start, end) for _, start, end, _ in spans))
    scale = _WIDTH / ((highest - lowest) or 1.0)

    def across(value: float) -> float:
        return round(_LEFT + (value - lowest) * scale, 1)

    bars = [
        Bar(
            name,
            words.millions(end - start),
            across(min(start, end)),
            max(round(abs(end - start) * scale, 1), 1.0),
            8 + at * _BAR,
            kind,
            across(max(start, end)) + 6,
        )
        for at, (name, start, end, kind) in enumerate(spans)
    ]
    return bars, across(0.0)


def scenario_address(viewed: Viewed, key: str, year: str) -> str:
    """Where the plan is looked at under a scenario that was kept."""
    return f"/places/{viewed.version.place.code}~{key}/overview/{slug(year)}/"
