"""A switch stands where it can stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leftshift.foundation.faults import Fault, near_miss
from leftshift.foundation.money import NumberNotUnderstood, parse_number
from leftshift.place.place import Place
from leftshift.place.schema import catalogue
from leftshift.place.seen import Seen, fault_at

_LOWEST, _HIGHEST = 0, 100
"""Between which a percentage or a whole number lies where settings.toml says nothing."""


def settings(place: Place, _: Seen) -> Iterator[Fault]:
    """A switch stands where it can stand."""
    for row in place.settings:
        entry = catalogue("settings")[row.setting]
        expected, action = _wanted(entry, row.value)
        if expected:
            yield fault_at(
                row,
                "value",
                "not one of the choices",
                expected=expected,
                action=action,
                suggestion=near_miss(row.value, entry["values"]) if len(entry["values"]) > 1 else None,
            )


def _wanted(entry: dict[str, Any], value: str) -> tuple[str, str]:
    """What the cell should hold and what to do, in words; both empty when it holds that."""
    lowest, highest = entry.get("lowest", _LOWEST), entry.get("highest", _HIGHEST)
    match entry["values"]:
        case ["percent"]:
            usual = (lowest, highest) == (_LOWEST, _HIGHEST)
            words = "a percentage such as 1%" + ("" if usual else f", from {lowest}% to {highest}%")
            action = "Correct the value" if value.endswith("%") else "Write it with a % sign"
            return ("", "") if _is_percent(value, lowest, highest) else (words, action)
        case ["whole"]:
            words = f"a whole number from {lowest} to {highest}"
            return ("", "") if _is_whole(value, lowest, highest) else (words, "Correct the value")
        case ["assumption"]:
            return "", ""
        case choices:
            return ("", "") if value in choices else ("one of " + ", ".join(choices), "Use one of them")


def _is_percent(text: str, lowest: int, highest: int) -> bool:
    try:
        return text.endswith("%") and lowest <= parse_number(text[:-1]) <= highest
    except NumberNotUnderstood:
        return False


def _is_whole(text: str, lowest: int, highest: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5 and lowest <= int(text) <= highest
