"""Explaining figures of a large place: figure to rows, row to figures.

Each line is one question to a result: the first time it is asked, and warm (the median of a few). A tree counts with
its first two levels open. What all questions share, such as the slopes of rates, is built when the first is asked and
stands in a line of its own. The aim is 50 ms for any question, warm; what passes it is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median

from benchmarks.synthetic import synthetic_place
from benchmarks.timing import once
from leftshift.economy.result import Result, run

AIM = 0.050
REPEATS = 5


def questions(result: Result) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is asked, in words, and how."""
    place = result.place
    year = result.years[-1]
    figures: dict[str, tuple[str, str, str]] = {
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
    for words, (name, organisation, item) in figures.items():
        yield f"explain {words}", lambda asked=(name, organisation, item): opened(result, *asked)
        yield (
            f"inputs  {words}",
            lambda name=name, body=organisation, item=item: result.inputs(
                name, year, organisation=body, item=item
            ),
        )
    rows = {
        "a contract": place.contracts[0],
        "a contract of another form": place.contracts[2],
        "a cost line": place.lines[-1],
        "an assumption": place.assumptions[0],
        "a formula": place.derivations[0],
        "an effect": place.effects[0],
        "a rule share": place.rules[0],
        "an intervention": place.interventions[0],
        "a form of contract": place.forms[0],
        "a service": place.services[0],
    }
    for words, row in rows.items():
        yield f"feeds   {words}", lambda row=row: result.feeds(row)


def opened(result: Result, name: str, organisation: str, item: str) -> int:
    """Explain a figure of the last year, and open its first two levels; how many branches there are."""
    tree = result.explain(name, result.years[-1], organisation=organisation, item=item)
    return sum(1 + len(child.children) for child in tree.children)


def main() -> None:
    """Ask each question of a fresh run, then again."""
    place = synthetic_place()
    result = run(place)
    body = place.organisations[-1].code
    shared = once(lambda: (opened(result, "position", body, ""), result.inputs("position", result.years[-1])))
    shared += once(lambda: result.feeds(place.contracts[1]))
    print(f"built once, with the first questions: {shared * 1e3:.0f} ms")
    print(f"{'':<45} {'first ms':>9} {'warm ms':>9}")
    for words, ask in questions(result):
        first = once(ask)
        warm = median(once(ask) for _ in range(REPEATS))
        mark = "   past 50 ms" if warm > AIM else ""
        print(f"{words:<45} {first * 1e3:>9.1f} {warm * 1e3:>9.1f}{mark}")


if __name__ == "__main__":
    main()
