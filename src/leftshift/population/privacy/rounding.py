"""Sums and means of what people had, rounded so that no one of them can be read from the difference of two.

Each is rounded in steps of at least its reach: the root of the sum of the squares of what each person adds to it. Nobody adds more
than that, so without one of them it moves by a step at most, whoever it is. And since it is made of everybody, as a standard error
is, the step itself says nothing of the one who had most.
"""

from __future__ import annotations

from math import ceil, floor, log10

from leftshift.population.privacy.disclosure import Disclosure, disclosure_rules

_STEPS = (1, 1.5, 2, 3, 5, 7, 10)


def step_over(reach: float) -> float:
    """The least round number that is no less than ``reach``; 0 where that is 0."""
    if reach <= 0:
        return 0.0
    power = 10.0 ** floor(log10(reach))
    return next(step * power for step in _STEPS if step * power >= reach * (1 - 1e-12))


def in_steps(value: float, reach: float) -> float:
    """A number to the nearest step of at least ``reach``."""
    step = step_over(reach)
    return value if not step else _clean(floor(value / step + 0.5) * step, step)


def told_value(
    value: float, reach: float, contributors: int, rules: Disclosure | None = None
) -> float | None:
    """A sum or mean of that reach to which ``contributors`` people add, as it may be shown; None where they are few."""
    rules = rules or disclosure_rules()
    return (
        None if contributors <= rules.threshold else in_steps(value, max(reach, _last_figure(value, rules)))
    )


def figures(value: float, rules: Disclosure | None = None) -> float:
    """A number to as many significant figures as may be shown."""
    return in_steps(value, _last_figure(value, rules or disclosure_rules()))


def _last_figure(value: float, rules: Disclosure) -> float:
    return 10.0 ** (floor(log10(abs(value))) + 1 - rules.significant) if value else 0.0


def _clean(value: float, step: float) -> float:
    """Without what floats add below the step."""
    return round(value, max(0, 1 + ceil(-log10(step))))
