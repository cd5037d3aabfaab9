"""What only the model can see: faults of rates and effects, and the consistency checks of a run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from leftshift.economy.arrays import Economy, name_of
from leftshift.economy.preparing import prepare
from leftshift.economy.rates import NEEDED_BY_RATES, rate_faults
from leftshift.economy.result import Result
from leftshift.economy.uncertainty.drawing import correlation_faults, unmoved_money, unmoved_rates
from leftshift.foundation.checks import CheckResult
from leftshift.foundation.faults import Fault, near_miss
from leftshift.place.place import Place
from leftshift.place.rows import Contract, Limit, Line, Verification
from leftshift.place.schema import catalogue
from leftshift.place.seen import Seen, fault_at

TWO_SIDES = "Every payment has two sides"
BRIDGE_LEADS = "The bridge leads from the gap to the closing position"
INSIDE_CANCELS = "Payments inside the perimeter cancel"
FITS = "Interventions fit into what they change"
STATED_BALANCE = "Stated effects balance"
LEFT_OUT = "What the switches leave out"
CHECKS = (TWO_SIDES, BRIDGE_LEADS, INSIDE_CANCELS, FITS, STATED_BALANCE, LEFT_OUT)
"""The consistency checks of a run, by the words that people know them by."""


def economy_faults(place: Place, seen: Seen, more_checks: tuple[str, ...] = ()) -> Iterator[Fault]:
    """Faults that show when every contract, line and effect asks for its rates; ``more_checks`` are those of other subjects."""
    economy = prepare(place)
    yield from _assumption_names(place, seen)
    yield from _checks_that_are_named(place, (*CHECKS, *more_checks))
    yield from _followers(economy, seen)
    yield from rate_faults(economy.rates, seen)
    if seen.is_sound(*NEEDED_BY_RATES, "uncertainty", "correlations"):
        yield from unmoved_rates(economy.rates)
        yield from unmoved_money(economy)
        yield from correlation_faults(place)


def _assumption_names(place: Place, seen: Seen) -> Iterator[Fault]:
    """A setting that names an assumption names one that is there."""
    known = {row.assumption for row in place.assumptions} | {row.assumption for row in place.derivations}
    for row in place.settings:
        names_one = catalogue("settings")[row.setting]["values"] == ["assumption"]
        if names_one and row.value not in known and seen.is_sound("assumptions", "derivations"):
            yield fault_at(
                row,
                "value",
                "unknown assumption",
                expected="an assumption of assumptions.csv or derivations.csv",
                action="Correct it, or add the assumption",
                suggestion=near_miss(row.value, known),
            )


def _checks_that_are_named(place: Place, known: tuple[str, ...]) -> Iterator[Fault]:
    """Who verifies a check, or accepts that it cannot be made, names one that there is."""
    rows: list[Verification | Limit] = [*place.verifications, *place.limits]
    for row in rows:
        if row.kind == "check" and row.item and row.item not in known:
            yield fault_at(
                row,
                "item",
                "unknown check",
                expected="one of: " + "; ".join(known),
                action="Write the words of the check as leftshift check prints them",
                suggestion=near_miss(row.item, known),
            )


def _followers(economy: Economy, seen: Seen) -> Iterator[Fault]:
    """A line that follows activity belongs to a body that is paid for some."""
    flows = economy.flows
    paid = {
        flows.payee[at] for at, row in enumerate(flows.rows) if isinstance(row, Contract) and row.recurrent
    }
    left_out = {row.payee for row in economy.place.contracts}
    for at in flows.follower:
        row = flows.rows[at]
        owner = row.organisation if isinstance(row, Line) else row.payer
        if flows.payer[at] not in paid and owner not in left_out and seen.is_sound("contracts", "services"):
            yield fault_at(
                row,
                "service",
                "nothing uses it",
                expected=f"a recurrent contract that pays {owner}",
                action="The line grows with activity, and there is none: give a contract, or a service that does not follow activity",
            )


def run_checks(result: Result) -> tuple[CheckResult, ...]:
    """The consistency checks of a run."""
    return (
        _balance(result),
        _bridge(result),
        _inside_cancels(result),
        _not_more_than_there_is(result),
        _one_sided(result),
        _left_out(result),
    )


def _balance(result: Result) -> CheckResult:
    off = max(
        float(np.abs(positions.sum(axis=2)).max())
        for positions in (result.projection.do_nothing, result.projection.with_plan)
    )
    return CheckResult(
        TWO_SIDES,
        off <= 1e-3 + 1e-9,
        f"All positions, those outside included, sum to £{off * 1000:,.2f}",
    )


def _bridge(result: Result) -> CheckResult:
    off = max(
        abs(result.perimeter_position(year) + result.gap(year) - sum(result.bridge(year).values()))
        for year in result.years
    )
    return CheckResult(
        BRIDGE_LEADS,
        off <= 1e-3,
        f"Largest difference of any year £{off * 1000:,.2f}",
    )


def _inside_cancels(result: Result) -> CheckResult:
    """The perimeter's position, summed from payments that cross its edge only, is the sum of its members'."""
    economy, projection = result.projection.economy, result.projection
    flows, share = economy.flows, economy.share
    crossing = share[flows.payee] - share[flows.payer]
    from_edge = (projection.flows[0] * crossing).sum(axis=1) - (
        projection.spent_again[0] * share[flows.payee[flows.spent_again]]
    ).sum(axis=1)
    invested = projection.weighed(share)[0][:, economy.stages["do_nothing"]].sum(axis=1)
    off = float(np.abs(from_edge + invested - projection.perimeter(projection.do_nothing)[0]).max())
    scale = float(np.abs(projection.flows).sum())
    return CheckResult(
        INSIDE_CANCELS,
        off <= 1e-3 + 1e-12 * scale,
        f"Largest difference of any year £{off * 1000:,.2f}",
    )


def _not_more_than_there_is(result: Result) -> CheckResult:
    economy, projection = result.projection.economy, result.projection
    left = projection.activity[0].copy()
    for column, effect in enumerate(economy.legs.effect):
        if economy.legs.share[column] < 0:
            left[:, economy.effects.flow[effect]] += np.minimum(
                projection.legs_at_tariff[0, :, column], 0.0
            ) * (economy.legs.price_of[column] == economy.effects.flow[effect])
    least = (
        np.minimum(projection.activity[0], 0.0) - 1e-6
    )  # a cost that has fallen below the base year's is negative itself
    names = sorted({name_of(economy.flows.rows[at]) for at in np.flatnonzero((left < least).any(axis=0))})
    detail = (
        "No intervention takes away more than there is"
        if not names
        else "More is taken away than there is: " + ", ".join(names[:10])
    )
    return CheckResult(FITS, not names, detail)


def _one_sided(result: Result) -> CheckResult:
    """Pairs were refused at reading unless they balance; what is stated for one side cannot be tested."""
    name = STATED_BALANCE
    single = {row.intervention for row in result.place.stated_effects if row.payer is None}
    paired = sum(row.payer is not None for row in result.place.stated_effects)
    if single:
        words = f"{len(single)} interventions are stated for one side only: balance cannot be tested"
        return CheckResult(name, None, words + (f"; {paired} rows are paired and balance" if paired else ""))
    if not paired:
        return CheckResult(name, None, "No effect is stated")
    return CheckResult(name, True, f"{paired} rows are paired and balance")


def _left_out(result: Result) -> CheckResult:
    economy = result.projection.economy
    kept = {id(row) for row in economy.flows.rows}
    rows = [name_of(row) for row in result.place.flow_rows if id(row) not in kept]
    named = [*rows, *(f"effect {name}" for name in economy.left_out)]
    detail = (
        "Nothing is left out"
        if not named
        else f"{len(named)} left out by the switches: " + ", ".join(sorted(named)[:10])
    )
    return CheckResult(LEFT_OUT, True if not named else None, detail)
