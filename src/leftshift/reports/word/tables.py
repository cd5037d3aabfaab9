"""Tables in the XML of Word: the header row marked and repeated, rows kept whole, a caption for screen readers."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from leftshift.reports.content import Cell, Column, Row, Table
from leftshift.reports.shades import SHADES

_POINT = 20  # twentieths of a point, in which Word measures
_NARROW = 340.0  # points: figures far from their names are hard to follow
_CHARACTER, _PADDING = 4.6, 10.0  # points that a character of a narrow column takes, and the white beside it
_LEAST, _MOST = 34.0, 110.0  # points of a column that is as wide as its content


def table_xml(table: Table, room: float) -> str:
    """The table, as wide as there is room in points, or narrower where it has few columns."""
    few, figures = len(table.columns) <= 3, any(column.numeric for column in table.columns)
    widths = widths_of(table, min(room, _NARROW) if few and figures else room)
    style = "Cell" if figures or not few else "CellOfWords"
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    caption = f"<w:tblCaption w:val={quoteattr(table.caption)}/>"
    about = (
        f'<w:tblPr><w:tblStyle w:val="Figures"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"{caption}</w:tblPr>"
    )
    rows = "".join(_row(row, table.columns, widths, style) for row in table.rows)
    return f"<w:tbl>{about}<w:tblGrid>{grid}</w:tblGrid>{_header(table.columns, widths, style)}{rows}</w:tbl>"


def widths_of(table: Table, room: float) -> list[int]:
    """The width of each column in twentieths of a point: by content where its weight is nought, else by weight."""
    narrow = [0.0 if column.weight else _by_content(table, at) for at, column in enumerate(table.columns)]
    weights = sum(column.weight for column in table.columns)
    rest = max(room - sum(narrow), room / 3)
    scale = min(1.0, (room - (rest if weights else 0.0)) / (sum(narrow) or 1.0))
    return [
        round(_POINT * (rest * column.weight / weights if column.weight else width * scale))
        for column, width in zip(table.columns, narrow, strict=True)
    ]


def _by_content(table: Table, at: int) -> float:
    words = [*table.columns[at].name.split(), *(row.cells[at].text for row in table.rows)]
    longest = max((len(text) for text in words), default=0)
    return min(_MOST, max(_LEAST, _CHARACTER * longest + _PADDING))


def _header(columns: tuple[Column, ...], widths: list[int], style: str) -> str:
    cells = "".join(
        _cell(Cell(column.name), column, width, style, strong=True)
        for column, width in zip(columns, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def _row(row: Row, columns: tuple[Column, ...], widths: list[int], style: str) -> str:
    cells = "".join(
        _cell(cell, column, width, style, strong=row.strong)
        for cell, column, width in zip(row.cells, columns, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _cell(cell: Cell, column: Column, width: int, style: str, *, strong: bool) -> str:
    fill, ink = SHADES.get(cell.shade, ("", ""))
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill.lstrip("#")}"/>' if fill else ""
    colour = f'<w:color w:val="{ink.lstrip("#")}"/>' if ink else ""
    weight = "<w:b/>" if strong else ""
    about = f"<w:rPr>{weight}{colour}</w:rPr>" if weight or colour else ""
    side = '<w:jc w:val="right"/>' if column.numeric else ""
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in cell.text.split("\n")
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{side}</w:pPr><w:r>{about}{lines}</w:r></w:p></w:tc>'
    )
