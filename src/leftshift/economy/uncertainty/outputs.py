"""Which figures are kept of every draw: sums over movements of money, as rows of weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from leftshift.economy.arrays import RESOURCES, Economy, Floats
from leftshift.economy.projecting import Projection
from leftshift.foundation.faults import near_miss

Kind = Literal[
    "do_nothing", "position", "perimeter_do_nothing", "perimeter", "step", "cell", "flow", "leg", "posting"
]
Keep = Literal["figures", "cells", "lines"]
_Weights = Iterator[tuple[int, float]]


@dataclass(frozen=True)
class Output:
    """One figure: of which kind, and of whom or what; the second name is the node of a cell."""

    kind: Kind
    name: str = ""
    node: str = ""


class OrganisationNotKnown(LookupError):
    """A code that no body of the place has."""


def position_of(projection: Projection, organisation: str = "") -> Output:
    """The closing position of a body, or of the perimeter; raises OrganisationNotKnown."""
    if not organisation:
        return Output("perimeter")
    codes = {row.code for row in projection.economy.place.organisations}
    if organisation not in codes:
        guess = near_miss(organisation, codes)
        hint = f": did you mean {guess}?" if guess else f": it has {', '.join(sorted(codes))}"
        raise OrganisationNotKnown(f"the place has no organisation {organisation}{hint}")
    return Output("position", organisation)


class Outputs:
    """The figures that a program keeps, and how movements add up to them.

    ``figures``: positions of every node, do nothing and with the plan, of the perimeter, and steps of the bridge.
    ``cells``: do-nothing positions, and what each intervention does to each node that it touches.
    ``lines``: every contract and line as paid, every leg and every posting.
    """

    def __init__(self, economy: Economy, keep: Keep = "figures") -> None:
        self.economy, self.keep = economy, keep
        self.labels = tuple(getattr(self, f"_{keep}")())
        self.row = {label: at for at, label in enumerate(self.labels)}
        self._step = {row.step for row in economy.place.steps}

    def _figures(self) -> Iterator[Output]:
        for kind in ("do_nothing", "position"):
            for node in self.economy.nodes:
                yield Output(kind, node)
        yield Output("perimeter_do_nothing")
        yield Output("perimeter")
        for row in sorted(self.economy.place.steps, key=lambda row: (row.order, row.step)):
            yield Output("step", row.step)

    def _cells(self) -> Iterator[Output]:
        for node in self.economy.nodes:
            yield Output("do_nothing", node)
        cells = self.economy.cells
        for intervention, node in zip(cells.intervention, cells.node, strict=True):
            name = self.economy.interventions[intervention].intervention
            yield Output("cell", name, self.economy.nodes[node])

    def _lines(self) -> Iterator[Output]:
        for at in range(len(self.economy.flows.rows)):
            yield Output("flow", str(at))
        for at in range(len(self.economy.legs.effect)):
            yield Output("leg", str(at))
        for at in range(len(self.economy.stated.payer)):
            yield Output("posting", str(at))

    # ------------------------------------------------------------------ weights
    def of_flow(self, flow: int) -> _Weights:
        """What a pound of a flow adds to which row."""
        if self.keep == "lines":
            yield self.row[Output("flow", str(flow))], 1.0
            return
        flows = self.economy.flows
        yield from self._moved(int(flows.payer[flow]), int(flows.payee[flow]), None)

    def of_spent(self, flow: int) -> _Weights:
        """What a pound of an allocation that is spent again adds to which row."""
        if self.keep != "lines":
            payer = int(self.economy.flows.payee[flow])
            yield from self._moved(payer, self.economy.nodes.index(RESOURCES), None)

    def of_leg(self, leg: int) -> _Weights:
        """What a pound of a leg adds to which row."""
        if self.keep == "lines":
            yield self.row[Output("leg", str(leg))], 1.0
            return
        legs = self.economy.legs
        yield from self._moved(int(legs.payer[leg]), int(legs.payee[leg]), int(legs.intervention[leg]))

    def of_posting(self, posting: int) -> _Weights:
        """What a pound of a stated effect adds to which row."""
        if self.keep == "lines":
            yield self.row[Output("posting", str(posting))], 1.0
            return
        stated = self.economy.stated
        intervention = int(stated.intervention[posting])
        yield from self._moved(int(stated.payer[posting]), int(stated.payee[posting]), intervention)

    def _moved(self, payer: int, payee: int, intervention: int | None) -> _Weights:
        for node, sign in ((payee, 1.0), (payer, -1.0)):
            yield from self._at(node, sign, intervention)

    def _at(self, node: int, sign: float, intervention: int | None) -> _Weights:
        name = self.economy.nodes[node]
        stage = self.economy.interventions[intervention].stage if intervention is not None else "do_nothing"
        if self.keep == "cells":
            if intervention is None or stage == "do_nothing":
                yield self.row[Output("do_nothing", name)], sign
            if intervention is not None:
                moved = self.economy.interventions[intervention].intervention
                yield self.row[Output("cell", moved, name)], sign
            return
        if stage == "do_nothing":
            yield self.row[Output("do_nothing", name)], sign
        elif stage == "plan" and intervention is not None:
            yield self.row[Output("position", name)], sign
            share = float(self.economy.share[node])
            yield self.row[Output("step", self.economy.interventions[intervention].step)], sign * share

    def add_up(self, figures: Floats) -> None:
        """Complete figures [row, draw], in which a position so far is what the plan's interventions move it by."""
        if self.keep != "figures":
            return
        count = len(self.economy.nodes)
        nothing, position = figures[:count], figures[count : 2 * count]
        position += nothing
        figures[2 * count] = self.economy.share @ nothing
        figures[2 * count + 1] = self.economy.share @ position

    # ------------------------------------------------------------------ the deterministic run
    def planned(self, projection: Projection) -> Floats:
        """The same figures of the deterministic run [row, year]."""
        if self.keep == "lines":
            flows, legs, stated = projection.flows[0], projection.by_rule[0], projection.by_statement
            return np.concatenate([flows, legs, stated], axis=1).T.copy()
        if self.keep == "cells":
            return np.concatenate([projection.do_nothing[0], projection.touched[0]], axis=1).T.copy()
        weighed = projection.weighed(self.economy.share)[0]
        steps = np.zeros((len(weighed), len(self._step)))
        first = self.row[Output("perimeter")] + 1
        for at, row in enumerate(self.economy.interventions):
            if row.stage == "plan":
                steps[:, self.row[Output("step", row.step)] - first] += weighed[:, at]
        positions = (projection.do_nothing[0], projection.with_plan[0])
        totals = [(found @ self.economy.share)[:, None] for found in positions]
        return np.concatenate([*positions, *totals, steps], axis=1).T.copy()
