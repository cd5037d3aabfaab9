"""Projecting a large place: preparing, arithmetic and tables apart, beside the slow implementation's arithmetic.

200 organisations, 5,000 contracts, 1,000 interventions, 10 years. Prints ratios.
"""

from __future__ import annotations

from benchmarks.reading import best
from benchmarks.synthetic import synthetic_place
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import project


def main() -> None:
    """Time the parts, and print their ratios to one multiplication of the largest array."""
    place = synthetic_place()
    economy = prepare(place)
    flows = project(economy).flows
    floor = best(lambda: (flows * flows).sum(), 20)
    parts = {
        "prepare": best(lambda: prepare(place)),
        "project": best(lambda: project(economy), 5),
        "positions": best(lambda: project(economy).with_plan, 5),
    }
    print(f"one pass over the flows {floor * 1000:9.3f} ms   1")
    for name, seconds in parts.items():
        print(f"{name:<23} {seconds * 1000:9.3f} ms   {seconds / floor:,.0f}")


if __name__ == "__main__":
    main()
