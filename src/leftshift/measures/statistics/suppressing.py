"""Small numbers suppressed, and with them what would let somebody work them out by subtraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.optimize import linprog

from leftshift.measures.statistics.estimates import Floats, Mask
from leftshift.measures.statistics.parameters import parameter

Counts = NDArray[np.int64]
LEAST_THRESHOLD, MOST_THRESHOLD = 1, 7
TOTAL = "total"
_SLACK = 1e-6
_COST_OF_ZERO = 64.0  # more than that of any count


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A table with its totals, and what of it is hidden.

    ``counts`` has a line for each row, for each group of rows and for all, and, where the table has several columns, a last column of
    row totals; ``lines`` names the lines. ``primary`` hides small numbers, ``secondary`` what would give them away.
    """

    lines: tuple[str, ...]
    counts: Counts
    primary: Mask
    secondary: Mask
    threshold: int

    @property
    def hidden(self) -> Mask:
        """What is not shown."""
        return self.primary | self.secondary

    def shown(self) -> list[list[int | None]]:
        """The table as it may be published: None where it is hidden."""
        return [
            [None if hide else int(count) for count, hide in zip(row, hides, strict=True)]
            for row, hides in zip(self.counts, self.hidden, strict=True)
        ]


def suppress(
    counts: ArrayLike,
    *,
    groups: Sequence[str] | None = None,
    threshold: int | None = None,
    names: Sequence[str] | None = None,
) -> Suppressed:
    """Hide the counts from 1 to ``threshold`` of a list or a table, and as few others as it takes that no subtraction gives them away.

    ``counts`` are whole numbers, 0 or more: one axis of rows (such as organisations), or rows and columns. Published beside them are the
    total of every row and column, of all, and with ``groups`` (the name of each row's group) of every group in every column. Zeros
    are shown unless they are needed. What can be worked out of a hidden small number is a range at least as wide as what the rule itself
    says, 1 to ``threshold``; no hidden number can be worked out at all. Raises ValueError for counts or thresholds that are none.
    """
    most = int(parameter("suppress_up_to")) if threshold is None else threshold
    if not LEAST_THRESHOLD <= most <= MOST_THRESHOLD:
        raise ValueError(f"The threshold lies from {LEAST_THRESHOLD} to {MOST_THRESHOLD}; found {most}")
    lines, table, relations = _with_totals(_whole(counts), groups, names)
    cells = table.ravel()
    primary = (cells >= 1) & (cells <= most)
    hidden = primary.copy()
    for cell in np.flatnonzero(primary):
        down = min(int(cells[cell]), least_width(most))
        for change in (-down, least_width(most) - down):
            if change:
                hidden |= _moved(cells, relations, hidden, int(cell), change)
    shape = table.shape
    return Suppressed(lines, table, primary.reshape(shape), (hidden & ~primary).reshape(shape), most)


def least_width(threshold: int) -> int:
    """How wide the range of a hidden small number stays at least: as wide as 1 to the threshold, and never a point."""
    return max(1, threshold - 1)


def audit(found: Suppressed, groups: Sequence[str] | None = None) -> tuple[Floats, Floats]:
    """The least and the most that each number can be, for somebody who sees what is shown and knows that totals are sums.

    Arrays of the shape of ``counts``; both are the count itself where it is shown.
    """
    rows = len(found.lines) - 1 - len(set(groups or ()))
    body = found.counts[:rows, : max(1, found.counts.shape[1] - 1)]
    _, table, relations = _with_totals(
        body if body.shape[1] > 1 or found.counts.shape[1] > 1 else body[:, 0], groups, None
    )
    cells, hidden = table.ravel().astype(np.float64), found.hidden.ravel()
    low, high = cells.copy(), cells.copy()
    for at, cell in enumerate(np.flatnonzero(hidden)):
        down, up = _room(cells[hidden], relations[:, hidden], at)
        low[cell], high[cell] = cells[cell] - down, cells[cell] + up
    return low.reshape(table.shape), high.reshape(table.shape)


def _room(cells: Floats, relations: sparse.csr_array, at: int) -> tuple[float, float]:
    """How far a hidden number can fall and rise while the others follow; infinity where nothing holds it.

    In changes and not in numbers, so that large totals cost no digits.
    """
    aim = np.zeros(cells.size)
    bounds = np.column_stack([-cells, np.full(cells.size, np.inf)])
    ends = []
    for sign in (1.0, -1.0):
        aim[at] = sign
        nothing = np.zeros(relations.shape[0])
        solved = linprog(aim, A_eq=relations, b_eq=nothing, bounds=bounds, method="highs")
        ends.append(abs(float(solved.x[at])) if solved.status == 0 else np.inf)
    return ends[0], ends[1]


