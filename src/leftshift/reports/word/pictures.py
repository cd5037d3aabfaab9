"""Charts as pictures in a Word document, each with the words that stand in for it."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from leftshift.reports.content import Figure
from leftshift.reports.drawing import PNG_SCALE, draw_png

_PIXEL = 0.7  # points of paper for a pixel of a chart, where there is room
_POINT = 12700  # the unit of drawings, of which a point has so many
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"


@dataclass
class Pictures:
    """The pictures of a document, numbered in their order."""

    document: Any
    count: int = 0

    def xml(self, figure: Figure, room: tuple[float, float]) -> str:
        """A paragraph with the chart, drawn and kept in the document, as large as the room in points allows."""
        self.count += 1
        png = draw_png(figure.chart)
        relation, _ = self.document.part.get_or_add_image(io.BytesIO(png))
        width, height = (side / PNG_SCALE for side in size_of(png))
        scale = min(_PIXEL, room[0] / width, room[1] / height)
        return self._paragraph(
            relation, figure.alternative, round(width * scale * _POINT), round(height * scale * _POINT)
        )

    def _paragraph(self, relation: str, words: str, width: int, height: int) -> str:
        name = f'id="{self.count}" name="Chart {self.count}" descr={quoteattr(words)}'
        shape = (
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        )
        picture = (
            f"<pic:pic><pic:nvPicPr><pic:cNvPr {name}/><pic:cNvPicPr/></pic:nvPicPr>"
            f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>{shape}</pic:pic>'
        )
        return (
            '<w:p><w:pPr><w:pStyle w:val="Picture"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr {name}/>'
            f'<a:graphic><a:graphicData uri="{_PICTURE}">{picture}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
        )


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG in dots, from its header."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height
