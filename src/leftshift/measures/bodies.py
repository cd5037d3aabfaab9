"""Whose figures there are: organisations of the place and areas, their names, and what is part of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from leftshift.place.measure_rows import Area
from leftshift.place.place import Place


@dataclass(frozen=True)
class Bodies:
    """The organisations and areas of a place."""

    place: Place

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Code to name; an area that is an organisation goes by the organisation's name."""
        areas = {row.area: row.name for row in self.place.areas}
        return {**areas, **{row.code: row.name for row in self.place.organisations}}

    @cached_property
    def _areas(self) -> Mapping[str, Area]:
        return {row.area: row for row in self.place.areas}

    @cached_property
    def _parts(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for row in self.place.areas:
            if row.part_of:
                found.setdefault(row.part_of, []).append(row.area)
        return {whole: tuple(sorted(parts)) for whole, parts in found.items()}

    def name(self, body: str) -> str:
        """The name of an organisation or area."""
        return self.names.get(body, body)

    def parts(self, body: str) -> tuple[str, ...]:
        """What an area or organisation is made of, in order."""
        return self._parts.get(body, ())

    def part_of(self, body: str) -> str:
        """What it is part of; empty for nothing."""
        found = self._areas.get(body)
        return found.part_of if found else ""

    def people(self, body: str) -> float | None:
        """How many people it has, where that is said."""
        found = self._areas.get(body)
        return float(found.people) if found and found.people is not None else None

    @cached_property
    def wholes(self) -> tuple[str, ...]:
        """Everything that has parts, the smallest first: what is part of another comes before it."""
        return tuple(sorted(self._parts, key=lambda body: (-self.depth(body), body)))

    def depth(self, body: str) -> int:
        """How many wholes it lies in, one in the other; a circle, which the check of the place refuses, ends."""
        seen: set[str] = set()
        while (body := self.part_of(body)) and body not in seen:
            seen.add(body)
        return len(seen)

    def peers(self, group: str) -> tuple[str, ...]:
        """The members of a group of peers."""
        return tuple(sorted(row.member for row in self.place.peers if row.group == group))
