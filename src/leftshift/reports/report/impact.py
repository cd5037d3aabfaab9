"""What each intervention does to each organisation: a heat map, and the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from leftshift.place.rows import UNATTRIBUTED
from leftshift.reports import words
from leftshift.reports.content import Block, Cell, Column, Figure, Paragraph, Row, Section, Table, row
from leftshift.reports.heat_map import heat_map, unit_of
from leftshift.reports.report.amounts import cells, in_runs
from leftshift.reports.shades import shade
from leftshift.reports.words import BASES, Document, amount

_ACROSS, _DOWN = 8, 20
"""So many organisations and interventions stand in one picture or table on paper."""
_DRAWN_DOWN, _DRAWN_ACROSS = 3 * _DOWN, 2 * (_ACROSS + 2)
"""So many are drawn at most: those that move most. A thousand pictures would show nobody anything."""
_STAGES = {
    "plan": "Impact of the plan",
    "do_nothing": "Counted in the gap: planned investments",
    "comparison": "Computed for comparison, counted nowhere",
}


@dataclass(frozen=True)
class _Matrix:
    """The interventions of a stage that do something, by the organisations that they touch."""

    interventions: tuple[Mapping[str, Any], ...]
    amounts: Mapping[str, Mapping[str, float]]
    codes: tuple[str, ...]
    apart: bool  # some of it is given to no organisation

    @cached_property
    def largest(self) -> float:
        values = (abs(row.get(code, 0.0)) for row in self.amounts.values() for code in self.columns)
        return max(values, default=0.0)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return (*self.codes, *([UNATTRIBUTED] if self.apart else []))


def impact_matrix(result: Document, year: str) -> Section:
    """The heat map of the plan, its table, and what is counted elsewhere or nowhere."""
    found = {stage: _matrix(result, year, stage) for stage in _STAGES}
    blocks: list[Block] = []
    if not found["plan"].interventions:
        blocks.append(Paragraph(f"No intervention of the plan has an effect in {year}."))
    else:
        blocks += _figures(result, year, found["plan"])
    blocks += _key(result, found.values())
    for stage, title in _STAGES.items():
        blocks += _tables(result, year, found[stage], title)
    return Section("impact", "Impact by intervention and organisation", tuple(blocks), wide=True)


def _matrix(result: Document, year: str, stage: str) -> _Matrix:
    order = [step["step"] for step in result["steps"]]
    chosen = sorted(
        (entry for entry in result["interventions"] if entry["stage"] == stage),
        key=lambda entry: order.index(entry["step"]),
    )
    amounts = {entry["intervention"]: result["impact"][year][entry["intervention"]] for entry in chosen}
    shown = tuple(entry for entry in chosen if any(amounts[entry["intervention"]].values()))
    codes = [entry["code"] for entry in result["organisations"] if entry["code"] != UNATTRIBUTED]
    return _Matrix(
        shown,
        {entry["intervention"]: amounts[entry["intervention"]] for entry in shown},
        tuple(code for code in codes if any(values[code] for values in amounts.values())),
        any(values.get(UNATTRIBUTED) for values in amounts.values()),
    )


def _headings(result: Document, codes: Sequence[str], *, short: bool) -> list[str]:
    names = {entry["code"]: entry["name"] for entry in result["organisations"]}
    return ["Not attributed" if code == UNATTRIBUTED else code if short else names[code] for code in codes]


def _is_short(matrix: _Matrix) -> bool:
    return len(matrix.codes) > _ACROSS


def _key(result: Document, matrices: Iterable[_Matrix]) -> Iterator[Table]:
    codes = {code for matrix in matrices if _is_short(matrix) for code in matrix.codes}
    named = [(entry["code"], entry["name"]) for entry in result["organisations"] if entry["code"] in codes]
    if named:
        columns = (Column("Code"), Column("Organisation", weight=4))
        yield Table("Organisations by code", columns, tuple(row(*pair) for pair in named))


def _figures(result: Document, year: str, matrix: _Matrix) -> Iterator[Figure]:
    short, seen = _is_short(matrix), _seen(matrix)
    drawn, columns = _most(matrix, seen)
    sentence = (
        f"{words.impact_sentence(result, year)} Amounts in {unit_of(matrix.largest)}: blue improves a position and "
        "orange worsens it, the deeper the more."
    )
    if len(drawn) < len(seen) or len(columns) < len(matrix.columns):
        sentence += f" Drawn are the {len(drawn)} interventions and {len(columns)} organisations that move most; the table holds all."
    elif len(seen) < len(matrix.interventions):
        sentence += " What is too small to be seen stands in the table only."
    for down in in_runs(drawn, _DOWN):
        for across in in_runs(columns, _ACROSS + 2):
            names = [entry["name"] for entry in down]
            headings = _headings(result, across, short=short)
            amounts = [
                [matrix.amounts[entry["intervention"]].get(code, 0.0) for code in across] for entry in down
            ]
            alternative = (
                f"Heat map of what {len(names)} interventions do to {words.listed(headings)} in {year}. "
                "The table below holds the figures."
            )
            yield Figure(heat_map(names, headings, amounts, largest=matrix.largest), sentence, alternative)
            sentence = "The heat map goes on, with the same shades."


def _most(matrix: _Matrix, seen: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[str]]:
    """The interventions and the organisations that move most, each in its order: as many as are drawn."""
    moved = {
        entry["intervention"]: sum(map(abs, matrix.amounts[entry["intervention"]].values())) for entry in seen
    }
    kept = set(sorted(moved, key=lambda name: (-moved[name], name))[:_DRAWN_DOWN])
    sizes = {code: sum(abs(row.get(code, 0.0)) for row in matrix.amounts.values()) for code in matrix.columns}
    across = set(sorted(sizes, key=lambda code: (-sizes[code], code))[:_DRAWN_ACROSS])
    return [entry for entry in seen if entry["intervention"] in kept], [
        code for code in matrix.columns if code in across
    ]


def _seen(matrix: _Matrix) -> list[Mapping[str, Any]]:
    """The interventions of which the heat map shows more than noughts."""
    least = 50 if unit_of(matrix.largest) == "£m" else 0.5
    return [
        entry
        for entry in matrix.interventions
        if any(abs(value) >= least for value in matrix.amounts[entry["intervention"]].values())
    ]


def _tables(result: Document, year: str, matrix: _Matrix, title: str) -> Iterator[Table]:
    short = _is_short(matrix)
    runs = in_runs(matrix.codes, 2 * _ACROSS) if matrix.codes else [()]
    if not matrix.interventions:
        return
    for at, codes in enumerate(runs):
        last = at == len(runs) - 1
        columns = (
            Column("Intervention", weight=2.7),
            Column("Step", weight=1.8),
            Column("Basis", weight=1.1),
            *(Column(name, numeric=True, weight=1.15) for name in _headings(result, codes, short=short)),
            *([Column("Total", numeric=True, weight=0)] if last else []),
            *([Column("Not attributed", numeric=True, weight=1)] if last and matrix.apart else []),
        )
        part = f", part {at + 1} of {len(runs)}" if len(runs) > 1 else ""
        yield Table(
            f"{title} {year}, £000{part}", columns, tuple(_rows(result, year, matrix, codes, last=last))
        )


def _rows(result: Document, year: str, matrix: _Matrix, codes: Sequence[str], *, last: bool) -> Iterator[Row]:
    steps = {entry["step"]: entry["name"] for entry in result["steps"]}
    for entry in matrix.interventions:
        name = entry["intervention"]
        basis = BASES[result["impact_basis"][year][name]]
        values = matrix.amounts[name]
        shaded = [
            _shaded(values[code], matrix.largest if entry["stage"] == "plan" else 0.0) for code in codes
        ]
        heading = map(Cell, (entry["name"], steps[entry["step"]], basis))
        yield Row((*heading, *shaded, *(_ends(result, matrix, values) if last else ())))
    sums = {
        code: sum(values.get(code, 0.0) for values in matrix.amounts.values())
        for code in (*matrix.codes, UNATTRIBUTED)
    }
    heading = map(Cell, ("Total", "All steps", "–"))
    ends = _ends(result, matrix, sums) if last else ()
    yield Row((*heading, *cells(sums[code] for code in codes), *ends), strong=True)


def _shaded(value: float, largest: float) -> Cell:
    return Cell(amount(value) if value else "–", shade(value, largest))


def _ends(result: Document, matrix: _Matrix, values: Mapping[str, float]) -> tuple[Cell, ...]:
    """The total of the perimeter, and what is given to no organisation."""
    share = result["perimeter"]["members"]
    total = sum(values[code] * share.get(code, 0.0) for code in matrix.codes)
    return cells([total, *([values.get(UNATTRIBUTED, 0.0)] if matrix.apart else [])])
