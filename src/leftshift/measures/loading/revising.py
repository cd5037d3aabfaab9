"""What a figure that was read is beside those that the place has: new, a revision, or nothing new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from leftshift.foundation.faults import Fault, Faults
from leftshift.foundation.sources import Origin
from leftshift.measures.definitions import Definitions
from leftshift.measures.loading.choices import Choices
from leftshift.measures.loading.drafting import Draft
from leftshift.place.measure_rows import Observation
from leftshift.place.place import Place
from leftshift.place.schema import schema

Key = tuple[str, str, object, str]
_NUMBERS = ("numerator", "denominator", "value", "lower", "upper", "deviation")


@dataclass
class Register:
    """Every figure that the place has or is to have, by measure, body, period and version."""

    definitions: Mapping[str, Definitions]
    kept: dict[Key, list[Observation]] = field(default_factory=dict)
    rows: list[Observation] = field(default_factory=list)
    new: int = 0
    revised: int = 0
    unchanged: int = 0
    earlier: int = 0
    twice: int = 0

    @staticmethod
    def of_place(place: Place, definitions: Mapping[str, Definitions]) -> Register:
        """The register as the place has it."""
        found = Register(definitions)
        for row in place.observations:
            found.kept.setdefault(found.key(row), []).append(row)
        for rows in found.kept.values():
            rows.sort(key=lambda row: row.revision)
        return found

    def key(self, row: Observation) -> Key:
        """Measure, body, period and the version that its figure is by."""
        found = self.definitions.get(row.measure)
        version = row.version or (found.in_force(row.period).version if found else "")
        return row.measure, row.of, row.period, version

    def take_file(self, drafts: Iterable[Draft], choices: Choices, described: str, faults: Faults) -> None:
        """Take the figures of one file in: two that differ within it are a fault, one that differs from the place's is a revision."""
        seen: dict[tuple[Key, int | None], Observation] = {}
        for draft in drafts:
            row = _observation(draft, choices, described)
            stated = draft.given.get("revision")
            key = self.key(row)
            other = seen.setdefault((key, stated), row)
            if other is row:
                self._take(key, row, stated, faults)
            elif _same(other, row):
                self.twice += 1
            else:
                faults.add(_contradicts(row, other))

    def _take(self, key: Key, row: Observation, stated: int | None, faults: Faults) -> None:
        rows = self.kept.setdefault(key, [])
        if stated is not None:
            self._take_stated(rows, row, stated, faults)
        elif not rows:
            self._keep(rows, row)
        elif _same(rows[-1], row) and (row.provisional or not rows[-1].provisional):
            self.unchanged += 1
        elif any(_same(other, row) for other in rows[:-1]):
            self.earlier += 1
        elif rows[-1].revision >= _last_revision():
            faults.add(_full(row))
        else:
            self._keep(rows, replace(row, revision=rows[-1].revision + 1))

    def _take_stated(self, rows: list[Observation], row: Observation, stated: int, faults: Faults) -> None:
        """Take a figure whose revision its file states."""
        there = next((other for other in rows if other.revision == stated), None)
        if there is None:
            self._keep(rows, row)
        elif _same(there, row):
            self.unchanged += 1
        else:
            faults.add(_contradicts(row, there))

    def _keep(self, rows: list[Observation], row: Observation) -> None:
        if rows:
            self.revised += 1
        else:
            self.new += 1
        rows.append(row)
        rows.sort(key=lambda other: other.revision)
        self.rows.append(row)


def _observation(draft: Draft, choices: Choices, described: str) -> Observation:
    given: dict[str, Any] = {
        "source": choices.source or described,
        "basis": choices.basis,
        "provisional": choices.provisional,
        "released": choices.released,
        **draft.given,
        **draft.numbers,
    }
    origin = Origin(draft.file, draft.row)
    return Observation(measure=draft.measure, of=draft.of, period=draft.period, origin=origin, **given)


def _same(one: Observation, other: Observation) -> bool:
    """Whether two rows say the same figure; 4.0 is 4."""
    return all(getattr(one, name) == getattr(other, name) for name in _NUMBERS)


def _last_revision() -> int:
    most = schema().tables["observations"].columns["revision"].maximum
    return int(most) if most is not None else 999


def _said(row: Observation) -> str:
    numbers = ", ".join(f"{name} {getattr(row, name)}" for name in _NUMBERS if getattr(row, name) is not None)
    return f"{row.measure}, {row.of}, {row.period}: {numbers}"


def _contradicts(row: Observation, other: Observation) -> Fault:
    return Fault(
        "observed twice",
        row.origin.file,
        row.origin.row or None,
        None,
        _said(row),
        f"one figure, and {other.origin} says another: {_said(other)}",
        "Remove one, choose rows ([only] of a mapping, or --only), or give the later one a higher revision",
    )


def _full(row: Observation) -> Fault:
    expected = f"at most {_last_revision()} revisions of a figure"
    return Fault(
        "value out of range", row.origin.file, row.origin.row, None, _said(row), expected, "Leave it out"
    )
