"""The sheet ``Contents``: what the workbook is, how to read it, its sheets, and what its formulas do not follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leftshift.place.schema import schema
from leftshift.workbooks import sheets
from leftshift.workbooks.live.building import Calculated
from leftshift.workbooks.live.checks import ALL_PASS, CHECKS, MASTER
from leftshift.workbooks.live.fingerprint import fingerprint_of_grid
from leftshift.workbooks.live.grid import Grid
from leftshift.workbooks.looks import A4, FAILS, HEADING, INPUT, LOOKS, PASSES, TAB_COLOURS, Formats

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

HOW_TO = (
    "Change what is blue on yellow and every organisation, every year and the checks move with it.",
    "Add, remove or rename rows on the input sheets as you like: the formulas take that up when the workbook is read back and written again.",
    "Read it back: leftshift workbook read FILE.xlsx FOLDER. It says what changed, or every fault with sheet, row and column.",
    "Leave the calculated sheets as they are. What is typed there is refused on reading back, so that it is not lost in silence.",
    "Signs: money that a body is paid, a surplus and an improvement are positive; spending and a deficit negative, in brackets.",
    "Amounts are in £000 unless a row says otherwise. Rates are typed in per cent: 4, or 4% where the cell shows a per cent sign.",
    "Which row of a table applies, start months, profiles, and what the switches leave out were decided when this was written.",
    "Where each input comes from stands beside it, in the columns source and basis.",
    "There are no macros, no links to other files, no circular formulas, and no hidden sheets, rows or columns.",
)
KINDS = {
    "calculation": "Worked out. ",
    "output": "To read. ",
    "check": "Checks. ",
}
NO_FORMULAS = "The calculated sheets are left out: the place has faults. leftshift check lists them; written again without faults, they come."
LEFT_OUT = "The calculated sheets are left out: only the inputs were asked for, or the plan would need more formulas than are sensible."
_LISTED = 20  # cells on a line
_WIDTHS, _TWO_LINES = (26, 110, 9, 16), 31


def write_contents(
    sheet: Worksheet, formats: Formats, facts: Mapping[str, int], calculated: Calculated | None, why_not: str
) -> None:
    """Fill the sheet; ``facts`` is how many rows each table has."""
    _Contents(sheet, formats).write(facts, calculated, why_not)


class _Contents:
    """Writes from the top down."""

    def __init__(self, sheet: Worksheet, formats: Formats) -> None:
        self.sheet, self.formats, self.row = sheet, formats, 0

    def write(self, facts: Mapping[str, int], calculated: Calculated | None, why_not: str) -> None:
        self.sheet.set_tab_color(TAB_COLOURS["about"])
        self.sheet.hide_gridlines(2)
        for position, width in enumerate(_WIDTHS):
            self.sheet.set_column(position, position, width)
        self._heading(calculated)
        self._section("How to use it")
        for words in HOW_TO if calculated else (why_not or NO_FORMULAS, HOW_TO[2]):
            self._line("", words)
        if calculated:
            self._colours()
            self._not_live(calculated.not_live)
        self._sheets(facts, calculated.grids if calculated else ())
        self._page()

    def _line(self, first: str, second: str = "", look: str = "") -> None:
        if first:
            self.sheet.write_string(self.row, 0, first, self.formats.of(**(LOOKS[look] if look else {})))  # type: ignore[index]
        if second:
            self.sheet.write_string(self.row, 1, second, self.formats.of())
        self.row += 1

    def _section(self, title: str) -> None:
        self.row += 1
        self._line(title, look="section")

    def _heading(self, calculated: Calculated | None) -> None:
        place = calculated.result.place if calculated else None
        self._line(place.name if place else "A place as a workbook", look="title")
        if place is None:
            return
        self._line(
            f"The Long Term System Model as live formulas, {place.base_year} to {place.last_year}, perimeter {place.perimeter}",
            look="note",
        )
        self._line("Version", place.fingerprint[:12])
        self.sheet.write_string(self.row, 0, "Master check", self.formats.of(bold=True))
        self.sheet.write_formula(
            self.row, 1, f"={CHECKS}!{MASTER}", self.formats.of(bold=True, align="left"), ALL_PASS
        )
        for sign, shape in (("=", PASSES), ("<>", FAILS)):
            rule = {
                "type": "formula",
                "criteria": f'=$B${self.row + 1}{sign}"{ALL_PASS}"',
                "format": self.formats.of(**shape),
            }
            self.sheet.conditional_format(self.row, 1, self.row, 1, rule)
        self.row += 1

    def _colours(self) -> None:
        self._section("Colours")
        samples: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
            ("12.5", "An input that formulas follow at once", INPUT),
            ("text", "An input that is taken up when the workbook is read back: words, codes, years", {}),
            ("12.5", "On a calculated sheet: takes up an input", LOOKS["input"]),
            ("12.5", "On a calculated sheet: decided when this was written", LOOKS["fixed"]),
            ("12.5", "Worked out by a formula", LOOKS["calculated"]),
            ("12.5", "A total", LOOKS["total"]),
        )
        for sample, words, shape in samples:
            self.sheet.write_string(self.row, 0, sample, self.formats.of("@", **{**shape, "align": "center"}))
            self.sheet.write_string(self.row, 1, words, self.formats.of())
            self.row += 1

    def _not_live(self, cells: Sequence[str]) -> None:
        """Numbers that are spelled so that no formula can take them up: each is named, for nothing shows it."""
        if not cells:
            return
        self._section(
            "What the formulas do not follow: numbers spelled as text, and rows whose money was worked out when this was written"
        )
        for start in range(0, len(cells), _LISTED):
            self._line("", ", ".join(cells[start : start + _LISTED]))

    def _sheets(self, facts: Mapping[str, int], grids: Sequence[Grid]) -> None:
        self.row += 1
        heading = self.formats.of(**HEADING)
        for position, words in enumerate(
            ("Sheet", "What is in it", "Rows", "Fingerprint")[: 4 if grids else 3]
        ):
            self.sheet.write_string(self.row, position, words, heading)
        self.row += 1
        self._entry(sheets.NOTES, "What each column holds. Not read back: what is written there is not kept")
        self._entry(sheets.PLACE, "What the place is called, its years, and whose position is the system's")
        for name, count in facts.items():
            self._entry(name, schema().tables[name].description, count)
        self._entry(sheets.SCENARIOS, "Scenarios, line by line")
        self._entry(sheets.CHOICES, "The lists that cells offer. Not read back")
        for grid in grids:
            self._entry(grid.name, f"{KINDS[grid.kind]}{grid.title}", None, fingerprint_of_grid(grid))

    def _entry(self, name: str, what: str, count: int | None = None, fingerprint: str = "") -> None:
        self.sheet.write_url(self.row, 0, f"internal:'{name}'!A1", string=name)
        self.sheet.write_string(self.row, 1, what, self.formats.of(text_wrap=True, valign="top"))
        if len(what) > _WIDTHS[1]:
            self.sheet.set_row(self.row, _TWO_LINES)
        if count is not None:
            self.sheet.write_number(self.row, 2, count, self.formats.of("#,##0"))
        if fingerprint:
            self.sheet.write_string(self.row, 3, fingerprint, self.formats.of("@", **LOOKS["text"]))
        self.row += 1

    def _page(self) -> None:
        self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.fit_to_pages(1, 0)
