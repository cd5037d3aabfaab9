"""Control charts of every series of a place, those of one rule set and calendar worked out together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from leftshift.foundation.periods import Period
from leftshift.measures.process_control.charting import ControlCharts, control_charts
from leftshift.measures.process_control.single import ControlChart, Segment
from leftshift.measures.series import HIDDEN, Key, Series
from leftshift.measures.targets.working_out import Targets
from leftshift.place.measure_rows import Measure, Rebase
from leftshift.place.place import Place

_CYCLES: Mapping[str, int] = {"month 1": 12, "quarter 3": 4}
"""Periods of a kind whose season may be looked for, and how many a year has."""


def charts_of(place: Place, series: Mapping[Key, Series], targets: Targets) -> Mapping[Key, ControlChart]:
    """Measure and body to the control chart of its figures; what has no figure has none."""
    rebases = _rebases(place)
    together: dict[tuple[str, str], list[Series]] = {}
    for found in series.values():
        if found.points:
            group = (rule_set_of(place, found.measure), found.points[0].period.sort)
            together.setdefault(group, []).append(found)
    charts: dict[Key, ControlChart] = {}
    for (rules, sort), batch in together.items():
        made = _charts(rules, sort, batch, targets, rebases)
        for at, found in enumerate(batch):
            is_selected = any(point.withheld == HIDDEN for point in found.points)
            charts[found.key] = _bare(made.chart(at)) if is_selected else made.chart(at)
    return charts


def _bare(chart: ControlChart) -> ControlChart:
    """A chart without mean, limits and icons: of figures among which the small ones are hidden, they would be too high."""
    nothing, none = np.full_like(chart.values, np.nan), np.zeros_like(chart.rule)
    return replace(
        chart,
        mean=nothing,
        lower=nothing,
        upper=nothing,
        near_lower=nothing,
        near_upper=nothing,
        rule=none,
        side=none,
        judgement=none,
        segments=tuple(
            Segment(segment.first, segment.last, segment.points, None, None, None, None, None)
            for segment in chart.segments
        ),
        variation="not judged",
        assurance="none",
        suggested=None,
        warnings=(),
    )


def rule_set_of(place: Place, measure: Measure) -> str:
    """The rule set of a measure: its own, else that of the place."""
    return measure.rule_set or place.setting("rule_set")


def rebases_of(place: Place, series: Series) -> tuple[Rebase, ...]:
    """The recorded decisions to begin the limits of a series anew, in order."""
    found = [
        row
        for row in place.measure_rebases
        if row.measure == series.measure.measure and row.of in ("", series.of)
    ]
    return tuple(sorted(found, key=lambda row: row.period.first))


def _rebases(place: Place) -> Mapping[Key, set[Period]]:
    found: dict[Key, set[Period]] = {}
    for row in place.measure_rebases:
        found.setdefault((row.measure, row.of), set()).add(row.period)
    return found


def _charts(
    rules: str, sort: str, batch: Sequence[Series], targets: Targets, rebases: Mapping[Key, set[Period]]
) -> ControlCharts:
    width = max(len(found.calendar) for found in batch)
    values = np.full((len(batch), width), np.nan)
    wanted = np.full((len(batch), width), np.nan)
    starts = np.zeros((len(batch), width), dtype=bool)
    for at, found in enumerate(batch):
        size = len(found.calendar)
        values[at, :size] = found.values_over(found.calendar)
        aims = (targets.at(*found.key, period) for period in found.calendar)
        wanted[at, :size] = [np.nan if aim is None else aim.value for aim in aims]
        measure, of = found.key
        begins = {*found.breaks, *rebases.get((measure, of), ()), *rebases.get((measure, ""), ())}
        starts[at, :size] = [period in begins for period in found.calendar]
    return control_charts(
        values,
        rules=rules,
        better=[found.better for found in batch],
        targets=wanted,
        starts=starts,
        cycle=_CYCLES.get(sort, 0),
    )
