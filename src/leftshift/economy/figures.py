"""The value of any named figure, for every draw of a projection."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.economy.projecting import Projection
from leftshift.place.rows import UNATTRIBUTED, Line, Published

# £000 and shares of one inside; what people print outside
PER_UNIT: Mapping[str, float] = {
    "£000": 1.0, "£": 1000.0, "£m": 0.001, "%": 100.0, "beds": 1.0, "admissions": 1.0, "people": 1.0, "WTE": 1.0, "years": 1.0,
}  # fmt: skip


def half_of_last_digit(value: Decimal) -> Decimal:
    """How far a printed number may be from what was rounded to it."""
    exponent = value.as_tuple().exponent
    return Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)


def figure_value(projection: Projection, row: Published) -> Floats:
    """The modelled value of the figure that a published row is about [draw], in the row's unit."""
    at = row.year.starts - projection.economy.place.base_year.starts
    value: Floats = np.asarray(_FIGURES[row.figure](projection, row, at)) * PER_UNIT[row.unit]
    return value


def _share(projection: Projection, row: Published) -> Floats:
    """The share of each node in the perimeter that the row names."""
    if row.perimeter is None:
        return projection.economy.share.copy()
    shares = projection.economy.place.shares_in(row.perimeter)
    return np.array([shares.get(node, 0.0) for node in projection.economy.nodes])


def _gap(projection: Projection, row: Published, at: int) -> Floats:
    gap: Floats = -(projection.do_nothing[:, at] @ _share(projection, row))
    return gap


def _gap_without(projection: Projection, row: Published, at: int) -> Floats:
    return _gap(projection, row, at) + weighed(
        projection, at, _named(projection, row.item), _share(projection, row)
    )


def _gap_with(projection: Projection, row: Published, at: int) -> Floats:
    return _gap(projection, row, at) - weighed(
        projection, at, _named(projection, row.item), _share(projection, row)
    )


def _position(projection: Projection, positions: Floats, row: Published, at: int) -> Floats:
    if row.organisation is None:
        total: Floats = positions[:, at] @ _share(projection, row)
        return total
    found: Floats = positions[:, at, projection.economy.nodes.index(row.organisation)]
    return found


def weighed(projection: Projection, at: int, interventions: list[int], share: Floats) -> Floats:
    """What interventions do to nodes in a year, weighed by the nodes' shares [draw]."""
    total: Floats = projection.weighed(share)[:, at, interventions].sum(axis=1)
    return total


def _named(projection: Projection, item: str) -> list[int]:
    return [
        position for position, row in enumerate(projection.economy.interventions) if row.intervention == item
    ]


def _of_step(projection: Projection, *steps: str) -> list[int]:
    rows = enumerate(projection.economy.interventions)
    return [position for position, row in rows if row.stage == "plan" and (not steps or row.step in steps)]


def _bridge(projection: Projection, row: Published, at: int) -> Floats:
    return weighed(projection, at, _of_item(projection, row), _share(projection, row))


def _of_item(projection: Projection, row: Published) -> list[int]:
    """The interventions of the steps that a row names, joined by +; of all steps where it names none."""
    return _of_step(projection, *(item.strip() for item in row.item.split("+") if item))


# ------------------------------------------------------------------ spending
def _whose(projection: Projection, row: Published) -> Floats:
    """The share of each node in what a row is about: one organisation, or the perimeter."""
    share = _share(projection, row)
    return share if row.organisation is None else attributed(projection, share, row.organisation)


def _spending(projection: Projection, row: Published, at: int) -> Floats:
    """What goes to staff, suppliers and others outside, before any intervention [draw]."""
    flows = projection.economy.flows
    costs = np.array([isinstance(entry, Line) and entry.type == "cost" for entry in flows.rows])
    weight = _whose(projection, row)[flows.payer] * costs
    total: Floats = projection.flows[:, at] @ weight
    return total


def _growth_of_spending(projection: Projection, row: Published, at: int) -> Floats:
    start = _spending(projection, row, 0)
    moved = _spending(projection, row, at) - start
    return np.divide(moved, start, out=np.zeros_like(moved), where=start != 0)


def _saving_of_spending(projection: Projection, row: Published, at: int) -> Floats:
    start = _spending(projection, row, 0)
    saved = weighed(projection, at, _of_item(projection, row), _whose(projection, row))
    return np.divide(saved, start, out=np.zeros_like(saved), where=start != 0)


