"""A report as one HTML file: no request, no script, charts inside."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from leftshift.reports.content import Report
from leftshift.reports.drawing import draw
from leftshift.reports.shades import SHADES

LAYOUT = Path(__file__).parent / "layout"


def html_of(report: Report) -> str:
    """The report as an HTML page that needs nothing beside it."""
    return _template().render(report=report, style=_style(), kind=_kind, picture=_picture)


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(LAYOUT),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("report.jinja")


@cache
def _style() -> Markup:
    shades = "\n".join(
        f".{name} {{ background: {fill}; color: {ink}; }}" for name, (fill, ink) in SHADES.items()
    )
    # ours alone: no word of a place is in it
    return Markup((LAYOUT / "report.css").read_text("utf-8") + shades)


def _kind(block: Any) -> str:
    return type(block).__name__.lower()


def _picture(chart: dict[str, Any]) -> str:
    return "data:image/svg+xml;base64," + b64encode(draw(chart).encode()).decode()
