"""Numbers that are parts of one another: a part is told where telling it pins nothing down, whatever the true numbers are.

A count that is told lies between two numbers. A part of it is told where even its highest leaves of the whole's lowest more than the
threshold. Then every value of the part goes with every value of the whole: nothing that was told before is narrowed, and what is left
over is no small number either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leftshift.population.privacy.disclosure import Disclosure, disclosure_rules, shown_count


@dataclass(frozen=True, slots=True)
class Known:
    """What a reader knows of a count: how it is shown, 0 where it is hidden, and the lowest and highest that it may be."""

    shown: int
    low: int
    high: int


def known(count: int, rules: Disclosure | None = None) -> Known:
    """What a reader knows of a count that is shown by itself."""
    rules = rules or disclosure_rules()
    shown, reach = shown_count(count, rules), rules.base // 2
    if not shown:
        return Known(0, 0, rules.threshold)
    return Known(shown, max(shown - reach, rules.threshold + 1), shown + reach)


def part_of(count: int, wholes: Iterable[Known], rules: Disclosure | None = None) -> Known:
    """What a reader knows of a part of one or several wholes; hidden where it or what is left of one of them might be small."""
    rules, wholes = rules or disclosure_rules(), list(wholes)
    part = known(count, rules)
    if part.shown and all(whole.low - part.high > rules.threshold for whole in wholes):
        return part
    return Known(0, 0, min((whole.high for whole in wholes), default=rules.threshold))


def parts_of(
    counts: Sequence[int],
    whole: Known,
    *,
    within: Sequence[Known] | None = None,
    rules: Disclosure | None = None,
) -> list[Known]:
    """What a reader knows of all parts that a whole falls into, told one by one from what is left; each is also a part of its ``within``.

    The last is what is left, so it is told where all others are; otherwise it is hidden, for it has to be free to make up for the small ones.
    Give the parts in an order that has nothing to do with their numbers, and last one that is seldom small.
    """
    found: list[Known] = []
    rest, hidden = whole, Known(0, 0, whole.high)
    for at, count in enumerate(counts[:-1]):
        part = part_of(count, [rest, *(within[at : at + 1] if within else ())], rules)
        if part.shown:
            rest = Known(rest.shown, rest.low - part.high, rest.high - part.low)
        found.append(part)
    if not counts:
        return []
    if not whole.shown or any(not part.shown for part in found):
        return [*found, hidden]
    last = part_of(counts[-1], within[-1:] if within else (), rules)
    if last.shown or not found:
        return [*found, last]
    return [*found[:-1], hidden, hidden]  # with one of them told, the other is what is left
