"""Everything that the measures of a place say on a day: series, charts, targets, ratings, forecasts, opportunities, savings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from leftshift.foundation.checks import CheckResult
from leftshift.foundation.periods import Period
from leftshift.measures.bodies import Bodies
from leftshift.measures.observing import observe
from leftshift.measures.people import Said, say
from leftshift.measures.rating import Rating, rate
from leftshift.measures.savings import Booked, Register, savings_register
from leftshift.measures.series import HIDDEN, Key, Point, Series
from leftshift.measures.targets.forecasting import Forecast, forecast
from leftshift.measures.targets.working_out import Target, Targets
from leftshift.place.measure_rows import Measure, MeasureEvent, MeasureLink, Rebase
from leftshift.place.place import Place

if TYPE_CHECKING:
    import polars as pl

    from leftshift.measures.opportunity import Opportunity
    from leftshift.measures.process_control.single import ControlChart


@dataclass(frozen=True)
class Measured:
    """A measure of a body: its series and all that follows from it on the day."""

    series: Series
    name: str
    chart: ControlChart | None
    target: Target | None
    rating: Rating | None
    said: Said | None
    overdue_since: date | None
    rebases: tuple[Rebase, ...]
    events: tuple[MeasureEvent, ...]
    links: tuple[MeasureLink, ...]
    forecasting: Callable[[], Forecast | None] = field(compare=False, repr=False)

    @property
    def measure(self) -> Measure:
        """The measure."""
        return self.series.measure

    @property
    def of(self) -> str:
        """Whose it is."""
        return self.series.of

    @property
    def latest(self) -> Point | None:
        """The latest figure that has a value."""
        return self.series.latest

    @property
    def hides_small_numbers(self) -> bool:
        """Whether figures of it are hidden, so that those that are left are the higher ones."""
        return any(point.withheld == HIDDEN for point in self.series.points)

    @property
    def unit(self) -> str:
        """The unit of the latest figure in words."""
        return self.series.definition.unit

    @cached_property
    def forecast(self) -> Forecast | None:
        """Where its financial year is likely to end."""
        return self.forecasting()

    def shown(self, value: float) -> str:
        """A value of it with decimals and unit."""
        return self.series.definition.shown(value)

    def number(self, value: float) -> str:
        """A value of it with decimals, without its unit."""
        return self.series.definition.number(value)

    def brief(self, value: float) -> str:
        """A value of it as a table shows it whose heading has the unit: with a sign where it is per cent."""
        return self.number(value) + ("%" if self.series.definition.is_percent else "")

    @property
    def heading(self) -> str:
        """Its name, and its unit where that is more than a sign."""
        unit = self.unit
        return self.measure.name if unit in ("", "%") else f"{self.measure.name}, {unit}"


@dataclass(frozen=True)
class Measures:
    """The measures of a sound place as they stood on a day; ``booked`` says what the plan books, in £000 of the last year."""

    place: Place
    as_of: date
    booked: Booked = lambda intervention, organisation: 0.0

    @cached_property
    def bodies(self) -> Bodies:
        """Organisations and areas."""
        return Bodies(self.place)

    @cached_property
    def series(self) -> Mapping[Key, Series]:
        """Every series, by measure and body."""
        from leftshift.measures.disclosing import without_small_numbers

        return without_small_numbers(self.place, observe(self.place, self.as_of))

    @cached_property
    def targets(self) -> Targets:
        """Every target."""
        return Targets(self.place, self.series)

    @cached_property
    def charts(self) -> Mapping[Key, ControlChart]:
        """The control chart of every series."""
        from leftshift.measures.charting import charts_of

        return charts_of(self.place, self.series, self.targets)

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Every measure, theme by theme, both in the order of the table."""
        themes = list(dict.fromkeys(row.theme for row in self.place.measures))
        rows = sorted(self.place.measures, key=lambda row: themes.index(row.theme))
        return {row.measure: row for row in rows}

    def of(self, measure: str, body: str) -> Measured | None:
        """One measure of one body; None where it has no figure."""
        found = self.series.get((measure, body))
        return self._measured(found) if found else None

    @cached_property
    def all(self) -> tuple[Measured, ...]:
        """Every measure of every body, in the order of the measures; wholes before their parts, peers elsewhere left out."""
        return tuple(
            self._measured(self.series[measure, body])
            for measure in self.measures
            for body in self.shown_bodies(measure)
        )

    def shown_bodies(self, measure: str) -> tuple[str, ...]:
        """Whose figures of a measure are the place's own: not those of peers elsewhere."""
        found = [of for name, of in self.series if name == measure]
        own = [of for of in found if self._is_own(of)]
        return tuple(sorted(own or found, key=lambda of: (self.bodies.depth(of), self.bodies.name(of))))

    def _is_own(self, body: str) -> bool:
        peers = {row.member for row in self.place.peers}
        organisations = {row.code for row in self.place.organisations}
        belongs = bool(self.bodies.parts(body) or self.bodies.part_of(body))
        return body in organisations or belongs or body not in peers

    def _measured(self, series: Series) -> Measured:
        from leftshift.measures.charting import rebases_of

        latest = series.latest
        target = self.targets.at(*series.key, latest.period) if latest else None
        name, of = series.key
        return Measured(
            series=series,
            name=self.bodies.name(of),
            chart=self.charts.get(series.key),
            target=target,
            rating=self._rating(series, latest, target),
            said=say(series, latest, target.value if target else None, self.bodies.people(of))
            if latest
            else None,
            overdue_since=self._overdue(series),
            rebases=rebases_of(self.place, series),
            events=tuple(self._events(series)),
            links=tuple(self.targets.planned.links(name, of)),
            forecasting=lambda: self._forecast(series),
        )

    def amber(self, series: Series, target: Target | None) -> float:
        """How far off target is still amber, as a share: as the target says, else the measure, else the place."""
        for given in (target.row.amber if target else None, series.measure.amber):
            if given is not None:
                return given
        return float(self.place.setting("amber_band").removesuffix("%")) / 100

    def _rating(self, series: Series, latest: Point | None, target: Target | None) -> Rating | None:
        if latest is None or latest.value is None or target is None:
            return None
        amber = self.amber(series, target)
        return rate(latest.value, target.value, series.better, amber, is_strict=target.is_strict)

    def _overdue(self, series: Series) -> date | None:
        due = series.due()
        return due if due and due < self.as_of else None

    def _events(self, series: Series) -> Iterator[MeasureEvent]:
        there = set(series.calendar)
        for row in self.place.measure_events:
            if (
                row.measure in (None, series.measure.measure)
                and row.of in ("", series.of)
                and row.period in there
            ):
                yield row

    def _forecast(self, series: Series) -> Forecast | None:
        from leftshift.measures.charting import rebases_of

        chart = self.charts.get(series.key)
        begins = [row.period for row in rebases_of(self.place, series)]
        is_seasonal = chart is not None and "SEASON" in chart.warnings

        def target_at(period: Period) -> float | None:
            found = self.targets.at(*series.key, period)
            return found.value if found else None

        is_moving = chart is not None and chart.variation not in ("common cause", "not judged")
        last = self.targets.at(*series.key, series.points[-1].period) if series.points else None
        return forecast(
            series,
            target_at,
            since=begins[-1] if begins else None,
            is_seasonal=is_seasonal,
            is_moving=is_moving,
            is_strict=last is not None and last.is_strict,
        )

    @cached_property
    def savings(self) -> Register:
        """The savings register."""

        def target_of(series: Series) -> float | None:
            latest = series.latest
            found = self.targets.at(*series.key, latest.period) if latest else None
            return found.value if found else None

        return savings_register(self.place, self.series, target_of, self.booked, self.place.last_year)

    @cached_property
    def opportunities(self) -> tuple[Opportunity, ...]:
        """What reaching the better quartile of its peers would be worth, for every own body of a measure that has peers.

        Several measures often count the same money: they are not added up; the savings register is what adds up.
        """
        from leftshift.measures.opportunity import opportunity

        found = (
            opportunity(self.place, self.series, entry.measure.measure, entry.of, "best_quartile")
            for entry in self.all
            if entry.measure.peers
        )
        return tuple(entry for entry in found if entry)

    def checks(self) -> tuple[CheckResult, ...]:
        """What must hold of measures, where the place says enough to tell."""
        from leftshift.measures.checks import measure_checks

        return measure_checks(self)

    def tables(self) -> Mapping[str, pl.DataFrame]:
        """Every table as a polars frame: summary, points, targets, opportunities, savings."""
        from leftshift.measures.tables import tables_of

        return tables_of(self)

    def document(self) -> dict[str, Any]:
        """The whole as plain values: what ``leftshift measures --json`` prints."""
        from leftshift.measures.documents import document_of

        return document_of(self)
