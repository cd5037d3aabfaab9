"""What exports of cohorts give away together: every true table that agrees with all of them is looked for.

The reader of these tests knows how many people each practice has, which is published elsewhere.
A reader has all that is told of a run: by practice, by locality, by reason, of two cohorts and where they overlap, and of what changed
to the next run. Of a small number, of people in a group or out of it, as many values have to be left as a hidden number has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, product

import pytest

from leftshift.population.cohorts.changing import tell_changes
from leftshift.population.cohorts.counting import overlap_of
from leftshift.population.cohorts.telling import Counted, LocalityTold, tell_locality
from leftshift.population.privacy.disclosure import Disclosure

SMALL = Disclosure(threshold=4, base=3, significant=3)  # few enough for every table to be tried
Cells = Mapping[str, int]
Tables = Iterator[tuple[Hashable, Cells]]


def narrowest(tables: Tables, rules: Disclosure) -> tuple[int, str]:
    """Of all outputs, the fewest values that are left of a cell which may be small, and which cell that is."""
    left: dict[Hashable, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for output, cells in tables:
        for name, value in cells.items():
            left[output][name].add(value)
    counts = [
        (len(values), name)
        for cells in left.values()
        for name, values in cells.items()
        if any(1 <= value <= rules.threshold for value in values)
    ]
    assert counts
    return min(counts)


@lru_cache(maxsize=200_000)
def told(practices: Sequence[tuple[int, int]], reasons: tuple[int, ...], rules: Disclosure) -> LocalityTold:
    """What is told of a locality of practices (counted, inside) and reasons."""
    names = "abcd"[: len(reasons)]
    counted = Counted(
        {str(at): one for at, one in enumerate(practices)}, dict(zip(names, reasons, strict=True))
    )
    return tell_locality(counted, names, rules)


def shown(found: LocalityTold) -> Hashable:
    """All that leaves: the numbers of which every table is made."""
    practices = tuple((one.counted.shown, one.inside.shown) for one in found.practices.values())
    return practices, found.inside.shown, tuple(one.shown for one in found.reasons.values())


def of_practices(practices: Sequence[tuple[int, int]]) -> dict[str, int]:
    """The numbers of practices that nobody may learn where they are small."""
    found = {f"inside {at}": inside for at, (_, inside) in enumerate(practices)}
    return found | {f"outside {at}": everybody - inside for at, (everybody, inside) in enumerate(practices)}


def falling(people: int, groups: int) -> Iterator[tuple[int, ...]]:
    """Every way in which people fall into groups."""
    if groups == 1:
        yield (people,)
        return
    for first in range(people + 1):
        for rest in falling(people - first, groups - 1):
            yield (first, *rest)


def of_two_practices() -> Tables:
    """Two practices, and in each of them two reasons and those outside."""
    for sizes in ((6, 16), (15, 15), (11, 20)):
        for one, other in product(*(list(falling(size, 3)) for size in sizes)):
            practices = tuple((sum(cells), cells[0] + cells[1]) for cells in (one, other))
            reasons = (one[0] + other[0], one[1] + other[1])
            cells = of_practices(practices) | dict(zip("ab", reasons, strict=True))
            cells |= {f"{name} of {at}": part[which] for at, part in enumerate((one, other)) for which, name in enumerate("ab")}  # fmt: skip
            yield (sizes, shown(told(practices, reasons, SMALL))), cells


def of_many_practices() -> Tables:
    """Four practices, most of few people, so that the locality may have a number of its own, and two reasons."""
    sizes = (15, 5, 5, 5)
    for inside in product(*(range(size + 1) for size in sizes)):
        practices = tuple(zip(sizes, inside, strict=True))
        for a in range(sum(inside) + 1):
            reasons = (a, sum(inside) - a)
            cells = of_practices(practices) | dict(zip("ab", reasons, strict=True))
            yield shown(told(practices, reasons, SMALL)), cells


def of_three_reasons() -> Tables:
    """One practice and three reasons."""
    for *reasons, outside in falling(44, 4):
        practices = ((44, 44 - outside),)
        yield shown(told(practices, tuple(reasons), SMALL)), of_practices(practices) | dict(zip("abc", reasons, strict=True))  # fmt: skip


def of_two_cohorts() -> Tables:
    """One practice, or one and another of few people, and where two cohorts overlap."""
    of_one, of_two = (product(*(list(falling(size, 4)) for size in sizes)) for sizes in ((26, 0), (20, 5)))
    for one, other in chain(of_one, of_two):
        first, second = (
            tuple((sum(cells), cells[0] + cells[which]) for cells in (one, other)) for which in (1, 2)
        )
        cells = {
            name: one[at] + other[at] for at, name in enumerate(("both", "alone", "other alone", "neither"))
        }
        left, right = told(first, (), SMALL), told(second, (), SMALL)
        output = (shown(left), shown(right), overlap_of(cells["both"], left, right, SMALL))
        yield output, cells | of_practices(first)


def of_two_runs() -> Tables:
    """One practice in two runs."""
    size = 26
    for stayed in range(size + 1):
        changes = [
            cells for cells in product(range(size + 1 - stayed), repeat=2) if stayed + sum(cells) <= size
        ]
        for (meets, comes), (left, gone) in product(changes, repeat=2):
            before, after = stayed + left + gone, stayed + meets + comes
            runs = [told(((size, inside),), (), SMALL) for inside in (before, after)]
            numbers = {"stayed": stayed, "came to meet it": meets, "no longer meets it": left}
            found = tell_changes(numbers, runs[0], runs[1], SMALL)
            cells = {"comes": comes, "gone": gone, "before": before, "after": after}
            yield (*map(shown, runs), *found.values()), numbers | cells


@pytest.mark.parametrize(
    "tables", [of_two_practices, of_many_practices, of_three_reasons, of_two_cohorts, of_two_runs]
)
def test_all_exports_together_narrow_no_small_number(tables: Callable[[], Tables]) -> None:
    left, name = narrowest(tables(), SMALL)

    assert left >= SMALL.threshold + 1, name
