"""Put calculated sheets into a workbook: formulas with the figures they give, charts, and how they look and print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leftshift.workbooks.live.checks import ALL_PASS, CHECKS
from leftshift.workbooks.live.grid import (
    CONSTANTS,
    FIRST_YEAR,
    NUMBER_ROW,
    OPENING,
    YEARS_ROW,
    Cell,
    Chart,
    Grid,
    Line,
    letter,
    quoted,
)
from leftshift.workbooks.live.positions import CHOSEN_YEAR, OUT_IMPACT
from leftshift.workbooks.looks import (
    A4,
    FAILS,
    HEADING,
    INPUT,
    LOOKS,
    PASSES,
    TAB_COLOURS,
    Formats,
    number_format,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = {"A": (30, 64), "B": (8, 26), "C": (9, 22)}  # least and most
_CONSTANT, _YEAR, _NARROW = 13, 14, 1.5
HEADS_ON_THE_LEFT = 2  # those over texts


def render(book: Workbook, sheet: Worksheet, grid: Grid, formats: Formats) -> None:
    """Fill one sheet from its grid."""
    for (row, column), cell in grid.cells.items():
        _write(sheet, row - 1, column - 1, cell, formats, grid)
    _lay_out(sheet, grid)
    _set_up_page(sheet, grid)
    if grid.name == OUT_IMPACT:
        _choose_year(sheet, grid, formats)
    if grid.kind == "check":
        _colour_checks(sheet, grid, formats)
    for number, chart in enumerate(grid.charts):
        _draw(book, sheet, grid, chart, grid.next_row + 1 + number * 22)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, formats: Formats, grid: Grid) -> None:
    is_check = grid.kind == "check"
    shape = number_format(cell.unit, is_output=grid.kind == "output")
    look = formats.look(cell.look, shape)
    if cell.look == "head" and column > HEADS_ON_THE_LEFT:
        look = formats.of(shape, **HEADING, align="right")
    if cell.look == "note" and HEADS_ON_THE_LEFT < column < FIRST_YEAR - 1 and not is_check:
        look = formats.of(shape, **LOOKS["note"], align="right")
    value = cell.value + 0.0 if isinstance(cell.value, float) else cell.value  # no nought with a minus sign
    if cell.formula:
        sheet.write_formula(row, column, f"={cell.formula}", look, value)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, look) if value else sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, value, look)


def _lay_out(sheet: Worksheet, grid: Grid) -> None:
    sheet.set_tab_color(TAB_COLOURS[grid.kind])
    sheet.hide_gridlines(2)
    sheet.set_zoom(85)
    for column, (least, most) in _WIDTHS.items():
        sheet.set_column(f"{column}:{column}", min(max(grid.longest(column) + 1, least), most))
    for column in CONSTANTS:
        sheet.set_column(f"{column}:{column}", _NARROW if grid.is_empty(column) else _CONSTANT)
    sheet.set_column(f"{OPENING}:{OPENING}", _NARROW)
    last = letter(FIRST_YEAR + len(grid.labels) - 1)
    sheet.set_column(f"{letter(FIRST_YEAR)}:{last}", _YEAR)
    if grid.name == OUT_IMPACT:
        sheet.set_column("D:XFD", _CONSTANT)
        sheet.freeze_panes(7, 1)
    else:
        sheet.freeze_panes(NUMBER_ROW, 1)


def _set_up_page(sheet: Worksheet, grid: Grid) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(YEARS_ROW - 1, NUMBER_ROW - 1)
    sheet.set_footer("&L&F, &A&RPage &P of &N")


def _choose_year(sheet: Worksheet, grid: Grid, formats: Formats) -> None:
    sheet.write_string(CHOSEN_YEAR, grid.labels[-1], formats.of("@", **INPUT))
    years = f"=${letter(FIRST_YEAR)}${YEARS_ROW}:${letter(FIRST_YEAR + len(grid.labels) - 1)}${YEARS_ROW}"
    source = years.replace("=", "='Calc timing'!")
    sheet.data_validation(CHOSEN_YEAR, {"validate": "list", "source": source})


def _colour_checks(sheet: Worksheet, grid: Grid, formats: Formats) -> None:
    """Green where a check passes and red where it fails; words say the same."""
    good, bad = formats.of(**PASSES), formats.of(**FAILS)
    if grid.name == CHECKS:
        rows = f"E7:E{grid.next_row}"
        for value, shape in ((1, good), (0, bad)):
            rule = {"type": "formula", "criteria": f"=AND(ISNUMBER($E7),$E7={value})", "format": shape}
            sheet.conditional_format(rows, rule)
        sheet.conditional_format("B3", {"type": "formula", "criteria": f'=$B$3="{ALL_PASS}"', "format": good})
        sheet.conditional_format("B3", {"type": "formula", "criteria": f'=$B$3<>"{ALL_PASS}"', "format": bad})
        return
    for column in "EG":
        criteria = f"=AND(ISNUMBER(${column}7),${column}7=1)"
        sheet.conditional_format(
            f"{column}7:{column}{grid.next_row}", {"type": "formula", "criteria": criteria, "format": bad}
        )


def _draw(book: Workbook, sheet: Worksheet, grid: Grid, chart: Chart, row: int) -> None:
    drawn = None
    if chart.columns:
        drawn = book.add_chart({"type": "column", "subtype": "stacked"})
        _add_series(drawn, grid, chart.columns)
    if chart.lines:
        lines = book.add_chart({"type": "line"})
        _add_series(lines, grid, chart.lines)
        drawn = lines if drawn is None else _combined(drawn, lines)
    if drawn is None:
        return
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
    drawn.set_legend({"position": "bottom"})
    drawn.set_y_axis(
        {"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#D8DDE0"}}}
    )
    drawn.set_x_axis({"label_position": "low"})
    drawn.set_size({"width": 900, "height": 400})
    sheet.insert_chart(row, 0, drawn, {"description": chart.title})


def _combined(columns: Any, lines: Any) -> Any:
    columns.combine(lines)
    return columns


def _add_series(chart: Any, grid: Grid, lines: tuple[Line, ...]) -> None:
    last = letter(FIRST_YEAR + len(grid.labels) - 1)
    for line in lines:
        years = f"${letter(FIRST_YEAR)}${{row}}:${last}${{row}}"
        chart.add_series({
            "name": f"={quoted(line.sheet)}!$A${line.row}",
            "categories": f"={quoted(line.sheet)}!{years.format(row=YEARS_ROW)}",
            "values": f"={quoted(line.sheet)}!{years.format(row=line.row)}",
        })  # fmt: skip
