"""Icons of variation and assurance: our own drawings, told apart by shape and letter; the words stand beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leftshift.reports.measures.marks import MARKS, WHITE

_DARK = "#212b32"
_SIZE = 48


@dataclass(frozen=True)
class _Icon:
    """A letter on a ground: the path of the ground, its fill, its outline, ink, and where the letter stands."""

    letter: str
    path: str
    fill: str
    outline: str
    ink: str
    baseline: int
    dashed: bool = False
    wave: str = ""


_CIRCLE = "M24 3A21 21 0 1 1 24 45A21 21 0 1 1 24 3Z"
_UP, _DOWN = "M24 3L46 43H2Z", "M24 45L2 5H46Z"
_ARROW_UP, _ARROW_DOWN = "M24 2L45 22H35V46H13V22H3Z", "M24 46L45 26H35V2H13V26H3Z"
_SQUARE, _DIAMOND = "M4 4H44V44H4Z", "M24 1L47 24L24 47L1 24Z"
_OCTAGON = "M15 3H33L45 15V33L33 45H15L3 33V15Z"
_WAVE = "M8 27Q14 13 20 24T30 24T40 21"
_BLUE, _NAVY = MARKS["improvement high"].fill, MARKS["improvement high"].outline
_ORANGE = MARKS["concern high"].outline
_PURPLE = MARKS["neutral high"].fill

_VARIATION: Mapping[str, _Icon] = {
    "not judged": _Icon("–", _CIRCLE, WHITE, _DARK, _DARK, 31, dashed=True),
    "common cause": _Icon("", _CIRCLE, WHITE, _DARK, _DARK, 31, wave=_WAVE),
    "improvement high": _Icon("H", _UP, _BLUE, _NAVY, WHITE, 38),
    "improvement low": _Icon("L", _DOWN, _BLUE, _NAVY, WHITE, 24),
    "concern high": _Icon("H", _UP, WHITE, _ORANGE, _DARK, 38),
    "concern low": _Icon("L", _DOWN, WHITE, _ORANGE, _DARK, 24),
    "neutral high": _Icon("H", _ARROW_UP, _PURPLE, _PURPLE, WHITE, 34),
    "neutral low": _Icon("L", _ARROW_DOWN, _PURPLE, _PURPLE, WHITE, 28),
}
_ASSURANCE: Mapping[str, _Icon] = {
    "none": _Icon("–", _SQUARE, WHITE, _DARK, _DARK, 31, dashed=True),
    "passes": _Icon("P", _SQUARE, _BLUE, _NAVY, WHITE, 32),
    "hit or miss": _Icon("?", _DIAMOND, WHITE, _DARK, _DARK, 32),
    "fails": _Icon("F", _OCTAGON, WHITE, _ORANGE, _DARK, 32),
}


def variation_icon(variation: str, *, size: int = _SIZE) -> str:
    """The icon of a variation as SVG, for a page that says its words beside it. LookupError for one that is not there."""
    return _drawn(_VARIATION[variation], size)


def assurance_icon(assurance: str, *, size: int = _SIZE) -> str:
    """The icon of an assurance as SVG, for a page that says its words beside it. LookupError for one that is not there."""
    return _drawn(_ASSURANCE[assurance], size)


def _drawn(icon: _Icon, size: int) -> str:
    dashes = ' stroke-dasharray="5 4"' if icon.dashed else ""
    inside = (
        f'<path d="{icon.wave}" fill="none" stroke="{icon.ink}" stroke-width="3"/>'
        if icon.wave
        else f'<text x="24" y="{icon.baseline}" text-anchor="middle" font-family="Liberation Sans, Arial, sans-serif" '
        f'font-size="20" font-weight="bold" fill="{icon.ink}">{icon.letter}</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" aria-hidden="true" focusable="false" width="{size}" height="{size}" viewBox="0 0 48 48">'
        f'<path d="{icon.path}" fill="{icon.fill}" stroke="{icon.outline}" stroke-width="3"{dashes}/>{inside}</svg>'
    )
