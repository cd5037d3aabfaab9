"""Process control of tidy frames: one row a period of a series in, points and a summary out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from leftshift.foundation.periods import Period
from leftshift.measures.process_control.charting import ControlCharts, control_charts
from leftshift.measures.process_control.reading_frames import ONLY_SERIES, Rows, read_frame
from leftshift.measures.process_control.rule_sets import DEFAULT, RULES, RuleSet, rule_set
from leftshift.measures.process_control.single import ASSURANCES, JUDGEMENTS, VARIATIONS, ControlChart
from leftshift.measures.process_control.words import (
    ASSURANCE_WORDS,
    BETTER_WORDS,
    VARIATION_WORDS,
    sentence,
    warning_words,
)

_MOST_CELLS = 2_000_000
_CYCLES: Mapping[str, int] = {"month": 12, "quarter": 4}
"""Kinds of period whose season is looked for, and how many a year has."""
_LINES = ("mean", "lower", "upper", "near_lower", "near_upper")
_SIDES = {1: "high", -1: "low"}


@dataclass(frozen=True)
class Rebase:
    """A decision that is recorded: from which period on, why and by whom (empty: not said); ``written`` is where it was given."""

    at: int
    period: Period
    reason: str
    author: str
    written: Period


@dataclass(frozen=True)
class SeriesChart:
    """One series of a frame: its chart, the periods of its columns, and what was decided about it."""

    name: str
    chart: ControlChart
    periods: tuple[Period, ...]
    rebases: tuple[Rebase, ...]
    provisional: tuple[bool, ...]

    @property
    def warnings(self) -> list[str]:
        """What a person should know besides the figures, in sentences."""
        said = [_moved(rebase) for rebase in self.rebases if rebase.period != rebase.written]
        first = self.chart.segments[0].first if self.chart.segments else -1
        said += [
            f"The rebase at {rebase.written} changes nothing: the series begins there."
            for rebase in self.rebases
            if rebase.at == first
        ]
        unsaid = [str(rebase.period) for rebase in self.rebases if not (rebase.reason and rebase.author)]
        if unsaid:
            said.append(f"No reason or no author is given for the rebase at {', '.join(unsaid)}.")
        return [*warning_words(self.chart, self.periods), *said]

    def sentence(self, *, name: str = "", unit: str = "") -> str:
        """What the chart says."""
        usual = "The series" if self.name == ONLY_SERIES else self.name
        return sentence(self.chart, name=name or usual, unit=unit, periods=self.periods)


def _moved(rebase: Rebase) -> str:
    return f"There is no value at the rebase of {rebase.written}: the new stretch begins with the next, {rebase.period}."


@dataclass(frozen=True)
class ControlFrames:
    """Control charts of a frame.

    ``points`` has a row for every period of a series from its first to its last, missing ones too; ``summary`` a row for every series.
    Numbers that are not there are null.
    """

    rules: RuleSet
    names: tuple[str, ...]
    rows: Rows
    blocks: tuple[tuple[int, ControlCharts], ...]
    fix: int | None

    def series(self, name: str) -> SeriesChart:
        """One series by its name; LookupError with those there are."""
        if name not in self._places:
            raise LookupError(f"There is no series {name!r}: it is one of {', '.join(self.names[:20])}")
        return self._series_at(self._places[name])

    def __iter__(self) -> Iterator[SeriesChart]:
        return (self._series_at(at) for at in range(len(self.names)))

    @property
    def said(self) -> tuple[str, ...]:
        """What a person should know of how the frame was read: marks that are no figures, columns that were not read."""
        return self.rows.said

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def _decisions(self) -> Mapping[int, list[dict[str, Any]]]:
        found: dict[int, list[dict[str, Any]]] = {}
        wanted = pl.col("rebase").is_not_null() | pl.col("provisional")
        for row in self.rows.table.filter(wanted).iter_rows(named=True):
            found.setdefault(row["order"], []).append(row)
        return found

    def _series_at(self, at: int) -> SeriesChart:
        first, charts = next(entry for entry in reversed(self.blocks) if entry[0] <= at)
        chart = _cut(charts, at - first, self.rows.spans[at])
        periods = tuple(self.rows.firsts[at].plus(step) for step in range(self.rows.spans[at]))
        decided = self._decisions.get(at, [])
        values = ~np.isnan(chart.values)
        rebases = []
        for row in decided:
            if row["rebase"] is not None:
                begins = row["at"] + int(values[row["at"] :].argmax())
                rebases.append(
                    Rebase(begins, periods[begins], row["rebase"], row["author"], periods[row["at"]])
                )
        provisional = {row["at"] for row in decided if row["provisional"]}
        return SeriesChart(
            self.names[at],
            chart,
            periods,
            tuple(rebases),
            tuple(step in provisional for step in range(len(periods))),
        )

    @cached_property
    def points(self) -> pl.DataFrame:
        """Every period of every series: value, lines, the rule that is named, its side and what it means."""
        whole = pl.concat([self._points(first, charts) for first, charts in self.blocks])
        given = self.rows.table.select("order", "at", "rebase", "author", "provisional")
        return (
            whole.join(given, on=["order", "at"], how="left", maintain_order="left")
            .with_columns(pl.col("provisional").fill_null(False), pl.col("author").replace("", None))
            .drop("order", "at")
        )

    def _points(self, first: int, charts: ControlCharts) -> pl.DataFrame:
        spans = np.array(self.rows.spans[first : first + len(charts)])
        there = np.arange(charts.values.shape[1]) < spans[:, None]
        row, at = np.nonzero(there)
        periods = [
            str(self.rows.firsts[first + series].plus(step))
            for series, span in enumerate(spans)
            for step in range(span)
        ]
        targets = np.full(charts.values.shape, np.nan) if charts.targets is None else charts.targets
        return pl.DataFrame(
            {
                "series": pl.Series([self.names[first + series] for series in row]),
                "period": pl.Series(periods),
                "value": charts.values[there],
                "target": targets[there],
                "segment": charts.segment[there] + 1,
                **{line: getattr(charts, line)[there] for line in _LINES},
                "rule": np.array(RULES)[charts.rule[there]],
                "side": pl.Series(charts.side[there]).replace_strict(
                    _SIDES, default=None, return_dtype=pl.String
                ),
                "judgement": np.array(JUDGEMENTS)[charts.judgement[there]],
                "order": row + first,
                "at": at,
            }
        ).with_columns(
            pl.col("value", "target", *_LINES).fill_nan(None),
            pl.when(pl.col("segment") > 0).then("segment").alias("segment"),
        )

    @cached_property
    def summary(self) -> pl.DataFrame:
        """Every series: its latest value, limits, target, icons with their words, how many values and which rules."""
        return pl.DataFrame([self._row(series) for series in self], infer_schema_length=None)

    def _row(self, series: SeriesChart) -> dict[str, Any]:
        chart, periods = series.chart, series.periods
        segment = chart.segments[-1] if chart.segments else None
        latest = chart.latest
        return {
            "series": series.name,
            "period": None if latest is None else str(periods[latest]),
            "value": None if latest is None else float(chart.values[latest]),
            "mean": segment.mean if segment else None,
            "lower": segment.lower if segment else None,
            "upper": segment.upper if segment else None,
            "target": chart.target,
            "target_period": None if chart.target_at is None else str(periods[chart.target_at]),
            "better": BETTER_WORDS[chart.better],
            "rule": "none" if latest is None else chart.rule_at(latest),
            "variation": chart.variation,
            "variation_words": VARIATION_WORDS[chart.variation],
            "assurance": chart.assurance,
            "assurance_words": ASSURANCE_WORDS[chart.assurance],
            "points": chart.points,
            "segments": len(chart.segments),
            "suggested_rebase": None if chart.suggested is None else str(periods[chart.suggested]),
            "rules": self.rules.name,
            "rules_version": self.rules.version,
            "warnings": " ".join(series.warnings),
        }


def _cut(charts: ControlCharts, at: int, span: int) -> ControlChart:
    """One series without the columns that stand behind its last period."""
    whole = charts.chart(at)
    arrays = {
        name: getattr(whole, name)[:span]
        for name in ("values", *_LINES, "segment", "rule", "side", "judgement")
    }
    targets = None if whole.targets is None else whole.targets[:span]
    return ControlChart(**{**vars(whole), **arrays, "targets": targets})


def spc(
    frame: pl.DataFrame,
    *,
    rules: RuleSet | str = DEFAULT,
    better: str = "neither",
    fix: int | None = None,
    file: str = "frame",
    rows: Sequence[int] | None = None,
) -> ControlFrames:
    """Process control of the series of a frame, by a named rule set.

    Columns: ``period`` and ``value`` (nothing: no value), and where wanted ``series``, ``target``, ``rebase`` (a reason, or yes: a new
    stretch begins here), ``author`` of it, ``better`` (higher, lower, neither; the argument says it for series whose column does not)
    and ``provisional`` (yes). Others are not read, and marks such as ``*`` are no values: ``said`` of the result tells both. ``fix`` takes limits from the first so many values of a stretch. ``rows`` are the numbers of rows for
    faults, ``file`` their name. Raises FaultsFound with every fault, LookupError for a rule set that is not there, ValueError for
    a direction or a baseline that cannot be.
    """
    chosen = rule_set(rules)
    read = read_frame(frame, better=better, file=file, rows=rows)
    blocks = tuple((first, _chart(read, first, last, chosen, fix)) for first, last in _blocks(read.spans))
    return ControlFrames(chosen, read.names, read, blocks, fix)


def _blocks(spans: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring series whose matrix is not too large."""
    first, widest = 0, 0
    for at, span in enumerate(spans):
        wide = max(widest, span)
        if at > first and (at + 1 - first) * wide > _MOST_CELLS:
            yield first, at
            first, wide = at, span
        widest = wide
    yield first, len(spans)


def _chart(read: Rows, first: int, last: int, rules: RuleSet, fix: int | None) -> ControlCharts:
    part = read.table.filter(pl.col("order").is_between(first, last - 1))
    at = part["order"].to_numpy() - first, part["at"].to_numpy()
    shape = (last - first, max(read.spans[first:last]))
    values, targets, starts = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    values[at] = part["value"].fill_null(np.nan).to_numpy()
    targets[at] = part["target"].fill_null(np.nan).to_numpy()
    starts[at] = part["rebase"].is_not_null().to_numpy()
    return control_charts(
        values,
        rules=rules,
        better=read.better[first:last],
        targets=targets if part["target"].is_not_null().any() else None,
        starts=starts if starts.any() else None,
        fix=fix,
        cycle=[_CYCLES.get(period.kind, 0) for period in read.firsts[first:last]],
    )


__all__ = ["ASSURANCES", "VARIATIONS", "ControlFrames", "Rebase", "SeriesChart", "spc"]
