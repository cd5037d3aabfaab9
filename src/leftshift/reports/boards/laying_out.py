"""Lay a pack out once, and write it as PDF and as HTML from that one layout: page numbers cannot differ between the two.

typst sets the pages and tells where every piece and block begins. Labels follow from how many pages each piece takes; the front
sheet names them, so that it is set again until nothing moves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from leftshift.programme.boards.packing import Placed, numbered
from leftshift.reports.boards.pack import BoardPack
from leftshift.reports.content import Block, made_printable
from leftshift.reports.drawing import FONTS
from leftshift.reports.html import LAYOUT
from leftshift.reports.pdf import plain_block, shown_parts
from leftshift.reports.shades import SHADES

_LAYOUT = Path(__file__).parent.parent / "layout" / "board_pack.typ"
_MOST_ROUNDS = 5


@dataclass(frozen=True)
class Mark:
    """Where a block begins: its piece, its number in it (-1: the heading), and the label of the page."""

    piece: str
    block: int
    label: str


@dataclass(frozen=True)
class LaidOut:
    """A pack whose pages are known, in both of its forms."""

    pack: BoardPack
    placed: tuple[Placed, ...]
    marks: tuple[Mark, ...]
    pdf: bytes
    html: str

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of all pages in order."""
        return tuple(label for each in self.placed for label in each.labels)


def lay_out(pack: BoardPack) -> LaidOut:
    """Lay a pack out; the same bytes for the same pack."""
    placed = _first_guess(pack)
    known: Mapping[str, Placed] = {}
    for _ in range(_MOST_ROUNDS):
        compiler = _compiler(pack, placed, known)
        starts, total = _starts(compiler)
        counts = _counts(placed, starts, total)
        found = numbered(pack.pieces, counts, exempt=pack.exempt)
        if found == placed and known:
            pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=0)
            assert isinstance(pdf, bytes)
            marks = _marks(placed, starts)
            return LaidOut(pack, placed, marks, pdf, _html(pack, placed, marks, known))
        placed, known = found, {each.piece.key: each for each in found}
    raise AssertionError("the pages of a pack came to no rest")


def _first_guess(pack: BoardPack) -> tuple[Placed, ...]:
    return numbered(pack.pieces, {piece.key: 1 for piece in pack.pieces}, exempt=pack.exempt)


def _compiler(pack: BoardPack, placed: tuple[Placed, ...], known: Mapping[str, Placed]) -> Any:
    import typst

    given = {
        "title": pack.title,
        "footer": pack.footer,
        "labels": [label for each in placed for label in each.labels],
        "pieces": [
            {
                "key": each.piece.key,
                "title": pack.heading(each.piece),
                "titled": each.piece.kind
                == "front",  # and never the page before it: what was issued stays as it is
                "blocks": [plain_block(block) for block in pack.blocks(each.piece, known)],
            }
            for each in placed
        ],
    }
    # what report.typ wants to know when its blocks are used
    around = {
        "title": "",
        "fingerprint": "0" * 12,
        "footer": "",
        "facts": [],
        "sections": [],
        "shades": SHADES,
    }
    inputs = {"pack": _text(shown_parts(given)), "report": _text(around)}
    return typst.Compiler(input=_LAYOUT, font_paths=[FONTS], ignore_system_fonts=True, sys_inputs=inputs)


def _text(given: Any) -> str:
    return json.dumps(given, ensure_ascii=False, sort_keys=True)


def _starts(compiler: Any) -> tuple[dict[tuple[str, int], int], int]:
    """The page on which every piece and block begins, counted from 1, and how many pages there are."""
    found = json.loads(compiler.query("<mark>", field="value"))
    starts = {(each["piece"], each["block"]): int(each["page"]) for each in found}
    return starts, starts.pop(("", -1))


def _counts(placed: tuple[Placed, ...], starts: Mapping[tuple[str, int], int], total: int) -> dict[str, int]:
    begins = [starts[each.piece.key, -1] for each in placed] + [total + 1]
    return {each.piece.key: begins[at + 1] - begins[at] for at, each in enumerate(placed)}


def _marks(placed: tuple[Placed, ...], starts: Mapping[tuple[str, int], int]) -> tuple[Mark, ...]:
    labels = [label for each in placed for label in each.labels]
    return tuple(
        Mark(piece, block, labels[page - 1])
        for (piece, block), page in sorted(starts.items(), key=lambda entry: (entry[1], entry[0][1]))
    )


# ---------------------------------------------------------------------------- HTML


@dataclass(frozen=True)
class _Part:
    """A block as the page shows it, behind the pages that begin before it."""

    pages: tuple[str, ...]
    block: Block


def _html(
    pack: BoardPack, placed: tuple[Placed, ...], marks: tuple[Mark, ...], known: Mapping[str, Placed]
) -> str:
    where = {(mark.piece, mark.block): mark.label for mark in marks}
    pieces = []
    for each in placed:
        blocks = made_printable(pack.blocks(each.piece, known))
        parts, rest = _with_pages(each, blocks, where)
        pieces.append(
            {
                "key": f"piece-{each.piece.key}",
                "title": made_printable(pack.heading(each.piece)),
                "pages": each.pages,
                "first": each.labels[0],
                "parts": parts,
                "rest": rest,
            }
        )
    return _template().render(
        title=made_printable(pack.title), footer=made_printable(pack.footer), pieces=pieces, style=_style(), kind=_kind
    )  # fmt: skip


def _with_pages(
    each: Placed, blocks: tuple[Block, ...], where: Mapping[tuple[str, int], str]
) -> tuple[list[_Part], tuple[str, ...]]:
    """Each block behind the labels of the pages that begin by it; what is left begins within the last block."""
    parts, at = [], 0
    for number, block in enumerate(blocks):
        on = each.labels.index(where[each.piece.key, number])
        parts.append(_Part(each.labels[at + 1 : on + 1], block))
        at = max(at, on)
    return parts, each.labels[at + 1 :]


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
    return environment.get_template("board_pack.jinja")


@cache
def _style() -> Markup:
    return Markup("".join((LAYOUT / name).read_text("utf-8") for name in ("report.css", "board_pack.css")))


def _kind(block: Any) -> str:
    return type(block).__name__.lower()
