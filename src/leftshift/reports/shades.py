"""The shades of a heat map: blue improves, orange worsens; told apart by the colour-blind and, with a sign, in print."""

from __future__ import annotations

from collections.abc import Mapping

from leftshift.foundation.money import round_half_up

_DARK, _WHITE = "#212b32", "#ffffff"
STEPS = 4
# Blues and oranges of ColorBrewer; ink is chosen for a contrast of at least 4.5 to 1.
_GAIN = ("#deebf7", "#b3d3ec", "#6baed6", "#08519c")
_LOSS = ("#feedde", "#fdd0a2", "#fd9a4e", "#a63603")
SHADES: Mapping[str, tuple[str, str]] = {
    f"{kind}-{step}": (fill, _WHITE if step == STEPS else _DARK)
    for kind, fills in (("gain", _GAIN), ("loss", _LOSS))
    for step, fill in enumerate(fills, start=1)
}
"""Name of a shade to its fill and the ink that is read on it."""


def shade(value: float, largest: float) -> str:
    """The shade of a value: by the root of its share of the largest, so that small effects still show."""
    if not largest or round_half_up(value) == 0:
        return ""
    step = min(STEPS, 1 + int(STEPS * (abs(value) / largest) ** 0.5 * 0.999))
    return f"{'gain' if value > 0 else 'loss'}-{step}"


def colours(name: str) -> tuple[str, str]:
    """Fill and ink of a shade; white and dark for none."""
    return SHADES.get(name, (_WHITE, _DARK))
