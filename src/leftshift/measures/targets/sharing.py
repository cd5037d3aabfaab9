"""Sharing the target of a whole among its parts, so that the parts together reach it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: its level in the baseline, and what it weighs there (its denominator; None for a count, or where it is not known)."""

    body: str
    level: float
    weight: float | None


def share(
    how: str,
    target: float,
    parts: Sequence[Part],
    better: int,
    *,
    is_count: bool = False,
    whole: float | None = None,
) -> Mapping[str, float]:
    """Body to its target; of counts parts add up to the whole, else they are its weighted mean. Empty where there is no level to go by.

    ``proportional``: every part moves in the proportion in which the whole moves. ``same``: all have the target of the whole.
    ``catching_up``: the parts that are behind the target move the same share of their way to it, as far as the whole needs; where that
    is not needed, or parts have no weights, it is shared proportionally. Weighted by their denominators (counts:
    added up) the targets of the parts come to that of the whole, as long as those weights stay. ``whole`` is the level of the whole
    itself: what parts without weights move in proportion to.
    """
    if how == "same":
        return {part.body: target for part in parts}
    if is_count:
        return _proportional(target, parts, sum(part.level for part in parts))
    together = _whole(parts)
    if how == "catching_up" and together is not None:
        moved = _catching_up(target, parts, together, better or -1)
        if moved is not None:
            return moved
    return _proportional(target, parts, whole if together is None else together)


def _whole(parts: Sequence[Part]) -> float | None:
    """The level of the parts together, where they have weights."""
    weights = [part.weight for part in parts if part.weight is not None]
    if not parts or len(weights) < len(parts) or not sum(weights):
        return None
    return sum(part.level * (part.weight or 0.0) for part in parts) / sum(weights)


def _proportional(target: float, parts: Sequence[Part], whole: float | None) -> Mapping[str, float]:
    return {part.body: part.level * target / whole for part in parts} if whole else {}


def _catching_up(
    target: float, parts: Sequence[Part], whole: float, better: int
) -> Mapping[str, float] | None:
    """Levels of which those behind are moved; None where the whole is there already."""
    behind = {part.body: max(0.0, (target - part.level) * better) for part in parts}
    room = sum(behind[part.body] * (part.weight or 0.0) for part in parts)
    needed = max(0.0, (target - whole) * better) * sum(part.weight or 0.0 for part in parts)
    if not room or not needed:
        return None
    way = min(1.0, needed / room)  # never more than all of it, but for what floating point adds
    return {part.body: part.level + better * behind[part.body] * way for part in parts}
