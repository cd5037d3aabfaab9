"""Tables in the XML of Word: the header row marked and repeated, rows kept whole, a caption for screen readers."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from leftshift.reports.content import Cell, Column, Row, Table
from leftshift.reports.shades import SHADES

_POINT = 20  # twentieths of a point, in which Word measures
_NARROW = 340.0  # points: figures far from their names are hard to follow
_CHARACTER, _PADDING = 4.8, 10.0  # points that a character of a narrow column takes, and the white beside it
_OF_WORDS = 1.25  # how much larger the letters of a table of words are
_LEAST, _MOST = 34.0, 110.0  # points of a column that is as wide as its content
_TOGETHER = 12  # a table of up to so many rows stays on one page


def table_xml(table: Table, room: float) -> str:
    """The table, as wide as there is room in points, or narrower where it is a few columns of figures."""
    few, figures = len(table.columns) <= 3, _has_figures(table)
    widths = widths_of(table, min(room, _NARROW) if few and figures else room)
    setting = _Setting(table.columns, widths, "CellOfWords" if few and not figures else "Cell")
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    about = (
        f'<w:tblPr><w:tblStyle w:val="Figures"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(table.caption)}/></w:tblPr>"
    )
    last = len(table.rows) - 1
    together = len(table.rows) <= _TOGETHER
    rows = "".join(setting.row(row, keep=together and at < last) for at, row in enumerate(table.rows))
    return f"<w:tbl>{about}<w:tblGrid>{grid}</w:tblGrid>{setting.header()}{rows}</w:tbl>"


def _has_figures(table: Table) -> bool:
    return any(column.numeric for column in table.columns)


def widths_of(table: Table, room: float) -> list[int]:
    """The width of each column in twentieths of a point: by content where its weight is nought, else by weight."""
    size = 1.0 if _has_figures(table) else _OF_WORDS
    narrow = [
        0.0 if column.weight else size * _by_content(table, at) for at, column in enumerate(table.columns)
    ]
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


@dataclass(frozen=True)
class _Setting:
    """How the rows of a table are set: its columns, their widths, and the style of its cells."""

    columns: tuple[Column, ...]
    widths: list[int]
    style: str

    def header(self) -> str:
        names = Row(tuple(Cell(column.name) for column in self.columns), strong=True)
        return self._row(names, "<w:cantSplit/><w:tblHeader/>", keep=True)

    def row(self, row: Row, *, keep: bool) -> str:
        return self._row(row, "<w:cantSplit/>", keep=keep)

    def _row(self, row: Row, about: str, *, keep: bool) -> str:
        given = zip(row.cells, self.columns, self.widths, strict=True)
        cells = "".join(
            self._cell(cell, column, width, strong=row.strong, keep=keep) for cell, column, width in given
        )
        return f"<w:tr><w:trPr>{about}</w:trPr>{cells}</w:tr>"

    def _cell(self, cell: Cell, column: Column, width: int, *, strong: bool, keep: bool) -> str:
        fill, ink = SHADES.get(cell.shade, ("", ""))
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill.lstrip("#")}"/>' if fill else ""
        colour = f'<w:color w:val="{ink.lstrip("#")}"/>' if ink else ""
        about = ("<w:b/>" if strong else "") + colour
        letters = f"<w:rPr>{about}</w:rPr>" if about else ""
        lay = ("<w:keepNext/>" if keep else "") + ('<w:jc w:val="right"/>' if column.numeric else "")
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{self.style}"/>{lay}</w:pPr><w:r>{letters}{_lines(cell.text)}</w:r></w:p></w:tc>'
        )


def _lines(text: str) -> str:
    return "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
