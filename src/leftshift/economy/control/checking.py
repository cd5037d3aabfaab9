"""Named checks of control totals, envelopes and the risk pool."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.economy.control.risk_pool import risk_pool
from leftshift.economy.projecting import BALANCE_TOLERANCE
from leftshift.foundation.faults import Fault
from leftshift.place.capacity_rows import Envelope
from leftshift.place.place import Place
from leftshift.place.seen import Seen, fault_at


def control_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Everything that is wrong with what organisations are held to."""
    yield from _envelopes(place, seen)
    yield from _quarters(place)
    if seen.is_sound("risk_pool"):
        yield from _not_more_than_there_is(place)


def _envelopes(place: Place, seen: Seen) -> Iterator[Fault]:
    """An envelope is of a payment that the plan makes."""
    known = seen.is_sound("contracts", "effects", "stated_effects")
    for row in place.envelopes:
        if row.payer == row.payee:
            yield fault_at(
                row, "payee", "contract with itself",
                expected=f"another body than the payer {row.payer}", action="Correct payer or payee",
            )  # fmt: skip
        elif known and not _is_paid(place, row):
            yield fault_at(
                row, "payee", "no contract",
                found=f"{row.payer} to {row.payee} in {row.year}",
                expected="a contract between them that runs in that year, or an effect that pays one to the other",
                action="Correct payer, payee or year, or add the contract to contracts.csv",
            )  # fmt: skip


def _is_paid(place: Place, row: Envelope) -> bool:
    ends = (row.payer, row.payee)
    contracts = {entry.contract: entry for entry in place.contracts}
    runs = any(
        (entry.payer, entry.payee) == ends
        and (entry.year == row.year or (entry.recurrent and entry.year < row.year))
        for entry in place.contracts
    )
    stated = any(
        (entry.payer, entry.payee, entry.year) == (*ends, row.year) for entry in place.stated_effects
    )
    shifted = any(
        entry.receiver == row.payee
        and entry.contract in contracts
        and contracts[entry.contract].payer == row.payer
        for entry in place.effects
    )
    return runs or stated or shifted


def _quarters(place: Place) -> Iterator[Fault]:
    for row in place.risk_pool:
        if row.quarter.year not in place.years:
            yield fault_at(
                row, "quarter", "year outside the plan",
                expected=f"a quarter of {place.base_year} to {place.last_year}", action="Correct the quarter, or remove the row",
            )  # fmt: skip


def _not_more_than_there_is(place: Place) -> Iterator[Fault]:
    """No more leaves the pool than is in it; told at the largest row of the first quarter in which it does."""
    for found in risk_pool(place).quarters:
        if found.closing >= -BALANCE_TOLERANCE:
            continue
        leaving = [
            row for row in place.risk_pool if row.quarter == found.quarter and row.kind in ("call", "release")
        ]
        row = max(leaving, key=lambda row: (row.amount, row.organisation, row.item))
        yield fault_at(
            row, "amount", "more than there is",
            found=f"{found.calls + found.releases:,.0f} leaves the pool in {found.quarter}",
            expected=f"at most {found.opening + found.contributions:,.0f}, which is what is in it by then",
            action="Correct the calls and releases, or add the contributions that are missing",
        )  # fmt: skip
        return
