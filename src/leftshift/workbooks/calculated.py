"""The calculated sheets of a workbook that comes back: whether somebody typed there, and whether it agrees with the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from leftshift.foundation.faults import Fault, shown
from leftshift.workbooks import sheets
from leftshift.workbooks.live.building import CALCULATED_SHEETS, build
from leftshift.workbooks.live.fingerprint import Marks, fingerprint, mark, marks_of_grid, without_choices
from leftshift.workbooks.live.grid import Grid, letter
from leftshift.workbooks.opened import Opened

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


def _marks(opened: Opened, titles: Mapping[str, str]) -> dict[str, Marks]:
    """What stands on the calculated sheets, formulas as formulas."""
    book = opened.with_formulas()
    try:
        return {name: without_choices(name, _marks_of(book[title], opened)) for name, title in titles.items()}
    finally:
        book.close()


def _marks_of(sheet: Any, opened: Opened) -> Marks:
    sheet.reset_dimensions()
    found: dict[tuple[int, int], str] = {}
    for row, cells in enumerate(sheet.iter_rows(max_row=opened.limits.sheet_rows), start=1):
        for cell in cells:
            if cell.value is not None:
                found[row, cell.column] = mark(_plain(cell.value))
    return found


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
