"""Numbers that took the place of others: followed to the last, and refused where they go in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leftshift.foundation.faults import Fault, Faults

NHS_NUMBER = "nhs-number"


def followed(successors: Mapping[str, str]) -> Mapping[str, str]:
    """Each superseded number to the last of its chain. Raises FaultsFound where chains go in circles.

    What is wrong is counted and no number is named: a message may end in a log.
    """
    found: dict[str, str] = {}
    circles = 0
    for number in successors:
        chain, at = [number], number
        while at in successors and at not in found:
            at = successors[at]
            if at in chain:
                circles += 1
                break
            chain.append(at)
        else:
            last = found.get(at, at)
            found |= dict.fromkeys((one for one in chain if one != last), last)
    faults = Faults()
    if circles:
        faults.add(
            Fault(
                "numbers in a circle",
                "identifiers",
                None,
                "superseded_by",
                f"{circles:,} numbers whose successors lead back to themselves",
                "chains that end in a number that holds",
                "Take the circle out: the last number of each has no successor",
            )
        )
    faults.raise_if_any()
    return found


def successors_of(rows: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Number to successor, of rows of ``identifiers``."""
    return {
        str(row["value"]): str(row["superseded_by"])
        for row in rows
        if row["system"] == NHS_NUMBER and row.get("superseded_by")
    }
