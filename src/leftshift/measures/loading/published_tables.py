"""Tables as somebody publishes them: which figures their rows hold, for bodies of the place and for many others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from leftshift.foundation.faults import near_miss, shown
from leftshift.foundation.periods import Period
from leftshift.measures.loading.drafting import Draft, Drafting, Reading
from leftshift.measures.loading.layouts import Figure, folded
from leftshift.measures.loading.reading_cells import Mark, rounded
from leftshift.measures.loading.recognising import Heading


class Published(Drafting):
    """A table as somebody publishes it, with rows of bodies that are none of the place."""

    strict = False

    def __init__(self, heading: Heading, reading: Reading) -> None:
        super().__init__(heading, reading)
        unread = {folded(name) for name in reading.choices.unread}
        self.columns = {
            role: at
            for role, at in self.columns.items()
            if folded(role) not in unread and folded(heading.cells[at]) not in unread
        }
        self.figures = self._figures()
        self.labelled = self._labelled_period()
        self.added: dict[tuple[str, str, Period], Draft | None] = {}
        self.parts: set[tuple[str, str, Period, str]] = set()

    def _figures(self) -> Sequence[Figure]:
        """The figures that rows are read for: those chosen, the first where one measure is given, or all."""
        named = [figure.name for figure in self.layout.figures if figure.name]
        chosen = {
            name
            for column, names in self.reading.choices.only.items()
            if folded(column) == "figure"
            for name in names
        }
        for name in sorted(chosen - set(named)):
            self.reading.refuse(
                "unknown figure",
                self.file,
                None,
                None,
                shown(name),
                "one of " + ", ".join(named) if named else "a layout with figures of several names",
                "Correct --only figure=…",
                near_miss(name, named),
            )
        if chosen:
            return [figure for figure in self.layout.figures if figure.name in chosen]
        if named and self.reading.choices.measure is not None:
            rest = ", ".join(named[1:])
            self.reading.notes.append(
                f"{self.file}: the figure {named[0]} was taken; there are also {rest}: choose with --only figure=NAME"
            )
            return self.layout.figures[:1]
        return self.layout.figures

    def _labelled_period(self) -> str | None:
        """The period that a label above the heading states."""
        label = self.layout.period_label
        for cells in self.heading.above if label else ():
            told = [cell.strip() for cell in cells if cell.strip()]
            if label in told[:-1]:
                return told[told.index(label) + 1]
        if label:
            self.reading.refuse(
                "period missing", self.file, None, None, "", f"a cell {label} above the heading, and a date beside it", "Use the file as published"
            )  # fmt: skip
        return None

    def drafts(self) -> Iterator[Draft]:
        """Every figure that is taken; where rows add up, after the last."""
        yield from super().drafts()
        yield from (draft for draft in self.added.values() if draft is not None)

    def row(self, row: int, cells: Sequence[str]) -> Iterator[Draft]:
        """The figures of one row of a body of the place."""
        name = self.cell(cells, self.layout.body_name)
        body = self.code(self.reading.bodies, row, cells, self.layout.body, name)
        if body is None:
            self._peek(row, cells)
            return
        for figure in self.figures:
            measure = self._measure(row, cells, figure)
            if measure is not None:
                yield from self._figure(row, cells, figure, measure, body)

    def _measure(self, row: int, cells: Sequence[str], figure: Figure) -> str | None:
        if self.layout.measure:
            name = self.cell(cells, self.layout.measure_name)
            return self.code(self.reading.measures, row, cells, self.layout.measure, name)
        return self.reading.measures.of(figure.name, "", (self.file, self.heading.row, ""))

    def _peek(self, row: int, cells: Sequence[str]) -> None:
        """Note the measure of a row of another body, so that a file with nothing of the place is told with all its codes."""
        if self.layout.measure:
            name = self.cell(cells, self.layout.measure_name)
            where = (self.file, row, self.heading.called(self.layout.measure))
            self.reading.measures.peek(self.cell(cells, self.layout.measure), name, where)

    def _figure(
        self, row: int, cells: Sequence[str], figure: Figure, measure: str, body: str
    ) -> Iterator[Draft]:
        before = self.reading.faults.total
        text, column = self.labelled or "", self.layout.period_label
        if self.layout.period:
            text, column = self.cell(cells, self.layout.period), self.heading.called(self.layout.period)
            prefix = self.layout.period_prefix
            text = text[len(prefix) :] if prefix and text.casefold().startswith(prefix.casefold()) else text
        period = self.period(row, column, text, measure) if text else None
        if period is None:
            if self.layout.period and not text:
                self.reading.left_out["no period"] += 1
            return
        numbers, marks = self._numbers(row, cells, figure, measure)
        draft = Draft(measure, body, period, self.file, row, numbers)
        faulty = self.reading.faults.total > before
        if self.layout.adds_up:
            self._add(draft, marks, self.cell(cells, self.layout.adds_up), faulty=faulty)
        else:
            yield from self.finished(draft, marks, faulty=faulty, note=self.cell(cells, "note"))

    def _numbers(
        self, row: int, cells: Sequence[str], figure: Figure, measure: str
    ) -> tuple[dict[str, Decimal], list[Mark]]:
        numbers: dict[str, Decimal] = {}
        marks: list[Mark] = []
        for name in ("numerator", "denominator"):
            total = self._sum(row, cells, getattr(figure, name), (name, measure), marks)
            if total is not None:
                numbers[name] = total
        for name in ("value", "lower", "upper"):
            role = getattr(figure, name)
            if role in self.columns:
                found = self._one(row, cells, role, (name, measure), marks)
                if found is not None:
                    numbers[name] = rounded(found, self.layout.decimals)
        return numbers, marks

    def _sum(
        self, row: int, cells: Sequence[str], terms: Sequence[str], key: tuple[str, str], marks: list[Mark]
    ) -> Decimal | None:
        """The sum of columns; none where one of them has no number: a part that is not known is not nought."""
        total: Decimal | None = None
        for term in terms:
            role = term.removeprefix("-")
            found = self._one(row, cells, role, key, marks) if role in self.columns else None
            if found is None:
                return None
            total = (total or Decimal(0)) + (-found if term.startswith("-") else found)
        return total

    def _one(
        self, row: int, cells: Sequence[str], role: str, key: tuple[str, str], marks: list[Mark]
    ) -> Decimal | None:
        position = self.columns[role]
        if position >= len(cells):
            return None
        found = self.number(row, position, key[0], cells[position], key[1])
        if isinstance(found, Mark):
            marks.append(found)
            return None
        return found

    def _add(self, draft: Draft, marks: Sequence[Mark], part: str, *, faulty: bool) -> None:
        """Add a part to its whole; a part without a figure leaves the whole without one."""
        key = (draft.measure, draft.of, draft.period)
        if (*key, part) in self.parts:
            column = self.heading.called(self.layout.adds_up)
            self.reading.refuse(
                "observed twice", self.file, draft.row, column, shown(part), "each part of a figure once", "Remove one of the rows"
            )  # fmt: skip
            return
        self.parts.add((*key, part))
        whole = list(self.finished(draft, marks, faulty=faulty))
        if key in self.added and self.added[key] is None:
            return
        other = self.added.get(key)
        if not whole or (other is not None and set(other.numbers) != set(draft.numbers)):
            self.added[key] = None
        elif other is None:
            self.added[key] = draft
        else:
            other.numbers = {name: other.numbers[name] + draft.numbers[name] for name in other.numbers}
