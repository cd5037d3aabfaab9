"""Where nothing is feasible: constraints that conflict, so few that without any one of them there would be a choice."""

from __future__ import annotations

from collections.abc import Sequence

from leftshift.economy.choosing.constraints import Constraint
from leftshift.economy.choosing.searching import Search
from leftshift.foundation.faults import Fault, Faults


def smallest_conflict(search: Search, constraints: Sequence[Constraint]) -> list[Constraint]:
    """Constraints that cannot be kept together, and can without any one of them; none where all can be.

    Whole parts are tried first: what is still impossible without a part has no need of it.
    """
    if search.is_possible(constraints):
        return []
    kept = list(constraints)
    part = max(1, len(kept) // 2)
    while True:
        at = 0
        while at < len(kept):
            without = [*kept[:at], *kept[at + part :]]
            if not without or search.is_possible(without):
                at += part
            else:
                kept = without
        if part == 1:
            return kept
        part //= 2


def conflict_faults(search: Search) -> Faults:
    """A fault for each constraint of a conflict, told where the question states it."""
    question, faults = search.asked.question, Faults()
    conflict = smallest_conflict(search, search.constraints)
    for row in conflict:
        others = [other.words for other in conflict if other is not row]
        expected = (
            "rules that can be kept together with: " + "; ".join(others)
            if others
            else "a rule that can be kept"
        )
        line = question.line(row.path) or question.line(row.path.rpartition(".")[0])
        action = (
            "Loosen it or give it up" if not others else f"Loosen or give up one of these {len(conflict)}"
        )
        kind = "rules that conflict" if others else "rule that cannot be kept"
        faults.add(Fault(kind, question.file, line, row.path, row.words, expected, action))
    return faults
