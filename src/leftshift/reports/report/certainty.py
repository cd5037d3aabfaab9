"""How sure the plan is, what moves it most, and what shocks do to it: simulated anew, the same for the same version."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.foundation.faults import FaultsFound
from leftshift.model import Model, PlanResult
from leftshift.place.levers import COMMON_DELIVERY
from leftshift.place.scenarios import STRESS
from leftshift.reports.content import Block, Note, Section, Subheading
from leftshift.reports.decisions.blocks import simulated, sought, stressed, what_matters

KEY, TITLE = "certainty", "How sure it is"
_NOTHING = (
    "Nothing in this plan is marked as uncertain: how likely its figures are cannot be said. Ranges belong in "
    "uncertainty.csv, each with its source."
)


def certainty(run: PlanResult, year: str) -> Section:
    """Intervals and chances of the whole plan; what moves the closing position of a year, and shocks of that year."""
    blocks: list[Block] = list(_drawn(run, year))
    if any(row.stage == "plan" for row in run.place.interventions):
        goal = Model(run.place.written).goal(COMMON_DELIVERY, year).document(run.place, year, "")
        blocks += [Subheading("What would have to be true"), *sought(goal)]
    shocks = [entry.code for entry in run.place.scenarios if entry.kind == STRESS]
    if shocks and not run.scenarios:  # under a scenario a shock may set again what it set
        blocks += [Subheading("If it goes wrong"), *_shocks(run, shocks, year)]
    return Section(KEY, TITLE, tuple(blocks))


def _shocks(run: PlanResult, shocks: list[str], year: str) -> Iterator[Block]:
    try:
        yield from stressed(Model(run.place.written).stress(*shocks).document(year))
    except FaultsFound as found:
        first = next(iter(found.faults))
        yield Note(f"The stress tests of this place do not go together: {first}")


def _drawn(run: PlanResult, year: str) -> Iterator[Block]:
    if not run.place.uncertainty:
        yield Note(_NOTHING)
        return
    model = Model(run.place.written)
    yield from simulated(model.simulate().document())
    yield Subheading("What moves it most")
    yield from what_matters(model.sensitivity(year, only_tornado=True).document())
