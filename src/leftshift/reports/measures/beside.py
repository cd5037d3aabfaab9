"""A measure beside its peers: who stands where, what chance explains, and what reaching the better quartile would be worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from leftshift.measures.opportunity import TWO_SIDED_95, Opportunity, opportunity
from leftshift.measures.result import Measured, Measures
from leftshift.measures.statistics.comparing import Polarity, band_words, benchmark_bands
from leftshift.measures.targets.working_out import peer_level
from leftshift.reports.content import Block, Cell, Column, Figure, Note, Paragraph, Row, Subheading, Table
from leftshift.reports.measures.cells import NONE, count_cell, value_cell
from leftshift.reports.measures.pictures import (
    Beside,
    Funnel,
    funnel_chart,
    funnel_of,
    peers_chart,
)
from leftshift.reports.words import listed

_POLARITY: Mapping[int, Polarity] = {1: "high is good", -1: "low is good", 0: "no judgement"}


def beside_blocks(measures: Measures, entry: Measured) -> Iterator[Block]:
    """Peers, funnel and opportunity of a measure that has peers; nothing where too few of them have figures."""
    if not entry.measure.peers:
        return
    found = opportunity(measures.place, measures.series, *entry.series.key, "best_quartile")
    if found is None:
        return
    beside = _beside(measures, entry, found)
    yield Subheading("Beside its peers")
    yield Figure(
        peers_chart(entry, beside),
        _said(entry, found, beside),
        f"Levels of {entry.name} and {len(beside.peers)} peers over the year to {found.year_to}, with intervals. The table below holds them.",
    )
    yield _table(measures, entry, beside, found)
    funnel = funnel_of(entry, (found.standing, *found.peers)) if entry.series.definition.has_chance else None
    if funnel is not None:
        yield Figure(
            funnel_chart(entry, funnel, dict(beside.names)),
            _funnel_said(measures, entry, funnel),
            "Funnel of the same levels by denominator, with limits of 95% and 99.8%.",
        )
    yield from _worth(entry, found)


def _beside(measures: Measures, entry: Measured, found: Opportunity) -> Beside:
    levels = np.array([peer.level for peer in found.peers])
    bodies = [found.standing.body, *(peer.body for peer in found.peers)]
    return Beside(
        found.standing,
        found.peers,
        found.level,
        float(peer_level("peer_median", levels, entry.series.better)),
        tuple((body, measures.bodies.name(body)) for body in bodies),
    )


def _said(entry: Measured, found: Opportunity, beside: Beside) -> str:
    ahead = sum((peer.level - found.standing.level) * entry.series.better > 0 for peer in beside.peers)
    level = entry.shown(found.standing.level)
    when = f"In {found.year_to}" if found.year_to.kind == "year" else f"Over the year to {found.year_to}"
    said = f"{when} {entry.name} stands at {level}; {ahead} of {len(beside.peers)} peers do better."
    if not found.gap:
        return f"{said} It has reached the better quartile, {entry.shown(beside.quartile)}."
    return f"{said} The better quartile is {entry.shown(beside.quartile)}, the median {entry.shown(beside.median)}."


def _table(measures: Measures, entry: Measured, beside: Beside, found: Opportunity) -> Table:
    columns = (
        Column("Who", weight=2), Column("Level", numeric=True), Column("Lower 95%", numeric=True), Column("Upper 95%", numeric=True),
        Column("Denominator, added up over the year", numeric=True), Column("Against the median", weight=1.2),
    )  # fmt: skip
    ordered = sorted(
        (*beside.peers, beside.own), key=lambda one: (-entry.series.better * one.level, one.body)
    )
    names = dict(beside.names)
    half = [None if one.error is None else TWO_SIDED_95 * one.error for one in ordered]
    low = [np.nan if width is None else one.level - width for one, width in zip(ordered, half, strict=True)]
    high = [np.nan if width is None else one.level + width for one, width in zip(ordered, half, strict=True)]
    words = band_words(benchmark_bands(low, high, beside.median, polarity=_POLARITY[entry.series.better]))
    rows = [
        Row(
            (
                Cell(names[one.body]),
                value_cell(entry, one.level),
                value_cell(entry, None if np.isnan(least) else least),
                value_cell(entry, None if np.isnan(most) else most),
                count_cell(None if one.denominator is None else round(one.denominator)),
                Cell(str(word).capitalize() or NONE),
            ),
            strong=one.body == beside.own.body,
        )
        for one, least, most, word in zip(ordered, low, high, words, strict=True)
    ]
    return Table(f"Peers, year to {found.year_to}", columns, tuple(rows), key="peers")


def _funnel_said(measures: Measures, entry: Measured, funnel: Funnel) -> str:
    far = [measures.bodies.name(body) for body in funnel.outside(0.998)]
    said = f"Together they stand at {entry.shown(funnel.baseline)}."
    if funnel.found.tau:
        said += f" They vary more than chance does (by a factor of {funnel.found.phi**0.5:.1f}), and the limits are widened by that."
    return f"{said} {'Outside the wider limits: ' + listed(far) if far else 'No area is outside the wider limits'}."


def _worth(entry: Measured, found: Opportunity) -> Iterator[Block]:
    if not found.gap:
        yield Paragraph("There is nothing to gain from reaching the better quartile: it is reached.")
        return
    said = f"Reaching the better quartile would be {entry.number(found.gap)} {'points' if entry.unit.startswith('%') else entry.unit}".rstrip()
    if found.units is not None:
        said += f": about {found.units:,.0f} {entry.measure.counted_in or 'of what is counted'} a year"
        if found.lower is not None and found.upper is not None:
            said += f" (95% interval {found.lower:,.0f} to {found.upper:,.0f})"
    else:
        said += "; as no denominator is given, it cannot be said how many that is"
    yield Paragraph(f"{said}.")
    if found.pounds is not None:
        cash = "releases cash" if entry.measure.cash_releasing else "is room for other work, not cash"
        yield Paragraph(
            f"At £{found.unit_value:,.10g} each (prices of {entry.measure.price_year}) that is worth £{found.pounds / 1000:,.0f}k a year, and {cash}."
        )
    if found.beyond_chance is not None:
        yield Note(
            f"{found.beyond_chance * 100:.0f}% of the gap lies outside its own interval; the rest may be chance. The interval also counts that peers "
            "vary; the gap itself does not: chance makes the better quartile of noisy peers look better than it is."
        )
