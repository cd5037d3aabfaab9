"""What a choice needs to know of the runs of a place: one run, or many draws of what is uncertain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np

from leftshift.economy.arrays import Codes, Economy, Floats, Forms
from leftshift.economy.preparing import prepare
from leftshift.economy.projecting import Projection, agreed_activity, project, sum_into
from leftshift.place.place import Place


@dataclass(frozen=True)
class Bent:
    """Contracts whose payment bends as their activity changes, B of them, and their legs, L of them.

    activity at tariff and agreed [draw, year, contract]; at_tariff and as_paid [draw, year, leg]; quality [draw, year,
    contract]; £000. ``contracts`` are columns of the economy's forms, ``legs`` rows of its legs.
    """

    contracts: Codes
    legs: Codes
    activity: Floats
    agreed: Floats
    quality: Floats
    at_tariff: Floats
    as_paid: Floats


@dataclass(frozen=True)
class Drawn:
    """Runs of one place, D draws of it: do_nothing [draw, year, node], touched [draw, year, cell], £000.

    Nodes and cells are those of the economy, which is the same for every draw but for its rates. A deterministic run
    is the case of one draw. Where ``bent`` leaves out a contract that bends, it is a straight line while searching, and
    the run decides.
    """

    economy: Economy
    do_nothing: Floats
    touched: Floats
    bent: Bent

    @property
    def is_straight(self) -> bool:
        """Whether a contract that bends is taken for a straight line."""
        return len(self.bent.contracts) < len(bent_contracts(self.economy))

    def straightened(self) -> Drawn:
        """The same runs, with nothing known of how contracts bend."""
        return drawn_of_cells(self.economy, self.do_nothing, self.touched)

    @property
    def with_plan(self) -> Floats:
        """The position of each node with the interventions of the plan [draw, year, node]."""
        cells = self.economy.cells
        mine = np.flatnonzero(self.economy.stages["plan"][cells.intervention])
        moved = sum_into(cells.node[mine], self.touched[:, :, mine], len(self.economy.nodes))
        found: Floats = self.do_nothing + moved
        return found


class Runs(Protocol):
    """Runs a place: the same draws, in the same order, for every variant of it that a choice asks about."""

    def __call__(self, place: Place) -> Drawn:
        """The runs of a place."""
        ...


def deterministic(place: Place) -> Drawn:
    """The one run of a place as it is written."""
    return drawn(project(prepare(place)))


def drawn(projection: Projection) -> Drawn:
    """What a choice needs of a projection, all its draws."""
    economy = projection.economy
    contracts = bent_contracts(economy)
    legs = np.flatnonzero(np.isin(economy.legs.form, contracts))
    flow, base = economy.flows.forms.flow[contracts], projection.flows
    start = _first_values(projection)
    agreed = agreed_activity(economy.flows, start, projection.price)[:, :, contracts]
    shape = (len(base), base.shape[1], len(contracts))
    bent = Bent(
        contracts,
        legs,
        np.broadcast_to(projection.activity[:, :, flow], shape),
        np.broadcast_to(agreed, shape),
        np.broadcast_to(economy.flows.forms.quality[:, contracts], shape),
        projection.legs_at_tariff[:, :, legs],
        projection.by_rule[:, :, legs],
    )
    return Drawn(economy, projection.do_nothing, projection.touched, bent)


def drawn_of_cells(economy: Economy, do_nothing: Floats, touched: Floats) -> Drawn:
    """Draws of which only positions are kept: do_nothing [draw, year, node] and touched [draw, year, cell], £000."""
    return Drawn(economy, do_nothing, touched, _nothing_bends(*do_nothing.shape[:2]))


def _nothing_bends(draws: int, years: int) -> Bent:
    none, empty = np.zeros(0, dtype=np.int64), np.zeros((draws, years, 0))
    return Bent(none, none, empty, empty, empty, empty, empty)


def _first_values(projection: Projection) -> Floats:
    """The value of each flow in its first year [draw, flow], which a run may have replaced."""
    first = projection.economy.flows.first
    found: Floats = projection.activity[:, first, np.arange(len(first))]
    return found


def bent_contracts(economy: Economy) -> Codes:
    """The columns of forms that pay one rate near what was agreed and another beyond: cap and collar."""
    forms = economy.flows.forms
    found: Codes = np.flatnonzero((forms.low < forms.high) & (forms.marginal != 1.0))
    return found


def together(parts: Sequence[Drawn]) -> Drawn:
    """Runs of the same place as one, one after the other, such as parts that were run apart."""
    first = parts[0]
    floats = [entry.name for entry in fields(Bent) if entry.name not in {"contracts", "legs"}]
    bent = {name: np.concatenate([getattr(part.bent, name) for part in parts]) for name in floats}
    return Drawn(
        first.economy,
        np.concatenate([part.do_nothing for part in parts]),
        np.concatenate([part.touched for part in parts]),
        Bent(first.bent.contracts, first.bent.legs, **bent),
    )


def forms_at(economy: Economy, contracts: Codes, quality: Floats) -> Forms:
    """The forms of some contracts, one a spot, for ``forms.paid``; quality [spot]."""
    forms = economy.flows.forms
    return Forms(
        forms.flow[contracts],
        forms.agreed[:, contracts],
        forms.low[contracts],
        forms.high[contracts],
        forms.marginal[contracts],
        quality,
        forms.gain[contracts],
    )