def _moved(cells: Counts, relations: sparse.csr_array, hidden: Mask, cell: int, change: int) -> Mask:
    """What has to move for a number to change by so much, at the least cost: what is hidden costs nothing, zeros the most.

    The solution is another table that fits all that is shown. Totals move too, so there always is one; and as sums of rows and columns
    are a network, it moves by whole numbers.
    """
    cost = np.where(hidden, 0.0, np.where(cells == 0, _COST_OF_ZERO, 1 + np.log2(cells + 1.0)))
    most = abs(change)
    upper = np.concatenate([np.full(cells.size, float(most)), np.minimum(cells, most)])
    lower = np.zeros(2 * cells.size)
    here, against = (cell, cells.size + cell) if change > 0 else (cells.size + cell, cell)
    lower[here], upper[against] = most, 0
    solved = linprog(
        np.concatenate([cost, cost]),
        A_eq=sparse.hstack([relations, -relations]).tocsr(),
        b_eq=np.zeros(relations.shape[0]),
        bounds=np.column_stack([lower, upper]),
        method="highs-ds",
    )
    if solved.status != 0:
        raise ArithmeticError(f"No way to protect a number was found: {solved.message}")
    changes = solved.x[: cells.size] - solved.x[cells.size :]
    moved: Mask = np.abs(changes) > _SLACK
    return moved


def _with_totals(
    counts: Counts, groups: Sequence[str] | None, names: Sequence[str] | None
) -> tuple[tuple[str, ...], Counts, sparse.csr_array]:
    """The lines of a table with its totals, its numbers, and a row for each sum: its parts less itself."""
    body = counts[:, None] if counts.ndim == 1 else counts
    rows = body.shape[0]
    of_rows = _line_parts(rows, groups)
    labels = [str(at + 1) for at in range(rows)] if names is None else [str(name) for name in names]
    if len(labels) != rows:
        raise ValueError(f"{len(labels)} names do not match {rows} rows")
    lines = (*labels, *(f"{TOTAL} {name}" for name in dict.fromkeys(groups or ())), TOTAL)
    across = (
        np.ones((1, body.shape[1]))
        if counts.ndim == 2 and body.shape[1] > 1
        else np.zeros((0, body.shape[1]))
    )
    columns = np.vstack([np.eye(body.shape[1]), across])
    table = (of_rows @ body @ columns.T).round().astype(np.int64)
    return lines, table, _relations(of_rows, rows, columns)


def _line_parts(rows: int, groups: Sequence[str] | None) -> Floats:
    """Which rows each line of the table sums: itself, the rows of a group, all."""
    named = list(groups or ())
    if groups is not None and len(named) != rows:
        raise ValueError(f"{len(named)} names of groups do not match {rows} rows")
    parts = [np.array([float(name == group) for name in named]) for group in dict.fromkeys(named)]
    return np.vstack([np.eye(rows), *parts, np.ones(rows)])


def _relations(of_rows: Floats, rows: int, columns: Floats) -> sparse.csr_array:
    """Every sum: down each column (totals too) for each group and for all, and across each line."""
    height, width, inner = of_rows.shape[0], columns.shape[0], columns.shape[1]
    down = sparse.hstack([sparse.csr_array(of_rows[rows:]), -sparse.eye_array(height - rows)])
    sums = [sparse.kron(down, sparse.eye_array(width))]
    if width > inner:
        across = sparse.hstack([sparse.csr_array(np.ones((1, inner))), -sparse.eye_array(1)])
        sums.append(sparse.kron(sparse.eye_array(height), across))
    return sparse.csr_array(sparse.vstack(sums))


def _whole(counts: ArrayLike) -> Counts:
    given = np.asarray(counts)
    if given.ndim not in (1, 2) or given.size == 0:
        raise ValueError("A table to suppress has one axis or two, and no empty one")
    numbers = given.astype(np.float64)
    if not np.isfinite(numbers).all() or (numbers < 0).any() or (numbers != numbers.round()).any():
        raise ValueError("Only counts are suppressed: whole numbers, 0 or more, without gaps")
    if numbers.sum() > 1e9:
        raise ValueError(
            "The table counts more than 1,000,000,000, which is past what the search is exact for"
        )
    return numbers.astype(np.int64)
