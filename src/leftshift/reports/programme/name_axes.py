"""The axis of names on the left of a picture: in one line or two, always in the middle of the row."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from leftshift.reports.charts import Spec, key

_LINE = 15
_GAP = -10


def keys_of(names: Sequence[str], characters: int, lines: int = 2) -> list[str]:
    """A key for each name, broken into lines; two of the same name stay two."""
    return [
        key(at, "\n".join(textwrap.wrap(name, characters, max_lines=lines, placeholder=" …")))
        for at, name in enumerate(names)
    ]


def names_axis(keys: Sequence[str]) -> Spec:
    """The encoding of the rows; their names are drawn by ``names_layers``."""
    axis = {"title": None, "ticks": False, "domain": False, "grid": False, "labels": False}
    return {
        "field": "key",
        "type": "nominal",
        "sort": list(keys),
        "scale": {"domain": list(keys)},
        "axis": axis,
    }


def names_layers(keys: Sequence[str], size: int = 13) -> list[Spec]:
    """The names as texts, those of one line apart from those of two."""
    y, layers = names_axis(keys), []
    for breaks in sorted({each.count("\n") for each in keys}):
        named = [{"key": each, "name": each.split("\t", 1)[1]} for each in keys if each.count("\n") == breaks]
        mark: Spec = {"type": "text", "align": "right", "baseline": "middle", "fontSize": size, "limit": 0}
        mark |= {"lineBreak": "\n", "lineHeight": _LINE, "dy": 1 - breaks * _LINE / 2}
        layers.append(
            {
                "data": {"values": named},
                "mark": mark,
                "encoding": {"y": y, "x": {"value": _GAP}, "text": {"field": "name", "type": "nominal"}},
            }
        )
    return layers
