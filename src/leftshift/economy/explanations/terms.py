"""A figure of a result as weights on every movement of money: so that all figures are explained in one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from leftshift.economy.arrays import RESOURCES, Codes, Economy, Flags, Floats, Flows, Legs, Stated
from leftshift.economy.drivers import DRIVERS, counted
from leftshift.economy.growth import CAUSES
from leftshift.economy.projecting import in_stage
from leftshift.foundation.faults import near_miss
from leftshift.foundation.years import FinancialYear
from leftshift.place.place import Place
from leftshift.place.rows import UNATTRIBUTED

FIGURES: Mapping[str, str] = {
    "gap": "Do-nothing gap",
    "position": "Position with the plan",
    "do_nothing_position": "Do-nothing position",
    "bridge": "Bridge",
    "impact": "Impact",
    "driver": "Driver of the gap",
}
_ITEM_OF = {"bridge": "step", "impact": "intervention", "driver": "driver"}


class FigureNotKnown(LookupError):
    """A figure that no result has; its message says what was meant to be there."""


@dataclass(frozen=True, order=True)
class Figure:
    """The name of a figure: what, in which year, of whom (empty: the perimeter), of which step, intervention or driver."""

    name: str
    year: FinancialYear
    organisation: str = ""
    item: str = ""


@dataclass(frozen=True)
class Some:
    """Some rows of a kind, and the weight of each [..., row]: what is not among them weighs nothing."""

    at: Codes
    weight: Floats

    def pick(self, mine: Codes | Flags | None) -> Some:
        """Some of these, by their places here; None for none of them."""
        chosen = _NONE if mine is None else mine
        return Some(self.at[chosen], self.weight[..., chosen])

    def times(self, factor: float) -> Some:
        """All of these, each so many times."""
        return Some(self.at, self.weight * factor)

    def of_all(self, size: int) -> Floats:
        """The weights of all rows [row]."""
        found = np.zeros(size)
        found[self.at] = self.weight
        return found


_NONE: Codes = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Terms:
    """The weights of a figure in a year; the figure is the sum of weight × amount over all of them.

    ``flows`` weighs of each flow its first value and then what each cause has added by then [1 + cause, flow],
    ``again`` money spent again [allocation], ``legs`` [leg] and ``stated`` [posting] effects.
    """

    year: int
    flows: Some
    again: Some
    legs: Some
    stated: Some

    def only(
        self,
        *,
        flows: Codes | Flags | None = None,
        again: Codes | Flags | None = None,
        legs: Codes | Flags | None = None,
        stated: Codes | Flags | None = None,
    ) -> Terms:
        """Some of each kind, by their places here, and nothing of a kind that is not named."""
        return Terms(
            self.year,
            self.flows.pick(flows),
            self.again.pick(again),
            self.legs.pick(legs),
            self.stated.pick(stated),
        )

    def times(self, factor: float) -> Terms:
        """Everything, so many times."""
        kinds = (self.flows, self.again, self.legs, self.stated)
        return Terms(self.year, *(kind.times(factor) for kind in kinds))

    def of_interventions(self, economy: Economy, chosen: Flags) -> Terms:
        """The effects of some interventions [intervention], and nothing else."""
        return self.only(
            legs=chosen[economy.legs.intervention[self.legs.at]],
            stated=chosen[economy.stated.intervention[self.stated.at]],
        )


def check_figure(place: Place, figure: Figure) -> None:
    """Raise FigureNotKnown when a result of the place has no such figure."""
    known: dict[str, set[str]] = {
        "step": {row.step for row in place.steps},
        "intervention": {row.intervention for row in place.interventions},
        "driver": set(DRIVERS),
    }
    _known("figure", figure.name, set(FIGURES))
    if figure.year not in place.years:
        raise FigureNotKnown(
            f"{figure.year} is not a year of the plan, {place.years[0]} to {place.years[-1]}"
        )
    if figure.organisation:
        may = {row.code for row in place.organisations} | ({UNATTRIBUTED} & place.shares.keys())
        _known("organisation", figure.organisation, may)
        if figure.name in {"gap", "bridge"}:
            raise FigureNotKnown(f"the {figure.name} is of the perimeter: leave out the organisation")
    kind = _ITEM_OF.get(figure.name)
    if figure.item and kind is None:
        raise FigureNotKnown(f"a {FIGURES[figure.name].lower()} has no item: leave out {figure.item}")
    if figure.item and kind:
        _known(kind, figure.item, known[kind])
    if figure.name == "driver" and not figure.item:
        raise FigureNotKnown("name a driver: " + ", ".join(DRIVERS))


def _known(kind: str, name: str, names: set[str]) -> None:
    if name not in names:
        guess = near_miss(name, names)
        raise FigureNotKnown(
            f"there is no {kind} {name}"
            + (f": did you mean {guess}?" if guess else f": it is one of {', '.join(sorted(names))}")
        )


def terms_of(economy: Economy, figure: Figure) -> Terms:
    """The weights of a figure, one that ``check_figure`` has let pass."""
    whole = _whole(economy, figure)
    match figure.name:
        case "gap" | "do_nothing_position":
            return _keep(economy, whole, in_stage(economy, "do_nothing"))
        case "position":
            return _keep(economy, whole, in_stage(economy, "do_nothing") | in_stage(economy, "plan"))
        case "driver":
            return _driver(economy, figure, whole)
    return whole.of_interventions(economy, _chosen(economy, figure))


def _chosen(economy: Economy, figure: Figure) -> Flags:
    """The interventions that a bridge or an impact is about [intervention]."""
    rows = economy.interventions
    if figure.name == "bridge":
        return np.array(
            [row.stage == "plan" and (not figure.item or row.step == figure.item) for row in rows],
            dtype=np.bool_,
        )
    if figure.item:
        found = np.zeros(len(rows), dtype=np.bool_)
        found[economy.number[figure.item]] = True
        return found
    return in_stage(economy, "plan")


def _node_weights(economy: Economy, figure: Figure) -> Floats:
    if figure.organisation:
        weights = np.zeros(len(economy.nodes))
        weights[economy.node[figure.organisation]] = 1.0
    else:
        weights = economy.share.copy()
    if figure.name == "impact" and not figure.organisation:
        weights[economy.node[UNATTRIBUTED]] = 0.0  # the total of the table, in which it stands apart
    return -weights if figure.name in {"gap", "driver"} else weights


def _seen(economy: Economy, figure: Figure, kind: Flows | Legs | Stated) -> Some:
    """The rows of a kind that reach the nodes of a figure, with their signs."""
    nodes, code = _node_weights(economy, figure), economy.node.get(figure.organisation)
    rows = np.arange(len(kind.payee)) if code is None else kind.ends.of(code)
    signs = nodes[kind.payee[rows]] - nodes[kind.payer[rows]]
    return Some(rows, signs).pick(signs != 0.0)


def _whole(economy: Economy, figure: Figure) -> Terms:
    """The weights of everything that reaches the nodes of a figure."""
    at, flows = figure.year.starts - economy.place.base_year.starts, economy.flows
    found = _seen(economy, figure, flows)
    weight = np.repeat((found.weight * flows.recurrent[found.at])[None], 1 + len(CAUSES), axis=0)
    weight[0] = found.weight * flows.runs[at, found.at]
    nodes = _node_weights(economy, figure)
    spent = nodes[economy.node[RESOURCES]] - nodes[flows.payee[flows.spent_again]]
    again = np.flatnonzero(spent) if at > 0 else _NONE
    return Terms(
        at,
        Some(found.at, weight).pick(np.flatnonzero(weight.any(axis=0))),
        Some(again, spent[again]),
        _seen(economy, figure, economy.legs),
        _seen(economy, figure, economy.stated),
    )


def _keep(economy: Economy, whole: Terms, interventions: Flags) -> Terms:
    kept = whole.of_interventions(economy, interventions)
    return replace(kept, flows=whole.flows, again=whole.again)


def _driver(economy: Economy, figure: Figure, whole: Terms) -> Terms:
    """What a driver counts of what reaches the nodes of a figure."""
    if figure.item == "investments":
        return whole.of_interventions(economy, in_stage(economy, "do_nothing"))
    found = _seen(economy, figure, economy.flows)
    count = counted(economy.flows, found.at)[figure.item]
    weight = np.zeros((1 + len(CAUSES), len(found.at)))
    weight[0] = found.weight * count.first_value[whole.year]
    for row, cause in enumerate(CAUSES, start=1):
        weight[row] = found.weight * count.causes.get(cause, 0.0)
    flows = Some(found.at, weight).pick(np.flatnonzero(weight.any(axis=0)))
    again = whole.again if figure.item == "not_recurrent" else whole.again.pick(None)
    return replace(whole.only(), flows=flows, again=again)
