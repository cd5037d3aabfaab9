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
    follows_form: bool = False  # a payment for activity: the contract's form says how much of it moves
    is_shared_gain: bool = False  # what the form gives back to the payer of a saving in cost

    @property
    def is_cost(self) -> bool:
        """Whether it moves with the price of somebody's cost."""
        return self.index.endswith("_cost")


def _payment(payee: Party, sign: int, share: str | None = None) -> Leg:
    """A payment that is agreed for itself: for a new service, or as an investment."""
    return Leg("payer", payee, sign, share, "payment")


def _activity(payee: Party) -> Leg:
    """Activity that goes: what is no longer paid for it depends on the form of the contract."""
    return Leg("payer", payee, -1, None, "payment", follows_form=True)


def _cost(party: Literal["provider", "receiver"], sign: int, share: str) -> Leg:
    return Leg(party, "resources", sign, share, "provider_cost" if party == "provider" else "receiver_cost")


_LINE_FALLS = Leg("owner", "resources", -1, None, "line")
_SHARED_GAIN = Leg("payer", "provider", -1, "cost_share", "provider_cost", is_shared_gain=True)
_SHIFT = (
    _activity("provider"), _cost("provider", -1, "cost_share"),
    _payment("receiver", +1, "price_share"), _cost("receiver", +1, "receiver_cost_share"),
)  # fmt: skip

LEGS: Mapping[str, tuple[Leg, ...]] = {
    "length_of_stay": (_cost("provider", -1, "cost_share"), _SHARED_GAIN),
    "overheads_released": (_LINE_FALLS,),
    "beds_reduced": (_activity("provider"), _cost("provider", -1, "cost_share")),
    "bed_days_shifted_to_new": _SHIFT,
    "bed_days_shifted_to_expanded": _SHIFT,
    "qipp_on_contract": (_activity("provider"), _cost("provider", -1, "cost_share")),
    "qipp_outside_contracts": (_LINE_FALLS,),
    "cip": (_LINE_FALLS,),
    "repatriation": (
        _activity("outside"), _payment("receiver", +1, "price_share"), _cost("receiver", +1, "receiver_cost_share"),
    ),
    "investment": (_payment("provider", +1), _cost("provider", +1, "cost_share")),
}  # fmt: skip
