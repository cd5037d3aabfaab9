"""Figures out of the rows of a sheet: which are taken, what they say, and every fault of them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from leftshift.foundation.faults import Fault, Faults, near_miss, shown
from leftshift.foundation.periods import HOW_TO_WRITE, Period, PeriodNotUnderstood
from leftshift.measures.definitions import Definitions
from leftshift.measures.loading.choices import Choices
from leftshift.measures.loading.coding import Codes
from leftshift.measures.loading.dating import AS_DATES, period_of
from leftshift.measures.loading.layouts import Filter, folded, folded_value
from leftshift.measures.loading.reading_cells import Mark, number_of
from leftshift.measures.loading.recognising import Heading
from leftshift.place.cells import CellRefused


@dataclass(slots=True)
class Draft:
    """A figure as a row of a file gave it."""

    measure: str
    of: str
    period: Period
    file: str
    row: int
    numbers: dict[str, Decimal]
    given: dict[str, Any] = field(default_factory=dict)


@dataclass
class Reading:
    """What the loading of files has met so far: codes, faults, rows left out and why, things to be said."""

    choices: Choices
    measures: Codes
    bodies: Codes
    every: Mapping[str, str]
    definitions: Mapping[str, Definitions]
    faults: Faults
    left_out: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    rows: int = 0

    def refuse(
        self,
        kind: str,
        file: str,
        row: int | None,
        column: str | None,
        found: str,
        expected: str,
        action: str,
        suggestion: str | None = None,
    ) -> None:
        """Add a fault."""
        self.faults.add(Fault(kind, file, row, column, found, expected, action, suggestion))


class Drafting:
    """Reads the lines of one sheet; what the shapes of layouts have in common."""

    strict = True  # a code that the place has not is a slip, and no row of somebody else

    def __init__(self, heading: Heading, reading: Reading) -> None:
        self.heading, self.reading, self.layout = heading, reading, heading.layout
        self.file, self.columns = heading.file, heading.columns
        self.filters = self._filters()

    def drafts(self) -> Iterator[Draft]:
        """Every figure that is taken, or faults."""
        try:
            for row, cells in self.heading.lines():
                self.reading.rows += 1
                if self._is_taken(cells):
                    yield from self.row(row, cells)
        except csv.Error as problem:
            action = f"Save it again as CSV UTF-8: {problem}"
            self.reading.refuse(
                "file not understood", self.file, None, None, "", "comma-separated values", action
            )

    def row(self, row: int, cells: Sequence[str]) -> Iterator[Draft]:
        """The figures of one row."""
        raise NotImplementedError

    # ------------------------------------------------------------------ which rows
    def _filters(self) -> list[tuple[int, Filter, str]]:
        """Position, filter and heading of each column by which rows are taken."""
        chosen = {folded(name): values for name, values in self.reading.choices.only.items()}
        chosen.pop("figure", None)
        found = []
        for entry in self.layout.filters:
            names = {folded(entry.column), folded(self.heading.called(entry.column))}
            if entry.column in self.columns and not (entry.keep is not None and names & set(chosen)):
                found.append((self.columns[entry.column], entry, self.heading.called(entry.column)))
        at = {folded(cell): position for position, cell in reversed(list(enumerate(self.heading.cells)))}
        at |= {folded(role): position for role, position in self.columns.items()}
        for name, values in chosen.items():
            if name in at:
                kept = frozenset(map(folded_value, values))
                found.append((at[name], Filter(name, kept), self.heading.cells[at[name]].strip()))
            else:
                self.reading.refuse(
                    "unknown column",
                    self.file,
                    self.heading.row,
                    None,
                    shown(name),
                    "a column of the file",
                    "Correct which rows are chosen",
                    near_miss(name, at),
                )
        return found

    def _is_taken(self, cells: Sequence[str]) -> bool:
        for position, entry, heading in self.filters:
            found = cells[position] if position < len(cells) else ""
            said = folded_value(found)
            if said in entry.drop or (entry.keep is not None and said not in entry.keep):
                self.reading.left_out[f"{heading} is {_short(found)}"] += 1
                return False
        return True

    # ------------------------------------------------------------------ what a row says
    def cell(self, cells: Sequence[str], role: str) -> str:
        """What stands in the column of a role; empty where there is none."""
        position = self.columns.get(role)
        return "" if position is None or position >= len(cells) else cells[position].strip()

    def code(self, codes: Codes, row: int, cells: Sequence[str], role: str, name: str = "") -> str | None:
        """The measure or body of the place that a row is about."""
        text = self.cell(cells, role)
        if not text and codes.chosen is None:
            if self.strict:
                self._missing(row, role, f"a {codes.what}", f"Fill it in, or give {codes.option}")
            else:
                self.reading.left_out[f"no code of a {codes.what}"] += 1
            return None
        return codes.of(text, name, (self.file, row, self.heading.called(role)))

    def period(self, row: int, column: str, text: str, measure: str | None) -> Period | None:
        """The period that a row is about, as its measure counts; any that can be read where the measure is not known."""
        every = self.reading.every[measure] if measure else ""
        try:
            found, was_date = period_of(text, every or "day", self.layout.periods)
        except PeriodNotUnderstood as problem:
            said = str(problem).removesuffix(f"; {HOW_TO_WRITE}")
            action = f"{said[:1].upper()}{said[1:]}"
            self.reading.refuse(
                "period not understood", self.file, row, column, shown(text), f"a {every or 'period'}", action
            )
            return None
        if was_date:
            self.reading.said[AS_DATES.format(every=every)] += 1
        return found

    def number(
        self, row: int, position: int, column: str, text: str, measure: str | None
    ) -> Decimal | Mark | None:
        """A number, a mark or nothing; a fault where it is neither. A measure that is not known may count per cents."""
        try:
            return number_of(column, text, percent=measure is None or self._is_percent(measure))
        except CellRefused as problem:
            heading = self.heading.cells[position].strip()
            self.reading.refuse(
                problem.kind, self.file, row, heading, shown(text.strip()), problem.expected, problem.action
            )
            return None

    def _is_percent(self, measure: str) -> bool:
        found = self.reading.definitions.get(measure)
        return found is not None and found.latest.is_percent

    def finished(
        self, draft: Draft, marks: Sequence[Mark], *, faulty: bool, note: str = ""
    ) -> Iterator[Draft]:
        """The draft where it has a figure; otherwise why it was left out."""
        if faulty:
            return
        for mark in marks:
            self.reading.said[f"cells say {mark}, which is no figure and not nought"] += 1
        if self._has_figure(draft):
            yield draft
        elif marks:
            self.reading.left_out[f"no figure: {marks[0]}"] += 1
        elif self.strict and "numerator" in draft.numbers:
            yield draft  # half a figure: the check of the place says what is missing
        else:
            self.reading.left_out[f"no figure: {note[:80] or 'the cell is empty'}"] += 1

    def _has_figure(self, draft: Draft) -> bool:
        if "value" in draft.numbers:
            return True
        found = self.reading.definitions.get(draft.measure)
        needs = found is not None and found.in_force(draft.period).kind.needs_denominator
        return "numerator" in draft.numbers and ("denominator" in draft.numbers or not needs)

    def _missing(self, row: int, role: str, expected: str, action: str) -> None:
        self.reading.refuse(
            "value missing", self.file, row, self.heading.called(role), "nothing", expected, action
        )


def _short(text: str) -> str:
    return text.strip()[:40] or "empty"
