"""Consistency checks of measures: what must hold, where the place says enough to tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leftshift.foundation.checks import CheckResult
from leftshift.measures.series import Series

if TYPE_CHECKING:
    from leftshift.measures.result import Measures

_NEAR = 1e-6


def measure_checks(measures: Measures) -> tuple[CheckResult, ...]:
    """Every check: wholes are the sum of their parts, no figure is missing, no figure is overdue."""
    return _adding_up(measures), _whole_calendar(measures), _in_time(measures)


def _adding_up(measures: Measures) -> CheckResult:
    compared, wrong = 0, []
    for series in measures.series.values():
        for period, own, parts in _beside_parts(measures, series):
            compared += 1
            if abs(own - parts) > _NEAR * max(1.0, abs(own)):
                wrong.append(
                    f"{series.measure.name} of {measures.bodies.name(series.of)} in {period}: {own:,.10g}, its parts {parts:,.10g}"
                )
    name = "wholes are the sum of their parts"
    if not compared:
        return CheckResult(name, None, "no whole has counts of its own beside those of all its parts")
    if wrong:
        return CheckResult(name, False, f"{len(wrong)} of {compared:,} differ; the first is {wrong[0]}")
    return CheckResult(name, True, f"all {compared:,} that can be compared")


def _beside_parts(measures: Measures, series: Series) -> Iterator[tuple[str, float, float]]:
    parts = measures.bodies.parts(series.of)
    others = [measures.series.get((series.measure.measure, part)) for part in parts]
    there = [other for other in others if other is not None]
    if not there or not series.definition.kind.adds_up:
        return
    for point in series.points:
        counts = [other.by_period.get(point.period) for other in there]
        known = [found.numerator for found in counts if found and found.numerator is not None]
        if point.numerator is not None and not point.summed_from and len(known) == len(parts):
            yield str(point.period), point.numerator, sum(known)


def _whole_calendar(measures: Measures) -> CheckResult:
    missing = [(series, len(series.missing)) for series in measures.series.values() if series.missing]
    name = "no period is missing"
    if not measures.series:
        return CheckResult(name, None, "there are no figures")
    if missing:
        series, _ = missing[0]
        periods = sum(count for _, count in missing)
        first = f"{series.measure.name} of {measures.bodies.name(series.of)} in {series.missing[0]}"
        return CheckResult(name, False, f"{periods:,} in {len(missing):,} series; the first is {first}")
    return CheckResult(name, True, f"{len(measures.series):,} series without a gap")


def _in_time(measures: Measures) -> CheckResult:
    overdue = [entry for entry in measures.all if entry.overdue_since]
    name = "no figure is overdue"
    if not measures.all:
        return CheckResult(name, None, "there are no figures")
    if overdue:
        first = min(overdue, key=lambda entry: str(entry.overdue_since))
        detail = f"{len(overdue):,} on {measures.as_of}; the longest, {first.measure.name} of {first.name}, since {first.overdue_since}"
        return CheckResult(name, False, detail)
    return CheckResult(name, True, f"none of {len(measures.all):,} on {measures.as_of}")
