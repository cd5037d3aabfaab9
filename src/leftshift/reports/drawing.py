"""Draw a chart specification as SVG: no script, no network, the same bytes for the same chart."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

_KEPT = 256


def draw(spec: dict[str, Any]) -> str:
    """The chart as SVG text; drawn once for each different specification."""
    return _draw(json.dumps(spec, sort_keys=True))


@lru_cache(maxsize=_KEPT)
def _draw(text: str) -> str:
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(json.loads(text), allowed_base_urls=[])
    return svg
