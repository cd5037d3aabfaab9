"""Why a figure is what it is, and what a row feeds: trees, bars and tables from a live result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from leftshift.economy.explanations.explaining import Explained, Rest
from leftshift.economy.explanations.feeding import Fed, described
from leftshift.economy.explanations.mattering import Matters
from leftshift.economy.explanations.terms import Figure
from leftshift.economy.explanations.words import Words
from leftshift.foundation.money import round_half_up
from leftshift.foundation.sources import Origin
from leftshift.place.cells import cell_text
from leftshift.place.rows import Row as PlaceRow
from leftshift.place.schema import schema
from leftshift.reports import charts, words
from leftshift.workspace.plan.presenters.page import (
    BASES,
    Page,
    Picture,
    amount,
    input_address,
    room_page,
    slug,
    why_address,
    years_of,
)
from leftshift.workspace.plan.queries import Viewed
from leftshift.workspace.shared.tables import Cell, Row, Table

DEPTH, BUDGET = 4, 700  # levels and branches that one page opens; what lies deeper has a page of its own
_BAR = 100
_STEPS = 12  # bars of the waterfall; smaller parts are added up
_SMALL = 0.05  # £000


@dataclass(frozen=True)
class Branch:
    """A branch of a tree as a page shows it; ``bar`` is (left, width) of a hundred."""

    label: str
    amount: str
    is_minus: bool
    detail: str
    where: str
    where_address: str
    source: str
    basis: str
    rests_on: Sequence[tuple[str, str]]
    bar: tuple[int, int]
    is_open: bool
    more_address: str
    children: Sequence[Branch]


@dataclass(frozen=True)
class WhyPage:
    """What the page of a figure shows besides what every page shows."""

    page: Page
    tree: Branch
    up: Sequence[tuple[str, str]]


def why(viewed: Viewed, figure: Figure, path: str) -> WhyPage | None:
    """The page of a figure, opened at a branch (``0.2.1``: the second child of …); None when there is no such branch."""
    result = viewed.live
    root = result.explain(figure.name, figure.year, organisation=figure.organisation, item=figure.item)
    trail = _trail(root, path)
    if trail is None:
        return None
    year, tree = figure.year.label, trail[-1]
    shown = _Drawing(viewed, figure, year).branch(tree, path, DEPTH, abs(tree.amount))
    query = _query(figure, path)
    picture = Picture(
        f"/places/{viewed.address}/charts/why/{figure.name}/{slug(year)}.svg?{urlencode({**query, 'of': viewed.content})}",
        said(tree),
        "Waterfall of the parts that make the figure; the tree below holds them.",
    )
    matters = (
        result.matters(figure.name, figure.year, organisation=figure.organisation, item=figure.item)
        if not path
        else ()
    )
    tables = [matters_table(viewed, matters, year)] if matters else []
    address = f"/places/{viewed.address}/why/{figure.name}/{{year}}/" + (
        f"?{urlencode(_query(figure, ''))}" if _query(figure, "") else ""
    )
    page = room_page(
        viewed,
        "why",
        f"Why? {root.label}",
        year,
        picture,
        tables,
        years=years_of(viewed, "why", year, address),
    )
    return WhyPage(page, shown, _up(viewed, figure, trail, path))


def _query(figure: Figure, path: str) -> dict[str, str]:
    asked = {"organisation": figure.organisation, "item": figure.item, "at": path}
    return {key: value for key, value in asked.items() if value}


def _trail(root: Explained, path: str) -> list[Explained] | None:
    """The branches from the root to the one that a path names."""
    trail = [root]
    for part in filter(None, path.split(".")):
        children = trail[-1].children
        if not _is_number(part) or int(part) >= len(children):
            return None
        trail.append(children[int(part)])
    return trail


def _is_number(text: str) -> bool:
    """Digits that int() reads, and not too many: a superscript is a digit too."""
    return text.isascii() and text.isdecimal() and len(text) < 10


def _up(viewed: Viewed, figure: Figure, trail: Sequence[Explained], path: str) -> list[tuple[str, str]]:
    """The branches above, each with its address."""
    parts = path.split(".") if path else []
    return [
        (branch.label, _address(viewed, figure, ".".join(parts[:depth])))
        for depth, branch in enumerate(trail[:-1])
    ]


def _address(viewed: Viewed, figure: Figure, path: str) -> str:
    query = _query(figure, path)
    address = f"/places/{viewed.address}/why/{figure.name}/{slug(figure.year.label)}/"
    return address + (f"?{urlencode(query)}" if query else "")


class _Drawing:
    """Turns a tree into branches of a page, and stops where a page would grow too long."""

    def __init__(self, viewed: Viewed, figure: Figure, year: str) -> None:
        self.viewed, self.figure, self.year, self.left = viewed, figure, year, BUDGET

    def branch(self, node: Explained, path: str, depth: int, whole: float) -> Branch:
        """A branch and what is opened below it."""
        self.left -= 1
        opens = bool(node.children) and depth > 0 and self.left > 0
        widest = max((abs(child.amount) for child in node.children), default=0.0) if opens else 0.0
        children = (
            [
                self.branch(child, f"{path}.{at}" if path else str(at), depth - 1, widest)
                for at, child in enumerate(node.children)
            ]
            if opens
            else []
        )
        return Branch(
            node.label,
            words.amount(node.amount),
            round_half_up(node.amount) < 0,
            node.detail,
            str(node.origin) if node.origin.row else "",
            input_address(self.viewed, node.origin, self.year),
            node.source,
            BASES[node.basis] if node.basis else "",
            [(rest.words, self._rest(rest)) for rest in node.rests_on],
            _bar(node.amount, whole),
            depth > DEPTH - 2,
            _address(self.viewed, self.figure, path) if node.children and not opens else "",
            children,
        )

    def _rest(self, rest: Rest) -> str:
        return input_address(self.viewed, rest.origin, self.year)


def _bar(value: float, whole: float) -> tuple[int, int]:
    """Left end and width of a bar whose middle is nought."""
    width = round(_BAR / 2 * min(1.0, abs(value) / whole)) if whole else 0
    return (_BAR // 2 - width if value < 0 else _BAR // 2), width


def said(tree: Explained) -> str:
    """The figure and its largest part, in a sentence."""
    parts = [part for part in steps_of(tree) if abs(part[1]) >= _SMALL]
    whole = words.millions(tree.amount) if abs(tree.amount) >= 1000 else f"£{words.amount(tree.amount)}k"
    if not parts:
        return f"{tree.label}: {whole}."
    label, value = max(parts, key=lambda part: abs(part[1]))
    largest = words.millions(value) if abs(value) >= 1000 else f"£{words.amount(value)}k"
    return f"{tree.label}: {whole}. The largest part is {label} with {largest}."


def steps_of(tree: Explained) -> list[tuple[str, float]]:
    """The parts that a picture shows: groups are opened while there is room, and the smallest are added up."""
    parts = list(tree.children)
    while any(part.kind == "group" and part.children for part in parts):
        opened = [
            child
            for part in parts
            for child in (part.children if part.kind == "group" and part.children else (part,))
        ]
        if len(opened) > 3 * _STEPS:
            break
        parts = opened
    if len(parts) <= _STEPS:
        return [(part.label, part.amount) for part in parts]
    largest = {id(part) for part in sorted(parts, key=lambda part: -abs(part.amount))[: _STEPS - 1]}
    kept = [(part.label, part.amount) for part in parts if id(part) in largest]
    rest = [part.amount for part in parts if id(part) not in largest]
    return [*kept, (f"{len(rest)} smaller parts", sum(rest))]


def chart(viewed: Viewed, figure: Figure, path: str) -> dict[str, Any] | None:
    """The waterfall of a figure's parts; None when there is no such branch."""
    root = viewed.live.explain(figure.name, figure.year, organisation=figure.organisation, item=figure.item)
    trail = _trail(root, path)
    return charts.parts(steps_of(trail[-1]), trail[-1].amount) if trail else None


