"""Which layout a sheet has, and in which of its first rows the heading stands."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.measures.loading.choices import Choices
from leftshift.measures.loading.dating import is_period
from leftshift.measures.loading.layouts import Layout, folded, layouts
from leftshift.measures.loading.sources import Lines, Sheet, Source
from leftshift.place.schema import schema

HEADING_WITHIN = 20  # rows: a title, a subtitle, notes and a line of groups may stand above the heading
_FIGURES = {"value", "numerator"}
_WIDE = {
    "measure": "measure", "indicator": "measure", "of": "of", "area": "of", "areacode": "of", "code": "of", "orgcode": "of",
    "organisationcode": "of", "body": "of", "denominator": "denominator",
}  # fmt: skip
_BESIDE = {"name", "areaname", "organisation", "unit", "measurename"}
_SEVERAL = 2


@dataclass(frozen=True)
class Heading:
    """A sheet whose layout is known: where its heading is, and which column has which role (or, wide, which period)."""

    source: Source
    sheet: Sheet
    layout: Layout
    row: int
    cells: Sequence[str]
    columns: Mapping[str, int]
    above: Sequence[Sequence[str]]

    @property
    def file(self) -> str:
        """File and sheet, as faults name them."""
        return self.source.place_of(self.sheet)

    def called(self, role: str) -> str:
        """What the file calls a column."""
        return self.cells[self.columns[role]].strip() if role in self.columns else role

    def lines(self) -> Lines:
        """The lines below the heading that hold something and are no comments."""
        for row, cells in self.sheet.read():
            if row <= self.row or not any(cells):
                continue
            if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
                yield row, cells


def headings(source: Source, choices: Choices, faults: Faults) -> Iterator[Heading]:
    """The one sheet to be read, as far as there is one; otherwise a fault that says what was looked for."""
    sheets = _named_sheets(source, choices, faults)
    found = []
    for sheet in sheets:
        try:
            heading = _heading(source, sheet, choices)
        except csv.Error as problem:
            action = f"Save it again as CSV UTF-8: {problem}"
            faults.add(
                Fault(
                    "file not understood",
                    source.place_of(sheet),
                    None,
                    None,
                    "",
                    "comma-separated values",
                    action,
                )
            )
            return
        if heading is not None:
            found.append(heading)
    named = [heading for heading in found if heading.layout.sheet]
    if len(named or found) == 1:
        yield from named or found
    elif found:
        names = ", ".join(shown(heading.sheet.name) for heading in found)
        faults.add(
            Fault(
                "more than one sheet",
                source.file,
                None,
                None,
                names,
                "one sheet with figures",
                "Say which with --sheet",
            )
        )
    elif sheets:
        faults.add(_not_known(source, sheets, choices))


def _named_sheets(source: Source, choices: Choices, faults: Faults) -> Sequence[Sheet]:
    if choices.sheet is None:
        return source.sheets
    chosen = [sheet for sheet in source.sheets if folded(sheet.name) == folded(choices.sheet)]
    if not chosen:
        names = [sheet.name for sheet in source.sheets if sheet.name]
        expected = "one of " + ", ".join(names) if names else "a workbook: a CSV file has no sheets"
        suggestion = near_miss(choices.sheet, names)
        faults.add(
            Fault(
                "missing sheet",
                source.file,
                None,
                None,
                shown(choices.sheet),
                expected,
                "Correct --sheet",
                suggestion,
            )
        )
    return chosen


def _heading(source: Source, sheet: Sheet, choices: Choices) -> Heading | None:
    above: list[Sequence[str]] = []
    for row, cells in islice(sheet.read(), HEADING_WITHIN):
        if cells and not cells[0].lstrip().startswith("#"):
            for layout in _candidates(choices, sheet):
                columns = columns_of(layout, cells, wanted=choices.layout is not None)
                if columns is not None:
                    return Heading(source, sheet, layout, row, cells, columns, tuple(above))
        above.append(cells)
    return None


def _candidates(choices: Choices, sheet: Sheet) -> Sequence[Layout]:
    chosen = [layouts()[choices.layout]] if choices.layout else list(layouts().values())
    return [
        layout
        for layout in chosen
        if not layout.sheet or choices.sheet is not None or folded(layout.sheet) == folded(sheet.name)
    ]


def columns_of(layout: Layout, cells: Sequence[str], *, wanted: bool) -> Mapping[str, int] | None:
    """Role to position where a row is the heading of a layout; None where it is not."""
    names = [folded(cell) for cell in cells]
    if layout.shape == "tidy":
        known = {folded(name): name for name in schema().tables["observations"].columns}
        found = {known[name]: at for at, name in reversed(list(enumerate(names))) if name in known}
        return found if "period" in found and (wanted or _FIGURES & set(found)) else None
    if layout.shape == "wide":
        return _wide(cells, names, wanted=wanted)
    at = {name: position for position, name in reversed(list(enumerate(names))) if name}
    found = {
        role: at[folded(spelling)]
        for role, spellings in layout.columns.items()
        for spelling in reversed(spellings)
        if folded(spelling) in at
    }
    return found if all(role in found for role in layout.needs) else None


def _wide(cells: Sequence[str], names: Sequence[str], *, wanted: bool) -> Mapping[str, int] | None:
    """Periods as they are written to their positions, with measure and of; strict where nobody asked for this layout."""
    found: dict[str, int] = {}
    strange = 0
    periods = 0
    for position, (cell, name) in enumerate(zip(cells, names, strict=True)):
        if name in _WIDE:
            found.setdefault(_WIDE[name], position)
        elif is_period(cell):
            periods += 1
            found[f"period {position}"] = position
        elif name and name not in _BESIDE:
            strange += 1
    enough = periods >= (1 if wanted else _SEVERAL) and ("of" in found or "measure" in found)
    return found if enough and (wanted or not strange) else None


def _not_known(source: Source, sheets: Sequence[Sheet], choices: Choices) -> Fault:
    """What the layouts look for beside what stands in the row that comes nearest."""
    wanted = [layouts()[choices.layout]] if choices.layout else list(layouts().values())
    best: tuple[int, int, Sequence[str], Layout, Sheet] | None = None
    for sheet in sheets:
        for row, cells in islice(sheet.read(), HEADING_WITHIN):
            for layout in wanted:
                hits = len(_met(layout, cells))
                if hits and (best is None or hits > best[0]):
                    best = (hits, row, cells, layout, sheet)
    if best is None:
        names = "; ".join(f"{layout.name}: {layout.told_by}" for layout in wanted)
        action = "Name the layout with --layout, or use one of: leftshift measures layouts"
        return Fault(
            "layout not known",
            source.file,
            None,
            None,
            "no heading that is known",
            f"within {HEADING_WITHIN} rows the heading of a layout ({names})",
            action,
        )
    _, row, nearest, layout, sheet = best
    present = [cell for cell in nearest if cell]
    missing = [name for name in layout.identified_by if name not in _met(layout, nearest)]
    suggestion = next((near for name in missing if (near := near_miss(name, present))), None)
    return Fault(
        "layout not known",
        source.place_of(sheet),
        row,
        None,
        shown(", ".join(present)),
        f"the heading of {layout.name}, which also has {', '.join(missing) or 'a value or a numerator'}",
        "Correct the heading, or use the file as published"
        + (f"; {missing[0]} may be what is called so here" if suggestion else ""),
        suggestion,
    )


def _met(layout: Layout, cells: Sequence[str]) -> set[str]:
    names = {folded(cell) for cell in cells}
    return {
        name
        for role, name in zip(layout.needs, layout.identified_by, strict=True)
        if names & {folded(spelling) for spelling in layout.columns.get(role, (role,))}
    }