def _net_growth_of_spending(projection: Projection, row: Published, at: int) -> Floats:
    return _growth_of_spending(projection, row, at) - _saving_of_spending(projection, row, at)


def _share_of_savings(projection: Projection, row: Published, at: int) -> Floats:
    part = weighed(
        projection,
        at,
        _of_item(projection, row),
        _share(projection, row),
    )
    whole = weighed(projection, at, _of_step(projection), _share(projection, row))
    return np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)


def attributed(projection: Projection, share: Floats, organisation: str | None) -> Floats:
    """The shares of what a plan gives to organisations: of one, or of all but ``unattributed``."""
    kept = np.zeros_like(share)
    if organisation is not None:
        kept[projection.economy.nodes.index(organisation)] = 1.0
        return kept
    kept += share
    kept[projection.economy.nodes.index(UNATTRIBUTED)] = 0.0
    return kept


def _impact(projection: Projection, row: Published, at: int) -> Floats:
    interventions = _named(projection, row.item) if row.item else _of_step(projection)
    return weighed(
        projection, at, interventions, attributed(projection, _share(projection, row), row.organisation)
    )


def _unattributed(projection: Projection, row: Published, at: int) -> Floats:
    interventions = _named(projection, row.item) if row.item else _of_step(projection)
    share = _share(projection, row)
    return weighed(projection, at, interventions, share - attributed(projection, share, None))


def _investment(projection: Projection, row: Published, at: int) -> Floats:
    rows = [
        position
        for position, entry in enumerate(projection.economy.interventions)
        if entry.stage == "do_nothing"
    ]
    interventions = _named(projection, row.item) if row.item else rows
    return -weighed(
        projection, at, interventions, attributed(projection, _share(projection, row), row.organisation)
    )


def _assumption(projection: Projection, row: Published, at: int) -> Floats:
    rate = projection.economy.rates.of(str(row.organisation), row.item)[at]
    return np.full(len(projection.flows), rate)


_FIGURES: Mapping[str, Callable[[Projection, Published, int], Floats]] = {
    "gap": _gap,
    "gap_without": _gap_without,
    "closing_position": lambda projection, row, at: _position(projection, projection.with_plan, row, at),
    "do_nothing_position": lambda projection, row, at: _position(projection, projection.do_nothing, row, at),
    "gap_with": _gap_with,
    "bridge": _bridge,
    "cost_of_step": lambda projection, row, at: -_bridge(projection, row, at),
    "spending": _spending,
    "growth_of_spending": _growth_of_spending,
    "saving_of_spending": _saving_of_spending,
    "net_growth_of_spending": _net_growth_of_spending,
    "share_of_savings": _share_of_savings,
    "impact": _impact,
    "impact_unattributed": _unattributed,
    "computed_effect": _impact,
    "investment": _investment,
    "assumption": _assumption,
}


_POSITIONS = frozenset(
    {"gap", "gap_without", "gap_with", "closing_position", "do_nothing_position", "spending", "growth_of_spending",
     "saving_of_spending", "net_growth_of_spending"}
)  # fmt: skip


def how_it_came_about(projection: Projection, row: Published) -> str:
    """``stated`` when the figure restates rows of a plan, ``calibrated`` or ``computed`` when it is worked out."""
    if row.figure == "assumption":
        return (
            "computed" if projection.economy.rates.is_computed(str(row.organisation), row.item) else "stated"
        )
    if row.figure in _POSITIONS:
        return "calibrated" if _rests_on_calibration(projection, row.organisation) else "computed"
    ruled = {effect.intervention for effect in projection.economy.place.effects}
    steps = {item.strip() for item in row.item.split("+")}
    stage = "do_nothing" if row.figure == "investment" else "plan"
    concerned = {
        entry.intervention
        for entry in projection.economy.interventions
        if entry.intervention == row.item or (entry.stage == stage and (not row.item or entry.step in steps))
    }
    return "computed" if concerned & ruled else "stated"


def _rests_on_calibration(projection: Projection, organisation: str | None) -> bool:
    economy = projection.economy
    inside = (
        {economy.nodes.index(organisation)} if organisation else set(np.flatnonzero(economy.share).tolist())
    )
    flows = economy.flows
    return any(
        row.basis == "calibrated" and {int(flows.payer[at]), int(flows.payee[at])} & inside
        for at, row in enumerate(flows.rows)
    )
