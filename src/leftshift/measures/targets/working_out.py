"""Targets of every measure and period: expressions worked out, and shared among the parts of a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from leftshift.foundation.periods import Period
from leftshift.measures.bodies import Bodies
from leftshift.measures.definitions import Definitions, definitions_of
from leftshift.measures.parameters import parameter
from leftshift.measures.series import BETTER, HIDDEN, Key, Series
from leftshift.measures.targets.expressions import OF_PEERS, Expression, read_expression
from leftshift.measures.targets.planning import Planned
from leftshift.measures.targets.sharing import Part, share
from leftshift.place.measure_rows import MeasureTarget
from leftshift.place.place import Place

_QUARTILES: Mapping[str, float] = {
    "best_quartile": 0.75,
    "worst_quartile": 0.25,
    "peer_median": 0.5,
    "best_peer": 1.0,
}
"""Where a level of the peers lies, from the worst of them to the best."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a measure is meant to be in a period, and the row that says so."""

    period: Period
    value: float
    row: MeasureTarget
    is_strict: bool
    shared_from: str = ""


@dataclass(frozen=True)
class Targets:
    """The targets of a sound place."""

    place: Place
    series: Mapping[Key, Series]
    _found: dict[tuple[str, str, Period], Target | None] = field(default_factory=dict, compare=False)

    @cached_property
    def bodies(self) -> Bodies:
        """Whose targets they are."""
        return Bodies(self.place)

    @cached_property
    def planned(self) -> Planned:
        """What the plan does to measures."""
        return Planned(self.place)

    @cached_property
    def _definitions(self) -> Mapping[str, Definitions]:
        return definitions_of(self.place)

    @cached_property
    def _rows(self) -> Mapping[Key, list[MeasureTarget]]:
        found: dict[Key, list[MeasureTarget]] = {}
        for row in sorted(self.place.measure_targets, key=lambda row: row.since.first):
            found.setdefault((row.measure, row.of), []).append(row)
        return found

    @cached_property
    def _expressions(self) -> Mapping[str, Expression]:
        return {text: read_expression(text) for text in {row.target for row in self.place.measure_targets}}

    def at(self, measure: str, of: str, period: Period) -> Target | None:
        """The target of a period: the body's own, else its share of that of its whole, else that of all."""
        key = (measure, of, period)
        if key not in self._found:
            self._found[key] = None  # an expression that asks for itself has no value
            self._found[key] = self._work_out(*key)
        return self._found[key]

    def over(self, measure: str, of: str) -> tuple[Target, ...]:
        """Every target of a measure of a body, in the order of their periods."""
        whole = self.bodies.part_of(of)
        rows = [
            *self._rows.get((measure, of), ()),
            *self._rows.get((measure, ""), ()),
            *(row for row in self._rows.get((measure, whole), ()) if whole and row.shared_by),
        ]
        periods = {period for row in rows for period in row.since.until(row.until)}
        found = (self.at(measure, of, period) for period in sorted(periods, key=lambda period: period.first))
        return tuple(target for target in found if target)

    def expression(self, row: MeasureTarget) -> Expression:
        """The expression of a row."""
        return self._expressions[row.target]

    def row_at(self, measure: str, of: str, period: Period) -> MeasureTarget | None:
        """The row of targets of a body itself that a period falls in."""
        rows = self._rows.get((measure, of), ())
        return next((row for row in rows if _holds(row, period)), None)

    def _work_out(self, measure: str, of: str, period: Period) -> Target | None:
        if own := self.row_at(measure, of, period):
            return self._target(own, of, period)
        whole = self.bodies.part_of(of)
        if whole and (row := self.row_at(measure, whole, period)) and row.shared_by:
            return self._share(row, whole, of, period)
        of_all = self.row_at(measure, "", period)
        return self._target(of_all, of, period) if of_all else None

    def _target(self, row: MeasureTarget, of: str, period: Period) -> Target | None:
        expression = self.expression(row)
        steps = row.until.steps_since(row.since) + 1
        along = (period.steps_since(row.since) + 1) / steps
        value = expression.value(lambda name: self._meaning(name, row, of, period), along)
        return None if value is None else Target(period, value, row, expression.is_strict)

    def _meaning(self, name: str, row: MeasureTarget, of: str, period: Period) -> float | None:
        if name == "last_year":
            return self._last_year(row.measure, of, period)
        if name in OF_PEERS:
            return self._of_peers(name, row.measure, of, period)
        series, since = self.series.get((row.measure, of)), baseline_of(row)
        baseline = series.over(since, self._version(row.measure, period)) if series else None
        if name == "baseline" or baseline is None or series is None:
            return baseline
        nothing = name == "do_nothing"
        return self.planned.level(series.measure, of, period, baseline, since, do_nothing=nothing)

    def _last_year(self, measure: str, of: str, period: Period) -> float | None:
        """The figure a year before, by the definition that holds now; where there is none yet, its target, if that was by it too."""
        before, version = period.plus(-max(1, round(period.a_year))), self._version(measure, period)
        series = self.series.get((measure, of))
        seen = series.figure_by(version, before) if series else None
        if seen and (
            seen.value is not None or seen.withheld == HIDDEN
        ):  # a hidden figure is not one that is yet to come
            return seen.value
        if self._version(measure, before) != version:
            return None
        target = self.at(measure, of, before)
        return target.value if target else None

    def _version(self, measure: str, period: Period) -> str:
        return self._definitions[measure].in_force(period).version

    def _of_peers(self, name: str, measure: str, of: str, period: Period) -> float | None:
        """A level of the peers in the latest period, not after this one, for which enough of them have a figure."""
        found = peers_at(self.place, self.series, measure, of, period)
        if found is None:
            return None
        return float(peer_level(name, np.array([value for _, value in found[1]]), self._better(measure)))

    def _is_count(self, measure: str) -> bool:
        return self._definitions[measure].latest.kind.name == "count"

    def _better(self, measure: str) -> int:
        return next(BETTER[row.better] for row in self.place.measures if row.measure == measure)

    def _share(self, row: MeasureTarget, whole: str, of: str, period: Period) -> Target | None:
        target = self._target(row, whole, period)
        if target is None:
            return None
        since, version = baseline_of(row), self._version(row.measure, period)
        parts = [
            part
            for body in self.bodies.parts(whole)
            if (part := self._part(row.measure, body, since, version)) is not None
        ]
        own = self.series.get((row.measure, whole))
        shares = share(
            row.shared_by,
            target.value,
            parts,
            self._better(row.measure),
            is_count=self._is_count(row.measure),
            whole=own.over(since, version) if own else None,
        )
        return Target(period, shares[of], row, target.is_strict, whole) if of in shares else None

    def _part(self, measure: str, body: str, since: Period, version: str) -> Part | None:
        series = self.series.get((measure, body))
        level = series.over(since, version) if series else None
        if series is None or level is None:
            return None
        points = series.within(since, version)
        weights = [point.denominator for point in points if point.denominator is not None]
        is_weighed = len(weights) == len(points) and not self._is_count(measure)
        return Part(body, level, sum(weights) if is_weighed else None)


