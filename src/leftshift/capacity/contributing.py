"""What capacity adds to a plan's money: the rows that its subjects share, and how a subject states its own.

Money of do nothing is lines that stand in one year each; what the plan changes is stated effects of an intervention of
its own, under one step of the bridge. Both are in the prices of their year, so that no rate touches them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from leftshift.economy.arrays import Floats
from leftshift.foundation.faults import Fault
from leftshift.foundation.sources import Basis
from leftshift.place.contributions import Contribution
from leftshift.place.place import Place
from leftshift.place.row import Row
from leftshift.place.rows import Intervention, Line, Service, Stage, StatedEffect, Step
from leftshift.place.schema import schema
from leftshift.place.seen import fault_at

SERVICE = "from_capacity"
STEP = "capacity"
_NAMED = ("services", "steps", "lines", "interventions")
_SOURCE = "Worked out from the capacity of the place"


def service_of_capacity() -> Service:
    """The service of every line that capacity adds: no growth, for its lines hold their year's prices."""
    return Service(
        service=SERVICE, name="Worked out from capacity", scope="core", source=_SOURCE, basis="derived"
    )


def step_of_capacity(place: Place) -> Step:
    """The step of the bridge for what the plan's capacity costs, after the place's own steps."""
    last = max((row.order for row in place.steps), default=0)
    return Step(step=STEP, name="Costs of capacity", order=last + 1, source=_SOURCE, basis="derived")


def cost_lines(
    place: Place, cause: Row, name: str, words: str, organisation: str, cost: Floats
) -> dict[str, tuple[Row, ...]]:
    """The tables of a cost of do nothing, £000 [year]: one line a year in which there is some."""
    lines = tuple(
        Line(
            line=f"{name}_{year}", organisation=organisation, type="cost", service=SERVICE, name=f"{words}, {year}",
            value=float(amount), year=year, recurrent=False, source=_source(cause), basis=_basis(cause), origin=cause.origin,
        )
        for year, amount in zip(place.years, cost, strict=True)
        if amount
    )  # fmt: skip
    return {"services": (service_of_capacity(),), "lines": lines} if lines else {}


def stated_effects(
    place: Place, cause: Row, name: str, words: str, organisation: str, gain: Floats, stage: Stage = "plan"
) -> dict[str, tuple[Row, ...]]:
    """The tables of what a plan changes, £000 [year], an improvement positive: an intervention and its effect of each year."""
    by = {"source": _source(cause), "basis": _basis(cause), "origin": cause.origin}
    effects = tuple(
        StatedEffect(intervention=name, organisation=organisation, year=year, amount=float(amount), **by)  # type: ignore[arg-type]
        for year, amount in zip(place.years, gain, strict=True)
        if amount
    )
    if not effects:
        return {}
    intervention = Intervention(intervention=name, name=words, step=STEP, stage=stage, **by)  # type: ignore[arg-type]
    return {"steps": (step_of_capacity(place),), "interventions": (intervention,), "stated_effects": effects}


def contribution(cause: str, *tables: Mapping[str, tuple[Row, ...]]) -> Iterator[Contribution]:
    """One contribution of these tables for a cause; none where they hold nothing."""
    together = {name: rows for part in tables for name, rows in part.items()}
    if together:
        yield Contribution(cause, together)


def taken_names(place: Place, contributions: Iterable[Contribution]) -> Iterator[Fault]:
    """A row of the place that has the name of something that capacity adds."""
    added: dict[str, set[str]] = {name: set() for name in _NAMED}
    for entry in contributions:
        for table in _NAMED:
            added[table] |= {_key(table, row) for row in entry.tables.get(table, ())}
    for table in _NAMED:
        for row in place.table(table):
            if _key(table, row) in added[table]:
                yield fault_at(
                    row, schema().tables[table].key[0], "name already taken",
                    expected="another name: this one is of what is worked out from capacity", action="Rename it",
                )  # fmt: skip


def _key(table: str, row: Row) -> str:
    return str(getattr(row, schema().tables[table].key[0]))


def _source(cause: Row) -> str:
    return f"Worked out from {cause.origin}: {cause.source}"


def _basis(cause: Row) -> Basis:
    """What is worked out of a published figure is not published itself."""
    return "derived" if cause.basis == "published" else cause.basis
