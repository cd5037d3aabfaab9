"""Published figures beside modelled ones: what ties, what does not, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from leftshift.foundation.money import thousands
from leftshift.reports import charts, words
from leftshift.reports.content import Block, Column, Figure, Paragraph, Section, Table, row
from leftshift.reports.report.amounts import YEARS_ACROSS, begun, in_runs, year_columns
from leftshift.reports.words import VERDICTS, Document

_HOW = {"stated": "Stated by the plan", "computed": "Computed", "calibrated": "Rests on calibration"}
_FIGURE, _YEAR = Column("Figure", weight=3), Column("Year", weight=0)
_UNIT, _PUBLISHED = Column("Unit", weight=0), Column("Published", numeric=True, weight=0)
_MODELLED, _DIFFERENCE = (
    Column("Modelled", numeric=True, weight=0),
    Column("Difference", numeric=True, weight=0),
)
_REASON, _SOURCE = Column("Reason", weight=2.6), Column("Source", weight=2)
_Ties = Sequence[Mapping[str, Any]]


def what_ties(result: Document) -> Section:
    """How many figures tie, those that do not with their reasons, then those that do."""
    title = "What ties and what does not"
    if not result["tie"] and not result["comparisons"]:
        nothing = Paragraph(
            "No published figure is held against this plan, so nothing outside it supports it."
        )
        return Section("what-ties", title, (nothing,))
    uncounted = [tie for tie in result["tie"] if not tie["counted"]]
    counted = [tie for tie in result["tie"] if tie["counted"]]
    figure = Figure(
        charts.verdicts(result),
        f"{words.tie_sentence(result['tie_counts'], len(uncounted))} A figure ties when the modelled one agrees with it "
        "within the last printed digit.",
        "Bars of how many published figures have which verdict. The table below holds the counts.",
    )
    differing = [tie for verdict in VERDICTS[:0:-1] for tie in counted if tie["verdict"] == verdict]
    blocks: list[Block] = [figure, _counts(result, len(uncounted))]
    blocks += _differing(differing)
    blocks += _unjudged("Not counted: used to calibrate, or following from that", uncounted)
    blocks += _unjudged("For comparison only", result["comparisons"])
    blocks += _tying([tie for tie in counted if tie["verdict"] == "ties"])
    return Section("what-ties", title, tuple(blocks), wide=True)


def _counts(result: Document, uncounted: int) -> Table:
    rows = [row(verdict.capitalize(), str(result["tie_counts"][verdict])) for verdict in VERDICTS]
    rows.append(row("Not counted: used to calibrate, or following from that", str(uncounted)))
    rows.append(row("For comparison only", str(len(result["comparisons"]))))
    columns = (Column("Verdict", weight=3), Column("Figures", numeric=True))
    return Table("How many figures have which verdict", columns, tuple(rows))


def _differing(ties: _Ties) -> Iterator[Table]:
    columns = (
        _FIGURE, _YEAR, _UNIT, _PUBLISHED, _MODELLED, _DIFFERENCE,
        Column("Verdict", weight=1.2), Column("How it came about", weight=1.2), _REASON, _SOURCE,
    )  # fmt: skip
    rows = tuple(
        row(*_compared(tie), str(tie["verdict"]).capitalize(), _HOW[tie["how"]], begun(tie["reason"]) or "No reason is known", tie["source"])
        for tie in ties
    )  # fmt: skip
    if rows:
        yield Table("What does not tie, is a known conflict, or differs by rounding", columns, rows)


def _unjudged(caption: str, ties: _Ties) -> Iterator[Table]:
    columns = (_FIGURE, _YEAR, _UNIT, _PUBLISHED, _MODELLED, _DIFFERENCE, _REASON, _SOURCE)
    rows = tuple(row(*_compared(tie), begun(tie["reason"]) or "–", tie["source"]) for tie in ties)
    if rows:
        yield Table(caption, columns, rows)


def _tying(ties: _Ties) -> Iterator[Table]:
    """Figures that tie, the years of one in a row; the modelled figure agrees within the last printed digit."""
    for years in in_runs(sorted({tie["year"] for tie in ties}), YEARS_ACROSS):
        found: dict[tuple[str, ...], dict[str, list[str]]] = {}
        for tie in ties:
            name, year, unit, published, *_ = _compared(tie)
            if year in years:
                by_year = found.setdefault((name, unit, _HOW[tie["how"]]), {})
                by_year.setdefault(year, []).append(published)
        rows = tuple(
            row(*key, *(" and ".join(by_year.get(year, ["–"])) for year in years))
            for key, by_year in found.items()
        )
        columns = (
            Column("Figure", weight=4), _UNIT, Column("How it came about", weight=1.2), *year_columns(years)
        )  # fmt: skip
        caption = f"What ties, {years[0]} to {years[-1]}: the figures as published"
        yield Table(caption, columns, rows)


def _compared(tie: Mapping[str, Any]) -> tuple[str, ...]:
    """Figure, year, unit, published, modelled, difference: as many digits as were printed."""
    places = len(tie["published_text"].partition(".")[2])
    name = tie["name"] + (f" ({tie['reading']})" if tie["reading"] else "")
    values = (
        thousands(tie["published"], places),
        thousands(tie["modelled"], places),
        thousands(tie["difference"], places + 1),
    )
    return (name, tie["year"], tie["unit"], *values)