def _holds(row: MeasureTarget, period: Period) -> bool:
    return period.sort == row.since.sort and row.since.first <= period.first <= row.until.first


def baseline_of(row: MeasureTarget) -> Period:
    """The period that ``baseline`` means: as the row says, else the financial year before its first period."""
    return row.baseline or Period.of_year(row.since.financial_year.plus(-1))


def peers_at(
    place: Place, series: Mapping[Key, Series], measure: str, of: str, period: Period | None
) -> tuple[Period, list[tuple[str, float]]] | None:
    """The latest period, not after one that is named, for which enough peers have a figure, and their figures; None for none."""
    group = next((row.peers for row in place.measures if row.measure == measure), None)
    if group is None:
        return None
    members = [member for member in Bodies(place).peers(group) if member != of]
    values: dict[Period, list[tuple[str, float]]] = {}
    for member in members:
        found = series.get((measure, member))
        for point in found.points if found else ():
            if point.value is not None and (period is None or point.period.end <= period.end):
                values.setdefault(point.period, []).append((member, point.value))
    enough = [at for at, found_there in values.items() if len(found_there) >= parameter("fewest_peers")]
    if not enough:
        return None
    latest = max(enough, key=lambda at: (at.end, at.first))
    return latest, values[latest]


def peer_level(name: str, values: NDArray[np.float64], better: int) -> NDArray[np.float64]:
    """A level of the peers [..., peer]: their mean, or an interpolated quantile from the worst to the best (of neither, lower is better)."""
    if name == "peer_mean":
        return np.asarray(values.mean(axis=-1))
    at = _QUARTILES[name]
    return np.asarray(np.quantile(values, at if better > 0 else 1 - at, axis=-1))
