"""Explaining figures of a large place: figure to rows, row to figures.

Each line is one question to a result: the first time it is asked, and warm (the median of a few). A tree counts with
its first two levels open. What all questions share, such as the slopes of rates, is built when the first is asked and
stands in a line of its own. The aim is 50 ms for any question, warm; what passes it is marked.

One does: a driver of the perimeter with two levels open is every contract seen from both of its ends, 9,350 branches of
about 0.01 ms each, to name and to place. With its first level open, as a page shows it, it is well
below; so that line stands beside it. The impact of one intervention has few branches and still asks 200 bodies for theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from statistics import median

from benchmarks.synthetic import synthetic_place
from benchmarks.timing import once
from leftshift.economy.result import Result, run
from leftshift.place.rows import Row

AIM = 0.050
REPEATS = 5


FIGURES: Mapping[str, tuple[str, str, str]] = {  # name, organisation, item
    "gap": ("gap", "", ""),
    "position of the perimeter": ("position", "", ""),
    "position of a commissioner": ("position", "Z000", ""),
    "position of a provider": ("position", "Z199", ""),
    "do-nothing position of a provider": ("do_nothing_position", "Z199", ""),
    "driver, perimeter": ("driver", "", "demography"),
    "driver, a provider": ("driver", "Z199", "cost_inflation"),
    "not recurrent, a commissioner": ("driver", "Z000", "not_recurrent"),
    "bridge, whole": ("bridge", "", ""),
    "bridge, a step": ("bridge", "", "s1"),
    "impact, whole": ("impact", "", ""),
    "impact of one intervention": ("impact", "", "i0"),
}


def questions(result: Result) -> Iterator[tuple[str, Callable[[], int]]]:
    """What is asked, in words, and how: each answers how many branches, rows or figures it finds."""
    for words, asked in FIGURES.items():
        yield f"explain {words}", partial(opened, result, *asked)
        if words == "driver, perimeter":
            yield f"explain {words}, first level", partial(opened, result, *asked, levels=1)
        yield f"inputs  {words}", partial(rows_behind, result, *asked)
    place = result.place
    rows: Mapping[str, Row] = {
        "a contract": place.contracts[0],
        "a contract of another form": place.contracts[2],
        "a cost line": place.lines[-1],
        "an assumption": place.assumptions[0],
        "a rate of a provider": place.assumptions[-11],
        "an effect": place.effects[0],
        "a rule share": place.rules[0],
        "an intervention": place.interventions[0],
        "a form of contract": place.forms[0],
        "a service": place.services[0],
    }
    for words, row in rows.items():
        yield f"feeds   {words}", partial(fed_by, result, row)


def opened(result: Result, name: str, organisation: str, item: str, *, levels: int = 2) -> int:
    """Explain a figure of the last year, and open its first levels; how many branches there are."""
    tree = result.explain(name, result.years[-1], organisation=organisation, item=item)
    return sum(1 + (len(child.children) if levels > 1 else 0) for child in tree.children)


def rows_behind(result: Result, name: str, organisation: str, item: str) -> int:
    """How many rows a figure of the last year rests on."""
    return len(result.inputs(name, result.years[-1], organisation=organisation, item=item))


def fed_by(result: Result, row: Row) -> int:
    """How many figures a row feeds."""
    return len(result.feeds(row))


def main() -> None:
    """Ask each question of a fresh run, then again."""
    place = synthetic_place()
    result = run(place)
    asked = (lambda: opened(result, *FIGURES["gap"]), lambda: rows_behind(result, *FIGURES["gap"]))
    shared = sum(once(ask) for ask in (*asked, lambda: fed_by(result, place.assumptions[0])))
    again = sum(once(ask) for ask in (*asked, lambda: fed_by(result, place.assumptions[0])))
    print(f"built once, with the first questions: {(shared - again) * 1e3:.0f} ms")
    print(f"{'':<45} {'first ms':>9} {'warm ms':>9} {'found':>7}")
    for words, ask in questions(result):
        first = once(ask)
        warm = median(once(ask) for _ in range(REPEATS))
        mark = "   past 50 ms" if warm > AIM else ""
        print(f"{words:<45} {first * 1e3:>9.1f} {warm * 1e3:>9.1f} {ask():>7,}{mark}")


if __name__ == "__main__":
    main()
