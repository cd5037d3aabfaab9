"""How the cells of a place's workbook look: one format for each kind of cell, made when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leftshift.workbooks.live.grid import Look, Unit

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

# Blue on yellow is an input, as in most models that people of finance know.
INPUT: Mapping[str, Any] = {"font_color": "#0000C0", "bg_color": "#FFF6CC"}
HEADING: Mapping[str, Any] = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#005EB8"}
PASSES: Mapping[str, Any] = {"bg_color": "#CCE8D4", "font_color": "#00401F"}
FAILS: Mapping[str, Any] = {"bg_color": "#F9D1CD", "font_color": "#7A0A00"}
LOOKS: Mapping[Look, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#003087"},
    "note": {"italic": True, "font_color": "#4C6272"},
    "section": {"bold": True, "font_size": 12, "font_color": "#003087"},
    "head": HEADING,
    "label": {},
    "text": {"font_color": "#4C6272"},
    "fixed": {"font_color": "#6E6E6E"},
    "input": {"font_color": "#00642D"},
    "calculated": {},
    "total": {"bold": True, "top": 1},
    "check": {"bold": True},
}
A4 = 9  # as workbooks name paper
TAB_COLOURS = {
    "input": "#FFD54A",
    "calculation": "#AEB7BD",
    "output": "#00A499",
    "check": "#DA291C",
    "about": "#005EB8",
}
_NUMBERS: Mapping[Unit, str] = {
    "": "General",
    "£000": '#,##0.0;[Red](#,##0.0);"–"',
    "rate": '0.00%;[Red]-0.00%;"–"',
    "share": '0.0%;[Red]-0.0%;"–"',
    "index": "0.0000",
    "months": "0",
    "number": "General",
    "yes": "0",
}
_WHOLE = '#,##0;[Red](#,##0);"–"'


def number_format(unit: Unit, *, is_output: bool) -> str:
    """How numbers of a unit are shown: money in whole thousands where people read it, finer where it is worked out."""
    return _WHOLE if unit == "£000" and is_output else _NUMBERS[unit]


@dataclass
class Formats:
    """The formats of one workbook."""

    book: Workbook
    made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def of(self, shape: str = "General", **properties: Any) -> Format:
        """The format with a number format and other properties; each is made once."""
        key = (("num_format", shape), *sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(dict(key))
        return self.made[key]

    def look(self, look: Look, shape: str = "General") -> Format:
        """The format of a kind of cell."""
        return self.of(shape, **LOOKS[look])
