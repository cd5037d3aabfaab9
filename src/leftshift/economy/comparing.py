"""Compare two runs: what differs in their inputs, what moved, by how much, and because of what.

A move is shared among the inputs that differ. What one does when it changes first and what it does when it
changes last are both true; their mean is taken, so that no order matters. Where more than two act on each
other, a rest can stay: it is shown as acting together, never spread.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from leftshift.economy.arrays import Floats
from leftshift.economy.checking import economy_faults
from leftshift.economy.explanations.terms import Figure
from leftshift.economy.result import Result, run
from leftshift.foundation.faults import Fault
from leftshift.place.applying import key_of
from leftshift.place.assurance import ASSURANCE_TABLES
from leftshift.place.checking import check_place
from leftshift.place.differences import Difference, differences, group_of
from leftshift.place.place import Place
from leftshift.place.rows import Row
from leftshift.place.schema import schema
from leftshift.place.seen import Seen

MOST_CAUSES = 24  # past it the inputs of a table are one cause: each costs two runs
TOGETHER, ALL_CHANGES = "Acting together", "all changes together"
_NAMED = 4
_NOTHING = 5e-7  # £000


@dataclass(frozen=True)
class Moved:
    """A figure of both runs, £000."""

    figure: Figure
    left: float
    right: float

    @property
    def move(self) -> float:
        """Right less left."""
        return self.right - self.left


_UNUSED = "nothing uses it"


def _as_it_is(place: Place) -> Place:
    return place


def _no_faults(place: Place, seen: Seen) -> Iterator[Fault]:
    return iter(())


@dataclass(frozen=True)
class Comparison:
    """Two results side by side: ``left`` is before, ``right`` is after. Years that only one has are left out."""

    left: Result
    right: Result
    planned: Callable[[Place], Place] = _as_it_is
    more_faults: Callable[[Place, Seen], Iterator[Fault]] = _no_faults

    @cached_property
    def inputs(self) -> tuple[Difference, ...]:
        """Every input that differs."""
        return differences(self.left.place.written, self.right.place.written)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure that both runs have: gap, positions, bridge by step."""
        years = [year for year in self.left.years if year in self.right.years]
        organisations = [code for code in self.left.organisations if code in self.right.organisations]
        steps = {row.step for row in self.left.place.steps} & {row.step for row in self.right.place.steps}
        found = []
        for year in years:
            found += [Figure("gap", year), Figure("position", year)]
            found += [Figure("bridge", year, "", step) for step in ("", *sorted(steps))]
            found += [
                Figure(name, year, code)
                for name in ("do_nothing_position", "position")
                for code in organisations
            ]
        return tuple(found)

    @cached_property
    def _number(self) -> dict[Figure, int]:
        return {figure: at for at, figure in enumerate(self.figures)}

    @cached_property
    def moved(self) -> tuple[Moved, ...]:
        """Every figure of both runs, in the order of ``figures``."""
        left, right = _values(self.left, self.figures), _values(self.right, self.figures)
        rows = zip(self.figures, left.tolist(), right.tolist(), strict=True)
        return tuple(Moved(figure, before, after) for figure, before, after in rows)

    def because_of(self, figure: Figure) -> Mapping[str, float]:
        """Cause to what of a figure's move it makes, £000, largest first; they sum to the move."""
        at = self._number[figure]
        found = {
            name: float(values[at]) for name, values in self._causes.items() if abs(values[at]) > _NOTHING
        }
        return dict(sorted(found.items(), key=lambda entry: (entry[0] == TOGETHER, -abs(entry[1]), entry[0])))

    @cached_property
    def _causes(self) -> dict[str, Floats]:
        """Cause to what it moves [figure]."""
        left, right = _values(self.left, self.figures), _values(self.right, self.figures)
        tables = _Tables(self.left.place.written, self.right.place.written)
        groups = self._groups(tables)
        everything = set(tables.causes())
        found: dict[str, Floats] = {}
        for cause, parts in groups.items():
            first = self._of(tables.mixed(parts)) - left if len(groups) > 1 else right - left
            last = right - self._of(tables.mixed(everything - parts)) if len(groups) > 1 else first
            found[cause] = (first + last) / 2
        rest = right - left - sum(found.values(), np.zeros_like(left))
        if np.abs(rest).max(initial=0.0) > _NOTHING:
            found[TOGETHER] = rest
        return found

    def _groups(self, tables: _Tables) -> dict[str, set[str]]:
        """Causes that can stand alone, and those that cannot as one: a place of parts that do not fit says nothing."""
        causes = set(tables.causes())
        if tables.frame_differs:
            return {ALL_CHANGES: causes} if causes else {}
        alone = {
            cause
            for cause in causes
            if self._is_sound(tables.mixed({cause})) and self._is_sound(tables.mixed(causes - {cause}))
        }
        joined = causes - alone
        if not joined:
            return {cause: {cause} for cause in sorted(causes)}
        if not (self._is_sound(tables.mixed(joined)) and self._is_sound(tables.mixed(alone))):
            return {ALL_CHANGES: causes}
        named = ", ".join(sorted(joined)[:_NAMED]) + (" …" if len(joined) > _NAMED else "")
        return {cause: {cause} for cause in sorted(alone)} | {
            f"changes that belong together: {named}": joined
        }

    def _of(self, place: Place) -> Floats:
        return _values(run(self.planned(place)), self.figures)

    def _is_sound(self, place: Place) -> bool:
        """Whether a place fits together; what nothing uses does no harm."""
        seen = Seen()
        faults = [*check_place(place, seen), *self.more_faults(place, seen)]
        if all(fault.kind == _UNUSED for fault in faults):
            faults += economy_faults(self.planned(place), seen)
        return all(fault.kind == _UNUSED for fault in faults)

    def document(self) -> dict[str, Any]:
        """As plain values: inputs, figures that moved, and why the headline ones did."""
        return {
            "inputs": [entry.document() for entry in self.inputs],
            "moved": [
                {
                    "figure": entry.figure.name,
                    "organisation": entry.figure.organisation,
                    "item": entry.figure.item,
                    "year": entry.figure.year.label,
                    "before": entry.left,
                    "after": entry.right,
                    "move": entry.move,
                    "because_of": dict(self.because_of(entry.figure)),
                }
                for entry in self.moved
                if abs(entry.move) > _NOTHING
            ],
        }


