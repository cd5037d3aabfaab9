"""What the terminal shows of activity, beds, staff, estate and capital."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from leftshift.capacity.activity.contracts import contract_ties, growth_beside
from leftshift.capacity.avoiding import Avoidance
from leftshift.capacity.beds.bridging import BRIDGE, NAMES
from leftshift.capacity.beds.sufficing import Sufficing
from leftshift.capacity.capital import Programme
from leftshift.capacity.comparing import MovedCapacity
from leftshift.capacity.result import Capacity
from leftshift.cli.showing import console_of, say, table_of
from leftshift.foundation.years import FinancialYear
from leftshift.reports.capacity.words import (
    amount_or_dash,
    bed_sentence,
    count,
    pool_name,
    programme_sentence,
    site_words,
)


def show_capacity(
    capacity: Capacity, year: FinancialYear, subjects: Sequence[str], chances: Sufficing | None
) -> None:
    """Print the subjects that a place has something on."""
    console = console_of()
    console.print(Text(f"{capacity.place.name} · capacity", "bold"))
    shown = {
        "beds": bool(capacity.beds.pools),
        "activity": bool(capacity.activity.rows),
        "admissions": bool(capacity.avoidable_admissions),
        "workforce": bool(capacity.workforce.do_nothing),
        "estate": bool(capacity.estate.sites),
        "capital": bool(capacity.capital),
    }
    if not any(shown[subject] for subject in subjects):
        say("The place says nothing of this: see docs/guide/capacity.md for the tables.")
    for subject in subjects:
        if shown[subject]:
            _SHOW[subject](capacity, year)
    if chances:
        console.print(_chances(capacity, chances))
    for check in capacity.checks():
        mark, style = ("✓", "green") if check.passed else ("✗", "red")
        console.print(Text(f"{mark} {check.check}. {check.detail}", style))


def _show_beds(capacity: Capacity, year: FinancialYear) -> None:
    console = console_of()
    for sentence in bed_sentence(capacity, year):
        say(sentence)
    console.print(_beds(capacity))
    bridge, closed = capacity.bed_bridge(year), capacity.beds_closed(year)
    table = table_of(f"Bed bridge {year}", ["step", *(pool_name(capacity, pool) for pool in bridge)])
    for step in (*BRIDGE, "end"):
        cells = [count(steps[step], signed=step not in ("start", "end")) for steps in bridge.values()]
        if step in ("start", "end") or any(cell not in ("0", "−0") for cell in cells):
            table.add_row(NAMES[step], *cells, style="bold" if step in ("start", "end") else "")
    table.add_row(
        NAMES["closed"], *(amount_or_dash(closed[pool], signed=True) for pool in bridge), style="dim"
    )
    console.print(table)
    moved = capacity.left_shift(year)
    if moved:
        console.print(_left_shift(capacity, year))


def _beds(capacity: Capacity) -> Table:
    beds = capacity.beds
    table = table_of("Beds needed with the plan (do nothing, fullest month and open below)", ["beds", *map(str, capacity.years)])  # fmt: skip
    for number, pool in enumerate(beds.pools):
        table.add_row(
            pool_name(capacity, pool), *(count(value) for value in beds.needed[:, number, 0]), style="bold"
        )
        table.add_row(
            "  do nothing", *(count(value) for value in beds.needed_doing_nothing[:, number, 0]), style="dim"
        )
        table.add_row("  fullest month", *(count(value) for value in beds.peak[:, number, 0]), style="dim")
        if beds.counted[number]:
            table.add_row("  open", *(count(value) for value in beds.open[:, number]), style="dim")
    return table


def _left_shift(capacity: Capacity, year: FinancialYear) -> Table:
    names = {row.intervention: row.name for row in capacity.place.interventions}
    table = table_of(
        f"What moves {year}, in beds", ["effect", "from", "to", "beds", "back-filled", "to teams"], left=3
    )
    for entry in capacity.left_shift(year):
        cells = (count(entry.moved), count(entry.back_filled), count(entry.to_teams))
        table.add_row(names[entry.intervention], entry.from_provider, entry.to_provider, *cells)
    return table


def _show_activity(capacity: Capacity, year: FinancialYear) -> None:
    places = {row.point_of_delivery: row.name for row in capacity.place.points_of_delivery}
    sums: dict[str, list[float]] = {}
    nothing = capacity.levels.of_rows(do_nothing=True)
    with_plan = capacity.levels.of_rows()
    at = capacity.years.index(year)
    for number, row in enumerate(capacity.activity.rows):
        found = sums.setdefault(row.point_of_delivery, [0.0, 0.0, 0.0])
        for place, value in enumerate((nothing[0, number], nothing[at, number], with_plan[at, number])):
            found[place] += float(value)
    table = table_of(
        "Activity", ["", str(capacity.years[0]), f"{year} do nothing", f"{year} with the plan", "moved"]
    )
    for name, (start, before, after) in sums.items():
        table.add_row(
            places[name], count(start), count(before), count(after), count(after - before, signed=True)
        )
    console_of().print(table)
    _show_contracts(capacity, year)


def _show_contracts(capacity: Capacity, year: FinancialYear) -> None:
    ties, growth, at = (
        contract_ties(capacity.place),
        growth_beside(capacity.levels),
        capacity.years.index(year),
    )
    columns = [
        "contract",
        "value £000",
        "its activity £000",
        "share",
        f"activity grows to {year}",
        "its money grows",
    ]
    table = table_of("Contracts beside the activity that they pay for, doing nothing", columns)
    for tie in ties:
        of_activity, of_money = (f"{series[at] - 1:+.1%}" for series in growth[tie.contract.contract])
        worth = (count(tie.contract.value), count(tie.activity), f"{tie.share:.1%}")
        table.add_row(tie.contract.contract, *worth, of_activity, of_money)
    if ties:
        console_of().print(table)


def _show_admissions(capacity: Capacity, _: FinancialYear) -> None:
    for found in capacity.avoidable_admissions:
        console_of().print(_admissions(found))
        for flag in found.flags():
            console_of().print(Text(f"! {flag}", "yellow"))


def _admissions(found: Avoidance) -> Table:
    table = table_of(
        f"{found.row.name}, {found.row.year}: admissions to be avoided",
        ["group of risk", "admissions", "by share", "by target", "of its own"],
    )
    for group in found.groups:
        own = "" if group.of_own is None else f"{group.of_own:.1%}"
        cells = (count(group.unplanned_admissions), count(group.desired), count(group.allocated))
        table.add_row(
            group.name or group.risk_group, *cells, own, style="yellow" if group.is_asked_for_more else ""
        )
    total = (count(found.unplanned_admissions), count(found.admissions), count(found.allocated))
    table.add_row("Total", *total, "", style="bold")
    for worth in found.worth:
        beds, full, marginal = (
            amount_or_dash(value) for value in (worth.beds, worth.full_tariff, worth.marginal)
        )
        net = amount_or_dash(worth.marginal_net)
        table.add_row(f"by {worth.allocation}: {beds} beds", f"£{full}k tariff", f"£{marginal}k margin", f"£{net}k net", "", style="dim")  # fmt: skip
    return table


def _show_workforce(capacity: Capacity, year: FinancialYear) -> None:
    staff, at = capacity.workforce, capacity.years.index(year)
    names = {row.code: row.name for row in capacity.place.organisations}
    columns = ["staff", "organisation", "start", "need", "in post", "short", "agency", "unfilled"]
    table = table_of(f"Staff {year}, whole-time equivalents with the plan", columns, left=2)
    for (organisation, group), found in sorted(
        staff.with_plan.items(), key=lambda entry: (entry[0][1], entry[0][0])
    ):
        series = (found.need, found.supply, found.shortfall, found.agency, found.unfilled)
        cells = (count(float(found.start[0])), *(count(float(values[at])) for values in series))
        table.add_row(staff.name_of(group), names.get(organisation, organisation), *cells)
    console_of().print(table)


def _show_estate(capacity: Capacity, year: FinancialYear) -> None:
    estate, at = capacity.estate, capacity.years.index(year)
    table = table_of(f"Sites {year}", ["site", "area m²", "used", "running cost £000", "backlog £000", ""])
    table.columns[-1].justify = "left"
    for name, site in estate.sites.items():
        found = estate.by_year[name][at]
        used = "" if found.utilisation is None else f"{found.utilisation:.0%}"
        cells = (
            amount_or_dash(found.area),
            used,
            amount_or_dash(found.running_cost),
            amount_or_dash(found.backlog),
        )
        table.add_row(
            site.name, *cells, site_words(estate, name, found), style="" if found.is_open else "dim"
        )
    console_of().print(table)


def _show_capital(capacity: Capacity, _: FinancialYear) -> None:
    for programme in capacity.capital:
        console_of().print(_capital(programme))
        say(programme_sentence(programme))


def _capital(programme: Programme) -> Table:
    table = table_of(f"{programme.row.name}, £000", ["", *map(str, programme.years), "all"])
    rows = {
        **{f"  {name}": series for name, series in programme.cost_of.items()},
        "Cost": programme.costs,
        "Disposals": tuple(-value for value in programme.disposals_by_year),
        "Net": programme.net_by_year,
        **{f"  {name}": series for name, series in programme.funding_of.items()},
        "Still to be found": programme.ask_by_year,
    }
    for name, series in rows.items():
        style = "dim" if name.startswith("  ") else ""
        table.add_row(name, *(count(value) for value in series), count(sum(series)), style=style)
    return table


def _chances(capacity: Capacity, chances: Sufficing) -> Table:
    table = table_of(f"The chance that beds suffice on a day, {chances.draws:,} draws", ["beds", *map(str, capacity.years)])  # fmt: skip
    for number, pool in enumerate(chances.pools):
        cells = [chances.suffice[at, number] for at in range(len(capacity.years))]
        if cells[0] == cells[0]:  # NaN where nobody says how many are open
            table.add_row(pool_name(capacity, pool), *(f"{cell:.1%}" for cell in cells))
            fullest = [f"{chances.in_peak_month[at, number]:.1%}" for at in range(len(capacity.years))]
            table.add_row("  in the fullest month", *fullest, style="dim")
    return table


def show_moved(moved: Sequence[MovedCapacity], year: FinancialYear) -> None:
    """Print what moved of capacity in a year, if anything did."""
    mine = [entry for entry in moved if entry.year == year.label]
    if not mine:
        return
    table = table_of(
        f"Capacity that moved {year}", ["figure", "whose", "item", "before", "after", "move"], left=3
    )
    for entry in mine:
        cells = (count(entry.before), count(entry.after), count(entry.move, signed=True))
        table.add_row(entry.figure, entry.whose, entry.item.replace("_", " "), *cells)
    console_of().print(table)


_SHOW = {
    "beds": _show_beds, "activity": _show_activity, "admissions": _show_admissions, "workforce": _show_workforce, "estate": _show_estate,
    "capital": _show_capital,
}  # fmt: skip
