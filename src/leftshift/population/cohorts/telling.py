"""What may be told of one cohort in one run: from true numbers of each practice to what a reader learns.

Told are the people of a practice, those of them in the cohort, those of a locality in the cohort, and of these each reason. Each is
a part of one told before (``privacy.splitting``). Only the number of a locality says anew what its practices say: where one of them
is hidden, it is told where it lies so far inside what they allow that the hidden one may still be any small number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leftshift.population.cohorts.definitions import NONE
from leftshift.population.privacy.disclosure import Disclosure, disclosure_rules
from leftshift.population.privacy.splitting import Known, known, part_of, parts_of

Place = tuple[str, str]
"""A commissioner and a locality."""


@dataclass
class Counted:
    """True numbers of a locality: of each practice everybody and those in the cohort, and of each reason."""

    practices: dict[str, tuple[int, int]] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True, slots=True)
class PracticeTold:
    """What a reader knows of a practice."""

    counted: Known
    inside: Known


@dataclass(frozen=True)
class LocalityTold:
    """What a reader knows of a locality, of its practices and of each reason; ``people`` is the number shown as in the cohort."""

    counted: Known
    inside: Known
    practices: Mapping[str, PracticeTold]
    reasons: Mapping[str, Known]

    @property
    def people(self) -> int:
        """How many are in the cohort, as it may be shown: what practices add up to where the locality's own number is not told."""
        return self.inside.shown or sum(one.inside.shown for one in self.practices.values())


def counted_by_locality(rows: Iterable[Mapping[str, Any]]) -> dict[Place, Counted]:
    """True numbers from rows of commissioner, locality, practice, reason (``none`` outside the cohort) and people."""
    found: dict[Place, Counted] = defaultdict(Counted)
    for row in rows:
        counted = found[row["commissioner"] or "", row["locality"] or ""]
        name, people, is_inside = row["practice"] or "not known", row["people"], row["reason"] != NONE
        everybody, inside = counted.practices.get(name, (0, 0))
        counted.practices[name] = (everybody + people, inside + is_inside * people)
        if is_inside:
            counted.reasons[row["reason"]] += people
    return dict(sorted(found.items()))


def tell_locality(counted: Counted, reasons: Sequence[str], rules: Disclosure | None = None) -> LocalityTold:
    """What may be told of a locality."""
    rules = rules or disclosure_rules()
    practices: dict[str, PracticeTold] = {}
    for name, (everybody, inside) in sorted(counted.practices.items()):
        whole = known(everybody, rules)
        practices[name] = PracticeTold(whole, part_of(inside, [whole], rules))
    inside_known = _inside(counted, practices, rules)
    parts = parts_of([counted.reasons[name] for name in reasons], inside_known, rules=rules)
    everybody_known = added(one.counted for one in practices.values())
    return LocalityTold(everybody_known, inside_known, practices, dict(zip(reasons, parts, strict=True)))


def added(numbers: Iterable[Known]) -> Known:
    """What a reader knows of a sum; it is shown as the sum of what is shown."""
    rows = list(numbers)
    return Known(sum(one.shown for one in rows), sum(one.low for one in rows), sum(one.high for one in rows))


def _inside(counted: Counted, practices: Mapping[str, PracticeTold], rules: Disclosure) -> Known:
    summed = added(one.inside for one in practices.values())
    alone = known(sum(inside for _, inside in counted.practices.values()), rules)
    hidden = [name for name, one in practices.items() if not one.inside.shown]
    if not hidden:
        return Known(alone.shown, max(alone.low, summed.low), min(alone.high, summed.high))
    highest = summed.high - sum(practices[name].inside.high - rules.threshold for name in hidden)
    is_free = summed.low + rules.threshold < alone.low and alone.high < highest - rules.threshold
    return alone if is_free else Known(0, summed.low, summed.high)
