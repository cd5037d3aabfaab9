"""A report as a PDF that a screen reader can read (PDF/UA-1), set by typst from the same content."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from leftshift.reports.content import Block, Figure, Report, Section
from leftshift.reports.drawing import FONTS, draw
from leftshift.reports.lettering import drawable, shown
from leftshift.reports.shades import SHADES

_LAYOUT = Path(__file__).parent / "layout" / "report.typ"
_PIXEL = 0.7  # points of paper for a pixel of a chart, where there is room
_UPRIGHT, _TURNED = (482.0, 560.0), (728.0, 390.0)
"""The room for a chart in points, width and height."""


def pdf_of(report: Report) -> bytes:
    """The report as PDF; the same bytes for the same report."""
    import typst

    # The words of a place arrive as data and are never read as markup.
    given = {"report": json.dumps(_given(report), ensure_ascii=False, sort_keys=True)}
    compiler = typst.Compiler(input=_LAYOUT, font_paths=[FONTS], ignore_system_fonts=True, sys_inputs=given)
    made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)
    assert isinstance(made, bytes)
    return made


def _given(report: Report) -> dict[str, Any]:
    return {
        "title": shown(report.title),
        "fingerprint": report.fingerprint,
        "footer": shown(report.footer),
        "facts": [_plain(fact) for fact in report.facts],
        "sections": [_section(section, begins) for section, begins in report.pages_turn()],
        "shades": SHADES,
    }


def _section(section: Section, begins: bool) -> dict[str, Any]:
    room = _TURNED if section.wide else _UPRIGHT
    blocks = [_block(block, room) for block in section.blocks]
    return {"title": shown(section.title), "wide": section.wide, "begins": begins, "blocks": blocks}


def plain_block(block: Block) -> dict[str, Any]:
    """A block as the layouts take it, for an upright page."""
    return _block(block, _UPRIGHT)


def _block(block: Block, room: tuple[float, float]) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    return {"kind": kind, **(_figure(block, room) if isinstance(block, Figure) else _plain(block))}


def _plain(part: Any) -> dict[str, Any]:
    assert is_dataclass(part)
    assert not isinstance(part, type)
    plain: dict[str, Any] = shown_parts(asdict(part))
    return plain


def shown_parts(part: Any) -> Any:
    """Every text of a part, with a mark for each character that the font does not have."""
    if isinstance(part, dict):
        return {name: shown_parts(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [shown_parts(value) for value in part]
    return shown(part) if isinstance(part, str) else part


def _figure(figure: Figure, room: tuple[float, float]) -> dict[str, Any]:
    drawing = draw(figure.chart)
    width, height = (float(_attribute(drawing, name)) for name in ("width", "height"))
    scale = min(_PIXEL, room[0] / width, room[1] / height)
    return {
        "drawing": drawable(drawing),
        "width": width * scale,
        "sentence": shown(figure.sentence),
        "alternative": shown(figure.alternative),
    }


def _attribute(drawing: str, name: str) -> str:
    found = re.search(rf'<svg[^>]*\s{name}="([\d.]+)"', drawing)
    assert found
    return found[1]
