"""Capacity in sentences, for the terminal, the report and the workspace."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.capacity.beds.needing import Pool
from leftshift.capacity.capital import Programme
from leftshift.capacity.estate import Estate, SiteYear
from leftshift.capacity.result import Capacity
from leftshift.foundation.money import thousands
from leftshift.foundation.years import FinancialYear

_MINUS = "−"
_HALF = 0.5  # £000: what rounds to nothing


def count(value: float, *, signed: bool = False) -> str:
    """A number of beds, people or admissions, rounded half up."""
    text = thousands(value)
    return f"+{text}" if signed and not text.startswith(_MINUS) and text != "0" else text


def amount_or_dash(value: float | None, *, signed: bool = False) -> str:
    """A number, or a dash where it is not known."""
    return "–" if value is None else count(value, signed=signed)


def pool_name(capacity: Capacity, pool: Pool) -> str:
    """The beds of a pool as people call them: type and provider."""
    types = {row.bed_type: row.name for row in capacity.place.bed_types}
    return f"{types[pool.bed_type]}, {pool.provider}"


def bed_sentence(capacity: Capacity, year: FinancialYear) -> Iterator[str]:
    """For each pool, the beds needed at the start and in a year, and what is open."""
    beds, at = capacity.beds, capacity.years.index(year)
    for number, pool in enumerate(beds.pools):
        start, end = beds.needed[0, number, 0], beds.needed[at, number, 0]
        words = f"{pool_name(capacity, pool)}: {count(start)} needed in {capacity.years[0]}, {count(end)} in {year}"
        words += f" at {beds.occupancy(pool):.0%} occupancy"
        yield words + (f"; {count(beds.open[at, number])} are open." if beds.counted[number] else ".")


def site_words(estate: Estate, name: str, found: SiteYear) -> str:
    """What is to be said of a site in a year."""
    if not found.is_open:
        return "closed"
    words = ["below the target of use"] if found.is_below_target else []
    closes = estate.sites[name].closes
    if closes:
        moving = [row.service for row in estate.closing()[name]]
        words.append(f"closes {closes}" + (f"; moving: {', '.join(moving)}" if moving else ""))
    return "; ".join(words)


def programme_sentence(programme: Programme) -> str:
    """Gross, disposals, net, return and payback of a programme, each with its basis."""
    row = programme.row
    sold = f"£{count(programme.disposals)}k of disposals" if programme.disposals else "no disposals"
    words = f"{row.name}: £{count(programme.gross)}k gross, {sold}, £{count(programme.net)}k net."
    if programme.return_on_investment is not None:
        words += f" Return {programme.return_on_investment:.1%} on {row.basis_of_return} cost"
        words += (
            f", payback {programme.payback:.2f} years on {row.basis_of_payback} cost."
            if programme.payback
            else "."
        )
    if programme.net_present_value is not None:
        words += f" Net present value £{count(programme.net_present_value)}k."
    return words + (
        f" £{count(programme.ask)}k still to be found."
        if abs(programme.ask) >= _HALF
        else " All of it is found."
    )
