"""JSON that can be written again: without the numbers that Python reads and JSON does not have."""

from __future__ import annotations

import json
import math
from typing import Any


def parse_json(text: str) -> Any:
    """The content of a JSON text. Raises ValueError, also for NaN, Infinity and numbers too large for a float; RecursionError."""
    return json.loads(text, parse_float=_finite, parse_constant=_finite)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number of JSON")
    return number
