"""Contract forms: what a payer pays when activity is not what was agreed.

Everything is in the prices of the year. With T the activity at tariff, A the agreed activity, and q what
outcomes leave of the payment, a contract pays q × (inside + marginal rate × (T − inside)), inside being T
held between low × A and high × A. Tariff pays T; a block has low = high = 1 and a marginal rate of 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leftshift.economy.arrays import Codes, Floats, Forms, Source, grower_of
from leftshift.economy.rates import Rates
from leftshift.place.place import Place
from leftshift.place.rows import TARIFF, Contract, Form

NO_MOVE = 1e-6  # £000: below it the rate is that of the next pound, for a quotient would be noise


def prepare_forms(place: Place, rates: Rates, rows: Sequence[Source], first: Codes) -> Forms:
    """The forms of the contracts that are not paid by tariff; ``first`` is the first year of each row."""
    known = place.forms_by_name
    _ask_for_all(place, rates)
    found = [
        (at, row, known[row.form])
        for at, row in enumerate(rows)
        if isinstance(row, Contract) and row.form in known and known[row.form].kind != TARIFF
    ]
    years = len(place.years)
    agreed = np.array([rates.of(grower_of(row), form.agreed_growth) for _, row, form in found])
    quality = np.array([_quality(rates, row, form) for _, row, form in found])
    agreed, quality = (part.reshape(-1, years).T.copy() for part in (agreed, quality))
    flow = np.array([at for at, _, _ in found], dtype=np.int64)
    as_it_is = np.arange(years)[:, None] <= first[flow][None, :]
    agreed[as_it_is], quality[as_it_is] = 0.0, 1.0
    forms = [form for _, _, form in found]
    return Forms(
        flow,
        agreed,
        np.array([1.0 - form.collar for form in forms]),
        np.array([1.0 + form.cap for form in forms]),
        np.array([form.moves for form in forms]),
        quality,
        np.array([form.gain_share for form in forms]),
    )


def _quality(rates: Rates, row: Contract, form: Form) -> Floats:
    if form.outcome is None:
        return np.ones(len(rates.place.years))
    missed: Floats = 1.0 - rates.of(row.payee, form.outcome)
    return 1.0 - form.at_risk * missed


def _ask_for_all(place: Place, rates: Rates) -> None:
    """A form that no contract has yet is a choice at hand, so the rates that it names are not unused."""
    named = {name for form in place.forms for name in (form.agreed_growth, form.outcome) if name}
    for row in place.assumptions:
        if row.assumption in named:
            rates.of(row.organisation, row.assumption)


def paid(forms: Forms, activity: Floats, agreed: Floats, quality: Floats | None = None) -> Floats:
    """What is paid for activity at tariff [..., year, contract], given what was agreed."""
    inside = np.clip(activity, forms.low * agreed, forms.high * agreed)
    whole: Floats = inside + forms.marginal * (activity - inside)
    return whole * (forms.quality if quality is None else quality)


def rate_of_change(forms: Forms, before: Floats, change: Floats, agreed: Floats) -> Floats:
    """How much of each pound of a change in activity moves the payment: the mean over the whole change.

    So every intervention that changes a contract's activity moves its payment in proportion, whatever their order.
    """
    moves = np.abs(change) > NO_MOVE
    step = np.where(moves, change, 1.0)
    mean = (paid(forms, before + step, agreed) - paid(forms, before, agreed)) / step
    rate: Floats = np.where(moves, mean, rate_at(forms, before, agreed))
    return rate


def rate_at(forms: Forms, activity: Floats, agreed: Floats) -> Floats:
    """The rate for the next pound; on an edge of what is paid in full, the mean of both sides."""
    low, high = forms.low * agreed, forms.high * agreed
    above = ((activity > low) * 1.0 + (activity >= low)) / 2
    below = ((activity < high) * 1.0 + (activity <= high)) / 2
    rate: Floats = forms.quality * (forms.marginal + (1.0 - forms.marginal) * (above + below - 1.0))
    return rate


def in_words(form: Form) -> str:
    """What a form does with a change in activity, in a phrase."""
    match form.kind:
        case "block":
            return "block: activity and cost move, the payment does not"
        case "cap_and_collar":
            return (
                f"cap and collar: paid by tariff from {-form.collar:+.0%} to {form.cap:+.0%} of the agreed "
                f"activity, beyond at {form.marginal_rate or 0:.0%}"
            )
        case "outcome_linked":
            return (
                f"outcome-linked: {form.risk_share or 0:.0%} of a change in activity moves the payment, "
                f"{form.at_risk:.0%} of it hangs on outcomes"
            )
        case _:
            return "tariff: the payment follows activity"
