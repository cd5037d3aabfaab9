"""What the terminal shows of a calibration: what moved, and what the totals leave open."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from leftshift.cli.showing import console_of, table_of
from leftshift.economy.calibration.calibrating import Calibration, Change
from leftshift.economy.calibration.contradicting import in_words
from leftshift.economy.calibration.ranging import Range, Ranges
from leftshift.foundation.money import thousands
from leftshift.model import Model
from leftshift.place.place import Place

_OPEN = "not determined"


def show_calibration(calibration: Calibration, *, saved: bool) -> None:
    """Print the totals that were met, what each estimate became, and what the totals leave open."""
    console, ranges = console_of(), calibration.ranges
    for row in calibration.targets:
        console.print(Text(f"Meets {in_words(row)}: {row.value:,} {row.unit}"))
    console.print(_estimates_table(calibration))
    if calibration.large:
        console.print(Text(_warning(calibration.large), "yellow"))
    console.print(_positions_table(calibration.place, ranges))
    console.print(Text(ranges.sentence()))
    console.print(Text(_how_far(ranges), "dim"))
    console.print(
        "Saved, with each row marked calibrated and its estimate kept."
        if saved
        else "Nothing was saved; add --save to keep it."
    )


def _estimates_table(calibration: Calibration) -> Table:
    columns = ["row", "estimate", "calibrated", "change", "lowest", "highest", "", ""]
    table = table_of("Estimates, and the range that meets the same totals, £000", columns)
    for column in table.columns[6:]:
        column.justify = "left"
    for change in calibration.changes:
        table.add_row(
            change.name,
            thousands(change.before),
            thousands(change.after),
            Text(f"{change.proportion:+.2%}", "yellow" if change.is_large else ""),
            *_range_cells(calibration.ranges.estimates[change.name]),
            Text(f"past {change.warns_past:.0%}" if change.is_large else "", "yellow"),
        )
    return table


def _positions_table(place: Place, ranges: Ranges) -> Table:
    year = place.last_year
    result = Model(place).project()
    table = table_of(
        f"Positions with the plan {year}, and the range that meets the same totals, £000",
        ["organisation", "code", "position", "lowest", "highest", ""],
        left=2,
    )
    table.columns[5].justify = "left"
    for code, by_year in ranges.positions.items():
        if year in by_year:
            cells = _range_cells(by_year[year])
            table.add_row(result.names[code], code, thousands(result.position(code, year)), *cells)
    return table


def _range_cells(found: Range) -> list[str | Text]:
    return [
        thousands(found.low),
        thousands(found.high),
        Text("" if found.is_determined else _OPEN, "yellow"),
    ]


def _warning(large: tuple[Change, ...]) -> str:
    many = f"{len(large)} estimates move" if len(large) > 1 else f"{large[0].name} moves"
    return f"{many} by more than {large[0].warns_past:.0%}: look at the estimate, or at the totals."


def _how_far(ranges: Ranges) -> str:
    return (
        f"Ranges let each estimate be up to {_percent(ranges.distance)} of itself away, or as far as calibration moved it, "
        f"and count as not determined when wider than {_percent(ranges.widest)} of the estimate or of the year's income."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.4g}%"
