"""A figure of a result as weights on every movement of money: so that all figures are explained in one way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from leftshift.economy.arrays import RESOURCES, Economy, Flags, Floats
from leftshift.economy.drivers import DRIVERS, counted
from leftshift.economy.growth import CAUSES, Cause
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
class Terms:
    """The weights of a figure in a year; the figure is the sum of weight × amount over all of them.

    ``first`` weighs the first value of each flow [flow], ``causes`` what each cause of growth has added by
    then [flow], ``again`` money spent again [allocation], ``legs`` [leg] and ``stated`` [posting] effects.
    """

    year: int
    first: Floats
    causes: Mapping[Cause, Floats]
    again: Floats
    legs: Floats
    stated: Floats
    signs: Floats = field(repr=False)  # [flow]: in which direction the figure sees the flow

    def only_flows(self) -> Terms:
        """Without effects."""
        return replace(self, legs=self.legs * 0.0, stated=self.stated * 0.0)

    def only_of(self, economy: Economy, interventions: Flags) -> Terms:
        """The effects of some interventions [intervention], and no flows."""
        return replace(
            self,
            first=self.first * 0.0,
            causes={cause: weight * 0.0 for cause, weight in self.causes.items()},
            again=self.again * 0.0,
            legs=self.legs * interventions[economy.legs.intervention],
            stated=self.stated * interventions[economy.stated.intervention],
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
    """The weights of a figure; raises FigureNotKnown."""
    check_figure(economy.place, figure)
    at = figure.year.starts - economy.place.base_year.starts
    nodes = _node_weights(economy, figure)
    whole = _whole(economy, at, nodes if figure.name not in {"gap", "driver"} else -nodes)
    match figure.name:
        case "gap" | "do_nothing_position":
            return _keep(economy, whole, in_stage(economy, "do_nothing"))
        case "position":
            return _keep(economy, whole, in_stage(economy, "do_nothing") | in_stage(economy, "plan"))
        case "driver":
            return _driver(economy, whole, figure.item)
    return whole.only_of(economy, _chosen(economy, figure))


def _chosen(economy: Economy, figure: Figure) -> Flags:
    """The interventions that a bridge or an impact is about [intervention]."""
    rows = economy.interventions
    if figure.name == "bridge":
        return np.array(
            [row.stage == "plan" and (not figure.item or row.step == figure.item) for row in rows],
            dtype=np.bool_,
        )
    if figure.item:
        return np.array([row.intervention == figure.item for row in rows], dtype=np.bool_)
    return in_stage(economy, "plan")


def _node_weights(economy: Economy, figure: Figure) -> Floats:
    if figure.organisation:
        return np.array([1.0 if node == figure.organisation else 0.0 for node in economy.nodes])
    weights = economy.share.copy()
    if figure.name == "impact":  # the total of the table, in which what is not attributed stands apart
        weights[economy.nodes.index(UNATTRIBUTED)] = 0.0
    return weights


def _whole(economy: Economy, at: int, nodes: Floats) -> Terms:
    """The weights of everything that reaches the nodes [node] in a year."""
    flows, legs, stated = economy.flows, economy.legs, economy.stated
    signs = nodes[flows.payee] - nodes[flows.payer]
    again = nodes[economy.nodes.index(RESOURCES)] - nodes[flows.payee[flows.spent_again]]
    return Terms(
        at,
        signs * flows.runs[at],
        dict.fromkeys(CAUSES, signs * flows.recurrent),
        again if at > 0 else again * 0.0,
        nodes[legs.payee] - nodes[legs.payer],
        nodes[stated.payee] - nodes[stated.payer],
        signs,
    )


def _keep(economy: Economy, whole: Terms, interventions: Flags) -> Terms:
    return replace(
        whole,
        legs=whole.legs * interventions[economy.legs.intervention],
        stated=whole.stated * interventions[economy.stated.intervention],
    )


def _driver(economy: Economy, whole: Terms, driver: str) -> Terms:
    count = counted(economy)[driver]
    nothing = np.zeros_like(whole.signs)
    invested = _keep(economy, whole, in_stage(economy, "do_nothing"))
    return replace(
        invested if driver == "investments" else whole.only_flows(),
        first=whole.signs * count.first_value[whole.year],
        causes={
            cause: whole.signs * count.causes[cause] if cause in count.causes else nothing for cause in CAUSES
        },
        again=whole.again if driver == "not_recurrent" else whole.again * 0.0,
    )
