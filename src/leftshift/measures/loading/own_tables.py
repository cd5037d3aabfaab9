"""Tables of our own making: a row a figure (tidy), and a column a period (wide)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from leftshift.foundation.faults import near_miss, shown
from leftshift.measures.loading.drafting import Draft, Drafting, Reading
from leftshift.measures.loading.layouts import folded
from leftshift.measures.loading.reading_cells import Mark
from leftshift.measures.loading.recognising import Heading
from leftshift.place.cells import CellRefused, parse_cell
from leftshift.place.schema import schema

NUMBERS = ("numerator", "denominator", "value", "lower", "upper", "deviation")


class Tidy(Drafting):
    """A row a figure, in columns of observations.csv."""

    def __init__(self, heading: Heading, reading: Reading) -> None:
        super().__init__(heading, reading)
        self._refuse_strange()

    def _refuse_strange(self) -> None:
        columns = schema().tables["observations"].columns
        for name in sorted(set(self.columns) & set(map(str, self.reading.choices.unread))):
            self.columns = {role: at for role, at in self.columns.items() if role != name}
        known = {folded(name) for name in columns}
        unread = {folded(name) for name in self.reading.choices.unread}
        for position, cell in enumerate(self.heading.cells):
            name = folded(cell)
            if name and name not in known | unread and self._is_new(position):
                self.reading.refuse(
                    "unknown column",
                    self.file,
                    self.heading.row,
                    cell.strip(),
                    shown(cell.strip()),
                    "one of " + ", ".join(columns),
                    "Rename it, remove it, or leave it unread with --leave-out",
                    near_miss(cell.strip().lower().replace(" ", "_"), columns),
                )
        names = [folded(cell) for cell in self.heading.cells if cell.strip()]
        for name in sorted({name for name in names if names.count(name) > 1 and name in known}):
            self.reading.refuse(
                "duplicate column", self.file, self.heading.row, name, shown(name), "each column once", "Remove one of them"
            )  # fmt: skip

    def _is_new(self, position: int) -> bool:
        return position not in self.columns.values() and not any(position == at for at, _, _ in self.filters)

    def row(self, row: int, cells: Sequence[str]) -> Iterator[Draft]:
        """The figure of one row."""
        reading = self.reading
        measure = self.code(reading.measures, row, cells, "measure")
        body = self.code(reading.bodies, row, cells, "of")
        if len(cells) > len(self.heading.cells) and any(cells[len(self.heading.cells) :]):
            reading.refuse(
                "too many cells", self.file, row, None, f"{len(cells)} cells", f"{len(self.heading.cells)} cells", "Put quotes around what holds a comma"
            )  # fmt: skip
        text = self.cell(cells, "period")
        if not text:
            self._missing(row, "period", "a period", "Fill it in")
        before = reading.faults.total
        period = self.period(row, self.heading.called("period"), text, measure) if text else None
        numbers, marks = self._numbers(row, cells, measure)
        given = self._given(row, cells)
        if measure is None or body is None or period is None:
            return
        draft = Draft(measure, body, period, self.file, row, numbers, given)
        yield from self.finished(draft, marks, faulty=reading.faults.total > before)

    def _numbers(
        self, row: int, cells: Sequence[str], measure: str | None
    ) -> tuple[dict[str, Decimal], list[Mark]]:
        numbers, marks = {}, []
        for name in NUMBERS:
            position = self.columns.get(name)
            if position is None or position >= len(cells):
                continue
            found = self.number(row, position, name, cells[position], measure)
            if isinstance(found, Mark):
                marks.append(found)
            elif found is not None:
                numbers[name] = found
        return numbers, marks

    def _given(self, row: int, cells: Sequence[str]) -> dict[str, Any]:
        """Version, revision, provisional, released, source and basis, where the row says them."""
        found = {}
        for name in ("version", "revision", "provisional", "released", "source", "basis"):
            text = self.cell(cells, name)
            if text:
                try:
                    found[name] = parse_cell(schema().tables["observations"].columns[name], text)
                except CellRefused as problem:
                    suggestion = near_miss(text, problem.candidates)
                    self.reading.refuse(
                        problem.kind, self.file, row, self.heading.called(name), shown(text), problem.expected, problem.action, suggestion
                    )  # fmt: skip
        return found


class Wide(Drafting):
    """A row a body or measure, a column a period."""

    def __init__(self, heading: Heading, reading: Reading) -> None:
        super().__init__(heading, reading)
        self.periods = [at for role, at in self.columns.items() if role.startswith("period ")]
        unread = [
            cell.strip()
            for at, cell in enumerate(heading.cells)
            if cell.strip() and at not in self.columns.values()
        ]
        if unread:
            reading.said[f"columns were not read: {', '.join(unread[:5])}"] += len(unread)

    def row(self, row: int, cells: Sequence[str]) -> Iterator[Draft]:
        """A figure for each cell that is not blank."""
        reading = self.reading
        measure = self.code(reading.measures, row, cells, "measure")
        body = self.code(reading.bodies, row, cells, "of")
        below, faulty = self._denominator(row, cells, measure)
        for position in self.periods:
            text = cells[position] if position < len(cells) else ""
            if text.strip():
                yield from self._cell(row, position, text, (measure, body), below, faulty=faulty)

    def _denominator(
        self, row: int, cells: Sequence[str], measure: str | None
    ) -> tuple[dict[str, Decimal], bool]:
        position, before = self.columns.get("denominator"), self.reading.faults.total
        if position is None or position >= len(cells):
            return {}, False
        found = self.number(row, position, "denominator", cells[position], measure)
        given = {"denominator": found} if isinstance(found, Decimal) else {}
        return given, self.reading.faults.total > before

    def _cell(
        self,
        row: int,
        position: int,
        text: str,
        key: tuple[str | None, str | None],
        below: dict[str, Decimal],
        *,
        faulty: bool,
    ) -> Iterator[Draft]:
        measure, body = key
        before = self.reading.faults.total
        heading = self.heading.cells[position].strip()
        period = self.period(self.heading.row, heading, heading, measure)
        found = self.number(row, position, self.reading.choices.holds, text, measure)
        if measure is None or body is None or period is None:
            return
        numbers = dict(below) if self.reading.choices.holds == "numerator" else {}
        marks = [found] if isinstance(found, Mark) else []
        if isinstance(found, Decimal):
            numbers[self.reading.choices.holds] = found
        elif marks:
            numbers = {}
        draft = Draft(measure, body, period, self.file, row, numbers)
        yield from self.finished(draft, marks, faulty=faulty or self.reading.faults.total > before)
