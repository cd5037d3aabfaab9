"""Named checks of activity: that rows are whole, and that no contract is worth less than what is done for it."""

from __future__ import annotations

from collections.abc import Iterator

from leftshift.capacity.activity.contracts import contract_ties
from leftshift.capacity.parameters import parameter
from leftshift.foundation.ages import ALL_AGES
from leftshift.foundation.checks import CheckResult
from leftshift.foundation.faults import Fault
from leftshift.place.capacity_rows import Activity
from leftshift.place.place import Place
from leftshift.place.rows import Contract
from leftshift.place.schema import catalogue
from leftshift.place.seen import Seen, fault_at

TIES = "Activity at its prices is no more than its contract"
_NEEDED = ("activity", "points_of_delivery", "contracts", "services", "bed_types", "sites")


def activity_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    """Faults of activity and its points of delivery."""
    if not seen.is_sound(*_NEEDED):
        return
    kinds = {row.point_of_delivery: row.kind for row in place.points_of_delivery}
    contracts = {row.contract: row for row in place.contracts}
    known = {row.code for row in place.organisations}
    owners = {row.site: row.organisation for row in place.sites if row.organisation in known}
    for row in place.activity:
        yield from _stays(row, kinds.get(row.point_of_delivery))
        yield from _contract(row, contracts.get(row.contract or ""))
        yield from _growth(place, row)
        if row.site in owners and owners[row.site] != row.provider:
            yield fault_at(row, "site", "site of another body", expected=f"a site of {row.provider}", action="Correct site or provider")  # fmt: skip
    yield from _unused(place)


def _stays(row: Activity, kind: str | None) -> Iterator[Fault]:
    has_days = kind is None or catalogue("points_of_delivery")[kind]["bed_days"]
    if not has_days:
        for column in ("length_of_stay", "bed_type"):
            if getattr(row, column) is not None:
                yield fault_at(row, column, "nothing uses it", expected=f"an empty cell: {kind} has no bed days", action="Clear the cell, or correct the point of delivery")  # fmt: skip
    elif row.bed_type and row.length_of_stay is None:
        yield fault_at(row, "length_of_stay", "missing value", expected="a mean length of stay: its bed days need one", action="Fill in the cell")  # fmt: skip


def _contract(row: Activity, contract: Contract | None) -> Iterator[Fault]:
    if contract is None:
        return
    if contract.payee != row.provider:
        yield fault_at(row, "provider", "contract of another body", expected=f"{contract.payee}, whom contract {contract.contract} pays", action="Correct provider or contract")  # fmt: skip
    if row.commissioner and contract.payer != row.commissioner:
        yield fault_at(row, "commissioner", "contract of another body", expected=f"{contract.payer}, who pays contract {contract.contract}", action="Correct commissioner or contract")  # fmt: skip


def _growth(place: Place, row: Activity) -> Iterator[Fault]:
    if row.demographic_growth == "service" and row.contract is None:
        yield fault_at(row, "demographic_growth", "missing value", found="service, and no contract", expected="a contract, whose service says how it grows", action="Name the contract, or write population or none")  # fmt: skip
    if row.demographic_growth == "population" and not place.population:
        yield fault_at(row, "demographic_growth", "missing file", found="population", expected="population.csv with the people it follows", action="Add it, or write service or none")  # fmt: skip
    if row.area and row.demographic_growth != "population":
        yield fault_at(row, "area", "nothing uses it", expected="an empty cell: only population growth is of an area", action="Clear the cell, or write population as its growth")  # fmt: skip


def _unused(place: Place) -> Iterator[Fault]:
    named = {row.point_of_delivery for row in place.activity}
    for row in place.points_of_delivery:
        if row.point_of_delivery not in named:
            yield fault_at(row, "point_of_delivery", "nothing uses it", expected="a row of activity.csv that uses it", action="Use it, or remove it")  # fmt: skip
    weighed = {
        row.point_of_delivery
        for row in place.activity
        if row.demographic_growth == "population" and row.age_band == ALL_AGES
    }
    for weight in place.age_weights:
        if weight.point_of_delivery not in weighed:
            yield fault_at(weight, "point_of_delivery", "nothing uses it", expected="activity of all ages that follows the population", action="Remove the weight, or let activity follow the population")  # fmt: skip


def activity_checks(place: Place) -> tuple[CheckResult, ...]:
    """What is held against the contracts; nothing where no activity names one."""
    ties = contract_ties(place)
    if not ties:
        return ()
    most = 1 + parameter("activity_tolerance")
    over = [tie for tie in ties if tie.share > most]
    words = [
        f"{tie.contract.contract}: £{tie.activity:,.0f}k of £{tie.contract.value:,.0f}k"
        for tie in over or ties
    ]
    return (CheckResult(TIES, not over, "; ".join(words[:10])),)
