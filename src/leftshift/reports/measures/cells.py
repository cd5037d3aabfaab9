"""Cells of tables of measures."""

from __future__ import annotations

from leftshift.measures.process_control.words import ASSURANCE_WORDS, VARIATION_WORDS
from leftshift.measures.result import Measured
from leftshift.measures.words import chance_words
from leftshift.reports.content import Cell

NONE = "–"
BARE = "Not judged, small numbers are hidden"


def value_cell(entry: Measured, value: float | None) -> Cell:
    """A value of a measure, exact for files."""
    return Cell(NONE) if value is None else Cell(entry.brief(value), number=value)


def count_cell(value: float | None) -> Cell:
    """A count, or an amount, as it is."""
    return Cell(NONE) if value is None else Cell(f"{value:,.10g}".replace("-", "\u2212"), number=value)


def chance_cell(chance: float | None) -> Cell:
    """A chance."""
    return Cell(NONE) if chance is None else Cell(chance_words(chance), number=chance)


def variation_words(entry: Measured) -> str:
    """What the variation icon says."""
    if entry.hides_small_numbers:
        return BARE
    return VARIATION_WORDS[entry.chart.variation] if entry.chart else NONE


def assurance_words(entry: Measured) -> str:
    """What the assurance icon says."""
    return ASSURANCE_WORDS[entry.chart.assurance] if entry.chart else NONE
