"""Draw a chart specification as SVG: no script, no network, the same bytes for the same chart."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).parent / "fonts"
"""The folder of our own copy of Liberation Sans, so that a drawing does not depend on the machine's fonts."""
_KEPT = 256


def draw(spec: dict[str, Any]) -> str:
    """The chart as SVG text; drawn once for each different specification."""
    return _draw(json.dumps(spec, sort_keys=True))


@lru_cache(maxsize=_KEPT)
def _draw(text: str) -> str:
    import vl_convert

    _bring_fonts()
    svg: str = vl_convert.vegalite_to_svg(json.loads(text), allowed_base_urls=[])
    return svg


@cache
def _bring_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