def _values(result: Result, figures: Iterable[Figure]) -> Floats:
    """The figures of a result [figure]; 0 for a body, a year or a step that a mixed place does not have."""
    return np.array([_value(result, figure) for figure in figures])


def _value(result: Result, figure: Figure) -> float:
    if figure.year not in result.years or (
        figure.organisation and figure.organisation not in result.organisations
    ):
        return 0.0
    match figure.name:
        case "gap":
            return result.gap(figure.year)
        case "bridge":
            steps = result.bridge(figure.year)
            return steps.get(figure.item, 0.0) if figure.item else sum(steps.values())
        case "position" if not figure.organisation:
            return result.perimeter_position(figure.year)
        case "position":
            return result.position(figure.organisation, figure.year)
        case _:
            return result.do_nothing_position(figure.organisation, figure.year)


@dataclass(frozen=True)
class _Tables:
    """The rows of two places by the cause that they belong to."""

    left: Place
    right: Place

    @cached_property
    def _changed(self) -> dict[str, dict[tuple[Any, ...], tuple[str, Row | None]]]:
        """Table to key to (cause, the row of the right place)."""
        found: dict[str, dict[tuple[Any, ...], tuple[str, Row | None]]] = defaultdict(dict)
        for table in schema().tables.values():
            before = {key_of(table, row): row for row in self.left.table(table.name)}
            after = {key_of(table, row): row for row in self.right.table(table.name)}
            for key in before.keys() | after.keys():
                row = after.get(key) or before[key]
                if before.get(key) != after.get(key) and table.name not in ("published", *ASSURANCE_TABLES):
                    found[table.name][key] = (group_of(table, row), after.get(key))
        named = {cause for rows in found.values() for cause, _ in rows.values()}
        if len(named) > MOST_CAUSES:
            words = {name: f"{name.replace('_', ' ')} ({len(rows)} rows)" for name, rows in found.items()}
            return {
                name: {key: (words[name], row) for key, (_, row) in rows.items()}
                for name, rows in found.items()
            }
        return found

    def causes(self) -> list[str]:
        """The causes, in the order of their names; the years and the perimeter of the place are one."""
        named = {cause for rows in self._changed.values() for cause, _ in rows.values()}
        return sorted(named) + (["the place itself"] if self.frame_differs else [])

    @property
    def frame_differs(self) -> bool:
        """Whether years or perimeter differ."""
        frames = [(place.base_year, place.last_year, place.perimeter) for place in (self.left, self.right)]
        return frames[0] != frames[1]

    def mixed(self, taken: set[str]) -> Place:
        """The left place with the right one's rows for some causes."""
        tables: dict[str, Any] = {}
        for name, changed in self._changed.items():
            table = schema().tables[name]
            rows = {key_of(table, row): row for row in self.left.table(name)}
            for key, (cause, row) in changed.items():
                if cause in taken and row is None:
                    rows.pop(key, None)
                elif cause in taken and row is not None:
                    rows[key] = row
            tables[name] = tuple(rows.values())
        if "the place itself" in taken:
            tables |= {name: getattr(self.right, name) for name in ("base_year", "last_year", "perimeter")}
        return self.left.with_tables(**tables)


def compare(
    left: Result,
    right: Result,
    planned: Callable[[Place], Place] = _as_it_is,
    more_faults: Callable[[Place, Seen], Iterator[Fault]] = _no_faults,
) -> Comparison:
    """Two results side by side; ``planned`` adds what subjects contribute to a place of mixed rows, and may find faults."""
    return Comparison(left, right, planned, more_faults)