def matters_table(viewed: Viewed, matters: Sequence[Matters], year: str) -> Table:
    """The inputs that move the figure most, each with where it came from."""
    rows = [
        Row(
            [
                Cell(entry.input),
                Cell(entry.nudge[:1].upper() + entry.nudge[1:]),
                amount(entry.move),
                amount(entry.part),
                _where(viewed, entry.origins, year),
                Cell(BASES[entry.basis]),
                Cell("; ".join(entry.sources)),
            ]
        )
        for entry in matters
    ]
    columns = ["Input", "If it were", "Figure moves by", "Its part", "Where", "Basis", "Source"]
    return Table("matters", "What matters most, £000", columns, rows, numeric_from=2, numeric_to=4)


def _where(viewed: Viewed, origins: Sequence[Origin], year: str) -> Cell:
    first = min(origins, key=lambda origin: (origin.file, origin.row))
    more = f" and {len(origins) - 1} more" if len(origins) > 1 else ""
    return Cell(f"{first}{more}", address=input_address(viewed, first, year))


# ---------------------------------------------------------------------- the other way round
def input_page(
    viewed: Viewed, table: str, number: int, year: str
) -> tuple[Page, list[tuple[str, str]], PlaceRow] | None:
    """The page of a row: its cells, and every figure of a year that it feeds; None when there is no such row."""
    result = viewed.live
    if table not in schema().tables:
        return None
    known = schema().tables[table]
    row = next(
        (
            entry
            for entry in result.place.table(table)
            if (entry.origin.file, entry.origin.row) == (known.file, number)
        ),
        None,
    )
    if row is None:
        return None
    fed = [entry for entry in result.feeds(row) if entry.figure.year.label == year]
    address = f"/places/{viewed.address}/inputs/{table}/{number}/{{year}}/"
    page = room_page(
        viewed,
        "inputs",
        f"{described(row)[:1].upper()}{described(row)[1:]}",
        year,
        None,
        [fed_table(viewed, fed, year)] if fed else [],
        years=years_of(viewed, "inputs", year, address),
    )
    return page, _cells(row, table), row


def _cells(row: PlaceRow, table: str) -> list[tuple[str, str]]:
    """The cells of a row that are not empty, and where it stands."""
    columns = schema().tables[table].columns
    cells = [
        (name.replace("_", " ").capitalize(), cell_text(column, getattr(row, name)))
        for name, column in columns.items()
    ]
    return [*((name, text) for name, text in cells if text), ("Where", str(row.origin))]


def fed_table(viewed: Viewed, fed: Sequence[Fed], year: str) -> Table:
    """The figures that a row feeds."""
    names = Words(viewed.live.projection.economy)
    how = {"part": "Part of it", "scales": "Runs through it"}
    rows = [
        Row(
            [
                Cell(
                    names.figure(entry.figure),
                    address=why_address(
                        viewed, entry.figure.name, year, entry.figure.organisation, entry.figure.item
                    ),
                ),
                amount(entry.amount),
                Cell(how[entry.how]),
            ]
        )
        for entry in fed
    ]
    return Table(
        "feeds",
        f"What it feeds in {year}, £000",
        ["Figure", "£000", "How"],
        rows,
        numeric_from=1,
        numeric_to=2,
    )
