"""Named checks of capital: what is funded is spent, and what is posted can be worked out."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.capacity.capital import Programme, capital_programmes
from leftshift.foundation.faults import Fault
from leftshift.place.capacity_rows import CapitalAmount, CapitalProgramme, Site
from leftshift.place.place import Place
from leftshift.place.seen import Seen, fault_at

_POUND = 0.001  # £000


def capital_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Everything that is wrong with the capital programmes of a place."""
    sites = {row.site: row for row in place.sites}
    for amount in place.capital:
        yield from _site(amount, sites.get(amount.site or ""))
    for programme in capital_programmes(place):
        yield from _saving(programme.row)
        yield from _posted(programme.row)
        if seen.is_sound("capital"):
            yield from _spent(place, programme)
            if seen.is_sound("capital_funding"):
                yield from _funded(place, programme)


def _site(row: CapitalAmount, site: Site | None) -> Iterator[Fault]:
    """Nothing is built on a closed site, and what closes is not sold before."""
    if site is None or site.closes is None:
        return
    if row.kind == "cost" and row.year >= site.closes:
        yield fault_at(
            row, "site", "site is not open",
            expected=f"a site that is open in {row.year}; {site.site} closes in {site.closes}",
            action="Correct the site, the year, or when the site closes",
        )  # fmt: skip
    if row.kind == "disposal" and row.year < site.closes:
        yield fault_at(
            row, "year", "dates do not follow",
            expected=f"{site.closes} or later, when {site.site} closes", action="Sell it later, or close it earlier",
        )  # fmt: skip


def _saving(row: CapitalProgramme) -> Iterator[Fault]:
    """A return and a payback are of a saving."""
    if row.annual_saving:
        return
    asked = (
        ("saving_from", row.saving_from is not None),
        ("basis_of_return", row.basis_of_return != "net"),
        ("basis_of_payback", row.basis_of_payback != "net"),
    )
    for column, is_given in asked:
        if is_given:
            yield fault_at(
                row, column, "nothing uses it",
                expected="an empty cell, for annual_saving is not given: return and payback are of a saving",
                action="Give annual_saving, or clear the cell",
            )  # fmt: skip


def _posted(row: CapitalProgramme) -> Iterator[Fault]:
    if row.posted and row.life is None:
        yield fault_at(
            row, "life", "missing value",
            expected="the years over which it is written off, for its charges are posted",
            action="Fill in the cell, or post nothing",
        )  # fmt: skip


def _spent(place: Place, programme: Programme) -> Iterator[Fault]:
    row, first = programme.row, programme.saving_from
    if not programme.cost_of:
        yield fault_at(
            row, "programme", "nothing uses it",
            expected="rows of kind cost in capital.csv", action="Add what it costs, or remove the programme",
        )  # fmt: skip
        return
    starts = [year for year, cost in zip(programme.years, programme.costs, strict=True) if cost]
    if row.saving_from is not None and first is not None and starts and first < starts[0]:
        yield fault_at(
            row, "saving_from", "dates do not follow",
            expected=f"a year from {starts[0]} on, when its first money is spent", action="Correct the year",
        )  # fmt: skip
    if row.posted and starts and starts[0] > place.last_year:
        yield fault_at(
            row, "posted", "nothing uses it",
            expected=f"money spent by {place.last_year}: charges begin when it is", action="Post nothing, or correct the years of capital.csv",
        )  # fmt: skip


def _funded(place: Place, programme: Programme) -> Iterator[Fault]:
    """No more money comes in than is needed once everything is sold, and no less than none; told at the largest source."""
    if programme.funding < -_POUND:
        least = min(
            (entry for entry in place.capital_funding if entry.programme == programme.row.programme),
            key=lambda entry: (entry.amount, entry.funding, entry.year),
        )
        yield fault_at(
            least, "amount", "value out of range",
            found=f"{programme.funding:,.0f} from all sources and years together, £000",
            expected="years below nought that others make good", action="Add what comes in before, or correct the amount",
        )  # fmt: skip
    if not programme.cost_of or programme.funding <= max(0.0, programme.net) + _POUND:
        return
    row = max(
        (entry for entry in place.capital_funding if entry.programme == programme.row.programme),
        key=lambda entry: (entry.amount, entry.funding, entry.year),
    )
    yield fault_at(
        row, "amount", "funding above cost",
        found=f"{programme.funding:,.0f} from all sources, £000",
        expected=f"at most {programme.net:,.0f}, which is the cost of {programme.gross:,.0f} less {programme.disposals:,.0f} that is sold",
        action="Lower the funding, or correct the cost in capital.csv; what is sold is no source of funds beside it",
    )  # fmt: skip
