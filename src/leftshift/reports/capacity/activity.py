"""Activity told: what the plan moves by pathway and setting of care, by point of delivery, and admissions to be avoided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from leftshift.capacity.avoiding import Avoidance
from leftshift.capacity.result import Capacity
from leftshift.foundation.years import FinancialYear
from leftshift.reports.capacity.cells import basis_of, counted, is_nought, most, shared
from leftshift.reports.capacity.words import count
from leftshift.reports.content import Block, Cell, Column, Figure, Note, Paragraph, Row, Subheading, Table
from leftshift.reports.decisions.cells import columns, row
from leftshift.reports.heat_map import heat_map
from leftshift.reports.shades import shade

NOT_STATED = "Not stated"
_DOWN, _ACROSS = 20, 10


def activity_blocks(capacity: Capacity, year: FinancialYear) -> Iterator[Block]:
    """Activity of a place in a year, and the admissions that it wants to avoid; nothing where it has neither."""
    if capacity.activity.rows:
        yield from _moved(capacity, year)
        yield _by_point_of_delivery(capacity, year)
    for plan in capacity.avoidable_admissions:
        yield from _avoided(capacity, plan)


# ---------------------------------------------------------------------- pathways by settings of care
@dataclass(frozen=True)
class _Matrix:
    """Pathway to setting of care to what is moved there."""

    pathways: tuple[str, ...]
    settings: tuple[str, ...]
    moved: Mapping[tuple[str, str], float]

    @property
    def largest(self) -> float:
        return max(map(abs, self.moved.values()), default=0.0)

    @property
    def tells(self) -> bool:
        """Whether anything moves, and pathways or settings are stated at all."""
        return not is_nought(self.largest) and {*self.pathways, *self.settings} != {NOT_STATED}


def _matrix(capacity: Capacity, year: FinancialYear, *, bed_days: bool) -> _Matrix:
    kinds = {entry.point_of_delivery: entry.setting_of_care for entry in capacity.place.points_of_delivery}
    at = capacity.years.index(year)
    levels = capacity.levels
    change = (levels.of_rows(bed_days=bed_days) - levels.of_rows(bed_days=bed_days, do_nothing=True))[at]
    moved: dict[tuple[str, str], float] = defaultdict(float)
    for number, entry in enumerate(capacity.activity.rows):
        moved[entry.pathway or NOT_STATED, kinds[entry.point_of_delivery] or NOT_STATED] += float(
            change[number]
        )

    def ordered(names: set[str]) -> tuple[str, ...]:
        return tuple(sorted(names, key=lambda name: (name == NOT_STATED, name)))

    return _Matrix(
        ordered({pathway for pathway, _ in moved}), ordered({setting for _, setting in moved}), moved
    )


def _moved(capacity: Capacity, year: FinancialYear) -> Iterator[Block]:
    units = {False: "contacts, visits and stays", True: "bed days"}
    found = {days: _matrix(capacity, year, bed_days=days) for days in units}
    yield Paragraph(_moved_said(found[False], year), lead=True)
    for days, matrix in found.items():
        if matrix.tells:
            yield from _heat(matrix, year, units[days])


def _moved_said(matrix: _Matrix, year: FinancialYear) -> str:
    if is_nought(matrix.largest):
        return f"The plan moves no activity in {year}."
    where = max(matrix.moved, key=lambda entry: (abs(matrix.moved[entry]), entry))
    value = matrix.moved[where]
    pathway, setting = (NOT_STATED.lower() if name == NOT_STATED else name for name in where)
    more = "more" if value > 0 else "fewer"
    return (
        f"The plan changes most in {year} in the setting “{setting}” of the pathway “{pathway}”: {count(abs(value))} contacts, visits "
        f"and stays {more} than doing nothing."
    )


def _heat(matrix: _Matrix, year: FinancialYear, unit: str) -> Iterator[Block]:
    down = [
        matrix.pathways[at]
        for at in most(matrix.pathways, [_sum(matrix, pathway=name) for name in matrix.pathways], _DOWN)
    ]
    across = [
        matrix.settings[at]
        for at in most(matrix.settings, [_sum(matrix, setting=name) for name in matrix.settings], _ACROSS)
    ]
    amounts = [[_seen(matrix.moved.get((pathway, setting), 0.0)) for setting in across] for pathway in down]
    yield Figure(
        heat_map(down, across, amounts, largest=matrix.largest, said=lambda value: count(value, signed=True)),
        f"What the plan moves in {year} by pathway and setting of care, {unit}: blue is more than doing nothing, orange is less, "
        "the deeper the more.",
        f"Heat map of the {unit} that the plan moves in {year}: pathways down, settings of care across. The table below holds the figures.",
    )
    heads = (Column("Pathway", weight=2), *columns(*matrix.settings, "All settings"))
    rows = [_heat_row(matrix, pathway) for pathway in matrix.pathways]
    sums = [
        sum(matrix.moved.get((pathway, setting), 0.0) for pathway in matrix.pathways)
        for setting in matrix.settings
    ]
    total = Row(
        (Cell("All pathways"), *(counted(value, signed=True) for value in (*sums, sum(sums)))), strong=True
    )
    yield Table(
        f"What the plan moves {year} by pathway and setting of care, {unit}",
        heads,
        (*rows, total),
        key="pathways-bed-days" if unit == "bed days" else "pathways",
    )


def _seen(value: float) -> float:
    """The value, or nought where it would show as nought."""
    return 0.0 if is_nought(value) else value


def _sum(matrix: _Matrix, *, pathway: str = "", setting: str = "") -> float:
    return sum(
        abs(value) for where, value in matrix.moved.items() if pathway == where[0] or setting == where[1]
    )


def _heat_row(matrix: _Matrix, pathway: str) -> Row:
    cells = []
    for setting in matrix.settings:
        value = matrix.moved.get((pathway, setting))
        text = "–" if value is None else count(value, signed=True)
        cells.append(Cell(text, shade(value or 0.0, matrix.largest), value))
    whole = sum(matrix.moved.get((pathway, setting), 0.0) for setting in matrix.settings)
    return Row((Cell(pathway), *cells, counted(whole, signed=True)))


# ---------------------------------------------------------------------- points of delivery
def _by_point_of_delivery(capacity: Capacity, year: FinancialYear) -> Table:
    places = {entry.point_of_delivery: entry for entry in capacity.place.points_of_delivery}
    at, numbers = capacity.years.index(year), defaultdict(list)
    for number, entry in enumerate(capacity.activity.rows):
        numbers[entry.point_of_delivery].append(number)
    nothing, planned = capacity.levels.of_rows(do_nothing=True), capacity.levels.of_rows()
    rows = []
    for name, rows_of in numbers.items():
        start, before, after = (
            float(values[when, rows_of].sum())
            for values, when in ((nothing, 0), (nothing, at), (planned, at))
        )
        rests = basis_of(capacity.activity.rows[number].basis for number in rows_of)
        cells = (counted(start), counted(before), counted(after), counted(after - before, signed=True), rests)
        rows.append(row(places[name].name, Cell(places[name].setting_of_care or NOT_STATED), *cells))
    numeric = columns(str(capacity.years[0]), f"{year} do nothing", f"{year} with the plan", "The plan moves")
    heads = (
        Column("Point of delivery", weight=2.4),
        Column("Setting of care", weight=1.4),
        *numeric,
        Column("Basis"),
    )
    return Table(f"Activity {year} by point of delivery", heads, tuple(rows), key="activity")


# ---------------------------------------------------------------------- avoidable admissions
def _avoided(capacity: Capacity, found: Avoidance) -> Iterator[Block]:
    name = found.row.name
    yield Subheading(f"Admissions to be avoided: {name}")
    of_all = (
        ""
        if found.of_all is None
        else f", {found.of_all:.1%} of all {count(found.unplanned_admissions)} emergency admissions of its groups"
    )
    yield Paragraph(
        f"{name} is to avoid {count(found.admissions)} admissions in {found.row.year}{of_all}. By its targets "
        f"{count(found.allocated)} are allocated to groups of risk. Beds and money rest on the allocation by {_ALLOCATIONS[found.counted]}."
    )
    for flag in found.flags():
        yield Note(f"{flag}.")
    yield _groups(capacity, found)
    yield _worth(found)


_ALLOCATIONS = {"target": "target", "desired": "share"}


def _groups(capacity: Capacity, found: Avoidance) -> Table:
    bases = {
        entry.risk_group: entry.basis for entry in capacity.place.risk_groups if entry.plan == found.row.plan
    }
    rows = [
        row(
            group.name,
            counted(group.ed_attendances),
            counted(group.unplanned_admissions),
            counted(group.desired),
            counted(group.allocated),
            shared(group.of_own),
            Cell("yes" if group.is_asked_for_more else "no"),
            basis_of({bases[group.risk_group]}),
        )
        for group in found.groups
    ]
    sums = (found.unplanned_admissions, sum(group.desired for group in found.groups), found.allocated)
    whole = found.allocated / found.unplanned_admissions if found.unplanned_admissions else None
    ends = (shared(whole), Cell(""), basis_of({found.row.basis}))
    total = row("All groups", Cell("–"), *map(counted, sums), *ends, strong=True)
    numeric = columns(
        "Emergency attendances",
        "Emergency admissions",
        "To avoid by share",
        "To avoid by target",
        "By target, % of its own",
    )
    return Table(
        f"{found.row.name}: admissions to be avoided in {found.row.year}, by group of risk",
        (
            Column("Group of risk", weight=1.6),
            *numeric,
            Column("More than its share", weight=1.2),
            Column("Basis"),
        ),
        (*rows, total),
        key=f"avoidable-{found.row.plan}",
    )


def _worth(found: Avoidance) -> Table:
    rows = tuple(
        row(
            f"By {_ALLOCATIONS[worth.allocation]}" + (" (counted)" if worth.allocation == found.counted else ""),
            *map(
                counted,
                (
                    worth.admissions, worth.bed_days, worth.beds, worth.full_tariff, worth.marginal, worth.team_cost,
                    worth.full_tariff_net, worth.marginal_net,
                ),
            ),
        )
        for worth in found.worth
    )  # fmt: skip
    numeric = columns(
        "Admissions", "Bed days", "Beds", "Full tariff, £000", "At the margin, £000", "Cost of the team, £000", "Full tariff less team, £000",
        "Margin less team, £000",
    )  # fmt: skip
    return Table(
        f"{found.row.name}: what it is worth in a year",
        (Column("Allocation", weight=1.4), *numeric),
        rows,
        key=f"worth-{found.row.plan}",
    )
