"""The calculated sheets of a workbook that comes back: whether somebody typed there, and whether it agrees with the library."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from leftshift.economy.projecting import BALANCE_TOLERANCE
from leftshift.foundation.faults import Fault, shown
from leftshift.workbooks import sheets
from leftshift.workbooks.live.building import CALCULATED_SHEETS, Calculated, build
from leftshift.workbooks.live.changes import SHEET as CHANGES
from leftshift.workbooks.live.checks import AS_WRITTEN
from leftshift.workbooks.live.fingerprint import (
    Marks,
    fingerprint,
    layout_of,
    mark,
    marks_of_grid,
    without_choices,
)
from leftshift.workbooks.live.grid import FIRST_ROW, FIRST_YEAR, Grid, letter
from leftshift.workbooks.opened import Opened, load, unpacked

_MOST = 50  # more cells than these are told as one sheet: rows were moved, not cells typed over
_FINGERPRINT = 3
_CONTENTS_ROWS = 500
_ACTION = (
    "Undo it and change an input instead; or delete the calculated sheets, which are written anew each time"
)


def contents_of(sheet: Any) -> dict[str, str]:
    """The sheets that the contents name, each with its fingerprint, which is empty for those that hold the place."""
    known = {**sheets.sheet_names(), **{sheets.folded(name): name for name in CALCULATED_SHEETS}}
    found: dict[str, str] = {}
    for row in (
        sheet.iter_rows(max_row=_CONTENTS_ROWS, max_col=_FINGERPRINT + 1, values_only=True) if sheet else ()
    ):
        name = known.get(sheets.folded(str(row[0] or ""))) if row else None
        if name is not None:
            found[name] = str(row[_FINGERPRINT] or "") if len(row) > _FINGERPRINT else ""
    return found


def typed_over(opened: Opened, found: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[Fault]:
    """A fault for each cell of a calculated sheet that is not as it was written: it would not be kept."""
    there = [name for name in CALCULATED_SHEETS if name in found]
    if not there:
        return
    said = contents_of(found.get(sheets.CONTENTS))
    if not any(said.get(name) for name in there):
        yield _refused(
            "missing sheet",
            opened.name,
            "the contents, beside calculated sheets",
            "Bring it back, or delete the calculated sheets",
            f"no sheet {sheets.CONTENTS}",
        )
        return
    marks = _marks(opened, {name: found[name].title for name in there})
    wrong = [name for name in there if fingerprint(marks[name]) != said.get(name)]
    if wrong:
        yield from _located(wrong, marks, texts)


@dataclass(frozen=True)
class Agreement:
    """What the formulas of a workbook show beside what the library works out from its inputs.

    ``structure_moved``: rows were added or words edited, which the formulas do not follow. ``largest`` is how far
    positions are apart, £000; None where no program has worked the formulas out.
    """

    structure_moved: bool
    largest: float | None

    @property
    def agrees(self) -> bool:
        """Whether every organisation, year and step is the same to £1."""
        return not self.structure_moved and self.largest is not None and self.largest <= BALANCE_TOLERANCE


def agreement(content: bytes, texts: Mapping[str, str]) -> Agreement | None:
    """How the stored figures of a workbook that was read compare with the library's; None where it has no formulas."""
    calculated = build(texts)
    with_formulas, with_values = (load(unpacked(content), values=values) for values in (False, True))
    try:
        names = {sheets.folded(name): name for name in with_formulas.sheetnames}
        titles = [names.get(sheets.folded(grid.name), "") for grid in calculated.grids] if calculated else []
        if calculated is None or not all(titles):
            return None
        found = {
            grid.name: layout_of(without_choices(grid.name, _cells(with_formulas[title])))
            for grid, title in zip(calculated.grids, titles, strict=True)
        }
        moved = any(
            found[grid.name] != layout_of(marks_of_grid(grid))
            for grid in calculated.grids
            if grid.name
            not in {AS_WRITTEN, CHANGES}  # which hold the numbers that the workbook was written with
        )
        return Agreement(moved, None if moved else _largest(calculated, with_values, names))
    finally:
        with_formulas.close()
        with_values.close()


def _largest(calculated: Calculated, book: Any, names: Mapping[str, str]) -> float | None:
    """How far the positions, perimeters and steps that a workbook shows are from those of the library."""
    apart = []
    for grid in (calculated.outputs.positions_grid, calculated.outputs.bridge_grid):
        for cells in book[names[sheets.folded(grid.name)]].iter_rows(min_col=FIRST_YEAR, min_row=FIRST_ROW):
            for cell in cells:
                wanted = grid.cells.get((cell.row, cell.column)) if cell.value is not None else None
                if wanted is not None and isinstance(wanted.value, float):
                    apart.append(
                        abs(float(cell.value) - wanted.value)
                        if isinstance(cell.value, int | float)
                        else math.inf
                    )
    return max(apart, default=None)


def _marks(opened: Opened, titles: Mapping[str, str]) -> dict[str, Marks]:
    """What stands on the calculated sheets, formulas as formulas."""
    book = opened.with_formulas()
    try:
        return {name: without_choices(name, _cells(book[title])) for name, title in titles.items()}
    finally:
        book.close()


def _cells(sheet: Any) -> dict[tuple[int, int], str]:
    """The mark of each cell of a sheet."""
    sheet.reset_dimensions()
    return {
        (cell.row, cell.column): mark(_plain(cell.value))
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.value is not None
    }


def _plain(value: Any) -> Any:
    """A formula that fills several cells is an object; its text counts."""
    return f"={value.text.removeprefix('=')}" if hasattr(value, "text") else value


def _located(wrong: Iterable[str], marks: Mapping[str, Marks], texts: Mapping[str, str]) -> Iterator[Fault]:
    """The cells that differ from those that the place would be written with; the sheet, where they cannot be told."""
    calculated = build(texts)
    grids = {grid.name: grid for grid in calculated.grids} if calculated else {}
    for name in wrong:
        cells = _differing(grids[name], marks[name]) if name in grids else []
        if not 0 < len(cells) <= _MOST:
            words = "formulas as they were written"
            yield _refused("calculated sheet changed", name, words, _ACTION, "other cells than were written")
            continue
        for row, column in cells:
            yield _cell_fault(name, row, column, marks[name].get((row, column), ""), grids[name])


def _differing(grid: Grid, found: Marks) -> list[tuple[int, int]]:
    """Cells in which a formula stands or should, or something where nothing should, and that differ."""
    wanted = marks_of_grid(grid)
    return sorted(
        at
        for at in wanted.keys() | found.keys()
        if found.get(at) != wanted.get(at)
        and (at not in wanted or "=" in (wanted[at][:1], found.get(at, "")[:1]))
    )


def _cell_fault(sheet: str, row: int, column: int, found: str, grid: Grid) -> Fault:
    cell = grid.cells.get((row, column))
    expected = f"the formula ={cell.formula}" if cell and cell.formula else "nothing: no one would read it"
    if cell and not cell.formula:
        expected = shown(str(cell.value))
    words = shown(found.removeprefix("'"))
    return Fault("calculated cell changed", sheet, row, letter(column), words, expected, _ACTION)


def _refused(kind: str, file: str, expected: str, action: str, found: str) -> Fault:
    return Fault(kind, file, None, None, found, expected, action)
