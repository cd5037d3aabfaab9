"""Double entry: the legs of every intervention rule.

A payment leg changes what the payer pays and the payee earns, by the same amount. A resource leg changes
what an organisation spends on staff, supplies and others outside. Signs and shares are of v, the tariff
value of the activity; the shares are data of the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Party = Literal["payer", "provider", "receiver", "owner", "outside", "resources"]
Index = Literal["payment", "provider_cost", "receiver_cost", "line"]


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg: who pays whom, more (+1) or less (-1), which share of v, and by which index it moves."""

    payer: Party
    payee: Party
    sign: int
    share: str | None
    index: Index


def _payment(payee: Party, sign: int, share: str | None = None) -> Leg:
    return Leg("payer", payee, sign, share, "payment")


def _cost(party: Literal["provider", "receiver"], sign: int, share: str) -> Leg:
    return Leg(party, "resources", sign, share, "provider_cost" if party == "provider" else "receiver_cost")


_LINE_FALLS = Leg("owner", "resources", -1, None, "line")
_SHIFT = (
    _payment("provider", -1), _cost("provider", -1, "cost_share"),
    _payment("receiver", +1, "price_share"), _cost("receiver", +1, "receiver_cost_share"),
)  # fmt: skip

LEGS: Mapping[str, tuple[Leg, ...]] = {
    "length_of_stay": (_cost("provider", -1, "cost_share"),),
    "overheads_released": (_LINE_FALLS,),
    "beds_reduced": (_payment("provider", -1), _cost("provider", -1, "cost_share")),
    "bed_days_shifted_to_new": _SHIFT,
    "bed_days_shifted_to_expanded": _SHIFT,
    "qipp_on_contract": (_payment("provider", -1), _cost("provider", -1, "cost_share")),
    "qipp_outside_contracts": (_LINE_FALLS,),
    "cip": (_LINE_FALLS,),
    "repatriation": (
        _payment("outside", -1), _payment("receiver", +1, "price_share"), _cost("receiver", +1, "receiver_cost_share"),
    ),
    "investment": (_payment("provider", +1), _cost("provider", +1, "cost_share")),
}  # fmt: skip
