"""Shapes, fills and outlines of a control chart: meaning is carried by shape and filling, and by colour besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leftshift.measures.process_control.single import ControlChart

MEAN, LIMIT, LINE, TARGET = "#212b32", "#4c6272", "#4c6272", "#801650"
REBASE, NOTE, RING = "#212b32", "#212b32", "#212b32"
WHITE = "#ffffff"
_BLUE, _DARK_BLUE = "#0072c6", "#12436d"
_ORANGE = "#b34700"
_GREY, _DARK = "#768692", "#212b32"
_PURPLE = "#490092"
# Arrows, in the square from −1 to 1 in which Vega scales a shape.
_UP = "M0,-1L0.9,0L0.35,0L0.35,1L-0.35,1L-0.35,0L-0.9,0Z"
_DOWN = "M0,1L0.9,0L0.35,0L0.35,-1L-0.35,-1L-0.35,0L-0.9,0Z"
NOT_JUDGED = "not judged"


@dataclass(frozen=True)
class Mark:
    """How a point is drawn: its words in the legend, shape, fill and outline."""

    words: str
    shape: str
    fill: str
    outline: str


MARKS: Mapping[str, Mark] = {
    NOT_JUDGED: Mark("Not judged", "circle", WHITE, _DARK),
    "common cause": Mark("Common cause", "circle", _GREY, _DARK),
    "improvement high": Mark("Improvement, high", "triangle-up", _BLUE, _DARK_BLUE),
    "improvement low": Mark("Improvement, low", "triangle-down", _BLUE, _DARK_BLUE),
    "concern high": Mark("Concern, high", "triangle-up", WHITE, _ORANGE),
    "concern low": Mark("Concern, low", "triangle-down", WHITE, _ORANGE),
    "neutral high": Mark("High, neither better nor worse", _UP, _PURPLE, _PURPLE),
    "neutral low": Mark("Low, neither better nor worse", _DOWN, _PURPLE, _PURPLE),
}
"""Kind of a point, named as its icon is, to how it is drawn. Filled is better, hollow is worse, an arrow is neither."""


def kind_of(chart: ControlChart, period: int) -> str:
    """The kind of a point."""
    rule = chart.rule_at(period)
    if rule != "none":
        return f"{chart.judgement_at(period)} {chart.side_at(period)}"
    segment = chart.segments[chart.segment[period]]
    return NOT_JUDGED if segment.lower is None else "common cause"


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (Web Content Accessibility Guidelines 2.2, relative luminance)."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour written as #rrggbb, 0 to 1."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / (1 + 0.055)) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
