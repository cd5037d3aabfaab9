"""Draw a chart specification as SVG or PNG: no script, no network, the same bytes for the same chart."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from leftshift.reports.content import made_printable

FONTS = Path(__file__).parent / "fonts"
"""The folder of our own copy of Liberation Sans, so that a drawing does not depend on the machine's fonts."""
_KEPT = 256
PNG_SCALE = 2


def draw(spec: dict[str, Any]) -> str:
    """The chart as SVG text; drawn once for each different specification.

    Unprintable characters are replaced: some of them end the process in which vl-convert draws.
    """
    return _draw(json.dumps(made_printable(spec), sort_keys=True))


@lru_cache(maxsize=_KEPT)
def _draw(text: str) -> str:
    import vl_convert

    _bring_fonts()
    svg: str = vl_convert.vegalite_to_svg(json.loads(text), allowed_base_urls=[])
    return svg


def draw_png(spec: dict[str, Any]) -> bytes:
    """The chart as PNG on white, two dots for each of its pixels: for a document that takes no SVG."""
    return _draw_png(json.dumps(made_printable({**spec, "background": "white"}), sort_keys=True))


@lru_cache(maxsize=_KEPT)
def _draw_png(text: str) -> bytes:
    import vl_convert

    _bring_fonts()
    png: bytes = vl_convert.vegalite_to_png(json.loads(text), scale=PNG_SCALE, allowed_base_urls=[])
    return png


@cache
def _bring_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
